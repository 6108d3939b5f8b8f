"""The ground under every map: borders, lakes, rivers and towns, the same for the live and the printed form.

The base layer is read from the data package once per process and served once per site, as a script that
sets ``window.CORRIDORS_BASE`` (a page opened from disk may not fetch a file, but it may load a script).
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

#: Name of the layer in the data package.
BASE: Final = "base_layer"
#: The kinds of feature a base layer has, in drawing order.
KINDS: Final = ("land", "country", "river", "lake", "border", "town", "country-label")
#: Columns of the frame that ``base_frame`` returns, besides the geometry.
COLUMNS: Final = ("kind", "name", "name_local", "rank")


@lru_cache(maxsize=1)
def base_frame() -> gpd.GeoDataFrame:
    """The base layer of the data package, as ``as_base`` shapes it."""
    from corridors import catalog

    return as_base(catalog.layer(BASE))


def as_base(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """``frame`` in drawing order, columns kind, name, name_local (text), rank (int, 0 first), geometry."""
    out = gpd.GeoDataFrame(geometry=frame.geometry.to_numpy(), crs=frame.crs or 4326)
    for column in COLUMNS[:-1]:
        values = frame[column] if column in frame.columns else pd.Series("", index=frame.index)
        out[column] = ["" if pd.isna(v) else str(v) for v in values]
    ranks = frame["rank"] if "rank" in frame.columns else pd.Series(9, index=frame.index)
    out["rank"] = [9 if pd.isna(v) else int(v) for v in ranks]
    order = out["kind"].map({kind: i for i, kind in enumerate(KINDS)}).fillna(len(KINDS))
    return out.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def coordinates(geometry: BaseGeometry, digits: int = 4) -> Any:
    """The coordinates of ``geometry`` as GeoJSON nests them, rounded (4 digits are 11 m)."""

    def rounded(node: Any) -> Any:
        if node and isinstance(node[0], (int, float)):
            return [round(float(node[0]), digits), round(float(node[1]), digits)]
        return [rounded(child) for child in node]

    return rounded(mapping(geometry)["coordinates"])


def base_script(frame: gpd.GeoDataFrame | None = None) -> str:
    """The script file with the base layer, as GeoJSON that Leaflet reads."""
    base = base_frame() if frame is None else as_base(frame)
    features = [
        {
            "type": "Feature",
            "properties": {"k": row.kind, "n": row.name, "l": row.name_local, "r": row.rank},
            "geometry": {"type": row.geometry.geom_type, "coordinates": coordinates(row.geometry, 3)},
        }
        for row in base.itertuples(index=False, name="Row")
    ]
    bbox = [round(float(v), 3) for v in base.total_bounds]
    collection = {"type": "FeatureCollection", "bbox": bbox, "features": features}
    return f"window.CORRIDORS_BASE={script_json(collection)};\n"


def script_json(value: Any) -> str:
    """JSON that is safe inside a page and inside a script: no ``<``, ``>``, ``&``, line separators."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
