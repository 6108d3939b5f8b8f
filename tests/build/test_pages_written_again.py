"""Pages that an earlier build has written: not written again for nothing, and never shown when they are stale.

A small book with all that pages of the real one rest on: numbers of other pages, references with numbers to
tables elsewhere, a list of works, overviews of the whole book, a search that gathers from every page.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corridors.build.faults import BuildError, WarningsError
from corridors.build.layout import site_digest

from .conftest import SmallBook

CITATION = """\
title: "A small book: on sums"
abstract: A book of five pages, small enough to be built in every test and large enough to be changed in many ways.
authors: [{name: Nobody in particular}]
license: [CC-BY-4.0, MIT]
version: "1.0"
date-released: "2026-11-21"
keywords: [sums]
"""
FRONT = """\
---
file_format: mystnb
kernelspec: {name: python3}
chapter:
  abstract: >-
    What does it all come to, and how does a reader learn that a sum has changed since it was cited? A
    chapter that exists to be cited and to be changed in many ways.
  keywords: [sums]
  first_published: "2026-11-21"
  revised: "2026-11-21"
---
"""
CHAPTER = """\
(sec-{name})=
# On {name}

```{{code-cell}} python
from pathlib import Path
import pandas as pd
from corridors.show import numbers, tables
found = [int(line) for line in Path("../data/{name}.csv").read_text().split()]
total = numbers.glue("{name}-sum", sum(found), "kg")
tables.table(pd.DataFrame({{"row": range(len(found)), "value": found}}), label="tbl-{name}",
    caption="All {name}")
```

