"""Terms of office: who was in office on a day, and how long two people's terms overlap."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from corridors.diplomacy.dates import parse_date


def _bounds(row: pd.Series, as_of: date) -> tuple[date, date]:
    """First day and end of a term; an open term ends with ``as_of``. Both must be known to the day."""
    ends = [str(row["start"])] + ([] if pd.isna(row["end"]) else [str(row["end"])])
    dates = [parse_date(text) for text in ends]
    coarse = [str(when) for when in dates if when.precision != "day"]
    if coarse:
        raise ValueError(f"{row['name']}: days cannot be counted from {coarse}")
    start = dates[0].earliest
    return start, min(dates[1].earliest if len(dates) > 1 else as_of, as_of)


def span_of(
    terms: pd.DataFrame, name: str, as_of: date, *, unbroken: bool = False
) -> list[tuple[date, date]]:
    """The terms of ``name`` as half-open spans [start, end), those that have begun by ``as_of``.

    Terms that touch are joined. With ``unbroken`` everything from the first start to the last end is one
    span: for Putin that counts the years as prime minister (May 2008 to May 2012) as well. Raises ValueError
    if nobody of that name is in the table.
    """
    rows = terms[terms["name"] == name]
    if rows.empty:
        raise ValueError(f"no term of {name!r}; the table has {sorted(set(terms['name']))}")
    spans = sorted(_bounds(row, as_of) for _, row in rows.iterrows())
    joined: list[tuple[date, date]] = []
    for start, end in spans:
        if start >= as_of:
            continue
        if joined and (unbroken or start <= joined[-1][1]):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def overlap_days(
    mongolian: pd.DataFrame, russian: pd.DataFrame, name: str, as_of: date, *, premiership: bool = False
) -> pd.DataFrame:
    """Days in office of each Mongolian president that fall into the terms of the Russian president ``name``.

    Two definitions give two answers: days with ``name`` as president, acting included (the default), or,
    with ``premiership``, all days from his first to his last, as if the time as prime minister were a term.
    Open terms run to ``as_of``. The day of a handover counts for the newcomer only. Columns: ``president``,
    ``days`` (Int64), ``years`` (days / 365.25), ``ongoing`` (bool: still growing at ``as_of``),
    ``definition``; longest first.
    """
    theirs = span_of(russian, name, as_of, unbroken=premiership)
    open_there = bool(russian.loc[russian["name"] == name, "end"].isna().any())
    rows = []
    for president in dict.fromkeys(mongolian["name"]):
        days = sum(
            max((min(end, other_end) - max(start, other_start)).days, 0)
            for start, end in span_of(mongolian, president, as_of)
            for other_start, other_end in theirs
        )
        open_here = bool(mongolian.loc[mongolian["name"] == president, "end"].isna().any())
        rows.append([president, days, days / 365.25, open_here and open_there])
    frame = pd.DataFrame(rows, columns=["president", "days", "years", "ongoing"]).astype({"days": "Int64"})
    frame["definition"] = "premiership included" if premiership else "as president"
    return frame.sort_values(["days", "president"], ascending=[False, True]).reset_index(drop=True)


def in_office_on(terms: pd.DataFrame, day: date) -> str | None:
    """Who was in office on ``day`` (the newcomer on a day of handover); None if the table does not say."""
    found = None
    for _, row in terms.iterrows():
        start = parse_date(str(row["start"])).latest
        end = None if pd.isna(row["end"]) else parse_date(str(row["end"])).earliest
        if start <= day and (end is None or day < end):
            found = str(row["name"])
    return found


def overlaps_by_definition(
    mongolian: pd.DataFrame, russian: pd.DataFrame, name: str, as_of: date
) -> pd.DataFrame:
    """Days of :func:`overlap_days` by three definitions, for presidents who share any, longest first.

    Columns: ``president``; ``elected`` (``name`` as elected president only), ``acting`` (his months as
    acting president too), ``premier`` (his years as prime minister too), all days.
    """
    ways = {
        "elected": overlap_days(mongolian, russian[russian["office"] == "president"], name, as_of),
        "acting": overlap_days(mongolian, russian, name, as_of),
        "premier": overlap_days(mongolian, russian, name, as_of, premiership=True),
    }
    beside = pd.concat(
        [frame.set_index("president")["days"].rename(way) for way, frame in ways.items()], axis=1
    ).reset_index()
    return beside[beside["premier"] > 0].sort_values("elected", ascending=False, ignore_index=True)


def elections(mongolian: pd.DataFrame) -> list[int]:
    """Years of presidential elections by the table's field ``elected``, each once, in order.

    The field is text ("2009; 2013", "first elected by parliament 1990, by popular vote 1993").
    """
    found = {
        int(year) for text in mongolian["elected"].dropna() for year in re.findall(r"\b\d{4}\b", str(text))
    }
    return sorted(found)
