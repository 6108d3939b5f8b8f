"""An archive of the same files has the same bytes, whenever and in whatever order they were written."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from corridors.build import packing


def _fill(folder: Path, names: list[str]) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"this is {name}\n")
    return folder


def test_the_same_files_make_the_same_archive(tmp_path: Path) -> None:
    names = ["b.txt", "a/z.txt", "a/b.txt", "ä.txt"]
    one = _fill(tmp_path / "one", names)
    other = _fill(tmp_path / "other", list(reversed(names)))
    os.utime(other / "b.txt", (0, 0))
    first = packing.pack(one, tmp_path / "one.zip", top="book")
    second = packing.pack(other, tmp_path / "other.zip", top="book")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as opened:
        assert opened.namelist() == ["book/a/b.txt", "book/a/z.txt", "book/b.txt", "book/ä.txt"]
        assert opened.testzip() is None


def test_time_of_the_entries_is_the_stated_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    archive = packing.pack(_fill(tmp_path / "one", ["a"]), tmp_path / "one.zip")
    with zipfile.ZipFile(archive) as opened:
        assert opened.infolist()[0].date_time[:3] == (2026, 11, 18)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert packing.moment() == packing.EARLIEST
