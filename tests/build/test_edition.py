"""Editions: two of a small book, made one after the other. What was published stays as it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from corridors.build import edition
from corridors.build.faults import BuildError
from corridors.build.release import build_release, companions

from .conftest import SmallBook

CITATION = """\
title: "A small book: on sums"
abstract: {abstract}
authors: [{{name: Nobody in particular}}]
license: [CC-BY-4.0, MIT]
version: {version}
date-released: "{date}"
keywords: [sums]
"""
ABSTRACT = "A book of three pages that is small enough to be built in every test and large enough to change."
CHAPTER = """\
---
chapter:
  abstract: >-
    What do the weights come to, and how does a reader learn that a sum has changed since it was cited? A
    chapter that exists to be cited and to be changed between two editions.
  keywords: [weights]
  first_published: "2026-11-21"
  revised: "2026-11-21"
---
"""


def _describe(book: SmallBook, version: str, date: str) -> None:
    text = CITATION.format(abstract=ABSTRACT, version=version, date=date)
    (book.root / "CITATION.cff").write_text(text, "utf-8")


def _publish(book: SmallBook) -> Path:
    book.said.clear()
    site = build_release(book.root, companions(book.root), edition=True, report=book.said.append)
    return edition.publish(book.root, site, report=book.said.append)


@pytest.fixture
def book(small_book: SmallBook) -> SmallBook:
    """The small book with the extension that the real one has, and with a number in its text."""
    config = small_book.root / "_config.yml"
    text = config.read_text("utf-8").replace(
        "sphinx: {config: {numfig: true}}",
        "sphinx: {extra_extensions: [corridors.publish], config: {numfig: true, "
        "html_theme_options: {use_fullscreen_button: false}}}",
    )
    config.write_text(text, "utf-8")
    chapter = small_book.root / "book" / "weights.md"
    text = chapter.read_text("utf-8").replace("---\nfile_format", CHAPTER.rstrip("-\n") + "\nfile_format")
    text = text.replace('print("total of weights:", shown)', "").replace(
        "from corridors.sums import total\n",
        "from pathlib import Path\nfrom corridors.show import numbers\n",
    )
    text = text.replace(
        'shown = total("../data/weights.csv")',
        'total = sum(map(int, Path("../data/weights.csv").read_text().split()))\n'
        'sum_ = numbers.glue("weights-sum", total, "kg")',
    )
    chapter.write_text(
        text.replace("Prose about weights.", "The weights come to {glue}`weights-sum`."), "utf-8"
    )
    # The package of the real book stands in for the small one's own.
    shutil.rmtree(small_book.root / "corridors")
    (small_book.root / "book" / "lengths.md").write_text("# On lengths\n\nProse about lengths.\n", "utf-8")
    _describe(small_book, "1.0", "2026-11-21")
    return small_book


def test_two_editions(book: SmallBook) -> None:
    """The second tells what has changed since the first, leads to it, and leaves it untouched."""
    first = _publish(book)
    assert first == book.root / "editions" / "1.0"
    before = edition.hashes(first)
    assert edition.altered(first) == []
    state = json.loads((book.root / "editions/1.0.json").read_text("utf-8"))
    assert state["numbers"]["weights-sum"]["shown"] == "7\N{NO-BREAK SPACE}kg"
    assert "No earlier edition" in (first / "since.html").read_text("utf-8")
    assert (book.root / "book/addresses.csv").is_file()

    (book.root / "data" / "weights.csv").write_text("3\n5\n")
    with pytest.raises(BuildError, match=r"raise version and date-released in CITATION\.cff"):
        _publish(book)
    _describe(book, "1.1", "2026-12-01")
    second = _publish(book)
    since = (second / "since.html").read_text("utf-8")
    assert 'id="since-1-0"' in since
    assert '<a href="../1.0/index.html">' in since
    row = since[since.index(">weights-sum<") :].split("</tr>")[0].replace("\N{NO-BREAK SPACE}", " ")
    assert "7 kg" in row
    assert "8 kg" in row
    assert 'href="book/weights.html"' in row
    assert "paragraph" not in since[since.index('id="since-1-0"') :], "no sentence has changed"
    assert '<a href="../../index.html">All editions</a>' in (second / "book/weights.html").read_text("utf-8")

    listed = (book.root / "editions/index.html").read_text("utf-8")
    assert listed.index("1.1/index.html") < listed.index("1.0/index.html")
    assert edition.hashes(first) == before, "what was published stays"
    assert [one["version"] for one in edition.published(book.root)] == ["1.1", "1.0"]

    (first / "index.html").write_text("tampered", "utf-8")
    (second / "since.html").unlink()
    assert edition.altered(first) == ["index.html"]
    assert edition.altered(second) == ["since.html"]


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / edition.MANIFEST).write_text("{", "utf-8")
    with pytest.raises(BuildError, match="not the manifest of an edition"):
        edition.read_manifest(tmp_path)
