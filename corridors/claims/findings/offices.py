"""Claims on terms of office and elections."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from corridors.claims.lookup import DIPLOMAT, HORIZON, counted, listed, matching, num, one, published, words
from corridors.claims.registry import Load, conclude, settles
from corridors.claims.rules import (
    Evidence,
    Finding,
    Judgement,
    Reading,
    Verdict,
    all_hold,
    by_readings,
    count_equals,
    date_equals,
)
from corridors.diplomacy import in_office_on, overlap_days, parse_date, span_of

PUTIN: Final = "Vladimir Putin"
ELBEGDORJ: Final = "Tsakhiagiin Elbegdorj"

#: "Terms 3 (2012), 4 (2018-05-07), 5 (2024-05-07)" in the note of the table.
_TERM: Final = re.compile(r"(\d) \((\d{4}(?:-\d{2}-\d{2})?)\)")


def putin_terms(load: Load) -> dict[int, str]:
    """Begin of Putin's third and later terms by number, from the note of the row of his present office."""
    rows = matching(load("presidents_russia"), name=PUTIN, office="president").sort_values("start")
    return {int(number): day for number, day in _TERM.findall(str(rows.iloc[-1]["note"]))}


def elections(load: Load) -> list[tuple[int, str]]:
    """Presidential elections of Mongolia, (year, who was elected) in order, from the column ``elected``."""
    frame = load("presidents_mongolia")
    found = [
        (int(year), str(name))
        for name, text in zip(frame["name"], frame["elected"], strict=True)
        for year in sorted(set(re.findall(r"\d{4}", str(text))))
    ]
    return sorted(found)


def _since_putin(load: Load) -> date:
    """The day on which Putin's first term as elected president began."""
    rows = matching(load("presidents_russia"), name=PUTIN, office="president").sort_values("start")
    return parse_date(str(rows.iloc[0]["start"])).earliest


@settles("DIP-03")
def six_more_years(load: Load) -> Finding:
    """The election of 2024 gave Putin six more years."""
    terms = putin_terms(load)
    years = parse_date(terms[5]).year - parse_date(terms[4]).year
    return conclude(
        "DIP-03", count_equals(6, years), claimed="6 years", found=f"{years} years",
        statement=f"The fourth term began on {words(terms[4])} and the fifth on {words(terms[5])}: a term "
        f"of {years} "
        f"years, so that the fifth ends in {parse_date(terms[5]).year + years}.",
        evidence=(Evidence("presidents_russia", PUTIN, "begin of the terms"),), value=float(years),
        unit="years",
    )  # fmt: skip


@settles("DIP-04")
def fifth_inauguration(load: Load) -> Finding:
    """The inauguration for a fifth term was on 7 May 2024."""
    day = putin_terms(load)[5]
    return conclude(
        "DIP-04", date_equals("2024-05-07", day), claimed="7 May 2024", found=words(day),
        statement=f"The fifth term began on {words(day)}.",
        evidence=(Evidence("presidents_russia", PUTIN, "begin of the fifth term"),),
    )  # fmt: skip


@settles("DIP-14")
def changes_in_russia(load: Load) -> Finding:
    """The leadership of Russia changed twice since Putin's election in 2000."""
    frame = load("presidents_russia").sort_values("start")
    since, until = str(_since_putin(load)), str(published(load, DIPLOMAT))
    frame = frame[frame["start"].between(since, until)]
    names = [str(name) for name in frame["name"]]
    days = [str(day) for day in frame["start"]]
    changes = [day for day, name, before in zip(days[1:], names[1:], names, strict=False) if name != before]
    return conclude(
        "DIP-14", count_equals(2, len(changes)), claimed="2 changes", found=counted(len(changes), "change"),
        statement=f"After {words(days[0])} the president changed {counted(len(changes), 'time')}: "
        f"{listed(words(day) for day in changes)}.",
        evidence=(Evidence("presidents_russia", f"terms from {days[0]}", "who followed whom"),),
        value=float(len(changes)), unit="1",
    )  # fmt: skip


@settles("DIP-15")
def five_elections(load: Load) -> Finding:
    """Mongolia has had five presidential elections since Putin's election in 2000."""
    since, until = _since_putin(load), published(load, DIPLOMAT)
    held = [year for year, _ in elections(load) if since.year <= year <= until.year]
    every = elections(load)
    new = [year for year, name in every if year in held and year == min(y for y, n in every if n == name)]
    incumbent = in_office_on(load("presidents_mongolia"), since)
    later = [year for year, name in every if year in held and name != incumbent]
    readings = (
        Reading(
            "all presidential elections since 2000", f"{len(held)}: {listed(map(str, held))}", len(held) == 5,
        ),
        Reading(
            "without the re-election of who was in office in 2000",
            f"{len(later)}: {listed(map(str, later))}", len(later) == 5,
        ),
        Reading("those that brought a new president", f"{len(new)}: {listed(map(str, new))}", len(new) == 5),
    )  # fmt: skip
    return conclude(
        "DIP-15", by_readings(readings), claimed="5 elections", found=counted(len(held), "election"),
        statement=f"Since 2000 there were {len(held)} presidential elections ({listed(map(str, held))}); "
        f"{len(new)} of "
        f"them brought a new president. Without the re-election of {incumbent}, in office in 2000, "
        f"there are {len(later)}.",
        evidence=(
            Evidence("presidents_mongolia", "column elected", "years of the elections"),
            Evidence("presidents_russia", PUTIN, "begin of the first term"),
        ),
        readings=readings, value=float(len(held)), unit="1",
    )  # fmt: skip


