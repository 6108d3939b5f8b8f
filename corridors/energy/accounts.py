"""What the energy tables say: petroleum, electricity, power plants, gas.

Pure functions from frames to frames; nothing is read or written here. Mass in thousand tonnes (kt),
energy in GWh, capacity in MW, gas in billion cubic metres (bcm), shares in per cent. Frames that come in
are those of :mod:`corridors.catalog` with the same names.

Rules that hold everywhere: a year is complete only with twelve full months; statements of sources that
disagree stay side by side; an impossible value is shown and marked, never corrected.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from typing import Final

import pandas as pd

TOTAL: Final = "all products"
HOURS_A_DAY: Final = 24

#: Registers of power plants that count the same plants; their capacities must not be added.
OVERLAPPING: Final = frozenset({"GEM coal", "WRI"})

#: Shares and sums are as published; a tenth of a unit is rounding.
ROUNDING: Final = 0.6


def _need(frame: pd.DataFrame, *columns: str) -> None:
    """Raise KeyError that names the columns that a frame lacks."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        have = ", ".join(frame.columns)
        raise KeyError(f"the frame lacks the column(s) {', '.join(missing)}; it has {have}")


def days_in_year(year: int) -> int:
    """365 or 366."""
    return 366 if calendar.isleap(year) else 365


# ---------------------------------------------------------------------------------------- petroleum


def petroleum_by_month(monthly: pd.DataFrame) -> pd.DataFrame:
    """Imports of a month, all products: month (YYYY-MM), volume_kt, missing_products (cells without value).

    A month with a missing product has the sum of the others; the count says so.
    """
    _need(monthly, "month", "product", "volume_tonnes")
    grouped = monthly.groupby("month")["volume_tonnes"]
    out = pd.DataFrame(
        {"volume_kt": grouped.sum() / 1000, "missing_products": grouped.size() - grouped.count()}
    )
    return out.reset_index()


def petroleum_by_year(monthly: pd.DataFrame) -> pd.DataFrame:
    """Imports of a year by product and for all products together.

    Columns: year, product ("all products" for the total), volume_kt, months (with a value; for the total
    the least of its products), complete (twelve months with a value of every product it holds).
    """
    _need(monthly, "month", "product", "volume_tonnes")
    frame = monthly.assign(year=monthly["month"].str[:4].astype("int64"))
    if frame.duplicated(["month", "product"]).any():
        raise ValueError("more than one row for the same month and product")
    grouped = frame.groupby(["year", "product"])["volume_tonnes"]
    by_product = pd.DataFrame({"volume_kt": grouped.sum() / 1000, "months": grouped.count()}).reset_index()
    by_year = by_product.groupby("year")
    total = pd.DataFrame({"volume_kt": by_year["volume_kt"].sum(), "months": by_year["months"].min()})
    out = pd.concat([by_product, total.reset_index().assign(product=TOTAL)])
    out["complete"] = out["months"] == 12
    return out.sort_values(["year", "product"], ignore_index=True)


def daily_use(yearly: pd.DataFrame) -> pd.DataFrame:
    """Complete years of :func:`petroleum_by_year` with kt_a_day: imports over the days of the year.

    Imports stand for use: Mongolia had no refinery, and stocks are not known.
    """
    _need(yearly, "year", "product", "volume_kt", "complete")
    out = yearly[yearly["complete"]].reset_index(drop=True)
    days = out["year"].map(lambda year: days_in_year(int(year))).astype("float64")
    out["kt_a_day"] = out["volume_kt"] / days
    return out


def days_of_cover(stock_kt: float, yearly: pd.DataFrame) -> pd.DataFrame:
    """How many days a stock lasts at the imports of each complete year: year, product, kt_a_day, days.

    Raises ValueError for a negative stock. A product without imports has no answer (missing).
    """
    if stock_kt < 0:
        raise ValueError("a stock cannot be negative")
    out = daily_use(yearly)[["year", "product", "kt_a_day"]]
    out["days"] = stock_kt / out["kt_a_day"].where(out["kt_a_day"] > 0)
    return out


