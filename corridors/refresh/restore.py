"""An earlier vintage made the present one again: its tables, and what that changes."""

from __future__ import annotations

from dataclasses import replace

from corridors import vintages
from corridors.catalog import Catalog, Source
from corridors.refresh.compare import Change, merge
from corridors.refresh.faults import RefreshError
from corridors.refresh.settings import Settings
from corridors.refresh.table import Fresh, Table, read

_NOBODY = Source(*[""] * 11)


def former(settings: Settings, name: str) -> tuple[list[Table], list[Change]]:
    """The tables that were others in the vintage, and every change. Raises RefreshError if unknown."""
    root = settings.data
    found, _ = vintages.read_vintages(root)
    known = [*(vintage.name for vintage in found), vintages.present(root)]
    if name not in known:
        problem = f"there is no vintage '{name}'; kept are {', '.join(known)}"
        raise RefreshError("unknown-vintage", problem)
    package = Catalog(root).package
    tables: list[Table] = []
    changes: list[Change] = []
    for current in package.resources:
        old = vintages.resource_at(root, current.name, name)
        if old is not None:
            now, then = read(root, current), read(root, old)
            if now.rows != then.rows or now.features != then.features:
                tables.append(replace(then, resource=current))
                changes += merge(now, Fresh(current.name, then.rows, _NOBODY)).changes
    return tables, changes
