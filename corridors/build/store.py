"""Results of earlier runs, each with the evidence of what it rests on.

A result is shown again if the chapter's cells, the libraries and Python are the same and everything that its
run looked at in the book is found as it was (see ``evidence``); prose, tags and all else may change freely.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from corridors.build.chapters import Chapter
from corridors.build.evidence import Finding, Present, Seen

#: How many results of a chapter are kept, so that a reverted change is quick.
KEPT_RESULTS = 8

#: To be raised when results come to be made or kept in another way.
FORM = 1


class Store:
    """Executed chapters: ``<folder>/<chapter>/<key>-<evidence>.json``, the notebook and its evidence.

    Files appear whole or not at all, so that several builds may use one store at the same time.
    ``ground`` is the hash of what every result rests on, ``present`` the book as it is.
    """

    def __init__(self, folder: Path, ground: str, present: Callable[[], Present]) -> None:
        self._folder = folder
        self._ground = ground
        self._look_again = present
        self._present = present()
        self._evidence: dict[str, list[Finding]] = {}

    def _place(self, chapter: Chapter) -> Path:
        return self._folder / chapter.docname.replace("/", "-")

    def _key(self, chapter: Chapter) -> str:
        words = json.dumps([FORM, self._ground, chapter.key()])
        return hashlib.sha256(words.encode()).hexdigest()[:24]

    def get(self, chapter: Chapter) -> NotebookNode | None:
        """The executed notebook, or None if no earlier run looked at the book as it is now."""
        paths = self._place(chapter).glob(f"{self._key(chapter)}-*.json")
        for path in sorted(paths, key=_age, reverse=True):
            try:
                kept = json.loads(path.read_text("utf-8"))
                notebook: NotebookNode = nbformat.from_dict(kept["notebook"])
                nbformat.validate(notebook)
                fits = _same_cells(notebook, chapter) and self._present.holds(kept["evidence"])
            except (OSError, ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError):
                continue
            if fits:
                _touch(path)
                self._evidence[chapter.docname] = _findings(kept)
                return notebook
        return None

    def evidence(self, chapter: Chapter) -> list[Finding]:
        """What the latest kept result of the chapter rests on; empty where there is none."""
        if chapter.docname in self._evidence:
            return self._evidence[chapter.docname]
        for path in sorted(self._place(chapter).glob("*.json"), key=_age, reverse=True):
            try:
                return _findings(json.loads(path.read_text("utf-8")))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return []

    def put(self, chapter: Chapter, executed: NotebookNode, seen: Seen) -> bool:
        """Keep an executed notebook; False, and nothing is kept, if what it read has changed meanwhile."""
        evidence = seen.evidence(self._look_again())
        if evidence is None:
            return False
        folder = self._place(chapter)
        folder.mkdir(parents=True, exist_ok=True)
        proof = hashlib.sha256(json.dumps(evidence).encode()).hexdigest()[:24]
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=folder, suffix=".part", delete=False
        ) as file:
            json.dump({"evidence": evidence, "notebook": executed}, file, ensure_ascii=False)
        os.replace(file.name, folder / f"{self._key(chapter)}-{proof}.json")
        self._evidence[chapter.docname] = evidence
        self._prune(folder)
        return True

    def _prune(self, folder: Path) -> None:
        """Forget all but the results that were used last."""
        results = sorted(folder.glob("*.json"), key=_age, reverse=True)
        for old in results[KEPT_RESULTS:]:
            old.unlink(missing_ok=True)


def _findings(kept: dict[str, Any]) -> list[Finding]:
    return [(kind, place, found) for kind, place, found in kept["evidence"]]


def _touch(path: Path) -> None:
    try:
        os.utime(path)
    except OSError:
        return


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _same_cells(kept: NotebookNode, chapter: Chapter) -> bool:
    sources = [cell.source for cell in kept.cells if cell.cell_type == "code"]
    return sources == [cell.source for cell in chapter.code_cells]
