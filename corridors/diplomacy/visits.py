"""Visits: direction, counts, the time between them, and who answers whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from corridors.diplomacy.dates import add_dates, parse_date, span_days

HOME: Final = "MNG"
TO_MONGOLIA: Final = "to Mongolia"
FROM_MONGOLIA: Final = "from Mongolia"


def prepare(visits: pd.DataFrame, *, uncounted: bool = False) -> pd.DataFrame:
    """The visits in order of time with columns that other functions need.

    Adds ``direction`` ("to Mongolia" or "from Mongolia"), ``partner`` (the other country, ISO3; for a
    multilateral meeting the country where it was held), ``year``, ``earliest`` and ``latest`` (the days
    between which the visit began). Rows with counted = false, which were announced and never confirmed, are
    left out unless ``uncounted`` is true. Raises ValueError if a visit touches Mongolia on neither side or
    on both.
    """
    frame = visits if uncounted else visits[visits["counted"].astype(bool)]
    frame = add_dates(frame, "date_start")
    inbound = frame["host_country"] == HOME
    outbound = frame["visitor_country"] == HOME
    odd = frame.loc[inbound == outbound, "visit_id"].tolist()
    if odd:
        raise ValueError(f"visits that are not between Mongolia and another country: {odd}")
    frame["direction"] = inbound.map({True: TO_MONGOLIA, False: FROM_MONGOLIA})
    frame["partner"] = frame["visitor_country"].where(inbound, frame["host_country"])
    return frame.sort_values(["earliest", "latest", "visit_id"], kind="stable").reset_index(drop=True)


def count_visits(
    prepared: pd.DataFrame, by: Sequence[str], *, years: tuple[int, int] | None = None
) -> pd.DataFrame:
    """Number of visits by the columns ``by`` (such as partner, direction, office_class, visit_type, year).

    With ``years`` = (first, last) only visits of those years count and, if "year" is among ``by``, years
    without a visit appear with 0 for each group that occurs at all. Columns: ``by`` and ``visits`` (Int64),
    sorted by ``by``.
    """
    frame = prepared
    if years is not None:
        frame = frame[frame["year"].between(years[0], years[1])]
    counted = frame.groupby(list(by), sort=True).size().rename("visits").reset_index()
    if years is not None and "year" in by:
        span = pd.DataFrame({"year": pd.array(range(years[0], years[1] + 1), dtype="Int64")})
        others = [name for name in by if name != "year"]
        full = counted[others].drop_duplicates().merge(span, how="cross") if others else span
        counted = full.merge(counted, on=list(by), how="left").fillna({"visits": 0})
    counted["visits"] = counted["visits"].astype("Int64")
    return counted[[*by, "visits"]].sort_values(list(by), kind="stable").reset_index(drop=True)


def guests(prepared: pd.DataFrame, years: tuple[int, int], named: Mapping[str, str]) -> pd.DataFrame:
    """Visits of heads of state and government to Mongolia, by year and by where the guest came from.

    ``named`` gives a name to the countries that are counted apart (``{"RUS": "Russia"}``), in order; the rest
    are "Others". Returns ``year``, ``guest``, ``visits`` (Int64): every year from first to last for each
    guest, with 0 where none was found.
    """
    came = prepared[
        (prepared["direction"] == TO_MONGOLIA)
        & prepared["office_class"].isin(["head of state", "head of government"])
        & prepared["year"].between(*years)
    ]
    names = came["partner"].map(dict(named)).fillna("Others")
    counted = pd.crosstab(came["year"].astype(int), names)
    spread = range(years[0], years[1] + 1)
    grid = counted.reindex(index=spread, columns=[*named.values(), "Others"], fill_value=0)
    rows = [(year, guest, grid.at[year, guest]) for year in grid.index for guest in grid.columns]
    frame = pd.DataFrame(rows, columns=["year", "guest", "visits"])
    return frame.astype({"year": "Int64", "visits": "Int64"})


def gaps_between(prepared: pd.DataFrame) -> pd.DataFrame:
    """Time between the beginnings of consecutive visits, in days.

    Columns: ``from_visit``, ``to_visit``, ``from_date``, ``to_date``, ``days_min``, ``days_max`` (Int64) and
    ``exact`` (bool: both known to the day). Where a date is known by month or year the two bounds differ:
    no middle is invented. ``days_min`` is not below 0, since the visits are in order.
    """
    rows = []
    for (_, first), (_, second) in zip(prepared.iterrows(), prepared.iloc[1:].iterrows(), strict=False):
        low, high = span_days(parse_date(str(first["date_start"])), parse_date(str(second["date_start"])))
        rows.append(
            {
                "from_visit": first["visit_id"],
                "to_visit": second["visit_id"],
                "from_date": first["date_start"],
                "to_date": second["date_start"],
                "days_min": max(low, 0),
                "days_max": high,
                "exact": low == high,
            }
        )
    columns = ["from_visit", "to_visit", "from_date", "to_date", "days_min", "days_max", "exact"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"days_min": "Int64", "days_max": "Int64", "exact": "bool"})


def answers(prepared: pd.DataFrame, asked: pd.DataFrame, *, days: int) -> pd.DataFrame:
    """Visits of ``prepared`` that began within ``days`` of a visit of ``asked``, before or after.

    Both frames come from :func:`prepare`, cut to what is compared (Russian presidents in Mongolia against
    Chinese leaders, say). Only visits known to the day can be placed, so the rest are left out and the count
    is a lower bound. Columns: ``visit``, ``visitor``, ``date``, ``near_visit``, ``near_visitor``,
    ``near_date``, ``days`` (Int64; negative: before the visit of ``asked``), in order of ``near_date``.
    """
    columns = ["visit", "visitor", "date", "near_visit", "near_visitor", "near_date", "days"]
    rows = []
    for _, first in asked[asked["precision"] == "day"].iterrows():
        for _, second in prepared[prepared["precision"] == "day"].iterrows():
            apart = (second["earliest"] - first["earliest"]).days
            if second["visit_id"] != first["visit_id"] and abs(apart) <= days:
                rows.append(
                    [
                        second["visit_id"], second["visitor"], second["date_start"],
                        first["visit_id"], first["visitor"], first["date_start"], apart,
                    ]
                )  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns).astype({"days": "Int64"})
    return frame.sort_values(["near_date", "days"], kind="stable").reset_index(drop=True)
