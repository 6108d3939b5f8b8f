"""Runs as a process of its own: imports the large libraries once, then forks a kernel for each chapter.

A fresh kernel spends most of a small chapter's time on starting and importing. A forked one has all that
behind it and is otherwise the same: watched (see ``witness``), alone in its process, with nothing of the book
imported yet. No thread runs and no socket is open here when a kernel is forked.

Reads one request a line from its input, ``{"connection", "cwd", "log", "noise"}``, and answers with
``{"pid"}``; says ``{"ended", "code"}`` when a kernel has ended. Ends, with all kernels, when the input does.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import json
import os
import select
import signal
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

#: Imported before the first fork; one that is not installed is passed over. Not pyplot, which looks for
#: the shell whose cells are to show its figures when it is imported.
LIBRARIES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "numpy", "pandas", "shapely", "pyproj", "geopandas",
    "matplotlib.figure", "matplotlib.projections", "matplotlib.widgets", "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf", "matplotlib.backends.backend_svg", "matplotlib.patheffects",
    "fontTools.subset", "PIL.Image", "PIL.PngImagePlugin", "folium", "yaml", "myst_nb.ext.glue",
    # what a kernel asks for when it starts, or at its first table, picture or page
    "ipykernel.debugger", "tornado.platform.asyncio", "tornado.queues", "sqlite3",
    "IPython.core.completerlib", "IPython.core.logger", "IPython.extensions.storemagic",
    "pandas.io.formats.csvs", "pandas.core.reshape.reshape", "pandas.core.methods.to_dict",
    "xml.etree.ElementTree", "PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.JpegImagePlugin",
    "PIL.PpmImagePlugin",
)  # fmt: skip


#: Of every kernel: nobody will ask it for the lines of earlier sessions.
OPTIONS = ("--HistoryManager.enabled=False",)


def _witness() -> ModuleType:
    """The module beside this one; no package is imported for it that a chapter will import."""
    spec = importlib.util.spec_from_file_location("book_witness", Path(__file__).with_name("witness.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _answer(**words: object) -> None:
    os.write(1, (json.dumps(words) + "\n").encode())


def _become_a_kernel(request: dict[str, Any], watch: Any, *handles: int) -> NoReturn:
    """In the forked process: take the place of a kernel that was started afresh."""
    code = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        noise = os.open(request["noise"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for old, new in ((nothing, 0), (noise, 1), (noise, 2)):
            os.dup2(old, new)
        for handle in (noise, nothing, *handles):
            os.close(handle)
        os.chdir(request["cwd"])
        os.environ["JPY_PARENT_PID"] = str(os.getppid())
        watch.write_to(request["log"])
        sys.argv = ["ipykernel_launcher", *OPTIONS, "-f", request["connection"]]
        from ipykernel import kernelapp

        kernelapp.launch_new_instance()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _reap(kernels: set[int]) -> None:
    """Say which kernels have ended."""
    while kernels:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        kernels.discard(pid)
        _answer(ended=pid, code=os.waitstatus_to_exitcode(status))


def _end(kernels: set[int]) -> None:
    for pid in kernels:
        try:
            os.killpg(pid, signal.SIGKILL)
        except OSError:
            continue


def main() -> None:
    """Serve until the input ends."""
    witness = _witness()
    watch = witness.begin(json.loads(os.environ.pop(witness.SETTINGS)))
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    # What is here by now stays, in every kernel: looking through it for rubbish, again and again, would only
    # copy its pages. A kernel lives for seconds and makes many small objects: it looks more seldom.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    bell, ring = os.pipe()
    for handle in (bell, ring):
        os.set_blocking(handle, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
    kernels: set[int] = set()
    pending = b""
    _answer(ready=True)
    while True:
        readable, _, _ = select.select([0, bell], [], [])
        if bell in readable:
            os.read(bell, 4096)
            _reap(kernels)
        if 0 in readable:
            received = os.read(0, 65536)
            if not received:
                break
            *lines, pending = (pending + received).split(b"\n")
            for line in lines:
                pid = os.fork()
                if pid == 0:
                    _become_a_kernel(json.loads(line), watch, bell, ring)
                kernels.add(pid)
                _answer(pid=pid)
    _end(kernels)


if __name__ == "__main__":
    main()
