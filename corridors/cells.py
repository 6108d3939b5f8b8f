"""One column and one cell: what a text must look like to be a value of its column's type.

Cells are text, as a CSV file has them. An empty cell is a gap (``None``), never zero and never "".
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

#: A parsed cell. A yearmonth stays text ("2021-01"); a gap is None.
Value = str | int | float | bool | date | None

TYPES: Final = ("string", "integer", "number", "boolean", "date", "year", "yearmonth")

#: Years outside this span are slips of the pen (20025) unless a column declares its own minimum.
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100

_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[+-]?(?:nan|inf|infinity|n/?a|null|none|-+)|#.+[!?]", re.IGNORECASE)
_YEAR: Final = re.compile(r"[0-9]{4,6}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARMONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_MARKUP: Final = re.compile(
    r"<[A-Za-z/!?]|&(?:#[0-9x]|lt;|gt;)|javascript:"
    r"|\bon(?:abort|animation\w*|begin|blur|change|click|copy|drag\w*|drop|end|error|focus\w*|input|key\w*"
    r"|load\w*|mouse\w*|paste|play|pointer\w*|scroll|submit|toggle|touch\w*|wheel)\s*=",
    re.IGNORECASE,
)
#: C0 and C1 controls, zero-width and direction marks, the replacement character, private use.
_INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd\ue000-\uf8ff]"
)


class CellError(ValueError):
    """A cell breaks ``rule``; ``problem`` says how, in words."""

    def __init__(self, rule: str, problem: str) -> None:
        super().__init__(problem)
        self.rule = rule
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table or one property of a layer, as datapackage.json describes it.

    ``references`` ("sources.id") marks a column that holds a list of ids separated by ";", each of which
    must be in the column named. ``enum`` holds the allowed texts as they stand in the file. ``derived``: the
    book computed the column, beside others that are as published.
    """

    name: str
    type: str
    description: str
    unit: str
    title: str = ""
    required: bool = False
    unique: bool = False
    minimum: Value = None
    maximum: Value = None
    enum: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    references: tuple[str, str] | None = None
    derived: bool = False

    @property
    def is_year(self) -> bool:
        """Whether the column holds calendar years."""
        return self.type == "year" or (
            self.type == "integer" and (self.name == "year" or self.name.endswith("_year"))
        )


def _shown(text: str) -> str:
    """The cell as a message quotes it: short, with every invisible character made visible."""
    cut = text if len(text) <= 60 else text[:57] + "..."
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut) + '"'


def _integer(text: str) -> int:
    if _INTEGER.fullmatch(text) is None:
        raise CellError("type", f"{_shown(text)} is not a whole number")
    return int(text)


def _number(text: str) -> float:
    if _NUMBER.fullmatch(text) is None:
        if _NOT_FINITE.fullmatch(text):
            raise CellError("not-finite", f"{_shown(text)} is not a finite number")
        raise CellError("type", f"{_shown(text)} is not a plain number")
    value = float(text)
    if not math.isfinite(value):
        raise CellError("not-finite", f"{_shown(text)} is too large for a number")
    return value


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise CellError("type", f"{_shown(text)} is neither true nor false")
    return text == "true"


def _year(text: str) -> int:
    if _YEAR.fullmatch(text) is None:
        raise CellError("type", f"{_shown(text)} is not a year of four digits")
    return int(text)


def _date(text: str) -> date:
    if _DATE.fullmatch(text) is None:
        raise CellError("type", f"{_shown(text)} is not a date of the form 2024-09-03")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellError("type", f"{_shown(text)} is not a day of the calendar") from None


def _yearmonth(text: str) -> str:
    if _YEARMONTH.fullmatch(text) is None:
        raise CellError("type", f"{_shown(text)} is not a month of the form 2021-01")
    return text


def _string(text: str) -> str:
    """Text that is safe to print, to put into a page and to open in a spreadsheet."""
    found = _INVISIBLE.search(text)
    if found:
        code = f"U+{ord(found.group()):04X}"
        raise CellError(
            "control-character", f"{_shown(text)} holds the invisible or control character {code}"
        )
    if _MARKUP.search(text):
        raise CellError("markup", f"{_shown(text)} holds markup or script")
    if text[:1] in ("=", "+", "@"):
        raise CellError("formula", f"{_shown(text)} begins like a spreadsheet formula")
    if text != text.strip():
        raise CellError("stray-space", f"{_shown(text)} begins or ends with a space")
    if not unicodedata.is_normalized("NFC", text):
        raise CellError("not-normalised", f"{_shown(text)} is not in Unicode normal form C")
    return text


_PARSERS: Final[dict[str, Callable[[str], Value]]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "year": _year,
    "yearmonth": _yearmonth,
}


def parse_typed(kind: str, text: str) -> Value:
    """``text`` as a value of type ``kind`` (one of ``TYPES``), without the column's constraints.

    Raises :class:`CellError` if the text is not of the type.
    """
    return _PARSERS[kind](text)


def _calendar_year(field: Field, value: Value) -> int | None:
    """The year that a value of a year, date or yearmonth column lies in."""
    if field.is_year and isinstance(value, int):
        return value
    if isinstance(value, date):
        return value.year
    if field.type == "yearmonth" and isinstance(value, str):
        return int(value[:4])
    return None


def _check_range(field: Field, value: Any, text: str) -> None:
    unit = f" {field.unit}" if field.unit and field.unit != "1" else ""
    if field.minimum is not None and value < field.minimum:
        raise CellError("minimum", f"{_shown(text)}{unit} is below the minimum, {field.minimum}{unit}")
    if field.maximum is not None and value > field.maximum:
        raise CellError("maximum", f"{_shown(text)}{unit} is above the maximum, {field.maximum}{unit}")
    year = _calendar_year(field, value)
    if year is None:
        return
    if (field.minimum is None and year < FIRST_YEAR) or (field.maximum is None and year > LAST_YEAR):
        raise CellError("year-range", f"{_shown(text)} is not a plausible year ({FIRST_YEAR} to {LAST_YEAR})")


def parse_cell(field: Field, text: str) -> Value:
    """The value of one cell, or None for a gap.

    Raises :class:`CellError`, with the rule and the reason, if the text breaks the column's type or
    one of the constraints that a single cell can break (all but unique).
    """
    if text == "":
        if field.required:
            raise CellError("required", "the cell is empty, but the column must be filled in every row")
        return None
    value = _PARSERS[field.type](text)
    _check_range(field, value, text)
    if field.enum and text not in field.enum:
        listed = ", ".join(field.enum[:12]) + (", ..." if len(field.enum) > 12 else "")
        raise CellError("enum", f"{_shown(text)} is not one of: {listed}")
    if field.pattern is not None and field.pattern.fullmatch(text) is None:
        raise CellError("pattern", f"{_shown(text)} does not have the form {field.pattern.pattern}")
    return value


def render_cell(value: Value) -> str:
    """The text that :func:`parse_cell` reads back as ``value``: the way numbers are written in ``data/``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} cannot be written: a table holds finite numbers only")
        text = format(Decimal(repr(value)), "f")
        return text.removesuffix(".0")
    return value.isoformat() if isinstance(value, date) else str(value)
