"""A drawn figure as bytes: SVG for the page, SVG, PNG and PDF for print. Same figure, same bytes."""

from __future__ import annotations

import io
import re
from html import escape
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from corridors.show import media, style

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
_SHORTHAND = re.compile(r"font: (?:(\w+) )?([\d.]+)px [^;\"]+")
_FAMILY = re.compile(r"font-family: [^;\"]+;?\s*")
_NO_TURN = re.compile(r'\s?transform="rotate\(-?0 [^"]*\)"')
_PAIR = re.compile(
    rf'<g id="{NAME}">\s*(<text[^>]*>[^<]*)</text>\s*</g>\s*'
    rf'<g id="{VALUE}">\s*<text[^>]*>([^<]*)</text>\s*</g>'
)
_LONG_NUMBER = re.compile(r"(-?\d+\.\d{2})\d+")
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
_ID = re.compile(r'\s(?:id)="([^"]+)"')


def static(figure: Figure, label: str) -> dict[str, str]:
    """The pictures for print and EPUB: {"svg": text, "png": base64, "pdf": base64}.

    The text of this SVG is drawn as outlines, so that it looks the same wherever it is opened.
    """
    return {
        "svg": _tidy(_svg_text(figure, label, "path")),
        "png": media.base64_text(_save(figure, "png")),
        "pdf": media.base64_text(_save(figure, "pdf")),
    }


def live(figure: Figure, label: str, alt: str) -> str:
    """The SVG element for the page: text as text, colours from the theme, ids that begin with ``label``."""
    text = _tidy(_svg_text(figure, label, "none"))
    start = text.index("<svg")
    body = text[text.index(">", start) + 1 :]
    view = re.search(r'viewBox="([^"]+)"', text)
    if view is None:
        raise media.ExhibitError(f"{label}: the drawn figure has no viewBox")
    # In the reader's font a name is narrower: its value follows it, wherever it ends.
    body = _PAIR.sub(r'\1 <tspan font-weight="700">\2</tspan></text>', body)
    body = _own_ids(_theme_colours(body), label)
    body = _FAMILY.sub("", _SHORTHAND.sub(lambda found: _font(found.group(1), found.group(2)), body))
    return (
        f'<svg class="chart" viewBox="{view.group(1)}" role="img" aria-label="{escape(alt, quote=True)}" '
        f'font-family="{escape(style.FONT_STACK, quote=True)}" xmlns="http://www.w3.org/2000/svg">{body}'
    )


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
    with mpl.rc_context(RC):
        stream = io.BytesIO()
        figure.savefig(stream, format=kind, dpi=PNG_DPI, facecolor=style.PAPER.light, metadata=metadata)
    return stream.getvalue()


def _tidy(text: str) -> str:
    """Without comments, metadata, needless decimals, and a style that would reach the whole page."""
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<!DOCTYPE.*?>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>\s*", "", text, flags=re.DOTALL)
    text = _LONG_NUMBER.sub(r"\1", text)
    text = re.sub(r"\n\s*", "\n", text)
    text = _NO_TURN.sub("", text)
    return re.sub(r"<svg ", '<svg stroke-linejoin="round" ', text, count=1)


def _theme_colours(text: str) -> str:
    known = {colour.light: colour.css for colour in reversed(style.COLOURS)}
    # matplotlib leaves out black, the initial value; the page must not, or dark pages lose it.
    return _HEX.sub(lambda found: known.get(found.group(0).lower(), found.group(0)), text)


def _own_ids(text: str, label: str) -> str:
    """Only the ids that are used, each beginning with ``label``: no two charts of a page share one."""
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    text = _ID.sub(lambda found: f' id="{label}-{found.group(1)}"' if found.group(1) in used else "", text)
    text = text.replace("url(#", f"url(#{label}-").replace('xlink:href="#', f'href="#{label}-')
    return re.sub(r"<g>\s*</g>\s*", "", text)


def _font(weight: str | None, size: str) -> str:
    bold = f"font-weight: {weight}; " if weight else ""
    return f"{bold}font-size: {size}px"
