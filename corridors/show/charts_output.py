"""A drawn figure as bytes: SVG for the page, SVG, PNG and PDF for print. Same figure, same bytes."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from corridors.show import charts_svg, media, style
from corridors.show.pdf_fonts import glyphs_alone

PNG_DPI: Final = 200
# Group ids of a direct label's name and of the value after it; the page sets the two as one text.
NAME: Final = "label-name"
VALUE: Final = "label-value"
RC: Final[Any] = {
    "font.family": [style.FONT],
    "font.size": 10.0,
    # "million US$ ... US$" is no formula.
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "svg.image_inline": True,
    "pdf.fonttype": 42,
    "path.simplify": False,
}
# The scale of a glyph is a small number and keeps its digits; cut to two, the letters shrink by a third.
_LONG_NUMBER = re.compile(r"(scale\([^)]*\))|(-?\d+\.\d{2})\d+")


def static(figure: Figure, label: str) -> dict[str, str]:
    """The pictures for print and EPUB: {"svg": text, "png": base64, "pdf": base64}.

    The text of this SVG is drawn as outlines, so that it looks the same wherever it is opened.
    """
    return {
        "svg": _tidy(_svg_text(figure, label, "path")),
        "png": media.base64_text(_save(figure, "png")),
        "pdf": media.base64_text(_save(figure, "pdf")),
    }


@dataclass(frozen=True)
class Live:
    """A figure for the page: its size, "width height", and what stands in the SVG element."""

    size: str
    body: str

    def element(self, css_class: str = "chart") -> str:
        """The SVG element. What it shows is said by the element around it."""
        return (
            f'<svg class="{css_class}" viewBox="0 0 {self.size}" aria-hidden="true" '
            f'xmlns="http://www.w3.org/2000/svg">{self.body}</svg>'
        )


def live(figure: Figure, label: str) -> Live:
    """The figure for the page: text as text, colours from the theme, no id, no inline style."""
    text = _svg_text(figure, label, "none")
    view = re.search(r'viewBox="0 0 ([^ "]+) ([^ "]+)"', text)
    if view is None:
        raise media.ExhibitError(f"{label}: the drawn figure has no viewBox")
    size = " ".join(f"{float(side):g}" for side in view.groups())
    return Live(size, charts_svg.slim(text, NAME, VALUE))


def _svg_text(figure: Figure, label: str, fonttype: str) -> str:
    with mpl.rc_context({**RC, "svg.fonttype": fonttype, "svg.hashsalt": label}):
        stream = io.BytesIO()
        ground = "none" if fonttype == "none" else style.PAPER.light
        figure.savefig(stream, format="svg", facecolor=ground, metadata={"Date": None, "Creator": None})
    return stream.getvalue().decode("utf-8")


def _save(figure: Figure, kind: str) -> bytes:
    metadata = (
        {"CreationDate": None, "Producer": None, "Creator": None} if kind == "pdf" else {"Software": None}
    )
    with mpl.rc_context(RC), glyphs_alone():
        stream = io.BytesIO()
        figure.savefig(stream, format=kind, dpi=PNG_DPI, facecolor=style.PAPER.light, metadata=metadata)
    return stream.getvalue()


def _tidy(text: str) -> str:
    """Without comments, metadata, needless decimals, and a style that would reach the whole page."""
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<!DOCTYPE.*?>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>\s*", "", text, flags=re.DOTALL)
    text = _LONG_NUMBER.sub(lambda found: found[1] or found[2], text)
    text = re.sub(r"\n\s*", "\n", text)
    return re.sub(r"<svg ", '<svg stroke-linejoin="round" ', text, count=1)
