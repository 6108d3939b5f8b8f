"""Earlier states of the tables: what a figure was before a provider revised it.

The data package names its present state in ``datapackage.json`` (key ``vintage``). When a refresh replaces a
table, the table as it was goes into ``vintages/<name>/`` under its own path, with ``vintage.json`` beside
it: ``{"name", "replaced", "resources"}``, the entries of the descriptor as they were, with their hashes. A
vintage holds only the tables that the next one changed; every other is found in a later one or in ``data/``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from corridors import reads
from corridors.checks import Content, read_table
from corridors.checks_geo import read_layer
from corridors.descriptor import parse_json, parse_package, read_descriptor
from corridors.faults import DataError, Fault
from corridors.schema import PACKAGE_FILE, Json, Resource

FOLDER: Final = "vintages"
FILE: Final = "vintage.json"
#: The name of the present state where the descriptor gives none.
PRESENT: Final = "current"


@dataclass(frozen=True)
class Vintage:
    """One earlier state; the paths of ``resources`` are relative to the data folder. Dates as texts."""

    name: str
    replaced: str
    resources: tuple[Resource, ...]

    def resource(self, name: str) -> Resource | None:
        """The table as it was, if this vintage holds it."""
        return next((resource for resource in self.resources if resource.name == name), None)


def present(root: Path) -> str:
    """The name of the present state of the package in ``root``."""
    file = root / PACKAGE_FILE
    reads.value(file, "vintage")
    state = file.stat() if file.is_file() else None
    return _present(root, state and (state.st_mtime_ns, state.st_size, state.st_ino))


@lru_cache(maxsize=2)
def _present(root: Path, state: tuple[int, int, int] | None) -> str:
    """Read once from a file of this ``state``: the catalogue asks for each of its tables."""
    with reads.in_parts(root / PACKAGE_FILE):
        raw, _ = read_descriptor(root)
    name = raw.get("vintage")
    return name if isinstance(name, str) and name else PRESENT


def read_vintages(root: Path) -> tuple[list[Vintage], list[Fault]]:
    """The earlier states, oldest first, and what is wrong with their descriptions."""
    found: list[Vintage] = []
    faults: list[Fault] = []
    for path in sorted((root / FOLDER).glob(f"*/{FILE}")):
        place = path.relative_to(root).as_posix()
        try:
            raw = parse_json(path.read_text("utf-8"))
            resources = _resources(raw, path.parent.name)
            found.append(Vintage(str(raw["name"]), str(raw["replaced"]), resources))
        except (OSError, ValueError, KeyError, TypeError) as error:
            faults.append(Fault(place, None, "vintage", f"cannot be read: {error}"))
    return sorted(found, key=lambda vintage: (vintage.replaced, vintage.name)), faults


def _resources(raw: Json, folder: str) -> tuple[Resource, ...]:
    """The descriptor's entries, read one by one: their links lead to tables of the present package."""
    resources: list[Resource] = []
    for entry in raw["resources"]:
        package, faults = parse_package({"name": "vintage", "resources": [entry]})
        own = [fault for fault in faults if fault.rule != "package-reference"]
        if own or not package.resources:
            raise ValueError(str(own[0]) if own else "an entry describes no table")
        resource = package.resources[0]
        resources.append(replace(resource, path=f"{FOLDER}/{folder}/{resource.path}"))
    return tuple(resources)


def listed(root: Path) -> set[str]:
    """The files that the vintages describe, relative to ``root``."""
    found, _ = read_vintages(root)
    paths = {resource.path for vintage in found for resource in vintage.resources}
    return paths | {p.relative_to(root).as_posix() for p in (root / FOLDER).glob(f"*/{FILE}")}


def names(root: Path, table: str) -> tuple[str, ...]:
    """The vintages after which ``table`` changed, oldest first; the last is the present one."""
    found, _ = read_vintages(root)
    return (*(vintage.name for vintage in found if vintage.resource(table)), present(root))


def resource_at(root: Path, table: str, name: str) -> Resource | None:
    """``table`` as it was in the vintage ``name``; None if it is the present one.

    Raises DataError if there is no such vintage.
    """
    found, _ = read_vintages(root)
    known = [vintage.name for vintage in found]
    if name == present(root):
        return None
    if name not in known:
        problem = f"there is no vintage '{name}'"
        raise DataError([Fault(PACKAGE_FILE, None, "unknown-vintage", problem)])
    later = found[known.index(name) :]
    return next((resource for vintage in later if (resource := vintage.resource(table))), None)


def _content(root: Path, resource: Resource) -> Content:
    return (read_layer if resource.is_layer else read_table)(root, resource)


def read(root: Path, resource: Resource) -> Content:
    """A table as it was. Raises DataError if its file breaks a rule, its own hash included."""
    content = _content(root, resource)
    if content.faults:
        raise DataError(content.faults)
    return content


def check(root: Path) -> list[Fault]:
    """Everything that is wrong with the earlier vintages. Never raises."""
    found, faults = read_vintages(root)
    old = [resource for vintage in found for resource in vintage.resources]
    return faults + [fault for resource in old for fault in _content(root, resource).faults]
