"""Claims on guests of Mongolia in 2023 and early 2024."""

from __future__ import annotations

import pandas as pd

from corridors.claims.findings.visits import visit, visit_evidence
from corridors.claims.lookup import DIPLOMAT, published, words
from corridors.claims.registry import Load, conclude, settles
from corridors.claims.rules import Finding, all_hold, qualified
from corridors.diplomacy import parse_date, prepare


def _guest(load: Load, claim_id: str, visitor: str, year: int) -> Finding:
    """One guest in Mongolia in a year before the Diplomat article appeared."""
    row = visit(load, visitor, "MNG", year)
    start = parse_date(str(row["date_start"]))
    until = published(load, DIPLOMAT)
    judgement = all_hold(
        [(f"in {year}", start.year == year), ("before the article", start.earliest <= until)]
    )
    if str(row["basis"]) != "report":
        judgement = qualified(judgement, "only the announcement of the visit was seen, no report")
    end = "" if pd.isna(row["date_end"]) else f" to {words(str(row['date_end']))}"
    seen = "announced" if str(row["basis"]) == "announcement" else "reported"
    return conclude(
        claim_id, judgement, claimed=str(year), found=str(start),
        statement=f"{visitor}, {row['office']}, in {row['place']} from {words(str(start))}{end} ({seen}).",
        evidence=visit_evidence(row),
    )  # fmt: skip


@settles("DIP-52")
def duda(load: Load) -> Finding:
    """President Duda of Poland came in 2023."""
    return _guest(load, "DIP-52", "Andrzej Duda", 2023)


@settles("DIP-53")
def macron(load: Load) -> Finding:
    """President Macron of France came in 2023."""
    return _guest(load, "DIP-53", "Emmanuel Macron", 2023)


@settles("DIP-54")
def pope_francis(load: Load) -> Finding:
    """Pope Francis came in 2023."""
    return _guest(load, "DIP-54", "Pope Francis", 2023)


@settles("DIP-55")
def steinmeier(load: Load) -> Finding:
    """President Steinmeier of Germany came in 2024."""
    return _guest(load, "DIP-55", "Frank-Walter Steinmeier", 2024)


@settles("DIP-56")
def cameron(load: Load) -> Finding:
    """David Cameron came most recently, as Secretary of State."""
    row = visit(load, "David Cameron", "MNG", 2024)
    until = published(load, DIPLOMAT)
    frame = prepare(load("visits"))
    frame = frame[(frame["direction"] == "to Mongolia") & (frame["latest"] <= pd.Timestamp(until))]
    latest = str(frame.iloc[-1]["visit_id"]) == str(row["visit_id"])
    judgement = all_hold([("a visit before the article", True), ("the latest visit then", latest)])
    office = str(row["office"])
    if office != "secretary of state":
        judgement = qualified(
            judgement,
            f"the office is recorded as {office}; the full title is Secretary of State for Foreign, "
            "Commonwealth and Development Affairs, so the wording is loose rather than wrong",
        )
    return conclude(
        "DIP-56", judgement, claimed="Secretary of State, latest visit",
        found=f"{office}, {row['date_start']}",
        statement=f"David Cameron, {office}, came on {words(str(row['date_start']))}"
        f"{', the latest visit to Mongolia before the article' if latest else ''}.",
        evidence=visit_evidence(row),
    )  # fmt: skip
