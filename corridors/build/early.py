"""What a build can do at once, before it loads Sphinx and Jupyter: see that nothing is to be done, and start
the process from which kernels are forked.

That process needs a second or two for the large libraries, as the build itself does for its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from corridors import forks
from corridors.build import layout, nursery, witness
from corridors.build.layout import Layout

#: A started ``nursery``.
Nursery = subprocess.Popen[bytes]


def tell(notices: Iterable[str], report: Callable[[str], None]) -> None:
    """Say what the book has to say to whoever builds it; no fault, so the build goes on."""
    for text in notices:
        report(f"Note: {text}")


def up_to_date(book: Layout, report: Callable[[str], None]) -> bool:
    """Whether the finished site is that of the book as it is; then what a build would say has been said."""
    site = book.build / "html"
    try:
        current = layout.is_current(book, site)
    except OSError:  # another build is putting its site in place
        current = False
    if not current:
        return False
    record = layout.read_manifest(book)
    tell(record.get("notices", []), report)
    where = (site / "index.html").relative_to(book.root)
    report(f"{where} is up to date; site digest {record['site']}")
    return True


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
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }


def watched_environment(book: Layout, scratch: Path, folder: Path | None = None) -> dict[str, str]:
    """The same for a kernel that writes down in ``folder`` what it reads of the book."""
    settings = {
        "root": str(book.root),
        "log": str(folder / "seen") if folder else "",
        "apart": [str(place) for place in (Path(sys.prefix), *book.workplaces)],
        "bytecode": str(book.build / "work" / "bytecode"),
    }
    return kernel_environment(book.root, scratch) | {witness.SETTINGS: json.dumps(settings)}


def can_fork() -> bool:
    """Whether kernels can be forked here: not on Windows, and on macOS not after its libraries have run."""
    return sys.platform == "linux"


def begin(book: Layout, scratch: Path) -> Nursery:
    """Start the process that forks kernels; it is ready a second or two later."""
    reports = scratch / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    with (reports / "nursery.txt").open("w") as handle:
        return subprocess.Popen(
            [sys.executable, "-P", nursery.__file__],
            env=watched_environment(book, scratch),
            start_new_session=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=handle,
        )


def end(process: Nursery) -> None:
    """End it at once with what it has forked; done already is done."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.kill()
    process.wait()


@contextmanager
def nursery_for(book: Layout) -> Iterator[Nursery | None]:
    """The process for the kernels of a build of the whole book; None where it would be in the way."""
    if not can_fork() or forks.processors() < 2:
        yield None
        return
    process = begin(book, book.build / "work")
    try:
        yield process
    finally:
        end(process)
