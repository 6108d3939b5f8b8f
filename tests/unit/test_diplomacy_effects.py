"""Visits beside documents and trade, on small tables worked by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from corridors.diplomacy import anniversaries, effects, offices, prepare
from corridors.diplomacy.agreements import by_pair


@pytest.fixture
def visits() -> pd.DataFrame:
    """A president for two days, his minister beside him, and a prime minister known by the month."""
    rows = [
        ("a", "2010-05-01", "2010-05-02", "President", "head of state"),
        ("b", "2010-05-02", None, "Minister", "foreign minister"),
        ("c", "2011-03", None, "Premier", "head of government"),
    ]
    frame = pd.DataFrame(rows, columns=["visit_id", "date_start", "date_end", "visitor", "office_class"])
    return prepare(
        frame.assign(counted=True, host_country="MNG", visitor_country="RUS", visit_type="official")
    )


@pytest.fixture
def papers() -> pd.DataFrame:
    """One paper before the visit, two on its second day, two after, one known by the year."""
    dates = ["2010-03-01", "2010-05-02", "2010-05-02", "2010-06-01", "2011-03-15", "2012"]
    return by_pair(
        pd.DataFrame(
            {
                "agreement_id": list("pqrstu"), "date_signed": dates, "parties": "MNG;RUS",
                "title": "paper", "agreement_type": "agreement",
            }
        )
    )  # fmt: skip


def test_a_document_belongs_to_the_highest_visit_of_its_day(
    papers: pd.DataFrame, visits: pd.DataFrame
) -> None:
    """The president outranks the minister; a month and a year place nothing."""
    found = effects.signed_on_visits(papers, visits).set_index("agreement_id")["visitor"]
    assert found.dropna().to_dict() == {"q": "President", "r": "President"}
    assert len(found) == 5


def test_days_before_on_and_after_are_kept_apart(papers: pd.DataFrame, visits: pd.DataFrame) -> None:
    """Sixty-one days reach the paper of 1 March; the last day of the visit is not after it."""
    president = visits[visits["visit_id"] == "a"]
    assert effects.before_and_after(papers, president, days=61)[
        ["before", "during", "after"]
    ].to_numpy().tolist() == [[1, 2, 1]]
    assert effects.before_and_after(papers, president, days=60)["before"].tolist() == [0]


def test_an_end_known_by_the_month_does_not_lengthen_a_visit(papers: pd.DataFrame) -> None:
    """A visit from 1 May to "May" covers 1 May."""
    frame = pd.DataFrame(
        {
            "visit_id": ["a"], "date_start": ["2010-05-01"], "date_end": ["2010-05"], "visitor": ["P"],
            "office_class": ["head of state"], "counted": [True], "host_country": ["MNG"],
            "visitor_country": ["RUS"], "visit_type": ["official"],
        }
    )  # fmt: skip
    assert effects.signed_on_visits(papers, prepare(frame))["visitor"].isna().all()


def test_chance_of_after_is_that_of_a_coin() -> None:
    """Two of two after: one in four."""
    assert effects.chance_of_after(0, 2) == 0.25
    with pytest.raises(ValueError, match="nothing to test"):
        effects.chance_of_after(0, 0)


def test_some_cycle_counts_every_cycle_once() -> None:
    """Two visits in four years, cycles of two: the six pairs hold two with both years in one cycle."""
    row = effects.chance_of_some_cycle([2001, 2003], (2000, 2003), step=2).iloc[0]
    assert (row["fullest"], row["cycle"], row["probability"]) == (2, 1, pytest.approx(1 / 3))


@pytest.mark.parametrize("years", [[], [2001, 2001], [1999, 2001], [2000, 2001]])
def test_some_cycle_refuses_what_it_cannot_count(years: list[int]) -> None:
    """No visit, a year twice, a year outside, and two cycles equally full."""
    with pytest.raises(ValueError, match=r"must differ|more than half"):
        effects.chance_of_some_cycle(years, (2000, 2003), step=2)


def test_permutation_lists_every_choice() -> None:
    """Of four years the one with 10 differs most from the rest: one choice in four."""
    values = pd.DataFrame({"year": [1, 2, 3, 4], "points": [10.0, 0.0, 1.0, 2.0]})
    row = effects.compare_years(values, [1], "points").iloc[0]
    assert (row["mean_in"], row["mean_other"], row["difference"]) == (10, 1, 9)
    assert (row["arrangements"], row["probability"], row["n"], row["of"]) == (4, 0.25, 1, 4)


def test_permutation_takes_both_signs() -> None:
    """A fall as large as a rise counts with it."""
    values = pd.DataFrame({"year": [1, 2, 3], "points": [3.0, 0.0, -3.0]})
    assert effects.compare_years(values, [1], "points")["probability"].item() == pytest.approx(2 / 3)


def test_permutation_refuses_missing_years_and_endless_lists() -> None:
    """A year without a value is named; forty years in two halves are not listed."""
    values = pd.DataFrame({"year": range(40), "points": [float(n) for n in range(40)]})
    with pytest.raises(ValueError, match=r"missing \[99\]"):
        effects.compare_years(values, [99], "points")
    with pytest.raises(ValueError, match="too many to list"):
        effects.compare_years(values, list(range(20)), "points")


def test_growth_is_taken_against_that_of_all_trade() -> None:
    """10 against 4 per cent is 6 points; a year without both is left out."""
    grown = pd.DataFrame(
        {
            "year": [2001, 2001, 2002],
            "partner": ["Russia", "World", "World"],
            "growth_pct": [10.0, 4.0, 1.0],
        }
    )
    assert effects.ahead_of_all(grown, "Russia").to_numpy().tolist() == [[2001, 6.0]]


def test_leader_years_count_a_year_once_and_leaders_only(visits: pd.DataFrame) -> None:
    """A year counts once, a minister's visit not at all, and years before the first are out."""
    named = visits.assign(country="Russia")
    assert effects.leader_years(named, 2000) == {"Russia": [2010, 2011]}
    assert effects.leader_years(named, 2011) == {"Russia": [2011]}


