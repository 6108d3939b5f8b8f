"""What a source hands over, and our own tables as rows of text: the common ground of all sources."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from corridors.catalog import Source
from corridors.cells import Field
from corridors.checks import read_table
from corridors.checks_geo import read_layer
from corridors.refresh.faults import RefreshError
from corridors.schema import Json, Resource

Row = dict[str, str]
Key = tuple[str, ...]


def _nothing(row: Row) -> Row:
    return {}


def _everything(row: Row) -> bool:
    return True


@dataclass(frozen=True)
class Total:
    """Rows that must not exceed a total: ``column`` tells them apart, ``name`` marks the total's row."""

    column: str
    name: str
    value: str
    #: Columns within which the sum is made, for instance the year.
    within: tuple[str, ...]


@dataclass(frozen=True)
class Newcomer:
    """Something upstream that our table lacks, with all that is known of it: a person decides, and enters it.

    ``latitude`` and ``longitude`` in degrees as texts, "" for a thing without a place.
    """

    table: str
    id: str
    name: str
    latitude: str = ""
    longitude: str = ""
    details: str = ""

    def __str__(self) -> str:
        place = f", {self.latitude} N {self.longitude} E" if self.latitude else ""
        told = f": {self.details}" if self.details else ""
        return f"{self.name or 'without a name'} ({self.id}{place}){told}"


@dataclass(frozen=True)
class Fresh:
    """Rows of one of our tables, as a provider gives them today.

    ``rows`` hold the key and the columns that the provider speaks of (cells as text; "" is a gap);
    ``fill`` gives the other columns of a row that is new, ``covers`` says for which of our rows the provider
    speaks at all: such a row that it no longer has is taken out, unless ``complete`` is false. ``origin`` is
    the row of sources.csv that new and revised rows name. ``secondary``: only rows that no other source has.
    """

    table: str
    rows: tuple[Row, ...]
    origin: Source
    fill: Callable[[Row], Row] = _nothing
    covers: Callable[[Row], bool] = _everything
    complete: bool = True
    secondary: bool = False
    #: Of rows that name another source than ``origin``; ``also`` lists these sources.
    origin_of: Callable[[Row], Source] | None = None
    also: tuple[Source, ...] = ()
    #: What the column ``source_ids`` of a row (as it was; new rows: as they are) says; by default the origin.
    named: Callable[[Row], str] | None = None
    #: Columns of numbers whose size is compared with what we have.
    measured: tuple[str, ...] = ()
    #: How many times larger or smaller than before a value may be.
    jump: float = 20.0
    total: Total | None = None
    #: Of a layer: geometries by the row's key.
    geometries: Mapping[Key, Json] = field(default_factory=dict)
    #: Of a layer of lines: the longest step from one vertex to the next, km.
    longest_step_km: float | None = None
    #: What the reader of the report should know.
    notes: tuple[str, ...] = ()
    #: What only a person can enter, and what that takes.
    newcomers: tuple[Newcomer, ...] = ()
    newcomers_need: str = ""


@dataclass(frozen=True)
class Finding:
    """A derived figure for the report alone, made from rows that may not be passed on."""

    says: str
    value: str
    unit: str


@dataclass(frozen=True)
class Table:
    """One of our tables or layers as it is now; ``features`` are a layer's, in the order of ``rows``."""

    resource: Resource
    rows: tuple[Row, ...]
    features: tuple[Json, ...] = ()

    @property
    def key_names(self) -> Key:
        """The columns of the key; a layer is told by its first property."""
        return self.resource.schema.primary_key or (self.resource.schema.names[0],)

    def key(self, row: Row) -> Key:
        """The key of a row."""
        return tuple(row[name] for name in self.key_names)


def read(root: Path, resource: Resource) -> Table:
    """A table or layer of the package in ``root``. Raises RefreshError if it breaks a rule."""
    content = (read_layer if resource.is_layer else read_table)(root, resource)
    if content.faults:
        raise RefreshError("not-sound", str(content.faults[0]), place=resource.path)
    columns = [content.cells[name] for name in resource.schema.names]
    rows = tuple(dict(zip(resource.schema.names, cells, strict=True)) for cells in zip(*columns, strict=True))
    features: list[Json] = []
    if resource.is_layer:
        features = json.loads((root / resource.path).read_text("utf-8"))["features"]
    return Table(resource, rows, tuple(features))


def table_text(names: Sequence[str], rows: Sequence[Row]) -> str:
    """A CSV file as the data package has them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row[name] for name in names] for row in rows)
    return out.getvalue()


def layer_text(features: Sequence[Json]) -> str:
    """A GeoJSON file as the data package has them: one feature a line."""
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def property_of(item: Field, text: str) -> Any:
    """A cell as the JSON value of a feature's property."""
    if text == "":
        return None
    if item.type in ("integer", "year"):
        return int(text)
    if item.type == "number":
        value = Decimal(text)
        return int(value) if value == value.to_integral_value() else float(value)
    return text == "true" if item.type == "boolean" else text


def number(text: str) -> Decimal | None:
    """A cell as a number; None for a gap or a text."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def plain(value: Decimal | int | float | str, shift: int = 0, places: int | None = None) -> str:
    """A provider's number as a cell: plain digits, shifted by ``shift`` powers of ten, exactly.

    ``places`` rounds to that many decimals. Raises RefreshError if it is no finite number.
    """
    try:
        exact = Decimal(str(value)).scaleb(shift)
    except InvalidOperation:
        raise RefreshError("not-a-number", f"{value!r} is not a number") from None
    if not exact.is_finite():
        raise RefreshError("not-a-number", f"{value} is not a finite number")
    if places is not None:
        exact = round(exact, places)
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def same(old: str, new: str) -> bool:
    """Whether two cells hold the same: the same text, or the same number written otherwise."""
    if old == new:
        return True
    one, two = number(old), number(new)
    return one is not None and one == two
