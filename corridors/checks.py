"""The rules that every data file must keep, checked column by column; all faults are collected.

One file in, one :class:`Content` out: the parsed columns, and every broken rule with its row. Links to
other tables are checked by :func:`check_links`, which is handed the other tables' columns.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from corridors.cells import CellError, Field, Value, parse_cell
from corridors.faults import Fault
from corridors.schema import BBox, ForeignKey, Resource

BOM: Final = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Content:
    """A data file once read.

    ``cells`` and ``values`` hold, by column, the texts and the parsed values, one item a row; ``lines``
    the line of the file for each row (empty for layers); ``geometries`` the raw GeoJSON geometries.
    ``numbers`` are the rows' own numbers, from 1: rows too broken to have columns are left out.
    """

    resource: Resource
    faults: list[Fault] = field(default_factory=list)
    cells: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, list[Value]] = field(default_factory=dict)
    geometries: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    digest: str = ""
    size: int = 0

    def fault(self, rule: str, problem: str, index: int | None = None, column: str | None = None) -> None:
        """Note a fault of the file, or of the row at ``index`` (position in the columns, from 0)."""
        row = None if index is None else self.numbers[index]
        line = None if index is None or not self.lines else self.lines[index]
        word = "feature" if self.resource.is_layer else "row"
        self.faults.append(Fault(self.resource.path, row, rule, problem, column, line, word))

    @property
    def empty_cells(self) -> dict[str, int]:
        """The number of empty cells of each column that has any."""
        counts = {name: cells.count("") for name, cells in self.cells.items()}
        return {name: count for name, count in counts.items() if count}


# --- the file as such -----------------------------------------------------------------------------


def read_text(root: Path, content: Content, *, sealed: bool) -> str | None:
    """The text of the resource's file; None if there is none to go on with. Notes size and digest.

    ``sealed``: compare size and digest with the descriptor (a fresh table, not yet sealed, has none).
    """
    resource = content.resource
    path = root / resource.path
    try:
        if not path.exists():
            content.fault("missing-file", "the file does not exist")
            return None
        if not path.resolve().is_relative_to(root.resolve()):
            content.fault("package-path", "the file is a link that leaves the data folder")
            return None
        data = path.read_bytes()
    except OSError as error:
        content.fault("unreadable-file", f"the file cannot be read: {error.strerror}")
        return None
    content.size, content.digest = len(data), "sha256:" + hashlib.sha256(data).hexdigest()
    if sealed and content.digest != resource.hash:
        content.fault(
            "hash", f"the file has changed since it was sealed ({len(data)} bytes, {resource.bytes} sealed)"
        )
    elif sealed and len(data) != resource.bytes:
        content.fault("bytes", f"the file has {len(data)} bytes, datapackage.json says {resource.bytes}")
    if not data.strip():
        content.fault("empty-file", "the file is empty")
        return None
    return _decode(data, content)


def _decode(data: bytes, content: Content) -> str | None:
    if data.startswith(BOM):
        content.fault("bom", "the file begins with a byte order mark")
        data = data[len(BOM) :]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        content.faults.append(Fault(content.resource.path, None, "not-utf8", problem, line=line))
        return None
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        content.faults.append(
            Fault(content.resource.path, None, "line-ends", "the file has Windows line ends", line=line)
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        content.fault("final-newline", "the last line has no line end; the file may have been cut off")
    return text


# --- the shape of a table -------------------------------------------------------------------------


def _header_fits(content: Content, header: Sequence[str]) -> bool:
    expected = content.resource.schema.names
    if tuple(header) == expected:
        return True
    for name in expected:
        if name not in header:
            content.fault("missing-column", f"the column '{name}' of the schema is not in the file")
    for name, count in Counter(header).items():
        if name not in expected:
            content.fault("extra-column", f"the column '{name[:60]}' is not described in the schema")
        elif count > 1:
            content.fault("extra-column", f"the column '{name}' stands twice in the file")
    if Counter(header) == Counter(expected):
        first = next(i for i, name in enumerate(header) if name != expected[i])
        content.fault(
            "column-order", f"column {first + 1} is '{header[first]}', should be '{expected[first]}'"
        )
    return False


def _read_rows(content: Content, text: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    number = 0
    try:
        header = next(reader, [])
        if not _header_fits(content, header):
            return []
        line = reader.line_num + 1
        for row in reader:
            number += 1
            if len(row) == len(header):
                rows.append(row)
                content.numbers.append(number)
                content.lines.append(line)
            else:
                problem = (
                    f"the row has {len(row)} cells, the header {len(header)}" if row else "the line is empty"
                )
                content.faults.append(Fault(content.resource.path, number, "row-length", problem, line=line))
            line = reader.line_num + 1
    except csv.Error as error:
        problem = f"the file is not well-formed CSV: {error}"
        content.faults.append(
            Fault(content.resource.path, number + 1, "csv-format", problem, line=reader.line_num)
        )
        return []
    if not number:
        content.fault("no-rows", "the table has a header but no rows")
    return rows


def read_table(root: Path, resource: Resource, *, sealed: bool = True) -> Content:
    """A CSV file, read and checked but for its links to other tables. Never raises."""
    content = Content(resource)
    text = read_text(root, content, sealed=sealed)
    if text is None:
        return content
    rows = _read_rows(content, text)
    if rows:
        names = resource.schema.names
        content.cells = {
            name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)
        }
        check_columns(content, sealed=sealed)
    return content


# --- columns --------------------------------------------------------------------------------------


def check_columns(content: Content, *, sealed: bool) -> None:
    """Types, constraints, keys, gaps and coordinates of ``content.cells``; fills ``content.values``."""
    for item in content.resource.schema.fields:
        content.values[item.name] = _parse_column(content, item)
        if item.unique:
            _check_unique(content, (item.name,), "unique")
    if content.resource.schema.primary_key:
        _check_unique(content, content.resource.schema.primary_key, "duplicate-key")
    if sealed:
        _check_gaps(content)
    if content.resource.bbox is not None and {"latitude", "longitude"} <= content.values.keys():
        _check_places(content, content.resource.bbox)


def _parse_column(content: Content, item: Field) -> list[Value]:
    """The parsed cells; each distinct text is parsed once, since most columns repeat few words."""
    cells = content.cells[item.name]
    parsed: dict[str, Value] = {}
    broken: dict[str, CellError] = {}
    for text in dict.fromkeys(cells):
        try:
            parsed[text] = parse_cell(item, text)
        except CellError as error:
            broken[text] = error
            parsed[text] = None
    if broken:
        for index, text in enumerate(cells):
            if text in broken:
                content.fault(broken[text].rule, broken[text].problem, index, item.name)
    return [parsed[text] for text in cells]


def _check_unique(content: Content, names: tuple[str, ...], rule: str) -> None:
    column = "+".join(names)
    seen: dict[tuple[str, ...], int] = {}
    for index, key in enumerate(zip(*(content.cells[name] for name in names), strict=True)):
        if not all(key):
            if rule == "duplicate-key":
                content.fault("required", "a cell of the primary key is empty", index, column)
            continue
        if key in seen:
            shown = ", ".join(text[:40] for text in key)
            content.fault(
                rule, f"'{shown}' stands already in row {content.numbers[seen[key]]}", index, column
            )
        else:
            seen[key] = index


def _check_gaps(content: Content) -> None:
    declared = {gap.field: gap.count for gap in content.resource.gaps}
    found = content.empty_cells
    for name in content.resource.schema.names:
        want, have = declared.get(name, 0), found.get(name, 0)
        if want != have:
            content.fault("gap-count", f"{have} cells are empty, {want} gaps are declared", None, name)


def place_fault(longitude: float, latitude: float, bbox: BBox) -> tuple[str, str] | None:
    """Rule and problem of a position outside ``bbox``; None if it lies inside."""
    west, south, east, north = bbox
    if west <= longitude <= east and south <= latitude <= north:
        return None
    if west <= latitude <= east and south <= longitude <= north:
        return "coordinates-swapped", (
            f"latitude {latitude:g} and longitude {longitude:g} look like latitude and longitude are swapped"
        )
    region = f"longitude {west:g} to {east:g}, latitude {south:g} to {north:g}"
    return "outside-region", f"latitude {latitude:g}, longitude {longitude:g} lies outside {region}"


def _check_places(content: Content, bbox: BBox) -> None:
    pairs = zip(content.cells["latitude"], content.cells["longitude"], strict=True)
    for index, (latitude, longitude) in enumerate(pairs):
        if bool(latitude) != bool(longitude):
            content.fault("half-coordinate", "one of latitude and longitude is empty", index, "latitude")
            continue
        # What the column's own minimum and maximum refused may still be a swapped pair: name that too.
        try:
            fault = place_fault(float(longitude), float(latitude), bbox) if latitude else None
        except ValueError:
            continue
        if fault:
            content.fault(*fault, index, "latitude")


# --- links between tables -------------------------------------------------------------------------

#: Gives the columns of another table by name, or None if that table cannot be read.
Tables = Callable[[str], dict[str, list[str]] | None]


def linked_values(content: Content) -> Iterator[tuple[str, tuple[str, ...], set[tuple[str, ...]]]]:
    """What the table points to in other tables: table, columns, and the values to be found there."""
    for key in content.resource.schema.foreign_keys:
        if key.resource and key.resource != content.resource.name:
            rows = zip(*(content.cells[name] for name in key.fields), strict=True)
            yield key.resource, tuple(key.targets), {row for row in rows if all(row)}
    for item in content.resource.schema.fields:
        if item.references is not None and item.references[0] != content.resource.name:
            table, column = item.references
            ids = {id for text in content.cells[item.name] if text for id in text.split(";")}
            yield table, (column,), {(id,) for id in ids}


def check_links(content: Content, tables: Tables) -> list[Fault]:
    """Every foreign key and every listed id of the table must be found in the table it points to."""
    if not content.cells:
        return []
    before = len(content.faults)
    for key in content.resource.schema.foreign_keys:
        _check_foreign_key(content, key, tables)
    for item in content.resource.schema.fields:
        if item.references is not None:
            _check_references(content, item.name, item.references, tables)
    found = content.faults[before:]
    del content.faults[before:]
    return found


def _unknown(value: str, table: str, column: str, known: set[str]) -> str:
    close = difflib.get_close_matches(value, known, n=1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    return f"'{value[:60]}' is not in the table {table}, column {column}{hint}"


def _rule(table: str) -> str:
    return "unknown-source" if table == "sources" else "foreign-key"


def _check_foreign_key(content: Content, key: ForeignKey, tables: Tables) -> None:
    table = key.resource or content.resource.name
    other = content.cells if table == content.resource.name else tables(table)
    column = "+".join(key.fields)
    if other is None or not all(name in other for name in key.targets):
        content.fault(
            "foreign-table", f"the table {table}, which this column points to, cannot be read", None, column
        )
        return
    known = set(zip(*(other[name] for name in key.targets), strict=True))
    words = {"; ".join(item) for item in known}
    for index, item in enumerate(zip(*(content.cells[name] for name in key.fields), strict=True)):
        if all(item) and item not in known:
            problem = _unknown("; ".join(item), table, "+".join(key.targets), words)
            content.fault(_rule(table), problem, index, column)


def _check_references(content: Content, column: str, target: tuple[str, str], tables: Tables) -> None:
    table, name = target
    other = content.cells if table == content.resource.name else tables(table)
    if other is None or name not in other:
        content.fault(
            "foreign-table", f"the table {table}, which this column points to, cannot be read", None, column
        )
        return
    known = set(other[name])
    for index, text in enumerate(content.cells[column]):
        for item in text.split(";") if text else ():
            if item not in known:
                content.fault(_rule(table), _unknown(item, table, name, known), index, column)
