"""Stocks of fuel in days, seasons of its purchase, and agreements beside outcomes.

Pure functions from frames to frames, on ``petroleum_imports_monthly`` and ``petroleum_facts`` and on what
:mod:`corridors.energy` makes of them. Mass in thousand tonnes (kt), time in days. Imports stand for use:
Mongolia had no refinery in these years, and how full the tanks are is not known month by month.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from corridors.energy.accounts import TOTAL, daily_use, petroleum_by_month

__all__ = ["month_extremes", "orders_against_official", "product_shares", "same_months", "stocks_in_days"]

#: How a measure of petroleum_facts is a quantity that lies, or is to lie, in a tank.
_STORED: Final = ("monthly purchase", "required stock", "storage capacity")


def product_shares(yearly: pd.DataFrame) -> pd.DataFrame:
    """Complete years of :func:`corridors.energy.petroleum_by_year` with share_pct of all products."""
    rows = yearly[yearly["complete"]]
    totals = rows[rows["product"] == TOTAL].set_index("year")["volume_kt"]
    out = rows[rows["product"] != TOTAL].reset_index(drop=True)
    out["share_pct"] = 100 * out["volume_kt"] / out["year"].map(totals).astype("float64")
    return out


def month_extremes(monthly: pd.DataFrame) -> pd.DataFrame:
    """The least and the most months of each year without a missing product.

    Columns: year, low_month, low_kt, high_month, high_kt, ratio (most over least), months (counted).
    """
    months = petroleum_by_month(monthly)
    months = months[months["missing_products"] == 0]
    months = months.assign(year=months["month"].str[:4].astype("int64"))
    rows = []
    for year, part in months.groupby("year"):
        ordered = part.sort_values("volume_kt", kind="stable")
        low, high = ordered.iloc[0], ordered.iloc[-1]
        rows.append((year, low["month"], low["volume_kt"], high["month"], high["volume_kt"], len(part)))
    out = pd.DataFrame(rows, columns=["year", "low_month", "low_kt", "high_month", "high_kt", "months"])
    out["ratio"] = out["high_kt"] / out["low_kt"]
    return out


def same_months(monthly: pd.DataFrame, year: int) -> pd.DataFrame:
    """A year that is not over beside the years before, on the months without gaps that it has.

    Columns: year, last_month (01 to 12), volume_kt, growth_pct (on the year before). Only the run of
    months from January for which every year from the first on is without a missing product.
    """
    months = petroleum_by_month(monthly)
    full = months[months["missing_products"] == 0]
    have = {(str(name)[:4], int(str(name)[5:])) for name in full["month"]}
    years = sorted({name for name, _ in have if int(name) <= year})
    last = 0
    while all((name, last + 1) in have for name in years):
        last += 1
    if last == 0 or str(year) not in years:
        raise ValueError(f"no month from January on is complete in every year to {year}")
    part = full[full["month"].str[5:].astype("int64") <= last]
    sums = part.groupby(part["month"].str[:4])["volume_kt"].sum().loc[years]
    out = pd.DataFrame({"year": [int(name) for name in years], "volume_kt": sums.to_list()})
    out.insert(1, "last_month", f"{last:02d}")
    out["growth_pct"] = 100 * out["volume_kt"].pct_change()
    return out


def orders_against_official(facts: pd.DataFrame, monthly: pd.DataFrame) -> pd.DataFrame:
    """Volumes ordered for a month (``petroleum_facts``) beside what came in that month, from all origins.

    Columns: period (YYYY-MM), product, press_kt, official_kt, ratio (ordered over come), source_ids. A month
    or product that the authority does not list is left out; a month that lacks a product has no total.
    """
    totals = petroleum_by_month(monthly)
    totals = totals[totals["missing_products"] == 0].assign(product=TOTAL)
    each = monthly.assign(volume_kt=monthly["volume_tonnes"] / 1000)
    official = pd.concat([totals, each])[["month", "product", "volume_kt"]]
    official.columns = pd.Index(["period", "product", "official_kt"])
    rows = facts[(facts["measure"] == "orders") & (facts["unit"] == "kt")].rename(
        columns={"value": "press_kt"}
    )
    out = rows[["period", "product", "press_kt", "source_ids"]].merge(official, on=["period", "product"])
    out.insert(4, "ratio", out["press_kt"] / out["official_kt"])
    return out


def stocks_in_days(facts: pd.DataFrame, yearly: pd.DataFrame, year: int) -> pd.DataFrame:
    """Stocks, required stocks and tanks, as stated in days or turned into days at the imports of ``year``.

    From ``petroleum_facts``: measures "stock" in days, and "required stock", "monthly purchase" (a reserve
    volume, as the report calls it) and "storage capacity" for all products in kt. Columns: period, product,
    measure, what, qualifier, stated (value), unit, days (stated, or the quantity over the imports of a day
    in ``year``; derived then), derived, source_ids. Raises ValueError if ``year`` is not complete.
    """
    use = daily_use(yearly)
    use = use[(use["year"] == year) & (use["product"] == TOTAL)]
    if use.empty:
        raise ValueError(f"no complete year {year} of imports")
    a_day = float(use["kt_a_day"].iloc[0])
    in_days = facts["unit"].eq("days")
    stored = facts["measure"].isin(_STORED) & facts["product"].eq(TOTAL)
    rows = facts[in_days | (stored & facts["unit"].isin(["kt", "kt a month"]))]
    out = rows[["period", "product", "measure", "what", "qualifier", "value", "unit"]]
    out = out.rename(columns={"value": "stated"})
    out["derived"] = ~in_days[rows.index]
    out["days"] = out["stated"].where(~out["derived"], out["stated"] / a_day)
    out["source_ids"] = rows["source_ids"]
    return out.sort_values(["period", "measure", "product"], kind="stable", ignore_index=True)
