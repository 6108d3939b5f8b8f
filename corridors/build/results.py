"""Chapters with the results of a run: what the pages, the notebooks and the boxes are made from."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode

from corridors.build import chapters
from corridors.build.chapters import Chapter, with_results
from corridors.build.evidence import digest
from corridors.build.store import Kept


class Result:
    """One chapter as it is now, with the results of its last run; joined when the notebook is asked for.

    Most builds need it of few chapters. Of the others they need to know that it is the same as before, which
    ``digest`` says.
    """

    def __init__(self, chapter: Chapter, kept: Kept) -> None:
        self.chapter = chapter
        self._kept = kept

    @cached_property
    def digest(self) -> str:
        """Hash of all that decides over the notebook."""
        own = json.dumps([self.chapter.docname, self.chapter.notebook], sort_keys=True)
        return digest(json.dumps([own, self._kept.digest, _JOINED_BY]).encode())

    @property
    def size(self) -> int:
        """Bytes of the results as they are kept: how much work the page is, roughly."""
        return len(self._kept.content)

    @cached_property
    def notebook(self) -> NotebookNode:
        """The chapter's cells and prose with results."""
        return with_results(self.chapter, self._kept.notebook)


_JOINED_BY = digest(Path(chapters.__file__).read_bytes())
