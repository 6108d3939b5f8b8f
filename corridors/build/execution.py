"""Run the chapters' cells, several chapters at a time, and keep the results."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nbformat
import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from corridors.build import witness
from corridors.build.chapters import Chapter, number_cells, with_results
from corridors.build.evidence import Seen, read_log
from corridors.build.faults import CellError, plain
from corridors.build.layout import Layout
from corridors.build.store import Store

#: ipykernel says at every start that its sockets, which are local, are not encrypted.
_KERNEL_NOISE = "Kernel is running over TCP without encryption"


class _OwnPython(KernelSpecManager):
    """Every chapter runs in the Python that builds the book, whatever kernels the reader has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        # -P: the folder of the script is no place to look for modules
        command = [sys.executable, "-P", str(Path(witness.__file__)), "-f", "{connection_file}"]
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


def _watched(book: Layout, folder: Path) -> dict[str, str]:
    """What tells the kernel to write down in ``folder`` what it reads of the book."""
    settings = {
        "root": str(book.root),
        "log": str(folder / "seen"),
        "apart": [str(place) for place in (Path(sys.prefix), *book.workplaces)],
        "bytecode": str(book.build / "work" / "bytecode"),
    }
    return {witness.SETTINGS: json.dumps(settings)}


async def _run(chapter: Chapter, *, book: Layout, scratch: Path, timeout: int) -> tuple[NotebookNode, Seen]:
    """Run one chapter from the first cell to the last; returns the executed notebook and what it read."""
    root = book.root
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
                env=kernel_environment(root, scratch) | _watched(book, Path(sockets)),
                stdout=noise,
                stderr=noise,
            )
            seen = read_log(Path(sockets) / "seen")
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
    return notebook, seen


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
    book: Layout,
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
    if results:
        report(f"  {len(results)} unchanged")
    if waiting:
        asyncio.run(_execute_all(waiting, store, results, book, scratch, timeout, jobs, report))
    return {chapter.docname: results[chapter.docname] for chapter in chapters}


async def _execute_all(
    chapters: Sequence[Chapter],
    store: Store,
    results: dict[str, NotebookNode],
    book: Layout,
    scratch: Path,
    timeout: int,
    jobs: int,
    report: Callable[[str], None],
) -> None:
    places = asyncio.Semaphore(jobs)
    begun, done = time.monotonic(), 0

    async def one(chapter: Chapter) -> None:
        nonlocal done
        async with places:
            start = time.monotonic()
            executed, seen = await _run(chapter, book=book, scratch=scratch, timeout=timeout)
            store.put(chapter, executed, seen)
            results[chapter.docname] = with_results(chapter, executed)
            done += 1
            now = time.monotonic()
            left = (now - begun) / done * (len(chapters) - done)
            words = f"{done} of {len(chapters)}" + (f", about {left:.0f} s left" if left >= 1 else "")
            report(f"  {chapter.docname:<24} {now - start:5.1f} s   {words}")

    tasks = [asyncio.create_task(one(chapter)) for chapter in chapters]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
