"""Run the chapters' cells, several chapters at a time, and keep the results.

A result is used again only if the chapter's cells and everything they rest on (data, package,
library versions) are unchanged; the store's folder is named by the hash of the one, its files by the
hash of the other. Prose may change freely.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook, standard_nb_read
from myst_parser.config.main import MdParserConfig
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from corridors.build.faults import BuildError, CellError, plain

#: How many earlier states of data and package keep their results, so that a reverted change is quick.
KEPT_STATES = 4

#: ipykernel says at every start that its sockets, which are local, are not encrypted.
_KERNEL_NOISE = "Kernel is running over TCP without encryption"


@dataclass(frozen=True)
class Chapter:
    """A page with cells to run."""

    docname: str
    path: Path
    notebook: NotebookNode

    @property
    def code_cells(self) -> list[NotebookNode]:
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]

    def key(self) -> str:
        """Hash of what decides the results: the page's place, its cells, whether one is meant to fail."""
        cells = [
            [cell.source, "raises-exception" in cell.metadata.get("tags", [])] for cell in self.code_cells
        ]
        return hashlib.sha256(json.dumps([self.docname, cells]).encode()).hexdigest()[:24]

    def line(self, index: int) -> int:
        """The line of the file at which the cell with this index (all cells counted) begins."""
        lines = self.notebook.metadata.get("source_map") or []
        return int(lines[index]) + 1 if index < len(lines) else 1


def read_chapter(path: Path, docname: str, extensions: Sequence[str]) -> Chapter | None:
    """The chapter in ``path``, or None for a page that is prose alone.

    Reads as myst-nb will later, so that both see the same cells.
    """
    text = path.read_text("utf-8")
    try:
        if path.suffix == ".ipynb":
            notebook = standard_nb_read(text)
        elif is_myst_markdown_notebook(text):
            config = MdParserConfig(enable_extensions=set(extensions))
            notebook = read_myst_markdown_notebook(text, config=config, add_source_map=True, path=path)
        else:
            return None
    except Exception as error:
        raise BuildError(f"{path.name}: cannot be read as a notebook: {error}") from error
    chapter = Chapter(docname, path, notebook)
    return chapter if chapter.code_cells else None


class Store:
    """Executed chapters as plain .ipynb files: ``<folder>/<state>/<chapter's key>.ipynb``.

    Files appear whole or not at all, so that several builds may use one store at the same time.
    """

    def __init__(self, folder: Path, state: str) -> None:
        self._all = folder
        self._folder = folder / state[:24]

    def get(self, chapter: Chapter) -> NotebookNode | None:
        """The executed notebook, or None if this chapter has not been run in this state."""
        path = self._folder / f"{chapter.key()}.ipynb"
        try:
            kept = nbformat.reads(path.read_text("utf-8"), as_version=4)
        except (OSError, ValueError, nbformat.ValidationError):
            return None
        return kept if _same_cells(kept, chapter) else None

    def put(self, chapter: Chapter, executed: NotebookNode) -> None:
        """Keep an executed notebook."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=self._folder, suffix=".part", delete=False
        ) as file:
            file.write(nbformat.writes(executed))
        os.replace(file.name, self._folder / f"{chapter.key()}.ipynb")

    def prune(self) -> None:
        """Forget all but the latest states."""
        if not self._folder.is_dir():
            return
        os.utime(self._folder)
        states = sorted((p for p in self._all.iterdir() if p.is_dir()), key=_age, reverse=True)
        for old in states[KEPT_STATES:]:
            shutil.rmtree(old, ignore_errors=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _same_cells(kept: NotebookNode, chapter: Chapter) -> bool:
    sources = [cell.source for cell in kept.cells if cell.cell_type == "code"]
    return sources == [cell.source for cell in chapter.code_cells]


def with_results(chapter: Chapter, executed: NotebookNode) -> NotebookNode:
    """The chapter as it is now with the results of an earlier run of the same cells.

    Only results are taken over: tags and prose are always those of the file. Cell ids are counted,
    not drawn, so that the same chapter gives the same bytes.
    """
    merged: NotebookNode = nbformat.from_dict(json.loads(json.dumps(chapter.notebook)))
    ran = [cell for cell in executed.cells if cell.cell_type == "code"]
    for cell in merged.cells:
        if cell.cell_type == "code":
            result = ran.pop(0)
            cell.outputs = result.outputs
            cell.execution_count = result.execution_count
    number_cells(merged)
    if "language_info" in executed.metadata:
        merged.metadata["language_info"] = executed.metadata["language_info"]
    return merged


def number_cells(notebook: NotebookNode) -> None:
    """Give the cells the ids cell-001, cell-002, ... in place of random ones."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number:03d}"


