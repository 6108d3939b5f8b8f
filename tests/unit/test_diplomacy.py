"""Diplomacy functions on small tables whose answers were worked out by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors import diplomacy as dip


def visits(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """visit_id, date, visitor_country, host_country, counted."""
    frame = pd.DataFrame(
        rows, columns=["visit_id", "date_start", "visitor_country", "host_country", "counted"]
    )
    frame["counted"] = (frame["counted"] == "yes").astype("boolean")
    return frame.assign(visitor="somebody", office_class="head of state", visit_type="official")


SMALL = visits(
    ("V1", "2000-11-14", "RUS", "MNG", "yes"),
    ("V3", "2003-06", "CHN", "MNG", "yes"),
    ("V2", "2002", "MNG", "CHN", "yes"),
    ("V4", "2003-07-02", "MNG", "RUS", "yes"),
    ("V5", "2003-08", "MNG", "RUS", "no"),
)


# dates -------------------------------------------------------------------------------------------------


def test_a_date_keeps_the_precision_it_was_written_with() -> None:
    day, month, year = (dip.parse_date(text) for text in ("2024-02-29", "2024-02", "2024"))
    assert (day.precision, month.precision, year.precision) == ("day", "month", "year")
    assert (month.earliest, month.latest) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (year.earliest, year.latest) == (date(2024, 1, 1), date(2024, 12, 31))
    assert [str(when) for when in (day, month, year)] == ["2024-02-29", "2024-02", "2024"]


@pytest.mark.parametrize("text", ["2023-02-29", "2023-13", "24", "2023-1-1", "c. 2015", "", "2024-00"])
def test_what_is_no_date_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"date of the form|calendar"):
        dip.parse_date(text)


@given(st.dates(), st.dates())
def test_days_between_known_days_are_exact(first: date, second: date) -> None:
    one, two = (dip.parse_date(when.isoformat()) for when in (first, second))
    assert dip.span_days(one, two) == ((second - first).days,) * 2


def test_days_to_a_month_have_two_bounds() -> None:
    assert dip.span_days(dip.parse_date("2003-05-31"), dip.parse_date("2003-06")) == (1, 30)
    assert dip.span_days(dip.parse_date("2003"), dip.parse_date("2004")) == (1, 730)


# visits ------------------------------------------------------------------------------------------------


def test_prepare_orders_directs_and_leaves_out_what_is_not_counted() -> None:
    ready = dip.prepare(SMALL)
    assert ready["visit_id"].tolist() == ["V1", "V2", "V3", "V4"]
    assert ready["direction"].tolist() == ["to Mongolia", "from Mongolia", "to Mongolia", "from Mongolia"]
    assert ready["partner"].tolist() == ["RUS", "CHN", "CHN", "RUS"]
    assert len(dip.prepare(SMALL, uncounted=True)) == 5


def test_a_visit_without_mongolia_is_refused() -> None:
    with pytest.raises(ValueError, match="V9"):
        dip.prepare(visits(("V9", "2001", "RUS", "CHN", "yes")))


def test_counts_by_year_show_years_without_a_visit() -> None:
    counted = dip.count_visits(dip.prepare(SMALL), ["partner", "year"], years=(2000, 2003))
    table = counted.set_index(["partner", "year"])["visits"]
    assert table.loc["RUS"].tolist() == [1, 0, 0, 1]
    assert table.loc["CHN"].tolist() == [0, 0, 1, 1]
    only = dip.count_visits(dip.prepare(SMALL), ["year"], years=(2001, 2002))
    assert only["visits"].tolist() == [0, 1]
    assert dip.count_visits(dip.prepare(SMALL), ["direction"])["visits"].tolist() == [2, 2]


def test_gaps_are_exact_only_between_known_days() -> None:
    ready = dip.prepare(SMALL)
    russia = dip.gaps_between(ready[ready["partner"] == "RUS"])
    # 14 November 2000 to 2 July 2003: 17 + 30 (Dec) days to the year's end, two years, 31+28+31+30+31+30+2
    assert russia[["days_min", "days_max", "exact"]].values.tolist() == [[960, 960, True]]
    china = dip.gaps_between(ready[ready["partner"] == "CHN"])
    # from any day of 2002 to any day of June 2003
    assert china[["days_min", "days_max", "exact"]].values.tolist() == [[152, 545, False]]
    assert dip.gaps_between(ready.head(1)).empty


def test_answers_lie_within_the_days_given_and_are_known_to_the_day() -> None:
    ready = dip.prepare(
        visits(
            ("V1", "2014-08-21", "CHN", "MNG", "yes"),
            ("V2", "2014-09-03", "RUS", "MNG", "yes"),
            ("V3", "2014-09", "CHN", "MNG", "yes"),
            ("V4", "2014-10-30", "CHN", "MNG", "yes"),
        )
    )
    near = dip.answers(ready[ready["partner"] == "CHN"], ready[ready["partner"] == "RUS"], days=30)
    assert near[["visit", "near_visit", "days"]].values.tolist() == [["V1", "V2", -13]]


# anniversaries -----------------------------------------------------------------------------------------


def test_jubilees_are_whole_steps_after_the_event() -> None:
    assert dip.is_jubilee(1989, 1939, 10)
    assert not dip.is_jubilee(1939, 1939)
    assert not dip.is_jubilee(1934, 1939)
    assert dip.jubilee_years([1939], (2008, 2020)) == (2009, 2014, 2019)
    assert dip.jubilee_years([1939, 1921], (2010, 2016)) == (2011, 2014, 2016)


def test_chance_at_least_is_exact() -> None:
    assert dip.chance_at_least(2, 3, Fraction(1, 2)) == Fraction(1, 2)
    assert dip.chance_at_least(4, 5, Fraction(1, 5)) == Fraction(21, 3125)
    assert dip.chance_at_least(0, 7, Fraction(1, 9)) == 1
    with pytest.raises(ValueError, match="sensible"):
        dip.chance_at_least(4, 3, Fraction(1, 2))


@given(st.integers(0, 12), st.fractions(0, 1))
def test_chances_fall_as_more_hits_are_asked_for(trials: int, share: Fraction) -> None:
    chances = [dip.chance_at_least(hits, trials, share) for hits in range(trials + 1)]
    assert chances[0] == 1
    assert chances == sorted(chances, reverse=True)


def test_anniversary_test_by_both_methods() -> None:
    row = dip.anniversary_test([2000, 2009, 2014, 2019, 2024], [1939], (1991, 2025)).iloc[0]
    # 1994, 1999, ... 2024: 7 of 35 years, so one fifth
    assert (row["hits"], row["visits"], row["jubilee_years"], row["window_years"]) == (4, 5, 7, 35)
    assert row["share_pct"] == pytest.approx(20)
    assert row["expected"] == pytest.approx(1)
    assert row["probability"] == pytest.approx(21 / 3125)
    apart = dip.anniversary_test([1, 2], [0], (1, 4), step=2, distinct=True).iloc[0]
    # jubilees 2 and 4; at least one of two different years out of four: 1 - 1/6
    assert apart["probability"] == pytest.approx(5 / 6)
    assert apart["method"] == "hypergeometric"


@pytest.mark.parametrize(
    ("years", "distinct", "message"),
    [([], False, "no visit"), ([1990], False, "outside"), ([2000, 2000], True, "several")],
)
def test_anniversary_test_refuses_what_it_cannot_answer(
    years: list[int], distinct: bool, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        dip.anniversary_test(years, [1939], (1999, 2004), distinct=distinct)


# agreements and partnerships ---------------------------------------------------------------------------

DOCUMENTS = pd.DataFrame(
    [
        ("A1", "1993-01-20", "MNG;RUS", None),
        ("A2", "2016-06-23", "CHN;MNG;RUS", None),
        ("A3", "2019-09-03", "MNG;RUS", "2020-09-21"),
        ("A4", "2016", "EAEU;MNG", "2018"),
        ("A5", "2025-09-02", "CHN;RUS", None),
    ],
    columns=["agreement_id", "date_signed", "parties", "date_in_force"],
)


def test_documents_are_split_by_partner() -> None:
    pairs = dip.by_pair(DOCUMENTS)
    assert pairs[["agreement_id", "partner"]].values.tolist() == [
        ["A1", "RUS"], ["A4", "EAEU"], ["A2", "CHN"], ["A2", "RUS"], ["A3", "RUS"], ["A5", ""],
    ]  # fmt: skip
    assert pairs.loc[pairs["trilateral"], "agreement_id"].tolist() == ["A2", "A2", "A5"]
    counted = dip.count_by_year(pairs, years=(2015, 2019)).set_index(["partner", "year"])["documents"]
    assert counted.loc["RUS"].tolist() == [0, 1, 0, 0, 1]
    assert dip.count_by_year(pairs)["documents"].sum() == 5


def test_in_force_needs_a_date_that_has_surely_passed() -> None:
    assert dip.in_force_on(DOCUMENTS, date(2020, 9, 20))["agreement_id"].tolist() == ["A4"]
    assert dip.in_force_on(DOCUMENTS, date(2020, 9, 21))["agreement_id"].tolist() == ["A3", "A4"]
    assert dip.in_force_on(DOCUMENTS, date(2018, 6, 1)).empty


def steps(*rows: tuple[str, str, str | None, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["partner", "level", "date", "counted"])
    frame["counted"] = (frame["counted"] == "yes").astype("boolean")
    return frame.assign(partner_iso3=frame["partner"].str[:3].str.upper(), source_ids="a-source")


STEPS = steps(
    ("Japan", "comprehensive", "1998", "yes"),
    ("Japan", "strategic", "2010-11-19", "yes"),
    ("Japan", "special strategic", "2022-11-29", "yes"),
    ("Russia", "strategic", "2009-08-25", "yes"),
    ("India", "comprehensive", None, "yes"),
    ("Britain", "roadmap towards comprehensive", "2024-04-25", "yes"),
    ("Nowhere", "strategic", "2020", "no"),
)


def test_partnerships_on_a_day_give_the_highest_level() -> None:
    then = dip.partnerships_on(STEPS, date(2012, 1, 1))
    assert then[["partner", "level"]].values.tolist() == [["Russia", "strategic"], ["Japan", "strategic"]]
    assert dip.partnerships_on(STEPS, date(1998, 12, 30)).empty
    now = dip.partnerships_on(STEPS, date(2026, 2, 28))
    assert now["partner"].tolist() == ["Japan", "Russia"]
    assert now["since"].iloc[0] == "2022-11-29"
    assert "Britain" in dip.partnerships_on(STEPS, date(2026, 2, 28), intentions=True)["partner"].tolist()


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="eternal"):
        dip.partnerships_on(steps(("Japan", "eternal", "1998", "yes")), date(2020, 1, 1))


# votes -------------------------------------------------------------------------------------------------


def ballots() -> pd.DataFrame:
    cast: dict[tuple[str, str, bool], dict[str, str | None]] = {
        ("a", "2014-03-27", False): {"MNG": "A", "RUS": "N"},
        ("b", "2016-12-19", False): {"MNG": "N", "RUS": "N"},
        ("c", "2017-12-19", False): {"MNG": "Y", "RUS": "N"},
        ("d", "2018-12-17", False): {"MNG": None, "RUS": "N"},
        ("e", "2019-12-17", False): {"MNG": "X", "RUS": "N"},
        ("p", "2022-09-16", True): {"MNG": "A", "RUS": "N"},
    }
    rows = [
        {"vote_id": vote, "date": day, "resolution": vote, "title": vote, "session": "regular",
         "procedural": procedural, "country": country, "vote": how}
        for (vote, day, procedural), by in cast.items() for country, how in by.items()
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"procedural": "boolean"})


def test_votes_not_seen_are_neither_abstentions_nor_absences() -> None:
    counts = dip.vote_counts(ballots()).set_index("country")
    assert counts[counts.index == "MNG"].to_numpy().tolist()[0] == [1, 1, 1, 1, 1, 5]
    assert counts[counts.index == "RUS"].to_numpy().tolist()[0] == [0, 5, 0, 0, 0, 5]
    assert dip.vote_counts(ballots(), procedural=True).set_index("country").loc["MNG", "abstained"] == 2


def test_the_grid_has_a_row_a_vote() -> None:
    grid = dip.vote_grid(ballots())
    assert grid["vote_id"].tolist() == ["a", "b", "c", "d", "e"]
    assert grid["MNG"].isna().sum() == 1
    assert len(dip.vote_grid(ballots(), procedural=True)) == 6


def test_same_side_counts_only_votes_that_both_cast() -> None:
    row = dip.same_side(ballots(), "MNG", "RUS").iloc[0]
    assert (row["shared"], row["identical"], row["opposed"], row["unknown"]) == (3, 1, 1, 1)
    assert row["identical_pct"] == pytest.approx(100 / 3)
    none = dip.same_side(ballots().query("vote_id == 'd'"), "MNG", "RUS").iloc[0]
    assert none["shared"] == 0
    assert pd.isna(none["identical_pct"])


YEARLY = pd.DataFrame(
    {"year": [2019, 1993], "country": "RUS", "shared_votes": [80, 40], "identical": [60, 10],
     "opposed": [8, 4], "thin": [False, True]}
).astype({"thin": "boolean"})  # fmt: skip


def test_agreement_shares_add_to_a_hundred_and_thin_years_are_marked() -> None:
    frame = dip.agreement_by_year(YEARLY, "RUS")
    assert frame["year"].tolist() == [1993, 2019]
    assert frame["thin"].tolist() == [True, False]
    last = frame.iloc[1][["identical_pct", "opposed_pct", "other_pct"]]
    assert last.astype(float).tolist() == pytest.approx([75, 10, 15])
    assert dip.agreement_by_year(YEARLY, "RUS", thin="drop")["year"].tolist() == [2019]
    with pytest.raises(ValueError, match="mark"):
        dip.agreement_by_year(YEARLY, "RUS", thin="hide")
    with pytest.raises(ValueError, match="XXX"):
        dip.agreement_by_year(YEARLY, "XXX")


POINTS = pd.DataFrame(
    [(2021, "MNG", -0.5, -0.7, -0.3), (2021, "RUS", 0.0, -0.2, 0.2), (2022, "MNG", -0.6, -0.9, -0.3),
     (2022, "RUS", -0.5, -0.7, -0.4), (2022, "USA", 2.0, 1.8, 2.2)],
    columns=["year", "country", "ideal_point", "lower_5", "upper_95"],
)  # fmt: skip


def test_distance_has_the_bounds_of_both_intervals() -> None:
    frame = dip.ideal_distance(POINTS, "MNG", "RUS")
    assert frame["distance"].tolist() == pytest.approx([0.5, 0.1])
    assert frame["distance_min"].tolist() == pytest.approx([0.1, 0.0])
    assert frame["distance_max"].tolist() == pytest.approx([0.9, 0.5])
    assert frame["intervals_overlap"].tolist() == [False, True]
    turned = dip.ideal_distance(POINTS, "RUS", "MNG")
    assert turned["distance_max"].tolist() == pytest.approx(frame["distance_max"].tolist())
    with pytest.raises(ValueError, match="XXX"):
        dip.ideal_distance(POINTS, "MNG", "XXX")


def test_rank_is_set_against_the_number_of_states() -> None:
    ranks = pd.DataFrame(
        {"period": ["1992-1999", "1990-1991"], "year_from": [1992, 1990], "year_to": [1999, 1991],
         "country": "RUS", "rank": [101, 1], "n_countries": [201, 11], "identical_pct": [50.0, 90.0],
         "shared_votes": [400, 100]}
    )  # fmt: skip
    frame = dip.rank_by_period(ranks, "RUS")
    assert frame["rank"].tolist() == [1, 101]
    assert frame["closer_pct"].tolist() == pytest.approx([0, 50])
    with pytest.raises(ValueError, match="XXX"):
        dip.rank_by_period(ranks, "XXX")


# offices -----------------------------------------------------------------------------------------------

THEIRS = pd.DataFrame(
    [("P", "2000-01-01", "2000-01-11"), ("P", "2000-01-11", "2000-01-21"), ("M", "2000-01-21", "2000-01-31"),
     ("P", "2000-01-31", None)],
    columns=["name", "start", "end"],
)  # fmt: skip
OURS = pd.DataFrame(
    [("E", "2000-01-06", "2000-02-05"), ("K", "2000-02-05", None)], columns=["name", "start", "end"]
)


def test_terms_that_touch_are_one_and_a_pause_is_kept() -> None:
    end = date(2000, 2, 10)
    assert dip.span_of(THEIRS, "P", end) == [
        (date(2000, 1, 1), date(2000, 1, 21)), (date(2000, 1, 31), date(2000, 2, 10)),
    ]  # fmt: skip
    assert dip.span_of(THEIRS, "P", end, unbroken=True) == [(date(2000, 1, 1), end)]
    assert dip.span_of(THEIRS, "P", date(2000, 1, 5)) == [(date(2000, 1, 1), date(2000, 1, 5))]


def test_overlap_depends_on_the_definition() -> None:
    strict = dip.overlap_days(OURS, THEIRS, "P", date(2000, 2, 10))
    # E: 6 to 20 January (15 days) and 31 January to 4 February (5); K: 5 to 9 February (5)
    assert strict[["president", "days", "ongoing"]].values.tolist() == [["E", 20, False], ["K", 5, True]]
    wide = dip.overlap_days(OURS, THEIRS, "P", date(2000, 2, 10), premiership=True)
    assert wide["days"].tolist() == [30, 5]
    assert set(wide["definition"]) == {"premiership included"}


def test_days_are_not_counted_from_a_month() -> None:
    loose = pd.DataFrame([("K", "2017-10", None)], columns=["name", "start", "end"])
    with pytest.raises(ValueError, match="2017-10"):
        dip.span_of(loose, "K", date(2020, 1, 1))
    with pytest.raises(ValueError, match="nobody"):
        dip.span_of(loose, "nobody", date(2020, 1, 1))


def test_the_newcomer_holds_the_office_on_the_day_of_handover() -> None:
    assert dip.in_office_on(OURS, date(2000, 2, 5)) == "K"
    assert dip.in_office_on(OURS, date(2000, 2, 4)) == "E"
    assert dip.in_office_on(OURS, date(1999, 1, 1)) is None
