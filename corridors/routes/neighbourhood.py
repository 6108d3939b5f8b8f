"""A country among others: who touches it, and how far the rest of the world and the sea are.

Distances are geodesic, in kilometres, and as good as the outlines: at 1:50 million some kilometres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from corridors.routes.geodesy import densify, distance_km, length_km

#: Vertices are set this close before the nearest pair is looked for: it then misses the true shortest way by
#: less than 0.1 km wherever that is longer than 10 km.
NEAREST_STEP_KM: Final = 2.0

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class Gap:
    """The shortest way between two shapes: its length and its ends."""

    distance_km: float
    start: Point
    end: Point

    @property
    def line(self) -> LineString:
        """The way as a line, for a map."""
        return LineString([self.start, self.end])


def _vertices(shape: BaseGeometry) -> _Array:
    """Longitude and latitude along a point, a line or the outline of a polygon, shape (n, 2)."""
    if isinstance(shape, Point):
        return np.array([[shape.x, shape.y]])
    lines = shape.boundary if shape.geom_type in ("Polygon", "MultiPolygon") else shape
    parts = [part for part in shapely.get_parts(lines) if part.geom_type in ("LineString", "LinearRing")]
    if not parts:
        raise TypeError(f"nearest: a {shape.geom_type} has no outline; pass a point, lines or polygons")
    fine = [densify(LineString(part.coords), NEAREST_STEP_KM) for part in parts]
    return np.concatenate([np.asarray(line.coords, dtype=float)[:, :2] for line in fine])


def _unit_vectors(degrees: _Array) -> _Array:
    """Points of the unit sphere, shape (n, 3): the nearest pair has the greatest scalar product."""
    longitude, latitude = np.radians(degrees).T
    return np.column_stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
    )


def nearest(one: BaseGeometry, other: BaseGeometry) -> Gap:
    """The shortest way between two shapes (points, lines, outlines of polygons)."""
    ours, theirs = _vertices(one), _vertices(other)
    against = _unit_vectors(theirs)
    best, pair = -math.inf, (0, 0)
    for index, vector in enumerate(_unit_vectors(ours)):
        products = against @ vector
        found = int(products.argmax())
        if products[found] > best:
            best, pair = float(products[found]), (index, found)
    start, end = Point(ours[pair[0]]), Point(theirs[pair[1]])
    return Gap(distance_km(start, end), start, end)


def _shape(countries: gpd.GeoDataFrame, name: str) -> BaseGeometry:
    """The polygon of one country."""
    found = countries[countries["name"] == name]
    if len(found) != 1:
        raise LookupError(f"no country {name!r}; known: {', '.join(sorted(countries['name'].astype(str)))}")
    shape: BaseGeometry = found.geometry.iloc[0]
    return shape


def shared_border_km(countries: gpd.GeoDataFrame, one: str, other: str) -> float:
    """Length of the outline that two countries share, in kilometres; 0 if they do not touch."""
    line = shapely.intersection(_shape(countries, one).boundary, _shape(countries, other).boundary)
    parts = [part for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    return sum((length_km(part) for part in parts), 0.0)


def outline_km(countries: gpd.GeoDataFrame, country: str) -> float:
    """Length of all outlines of a country, in kilometres: borders and coasts."""
    lines = shapely.get_parts(_shape(countries, country).boundary)
    return sum((length_km(LineString(line.coords)) for line in lines), 0.0)


def surroundings(countries: gpd.GeoDataFrame, country: str) -> pd.DataFrame:
    """Every other country of the layer, nearest first.

    Returns ``country``, ``touches``, ``shared_km`` (of outline, 0 where they do not touch), ``distance_km``
    (0 for land neighbours) and ``way``, the shortest way as a line (none for land neighbours).
    """
    home = _shape(countries, country)
    rows: list[dict[str, Any]] = []
    for name in sorted(set(countries["name"].astype(str)) - {country}):
        shared = shared_border_km(countries, country, name)
        gap = None if shared > 0 else nearest(home, _shape(countries, name))
        rows.append(
            {
                "country": name,
                "touches": shared > 0,
                "shared_km": shared,
                "distance_km": gap.distance_km if gap else 0.0,
                "way": gap.line if gap else None,
            }
        )
    frame = pd.DataFrame(rows, columns=["country", "touches", "shared_km", "distance_km", "way"])
    return frame.sort_values(["distance_km", "country"]).reset_index(drop=True)


def coast(countries: gpd.GeoDataFrame, window: tuple[float, float, float, float]) -> BaseGeometry:
    """The sea coast of the countries inside a window (west, south, east, north).

    Only for a window in which the layer has all land: an outline that no country shares counts as coast.
    """
    land = shapely.union_all(list(countries.geometry), grid_size=1e-6)
    west, south, east, north = window
    frame: Polygon = shapely.box(west, south, east, north)
    line = shapely.intersection(land.boundary, frame)
    if line.is_empty:
        raise LookupError(f"coast: no coast between {west} and {east} E, {south} and {north} N")
    parts = [part for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    return shapely.MultiLineString(parts)


def meeting_points(boundary_lines: gpd.GeoDataFrame) -> pd.DataFrame:
    """Points where border lines end together, such as the corner of three countries.

    Returns ``countries`` (sorted names, joined by a comma), ``longitude``, ``latitude``, one row a point at
    which at least two lines end.
    """
    ends: dict[tuple[float, float], set[str]] = {}
    lines: dict[tuple[float, float], int] = {}
    for pair, line in zip(boundary_lines["pair"].astype(str), boundary_lines.geometry, strict=True):
        for x, y in (line.coords[0][:2], line.coords[-1][:2]):
            place = (float(x), float(y))
            ends.setdefault(place, set()).update(pair.split("-"))
            lines[place] = lines.get(place, 0) + 1
    rows = [
        {"countries": ", ".join(sorted(names)), "longitude": x, "latitude": y}
        for (x, y), names in sorted(ends.items())
        if lines[(x, y)] > 1
    ]
    return pd.DataFrame(rows, columns=["countries", "longitude", "latitude"])