def press_against_official(facts: pd.DataFrame, monthly: pd.DataFrame) -> pd.DataFrame:
    """Volumes from the press (``petroleum_facts``) beside the petroleum authority's for the same period.

    Only whole years (2023) and whole months (2024-01) of import volumes for products that the authority
    lists, or for all products. Columns: period, product, partner, press_kt, qualifier, official_kt,
    gap_kt (official minus press), ratio (press over official), conflict_group, source_ids.
    """
    _need(facts, "period", "product", "partner", "measure", "unit", "value", "qualifier")
    by_month = petroleum_by_month(monthly).assign(product=TOTAL).rename(columns={"month": "period"})
    each = monthly.assign(period=monthly["month"], volume_kt=monthly["volume_tonnes"] / 1000)
    year = petroleum_by_year(monthly)
    year = year[year["complete"]].assign(period=lambda frame: frame["year"].astype(str))
    columns = ["period", "product", "volume_kt"]
    official = pd.concat([by_month[columns], each[columns], year[columns]])
    rows = facts[(facts["measure"] == "import volume") & (facts["unit"] == "kt") & facts["value"].notna()]
    rows = rows.rename(columns={"value": "press_kt"})
    kept = ["period", "product", "partner", "press_kt", "qualifier", "conflict_group", "source_ids"]
    out = rows[kept].merge(official, on=["period", "product"]).rename(columns={"volume_kt": "official_kt"})
    out["gap_kt"] = out["official_kt"] - out["press_kt"]
    out["ratio"] = out["press_kt"] / out["official_kt"]
    order = [*kept[:5], "official_kt", "gap_kt", "ratio", *kept[5:]]
    return out[order].sort_values(["period", "product"], ignore_index=True)


def energy_content(supply: pd.DataFrame, yearly: pd.DataFrame) -> pd.DataFrame:
    """TJ of the energy account over kt imported, for petrol and diesel in complete years.

    Columns: year, product, supply_tj, volume_kt, tj_a_kt. Diesel is plausible (about 43); petrol is not
    (it should lie near 44): the two tables do not measure the same thing and do not convert.
    """
    names = {"AI-92 petrol": "petrol", "AI-95 petrol": "petrol", "diesel": "diesel"}
    complete = yearly[yearly["complete"] & yearly["product"].isin(list(names))]
    volume = complete.assign(product=complete["product"].map(names)).groupby(["year", "product"])
    both = volume["volume_kt"].agg(["sum", "count"]).reset_index()
    both = both[both["count"] == both["product"].map({"petrol": 2, "diesel": 1})]
    out = supply[["year", "product", "supply_tj"]].merge(both, on=["year", "product"])
    out = out.rename(columns={"sum": "volume_kt"}).drop(columns="count")
    out["tj_a_kt"] = out["supply_tj"] / out["volume_kt"]
    return out.sort_values(["product", "year"], ignore_index=True)


def supplier_shares(facts: pd.DataFrame, partner: str = "Russia") -> pd.DataFrame:
    """Shares of a supplier in petroleum imports as each source states them; nothing is averaged.

    From ``petroleum_facts``, measure "share of imports". Columns: period, year, product, share_pct,
    qualifier, lower_pct and upper_pct (what the statement allows: "more than 90" is 90 to 100), outcome
    (False for a plan), conflict_group, quality, source_ids, and what (the words of the record) where the
    facts have it.
    """
    _need(facts, "partner", "measure", "period", "year", "product", "value", "qualifier")
    rows = facts[(facts["partner"] == partner) & (facts["measure"] == "share of imports")]
    out = rows[["period", "year", "product", "value", "qualifier"]].rename(columns={"value": "share_pct"})
    out["lower_pct"] = out["share_pct"].where(out["qualifier"] != "less than", 0.0)
    out["upper_pct"] = out["share_pct"].where(out["qualifier"] != "more than", 100.0)
    out["outcome"] = out["qualifier"] != "planned"
    for name in ("conflict_group", "quality", "source_ids", *(["what"] if "what" in rows else [])):
        out[name] = rows[name]
    return out.sort_values(["period", "product"], kind="stable", ignore_index=True)


# -------------------------------------------------------------------------------------- electricity


