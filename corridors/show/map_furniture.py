"""What stands around and over the printed map: graticule, scale bar, legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import TextToPath
from pyproj import CRS, Geod, Transformer

from corridors.show.map_labels import write
from corridors.show.map_model import Layer, View
from corridors.show.style import CERTAINTY, INK, MUTED, PAPER, LineStyle

MARKERS: Final = {"circle": "o", "ring": "o", "square": "s", "diamond": "D", "triangle": "^"}
GRID: Final = "#d9d5cb"
LEGEND_SIZE: Final = 7.2
"""In points; nothing on a map is set below seven."""
PRINT_WIDTH: Final = 0.6
"""Widths of line styles are in pixels of a screen; on paper a line is thinner."""


def graticule(axes: Axes, view: View, forward: Transformer) -> None:
    """Light meridians and parallels with their degrees at the lower and left edge."""
    step = next(s for s in (0.5, 1, 2, 5, 10, 20, 60) if (view.east - view.west) / s <= 9)
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    lons = np.arange(np.floor(view.west / step - 3) * step, view.east + 3 * step, step)
    lats = np.arange(np.floor(view.south / step - 3) * step, view.north + 3 * step, step)
    lats = lats[(lats > -85) & (lats < 85)]
    along = np.linspace(0, 1, 80)
    look = {"fontsize": 7.0, "color": MUTED.light, "zorder": 30}
    for lon in lons:
        x, y = forward.transform(np.full(80, lon), lats[0] + along * (lats[-1] - lats[0]))
        axes.plot(x, y, color=GRID, linewidth=0.4, zorder=1.5)
        at = float(np.interp(high, y, x))
        if left + 0.04 * (right - left) < at < right - 0.04 * (right - left):
            side = "E" if lon >= 0 else "W"
            write(axes, f"{abs(lon):g}\u00b0{side}", (at, high), (0, -2), va="top", **look)
    for lat in lats:
        x, y = forward.transform(lons[0] + along * (lons[-1] - lons[0]), np.full(80, lat))
        axes.plot(x, y, color=GRID, linewidth=0.4, zorder=1.5)
        at = float(np.interp(left, x, y))
        if low + 0.06 * (high - low) < at < high - 0.06 * (high - low):
            side = "N" if lat >= 0 else "S"
            write(axes, f"{abs(lat):g}\u00b0{side}", (left, at), (3, 0), ha="left", **look)


def scale_bar(axes: Axes, crs: CRS) -> None:
    """A bar of a round number of kilometres, true at the place where it stands."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    x, y = left + 0.03 * (right - left), low + 0.035 * (high - low)
    lon, lat = Transformer.from_crs(crs, 4326, always_xy=True).transform([x, x + 100_000], [y, y])
    true = Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])[2] / 100_000
    room = 0.22 * (right - left) * true / 1000
    km = max(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) if n <= max(room, 1))
    end = x + km * 1000 / true
    tick = 0.008 * (high - low)
    axes.plot([x, x, end, end], [y + tick, y, y, y + tick], color=INK.light, linewidth=0.9, zorder=40)
    write(axes, f"{km:,} km", ((x + end) / 2, y), (0, 2), fontsize=7, va="bottom", color=INK.light)


def legend_rows(layers: Sequence[Layer], width: float) -> int:
    """How many rows the legend takes below a map of ``width`` inches."""
    handles = _handles(layers)
    return -(-len(handles) // _columns(handles, width)) if handles else 0


def _columns(handles: Sequence[Line2D], width: float) -> int:
    """Three columns if the entries leave room for them, else two or one; filled one after the other."""
    measure, face = TextToPath(), FontProperties(size=LEGEND_SIZE)
    words = [measure.get_text_width_height_descent(str(one.get_label()), face, False)[0] for one in handles]
    for count in (3, 2):
        rows = -(-len(words) // count)
        columns = [words[at : at + rows] for at in range(0, len(words), rows)]
        # A sign, the gap to its words, and the gap between columns, in sizes of the type as below.
        taken = sum(max(column) for column in columns) + (3.2 + 0.8 + 1.6) * LEGEND_SIZE * len(columns)
        if taken <= width * 72:
            return min(count, len(words))
    return 1


def _handles(layers: Sequence[Layer]) -> list[Line2D]:
    handles = []
    for layer in layers:
        if not layer.shown:
            continue
        if layer.kind == "points":
            hollow = layer.shape == "ring"
            handles.append(
                Line2D([], [], linestyle="none", marker=MARKERS[layer.shape], markersize=5, label=layer.name,
                       markerfacecolor=PAPER.light if hollow else layer.colour.light,
                       markeredgecolor=layer.colour.light, markeredgewidth=0.9)
            )  # fmt: skip
        else:
            word = next(w for w in CERTAINTY if any(f.certainty == w for f in layer.features))
            handles.append(_line_handle(layer.colour.light, CERTAINTY[word], layer.name))
    found = {f.certainty for layer in layers if layer.kind == "lines" and layer.shown for f in layer.features}
    handles += [
        _line_handle(MUTED.light, look, look.title) for word, look in CERTAINTY.items() if word in found
    ]
    return handles


def _line_handle(colour: str, look: LineStyle, title: str) -> Line2D:
    dashes: Any = look.matplotlib
    return Line2D([], [], color=colour, linewidth=look.width * PRINT_WIDTH, linestyle=dashes, label=title)


def legend(figure: Figure, layers: Sequence[Layer]) -> None:
    """One entry a layer, then what the line styles say, below the map."""
    handles = _handles(layers)
    if handles:
        figure.legend(
            handles=handles, loc="lower left", bbox_to_anchor=(0.0, 0.0),
            ncols=_columns(handles, figure.get_figwidth()),
            fontsize=LEGEND_SIZE, frameon=False, handlelength=3.2, columnspacing=1.6, borderaxespad=0.2,
            labelspacing=0.45,
        )  # fmt: skip
