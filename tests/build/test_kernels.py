"""Kernels that are forked give what kernels that are started afresh give, and none is left behind."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import nbformat
import pytest

from corridors.build import early, execution, pages
from corridors.build.chapters import Chapter, read_chapter
from corridors.build.early import can_fork
from corridors.build.evidence import Finding, Present
from corridors.build.faults import BuildError, CellError
from corridors.build.layout import Layout, ground_hash
from corridors.build.store import Store

from .conftest import SmallBook

pytestmark = pytest.mark.skipif(
    not can_fork(), reason="this system cannot fork kernels; all are started afresh"
)

#: What a chapter can find out about where it runs, apart from the number of its process.
_LOOK = """
import os, sys, time, random, warnings, matplotlib, pandas
shown = [
    sys.argv[:2], sys.path, os.getcwd(), matplotlib.get_backend(), time.tzname, hash("a"),
    sorted(name for name in os.environ if name not in ("JPY_PARENT_PID", "OLDPWD", "_", "SHLVL")),
    [str(one) for one in warnings.filters if one[1] is None and one[2].__module__ == "builtins"],
    sys.stdin.__class__.__name__, sys.flags.hash_randomization, sys.flags.safe_path,
    "corridors" in sys.modules, matplotlib.rcParams["svg.hashsalt"], pandas.get_option("display.max_rows"),
]
print(shown)
import matplotlib.pyplot as plt
_ = plt.plot([1, 2])
"""


def _add(book: SmallBook, code: str) -> None:
    for name in ("weights", "lengths"):
        book.replace(f"book/{name}.md", f"Prose about {name}.", f"```{{code-cell}} python\n{code}\n```\n")


def _run(book: SmallBook, store: Path, *, warm: bool) -> tuple[dict[str, str], dict[str, list[Finding]]]:
    """All chapters one after the other; the notebooks and the evidence by page."""
    layout = Layout(book.root)
    chapters = [chapter for name in layout.docnames() if (chapter := _chapter(layout, name))]
    kept = Store(store, ground_hash(layout), lambda: Present(book.root))
    scratch = layout.build / "work"
    made = execution.execute(
        chapters, kept, book=layout, scratch=scratch, timeout=60, jobs=1, report=print, warm=warm
    )
    notebooks = {name: json.dumps(result.notebook, sort_keys=True) for name, result in made.items()}
    return notebooks, {chapter.docname: kept.evidence(chapter) for chapter in chapters}


def _chapter(layout: Layout, name: str) -> Chapter | None:
    path = layout.document(name)
    return read_chapter(path, name, []) if path else None


def _processes(root: Path) -> list[str]:
    """Processes that work in the book or were told of it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            try:
                told = str(root).encode() in (entry / "environ").read_bytes()
                if told or str(root) in str((entry / "cwd").readlink()):
                    found.append((entry / "cmdline").read_text())
            except OSError:
                continue
    return found


def test_both_ways_give_the_same_notebooks_and_the_same_evidence(
    small_book: SmallBook, tmp_path: Path
) -> None:
    _add(small_book, _LOOK)
    fresh, seen_fresh = _run(small_book, tmp_path / "fresh", warm=False)
    forked, seen_forked = _run(small_book, tmp_path / "forked", warm=True)
    assert fresh == forked
    assert "image/png" in fresh["book/weights"]
    for name, evidence in seen_fresh.items():
        assert ["data/weights.csv" in str(evidence), "corridors/sums.py" in str(evidence)] == [
            name == "book/weights",
            True,
        ]
        assert _files(evidence) == _files(seen_forked[name])
    assert _processes(small_book.root) == []


def _files(evidence: list[Finding]) -> list[Finding]:
    return [one for one in evidence if one[0] == "file"]


@pytest.mark.parametrize(
    ("code", "words"), [("1 / 0", "ZeroDivisionError"), ("import os; os._exit(3)", "Kernel died")]
)
def test_faults_in_forked_kernels_are_reported_and_end_all(
    small_book: SmallBook, tmp_path: Path, code: str, words: str
) -> None:
    """The chapter with the fault is the second, which is forked."""
    small_book.replace("book/lengths.md", "Prose about lengths.", f"```{{code-cell}} python\n{code}\n```\n")
    with pytest.raises(CellError, match=words):
        _run(small_book, tmp_path / "store", warm=True)
    assert _processes(small_book.root) == []


