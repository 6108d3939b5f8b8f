"""Claims on documents signed, treaties in force and levels of partnership."""

from __future__ import annotations

from datetime import date
from typing import Final

import pandas as pd

from corridors.claims.lookup import (
    DIPLOMAT,
    HORIZON,
    NIAS,
    THIRD_NEIGHBOURS,
    counted,
    listed,
    matching,
    one,
    published,
    words,
)
from corridors.claims.registry import Load, conclude, settles
from corridors.claims.rules import (
    Evidence,
    Finding,
    Reading,
    Tolerance,
    all_hold,
    at_least,
    beyond_data,
    by_readings,
    number_within,
    qualified,
)
from corridors.diplomacy import by_pair, in_force_on, parse_date, partnerships_on

VISIT_DAY: Final = "2024-09-03"
PARTNERSHIP: Final = "A22"
EXPANSION: Final = "one step may be chance; two or more with different partners are an expansion"


def _signed(load: Load, day: str) -> pd.DataFrame:
    """Documents between Mongolia and Russia signed on a day."""
    return matching(load("agreements"), date_signed=day, parties="MNG;RUS")


def _titles(frame: pd.DataFrame) -> str:
    return listed(f"{row['title']} ({row['agreement_id']})" for _, row in frame.iterrows())


def _documents(frame: pd.DataFrame, says: str) -> Evidence:
    return Evidence("agreements", ", ".join(dict.fromkeys(frame["agreement_id"])) or "no row", says)


@settles("NIAS-07")
def documents_of_the_visit(load: Load) -> Finding:
    """Agreements were signed on energy, health, the environment and the rebuilding of TPP-3."""
    frame = _signed(load, VISIT_DAY)
    subjects = set(frame["subject"])
    plant = frame[frame["title"].str.contains("TPP-3")]
    judgement = all_hold(
        [
            ("energy", bool(subjects & {"electricity", "oil products"})),
            ("health", "health" in subjects),
            ("environment", "environment" in subjects),
            ("TPP-3", len(plant) > 0),
        ]
    )
    limits = []
    if len(plant) and plant["title"].str.contains("project documentation").all():
        limits.append("for TPP-3 only design papers were agreed, not the rebuilding")
    fuel = int((frame["subject"] == "oil products").sum())
    if fuel:
        limits.append(f"{counted(fuel, 'document')} on fuel are not named")
    if limits:
        judgement = qualified(judgement, "; ".join(limits))
    return conclude(
        "NIAS-07", judgement, claimed="energy, health, environment, TPP-3", found=listed(sorted(subjects)),
        statement=f"{counted(len(frame), 'document')} of {words(VISIT_DAY)}: {_titles(frame)}.",
        evidence=(_documents(frame, "documents of the visit"),), value=float(len(frame)), unit="1",
    )  # fmt: skip


@settles("NIAS-08")
def health_or_baikal(load: Load) -> Finding:
    """The consumer service and the health ministry signed a memorandum to protect Baikal and the Selenga."""
    frame = _signed(load, VISIT_DAY)
    health = frame[frame["title"].str.contains("Ministry of Health")]
    lake = frame[frame["title"].str.contains("Baikal")]
    both = sorted(set(health["agreement_id"]) & set(lake["agreement_id"]))
    readings = (
        Reading("one document of the health ministry on Baikal and the Selenga", listed(both), bool(both)),
    )  # fmt: skip
    pair = pd.concat([health, lake]).drop_duplicates("agreement_id")
    return conclude(
        "NIAS-08", by_readings(readings), claimed="one memorandum", found=counted(len(pair), "document"),
        statement=f"The health ministry signed {_titles(health)}; Baikal and the Selenga are the matter of "
        f"{_titles(lake)}. {'No document has both.' if not both else ''}".strip(),
        evidence=(_documents(pair, "parties and matter of the documents"),), readings=readings,
    )  # fmt: skip


