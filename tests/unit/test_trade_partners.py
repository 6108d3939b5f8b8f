"""Comparisons of partners on small frames worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from corridors import trade

VALUE = "value_million_usd"


def flows(*rows: tuple[int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["year", "partner", VALUE])


IMPORTS = flows(
    (2010, "World", 100.0), (2010, "Russia", 40.0), (2010, "China", 30.0),
    (2011, "World", 200.0), (2011, "Russia", 50.0), (2011, "China", 60.0),
    (2012, "World", 400.0), (2012, "Russia", 60.0), (2012, "China", 160.0),
)  # fmt: skip
EXPORTS = flows(
    (2010, "World", 50.0), (2010, "Russia", 5.0), (2010, "China", 30.0),
    (2011, "World", 100.0), (2011, "Russia", 4.0), (2011, "China", 80.0),
    (2012, "World", 200.0), (2012, "Russia", 3.0), (2012, "China", 190.0),
)  # fmt: skip


def test_wide_keeps_the_order_asked_for_and_names_strangers() -> None:
    table = trade.partners.wide(IMPORTS, ("Russia", "World"))
    assert list(table.columns) == ["Russia", "World"]
    assert table.loc[2011].to_list() == [50, 200]
    assert set(trade.partners.wide(IMPORTS).columns) == {"China", "Russia", "World"}
    with pytest.raises(KeyError, match="no partner Narnia"):
        trade.partners.wide(IMPORTS, ("Narnia",))


def test_the_lead_counts_from_the_last_change_of_places() -> None:
    assert trade.partners.leads_since(IMPORTS, "China", "Russia") == 2011
    assert trade.partners.leads_since(EXPORTS, "China", "Russia") == 2010
    with pytest.raises(ValueError, match="Russia is not ahead of China"):
        trade.partners.leads_since(IMPORTS, "Russia", "China")


def test_an_equal_year_is_no_lead() -> None:
    level = flows((2010, "A", 2.0), (2010, "B", 1.0), (2011, "A", 1.0), (2011, "B", 1.0), (2012, "A", 3.0),
                  (2012, "B", 1.0))  # fmt: skip
    assert trade.partners.leads_since(level, "A", "B") == 2012


def test_a_pooled_share_weighs_years_by_their_trade() -> None:
    assert trade.partners.pooled_share_pct(IMPORTS, "Russia", 2010, 2012) == pytest.approx(100 * 150 / 700)
    with pytest.raises(ValueError, match="not every year from 2009"):
        trade.partners.pooled_share_pct(IMPORTS, "Russia", 2009, 2012)


def test_value_at_an_old_share() -> None:
    assert trade.partners.value_at_share(IMPORTS, "Russia", 2010, 2012) == pytest.approx(160)


def test_others_are_what_is_left_of_the_total() -> None:
    frame = trade.partners.with_others(trade.turnover(EXPORTS, IMPORTS), ("Russia", "China"))
    table = frame.pivot(index="year", columns="partner", values="turnover_million_usd")
    assert table.loc[2010].to_dict() == {"China": 60, "Others": 45, "Russia": 45}
    assert frame.groupby("year")["share_pct"].sum().to_list() == pytest.approx([100, 100, 100])


def test_a_missing_partner_leaves_the_others_missing() -> None:
    turnover = trade.turnover(EXPORTS[EXPORTS["partner"] != "Russia"], IMPORTS)
    frame = trade.partners.with_others(turnover, ("Russia", "China"))
    assert frame.loc[frame["partner"] == "Others", "turnover_million_usd"].isna().all()


def test_growth_by_period_compounds() -> None:
    frame = trade.partners.growth_by_period(trade.turnover(EXPORTS, IMPORTS), ("World",), [(2010, 2012)])
    row = frame.iloc[0]
    assert (row["period"], row["first_million_usd"], row["last_million_usd"]) == ("2010–2012", 150, 600)
    assert row["growth_pct"] == pytest.approx(100)
    assert row["first_share_pct"] == row["last_share_pct"] == 100


def test_factbook_pairs_leave_an_unprinted_share_missing() -> None:
    factbook = pd.DataFrame({
        "edition": [2012], "flow": ["import"], "partner": ["China"], "year": [2011], "share_pct": [43.4],
    })  # fmt: skip
    compared = trade.factbook_against_official(factbook, EXPORTS, IMPORTS)
    pairs = trade.partners.factbook_pairs(compared, "import")
    assert pairs["china_factbook_pct"].to_list() == [43.4]
    assert pairs["russia_factbook_pct"].isna().all()
    assert pairs["russia_official_pct"].to_list() == [25]


def test_equal_partners_of_an_index() -> None:
    assert trade.partners.equal_partners(10_000) == 1
    assert trade.partners.equal_partners(2_500) == 4
    with pytest.raises(ValueError, match="at most at 10,000"):
        trade.partners.equal_partners(10_001)
