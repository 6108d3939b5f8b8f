"""Claims on debt, investment, loans and projects."""

from __future__ import annotations

from typing import Final

import pandas as pd

from corridors.claims.lookup import (
    HORIZON,
    listed,
    matching,
    one,
    value_of,
    words,
)
from corridors.claims.registry import Load, conclude, settles
from corridors.claims.rules import (
    Evidence,
    Finding,
    Judgement,
    Reading,
    all_hold,
    beyond_data,
    by_readings,
)
from corridors.diplomacy import parse_date
from corridors.trade import partner_shares

WEIGHTY: Final = 5.0
WEIGHT: Final = "an investor of at least 5 per cent counts as one; the text gives no number"


def _debt(load: Load, fact_id: str) -> float:
    return value_of(one(load("debt_facts"), id=fact_id))


@settles("DIP-20")
def ninety_eight_per_cent(load: Load) -> Finding:
    """Russia agreed to cut 98 per cent of the Soviet-era debt."""
    stated = _debt(load, "debt-007")
    principal, paid = _debt(load, "debt-004"), _debt(load, "debt-010")
    off, other = _debt(load, "debt-008"), _debt(load, "debt-011")
    shares = [
        ("the share as reported", stated),
        (f"{paid:,.0f} paid of {principal:,.0f} million US$", 100 * (1 - paid / principal)),
        (f"{off:,.0f} written off and {other:,.0f} paid, in million US$", 100 * off / (off + other)),
    ]
    readings = tuple(Reading(name, f"{share:.1f} per cent", abs(share - 98) <= 0.5) for name, share in shares)
    judgement = by_readings(readings)
    return conclude(
        "DIP-20",
        Judgement(judgement.verdict, f"{judgement.rule}; within half a point, since 98 is a whole per cent"),
        claimed="98 per cent", found=readings[0].answer,
        statement=f"Reported: {stated:g} per cent. From the amounts in the sources: {readings[1].answer} "
        f"({readings[1].definition}) or {readings[2].answer} ({readings[2].definition}). It was one of two "
        "settlements; the other is of 2010.",
        evidence=(
            Evidence("debt_facts", "debt-004, debt-007, debt-008, debt-010, debt-011", "share and amounts"),
        ),
        readings=readings, value=stated, unit="per cent",
    )  # fmt: skip


@settles("DIP-21")
def two_per_cent(load: Load) -> Finding:
    """The remaining 2 per cent was about 250 million dollars."""
    principal, paid = _debt(load, "debt-004"), _debt(load, "debt-010")
    off, other = _debt(load, "debt-008"), _debt(load, "debt-011")
    amounts = [
        ("amount paid, Mongolian finance minister", paid),
        ("amount paid, Russian press", other),
        (f"2 per cent of {principal:,.0f}", 0.02 * principal),
        (f"2 per cent where 98 per cent are {off:,.0f}", off / 0.98 * 0.02),
    ]
    readings = tuple(
        Reading(name, f"{amount:,.0f} million US$", abs(amount - 250) <= 12.5) for name, amount in amounts
    )
    judgement = by_readings(readings)
    return conclude(
        "DIP-21",
        Judgement(judgement.verdict, f"{judgement.rule}; within 5 per cent, since the text says 'around'"),
        claimed="250 million US$", found=readings[0].answer,
        statement=f"Reported as paid: {paid:,.0f} or {other:,.0f} million US$. Two per cent of the "
        "reported debt would "
        f"be {amounts[2][1]:,.0f} million, or {amounts[3][1]:,.0f} million if 98 per cent were {off:,.0f}; "
        "a payment of "
        f"{paid:,.0f} million at 2 per cent would mean a debt of {paid / 0.02:,.0f} million. "
        f"The amounts {'close' if all(reading.holds for reading in readings) else 'do not close'}.",
        evidence=(Evidence("debt_facts", "debt-004, debt-008, debt-010, debt-011", "amounts"),),
        readings=readings, value=paid, unit="million US$",
    )  # fmt: skip


def _fdi(load: Load, fact_id: str) -> float:
    return value_of(one(load("fdi_by_source"), id=fact_id))


