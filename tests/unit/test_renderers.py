"""One execution gives page, EPUB and print: a small book is read once and written by each builder."""

from __future__ import annotations

import json
import re
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from corridors.publish import downloads, record, renderers, tablenodes
from corridors.show import media, tables

GOLDEN = Path(__file__).parents[1] / "golden"
CONF = """
project = "Small book"
version = "1.0"
copyright = "2026"
extensions = ["myst_nb", *("corridors.publish." + part for part in ("record", "renderers", "downloads"))]
nb_execution_mode = "off"
# Said in full: extensions add to Sphinx's own default, which all books of one process share.
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
numfig = True
exclude_patterns = ["_build"]
html_theme = "basic"
suppress_warnings = ["epub.unknown_project_files"]
"""
PICTURES = {
    "svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "png": media.base64_text(b"\x89PNG"),
    "pdf": "JVBERg==",
}


def number(number_id: str, value: float = 24.448) -> dict[str, Any]:
    """An output as ``numbers.glue`` leaves it in a notebook."""
    from corridors.show import numbers

    prefix = "application/papermill.record/"
    bundle = numbers.make(number_id, value, "per cent", 1)._repr_mimebundle_()
    return {
        "output_type": "display_data",
        "data": {prefix + mime: content for mime, content in bundle.items()},
        "metadata": {"scrapbook": {"name": number_id, "mime_prefix": prefix}},
    }


def table(label: str = "tbl-imports") -> dict[str, Any]:
    frame = pd.DataFrame({"partner": ["Russia", "A <b> & C"], "value": [2785.46, None]})
    columns = {"partner": "Partner", "value": tables.Column("Imports", unit="million US$", decimals=1)}
    exhibit = tables.table(frame, label=label, caption="Imports & more", columns=columns, export="imports")
    return output(exhibit._repr_mimebundle_())


def chart(label: str = "fig-shares") -> dict[str, Any]:
    payload = {
        "kind": "chart", "label": label, "caption": "Shares", "alt": "A line.", "source": "NSO (2026).",
        "note": "China includes Taiwan.", "datasets": ["imports_by_partner"], "rights": ["CC BY 4.0"],
        "data": "year,value\n2025,1\n", "data_format": "csv", "export": "", "static": PICTURES,
        "live": '<svg role="img" aria-label="A line."></svg>',
    }  # fmt: skip
    return output({media.CHART: payload, "text/html": "<p>lab</p>", "text/plain": "lab"})


def output(bundle: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": bundle, "metadata": {}}


def notebook(text: str, outputs: list[dict[str, Any]]) -> str:
    code = {"cell_type": "code", "execution_count": 1, "metadata": {"tags": ["remove-input"]}, "source": "x"}
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "metadata": {}, "source": text}]
    cells += [{**code, "outputs": [one]} for one in outputs]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 4})


INDEX = "# Book\n\nElsewhere {glue}`book/one.ipynb::share`.\n\n```{toctree}\nbook/one\n```\n"
ONE = "# One\n\nIt is {glue}`share`, again {glue}`share`: {numref}`tbl-imports`, {numref}`fig-shares`.\n"


def write_book(root: Path, chapters: dict[str, str]) -> Path:
    (root / "book").mkdir(parents=True, exist_ok=True)
    (root / "conf.py").write_text(CONF, "utf-8")
    for name, text in chapters.items():
        (root / name).write_text(text, "utf-8")
    return root


