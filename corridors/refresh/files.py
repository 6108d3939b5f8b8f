"""Writing that survives a kill: a file appears whole and on the disk, or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corridors.refresh.faults import BUSY, RefreshError

try:
    import fcntl
except ImportError:  # Windows has no such lock; there two at once are the reader's own risk
    fcntl = None  # type: ignore[assignment]

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def room_on_disk() -> Iterator[None]:
    """Turn the system's word for a full disk (or a used-up quota) into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise RefreshError("disk", f"the disk is full ({error.strerror}); nothing was changed") from error
        raise


def sync(path: Path) -> None:
    """Make the system write a file or folder to the disk now."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises RefreshError if the disk is full."""
    fresh = path.with_name(path.name + ".part")
    with room_on_disk():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            os.replace(fresh, path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder of plain files to a new place; stops at the first fault.

    ``shutil.copytree`` goes on after a fault and then tells of all without the system's number for them, so
    that a full disk could not be told from another fault.
    """
    target.mkdir(parents=True)
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir()
        else:
            shutil.copy2(path, copy)


def sync_tree(folder: Path) -> None:
    """Bring every file and folder below ``folder`` to the disk."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)


def sha256(path: Path) -> str:
    """The hash of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        for piece in iter(lambda: handle.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def tree_hash(folder: Path) -> str:
    """One hash for all files of a folder, by name and content."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(f"{path.relative_to(folder).as_posix()} {sha256(path)}\n".encode())
    return total.hexdigest()


def remove(path: Path) -> None:
    """Delete a file or folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock ``path``. Raises RefreshError at once if another process holds it.

    The system lets go of the lock when its holder ends, however it ends.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                problem = "another refresh of these data is under way"
                raise RefreshError("busy", problem, status=BUSY) from None
        yield
