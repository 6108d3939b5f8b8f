"""The rules that a GeoJSON layer must keep: form, geometry types, positions, required properties.

Works on plain JSON, without a geometry library, so that a broken layer is named and never crashes one.
Positions are (longitude, latitude) in decimal degrees, WGS 84.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from corridors.cells import Field, render_cell
from corridors.checks import Content, check_columns, place_fault, read_text
from corridors.descriptor import parse_json
from corridors.faults import Fault
from corridors.schema import BBox, Resource

Position = tuple[float, float]

#: How deep the list of positions lies below a geometry's "coordinates".
_DEPTH: Final = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3,
}  # fmt: skip


class _GeometryError(ValueError):
    def __init__(self, rule: str, problem: str) -> None:
        super().__init__(problem)
        self.rule = rule
        self.problem = problem


def read_layer(root: Path, resource: Resource, *, sealed: bool = True) -> Content:
    """A GeoJSON file, read and checked but for its links to other tables. Never raises."""
    content = Content(resource)
    text = read_text(root, content, sealed=sealed)
    if text is None:
        return content
    features = _features(content, text)
    if features:
        _collect(content, features, resource.bbox or (-180.0, -90.0, 180.0, 90.0))
        check_columns(content, sealed=sealed)
    return content


def _features(content: Content, text: str) -> list[Any]:
    try:
        data = parse_json(text)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) - 1
        problem = f"not JSON at column {error.colno}: {error.msg}" + (
            "; the file looks cut off" if cut else ""
        )
        content.faults.append(
            Fault(content.resource.path, None, "geojson-syntax", problem, line=error.lineno)
        )
        return []
    except ValueError as error:
        content.fault("geojson-syntax", f"not JSON: {error}")
        return []
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        content.fault("geojson-shape", "the file holds no FeatureCollection")
        return []
    features = data.get("features")
    if not isinstance(features, list):
        content.fault("geojson-shape", "'features' is missing or no list")
        return []
    if not features:
        content.fault("no-rows", "the layer has no features")
    return features


def _collect(content: Content, features: list[Any], bbox: BBox) -> None:
    """Fill the columns and geometries; features that are no features are named and left out."""
    fields = content.resource.schema.fields
    content.cells = {field.name: [] for field in fields}
    for number, feature in enumerate(features, start=1):
        shaped = isinstance(feature, dict) and feature.get("type") == "Feature"
        properties = feature.get("properties") if shaped else None
        if not isinstance(properties, dict):
            content.faults.append(
                Fault(
                    content.resource.path,
                    number,
                    "geojson-shape",
                    "no Feature with properties",
                    None,
                    None,
                    "feature",
                )
            )
            continue
        content.numbers.append(number)
        index = len(content.numbers) - 1
        for field in fields:
            content.cells[field.name].append(_cell(content, index, field, properties))
        for name in properties.keys() - content.cells.keys():
            content.fault("extra-property", f"the property '{name[:60]}' is not described", index)
        geometry = feature.get("geometry")
        try:
            _check_geometry(content, index, geometry, bbox)
        except _GeometryError as error:
            content.fault(error.rule, error.problem, index)
        content.geometries.append(geometry if isinstance(geometry, dict) else {})


def _cell(content: Content, index: int, field: Field, properties: dict[str, Any]) -> str:
    """A property as the text that a CSV cell would have; a wrong JSON type is named."""
    if field.name not in properties:
        content.fault("missing-property", "the feature lacks this property", index, field.name)
        return ""
    value = properties[field.name]
    if value is None:
        return ""
    textual = field.type in ("string", "date", "yearmonth")
    if isinstance(value, str) and textual:
        return value
    if isinstance(value, bool) and field.type == "boolean":
        return render_cell(value)
    if (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and field.type in ("integer", "number", "year")
    ):
        if not math.isfinite(value):
            content.fault("not-finite", f"{value} is not a finite number", index, field.name)
            return ""
        return render_cell(value)
    content.fault("type", f"{json.dumps(value)[:60]} is not of the type {field.type}", index, field.name)
    return ""


# --- geometry -------------------------------------------------------------------------------------


def _positions(value: Any, depth: int) -> Iterator[list[Position]]:
    """The lists of positions ``depth`` levels down, each a point, line or ring."""
    if not isinstance(value, list) or not value:
        raise _GeometryError("position", "coordinates are empty or no list")
    if depth > 1:
        for part in value:
            yield from _positions(part, depth - 1)
        return
    yield [_position(item) for item in (value if depth else [value])]


def _position(value: Any) -> Position:
    good = isinstance(value, list) and len(value) == 2
    good = good and all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in value)
    if not good or not all(abs(x) <= 1e9 for x in value):
        raise _GeometryError("position", f"{json.dumps(value)[:60]} is not a pair of finite numbers")
    return float(value[0]), float(value[1])


def _check_geometry(content: Content, index: int, geometry: Any, bbox: BBox) -> None:
    if geometry is None:
        raise _GeometryError("null-geometry", "the feature has no geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    allowed = content.resource.geometry_types
    if kind not in allowed:
        raise _GeometryError("geometry-type", f"the geometry is {str(kind)[:30]}, not {' or '.join(allowed)}")
    for part in _positions(geometry.get("coordinates"), _DEPTH[kind]):
        _check_part(part, kind)
        outside = [fault for x, y in part if (fault := place_fault(x, y, bbox))]
        if outside:
            rule, problem = outside[0]
            raise _GeometryError(rule, f"{problem} ({len(outside)} of {len(part)} vertices)")


def _check_part(part: list[Position], kind: str) -> None:
    if kind.endswith("Point"):
        return
    if kind.endswith("Polygon") and (len(part) < 4 or part[0] != part[-1]):
        raise _GeometryError("ring", "a ring is not closed or has fewer than four positions")
    if len(set(part)) < 2:
        raise _GeometryError("line-vertices", "a line has fewer than two different vertices")
    for number, (one, two) in enumerate(pairwise(part), start=2):
        if one == two:
            raise _GeometryError("repeated-vertex", f"vertex {number} repeats the one before it")
