"""What stops a build is said in a few lines: the chapter, the cell, the error. The last good site stays."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import pytest

from corridors.build import execution
from corridors.build.faults import BuildError, CellError, WarningsError

from .conftest import SmallBook


def _insert(book: SmallBook, code: str) -> None:
    """Put a second cell into the chapter on weights."""
    book.replace("book/weights.md", "Prose about", f"```{{code-cell}} python\n{code}\n```\n\nProse about")


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_failing_cell_names_chapter_cell_line_and_error(small_book: SmallBook) -> None:
    small_book.build()
    before = _tree(small_book.site)
    _insert(small_book, "weight = 3\nweight / 0")
    with pytest.raises(CellError) as caught:
        small_book.build()
    text = str(caught.value)
    assert "book/weights.md: code cell 2 (line 16) failed" in text
    assert "at: weight / 0" in text
    assert "ZeroDivisionError: division by zero" in text
    assert "Traceback" not in text
    assert len(text.splitlines()) < 12
    report = text.splitlines()[-1].removeprefix("whole traceback: ")
    assert "ZeroDivisionError" in (small_book.root / report).read_text()
    assert _tree(small_book.site) == before


def test_failing_cell_ends_the_command_with_status_1_and_a_short_message(small_book: SmallBook) -> None:
    _insert(small_book, "open('missing.csv')")
    process = small_book.command()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "book/weights.md: code cell 2" in errors
    assert "FileNotFoundError" in errors
    assert len(errors.splitlines()) < 15


def test_chapters_that_were_run_before_the_failure_are_kept(small_book: SmallBook) -> None:
    kept = "pathlib.Path('../_build/executed').glob('book-lengths/*.json')"
    wait = f"import pathlib, time\nwhile not list({kept}):"
    _insert(small_book, f"{wait}\n    time.sleep(0.1)\ntime.sleep(0.5); 1 / 0")
    with pytest.raises(CellError):
        small_book.build()
    assert small_book.executed() == {"book/lengths"}
    with pytest.raises(CellError):
        small_book.build()
    assert "  1 unchanged" in small_book.said


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import warnings; warnings.warn('mind the gap', stacklevel=1)", "mind the gap"),
        ("import os; os._exit(3)", "Kernel died"),
        ("raise ValueError('first line\\nsecond line')", "second line"),
    ],
    ids=["warning", "dead kernel", "message of two lines"],
)
def test_what_else_can_go_wrong_in_a_cell(small_book: SmallBook, code: str, words: str) -> None:
    _insert(small_book, code)
    with pytest.raises(CellError) as caught:
        small_book.build()
    assert caught.value.file == "book/weights.md"
    assert caught.value.cell == 2
    assert words in str(caught.value)


def test_cell_that_takes_too_long_is_stopped(small_book: SmallBook) -> None:
    small_book.replace("_config.yml", "timeout: 30", "timeout: 2")
    _insert(small_book, "import time; time.sleep(60)")
    with pytest.raises(CellError, match="took longer than 2 s"):
        small_book.build()


def test_long_cell_and_long_error_are_cut(small_book: SmallBook) -> None:
    code = "\n".join(f"step_{n} = {n}" for n in range(40))
    _insert(small_book, f"{code}\nraise ValueError('\\n'.join(map(str, range(200))))")
    with pytest.raises(CellError) as caught:
        small_book.build()
    assert "more lines" in str(caught.value)
    assert len(str(caught.value).splitlines()) < 40


def test_warning_of_sphinx_is_an_error_and_the_old_site_stays(small_book: SmallBook) -> None:
    small_book.build()
    before = _tree(small_book.site)
    small_book.replace("index.md", "sec-weights", "sec-nowhere")
    with pytest.raises(WarningsError) as caught:
        small_book.build()
    assert len(caught.value.warnings) == 1
    assert "index.md:3" in str(caught.value)
    assert "sec-nowhere" in str(caught.value)
    assert str(small_book.root) not in str(caught.value)
    assert _tree(small_book.site) == before


def test_warning_is_found_again_in_the_next_build(small_book: SmallBook) -> None:
    """Sphinx warns only of what it reads anew; a second try must not pass for that reason."""
    small_book.replace("book/weights.md", "Prose about", "```{nonsense}\n```\n\nProse about")
    for _ in range(2):
        with pytest.raises(WarningsError, match="nonsense"):
            small_book.build()


@pytest.mark.parametrize("moment", ["executing", "writing"])
def test_interruption_leaves_the_last_good_site(small_book: SmallBook, moment: str) -> None:
    small_book.build()
    before = _tree(small_book.site)
    if moment == "executing":
        _insert(small_book, "print('slow', flush=True); import time; time.sleep(60)")
    else:
        small_book.replace("book/weights.md", "Prose about", "Other prose about")
    process = small_book.command()
    assert process.stdout is not None
    awaited = "Chapters" if moment == "executing" else "Pages"
    for line in process.stdout:
        if line.startswith(awaited):
            break
    time.sleep(1.0 if moment == "executing" else 0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "Interrupted" in errors
    assert "Traceback" not in errors
    assert _tree(small_book.site) == before


def test_page_without_file_and_broken_contents_are_named(small_book: SmallBook) -> None:
    (small_book.root / "book" / "lengths.md").unlink()
    with pytest.raises(BuildError, match=r"_toc\.yml lists 'book/lengths'"):
        small_book.build()
    (small_book.root / "_toc.yml").write_text("format: jb-book\n")
    with pytest.raises(BuildError, match=r"_toc\.yml"):
        small_book.build()
    (small_book.root / "_toc.yml").unlink()
    with pytest.raises(BuildError, match="no table of contents"):
        small_book.build()


def test_broken_settings_and_broken_chapter_are_named(small_book: SmallBook) -> None:
    small_book.replace(
        "book/weights.md", "kernelspec: {name: python3}", "kernelspec: {name: python3}\nother: ["
    )
    with pytest.raises(WarningsError, match=r"book/weights\.md:1: WARNING: Malformed YAML"):
        small_book.build()
    (small_book.root / "_config.yml").write_text("title: [\n")
    with pytest.raises(BuildError, match=r"_config\.yml: not valid YAML"):
        small_book.build()
    (small_book.root / "_config.yml").unlink()
    with pytest.raises(BuildError, match=r"_config\.yml: missing"):
        small_book.build()


def test_references_to_other_chapters_are_left_open_in_a_chapter_built_alone(small_book: SmallBook) -> None:
    small_book.replace(
        "book/weights.md", "Prose about", "See {ref}`sec-lengths` and {doc}`../index`. Prose about"
    )
    page = small_book.chapter("weights")
    assert page.relative_to(small_book.root).as_posix() == "_build/chapter/weights/html/book/weights.html"
    assert "total of weights: 7" in page.read_text("utf-8")
    assert sum("left open" in line for line in small_book.said) == 2
    assert not small_book.site.exists()


def test_other_warnings_stop_a_chapter_built_alone(small_book: SmallBook) -> None:
    small_book.replace("book/weights.md", "Prose about", "```{nonsense}\n```\n\nProse about")
    with pytest.raises(WarningsError, match="nonsense"):
        small_book.chapter("book/weights.md")


def test_unknown_chapter_is_answered_with_the_known_ones(small_book: SmallBook) -> None:
    with pytest.raises(BuildError, match=r"no chapter 'widths'.*index, book/weights, book/lengths"):
        small_book.chapter("widths")


def test_chapters_can_be_built_at_the_same_time(small_book: SmallBook) -> None:
    """Several authors at work in one folder must not disturb each other."""
    names = ["weights", "lengths", "index", "weights"]
    running = [small_book.command("--chapter", name) for name in names]
    done = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0, 0], done
    for name in ("weights", "lengths"):
        page = small_book.root / "_build" / "chapter" / name / "html" / "book" / f"{name}.html"
        assert f"total of {name}:" in page.read_text("utf-8")


def test_work_that_swallows_the_first_request_to_end_is_asked_again() -> None:
    """A library may take a cancellation for its own; a build that was interrupted ends all the same."""
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if swallowed:
                    raise
                swallowed += 1

    async def interrupted() -> asyncio.Task[None]:
        task = asyncio.create_task(stubborn())
        build = asyncio.create_task(execution._together([task]))
        await asyncio.sleep(0.1)
        build.cancel()  # what Ctrl-C does, once
        with pytest.raises(asyncio.CancelledError):
            await build
        return task

    assert asyncio.run(asyncio.wait_for(interrupted(), 20)).cancelled()
    assert swallowed == 1


def test_first_chapter_that_fails_ends_the_others() -> None:
    async def failing() -> None:
        raise ValueError("here")

    async def failed() -> asyncio.Task[None]:
        waiting = asyncio.create_task(asyncio.sleep(60))
        with pytest.raises(ValueError, match="here"):
            await execution._together([waiting, asyncio.create_task(failing())])
        return waiting

    assert asyncio.run(asyncio.wait_for(failed(), 20)).cancelled()
