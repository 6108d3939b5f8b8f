"""Can these rows be true? Every doubt is a refusal that names table, row, rule and remedy."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Any, Final

from corridors.cells import CellError, parse_cell
from corridors.checks import place_fault
from corridors.refresh.compare import shown_key
from corridors.refresh.faults import RefreshError
from corridors.refresh.settings import Settings
from corridors.refresh.table import Fresh, Key, Row, Table, number
from corridors.schema import Json

#: Rules of the catalog that have a plainer name here.
_RULES: Final = {"enum": "unknown-word", "not-finite": "not-a-number", "type": "not-a-number"}
#: The sum of the parts may exceed the total by so much: the total is rounded.
_ROUNDING: Final = Decimal("1.005")
#: Rows in common from which on their median tells whether a unit has changed.
_ENOUGH: Final = 3
_EARTH_KM: Final = 6371.0


def faults(table: Table, fresh: Fresh, settings: Settings) -> list[RefreshError]:
    """Everything that speaks against taking ``fresh`` into ``table``; an empty list if nothing does."""
    if not fresh.rows:
        return [RefreshError("empty", "the answer holds no row for this table", place=fresh.table)]
    found = list(_duplicates(table, fresh))
    found += _places(table, fresh)
    if found:
        return found
    found += _cells(table, fresh)
    found += _future(table, fresh, settings)
    if found:
        return found
    found += _unit(table, fresh)
    if not found:
        found += _magnitude(table, fresh)
    found += _totals(fresh)
    found += _fewer(table, fresh, settings)
    found += _steps(table, fresh)
    return found


def _fault(rule: str, problem: str, table: Table, key: Key | None = None, column: str = "") -> RefreshError:
    parts = [table.resource.name]
    if key is not None:
        parts.append(f"row {shown_key(table.key_names, key)}")
    if column:
        parts.append(f"column {column}")
    return RefreshError(rule, problem, place=", ".join(parts))


def _duplicates(table: Table, fresh: Fresh) -> Iterator[RefreshError]:
    for key, count in Counter(table.key(row) for row in fresh.rows).items():
        if count > 1:
            yield _fault("duplicate", f"the row stands {count} times in the answer", table, key)


def _cells(table: Table, fresh: Fresh) -> Iterator[RefreshError]:
    """Each cell by the schema of the data package."""
    for row in fresh.rows:
        for name, text in row.items():
            item = table.resource.schema.field(name)
            try:
                parse_cell(item, text)
            except CellError as error:
                year_to_come = error.rule == "maximum" and item.is_year
                if not year_to_come:  # the horizon of a table moves with the years
                    rule = _RULES.get(error.rule, "schema")
                    problem = error.problem if rule != "schema" else f"{error.problem} ({error.rule})"
                    yield _fault(rule, problem, table, table.key(row), name)


def _year(table: Table, row: Row) -> int | None:
    for name, text in row.items():
        if table.resource.schema.field(name).is_year and name in table.key_names and text.isdigit():
            return int(text)
    return None


def _future(table: Table, fresh: Fresh, settings: Settings) -> Iterator[RefreshError]:
    for row in fresh.rows:
        year = _year(table, row)
        if year is not None and year > settings.today.year:
            problem = f"the year {year} has not begun (today is {settings.today})"
            yield _fault("future", problem, table, table.key(row))


def _pairs(table: Table, fresh: Fresh, column: str) -> Iterator[tuple[Key, Decimal, Decimal]]:
    """Old and new value of the rows that both have, zeros left out."""
    old = {table.key(row): number(row[column]) for row in table.rows}
    for row in fresh.rows:
        before, now = old.get(table.key(row)), number(row.get(column, ""))
        if before and now:
            yield table.key(row), before, now


def _unit(table: Table, fresh: Fresh) -> Iterator[RefreshError]:
    """If all values are larger or smaller by one factor, the unit has changed, not the world."""
    for column in fresh.measured:
        ratios = [now / before for _, before, now in _pairs(table, fresh, column)]
        if len(ratios) < _ENOUGH:
            continue
        middle = float(median(ratios))
        if middle <= 0 or abs(math.log10(middle)) > math.log10(5):
            unit = table.resource.schema.field(column).unit
            words = f"values are {middle:g} times those we have ({unit}), at the median of {len(ratios)} rows"
            yield _fault("unit", f"{words}: the unit seems to have changed", table, None, column)


def _magnitude(table: Table, fresh: Fresh) -> Iterator[RefreshError]:
    """One value against the same row before, or a new row against the latest one of its series."""
    for column in fresh.measured:
        latest = _latest(table, column)
        old = {table.key(row) for row in table.rows}
        for key, before, now in _pairs(table, fresh, column):
            yield from _too_far(table, key, column, before, now, fresh.jump, "the value we have")
        for row in fresh.rows:
            key, now_new = table.key(row), number(row.get(column, ""))
            known = latest.get(_series(table, row))
            if key not in old and now_new and known:
                yield from _too_far(table, key, column, known, now_new, fresh.jump, "the year before")


def _too_far(
    table: Table, key: Key, column: str, before: Decimal, now: Decimal, jump: float, what: str
) -> Iterator[RefreshError]:
    ratio = abs(now / before)
    if not 1 / Decimal(jump) <= ratio <= Decimal(jump):
        problem = f"{now} is {float(ratio):.3g} times {what}, {before}"
        yield _fault("magnitude", problem, table, key, column)


def _series(table: Table, row: Row) -> Key:
    """What a row belongs to: its key without the year."""
    schema = table.resource.schema
    return tuple(row[name] for name in table.key_names if not schema.field(name).is_year)


def _latest(table: Table, column: str) -> dict[Key, Decimal]:
    found: dict[Key, tuple[int, Decimal]] = {}
    for row in table.rows:
        year, value, series = _year(table, row), number(row[column]), _series(table, row)
        if year is not None and value and (series not in found or found[series][0] < year):
            found[series] = (year, value)
    return {series: value for series, (_, value) in found.items()}


def _totals(fresh: Fresh) -> Iterator[RefreshError]:
    total = fresh.total
    if total is None:
        return
    sums: defaultdict[Key, Decimal] = defaultdict(Decimal)
    totals: dict[Key, Decimal] = {}
    for row in fresh.rows:
        group, value = tuple(row[name] for name in total.within), number(row[total.value])
        if value is not None and row[total.column] == total.name:
            totals[group] = value
        elif value is not None:
            sums[group] += value
    for group, whole in totals.items():
        if sums[group] > whole * _ROUNDING:
            words = shown_key(total.within, group)
            problem = f"the parts make {sums[group]}, more than the total, {whole}"
            yield RefreshError("totals", problem, place=f"{fresh.table}, {words}")


def _fewer(table: Table, fresh: Fresh, settings: Settings) -> Iterator[RefreshError]:
    if not fresh.complete or fresh.secondary:
        return
    ours = {table.key(row) for row in table.rows if fresh.covers(row)}
    lost = ours - {table.key(row) for row in fresh.rows}
    limit = settings.limits.lost_rows_pct
    if ours and len(lost) * 100 > limit * len(ours):
        first = shown_key(table.key_names, min(lost))
        problem = (
            f"{len(lost)} of {len(ours)} rows are missing, more than {limit:g} per cent; the first is {first}"
        )
        yield _fault("fewer-rows", problem, table)


def _positions(geometry: Json) -> Iterator[list[tuple[float, float]]]:
    def walk(value: Any) -> Iterator[list[tuple[float, float]]]:
        if value and isinstance(value[0][0], (int, float)):
            yield [(float(point[0]), float(point[1])) for point in value]
        else:
            for part in value:
                yield from walk(part)

    coordinates = geometry.get("coordinates") or []
    return walk([coordinates] if geometry.get("type") == "Point" else coordinates)


def _places(table: Table, fresh: Fresh) -> Iterator[RefreshError]:
    bbox = table.resource.bbox
    if bbox is None:
        return
    places: list[tuple[Key, Iterable[tuple[float, float]]]] = [
        (key, [point for line in _positions(geometry) for point in line])
        for key, geometry in fresh.geometries.items()
    ]
    places += [
        (table.key(row), [(float(row["longitude"]), float(row["latitude"]))])
        for row in fresh.rows
        if number(row.get("latitude", "")) is not None and number(row.get("longitude", "")) is not None
    ]
    for key, points in places:
        fault = next((f for x, y in points if (f := place_fault(x, y, bbox))), None)
        if fault:
            rule = "swapped" if fault[0] == "coordinates-swapped" else "outside"
            yield _fault(rule, fault[1], table, key)


def distance_km(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Great-circle distance of two positions (longitude, latitude): good enough to find a jump."""
    x1, y1, x2, y2 = map(math.radians, (*one, *two))
    part = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(part))


def _steps(table: Table, fresh: Fresh) -> Iterator[RefreshError]:
    limit = fresh.longest_step_km
    if limit is None:
        return
    for key, geometry in fresh.geometries.items():
        for line in _positions(geometry):
            for number_, (one, two) in enumerate(pairwise(line), start=2):
                step = distance_km(one, two)
                if step > limit:
                    problem = f"the line jumps {step:.0f} km to vertex {number_}; {limit:g} km are plausible"
                    yield _fault("line-jump", problem, table, key)
