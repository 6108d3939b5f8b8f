"""Lengths of lines, by part and by line, and how much of a line is known as track."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import geopandas as gpd
import pandas as pd
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from corridors.routes.geodesy import densify, distance_km, length_km
from corridors.routes.stations import MAIN_LINE

__all__ = [
    "assemble",
    "length_by_line",
    "length_by_part",
    "length_inside_km",
    "length_km",
    "pipeline_lengths",
    "sections",
    "share_known_as_track",
]

#: Parts of a line share their end vertex; a greater gap means that one is missing or out of order.
JOINT_KM = 0.05


def _parts(track: gpd.GeoDataFrame, line: str) -> gpd.GeoDataFrame:
    """The parts of one line in order."""
    parts = track[track["line"] == line]
    if parts.empty:
        raise LookupError(
            f"no line {line!r} in the track; known lines: {', '.join(sorted(set(track['line'])))}"
        )
    ordered = parts.sort_values("part")
    numbers = [int(n) for n in ordered["part"]]
    if numbers != list(range(1, len(numbers) + 1)):
        raise ValueError(f"{line}: parts {numbers} are not 1 to {len(numbers)} without a gap")
    return ordered


def length_by_part(track: gpd.GeoDataFrame, line: str | None = None) -> pd.DataFrame:
    """Geodesic length of each part: ``line``, ``part``, ``resolution``, ``length_km``, in order."""
    chosen = track if line is None else _parts(track, line)
    frame = pd.DataFrame(
        {
            "line": chosen["line"].astype(str),
            "part": chosen["part"].astype(int),
            "resolution": chosen["resolution"].astype(str),
            "length_km": [length_km(geometry) for geometry in chosen.geometry],
        }
    )
    return frame.sort_values(["line", "part"]).reset_index(drop=True)


def length_by_line(track: gpd.GeoDataFrame) -> pd.DataFrame:
    """Length of each line and of its mapped track.

    Returns ``line``, ``line_name``, ``status``, ``parts``, ``length_km``, ``track_km``, ``track_pct``.
    """
    parts = length_by_part(track)
    parts["track_km"] = parts["length_km"].where(parts["resolution"] == "track", 0.0)
    grouped = parts.groupby("line", sort=True)
    frame = pd.DataFrame(
        {
            "parts": grouped.size(),
            "length_km": grouped["length_km"].sum(),
            "track_km": grouped["track_km"].sum(),
        }
    ).reset_index()
    first = track.sort_values("part").drop_duplicates("line").set_index("line")
    frame.insert(1, "line_name", frame["line"].map(first["line_name"]))
    frame.insert(2, "status", frame["line"].map(first["status"]))
    frame["track_pct"] = 100 * (frame["track_km"] / frame["length_km"])
    return frame


def assemble(track: gpd.GeoDataFrame, line: str = MAIN_LINE) -> LineString:
    """One line from its parts, in order and end to end.

    Raises ValueError where two parts do not meet within 50 m: a gap would be drawn and measured as track.
    """
    coordinates: list[tuple[float, float]] = []
    for number, geometry in zip(_parts(track, line)["part"], _parts(track, line).geometry, strict=True):
        if not isinstance(geometry, LineString):
            raise TypeError(f"{line}, part {number}: {geometry.geom_type}, not a LineString")
        points = [(c[0], c[1]) for c in geometry.coords]
        if coordinates:
            gap = distance_km(shapely.Point(coordinates[-1]), shapely.Point(points[0]))
            if gap > JOINT_KM:
                raise ValueError(
                    f"{line}: part {number} starts {gap:.2f} km from the end of the part before it"
                )
            points = points[1:] if points[0] == coordinates[-1] else points
        coordinates.extend(points)
    return LineString(coordinates)


def share_known_as_track(track: gpd.GeoDataFrame, line: str = MAIN_LINE) -> float:
    """Share of a line's length that is mapped track, in per cent; the rest are straight station legs."""
    parts = length_by_part(track, line)
    known = parts.loc[parts["resolution"] == "track", "length_km"].sum()
    return float(100 * (known / parts["length_km"].sum()))


def length_inside_km(geometry: BaseGeometry, polygon: BaseGeometry) -> float:
    """Length of a line inside a polygon (a country), in kilometres; 0 where they do not meet.

    The line is cut along its geodesics first, so that long segments cross the border where they should.
    """
    lines = [geometry] if isinstance(geometry, LineString) else list(getattr(geometry, "geoms", []))
    fine = [densify(line) for line in lines if isinstance(line, LineString)]
    if not fine:
        raise TypeError(f"length_inside_km: {geometry.geom_type} is not a line")
    # Segment by segment: cut as a whole, a line that runs twice over the same ground would count once.
    segments = [LineString(pair) for line in fine for pair in pairwise(line.coords)]
    inside = shapely.get_parts(shapely.intersection(segments, polygon))
    return sum((length_km(piece) for piece in inside if piece.geom_type == "LineString"), 0.0)


def sections(lengths: pd.DataFrame, track: gpd.GeoDataFrame) -> pd.DataFrame:
    """Published lengths by source, each beside the geometry of the whole line.

    Takes ``rail_lengths`` and ``rail_track``; keeps the rows whose section is a whole line of the track, one
    row a source. Adds ``geometry_km``, ``track_pct`` and ``difference_pct`` (geometry against published, in
    per cent of the published length; below zero means that the geometry is shorter).
    """
    measured = length_by_line(track).set_index("line")
    whole = lengths[lengths["line"].isin(measured.index)]
    # Parts of the main line carry its slug too, but only the border-to-border rows cover the same stretch.
    whole = whole[(whole["line"] != MAIN_LINE) | (whole["section"] == "main-border-border")].copy()
    whole["geometry_km"] = whole["line"].map(measured["length_km"]).astype(float)
    whole["track_pct"] = whole["line"].map(measured["track_pct"]).astype(float)
    whole["difference_pct"] = 100 * (whole["geometry_km"] / whole["value"].astype(float) - 1)
    return whole.reset_index(drop=True)


def length_by_status(lines: pd.DataFrame, statuses: Sequence[str]) -> pd.DataFrame:
    """Sum of ``length_km`` for each of ``statuses``, in their order; 0 where no line has it.

    Returns ``status``, ``length_km``. Raises ValueError for a line whose status is not among them, so that
    none is left out unseen.
    """
    unknown = sorted(set(lines["status"].astype(str)) - set(statuses))
    if unknown:
        raise ValueError(f"length_by_status: lines with a status that is not asked for: {unknown}; name it")
    sums = lines.groupby("status")["length_km"].sum().reindex(list(statuses), fill_value=0.0)
    return pd.DataFrame({"status": list(statuses), "length_km": sums.astype("float64").to_numpy()})


def pipeline_lengths(pipelines: gpd.GeoDataFrame, country: BaseGeometry | None = None) -> pd.DataFrame:
    """Length of each pipeline route, and of its part inside a country if one is given.

    Returns ``gem_id``, ``line``, ``line_name``, ``segment``, ``status``, ``resolution``, ``length_km`` and
    ``inside_km``. Rows marked indicative are lengths of a sketch.
    """
    columns = ["gem_id", "line", "line_name", "segment", "status", "resolution"]
    frame = pd.DataFrame(pipelines[columns]).copy()
    frame["length_km"] = [length_km(geometry) for geometry in pipelines.geometry]
    if country is not None:
        frame["inside_km"] = [length_inside_km(geometry, country) for geometry in pipelines.geometry]
    return frame.reset_index(drop=True)
