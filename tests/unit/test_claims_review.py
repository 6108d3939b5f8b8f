"""Every claim of an edition becomes one review record, dated and numbered as the book is."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridors.claims import ledger, review


def test_the_edition_is_that_of_the_citation_file(tmp_path: Path) -> None:
    """Persons and bodies are both named; a file without a version is no edition."""
    file = tmp_path / "CITATION.cff"
    file.write_text(
        'version: 1.2.0\ndate-released: "2026-11-21"\nauthors:\n- name: A body\n'
        "- {family-names: Doe, given-names: Jane}\n",
        "utf-8",
    )
    assert review.edition(file) == review.Edition("2026-11-21", "1.2.0", "A body, Jane Doe")
    file.write_text('date-released: "2026-11-21"\nauthors: [{name: A body}]\n', "utf-8")
    with pytest.raises(KeyError, match="version"):
        review.edition(file)


def test_one_record_a_claim_with_the_date_and_version_of_the_edition() -> None:
    """No address is invented: a book that is not online has none."""
    rows = ledger.settled_in("railway")
    found = review.claim_reviews(rows, review.Edition("2026-11-21", "1.2.0", "A body"))
    assert [one["identifier"] for one in found] == list(rows["id"])
    assert {(one["datePublished"], one["version"]) for one in found} == {("2026-11-21", "1.2.0")}
    assert all("url" not in one for one in found)
