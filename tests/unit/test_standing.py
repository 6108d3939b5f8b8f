"""Partnerships beside trade and steps with groupings, on small tables worked out by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd

from corridors.diplomacy import standing


def shares(*rows: tuple[int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "partner", "share_pct"])


def test_years_at_a_level_are_whole_and_count_from_the_last_day_of_a_month() -> None:
    assert standing.full_years("2014-08-21", date(2026, 2, 28)) == 11
    assert standing.full_years("2014-02-28", date(2026, 2, 28)) == 12
    assert standing.full_years("2014-02", date(2026, 2, 27)) == 11
    assert standing.full_years("2030", date(2026, 2, 28)) == 0


def test_a_partner_without_a_row_has_a_missing_share_and_a_trader_without_a_title_stays() -> None:
    levels = pd.DataFrame(
        {
            "partner": ["Japan", "India"],
            "partner_iso3": ["JPN", "IND"],
            "level": ["special strategic", "strategic"],
            "level_rank": pd.array([4, 3], dtype="Int64"),
            "since": ["2022-11-29", "2015-05-17"],
            "source_ids": ["a", "b"],
        }
    )
    frame = standing.levels_with_shares(
        levels, shares((2025, "Japan", 9.0), (2025, "Vietnam", 1.0), (2024, "Japan", 5.0)),
        shares((2024, "Japan", 0.1)), date(2026, 2, 28), 2025, 2024,
    )  # fmt: skip
    assert list(frame["partner"]) == ["Japan", "India", "Vietnam"]
    assert list(frame["level_rank"]) == [4, 3, 0]
    assert list(frame["years"][:2]) == [3, 10]
    assert pd.isna(frame["years"][2])
    assert frame["import_share_pct"][0] == 9.0
    assert pd.isna(frame["import_share_pct"][1])
    assert frame["export_share_pct"][0] == 0.1
    assert frame["level"][2] == "none"


def test_shares_around_a_step_are_pooled_and_leave_its_own_year_out() -> None:
    flows = pd.DataFrame(
        [(y, "Japan", v) for y, v in zip(range(2009, 2014), (10, 30, 999, 60, 100), strict=True)]
        + [(y, "World", w) for y, w in zip(range(2009, 2014), (100, 300, 500, 200, 200), strict=True)],
        columns=["year", "partner", "value_million_usd"],
    )
    steps = pd.DataFrame(
        [
            ("Japan", "strategic", "2011-11-19", True),
            ("Japan", "comprehensive", "1998", True),
            ("India", "strategic", "2011", True),
            ("Japan", "other", "2011", False),
            ("Japan", "undated", None, True),
        ],
        columns=["partner", "level", "date", "counted"],
    )
    frame = standing.share_around(steps, flows, years=2)
    assert len(frame) == 1
    assert frame.loc[0, ["before_pct", "after_pct", "change_points"]].tolist() == [10.0, 40.0, 30.0]


def test_a_gap_in_the_values_leaves_the_step_out() -> None:
    flows = pd.DataFrame(
        [(2010, "Japan", 1.0), (2012, "Japan", None), (2010, "World", 10.0), (2012, "World", 10.0)],
        columns=["year", "partner", "value_million_usd"],
    )
    steps = pd.DataFrame(
        [("Japan", "strategic", "2011", True)], columns=["partner", "level", "date", "counted"]
    )
    assert standing.share_around(steps, flows, years=1).empty


def test_documents_with_the_union_join_the_facts_in_order() -> None:
    facts = pd.DataFrame(
        [
            ("SCO", "2004", "step", "observer", "First observer", "s"),
            ("EAEU", "2020", "list", "not named", "List", "t"),
        ],
        columns=["body", "date", "kind", "standing", "what", "source_ids"],
    )
    agreements = pd.DataFrame(
        [("2025-06-27", "EAEU;MNG", "Temporary agreement", "treaty", "u"),
         ("2015-06", "EAEU;MNG", "Memorandum", "memorandum", "v"),
         ("2019-09-03", "MNG;RUS", "Treaty", "treaty", "w")],
        columns=["date_signed", "parties", "title", "agreement_type", "source_ids"],
    )  # fmt: skip
    frame = standing.bloc_steps(facts, agreements)
    assert list(frame["what"]) == ["Memorandum", "List", "Temporary agreement", "First observer"]
    assert list(frame["standing"]) == ["in talks", "not named", "signatory", "observer"]


def test_without_a_treaty_every_document_is_talks() -> None:
    facts = pd.DataFrame(columns=["body", "date", "kind", "standing", "what", "source_ids"])
    agreements = pd.DataFrame(
        [("2015-06", "EAEU;MNG", "Memorandum", "memorandum", "v")],
        columns=["date_signed", "parties", "title", "agreement_type", "source_ids"],
    )
    assert list(standing.bloc_steps(facts, agreements)["standing"]) == ["in talks"]
