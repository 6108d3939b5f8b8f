"""Try the boxes: each is unpacked into an empty folder and run there, as a reader would.

Runs also as a process of its own, which imports the large libraries once and forks for each box, so that
many are tried in the time of a few. Nothing of the book is imported there but what a box brings along, and no
library that the box's own lock does not name, as in an environment made from it. Each says what it opened of
a watched folder, into which no box may look. Needs a system with ``fork``.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import traceback
import zipfile
from collections.abc import Collection, Mapping, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

_READY = ("IPython.core.interactiveshell", "matplotlib_inline.backend_inline", "myst_nb.ext.glue",
          "pandas", "geopandas", "pyogrio", "matplotlib.figure", "matplotlib.backends.backend_agg",
          "matplotlib.backends.backend_svg", "matplotlib.backends.backend_pdf", "folium", "yaml")  # fmt: skip


class Trial(NamedTuple):
    """How one box did: ``status`` as ``run.py`` has it, what it said, and which watched files it opened."""

    name: str
    status: int
    said: str
    opened: list[str]


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack a box into the empty ``folder``. Raises ValueError for names that lead out of it."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError(f"{folder}: not empty")
    with zipfile.ZipFile(archive) as box:
        for one in box.infolist():
            target = folder / one.filename
            link = (one.external_attr >> 16) & 0o170000 not in (0, 0o100000)
            if link or not target.resolve().is_relative_to(folder.resolve()) or "\\" in one.filename:
                raise ValueError(f"{archive.name}: {one.filename} leads out of the folder")
        box.extractall(folder)
    return folder


def try_boxes(folders: Sequence[Path], watched: Path, jobs: int = 2) -> list[Trial]:
    """Run the unpacked boxes with the libraries of this Python, ``jobs`` at a time."""
    if not folders:
        return []
    from corridors.build import box_run

    environment = box_run.environment(folders[0])
    command = [sys.executable, "-P", __file__, str(jobs), str(watched), *map(str, folders)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the boxes could not be tried:\n{done.stderr[-2000:]}")
    found = [Trial(**json.loads(line)) for line in done.stdout.splitlines()]
    return sorted(found, key=lambda trial: trial.name)


class _Lacking(importlib.abc.MetaPathFinder):
    """Refuses the libraries that an environment made from the lock would not have."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        top = name.partition(".")[0]
        if top in self._names:
            words = f"No module named {top!r} (the lock of the box does not have it)"
            raise ModuleNotFoundError(words, name=top)
        return None


def lacking(lock: str, providers: Mapping[str, Sequence[str]]) -> set[str]:
    """The top names of libraries that are here (``providers``) and not in the lock of a box."""
    locked = {_canonical(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    return {
        top
        for top, names in providers.items()
        if top.isidentifier() and not locked & {_canonical(name) for name in names}
    }


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _restrict(folder: Path, providers: Mapping[str, Sequence[str]]) -> None:
    """Forget the libraries that were imported for other boxes, and refuse them from now on."""
    own = {path.stem for path in folder.iterdir()}
    names = lacking((folder / "requirements.lock").read_text("utf-8"), providers) - own
    for module in [name for name in sys.modules if name.partition(".")[0] in names]:
        del sys.modules[module]
    sys.meta_path.insert(0, _Lacking(names))


def _run(folder: Path, watched: str, providers: Mapping[str, Sequence[str]]) -> NoReturn:
    """In a forked process: be ``python run.py --now`` in ``folder``; what it said goes into ``.run/``."""
    work = folder / ".run"
    work.mkdir(exist_ok=True)
    said = os.open(work / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    opened: set[str] = set()
    below = watched.rstrip(os.sep) + os.sep

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str):
            path = os.path.abspath(arguments[0])  # noqa: PTH100
            if path.startswith(below):
                opened.add(path.removeprefix(below))

    status = 2
    try:
        _restrict(folder, providers)
        sys.addaudithook(hear)
        sys.path.insert(0, str(folder))
        run = importlib.import_module("run")
        status = run.main(["--now"])
    except BaseException:
        traceback.print_exc()
    finally:
        (work / "trial.json").write_text(json.dumps({"status": status, "opened": sorted(opened)}), "utf-8")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def main(arguments: Sequence[str]) -> None:
    """Fork once for each folder; print one line of JSON for each."""
    jobs, watched, folders = int(arguments[0]), arguments[1], [Path(one) for one in arguments[2:]]
    for name in _READY:
        importlib.import_module(name)
    providers = importlib.metadata.packages_distributions()
    waiting = list(folders)
    running: dict[int, Path] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            folder = waiting.pop(0)
            pid = os.fork()
            if pid == 0:
                _run(folder, watched, providers)
            running[pid] = folder
        pid, _ = os.wait()
        _tell(running.pop(pid))


def _tell(folder: Path) -> None:
    record = folder / ".run" / "trial.json"
    found = json.loads(record.read_text("utf-8")) if record.is_file() else {"status": 2, "opened": []}
    said = (folder / ".run" / "said.txt").read_text("utf-8", "replace")
    print(json.dumps({"name": folder.name, "said": said, **found}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
