"""Zip archives that have the same bytes each time: entries in order of name, one time for all, no traces."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

#: The earliest time that a zip archive can hold.
EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)


def moment() -> datetime:
    """The time of all entries: SOURCE_DATE_EPOCH if it is set, else the earliest that there is."""
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    return max(EARLIEST, datetime.fromtimestamp(int(stated), UTC)) if stated else EARLIEST


def member(name: str, when: datetime, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """The entry of one file, the same on every system."""
    found = zipfile.ZipInfo(name, max(when, EARLIEST).timetuple()[:6])
    found.compress_type = method
    found.create_system = 3  # else the bytes would tell Windows from the others
    found.external_attr = 0o644 << 16
    return found


def pack(folder: Path, target: Path, *, top: str = "") -> Path:
    """Write all files below ``folder`` into the archive ``target``, in a folder ``top`` if it is named.

    The archive appears whole or not at all.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    when = moment()
    with zipfile.ZipFile(part, "w") as archive:
        for path in sorted(folder.rglob("*"), key=lambda one: one.relative_to(folder).as_posix()):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                entry = member(f"{top}/{name}" if top else name, when)
                archive.writestr(entry, path.read_bytes(), compresslevel=6)
    part.replace(target)
    return target
