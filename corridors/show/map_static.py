"""The map for print: the same layers on the same ground, as vector and pixel pictures with fixed bytes.

The projection is a Lambert conformal conic: true angles, one scale along two parallels. Maps of Mongolia
share one (44 and 50 degrees north, 104 degrees east); a wider extent gets parallels at a sixth and five
sixths of its own height. Drawing happens in metres of that projection.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any, Final

import geopandas as gpd
import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path as MplPath
from PIL import Image
from pyproj import CRS, Transformer
from shapely import get_coordinates, make_valid
from shapely.geometry import box

from corridors.show.map_furniture import MARKERS, PRINT_WIDTH, graticule, legend, legend_rows, scale_bar
from corridors.show.map_labels import HALO, Place, lay_labels
from corridors.show.map_model import Layer, View
from corridors.show.map_svg import compact
from corridors.show.media import base64_text
from corridors.show.pdf_fonts import glyphs_alone
from corridors.show.style import CERTAINTY, FONT, MUTED, PAPER

WIDTH: Final = 5.6
"""Width of the picture in inches: that of the printed book, so that type has the size it is given."""
DPI: Final = 204
MONGOLIA: Final = View(84.0, 39.0, 124.0, 56.0)
"""Extents inside this box share the projection of Mongolia."""

#: The ground's colours: paper, so the light theme's only. Kept near those of maps.css.
LAND, HOME, WATER, SHORE, BORDER = (
    "#f5f2ea", "#fffefb", "#c9dfec", "#8fb4cb", "#8d8577",
)  # fmt: skip
SEA: Final = "#e3edf3"
DASHES: Final = (0.0, (8.0, 2.0, 1.5, 2.0))
PRINTED_RANK: Final = 2
"""Points of a lower rank get their name only in the live map, when the reader zooms in."""
_RC: Final[dict[Any, Any]] = {
    "font.family": FONT,
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "path.simplify": True,
    # A name with two dollar signs is no formula.
    "text.parse_math": False,
    "figure.dpi": DPI,
    "axes.unicode_minus": True,
}


def static_forms(
    layers: Sequence[Layer], view: View, ground: gpd.GeoDataFrame, *, salt: str
) -> dict[str, str]:
    """The picture as SVG text, PNG and PDF (base64). ``salt`` fixes the ids inside the SVG."""
    out = {}
    with mpl.rc_context({**_RC, "svg.hashsalt": salt}):
        figure = draw(layers, view, ground)
        out["png"] = base64_text(_few_colours(figure))
        nothing = {"CreationDate": None, "Creator": None, "Producer": None}
        with glyphs_alone():
            out["pdf"] = base64_text(_save(figure, "pdf", nothing))
        for text in figure.axes[0].texts:
            if (text.get_gid() or "").startswith(HALO):
                text.set_visible(False)
        out["svg"] = compact(_save(figure, "svg", {"Date": None, "Creator": None}).decode("utf-8"))
    return out


def _save(figure: Figure, form: str, metadata: dict[str, Any], pixels: dict[str, Any] | None = None) -> bytes:
    """The figure in a form that matplotlib writes; ``pixels``: how Pillow is to pack them."""
    buffer = io.BytesIO()
    more: dict[str, Any] = {"pil_kwargs": pixels} if pixels else {}
    figure.savefig(buffer, format=form, dpi=DPI, metadata=metadata, facecolor="white", **more)
    return buffer.getvalue()


def _few_colours(figure: Figure) -> bytes:
    """The figure as PNG with a palette of 256 colours: a map has few, and the file shrinks to a half."""
    buffer = io.BytesIO()
    picture = (
        Image.open(io.BytesIO(_save(figure, "png", {"Software": None}, {"compress_level": 1})))
        .convert("RGB")
        .quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    picture.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def projection(view: View) -> CRS:
    """The Lambert conformal conic for ``view``."""
    inside = (
        view.west >= MONGOLIA.west
        and view.east <= MONGOLIA.east
        and view.south >= MONGOLIA.south
        and view.north <= MONGOLIA.north
    )
    if inside:
        low, high, middle, meridian = 44.0, 50.0, 47.0, 104.0
    else:
        height = view.north - view.south
        low, high = view.south + height / 6, view.north - height / 6
        middle, meridian = (view.south + view.north) / 2, (view.west + view.east) / 2
    return CRS.from_proj4(
        f"+proj=lcc +lat_1={low:.4f} +lat_2={high:.4f} +lat_0={middle:.4f} +lon_0={meridian:.4f} "
        "+datum=WGS84 +units=m +no_defs"
    )


def draw(layers: Sequence[Layer], view: View, ground: gpd.GeoDataFrame) -> Figure:
    """The figure: map, graticule, scale bar, names and, below, the legend."""
    crs = projection(view)
    forward = Transformer.from_crs(4326, crs, always_xy=True)
    west, south, east, north = _extent(layers, view, forward)
    rows = legend_rows(layers, WIDTH)
    strip = 0.12 + 0.15 * rows
    tall = WIDTH * min(max((north - south) / (east - west), 0.4), 1.15)
    figure = Figure(figsize=(WIDTH, tall + strip))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.003, strip / (tall + strip), 0.994, (tall - 0.02) / (tall + strip)))
    # One scale in both directions: the shorter side gets more ground.
    metres = max((east - west) / (WIDTH * 0.994), (north - south) / (tall - 0.02))
    dx, dy = metres * WIDTH * 0.994 / 2, metres * (tall - 0.02) / 2
    west, east, south, north = (
        (west + east) / 2 - dx,
        (west + east) / 2 + dx,
        (south + north) / 2 - dy,
        (south + north) / 2 + dy,
    )
    axes.set(xlim=(west, east), ylim=(south, north))
    axes.set_facecolor(PAPER.light)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(color=MUTED.light, linewidth=0.6)
    tolerance = (east - west) / (WIDTH * 600)
    _sea(axes, ground, forward)
    # Long edges bend in the projection: vertices every half degree keep them on their parallel.
    _ground(axes, ground.set_geometry(ground.geometry.segmentize(0.5)).to_crs(crs), tolerance)
    graticule(axes, view, forward)
    for order, layer in enumerate(layer for layer in layers if layer.shown):
        _layer(axes, layer, crs, tolerance, 10 + order)
    scale_bar(axes, crs)
    lay_labels(axes, _places(layers, ground, forward, _detail(east - west)))
    legend(figure, layers)
    return figure


def _extent(layers: Sequence[Layer], view: View, forward: Transformer) -> tuple[float, float, float, float]:
    """Bounds in metres: of the layers with a margin, or of the author's box (its sides are curves)."""
    if view.fitted:
        points = np.vstack([get_coordinates(layer.frame.geometry) for layer in layers])
    else:
        sides = box(view.west, view.south, view.east, view.north)
        points = get_coordinates(sides.segmentize(max(view.east - view.west, view.north - view.south) / 40))
    x, y = forward.transform(points[:, 0], points[:, 1])
    west, south, east, north = (float(v) for v in (np.min(x), np.min(y), np.max(x), np.max(y)))
    margin = max(0.04 * (east - west), 0.04 * (north - south), 5_000.0) if view.fitted else 0.0
    return west - margin, south - margin, east + margin, north + margin


