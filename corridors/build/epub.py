"""The book as one file for e-readers: ``_build/epub/<name>.epub``."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from corridors.build import epub_package, layout
from corridors.build.book import Report, build_book, say
from corridors.build.faults import BuildError
from corridors.build.layout import Layout


def build_epub(root: Path, *, jobs: int | None = None, report: Report = say) -> Path:
    """Build the book for e-readers unless the one in ``_build/epub`` is that of the book as it is now.

    Chapters that have been run for the site are not run again. Returns the file. Raises BuildError.
    """
    book = Layout(root)
    moment = _moment()
    inputs = _inputs(book, moment)
    kept = current(root)
    if kept:
        report(f"{kept.relative_to(root)} is up to date")
        return kept
    packed: list[str] = []

    def shape(out: Path) -> None:
        packed.append(_alone(epub_package.pack(out, moment)).name)

    folder = build_book(root, builder="epub", jobs=jobs, report=report, shape=shape)
    made = folder / packed[0]
    record = {"file": made.name, "inputs": inputs, "digest": _digest(made)}
    _record(book).write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    report(
        f"{made.relative_to(root)} is ready: {made.stat().st_size / 1e6:.1f} MB, SHA-256 {record['digest']}"
    )
    return made


def current(root: Path) -> Path | None:
    """The file in ``_build/epub`` if it is that of the book as it is now, else None. Raises BuildError."""
    book = Layout(root)
    record = _read(book)
    if not record or record["inputs"] != _inputs(book, _moment()):
        return None
    made = book.build / "epub" / str(record["file"])
    return made if _digest(made) == record["digest"] else None


def _inputs(book: Layout, moment: int | None) -> str:
    return f"{layout.inputs_hash(book)} {moment}"


def _moment() -> int | None:
    """SOURCE_DATE_EPOCH, if it is set."""
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise BuildError(
            f"SOURCE_DATE_EPOCH={text!r} is no number of seconds since 1970; set it to one, or unset it"
        ) from None


def _alone(made: Path) -> Path:
    """Delete the pages that went into the file."""
    for path in made.parent.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path != made:
            path.unlink()
    return made


def _record(book: Layout) -> Path:
    return book.build / "epub.json"


def _read(book: Layout) -> dict[str, Any]:
    try:
        record = json.loads(_record(book).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) and {"file", "inputs", "digest"} <= set(record) else {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
