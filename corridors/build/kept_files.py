"""Files that the build has made, kept beside each other until what they are made from changes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def is_kept(folder: Path, name: str, key: str) -> bool:
    """Whether ``kept_file`` has the file ``name`` of this ``key``."""
    return _place(folder, name, key).is_file()


def kept_file(folder: Path, name: str, key: str, make: Callable[[], bytes]) -> bytes:
    """What ``make`` gives, or gave when ``name`` was asked for with this ``key`` before.

    ``<folder>/<name>.<key>`` appears whole or not at all, in the place of what was kept under the name last.
    """
    path = _place(folder, name, key)
    with suppress(FileNotFoundError):
        return path.read_bytes()
    content = make()
    folder.mkdir(parents=True, exist_ok=True)
    former = [other for other in folder.glob(f"{name}.*") if other != path]
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
        file.write(content)
    os.replace(file.name, path)
    for other in former:
        other.unlink(missing_ok=True)
    return content


def _place(folder: Path, name: str, key: str) -> Path:
    return folder / f"{name}.{key}"
