"""The back matter of a small built book: provenance, catalogue, overviews and examples of citing."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import docutils_namespace, patch_docutils

from corridors import catalog
from corridors.publish import catalogue, catalogue_entries, provenance, record
from corridors.publish.origins import Origin

FRONT = """---
chapter:
  abstract: >-
    A chapter on the trade of Mongolia, told in one paragraph that is long enough to be an abstract of a
    chapter and short enough to be read in a list of results.
  keywords: [trade]
  first_published: "2026-11-21"
  revised: "2026-11-21"
---
"""
PAGES = {
    "index.md": "# Start\n\n```{toctree}\n:numbered:\nbook/trade\nbook/back\n```\n",
    "book/trade.md": FRONT + "(sec-trade)=\n# Trade\n\n(tbl-imports)=\n## Imports\n\nText.\n",
    "book/back.md": FRONT
    + "# Back matter\n\n```{data-catalogue} claims\n```\n\n```{data-catalogue} trade\n```\n\n"
    + "```{book-shows}\n```\n\n```{exhibit-list}\n```\n\n```{chapter-citations}\n```\n\n"
    + "```{citation-example} tbl-imports\n```\n\n```{citation-example} russia-share\n```\n",
}
EXHIBIT: record.ExhibitRecord = {
    "label": "tbl-imports",
    "kind": "table",
    "caption": "Imports by partner",
    "alt": "Table.",
    "source": "National Statistics Office.",
    "note": "",
    "datasets": ["imports_by_partner"],
    "computed_from": ["exports_by_partner"],
    "rights": [],
    "data_format": "csv",
    "export": "",
    "files": [],
    "notices": [],
    "entries": [],
    "json_ld": False,
}
NUMBER: record.NumberRecord = {
    "id": "russia-share",
    "value": 24.4,
    "shown": "24.4 per cent",
    "unit": "per cent",
    "datasets": ["imports_by_partner", "trade_totals"],
    "note": "",
}


def _note(app: Sphinx, env: BuildEnvironment) -> None:
    """What the renderer and the glue would have recorded while the chapter was read."""
    entry = record.chapter(env, "book/trade")
    entry["exhibits"][EXHIBIT["label"]] = EXHIBIT
    entry["numbers"][NUMBER["id"]] = NUMBER
    made = ("trade.partner_shares",)
    tables = ("imports_by_partner", "trade_totals")
    entry["origins"][NUMBER["id"]] = Origin("cell-002", made, ("catalog.load",), made, tables)
    env.toc_fignumbers["book/trade"] = {"table": {"tbl-imports": (1, 2)}}


def _build(folder: Path, pages: dict[str, str], builder: str = "html") -> tuple[Path, str]:
    for name, text in pages.items():
        path = folder / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    parts = ("record", "provenance", "citation", "overviews", "catalogue")
    settings = {
        "extensions": ["myst_parser", *(f"corridors.publish.{part}" for part in parts)],
        "html_theme": "basic",
        # Said in full: another extension may have added to Sphinx's own default in this process.
        "source_suffix": {".md": "markdown"},
    }
    out, warnings = folder / builder, StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            folder / "src", None, out, folder / "trees", builder, confoverrides=settings,
            status=None, warning=warnings,
        )  # fmt: skip
        app.connect("env-check-consistency", _note)
        app.build()
    return out, warnings.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out, warnings = _build(tmp_path_factory.mktemp("book"), PAGES)
    assert warnings == ""
    return out


@pytest.fixture(scope="module")
def page(site: Path) -> str:
    return (site / "book/back.html").read_text("utf-8")


def test_provenance_leads_from_exhibit_and_number_to_the_sources(site: Path) -> None:
    """Label or id -> chapter, function -> tables -> sources: every link of the chain is there."""
    chain = json.loads((site / "_data/provenance.json").read_text("utf-8"))
    (exhibit,), (number,) = chain["exhibits"], chain["numbers"]
    assert (exhibit["label"], exhibit["chapter"], exhibit["number"]) == ("tbl-imports", "book/trade", "1.2")
    assert (number["id"], number["function"]) == ("russia-share", "trade.partner_shares")
    for entry in (exhibit, number):
        for name in entry["datasets"]:
            assert chain["datasets"][name]["chapters"] == ["book/trade"]
            assert chain["datasets"][name]["file"].startswith("data/trade/")
            for source in chain["datasets"][name]["sources"]:
                assert chain["sources"][source]["title"] == catalog.source(source).title


def test_tables_that_functions_read_count_as_used(site: Path, page: str) -> None:
    """A list made by functions leads back to what they read: in the chain and in the catalogue."""
    chain = json.loads((site / "_data/provenance.json").read_text("utf-8"))
    assert chain["exhibits"][0]["computed_from"] == ["exports_by_partner"]
    assert chain["datasets"]["exports_by_partner"]["chapters"] == ["book/trade"]
    fold = re.search(r'id="data-exports-by-partner".*?</details>', page, re.S)
    assert fold
    assert 'href="trade.html"' in fold[0]


def test_the_catalogue_has_every_column_and_gap_of_a_subject(page: str) -> None:
    """One fold a table, named so that a link finds it; columns, gaps and the chapters that use it in it."""
    about = catalog.describe("imports_by_partner")
    fold = re.search(
        rf'<details[^>]*>(?:(?!</details>).)*id="{catalogue.anchor(about.name)}".*?</details>', page, re.S
    )
    assert fold
    assert f"<strong>{about.title}</strong>" in fold[0]
    for column in about.fields["name"]:
        assert re.search(rf"<dt>{column}\b", fold[0])
    assert 'href="trade.html"' in fold[0], "the chapter that uses it is not named"
    claims = re.search(r'<details(?:(?!</details>).)*id="data-claims".*?</details>', page, re.S)
    assert claims
    for gap in catalog.describe("claims").gaps:
        assert f"{gap.field}: {gap.count}, " in claims[0]
    assert "no exhibit and no number of this build" in claims[0]
    trade = sum(catalog.describe(name).subject == "trade" for name in catalog.names())
    assert page.count("<details") == trade + 1


def test_columns_of_many_tables_are_described_once_and_named_in_each(tmp_path: Path) -> None:
    """Behind the list an entry describes its own columns and names the others; none is lost."""
    text = FRONT + "# Back\n\n```{shared-columns}\n```\n\n```{data-catalogue} trade\n```\n"
    out, warnings = _build(tmp_path, PAGES | {"book/back.md": text})
    assert warnings == ""
    page = (out / "book/back.html").read_text("utf-8")
    listed = re.search(rf'id="{catalogue.SHARED}">\s*<dl[^>]*>(.*?)</dl>', page, re.S)
    assert listed
    shared = catalogue_entries.shared_columns()
    assert re.findall(r"<dt>([^<]*)<", listed[1]) == list(shared.values())
    assert len(set(shared.values())) == len(shared), "two meanings under one name"
    about = catalog.describe("debt_facts")
    fold = re.search(rf'id="{catalogue.anchor(about.name)}".*?</details>', page, re.S)
    assert fold
    own = re.findall(r"<dt>(\w+)<span", fold[0])
    named = re.search(rf'href="#{catalogue.SHARED}">Shared columns</a>: ([^<]*)</p>', fold[0])
    assert named
    there = [re.sub(r" \(\d\)$", "", name) for name in named[1].split(", ")]
    assert sorted([*own, *there]) == sorted(about.fields["name"])
    assert own == ["stage", "measure"]


def test_overviews_count_and_list_what_the_book_shows(page: str) -> None:
    row = re.search(r"<tr[^>]*>(?:(?!</tr>).)*Trade</a>(.*?)</tr>", page, re.S)
    assert row
    assert re.findall(r"<p>(\d+)</p>", row[1]) == ["0", "0", "1", "1", "3"]
    listed = re.search(r'<dl class="[^"]*exhibit-list.*?</dl>', page, re.S)
    assert listed
    assert (
        '<a class="reference internal" href="trade.html#tbl-imports">Table 1.2</a>: Imports by partner'
        in listed[0]
    )


def test_citations_name_the_source_first(page: str) -> None:
    """Every chapter has its reference and files; an example credits the data before the book."""
    assert page.count("_cite/trade.bib") == 1
    assert "_cite/index.bib" in page
    example = page[page.index("“Imports by partner”") :]
    places = [
        example.index(text)
        for text in ("National Statistics Office", "Table 1.2 (tbl-imports)", "Steppe Corr")
    ]
    assert places == sorted(places)
    assert "Number russia-share, in:" in page


def test_other_media_show_the_folds_open(tmp_path: Path) -> None:
    """Text, paper and EPUB cannot open anything: title and columns stand in the running text."""
    out, warnings = _build(tmp_path, PAGES, "text")
    assert warnings == ""
    text = (out / "book/back.txt").read_text("utf-8")
    assert catalog.describe("imports_by_partner").title in text
    assert "<details" not in text
    assert not (out / "_data").exists()


def test_an_example_of_something_that_is_not_there_is_warned_of(tmp_path: Path) -> None:
    pages = PAGES | {"book/back.md": FRONT + "# Back\n\n```{citation-example} tbl-gone\n```\n"}
    assert "no chapter shows an exhibit or a number named 'tbl-gone'" in _build(tmp_path, pages)[1]


def test_an_unknown_subject_is_named(tmp_path: Path) -> None:
    pages = PAGES | {"book/back.md": FRONT + "# Back\n\n```{data-catalogue} weather\n```\n"}
    assert "'weather' is no subject of the data; one of sources, trade" in _build(tmp_path, pages)[1]


def test_chapters_come_in_the_order_of_the_contents() -> None:
    """The order of the book, and what is outside it by name at the end."""

    includes = {"index": ["book/b", "book/a"], "book/b": ["book/c"]}
    env = SimpleNamespace(config=SimpleNamespace(root_doc="index"), toctree_includes=includes)
    docs = ["zoo", "book/a", "book/c", "index", "book/b"]
    assert provenance.in_order(env, docs) == ["index", "book/b", "book/c", "book/a", "zoo"]  # type: ignore[arg-type]
