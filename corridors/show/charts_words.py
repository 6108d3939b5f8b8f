"""Charts in words: alternative texts computed from the data that a chart shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from corridors.show import numbers

# Beyond this many series or rows a text that names each is no help to anyone.
_MOST = 8


def x_text(value: Any) -> str:
    """A year, a date or a name, as words."""
    if isinstance(value, pd.Timestamp):
        return numbers.date_text(value.strftime("%Y-%m-%d"))
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return numbers.date_text(str(value))


def value_text(value: float, decimals: int, unit: str) -> str:
    """A value with its unit."""
    return numbers.with_unit(numbers.number_text(value, decimals), unit)


def sentence(*parts: str) -> str:
    """The parts that are not empty, each ended by a full stop, as one text."""
    return " ".join(part.rstrip(". ") + "." for part in parts if part.strip())


def courses(
    frame: pd.DataFrame,
    x: str,
    y: str,
    series: str | None,
    unit: str,
    decimals: int,
    kind: str = "Line chart",
) -> str:
    """First, last, least and greatest value of each series over ``x``."""
    known = frame.dropna(subset=[y])
    names = _names(known, series)
    head = f"{kind} of {len(names)} series" if len(names) > 1 else kind
    head += f", {x_text(known[x].min())} to {x_text(known[x].max())}" + (f", in {unit}" if unit else "")
    told = [
        _course(name, known if series is None else known[known[series] == name], x, y, decimals)
        for name in names[:_MOST]
    ]
    rest = f"{len(names) - _MOST} more series are in the data" if len(names) > _MOST else ""
    return sentence(head, *told, rest)


def _course(name: str, part: pd.DataFrame, x: str, y: str, decimals: int) -> str:
    part = part.sort_values(x, kind="stable")
    first, last = part.iloc[0], part.iloc[-1]
    low, high = _extremes(part, y)

    def at(row: pd.Series[Any]) -> str:
        return f"{numbers.number_text(row[y], decimals)} in {x_text(row[x])}"

    told = [at(first)] if first[x] == last[x] else [at(first), at(last)]
    told += [
        f"{title} {at(row)}"
        for title, row in (("lowest", low), ("highest", high))
        if row[x] not in (first[x], last[x])
    ]
    doubled = part.groupby(x)[y].nunique()
    if (doubled > 1).any():
        told.append(
            f"sources disagree for {', '.join(x_text(value) for value in doubled[doubled > 1].index)}"
        )
    return (f"{name}: " if name else "") + ", ".join(told)


def amounts(
    frame: pd.DataFrame, x: str, y: str, series: str | None, unit: str, decimals: int, kind: str = "Bar chart"
) -> str:
    """The value of each bar when they are few, else the greatest and the least of each series."""
    known = frame.dropna(subset=[y])
    names = _names(known, series)
    told = []
    for name in names[:_MOST]:
        part = known if series is None else known[known[series] == name]
        title = f"{name}: " if series is not None else ""
        if len(part) <= _MOST:
            told.append(
                title
                + ", ".join(
                    f"{x_text(r[x])} {numbers.number_text(r[y], decimals)}" for _, r in part.iterrows()
                )
            )
        else:
            low, high = _extremes(part, y)
            told.append(
                f"{title}{len(part)} bars, "
                f"highest {x_text(high[x])} with {numbers.number_text(high[y], decimals)}, "
                f"lowest {x_text(low[x])} with {numbers.number_text(low[y], decimals)}"
            )
    return sentence(kind + (f", in {unit}" if unit else ""), *told)


def listing(kind: str, items: Sequence[str]) -> str:
    """``kind`` and the first items of a list, with the number of those left out."""
    shown = list(items[: 2 * _MOST])
    rest = f"{len(items) - len(shown)} more are in the data" if len(items) > len(shown) else ""
    return sentence(f"{kind} with {_count(len(items), 'entry', 'entries')}", *shown, rest)


def _extremes(part: pd.DataFrame, y: str) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """The rows with the least and the greatest value; the first of equals."""
    return part.iloc[int(part[y].to_numpy().argmin())], part.iloc[int(part[y].to_numpy().argmax())]


def _names(frame: pd.DataFrame, series: str | None) -> list[str]:
    return [""] if series is None else [str(name) for name in dict.fromkeys(frame[series])]


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