def build(root: Path, builder: str = "html") -> tuple[Sphinx, str]:
    """One build without a kernel; its warnings."""
    out = root / "_build"
    warnings = StringIO()
    with patch_docutils(root), docutils_namespace():
        app = Sphinx(root, root, out / builder, out / ".doctrees", builder, status=None, warning=warnings)
        app.build()
    return app, re.sub(r"\x1b\[[\d;]+m", "", warnings.getvalue())


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small book, built as a web site."""
    chapters = {"index.md": INDEX, "book/one.ipynb": notebook(ONE, [number("share"), table(), chart()])}
    root = write_book(tmp_path_factory.mktemp("small book"), chapters)
    _, warnings = build(root)
    assert warnings == ""
    return root


def body(path: Path) -> str:
    """The chapter's own part of a page, one tag a line, without what builders add around it."""
    page = path.read_text("utf-8")
    found = re.search(r'<section id="one">.*?</section>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"\n+", "\n", found.group()).strip() + "\n"


def golden(name: str, text: str) -> None:
    """Compare with a stored fragment."""
    assert text == (GOLDEN / name).read_text("utf-8"), f"tests/golden/{name} differs: look at both and decide"


def test_page_has_the_live_chart_the_scoped_table_and_the_numbers(book: Path) -> None:
    golden("exhibits.html", body(book / "_build/html/book/one.html"))


def test_epub_has_the_png_with_its_words_and_no_link_to_files(book: Path) -> None:
    _, warnings = build(book, "epub")
    assert warnings == ""
    page = (book / "_build/epub/book/one.xhtml").read_text("utf-8")
    assert '<img alt="A line." src="../_images/fig-shares.png" />' in page
    assert "<svg" not in page
    assert "_data/" not in page
    assert 'style="text-align: right"' in page


def test_single_page_for_the_pdf_has_the_svg(book: Path) -> None:
    _, warnings = build(book, "singlehtml")
    assert warnings == ""
    page = (book / "_build/singlehtml/index.html").read_text("utf-8")
    assert '<img alt="A line." src="_images/fig-shares.svg" />' in page
    assert 'style="text-align: right"' in page
    assert "_data/" not in page


def test_latex_has_the_pdf_the_column_pattern_and_the_note(book: Path) -> None:
    _, warnings = build(book, "latex")
    assert warnings == ""
    text = next((book / "_build/latex").glob("*.tex")).read_text("utf-8")
    assert r"\sphinxincludegraphics{{fig-shares}.pdf}" in text
    assert r"\begin{tabulary}{\linewidth}[t]{lr}" in text
    assert "China includes Taiwan." in text


def test_a_number_of_another_chapter_has_no_second_anchor(book: Path) -> None:
    page = (book / "_build/html/index.html").read_text("utf-8")
    assert 'Elsewhere <span class="number" data-number="share">24.4\xa0per\xa0cent</span>.' in page


def test_files_for_the_reader(book: Path) -> None:
    """Data by label, its description, pictures, a second name, and the list of numbers."""
    site = book / "_build/html"
    names = {
        str(path.relative_to(site)) for folder in ("_data", "_images") for path in (site / folder).iterdir()
    }
    assert names == {
        "_data/fig-shares.csv", "_data/fig-shares.json", "_data/tbl-imports.csv", "_data/tbl-imports.json",
        "_data/imports.csv", "_data/numbers.json",
        "_images/fig-shares.svg", "_images/fig-shares.png", "_images/fig-shares.pdf",
    }  # fmt: skip
    assert (site / "_data/imports.csv").read_text("utf-8") == "partner,value\nRussia,2785.46\nA <b> & C,\n"
    assert json.loads((site / "_data/numbers.json").read_text("utf-8")) == [
        {
            "id": "share",
            "value": 24.448,
            "shown": "24.4\xa0per\xa0cent",
            "unit": "per cent",
            "chapter": "book/one",
            "function": "",
            "datasets": [],
        }
    ]
    beside = json.loads((site / "_data/fig-shares.json").read_text("utf-8"))
    assert beside["sources"] == "NSO (2026)."
    assert beside["licences"] == ["CC BY 4.0"]
    assert beside["edition"] == "1.0"


def test_a_second_build_without_changes_keeps_all_and_a_changed_one_forgets(
    book: Path, tmp_path: Path
) -> None:
    """An unchanged book is not read again, yet its files stay; a changed chapter loses its old files."""
    root = tmp_path / "copy"
    shutil.copytree(book, root, ignore=shutil.ignore_patterns("epub", "latex", "singlehtml"))
    _, warnings = build(root)
    assert warnings == ""
    assert (root / "_build/html/_data/fig-shares.csv").is_file()
    write_book(
        root,
        {"index.md": INDEX, "book/one.ipynb": notebook("# One\n\n{glue}`share`", [number("share", 5.0)])},
    )
    app, warnings = build(root)
    assert warnings == ""
    assert [path.name for path in (root / "_build/html/_data").iterdir()] == ["numbers.json"]
    assert [entry["value"] for entry in downloads.number_list(app.env)] == [5.0]


def test_one_id_in_two_chapters_is_an_error_that_names_both(tmp_path: Path) -> None:
    index = "# Book\n\n```{toctree}\nbook/one\nbook/two\n```\n"
    chapter = notebook("# One\n\n{glue}`share`", [number("share")])
    root = write_book(tmp_path, {"index.md": index, "book/one.ipynb": chapter, "book/two.ipynb": chapter})
    with pytest.raises(ExtensionError, match="'share' is used in book/one and in book/two"):
        build(root)


def test_a_number_that_is_never_shown_is_a_warning(tmp_path: Path) -> None:
    """And so is a number shown that nobody glues: with -W both stop the build."""
    index = "# Book\n\n{glue}`book/one.ipynb::missing`\n\n```{toctree}\nbook/one\n```\n"
    root = write_book(tmp_path, {"index.md": index, "book/one.ipynb": notebook("# One", [number("share")])})
    _, warnings = build(root)
    assert "number 'share' is glued but never shown" in warnings
    assert "number 'missing' is shown but book/one glues no such number" in warnings


def test_same_file_name_for_two_exhibits_is_refused() -> None:
    pairs = [("a", {"label": "tbl-x", "export": "railway"}), ("b", {"label": "tbl-y", "export": "railway"})]
    assert downloads.duplicates(pairs, "export") == {"railway": ["a", "b"]}
    assert downloads.duplicates(pairs, "label") == {}


LINKED = """# One

It is {glue}`share`; {numref}`tbl-claims`.
"""


def linked(template: str, titled: bool = False) -> dict[str, Any]:
    frame = pd.DataFrame({"id": ["NIAS-32", "DIP-01"], "related": ["DIP-01;NIAS-32", ""]})
    columns = {
        "id": tables.Column("Claim", link=template, titled=titled),
        "related": tables.Column("Related", link=template, separator=";"),
    }
    exhibit = tables.table(frame, label="tbl-claims", caption="Claims", columns=columns)
    return output(exhibit._repr_mimebundle_())


def two_chapters(root: Path, template: str, titled: bool = False) -> Path:
    index = "# Book\n\n```{toctree}\nbook/one\nbook/two\n```\n"
    two = "# Two\n\n(claim-nias-32)=\n## First\n\n(claim-dip-01)=\n## Second\n"
    one = notebook(LINKED, [number("share"), linked(template, titled)])
    return write_book(root, {"index.md": index, "book/one.ipynb": one, "book/two.md": two})


def test_a_cell_leads_to_another_chapter_in_every_medium(tmp_path: Path) -> None:
    """Each of several values in a cell has its own link; a gap has none."""
    root = two_chapters(tmp_path, "two.md#claim-{value}")
    for builder, page, place in (
        ("html", "book/one.html", "two.html#claim-nias-32"),
        ("epub", "book/one.xhtml", "two.xhtml#claim-nias-32"),
        ("singlehtml", "index.html", "index.html#claim-nias-32"),
    ):
        _, warnings = build(root, builder)
        assert warnings == ""
        text = (root / "_build" / builder / page).read_text("utf-8")
        assert len(re.findall(f'href="{place}">(?:<[^>]+>)?NIAS-32', text)) == 2, builder
        assert "–" in text
    _, warnings = build(root, "latex")
    assert warnings == ""
    text = next((root / "_build/latex").glob("*.tex")).read_text("utf-8")
    assert text.count(r"{\hyperref[\detokenize{book/two:claim-nias-32}]") == 2


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("three.md#claim-{value}", "the book has no page book/three"),
        ("two.md#nobody", "book/two has no place named 'nobody'"),
        ("#claim-{value}", "book/one has no place named 'claim-nias-32'"),
    ],
)
def test_a_link_that_leads_nowhere_is_a_warning(tmp_path: Path, template: str, words: str) -> None:
    app, warnings = build(two_chapters(tmp_path, template))
    assert words in warnings
    page = (Path(app.outdir) / "book/one.html").read_text("utf-8")
    assert "NIAS-32</p>" in page, "the text stays without its link"


