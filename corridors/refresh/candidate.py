"""A candidate: the whole data package as it would be after a refresh, sealed and checked, in the store.

The folder ``candidate/`` holds ``data/`` (the package) and ``candidate.json`` (what it was made from, and the
changes). It appears whole or not at all, and nothing of the current data is touched by making it.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from corridors import vintages
from corridors.catalog import Catalog, Source, check
from corridors.descriptor import read_descriptor
from corridors.faults import DataError, report
from corridors.refresh import changelog, files
from corridors.refresh.compare import Change
from corridors.refresh.faults import RefreshError
from corridors.refresh.settings import Settings
from corridors.refresh.table import Row, Table, layer_text, read, table_text
from corridors.schema import PACKAGE_FILE, Json, Resource
from corridors.seal import seal, write_descriptor

_RECORD: Final = "candidate.json"
_REFRESHED: Final = re.compile(r"; refreshed on [0-9-]+(?:, years to [0-9]+)?$")
_SPAN: Final = re.compile(r"([0-9]{4})-([0-9]{4})$")


@dataclass(frozen=True)
class Candidate:
    """What waits to be accepted: ``base`` is the hash of the data that it was compared with."""

    name: str
    base: str
    sources: tuple[str, ...]
    changes: tuple[Change, ...]
    data: Path


def _folder(settings: Settings) -> Path:
    return settings.store / "candidate"


def load(settings: Settings) -> Candidate | None:
    """The candidate that waits in the store, if there is one."""
    folder = _folder(settings)
    try:
        raw = json.loads((folder / _RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    changes = tuple(Change(**change) for change in raw["changes"])
    return Candidate(raw["name"], raw["base"], tuple(raw["sources"]), changes, folder / "data")


def drop(settings: Settings) -> bool:
    """Throw the candidate away; whether there was one."""
    there = _folder(settings).exists()
    files.remove(_folder(settings))
    return there


def require_sound(data: Path) -> None:
    """Raises RefreshError if the current data have any fault: a refresh must not build on that."""
    faults = check(data)
    if faults:
        raise RefreshError("not-sound", f"the current data have {len(faults)} faults, first: {faults[0]}")


def vintage_name(settings: Settings, present: str, taken: Iterable[str]) -> str:
    """A name for the new state: the day, with a number if that day has one already."""
    day, known = settings.today.isoformat(), {present, *taken}
    return next(n for n in (day, *(f"{day}-{i}" for i in range(2, 1000))) if n not in known)


# --- writing the folder ---------------------------------------------------------------------------


def _last_year(table: Table) -> str:
    for item in table.resource.schema.fields:
        if item.is_year and item.name in table.key_names:
            return max((row[item.name] for row in table.rows), default="")
    return ""


def _describe(entry: Json, table: Table, sources: Sequence[Source], name: str) -> None:
    """Bring an entry of the descriptor up to date: sources, horizon, span of years, last year allowed."""
    named = {source.get("id") for source in entry.get("sources", [])}
    for source in sources:
        if source.id not in named:
            described = {
                "title": f"{source.title} ({source.publisher})",
                "path": source.address,
                "id": source.id,
            }
            entry.setdefault("sources", []).append(described)
    year = _last_year(table)
    until = f", years to {year}" if year else ""
    entry["horizon"] = f"{_REFRESHED.sub('', entry['horizon'])}; refreshed on {name[:10]}{until}"
    span = _SPAN.search(entry["title"])
    if span and year > span[2]:
        entry["title"] = _SPAN.sub(f"{span[1]}-{year}", entry["title"])
    for item in entry.get("schema", {}).get("fields", []):
        maximum = item.get("constraints", {}).get("maximum")
        if (
            item["name"] in table.key_names
            and year.isdigit()
            and isinstance(maximum, int)
            and "year" in item["name"]
        ):
            item["constraints"]["maximum"] = max(maximum, int(year))


def _keep_former(folder: Path, raw: Json, changed: Sequence[str], name: str) -> None:
    """Put the tables that are about to change, as they are, into the vintage that ends here."""
    former = str(raw.get("vintage") or vintages.PRESENT)
    home = folder / vintages.FOLDER / former
    entries = [entry for entry in raw["resources"] if entry["name"] in changed]
    for entry in entries:
        target = home / entry["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / entry["path"], target)
    described = {"name": former, "replaced": name, "resources": entries}
    text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
    (home / vintages.FILE).write_text(text, encoding="utf-8", newline="\n")


def _source_rows(folder: Path, resource: Resource, sources: Iterable[Source]) -> Table:
    """The table of sources with the fresh ones in it, in the order of ids."""
    table = read(folder, resource)
    rows = {row["id"]: row for row in table.rows}
    for source in sources:
        fresh: Row = {item.name: str(getattr(source, item.name)) for item in fields(Source)}
        rows[source.id] = fresh
    return Table(resource, tuple(rows[id] for id in sorted(rows)))


def _write(folder: Path, table: Table) -> None:
    text = (
        layer_text(table.features)
        if table.resource.is_layer
        else table_text(table.resource.schema.names, table.rows)
    )
    (folder / table.resource.path).write_text(text, encoding="utf-8", newline="\n")


def prepare(
    settings: Settings,
    tables: Sequence[Table],
    origins: dict[str, list[Source]],
    changes: Sequence[Change],
    sources: Sequence[str],
) -> Candidate:
    """Make the candidate from the changed ``tables`` (with their fresh sources by table's name).

    Raises RefreshError if the disk is full or the result would not be a sound data package.
    """
    settings.at_stage("prepare")
    base = files.tree_hash(settings.data)
    part = settings.store / "candidate.part"
    files.remove(part)
    folder = part / "data"
    try:
        with files.room_on_disk():
            files.copy_tree(settings.data, folder)
            name = _fill(folder, settings, tables, origins, changes, sources)
        _seal(folder)
        made: dict[str, Any] = {
            "name": name, "base": base, "sources": list(sources), "changes": [asdict(c) for c in changes],
        }  # fmt: skip
        files.write_whole(part / _RECORD, (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode())
        drop(settings)
        part.rename(_folder(settings))
    finally:
        files.remove(part)
    return Candidate(name, base, tuple(sources), tuple(changes), _folder(settings) / "data")


def _fill(
    folder: Path,
    settings: Settings,
    tables: Sequence[Table],
    origins: dict[str, list[Source]],
    changes: Sequence[Change],
    sources: Sequence[str],
) -> str:
    """Write tables, sources, vintage, change log, descriptor into ``folder``; returns the vintage's name."""
    raw, _ = read_descriptor(folder)
    package = Catalog(folder).package
    taken, _ = vintages.read_vintages(folder)
    present = vintages.present(folder)
    name = vintage_name(settings, present, (vintage.name for vintage in taken))
    _keep_former(folder, raw, [table.resource.name for table in tables], name)
    _write(
        folder,
        _source_rows(folder, package.resource("sources"), [s for found in origins.values() for s in found]),
    )
    for table in tables:
        _write(folder, table)
        entry = next(item for item in raw["resources"] if item["name"] == table.resource.name)
        _describe(entry, table, origins.get(table.resource.name, []), name)
    raw["vintage"] = name
    log = folder / changelog.FILE
    text = log.read_text("utf-8") if log.is_file() else changelog.HEAD
    log.write_text(changelog.with_entry(text, changelog.entry(name, sources, changes)), "utf-8", newline="\n")
    if changelog.FILE not in raw.setdefault("notices", []):
        raw["notices"].append(changelog.FILE)
    write_descriptor(folder, raw)
    return name


def _seal(folder: Path) -> None:
    try:
        seal(folder)
    except DataError as error:
        raise RefreshError("schema", report(error.faults[:5])) from None
    faults = check(folder)
    if faults:
        raise RefreshError("schema", report(faults[:5]))


def record_effects(candidate: Candidate, lines: Sequence[str]) -> None:
    """Add to the change log what the refresh moves in the book; the log is no sealed file."""
    log = candidate.data / changelog.FILE
    head, mark, rest = log.read_text("utf-8").partition("\n## ")
    _, next_mark, older = rest.partition("\n## ")
    fresh = changelog.entry(candidate.name, candidate.sources, candidate.changes, lines)
    text = head + "\n" + fresh.rstrip() + "\n" + (f"{next_mark}{older}" if next_mark else "")
    assert mark
    files.write_whole(log, text.encode())


def require_current(candidate: Candidate, settings: Settings) -> None:
    """Raises RefreshError if the data have changed since the candidate was compared with them."""
    if files.tree_hash(settings.data) != candidate.base:
        problem = "the data have changed since the report was made"
        raise RefreshError("changed-meanwhile", problem, place=PACKAGE_FILE)
