"""What a book has to say to whoever builds it is printed and is no fault."""

from __future__ import annotations

import sys

import pytest

from .conftest import SmallBook

_EXTENSION = """\
def setup(app):
    app.connect("build-finished", lambda app, exception: setattr(app, "notices", ["X-01: moved"]))
"""


def test_notices_are_said_by_the_build_of_the_book_and_of_a_chapter(
    small_book: SmallBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small_book.root / "book_notices.py").write_text(_EXTENSION, "utf-8")
    monkeypatch.syspath_prepend(str(small_book.root))
    small_book.replace("_config.yml", "sphinx: {", "sphinx: {extra_extensions: [book_notices], ")
    small_book.build()
    assert "Note: X-01: moved" in small_book.said
    assert small_book.said[-1].startswith("_build/html/index.html is ready")
    small_book.chapter("weights")
    assert "Note: X-01: moved" in small_book.said
    sys.modules.pop("book_notices", None)


def test_a_book_without_notices_says_nothing(small_book: SmallBook) -> None:
    small_book.build()
    assert not [line for line in small_book.said if line.startswith("Note:")]
