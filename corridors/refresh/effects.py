"""What a refresh moves in the book: numbers, exhibits, verdicts and chapters, from old to new.

This package knows nothing of claims and chapters; a callable that does is handed in from above.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

VERDICT: Final = "verdict"
NUMBER: Final = "number"
EXHIBIT: Final = "exhibit"
BROKEN: Final = "chapter that fails"


@dataclass(frozen=True)
class Moved:
    """Something in the book that the refresh changes; ``link`` is its page below the site's folder."""

    kind: str
    name: str
    old: str
    new: str
    chapter: str
    link: str

    def __str__(self) -> str:
        change = f": {self.old} -> {self.new}" if self.old or self.new else ""
        return f"{self.kind} {self.name}{change} ({self.chapter})"


#: Given the folder of the current data and that of the fresh ones: what moves.
Rehearse = Callable[[Path, Path], Sequence[Moved]]


def nothing(current: Path, fresh: Path) -> Sequence[Moved]:
    """Look at nothing: the report then says so."""
    return ()
