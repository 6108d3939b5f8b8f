"""The theme's icon fonts cut down to the few icons that the pages show."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

#: The private area of Unicode, where Font Awesome has its icons, as style sheets write it.
_ESCAPED: Final = re.compile(r"\\([ef][0-9a-f]{3})\b", re.IGNORECASE)
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")


def icons_of(sheets: Iterable[str]) -> set[int]:
    r"""The code points of all icons that style sheets name (``content:"\f0c9"``), escaped or as they are."""
    text = "".join(sheets)
    return {int(code, 16) for code in _ESCAPED.findall(text)} | {ord(one) for one in _PRIVATE.findall(text)}


def cut_font(path: Path, wanted: set[int]) -> None:
    """Leave in the WOFF2 font at ``path`` the glyphs of ``wanted`` alone, with its names and licence.

    The result depends on nothing but the font and the code points: no times are written.
    """
    path.write_bytes(subset_of(path, wanted, flavor="woff2"))


def subset_of(path: Path, wanted: set[int], *, flavor: str, index: int = 0) -> bytes:
    """The font at ``path`` with the glyphs of ``wanted``; ``index`` is its place in a collection."""
    from fontTools import subset  # most builds cut no font
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table that it cuts
    options = subset.Options()
    options.flavor = flavor
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]  # notice, names, licence and its address
    options.notdef_outline = True
    options.recalc_timestamp = False
    with TTFont(path, fontNumber=index, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=wanted)
        cutter.subset(font)
        font.flavor = flavor
        stream = io.BytesIO()
        font.save(stream, reorderTables=False)
    return stream.getvalue()