@settles("DIP-32")
def activity_lagged(load: Load) -> Finding:
    """In 2009-2017 economic activity with Russia lagged, above all investment."""
    shares = partner_shares(load("imports_by_partner"), ["Russia"]).set_index("year")
    first, last = 2009, 2016
    before, after = (one(shares.reset_index(), year=year) for year in (first, last))
    amount, share = _fdi(load, "fdi-source-005"), _fdi(load, "fdi-source-006")
    judgement = all_hold(
        [
            ("Russia's share of imports fell", float(after["share_pct"]) < float(before["share_pct"])),
            ("its investment is below 5 per cent", share < WEIGHTY),
        ]
    )
    top = shares.loc[first:last, "value_million_usd"]
    return conclude(
        "DIP-32", judgement, claimed="lagged", found=f"{share:g} per cent of investment",
        statement=f"Russian investment of 1990 to 2014 was {amount:,.0f} million US$, {share:g} per cent "
        "of all. Imports "
        f"from Russia were {before['value_million_usd']:,.0f} million in {first} "
        f"({before['share_pct']:.1f} per cent of "
        f"all), {top.max():,.0f} at their highest ({top.idxmax()}) and {after['value_million_usd']:,.0f} "
        f"in {last} "
        f"({after['share_pct']:.1f} per cent).",
        evidence=(
            Evidence("fdi_by_source", "fdi-source-005, fdi-source-006", "Russian investment"),
            Evidence("imports_by_partner", f"Russia and World, {first} to {last}", "imports and share"),
        ),
        value=share, unit="per cent",
    )  # fmt: skip


@settles("DIP-37")
def chinese_investment(load: Load) -> Finding:
    """Chinese investment flourished in many sectors."""
    china = _fdi(load, "fdi-source-008")
    rows = load("fdi_by_source")
    shares = rows[(rows["measure"] == "share") & rows["value"].notna() & (rows["year"].fillna(0) <= 2019)]
    others = shares[~shares["partner"].isin(["China", "Russia"])]
    top = others.sort_values("value", kind="stable").iloc[-1]
    cumulative = _fdi(load, "fdi-source-007")
    readings = (
        Reading("a weighty investor", f"about {china:g} per cent of registered investment", china >= WEIGHTY),
        Reading("the leading investor", f"{top['partner']} {top['value']:g} per cent ({top['period']})",
                china >= float(top["value"])),
    )  # fmt: skip
    judgement = by_readings(readings)
    return conclude(
        "DIP-37", Judgement(judgement.verdict, f"{judgement.rule}; {WEIGHT}"),
        claimed="flourished", found=readings[0].answer,
        statement=f"China invested {cumulative:,.0f} million US$ from 1990 to 2017, about {china:g} per "
        "cent by one "
        f"account (that the two have one base is not said). {top['partner']} had {top['value']:g} per cent "
        "of the inflow of "
        f"{top['period']}.",
        evidence=(
            Evidence("fdi_by_source", f"fdi-source-007, fdi-source-008, {top['id']}", "weight of investors"),
        ),
        readings=readings, value=china, unit="per cent",
    )  # fmt: skip


@settles("DIP-57")
def financiers(load: Load) -> Finding:
    """Moscow and Beijing are financiers of Mongolia's economy, development and investment."""
    russia, china = _fdi(load, "fdi-source-006"), _fdi(load, "fdi-source-008")
    loan = value_of(one(load("project_facts"), fact_id="erdeneburen-05"))
    readings = (
        Reading("Beijing: at least 5 per cent of investment", f"about {china:g} per cent", china >= WEIGHTY),
        Reading("Moscow: at least 5 per cent of investment", f"{russia:g} per cent", russia >= WEIGHTY),
    )
    judgement = by_readings(readings)
    return conclude(
        "DIP-57", Judgement(judgement.verdict, f"{judgement.rule}; {WEIGHT}"),
        claimed="both", found=f"China about {china:g}, Russia {russia:g} per cent",
        statement=f"China: about {china:g} per cent of registered investment (1990-2017) and loans such as "
        f"{loan:,.0f} million US$ for Erdeneburen. Russia: {russia:g} per cent of investment (1990-2014).",
        evidence=(
            Evidence("fdi_by_source", "fdi-source-006, fdi-source-008", "shares of investment"),
            Evidence("project_facts", "erdeneburen-05", "Chinese loan"),
        ),
        readings=readings, value=russia, unit="per cent",
    )  # fmt: skip