def _presidents_since(load: Load) -> pd.DataFrame:
    """Presidents of Mongolia in office at any time between Putin's first term and the article."""
    frame = load("presidents_mongolia")
    since, until = str(_since_putin(load)), str(published(load, DIPLOMAT))
    return frame[(frame["end"].isna() | (frame["end"] > since)) & (frame["start"] <= until)]


@settles("DIP-16")
def five_presidents(load: Load) -> Finding:
    """Mongolia has had five presidents since 2000."""
    names = [str(name) for name in _presidents_since(load)["name"]]
    return conclude(
        "DIP-16", count_equals(5, len(names)), claimed="5 presidents", found=counted(len(names), "president"),
        statement=f"In office between Putin's first term and the article: {listed(names)}.",
        evidence=(
            Evidence("presidents_mongolia", listed(names), "terms of office"),
            Evidence("presidents_russia", PUTIN, "begin of the first term"),
        ),
        value=float(len(names)), unit="1",
    )  # fmt: skip


@settles("DIP-18")
def putin_since_2000(load: Load) -> Finding:
    """Putin became president of Russia in 2000."""
    day = str(_since_putin(load))
    acting = one(load("presidents_russia"), name=PUTIN, office="acting president")
    return conclude(
        "DIP-18", date_equals("2000", day), claimed="2000", found=words(day),
        statement=f"President from {words(day)}; acting president from {words(str(acting['start']))}.",
        evidence=(Evidence("presidents_russia", PUTIN, "first terms"),),
    )  # fmt: skip


@settles("DIP-19")
def prime_minister_2003(load: Load) -> Finding:
    """Enkhbayar was prime minister in 2003."""
    row = one(load("prime_ministers_mongolia"), name="Nambaryn Enkhbayar")
    frame = load("prime_ministers_mongolia")
    names = [in_office_on(frame, day) for day in (date(2003, 1, 1), date(2003, 12, 31))]
    judgement = all_hold(
        [("on 1 January 2003", names[0] == row["name"]), ("on 31 December 2003", names[1] == row["name"])]
    )
    return conclude(
        "DIP-19", judgement, claimed="2003", found=f"{row['start']} to {row['end']}",
        statement=f"The table has him as prime minister from {words(str(row['start']))} to "
        f"{words(str(row['end']))} "
        f"(confidence of the row: {row['confidence']}).",
        evidence=(Evidence("prime_ministers_mongolia", str(row["name"]), "term of office"),),
    )  # fmt: skip


def _years(load: Load, claim_id: str, name: str, claimed: tuple[str, str]) -> Finding:
    """A presidency from one year to another."""
    row = one(load("presidents_mongolia"), name=name)
    parts = [("begin", date_equals(claimed[0], str(row["start"])))]
    if claimed[1]:
        end = "9999" if pd.isna(row["end"]) else str(row["end"])
        parts.append(("end", date_equals(claimed[1], end)))
    worst = max((judged for _, judged in parts), key=lambda judged: tuple(Verdict).index(judged.verdict))
    span = words(str(row["start"])) + (" to now" if pd.isna(row["end"]) else f" to {words(str(row['end']))}")
    return conclude(
        claim_id, Judgement(worst.verdict, "; ".join(f"{part}: {judged.rule}" for part, judged in parts)),
        claimed="-".join(year for year in claimed if year), found=span,
        statement=f"{name} was president of Mongolia from {span.replace(' to now', ' on')}.",
        evidence=(Evidence("presidents_mongolia", name, "term of office"),),
    )  # fmt: skip


@settles("DIP-22")
def enkhbayar(load: Load) -> Finding:
    """Enkhbayar was president from 2005 to 2009."""
    return _years(load, "DIP-22", "Nambaryn Enkhbayar", ("2005", "2009"))


@settles("DIP-25")
def elbegdorj(load: Load) -> Finding:
    """Elbegdorj was elected in 2009."""
    row = one(load("presidents_mongolia"), name=ELBEGDORJ)
    years = [year for year, name in elections(load) if name == ELBEGDORJ]
    return conclude(
        "DIP-25", date_equals("2009", str(years[0])), claimed="2009", found=listed(map(str, years)),
        statement=f"Elected in {listed(map(str, years))}; in office from {words(str(row['start']))}.",
        evidence=(Evidence("presidents_mongolia", ELBEGDORJ, "elections and begin of the term"),),
    )  # fmt: skip


