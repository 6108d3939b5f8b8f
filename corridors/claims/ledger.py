"""The ledger: every claim of the two texts with its verdict, the finding behind it and its sources.

    >>> from corridors.claims import ledger
    >>> ledger.settled_in("railway")

Computed verdicts are computed afresh each time; an editorial verdict is the coder's and stands in
``data/claims/claims.csv`` with its reason and the evidence for and against. ``recorded_verdict`` there is
what this edition printed: where a computed verdict has moved away from it, :func:`flipped` says so.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from corridors import catalog
from corridors.claims.lookup import DIPLOMAT, NIAS
from corridors.claims.registry import Load, Settler, name_of, settlers
from corridors.claims.rules import Finding, Verdict

#: The two texts by the short name that the claims use.
TEXTS: Final = {"nias-2024": NIAS, "diplomat-2024": DIPLOMAT}
NAMES: Final = {"nias-2024": "NIAS comment", "diplomat-2024": "Diplomat article"}

VERDICTS: Final = tuple(str(verdict) for verdict in Verdict)
EDITORIAL_RULE: Final = "editorial: the coder weighed the evidence for and against; no table settles it"

COLUMNS: Final = (
    "id", "text", "text_name", "place", "claim", "type", "settled_by", "method", "verdict", "finding",
    "claimed",
    "found", "value", "unit", "rule", "readings", "evidence", "evidence_for", "evidence_against",
    "computed_by",
    "datasets", "source_ids", "sources", "chapter", "confidence", "related_claims", "hand_verdict",
    "recorded_verdict", "changed", "note",
)  # fmt: skip


def ledger(load: Load = catalog.load) -> pd.DataFrame:
    """All claims, one row each in order of text and number, with the columns of ``COLUMNS``.

    Raises ValueError if a claim that is to be computed has no function, or a function no such claim, and
    RuntimeError that names the claim whose function failed.
    """
    claims, functions = load("claims"), settlers()
    computed = set(claims.loc[claims["method"] == "computed", "id"])
    without, orphaned = sorted(computed - set(functions)), sorted(set(functions) - computed)
    if without or orphaned:
        raise ValueError(
            f"claims.csv and the findings disagree: computed without a function {without or 'none'}, "
            "functions "
            f"without a computed claim {orphaned or 'none'}"
        )
    return _frame(claims, functions, load)


def settled_in(chapter: str, load: Load = catalog.load) -> pd.DataFrame:
    """The claims that a chapter settles, with the columns of :func:`ledger`. Computes these only.

    Raises ValueError for a chapter that settles no claim.
    """
    claims = load("claims")
    chosen = claims[claims["chapter"] == chapter]
    if chosen.empty:
        known = ", ".join(sorted(set(claims["chapter"])))
        raise ValueError(f"no claim is settled in {chapter!r}; claims are settled in {known}")
    return _frame(chosen, settlers(), load)


def _frame(claims: pd.DataFrame, functions: dict[str, Settler], load: Load) -> pd.DataFrame:
    rows = [_row(claim, functions.get(str(claim["id"])), load) for _, claim in claims.iterrows()]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"value": "float64", "changed": "bool"})


def find(settler: Settler, claim_id: str, load: Load) -> Finding:
    """The finding of one claim. Raises RuntimeError that names claim and function if it fails."""
    try:
        finding = settler(load)
    except (LookupError, ValueError, TypeError, AttributeError) as problem:
        raise RuntimeError(f"{claim_id} cannot be settled by {name_of(settler)}: {problem}") from problem
    if finding.claim_id != claim_id:
        raise RuntimeError(f"{name_of(settler)} is entered for {claim_id} and settles {finding.claim_id}")
    return finding


def _row(claim: pd.Series[Any], settler: Settler | None, load: Load) -> dict[str, object]:
    given = {str(name): "" if pd.isna(value) else str(value) for name, value in claim.items()}
    row: dict[str, object] = {**given}
    row |= {
        "text_name": NAMES[given["text"]],
        "sources": "; ".join(_credit(name) for name in given["source_ids"].split(";")),
        "claimed": "", "found": "", "value": None, "unit": "", "readings": "", "evidence": "",
        "computed_by": "",
        "verdict": given["recorded_verdict"], "finding": given["reason"], "rule": EDITORIAL_RULE,
    }  # fmt: skip
    if settler is not None:
        finding = find(settler, given["id"], load)
        row |= {
            "verdict": str(finding.verdict),
            "finding": finding.statement,
            "claimed": finding.claimed,
            "found": finding.found,
            "value": finding.value,
            "unit": finding.unit,
            "rule": finding.rule,
            "readings": "; ".join(
                f"{reading.definition}: {reading.answer} ({'holds' if reading.holds else 'does not hold'})"
                for reading in finding.readings
            ),
            "evidence": "; ".join(f"{item.dataset} ({item.rows}): {item.says}" for item in finding.evidence),
            "computed_by": name_of(settler),
            "datasets": ";".join(finding.datasets),
        }
    else:
        sides = [given["evidence_for"] or "Nothing found.", given["evidence_against"] or "Nothing found."]
        row["evidence"] = f"For: {sides[0]} Against: {sides[1]}"
    row["changed"] = row["verdict"] != given["recorded_verdict"]
    return row


def _credit(source_id: str) -> str:
    """A source in a few words: publisher or author, and year if known."""
    source = catalog.source(source_id)
    name = source.publisher or source.author or source.title
    return f"{name} ({source.date[:4]})" if source.date else name


def flipped(ledger_frame: pd.DataFrame) -> pd.DataFrame:
    """Claims whose verdict is not the recorded one: id, claim, both verdicts, finding, datasets."""
    columns = ["id", "claim", "recorded_verdict", "verdict", "finding", "datasets"]
    return ledger_frame.loc[ledger_frame["changed"], columns].reset_index(drop=True)


def flip_message(ledger_frame: pd.DataFrame) -> str:
    """What the build says of moved verdicts: one line a claim, "" if none moved."""
    rows = flipped(ledger_frame)
    return "\n".join(
        f"{row['id']}: recorded as {row['recorded_verdict']}, now {row['verdict']} ({row['finding']}) - "
        "tables "
        f"{row['datasets']}"
        for _, row in rows.iterrows()
    )


def agreement(ledger_frame: pd.DataFrame) -> pd.DataFrame:
    """Computed verdicts against the first coding by hand, where both exist.

    Columns: id, claim, hand_verdict, verdict, agrees (bool). The rules and tolerances were written by people
    who knew the first coding, so agreement shows that the rules can carry it, not that two coders who did not
    know of each other agree.
    """
    both = ledger_frame[(ledger_frame["method"] == "computed") & (ledger_frame["hand_verdict"] != "")]
    frame = both[["id", "claim", "hand_verdict", "verdict"]].reset_index(drop=True)
    frame["agrees"] = frame["hand_verdict"] == frame["verdict"]
    return frame


def agreement_table(ledger_frame: pd.DataFrame) -> pd.DataFrame:
    """Cross table of :func:`agreement`: hand_verdict, then one count for each computed verdict, and all."""
    both = agreement(ledger_frame)
    table = pd.crosstab(both["hand_verdict"], both["verdict"])
    order = [verdict for verdict in VERDICTS if verdict in set(both["hand_verdict"]) | set(both["verdict"])]
    table = table.reindex(index=order, columns=order, fill_value=0).astype("Int64")
    table["all"] = table.sum(axis=1)
    table.columns.name = None
    return table.reset_index()


def agreement_pct(ledger_frame: pd.DataFrame) -> float:
    """Share of the claims coded both ways on which the two codings agree, per cent."""
    return float(100 * agreement(ledger_frame)["agrees"].mean())


def summary(ledger_frame: pd.DataFrame, by: str = "type") -> pd.DataFrame:
    """Number of claims by ``by`` (type, text, text_name, method or chapter) and verdict.

    ``all`` counts them all, ``checkable`` leaves out those that are not checkable; ``upheld_pct`` is the
    share of supported, with or without qualification, among the checkable, per cent (missing if there is
    none).
    """
    table = pd.crosstab(ledger_frame[by], ledger_frame["verdict"])
    table = table.reindex(columns=list(VERDICTS), fill_value=0).astype("Int64")
    table.columns.name = None
    table["all"] = table.sum(axis=1)
    table["checkable"] = table["all"] - table[str(Verdict.NOT_CHECKABLE)]
    held = (table[str(Verdict.SUPPORTED)] + table[str(Verdict.QUALIFIED)]).astype("float64")
    base = table["checkable"].astype("float64")
    table["upheld_pct"] = 100 * held / base.where(base > 0)
    return table.reset_index()


def as_records(ledger_frame: pd.DataFrame) -> list[dict[str, object]]:
    """The ledger for ``_data/claims.json``: one record a claim.

    ``text`` is the claim in our words, ``source`` the text that makes it. Lists: datasets, sources (ids),
    related. ``value`` is null where the finding is no number.
    """
    return [
        {
            "id": row["id"],
            "text": row["claim"],
            "source": row["text"],
            "source_name": row["text_name"],
            "place": row["place"],
            "type": row["type"],
            "settled_by": row["settled_by"],
            "method": row["method"],
            "verdict": row["verdict"],
            "finding": row["finding"],
            "evidence": row["evidence"],
            "rule": row["rule"],
            "readings": row["readings"],
            "value": None if pd.isna(row["value"]) else row["value"],
            "unit": row["unit"],
            "computed_by": row["computed_by"],
            "datasets": [name for name in row["datasets"].split(";") if name],
            "sources": row["source_ids"].split(";"),
            "chapter": row["chapter"],
            "confidence": row["confidence"],
            "related": [name for name in row["related_claims"].split(";") if name],
            "hand_verdict": row["hand_verdict"],
            "recorded_verdict": row["recorded_verdict"],
            "changed": bool(row["changed"]),
        }
        for _, row in ledger_frame.iterrows()
    ]
