"""Citing in a built book of three pages: heads, boxes, files, and the faults that stop a build."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from pybtex.database import parse_file  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace, patch_docutils

FRONT = """---
chapter:
  abstract: >-
    Rails & gauges between Сүхбаатар and Zamyn-Üüd, told in one paragraph that is long enough to be an
    abstract of a chapter and short enough to be read in a list of results.
  keywords: [gauge, "railway"]
  first_published: "2026-11-21"
  revised: "2026-11-22"
---
"""
PAGES = {
    "index.md": "# Start\n\n```{toctree}\n:numbered:\nbook/railway\nbook/plain\n```\n\n"
    "```{chapter-citation}\n```\n",
    "book/railway.md": FRONT + "# The railway\n\nText.\n\n```{chapter-citation}\n```\n",
    "book/plain.md": "# A plain page\n\nText.\n",
}


def _build(
    folder: Path, pages: dict[str, str], builder: str = "html", base: str = "", files: tuple[str, ...] = ()
) -> tuple[Path, str]:
    """The folder with the built pages, and what Sphinx warned of."""
    for name, text in pages.items():
        path = folder / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    settings = {
        "extensions": [
            "myst_parser",
            "corridors.publish.citation",
            "corridors.publish.companions",
            "corridors.publish.page_fixes",
        ],
        "html_theme": "basic",
        # Said in full: extensions add to Sphinx's own default, which all books of one process share.
        "source_suffix": {".md": "markdown"},
        "html_baseurl": base,
        "corridors_companions": dict.fromkeys(files, 1000),
    }
    out, warnings = folder / builder, StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            folder / "src", None, out, folder / "trees", builder, confoverrides=settings,
            status=None, warning=warnings,
        )  # fmt: skip
        app.build()
    return out, warnings.getvalue()


def test_pages_boxes_and_files(tmp_path: Path) -> None:
    """A chapter has its head, its box with working links, and three files; a plain page a description."""
    out, warnings = _build(tmp_path, PAGES)
    assert warnings == ""
    chapter = (out / "book/railway.html").read_text("utf-8")
    assert '<meta name="citation_title" content="The railway" />' in chapter
    assert '<meta name="citation_publication_date" content="2026/11/22" />' in chapter
    for shown in ("APA", "Chicago, author-date", "MLA", "Harvard"):
        assert f"<dt>{shown}</dt>" in chapter
    assert "Chap. 1 in <cite>Steppe Corridors: Mongolia Between Russia and China</cite>, version" in chapter
    for suffix in ("bib", "ris", "json"):
        assert f'href="../_cite/railway.{suffix}"' in chapter
        assert (out / f"_cite/railway.{suffix}").is_file()
    assert 'href="_cite/index.bib"' in (out / "index.html").read_text("utf-8")
    plain = (out / "book/plain.html").read_text("utf-8")
    assert '<meta name="description" content="A plain page. ' in plain
    assert "citation_title" not in plain
    assert '<meta name="description"' in (out / "search.html").read_text("utf-8")
    assert sorted(path.name for path in (out / "_cite").iterdir()) == [
        f"{name}.{suffix}" for name in ("index", "railway") for suffix in ("bib", "json", "ris")
    ]


def test_files_are_what_reference_managers_read(tmp_path: Path) -> None:
    """BibTeX parses, CSL-JSON loads, RIS begins and ends as it must; none holds an address."""
    cite = _build(tmp_path, PAGES)[0] / "_cite"
    (entry,) = parse_file(str(cite / "railway.bib"), "bibtex").entries.values()
    assert entry.type == "incollection"
    assert "Сүхбаатар" in entry.fields["abstract"]
    (item,) = json.loads((cite / "railway.json").read_text("utf-8"))
    assert (item["title"], item["chapter-number"]) == ("The railway", "1")
    ris = (cite / "railway.ris").read_bytes()
    assert ris.startswith(b"TY  - CHAP\r\n")
    assert ris.endswith(b"ER  - \r\n")
    assert all(b"://" not in path.read_bytes() for path in cite.iterdir())


def test_the_books_address_is_carried_once_it_has_one(tmp_path: Path) -> None:
    """With html_baseurl set, head, box and files name the page's own address."""
    out, _ = _build(tmp_path, PAGES, base="https://example.org/book")
    address = "https://example.org/book/book/railway.html"
    chapter = (out / "book/railway.html").read_text("utf-8")
    assert f'<meta name="citation_fulltext_html_url" content="{address}" />' in chapter
    assert f"UR  - {address}" in (out / "_cite/railway.ris").read_text("utf-8")


def test_a_second_build_leaves_no_stale_file(tmp_path: Path) -> None:
    """A chapter that lost its block loses its citation files."""
    _build(tmp_path, PAGES)
    plain = PAGES | {"book/railway.md": "# The railway\n"}
    out, _ = _build(tmp_path, plain)
    assert not list((out / "_cite").glob("railway.*"))


def test_a_box_without_a_chapter_block_is_warned_of(tmp_path: Path) -> None:
    """The directive has nothing to print: the author is told what to add."""
    pages = PAGES | {"book/plain.md": "# A plain page\n\n```{chapter-citation}\n```\n"}
    warnings = _build(tmp_path, pages)[1]
    assert "book/plain: {chapter-citation} has nothing to print; add a 'chapter' block" in warnings


def test_a_faulty_block_stops_the_build(tmp_path: Path) -> None:
    """The message names file, field, rule and remedy."""
    pages = PAGES | {"book/railway.md": PAGES["book/railway.md"].replace("2026-11-22", "soon")}
    with pytest.raises(
        ExtensionError, match=r"railway\.md: front matter, chapter\.revised: not a day; write"
    ):
        _build(tmp_path, pages)


def test_a_faulty_citation_file_stops_the_build(tmp_path: Path) -> None:
    """The book's own description comes first."""
    pages = PAGES | {"CITATION.cff": "title: T\n"}
    with pytest.raises(ExtensionError, match=r"CITATION\.cff: field 'authors' is missing"):
        _build(tmp_path, pages)


def test_other_media_print_the_reference_without_links(tmp_path: Path) -> None:
    """Text, paper and EPUB cannot follow links to files of the site."""
    out, _ = _build(tmp_path, PAGES, builder="text")
    text = (out / "book/railway.txt").read_text("utf-8")
    assert "Chap. 1 in *Steppe Corridors: Mongolia Between Russia and China*" in text.replace("\n", " ")
    assert "_cite" not in text
    assert not (out / "_cite").exists()


def test_the_pdf_is_named_if_the_site_has_it_and_an_address(tmp_path: Path) -> None:
    """Google Scholar and Zotero take the PDF from citation_pdf_url, which must be absolute and true."""
    files = ("_pdf/book.pdf", "_pdf/chapters/railway.pdf", "_epub/book.epub")
    for base, present in (("https://example.org", True), ("", False)):
        out, _ = _build(tmp_path / str(present), PAGES, base=base, files=files)
        chapter = (out / "book/railway.html").read_text("utf-8")
        whole = (out / "index.html").read_text("utf-8")
        line = '<meta name="citation_pdf_url" content="https://example.org/_pdf/{}" />'
        assert (line.format("chapters/railway.pdf") in chapter) is present
        assert (line.format("book.pdf") in whole) is present
        assert ("citation_pdf_url" in chapter) is present