class _OwnPython(KernelSpecManager):
    """Every chapter runs in the Python that builds the book, whatever kernels the reader has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name=kernel_name, language="python")


class _Client(NotebookClient):
    """Runs one notebook; leaves Ctrl-C to the build, which then ends all kernels in order."""

    running: int = 0
    """Index of the cell that was begun last."""

    def begin(self, cell_index: int, **_: object) -> None:
        """Note which cell is being run."""
        self.running = cell_index

    @asynccontextmanager
    async def async_setup_kernel(self, **kwargs: Any) -> AsyncIterator[None]:
        try:
            await self.async_start_new_kernel(**kwargs)
            await self.async_start_new_kernel_client()
            yield
        finally:
            await _to_the_end(self._async_cleanup_kernel())


def _transport(folder: Path) -> dict[str, str]:
    """Where a kernel and the build talk: sockets in ``folder``, or TCP where the system has none.

    Ports are chosen before the kernel takes them, so that kernels started at one time, by this build or
    another on the machine, can be given the same one and then wait for each other in vain.
    """
    if not zmq.has("ipc"):
        return {}
    return {
        "transport": "ipc",
        "ip": str(folder / "kernel"),
        "connection_file": str(folder / "kernel.json"),
    }


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait for ``work`` even if the task is cancelled meanwhile: no kernel may be left half shut down."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError


def kernel_environment(root: Path, scratch: Path) -> dict[str, str]:
    """The environment of a kernel: the same for every reader, with the package that lies beside the data.

    The reader's own IPython start-up files, matplotlib settings, warning filters, language and time
    zone would otherwise find their way into the book.
    """
    dropped = ("PYTHONWARNINGS", "MPLBACKEND", "COVERAGE_", "COV_CORE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    places = [str(root), *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {
        "PYTHONPATH": os.pathsep.join(places),
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_CONFIG_DIR": str(scratch / "jupyter"),
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }


async def _run(chapter: Chapter, *, root: Path, scratch: Path, timeout: int) -> NotebookNode:
    """Run one chapter from the first cell to the last; returns the executed notebook."""
    notebook: NotebookNode = nbformat.from_dict(json.loads(json.dumps(chapter.notebook)))
    number_cells(notebook)
    sockets = tempfile.mkdtemp(prefix="book-")  # short: the name of a socket has room for some hundred signs
    manager = AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=_OwnPython(), **_transport(Path(sockets))
    )
    client = _Client(
        notebook,
        km=manager,
        timeout=timeout,
        startup_timeout=120,
        record_timing=False,
        store_widget_state=False,
        ipython_hist_file=":memory:",
        shutdown_kernel="immediate",
        allow_errors=False,
    )
    client.on_cell_start = client.begin
    reports = scratch / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    report = reports / f"{chapter.docname.replace('/', '-')}.txt"
    log = reports / f"{chapter.docname.replace('/', '-')}.kernel.txt"
    file = chapter.path.relative_to(root).as_posix()
    with log.open("w") as noise:
        try:
            await client.async_execute(
                cwd=str(chapter.path.parent),
                env=kernel_environment(root, scratch),
                stdout=noise,
                stderr=noise,
            )
        except CellExecutionError as error:
            report.write_text(plain(str(error)), "utf-8")
            where = report.relative_to(root).as_posix()
            raise _cell_error(chapter, notebook, file, client.running, error, where) from None
        except CellTimeoutError:
            words = f"took longer than {timeout} s (execute: timeout in _config.yml)"
            raise _fault(chapter, notebook, file, client.running, words) from None
        except (DeadKernelError, RuntimeError) as error:
            task = asyncio.current_task()
            if task and task.cancelling():  # nbclient takes our own cancelling for a dead kernel
                raise asyncio.CancelledError from None
            noise.flush()
            last = [
                line for line in log.read_text("utf-8", "replace").splitlines() if _KERNEL_NOISE not in line
            ]
            words = "\n".join([str(error), *last[-8:]])
            raise _fault(chapter, notebook, file, client.running, words) from None
        finally:
            shutil.rmtree(sockets, ignore_errors=True)
    _refuse_stderr(chapter, notebook, file)
    report.unlink(missing_ok=True)
    return notebook


def _number(notebook: NotebookNode, index: int) -> int:
    return sum(cell.cell_type == "code" for cell in notebook.cells[: index + 1])


def _fault(
    chapter: Chapter, notebook: NotebookNode, file: str, index: int, words: str, **extra: str
) -> CellError:
    source = notebook.cells[index].source
    return CellError(file, _number(notebook, index), chapter.line(index), source, words, **extra)


def _cell_error(
    chapter: Chapter, notebook: NotebookNode, file: str, index: int, error: CellExecutionError, report: str
) -> CellError:
    """The fault of the cell that raised, with the line of the cell that was being run."""
    where = ""
    for line in plain(error.traceback).splitlines():
        if line.startswith("---->") and not where:
            where = f"at: {line.removeprefix('---->').strip().split(' ', 1)[-1].strip()}"
    return _fault(
        chapter, notebook, file, index, f"{error.ename}: {error.evalue}", where=where, report=report
    )


def _refuse_stderr(chapter: Chapter, notebook: NotebookNode, file: str) -> None:
    """A cell that writes a warning is a cell to mend: readers must not meet it in the page."""
    for index, cell in enumerate(notebook.cells):
        for out in cell.get("outputs", []):
            if out.output_type == "stream" and out.name == "stderr":
                raise _fault(chapter, notebook, file, index, f"wrote to the error stream:\n{out.text}")


def jobs_default() -> int:
    """As many chapters at a time as there are processors to use, at most four (memory)."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(4, usable))


