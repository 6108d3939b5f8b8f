"""A list of entries: what is asked for is checked, gaps are left out, every medium shows every entry."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from corridors.publish import entries as pages
from corridors.publish import entrynodes, record
from corridors.show import entries, media, tables

from .test_renderers import build, golden, notebook, number, output, write_book


def sample() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["NIAS-32", "DIP-01"],
            "claim": ["Around 28 per cent.", "A <b> & C."],
            "verdict": pd.Categorical(["imprecise", "supported"], ["supported", "imprecise", "contradicted"]),
            "text": ["NIAS", "Diplomat"],
            "related": ["DIP-01;DIP-01", ""],
            "readings": ["2023, official: 25.8; 2022: 30.0", "one"],
            "value": [25.796, None],
        }
    )


@pytest.fixture
def frame() -> pd.DataFrame:
    return sample()


OPTIONS: dict[str, Any] = {
    "label": "lst-claims", "caption": "All claims", "anchor": "claim-{id}", "heading": "{id}: {claim}",
    "noun": "claims", "export": "claims", "facets": {"verdict": "Verdict", "text": "Text"},
    "fields": {
        "verdict": "Verdict",
        "related": tables.Column("See also", link="#claim-{value}", separator=";"),
        "readings": tables.Column("Readings", separator="; "),
        "value": tables.Column("Value", unit="per cent", decimals=1),
    },
    "folded": ["readings", "value"], "more": "What it rests on",
    "records": [{"id": "NIAS-32", "sources": ["nso"]}],
    "json_ld": [{"@type": "ClaimReview", "claimReviewed": "</script>"}],
    "notices": ["NIAS-32: recorded as supported, now imprecise"],
}  # fmt: skip


def make(frame: pd.DataFrame, **options: Any) -> entries.Entries:
    return entries.entries(frame, **(OPTIONS | options))


def test_an_entry_has_its_anchor_its_heading_and_the_fields_that_are_not_empty(frame: pd.DataFrame) -> None:
    """A value with a comma stays whole; the values of a facet keep the order of the categories."""
    shown = make(frame).parts()
    first, second = shown["entries"]
    assert (first["anchor"], first["heading"]) == ("claim-nias-32", "NIAS-32: Around 28 per cent.")
    assert [one["heading"] for one in first["fields"]] == [
        "Verdict",
        "See also",
        "Readings",
        "Value (per cent)",
    ]
    assert first["fields"][2]["parts"] == [("2023, official: 25.8", ""), ("2022: 30.0", "")]
    assert [one["heading"] for one in second["fields"]] == ["Verdict", "Readings"]
    assert second["facets"] == {"verdict": "supported", "text": "Diplomat"}
    assert [one["values"] for one in shown["facets"]] == [["supported", "imprecise"], ["Diplomat", "NIAS"]]
    assert "A &lt;b&gt; &amp; C." in make(frame).lab_html()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fields": {"nothing": "Nothing"}}, "no field 'nothing'"),
        ({"folded": ["claim"]}, "no field 'claim'"),
        ({"anchor": "claim"}, "more than once"),
        ({"heading": "{nothing}"}, "names 'nothing'"),
        ({"export": ""}, "records need export="),
        ({"label": "tbl-claims"}, "starts with 'lst-'"),
        ({"fields": {"id": tables.Column("Claim", link="ledger")}, "folded": []}, "is no place in the book"),
    ],
)
def test_what_cannot_be_listed_is_refused(frame: pd.DataFrame, options: dict[str, Any], words: str) -> None:
    with pytest.raises(media.ExhibitError, match=words):
        make(frame, **options)
    with pytest.raises(media.ExhibitError, match="no rows"):
        make(frame.iloc[:0])


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book with one list; ``entries`` is the part of the extension that adds script and head."""
    text = "# One\n\nIt is {glue}`share`. See {ref}`NIAS-32 <claim-nias-32>`.\n"
    one = notebook(text, [number("share"), output(make(sample())._repr_mimebundle_())])
    index = "# Book\n\n```{toctree}\nbook/one\n```\n"
    root = write_book(tmp_path_factory.mktemp("listed"), {"index.md": index, "book/one.ipynb": one})
    conf = (root / "conf.py").read_text("utf-8").replace('"downloads")', '"downloads", "entries")')
    (root / "conf.py").write_text(conf, "utf-8")
    return root


