"""Fresh rows against the rows that we have: what is added, removed, revised; and the table they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from corridors.cells import parse_typed
from corridors.refresh.table import Fresh, Key, Row, Table, number, property_of, same
from corridors.schema import Json

#: A smaller change, per cent, would be shown as none.
_LEAST_SHOWN = 0.05
#: Places on the globe and on a scale: a share of them says nothing.
_NO_SHARE = ("latitude", "longitude", "ideal_point", "lower_5", "upper_95", "rank", "year")
ADDED, REMOVED, REVISED = "added", "removed", "revised"


@dataclass(frozen=True)
class Change:
    """A cell or row that changes. ``column`` is "" for a whole row; ``per_cent`` is of numbers only."""

    table: str
    kind: str
    row: str
    column: str = ""
    old: str = ""
    new: str = ""
    per_cent: float | None = None

    @property
    def share(self) -> str:
        """The change in per cent, in words; "" where it says nothing."""
        if self.per_cent is None:
            return ""
        return f"{self.per_cent:+.1f} %" if abs(self.per_cent) >= _LEAST_SHOWN else "under 0.1 %"

    def __str__(self) -> str:
        if self.kind != REVISED:
            return f"{self.kind}: {self.row}" + (f" ({self.new or self.old})" if self.new or self.old else "")
        share = f" ({self.share})" if self.share else ""
        return f"revised: {self.row}, {self.column}: {self.old or 'empty'} -> {self.new or 'empty'}{share}"


@dataclass(frozen=True)
class Merged:
    """A table with the fresh rows in it, and what has changed."""

    table: Table
    changes: tuple[Change, ...]


def shown_key(names: Iterable[str], key: Key) -> str:
    """A row as a message names it: ``year 2024, partner Russia``."""
    return ", ".join(f"{name} {value}" for name, value in zip(names, key, strict=True))


def _per_cent(old: str, new: str) -> float | None:
    one, two = number(old), number(new)
    return float((two - one) / abs(one) * 100) if one and two is not None else None


def _length(geometry: Json) -> str:
    """A geometry in a few words: how many vertices it has."""

    def count(value: Any) -> int:
        if value and isinstance(value[0], (int, float)):
            return 1
        return sum(count(item) for item in value)

    return f"{count(geometry.get('coordinates') or [])} vertices"


class _Merge:
    """One table, one fresh set of rows."""

    def __init__(self, table: Table, fresh: Fresh) -> None:
        self.table, self.fresh = table, fresh
        self.changes: list[Change] = []
        self.incoming = {table.key(row): row for row in fresh.rows}
        self.kept: list[tuple[Row, Json | None]] = []

    def _change(self, kind: str, row: Row, column: str = "", old: str = "", new: str = "") -> None:
        name = shown_key(self.table.key_names, self.table.key(row))
        per_cent = _per_cent(old, new) if kind == REVISED and column not in _NO_SHARE else None
        self.changes.append(Change(self.table.resource.name, kind, name, column, old, new, per_cent))

    def _named(self, row: Row) -> Row:
        """The columns by which a row names its source."""
        named = self.fresh.origin_of(row) if self.fresh.origin_of else self.fresh.origin
        for column in ("source_id", "source_ids"):
            if column in self.table.resource.schema.names:
                return {column: self.fresh.named(row) if self.fresh.named else named.id}
        return {}

    def _values(self, row: Row) -> str:
        return ", ".join(f"{row[name]}" for name in self.fresh.measured if row.get(name))

    def _old(self, row: Row, feature: Json | None) -> None:
        key = self.table.key(row)
        new = self.incoming.pop(key, None)
        if new is None or self.fresh.secondary:
            if new is None and self.fresh.complete and not self.fresh.secondary and self.fresh.covers(row):
                self._change(REMOVED, row, old=self._values(row))
            else:
                self.kept.append((row, feature))
            return
        revised = {name: text for name, text in new.items() if not same(row[name], text)}
        geometry = self.fresh.geometries.get(key)
        moved = feature is not None and geometry is not None and geometry != feature["geometry"]
        for name, text in revised.items():
            self._change(REVISED, row, name, row[name], text)
        if moved and feature is not None and geometry is not None:
            self._change(REVISED, row, "geometry", _length(feature["geometry"]), _length(geometry))
            feature = {**feature, "geometry": geometry}
        if revised or moved:
            revised |= self._named(row)
            row = {**row, **revised}
            if feature is not None:
                fields = self.table.resource.schema
                cells = {name: property_of(fields.field(name), text) for name, text in revised.items()}
                feature = {**feature, "properties": {**feature["properties"], **cells}}
        self.kept.append((row, feature))

    def _new(self, row: Row) -> None:
        schema = self.table.resource.schema
        whole = {**dict.fromkeys(schema.names, ""), **row, **self.fresh.fill(row), **self._named(row)}
        self._change(ADDED, whole, new=self._values(whole))
        self.kept.append((whole, None))

    def _order(self, row: Row) -> tuple[Any, ...]:
        schema = self.table.resource.schema
        return tuple(parse_typed(schema.field(name).type, row[name]) for name in self.table.key_names)

    def result(self) -> Merged:
        features = self.table.features or (None,) * len(self.table.rows)
        for row, feature in zip(self.table.rows, features, strict=True):
            self._old(row, feature)
        if self.incoming and not self.table.resource.is_layer:
            for row in self.incoming.values():
                self._new(row)
            self.kept.sort(key=lambda pair: self._order(pair[0]))
        rows = tuple(row for row, _ in self.kept)
        merged = Table(self.table.resource, rows, tuple(f for _, f in self.kept if f is not None))
        return Merged(merged, tuple(self.changes))


def merge(table: Table, fresh: Fresh) -> Merged:
    """``table`` with the rows of ``fresh``, in the order of its key, and every change.

    A row whose cells are all as before keeps its source; one that is revised or added names the fresh source.
    A feature that the layer does not have is not added: lines and stations enter by hand.
    """
    return _Merge(table, fresh).result()
