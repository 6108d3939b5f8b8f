"""Kilometre posts of the main line in three published lists, against each other and against the geometry.

The lists are those of ``railway_stations``: the English route map, the German station list, the timetable.
In Mongolia all three count from Naushki; the timetable is printed from Ulaanbaatar and shifted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import pandas as pd

from corridors.routes.chainage import chainage_along
from corridors.routes.lengths import length_by_part
from corridors.routes.stations import MAIN_LINE, stations_on

#: Columns of ``posts`` and the lists that they hold.
LISTS: Final = {"english_km": "English list", "german_km": "German list", "timetable_km": "Timetable"}

#: Where the timetable begins to count when it is shifted to the origin of the other two.
ORIGIN: Final = "naushki"


def posts(stations: pd.DataFrame, track: gpd.GeoDataFrame) -> pd.DataFrame:
    """Stations of the main line in Mongolia that stand in two lists or more.

    Columns ``id``, ``name``, ``english_km``, ``german_km``, ``timetable_km`` (all from Naushki),
    ``spread_km`` (greatest less least) and ``geometry_km`` (from the northern border, along the track).
    """
    on_line = stations_on(stations)
    origin = on_line.loc[on_line["id"] == ORIGIN, "timetable_from_ulaanbaatar_km"]
    if len(origin) != 1 or origin.isna().any():
        raise LookupError(f"posts: the timetable gives no kilometre for {ORIGIN!r}, the origin of the lists")
    located = chainage_along(stations, track)
    located = located[(located["kind"] == "station") & (located["country"] == "Mongolia")]
    frame = pd.DataFrame(
        {
            "id": located["id"],
            "name": located["name"],
            "english_km": located["list_english_km"].astype(float),
            "german_km": located["list_german_km"].astype(float),
            "timetable_km": located["timetable_from_ulaanbaatar_km"].astype(float) - float(origin.iloc[0]),
            "geometry_km": located["geometry_km"].astype(float),
        }
    )
    values = frame[list(LISTS)]
    frame["spread_km"] = values.max(axis=1) - values.min(axis=1)
    return frame[values.notna().sum(axis=1) >= 2].reset_index(drop=True)


def leg_excess(
    listed: pd.DataFrame, track: gpd.GeoDataFrame, lists: Sequence[str] = ("english_km", "timetable_km")
) -> pd.DataFrame:
    """How much longer each list makes the way from station to station than the geometry does.

    Takes ``posts``; stations that one of ``lists`` lacks are passed over, so that all lists are held against
    the same legs. One row a leg and list: ``start``, ``end``, ``list``, ``published_km``, ``geometry_km``,
    ``station_leg_km`` (part of the geometry that is straight from station to station, and so too short) and
    ``excess_pct`` of the geometry.
    """
    unknown = [name for name in lists if name not in LISTS]
    if unknown:
        raise LookupError(f"leg_excess: no list {unknown}; the lists are {', '.join(LISTS)}")
    common = listed.dropna(subset=list(lists)).sort_values("geometry_km")
    rows = []
    for (_, start), (_, end) in zip(list(common.iterrows())[:-1], list(common.iterrows())[1:], strict=True):
        measured = float(end["geometry_km"]) - float(start["geometry_km"])
        straight = station_leg_km(track, float(start["geometry_km"]), float(end["geometry_km"]))
        for name in lists:
            published = float(end[name]) - float(start[name])
            rows.append(
                {
                    "start": str(start["name"]),
                    "end": str(end["name"]),
                    "list": LISTS[name],
                    "published_km": published,
                    "geometry_km": measured,
                    "station_leg_km": straight,
                    "excess_pct": 100 * (published / measured - 1),
                }
            )
    return pd.DataFrame(rows)


def station_leg_km(track: gpd.GeoDataFrame, start_km: float, end_km: float, line: str = MAIN_LINE) -> float:
    """Kilometres between two geometric chainages of a line that are straight legs and not mapped track."""
    reach, straight = 0.0, 0.0
    parts = length_by_part(track, line)
    for resolution, span in zip(parts["resolution"], parts["length_km"], strict=True):
        if resolution == "station-leg":
            straight += max(0.0, min(end_km, reach + float(span)) - max(start_km, reach))
        reach += float(span)
    return straight
