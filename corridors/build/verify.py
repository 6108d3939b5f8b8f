"""The book built twice, in two places and under two sets of circumstances, and compared byte by byte.

Both builds start from copies of the project's files alone, with no result of an earlier build. The second is
made in a folder whose name has a space and a letter outside ASCII, in another time zone, with another locale,
hash seed, umask and home folder, and with another number of chapters at a time. What a machine of another
kind or other versions of the libraries would change is not tried: the libraries are those of the lock.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import locale
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from corridors.build import bench_books, differences, layout
from corridors.build.differences import Difference
from corridors.build.faults import BuildError, plain
from corridors.build.layout import Layout

#: What can be built, and the command that does it.
COMMANDS: Mapping[str, str] = {"html": "book", "epub": "epub", "pdf": "pdf"}
_LIBRARIES = ("jupyter-book", "sphinx", "myst-nb", "pandas", "geopandas", "matplotlib", "typst", "pikepdf")
_EXECUTED = re.compile(r"^  (\S+)\s+([\d.]+) s   \d+ of \d+", re.MULTILINE)
_SHOWN = 20


@dataclass(frozen=True)
class Circumstances:
    """Under what a build is made: folder, variables of the environment, umask, chapters at a time."""

    folder: str
    variables: Mapping[str, str]
    umask: int
    jobs: int


@dataclass
class Part:
    """One kind of result in both builds, such as ``html``: files, bytes, the digest of each."""

    name: str
    files: int
    size: int
    digest: str
    other_digest: str

    @property
    def identical(self) -> bool:
        return self.digest == self.other_digest


@dataclass
class Verification:
    """What was built, under which circumstances, and how the two builds compare."""

    about: dict[str, Any]
    parts: list[Part] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def identical(self) -> bool:
        """Whether something was compared and nothing differs."""
        return bool(self.parts) and not self.differences and all(part.identical for part in self.parts)

    def record(self) -> dict[str, Any]:
        """All of it as plain data."""
        parts = [asdict(part) | {"identical": part.identical} for part in self.parts]
        return {
            "identical": self.identical,
            **self.about,
            "parts": parts,
            "differences": [asdict(one) for one in self.differences],
        }


def _other_locale() -> str:
    """A locale that writes numbers and sorts letters otherwise than English, if the machine has one."""
    former = locale.setlocale(locale.LC_ALL)
    try:
        for name in ("de_DE.UTF-8", "tr_TR.UTF-8", "ru_RU.UTF-8", "fr_FR.UTF-8"):
            try:
                locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_ALL, former)
    return "C"


def circumstances() -> tuple[Circumstances, Circumstances]:
    """Those of the first and of the second build."""
    first = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    second = {"TZ": "Asia/Kathmandu", "LC_ALL": _other_locale(), "PYTHONHASHSEED": "4711"}
    return (
        Circumstances("first", first, 0o022, 2),
        Circumstances("another place/zweite Prüfung", second, 0o077, 1),
    )


def machine() -> dict[str, Any]:
    """The machine and what the book is built with."""
    versions = {"Python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    system = {"system": platform.system(), "machine": platform.machine(), "processors": os.cpu_count()}
    return {"machine": system, "versions": versions}


def _build(book: Layout, formats: Sequence[str], under: Circumstances, home: Path) -> dict[str, Any]:
    """Run the commands of ``formats`` as a reader would; what each took. Raises BuildError if one fails."""
    environment = {**os.environ, **under.variables, "HOME": str(home)}
    if (book.root / "corridors" / "__main__.py").is_file():
        environment["PYTHONPATH"] = str(book.root)  # the copy is built by the copy's own package
    home.mkdir(parents=True, exist_ok=True)
    spent: dict[str, float] = {}
    chapters: dict[str, float] = {}
    for name in formats:
        options = ["--root", str(book.root), "--jobs", str(under.jobs)]
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "corridors", COMMANDS[name], *options],
            cwd=book.root, env=environment, umask=under.umask, capture_output=True, encoding="utf-8",
            errors="replace", check=False,
        )  # fmt: skip
        spent[name] = round(time.monotonic() - begun, 1)
        if done.returncode:
            last = "\n".join(plain(done.stdout + done.stderr).splitlines()[-15:])
            raise BuildError(f"the build of {name} in {book.root} failed:\n{last}")
        chapters |= {chapter: float(seconds) for chapter, seconds in _EXECUTED.findall(done.stdout)}
    return {"seconds": spent, "seconds_of_chapters": dict(sorted(chapters.items()))}


def compared(first: Path, second: Path, formats: Sequence[str]) -> tuple[list[Part], list[Difference]]:
    """Two folders ``_build`` side by side, each part of them in turn.

    Parts are those of ``formats`` that have a folder, and in the site its data and its boxes by themselves.
    """
    parts, found = [], []
    for name in formats:
        one, other = first / name, second / name
        if not one.is_dir() and not other.is_dir():
            raise BuildError(f"{one}: nothing there to compare; the build should have written it")
        parts.append(_part(name, one, other))
        parts += [
            _part(f"{name}/{below}", one / below, other / below)
            for below in ("_data", "_boxes")
            if (one / below).is_dir() or (other / below).is_dir()
        ]
        for one_file in differences.compare(one, other):
            place = ", ".join(filter(None, [one_file.where, _cell(first / "html", one_file.file)]))
            found.append(replace(one_file, file=f"{name}/{one_file.file}", where=place))
    return parts, found


def _part(name: str, one: Path, other: Path) -> Part:
    held = differences.files(one)
    size = sum(path.stat().st_size for path in held.values())
    return Part(name, len(held), size, differences.digest(one), differences.digest(other))


def _cell(site: Path, file: str) -> str:
    """The cell that made a file of an exhibit, where the site says so."""
    stem = re.sub(r"\.\w+$", "", file.rsplit("/", 1)[-1])
    try:
        listed = json.loads((site / "_data" / "provenance.json").read_text("utf-8"))["exhibits"]
    except (OSError, ValueError, KeyError):
        return ""
    for exhibit in listed:
        if stem == exhibit.get("label") and exhibit.get("cell"):
            return f"made by {exhibit['cell']} of {exhibit['chapter']}"
    return ""


def run(
    root: Path,
    *,
    formats: Sequence[str] = tuple(COMMANDS),
    quick: bool = False,
    keep: bool = False,
    report: Callable[[str], None] = print,
) -> Verification:
    """Build twice, compare, write ``_build/verification.json``.

    ``quick``: the first build is the one that is in ``_build``; the PDF, which names its commit, is then left
    out, since a copy knows none. ``keep``: both trees stay; they stay as well where something differs.
    Raises BuildError where a build fails.
    """
    formats = [name for name in COMMANDS if name in formats and not (quick and name == "pdf")]
    if not formats:
        raise BuildError("nothing to compare: --quick leaves out the PDF")
    one, other = circumstances()
    folder = root / "_build" / "verify"
    shutil.rmtree(folder, ignore_errors=True)
    # Both copies are taken now: whoever writes on meanwhile does not make them differ.
    second = bench_books.copy(root, folder / other.folder)
    first = Layout(root) if quick else bench_books.copy(root, folder / one.folder)
    if quick:
        _present(first, formats)
        trees = [{"place": "the present _build"}]
    else:
        report(f"First build ({', '.join(formats)}) ...")
        trees = [_told(one, _build(first, formats, one, folder / "home"))]
    report(f"Second build, in '{other.folder}', {_words(other)} ...")
    trees.append(_told(other, _build(second, formats, other, folder / "other home")))
    about = {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "source_date_epoch": os.environ.get("SOURCE_DATE_EPOCH"),
        **machine(),
        "lock": hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest(),
        "inputs": layout.inputs_hash(second),
        "site": layout.site_digest(second.build / "html"),
        "builds": trees,
    }
    found = Verification(about, *compared(first.build, second.build, formats))
    text = json.dumps(found.record(), indent=2, ensure_ascii=False) + "\n"
    (root / "_build" / "verification.json").write_text(text, "utf-8")
    if found.identical and not keep:
        shutil.rmtree(folder)
    return found


def _present(book: Layout, formats: Sequence[str]) -> None:
    """Refuse a ``_build`` that is not of the book as it is now."""
    if not layout.is_current(book, book.build / "html"):
        raise BuildError("_build/html is not that of the book as it is now; run 'make book' first")
    if "epub" in formats and not any((book.build / "epub").glob("*.epub")):
        raise BuildError("_build/epub holds no book; run 'make epub' first")


def _words(under: Circumstances) -> str:
    return ", ".join(f"{name}={value}" for name, value in under.variables.items())


def _told(under: Circumstances, spent: Mapping[str, Any]) -> dict[str, Any]:
    circumstance = {"umask": f"{under.umask:03o}", "chapters at a time": under.jobs, **under.variables}
    return {"place": under.folder, "circumstances": circumstance, **spent}


def table(found: Verification) -> str:
    """What the terminal says."""
    lines = [
        f"{part.name:<12} {part.files:>5} files {part.size / 1e6:>7.1f} MB  {part.digest[:16]}  "
        f"{'identical' if part.identical else f'DIFFERENT from {part.other_digest[:16]}'}"
        for part in found.parts
    ]
    lines += [str(one) for one in found.differences[:_SHOWN]]
    if len(found.differences) > _SHOWN:
        lines.append(f"... and {len(found.differences) - _SHOWN} more, all in _build/verification.json")
    count = len(found.differences)
    verdict = f"{count} differences; both builds are kept."
    if found.identical:
        verdict = "Both builds are the same to the byte."
    return "\n".join([*lines, verdict, "Record: _build/verification.json"])