@settles("NIAS-16")
def year_of_the_partnership(load: Load) -> Finding:
    """Moscow promised the comprehensive strategic partnership in 2020."""
    row = one(load("agreements"), agreement_id=PARTNERSHIP)
    signed, force = str(row["date_signed"]), str(row["date_in_force"])
    readings = (
        Reading("the day of signature", words(signed), signed.startswith("2020")),
        Reading("the day of entry into force", words(force), force.startswith("2020")),
    )
    return conclude(
        "NIAS-16", by_readings(readings), claimed="2020", found=f"signed {words(signed)}",
        statement=f"The treaty was signed on {words(signed)} and entered into force on {words(force)}: the "
        "year of the "
        f"claim is that of the {'signature' if readings[0].holds else 'entry into force'}."
        if any(reading.holds for reading in readings)
        else f"The treaty was signed on {words(signed)} and entered into force on {words(force)}: neither "
        "is the year of the claim.",
        evidence=(Evidence("agreements", PARTNERSHIP, "signature and entry into force"),), readings=readings,
    )  # fmt: skip


@settles("NIAS-36")
def partner_in_the_union(load: Load) -> Finding:
    """Mongolia has been Russia's key Asian partner in the Eurasian Economic Union since 2020."""
    until = str(published(load, NIAS))
    frame = matching(load("agreements"), parties="EAEU;MNG")
    binding = frame[frame["agreement_type"].isin(["treaty", "agreement"])]
    in_2020 = binding[binding["date_signed"].str.startswith("2020")]
    by_then = binding[binding["date_signed"] <= until]
    readings = (
        Reading(
            "a treaty or agreement with the Union of 2020", counted(len(in_2020), "document"),
            len(in_2020) > 0,
        ),
        Reading(
            "a treaty or agreement by the time of the text", counted(len(by_then), "document"),
            len(by_then) > 0,
        ),
    )  # fmt: skip
    steps = listed(f"{row['agreement_type']} of {words(row['date_signed'])}" for _, row in frame.iterrows())
    return conclude(
        "NIAS-36", by_readings(readings), claimed="partner since 2020",
        found=f"first treaty: {words(str(binding['date_signed'].min()))}" if len(binding) else "no treaty",
        statement=f"Steps between Mongolia and the Union in the table: {steps}. Of 2020 there is: "
        f"{_titles(frame[frame['date_signed'].str.startswith('2020')]) if len(frame) else 'none'}.",
        evidence=(_documents(frame, "documents with the Union and its Commission"),), readings=readings,
    )  # fmt: skip


@settles("NIAS-39")
def doors_opened(load: Load) -> Finding:
    """The visit could open the door to further projects."""
    pairs = by_pair(load("agreements"))
    later = pairs[(pairs["date_signed"] > VISIT_DAY) & pairs["parties"].str.contains("RUS|EAEU")]
    later = later.drop_duplicates("agreement_id")
    titles = listed(f"{row['title']} ({words(row['date_signed'])})" for _, row in later.iterrows())
    plant = one(load("projects"), project_id="tpp-3")
    return conclude(
        "NIAS-39", beyond_data("forecast", "what came after the visit need not have come of it"),
        claimed="further projects", found=counted(len(later), "document"),
        statement=f"After the visit, to {words(str(HORIZON)[:7])}, the table has "
        f"{counted(len(later), 'document')} with "
        f"Russia or the Eurasian Economic Union: {titles}. For TPP-3 the last step on record is: "
        f"{plant['latest_step']}.",
        evidence=(
            _documents(later, "documents after the visit"),
            Evidence("projects", "tpp-3", "latest step"),
        ),
        value=float(len(later)), unit="1",
    )  # fmt: skip


@settles("NIAS-42")
def third_neighbours_after(load: Load) -> Finding:
    """Ties with third neighbours could suffer from closeness to Russia and China."""
    steps = _steps(load, date(2024, 9, 4), HORIZON)
    steps = steps[~steps["partner_iso3"].isin(["RUS", "CHN"])]
    western = steps[steps["partner_iso3"].isin(THIRD_NEIGHBOURS)]
    return conclude(
        "NIAS-42", beyond_data("forecast", "a step not taken leaves no row, and titles are not closeness"),
        claimed="deterioration", found=f"{counted(len(steps), 'new step')} after the visit",
        statement=f"From the visit to {words(str(HORIZON)[:7])} the table has "
        f"{counted(len(steps), 'dated step')} of "
        f"partnership with others than Russia and China ({_names(steps)}), {len(western)} of them with one "
        "of the six "
        "third neighbours that the Diplomat article names.",
        evidence=(Evidence("partnerships", _names(steps), "steps after 3 September 2024"),),
        value=float(len(steps)), unit="1",
    )  # fmt: skip


