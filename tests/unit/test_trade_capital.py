"""Debt settlements, implied totals and holdings, on small tables worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from corridors import catalog, trade


def inflow(**years: float) -> pd.DataFrame:
    """A frame shaped like macro_indicators; the years are named y2010 and so on."""
    rows = [(trade.capital.INFLOW, int(name[1:]), value) for name, value in years.items()]
    return pd.DataFrame(rows, columns=["indicator", "year", "value"])


@pytest.mark.parametrize(
    "given",
    [
        {"before": 200.0, "paid": 50.0},
        {"before": 200.0, "written_off": 150.0},
        {"before": 200.0, "share_off_pct": 75.0},
        {"written_off": 150.0, "paid": 50.0},
        {"written_off": 150.0, "share_off_pct": 75.0},
        {"paid": 50.0, "share_off_pct": 75.0},
    ],
)
def test_any_two_quantities_give_the_same_settlement(given: dict[str, float]) -> None:
    """200 owed, 150 written off, 50 paid, 75 per cent: every pair leads to all four."""
    found = trade.capital.settle(**given)
    assert (found.before, found.written_off, found.paid) == pytest.approx((200, 150, 50))
    assert found.share_off_pct == pytest.approx(75)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"paid": 50.0}, "two of the four"),
        ({"before": 1.0, "paid": 1.0, "written_off": 1.0}, "two of the four"),
        ({"paid": -1.0, "share_off_pct": 50.0}, "positive"),
        ({"paid": 1.0, "share_off_pct": 100.0}, "between 0 and 100"),
        ({"before": 10.0, "paid": 11.0}, "smaller than the whole"),
    ],
)
def test_a_settlement_that_cannot_be_is_refused(given: dict[str, float], word: str) -> None:
    """Too little, too much, negative or larger than the whole: named, not computed."""
    with pytest.raises(ValueError, match=word):
        trade.capital.settle(**given)


def test_reported_and_implied_amounts_can_be_told_apart() -> None:
    """A star marks what was reported."""
    frame = trade.capital.arithmetic([{"paid": 250.0, "share_off_pct": 98.0}])
    assert trade.capital.marked(frame, "before", 0).tolist() == ["12,500"]
    assert trade.capital.marked(frame, "paid", 0).tolist() == ["250*"]


def test_the_settlement_of_2010_closes_and_that_of_2003_does_not() -> None:
    """174.2 and 97.8 per cent give the 3.8 that was paid; 250 and 300 imply debts far apart."""
    late = trade.capital.settle(before=174.2, share_off_pct=97.8)
    assert late.paid == pytest.approx(3.832515, abs=0.0005)
    low, high = (trade.capital.settle(paid=paid, share_off_pct=98) for paid in (250, 300))
    assert (low.before, high.before) == pytest.approx((12_500, 15_000))


def test_stated_values_keep_their_qualifier_and_events_stay_empty() -> None:
    """About 250 is not 250."""
    facts = pd.DataFrame(
        {"value": [250.0, None, 3.832515], "qualifier": ["about", None, "exact"], "unit": ["million US$"] * 3}
    )
    assert trade.capital.as_stated(facts).tolist() == ["about 250 million US$", "", "3.832515 million US$"]


def test_a_share_implies_a_total() -> None:
    """297 at 2.1 per cent is 14,143; nothing follows from a share of nought."""
    assert trade.capital.implied_total(297, 2.1) == pytest.approx(14_142.857, abs=0.001)
    with pytest.raises(ValueError, match="implies no total"):
        trade.capital.implied_total(1, 0)


def test_a_missing_year_is_no_zero() -> None:
    """The sum refuses a gap unless the year is left out on purpose."""
    macro = inflow(y2010=1.0, y2012=2.0, y2013=-5.0)
    with pytest.raises(ValueError, match="2011"):
        trade.capital.cumulative_inflow(macro, 2010, 2012)
    assert trade.capital.cumulative_inflow(macro, 2012, 2013) == -3
    assert trade.capital.cumulative_inflow(macro, 2012, 2013, without=[2013]) == 2
    with pytest.raises(LookupError, match="no indicator"):
        trade.capital.indicator(macro, "inflation")


def test_other_figures_stand_beside_the_series_of_their_year() -> None:
    """Parts of a year and stocks are not compared with a yearly flow."""
    facts = pd.DataFrame(
        {
            "year": pd.array([2012, None, 2012], dtype="Int64"),
            "measure": ["inflow", "inflow", "stock"],
            "basis": ["A", "B", "C"],
            "value": [5.0, 9.0, 100.0],
            "source_ids": ["a", "b", "c"],
        }
    )
    out = trade.capital.beside_the_series(facts, inflow(y2012=2.0))
    assert out[["basis", "world_bank", "difference"]].to_numpy().tolist() == [["A", 2.0, 3.0]]


def test_holdings_join_the_two_holders_of_a_date_and_keep_the_sale() -> None:
    """The mine goes from 51/49 to 49/51, and the Russian 49 per cent is sold."""
    frame = trade.capital.holdings(catalog.load("ownership_facts"))
    mine = frame[frame["asset"] == "Erdenet"].set_index("date")
    assert mine.loc["1973", ["russia_pct", "mongolia_pct"]].tolist() == [51, 49]
    assert mine.loc["1991", ["russia_pct", "mongolia_pct"]].tolist() == [49, 51]
    assert mine.loc["2016-06-28", "sold_pct"] == 49
    assert pd.isna(mine.loc["2008", "russia_pct"])
    assert frame["asset"].iloc[0] == "Ulaanbaatar Railway"
    assert trade.capital.terms(frame[frame["asset"] == "Erdenet"]).tolist() == [
        "Russia 51, Mongolia 49 per cent", "Russia 49, Mongolia 51 per cent", "", "49 per cent sold", "",
    ]  # fmt: skip
    assert "400 million US$" in set(trade.capital.terms(frame))
