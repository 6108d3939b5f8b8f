"""The fonts in a picture's PDF: cut to its glyphs without first unfolding what only a typesetter needs.

matplotlib lays out every text itself and puts glyphs, not letters, at their places; the PDF embeds a subset
of the font from which these are drawn. Rules for ligatures, kerning, marks and formulas have no part in that,
and to cut them to size takes three quarters of the time that goes into a subset.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from fontTools import subset
from fontTools.ttLib import TTFont

#: Tables of layout: glyph substitution, positions, classes, the older kerning, and formulas.
LAYOUT: Final = ("GSUB", "GPOS", "GDEF", "kern", "MATH")


@contextmanager
def glyphs_alone() -> Iterator[None]:
    """Within, a font that is opened to be cut to size comes without its tables of layout.

    matplotlib opens it with fontTools' ``subset.load_font`` and offers no option that reaches so far.
    """
    tools: Any = subset
    load = tools.load_font

    def load_bare(*arguments: Any, **options: Any) -> TTFont:
        font = load(*arguments, **options)
        for table in LAYOUT:
            if table in font:
                del font[table]
        return font

    tools.load_font = load_bare
    try:
        yield
    finally:
        tools.load_font = load
