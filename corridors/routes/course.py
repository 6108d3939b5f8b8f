"""The course of the railway as one layer: mapped parts, and straight legs where nothing better is known."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd

from corridors.routes.stations import MAIN_LINE, schematic_legs

#: What every part of a course carries.
COLUMNS: Final = (
    "id", "line", "line_name", "part", "resolution", "status", "gauge_mm", "opened", "length_km",
    "source_ids",
)  # fmt: skip


def whole_course(track: gpd.GeoDataFrame, stations: pd.DataFrame) -> gpd.GeoDataFrame:
    """Main line from Ulan-Ude to Beijing: the parts of ``rail_track`` between the legs outside Mongolia.

    One row a part with the columns of ``COLUMNS`` and a geometry, from north to south. The legs outside
    Mongolia have no part number and no gauge; their status is that of the line, which has through traffic.
    """
    inside = track[track["line"] == MAIN_LINE].sort_values("part")
    inside = inside.assign(source_ids=inside["source_id"])[[*COLUMNS, "geometry"]]
    outside = schematic_legs(stations)
    outside = outside.assign(
        id=outside["line_name"].str.lower(), line=MAIN_LINE, part=pd.NA, status=inside["status"].iloc[0],
        gauge_mm=pd.NA, opened=pd.NA,
    )[[*COLUMNS, "geometry"]]  # fmt: skip
    ordered = [outside.iloc[:1], inside, outside.iloc[1:]]
    frame = pd.concat([pd.DataFrame(piece).astype(object) for piece in ordered], ignore_index=True)
    frame["length_km"] = frame["length_km"].astype(float)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=track.crs)
