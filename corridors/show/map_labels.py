"""Names on the printed map: the most important first, none over another or over the edge, each with a halo.

A halo is a second, pale text under the first, drawn as an outline. In PNG and PDF matplotlib draws it; in
SVG the outline of each glyph would be spelled out, so there ``map_svg`` adds it from the glyphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patheffects import Stroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from corridors.show.style import INK, MUTED

#: Prefixes of the ids of names and of their halos in the picture.
NAME, HALO = "name", "halo"
HALO_WIDTH: Final = 1.7
TOWN: Final = "#55524b"


@dataclass(frozen=True)
class Place:
    """A point that wants a name: position in data units, rank (lowest first), gap to its name in points.

    ``kind`` is "layer" for the author's points, "town" for those of the ground (they get a dot if there is
    room for the name) and "country" for a name without a point.
    """

    name: str
    x: float
    y: float
    rank: int
    gap: float
    kind: str = "layer"


_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "layer": {"fontsize": 7.2, "color": INK.light},
    "town": {"fontsize": 7.0, "color": MUTED.light},
    "country": {"fontsize": 7.2, "color": "#8d8577"},
}


def write(
    axes: Axes, text: str, xy: tuple[float, float], offset: tuple[float, float] = (0, 0), **look: Any
) -> Annotation:
    """``text`` at ``xy`` moved by ``offset`` points, over its halo."""
    number = len(axes.texts)
    given: dict[str, Any] = {"zorder": 50.0, "ha": "center", "va": "center", "annotation_clip": True} | look
    halo: dict[str, Any] = given | {"zorder": given["zorder"] - 0.5, "color": "white"}
    axes.annotate(
        text, xy, xytext=offset, textcoords="offset points", gid=f"{HALO}-{number}",
        path_effects=[Stroke(linewidth=HALO_WIDTH, foreground="white")], **halo,
    )  # fmt: skip
    return axes.annotate(text, xy, xytext=offset, textcoords="offset points", gid=f"{NAME}-{number}", **given)


def lay_labels(axes: Axes, places: Sequence[Place]) -> list[str]:
    """Write the names for which there is room; the names written, in order of importance."""
    figure = axes.get_figure(root=True)
    if figure is None or not isinstance(figure.canvas, FigureCanvasAgg):
        raise TypeError("names need a figure with an Agg canvas to be measured on")
    canvas: Any = figure.canvas
    renderer: Any = canvas.get_renderer()
    frame = axes.get_window_extent(renderer).padded(-2)
    pixels = figure.dpi / 72
    taken = [text.get_window_extent(renderer) for text in axes.texts]
    written: list[str] = []
    for place in sorted(places, key=lambda p: (p.rank, p.name)):
        at = axes.transData.transform((place.x, place.y))
        if place.name in written or not frame.contains(*at):
            continue
        text = place.name.upper() if place.kind == "country" else place.name
        probe = axes.text(0, 0, text, fontsize=_LOOKS[place.kind]["fontsize"])
        size = probe.get_window_extent(renderer)
        probe.remove()
        for dx, dy in ((0, 0),) if place.kind == "country" else ((1, 0), (-1, 0), (0, 1), (0, -1)):
            gap = place.gap * pixels
            left = at[0] + dx * gap - size.width * (1 - dx) / 2
            low = at[1] + dy * gap - size.height * (1 - dy) / 2
            extent = Bbox.from_bounds(left, low, size.width, size.height)
            inside = frame.contains(extent.x0, extent.y0) and frame.contains(extent.x1, extent.y1)
            if inside and not any(extent.overlaps(other) for other in taken):
                half = gap * 0.6
                taken += [extent, Bbox.from_extents(at[0] - half, at[1] - half, at[0] + half, at[1] + half)]
                written.append(place.name)
                write(
                    axes, text, (place.x, place.y), (dx * place.gap, dy * place.gap),
                    ha=("center", "left", "right")[dx], va=("center", "bottom", "top")[dy],
                    **_LOOKS[place.kind],
                )  # fmt: skip
                if place.kind == "town":
                    axes.plot(
                        [place.x], [place.y], marker="o", markersize=2.4, color=TOWN, markeredgecolor="white",
                        markeredgewidth=0.4, zorder=8,
                    )  # fmt: skip
                break
    return written
