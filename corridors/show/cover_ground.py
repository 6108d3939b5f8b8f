"""The picture behind covers and link pictures: three lands as flat fields, and the lines that cross them.

Drawn from the data package alone: borders, lakes, rivers, the railway as tracked, the gas pipelines with the
certainty of their course. Drawing happens in metres of the projection that all maps of Mongolia share.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path as MplPath
from shapely import make_valid
from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry

from corridors.show import style
from corridors.show.map_static import MONGOLIA, projection
from corridors.show.media import row_sources

MAIN_LINE: Final = "trans-mongolian-main"
#: Tables and layers that the picture is drawn from.
DATASETS: Final = (
    "rail_track", "railway_stations", "pipelines", "countries", "mongolia", "lakes", "rivers",
)  # fmt: skip
FIELDS: Final = {"chn": style.FIELD_CHINA, "kaz": style.FIELD_OTHER, "mng": style.FIELD_MONGOLIA}
"""Colours by the ids of the layer ``countries``; Russia is the ground on which the others lie."""
_REGION: Final = box(60.0, 25.0, 140.0, 75.0)
_NET: Final = (1.0, 1.0, 1.0, 0.10)
_ROUND: Final[dict[str, Any]] = {"capstyle": "round", "joinstyle": "round"}
#: Dots of a course that is only indicated, in line widths.
DOTS: Final = (0.0, (0.1, 2.2))
INDICATED: Final = ("indicative", "schematic")
#: Straight legs between stations, where no track is mapped; in line widths.
LEG: Final = "station-leg"
DASHES: Final = (0.0, (1.3, 0.7))
_DASHED: Final[dict[str, Any]] = {"linestyles": [DASHES], "capstyle": "butt"}


@dataclass(frozen=True)
class Sheet:
    """What a picture shows: its middle and its size in metres of the projection."""

    x: float
    y: float
    wide: float
    tall: float

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        return (
            self.x - self.wide / 2, self.y - self.tall / 2, self.x + self.wide / 2, self.y + self.tall / 2
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Ground:
    """What is drawn, projected: frames with a geometry, and the columns named.

    ``countries`` (id), ``lakes``, ``rivers``, ``railway`` (line, length_km, resolution), ``pipelines``
    (resolution), ``stops`` (name): stations of the main line in towns, north to south; ``credits``: text.
    """

    countries: gpd.GeoDataFrame
    lakes: gpd.GeoDataFrame
    rivers: gpd.GeoDataFrame
    railway: gpd.GeoDataFrame
    pipelines: gpd.GeoDataFrame
    stops: gpd.GeoDataFrame
    credits: str = ""

    @property
    def main_line_km(self) -> float:
        """Length of the main line from border to border as tracked, in kilometres."""
        return float(self.railway.loc[self.railway["line"] == MAIN_LINE, "length_km"].sum())


@lru_cache(maxsize=1)
def read() -> Ground:
    """The ground as the data package has it; read and projected once a process."""
    from corridors import catalog

    crs = projection(MONGOLIA)
    countries = catalog.layer("countries")
    # Long edges bend in the projection: vertices every half degree keep them on their course.
    shapes = countries.geometry.intersection(_REGION).segmentize(0.5)
    exact = catalog.layer("mongolia").geometry.iloc[0]
    countries = countries.set_geometry(shapes.where(countries["id"] != "mng", exact))
    order = countries["id"].map({name: place for place, name in enumerate(FIELDS)})
    pipelines = catalog.layer("pipelines").query("fuel == 'gas' and status != 'cancelled'")
    places = stops(catalog.load("railway_stations"), catalog.load("towns"))
    return Ground(
        countries.loc[order.dropna().sort_values().index].to_crs(crs),
        catalog.layer("lakes").to_crs(crs),
        catalog.layer("rivers").to_crs(crs),
        catalog.layer("rail_track").to_crs(crs),
        pipelines.to_crs(crs),
        places.to_crs(crs),
        catalog.attribution(DATASETS, row_sources(places)),
    )


def stops(stations: Any, towns: Any) -> gpd.GeoDataFrame:
    """The main line's stations in Mongolia that bear the name of a town, as points (EPSG:4326).

    Of several stations in one town it is the first ("Darkhan 1"). Columns: name, source_id.
    """
    chosen = stations[
        (stations["line"] == MAIN_LINE)
        & (stations["country"] == "Mongolia")
        & stations["name"].str.removesuffix(" 1").isin(towns["name"])
    ].dropna(subset=["latitude"])
    chosen = chosen.sort_values("latitude", ascending=False)
    points = gpd.points_from_xy(chosen["longitude"].astype(float), chosen["latitude"].astype(float))
    return gpd.GeoDataFrame(chosen[["name", "source_id"]], geometry=points, crs=4326)


def draw(axes: Axes, ground: Ground, sheet: Sheet, *, width: float = 1.0, pipelines: bool = True) -> None:
    """Fill ``axes`` with the part of ``ground`` on ``sheet``; ``width`` multiplies that of all lines."""
    west, south, east, north = sheet.edges
    axes.set(xlim=(west, east), ylim=(south, north))
    axes.axis("off")
    # Half of what one pixel of a large picture shows; and nothing beyond the edge but its line's width.
    tolerance = max(sheet.wide, sheet.tall) / 3000
    frame = box(west, south, east, north).buffer(20 * tolerance)
    edge = max(sheet.wide, sheet.tall) / 800
    for row in ground.countries.itertuples(index=False):
        # A little wider, so that no ground shows where two layers of different detail meet.
        shape = row.geometry.buffer(edge) if row.id != "mng" else row.geometry
        _fill(axes, shape, frame, tolerance, FIELDS[str(row.id)], 1.0)
    _lines(axes, _net(frame), frame, tolerance, colors=[_NET], linewidths=0.5 * width, zorder=1.2)
    _lines(
        axes, ground.rivers.geometry, frame, tolerance,
        colors=style.FIELD_WATER, linewidths=0.6 * width, alpha=0.35, zorder=1.4,
    )  # fmt: skip
    for lake in ground.lakes.geometry:
        _fill(axes, lake, frame, tolerance, style.FIELD_WATER, 1.6)
    for indicated in (False, True) if pipelines else ():
        some = ground.pipelines[ground.pipelines["resolution"].isin(INDICATED) == indicated]
        _lines(
            axes, some.geometry, frame, tolerance, colors=style.FIELD_LINE, linewidths=1.9 * width,
            linestyles=[DOTS] if indicated else "solid", zorder=3, **_ROUND,
        )  # fmt: skip


def railway(axes: Axes, ground: Ground, *, width: float = 1.0) -> None:
    """Draw the railway on ``axes``: the main line with its stops, other lines thin, unmapped legs dashed."""
    main = ground.railway["line"] == MAIN_LINE
    leg = ground.railway["resolution"] == LEG
    for line, thick in ((~main, 1.9), (main, 5.0)):
        for rows, look in ((ground.railway[line & ~leg], _ROUND), (ground.railway[line & leg], _DASHED)):
            courses = [np.asarray(part.coords)[:, :2] for shape in rows.geometry for part in parts(shape)]
            axes.add_collection(
                LineCollection(courses, colors=style.INK.light, linewidths=thick * width, zorder=5, **look),
                autolim=False,
            )
    axes.plot(
        ground.stops.geometry.x, ground.stops.geometry.y, linestyle="none", marker="o",
        markersize=8.0 * width, markerfacecolor=style.FIELD_MONGOLIA, markeredgecolor=style.INK.light,
        markeredgewidth=2.2 * width, zorder=6,
    )  # fmt: skip


def parts(shape: BaseGeometry) -> list[Any]:
    """The simple members of a geometry, without empty ones."""
    return [part for part in getattr(shape, "geoms", [shape]) if not part.is_empty]


@lru_cache(maxsize=4)
def face(file: str) -> FontProperties:
    """A font file of the package mplfonts, by name. Raises FileNotFoundError if it is not there."""
    found = find_spec("mplfonts")
    folder = Path(next(iter(found.submodule_search_locations or ())), "fonts") if found else Path()
    path = folder / file
    if not path.is_file():
        raise FileNotFoundError(f"{file}: the font is not in the package mplfonts; run 'make book' anew")
    return FontProperties(fname=str(path))


def _fill(
    axes: Axes, shape: BaseGeometry, frame: BaseGeometry, tolerance: float, colour: str, zorder: float
) -> None:
    for part in parts(make_valid(shape.simplify(tolerance)).intersection(frame)):
        if part.geom_type == "Polygon":
            rings = [
                MplPath(np.asarray(ring.coords)[:, :2], closed=True)
                for ring in (part.exterior, *part.interiors)
            ]
            whole = MplPath.make_compound_path(*rings)
            # As an artist: a patch would have its bends measured for limits that are set already.
            axes.add_artist(PathPatch(whole, facecolor=colour, edgecolor="none", zorder=zorder))


def _lines(
    axes: Axes, shapes: Iterable[BaseGeometry], frame: BaseGeometry, tolerance: float, **look: Any
) -> None:
    courses = [
        np.asarray(part.coords)[:, :2]
        for shape in shapes
        for part in parts(shape.simplify(tolerance).intersection(frame))
        if part.geom_type == "LineString"
    ]
    axes.add_collection(LineCollection(courses, **look), autolim=False)


def _net(frame: BaseGeometry) -> gpd.GeoSeries:
    """Parallels every two degrees and meridians every four, projected."""
    west, south, east, north = _REGION.bounds
    lines = [LineString([(west, lat), (east, lat)]) for lat in np.arange(south, north, 2.0)]
    lines += [LineString([(lon, south), (lon, north)]) for lon in np.arange(west, east, 4.0)]
    return gpd.GeoSeries(lines, crs=4326).segmentize(0.5).to_crs(projection(MONGOLIA))
