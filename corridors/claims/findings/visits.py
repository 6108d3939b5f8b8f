"""Claims on visits: dates, counts by kind, jubilees, and what visits brought."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from corridors.claims.lookup import (
    DIPLOMAT,
    HORIZON,
    NIAS,
    counted,
    listed,
    matching,
    published,
    words,
)
from corridors.claims.registry import Load, conclude, settles
from corridors.claims.rules import (
    Evidence,
    Finding,
    Judgement,
    Reading,
    Tolerance,
    Verdict,
    all_hold,
    by_readings,
    count_equals,
    date_equals,
    number_within,
    qualified,
)
from corridors.diplomacy import anniversary_test, parse_date, prepare

KHALKHIN_GOL: Final = 1939
FORMAL: Final = ("state", "official")
OFTEN: Final = "half or more counts as often; the text gives no number"
ONE_LIST: Final = "of early visits, above all those of Presidents Ochirbat and Bagabandi, few were found"


def presidential(load: Load, direction: str) -> pd.DataFrame:
    """Presidents of Russia in Mongolia ("to Mongolia") or of Mongolia in Russia ("from Mongolia"), in order.

    Visits that only were announced and virtual meetings are left out.
    """
    frame = prepare(load("visits"))
    frame = frame[(frame["partner"] == "RUS") & (frame["office_class"] == "head of state")]
    frame = frame[(frame["direction"] == direction) & (frame["visit_type"] != "virtual")]
    return frame.reset_index(drop=True)


def visit(load: Load, visitor: str, host: str, year: int) -> pd.Series[Any]:
    """The counted visit of a person to a country in the claimed year, or else in the year nearest to it.

    So a date that moves changes the verdict instead of stopping the book. Raises LookupError without one.
    """
    frame = prepare(load("visits"))
    frame = matching(frame, visitor=visitor, host_country=host)
    if frame.empty:
        raise LookupError(f"visits: no counted visit of {visitor} to {host}")
    nearest = (frame["year"] - year).abs().to_numpy().argmin()
    return frame.iloc[int(nearest)]


def visit_evidence(row: pd.Series[Any]) -> tuple[Evidence, ...]:
    """The row of one visit as evidence."""
    says = (
        f"{row['visitor']}, {row['office']}: {row['visit_type']} visit from {words(str(row['date_start']))}"
    )
    return (Evidence("visits", str(row["visit_id"]), says),)


def ids(frame: pd.DataFrame) -> str:
    """The ids of visits as the rows of an evidence."""
    return ", ".join(frame["visit_id"].astype(str)) or "no row"


@settles("NIAS-01")
def arrival_in_september(load: Load) -> Finding:
    """Putin came on 2 September 2024."""
    row = visit(load, "Vladimir Putin", "MNG", 2024)
    start = str(row["date_start"])
    end = start if pd.isna(row["date_end"]) else str(row["date_end"])
    judgement = date_equals("2024-09-02", start)
    statement = f"The table has the visit begin on {words(start)}"
    if end != start:
        judgement = qualified(judgement, f"the visit went on to {words(end)}")
        statement += f" and end on {words(end)}, the day of the talks and documents"
    return conclude(
        "NIAS-01", judgement, claimed="2 September 2024", found=f"{words(start)} to {words(end)}",
        statement=f"{statement}.", evidence=visit_evidence(row),
    )  # fmt: skip


@settles("NIAS-02")
def jubilee_of_2024(load: Load) -> Finding:
    """The occasion was the 85th anniversary of Khalkhin Gol."""
    row = visit(load, "Vladimir Putin", "MNG", 2024)
    years = parse_date(str(row["date_start"])).year - KHALKHIN_GOL
    occasion, kind = str(row["occasion"]), str(row["anniversary"])
    named = f"{years}th anniversary of Khalkhin Gol"
    judgement = all_hold(
        [
            ("the year is 85 years after 1939", years == 85),
            ("the occasion names it", named in occasion and "85th" in occasion),
            ("the visit is coded as of this jubilee", kind == "khalkhin_gol"),
        ]
    )
    return conclude(
        "NIAS-02", judgement, claimed="85th anniversary", found=f"{years} years; {occasion}",
        statement=f"The visit fell {years} years after {KHALKHIN_GOL}; the occasions named were: {occasion}.",
        evidence=visit_evidence(row), value=float(years), unit="years",
    )  # fmt: skip


@settles("NIAS-10")
def first_in_five_years(load: Load) -> Finding:
    """The visit was the first in five years."""
    frame = presidential(load, "to Mongolia")
    frame = frame[frame["latest"] <= pd.Timestamp(published(load, NIAS))]
    before, last = frame.iloc[-2], frame.iloc[-1]
    day = last["earliest"] - before["earliest"]
    years = float(day.days / 365.25)
    tolerance = Tolerance(0.25, 0.5, "a phrase in whole years; a quarter of a year is rounding")
    judgement = number_within(5, years, tolerance, "years")
    return conclude(
        "NIAS-10", judgement, claimed="5 years", found=f"{years:.2f} years",
        statement=f"Before the visit that began on {words(str(last['date_start']))} the last one by a "
        "Russian "
        f"president began on {words(str(before['date_start']))}: {day.days:,} days, or {years:.1f} years.",
        evidence=(Evidence("visits", ids(frame.tail(2)), "the two latest visits of a Russian president"),),
        value=years, unit="years",
    )  # fmt: skip


@settles("DIP-07")
def visits_on_anniversaries(load: Load) -> Finding:
    """High-level visits are often timed to commemorations."""
    until = pd.Timestamp(published(load, DIPLOMAT))
    here, there = presidential(load, "to Mongolia"), presidential(load, "from Mongolia")
    groups = {
        "Russian presidents in Mongolia": here[here["earliest"] <= until],
        "presidents in both directions": pd.concat([here, there]).query("earliest <= @until"),
        "heads of state and government in both directions": _leaders(load, until),
    }
    readings = []
    for name, frame in groups.items():
        hits = int((frame["anniversary"] != "none").sum())
        share = 100 * hits / len(frame)
        answer = f"{hits} of {len(frame)} visits fell on a named jubilee ({share:.0f} per cent)"
        readings.append(Reading(name, answer, share >= 50))
    window = (int(here["year"].min()), HORIZON.year)
    test = anniversary_test([int(y) for y in here["year"]], [KHALKHIN_GOL], window).iloc[0]
    judgement = by_readings(readings)
    return conclude(
        "DIP-07", Judgement(judgement.verdict, f"{judgement.rule}; {OFTEN}"),
        claimed="often", found=readings[0].answer,
        statement=f"Up to the article, {_lower(readings[0])}; {_lower(readings[1])}; {_lower(readings[2])}. "
        f"{test['hits']} of all {test['visits']} visits of Russian presidents since {window[0]} fall in a "
        "fifth year "
        f"after {KHALKHIN_GOL}; if each of the {test['window_years']} years to {window[1]} were equally "
        "likely, "
        f"as many or more would come by chance with a probability of {test['probability']:.4f}.",
        evidence=(Evidence("visits", ids(pd.concat([here, there])), "jubilees that the sources name"),),
        readings=tuple(readings), value=float(test["probability"]), unit="1",
    )  # fmt: skip


def _lower(reading: Reading) -> str:
    """A definition with its answer, for the middle of a sentence."""
    return f"{reading.definition}: {reading.answer}"


def _leaders(load: Load, until: pd.Timestamp) -> pd.DataFrame:
    """Presidents and prime ministers between Mongolia and Russia, both directions, to a day."""
    frame = prepare(load("visits"))
    frame = frame[(frame["partner"] == "RUS") & (frame["visit_type"] != "virtual")]
    frame = frame[frame["office_class"].isin(["head of state", "head of government"])]
    return frame[frame["earliest"] <= until]


@settles("DIP-10")
def visits_and_upgrades(load: Load) -> Finding:
    """Presidential visits have often led to a major upgrade."""
    until = pd.Timestamp(published(load, DIPLOMAT))
    visits = pd.concat([presidential(load, "to Mongolia"), presidential(load, "from Mongolia")])
    visits = visits[visits["earliest"] <= until].sort_values("earliest")
    papers = matching(load("agreements"), parties="MNG;RUS", subject="political")
    papers = papers[papers["agreement_type"].isin(["treaty", "declaration"])]
    papers = papers[papers["date_signed"].between("1993", str(until.date()))]
    on_visit = {
        str(paper): str(row["visit_id"])
        for paper, day in zip(papers["agreement_id"], papers["date_signed"], strict=True)
        for _, row in visits.iterrows()
        if str(row["date_start"])
        <= day
        <= str(row["date_start"] if pd.isna(row["date_end"]) else row["date_end"])
    }
    formal = visits[visits["visit_type"].isin(FORMAL)]
    brought = set(on_visit.values())
    counts = [
        ("upgrades signed on a presidential visit", len(on_visit), len(papers)),
        ("state or official visits that brought one", sum(formal["visit_id"].isin(brought)), len(formal)),
        ("all presidential visits, multilateral included", len(brought), len(visits)),
    ]  # fmt: skip
    readings = tuple(Reading(name, f"{part} of {all_}", 2 * part >= all_) for name, part, all_ in counts)
    judgement = by_readings(readings)
    return conclude(
        "DIP-10", Judgement(judgement.verdict, f"{judgement.rule}; {OFTEN}"),
        claimed="often", found=f"{readings[0].answer} upgrades on visits",
        statement=f"{counts[0][1]} of the {counts[0][2]} treaties and declarations that raised relations "
        "since 1993 "
        f"were signed on a presidential visit; {counts[1][1]} of {counts[1][2]} state or official visits "
        "brought one, "
        f"but only {counts[2][1]} of {counts[2][2]} presidential visits of any kind. Upgrades may be saved "
        "up for "
        "visits, so the visit need not be the cause.",
        evidence=(
            Evidence("agreements", ", ".join(papers["agreement_id"]), "political treaties and declarations"),
            Evidence("visits", ids(visits), "presidential visits in both directions"),
        ),
        readings=readings,
    )  # fmt: skip


def _by_kind(load: Load, direction: str) -> list[tuple[str, int]]:
    """Number of presidential visits from 1993 to 2021 under four definitions of a state visit."""
    frame = presidential(load, direction)
    frame = frame[frame["year"].between(1993, 2021)]
    kinds = {
        "state or official visits": FORMAL,
        "state visits in the strict sense": ("state",),
        "bilateral visits of any kind (working visits and meetings too)": (*FORMAL, "working", "meeting"),
        "visits of any kind, summits and parades included": tuple(frame["visit_type"].unique()),
    }
    return [(name, int(frame["visit_type"].isin(list(types)).sum())) for name, types in kinds.items()]


def _readings_of_kinds(kinds: list[tuple[str, int]], claimed: int) -> tuple[Reading, ...]:
    return tuple(Reading(name, counted(number, "visit"), number == claimed) for name, number in kinds)


@settles("DIP-11")
def eleven_visits_to_russia(load: Load) -> Finding:
    """Eleven official presidential state visits to Russia from Mongolia from 1993 to 2021."""
    kinds = _by_kind(load, "from Mongolia")
    readings = _readings_of_kinds(kinds, 11)
    judgement = count_equals(11, kinds[0][1], incomplete=ONE_LIST)
    if any(reading.holds for reading in readings[1:]) and judgement.verdict is Verdict.CONTRADICTED:
        judgement = Judgement(Verdict.IMPRECISE, f"{judgement.rule}; another definition gives the number")
    shown = listed(f"{number} {name}" for name, number in kinds)
    back = dict(_by_kind(load, "to Mongolia"))
    both = [name for name, number in kinds if number == 11 and back[name] == 4]
    return conclude(
        "DIP-11", judgement, claimed="11 state visits", found=f"{kinds[0][1]} {kinds[0][0]}",
        statement=f"Found for Mongolian presidents in Russia from 1993 to 2021: {shown}. Definitions that "
        "give both 11 "
        f"in this direction and 4 in the other: {listed(both)}.",
        evidence=(Evidence("visits", ids(presidential(load, "from Mongolia")), "by kind of visit"),),
        readings=readings, value=float(kinds[0][1]), unit="1",
    )  # fmt: skip


@settles("DIP-12")
def four_visits_to_mongolia(load: Load) -> Finding:
    """Four official presidential state visits from Russia to Mongolia from 1993 to 2021."""
    kinds = _by_kind(load, "to Mongolia")
    readings = _readings_of_kinds(kinds, 4)
    shown = listed(f"{number} {name}" for name, number in kinds)
    return conclude(
        "DIP-12", by_readings(readings), claimed="4 state visits", found=f"{kinds[0][1]} {kinds[0][0]}",
        statement=f"Found for Russian presidents in Mongolia from 1993 to 2021: {shown}.",
        evidence=(Evidence("visits", ids(presidential(load, "to Mongolia")), "by kind of visit"),),
        readings=readings, value=float(kinds[0][1]), unit="1",
    )  # fmt: skip


@settles("DIP-35")
def visit_of_2010(load: Load) -> Finding:
    """The talks on oil began on a state visit of Elbegdorj to Russia in 2010."""
    frame = presidential(load, "from Mongolia")
    frame = frame[frame["visitor"] == "Tsakhiagiin Elbegdorj"]
    that_year = frame[frame["year"] == 2010]
    formal = frame[frame["visit_type"].isin(FORMAL)]
    readings = (
        Reading("a state visit in 2010", counted(int((that_year["visit_type"] == "state").sum()), "visit"),
                bool((that_year["visit_type"] == "state").any())),
        Reading("a state or official visit in 2010",
                counted(int(that_year["visit_type"].isin(FORMAL).sum()), "visit"),
                bool(that_year["visit_type"].isin(FORMAL).any())),
    )  # fmt: skip
    kinds = listed(f"{row['visit_type']} ({row['occasion']})" for _, row in that_year.iterrows())
    first = formal.iloc[0]
    return conclude(
        "DIP-35", by_readings(readings), claimed="state visit, 2010", found=f"in 2010: {kinds}",
        statement=f"In 2010 the table has of him in Russia: {kinds}. His first state or official visit "
        "there began on "
        f"{words(str(first['date_start']))} and was {first['visit_type']}; its outcome as recorded: "
        f"{first['outcome']}.",
        evidence=(Evidence("visits", ids(frame), "Elbegdorj in Russia"),), readings=readings,
    )  # fmt: skip


@settles("DIP-42")
def visit_of_2019(load: Load) -> Finding:
    """In 2019 Putin paid an official visit for the 80th anniversary of Khalkhin Gol."""
    row = visit(load, "Vladimir Putin", "MNG", 2019)
    years = parse_date(str(row["date_start"])).year - KHALKHIN_GOL
    judgement = all_hold(
        [
            ("official visit", str(row["visit_type"]) == "official"),
            ("80 years after 1939", years == 80),
            ("the occasion names Khalkhin Gol", str(row["anniversary"]) == "khalkhin_gol"),
        ]
    )
    return conclude(
        "DIP-42", judgement, claimed="official visit in 2019, 80th anniversary", found=str(row["occasion"]),
        statement=f"An {row['visit_type']} visit from {words(str(row['date_start']))}, {years} years after "
        f"{KHALKHIN_GOL}; occasions named: {row['occasion']}.",
        evidence=visit_evidence(row), value=float(years), unit="years",
    )  # fmt: skip
