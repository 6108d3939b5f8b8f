"""The whole build: run the chapters, write the pages, put the site in place."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from corridors.build import addresses, boxes, early, execution, finish, layout, pages
from corridors.build.chapters import read_again
from corridors.build.evidence import Present
from corridors.build.faults import BuildError
from corridors.build.layout import Layout
from corridors.build.results import Result
from corridors.build.store import Store

try:
    import fcntl
except ImportError:  # Windows has no such lock; there two builds at once are the reader's own risk
    fcntl = None  # type: ignore[assignment]

Report = Callable[[str], None]


def say(text: str) -> None:
    """Print at once, also into a file or a pipe."""
    print(text, flush=True)


@contextmanager
def _alone(folder: Path, report: Report) -> Iterator[None]:
    """Wait until no other build uses ``folder``; a second ``make book`` must not disturb the first."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as handle:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                report("Another build of the same is under way; waiting for it to end ...")
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class _Interruption:
    """Ctrl-C that takes effect between two pages.

    A KeyboardInterrupt out of nowhere can strike in a finaliser, where Python drops it. The first Ctrl-C is
    noted and heeded at the next page; a second one strikes at once.
    """

    def __init__(self) -> None:
        self._asked = False

    def __enter__(self) -> _Interruption:
        self._former = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._former)

    def _ask(self, *_: object) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True

    def heed(self) -> None:
        """End here if Ctrl-C has been pressed."""
        if self._asked:
            raise KeyboardInterrupt


def _store(book: Layout) -> Store:
    return Store(book.executed, layout.ground_hash(book), lambda: Present(book.root))


def _run_chapters(
    book: Layout,
    store: Store,
    docnames: Sequence[str],
    jobs: int,
    scratch: Path,
    report: Report,
    begun: early.Nursery | None = None,
) -> dict[str, Result]:
    """Execute those of ``docnames`` that have cells."""
    missing = pages.unexecuted(book, docnames)
    if missing:
        raise BuildError("\n".join(f"_toc.yml lists '{name}', but there is no {name}.md" for name in missing))
    config = book.settings()
    timeout = int((config.get("execute") or {}).get("timeout") or 120)
    found, extensions, readings = [], book.extensions(), book.executed / "readings"
    for name in docnames:
        path = book.document(name)
        chapter = read_again(readings, path, name, extensions) if path else None
        if chapter:
            found.append(chapter)
    report(f"Chapters ({len(found)} with cells, {jobs} at a time)")
    return execution.execute(
        found,
        store,
        book=book,
        scratch=scratch,
        timeout=timeout,
        jobs=jobs,
        report=report,
        meanwhile=partial(pages.prepare, book),
        begun=begun,
    )


def _pointers(book: Layout, workshop: pages.Workshop, builder: str) -> list[str]:
    """Write the pointers from old addresses to new ones; what is to be said of addresses that are gone."""
    if builder != "html":
        return []
    kept = workshop.folder / "anchors.json"
    gone = addresses.apply(workshop.out, addresses.read(book.root), book.base(), kept)
    if not gone:
        return []
    what = "address is" if len(gone) == 1 else "addresses are"
    return [f"{len(gone)} published {what} gone; 'python -m corridors addresses' says which"]


def build_book(
    root: Path,
    *,
    builder: str = "html",
    jobs: int | None = None,
    report: Report = say,
    shape: Callable[[Path], None] | None = None,
    flavour: str = "",
    settings: Mapping[str, Any] | None = None,
    begun: early.Nursery | None = None,
) -> Path:
    """Build the whole book; returns the folder of the result, ``_build/<builder>``.

    ``shape`` may make something else of the finished pages, in their folder, before they are put in place.
    A ``flavour`` of the book, with its own ``settings`` of Sphinx, goes to ``_build/<flavour>/<builder>``.
    ``begun`` is the process that forks kernels, if it has been started already.
    The folder changes only when everything has gone well. Raises BuildError.
    """
    start = time.monotonic()
    root = root.resolve()  # kernels work in other folders, and say where they looked
    book = Layout(root)
    site = book.build / flavour / builder
    workshop = pages.Workshop(book.build / "work" / (flavour or builder))
    kept = builder == "html" and not flavour
    with _alone(workshop.folder, report):
        finish.restore(site)
        if kept and early.up_to_date(book, report):
            return site
        inputs = layout.inputs_hash(book)
        docnames = book.docnames()
        jobs = jobs or execution.jobs_default()
        store = _store(book)
        executed = _run_chapters(book, store, docnames, jobs, book.build / "work", report, begun)
        report(f"Pages ({len(docnames)})")
        with _Interruption() as interruption:
            words = pages.write(
                book, workshop, executed, builder=builder, extra=settings, heed=interruption.heed, jobs=jobs
            )
            if words.kept:
                report(f"  {words.kept} unchanged")
            finish.tidy(workshop.out, executed, workshop.notebooks)
            if builder == "html":
                words.notices.extend(boxes.write(book, executed, store, workshop.out, workshop.boxes, jobs))
            words.notices.extend(_pointers(book, workshop, builder))
            interruption.heed()
            if shape:
                shape(workshop.out)
                interruption.heed()
        if inputs != layout.inputs_hash(book):
            workshop.faultless.unlink(missing_ok=True)  # what was read may be neither the old nor the new
            report("Note: files changed while the book was being built; build again to take them in.")
        if kept:
            book.manifest.unlink(missing_ok=True)
        finish.put_in_place(workshop.out, site)
        digest = ""
        if kept:
            digest = layout.write_manifest(book, inputs, site, words.notices)
    early.tell(words.notices, report)
    said = f"; site digest {digest}" if digest else ""
    what = site.relative_to(root) / ("index.html" if builder == "html" else "")
    report(f"{what} is ready ({time.monotonic() - start:.0f} s){said}")
    return site


def build_chapter(root: Path, chapter: str, *, report: Report = say) -> Path:
    """Build one chapter alone, for writing: quick, and with references to other chapters left open.

    Result in ``_build/chapter/<name>/html``. Builds of different chapters may run at the same time.
    """
    start = time.monotonic()
    root = root.resolve()  # kernels work in other folders, and say where they looked
    book = Layout(root)
    docname = book.find(chapter)
    folder = book.build / "chapter" / Path(docname).name
    workshop = pages.Workshop(folder / "work")
    with _alone(workshop.folder, report):
        store = _store(book)
        executed = _run_chapters(book, store, [docname], 1, folder / "work", report)
        with _Interruption() as interruption:
            words = pages.write(
                book, workshop, executed, builder="html", only=docname, heed=interruption.heed
            )
        finish.tidy(workshop.out, executed, workshop.notebooks)
        words.notices.extend(boxes.write(book, executed, store, workshop.out, workshop.boxes))
        finish.put_in_place(workshop.out, folder / "html")
    for note in words.left_open:
        report(f"  left open: {note}")
    early.tell(words.notices, report)
    page = folder / "html" / f"{docname}.html"
    report(f"{page.relative_to(root)} is ready ({time.monotonic() - start:.0f} s)")
    return page