def _steps(load: Load, first: date, last: date) -> pd.DataFrame:
    """Counted, dated steps of partnership between two days, no roadmaps; a month counts to its end."""
    frame = load("partnerships")
    frame = frame[frame["counted"].astype(bool) & frame["date"].notna()]
    frame = frame[~frame["level"].str.startswith("roadmap")]
    days = [parse_date(str(text)).latest for text in frame["date"]]
    return frame[[first <= day <= last for day in days]].sort_values("date")


def _names(steps: pd.DataFrame) -> str:
    return listed(f"{row['partner']} {words(str(row['date']))}" for _, row in steps.iterrows())


@settles("NIAS-54")
def upgraded_in_2024(load: Load) -> Finding:
    """Putin upgraded the relationship with Mongolia."""
    frame = load("partnerships")
    before, after = (
        one(partnerships_on(frame, day), partner="Russia")["level"]
        for day in (date(2024, 9, 1), date(2024, 9, 30))
    )
    papers = _signed(load, VISIT_DAY)
    readings = (
        Reading("a higher level of partnership", f"{before} before, {after} after", before != after),
        Reading("new documents of cooperation", counted(len(papers), "document"), len(papers) > 0),
    )
    return conclude(
        "NIAS-54", by_readings(readings), claimed="an upgrade", found=f"{before} before and {after} after",
        statement=f"The level of partnership was {before} before the visit and {after} after it; what the "
        "visit "
        f"brought was {counted(len(papers), 'document')}.",
        evidence=(Evidence("partnerships", "Russia", "levels"), _documents(papers, "documents of the visit")),
        readings=readings,
    )  # fmt: skip


@settles("DIP-06")
def hundred_years(load: Load) -> Finding:
    """A hundred years of diplomatic history."""
    frame = matching(load("agreements"), parties="MNG;RUS", subject="diplomatic relations").sort_values(
        "date_signed"
    )
    row = frame.iloc[0]
    start = parse_date(str(row["date_signed"])).earliest
    years = (published(load, DIPLOMAT) - start).days / 365.25
    judgement = number_within(100, years, Tolerance(5, 10, "a round number of years"), "years")
    return conclude(
        "DIP-06", judgement, claimed="100 years", found=f"{years:.1f} years",
        statement=f"From the {row['title']} of {words(str(start))} to the article: {years:.1f} years.",
        evidence=(Evidence("agreements", str(row["agreement_id"]), "first agreement"),), value=years,
        unit="years",
    )  # fmt: skip


@settles("DIP-13")
def partners_now(load: Load) -> Finding:
    """Mongolia and Russia are comprehensive strategic partners."""
    day = published(load, DIPLOMAT)
    level = str(one(partnerships_on(load("partnerships"), day), partner="Russia")["level"])
    force = in_force_on(load("agreements"), day)
    row = one(load("agreements"), agreement_id=PARTNERSHIP)
    valid = PARTNERSHIP in set(force["agreement_id"])
    judgement = all_hold(
        [
            ("the level is comprehensive strategic", level == "comprehensive strategic"),
            ("the treaty is in force", valid),
        ]
    )
    return conclude(
        "DIP-13", judgement, claimed="comprehensive strategic", found=level,
        statement=f"At the time of the article the level was {level}; the treaty of "
        f"{words(str(row['date_signed']))} "
        f"{'was' if valid else 'was not'} in force (duration: {row['duration']}).",
        evidence=(
            Evidence("partnerships", "Russia", "level"),
            Evidence("agreements", PARTNERSHIP, "in force"),
        ),
    )  # fmt: skip