def execute(
    chapters: Sequence[Chapter],
    store: Store,
    *,
    root: Path,
    scratch: Path,
    timeout: int,
    jobs: int,
    report: Callable[[str], None],
) -> dict[str, NotebookNode]:
    """Executed notebooks by page name, run now or taken from ``store``.

    The first chapter that fails stops the others; what was finished before is kept.
    """
    results: dict[str, NotebookNode] = {}
    waiting = []
    for chapter in chapters:
        kept = store.get(chapter)
        if kept is None:
            waiting.append(chapter)
        else:
            results[chapter.docname] = with_results(chapter, kept)
            report(f"  {chapter.docname:<24} unchanged")
    if waiting:
        asyncio.run(_execute_all(waiting, store, results, root, scratch, timeout, jobs, report))
    store.prune()
    return {chapter.docname: results[chapter.docname] for chapter in chapters}


async def _execute_all(
    chapters: Sequence[Chapter],
    store: Store,
    results: dict[str, NotebookNode],
    root: Path,
    scratch: Path,
    timeout: int,
    jobs: int,
    report: Callable[[str], None],
) -> None:
    places = asyncio.Semaphore(jobs)

    async def one(chapter: Chapter) -> None:
        async with places:
            start = time.monotonic()
            executed = await _run(chapter, root=root, scratch=scratch, timeout=timeout)
            store.put(chapter, executed)
            results[chapter.docname] = with_results(chapter, executed)
            report(f"  {chapter.docname:<24} {time.monotonic() - start:5.1f} s")

    tasks = [asyncio.create_task(one(chapter)) for chapter in chapters]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
