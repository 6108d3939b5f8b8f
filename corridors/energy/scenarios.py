"""What if: a transit fee for gas that crosses Mongolia.

Pure functions that a reader can rerun with other numbers. A scenario is arithmetic on assumptions, not a
forecast: nothing here knows a price, a contract or an owner. Volume in billion cubic metres (bcm) a year,
length in km, tariff in US$ per 1,000 cubic metres per 100 km, money in million US$ a year, shares in per
cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Final

import pandas as pd

__all__ = ["sensitivity", "tariff_for", "transit_income", "transit_table"]

#: The length to which a tariff belongs, in km.
TARIFF_KM: Final = 100

_FACTORS: Final = ("volume_bcm", "length_km", "tariff", "kept_pct")


def transit_income(volume_bcm: float, length_km: float, tariff: float, kept_pct: float = 100.0) -> float:
    """Income in million US$ a year: volume x length / 100 km x tariff x the part that stays.

    One bcm is a million times 1,000 cubic metres, so that bcm times US$ per 1,000 cubic metres are million
    US$. ``kept_pct`` is the part of the fee that stays in the country (100 if its line is its own). Raises
    ValueError for a negative number and for a part above 100.

    >>> transit_income(50, 1000, 2)
    1000.0
    """
    if min(volume_bcm, length_km, tariff, kept_pct) < 0:
        raise ValueError("volume, length, tariff and the part that stays cannot be negative")
    if kept_pct > 100:
        raise ValueError("no more than 100 per cent of a fee can stay")
    return volume_bcm * length_km / TARIFF_KM * tariff * kept_pct / 100


def tariff_for(income_million_usd: float, volume_bcm: float, length_km: float) -> float:
    """The tariff that brings an income: the inverse of :func:`transit_income` when all of it stays.

    Raises ValueError for a volume or length that is not positive, or a negative income.
    """
    if volume_bcm <= 0 or length_km <= 0 or income_million_usd < 0:
        raise ValueError("a tariff needs a positive volume and length and no negative income")
    return income_million_usd / (volume_bcm * length_km / TARIFF_KM)


def _share_pct(income: float, gdp_million_usd: float) -> float:
    if gdp_million_usd <= 0:
        raise ValueError("gross domestic product must be positive")
    return 100 * income / gdp_million_usd


def transit_table(
    volumes_bcm: Iterable[float], tariffs: Iterable[float], length_km: float, gdp_million_usd: float
) -> pd.DataFrame:
    """Every volume with every tariff: volume_bcm, tariff, length_km, income_million_usd, share_of_gdp_pct.

    Sorted by tariff, then volume, as given.
    """
    rows = [
        (volume, tariff, length_km, transit_income(volume, length_km, tariff))
        for tariff, volume in product(tariffs, volumes_bcm)
    ]
    out = pd.DataFrame(rows, columns=["volume_bcm", "tariff", "length_km", "income_million_usd"])
    out["share_of_gdp_pct"] = [_share_pct(income, gdp_million_usd) for income in out["income_million_usd"]]
    return out


def sensitivity(
    base: Mapping[str, float], ranges: Mapping[str, tuple[float, float]], gdp_million_usd: float
) -> pd.DataFrame:
    """One assumption at a time moved to the ends of its range, the others held at ``base``.

    ``base`` has volume_bcm, length_km, tariff and, if not 100, kept_pct; ``ranges`` any of these.
    Columns: assumption, low, base, high, income_low, income_high (million US$ a year), span (their
    difference), share_low_pct, share_high_pct (of gross domestic product). Widest span first. Raises
    KeyError for a name that is no assumption, ValueError for a range whose ends are not in order.
    """
    given = {"kept_pct": 100.0, **base}
    unknown = [name for name in (*given, *ranges) if name not in _FACTORS]
    if unknown:
        raise KeyError(f"no assumption {', '.join(unknown)}; they are {', '.join(_FACTORS)}")
    rows = []
    for name, (low, high) in ranges.items():
        if low > high:
            raise ValueError(f"{name}: the range {low} to {high} is not in order")
        ends = [transit_income(**{**given, name: value}) for value in (low, high)]
        shares = [_share_pct(income, gdp_million_usd) for income in ends]
        rows.append((name, low, given[name], high, *ends, ends[1] - ends[0], *shares))
    columns = ["assumption", "low", "base", "high", "income_low", "income_high", "span"]
    out = pd.DataFrame(rows, columns=[*columns, "share_low_pct", "share_high_pct"])
    return out.sort_values("span", ascending=False, kind="stable", ignore_index=True)