def test_cases_keep_their_order_and_words() -> None:
    """Each case is the single comparison, with its words and the probability in per cent."""
    values = {"A": pd.DataFrame({"year": [1, 2, 3, 4], "points": [10.0, 0.0, 1.0, 2.0]})}
    cases = effects.compare_cases(values, [("A", "first", [1]), ("A", "second", [2])], "points")
    assert cases[["trade", "when"]].to_numpy().tolist() == [["A", "first"], ["A", "second"]]
    assert cases["percent"].iloc[0] == 25


def test_several_questions_give_one_row_each() -> None:
    """Two visits, both in tenth years: 1/10 * 1/10 by chance, and every fifth year 2/10 * 2/10."""
    given = {"event_years": [1990], "window": (2000, 2009)}
    asked = anniversaries.ask_several([2000, 2000], {"fifth": given, "tenth": given | {"step": 10}})
    assert asked["question"].tolist() == ["fifth", "tenth"]
    assert asked["percent"].tolist() == pytest.approx([4, 1])


def test_overlaps_by_three_definitions() -> None:
    """Acting months and the years as prime minister count only where the definition takes them in."""
    mongolian = pd.DataFrame(
        {
            "name": ["A", "B", "C"],
            "start": ["2000-01-01", "2000-01-21", "1999-01-01"],
            "end": ["2000-01-21", None, "1999-02-01"],
            "elected": ["1997; 2001", "first elected by parliament 1990", None],
        }
    )
    russian = pd.DataFrame(
        {
            "name": ["P", "P", "M", "P"],
            "start": ["2000-01-01", "2000-01-11", "2000-01-21", "2000-01-31"],
            "end": ["2000-01-11", "2000-01-21", "2000-01-31", None],
            "office": ["acting president", "president", "president", "president"],
        }
    )
    found = offices.overlaps_by_definition(mongolian, russian, "P", date(2000, 2, 10))
    rows = found[["president", "elected", "acting", "premier"]].to_numpy().tolist()
    assert sorted(rows) == [["A", 10, 20, 20], ["B", 10, 10, 20]]
    assert offices.elections(mongolian) == [1990, 1997, 2001]
