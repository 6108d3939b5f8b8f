"""The live map's markup: a frame, a legend and a JSON description that ``maps.js`` draws from.

There is no inline script and no inline style, so a page may forbid both. Layers of more than
``INLINE`` characters become script files that all pages of the site share; the markup stays small
whatever the resolution of a line. All text from data is escaped here or set as text by ``maps.js``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from corridors.show.map_base import coordinates, script_json
from corridors.show.map_model import Feature, Layer, View
from corridors.show.numbers import MISSING
from corridors.show.style import CERTAINTY, MUTED, PAPER

#: A layer's JSON up to this length stays in the page.
INLINE: Final = 1200
#: Tiles for maps whose author offers them; asked for only after the reader has switched them on.
ONLINE: Final = {
    "name": "Street map (online, asks openstreetmap.org)",
    "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    "credit": "\u00a9 OpenStreetMap contributors",
}


def live_html(
    label: str, caption: str, words: str, layers: Sequence[Layer], view: View, *, online: bool = False
) -> str:
    """The markup of one map, described by ``words``; ``maps.css`` hides it until it is drawn."""
    described: list[dict[str, Any]] = []
    for layer in layers:
        name, text = _file(layer)
        entry = _look(layer)
        described.append(entry | ({"file": name} if len(text) > INLINE else {"data": layer_data(layer)}))
    spec: dict[str, Any] = {
        "bounds": [[_short(view.south), _short(view.west)], [_short(view.north), _short(view.east)]],
        "certainty": {
            word: {"title": look.title, "dash": look.dash_array, "width": look.width}
            for word, look in CERTAINTY.items()
            if word in _certainties(layers)
        },
        "layers": described,
    }
    if online:
        spec["online"] = ONLINE
    return (
        f'<div class="sc-map" id="{label}-live">\n'
        f'<a class="sc-map-skip" href="#{label}-end">Skip the map</a>\n'
        f'<p class="sc-map-words" id="{label}-words">{escape(words)}</p>\n'
        f'<div class="sc-map-frame" role="region" aria-label="{escape(f"Interactive map: {caption}")}" '
        f'aria-describedby="{label}-words"></div>\n'
        f"{legend_html(layers)}"
        f'<script type="application/json">{script_json(spec)}</script>\n'
        f"{layers_html(layers)}"
        f'<div class="sc-map-end" id="{label}-end" tabindex="-1"></div>\n'
        "</div>\n"
    )


def script_files(layers: Sequence[Layer]) -> dict[str, str]:
    """The script files of the layers that are too long for the page: file name -> text."""
    files = dict(_file(layer) for layer in layers)
    return {name: text for name, text in files.items() if len(text) > INLINE}


def _file(layer: Layer) -> tuple[str, str]:
    """A name that tells the content apart, and the script that sets ``window.CORRIDORS_LAYERS[name]``."""
    data = script_json(layer_data(layer))
    slug = re.sub(r"[^a-z0-9]+", "-", layer.name.lower()).strip("-")[:40] or "layer"
    name = f"{slug}-{hashlib.sha256(data.encode()).hexdigest()[:8]}.js"
    return name, f'(window.CORRIDORS_LAYERS=window.CORRIDORS_LAYERS||{{}})["{name}"]={data};\n'


def layer_data(layer: Layer) -> dict[str, Any]:
    """The features for ``maps.js``: short keys, sources listed once and referred to by position."""
    ids = sorted({source for feature in layer.features for source in feature.sources})
    place = {source: i for i, source in enumerate(ids)}
    out: dict[str, Any] = {"features": [_feature(f, place) for f in layer.features]}
    if layer.fields:
        out["fields"] = list(layer.fields)
    if ids:
        out["sources"] = [source_title(source) for source in ids]
    return out


def _feature(feature: Feature, place: dict[str, int]) -> dict[str, Any]:
    """One feature; keys without a value are left out."""
    shape = coordinates(feature.geometry)
    if feature.geometry.geom_type == "LineString":
        shape = [shape]
    given = {
        "g": shape,
        "n": feature.name,
        "l": feature.local,
        "a": feature.lang,
        "c": feature.certainty,
        "s": feature.status,
        "v": list(feature.values) if any(feature.values) else [],
        "o": [place[source] for source in feature.sources],
    }
    out = {key: value for key, value in given.items() if value}
    if feature.rank is not None:
        out["r"] = feature.rank
    return out


def source_title(source: str) -> str:
    """What a popup calls a source: publisher and title from the data package."""
    from corridors import catalog

    return str(catalog.source(source).title)


def _look(layer: Layer) -> dict[str, Any]:
    """How ``maps.js`` draws a layer."""
    look: dict[str, Any] = {"name": layer.name, "kind": layer.kind, "colour": layer.colour.css}
    if layer.kind == "points":
        look |= {"shape": layer.shape, "size": layer.size}
    elif layer.width != 1.0:
        look["width"] = layer.width
    if not layer.shown:
        look["off"] = True
    return look


def _certainties(layers: Sequence[Layer]) -> list[str]:
    """The certainties that occur, from the surest down."""
    found = {f.certainty for layer in layers if layer.kind == "lines" for f in layer.features}
    return [word for word in CERTAINTY if word in found]


def legend_html(layers: Sequence[Layer]) -> str:
    """The legend as lists: one entry a layer, then what the line styles say."""
    entries = "".join(f"<li>{_swatch(layer)}{escape(layer.name)}</li>" for layer in layers)
    styles = "".join(
        f"<li>{_line(MUTED.css, word)}{escape(CERTAINTY[word].title)}</li>" for word in _certainties(layers)
    )
    known = f'<ul class="sc-map-key" aria-label="How a line is known">{styles}</ul>\n' if styles else ""
    key = f'<ul class="sc-map-key" aria-label="Legend">{entries}</ul>\n'
    return f'<div class="sc-map-legend">\n{key}{known}</div>\n'


def layers_html(layers: Sequence[Layer]) -> str:
    """What the map shows as a table behind a click: layers, how many, how long, how known."""
    rows = []
    for layer in layers:
        known = _certainties([layer]) if layer.kind == "lines" else []
        lengths = [f.length_km for f in layer.features if f.length_km is not None]
        whole = lengths and len(lengths) == len(layer.features)
        cells = [
            f"{len(layer.features):,} {layer.kind if len(layer.features) > 1 else layer.kind[:-1]}",
            f"{sum(lengths):,.0f}" if whole else MISSING,
            ", ".join(CERTAINTY[word].title for word in known) or MISSING,
        ]
        rows.append(f'<tr><th scope="row">{escape(layer.name)}</th><td>{"</td><td>".join(cells)}</td></tr>')
    heads = "".join(f'<th scope="col">{text}</th>' for text in ("Layer", "Shows", "Length (km)", "Known as"))
    title = "The layers of this map"
    return (
        f'<details class="exhibit-data"><summary>{title}</summary>'
        f'<div class="exhibit-scroll" tabindex="0" role="group" aria-label="{title}"><table class="table">'
        f"<caption>{title}</caption><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></details>\n"
    )


def _swatch(layer: Layer) -> str:
    if layer.kind == "points":
        fill = PAPER.css if layer.shape == "ring" else layer.colour.css
        path = shape_path(layer.shape, 4.5)
        return (
            f'<svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true" focusable="false">'
            f'<path d="{path}" fill="{fill}" stroke="{layer.colour.css}" stroke-width="1.5"/></svg>'
        )
    words = _certainties([layer])
    return _line(layer.colour.css, words[0] if words else "track")


def _line(colour: str, word: str) -> str:
    look = CERTAINTY[word]
    dash = f' stroke-dasharray="{look.dash_array}"' if look.dash else ""
    cap = ' stroke-linecap="round"' if word == "schematic" else ""
    return (
        '<svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true" focusable="false">'
        f'<path d="M2 5H32" fill="none" stroke="{colour}" stroke-width="{look.width:g}"{dash}{cap}/></svg>'
    )


def shape_path(shape: str, radius: float) -> str:
    """The SVG path of a point symbol about the origin."""
    r = f"{radius:g}"
    if shape == "square":
        return f"M-{r} -{r}H{r}V{r}H-{r}Z"
    if shape == "diamond":
        r = f"{radius * 1.3:g}"
        return f"M0 -{r}L{r} 0L0 {r}L-{r} 0Z"
    if shape == "triangle":
        low = f"{radius * 0.9:g}"
        return f"M0 -{radius * 1.2:g}L{radius * 1.15:g} {low}L-{radius * 1.15:g} {low}Z"
    return f"M-{r} 0a{r} {r} 0 1 0 {2 * radius:g} 0a{r} {r} 0 1 0 -{2 * radius:g} 0Z"


def _short(value: float) -> float:
    return round(value, 3)
