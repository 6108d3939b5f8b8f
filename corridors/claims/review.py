"""Claims as schema.org ClaimReview records, for search engines and for machines that collect fact checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml

from corridors import catalog, paths
from corridors.claims.ledger import TEXTS
from corridors.claims.rules import Verdict

#: Verdicts on a scale; "not checkable" is no rating and has none.
RATING: Final = {
    Verdict.CONTRADICTED: 1,
    Verdict.IMPRECISE: 2,
    Verdict.QUALIFIED: 3,
    Verdict.SUPPORTED: 4,
}


@dataclass(frozen=True)
class Edition:
    """Which edition of the book reviews the claims: its date (ISO), its version, and who answers for it."""

    published: str
    version: str
    author: str


def edition(citation: Path = paths.CITATION) -> Edition:
    """The edition as the citation file states it. Raises KeyError for a file without one of the three."""
    content = yaml.safe_load(citation.read_text("utf-8"))
    authors = [
        str(one["name"]) if "name" in one else f"{one['given-names']} {one['family-names']}"
        for one in content["authors"]
    ]
    return Edition(str(content["date-released"]), str(content["version"]), ", ".join(authors))


def claim_reviews(ledger_frame: pd.DataFrame, of: Edition) -> list[dict[str, object]]:
    """All rows of the ledger as ClaimReview records of one edition, without an address."""
    return [
        claim_review(
            {str(name): value for name, value in row.items()},
            published=of.published,
            version=of.version,
            author=of.author,
        )
        for row in ledger_frame.to_dict("records")
    ]


def claim_review(
    row: Mapping[str, Any], *, published: str, version: str, author: str, address: str = ""
) -> dict[str, object]:
    """One row of the ledger as a ClaimReview.

    ``published`` is the date of this edition (ISO; raises ValueError if it is none), ``version`` its number,
    ``author`` the reviewer as in the book's citation. ``address`` is the page of the claim: left out if
    empty, since a book that is not online has none. What was found stands in the page and in its data.
    """
    date.fromisoformat(published)
    verdict = Verdict(str(row["verdict"]))
    rating: dict[str, object] = {
        "@type": "Rating",
        "alternateName": str(verdict),
    }
    if verdict in RATING:
        rating |= {"ratingValue": RATING[verdict], "bestRating": 4, "worstRating": 1}
    record: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "identifier": str(row["id"]),
        "claimReviewed": str(row["claim"]),
        "itemReviewed": _claim(TEXTS[str(row["text"])]),
        "reviewRating": rating,
        "author": {"@type": "Organization", "name": author},
        "datePublished": published,
        "version": version,
    }
    return record | {"url": address} if address else record


def _claim(source_id: str) -> dict[str, object]:
    """The text that makes the claim, as a schema.org Claim with its author and appearance."""
    source = catalog.source(source_id)
    publisher = {"@type": "Organization", "name": source.publisher}
    author = {"@type": "Person", "name": source.author} if source.author else publisher
    appearance: dict[str, object] = {
        "@type": "Article",
        "headline": source.title,
        "author": author,
        "publisher": publisher,
    }
    if source.date:
        appearance["datePublished"] = source.date
    if source.address:
        appearance["url"] = source.address
    claim: dict[str, object] = {"@type": "Claim", "author": author, "appearance": appearance}
    return claim | {"datePublished": source.date} if source.date else claim
