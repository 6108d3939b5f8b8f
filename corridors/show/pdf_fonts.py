"""The fonts in a picture's PDF: cut to its glyphs without first unfolding what only a typesetter needs.

matplotlib lays out every text itself and puts glyphs, not letters, at their places; the PDF embeds a subset
of the font from which these are drawn. Rules for ligatures, kerning, marks and formulas have no part in that,
and to cut them to size takes three quarters of the time that goes into a subset.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from fontTools.subset import Options

#: Tables of layout: glyph substitution, positions, classes, the older kerning, and formulas.
LAYOUT: Final = ("GSUB", "GPOS", "GDEF", "kern", "MATH")


@contextmanager
def glyphs_alone() -> Iterator[None]:
    """Within, a subset of a font holds no table of layout.

    matplotlib makes the options of its subsets itself, so these tables join what is dropped by default.
    """
    options: Any = Options
    dropped = options._drop_tables_default
    options._drop_tables_default = [*dropped, *(table for table in LAYOUT if table not in dropped)]
    try:
        yield
    finally:
        options._drop_tables_default = dropped