def _parts(shape: Any) -> list[Any]:
    """The simple members of a geometry."""
    return [
        part for child in getattr(shape, "geoms", [shape]) for part in ([child] if not child.is_empty else [])
    ]


def _sea(axes: Axes, ground: gpd.GeoDataFrame, forward: Transformer) -> None:
    """The sheet of the base layer in the colour of water; beyond its edges nothing is drawn."""
    west, south, east, north = (float(v) for v in ground.total_bounds)
    edge = np.asarray(box(west, south, east, north).segmentize(1.0).exterior.coords)
    x, y = forward.transform(edge[:, 0], edge[:, 1])
    axes.add_patch(Polygon(np.column_stack([x, y]), facecolor=SEA, edgecolor="none", zorder=0.5))


def _ground(axes: Axes, ground: gpd.GeoDataFrame, tolerance: float) -> None:
    """Land, lakes, rivers and borders, cut to the frame and simplified to what print can show."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    frame = box(left, low, right, high).buffer(20 * tolerance)
    looks: dict[str, dict[str, Any]] = {
        "land": {"facecolor": LAND, "edgecolor": LAND, "linewidth": 0.3, "zorder": 1},
        "country": {
            "facecolor": HOME,
            "edgecolor": BORDER,
            "linewidth": 0.9,
            "linestyle": DASHES,
            "zorder": 1.2,
        },
        "river": {"colors": WATER, "linewidths": 0.7, "zorder": 2},
        "lake": {"facecolor": WATER, "edgecolor": SHORE, "linewidth": 0.35, "zorder": 3},
        "border": {"colors": BORDER, "linewidths": 0.7, "linestyles": [DASHES], "zorder": 4},
    }
    for kind, look in looks.items():
        shapes = [
            make_valid(s.simplify(tolerance)).intersection(frame)
            for s in ground.geometry[ground["kind"] == kind]
        ]
        parts = [part for shape in shapes for part in _parts(shape)]
        if "colors" in look:
            courses = [np.asarray(part.coords)[:, :2] for part in parts if part.geom_type == "LineString"]
            axes.add_collection(LineCollection(courses, **look), autolim=False)
            continue
        for part in parts:
            if part.geom_type == "Polygon":
                rings = [
                    MplPath(np.asarray(r.coords)[:, :2], closed=True)
                    for r in (part.exterior, *part.interiors)
                ]
                axes.add_patch(PathPatch(MplPath.make_compound_path(*rings), **look))


def _layer(axes: Axes, layer: Layer, crs: CRS, tolerance: float, zorder: int) -> None:
    """Lines in the style of their certainty with a pale casing, or points with a pale rim."""
    shapes = gpd.GeoSeries([f.geometry for f in layer.features], crs=4326).to_crs(crs)
    if layer.kind == "points":
        hollow = layer.shape == "ring"
        axes.plot(
            shapes.x, shapes.y, linestyle="none", marker=MARKERS[layer.shape], markersize=layer.size * 0.95,
            markerfacecolor=PAPER.light if hollow else layer.colour.light,
            markeredgecolor=layer.colour.light if hollow else PAPER.light,
            markeredgewidth=0.9 if hollow else 0.5, zorder=zorder + 10,
        )  # fmt: skip
        return
    for word, look in CERTAINTY.items():
        some = [
            s.simplify(tolerance) for s, f in zip(shapes, layer.features, strict=True) if f.certainty == word
        ]
        courses = [np.asarray(part.coords)[:, :2] for shape in some for part in _parts(shape)]
        if not courses:
            continue
        width = look.width * layer.width * PRINT_WIDTH
        if not look.dash:
            axes.add_collection(
                LineCollection(courses, colors=HOME, linewidths=width + 1.1, zorder=zorder, capstyle="round"),
                autolim=False,
            )
        axes.add_collection(
            LineCollection(
                courses, colors=layer.colour.light, linewidths=width, linestyles=[look.matplotlib],
                zorder=zorder + 0.5, capstyle="round" if word == "schematic" else "butt",
            ),
            autolim=False,
        )  # fmt: skip


def _places(
    layers: Sequence[Layer], ground: gpd.GeoDataFrame, forward: Transformer, detail: int
) -> list[Place]:
    """All that wants a name on the map: the layers' ranked points, then the ground's towns and countries."""
    places = []
    for layer in layers:
        if layer.kind == "points" and layer.shown:
            for f in layer.features:
                if f.rank is not None and f.rank <= PRINTED_RANK and f.name:
                    x, y = forward.transform(f.geometry.coords[0][0], f.geometry.coords[0][1])
                    places.append(Place(f.name, x, y, f.rank, layer.size * 0.5 + 1.5))
    for row in ground.itertuples(index=False, name="Row"):
        if row.kind in ("town", "country-label") and row.name and row.rank <= detail:
            x, y = forward.transform(row.geometry.x, row.geometry.y)
            kind, rank = ("town", 100) if row.kind == "town" else ("country", 101)
            places.append(Place(row.name, x, y, rank + row.rank, 2.4, kind))
    return places


def _detail(metres: float) -> int:
    """The least important rank of the ground's towns that a map of this width (in metres) names."""
    return max(0, round(math.log2(36e6 / metres)))