def electricity_shares(balance: pd.DataFrame) -> pd.DataFrame:
    """The balance with imports set against what they feed.

    Adds net_imports_gwh, import_share_of_consumption_pct, import_share_of_resources_pct,
    losses_and_own_use_gwh (resources minus exports minus consumption) and residual_gwh (generation plus
    imports minus published resources: rounding only).
    """
    needed = (
        "year",
        "generation_gwh",
        "imports_gwh",
        "exports_gwh",
        "consumption_gwh",
        "resources_total_gwh",
    )
    _need(balance, *needed)
    out = balance[list(needed)].sort_values("year", ignore_index=True)
    out["net_imports_gwh"] = out["imports_gwh"] - out["exports_gwh"]
    out["import_share_of_consumption_pct"] = 100 * out["imports_gwh"] / out["consumption_gwh"]
    out["import_share_of_resources_pct"] = 100 * out["imports_gwh"] / out["resources_total_gwh"]
    out["losses_and_own_use_gwh"] = out["resources_total_gwh"] - out["exports_gwh"] - out["consumption_gwh"]
    out["residual_gwh"] = out["generation_gwh"] + out["imports_gwh"] - out["resources_total_gwh"]
    return out


def ember_against_official(balance: pd.DataFrame, ember: pd.DataFrame) -> pd.DataFrame:
    """Ember beside the official balance: year, both net imports and generations, and the differences.

    Net imports agree to Ember's rounding (5 GWh) in almost every year, so Ember is no independent check of
    them; generation does not agree as well.
    """
    official = electricity_shares(balance)[["year", "generation_gwh", "net_imports_gwh"]]
    other = ember[["year", "generation_gwh", "net_imports_gwh"]]
    out = official.merge(other, on="year", suffixes=("_official", "_ember"))
    for name in ("generation", "net_imports"):
        out[f"{name}_difference_gwh"] = out[f"{name}_gwh_ember"] - out[f"{name}_gwh_official"]
    return out.sort_values("year", ignore_index=True)


def electricity_suppliers(
    facts: pd.DataFrame, balance: pd.DataFrame, supplier: str = "Russia"
) -> pd.DataFrame:
    """Deliveries of a supplier in whole years beside all imports of the official balance.

    From ``electricity_by_supplier``, measure "delivered to Mongolia", outcomes only. Columns: year,
    supplied_gwh, qualifier, derivation, imports_gwh, share_pct, others_gwh (imports minus supplied: the
    rest of the suppliers, mainly China for Oyu Tolgoi since 2013), possible (False where the supplier
    would exceed all imports, so one of the two values must be wrong), conflict_group, source_ids.
    """
    _need(facts, "supplier", "measure", "year", "value", "qualifier", "derivation")
    chosen = (facts["supplier"] == supplier) & (facts["measure"] == "delivered to Mongolia")
    chosen &= facts["unit"].eq("GWh") & facts["year"].notna() & facts["value"].notna()
    rows = facts[chosen & (facts["qualifier"] != "planned")].rename(columns={"value": "supplied_gwh"})
    kept = ["year", "supplied_gwh", "qualifier", "derivation", "conflict_group", "source_ids"]
    out = rows[kept].merge(balance[["year", "imports_gwh"]], on="year", how="left")
    out["share_pct"] = 100 * out["supplied_gwh"] / out["imports_gwh"]
    out["others_gwh"] = out["imports_gwh"] - out["supplied_gwh"]
    out["possible"] = ~(out["others_gwh"] < -ROUNDING)
    order = [*kept[:4], "imports_gwh", "share_pct", "others_gwh", "possible", *kept[4:]]
    return out[order].sort_values("year", kind="stable", ignore_index=True)


# ------------------------------------------------------------------------------------- power plants


def capacity(
    plants: pd.DataFrame,
    by: Sequence[str] = ("fuel", "status"),
    registers: Sequence[str] = ("GEM coal", "GEM hydropower"),
) -> pd.DataFrame:
    """Capacity by plant, fuel, status or other columns: the columns, units (rows), capacity_mw.

    ``registers`` says which registers to count. Raises ValueError for an unknown one and for a choice
    that counts plants twice.
    """
    _need(plants, "register", "capacity_mw", *by)
    unknown = set(registers) - set(plants["register"])
    if unknown:
        raise ValueError(f"no register {', '.join(sorted(unknown))} in the table")
    if set(registers) >= OVERLAPPING:
        raise ValueError(f"{' and '.join(sorted(OVERLAPPING))} count the same plants; choose one of them")
    grouped = plants[plants["register"].isin(list(registers))].groupby(list(by))["capacity_mw"]
    out = pd.DataFrame({"units": grouped.size(), "capacity_mw": grouped.sum()})
    return out.reset_index()


