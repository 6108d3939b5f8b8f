"""How far places are: along the railway and as the crow flies. What each system of the book consists of."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from corridors.routes.geodesy import GEOD, length_km
from corridors.routes.lengths import length_inside_km

#: The Russian border station: Mongolian kilometre posts start there, Russian ones count on from Moscow.
ORIGIN = "naushki"


def by_rail(stations: pd.DataFrame, start: str, places: Sequence[str]) -> pd.DataFrame:
    """Distances from one station of the main line in Mongolia to others, by two lists and straight.

    ``stations`` is ``railway_stations``; ``start`` and ``places`` are ids. Returns ``id``, ``name``,
    ``name_local``, ``country``, ``straight_km`` (geodesic), ``timetable_km``, ``posts_km`` (difference of
    kilometre posts; none in China, whose posts count from Beijing) and ``detour`` (timetable over straight).
    """
    rows = stations.drop_duplicates("id").set_index("id")
    missing = [place for place in (start, *places) if place not in rows.index]
    if missing:
        raise LookupError(f"by_rail: no station {', '.join(missing)}; use the column id of the table")
    home, origin = rows.loc[start], rows.loc[ORIGIN]
    frame = rows.loc[list(places), ["name", "name_local", "country"]].reset_index()
    chosen = rows.loc[list(places)]
    frame["straight_km"] = [
        float(GEOD.inv(home["longitude"], home["latitude"], x, y)[2]) / 1000
        for x, y in zip(chosen["longitude"], chosen["latitude"], strict=True)
    ]
    listed = chosen["timetable_from_ulaanbaatar_km"] - home["timetable_from_ulaanbaatar_km"]
    frame["timetable_km"] = listed.abs().astype(float).to_numpy()
    posts = (chosen["chainage_km"] - home["chainage_km"]).abs()
    russian = home["chainage_km"] + (origin["list_english_km"] - chosen["list_english_km"])
    posts = posts.where(chosen["country"] != "Russia", russian)
    frame["posts_km"] = posts.where(chosen["country"] != "China").astype(float).to_numpy()
    frame["detour"] = frame["timetable_km"] / frame["straight_km"]
    return frame


def summary(
    system: str,
    frame: pd.DataFrame,
    *,
    thing: str,
    home: BaseGeometry | None = None,
    status: str = "status",
    chapter: str = "",
) -> dict[str, object]:
    """One system of the book in one row: how many things the table has, how many are placed, how long.

    ``thing`` is the column that names a thing; rows that repeat it count once. Lines add ``length_km`` and
    ``inside_km`` (within ``home``), where a course that is entered twice counts once, and ``known``, the
    share of the length by resolution. Points have a gap in all three.
    """
    things = frame.drop_duplicates(thing)
    row: dict[str, object] = {
        "system": system, "things": len(things), "placed": 0, "status": _counts(things[status]),
        "length_km": None, "inside_km": None, "known": "", "chapter": chapter,
    }  # fmt: skip
    if not isinstance(frame, gpd.GeoDataFrame):
        if {"latitude", "longitude"} <= set(frame.columns):
            row["placed"] = frame.dropna(subset=["latitude", "longitude"])[thing].nunique()
        return row
    once = frame[~frame.geometry.to_wkb().duplicated()]
    lengths = pd.Series([length_km(line) for line in once.geometry], index=once.index)
    known = (100 * lengths.groupby(once["resolution"]).sum() / lengths.sum()).sort_values(ascending=False)
    row |= {
        "placed": len(things),
        "length_km": float(lengths.sum()),
        "inside_km": sum(length_inside_km(line, home) for line in once.geometry) if home else None,
        "known": "; ".join(f"{name} {share:.0f} %" for name, share in known.items()),
    }
    return row


def _counts(values: pd.Series) -> str:
    """Words with their counts, most frequent first: "operating 9, planned 2"."""
    counts = values.astype(str).value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return ", ".join(f"{name} {count}" for name, count in counts.items())