They come to {{glue}}`{name}-sum` {{cite}}`first`.
"""
PAGES = {
    "index.md": "# A small book\n\n```{book-shows}\n```\n\n```{chapter-citation}\n```\n",
    "book/weights.md": FRONT + CHAPTER.format(name="weights"),
    "book/lengths.md": FRONT
    + CHAPTER.format(name="lengths")
    + "\nSee {numref}`tbl-weights`, of {glue}`weights.md::weights-sum`.\n",
    "book/plain.md": "# Plain words\n\nOf nothing in particular; see {ref}`sec-weights`.\n",
    "book/works.md": "# Works\n\n```{exhibit-list}\n```\n\n```{bibliography}\n:cited:\n```\n",
}
WORKS = """\
@book{{first, author = {{First, Ann}}, title = {{One}}, year = {{2001}}, publisher = {{P}}}}
@book{{second, author = {{Second, Bob}}, title = {{Two}}, year = {{2002}}, publisher = {{P}}}}
""".replace("{{", "{").replace("}}", "}")
ALL = len(PAGES)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> SmallBook:
    """The book; every test leaves it built and as it was."""
    root = tmp_path_factory.mktemp("book") / "a small book"
    (root / "data").mkdir(parents=True)
    (root / "book").mkdir()
    for name, text in PAGES.items():
        (root / name).write_text(text, "utf-8")
    (root / "_config.yml").write_text(
        "title: A small book\nauthor: Nobody\nonly_build_toc_files: true\n"
        "execute: {execute_notebooks: cache, timeout: 60, stderr_output: error}\n"
        "bibtex_bibfiles: [references.bib]\n"
        "sphinx: {extra_extensions: [corridors.publish], config: {numfig: true, "
        "bibtex_default_style: corridors, bibtex_reference_style: corridors, "
        "html_theme_options: {use_fullscreen_button: false}}}\n"
    )
    chapters = "".join(f"  - file: {name.removesuffix('.md')}\n" for name in list(PAGES)[1:])
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{chapters}")
    (root / "references.bib").write_text(WORKS)
    (root / "CITATION.cff").write_text(CITATION)
    (root / "requirements.lock").write_text("pandas==3\n")
    for name, values in (("weights", "3\n4\n"), ("lengths", "10\n20\n")):
        (root / "data" / f"{name}.csv").write_text(values)
    made = SmallBook(root)
    made.build()
    return made


def _written(book: SmallBook) -> int:
    """How many pages the last build wrote."""
    (count,) = (int(found[1]) for line in book.said if (found := re.match(r"Pages \((\d+)\)", line)))
    after = book.said[book.said.index(f"Pages ({count})") + 1]
    kept = re.fullmatch(r"  (\d+) unchanged", after)
    return count - int(kept[1] if kept else 0)


def _from_nothing(book: SmallBook, aside: Path) -> str:
    """The digest of a build that finds nothing of an earlier one but results of cells and drawn pictures."""
    shutil.move(book.root / "_build", aside)
    for kept in ("executed", "work/html/doctrees/pictures/og", "work/html/doctrees/pictures/cover"):
        shutil.copytree(aside / kept, book.root / "_build" / kept)
    book.build()
    digest = site_digest(book.site)
    shutil.rmtree(book.root / "_build")
    shutil.move(aside, book.root / "_build")
    return digest


def _prose(book: SmallBook) -> None:
    book.replace("book/weights.md", "They come to", "Put on the scales one by one, they come to")


def _code(book: SmallBook) -> None:
    """A line more in a cell that shows the same."""
    book.replace("book/weights.md", "total = numbers", "heaviest = max(found)\ntotal = numbers")


def _table(book: SmallBook) -> None:
    """Two pages show a number of it: its own, and one that mentions it."""
    book.replace("data/weights.csv", "4", "5")


def _title(book: SmallBook) -> None:
    book.replace("book/weights.md", "# On weights", "# On masses")


def _caption(book: SmallBook) -> None:
    """Stands in its page, and in the list of all exhibits."""
    book.replace("book/weights.md", "All weights", "Every weight")


def _front(book: SmallBook) -> None:
    book.replace("book/weights.md", 'revised: "2026-11-21"', 'revised: "2026-11-22"')


def _label(book: SmallBook) -> None:
    """One number more in one page, mentioned in another."""
    book.replace("book/weights.md", "tables.table", 'numbers.glue("weights-rows", len(found))\ntables.table')
    book.replace("book/lengths.md", "weights-sum`.", "weights-sum` in {glue}`weights.md::weights-rows` rows.")


def _reference(book: SmallBook) -> None:
    """A page refers to a table elsewhere that it did not refer to before."""
    book.replace("book/plain.md", "{ref}`sec-weights`", "{numref}`tbl-lengths`")


def _citation(book: SmallBook) -> None:
    book.replace("book/lengths.md", "{cite}`first`", "{cite}`second`")


def _order(book: SmallBook) -> None:
    """The tables change numbers."""
    book.replace("_toc.yml", "  - file: book/weights\n", "")
    book.replace("_toc.yml", "  - file: book/plain\n", "  - file: book/plain\n  - file: book/weights\n")


def _more(book: SmallBook) -> None:
    text = FRONT + CHAPTER.format(name="lengths").replace("lengths-sum", "widths-sum")
    text = text.replace("sec-lengths", "sec-widths").replace("tbl-lengths", "tbl-widths")
    (book.root / "book" / "widths.md").write_text(text)
    book.replace("_toc.yml", "  - file: book/plain\n", "  - file: book/widths\n  - file: book/plain\n")


def _less(book: SmallBook) -> None:
    book.replace("_toc.yml", "  - file: book/plain\n", "")


@pytest.fixture
def restored(book: SmallBook) -> SmallBook:
    """The book as it was, built."""
    before = {path: path.read_bytes() for path in _sources(book)}
    yield book
    for path in _sources(book):
        if path not in before:
            path.unlink()
    for path, content in before.items():
        path.write_bytes(content)
    book.build()


def _sources(book: SmallBook) -> list[Path]:
    return [path for path in book.root.rglob("*") if path.is_file() and "_build" not in path.parts]


@pytest.mark.parametrize(
    ("edit", "most"),
    [
        (_prose, 1),
        (_code, 1),
        (_reference, 1),
        (_caption, ALL),
        (_table, ALL),
        (_title, ALL),
        (_front, ALL),
        (_label, ALL),
        (_citation, ALL),
        (_order, ALL),
        (_more, ALL + 1),
        (_less, ALL - 1),
    ],
    ids=lambda one: getattr(one, "__name__", "").strip("_") or None,
)
def test_a_later_build_writes_what_has_changed_and_gives_the_site_of_one_from_nothing(
    restored: SmallBook, tmp_path: Path, edit: Callable[[SmallBook], None], most: int
) -> None:
    before = site_digest(restored.site)
    edit(restored)
    restored.build()
    later, written = site_digest(restored.site), _written(restored)
    assert later != before
    assert 1 <= written <= most
    assert later == _from_nothing(restored, tmp_path / "aside")
