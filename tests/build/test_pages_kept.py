"""Pages that Sphinx need not read again: fewer are read, and the site is that of a build from nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.environment import BuildEnvironment

from corridors.build.layout import site_digest

from .conftest import SmallBook


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that Sphinx reads, as they are read."""
    found: list[str] = []
    plain = BuildEnvironment.prepare_settings

    def noted(env: BuildEnvironment, docname: str) -> None:
        found.append(docname)
        plain(env, docname)

    monkeypatch.setattr(BuildEnvironment, "prepare_settings", noted)
    return found


def _built(book: SmallBook, read: list[str]) -> tuple[str, set[str]]:
    read.clear()
    book.build()
    return site_digest(book.site), set(read)


def _prose(book: SmallBook) -> None:
    """A new title, which stands in the other pages' navigation, and a new target."""
    book.replace("book/weights.md", "# On weights", "# On masses\n\nMore words.\n\n(sec-more)=\n## More")
    book.replace("index.md", "{ref}`sec-weights`", "{ref}`sec-more`")


def _table(book: SmallBook) -> None:
    book.replace("data/lengths.csv", "20", "30")


def _exchange(book: SmallBook) -> None:
    """One chapter goes, another comes."""
    text = (book.root / "book" / "weights.md").read_text().replace("sec-weights", "sec-new")
    (book.root / "book" / "new.md").write_text(text.replace("total of", "sum of"))
    book.replace("_toc.yml", "      - file: book/lengths\n", "      - file: book/new\n")


@pytest.mark.parametrize(
    ("edit", "pages"),
    [
        (_prose, {"index", "book/weights"}),
        (_table, {"book/lengths"}),
        (_exchange, {"index", "book/weights", "book/new"}),
    ],
)
def test_a_later_build_gives_the_site_of_a_build_from_nothing(
    small_book: SmallBook, tmp_path: Path, read: list[str], edit: Callable[[SmallBook], None], pages: set[str]
) -> None:
    first, all_pages = _built(small_book, read)
    assert all_pages == {"index", "book/weights", "book/lengths"}
    edit(small_book)
    later, read_again = _built(small_book, read)
    assert later != first
    assert read_again == pages
    assert later == small_book.digest_from_nothing(tmp_path / "aside", "executed")


def test_an_edit_that_leaves_the_file_old_is_seen(small_book: SmallBook, read: list[str]) -> None:
    """Copied and synchronised files may carry any time; Sphinx alone would go by it."""
    _built(small_book, read)
    page = small_book.root / "book" / "weights.md"
    before = page.stat()
    page.write_text(page.read_text().replace("Prose about", "Verse about"))
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns - 10**9))
    _, again = _built(small_book, read)
    assert again == {"book/weights"}
    assert "Verse about" in small_book.page("book/weights")
