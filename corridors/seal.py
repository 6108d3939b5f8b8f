"""Seal the data package: write each file's size, hash and exact gap counts into datapackage.json.

Sealing is how an author says "this change of the data is meant". It refuses data that break the schema, so
that a sealed package is always a sound one; the reason for each gap is the author's to write.
"""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path

from corridors.checks import Content, check_links, read_table
from corridors.checks_geo import read_layer
from corridors.descriptor import parse_package, read_descriptor
from corridors.faults import DataError, Fault
from corridors.paths import DATA
from corridors.schema import PACKAGE_FILE, Json


def _gaps(raw: Json, content: Content) -> tuple[list[Json], list[Fault]]:
    """The gaps as they are now, with the reasons that the descriptor gives."""
    reasons = {gap["field"]: gap["reason"] for gap in raw["gaps"]}
    empty = content.empty_cells
    gaps = [
        {"field": name, "count": empty[name], "reason": reasons[name]}
        for name in content.resource.schema.names
        if name in empty and name in reasons
    ]
    faults = [
        Fault(
            content.resource.path, None, "gap-count", f"{count} cells are empty and no reason is given", name
        )
        for name, count in empty.items()
        if name not in reasons
    ]
    return gaps, faults


def sealed(root: Path, raw: Json) -> Json:
    """The descriptor ``raw`` with bytes, hash and gap counts as the files in ``root`` have them.

    Raises DataError with every fault (broken rules, and gaps without a reason).
    """
    package, faults = parse_package(raw)
    if faults:
        raise DataError(faults)
    contents = {
        r.name: (read_layer if r.is_layer else read_table)(root, r, sealed=False) for r in package.resources
    }

    def columns(name: str) -> dict[str, list[str]] | None:
        return contents[name].cells or None if name in contents else None

    result = copy.deepcopy(raw)
    for item in result["resources"]:
        content = contents[item["name"]]
        item["gaps"], ungiven = _gaps(item, content)
        item["bytes"], item["hash"] = content.size, content.digest
        faults += content.faults + check_links(content, columns) + ungiven
    if faults:
        raise DataError(faults)
    return result


def write_descriptor(root: Path, raw: Json) -> None:
    """Write ``datapackage.json`` whole or not at all, in one fixed form (two spaces, UTF-8)."""
    target = root / PACKAGE_FILE
    fresh = target.with_suffix(".json.part")
    fresh.write_text(json.dumps(raw, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
    os.replace(fresh, target)


def seal(root: Path = DATA) -> list[str]:
    """Bring size, hash and gap counts of every resource up to date; what ``python -m corridors seal`` calls.

    Returns the names of the resources whose entry changed, in the package's order; an empty list means that
    the package was sealed already. Raises DataError, and writes nothing, if the descriptor or any file breaks
    a rule, or if a column has empty cells and ``gaps`` gives no reason for them. The command prints the
    names, or ``str(error)`` and leaves with status 1.
    """
    raw, faults = read_descriptor(root)
    if faults:
        raise DataError(faults)
    result = sealed(root, raw)
    changed = [
        str(new["name"]) for new, old in zip(result["resources"], raw["resources"], strict=True) if new != old
    ]
    if changed:
        write_descriptor(root, result)
    return changed
