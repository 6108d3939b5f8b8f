"""What can stop a build, said in words a reader of the terminal can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from corridors.forks import WorkerLost

_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_SHOWN_LINES = 6
_SHOWN_ERROR_LINES = 25


class BuildError(Exception):
    """The build cannot go on; the message says where and why."""


@contextmanager
def sharing(what: str) -> Iterator[None]:
    """A process that dies while several share the work on ``what`` ends the build with a reason."""
    try:
        yield
    except WorkerLost as error:
        raise BuildError(f"{what}: {error}. For want of memory? With --jobs 1 there is only one.") from error


def plain(text: str) -> str:
    """``text`` without terminal colours."""
    return _ESCAPES.sub("", text)


def indented(text: str, limit: int) -> str:
    """The first ``limit`` lines of ``text``, indented, with a count of those left out."""
    lines = text.strip("\n").splitlines()
    shown = [f"    {line}" for line in lines[:limit]]
    if len(lines) > limit:
        shown.append(f"    ... and {len(lines) - limit} more lines")
    return "\n".join(shown)


class CellError(BuildError):
    """A cell of a chapter failed.

    Says the chapter's file, the cell's number (counting code cells from 1), the line of the file at
    which it starts, the cell's first lines and the error; the whole traceback is in ``report``.
    """

    def __init__(
        self, file: str, cell: int, line: int, source: str, error: str, *, where: str = "", report: str = ""
    ) -> None:
        self.file = file
        self.cell = cell
        parts = [
            f"{file}: code cell {cell} (line {line}) failed",
            indented(source, _SHOWN_LINES),
            *([where] if where else []),
            indented(plain(error), _SHOWN_ERROR_LINES).removeprefix("    "),
            *([f"whole traceback: {report}"] if report else []),
        ]
        super().__init__("\n".join(parts))


class WarningsError(BuildError):
    """The pages could be written only with warnings, and a warning is an error here."""

    def __init__(self, warnings: list[str]) -> None:
        self.warnings = warnings
        noun = "warning" if len(warnings) == 1 else "warnings"
        super().__init__(
            "\n".join([f"{len(warnings)} {noun} while writing the pages; each must be cured:", *warnings])
        )
