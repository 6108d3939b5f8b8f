"""Dates that are known to the day, the month or the year, and what can be said of the time between them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

PRECISIONS: Final = ("day", "month", "year")

_FORM: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as exactly as it is known: ``month`` and ``day`` are None where they are not.

    A month is a span of its days and a year a span of its days, never their first day: compare
    :attr:`earliest` and :attr:`latest`.
    """

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def precision(self) -> str:
        """``day``, ``month`` or ``year``."""
        return "day" if self.day is not None else "month" if self.month is not None else "year"

    @property
    def earliest(self) -> date:
        """The first day that it can be."""
        month = 1 if self.month is None else self.month
        return date(self.year, month, 1 if self.day is None else self.day)

    @property
    def latest(self) -> date:
        """The last day that it can be."""
        month = 12 if self.month is None else self.month
        last = calendar.monthrange(self.year, month)[1]
        return date(self.year, month, last if self.day is None else self.day)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)


def parse_date(text: str) -> PartialDate:
    """Read ``2024``, ``2024-09`` or ``2024-09-03``.

    Raises ValueError, naming the text, for any other form and for a day that the calendar does not have.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a date of the form 2024, 2024-09 or 2024-09-03")
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    parsed = PartialDate(year, month, day)
    try:
        parsed.earliest  # noqa: B018 - builds the date, and so checks month and day
    except ValueError as problem:
        raise ValueError(f"{text!r} is not a day of the calendar") from problem
    return parsed


def span_days(first: PartialDate, second: PartialDate) -> tuple[int, int]:
    """Fewest and most days from ``first`` to ``second``; equal where both are known to the day.

    Negative where ``second`` lies, or may lie, before ``first``.
    """
    return (second.earliest - first.latest).days, (second.latest - first.earliest).days


def add_dates(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows that have a date in ``column``, with columns year, precision, earliest and latest.

    ``year`` is Int64, ``earliest`` and ``latest`` are datetime64[s]. Rows without a date are left out: they
    cannot be placed in time.
    """
    dated = frame[frame[column].notna()].copy()
    parsed = [parse_date(str(text)) for text in dated[column]]
    dated["year"] = pd.array([when.year for when in parsed], dtype="Int64")
    dated["precision"] = [when.precision for when in parsed]
    dated["earliest"] = pd.to_datetime([when.earliest for when in parsed]).astype("datetime64[s]")
    dated["latest"] = pd.to_datetime([when.latest for when in parsed]).astype("datetime64[s]")
    return dated
