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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from corridors.build.chapters import Chapter
from corridors.build.evidence import Finding, Present, Seen, digest

#: How many results of a chapter are kept, so that a reverted change is quick.
KEPT_RESULTS = 8

#: To be raised when results come to be made or kept in another way.
FORM = 2


@dataclass(frozen=True)
class Kept:
    """A result in the store; ``notebook`` is read when it is asked for."""

    digest: str
    """Hash of the notebook."""
    content: bytes

    @property
    def notebook(self) -> NotebookNode:
        """The executed notebook."""
        found: NotebookNode = nbformat.from_dict(json.loads(self.content))
        return found


def written(executed: NotebookNode) -> Kept:
    """An executed notebook as the store keeps it. Raises nbformat.ValidationError if it is none."""
    nbformat.validate(executed)
    content = json.dumps(executed, ensure_ascii=False).encode()
    return Kept(digest(content), content)


class Store:
    """Executed chapters: ``<folder>/<chapter>/<key>-<evidence>.json``.

    The first line holds the evidence and the hash of the second, which is the notebook. Files appear whole or
    not at all, so that several builds may use one store at the same time.
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

    def get(self, chapter: Chapter) -> Kept | None:
        """The result, or None if no earlier run looked at the book as it is now."""
        paths = self._place(chapter).glob(f"{self._key(chapter)}-*.json")
        for path in sorted(paths, key=_age, reverse=True):
            try:
                head, content = path.read_bytes().split(b"\n", 1)
                about = json.loads(head)
                whole = about["notebook"] == digest(content)
                fits = whole and about["form"] == FORM and self._present.holds(about["evidence"])
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if fits:
                _touch(path)
                self._evidence[chapter.docname] = _findings(about)
                return Kept(about["notebook"], content)
        return None

    def evidence(self, chapter: Chapter) -> list[Finding]:
        """What the latest kept result of the chapter rests on; empty where there is none."""
        if chapter.docname in self._evidence:
            return self._evidence[chapter.docname]
        for path in sorted(self._place(chapter).glob("*.json"), key=_age, reverse=True):
            try:
                return _findings(json.loads(path.read_bytes().split(b"\n", 1)[0]))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return []

    def put(self, chapter: Chapter, result: Kept, seen: Seen) -> bool:
        """Keep a result; False, and nothing is kept, if what its run read has changed meanwhile."""
        evidence = seen.evidence(self._look_again())
        if evidence is None:
            return False
        folder = self._place(chapter)
        folder.mkdir(parents=True, exist_ok=True)
        proof = hashlib.sha256(json.dumps(evidence).encode()).hexdigest()[:24]
        head = json.dumps({"form": FORM, "evidence": evidence, "notebook": result.digest})
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
            file.write(head.encode() + b"\n" + result.content)
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
