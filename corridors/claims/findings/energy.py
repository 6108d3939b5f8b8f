"""Claims on fuel, electricity and gas."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from corridors.claims.lookup import (
    DIPLOMAT,
    NIAS,
    counted,
    last_full_year,
    listed,
    matching,
    one,
    published,
    words,
)
from corridors.claims.registry import Load, conclude, settles
from corridors.claims.rules import Evidence, Finding, Judgement, Reading, all_hold, at_least, by_readings
from corridors.energy import electricity_shares, electricity_suppliers, gas_by_year, supplier_shares

MOST: Final = "a country relies on a supplier that provides at least half; the text gives no number"
#: The last year of Elbegdorj in office.
LAST_YEAR_OF_TALKS: Final = 2017
FIRST_LINE: Final = "power-of-siberia-1"
SECOND_LINE: Final = "power-of-siberia-2"
IN_MONGOLIA: Final = "soyuz-vostok"


def _fuel(load: Load, until: int) -> pd.DataFrame:
    """Stated shares of Russia in fuel imports to a year: outcomes only, any product."""
    shares = supplier_shares(load("petroleum_facts"))
    return shares[shares["outcome"] & (shares["period"].str[:4].astype(int) <= until)]


def _power(load: Load, until: int) -> pd.Series[Any]:
    """The newest year with electricity delivered by Russia, beside the official balance."""
    rows = electricity_suppliers(load("electricity_by_supplier"), load("electricity_balance"))
    rows = rows[(rows["year"] <= until) & rows["derivation"].isna()]
    return rows.iloc[-1]


def _dependence(load: Load, claim_id: str, source_id: str) -> Finding:
    """How far Mongolia relies on Russia for fuel and for electricity, as known when a text appeared."""
    until = published(load, source_id).year
    fuel = _fuel(load, until)
    fuel = fuel[fuel["period"].str[:4].astype(int) >= until - 3]
    low, high = float(fuel["lower_pct"].min()), float(fuel["upper_pct"].max())
    power = _power(load, until)
    balance = electricity_shares(load("electricity_balance"))
    year = one(balance, year=int(power["year"]))
    last = one(balance, year=last_full_year(load, source_id))
    of_use = 100 * float(power["supplied_gwh"]) / float(year["consumption_gwh"])
    readings = (
        Reading(
            "fuel: Russia provides at least half of the imports", f"{low:.0f} to {high:.0f} per cent",
            low >= 50,
        ),
        Reading(
            "electricity: Russia provides at least half of the imports",
            f"{power['share_pct']:.0f} per cent in {power['year']}", float(power["share_pct"]) >= 50,
        ),
        Reading(
            "electricity: Russia provides at least half of what is used",
            f"{of_use:.0f} per cent in {power['year']}", of_use >= 50,
        ),
    )  # fmt: skip
    judgement = by_readings(readings)
    return conclude(
        claim_id, Judgement(judgement.verdict, f"{judgement.rule}; {MOST}"),
        claimed="reliance on Russia", found=f"fuel {readings[0].answer}; electricity {readings[1].answer}",
        statement=f"Fuel: sources put Russia's share in imports at {low:.0f} to {high:.0f} per cent. "
        "Electricity: all "
        f"imports were {last['import_share_of_consumption_pct']:.0f} per cent of consumption in "
        f"{int(last['year'])}; of the "
        f"imports of {power['year']} Russia delivered {power['supplied_gwh']:.0f} of "
        f"{power['imports_gwh']:,.0f} GWh "
        f"({power['share_pct']:.0f} per cent, or {of_use:.0f} per cent of consumption). The rest came "
        "mainly from China.",
        evidence=(
            Evidence("petroleum_facts", f"Russia, share of imports, {until - 3} to {until}", "stated shares"),
            Evidence("electricity_by_supplier", f"Russia, {power['year']}", "electricity delivered"),
            Evidence(
                "electricity_balance", f"{power['year']} and {int(last['year'])}", "imports and consumption",
            ),
        ),
        readings=readings, value=float(power["share_pct"]), unit="per cent",
    )  # fmt: skip


@settles("NIAS-31")
def fuel_and_power(load: Load) -> Finding:
    """Mongolia relies on Russia for imports of fuel and electricity."""
    return _dependence(load, "NIAS-31", NIAS)


@settles("DIP-36")
def dependent_on_russian_energy(load: Load) -> Finding:
    """Mongolia depends on Russian energy."""
    return _dependence(load, "DIP-36", DIPLOMAT)


@settles("NIAS-33")
def petroleum_in_imports(load: Load) -> Finding:
    """A large part of the imports from Russia is petroleum products."""
    facts = matching(
        load("imports_by_product_facts"), partner="Russia", measure="share of imports from the partner"
    )
    facts = facts[facts["product"].isin(["petroleum products", "motor petrol"])].sort_values("period")
    facts = facts[facts["year"].isna() | (facts["year"] <= published(load, NIAS).year)]
    lowest = float(facts["value"].min())
    shares = [
        f"{row['qualifier']} {row['value']:g} per cent ({row['product']}, {row['period']})"
        for _, row in facts.iterrows()
    ]
    said = listed(share.removeprefix("exact ") for share in shares)
    return conclude(
        "NIAS-33", at_least(lowest, 50, "per cent", "a large part: at least half; the text gives no number"),
        claimed="a large part", found=f"{lowest:g} per cent or more",
        statement=f"Stated shares of petroleum products in imports from Russia: {said}.",
        evidence=(
            Evidence("imports_by_product_facts", ", ".join(facts["id"]), "share in imports from Russia"),
        ),
        value=lowest, unit="per cent",
    )  # fmt: skip


@settles("DIP-34")
def crude_oil(load: Load) -> Finding:
    """Elbegdorj and Putin discussed imports of crude oil from Russia."""
    starts = matching(load("project_facts"), project_id="refinery", conflict_group="refinery start")
    first = int(starts["value"].min())
    products = sorted(set(load("petroleum_imports_monthly")["product"]))
    crude = [name for name in products if "crude" in name]
    readings = (
        Reading(f"a refinery by {LAST_YEAR_OF_TALKS}", f"none before {first}", first <= LAST_YEAR_OF_TALKS),
        Reading("crude oil among the imports", f"products listed: {listed(products)}", bool(crude)),
    )  # fmt: skip
    return conclude(
        "DIP-34", by_readings(readings), claimed="imports of crude oil",
        found=f"first refinery not before {first}",
        statement=f"The first refinery is planned to work in {first} at the earliest; the petroleum "
        "authority lists "
        f"imports of {listed(products)}{', and no crude oil' if not crude else ''}. Talks of "
        f"2009 to {LAST_YEAR_OF_TALKS} on imports can have been on products only."
        if not any(reading.holds for reading in readings)
        else f"First refinery: {first}. Products imported: {listed(products)}.",
        evidence=(
            Evidence("project_facts", ", ".join(starts["fact_id"]), "first year of the refinery"),
            Evidence("petroleum_imports_monthly", "column product", "what is imported"),
        ),
        readings=readings,
    )  # fmt: skip


def _status(load: Load, line: str) -> pd.DataFrame:
    return matching(load("pipeline_attributes"), line=line)


@settles("NIAS-22")
def part_of_the_second_line(load: Load) -> Finding:
    """Mongolia is part of Power of Siberia 2."""
    route = one(load("pipeline_attributes"), line=IN_MONGOLIA)
    memorandum = one(load("agreements"), agreement_id="A39")
    built = str(route["status"]) in ("operating", "construction", "under construction")
    planned = "Mongolia" in str(route["countries"]) and float(route["inside_mongolia_km"]) > 0
    readings = (
        Reading("a line built or being built", f"status: {route['status']}", built),
        Reading("a plan that crosses Mongolia", f"{route['official_length_km']:.1f} km planned", planned),
    )
    return conclude(
        "NIAS-22", by_readings(readings), claimed="is part", found=f"{route['status']}",
        statement=f"The part in Mongolia is {route['status']}: {route['official_length_km']:.1f} km by the "
        "feasibility "
        f"study. The memorandum on it is of {words(str(memorandum['date_signed']))}, "
        f"{'after' if str(memorandum['date_signed']) > str(published(load, NIAS)) else 'before'} the text.",
        evidence=(
            Evidence("pipeline_attributes", str(route["id"]), "status and length"),
            Evidence("agreements", "A39", "memorandum"),
        ),
        readings=readings, value=float(route["official_length_km"]), unit="km",
    )  # fmt: skip


@settles("NIAS-23")
def successor(load: Load) -> Finding:
    """Power of Siberia 2 is the successor of the existing pipeline."""
    old, new = _status(load, FIRST_LINE), one(load("pipeline_attributes"), line=SECOND_LINE)
    yearly = gas_by_year(load("gas_deliveries")).sort_values("year")
    last, before = yearly.iloc[-1], yearly.iloc[-2]
    running = float(last["low_bcm"]) >= float(before["low_bcm"])
    same = bool((old["owner"] == new["owner"]).all())
    readings = (
        Reading("it takes the place of the first line",
                f"the first line carried {last['low_bcm']:g} bcm in {last['year']}", not running),
        Reading("it is a later line of the same company", f"owner: {new['owner']}", same),
    )  # fmt: skip
    return conclude(
        "NIAS-23", by_readings(readings), claimed="successor",
        found=f"first line {listed(sorted(set(old['status'])))}",
        statement=f"The first line is {listed(sorted(set(old['status'])))} and carried "
        f"{before['low_bcm']:g} bcm in "
        f"{before['year']} and {last['low_bcm']:g} bcm in {last['year']}; the second is {new['status']}. "
        f"{'It would stand beside the first and not replace it.' if running else ''}".strip(),
        evidence=(
            Evidence("pipeline_attributes", f"{', '.join(old['id'])}, {new['id']}", "status and owner"),
            Evidence("gas_deliveries", f"{before['year']} and {last['year']}", "deliveries"),
        ),
        readings=readings, value=float(last["low_bcm"]), unit="bcm",
    )  # fmt: skip


@settles("NIAS-24")
def gas_to_china(load: Load) -> Finding:
    """The existing pipeline carries natural gas from Russia to China."""
    yearly = gas_by_year(load("gas_deliveries"))
    row = one(yearly, year=last_full_year(load, NIAS))
    first = yearly.sort_values("year").iloc[0]
    spread = f"{row['low_bcm']:g}" + (f" to {row['high_bcm']:g}" if row["disagree"] else "")
    judgement = all_hold([("gas was delivered in the year before", float(row["low_bcm"]) > 0)])
    return conclude(
        "NIAS-24", judgement, claimed="gas flows", found=f"{spread} bcm in {row['year']}",
        statement=f"Power of Siberia 1 delivered {first['low_bcm']:g} bcm in {first['year']}, its first "
        "year, and "
        f"{spread} bcm in {row['year']} ({counted(int(row['values']), 'published value')}).",
        evidence=(Evidence("gas_deliveries", f"{first['year']} and {row['year']}", "deliveries"),),
        value=float(row["low_bcm"]), unit="bcm",
    )  # fmt: skip
