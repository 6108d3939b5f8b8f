"""Where two builds differ: the file, and the cell, line, page or byte at which the difference begins."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf

_AROUND = 60
_ANCHOR = re.compile(r'\bid="([^"]+)"')
_ARCHIVES = (".epub", ".zip")


@dataclass(frozen=True)
class Difference:
    """One file that is not the same in both builds.

    ``file`` is its place below the compared folder (``book.epub!pages/a.xhtml`` inside an archive), ``where``
    the place in it at which the difference begins, ``first`` and ``second`` what stands there.
    """

    file: str
    where: str
    first: str
    second: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}\n    first:  {self.first}\n    second: {self.second}"


def files(folder: Path) -> dict[str, Path]:
    """Every file below ``folder`` by its place in it, sorted; a lock of the build is none."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def digest(folder: Path) -> str:
    """SHA-256 over the names and contents of all files below ``folder``."""
    total = hashlib.sha256()
    for name, path in files(folder).items():
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def compare(first: Path, second: Path) -> list[Difference]:
    """Every file that differs between two folders, in the order of their names."""
    ours, theirs = files(first), files(second)
    found = []
    for name in sorted({*ours, *theirs}):
        if name not in theirs or name not in ours:
            found.append(_missing(name, name in ours))
        elif (one := ours[name].read_bytes()) != (other := theirs[name].read_bytes()):
            found += explain(name, one, other)
    return found


def _missing(name: str, in_first: bool) -> Difference:
    there, absent = "the file is there", "no such file"
    return Difference(name, "", there if in_first else absent, absent if in_first else there)


def explain(name: str, one: bytes, other: bytes) -> list[Difference]:
    """Why two files of one name differ: one entry, or one for each differing member of an archive."""
    if name.endswith(_ARCHIVES):
        found = _archives(name, one, other)
        if found:
            return found
    if name.endswith(".ipynb"):
        found = list(_notebooks(name, one, other))
        if found:
            return found
    if name.endswith(".pdf"):
        place = _page(one, other)
        if place:
            return [Difference(name, place, *_excerpts(one, other))]
    return [_texts(name, one, other) or _bytes(name, one, other)]


def _archives(name: str, one: bytes, other: bytes) -> list[Difference]:
    try:
        ours, theirs = zipfile.ZipFile(io.BytesIO(one)), zipfile.ZipFile(io.BytesIO(other))
    except zipfile.BadZipFile:
        return []
    found = []
    for member in sorted({*ours.namelist(), *theirs.namelist()}):
        if member not in ours.namelist() or member not in theirs.namelist():
            found.append(_missing(f"{name}!{member}", member in ours.namelist()))
        elif (left := ours.read(member)) != (right := theirs.read(member)):
            found += explain(f"{name}!{member}", left, right)
    if not found and ours.namelist() != theirs.namelist():
        return [Difference(name, "order of the members", *map(_short, (ours.namelist(), theirs.namelist())))]
    for entry, twin in zip(ours.infolist(), theirs.infolist(), strict=False) if not found else ():
        mine, yours = ((info.date_time, oct(info.external_attr >> 16)) for info in (entry, twin))
        if mine != yours:
            member = f"{name}!{entry.filename}"
            found.append(Difference(member, "time and permissions", str(mine), str(yours)))
    return found


def _short(names: list[str]) -> str:
    return ", ".join(names)[: 2 * _AROUND]


def _notebooks(name: str, one: bytes, other: bytes) -> Iterator[Difference]:
    """The cells of a notebook that differ."""
    try:
        ours, theirs = (json.loads(content)["cells"] for content in (one, other))
    except (ValueError, KeyError, TypeError):
        return
    for number, (left, right) in enumerate(zip(ours, theirs, strict=False), start=1):
        if left == right:
            continue
        part = next(key for key in sorted({*left, *right}) if left.get(key) != right.get(key))
        line = _texts("", *(_lines(cell.get(part)) for cell in (left, right)))
        if line is not None:
            place = f"cell {number} ({left.get('id', 'no id')}), {part}"
            yield Difference(name, place, line.first, line.second)
    if len(ours) != len(theirs):
        yield Difference(name, "number of cells", str(len(ours)), str(len(theirs)))


def _lines(part: object) -> bytes:
    return json.dumps(part, indent=1, ensure_ascii=False, sort_keys=True).encode()


def _page(one: bytes, other: bytes) -> str:
    """The first page of a PDF whose drawing differs; empty if none does or one is no PDF."""
    try:
        with pikepdf.open(io.BytesIO(one)) as ours, pikepdf.open(io.BytesIO(other)) as theirs:
            for number, (left, right) in enumerate(zip(ours.pages, theirs.pages, strict=False), start=1):
                drawn = [
                    pikepdf.unparse_content_stream(pikepdf.parse_content_stream(p)) for p in (left, right)
                ]
                if drawn[0] != drawn[1]:
                    return f"page {number}"
            if len(ours.pages) != len(theirs.pages):
                return f"page {min(len(ours.pages), len(theirs.pages)) + 1}"
    except pikepdf.PdfError:
        return ""
    return ""


def _texts(name: str, one: bytes, other: bytes) -> Difference | None:
    """The first line that differs; None for what is no text."""
    try:
        ours, theirs = one.decode("utf-8").splitlines(), other.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        return None
    for number, (left, right) in enumerate(zip(ours, theirs, strict=False), start=1):
        if left != right:
            at = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), None)
            start = max(0, (min(len(left), len(right)) if at is None else at) - _AROUND // 3)
            place = f"line {number}{_anchor(name, ours[:number], left[: start + _AROUND])}"
            return Difference(name, place, left[start : start + _AROUND], right[start : start + _AROUND])
    if len(ours) != len(theirs):
        place = f"line {min(len(ours), len(theirs)) + 1}"
        return Difference(name, place, f"{len(ours)} lines in all", f"{len(theirs)} lines in all")
    return None  # other line ends


def _anchor(name: str, lines: list[str], last: str) -> str:
    """In a page, the last place before the difference that a link can point to."""
    if not name.endswith((".html", ".xhtml")):
        return ""
    found = _ANCHOR.findall("\n".join([*lines[:-1], last]))
    return f", below #{found[-1]}" if found else ""


def _bytes(name: str, one: bytes, other: bytes) -> Difference:
    return Difference(name, f"byte {_first_byte(one, other)}", *_excerpts(one, other))


def _first_byte(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _excerpts(one: bytes, other: bytes) -> tuple[str, str]:
    at = _first_byte(one, other)
    begin = max(0, at - 8)
    return tuple(f"{len(content)} bytes, ...{content[begin : at + 24]!r}" for content in (one, other))  # type: ignore[return-value]
