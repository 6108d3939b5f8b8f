"""Maps: an author lays lines and points on the shared base layer and gets one object for every medium.

    maps.Map(label="map-railway", caption="...", datasets=["rail_track", "railway_stations"])
        .lines(track, name="Railway", certainty="resolution", name_field="line", length_field="length_km")
        .points(stations, name="Stations", name_field="name", local_field="name_local", popup={"km": "km"})

In the web page the map is drawn by our own small script from a JSON description, with one Leaflet for the
site and no request to anyone else. In print it is a vector picture in a projection that suits the extent.
In JupyterLab it is a folium map. All of them are made from the same layers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import geopandas as gpd
import pandas as pd
from shapely.geometry import mapping

from corridors.show import map_base, media, style
from corridors.show.map_fragment import live_html, script_files
from corridors.show.map_lab import lab_html
from corridors.show.map_model import (
    SHAPES,
    Kind,
    Layer,
    View,
    as_layer_frame,
    features_of,
    text_of,
    view_of,
)
from corridors.show.map_static import static_forms
from corridors.show.map_text import alt_text


@dataclass(kw_only=True)
class Map(media.Exhibit):
    """A map with its caption; ``lines`` and ``points`` add layers and return the map itself.

    ``bounds``   west, south, east, north in degrees; without it the map shows all that its layers hold
    ``finding``  what the author sees in the map, put at the start of the alternative text
    ``base``     another ground than the data package's base layer (a frame as ``map_base.as_base`` wants it)
    ``online``   offer street tiles of OpenStreetMap as a layer that the reader may switch on; off by default
                 because each tile is a request to a stranger

    Raises ``ExhibitError`` for a label, a column, a colour or a certainty that does not exist.
    """

    kind: ClassVar[str] = "map"
    mime: ClassVar[str] = media.MAP

    bounds: tuple[float, float, float, float] | None = None
    finding: str = ""
    base: gpd.GeoDataFrame | None = None
    online: bool = False
    layers: list[Layer] = field(default_factory=list, init=False)

    def lines(
        self,
        frame: pd.DataFrame,
        *,
        name: str,
        certainty: str = "track",
        status: str | None = None,
        colour: str | style.Colour | None = None,
        width: float = 1.0,
        name_field: str | None = None,
        local_field: str | None = None,
        lang: str | None = None,
        length_field: str | None = None,
        popup: Mapping[str, str] | None = None,
        shown: bool = True,
    ) -> Self:
        """Add lines.

        ``certainty`` and ``status`` are a column or one word for all; ``certainty`` is one of
        ``style.CERTAINTY`` and chooses the line style. ``length_field`` holds kilometres. ``popup`` maps
        columns to headings. ``width`` multiplies the width of the line style.
        """
        roles = {
            "name": name_field,
            "local": local_field,
            "lang": lang,
            "certainty": certainty,
            "status": status,
            "length": length_field,
        }
        return self._add(frame, "lines", name, colour, roles, popup or {}, width=width, shown=shown)

    def points(
        self,
        frame: pd.DataFrame,
        *,
        name: str,
        name_field: str = "name",
        local_field: str | None = None,
        lang: str | None = None,
        status: str | None = None,
        kind: str = "circle",
        size: float = 4.0,
        colour: str | style.Colour | None = None,
        labels: str | None = None,
        popup: Mapping[str, str] | None = None,
        shown: bool = True,
    ) -> Self:
        """Add points from a layer, or from a table with columns ``latitude`` and ``longitude``.

        ``kind`` is one of ``map_model.SHAPES``. ``labels`` names a column of whole numbers: points with a
        number get their name written beside them, 1 first, as far as there is room. ``lang`` is a column
        (of language tags or countries) or one tag for the local names.
        """
        if kind not in SHAPES:
            raise media.ExhibitError(
                f"{self.label}: layer {name!r}: kind={kind!r} is not one of {', '.join(SHAPES)}; choose one"
            )
        roles = {"name": name_field, "local": local_field, "lang": lang, "status": status, "rank": labels}
        return self._add(
            frame, "points", name, colour, roles, popup or {}, shape=kind, size=size, shown=shown
        )

    def _add(
        self,
        frame: pd.DataFrame,
        kind: Kind,
        name: str,
        colour: str | style.Colour | None,
        roles: Mapping[str, str | None],
        popup: Mapping[str, str],
        **look: Any,
    ) -> Self:
        where = f"{self.label}: layer {name!r}"
        if any(layer.name == name for layer in self.layers):
            raise media.ExhibitError(f"{where}: the map has a layer of that name already; name them apart")
        placed = as_layer_frame(frame, where=where)
        wanted = {"lines": {"LineString", "MultiLineString"}, "points": {"Point"}}[kind]
        others = sorted(set(placed.geom_type) - wanted)
        if others:
            raise media.ExhibitError(
                f"{where}: {kind} cannot draw {', '.join(others)}; pick rows or convert them"
            )
        features = features_of(placed, where=where, columns=roles, popup=popup)
        if not features:
            raise media.ExhibitError(f"{where}: no row has a position; nothing would be drawn")
        self.sources = (*self.sources, *media.row_sources(frame))
        self.layers.append(
            Layer(
                name=name,
                kind=kind,
                colour=self._colour(colour, where),
                features=features,
                fields=tuple(popup.values()),
                frame=placed,
                **look,
            )
        )
        return self

    def _colour(self, colour: str | style.Colour | None, where: str) -> style.Colour:
        """The named colour; without a name the next series colour that the map has not used."""
        if isinstance(colour, style.Colour):
            return colour
        if colour is None:
            return style.SERIES[len(self.layers) % len(style.SERIES)]
        named = {known.name: known for known in style.COLOURS}
        found = named.get(colour) or style.COUNTRIES.get(colour)
        if found is None:
            raise media.ExhibitError(f"{where}: no colour {colour!r}; the colours are {', '.join(named)}")
        return found

    @property
    def view(self) -> View:
        """What of the earth the map shows."""
        if not self.layers and self.bounds is None:
            raise media.ExhibitError(f"{self.label}: the map is empty; add lines or points, or give bounds")
        return view_of(self.layers, self.bounds)

    @property
    def ground(self) -> gpd.GeoDataFrame:
        """The base layer under the map."""
        return map_base.base_frame() if self.base is None else map_base.as_base(self.base)

    def alt_text(self) -> str:
        """What is shown, how much of it, how it is known and where it lies, counted from the layers."""
        return alt_text(self.layers, self.view, finding=self.finding)

    def data_text(self) -> tuple[str, media.DataFormat]:
        """All layers as one GeoJSON FeatureCollection, each feature with its layer's name and all columns."""
        return geojson(self.layers), "geojson"

    def payload(self) -> dict[str, Any]:
        """The JSON for the book; the source line names the ground's sources too."""
        payload = super().payload()
        if self.base is None:
            payload["source"] = media.source_line([*self.datasets, map_base.BASE], self.sources)
        return payload

    def parts(self) -> dict[str, Any]:
        """Live markup, the script files it needs, and the static twin."""
        return {
            "live": live_html(
                self.label, self.caption, self.alt_text(), self.layers, self.view, online=self.online
            ),
            "layers": script_files(self.layers),
            "static": static_forms(self.layers, self.view, self.ground, salt=self.label),
        }

    def lab_html(self) -> str:
        """A folium map that works in JupyterLab without a network."""
        return lab_html(self.label, self.layers, self.view, self.ground, online=self.online)


def geojson(layers: list[Layer]) -> str:
    """The layers as the text of one FeatureCollection, one feature a line, columns as in the data."""
    features = []
    for layer in layers:
        table = pd.DataFrame(layer.frame.drop(columns=layer.frame.geometry.name))
        for row, shape in zip(table.to_dict("records"), layer.frame.geometry, strict=True):
            properties = {"layer": layer.name, **{str(k): _plain(v) for k, v in row.items()}}
            features.append({"type": "Feature", "properties": properties, "geometry": mapping(shape)})
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, allow_nan=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def _plain(value: Any) -> Any:
    """A cell as JSON holds it: number, truth, text or null."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return text_of(value) or None
