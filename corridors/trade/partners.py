"""Who trades with Mongolia: comparisons of partners that the chapter of that name needs.

Pure functions from frames to frames or single values, on what :mod:`corridors.trade` gives and on the
partner tables of :mod:`corridors.catalog`. Values are million current US$, shares and rates per cent.
A partner without a row is not listed, never zero; a missing value stays missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

VALUE: Final = "value_million_usd"
TURNOVER: Final = "turnover_million_usd"
WORLD: Final = "World"


def wide(frame: pd.DataFrame, partners: Sequence[str] = (), value: str = VALUE) -> pd.DataFrame:
    """One row a year and one column a partner, in the order of ``partners`` (all if none is named).

    Raises KeyError for a partner that the frame does not have, ValueError for a repeated row.
    """
    table = frame.pivot(index="year", columns="partner", values=value)
    unknown = [name for name in partners if name not in table.columns]
    if unknown:
        raise KeyError(f"no partner {', '.join(unknown)}; the frame has {', '.join(map(str, table.columns))}")
    return table[list(partners)] if partners else table


def _by_year(frame: pd.DataFrame, partner: str, value: str = VALUE) -> dict[int, float]:
    """The values of one partner by year."""
    column = wide(frame, (partner,), value)[partner]
    return {int(year): float(number) for year, number in zip(column.index, column.to_list(), strict=True)}


def leads_since(frame: pd.DataFrame, leader: str, other: str, value: str = VALUE) -> int:
    """The first year from which ``leader`` is ahead of ``other`` in every year to the last.

    Only years with both values count. Raises ValueError if ``leader`` is not ahead in the last of them.
    """
    both = wide(frame, (leader, other), value).dropna().sort_index()
    behind = both.index[both[leader] <= both[other]]
    after = both.index[both.index > behind.max()] if len(behind) else both.index
    if not len(after):
        raise ValueError(f"{leader} is not ahead of {other} in the last year of the table")
    return int(after.min())


def pooled_share_pct(flows: pd.DataFrame, partner: str, first: int, last: int) -> float:
    """Share of a partner in all trade of several years together: sum over sum, not a mean of shares.

    Raises ValueError if a year from ``first`` to ``last`` lacks the partner or the total.
    """
    both = wide(flows, (partner, WORLD)).reindex(range(first, last + 1))
    if both.isna().any(axis=None) or both.empty:
        raise ValueError(f"not every year from {first} to {last} has a value for {partner} and for {WORLD}")
    return float(100 * both[partner].sum() / both[WORLD].sum())


def value_at_share(flows: pd.DataFrame, partner: str, share_of: int, year: int) -> float:
    """Derived: the partner's value in ``year`` if it still had its share of the year ``share_of``."""
    values, world = _by_year(flows, partner), _by_year(flows, WORLD)
    return values[share_of] / world[share_of] * world[year]


def with_others(turnover: pd.DataFrame, partners: Sequence[str], others: str = "Others") -> pd.DataFrame:
    """Turnover of the named partners and, as ``others``, what is left of the total: year, partner, both.

    ``turnover`` is the frame of :func:`corridors.trade.turnover`. The remainder counts unlisted partners too.
    """
    table = wide(turnover, (*partners, WORLD), TURNOVER)
    table[others] = table[WORLD] - table[list(partners)].sum(axis=1, skipna=False)
    long = table[[*partners, others]].melt(ignore_index=False, var_name="partner", value_name=TURNOVER)
    world = table[WORLD].reindex(long.index)
    long["share_pct"] = 100 * long[TURNOVER] / world
    return long.reset_index()


def growth_by_period(
    turnover: pd.DataFrame, partners: Sequence[str], periods: Sequence[tuple[int, int]]
) -> pd.DataFrame:
    """Turnover at both ends of each period with the average annual growth and the shares at both ends.

    Columns: period, start, end, partner, first_million_usd, last_million_usd, growth_pct (a year),
    first_share_pct, last_share_pct. Raises KeyError for a year that the frame does not have.
    """
    rows = []
    for start, end in periods:
        for partner in partners:
            values = _by_year(turnover, partner, TURNOVER)
            shares = _by_year(turnover, partner, "share_pct")
            rate = 100 * ((values[end] / values[start]) ** (1 / (end - start)) - 1)
            ends = (values[start], values[end], rate, shares[start], shares[end])
            rows.append((f"{start}–{end}", start, end, partner, *ends))
    return pd.DataFrame(
        rows,
        columns=["period", "start", "end", "partner", "first_million_usd", "last_million_usd", "growth_pct",
                 "first_share_pct", "last_share_pct"],
    )  # fmt: skip


def factbook_pairs(
    compared: pd.DataFrame, flow: str, partners: Sequence[str] = ("Russia", "China")
) -> pd.DataFrame:
    """The Factbook beside the official share, one row an edition and year, two columns a partner.

    ``compared`` is the frame of :func:`corridors.trade.factbook_against_official`. For "Russia" the columns
    are russia_factbook_pct and russia_official_pct. A share that the edition does not print stays missing.
    """
    rows = compared[compared["flow"] == flow]
    keys = ["year", "edition"]
    out = rows[keys].drop_duplicates().sort_values(keys, ignore_index=True)
    for partner in partners:
        part = rows.loc[rows["partner"] == partner, [*keys, "factbook_pct", "official_pct"]]
        slug = partner.lower().replace(" ", "_")
        names = {name: f"{slug}_{name}" for name in ("factbook_pct", "official_pct")}
        out = out.merge(part.rename(columns=names), on=keys, how="left")
    return out


def equal_partners(index: float) -> float:
    """How many partners of equal size would give this Herfindahl-Hirschman index (10,000 is one partner).

    Raises ValueError for an index outside 0 (not included) to 10,000.
    """
    if not 0 < index <= 10_000:
        raise ValueError(f"a Herfindahl-Hirschman index lies above 0 and at most at 10,000, not at {index}")
    return 10_000 / index
