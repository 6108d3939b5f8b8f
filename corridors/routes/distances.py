"""Straight-line distances: between places, and from a place to a line."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from corridors.routes.geodesy import GEOD, foot_of


def distance_to_line_km(point: Point, line: BaseGeometry) -> float:
    """Geodesic distance from a point to the nearest point of a line or multi-line, in kilometres."""
    parts = [line] if isinstance(line, LineString) else list(getattr(line, "geoms", []))
    if not parts or not all(isinstance(part, LineString) for part in parts):
        raise TypeError(
            f"distance_to_line_km: {line.geom_type} is not a line; pass a LineString or MultiLineString"
        )
    return min(foot_of(part, point).distance_km for part in parts)


def _place(places: pd.DataFrame, name: str) -> tuple[float, float]:
    """Longitude and latitude of one place, by its name or id."""
    found = places[(places["name"] == name) | (places["id"] == name)]
    if len(found) != 1:
        raise LookupError(
            f"distance: {len(found)} places are called {name!r}; use the column id of the table"
        )
    latitude, longitude = found["latitude"].iloc[0], found["longitude"].iloc[0]
    if pd.isna(latitude) or pd.isna(longitude):
        raise LookupError(f"distance: {name!r} has no usable coordinate; see its note in the table")
    return float(longitude), float(latitude)


def distance_between_km(places: pd.DataFrame, start: str, end: str) -> float:
    """Geodesic distance between two places of ``towns`` or ``railway_stations``, by name or id."""
    (x0, y0), (x1, y1) = _place(places, start), _place(places, end)
    return float(GEOD.inv(x0, y0, x1, y1)[2]) / 1000


def distance_table(places: pd.DataFrame, starts: Sequence[str], ends: Sequence[str]) -> pd.DataFrame:
    """Distances as the crow flies from each start to each end.

    Returns columns ``start``, ``end``, ``distance_km``, in the order given; a place to itself is left out.
    """
    rows = [
        {"start": start, "end": end, "distance_km": distance_between_km(places, start, end)}
        for start in starts
        for end in ends
        if start != end
    ]
    return pd.DataFrame(rows, columns=["start", "end", "distance_km"])
