"""Whoever cites the finished book gets one and the same record, by whichever way it is read."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import bibtexparser
import extruct
import pytest
import rispy
from pybtex.database import parse_file  # type: ignore[import-untyped]
from pybtex.plugin import find_plugin  # type: ignore[import-untyped]
from pybtex.richtext import Text  # type: ignore[import-untyped]

from corridors.paths import CITATION
from corridors.publish.citation_records import read_book

from .conftest import Open, anchors, soup

pytestmark = pytest.mark.pages

#: Properties of schema.org that the book uses, by type. Written down from the vocabulary itself, so that a
#: misspelt or invented property is found.
SCHEMA: dict[str, set[str]] = {
    "Chapter": {
        "name", "author", "publisher", "datePublished", "dateModified", "version", "inLanguage", "abstract",
        "keywords", "license", "position", "isPartOf", "url", "identifier",
    },
    "Book": {
        "name", "author", "publisher", "datePublished", "dateModified", "version", "inLanguage", "abstract",
        "keywords", "license", "url", "isbn", "identifier",
    },
    "Dataset": {
        "name", "description", "keywords", "license", "creator", "version", "datePublished", "dateModified",
        "inLanguage", "isAccessibleForFree", "spatialCoverage", "hasPart", "isPartOf", "url", "identifier",
        "encodingFormat", "temporalCoverage",
    },
    "ClaimReview": {
        "claimReviewed", "itemReviewed", "reviewRating", "author", "datePublished", "dateModified", "url",
        "inLanguage", "version", "reviewBody", "name", "reviewAspect", "isPartOf", "identifier", "publisher",
        "license",
    },
    "Claim": {"author", "appearance", "datePublished"},
    "Article": {"url", "author", "publisher", "headline", "datePublished"},
    "Rating": {"ratingValue", "bestRating", "worstRating", "alternateName"},
    "Organization": {"name"},
    "Person": {"name"},
}  # fmt: skip


def _chapters(site: Path) -> list[str]:
    """Pages with citation files: the first page and every chapter."""
    return sorted(
        path.stem
        for path in (site / "_cite").glob("*.bib")
        if (site / "book" / f"{path.stem}.html").is_file() or path.stem == "index"
    )


@cache
def _page(site: Path, name: str) -> Path:
    return site / (f"{name}.html" if name == "index" else f"book/{name}.html")


@cache
def _read(page: Path) -> dict[str, Any]:
    """What an independent reader finds in the head: JSON-LD, Open Graph, Dublin Core."""
    found: dict[str, Any] = extruct.extract(
        page.read_text("utf-8"),
        base_url="https://example.org/",
        syntaxes=["json-ld", "opengraph", "dublincore"],
    )
    return found


def _meta(page: Path, name: str) -> list[str]:
    return [str(tag["content"]) for tag in soup(page).find_all("meta", attrs={"name": name})]


def test_every_chapter_can_be_cited(site_path: Path) -> None:
    """All pages of the contents but the list of references have their files."""
    assert len(_chapters(site_path)) >= 19


def test_heads_and_files_of_a_chapter_tell_the_same(site_path: Path) -> None:
    """Highwire, Dublin Core, Open Graph, JSON-LD, the three files and CITATION.cff agree, page by page."""
    book = read_book(CITATION)
    for name in _chapters(site_path):
        page = _page(site_path, name)
        (title,) = _meta(page, "citation_title")
        found = _read(page)
        things = [one for thing in found["json-ld"] for one in thing.get("@graph", [thing])]
        (work,) = [one for one in things if one["@type"] in ("Chapter", "Book")]
        (entry,) = parse_file(str(site_path / "_cite" / f"{name}.bib"), "bibtex").entries.values()
        (record,) = rispy.loads((site_path / "_cite" / f"{name}.ris").read_text("utf-8"))
        (item,) = json.loads((site_path / "_cite" / f"{name}.json").read_text("utf-8"))
        titles = {
            title, work["name"], str(Text.from_latex(entry.fields["title"])), record["title"], item["title"],
            dict(found["opengraph"][0]["properties"])["og:title"],
        }  # fmt: skip
        assert len(titles) == 1, (name, titles)
        (day,) = _meta(page, "citation_publication_date")
        year = day[:4]
        assert work["dateModified"].replace("-", "/") == day
        assert (entry.fields["year"], record["year"]) == (year, year)
        assert item["issued"]["date-parts"][0] == [int(part) for part in day.split("/")]
        assert {work["version"], entry.fields["version"], item["version"]} == {book.version}
        authors = [author.inverted for author in book.authors]
        assert _meta(page, "citation_author") == authors
        assert [one.get("literal") for one in item["author"]] == authors
        assert [one["name"] for one in work["author"]] == authors
        assert [one.rstrip(",") for one in record["authors"]] == authors
        if name != "index":
            assert _meta(page, "citation_inbook_title") == [book.title]
            assert work["isPartOf"]["name"] == book.title
            assert str(Text.from_latex(entry.fields["booktitle"])) == book.title == item["container-title"]
        assert _meta(page, "description")[0] == _meta(page, "DC.description")[0] == work["abstract"]


def test_data_for_search_engines_uses_the_vocabulary_of_schema_org(site_path: Path) -> None:
    """Chapter in Book, Dataset, ClaimReview: every property is one of the vocabulary, and none is empty."""
    seen: dict[str, int] = {}
    for page in site_path.rglob("*.html"):
        for thing in _read(page)["json-ld"]:
            for one in thing.get("@graph", [thing]):
                kind = one["@type"]
                seen[kind] = seen.get(kind, 0) + 1
                used = {key for key in one if not key.startswith("@")}
                assert used <= SCHEMA[kind], (page.name, kind, used - SCHEMA[kind])
                assert all(one[key] not in ("", [], None) for key in used), (page.name, kind)
    assert seen["Chapter"] >= 18
    assert (seen["Book"], seen["Dataset"]) == (1, 1)
    assert seen["ClaimReview"] >= 100


def test_citation_files_are_formatted_without_a_warning(site_path: Path) -> None:
    """pybtex makes a reference of every file, those of exhibits as well; bibtexparser reads it."""
    style = find_plugin("pybtex.style.formatting", "plain")()
    paths = sorted((site_path / "_cite").glob("*.bib"))
    for path in paths:
        (formatted,) = style.format_bibliography(parse_file(str(path), "bibtex"))
        assert formatted.text.render_as("text")
        parsed = bibtexparser.parse_string(path.read_text("utf-8"))
        assert len(parsed.entries) == 1
        assert not parsed.failed_blocks
    assert len(paths) > 150


def test_everything_with_a_name_resolves_by_it(site_path: Path) -> None:
    """Every exhibit, number and claim of the site is in items.json, and its anchor is in its page."""
    items = json.loads((site_path / "_cite/items.json").read_text("utf-8"))
    provenance = json.loads((site_path / "_data/provenance.json").read_text("utf-8"))
    numbers = json.loads((site_path / "_data/numbers.json").read_text("utf-8"))
    claims = json.loads((site_path / "_data/claims.json").read_text("utf-8"))
    names = {one["label"] for one in provenance["exhibits"]} | {one["id"] for one in numbers}
    names |= {one["id"] for one in claims}
    assert names == set(items)
    lost = [name for name, item in items.items() if item["anchor"] not in anchors(site_path / item["page"])]
    assert lost == []
    listed = anchors(site_path / "numbers.html")
    assert [one["id"] for one in numbers if one["id"] not in listed] == []


def test_downloads_say_how_to_cite_them(site_path: Path) -> None:
    """Beside the data of every exhibit: title, sources, licence, edition, and the reference."""
    for label in (
        one["label"]
        for one in json.loads((site_path / "_data/provenance.json").read_text("utf-8"))["exhibits"]
    ):
        beside = json.loads((site_path / "_data" / f"{label}.json").read_text("utf-8"))
        assert beside["title"]
        assert beside["edition"] == read_book(CITATION).version
        assert label in beside["cite"]


def test_a_reader_copies_a_reference_and_finds_a_number(open_page: Open) -> None:
    """Buttons put the reference into the clipboard; a number leads to its record; Escape closes the note."""
    page, record = open_page("book/railway", permissions=["clipboard-read", "clipboard-write"])
    box = page.locator(".chapter-citation").last
    box.locator("dd[data-style=apa] button").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Steppe Corridors contributors. (2026). The Trans-Mongolian Railway. In ")
    assert "Copy" not in copied
    page.locator("details.cite-part summary").first.click()
    page.locator("details.cite-part button").first.click()
    assert "in: Steppe Corridors contributors. 2026." in page.evaluate("navigator.clipboard.readText()")
    page.locator(".number[data-number]").first.click()
    link = page.locator(".cite-number a")
    href = str(link.get_attribute("href"))
    page.keyboard.press("Escape")
    assert page.locator(".cite-number").count() == 0
    page.goto(href)
    assert page.locator(f"[id='{href.split('#')[1]}']").is_visible()
    assert record.errors == []
    assert record.missing == []


def test_a_claim_is_copied_with_its_id(open_page: Open) -> None:
    page, _ = open_page("book/ledger", permissions=["clipboard-read", "clipboard-write"])
    claim = page.locator("section.exhibit-entry[id^=claim-]").first
    claim.locator("details summary").first.click()
    claim.locator(".cite-entry button").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert " Claim " in copied
    assert copied.startswith("“")
    assert "Steppe Corridors" in copied
