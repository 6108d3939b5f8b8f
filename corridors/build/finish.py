"""The last steps: the same bytes every time, and the new site in place of the old in one move."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from corridors.build.chapters import number_cells
from corridors.build.evidence import digest
from corridors.build.kept_files import kept_file
from corridors.build.results import Result

_CHATTER = re.compile(r"\bconsole\.log\((?!\s*\))")
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # Linux: renameat2(2)
_RENAME_SWAP = 2  # macOS: renamex_np(2)


def tidy(site: Path, executed: Mapping[str, Result], kept: Path) -> None:
    """Take out of a finished site what differs from build to build; add the executed notebooks.

    ``.buildinfo`` holds a hash over paths of the machine, notebooks converted by myst-nb random cell
    ids. Each executed chapter is offered as ``_notebooks/<chapter>.ipynb``; ``kept`` holds those of the
    last build.
    """
    (site / ".buildinfo").unlink(missing_ok=True)
    hush(site)
    for path in sorted((site / "_sources").rglob("*.ipynb")):
        notebook = nbformat.reads(path.read_text("utf-8"), as_version=4)
        number_cells(notebook)
        path.write_text(_text(notebook), "utf-8")
    if executed:
        folder = site / "_notebooks"
        folder.mkdir(exist_ok=True)
        written_by = digest(Path(__file__).read_bytes())
        for docname, result in executed.items():
            key = digest(f"{result.digest} {written_by}".encode())[:32]
            content = kept_file(kept, docname.replace("/", "-"), key, partial(_for_readers, result))
            (folder / f"{Path(docname).name}.ipynb").write_bytes(content)


def hush(site: Path) -> None:
    """Take the theme's chatter ("Changed to auto mode ...") out of the reader's console.

    What a script writes there should mean something. Warnings and errors stay.
    """
    search = site / "search.html"  # the one page in which the theme has a script that talks
    for path in [*sorted((site / "_static").rglob("*.js")), *([search] if search.exists() else [])]:
        script = path.read_text("utf-8")
        quiet = _CHATTER.sub("void(", script)
        if quiet != script:
            path.write_text(quiet, "utf-8", newline="")


def _for_readers(result: Result) -> bytes:
    """The notebook with what a viewer can show.

    The forms "application/..." are notes from the chapter to the printer: several times as large as
    what is seen, and unknown to every viewer.
    """
    copy: NotebookNode = nbformat.from_dict(json.loads(json.dumps(result.notebook)))
    for cell in copy.cells:
        for output in cell.get("outputs", []):
            for form in [form for form in output.get("data", {}) if form.startswith("application/")]:
                del output.data[form]
                output.get("metadata", {}).pop(form, None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("data", True)]
    return _text(copy).encode()


def _text(notebook: NotebookNode) -> str:
    notebook.metadata.pop("source_map", None)
    return f"{nbformat.writes(notebook).rstrip()}\n"


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold back Ctrl-C for a moment; it takes effect afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in a single step, where the system can; False where it cannot."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        first, second = os.fsencode(one), os.fsencode(other)
        if sys.platform == "darwin":
            return bool(library.renamex_np(first, second, _RENAME_SWAP) == 0)
        return bool(library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE) == 0)
    except (AttributeError, OSError, TypeError):
        return False


def put_in_place(new: Path, site: Path) -> None:
    """Make the folder ``new`` the site.

    Until the last moment the old site stays complete; then the two are exchanged in one step (in two
    where the system has no exchange of folders) and the old one is deleted.
    """
    site.parent.mkdir(parents=True, exist_ok=True)
    old = site.with_name(f".{site.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    with _uninterrupted():
        if not site.exists():
            os.rename(new, site)
        elif _exchange(new, site):
            os.rename(new, old)
        else:
            os.rename(site, old)
            os.rename(new, site)
    shutil.rmtree(old, ignore_errors=True)


def restore(site: Path) -> None:
    """Bring back the last good site if the machine stopped between the two steps of an exchange."""
    old = site.with_name(f".{site.name}.old")
    if old.is_dir() and not site.exists():
        os.rename(old, site)
