"""What a map holds, before it takes any form: features, layers, and the checks on what an author hands in.

Every form of a map (live, Lab, printed, spoken) reads these records and nothing else, so they cannot
disagree. Coordinates are WGS84 decimal degrees, longitude first; lengths are kilometres.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from corridors.show.languages import language
from corridors.show.media import ExhibitError
from corridors.show.style import CERTAINTY, Colour

Kind = Literal["lines", "points"]

#: Words that data sets use for the certainties of ``style.CERTAINTY``.
_SYNONYMS: Final = {
    "station leg": "station-leg",
    "published route": "published-route",
    "published": "published-route",
    "route": "published-route",
    "indicative": "schematic",
}
#: Shapes that tell kinds of point apart without colour.
SHAPES: Final = ("circle", "ring", "square", "diamond", "triangle")


@dataclass(frozen=True)
class Feature:
    """One line or point with everything a popup, a legend or a sentence may say of it."""

    geometry: BaseGeometry
    name: str = ""
    local: str = ""
    lang: str = ""
    certainty: str = ""
    status: str = ""
    sources: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    length_km: float | None = None
    rank: int | None = None


@dataclass(frozen=True)
class Layer:
    """Features that share a name, a colour and a popup form.

    ``fields`` are the headings of each feature's ``values``; ``frame`` is the author's own table, kept
    for the download.
    """

    name: str
    kind: Kind
    colour: Colour
    features: tuple[Feature, ...]
    fields: tuple[str, ...]
    frame: gpd.GeoDataFrame
    shape: str = "circle"
    width: float = 1.0
    size: float = 4.0
    shown: bool = True


def text_of(value: Any) -> str:
    """A cell as a reader sees it: nothing for a missing value, no digit more than the data hold."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) or hasattr(value, "dtype"):
        number = float(value)
        if math.isnan(number):
            return ""
        text = f"{number:,.3f}".rstrip("0").rstrip(".")
        return text.replace("-", "\u2212", 1) if number < 0 else text
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return str(value).strip()


def as_layer_frame(frame: pd.DataFrame, *, where: str) -> gpd.GeoDataFrame:
    """``frame`` as a WGS84 GeoDataFrame; a plain table needs columns ``latitude`` and ``longitude``.

    Rows without a position are left out: a place that nobody has located is not drawn anywhere.
    """
    if isinstance(frame, gpd.GeoDataFrame):
        if frame.crs is not None and frame.crs.to_epsg() != 4326:
            frame = frame.to_crs(4326)
        return gpd.GeoDataFrame(frame[frame.geometry.notna() & ~frame.geometry.is_empty])
    missing = {"latitude", "longitude"} - set(frame.columns)
    if missing:
        raise ExhibitError(
            f"{where}: no column {', '.join(sorted(missing))}; hand in a layer or add the column"
        )
    placed = frame.dropna(subset=["latitude", "longitude"])
    points = [Point(float(x), float(y)) for x, y in zip(placed["longitude"], placed["latitude"], strict=True)]
    return gpd.GeoDataFrame(placed, geometry=points, crs=4326)


def certainty_of(word: str, *, where: str) -> str:
    """A key of ``style.CERTAINTY`` for the word a data set uses; ExhibitError for a word nobody defined."""
    value = _SYNONYMS.get(word, word)
    if value not in CERTAINTY:
        raise ExhibitError(
            f"{where}: certainty {word!r} is not one of {', '.join(CERTAINTY)}; name a column or one of these"
        )
    return value


def features_of(
    frame: gpd.GeoDataFrame,
    *,
    where: str,
    columns: Mapping[str, str | None],
    popup: Mapping[str, str],
) -> tuple[Feature, ...]:
    """Features in the order of ``frame``.

    ``columns`` says for each of name, local, lang, certainty, status, length, rank which column holds it,
    or gives a constant for certainty, status and lang. ``popup`` maps columns to headings.
    """
    needed = [columns.get(k) for k in ("name", "local", "length", "rank")]
    missing = [c for c in (*needed, *popup) if c is not None and c not in frame.columns]
    if missing:
        raise ExhibitError(
            f"{where}: no column {', '.join(missing)}; the columns are {', '.join(map(str, frame.columns))}"
        )

    def cell(row: Mapping[str, Any], role: str) -> str:
        column = columns.get(role)
        return "" if column is None else text_of(row[column])

    def cell_or_constant(row: Mapping[str, Any], role: str) -> str:
        given = columns.get(role)
        return "" if given is None else text_of(row[given]) if given in row else given

    out = []
    for row in frame.to_dict("records"):
        named: dict[str, Any] = {str(k): v for k, v in row.items()}
        certainty = cell_or_constant(named, "certainty")
        length, rank = columns.get("length"), cell(named, "rank")
        local = cell(named, "local")
        out.append(
            Feature(
                geometry=named[str(frame.geometry.name)],
                name=cell(named, "name"),
                local=local,
                lang=language(local, cell_or_constant(named, "lang")),
                certainty=certainty_of(certainty, where=where) if columns.get("certainty") else "",
                status=cell_or_constant(named, "status"),
                sources=_sources(named),
                values=tuple(text_of(named[c]) for c in popup),
                length_km=None if length is None or text_of(named[length]) == "" else float(named[length]),
                rank=int(float(rank.replace(",", ""))) if rank else None,
            )
        )
    return tuple(out)


def _sources(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The source ids of a row, from ``source_id`` or ``source_ids`` (several, ';' between)."""
    for column in ("source_ids", "source_id"):
        text = text_of(row.get(column))
        if text:
            return tuple(part for part in text.split(";") if part)
    return ()


@dataclass(frozen=True)
class View:
    """The part of the earth that a map shows, in degrees; ``fitted`` if taken from its layers, not given."""

    west: float
    south: float
    east: float
    north: float
    fitted: bool = False


def view_of(layers: Sequence[Layer], bounds: tuple[float, float, float, float] | None) -> View:
    """The given bounds, or those of the layers with a margin of 4 per cent, at least 0.1 degree."""
    if bounds is not None:
        west, south, east, north = bounds
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ExhibitError(
                f"bounds {bounds}: write west, south, east, north in degrees, west and south first"
            )
        return View(west, south, east, north)
    boxes = [tuple(float(v) for v in layer.frame.total_bounds) for layer in layers]
    west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
    dx, dy = max(0.04 * (east - west), 0.1), max(0.04 * (north - south), 0.1)
    return View(west - dx, south - dy, east + dx, north + dy, fitted=True)