@settles("DIP-66")
def reliance_on_chinese_money(load: Load) -> Finding:
    """It mattered to Battulga to have diverse investors instead of relying on China."""
    rows = load("fdi_by_source")
    shares = rows[(rows["measure"] == "share") & rows["value"].notna()]
    china = float(shares.loc[shares["partner"] == "China", "value"].max())
    named = one(rows, id="fdi-source-012")
    exports = partner_shares(load("exports_by_partner"), ["China"]).set_index("year")["share_pct"]
    year = 2019
    return conclude(
        "DIP-66", beyond_data("motive", "how dependent the country was can be measured, why he acted cannot"),
        claimed="reliance on China", found=f"{china:g} per cent of investment",
        statement=f"China's share is about {china:g} per cent of investment, against {value_of(named):g} "
        "per cent of the "
        f"inflow of {named['period']} for {named['partner']}; of exports in {year} it took "
        f"{exports[year]:.1f} per cent. "
        f"The reliance is on {'a buyer' if exports[year] > china else 'an investor'} in the first place.",
        evidence=(
            Evidence("fdi_by_source", "shares of China; fdi-source-012", "weight of investors"),
            Evidence("exports_by_partner", f"China and World, {year}", "share of exports"),
        ),
        value=china, unit="per cent",
    )  # fmt: skip


@settles("DIP-60")
def dams_take_years(load: Load) -> Finding:
    """Dams and power plants take years to build."""
    dam = one(load("projects"), project_id="erdeneburen")
    built = value_of(one(load("project_facts"), fact_id="erdeneburen-08"))
    since = (HORIZON - parse_date(str(dam["key_date"])).earliest).days / 365.25
    facts = matching(load("project_facts"), project_id="egiin-gol")
    first = int(facts["year"].min())
    other = one(load("projects"), project_id="egiin-gol")
    judgement = all_hold(
        [
            ("Erdeneburen unfinished three years after its contract", since >= 3 and built < 100),
            ("Egiin Gol unbuilt three years after its costing",
             HORIZON.year - first >= 3 and str(other["status"]) not in ("operating", "completed")),
        ]
    )  # fmt: skip
    return conclude(
        "DIP-60", Judgement(judgement.verdict, f"{judgement.rule}; years: three or more"),
        claimed="years", found=f"{since:.1f} years, {built:g} per cent built",
        statement=f"Erdeneburen was contracted on {words(str(dam['key_date']))}; {since:.1f} years later, "
        "at the horizon "
        f"of the tables, the last report has {built:g} per cent built. Egiin Gol was costed in {first} and "
        "is "
        f"{other['status']}.",
        evidence=(
            Evidence("projects", "erdeneburen, egiin-gol", "contract and status"),
            Evidence("project_facts", "erdeneburen-08; egiin-gol", "share built; costing"),
        ),
        value=since, unit="years",
    )  # fmt: skip


@settles("DIP-62")
def projects_with_china_as_third(load: Load) -> Finding:
    """Erdeneburen and Power of Siberia 2 are Mongolian-Russian projects with China as a third partner."""
    frame = load("projects")
    dam, line = (one(frame, project_id=name) for name in ("erdeneburen", "po2-sv"))
    memorandum = one(load("agreements"), agreement_id="A39")
    disputed = "" if pd.isna(memorandum["parties_disputed"]) else str(memorandum["parties_disputed"])
    joint = set(f"{memorandum['parties']};{disputed}".split(";")) - {""}
    russian = any(word in str(dam["partner"]) for word in ("Russia", "Gazprom", "RZD", "Inter RAO"))
    cost, loan = (value_of(one(load("project_facts"), fact_id=f"erdeneburen-0{n}")) for n in (4, 5))
    judgement = all_hold(
        [
            ("Erdeneburen has a Russian partner", russian),
            ("Power of Siberia 2 joins Russia, China and Mongolia", joint == {"RUS", "CHN", "MNG"}),
        ]
    )
    return conclude(
        "DIP-62", judgement, claimed="both with Russia and China",
        found=f"Erdeneburen: {dam['partner']}",
        statement=f"Erdeneburen: {dam['partner']}, with {loan:,.0f} of {cost:,.0f} million US$ lent; no "
        "Russian part is "
        f"recorded. Power of Siberia 2: {line['partner']}, parties of the memorandum {listed(sorted(joint))}."
        if not russian
        else f"Erdeneburen: {dam['partner']}. Power of Siberia 2: {line['partner']}.",
        evidence=(
            Evidence("projects", "erdeneburen, po2-sv", "partners"),
            Evidence("project_facts", "erdeneburen-04, erdeneburen-05", "cost and loan"),
            Evidence("agreements", "A39", "parties of the memorandum"),
        ),
    )  # fmt: skip
