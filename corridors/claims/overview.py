"""The claims seen together: those of both texts on one matter, and the rules that were used."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from corridors.claims.rules import BEYOND, Verdict

#: Kinds of rules by the word that a rule begins with, and what each compares.
RULES: Final = {
    "readings": "each reasonable definition of the claim, the usual one first",
    "parts": "the parts of the claim, each answered with yes or no",
    "count": "a claimed with a counted number of things",
    "number": "a claimed with a found value, within a stated tolerance",
    "date": "a claimed with a recorded date, to the precision that the claim states",
    "threshold": "a word such as 'often' with a size that is stated, and why",
    "begin": "the first and the last day of an office with those on record",
    "beyond": "nothing: a motive, an opinion, a forecast or a cause is informed and not settled",
    "editorial": "evidence for and against, weighed by a person who gives the reason",
}


def across_texts(ledger_frame: pd.DataFrame) -> pd.DataFrame:
    """Pairs of related claims that stand in different texts, each pair once.

    Columns: first, first_claim, first_verdict, second, second_claim, second_verdict, in the order of
    the ledger; ``first`` is the claim of the text that the ledger has first.
    Raises KeyError if a claim names one that the ledger does not have.
    """
    claims: dict[str, Any] = {str(row["id"]): row for row in ledger_frame.to_dict("records")}
    place = {claim_id: number for number, claim_id in enumerate(claims)}
    pairs = {
        tuple(sorted((claim_id, other), key=place.__getitem__))
        for claim_id, row in claims.items()
        for other in str(row["related_claims"]).split(";")
        if other and claims[other]["text"] != row["text"]
    }
    ordered = sorted(pairs, key=lambda pair: [place[claim_id] for claim_id in pair])
    return pd.DataFrame(
        [
            {
                f"{side}{field}": claims[claim_id][name]
                for side, claim_id in zip(("first", "second"), pair, strict=True)
                for field, name in (("", "id"), ("_claim", "claim"), ("_verdict", "verdict"))
            }
            for pair in ordered
        ],
        columns=["first", "first_claim", "first_verdict", "second", "second_claim", "second_verdict"],
    )


def verdict_counts(ledger_frame: pd.DataFrame) -> pd.DataFrame:
    """How many claims have each verdict: verdict, claims; in the verdicts' order, 0 where none has it."""
    verdicts = [str(verdict) for verdict in Verdict]
    counts = ledger_frame["verdict"].astype(str).value_counts().reindex(verdicts, fill_value=0)
    return pd.DataFrame({"verdict": verdicts, "claims": counts.astype("Int64").to_numpy()})


def rule_kind(rule: str) -> str:
    """The kind of a rule, a key of ``RULES``. Raises ValueError for a rule that begins in another way."""
    kind = rule.split(":")[0].strip()
    kind = "beyond" if kind in BEYOND else kind
    if kind not in RULES:
        raise ValueError(f"{rule!r}: no kind of rule begins so; known are {', '.join(RULES)}")
    return kind


def rules_used(ledger_frame: pd.DataFrame) -> pd.DataFrame:
    """How many claims each kind of rule settled: rule, compares, claims; the most used first."""
    kinds = ledger_frame["rule"].map(rule_kind).value_counts()
    return pd.DataFrame(
        [{"rule": kind, "compares": RULES[str(kind)], "claims": int(count)} for kind, count in kinds.items()]
    ).sort_values(["claims", "rule"], ascending=[False, True], ignore_index=True)
