"""Two builds side by side: a planted difference is named by its file and by its place in it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pikepdf
import pytest

from corridors.build import differences, verify
from corridors.build.differences import Difference

PAGE = '<h1 id="sec-trade">Trade</h1>\n<p>same</p>\n<p id="num-share">Share: 24.4</p>\n'


def _notebook(output: str) -> str:
    cells = [
        {"cell_type": "markdown", "id": "cell-001", "source": "Text"},
        {"cell_type": "code", "id": "cell-002", "source": "total()", "outputs": [{"text": output}]},
    ]
    return json.dumps({"cells": cells, "nbformat": 4})


def _zip(members: dict[str, str], *, year: int = 2020) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), text)
    return held.getvalue()


def _pdf(marks: list[str]) -> bytes:
    held = io.BytesIO()
    with pikepdf.new() as document:
        for mark in marks:
            page = document.add_blank_page()
            page.Contents = document.make_stream(f"{mark} w".encode())
        document.save(held, deterministic_id=True)
    return held.getvalue()


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path]:
    one, other = tmp_path / "one" / "html", tmp_path / "other" / "html"
    for tree in (one, other):
        for name, text in {
            "book/trade.html": PAGE,
            "_data/fig-share.csv": "a,b\n1,2\n",
            "_notebooks/trade.ipynb": _notebook("7"),
        }.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(text, "utf-8")
        made = {"label": "fig-share", "cell": "cell-002", "chapter": "book/trade"}
        (tree / "_data/provenance.json").write_text(json.dumps({"exhibits": [made]}))
    return one, other


def test_equal_trees_have_no_difference_and_one_digest(trees: tuple[Path, Path]) -> None:
    parts, found = verify.compared(trees[0].parent, trees[1].parent, ["html"])
    assert found == []
    assert [(part.name, part.files, part.identical) for part in parts] == [
        ("html", 4, True), ("html/_data", 2, True)
    ]  # fmt: skip


def test_a_planted_difference_is_named_by_file_and_line_or_cell(trees: tuple[Path, Path]) -> None:
    """The page by its line and the place above it, the notebook and the data by the cell."""
    other = trees[1]
    (other / "book/trade.html").write_text(PAGE.replace("24.4", "24.5"), "utf-8")
    (other / "_notebooks/trade.ipynb").write_text(_notebook("8"), "utf-8")
    (other / "_data/fig-share.csv").write_text("a,b\n1,3\n", "utf-8")
    (other / "book/more.html").touch()
    parts, found = verify.compared(trees[0].parent, other.parent, ["html"])
    assert not any(part.identical for part in parts)
    places = {one.file: one.where for one in found}
    assert places == {
        "html/_data/fig-share.csv": "line 2, made by cell-002 of book/trade",
        "html/_notebooks/trade.ipynb": "cell 2 (cell-002), outputs",
        "html/book/more.html": "",
        "html/book/trade.html": "line 3, below #num-share",
    }
    page = next(one for one in found if one.file == "html/book/trade.html")
    assert "24.4" in page.first
    assert "24.5" in page.second
    text = verify.table(verify.Verification({}, parts, found))
    assert "html/_notebooks/trade.ipynb: cell 2 (cell-002), outputs" in text
    assert "4 differences" in text


def test_the_same_book_with_nothing_compared_is_not_called_identical() -> None:
    assert not verify.Verification({}).identical


def test_inside_an_archive_the_member_is_named_and_else_its_time() -> None:
    one = _zip({"a.xhtml": PAGE, "b.txt": "b"})
    (found,) = differences.explain(
        "book.epub", one, _zip({"a.xhtml": PAGE.replace("same", "some"), "b.txt": "b"})
    )
    assert (found.file, found.where) == ("book.epub!a.xhtml", "line 2, below #sec-trade")
    times = differences.explain("book.epub", one, _zip({"a.xhtml": PAGE, "b.txt": "b"}, year=2021))
    assert {entry.where for entry in times} == {"time and permissions"}
    (order,) = differences.explain("book.epub", one, _zip({"b.txt": "b", "a.xhtml": PAGE}))
    assert order.where == "order of the members"


def test_in_a_pdf_the_page_is_named() -> None:
    (found,) = differences.explain("book.pdf", _pdf(["1", "2", "3"]), _pdf(["1", "5", "3"]))
    assert found.where == "page 2"


def test_what_is_no_text_is_named_by_its_first_byte() -> None:
    (found,) = differences.explain("a.png", b"\x89PNG\xff123", b"\x89PNG\xff193")
    assert found == Difference(
        "a.png", "byte 6", "8 bytes, ...b'\\x89PNG\\xff123'", "8 bytes, ...b'\\x89PNG\\xff193'"
    )


def test_lines_that_are_there_on_one_side_only_are_told() -> None:
    (found,) = differences.explain("a.csv", b"a\n1\n", b"a\n1\n2\n")
    assert (found.where, found.first, found.second) == ("line 3", "2 lines in all", "3 lines in all")
