"""Pages that several processes read and write: the site, the warnings and the faults are those of one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corridors import forks
from corridors.build.faults import BuildError, WarningsError
from corridors.build.layout import site_digest

from .conftest import SmallBook

NAMES = ("index", "book/a", "book/b", "book/c", "book/d", "book/e")
_CONFIG = (
    "title: A small book\nauthor: Nobody\nonly_build_toc_files: true\n"
    "sphinx: {extra_extensions: [page_hooks], config: {numfig: true}}\n"
)
#: Notes which process reads and writes which page; a file ``<step>-<page>`` says what else is to happen.
_HOOKS = """\
import os, signal, time
from pathlib import Path

ROOT = Path({root!r})

def step(name, docname):
    with ROOT.joinpath("notes.txt").open("a") as notes:
        notes.write(f"{{name}} {{docname}} {{os.getpid()}}\\n")
    order = ROOT / f"{{name}}-{{docname.replace('/', '-')}}"
    words = order.read_text() if order.exists() else ""
    if words == "raise":
        raise ValueError("out of order")
    if words == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if words:
        time.sleep(float(words))

def setup(app):
    app.connect("builder-inited", lambda app: setattr(app.builder, "search", False))
    app.connect("doctree-read", lambda app, _: step("read", app.env.docname))
    app.connect("doctree-resolved", lambda app, _, docname: step("write", docname))
    return {{"parallel_read_safe": True}}
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallBook:
    """Six pages that refer to each other, none with cells; the hooks tell what happens to them."""
    root = tmp_path / "a small book"
    (root / "book").mkdir(parents=True)
    for name, other in zip(NAMES, [*NAMES[1:], NAMES[0]], strict=True):
        text = f"(at-{name[-1]})=\n# Page {name}\n\nSee {{ref}}`at-{other[-1]}`.\n\n## More\n"
        (root / f"{name}.md").write_text(text)
    chapters = "".join(f"  - file: {name}\n" for name in NAMES[1:])
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{chapters}")
    (root / "_config.yml").write_text(_CONFIG)
    (root / "requirements.lock").write_text("pandas==3\n")
    (root / "page_hooks.py").write_text(_HOOKS.format(root=str(root)))
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.delitem(sys.modules, "page_hooks", raising=False)
    monkeypatch.setattr(forks.threading, "active_count", lambda: 1)
    return SmallBook(root)


def _steps(book: SmallBook) -> dict[str, list[tuple[str, int]]]:
    """Pages and processes by step, since this was asked last."""
    notes = book.root / "notes.txt"
    found: dict[str, list[tuple[str, int]]] = {}
    for line in notes.read_text().splitlines():
        name, docname, process = line.split()
        found.setdefault(name, []).append((docname, int(process)))
    notes.unlink()
    return found


def test_two_processes_make_the_site_that_one_makes(book: SmallBook, tmp_path: Path) -> None:
    book.build(jobs=2)
    shared = _steps(book)
    for step in ("read", "write"):
        assert sorted(name for name, _ in shared[step]) == sorted(NAMES)
        assert len({process for _, process in shared[step]} - {os.getpid()}) == 2
    together = site_digest(book.site)
    book.replace("book/a.md", "See", "Look at")
    book.build(jobs=2)  # what other processes have found is known to the next build
    assert [name for name, _ in _steps(book)["read"]] == ["book/a"]
    book.replace("book/a.md", "Look at", "See")
    assert book.digest_from_nothing(tmp_path / "aside", jobs=1) == together
    assert {process for step in _steps(book).values() for _, process in step} == {os.getpid()}


def test_warnings_come_in_the_order_of_the_pages_whoever_is_first(book: SmallBook) -> None:
    for name in NAMES:
        path = book.root / f"{name}.md"
        path.write_text(f"{path.read_text()}\n{{strange}}`{name}` and {{numref}}`nothing-{name[-1]}`.\n")
    (book.root / "read-book-a").write_text("0.5")
    (book.root / "write-book-b").write_text("0.5")
    found = []
    for jobs in (1, 2):
        with pytest.raises(WarningsError) as caught:
            book.build(jobs=jobs)
        found.append(caught.value.warnings)
    assert found[0] == found[1]
    assert len(found[0]) >= 2 * len(NAMES)


@pytest.mark.parametrize("step", ["read", "write"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_is_said_and_the_page_that_raised_it(book: SmallBook, step: str, jobs: int) -> None:
    (book.root / f"{step}-book-c").write_text("raise")
    with pytest.raises(BuildError, match="out of order") as caught:
        book.build(jobs=jobs)
    assert "book/c" in str(caught.value) or (step, jobs) == ("read", 1)  # alone, Sphinx does not say it


@pytest.mark.parametrize("step", ["read", "write"])
def test_a_process_that_is_killed_ends_the_build_with_a_reason(book: SmallBook, step: str) -> None:
    (book.root / f"{step}-book-c").write_text("die")
    with pytest.raises(BuildError, match=r"SIGKILL.*--jobs 1"):
        book.build(jobs=2)
    assert not book.site.exists()


@pytest.mark.parametrize("step", ["read", "write"])
@pytest.mark.parametrize("everyone", [True, False], ids=["terminal", "kill"])
def test_an_interruption_ends_all_processes(book: SmallBook, step: str, everyone: bool) -> None:
    """Ctrl-C in a terminal is told to every process of the build, ``kill -INT`` to the first alone."""
    for name in NAMES:
        (book.root / f"{step}-{name.replace('/', '-')}").write_text("1.0")
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from corridors.__main__ import main; sys.exit(main())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "book", "--root", str(book.root), "--jobs", "2"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(book.root), *filter(None, sys.path)])},
    )  # fmt: skip
    notes = book.root / "notes.txt"
    while not (notes.exists() and re.search(f"^{step} ", notes.read_text(), re.M)):
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)
    (os.killpg if everyone else os.kill)(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Interrupted" in errors
    assert "Traceback" not in errors
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
