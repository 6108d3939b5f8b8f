"""A table: how wide each column is, how large the type, and whether it lies across the page.

A table must show every cell whole. Columns of short cells keep their natural width; the rest share what is
left by the length of their texts. If the longest words do not fit in an upright page at the usual size, the
type becomes smaller, and if that does not suffice the page is turned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import ceil
from statistics import mean
from typing import Final

from lxml.html import HtmlElement

from corridors.typeset.code import array, call, with_breaks

#: Widths of the type area in points, as in ``house/page.typ``: upright and turned.
UPRIGHT: Final = 402.0
TURNED: Final = 612.0
#: Sizes of type in points, the usual one first.
SIZES: Final = (8.4, 7.8)
SMALLEST: Final = 7.2
#: Mean width of a letter and of a figure in the face of the text, as a share of the size.
_LETTER: Final = 0.47
#: Space between two columns, in points.
_GUTTER: Final = 9.0
#: A column whose longest cell has no more letters than this is not broken if it can be helped.
_SHORT: Final = 13
#: Rows of more lines than this ask for a wider table.
_LINES: Final = 14
#: Rows of more lines than this may be broken between pages.
_PAGE: Final = 36
#: Bold headings are wider than the cells below them.
_BOLD: Final = 1.1
#: Cells times pairs of columns up to which widths are balanced.
_EFFORT: Final = 60_000
#: By how much a column gives way to another when their widths are balanced, in points; how often at most.
_STEP: Final = 6.0
_ROUNDS: Final = 40
_BREAKS: Final = re.compile(r"(?<=[-/–—])|[ \n\u200b]+")


@dataclass(frozen=True)
class Column:
    """What decides a column's width, in letters.

    The longest word, the longest cell of the body, its cells on average, and the heading in two lines.
    """

    word: int
    cell: int
    average: float
    right: bool
    head: int


@dataclass(frozen=True)
class Setting:
    """How a table is set: its columns in points, its size of type, whether it is turned."""

    widths: tuple[float, ...]
    size: float
    turned: bool
    lines: int


def measure(rows: Sequence[Sequence[str]], rights: Sequence[bool]) -> list[Column]:
    """The columns of ``rows`` of texts, the first row being the heading."""
    found = []
    for position, right in enumerate(rights):
        texts = [row[position] for row in rows if position < len(row)]
        body = texts[1:] or [""]
        words = [len(word) for text in body for word in _BREAKS.split(text)]
        head = [ceil(_BOLD * len(word)) for word in _BREAKS.split(texts[0])] if texts else []
        found.append(
            Column(
                word=max([1, *words, *head]),
                cell=max(len(text) for text in body),
                average=mean(len(text) for text in body),
                right=right,
                head=max([ceil(sum(head) / 2), *head], default=1),
            )
        )
    return found


def widths(columns: Sequence[Column], room: float, size: float) -> tuple[float, ...] | None:
    """Widths in points that fill at most ``room``; None if the longest words do not fit."""
    letter = _LETTER * size
    inner = room - _GUTTER * (len(columns) - 1)
    least = [
        letter * (max(column.word, column.cell) if column.cell <= _SHORT else column.word) + 2
        for column in columns
    ]
    natural = [letter * max(column.cell, column.head, column.word) + 2 for column in columns]
    if sum(natural) <= inner:
        return tuple(natural)
    if sum(least) > inner:
        least = [letter * column.word + 2 for column in columns]
        if sum(least) > inner:
            return None
    wish = [max(column.cell * column.average, 1.0) ** 0.5 for column in columns]
    found = list(least)
    open_columns = [i for i, one in enumerate(columns) if natural[i] > least[i]]
    # Share the rest by wish; nobody gets less than its longest word or more than its longest cell.
    while open_columns:
        rest = inner - sum(found[i] for i in range(len(columns)) if i not in open_columns)
        total = sum(wish[i] for i in open_columns)
        share = {i: rest * wish[i] / total for i in open_columns}
        fixed = [i for i in open_columns if share[i] <= least[i] or share[i] >= natural[i]]
        low = [i for i in fixed if share[i] <= least[i]]
        for i in low or fixed:
            found[i] = least[i] if i in low else natural[i]
        if not fixed:
            for i in open_columns:
                found[i] = share[i]
            break
        open_columns = [i for i in open_columns if i not in (low or fixed)]
    return tuple(found)


def height(lengths: Sequence[Sequence[int]], given: Sequence[float], size: float) -> int:
    """Lines of the whole table, from the letters of each cell."""
    room = [max(1, int(width / (_LETTER * size))) for width in given]
    return sum(max(-(-long // at) for long, at in zip(row, room, strict=True)) for row in lengths)


def balanced(
    rows: Sequence[Sequence[str]], columns: Sequence[Column], given: tuple[float, ...], size: float
) -> tuple[float, ...]:
    """``given`` with room moved from column to column as long as that makes the table less tall."""
    lengths = [[len(text) for text in row] for row in rows[1:] if len(row) == len(columns)]
    letter = _LETTER * size
    least = [letter * (column.cell if column.cell <= _SHORT else column.word) + 2 for column in columns]
    best, now = list(given), height(lengths, given, size)
    if not lengths or len(lengths) * len(columns) ** 3 > _EFFORT:
        return given
    for _ in range(_ROUNDS):
        found = None
        for giver, taker in permutations(range(len(columns)), 2):
            if best[giver] - _STEP < least[giver]:
                continue
            tried = list(best)
            tried[giver] -= _STEP
            tried[taker] += _STEP
            lower = height(lengths, tried, size)
            if lower < now:
                now, found = lower, tried
        if found is None:
            break
        best = found
    return tuple(best)


def lines(rows: Sequence[Sequence[str]], given: Sequence[float], size: float) -> int:
    """Lines of the tallest row."""
    letters = [max(1.0, width / (_LETTER * size)) for width in given]
    return max(
        (
            max(-(-len(text) // int(max(1, at))) for text, at in zip(row, letters, strict=False))
            for row in rows[1:]
        ),
        default=1,
    )


def choose(rows: Sequence[Sequence[str]], rights: Sequence[bool]) -> Setting:
    """The first setting that shows every word whole and no row too tall."""
    columns = measure(rows, rights)
    tried: list[Setting] = []
    for turned, room in ((False, UPRIGHT), (True, TURNED)):
        for size in SIZES:
            given = widths(columns, room, size)
            if given is None:
                continue
            given = balanced(rows, columns, given, size)
            setting = Setting(given, size, turned, lines(rows, given, size))
            if setting.lines <= _LINES:
                return setting
            tried.append(setting)
    if tried:
        return min(tried, key=lambda one: (one.lines, one.turned))
    given = widths(columns, TURNED, SMALLEST)
    if given is None:
        share = (TURNED - _GUTTER * (len(columns) - 1)) / len(columns)
        given = tuple(share for _ in columns)
    return Setting(given, SMALLEST, True, lines(rows, given, SMALLEST))


def _text(cell: HtmlElement) -> str:
    return with_breaks(re.sub(r"[ \n\t]+", " ", cell.text_content()).strip())


def _right(cell: HtmlElement) -> bool:
    kinds = (cell.get("class") or "").split()
    return "right" in kinds or "right" in (cell.get("style") or "")


def table(
    element: HtmlElement, inline: Callable[[HtmlElement], str], *, label: str, number: str, words: str
) -> str:
    """The Typst code of a table; ``inline`` translates the content of a cell."""
    rows = [list(row) for row in element.xpath("./thead/tr|./tbody/tr|./tr")]
    heads = len(element.xpath("./thead/tr"))
    texts = [[_text(cell) for cell in row] for row in rows]
    count = max((len(row) for row in rows), default=0)
    body = rows[heads:] or rows
    rights = [any(_right(row[at]) for row in body if at < len(row)) for at in range(count)]
    setting = choose(texts, rights)
    cells = [[inline(cell) for cell in row] for row in rows]
    return call(
        "exhibit-table",
        label=label,
        number=number,
        words=words,
        widths=array(f"{width:.1f}pt" for width in setting.widths),
        aligns=array("right" if right else "left" for right in rights),
        size=f"{setting.size}pt",
        turned="true" if setting.turned else "false",
        tall="true" if setting.lines > _PAGE else "false",
        short="true" if len(body) <= 6 and len(body) * setting.lines <= 24 else "false",
        head=array(array(row) for row in cells[:heads]),
        body=array(array(row) for row in cells[heads:]),
    )
