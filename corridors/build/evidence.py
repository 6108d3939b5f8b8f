"""What a chapter's result rests on, and whether that is still so.

A chapter's kernel writes down what it reads (see ``witness``). From its log comes the evidence that is kept
beside the result: files, parts of files, names in folders, places where modules were looked for, each with
what was found there. The result may be shown again while looking again finds the same.
"""

from __future__ import annotations

import csv
import hashlib
import importlib
import importlib.machinery
import io
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: What tools leave behind in a folder and no chapter can mean by asking for its names.
IGNORED = frozenset({"__pycache__", ".ipynb_checkpoints", ".DS_Store", ".mypy_cache", ".ruff_cache"})

#: One thing that was looked at: kind, place (and rule), what was found.
Finding = tuple[str, str, str]


def digest(content: bytes) -> str:
    """SHA-256 of ``content``."""
    return hashlib.sha256(content).hexdigest()


class Present:
    """The book's files as they are now. Each is read once; make a new one after files may have changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._found: dict[tuple[str, str], str] = {}
        self._parsed: dict[str, Any] = {}
        importlib.invalidate_caches()

    def find(self, kind: str, place: str) -> str:
        """What is found now when looking as ``kind`` says: "" for a file that is not there."""
        asked = kind, place
        if asked not in self._found:
            self._found[asked] = getattr(self, f"_{kind}")(place)
        return self._found[asked]

    def holds(self, evidence: list[Finding]) -> bool:
        """Whether everything is found as it was."""
        return all(self.find(kind, place) == found for kind, place, found in evidence)

    def changed(self, evidence: list[Finding]) -> list[str]:
        """The places where something else is found than before; for whoever asks why a chapter ran again."""
        return [f"{kind} {place}" for kind, place, found in evidence if self.find(kind, place) != found]

    def _file(self, place: str) -> str:
        try:
            return digest((self.root / place).read_bytes())
        except OSError:
            return ""

    #: A file of which parts were used; that it is the same matters only between reading and keeping.
    _begun = _file

    def _there(self, place: str) -> str:
        return "yes" if (self.root / place).exists() else "no"

    def _list(self, place: str) -> str:
        try:
            names = sorted({path.name for path in (self.root / place).iterdir()} - IGNORED)
        except OSError:
            return ""
        return digest(json.dumps(names).encode())

    def _search(self, place: str) -> str:
        """Where the modules are found, first folder first; nothing for those that are not in the book."""
        folders, names = json.loads(place)
        path = [str(self.root / folder) for folder in folders]
        found = {}
        for name in names:
            spec = importlib.machinery.PathFinder.find_spec(name, path)
            if spec is not None:
                where = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
                found[name] = [str(Path(one).relative_to(self.root)) for one in where]
        return json.dumps(found, sort_keys=True)

    def _part(self, place: str) -> str:
        file, rule = json.loads(place)
        if not self.find("file", file):
            return ""
        try:
            return digest(json.dumps(self._chosen(file, rule), sort_keys=True).encode())
        except (ValueError, KeyError, TypeError, AttributeError, csv.Error):
            return self.find("file", file)  # cannot be read in parts: then it counts whole

    def _chosen(self, file: str, rule: list[Any]) -> Any:
        match rule:
            case ["item", in_list, key, value]:
                return [one for one in self._json(file)[in_list] if one[key] == value]
            case ["keys", in_list, key]:
                return [one[key] for one in self._json(file)[in_list]]
            case ["value", key]:
                return self._json(file).get(key)
            case ["rows", columns, values, whole]:
                rows = self._rows(file, tuple(columns))
                found = [rows.get(tuple(value), []) for value in values]
                return found if whole else [bool(each) for each in found]
        raise ValueError(f"{file}: no such rule: {rule}")

    def _text(self, file: str) -> str:
        return (self.root / file).read_bytes().decode("utf-8-sig")

    def _json(self, file: str) -> Any:
        if file not in self._parsed:
            self._parsed[file] = json.loads(self._text(file))
        return self._parsed[file]

    def _rows(self, file: str, columns: tuple[str, ...]) -> dict[tuple[str, ...], list[dict[str, str]]]:
        """The rows of a CSV file by what stands in ``columns``."""
        asked = f"{file} {columns}"
        if asked not in self._parsed:
            if not file.endswith(".csv"):
                raise ValueError(f"{file} has no rows")
            found: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
            for row in csv.DictReader(io.StringIO(self._text(file), newline="")):
                found[tuple(row[name] for name in columns)].append(row)
            self._parsed[asked] = found
        found = self._parsed[asked]
        return found


@dataclass(frozen=True)
class Seen:
    """What one run of a chapter looked at, as its kernel wrote it down."""

    findings: list[Finding]
    """With what the kernel found."""
    places: list[tuple[str, str]]
    """Kinds and places of which only the place was written down; what is there is looked up afterwards."""

    def evidence(self, now: Present) -> list[Finding] | None:
        """All of it with what is found; None if a file has changed since the kernel read it."""
        if not now.holds(self.findings):
            return None
        kept = [one for one in self.findings if one[0] != "begun"]
        return sorted({*kept, *((kind, place, now.find(kind, place)) for kind, place in self.places)})


def read_log(log: Path) -> Seen:
    """What the kernel's log says. Raises OSError or ValueError if there is no whole log."""
    findings: set[Finding] = set()
    places: set[tuple[str, str]] = set()
    searched: dict[tuple[str, ...], set[str]] = defaultdict(set)
    rows: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for line in log.read_text("utf-8").splitlines():
        match json.loads(line):
            case ["open" | "code", file, content]:
                findings.add(("file", file, content or ""))
            case ["begin", file, content]:
                findings.add(("begun", file, content or ""))
            case ["part", file, ["rows", columns, values, whole]]:
                rows[json.dumps([file, columns, whole])].update(map(tuple, values))
            case ["part", file, rule]:
                places.add(("part", json.dumps([file, rule])))
            case ["there", place, found]:
                findings.add(("there", place, "yes" if found else "no"))
            case ["list", folder]:
                places.add(("list", folder))
            case ["search", folders, name]:
                searched[tuple(folders)].add(name)
            case other:
                raise ValueError(f"{log.name}: {other}")
    for folders, names in searched.items():
        places.add(("search", json.dumps([folders, sorted(names)])))
    for asked, wanted in rows.items():
        file, columns, whole = json.loads(asked)
        places.add(("part", json.dumps([file, ["rows", columns, sorted(wanted), whole]])))
    return Seen(sorted(findings), sorted(places))
