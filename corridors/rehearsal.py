"""What other data would move in the book: its chapters' cells run on a copy of the project, without pages.

:func:`moves` is what ``python -m corridors refresh`` hands to :mod:`corridors.refresh`. It runs this module
as a program of its own twice, in two copies of the project that differ in their data only, and compares what
each shows: every glued number, the data of every exhibit, every verdict.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from corridors.paths import ROOT
from corridors.refresh.effects import BROKEN, EXHIBIT, NUMBER, VERDICT, Moved

#: What a copy of the project needs so that its cells run.
_NEEDED: Final = (
    "corridors",
    "book",
    "index.md",
    "_toc.yml",
    "_config.yml",
    "CITATION.cff",
    "references.bib",
)
_LEDGER: Final = "book/ledger"

Shown = dict[str, Any]


# --- in the copy ----------------------------------------------------------------------------------


def _watch() -> tuple[list[Any], list[Any]]:
    """Note every number and every exhibit that a cell makes."""
    from corridors.show import media, numbers

    glued: list[Any] = []
    exhibits: list[Any] = []
    glue, begin = numbers.glue, media.Exhibit.__post_init__

    def noted_glue(*args: Any, **options: Any) -> numbers.Number:
        glued.append(glue(*args, **options))
        return glued[-1]  # type: ignore[no-any-return]

    def noted_begin(exhibit: media.Exhibit) -> None:
        begin(exhibit)
        exhibits.append(exhibit)

    numbers.glue = noted_glue
    media.Exhibit.__post_init__ = noted_begin  # type: ignore[method-assign, assignment]
    return glued, exhibits


def _chapters(root: Path, shown: Shown, only: Sequence[str]) -> None:
    from corridors import catalog
    from corridors.build.chapters import read_chapter
    from corridors.build.layout import Layout

    glued, exhibits = _watch()
    book = Layout(root)
    for name in book.docnames():
        path = book.document(name)
        chapter = read_chapter(path, name, []) if path else None
        if chapter is None or path is None or (only and name not in only):
            continue
        os.chdir(path.parent)
        catalog.default._used.clear()  # each chapter lists the tables that it has loaded itself
        space: dict[str, Any] = {"__name__": "chapter"}
        try:
            for cell in chapter.code_cells:
                exec(compile(cell.source, name, "exec"), space)
        except Exception as error:  # whatever a chapter raises is what is to be told
            shown[f"{BROKEN}|{name}"] = [name, f"{type(error).__name__}: {error}"[:300]]
        for one in glued:
            shown[f"{NUMBER}|{one.id}"] = [name, one.shown]
        for one in exhibits:
            text, _ = one.data_text()
            shown[f"{EXHIBIT}|{one.label}"] = [name, sha256(text.encode()).hexdigest()]
        glued.clear()
        exhibits.clear()


def _verdicts(shown: Shown) -> None:
    from corridors.claims.ledger import ledger

    try:
        for _, claim in ledger().iterrows():
            shown[f"{VERDICT}|{claim['id']}"] = [_LEDGER, str(claim["verdict"])]
    except Exception as error:
        shown[f"{BROKEN}|{_LEDGER}"] = [_LEDGER, f"{type(error).__name__}: {error}"[:300]]


def show(root: Path, target: Path, only: Sequence[str]) -> None:
    """Run every chapter in ``root`` (or ``only`` some) and write to ``target`` what is shown, as JSON."""
    shown: Shown = {}
    _chapters(root, shown, only)
    _verdicts(shown)
    target.write_text(json.dumps(shown), "utf-8")


# --- two copies -----------------------------------------------------------------------------------


def _begin(folder: Path, data: Path, only: Sequence[str]) -> subprocess.Popen[bytes]:
    for name in _NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copyfile(source, folder / name)
    shutil.copytree(data, folder / "data")
    places = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(places), "MPLBACKEND": "Agg"}
    command = [sys.executable, "-m", "corridors.rehearsal", str(folder), str(folder / "shown.json"), *only]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)


def _link(kind: str, name: str, chapter: str) -> str:
    anchor = {NUMBER: f"num-{name}", VERDICT: f"claim-{name.lower()}", EXHIBIT: name}.get(kind, "")
    return f"{chapter}.html" + (f"#{anchor}" if anchor else "")


def compare(before: Shown, after: Shown) -> list[Moved]:
    """What is shown otherwise: broken chapters first, then verdicts, numbers, exhibits."""
    found = []
    for key in sorted(before.keys() | after.keys()):
        kind, _, name = key.partition("|")
        old, new = before.get(key, ["", ""]), after.get(key, ["", ""])
        chapter = str(new[0] or old[0])
        cut_off = key not in after and f"{BROKEN}|{chapter}" in after
        if old == new or cut_off:
            continue
        was, now = ("shown data", "other data") if kind == EXHIBIT else (old[1], new[1])
        found.append(Moved(kind, name, was, now, chapter, _link(kind, name, chapter)))
    order = (BROKEN, VERDICT, NUMBER, EXHIBIT)
    return sorted(found, key=lambda one: order.index(one.kind))


def moves(current: Path, fresh: Path, only: Sequence[str] = ()) -> Sequence[Moved]:
    """What the data in ``fresh`` move in the book against those in ``current``; about half a minute.

    ``only`` names the chapters to look at (all if empty); verdicts are always looked at. Raises RuntimeError
    if the chapters cannot be run at all.
    """
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        runs = []
        for name, data in (("before", current), ("after", fresh)):
            (Path(folder) / name).mkdir()
            runs.append((Path(folder) / name, _begin(Path(folder) / name, data, only)))
        codes = [process.wait() for _, process in runs]
        if any(codes):
            raise RuntimeError("the chapters could not be run; `make book` says why")
        before, after = (json.loads((place / "shown.json").read_text("utf-8")) for place, _ in runs)
        return compare(before, after)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    show(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