def test_the_page_has_sections_that_can_be_filtered_and_linked(book: Path) -> None:
    app, warnings = build(book)
    assert warnings == ""
    page = (book / "_build/html/book/one.html").read_text("utf-8")
    start, end = page.index('<p class="exhibit-caption"'), page.index('<div class="exhibit-under')
    golden("entries.html", re.sub(r"\n+", "\n", page[start:end]).strip() + "\n")
    assert 'href="#claim-nias-32"><span class="std std-ref">NIAS-32</span></a>' in page
    assert page.count("entries/entries.js") == 1
    assert '"@graph":[{"@type":"ClaimReview","claimReviewed":"\\u003c/script>"}]' in page
    assert (book / "_build/html/_static/entries/entries.js").is_file()
    other = (book / "_build/html/index.html").read_text("utf-8")
    assert "entries/entries" not in other, "pages without entries load nothing"
    data = book / "_build/html/_data"
    assert json.loads((data / "claims.json").read_text("utf-8")) == OPTIONS["records"]
    assert (data / "claims.csv").read_text("utf-8").startswith("id,claim,verdict")
    assert app.notices == [f"book/one: {OPTIONS['notices'][0]}"]  # type: ignore[attr-defined]
    assert pages.notices(app.env) == app.notices  # type: ignore[attr-defined]


def test_values_that_stand_for_pages_bear_their_titles(tmp_path: Path) -> None:
    """In the field as the text of the link, in the choices of the filter as names of the values."""
    frame = sample().assign(chapter=["one", "gone"])
    fields = {"chapter": tables.Column("Settled in", link="{value}.md", titled=True)}
    exhibit = make(frame, fields=fields, folded=[], facets={"chapter": "Chapter", "text": "Text"})
    assert exhibit.parts()["facets"][0]["pages"] == {"gone": "gone.md", "one": "one.md"}
    assert "pages" not in exhibit.parts()["facets"][1]
    text = "# The first\n\n{glue}`share`\n"
    root = write_book(
        tmp_path,
        {
            "index.md": "# Book\n\n```{toctree}\nbook/one\n```\n",
            "book/one.ipynb": notebook(text, [number("share"), output(exhibit._repr_mimebundle_())]),
        },
    )
    for builder, file in (("html", "book/one.html"), ("singlehtml", "index.html")):
        _, warnings = build(root, builder)
        assert "the book has no page book/gone" in warnings or builder == "singlehtml"
        page = (root / "_build" / builder / file).read_text("utf-8")
        assert re.search(r"<dt>Settled in</dt><dd><p><a [^>]*>(?:<[^>]+>)?The first<", page)
        assert "<dt>Settled in</dt><dd><p>gone</p>" in page, "a page that is absent keeps its name"
        names = re.search(r'data-facets="([^"]*)"', page)
        assert names
        chapter, other = json.loads(unescape(names[1]))
        assert chapter["values"] == ["gone", "one"]
        assert chapter["names"] == {"one": "The first"}
        assert "names" not in other


def test_tables_that_functions_read_are_handed_on(frame: pd.DataFrame) -> None:
    """They are no source of the list, and still part of the way back to the data."""
    payload = make(frame, computed_from=["visits"]).payload()
    assert (payload["computed_from"], payload["datasets"], payload["source"]) == (["visits"], [], "")


@pytest.mark.parametrize(("builder", "file"), [("epub", "book/one.xhtml"), ("singlehtml", "index.html")])
def test_other_pages_show_everything_unfolded(book: Path, builder: str, file: str) -> None:
    _, warnings = build(book, builder)
    assert warnings == ""
    page = (book / "_build" / builder / file).read_text("utf-8")
    assert page.count('<section class="exhibit-entry"') == 2
    assert "<details" not in page
    assert "2023, official: 25.8" in page
    assert "entries.js" not in page
    assert "_data/" not in page


def test_print_has_a_place_to_refer_to_for_each_entry(book: Path) -> None:
    _, warnings = build(book, "latex")
    assert warnings == ""
    text = next((book / "_build/latex").glob("*.tex")).read_text("utf-8")
    assert r"\label{\detokenize{book/one:claim-nias-32}}" in text
    assert r"{\hyperref[\detokenize{book/one:claim-dip-01}]" in text
    assert "Around 28 per cent." in text


def test_scripts_are_there() -> None:
    assert all(path.is_file() for path in entrynodes.scripts().values())
    assert "exhibits" in record.Record.__annotations__