@settles("DIP-43")
def signed_on_the_visit(load: Load) -> Finding:
    """The partnership was signed during Putin's visit of 2019."""
    row = one(load("agreements"), agreement_id=PARTNERSHIP)
    stay = matching(load("visits"), visitor="Vladimir Putin", host_country="MNG", office="president")
    signed = str(row["date_signed"])
    stay = stay[stay["date_start"].str.startswith("2019")]
    during = any(str(v["date_start"]) <= signed <= str(v["date_end"]) for _, v in stay.iterrows())
    judgement = all_hold(
        [("signed in 2019", signed.startswith("2019")), ("signed on a day of the visit", during)]
    )
    dates = listed(
        f"{words(str(v['date_start']))} to {words(str(v['date_end']))}" for _, v in stay.iterrows()
    )
    return conclude(
        "DIP-43", judgement, claimed="on the visit of 2019", found=words(signed),
        statement=f"Signed on {words(signed)}; the visit: {dates}. In force since "
        f"{words(str(row['date_in_force']))}.",
        evidence=(
            Evidence("agreements", PARTNERSHIP, "day of signature"),
            Evidence("visits", ", ".join(stay["visit_id"]) or "no row", "days of the visit"),
        ),
    )  # fmt: skip


@settles("DIP-47")
def strategic_under_battulga(load: Load) -> Finding:
    """Battulga raised ties with the United States, Japan and South Korea to a strategic partnership."""
    term = one(load("presidents_mongolia"), name="Khaltmaagiin Battulga")
    frame = load("partnerships")
    parts, said = [], []
    for partner in ("United States", "Japan", "South Korea"):
        day = str(one(frame, partner=partner, level="strategic")["date"])
        parts.append((partner, str(term["start"]) <= day < str(term["end"])))
        said.append(f"{partner} {words(day)}")
    return conclude(
        "DIP-47", all_hold(parts), claimed="three partners, 2017-2021",
        found=f"{sum(holds for _, holds in parts)} of 3 in his term",
        statement=f"The strategic partnerships date from: {listed(said)}. His term ran from "
        f"{words(str(term['start']))} "
        f"to {words(str(term['end']))}.",
        evidence=(
            Evidence("partnerships", "United States, Japan, South Korea: strategic", "dates"),
            Evidence("presidents_mongolia", str(term["name"]), "term of office"),
        ),
        value=float(sum(holds for _, holds in parts)), unit="1",
    )  # fmt: skip


def _expansion(load: Load, claim_id: str, president: str, until: date) -> Finding:
    """Steps of partnership with the third neighbours (India too) in the term of a president, up to a day."""
    term = one(load("presidents_mongolia"), name=president)
    end = until if pd.isna(term["end"]) else min(until, parse_date(str(term["end"])).earliest)
    steps = _steps(load, parse_date(str(term["start"])).earliest, end)
    steps = steps[steps["partner_iso3"].isin([*THIRD_NEIGHBOURS, "IND"])]
    return conclude(
        claim_id, at_least(steps["partner"].nunique(), 2, "partners", EXPANSION), claimed="expansion",
        found=counted(len(steps), "step"),
        statement=f"From {words(str(term['start']))} to {words(str(end))} partnership was raised "
        f"{counted(len(steps), 'time')} with third neighbours: {_names(steps)}.",
        evidence=(
            Evidence("partnerships", _names(steps), "steps with third neighbours"),
            Evidence("presidents_mongolia", president, "term of office"),
        ),
        value=float(len(steps)), unit="1",
    )  # fmt: skip


@settles("DIP-27")
def third_neighbours_elbegdorj(load: Load) -> Finding:
    """Elbegdorj strengthened ties with the third neighbours."""
    return _expansion(load, "DIP-27", "Tsakhiagiin Elbegdorj", published(load, DIPLOMAT))


@settles("DIP-51")
def third_neighbours_khurelsukh(load: Load) -> Finding:
    """Khurelsukh expanded ties with the third neighbours."""
    return _expansion(load, "DIP-51", "Ukhnaagiin Khurelsukh", published(load, DIPLOMAT))
