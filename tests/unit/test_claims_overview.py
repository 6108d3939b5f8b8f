"""Claims seen together: pairs across the two texts, and the rules by kind, on a ledger of four rows."""

from __future__ import annotations

import pandas as pd
import pytest

from corridors.claims import ledger, overview


@pytest.fixture
def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["NIAS-01", "NIAS-02", "DIP-01", "DIP-02"],
            "text": ["nias-2024", "nias-2024", "diplomat-2024", "diplomat-2024"],
            "claim": ["One.", "Two.", "Three.", "Four."],
            "verdict": ["supported", "imprecise", "contradicted", "supported"],
            "related_claims": ["DIP-02;NIAS-02", "", "", "NIAS-01"],
            "rule": ["count: 1 and 1", "readings: 1 of 2", "forecast: not settled", "readings: 2 of 2"],
        }
    )


def test_a_pair_across_the_texts_is_listed_once_however_it_is_entered(rows: pd.DataFrame) -> None:
    """Claims of one text that belong together are no pair of this table."""
    found = overview.across_texts(rows)
    assert found.to_dict("records") == [
        {
            "first": "NIAS-01", "first_claim": "One.", "first_verdict": "supported",
            "second": "DIP-02", "second_claim": "Four.", "second_verdict": "supported",
        }
    ]  # fmt: skip
    rows.loc[0, "related_claims"] = "DIP-09"
    with pytest.raises(KeyError, match="DIP-09"):
        overview.across_texts(rows)


def test_rules_are_counted_by_kind(rows: pd.DataFrame) -> None:
    found = overview.rules_used(rows)
    assert dict(zip(found["rule"], found["claims"], strict=True)) == {"readings": 2, "beyond": 1, "count": 1}
    with pytest.raises(ValueError, match="no kind of rule begins so"):
        overview.rule_kind("guess: maybe")


def test_every_rule_of_the_ledger_has_its_kind() -> None:
    whole = ledger.ledger()
    assert overview.rules_used(whole)["claims"].sum() == len(whole)
    pairs = overview.across_texts(whole)
    assert pairs["first"].str.startswith("NIAS").all()
    assert pairs["second"].str.startswith("DIP").all()
