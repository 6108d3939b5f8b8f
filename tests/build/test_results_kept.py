"""Results of an earlier run are shown again only while everything they rest on is unchanged.

The trap: jupyter-book's own cache looks at the cells alone. When the data or a module of the package
changed, the book went on printing the old number.
"""

from __future__ import annotations

import pytest

from corridors.build.faults import BuildError
from corridors.build.layout import Layout, is_current

from .conftest import SmallBook


def test_changed_datum_changes_the_shown_number_and_reverting_needs_no_new_run(small_book: SmallBook) -> None:
    small_book.build()
    assert small_book.executed() == {"book/weights", "book/lengths"}
    assert "total of weights: 7" in small_book.page("book/weights")

    small_book.replace("data/weights.csv", "4", "5")
    small_book.build()
    assert small_book.executed() == {"book/weights"}
    assert "total of weights: 8" in small_book.page("book/weights")

    small_book.replace("data/weights.csv", "5", "4")
    small_book.build()
    assert small_book.executed() == set()
    assert "total of weights: 7" in small_book.page("book/weights")


def test_changed_module_of_the_package_runs_the_chapters_again(small_book: SmallBook) -> None:
    small_book.build()
    small_book.replace("corridors/sums.py", "return sum(", "return 1000 + sum(")
    small_book.build()
    assert small_book.executed() == {"book/weights", "book/lengths"}
    assert "total of lengths: 1030" in small_book.page("book/lengths")


def test_changed_libraries_run_the_chapters_again(small_book: SmallBook) -> None:
    small_book.build()
    (small_book.root / "requirements.lock").write_text("pandas==4\n")
    small_book.build()
    assert small_book.executed() == {"book/weights", "book/lengths"}


def test_what_no_chapter_reads_runs_none_again(small_book: SmallBook) -> None:
    """The pages are written anew, since they may show it; the cells have nothing to do with it."""
    small_book.build()
    (small_book.root / "CITATION.cff").write_text("version: 2\n")
    (small_book.root / "corridors" / "printing.py").write_text("colour = 'red'\n")
    (small_book.root / "data" / "depths.csv").write_text("1\n")
    small_book.build()
    assert small_book.said[-1].find("up to date") < 0
    assert small_book.executed() == set()


def test_a_file_edited_while_a_chapter_runs_is_taken_in_by_the_next_build(small_book: SmallBook) -> None:
    """The result of the run is of no file that there is: it may be shown once and is not kept."""
    edit = "import pathlib; pathlib.Path('../data/weights.csv').write_text('5')"
    small_book.replace("book/weights.md", "print(", f"{edit}\nprint(")
    small_book.build()
    assert "total of weights: 7" in small_book.page("book/weights")
    assert any("files changed while the book was being built" in text for text in small_book.said)
    small_book.build()
    assert small_book.executed() == {"book/weights"}
    assert "total of weights: 5" in small_book.page("book/weights")


def test_changed_prose_is_shown_without_running_anything(small_book: SmallBook) -> None:
    small_book.build()
    small_book.replace("book/weights.md", "Prose about weights.", "Better prose about weights.")
    small_book.build()
    assert small_book.executed() == set()
    assert "Better prose" in small_book.page("book/weights")


def test_changed_cell_runs_that_chapter_alone(small_book: SmallBook) -> None:
    small_book.build()
    small_book.replace("book/weights.md", '"total of weights:"', '"sum of weights:"')
    small_book.build()
    assert small_book.executed() == {"book/weights"}
    assert "sum of weights: 7" in small_book.page("book/weights")


def test_changed_tag_is_shown_though_the_result_is_kept(small_book: SmallBook) -> None:
    """A kept result brings its outputs along, never its old tags."""
    small_book.build()
    assert "tag_hide-input" in small_book.page("book/weights")
    small_book.replace("book/weights.md", ":tags: [hide-input]", ":tags: [remove-input]")
    small_book.build()
    assert small_book.executed() == set()
    assert "tag_hide-input" not in small_book.page("book/weights")
    assert "import total" not in small_book.page("book/weights")


def test_deleted_table_is_named(small_book: SmallBook) -> None:
    small_book.build()
    (small_book.root / "data" / "lengths.csv").unlink()
    with pytest.raises(BuildError) as caught:
        small_book.build()
    assert "book/lengths.md: code cell 1" in str(caught.value)
    assert "data/lengths.csv" in str(caught.value)


def test_removed_page_leaves_nothing_behind(small_book: SmallBook) -> None:
    small_book.build()
    small_book.replace("_toc.yml", "      - file: book/lengths\n", "")
    (small_book.root / "book" / "lengths.md").unlink()
    small_book.build()
    left = [path for path in small_book.site.rglob("*") if "lengths" in path.name]
    assert left == []
    assert "lengths" not in small_book.page("index")


def test_manifest_tells_whether_the_site_is_that_of_the_present_book(small_book: SmallBook) -> None:
    book = Layout(small_book.root)
    assert not is_current(book, small_book.site)
    small_book.build()
    assert is_current(book, small_book.site)
    small_book.replace("book/weights.md", "Prose", "Other prose")
    assert not is_current(book, small_book.site)


def test_a_book_that_has_not_changed_is_not_written_again(small_book: SmallBook) -> None:
    """The site is left alone, with its digest; one that was touched by hand is made anew."""
    small_book.build()
    page = small_book.site / "index.html"
    stamp = page.stat().st_mtime_ns
    first = small_book.said[-1].partition("; site digest ")[2]
    assert len(first) == 64
    small_book.build()
    assert page.stat().st_mtime_ns == stamp
    assert "up to date" in small_book.said[-1]
    assert small_book.said[-1].endswith(first)
    page.write_text("touched", "utf-8")
    small_book.build()
    assert "touched" not in small_book.page("index")
    assert small_book.said[-1].endswith(first)