@pytest.mark.parametrize(
    ("builder", "file"), [("html", "book/one.html"), ("epub", "book/one.xhtml"), ("singlehtml", "index.html")]
)
def test_a_titled_link_bears_the_title_of_its_page(tmp_path: Path, builder: str, file: str) -> None:
    root = two_chapters(tmp_path, "two.md#claim-{value}", titled=True)
    _, warnings = build(root, builder)
    assert warnings == ""
    text = (root / "_build" / builder / file).read_text("utf-8")
    assert len(re.findall(r'href="[^"]*#claim-nias-32">(?:<[^>]+>)?Two<', text)) == 1
    assert len(re.findall(r'href="[^"]*#claim-nias-32">(?:<[^>]+>)?NIAS-32<', text)) == 1, "the other column"


def test_a_titled_link_to_no_page_keeps_its_value(tmp_path: Path) -> None:
    app, warnings = build(two_chapters(tmp_path, "three.md", titled=True))
    assert "the book has no page book/three" in warnings
    assert "NIAS-32</p>" in (Path(app.outdir) / "book/one.html").read_text("utf-8")


def test_latex_columns_give_long_text_a_share_of_the_line() -> None:
    columns = [
        {"align": "left", "wide": False, "width": 10},
        {"align": "right", "wide": False, "width": 10},
        {"align": "left", "wide": True, "width": 30},
    ]
    assert tablenodes.latex_columns(columns) == r"lr\X{30}{50}"


def test_other_types_are_left_to_myst_nb() -> None:
    class Data:
        mime_type = "text/plain"
        content = "x"

    assert renderers.ExhibitRenderer.handle_mime(None, Data(), False) is None  # type: ignore[arg-type]


def test_records_of_a_parallel_build_are_merged() -> None:
    class Env:
        pass

    mine: Any = Env()
    theirs: Any = Env()
    record.chapter(theirs, "book/two")["mentions"].append(("book/two", "x"))
    record.chapter(theirs, "book/three")
    record._merge(None, mine, {"book/two"}, theirs)  # type: ignore[arg-type]
    assert set(record.of(mine)) == {"book/two"}
    record._purge(None, mine, "book/two")  # type: ignore[arg-type]
    assert record.of(mine) == {}
