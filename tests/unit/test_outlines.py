"""Figures and sections are counted by outlines of the pages as they are by the pages themselves."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from corridors.build import outlines

INDEX = """
Book
====

.. toctree::
   :numbered:

   one
   two
"""
PAGE = """
{name}
======

.. _fig-{name}:

.. figure:: picture.png

   A figure in the first section

Inner
-----

.. container:: frame

   .. figure:: picture.png

      Within a container, with *emphasis*

   .. table:: A table

      == ==
      a  b
      == ==

.. code-block:: python
   :caption: A block of code
   :name: code-{name}

   print(1)

.. code-block:: python

   print("without a caption: not counted")

.. figure:: picture.png

.. math:: a = b
   :label: eq-{name}

See :numref:`fig-{name}`.
"""


def _book(folder: Path) -> Path:
    folder.mkdir()
    (folder / "index.rst").write_text(INDEX, "utf-8")
    (folder / "picture.png").write_bytes(b"no picture")
    for name in ("one", "two"):
        (folder / f"{name}.rst").write_text(PAGE.format(name=name), "utf-8")
    return folder


def _built(book: Path, target: Path, *, lend: bool) -> Any:
    """The environment after a build; ``lend``: counted by outlines."""
    warnings = io.StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            srcdir=book,
            confdir=None,
            outdir=target / "out",
            doctreedir=target / "doctrees",
            buildername="html",
            confoverrides={"numfig": True, "extensions": ["sphinx_multitoc_numbering"]},
            status=None,
            warning=warnings,
        )
        read: list[str] = []
        if lend:
            outline = outlines.of(app)
            outlines.lend(app, outline)
            plain = outline.tree
            outline.tree = lambda docname: read.append(docname) or plain(docname)  # type: ignore[method-assign, func-returns-value]
        app.build()
    assert not lend or set(read) == {"index", "one", "two"}, "nobody asked for the outlines"
    assert "get_doctree" not in vars(app.env), "the outlines were not taken back"
    return app.env


def test_numbers_are_those_of_the_whole_pages(tmp_path: Path) -> None:
    book = _book(tmp_path / "book")
    plain = _built(book, tmp_path / "plain", lend=False)
    ours = _built(book, tmp_path / "ours", lend=True)
    assert ours.toc_fignumbers == plain.toc_fignumbers
    assert ours.toc_secnumbers == plain.toc_secnumbers
    found = {kind: len(numbers) for kind, numbers in plain.toc_fignumbers["two"].items()}
    assert {kind: found[kind] for kind in ("figure", "table", "code-block")} == {
        "figure": 2,
        "table": 1,
        "code-block": 1,
    }


def test_an_outline_holds_nothing_that_is_not_counted(tmp_path: Path) -> None:
    env = _built(_book(tmp_path / "book"), tmp_path / "ours", lend=True)
    whole = env.get_doctree("one")
    short = outlines.outline(whole, (nodes.figure, nodes.table))
    assert not list(short.findall(nodes.paragraph))
    assert not list(short.findall(nodes.image))
    titles = [one.astext() for one in short.findall(nodes.caption)]
    assert titles == [one.astext() for one in whole.findall(nodes.caption)]
    assert len(list(short.findall(nodes.section))) == 2


@pytest.mark.parametrize("spoilt", [b"", b"no outline", pickle.dumps(["another thing"])])
def test_an_outline_is_made_anew_when_the_page_or_the_file_is_another(tmp_path: Path, spoilt: bytes) -> None:
    book = _book(tmp_path / "book")
    _built(book, tmp_path / "ours", lend=True)
    (kept,) = (tmp_path / "ours").rglob("one.outline")
    kept.write_bytes(spoilt)
    page = (book / "two.rst").read_text("utf-8")
    (book / "two.rst").write_text(f"{page}\n.. figure:: picture.png\n\n   One more\n", "utf-8")
    ours = _built(book, tmp_path / "ours", lend=True)
    plain = _built(book, tmp_path / "plain", lend=False)
    assert ours.toc_fignumbers == plain.toc_fignumbers
    assert len(ours.toc_fignumbers["two"]["figure"]) == 3


def test_what_stands_between_goes_and_blocks_of_code_keep_their_titles(tmp_path: Path) -> None:
    env = _built(_book(tmp_path / "book"), tmp_path / "ours", lend=True)
    short = outlines.outline(env.get_doctree("one"), (nodes.figure, nodes.table))
    (code,) = short.findall(nodes.container)
    assert code.next_node(nodes.caption).astext() == "A block of code"
    assert code.next_node(nodes.literal_block) is not None
    within = [one for one in short.findall(nodes.figure) if "container" in one.astext()]
    assert [type(one.parent) for one in within] == [nodes.section]


def test_an_outline_is_small(tmp_path: Path) -> None:
    """Nothing in it leads back to the page."""
    book = _book(tmp_path / "book")
    (book / "one.rst").write_text(PAGE.format(name="one") + "Words and words.\n\n" * 2000, "utf-8")
    _built(book, tmp_path / "ours", lend=True)
    folder = tmp_path / "ours" / "doctrees"
    page, outline = (
        (folder / "one.doctree").stat().st_size,
        (folder / "outlines" / "one.outline").stat().st_size,
    )
    assert outline < 10_000 < 100_000 < page
