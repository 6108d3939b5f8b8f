"""Numbers: one way to write them, and the numbers of the prose.

``glue`` puts a computed number under an id; the prose shows it with ``{glue}`id```. The build
lists every glued number in ``_data/numbers.json`` and stops when one is never shown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import pandas as pd

from corridors.show import media

MINUS: Final = "\N{MINUS SIGN}"
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
MISSING: Final = "\N{EN DASH}"
# Of a unit longer than this, only the join to the number is kept from breaking.
_SHORT_UNIT: Final = 12
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

Value = int | float | str


@dataclass(frozen=True)
class Number:
    """A glued number. ``str()`` gives it as the prose shows it, for captions."""

    id: str
    value: Value
    shown: str
    unit: str = ""
    datasets: tuple[str, ...] = ()
    note: str = ""

    def __str__(self) -> str:
        return self.shown

    def payload(self) -> dict[str, Any]:
        """The entry of ``numbers.json``, without the chapter."""
        return {
            "id": self.id,
            "value": self.value,
            "shown": self.shown,
            "unit": self.unit,
            "datasets": list(self.datasets),
            "note": self.note,
        }

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {media.NUMBER: self.payload(), "text/plain": self.shown}


def glue(
    id: str,
    value: Any,
    unit: str = "",
    decimals: int | None = None,
    *,
    upper: float | None = None,
    sign: bool = False,
    grouping: bool = True,
    datasets: Sequence[str] = (),
    note: str = "",
) -> Number:
    """Put ``value`` under ``id`` for the prose, and give it back for use in captions.

    ``value`` is a number or a word (the name of a station); ``upper`` makes a range "15.4-15.5";
    ``decimals`` is needed for numbers that are not whole; ``unit="year"`` is written without
    separator and without unit. Which function computed it nobody states: the build reads it from the
    code of the cell. Raises ``ExhibitError`` for an id that is no slug, a missing value, or missing
    ``decimals``.
    """
    from myst_nb.ext.glue import glue as myst_glue

    number = make(
        id,
        value,
        unit,
        decimals,
        upper=upper,
        sign=sign,
        grouping=grouping,
        datasets=datasets,
        note=note,
    )
    myst_glue(id, number, display=False)
    return number


def make(
    id: str,
    value: Any,
    unit: str = "",
    decimals: int | None = None,
    *,
    upper: float | None = None,
    sign: bool = False,
    grouping: bool = True,
    datasets: Sequence[str] = (),
    note: str = "",
) -> Number:
    """The ``Number`` that ``glue`` puts under ``id``."""
    if not _ID.fullmatch(id):
        raise media.ExhibitError(
            f"number {id!r}: an id has lower-case letters, digits and hyphens; "
            "write for example 'russia-share-2025'"
        )
    if isinstance(value, str):
        plain: Value = value
        shown = value
    else:
        if pd.isna(value):
            raise media.ExhibitError(
                f"number {id!r}: the value is missing; the prose cannot show a gap as a number"
            )
        plain = _plain(value)
        year = unit == "year"
        unit = "" if year else unit
        try:
            shown = number_text(plain, decimals, grouping=grouping and not year, sign=sign)
            if upper is not None:
                shown += MISSING + number_text(_plain(upper), decimals, grouping=grouping and not year)
        except media.ExhibitError as error:
            raise media.ExhibitError(f"number {id!r}: {error}") from None
    return Number(id, plain, with_unit(shown, unit), unit, tuple(datasets), note)


def _plain(value: Any) -> int | float:
    """A NumPy or pandas scalar as Python's own number; whole numbers of integer type stay whole."""
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise media.ExhibitError(f"{value!r} is not a number; pass an int, a float or a text")
    return number


def number_text(value: Any, decimals: int | None = None, *, grouping: bool = True, sign: bool = False) -> str:
    """``value`` as the book writes numbers: "1,104.5", a real minus, half away from zero; a gap is a dash.

    ``decimals`` may be left out for whole numbers only. ``sign`` writes a plus as well.
    """
    if value is None or pd.isna(value):
        return MISSING
    number = _plain(value)
    if math.isinf(number):
        raise media.ExhibitError("an infinite value cannot be written; look for a division by zero")
    if decimals is None:
        if number != int(number):
            raise media.ExhibitError(f"{number!r} is not whole: say with how many decimals it is shown")
        decimals = 0
    exact = Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    digits = f"{abs(exact):,f}" if grouping else f"{abs(exact):f}"
    if exact == 0:
        return digits
    return (MINUS if exact < 0 else "+" if sign else "") + digits


def parse(text: str) -> float:
    """The value of a text that ``number_text`` wrote; ``nan`` for a gap."""
    if text == MISSING:
        return math.nan
    return float(text.replace(",", "").replace(MINUS, "-"))


def with_unit(text: str, unit: str) -> str:
    """``text`` and ``unit`` joined by a no-break space; short units do not break inside either."""
    if not unit:
        return text
    return text + NO_BREAK + (unit.replace(" ", NO_BREAK) if len(unit) <= _SHORT_UNIT else unit)


def percent(value: Any, decimals: int = 1) -> str:
    """A share of 0-100 in words: "24.4 per cent"."""
    return with_unit(number_text(value, decimals), "per cent")


def million_usd(value: Any, decimals: int = 1) -> str:
    """A sum of money: "2,785.5 million US$"."""
    return with_unit(number_text(value, decimals), "million US$")


def decimals_of(values: Sequence[Any], most: int = 6) -> int:
    """The fewest decimals that write all ``values`` as they are; ``ExhibitError`` above ``most``."""
    needed = 0
    for value in values:
        if value is None or pd.isna(value):
            continue
        exponent = Decimal(repr(_plain(value))).normalize().as_tuple().exponent
        needed = max(needed, -int(exponent))
    if needed > most:
        raise media.ExhibitError(f"the values have {needed} decimals: say with how many they are shown")
    return needed


def range_text(low: Any, high: Any = None, decimals: int | None = None) -> str | None:
    """A value, or "15.4 to 15.5" where the two ends differ as shown; ``None`` for a gap.

    Without ``decimals`` each end has as many as it needs. For cells of tables; prose takes ``glue``.
    """
    ends = [end for end in (low, high) if end is not None and not pd.isna(end)]
    texts = [number_text(end, decimals_of([end]) if decimals is None else decimals) for end in ends]
    return " to ".join(dict.fromkeys(texts)) or None


def date_text(date: str) -> str:
    """An ISO date of any precision in words: "2024-09-02" -> "2 September 2024", "2024-09", "2024".

    A text that is no such date stays as it is (a period as published).
    """
    match = _DATE.fullmatch(date)
    if match is None:
        return date
    year, month, day = match.groups()
    if month is None or not 1 <= int(month) <= 12:
        return date if month else year
    words = f"{_MONTHS[int(month) - 1]} {year}"
    return f"{int(day)} {words}" if day else words
