"""The chapters as they are written: a table that an author credits is one that the code loads.

Looks at the calls that spell label or id and tables; the finished book is looked at as a whole in
tests/pages/test_verification_report.py.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from corridors.build.chapters import number_cells, read_chapter
from corridors.build.layout import Layout
from corridors.paths import ROOT
from corridors.publish import rests
from corridors.publish.origins import Chapter, Origin

BOOK = Layout(ROOT)


def _calls(source: str) -> Iterator[tuple[str, str, list[str]]]:
    """Keyword "label" or "", label or id, and tables, of each call that spells them."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        options = {one.arg: one.value for one in node.keywords}
        names = options.get("datasets")
        if not isinstance(names, ast.List) or not all(isinstance(one, ast.Constant) for one in names.elts):
            continue
        tables = [str(one.value) for one in names.elts if isinstance(one, ast.Constant)]
        if isinstance(label := options.get("label"), ast.Constant):
            yield "label", str(label.value), tables
        elif node.args and isinstance(node.args[0], ast.Constant) and "label" not in options:
            yield "", str(node.args[0].value), tables


def _astray(chapter: Chapter, cell: str, kind: str, name: str, tables: list[str]) -> list[str]:
    origin = chapter.exhibit(name) if kind else chapter.number(name, cell)
    return rests.astray({"datasets": tables, "note": ""}, origin or Origin(""))


@pytest.mark.parametrize("name", BOOK.docnames())
def test_tables_that_a_call_names_are_loaded_on_the_way_to_it(name: str) -> None:
    path = BOOK.document(name)
    assert path is not None
    chapter = read_chapter(path, name, [])
    if chapter is None:
        return  # a page without code
    number_cells(chapter.notebook)
    cells = [(cell["id"], cell.source) for cell in chapter.code_cells]
    code = Chapter.of(cells)
    spelt = [(cell, *call) for cell, source in cells for call in _calls(source)]
    wrong = {call[2]: found for call in spelt if (found := _astray(code, *call))}
    assert wrong == {}


def test_a_chapter_that_credits_another_table_is_found() -> None:
    source = (
        "from corridors import catalog\nfrom corridors.show import numbers\n"
        'rows = catalog.load("visits")\nnumbers.glue("n", len(rows), datasets=["towns"])'
    )
    (call,) = _calls(source)
    assert _astray(Chapter.of([("cell-001", source)]), "cell-001", *call) == ["towns"]
