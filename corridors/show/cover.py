"""The cover of the book, drawn from its own data: the steppe between two fields, and the one railway.

All words are passed in; they are drawn as outlines, so that the picture needs no font. The same words give
the same bytes. Form: upright, as A4; SVG for print, PNG for e-readers and links.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from PIL import Image

from corridors.show import cover_ground, style
from corridors.show.cover_ground import Ground, Sheet
from corridors.show.map_svg import compact
from corridors.show.picture_words import CoverWords

WIDTH, HEIGHT = 210 / 25.4, 297 / 25.4
"""Size in inches: A4."""
PIXELS: Final = 1600
"""Width of the PNG; its height follows from the form, 2263."""
SHEET: Final = Sheet(190e3, 40e3, 1.56e6, 1.56e6 * HEIGHT / WIDTH)
_MARGIN: Final = 0.085
_SALT: Final = "cover"


@dataclass(frozen=True)
class Cover:
    """The cover in its forms: ``svg`` as text, ``png`` as bytes, ``alt`` in words."""

    svg: str
    png: bytes
    alt: str


def cover(words: CoverWords, ground: Ground | None = None) -> Cover:
    """Draw the cover with ``words``, by default on the ground of the data package."""
    ground = ground or cover_ground.read()
    alt = alternative_text(words, ground)
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": _SALT, "text.parse_math": False}):
        figure = _figure(words, ground)
        svg = _named(_vector(figure), alt)
        return Cover(svg, few_colours(figure, PIXELS / WIDTH, 128), alt)


def alternative_text(words: CoverWords, ground: Ground) -> str:
    """The cover in words: what it says and what is drawn, counted from the data."""
    pipelines = "Gas pipelines are thin golden lines, dotted where their course is only indicated. "
    return (
        f"Cover of {words.title}: {words.subtitle}. A map in three fields, Mongolia pale between Russia, "
        f"blue, and China, red. One railway, {ground.main_line_km:,.0f} kilometres as mapped, crosses "
        f"Mongolia from border to border, with {len(ground.stops)} stations in towns marked; other lines are "
        f"thin. {pipelines if len(ground.pipelines) else ''}{words.author}. {words.edition}."
    )


def _figure(words: CoverWords, ground: Ground) -> Figure:
    figure = Figure(figsize=(WIDTH, HEIGHT), facecolor=style.FIELD_RUSSIA)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    cover_ground.draw(axes, ground, SHEET)
    cover_ground.railway(axes, ground)
    serif, sans = cover_ground.face(style.COVER_SERIF), cover_ground.face(style.COVER_SANS)
    ink, white = style.INK.light, style.PAPER.light
    # The title stands on the steppe, in the free half west of the railway.
    y = _block(figure, words.title, serif, 60.0, 0.475, ink, 0.46)
    _block(figure, words.subtitle, sans, 18.5, y + 0.040, ink, 0.32)
    y = _block(figure, words.author, sans, 14.0, 0.105, white, 0.8)
    _block(figure, words.edition, sans, 10.5, y, style.FIELD_SOFT, 0.8)
    _block(figure, ground.credits, sans, 5.5, 0.034, style.FIELD_SOFT, 1 - 2 * _MARGIN)
    return figure


def _block(
    figure: Figure, text: str, face: FontProperties, size: float, y: float, colour: str, room: float
) -> float:
    """Set ``text`` from the left margin, first base line at ``y``; the base line that would come next.

    ``room`` is the width it may take, a share of the sheet's: lines break at spaces, and the size shrinks
    if a single word is wider.
    """
    width = room * WIDTH * 72
    size *= min(1.0, *(width / max(extent(word, face, size), 1e-9) for word in text.split()))
    for line in broken(text, face, size, width):
        figure.text(_MARGIN, y, line, fontproperties=face, fontsize=size, color=colour, va="baseline")
        y -= size * 1.22 / (HEIGHT * 72)
    return y


def extent(text: str, face: FontProperties, size: float) -> float:
    """Width of ``text`` in points."""
    # Widths grow with the size; the measuring rod has a size of its own.
    width = text_to_path.get_text_width_height_descent(text, face, False)[0]
    return float(width) * size / face.get_size_in_points()


def broken(text: str, face: FontProperties, size: float, width: float) -> list[str]:
    """``text`` in lines of at most ``width`` points, broken at spaces; a wider word has its own line."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and extent(longer, face, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def few_colours(figure: Figure, dpi: float, colours: int) -> bytes:
    """The figure as PNG with a palette: flat fields have few colours, and the file is a fraction."""
    canvas: Any = FigureCanvasAgg(figure)
    figure.set_dpi(dpi)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())[:, :, :3])
    picture = picture.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    picture.save(stream, format="PNG", optimize=True)
    return stream.getvalue()


def _vector(figure: Figure) -> str:
    stream = io.BytesIO()
    figure.savefig(
        stream, format="svg", metadata={"Date": None, "Creator": None}, facecolor=style.FIELD_RUSSIA
    )
    return compact(stream.getvalue().decode("utf-8"))


def _named(svg: str, alt: str) -> str:
    """The picture with a name for those who hear it."""
    start = svg.index("<svg ") + len("<svg ")
    end = svg.index(">", start) + 1
    return f'{svg[:start]}role="img" {svg[start:end]}\n<title>{escape(alt)}</title>{svg[end:]}'
