"""The map in JupyterLab: folium, with Leaflet and the ground inside the cell, so that it draws offline.

folium takes its ids from the system's random source; here they are counted per map, so that a saved
notebook has the same bytes each time. Nothing of folium is changed for other maps in the process.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from importlib import resources
from itertools import count
from typing import Any

import folium
import geopandas as gpd
from branca.element import Element, MacroElement
from folium.template import Template
from shapely.geometry import Point, mapping

from corridors.show.map_base import coordinates
from corridors.show.map_fragment import ONLINE
from corridors.show.map_model import Feature, Layer, View
from corridors.show.map_static import BORDER, HOME, LAND, SEA, SHORE, WATER
from corridors.show.style import CERTAINTY

_GROUND = {
    "land": {"fillColor": LAND, "fillOpacity": 1, "weight": 0},
    "country": {
        "fillColor": HOME,
        "fillOpacity": 1,
        "color": BORDER,
        "weight": 1.2,
        "dashArray": "7 2 1.5 2",
    },
    "river": {"color": WATER, "weight": 1.1, "fill": False},
    "lake": {"fillColor": WATER, "fillOpacity": 1, "color": SHORE, "weight": 0.6},
    "border": {"color": BORDER, "weight": 1.2, "dashArray": "7 2 1.5 2", "fill": False},
}


class _Popup(MacroElement):
    """A pop-up from a JSON string; folium's own needs jQuery and puts the text into a template literal."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this._parent.get_name() }}.bindPopup({{ this.text|tojson }}, {maxWidth: 280});"
        "{% endmacro %}"
    )

    def __init__(self, text: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "popup"
        self.text = text


def lab_html(
    label: str, layers: Sequence[Layer], view: View, ground: gpd.GeoDataFrame, *, online: bool = False
) -> str:
    """The map as the HTML of one frame."""
    made = folium_map(layers, view, ground, online=online)
    root: Any = made.get_root()
    _count_ids(root, label)
    root.render()
    scripts, styles = leaflet_text()
    page = (
        "<!DOCTYPE html><html><head><meta charset='utf-8'>"
        f"<style>{styles} html,body{{margin:0;height:100%}} .leaflet-container{{background:{SEA}}}"
        f" #{made.get_name()}{{position:absolute;inset:0}}</style><script>{scripts}</script></head>"
        f"<body>{root.html.render()}<script>{root.script.render()}</script></body></html>"
    )
    return (
        f'<iframe srcdoc="{escape(page)}" title="{escape(f"Map {label}")}" width="100%" height="480" '
        'style="border:1px solid #c9ced4"></iframe>'
    )


def folium_map(
    layers: Sequence[Layer], view: View, ground: gpd.GeoDataFrame, *, online: bool = False
) -> folium.Map:
    """The same layers as a folium map, for authors who want to go on from there."""
    made = folium.Map(tiles=None, control_scale=True, max_zoom=14, zoom_snap=0.25, attribution_control=online)
    for kind, look in _GROUND.items():
        some = ground[ground["kind"] == kind]
        if len(some):
            shapes = {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {},
                        "geometry": {"type": g.geom_type, "coordinates": coordinates(g, 3)},
                    }
                    for g in some.geometry
                ],
            }
            folium.GeoJson(
                shapes, style_function=lambda _, look=look: look, control=False, interactive=False
            ).add_to(made)
    for layer in layers:
        _group(layer).add_to(made)
    if online:
        folium.TileLayer(
            ONLINE["url"], attr=ONLINE["credit"], name=ONLINE["name"], overlay=True, show=False
        ).add_to(made)
    folium.LayerControl(collapsed=False).add_to(made)
    made.fit_bounds([[view.south, view.west], [view.north, view.east]])
    return made


def _group(layer: Layer) -> folium.FeatureGroup:
    group = folium.FeatureGroup(name=escape(layer.name), show=layer.shown)
    for feature in layer.features:
        at = feature.geometry
        if isinstance(at, Point):
            folium.CircleMarker(
                (at.y, at.x), radius=layer.size, color=layer.colour.light, weight=1.2,
                fill=True, fill_opacity=1,
                fill_color="#ffffff" if layer.shape == "ring" else layer.colour.light,
            ).add_to(group).add_child(_Popup(_popup(layer, feature)))  # fmt: skip
            continue
        look = CERTAINTY[feature.certainty]
        shape = mapping(at)
        courses = [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]
        line: Any = folium.PolyLine
        line(
            [[(round(p[1], 4), round(p[0], 4)) for p in course] for course in courses],
            color=layer.colour.light, weight=look.width * layer.width, dash_array=look.dash_array or None,
        ).add_to(group).add_child(_Popup(_popup(layer, feature)))  # fmt: skip
    return group


def _popup(layer: Layer, feature: Feature) -> str:
    rows = [*zip(layer.fields, feature.values, strict=False), ("Status", feature.status)]
    if feature.certainty:
        rows.append(("Course", CERTAINTY[feature.certainty].title))
    lines = "".join(f"<br>{escape(term)}: {escape(text)}" for term, text in rows if text)
    local = f'<br><span lang="{escape(feature.lang)}">{escape(feature.local)}</span>' if feature.local else ""
    return f"<strong>{escape(feature.name or layer.name)}</strong>{local}{lines}"


def _count_ids(root: Any, label: str) -> None:
    """Give every element of the tree an id by its place in it."""
    numbers = count()

    def walk(element: Element) -> None:
        element._id = f"{label.replace('-', '_')}_{next(numbers):04d}"
        for child in element._children.values():
            walk(child)

    walk(root)


@lru_cache(maxsize=1)
def leaflet_text() -> tuple[str, str]:
    """Leaflet's script and style sheet from the installed package."""
    folder = resources.files("xstatic.pkg.leaflet").joinpath("data")
    script = folder.joinpath("leaflet.js").read_text("utf-8").split("//# sourceMappingURL")[0]
    return script.replace("</script", "<\\/script"), folder.joinpath("leaflet.css").read_text("utf-8")
