"""The picture that stands beside a link to a page: its title, and a piece of the map that belongs to it.

1200 by 630 pixels, as previews of links want it. The map is the cover's; on it lie the lines and places of
the page's own map, or the railway if it has none. Same words, same bytes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from shapely.geometry import box

from corridors.show import cover_ground, style
from corridors.show.cover import broken, extent, few_colours
from corridors.show.cover_ground import Ground, Sheet
from corridors.show.map_static import MONGOLIA, projection
from corridors.show.picture_words import LinkWords

SIZE: Final = (1200, 630)
"""Width and height in pixels."""
_DPI: Final = 100
_TEXT: Final = 0.54
"""Share of the width that the words take; the rest is map."""
_MARGIN: Final = 64.0
_ASPECT: Final = SIZE[0] * (1 - _TEXT) / SIZE[1]
#: Widths of ground that can be shown, in metres: a piece of Mongolia, or all of it with both neighbours.
_NARROW, _WIDE = 0.75e6, 1.75e6
_MIDDLE: Final = (150e3, 20e3)
_STRAY: Final = (500e3, 300e3)
"""How far the middle of the picture may lie from that of the ground, in metres east and north."""
_COLOURS: Final = 64
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "mapped": {"capstyle": "round", "joinstyle": "round"},
    "leg": {"linestyles": [(0.0, (2.2, 1.1))], "capstyle": "butt"},
    "indicated": {"linestyles": [cover_ground.DOTS], "capstyle": "round"},
}


def picture(words: LinkWords, motif: gpd.GeoDataFrame | None = None, ground: Ground | None = None) -> bytes:
    """The picture as PNG.

    ``motif`` are lines and points in degrees; a column ``resolution`` tells the certainty of its lines.
    """
    ground = ground or cover_ground.read()
    with mpl.rc_context({"text.parse_math": False}):
        if motif is None or motif.empty:
            figure = _railway(ground)
        else:
            shown = motif.to_crs(projection(MONGOLIA))
            figure, axes = _stage(ground, sheet_of(shown))
            _motif(axes, shown)
        _words(figure, words)
        content = few_colours(figure, _DPI, _COLOURS)
    for text in list(figure.texts):
        text.remove()
    return content


@lru_cache(maxsize=1)
def _railway(ground: Ground) -> Figure:
    """The picture without words for all pages that have no map; drawn once."""
    figure, axes = _stage(ground, sheet_of(None))
    cover_ground.railway(axes, ground, width=0.8)
    return figure


def _stage(ground: Ground, sheet: Sheet) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(SIZE[0] / _DPI, SIZE[1] / _DPI), facecolor=style.FIELD_RUSSIA)
    axes = figure.add_axes((_TEXT, 0, 1 - _TEXT, 1))
    cover_ground.draw(axes, ground, sheet, pipelines=False)
    return figure, axes


def sheet_of(motif: gpd.GeoDataFrame | None) -> Sheet:
    """The ground to show: all of Mongolia's middle, or what holds the projected ``motif``, within limits."""
    if motif is None:
        wide, x, y = _WIDE * 0.72, *_MIDDLE
        return Sheet(x + 150e3, y, wide, wide / _ASPECT)
    west, south, east, north = (float(value) for value in motif.total_bounds)
    wide = min(max(1.15 * (east - west), 1.15 * (north - south) * _ASPECT, _NARROW), _WIDE)
    x, y = (
        min(max(value, middle - stray), middle + stray)
        for value, middle, stray in zip(
            ((west + east) / 2, (south + north) / 2), _MIDDLE, _STRAY, strict=True
        )
    )
    return Sheet(x, y, wide, wide / _ASPECT)


def _motif(axes: Axes, motif: gpd.GeoDataFrame) -> None:
    """Lines by what is known of them: mapped solid, station legs dashed, indicated dotted; then places."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    frame = box(west, south, east, north).buffer((east - west) / 50)
    known = motif.get("resolution")
    lines: dict[str, list[Any]] = {"mapped": [], "leg": [], "indicated": []}
    places = []
    for place, shape in enumerate(motif.geometry):
        if shape is None or shape.is_empty:
            continue
        if shape.geom_type == "Point":
            places.append((shape.x, shape.y))
            continue
        word = "" if known is None else str(known.iloc[place])
        kind = {cover_ground.LEG: "leg"}.get(
            word, "indicated" if word in cover_ground.INDICATED else "mapped"
        )
        cut = shape.simplify((east - west) / 2000).intersection(frame)
        lines[kind] += [
            np.asarray(part.coords)[:, :2]
            for part in cover_ground.parts(cut)
            if part.geom_type == "LineString"
        ]
    for kind, courses in lines.items():
        # A pale casing sets a mapped line off from the two dark fields.
        for colour, width in ((style.FIELD_MONGOLIA, 6.0), (style.FIELD_MOTIF, 3.2)):
            if kind == "mapped" or colour == style.FIELD_MOTIF:
                axes.add_collection(
                    LineCollection(courses, colors=colour, linewidths=width, zorder=5, **_LOOKS[kind]),
                    autolim=False,
                )
    if places:
        x, y = zip(*places, strict=True)
        axes.plot(
            x, y, linestyle="none", marker="o", markersize=5.5 if len(places) > 25 else 9.0,
            markerfacecolor=style.FIELD_MONGOLIA, markeredgecolor=style.INK.light, markeredgewidth=1.8,
            zorder=6,
        )  # fmt: skip


def _words(figure: Figure, words: LinkWords) -> None:
    """Part above, the title as large as it fits in four lines, the book below; all in pixels from the top."""
    serif, sans = cover_ground.face(style.COVER_SERIF), cover_ground.face(style.COVER_SANS)
    width, height = SIZE
    room = width * _TEXT - 1.6 * _MARGIN

    def put(text: str, y: float, size: float, face: Any, colour: str) -> None:
        # Sizes are pixels here, points there.
        figure.text(
            _MARGIN / width,
            1 - y / height,
            text,
            fontproperties=face,
            fontsize=size * 72 / _DPI,
            color=colour,
        )

    put(words.part, 96, 26, sans, style.FIELD_LINE)
    size = 82.0
    while size > 34 and (
        len(broken(words.title, serif, size, room)) > 4
        or any(extent(word, serif, size) > room for word in words.title.split())
    ):
        size -= 2
    lines = broken(words.title, serif, size, room)
    y = height / 2 - (len(lines) - 1) * size * 0.6 + size * 0.3
    for line in lines:
        put(line, y, size, serif, style.PAPER.light)
        y += size * 1.2
    put(words.book, height - 72, 26, sans, style.FIELD_SOFT)