@settles("DIP-44")
def battulga(load: Load) -> Finding:
    """Battulga was in office from 2017 to 2021."""
    return _years(load, "DIP-44", "Khaltmaagiin Battulga", ("2017", "2021"))


@settles("DIP-48")
def khurelsukh(load: Load) -> Finding:
    """Khurelsukh took office in 2021."""
    return _years(load, "DIP-48", "Ukhnaagiin Khurelsukh", ("2021", ""))


@settles("DIP-49")
def single_term(load: Load) -> Finding:
    """Under a new amendment Khurelsukh serves one six-year term."""
    row = one(load("presidents_mongolia"), name="Ukhnaagiin Khurelsukh")
    note = str(row["note"])
    end = re.search(r"ends (\d{4})", note)
    years = int(end.group(1)) - parse_date(str(row["start"])).year if end else 0
    amendment = re.search(r"(\d{4}) amendment", note)
    judgement = all_hold(
        [
            ("six years", years == 6),
            ("a single term", "single" in note.lower()),
            ("by an amendment of the constitution", amendment is not None),
        ]
    )
    return conclude(
        "DIP-49", judgement, claimed="one term of 6 years", found=f"{years} years",
        statement=f"In office from {words(str(row['start']))}, term of {years} years"
        + (f" under the amendment of {amendment.group(1)}." if amendment else "."),
        evidence=(Evidence("presidents_mongolia", str(row["name"]), "term and note"),),
        value=float(years), unit="years",
    )  # fmt: skip


def _overlaps(load: Load, as_of: date, *, acting: bool, premiership: bool) -> pd.DataFrame:
    """Days that each Mongolian president shared with Putin; see :func:`corridors.diplomacy.overlap_days`."""
    russian = load("presidents_russia")
    if not acting:
        russian = russian[russian["office"] != "acting president"]
    return overlap_days(load("presidents_mongolia"), russian, PUTIN, as_of, premiership=premiership)


def _first(frame: pd.DataFrame) -> tuple[str, str]:
    """Who leads, and the first two with their days in words."""
    rows: list[Any] = [row for _, row in frame.head(2).iterrows()]
    shown = [f"{str(row['president']).split()[-1]} {int(row['days']):,} days" for row in rows]
    return str(rows[0]["president"]), ", ".join(shown)


@settles("DIP-26")
def longest_overlap(load: Load) -> Finding:
    """Elbegdorj was the Mongolian president who worked longest with Putin."""
    until = published(load, DIPLOMAT)
    definitions = [
        ("Putin as elected president, to the article", until, False, False),
        ("the same, his months as acting president included", until, True, False),
        ("his years as prime minister (2008-2012) included", until, True, True),
        ("Putin as elected president, to the horizon of the tables", HORIZON, False, False),
    ]
    readings = []
    for name, day, acting, premiership in definitions:
        leader, shown = _first(_overlaps(load, day, acting=acting, premiership=premiership))
        readings.append(Reading(f"{name} ({words(str(day))})", shown, leader == ELBEGDORJ))
    base = _overlaps(load, HORIZON, acting=False, premiership=False).set_index("president")
    mine = int(num(base.loc[ELBEGDORJ, "days"]))
    now = span_of(load("presidents_mongolia"), "Ukhnaagiin Khurelsukh", HORIZON)[-1][0]
    passes = now + timedelta(days=mine + 1)
    return conclude(
        "DIP-26", by_readings(readings), claimed="Elbegdorj", found=readings[0].answer,
        statement=f"It depends on what counts. With Putin as elected president: {readings[0].answer}. With "
        "his months "
        f"as acting president: {readings[1].answer}. With his years as prime minister: {readings[2].answer}. "
        f"Khurelsukh, if still in office, passes Elbegdorj's {mine:,} days on {words(str(passes))}.",
        evidence=(
            Evidence("presidents_mongolia", "all", "terms of office"),
            Evidence("presidents_russia", "all", "terms of office"),
        ),
        readings=tuple(readings), value=float(mine), unit="days",
    )  # fmt: skip


@settles("DIP-65")
def every_president_met_putin(load: Load) -> Finding:
    """Each Mongolian president since 2000 had to deal with Putin as leader."""
    until = published(load, DIPLOMAT)
    days = _overlaps(load, until, acting=False, premiership=False).set_index("president")["days"]
    names = [str(name) for name in _presidents_since(load)["name"]]
    judgement = all_hold((name, int(days[name]) > 0) for name in names)
    shown = listed(f"{name.split()[-1]} {int(days[name]):,}" for name in names)
    return conclude(
        "DIP-65", judgement, claimed="every president", found=shown,
        statement=f"Days in office with Putin as elected president, to {words(str(until))}: {shown}.",
        evidence=(
            Evidence("presidents_mongolia", "those in office since 2000", "terms of office"),
            Evidence("presidents_russia", PUTIN, "terms of office"),
        ),
    )  # fmt: skip
