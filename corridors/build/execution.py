"""Run the chapters' cells, several chapters at a time, and keep the results."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from corridors import forks
from corridors.build import early
from corridors.build.chapters import Chapter, number_cells
from corridors.build.evidence import Seen, read_log
from corridors.build.faults import CellError, plain
from corridors.build.kernels import Client, Kernels
from corridors.build.layout import Layout
from corridors.build.results import Result
from corridors.build.store import Store, written

#: ipykernel says at every start that its sockets, which are local, are not encrypted.
_KERNEL_NOISE = "Kernel is running over TCP without encryption"


async def _run(
    chapter: Chapter,
    kernels: Kernels,
    turn: asyncio.Semaphore,
    *,
    book: Layout,
    scratch: Path,
    timeout: int,
) -> tuple[NotebookNode, Seen, float]:
    """Run one chapter from the first cell to the last, its cells within ``turn``.

    Returns the executed notebook, what it read, and the seconds that its cells took.
    """
    root = book.root
    notebook: NotebookNode = nbformat.from_dict(json.loads(json.dumps(chapter.notebook)))
    number_cells(notebook)
    sockets = tempfile.mkdtemp(prefix="book-")  # short: the name of a socket has room for some hundred signs
    reports = scratch / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    report = reports / f"{chapter.docname.replace('/', '-')}.txt"
    log = reports / f"{chapter.docname.replace('/', '-')}.kernel.txt"
    client = Client(
        notebook,
        km=await kernels.manager(Path(sockets), chapter.path.parent, log),
        timeout=timeout,
        startup_timeout=120,
        record_timing=False,
        store_widget_state=False,
        ipython_hist_file="",
        shutdown_kernel="immediate",
        allow_errors=False,
    )
    client.on_cell_start = client.begin
    client.turn = turn
    file = chapter.path.relative_to(root).as_posix()
    with log.open("w") as noise:
        try:
            await client.async_execute(
                cwd=str(chapter.path.parent),
                env=kernels.environment(Path(sockets)),
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
    return notebook, seen, client.took


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
    """As many processes at a time as there are processors to use, at most four (memory)."""
    return min(4, forks.processors())


def execute(
    chapters: Sequence[Chapter],
    store: Store,
    *,
    book: Layout,
    scratch: Path,
    timeout: int,
    jobs: int,
    report: Callable[[str], None],
    warm: bool | None = None,
    meanwhile: Callable[[], None] = lambda: None,
    begun: early.Nursery | None = None,
) -> dict[str, Result]:
    """Executed chapters by page name, run now or taken from ``store``.

    ``warm``: fork the kernels; None: where that can be done and more than one chapter is to run. The first
    ``begun`` is the process that forks them, if it has been started; it is ended here. The first
    chapter that fails stops the others; what was finished before is kept. ``meanwhile`` is called in a thread
    while kernels run; not called if none has to.
    """
    results: dict[str, Result] = {}
    waiting = []
    for chapter in chapters:
        kept = store.get(chapter)
        if kept is None:
            waiting.append(chapter)
        else:
            results[chapter.docname] = Result(chapter, kept)
    if results:
        report(f"  {len(results)} unchanged")
    if waiting:
        waiting.sort(key=lambda chapter: -chapter.size)  # a long one begun last would be waited for alone
        if warm is None:
            warm = len(waiting) > 1 and early.can_fork()
        kernels = Kernels(book, scratch, warm=warm, begun=begun)
        aside = threading.Thread(target=meanwhile, daemon=True)
        aside.start()
        asyncio.run(_execute_all(waiting, kernels, store, results, book, scratch, timeout, jobs, report))
        aside.join()  # pages are written by forks, before which no thread may run
    elif begun is not None:
        early.end(begun)
    return {chapter.docname: results[chapter.docname] for chapter in chapters}


async def _execute_all(
    chapters: Sequence[Chapter],
    kernels: Kernels,
    store: Store,
    results: dict[str, Result],
    book: Layout,
    scratch: Path,
    timeout: int,
    jobs: int,
    report: Callable[[str], None],
) -> None:
    turns = asyncio.Semaphore(jobs)
    kernels_at_once = asyncio.Semaphore(jobs + 1)  # the next one gets ready while the others run
    begun, done, size_done = time.monotonic(), 0, 0
    size_all = sum(chapter.size for chapter in chapters)

    async def one(chapter: Chapter) -> None:
        nonlocal done, size_done
        async with kernels_at_once:
            executed, seen, took = await _run(
                chapter, kernels, turns, book=book, scratch=scratch, timeout=timeout
            )
            result = written(executed)
            store.put(chapter, result, seen)
            results[chapter.docname] = Result(chapter, result)
            done, size_done = done + 1, size_done + chapter.size
            now = time.monotonic()
            left = (now - begun) / size_done * (size_all - size_done)
            words = f"{done} of {len(chapters)}" + (
                f", about {left:.0f} s left" if done < len(chapters) else ""
            )
            report(f"  {chapter.docname:<24} {took:5.1f} s   {words}")

    async with kernels:
        await _together([asyncio.create_task(one(chapter)) for chapter in chapters])


async def _together(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait for ``tasks``; the first that fails, or an interruption, ends all of them."""
    try:
        # not gather: told to end, it first waits for all its tasks, also for one that did not hear it
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in (task for task in tasks if task in ended):
            task.result()
    finally:
        await _stopped(tasks)


async def _stopped(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End ``tasks``; one that takes a request to end for a time-out of its own is asked again."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=1.0)
    await asyncio.gather(*tasks, return_exceptions=True)
