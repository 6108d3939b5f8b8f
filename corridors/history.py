"""A figure by vintage: what a cell, a row or a table was in each state of the data that is kept.

The data package keeps the tables as they were before a refresh replaced them (:mod:`corridors.vintages`).
Here the states become frames: one figure in all of them (:func:`by_vintage`; several, :func:`figures`),
everything in which the earlier ones differ from the present one (:func:`differences`), and how much that is
(:func:`overview`). With no earlier state, as in a first edition, the frames say so by their length: nothing
is made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from corridors import catalog
from corridors.catalog import Catalog

REVISED, ADDED, REMOVED = "revised", "added since", "removed since"
#: Columns of :func:`differences`.
COLUMNS: Final = ("state", "kind", "row", "column", "then", "today", "change", "change_pct")


def _states(table: str, data: Catalog) -> list[tuple[str, pd.DataFrame]]:
    """Each kept state of a table, oldest first; the last is the present one."""
    return [(name, data.load(table, vintage=name)) for name in data.vintages(table)]


def _key(table: str, data: Catalog) -> list[str]:
    about = data.describe(table)
    key = list(about.primary_key) or [str(about.fields["name"].iloc[0])]
    if not about.primary_key and not about.is_layer:
        raise ValueError(f"the table '{table}' has no key: its rows cannot be followed through the states")
    return key


def by_vintage(
    table: str, column: str, where: Mapping[str, Any], *, data: Catalog | None = None
) -> pd.DataFrame:
    """One figure in every state that is kept, oldest first.

    ``where`` names the row by its key, for instance ``{"year": 2023, "partner": "Russia"}``. Columns: state,
    value (missing where that state has no such row or column), source_ids (of the row then), change and
    change_pct (on the state before), present (True in the last row). Raises ValueError if ``where`` fits
    several rows, or none in any state; DataError for a table that there is not.
    """
    found = data or catalog.default
    rows = []
    for state, frame in _states(table, found):
        fits = pd.Series(True, index=frame.index)
        for name, value in where.items():
            fits &= (frame[name] == value).fillna(False).astype(bool)
        row = frame[fits]
        if len(row) > 1:
            raise ValueError(f"{len(row)} rows of '{table}' in {state} fit {dict(where)}: name the whole key")
        there = not row.empty and column in row
        sources = next((str(row[c].iloc[0]) for c in ("source_ids", "source_id") if c in row and there), "")
        rows.append((state, row[column].iloc[0] if there else None, sources))
    if all(value is None for _, value, _ in rows):
        raise ValueError(f"no state of '{table}' has a row that fits {dict(where)}, with a column '{column}'")
    out = pd.DataFrame(rows, columns=["state", "value", "source_ids"])
    value = pd.to_numeric(out["value"], errors="coerce")
    out["change"] = value.diff()
    out["change_pct"] = 100 * out["change"] / value.shift().abs()
    out["present"] = [False] * (len(out) - 1) + [True]
    return out


def differences(
    table: str, columns: Sequence[str] | None = None, *, data: Catalog | None = None
) -> pd.DataFrame:
    """Everything in which the earlier states of a table differ from the present one; empty without such.

    ``columns``: these only (default: all but the key and the columns that name sources). One row a cell
    (``kind`` "revised") or a whole row ("added since", "removed since"; then ``column`` is "" and both values
    are missing). Columns: state, kind, row (the key in words), column, then, today, change (today less then)
    and change_pct (of what it was), both missing for texts.
    """
    found = data or catalog.default
    *former, (_, today) = _states(table, found)
    key = _key(table, found)
    told = list(columns or [c for c in today.columns if c not in key and not c.startswith("source_id")])
    told = [name for name in told if name != "geometry"]
    rows: list[tuple[Any, ...]] = []
    now = today.set_index(key)
    for state, frame in former:
        then = frame.set_index(key)
        for kind, index in (
            (ADDED, now.index.difference(then.index)),
            (REMOVED, then.index.difference(now.index)),
        ):
            rows += [(state, kind, _words(key, one), "", None, None) for one in index]
        for one in now.index.intersection(then.index):
            for name in told:
                if name in then and name in now:
                    old: Any = then.at[one, name]
                    new: Any = now.at[one, name]
                    if not _same(old, new):
                        rows.append((state, REVISED, _words(key, one), name, old, new))
    out = pd.DataFrame(rows, columns=list(COLUMNS[:6]))
    before, after = (
        pd.to_numeric(out[name], errors="coerce").astype("float64") for name in ("then", "today")
    )
    out["change"] = after - before
    out["change_pct"] = 100 * out["change"] / before.abs().where(before != 0)
    return out


def figures(
    asked: Sequence[tuple[str, Mapping[str, Any]]], column: str, *, data: Catalog | None = None
) -> pd.DataFrame:
    """Several figures in every state that is kept: :func:`by_vintage` of each, one under the other.

    ``asked`` are pairs of a table and the row's key. Columns: table, the names of the keys (missing where a
    table has no such column), then those of :func:`by_vintage`.
    """
    parts = []
    for table, where in asked:
        part = by_vintage(table, column, where, data=data)
        for name, value in reversed(list(where.items())):
            part.insert(0, name, value)
        part.insert(0, "table", table)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def overview(tables: Sequence[str], *, data: Catalog | None = None) -> pd.DataFrame:
    """The kept states of some tables, one row each, oldest first within a table.

    Columns: table, title, state, rows, revised (cells that are others today), added, removed (rows),
    largest_pct (the largest revision of a number, in size; missing without one), present.
    """
    found = data or catalog.default
    rows = []
    for table in tables:
        changed = differences(table, data=found)
        title = found.describe(table).title
        for state, frame in _states(table, found):
            mine = changed[changed["state"] == state]
            counts = [int((mine["kind"] == kind).sum()) for kind in (REVISED, ADDED, REMOVED)]
            largest = mine["change_pct"].abs().max() if len(mine) else None
            rows.append((table, title, state, len(frame), *counts, largest, False))
        rows[-1] = (*rows[-1][:-1], True)
    names = ["table", "title", "state", "rows", "revised", "added", "removed", "largest_pct", "present"]
    return pd.DataFrame(rows, columns=names).astype({"largest_pct": "float64"})


def _words(key: Sequence[str], index: Any) -> str:
    """A row in words: ``year 2023, partner Russia``."""
    values = index if isinstance(index, tuple) else (index,)
    return ", ".join(f"{name} {value}" for name, value in zip(key, values, strict=True))


def _same(old: Any, new: Any) -> bool:
    if pd.isna(old) or pd.isna(new):
        return bool(pd.isna(old) and pd.isna(new))
    return bool(old == new)
