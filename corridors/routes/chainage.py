"""Chainage: kilometres along a line, official and by geometry, and positions from them.

Two frames meet here. Official chainage counts tariff kilometres from Naushki, the Russian border station.
Geometric chainage counts geodesic kilometres along the assembled track from the border. The origins are
about 6.1 km apart and the official kilometre is slightly longer, so the frames are tied together at the
stations with a published kilometre and never equated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point

from corridors.routes.geodesy import Foot, feet_of, foot_of, point_at
from corridors.routes.lengths import assemble, length_by_part
from corridors.routes.stations import MAIN_LINE, main_line_stations, stations_on

__all__ = [
    "Position",
    "chainage_along",
    "compare_chainage",
    "locate",
    "nearest_part",
    "point_at",
    "position",
]

#: Published kilometres are whole numbers: half a kilometre either way.
ROUNDING_KM: Final = 0.5
#: Thinned track lies within 60 m of the mapped one; 100 m with the position of a node.
TRACK_KM: Final = 0.1
#: A station leg departs from the true track by this much at worst, where the two could be compared.
STATION_LEG_KM: Final = 4.9


@dataclass(frozen=True)
class Position:
    """Where an official kilometre lies on the ground, and how well that is known.

    ``uncertainty_km`` adds up, as a bound and not as a standard error: rounding of the published kilometres,
    accuracy of the two stations used, the misfit of the two frames over the distance to the nearer station,
    and how well the course itself is known. ``between`` names the two stations.
    """

    latitude: float
    longitude: float
    chainage_km: float
    geometry_km: float
    uncertainty_km: float
    resolution: str
    between: tuple[str, str]


def locate(line: LineString, point: Point) -> Foot:
    """The place on ``line`` nearest to ``point``: chainage by geometry and distance, in kilometres."""
    return foot_of(line, point)


def nearest_part(track: gpd.GeoDataFrame, line: str, geometry_km: float) -> tuple[int, str]:
    """Number and resolution of the part in which a geometric chainage falls."""
    return _part_at(length_by_part(track, line), line, geometry_km)


def _part_at(parts: pd.DataFrame, line: str, geometry_km: float) -> tuple[int, str]:
    """The same for a line whose parts have been measured; measuring them takes much longer."""
    reach = 0.0
    for number, resolution, span in zip(parts["part"], parts["resolution"], parts["length_km"], strict=True):
        reach += float(span)
        if geometry_km <= reach + 1e-9:
            return int(number), str(resolution)
    raise ValueError(f"nearest_part: {geometry_km} km is beyond the end of {line} ({reach:.3f} km)")


def chainage_along(stations: pd.DataFrame, track: gpd.GeoDataFrame, line: str = MAIN_LINE) -> pd.DataFrame:
    """Stations of a line with their place along its geometry.

    For the main line the points from border to border; for a branch all its named points. Adds
    ``geometry_km`` (from the first vertex of the track), ``off_line_km`` (distance to the line), ``part`` and
    ``resolution`` of the track there.
    """
    chosen = main_line_stations(stations) if line == MAIN_LINE else stations_on(stations, line)
    places = zip(chosen["longitude"], chosen["latitude"], strict=True)
    feet = feet_of(assemble(track, line), [Point(float(x), float(y)) for x, y in places])
    parts = length_by_part(track, line)
    found = [_part_at(parts, line, foot.chainage_km) for foot in feet]
    return chosen.assign(
        geometry_km=[foot.chainage_km for foot in feet],
        off_line_km=[foot.distance_km for foot in feet],
        part=[number for number, _ in found],
        resolution=[resolution for _, resolution in found],
    )


def compare_chainage(stations: pd.DataFrame, track: gpd.GeoDataFrame) -> pd.DataFrame:
    """Official and geometric chainage of the main line, from one published station to the next.

    Returns a row a leg: ``start``, ``end``, ``official_km``, ``geometry_km``, ``difference_km`` (official
    less geometry) and ``difference_pct`` of the geometry. Legs, not totals: an error at one post then shows
    in two legs and nowhere else. Only published kilometres take part.
    """
    published = _anchors(chainage_along(stations, track))
    rows = []
    for (_, start), (_, end) in zip(published[:-1].iterrows(), published[1:].iterrows(), strict=True):
        official = float(end["chainage_km"]) - float(start["chainage_km"])
        measured = float(end["geometry_km"]) - float(start["geometry_km"])
        rows.append(
            {
                "start": start["name"],
                "end": end["name"],
                "official_km": official,
                "geometry_km": measured,
                "difference_km": official - measured,
                "difference_pct": 100 * (official / measured - 1),
            }
        )
    return pd.DataFrame(rows)


def _anchors(located: pd.DataFrame) -> pd.DataFrame:
    """Stations that tie the two frames together: a published kilometre and a place on the line."""
    anchors = located[located["chainage_quality"] == "published"].sort_values("chainage_km")
    if not anchors["geometry_km"].is_monotonic_increasing:
        raise ValueError("official and geometric chainage run apart; check the published kilometres")
    return anchors.reset_index(drop=True)


def position(chainage_km: float, stations: pd.DataFrame, track: gpd.GeoDataFrame) -> Position:
    """Where an official kilometre of the main line lies, interpolated between published stations.

    Between two stations with a published kilometre the tariff kilometre is stretched evenly along the track.
    Raises ValueError outside the first and last of them: nothing is extrapolated.
    """
    anchors = _anchors(chainage_along(stations, track))
    first, last = float(anchors["chainage_km"].iloc[0]), float(anchors["chainage_km"].iloc[-1])
    if not first <= chainage_km <= last:
        raise ValueError(
            f"position: km {chainage_km:g} is outside the published {first:g} to {last:g} km from Naushki"
        )
    upper = max(1, int((anchors["chainage_km"].astype(float) < chainage_km).sum()))
    start, end = anchors.iloc[upper - 1], anchors.iloc[upper]
    official = float(end["chainage_km"]) - float(start["chainage_km"])
    measured = float(end["geometry_km"]) - float(start["geometry_km"])
    done = chainage_km - float(start["chainage_km"])
    geometry_km = float(start["geometry_km"]) + measured * done / official
    ground = point_at(assemble(track), geometry_km)
    _, resolution = nearest_part(track, MAIN_LINE, geometry_km)
    station_km = max(float(start["coordinate_accuracy_km"]), float(end["coordinate_accuracy_km"]))
    misfit = abs(official / measured - 1) * min(done, official - done)
    course = TRACK_KM if resolution == "track" else STATION_LEG_KM
    return Position(
        latitude=ground.y,
        longitude=ground.x,
        chainage_km=chainage_km,
        geometry_km=geometry_km,
        uncertainty_km=ROUNDING_KM + station_km + misfit + course,
        resolution=resolution,
        between=(str(start["name"]), str(end["name"])),
    )