_AT_WORK = """
import time
from pathlib import Path
place = Path("{folder}")
(place / "{{name}}").touch()
time.sleep(0.3)
print(len(list(place.iterdir())))
(place / "{{name}}").unlink()
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_next_kernel_gets_ready_but_runs_no_cell_before_its_turn(
    small_book: SmallBook, tmp_path: Path, jobs: int
) -> None:
    """Of three chapters never more than ``jobs`` have a cell running, and all of them come to their turn."""
    place = tmp_path / "at work"
    place.mkdir()
    code = _AT_WORK.format(folder=place)
    layout = Layout(small_book.root)
    chapters = []
    for name in ("one", "two", "three"):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code.format(name=name))])
        chapters.append(Chapter(name, small_book.root / "index.md", notebook))
    store = Store(tmp_path / "store", ground_hash(layout), lambda: Present(small_book.root))
    made = execution.execute(
        chapters, store, book=layout, scratch=layout.build / "work", timeout=60, jobs=jobs, report=print
    )
    seen = [int(result.notebook.cells[0].outputs[0].text) for result in made.values()]
    assert len(seen) == 3
    assert max(seen) <= jobs
    assert _processes(small_book.root) == []


def test_what_pages_need_is_loaded_while_kernels_run_and_not_if_none_has_to(
    small_book: SmallBook, tmp_path: Path
) -> None:
    """It has come to its end when the pages begin: they are written by forks."""
    layout = Layout(small_book.root)
    chapters = [chapter for name in layout.docnames() if (chapter := _chapter(layout, name))]
    loaded: list[str] = []
    threads: list[int] = []

    def load() -> None:
        time.sleep(0.3)
        loaded.append(threading.current_thread().name)

    for _ in range(2):
        kept = Store(tmp_path / "store", ground_hash(layout), lambda: Present(small_book.root))
        execution.execute(
            chapters, kept, book=layout, scratch=layout.build / "work", timeout=60, jobs=2, report=print,
            meanwhile=load,
        )  # fmt: skip
        threads.append(len([one for one in threading.enumerate() if one.name in loaded]))
    assert len(loaded) == 1
    assert threads == [0, 0]


def test_what_cannot_be_loaded_ahead_shows_its_fault_where_it_is_used(small_book: SmallBook) -> None:
    small_book.replace("_config.yml", "sphinx: {", "sphinx: {extra_extensions: [no_such_extension], ")
    pages.prepare(Layout(small_book.root))
    with pytest.raises(BuildError, match="no_such_extension"):
        small_book.build()


def test_a_process_that_was_started_ahead_forks_all_kernels_and_is_ended(
    small_book: SmallBook, tmp_path: Path
) -> None:
    """Also where nothing has to be run, and where the build fails before it gets so far."""
    _add(small_book, _LOOK)
    layout = Layout(small_book.root)
    fresh, _ = _run(small_book, tmp_path / "fresh", warm=False)
    chapters = [chapter for name in layout.docnames() if (chapter := _chapter(layout, name))]
    for _ in range(2):
        kept = Store(tmp_path / "store", ground_hash(layout), lambda: Present(small_book.root))
        begun = early.begin(layout, layout.build / "work")
        made = execution.execute(
            chapters, kept, book=layout, scratch=layout.build / "work", timeout=60, jobs=2, report=print,
            begun=begun,
        )  # fmt: skip
        assert {name: json.dumps(one.notebook, sort_keys=True) for name, one in made.items()} == fresh
        assert begun.poll() is not None
        assert _processes(small_book.root) == []
    with pytest.raises(BuildError), early.nursery_for(layout) as ahead:
        raise BuildError("no such chapter")
    assert ahead is None or ahead.poll() is not None
    assert _processes(small_book.root) == []
