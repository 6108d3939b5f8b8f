"""Title, edition, data and licences of the book, from the files that hold each of them once."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from lxml import etree

from corridors.build.faults import BuildError

#: Names of licences as a reader knows them, by their SPDX ids.
_LICENCES: Final = {
    "CC-BY-4.0": "Creative Commons Attribution 4.0 International (CC BY 4.0)",
    "MIT": "MIT licence",
}
_COVERS: Final = ("cover.pdf", "cover.svg", "cover.png")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BuildError(f"{path}: cannot be read as JSON: {error}") from error


def citation(root: Path) -> dict[str, Any]:
    """``CITATION.cff`` of the book. Raises BuildError where a field is missing that paper needs."""
    path = root / "CITATION.cff"
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BuildError(f"CITATION.cff: cannot be read: {error}") from error
    for name in ("title", "authors", "version", "date-released"):
        if not found.get(name):
            raise BuildError(f"CITATION.cff: no field '{name}'; the title page needs it")
    return dict(found)


def _author(person: dict[str, Any]) -> str:
    parts = [person.get("given-names"), person.get("name-particle"), person.get("family-names")]
    return str(person.get("name") or " ".join(part for part in parts if part))


def commit(root: Path) -> str:
    """A sentence on the state of the sources, where git knows it."""
    if not (root / ".git").exists() or shutil.which("git") is None:
        return ""

    def ask(*words: str) -> str:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""

    name = ask("rev-parse", "--short=12", "HEAD")
    if not name:
        return ""
    changed = ask("status", "--porcelain", "--untracked-files=no")
    return f"Set from commit {name}{', with changes that are not part of it' if changed else ''}."


def licences(found: dict[str, Any]) -> list[str]:
    """Sentences on the licences of text, code and data."""
    named = found.get("license") or []
    names = [named] if isinstance(named, str) else list(named)
    said = {name: _LICENCES.get(name, name) for name in names}
    lines = []
    text = [said[name] for name in names if name.startswith("CC-")]
    code = [said[name] for name in names if not name.startswith("CC-")]
    if text:
        lines.append(f"Text, maps and charts: {', '.join(text)}.")
    if code:
        lines.append(f"Code: {', '.join(code)}.")
    lines.append(
        "Data: the terms of their sources, which stand with each table and layer; railway track and stations "
        "are © OpenStreetMap contributors, Open Database License 1.0."
    )
    return lines


def vintages(root: Path) -> list[dict[str, str]]:
    """Title and horizon of every table of the data package, by title."""
    package = _json(root / "data" / "datapackage.json") or {}
    found = [
        {
            "title": str(one.get("title") or one["name"]).rstrip("."),
            "horizon": str(one["horizon"]).rstrip("."),
        }
        for one in package.get("resources", [])
        if one.get("horizon")
    ]
    return sorted(found, key=lambda one: one["title"])


def claims(site: Path) -> list[dict[str, str]]:
    """Id and verdict of every claim that the finished site lists; none where it lists none."""
    found = _json(site / "_data" / "claims.json") or []
    return [{"id": str(one["id"]), "verdict": str(one["verdict"])} for one in found]


def cover(site: Path) -> Path | None:
    """The picture for the cover, where the site has one."""
    return next((path for name in _COVERS if (path := site / "_static" / name).is_file()), None)


def _cover_alt(picture: Path | None) -> str:
    """What the picture for the cover says of itself in its ``title``."""
    if picture is None or picture.suffix != ".svg":
        return ""
    title = etree.parse(picture).find("{http://www.w3.org/2000/svg}title")
    return str(title.text or "") if title is not None else ""


def chapter_record(site: Path, name: str) -> dict[str, Any]:
    """The citation record (CSL) of one page; empty where it has none."""
    found = _json(site / "_cite" / f"{name}.json")
    if isinstance(found, list):
        found = found[0] if found else {}
    return found if isinstance(found, dict) else {}


def released(found: dict[str, Any]) -> dt.date:
    """The day of the edition. Raises BuildError if it is no date."""
    try:
        return dt.date.fromisoformat(str(found["date-released"]))
    except ValueError as error:
        raise BuildError(f"CITATION.cff: date-released: {error}; write it as 2026-11-21") from error


def book(root: Path, site: Path, made: Sequence[str], cited: str) -> dict[str, Any]:
    """All facts of the whole book, as ``facts.json`` hands them to the pages."""
    found = citation(root)
    title, _, subtitle = str(found["title"]).partition(": ")
    day = released(found)
    picture = cover(site)
    return {
        "title": title,
        "subtitle": subtitle,
        "authors": [_author(person) for person in found["authors"]],
        "version": str(found["version"]),
        "released": {"year": day.year, "month": day.month, "day": day.day},
        "abstract": str(found.get("abstract") or "").strip(),
        "licences": licences(found),
        "commit": commit(root),
        "claims": claims(site),
        "vintages": vintages(root),
        "made": list(made),
        "cover": picture.name if picture else None,
        "cover-alt": _cover_alt(picture) or f"Cover of {found['title']}",
        "citation": cited,
        "document": {
            "title": str(found["title"]),
            "keywords": [str(word) for word in found.get("keywords") or []],
            "description": str(found.get("abstract") or "").strip(),
        },
    }
