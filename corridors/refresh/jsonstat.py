"""JSON-stat 2.0, the form in which PxWeb answers: a cube of values, read into cells.

See https://json-stat.org/full/: ``id`` and ``size`` name the dimensions in order, ``dimension`` their
categories, ``value`` holds all values in row-major order, as a list or, sparse, as an object.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from corridors.refresh.faults import RefreshError

_YEAR: Final = re.compile(r"[12][0-9]{3}")


@dataclass(frozen=True)
class Dimension:
    """One dimension: its categories' codes and labels in order, and the units that they name."""

    id: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    units: tuple[str, ...]

    @property
    def is_years(self) -> bool:
        """Whether every label is a year."""
        return all(_YEAR.fullmatch(label) for label in self.labels)


@dataclass(frozen=True)
class Observation:
    """One value; None is a gap. ``code`` and ``item``: the category in the dimension that is not time."""

    code: str
    item: str
    year: str
    value: Decimal | int | None


@dataclass(frozen=True)
class Cube:
    """A whole answer. ``updated`` is the provider's date of the last change, as a text."""

    title: str
    updated: str
    dimensions: tuple[Dimension, ...]
    values: tuple[Decimal | int | None, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """The units that the cube names, if it names any."""
        return tuple(dict.fromkeys(unit for dimension in self.dimensions for unit in dimension.units))

    def by_year(self) -> list[Observation]:
        """The values by item and year. Raises RefreshError if the cube has another shape."""
        broad = [d for d in self.dimensions if len(d.codes) > 1 or d.is_years]
        years = [d for d in broad if d.is_years]
        items = [d for d in broad if not d.is_years]
        if len(years) != 1 or len(items) != 1:
            shape = ", ".join(f"{d.id} ({len(d.codes)})" for d in self.dimensions)
            raise RefreshError("changed-form", f"the table is not one of items by year: {shape}")
        strides, stride = {}, 1
        for dimension in reversed(self.dimensions):
            strides[dimension.id] = stride
            stride *= len(dimension.codes)
        item, year = items[0], years[0]
        return [
            Observation(code, label, when, self.values[i * strides[item.id] + j * strides[year.id]])
            for i, (code, label) in enumerate(zip(item.codes, item.labels, strict=True))
            for j, when in enumerate(year.labels)
        ]


def _dimension(id: str, raw: Any, size: int) -> Dimension:
    category = raw["category"]
    index = category.get("index")
    labels = category.get("label") or {}
    if isinstance(index, dict):
        codes = sorted(index, key=lambda code: int(index[code]))
    else:
        codes = list(index if index is not None else labels)
    if len(codes) != size:
        raise RefreshError("cut-off", f"dimension {id} has {len(codes)} categories, {size} are declared")
    units = tuple(str(unit["base"]) for unit in (category.get("unit") or {}).values() if unit.get("base"))
    return Dimension(id, tuple(codes), tuple(str(labels.get(code, code)).strip() for code in codes), units)


def _value(value: Any) -> Decimal | int | None:
    if value is None or (isinstance(value, (int, Decimal)) and not isinstance(value, bool)):
        return value
    raise RefreshError("not-a-number", f"{value!r} stands where a number should")


def read(raw: Any) -> Cube:
    """A cube from parsed JSON. Raises RefreshError if it is no JSON-stat 2.0 or not all there."""
    try:
        ids, sizes = [str(id) for id in raw["id"]], [int(size) for size in raw["size"]]
        dimensions = tuple(
            _dimension(id, raw["dimension"][id], size) for id, size in zip(ids, sizes, strict=True)
        )
        values = raw["value"]
        title, updated = str(raw.get("label", "")).strip(), str(raw.get("updated", ""))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problem = f"the answer is not JSON-stat 2.0: {type(error).__name__} {error}"
        raise RefreshError("changed-form", problem) from None
    count = math.prod(sizes)
    if isinstance(values, dict):
        found = [values.get(str(number)) for number in range(count)]
    else:
        found = list(values)
    if len(found) != count:
        raise RefreshError("cut-off", f"the answer has {len(found)} values, its dimensions ask for {count}")
    return Cube(title, updated, dimensions, tuple(_value(value) for value in found))
