"""Claims on the trilateral format of Mongolia, Russia and China."""

from __future__ import annotations

from corridors.claims.lookup import counted, listed, matching, one, words
from corridors.claims.registry import Load, conclude, settles
from corridors.claims.rules import Evidence, Finding, Reading, all_hold, by_readings
from corridors.diplomacy import by_pair, parse_date

ELBEGDORJ = "Tsakhiagiin Elbegdorj"


@settles("DIP-01")
def samarkand(load: Load) -> Finding:
    """A trilateral summit at the SCO meeting in Samarkand on 15 September 2022."""
    row = one(load("trilateral_summits"), place="Samarkand")
    names = [str(row[side]) for side in ("china", "russia", "mongolia")]
    judgement = all_hold(
        [
            ("15 September 2022", str(row["date"]) == "2022-09-15"),
            ("beside the SCO meeting", "SCO" in str(row["margin_of"])),
            ("the three persons", names == ["Xi", "Putin", "Khurelsukh"]),
        ]
    )
    return conclude(
        "DIP-01", judgement, claimed="15 September 2022, Samarkand, SCO",
        found=f"{row['date']}, {row['margin_of']}",
        statement=f"Summit number {row['summit']}, {words(str(row['date']))}, beside the "
        f"{row['margin_of']} meeting: "
        f"{listed(names)}.",
        evidence=(Evidence("trilateral_summits", f"summit {row['summit']}", "date, place and persons"),),
    )  # fmt: skip


@settles("DIP-28")
def regional_integration(load: Load) -> Finding:
    """Elbegdorj supported regional economic integration."""
    term = one(load("presidents_mongolia"), name=ELBEGDORJ)
    summits = matching(load("trilateral_summits"), mongolia="Elbegdorj")
    papers = by_pair(load("agreements"))
    corridor = papers[
        papers["trilateral"] & papers["date_signed"].between(str(term["start"]), str(term["end"]))
    ]
    corridor = corridor.drop_duplicates("agreement_id")
    judgement = all_hold(
        [
            ("took part in trilateral summits", len(summits) > 0),
            ("a trilateral document was signed in his term", len(corridor) > 0),
        ]
    )
    return conclude(
        "DIP-28", judgement, claimed="support of regional integration",
        found=f"{counted(len(summits), 'summit')}, {counted(len(corridor), 'trilateral document')}",
        statement=f"He took part in {counted(len(summits), 'trilateral summit')} "
        f"({listed(words(str(day)) for day in summits['date'])}); in his term "
        f"{counted(len(corridor), 'trilateral document')} was signed: {listed(corridor['title'])}.",
        evidence=(
            Evidence("trilateral_summits", "those with Elbegdorj", "dates"),
            Evidence("agreements", ", ".join(corridor["agreement_id"]) or "no row", "documents of all three"),
            Evidence("presidents_mongolia", ELBEGDORJ, "term of office"),
        ),
    )  # fmt: skip


@settles("DIP-29")
def trilateral_years(load: Load) -> Finding:
    """From 2009 to 2017 relations centred on trilateral cooperation with China."""
    term = one(load("presidents_mongolia"), name=ELBEGDORJ)
    start, end = (parse_date(str(term[side])).earliest for side in ("start", "end"))
    summits = load("trilateral_summits")
    days = sorted(str(day) for day in summits["date"] if str(start) <= str(day) <= str(end))
    papers = by_pair(load("agreements"))
    papers = papers[(papers["partner"] == "RUS") & papers["date_signed"].between(str(start), str(end))]
    three = int(papers["trilateral"].sum())
    before = 100.0
    if days:
        before = 100 * (parse_date(days[0]).earliest - start).days / (end - start).days
    readings = (
        Reading(
            "the trilateral format began and met in these years", counted(len(days), "summit"), bool(days),
        ),
        Reading(
            "it shaped at least half of the time", f"{100 - before:.0f} per cent of the term", before <= 50,
        ),
        Reading(
            "at least half of the documents with Russia were trilateral",
            f"{three} of {len(papers)} documents", bool(len(papers)) and 2 * three >= len(papers),
        ),
    )  # fmt: skip
    first = words(days[0]) if days else "no day in the term"
    return conclude(
        "DIP-29", by_readings(readings), claimed="2009-2017", found=f"first summit: {first}",
        statement=f"The first trilateral summit was on {first}, after {before:.0f} per cent of the term of "
        "Elbegdorj; "
        f"{counted(len(days), 'summit')} followed in it, and {three} of the {len(papers)} documents with "
        "Russia listed "
        "for these years is trilateral.",
        evidence=(
            Evidence("trilateral_summits", ", ".join(days) or "no row", "summits in the term"),
            Evidence(
                "agreements", ", ".join(papers["agreement_id"].drop_duplicates()), "documents with Russia",
            ),
            Evidence("presidents_mongolia", ELBEGDORJ, "term of office"),
        ),
        readings=readings, value=before, unit="per cent",
    )  # fmt: skip
