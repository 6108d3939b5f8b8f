"""Chinese names in a font of the book: exactly the characters that the pages show, for readers who have none.

Few systems outside East Asia bring a Chinese font, and a name in empty boxes is no name. The font is Noto
Sans CJK (SIL Open Font License, its notice beside it); a browser loads it only for pages that show one of
the characters and only if no font before it in the list of fonts has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sphinx.errors import ExtensionError

from corridors.publish.icons import subset_of

#: The name under which theme.css lists it, last before the browser's own choice.
FAMILY: Final = "Book Han"
FOLDER: Final = "fonts"
_SOURCE: Final = "NotoSansCJKsc-Regular.otf"
#: CJK punctuation, unified and compatibility ideographs, full-width forms.
_HAN: Final = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


def characters(pages: Iterable[str]) -> list[str]:
    """The Chinese characters of some pages, in order."""
    return sorted({one for page in pages for one in _HAN.findall(page)})


def _at_once(font: Path, wanted: set[int], make: Callable[[], bytes]) -> bytes:
    return make()


def write(
    static: Path, wanted: list[str], drawn: Callable[[Path, set[int], Callable[[], bytes]], bytes] = _at_once
) -> str:
    """Write font and notice below ``static``; gives the rule for a style sheet there. Nothing for nothing.

    ``drawn`` gives what is made of a font and some characters, now or earlier; its notice for none.
    """
    if not wanted:
        return ""
    source = _source()
    folder = static / FOLDER
    folder.mkdir(exist_ok=True)
    points = {ord(one) for one in wanted}
    content = drawn(source, points, partial(subset_of, source, points, flavor="woff2"))
    (folder / "han.woff2").write_bytes(content)
    (folder / "han-LICENSE.txt").write_bytes(drawn(source, set(), partial(_notice, source)))
    ranges = ",".join(f"U+{ord(one):X}" for one in wanted)
    return (
        f'@font-face{{font-family:"{FAMILY}";src:url("{FOLDER}/han.woff2") format("woff2");'
        f"font-display:swap;unicode-range:{ranges}}}\n"
    )


def _notice(source: Path) -> bytes:
    """Name, copyright and licence of a font, as it says them itself."""
    from fontTools.ttLib import TTFont

    with TTFont(source) as font:
        lines = [font["name"].getDebugName(number) or "" for number in (4, 0, 13, 14)]
    return ("\n".join(lines) + "\n").encode()


def _source() -> Path:
    spec = find_spec("mplfonts")
    path = Path(spec.origin).parent / "fonts" / _SOURCE if spec and spec.origin else Path(_SOURCE)
    if not path.is_file():
        raise ExtensionError(f"{_SOURCE}: not in the package mplfonts; install what requirements.lock names")
    return path
