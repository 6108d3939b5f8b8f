"""Checked cells as typed frames: what :mod:`corridors.catalog` hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pandas as pd

from corridors.cells import Field, Value
from corridors.checks import Content

if TYPE_CHECKING:
    import geopandas as gpd

CRS: Final = "EPSG:4326"


class SourceIds(tuple[str, ...]):
    """The ids of a table's sources, as they stand in ``attrs``.

    pandas makes a deep copy of ``attrs`` for every column, selection and sum; of these texts, which nobody
    can change, one is enough.
    """

    __slots__ = ()

    def __deepcopy__(self, memo: object) -> SourceIds:
        return self


def _series(field: Field, values: list[Value]) -> pd.Series[Any]:
    """Parsed cells as a typed column; catalog's docstring lists the types."""
    if field.type in ("integer", "year"):
        return pd.Series(pd.array(cast("list[Any]", values), dtype="Int64"))
    if field.type == "number":
        return pd.Series(np.array([np.nan if v is None else v for v in values], dtype="float64"))
    if field.type == "boolean":
        return pd.Series(pd.array(cast("list[Any]", values), dtype="boolean"))
    if field.type == "date":
        return pd.Series(np.array([None if v is None else str(v) for v in values], dtype="datetime64[s]"))
    if field.type == "yearmonth":
        return pd.Series(pd.PeriodIndex(cast("list[Any]", values), freq="M"))
    return pd.Series(values, dtype="str")


def _frame(content: Content) -> pd.DataFrame:
    return pd.DataFrame({f.name: _series(f, content.values[f.name]) for f in content.resource.schema.fields})


def to_frame(content: Content) -> pd.DataFrame:
    """A table as a DataFrame, a layer as a GeoDataFrame in EPSG:4326; rows in the file's order."""
    return _geo_frame(content) if content.resource.is_layer else _frame(content)


def _geo_frame(content: Content) -> gpd.GeoDataFrame:
    import geopandas as gpd  # loaded only by those who ask for a layer: it takes a second
    from shapely.geometry import shape

    return gpd.GeoDataFrame(_frame(content), geometry=[shape(g) for g in content.geometries], crs=CRS)
