"""Geodesy under the other modules: lengths, densified lines and the nearest point on a line.

Everything is on the WGS84 ellipsoid. Points are (longitude, latitude) in decimal degrees, distances in
kilometres. A segment between two vertices means the geodesic between them, not the straight line on the
plate carrée: over 250 km the two part by kilometres.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyproj import Geod, Proj
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

GEOD: Final = Geod(ellps="WGS84")

#: Longest chord when a line is cut for projecting: within 10 km a geodesic and its chord on a local plane
#: part by centimetres.
STEP_KM: Final = 10.0


@dataclass(frozen=True)
class Foot:
    """The point of a line that is nearest to a given point.

    ``chainage_km`` counts along the line from its first vertex, ``distance_km`` is from the given point.
    """

    longitude: float
    latitude: float
    chainage_km: float
    distance_km: float


def distance_km(start: Point, end: Point) -> float:
    """Geodesic distance between two points, in kilometres."""
    return float(GEOD.inv(start.x, start.y, end.x, end.y)[2]) / 1000


def length_km(geometry: BaseGeometry) -> float:
    """Geodesic length of a line, or of all lines of a multi-line, in kilometres."""
    if geometry.geom_type not in ("LineString", "MultiLineString", "LinearRing"):
        raise TypeError(f"length_km: a {geometry.geom_type} has no length along a route; pass a line")
    return float(GEOD.geometry_length(geometry)) / 1000


def segment_lengths_km(line: LineString) -> list[float]:
    """Geodesic length of each segment of a line, in kilometres; one fewer than its vertices."""
    longitudes, latitudes = (list(axis) for axis in line.coords.xy)
    return [float(metres) / 1000 for metres in GEOD.line_lengths(longitudes, latitudes)]


def densify(line: LineString, step_km: float = STEP_KM) -> LineString:
    """The same line with vertices added along its geodesics, at most ``step_km`` apart."""
    if step_km <= 0:
        raise ValueError(f"densify: step_km must be above 0, not {step_km}")
    coordinates: list[tuple[float, float]] = [(line.coords[0][0], line.coords[0][1])]
    for (x0, y0), (x1, y1), span in zip(
        ((c[0], c[1]) for c in line.coords[:-1]),
        ((c[0], c[1]) for c in line.coords[1:]),
        segment_lengths_km(line),
        strict=True,
    ):
        extra = math.ceil(span / step_km) - 1
        if extra > 0:
            coordinates.extend((float(x), float(y)) for x, y in GEOD.npts(x0, y0, x1, y1, extra))
        coordinates.append((x1, y1))
    return LineString(coordinates)


def foot_of(line: LineString, point: Point) -> Foot:
    """The nearest point of ``line`` to ``point``, with its place along the line; see :func:`feet_of`."""
    return feet_of(line, [point])[0]


def feet_of(line: LineString, points: Sequence[Point]) -> list[Foot]:
    """The nearest point of ``line`` to each of ``points``, with its place along the line.

    Works on an azimuthal equidistant plane centred on the point: distances from the centre are true there,
    and the segments, at most 10 km long, are straight to within centimetres. The distance returned is
    geodesic, measured after the nearest place is found.
    """
    fine = densify(line)
    longitudes, latitudes = (list(axis) for axis in fine.coords.xy)
    spans = segment_lengths_km(fine)
    return [_foot_on(longitudes, latitudes, spans, point) for point in points]


def _foot_on(longitudes: list[float], latitudes: list[float], spans: list[float], point: Point) -> Foot:
    plane = Proj(proj="aeqd", lat_0=point.y, lon_0=point.x, ellps="WGS84")
    xs, ys = plane(longitudes, latitudes)
    best, index, along = math.inf, 0, 0.0
    for i in range(len(xs) - 1):
        dx, dy = xs[i + 1] - xs[i], ys[i + 1] - ys[i]
        square = dx * dx + dy * dy
        share = 0.0 if square == 0 else min(1.0, max(0.0, -(xs[i] * dx + ys[i] * dy) / square))
        reach = math.hypot(xs[i] + share * dx, ys[i] + share * dy)
        if reach < best:
            best, index, along = reach, i, share
    azimuth = GEOD.inv(longitudes[index], latitudes[index], longitudes[index + 1], latitudes[index + 1])[0]
    longitude, latitude, _ = GEOD.fwd(
        longitudes[index], latitudes[index], azimuth, 1000 * along * spans[index]
    )
    foot = Point(float(longitude), float(latitude))
    return Foot(foot.x, foot.y, sum(spans[:index]) + along * spans[index], distance_km(point, foot))


def point_at(line: LineString, chainage_km: float) -> Point:
    """The point ``chainage_km`` kilometres along ``line`` from its first vertex.

    Raises ValueError outside the line (beyond a metre, which absorbs rounding).
    """
    spans = segment_lengths_km(line)
    total = sum(spans)
    if not -0.001 <= chainage_km <= total + 0.001:
        raise ValueError(f"point_at: {chainage_km} km is not on a line of {total:.3f} km")
    left = min(max(chainage_km, 0.0), total)
    for (start, end), span in zip(zip(line.coords[:-1], line.coords[1:], strict=True), spans, strict=True):
        if left <= span and span > 0:
            azimuth = GEOD.inv(start[0], start[1], end[0], end[1])[0]
            longitude, latitude, _ = GEOD.fwd(start[0], start[1], azimuth, 1000 * left)
            return Point(float(longitude), float(latitude))
        left -= span
    last = line.coords[-1]
    return Point(last[0], last[1])
