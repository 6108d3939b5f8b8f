"""The ledger on a small set of claims: computing, moved verdicts, agreement, summary, records, reviews."""

from __future__ import annotations

import pandas as pd
import pytest

from corridors import catalog
from corridors.claims import ledger as book
from corridors.claims import registry
from corridors.claims.registry import Load, conclude
from corridors.claims.review import claim_review
from corridors.claims.rules import Evidence, Finding, Reading, Tolerance, number_within

EDITION = {"published": "2026-11-21", "version": "1.0.0", "author": "Steppe Corridors contributors"}


def small_claims() -> pd.DataFrame:
    base = {
        "type": "quantity", "settled_by": "a table", "reason": None, "evidence_for": None,
        "evidence_against": None,
        "source_ids": "nso-imports-by-country-top", "datasets": None, "confidence": "high",
        "related_claims": None,
        "note": None, "place": "paragraph 1",
    }  # fmt: skip
    rows = [
        {"id": "NIAS-01", "text": "nias-2024", "claim": "Ten.", "method": "computed",
         "chapter": "partners",
         "hand_verdict": "supported", "recorded_verdict": "supported"},
        {"id": "DIP-01", "text": "diplomat-2024", "claim": "Twelve.", "method": "computed",
         "chapter": "partners",
         "hand_verdict": None, "recorded_verdict": "imprecise"},
        {"id": "DIP-02", "text": "diplomat-2024", "claim": "A motive.", "method": "editorial",
         "chapter": "visits",
         "hand_verdict": "not checkable", "recorded_verdict": "not checkable", "reason": "A motive.",
         "evidence_for": "This.", "evidence_against": None, "related_claims": "NIAS-01;DIP-01"},
    ]  # fmt: skip
    return pd.DataFrame([base | row for row in rows])


def settler(claim_id: str, claimed: float) -> registry.Settler:
    def settle(load: Load) -> Finding:
        found = float(load("numbers")["value"].iloc[0])
        return conclude(
            claim_id, number_within(claimed, found, Tolerance(0.5, 1, "test"), "km"), claimed=f"{claimed:g}",
            found=f"{found:g}", statement=f"The table has {found:g} km.",
            evidence=(Evidence("numbers", "row 1", "the number"),),
            readings=(Reading("usual", "yes", True), Reading("other", "no", False)), value=found, unit="km",
        )  # fmt: skip

    return settle


@pytest.fixture
def settlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, registry.Settler]:
    functions = {"NIAS-01": settler("NIAS-01", 10), "DIP-01": settler("DIP-01", 12)}
    monkeypatch.setattr(book, "settlers", lambda: functions)
    return functions


def loader(value: float = 10.0) -> Load:
    tables = {"claims": small_claims(), "numbers": pd.DataFrame({"value": [value]})}
    return lambda name: tables[name]


def test_computed_and_editorial_rows(settlers: dict[str, registry.Settler]) -> None:
    frame = book.ledger(loader()).set_index("id")
    assert list(frame.reset_index().columns) == list(book.COLUMNS)
    first, motive = frame.loc["NIAS-01"], frame.loc["DIP-02"]
    assert (first["verdict"], first["finding"], first["value"]) == ("supported", "The table has 10 km.", 10.0)
    assert first["readings"] == "usual: yes (holds); other: no (does not hold)"
    assert first["evidence"] == "numbers (row 1): the number"
    assert first["datasets"] == "numbers"
    assert (motive["verdict"], motive["finding"]) == ("not checkable", "A motive.")
    assert motive["evidence"] == "For: This. Against: Nothing found."
    assert motive["computed_by"] == ""


def test_a_datum_that_moves_a_verdict_is_named(settlers: dict[str, registry.Settler]) -> None:
    calm = book.ledger(loader(10))
    assert book.flipped(calm).empty
    assert book.flip_message(calm) == ""
    moved = book.ledger(loader(12))
    assert book.flipped(moved)["id"].tolist() == ["NIAS-01", "DIP-01"]
    message = book.flip_message(moved).splitlines()
    assert message[1].startswith("DIP-01: recorded as imprecise, now supported (The table has 12 km.)")
    assert message[1].endswith("tables numbers")


def test_one_chapter(settlers: dict[str, registry.Settler]) -> None:
    assert book.settled_in("partners", loader())["id"].tolist() == ["NIAS-01", "DIP-01"]
    with pytest.raises(
        ValueError, match="no claim is settled in 'fuel'; claims are settled in partners, visits"
    ):
        book.settled_in("fuel", loader())


def test_claims_and_functions_must_match(settlers: dict[str, registry.Settler]) -> None:
    del settlers["DIP-01"]
    with pytest.raises(ValueError, match=r"without a function \['DIP-01'\]"):
        book.ledger(loader())
    settlers["DIP-01"] = settlers["DIP-02"] = settler("DIP-01", 12)
    with pytest.raises(ValueError, match=r"without a computed claim \['DIP-02'\]"):
        book.ledger(loader())


