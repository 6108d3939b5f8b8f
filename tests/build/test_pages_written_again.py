"""Pages that an earlier build has written: not written again for nothing, never shown when they are stale.

A small book with all that pages of the real one rest on: numbers of other pages, references with numbers to
tables elsewhere, a list of works, overviews of the whole book, a search that gathers from every page.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corridors import forks
from corridors.build.faults import WarningsError
from corridors.build.layout import site_digest

from .conftest import SmallBook

CITATION = """\
title: "A small book: on sums"
abstract: A book of five pages, small enough to be built in each test and large enough to be changed.
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
@book{first, author = {First, Ann}, title = {One}, year = {2001}, publisher = {P}}
@book{second, author = {Second, Bob}, title = {Two}, year = {2002}, publisher = {P}}
"""
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
    made.build(jobs=1)
    return made


#: Results of cells and drawn pictures, which a build from nothing may find: they are not what is tested here.
_KEPT = ("executed", "work/html/doctrees/pictures/og", "work/html/doctrees/pictures/cover")


def _written(book: SmallBook) -> int:
    """How many pages the last build wrote."""
    (count,) = (int(found[1]) for line in book.said if (found := re.match(r"Pages \((\d+)\)", line)))
    after = book.said[book.said.index(f"Pages ({count})") + 1]
    kept = re.fullmatch(r"  (\d+) unchanged", after)
    return count - int(kept[1] if kept else 0)


def _prose(book: SmallBook) -> None:
    book.replace("book/weights.md", "They come to", "Put on the scales one by one, they come to")


def _code(book: SmallBook) -> None:
    """A line more in a cell that shows the same; and a page refers to a table that it did not refer to."""
    book.replace("book/weights.md", "total = numbers", "heaviest = max(found)\ntotal = numbers")
    book.replace("book/plain.md", "{ref}`sec-weights`", "{numref}`tbl-lengths`")


def _table(book: SmallBook) -> None:
    """All pages may rest on the data."""
    book.replace("data/weights.csv", "4", "5")


def _words(book: SmallBook) -> None:
    """Title, caption and front matter stand in other pages as well; the list of works has one more."""
    book.replace("book/weights.md", "# On weights", "# On masses")
    book.replace("book/weights.md", "All weights", "Every weight")
    book.replace("book/weights.md", 'revised: "2026-11-21"', 'revised: "2026-11-22"')
    book.replace("book/lengths.md", "{cite}`first`", "{cite}`second`")


def _number(book: SmallBook) -> None:
    """One number more in one page, mentioned in another; the first page counts them."""
    book.replace("book/weights.md", "tables.table", 'numbers.glue("weights-rows", len(found))\ntables.table')
    book.replace("book/lengths.md", "weights-sum`.", "weights-sum` in {glue}`weights.md::weights-rows` rows.")


def _contents(book: SmallBook) -> None:
    """One page goes, and the tables change numbers."""
    book.replace("_toc.yml", "  - file: book/plain\n", "")
    book.replace("_toc.yml", "  - file: book/weights\n", "")
    book.replace("_toc.yml", "  - file: book/works\n", "  - file: book/works\n  - file: book/weights\n")


def _more(book: SmallBook) -> None:
    """A page comes."""
    (book.root / "book" / "more.md").write_text("# More\n\nSee {numref}`tbl-lengths` {cite}`second`.\n")
    book.replace("_toc.yml", "  - file: book/plain\n", "  - file: book/more\n  - file: book/plain\n")


@pytest.fixture
def restored(book: SmallBook) -> Iterator[SmallBook]:
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
    ("edit", "pages"),
    [
        (_prose, 1), (_code, 2), (_table, ALL), (_words, ALL), (_number, 3), (_contents, ALL - 1),
        (_more, ALL + 1),
    ],
    ids=lambda one: getattr(one, "__name__", "").strip("_") or None,
)  # fmt: skip
def test_a_later_build_writes_what_has_changed_and_gives_the_site_of_one_from_nothing(
    restored: SmallBook, tmp_path: Path, edit: Callable[[SmallBook], None], pages: int
) -> None:
    before = site_digest(restored.site)
    edit(restored)
    restored.build()
    later = site_digest(restored.site)
    assert later != before
    assert _written(restored) == pages
    assert later == restored.digest_from_nothing(tmp_path / "aside", *_KEPT)


def test_two_processes_make_the_site_that_one_has_made(
    book: SmallBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forks.threading, "active_count", lambda: 1)
    assert book.digest_from_nothing(tmp_path / "aside", "executed", jobs=2) == site_digest(book.site)


def test_a_page_that_nobody_touched_is_warned_of_when_another_takes_away_what_it_refers_to(
    restored: SmallBook,
) -> None:
    before = site_digest(restored.site)
    restored.replace("book/weights.md", "(sec-weights)=", "(sec-masses)=")
    for _ in range(2):  # the second build has nothing new to read
        with pytest.raises(WarningsError, match=r"book/plain\.md.*sec-weights"):
            restored.build()
    assert site_digest(restored.site) == before


_BORROWS = """\
from docutils import nodes

def fill(app, doctree, docname):
    if docname == "index":
        other = app.env.get_doctree("book/weights")
        doctree[0] += nodes.paragraph("", "Borrowed: " + " ".join(other.astext().split()))

def setup(app):
    app.connect("builder-inited", lambda app: setattr(app.builder, "search", False))
    app.connect("doctree-resolved", fill)
"""


def test_a_page_that_takes_something_from_another_is_written_again_with_it(
    small_book: SmallBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small_book.root / "book_borrows.py").write_text(_BORROWS, "utf-8")
    monkeypatch.syspath_prepend(str(small_book.root))
    monkeypatch.delitem(sys.modules, "book_borrows", raising=False)
    small_book.replace("_config.yml", "sphinx: {", "sphinx: {extra_extensions: [book_borrows], ")
    small_book.build()
    small_book.replace("book/weights.md", "Prose about", "Verse about")
    small_book.build()
    assert _written(small_book) == 2
    assert re.search("Borrowed: .*Verse about", small_book.page("index"))
    small_book.replace("book/lengths.md", "Prose about", "Verse about")
    small_book.build()
    assert _written(small_book) == 1


def test_a_book_with_the_search_of_sphinx_has_every_page_in_its_index(small_book: SmallBook) -> None:
    """Sphinx gathers the words while it writes a page, so all are written."""
    small_book.build()
    small_book.replace("book/weights.md", "Prose about", "Verse about")
    small_book.build()
    assert _written(small_book) == 3
    later = site_digest(small_book.site)
    shutil.rmtree(small_book.root / "_build")
    small_book.build()
    assert site_digest(small_book.site) == later


def test_two_builds_begun_at_once_leave_one_whole_site(small_book: SmallBook, tmp_path: Path) -> None:
    """One builds, the other says that it waits, and then finds the site up to date."""
    running = [small_book.command() for _ in range(2)]
    said = [process.communicate(timeout=180)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    waited = [text for text in said if "Another build of the same is under way; waiting" in text]
    built = [text for text in said if "is ready" in text]
    assert len(waited) == len(built) == 1
    assert waited != built
    assert "is up to date" in waited[0]
    together = site_digest(small_book.site)
    assert f"site digest {together}" in waited[0]
    shutil.rmtree(small_book.root / "_build")
    small_book.build()
    assert site_digest(small_book.site) == together
