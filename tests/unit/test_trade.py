"""Trade functions on small frames whose answers are worked out by hand, and properties for all frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors import trade

VALUE = "value_million_usd"


def flows(*rows: tuple[int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["year", "partner", VALUE])


IMPORTS = flows(
    (2005, "World", 200.0), (2005, "Russia", 80.0), (2005, "China", 60.0),
    (2006, "World", 400.0), (2006, "Russia", 100.0), (2006, "China", 200.0),
)  # fmt: skip
EXPORTS = flows(
    (2005, "World", 100.0), (2005, "Russia", 10.0), (2005, "China", 50.0),
    (2006, "World", 300.0), (2006, "China", 270.0),
)  # fmt: skip


def test_partner_values_leave_world_out_unless_asked() -> None:
    assert set(trade.partner_values(IMPORTS)["partner"]) == {"China", "Russia"}
    assert list(trade.partner_values(IMPORTS, ["World"])[VALUE]) == [200, 400]


def test_partner_values_name_what_is_wrong() -> None:
    with pytest.raises(ValueError, match=r"no partner Narnia.*China, Russia, World"):
        trade.partner_values(IMPORTS, ["Narnia"])
    with pytest.raises(ValueError, match="more than one row"):
        trade.partner_values(pd.concat([IMPORTS, IMPORTS]))
    with pytest.raises(KeyError, match=r"lacks the column.* partner"):
        trade.partner_values(IMPORTS.drop(columns="partner"))


def test_partner_shares_are_per_cent_of_world() -> None:
    shares = trade.partner_shares(IMPORTS).set_index(["year", "partner"])["share_pct"]
    assert shares.to_dict() == {
        (2005, "China"): 30, (2005, "Russia"): 40, (2006, "China"): 50, (2006, "Russia"): 25,
    }  # fmt: skip
    assert list(trade.partner_shares(IMPORTS, ["Russia"])["share_pct"]) == [40, 25]


def test_partner_shares_need_a_world_total() -> None:
    with pytest.raises(ValueError, match="no value for World in 2006"):
        trade.partner_shares(IMPORTS[(IMPORTS["partner"] != "World") | (IMPORTS["year"] == 2005)])
    zero = IMPORTS.assign(**{VALUE: IMPORTS[VALUE].where(IMPORTS["partner"] != "World", 0.0)})
    with pytest.raises(ValueError, match="positive"):
        trade.partner_shares(zero)


def test_a_missing_value_stays_missing() -> None:
    holed = flows((2005, "World", 10.0), (2005, "Iran", np.nan), (2005, "China", 5.0))
    shares = trade.partner_shares(holed).set_index("partner")["share_pct"]
    assert np.isnan(shares["Iran"])
    assert trade.coverage(holed).loc[0, ["partners", "coverage_pct"]].tolist() == [1, 50]


def test_coverage_counts_the_listed_partners() -> None:
    row = trade.coverage(IMPORTS).set_index("year").loc[2005]
    assert row.to_dict() == {
        "partners": 2, "listed_million_usd": 140, "world_million_usd": 200,
        "coverage_pct": 70, "unlisted_million_usd": 60,
    }  # fmt: skip


def test_herfindahl_hirschman_bounds_by_hand() -> None:
    """Shares 40 and 30, remainder 30: 1600 + 900 = 2500, and with one unknown partner 3400."""
    row = trade.herfindahl_hirschman(IMPORTS).set_index("year").loc[2005]
    assert row.to_dict() == {
        "listed_share_pct": 70,
        "remainder_pct": 30,
        "hhi_lower": 2500,
        "hhi_upper": 3400,
    }


def test_herfindahl_hirschman_of_a_single_partner_is_10000() -> None:
    row = trade.herfindahl_hirschman(flows((2005, "World", 7.0), (2005, "China", 7.0))).iloc[0]
    assert row["hhi_lower"] == row["hhi_upper"] == 10_000


def test_herfindahl_hirschman_refuses_more_than_the_total() -> None:
    with pytest.raises(ValueError, match="more than the total in 2005"):
        trade.herfindahl_hirschman(flows((2005, "World", 10.0), (2005, "China", 11.0)))


def test_balance_needs_both_sides() -> None:
    frame = trade.balance(EXPORTS, IMPORTS).set_index(["year", "partner"])["balance_million_usd"]
    assert frame[2005, "Russia"] == -70
    assert frame[2006, "China"] == 70
    assert frame[2006, "World"] == -100
    assert np.isnan(frame[2006, "Russia"]), "an export that is not listed is not zero"


def test_turnover_and_its_share() -> None:
    frame = trade.turnover(EXPORTS, IMPORTS).set_index(["year", "partner"])
    assert frame.loc[(2005, "Russia"), "turnover_million_usd"] == 90
    assert frame.loc[(2005, "Russia"), "share_pct"] == 30
    assert np.isnan(frame.loc[(2006, "Russia"), "share_pct"])


def test_growth_needs_the_year_directly_before() -> None:
    frame = flows(
        (2005, "Russia", 80.0), (2006, "Russia", 100.0), (2008, "Russia", 110.0), (2006, "China", 5.0)
    )
    rates = trade.growth(frame).set_index(["partner", "year"])["growth_pct"]
    assert rates["Russia", 2006] == 25
    assert rates.drop(("Russia", 2006)).isna().all()


def test_growth_from_zero_or_below_has_no_rate() -> None:
    rates = trade.growth(flows((2005, "Iran", 0.0), (2006, "Iran", 5.0)))["growth_pct"]
    assert rates.isna().all()


def test_compound_growth_by_hand() -> None:
    """80 to 125 over two years is 25 per cent a year."""
    frame = flows((2005, "Russia", 80.0), (2007, "Russia", 125.0), (2005, "China", 5.0), (2005, "Iran", 0.0),
                  (2007, "Iran", 3.0))  # fmt: skip
    out = trade.compound_growth(frame, 2005, 2007)
    assert list(out["partner"]) == ["Russia"]
    assert out.loc[0, "growth_pct"] == pytest.approx(25)
    with pytest.raises(ValueError, match="must come after"):
        trade.compound_growth(frame, 2007, 2005)


@pytest.mark.parametrize(("first", "last", "years"), [(0, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, 0)])
def test_compound_growth_refuses_what_has_no_answer(first: float, last: float, years: int) -> None:
    with pytest.raises(ValueError, match="compound growth needs"):
        trade.compound_growth_pct(first, last, years)


def totals(*rows: tuple[int, float, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["year", VALUE, "rate_regime", "revision"])
    return frame.assign(flow="export")


def test_long_series_splits_at_breaks_and_revisions_only() -> None:
    frame = totals(
        (1934, 13.8, "to 1934", "not compared"), (1935, 5.4, "1935", "not compared"),
        (1936, 1.4, "1936 to 1960", "not compared"), (1961, 75.3, "from 1961", "not compared"),
        (1996, 424.3, "from 1961", "none"), (1997, 568.5, "from 1961", "gold added"),
        (2001, 521.5, "from 1961", "none"), (2002, 524.0, "from 1961", "up"),
        (2003, 615.9, "from 1961", "not compared"),
    )  # fmt: skip
    out = trade.long_series(pd.concat([frame, frame.assign(flow="import")]))
    for flow in ("export", "import"):
        part = out[out["flow"] == flow]
        assert list(part["segment"]) == [1, 2, 3, 4, 4, 5, 6, 7, 7]
        assert [bool(text) for text in part["break_before"]] == [0, 1, 1, 1, 0, 1, 1, 1, 0]
    assert "1960 and 1961" in out.loc[3, "break_before"]
    assert "gold" in out.loc[5, "break_before"]


def test_revisions_give_change_and_per_cent() -> None:
    today = totals((1997, 150.0, "from 1961", "gold added"), (2003, 1.0, "from 1961", "not compared"))
    first = pd.DataFrame({"year": [1997], "flow": ["export"], VALUE: [120.0]})
    row = trade.revisions(today, first).iloc[0]
    assert (row["change_million_usd"], row["change_pct"]) == (30, 25)


def factbook(*rows: tuple[int, str, str, int | None, float]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["edition", "flow", "partner", "year", "share_pct"])
    return frame.astype({"year": "Int64"})


def test_shares_before_2005_stay_apart_and_keep_both_editions() -> None:
    frame = factbook(
        (2001, "export", "Russia", 2000, 9.0), (2002, "export", "Russia", 2000, 10.0),
        (2002, "import", "Russia", 2000, 34.0), (1992, "import", "USSR", None, 75.0),
        (2006, "import", "Russia", 2005, 35.8), (2002, "import", "Japan", 2000, 12.0),
    )  # fmt: skip
    out = trade.shares_before_2005(frame, ["Russia", "USSR"])
    assert list(out["share_pct"]) == [9, 10, 34]
    assert list(out["disagree"]) == [True, True, False]
    assert set(out["source"]) == {"CIA World Factbook"}
    assert len(trade.shares_before_2005(frame)) == 4


def test_derived_ranges_span_the_methods() -> None:
    frame = pd.DataFrame(
        {"partner": "Russia", "flow": "export", "year": [1996, 1996], VALUE: [89.1, 269.2],
         "method": ["chain", "ratio"]}
    )  # fmt: skip
    row = trade.derived_ranges(frame).iloc[0]
    assert (row["low_million_usd"], row["high_million_usd"], row["methods"]) == (89.1, 269.2, "chain, ratio")


def test_factbook_against_official_leaves_an_unlisted_partner_missing() -> None:
    printed = factbook((2006, "import", "Russia", 2005, 42.0))
    out = trade.factbook_against_official(printed, EXPORTS, IMPORTS).set_index("partner")
    assert out.loc["Russia", "difference_points"] == pytest.approx(2)
    assert np.isnan(out.loc["China", "factbook_pct"])
    assert out.loc["China", "official_pct"] == 30


def test_category_shares_flag_the_overshoot() -> None:
    sections = pd.DataFrame(
        {"year": [2000, 2000, 2001, 2001], "category": ["a", "b", "a", "b"], VALUE: [50.0, 40.0, 60.0, 42.0]}
    )
    sums = totals((2000, 100.0, "from 1961", "none"), (2001, 100.0, "from 1961", "none"))
    out = trade.category_shares(sections, sums)
    assert list(out["share_pct"]) == [50, 40, 60, 42]
    assert list(out["overshoot"]) == [False, False, True, True]


def test_side_by_side_has_a_row_a_year() -> None:
    out = trade.side_by_side(EXPORTS, IMPORTS).set_index("year")
    assert list(out.index) == [2005, 2006]
    assert out.loc[2005, "russia_turnover_million_usd"] == 90
    assert out.loc[2005, "china_balance_million_usd"] == -10
    assert out.loc[2006, "china_export_share_pct"] == 90
    assert np.isnan(out.loc[2006, "russia_export_share_pct"])


def statement(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "pair": "Mongolia-Russia", "measure": "turnover", "unit": "million US$", "year": 2005, "value": 80.0,
        "qualifier": "exact", "basis": "own side", "reporter": "Russia", "derivation": None,
        "conflict_group": None, "source_ids": "a",
    }  # fmt: skip
    return row | changes


def test_mirror_table_gives_gaps_and_says_how_firm_they_are() -> None:
    frame = pd.DataFrame([
        statement(), statement(qualifier="about"), statement(qualifier="more than"),
        statement(qualifier="less than"), statement(qualifier="planned"),
        statement(value=90.0, basis="quotes Mongolian statistics"), statement(reporter="Mongolia"),
        statement(measure="imports from Mongolia", value=4.0), statement(year=2001),
        statement(year=None), statement(unit="per cent"), statement(pair="Mongolia-China"),
        statement(measure="turnover growth"), statement(value=None),
    ]).astype({"year": "Int64"})  # fmt: skip
    out = trade.mirror_table(frame, EXPORTS, IMPORTS, "Russia")
    assert len(out) == 9
    early = out[out["year"] == 2001].iloc[0]
    assert np.isnan(early["official_million_usd"])
    sales = out[out["measure"] == "imports from Mongolia"].iloc[0]
    assert (sales["gap_million_usd"], sales["gap_pct_of_official"]) == (6, 60)
    turn = out[(out["year"] == 2005) & (out["measure"] == "turnover")]
    assert set(turn["gap_is"]) == {"exact", "about", "at most", "at least", "not an outcome", "not a mirror"}
    exact = turn[turn["gap_is"] == "exact"].iloc[0]
    assert exact["gap_million_usd"] == 10
    assert exact["gap_pct_of_official"] == pytest.approx(100 / 9)


# ------------------------------------------------------------------------------------- properties

AMOUNTS = st.lists(st.floats(min_value=0.01, max_value=1e6), min_size=1, max_size=12)


def year_of(amounts: list[float], unlisted: float) -> pd.DataFrame:
    listed = [(2020, f"p{i}", amount) for i, amount in enumerate(amounts)]
    return flows(*listed, (2020, "World", sum(amounts) + unlisted))


@given(AMOUNTS, st.floats(min_value=0, max_value=1e6))
def test_shares_never_sum_to_more_than_100(amounts: list[float], unlisted: float) -> None:
    shares = trade.partner_shares(year_of(amounts, unlisted))["share_pct"]
    assert (shares >= 0).all()
    assert shares.sum() <= 100 + 1e-6


@given(AMOUNTS, st.floats(min_value=0, max_value=1e6))
def test_concentration_lies_between_0_and_10000_and_bounds_are_ordered(
    amounts: list[float], unlisted: float
) -> None:
    row = trade.herfindahl_hirschman(year_of(amounts, unlisted)).iloc[0]
    assert 0 < row["hhi_lower"] <= row["hhi_upper"] <= 10_000


@given(AMOUNTS, st.floats(min_value=0, max_value=1e6))
def test_splitting_a_partner_never_raises_concentration(amounts: list[float], unlisted: float) -> None:
    whole = trade.herfindahl_hirschman(year_of(amounts, unlisted)).iloc[0]["hhi_lower"]
    split = trade.herfindahl_hirschman(year_of([amounts[0] / 2] * 2 + amounts[1:], unlisted)).iloc[0]
    assert split["hhi_lower"] <= whole + 1e-6


@given(
    st.floats(min_value=0.1, max_value=1e6),
    st.floats(min_value=-60, max_value=200),
    st.integers(min_value=1, max_value=30),
)
def test_compound_growth_is_the_inverse_of_growing(first: float, rate: float, years: int) -> None:
    last = trade.grown(first, rate, years)
    assert trade.compound_growth_pct(first, last, years) == pytest.approx(rate, abs=1e-6)


@given(AMOUNTS)
def test_yearly_growth_leads_back_to_the_values(amounts: list[float]) -> None:
    frame = flows(*[(2000 + i, "Russia", amount) for i, amount in enumerate(amounts)])
    rates = trade.growth(frame)["growth_pct"]
    for before, after, rate in zip(amounts, amounts[1:], rates[1:], strict=False):
        assert trade.grown(before, rate) == pytest.approx(after, rel=1e-6)
