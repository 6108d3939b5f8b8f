"""A book built twice under other circumstances is the same, and what depends on them is found out."""

from __future__ import annotations

import json

import pytest

from corridors.build import verify
from corridors.build.faults import BuildError

from .conftest import SmallBook


def test_a_small_book_is_the_same_in_another_place_under_other_circumstances(small_book: SmallBook) -> None:
    """Beside the present build; the copy is taken away again, and the record says what was compared."""
    small_book.build()
    found = verify.run(small_book.root, formats=["html"], quick=True, report=small_book.said.append)
    assert found.differences == []
    assert found.identical
    record = json.loads((small_book.root / "_build" / "verification.json").read_text("utf-8"))
    assert record["identical"]
    assert set(record["builds"][1]["seconds_of_chapters"]) == {"book/weights", "book/lengths"}
    assert not (small_book.root / "_build" / "verify").exists()


def test_a_cell_that_shows_where_it_runs_is_named(small_book: SmallBook) -> None:
    """Two builds from nothing: only the chapter with the cell is reported; both trees stay."""
    small_book.replace("book/lengths.md", "print(", "import os\nprint(os.getcwd(), ")
    found = verify.run(small_book.root, formats=["html"], report=small_book.said.append)
    assert not found.identical
    places = {one.file: one.where for one in found.differences}
    assert places["html/_notebooks/lengths.ipynb"] == "cell 2 (cell-002), outputs"
    assert "below #" in places["html/book/lengths.html"]
    assert not any("weights" in file or "index.html" in file for file in places)
    assert (small_book.root / "_build" / "verify").is_dir()
    record = json.loads((small_book.root / "_build" / "verification.json").read_text("utf-8"))
    first, second = (build["circumstances"] for build in record["builds"])
    for key in ("TZ", "PYTHONHASHSEED", "umask", "chapters at a time"):
        assert first[key] != second[key]


def test_a_build_that_is_not_of_the_book_as_it_is_now_is_not_compared(small_book: SmallBook) -> None:
    with pytest.raises(BuildError, match="run 'make book' first"):
        verify.run(small_book.root, formats=["html"], quick=True)
