"""Putting a prepared data folder in the place of the current one, whole, in one step.

On Linux the two folders are exchanged by one system call (``renameat2`` with RENAME_EXCHANGE): there is no
moment at which ``data/`` is missing or half new. Elsewhere two renames must do; a kill between them leaves
the former folder as ``.data-former``, and the next run puts it back.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import Final

from corridors.refresh import files
from corridors.refresh.settings import Settings

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


def lock_path(data: Path) -> Path:
    """The file by which only one refresh at a time works on ``data``."""
    return data.parent / f".{data.name}.lock"


def _next(data: Path) -> Path:
    return data.parent / f".{data.name}-next"


def _former(data: Path) -> Path:
    return data.parent / f".{data.name}-former"


def tidy(data: Path) -> None:
    """Clear away what a run that was killed has left; put the data back if it died between two renames."""
    former = _former(data)
    if former.exists() and not data.exists():
        os.rename(former, data)
    files.remove(former)
    files.remove(_next(data))


def _exchange(one: Path, two: Path) -> bool:
    """Exchange two folders at once; False if the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    return bool(call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(two), _RENAME_EXCHANGE) == 0)


def install(prepared: Path, settings: Settings) -> None:
    """Put a copy of the folder ``prepared`` in the place of the data. RefreshError if the disk is full.

    The copy lies beside the data and is on the disk before the exchange; the former folder goes afterwards.
    """
    data = settings.data
    fresh, former = _next(data), _former(data)
    settings.at_stage("write")
    try:
        with files.room_on_disk():
            files.copy_tree(prepared, fresh)
            files.sync_tree(fresh)
        settings.at_stage("exchange")
        if not _exchange(fresh, data):
            os.rename(data, former)
            os.rename(fresh, data)
        files.sync(data.parent)
        settings.at_stage("exchanged")
    finally:
        files.remove(fresh)
        files.remove(former)
