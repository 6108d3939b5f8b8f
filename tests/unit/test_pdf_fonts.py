"""A picture's PDF holds its fonts with every glyph that is drawn, without what only a typesetter needs."""

from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
import pdfplumber
import pikepdf
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure

from corridors.show.charts_output import RC
from corridors.show.pdf_fonts import LAYOUT, glyphs_alone

# Latin with what could be a ligature, a combined letter, Cyrillic, figures and signs of the charts.
WORDS = [
    "Office of first traffic: fi ffi fl",
    "Erdene\u0301 Mo\u0308ngke Ulaanbaatar",
    "Улаанбаатар Өвөр",
    "−12.5 % – 2024",
]


def _pdf(*, alone: bool) -> bytes:
    with mpl.rc_context(RC):
        figure = Figure(figsize=(6, 3))
        for at, words in enumerate(WORDS):
            figure.text(0.05, 0.1 + 0.2 * at, words, fontweight="bold" if at % 2 else "normal")
        out = io.BytesIO()
        still: Any = {"CreationDate": None}
        if alone:
            with glyphs_alone():
                figure.savefig(out, format="pdf", metadata=still)
        else:
            figure.savefig(out, format="pdf", metadata=still)
    return out.getvalue()


def _fonts(pdf: bytes) -> list[TTFont]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        files = [one.FontFile2 for one in document.objects if "/FontFile2" in _keys(one)]
        return [TTFont(io.BytesIO(file.read_bytes())) for file in files]


def _keys(one: Any) -> set[str]:
    return set(one.keys()) if isinstance(one, pikepdf.Dictionary) else set()


def _letters(pdf: bytes) -> list[tuple[str, str, float, float, float]]:
    """Every letter with its font, place and width, as a reader of the PDF finds them."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        found = document.pages[0].chars
    # a subset's font has a name of its own: six letters by the file's digest, then the font's name
    return [(c["text"], c["fontname"][-10:], c["x0"], c["top"], c["width"]) for c in found]


@pytest.fixture(scope="module")
def light() -> bytes:
    return _pdf(alone=True)


def test_both_weights_are_embedded_without_tables_of_layout(light: bytes) -> None:
    fonts = _fonts(light)
    assert {font["OS/2"].usWeightClass for font in fonts} == {400, 700}
    assert not any(set(LAYOUT) & set(font.keys()) for font in fonts)
    assert any(set(LAYOUT) & set(font.keys()) for font in _fonts(_pdf(alone=False)))


def test_every_glyph_has_the_outline_it_has_in_the_whole_font(light: bytes) -> None:
    """Glyph by glyph: what the lighter subset holds is drawn as in the subset that matplotlib makes alone."""
    for one, other in zip(_fonts(light), _fonts(_pdf(alone=False)), strict=True):
        few, more = one.getGlyphSet(), other.getGlyphSet()
        assert set(few.keys()) <= set(more.keys())
        assert set(one.getBestCmap()) == set(other.getBestCmap())
        for name in few.keys():  # noqa: SIM118  # a glyph set is no mapping
            assert one["glyf"][name] == other["glyf"][name]
            assert one["hmtx"][name] == other["hmtx"][name]


def test_a_reader_finds_the_same_letters_at_the_same_places(light: bytes) -> None:
    found = _letters(light)
    assert found == _letters(_pdf(alone=False))
    text = "".join(letter for letter, *_ in found)
    assert "Улаанбаатар" in text
    assert "−12.5" in text


def test_the_same_picture_gives_the_same_bytes(light: bytes) -> None:
    assert light == _pdf(alone=True)


def test_the_library_is_left_as_it_was() -> None:
    before = subset.load_font
    with glyphs_alone():
        assert subset.load_font is not before
    assert subset.load_font is before