def capacity_utilisation_pct(energy_gwh: float, capacity_mw: float, year: int) -> float:
    """Energy made over what the capacity could make in all hours of the year, per cent.

    Raises ValueError for a capacity that is not positive or a negative energy.
    """
    if capacity_mw <= 0 or energy_gwh < 0:
        raise ValueError("utilisation needs a positive capacity and no negative energy")
    return float(100 * energy_gwh * 1000 / (capacity_mw * HOURS_A_DAY * days_in_year(year)))


def system_utilisation(balance: pd.DataFrame, factbook: pd.DataFrame) -> pd.DataFrame:
    """Utilisation of the installed capacity of the country by year.

    Generation from the official balance, capacity from ``energy_debt_factbook`` (item "installed
    capacity"; the newest edition that gives the year). Columns: year, generation_gwh, capacity_mw,
    edition, utilisation_pct. Two sources in one ratio: read it as an order of magnitude.
    """
    _need(factbook, "edition", "item", "year", "value")
    installed = factbook[(factbook["item"] == "installed capacity") & factbook["year"].notna()]
    newest = installed.sort_values("edition").drop_duplicates("year", keep="last")
    newest = newest[["year", "value", "edition"]].rename(columns={"value": "capacity_mw"})
    out = balance[["year", "generation_gwh"]].merge(newest, on="year").sort_values("year", ignore_index=True)
    rows = zip(out["generation_gwh"], out["capacity_mw"], out["year"], strict=True)
    out["utilisation_pct"] = [capacity_utilisation_pct(float(g), float(c), int(y)) for g, c, y in rows]
    return out


# --------------------------------------------------------------------------------------------- coal


def coal_tables(balance: pd.DataFrame, mining: pd.DataFrame) -> pd.DataFrame:
    """The two official tables of coal output: year, balance_kt, output_kt, difference_kt, disagree.

    ``balance`` is ``coal_balance``, ``mining`` is ``mining_output``; a difference above 1 kt disagrees.
    """
    sides = [
        balance[["year", "production_kt"]].rename(columns={"production_kt": "balance_kt"}),
        mining[["year", "coal_kt"]].rename(columns={"coal_kt": "output_kt"}),
    ]
    out = sides[0].merge(sides[1], on="year", how="outer").sort_values("year", ignore_index=True)
    out["difference_kt"] = out["output_kt"] - out["balance_kt"]
    out["disagree"] = out["difference_kt"].abs() > 1
    return out


# ---------------------------------------------------------------------------------------------- gas


def gas_by_year(deliveries: pd.DataFrame, pipeline: str = "Power of Siberia 1") -> pd.DataFrame:
    """Deliveries by year with the spread of the sources: year, low_bcm, high_bcm, values, disagree.

    From ``gas_deliveries``. Each value stays what a source says; none is averaged.
    """
    _need(deliveries, "pipeline", "year", "value", "unit")
    rows = deliveries[(deliveries["pipeline"] == pipeline) & deliveries["value"].notna()]
    if rows.empty:
        raise ValueError(f"no deliveries of {pipeline} in the table")
    if not rows["unit"].eq("bcm").all():
        raise ValueError("deliveries must be in bcm")
    grouped = rows.groupby("year")["value"]
    out = pd.DataFrame({"low_bcm": grouped.min(), "high_bcm": grouped.max(), "values": grouped.nunique()})
    out["disagree"] = out["values"] > 1
    return out.reset_index()


def gas_utilisation(yearly: pd.DataFrame, design_bcm: float) -> pd.DataFrame:
    """:func:`gas_by_year` against a yearly design or contract volume: adds low_pct and high_pct."""
    if design_bcm <= 0:
        raise ValueError("the design volume must be positive")
    _need(yearly, "low_bcm", "high_bcm")
    shares = {side: 100 * yearly[f"{side}_bcm"] / design_bcm for side in ("low", "high")}
    return yearly.assign(low_pct=shares["low"], high_pct=shares["high"])
