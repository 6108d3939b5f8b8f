"""Looking single rows up, and writing dates and numbers in words, for the findings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, cast

import numpy as np
import pandas as pd

from corridors.claims.registry import Load
from corridors.diplomacy import parse_date

#: The two texts, as sources.
NIAS: Final = "nias-2024-putin-visits-mongolia"
DIPLOMAT: Final = "diplomat-2024-putins-re-election"

#: Last day that the diplomacy tables can know of: the material reaches to February 2026.
HORIZON: Final = date(2026, 2, 28)

#: The six third neighbours that the Diplomat article names, as in ISO 3166-1.
THIRD_NEIGHBOURS: Final = ("JPN", "KOR", "DEU", "FRA", "GBR", "USA")

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def matching(frame: pd.DataFrame, **keys: object) -> pd.DataFrame:
    """The rows whose columns have the given values. Raises KeyError for a column that is not there."""
    chosen = np.ones(len(frame), dtype=bool)
    for column, value in keys.items():
        chosen &= (frame[column] == value).to_numpy(dtype=bool, na_value=False)
    return frame[chosen]


def one(frame: pd.DataFrame, **keys: object) -> pd.Series[Any]:
    """The one row whose columns have the given values.

    Raises LookupError, naming table, values and count, if there is none or more than one.
    """
    rows = matching(frame, **keys)
    if len(rows) != 1:
        name = frame.attrs.get("dataset", "the table")
        wanted = ", ".join(f"{column} = {value!r}" for column, value in keys.items())
        raise LookupError(f"{name}: {len(rows)} rows with {wanted}, need exactly one")
    return rows.iloc[0]


def value_of(row: pd.Series[Any], column: str = "value") -> float:
    """A number of a row. Raises LookupError if the cell is empty."""
    if pd.isna(row[column]):
        raise LookupError(f"the row {row.iloc[0]!r} has no {column}")
    return float(row[column])


def num(value: object) -> float:
    """A cell as a float, for the type checker: pandas says that it may be anything."""
    return float(cast("Any", value))


def published(load: Load, source_id: str) -> date:
    """The last day on which a text can have appeared: the date of its source, a month counted to its end."""
    return parse_date(str(one(load("sources"), id=source_id)["date"])).latest


def last_full_year(load: Load, source_id: str) -> int:
    """The last whole year before a text appeared: the newest annual figure that its author could use."""
    return published(load, source_id).year - 1


def words(text: str) -> str:
    """An ISO date in words, as exactly as it is known: 3 September 2019, September 2019 or 2019."""
    when = parse_date(text)
    if when.month is None:
        return str(when.year)
    month = f"{_MONTHS[when.month - 1]} {when.year}"
    return month if when.day is None else f"{when.day} {month}"


def listed(items: Iterable[str]) -> str:
    """Items in a row of words: "a", "a and b", "a, b and c"; "none" if there is none."""
    parts = list(items)
    if len(parts) < 2:
        return parts[0] if parts else "none"
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 visit", "3 visits"."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
