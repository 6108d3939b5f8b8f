"""Stations of a line, in order, and the schematic legs where only stations are known."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import geopandas as gpd
import pandas as pd
from shapely import LineString

from corridors.routes.geodesy import length_km

MAIN_LINE: Final = "trans-mongolian-main"

#: What a reader calls a stop or a landmark; track points only shape a line.
NAMED_KINDS: Final = frozenset({"station", "border", "junction", "railhead"})

#: Stretches of the main line outside Mongolia: known by a few points only, so never a course.
SCHEMATIC_STRETCHES: Final = {
    "Ulan-Ude-Naushki": ("ulan-ude", "border-ru-mn"),
    "Erenhot-Beijing": ("border-mn-cn", "beijing"),
}


def stations_on(
    stations: pd.DataFrame, line: str = MAIN_LINE, kinds: Collection[str] = NAMED_KINDS
) -> pd.DataFrame:
    """Rows of ``railway_stations`` on one line, in order along it, of the given kinds."""
    if line not in set(stations["line"]):
        known = ", ".join(sorted(set(stations["line"])))
        raise LookupError(f"stations_on: no line {line!r}; known lines: {known}")
    chosen = stations[(stations["line"] == line) & stations["kind"].isin(list(kinds))]
    return chosen.sort_values("sequence").reset_index(drop=True)


def _sequence(on_line: pd.DataFrame) -> dict[str, int]:
    """Place in the line by station id."""
    return dict(zip(on_line["id"], on_line["sequence"].astype(int), strict=True))


def main_line_stations(stations: pd.DataFrame) -> pd.DataFrame:
    """The points of the main line from border to border, the stretch that rail_track covers."""
    on_line = stations_on(stations)
    sequence = _sequence(on_line)
    first, last = sequence["border-ru-mn"], sequence["border-mn-cn"]
    return on_line[on_line["sequence"].between(first, last)].reset_index(drop=True)


def schematic_legs(stations: pd.DataFrame) -> gpd.GeoDataFrame:
    """The main line outside Mongolia as straight legs: Ulan-Ude to the border, and the border to Beijing.

    Columns ``line_name``, ``resolution`` (always ``station-leg``), ``points``, ``length_km``,
    ``source_ids``, geometry. Three points and six towns make a sketch: draw it as one.
    """
    on_line = stations_on(stations)
    sequence = _sequence(on_line)
    rows = []
    for name, (start, end) in SCHEMATIC_STRETCHES.items():
        leg = on_line[on_line["sequence"].between(sequence[start], sequence[end])]
        geometry = LineString(
            list(zip(leg["longitude"].astype(float), leg["latitude"].astype(float), strict=True))
        )
        rows.append(
            {
                "line_name": name,
                "resolution": "station-leg",
                "points": len(leg),
                "length_km": length_km(geometry),
                "source_ids": ";".join(sorted(set(leg["source_id"]))),
                "geometry": geometry,
            }
        )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