def test_a_function_that_fails_or_settles_another_claim_is_named(
    settlers: dict[str, registry.Settler],
) -> None:
    settlers["DIP-01"] = settler("NIAS-01", 12)
    with pytest.raises(RuntimeError, match="entered for DIP-01 and settles NIAS-01"):
        book.ledger(loader())

    def broken(load: Load) -> Finding:
        raise LookupError("numbers: 0 rows")

    settlers["DIP-01"] = broken
    with pytest.raises(RuntimeError, match=r"DIP-01 cannot be settled by .*broken: numbers: 0 rows"):
        book.ledger(loader())


def coded(*pairs: tuple[str, str]) -> pd.DataFrame:
    rows = [
        {"id": f"DIP-{n:02}", "claim": "", "method": "computed", "hand_verdict": hand, "verdict": found,
         "type": "date" if n % 2 else "legal"}
        for n, (hand, found) in enumerate(pairs, 1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_agreement_counts_only_what_was_coded_both_ways() -> None:
    frame = coded(
        ("supported", "supported"), ("supported", "imprecise"), ("", "supported"), ("imprecise", "imprecise"),
        ("contradicted", "contradicted"),
    )  # fmt: skip
    assert book.agreement(frame)["agrees"].tolist() == [True, False, True, True]
    assert book.agreement_pct(frame) == 75.0
    table = book.agreement_table(frame).set_index("hand_verdict")
    assert table.loc["supported"].to_dict() == {"supported": 1, "imprecise": 1, "contradicted": 0, "all": 2}
    assert table["all"].sum() == 4


def test_summary_leaves_the_not_checkable_out_of_the_share() -> None:
    frame = coded(("", "supported"), ("", "not checkable"), ("", "contradicted"), ("", "not checkable"))
    table = book.summary(frame).set_index("type")
    assert table.loc["date", ["all", "checkable", "supported", "contradicted"]].tolist() == [2, 2, 1, 1]
    assert table.loc["date", "upheld_pct"] == 50.0
    assert table.loc["legal", "checkable"] == 0
    assert pd.isna(table.loc["legal", "upheld_pct"])


def test_records_are_plain_lists_and_texts(settlers: dict[str, registry.Settler]) -> None:
    first, second, motive = book.as_records(book.ledger(loader()))
    assert {
        "id",
        "text",
        "source",
        "type",
        "verdict",
        "evidence",
        "computed_by",
        "chapter",
        "sources",
    } <= set(first)
    assert (first["id"], first["text"], first["source"]) == ("NIAS-01", "Ten.", "nias-2024")
    assert (first["datasets"], first["sources"]) == (["numbers"], ["nso-imports-by-country-top"])
    assert second["value"] == 10.0
    assert (motive["value"], motive["datasets"], motive["related"]) == (None, [], ["NIAS-01", "DIP-01"])


def test_a_review_says_claim_text_verdict_date_and_version(settlers: dict[str, registry.Settler]) -> None:
    rows = book.ledger(loader()).set_index("id", drop=False)
    review = claim_review(rows.loc["NIAS-01"], **EDITION)
    assert review["@type"] == "ClaimReview"
    assert (review["claimReviewed"], review["identifier"]) == ("Ten.", "NIAS-01")
    assert (review["datePublished"], review["version"]) == ("2026-11-21", "1.0.0")
    assert "url" not in review, "a book without an address must not invent one"
    rating = review["reviewRating"]
    assert isinstance(rating, dict)
    assert (rating["alternateName"], rating["ratingValue"], rating["bestRating"]) == ("supported", 4, 4)
    item = review["itemReviewed"]
    assert isinstance(item, dict)
    source = catalog.source(book.TEXTS["nias-2024"])
    assert item["author"] == {"@type": "Person", "name": source.author}
    assert item["appearance"]["headline"] == source.title
    assert item["appearance"]["url"] == source.address


def test_a_review_of_what_cannot_be_checked_has_no_grade(settlers: dict[str, registry.Settler]) -> None:
    rows = book.ledger(loader()).set_index("id", drop=False)
    review = claim_review(rows.loc["DIP-02"], **EDITION, address="https://example.org/ledger.html#DIP-02")
    rating = review["reviewRating"]
    assert isinstance(rating, dict)
    assert rating["alternateName"] == "not checkable"
    assert "ratingValue" not in rating
    assert review["url"] == "https://example.org/ledger.html#DIP-02"
    item = review["itemReviewed"]
    assert isinstance(item, dict)
    assert item["author"]["@type"] == "Organization", "the byline of this text is not known"


def test_a_review_needs_a_proper_date(settlers: dict[str, registry.Settler]) -> None:
    row = book.ledger(loader()).iloc[0]
    with pytest.raises(ValueError, match="isoformat"):
        claim_review(row, published="today", version="1", author="x")
