"""What official balances of coal and electricity leave over, and shares under each definition.

Pure functions from frames to frames. Coal in thousand tonnes (kt), electricity in GWh, shares in per cent.
A share of imports depends on what it is a share of; a balance says whether its own numbers fit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from corridors.energy.accounts import _need, capacity_utilisation_pct

#: Coal balance: what comes in, and what goes out beside a change of stocks.
COAL_OUT: Final = ("consumption_kt", "exports_kt", "losses_kt")

#: Global Coal Plant Tracker: the register takes no smaller unit (MW). A rule of the register, as the source
#: record of gem-coal-plants-2024 states it, and no value of a row; the least Mongolian unit is larger.
LEAST_COAL_UNIT_MW: Final = 30.0


def coal_left_over(balance: pd.DataFrame, mining: pd.DataFrame) -> pd.DataFrame:
    """Coal that each official output leaves over once consumption, exports and losses are taken off.

    ``balance`` is ``coal_balance``, ``mining`` is ``mining_output``; years that both hold. Returns ``year``,
    ``balance_kt`` and ``output_kt`` (the two outputs), ``difference_kt`` (output less balance), ``used_kt``
    (consumption, exports and losses less imports; losses that are not published count as none),
    ``left_balance_kt`` and ``left_output_kt``. What is left over is a change of stocks if the numbers fit
    together; below zero means that more was used than produced.
    """
    _need(balance, "year", "production_kt", "imports_kt", *COAL_OUT)
    _need(mining, "year", "coal_kt")
    out = balance[["year", "production_kt", "imports_kt", *COAL_OUT]].merge(
        mining[["year", "coal_kt"]], on="year"
    )
    out = out.rename(columns={"production_kt": "balance_kt", "coal_kt": "output_kt"})
    out["difference_kt"] = out["output_kt"] - out["balance_kt"]
    gone = out["consumption_kt"] + out["exports_kt"] + out["losses_kt"].fillna(0.0)
    out["used_kt"] = gone - out["imports_kt"]
    for side in ("balance", "output"):
        out[f"left_{side}_kt"] = out[f"{side}_kt"] - out["used_kt"]
    kept = [
        "year", "balance_kt", "output_kt", "difference_kt", "used_kt", "left_balance_kt", "left_output_kt"
    ]  # fmt: skip
    return out[kept].sort_values("year", ignore_index=True)


def import_measures(balance: pd.DataFrame, ember: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """The share of imported electricity in each of the given years, under each definition in use.

    ``balance`` is ``electricity_balance``, ``ember`` is ``electricity_ember``. Returns ``year``, ``measure``,
    ``source`` ("official balance" or "Ember"), ``numerator_gwh``, ``denominator_gwh``, ``share_pct``. The
    measure of Ember is the published share, beside its published net imports and demand. Raises LookupError
    for a year that the official balance lacks; a year that Ember lacks has no row of Ember.
    """
    _need(balance, "year", "imports_gwh", "exports_gwh", "consumption_gwh", "resources_total_gwh")
    _need(ember, "year", "net_imports_gwh", "demand_gwh", "net_imports_share_pct")
    official = balance.set_index("year").to_dict("index")
    other = ember.set_index("year").to_dict("index")
    rows: list[dict[str, object]] = []
    for year in years:
        if year not in official:
            raise LookupError(f"import_measures: the official balance has no year {year}")
        here = official[year]
        imports, net = float(here["imports_gwh"]), float(here["imports_gwh"] - here["exports_gwh"])
        resources = float(here["resources_total_gwh"])
        parts = {
            "imports over consumption": (imports, float(here["consumption_gwh"])),
            "net imports over consumption": (net, float(here["consumption_gwh"])),
            "imports over all resources": (imports, resources),
            "net imports over resources kept in the country": (net, resources - float(here["exports_gwh"])),
        }
        for measure, (above, below) in parts.items():
            rows.append(
                {
                    "year": year,
                    "measure": measure,
                    "source": "official balance",
                    "numerator_gwh": above,
                    "denominator_gwh": below,
                    "share_pct": 100 * above / below,
                }
            )
        if year in other:
            row = other[year]
            rows.append(
                {
                    "year": year,
                    "measure": "net imports over demand",
                    "source": "Ember",
                    "numerator_gwh": float(row["net_imports_gwh"]),
                    "denominator_gwh": float(row["demand_gwh"]),
                    "share_pct": float(row["net_imports_share_pct"]),
                }
            )
    return pd.DataFrame(rows)


def plants_once(
    plants: pd.DataFrame, registers: Sequence[str] = ("GEM coal", "GEM hydropower")
) -> pd.DataFrame:
    """One row a plant, fuel and status: ``plant``, ``fuel``, ``status``, ``units``, ``capacity_mw``.

    From ``power_plants``, with ``latitude``, ``longitude``, ``location_accuracy``, ``owner`` and
    ``source_id`` of the first unit. Only the given registers: GEM coal and WRI count the same plants.
    """
    _need(plants, "register", "plant", "fuel", "status", "capacity_mw", "latitude", "longitude")
    chosen = plants[plants["register"].isin(list(registers))]
    keys = ["plant", "fuel", "status"]
    grouped = chosen.groupby(keys, sort=True)
    out = pd.DataFrame({"units": grouped.size(), "capacity_mw": grouped["capacity_mw"].sum()})
    for name in ("latitude", "longitude", "location_accuracy", "owner", "status_as_of", "source_id"):
        if name in chosen.columns:
            out[name] = grouped[name].first()
    return out.reset_index()


def planned_output(facts: pd.DataFrame, balance: pd.DataFrame, year: int) -> pd.DataFrame:
    """Planned plants with capacity and yearly output, set against the imports of one year.

    ``facts`` is ``project_facts``; only projects that give "capacity" (MW) and "output a year" (GWh), each
    once. Returns ``project_id``, ``capacity_mw``, ``output_gwh``, ``utilisation_pct`` (output over what the
    capacity could make in all hours of ``year``), ``of_imports_pct`` (of the imports of ``year``) and
    ``source_ids``. Raises LookupError for a year that the balance lacks and ValueError where a project gives
    one of the two more than once: a conflict is for the caller to show.
    """
    _need(facts, "project_id", "what", "value", "unit", "source_ids")
    here = balance[balance["year"] == year]
    if here.empty:
        raise LookupError(f"planned_output: the official balance has no year {year}")
    imports = float(here["imports_gwh"].iloc[0])
    wanted = {"capacity": "MW", "output a year": "GWh"}
    rows = facts[facts["what"].map(wanted) == facts["unit"]]
    if rows.duplicated(["project_id", "what"]).any():
        raise ValueError("a project gives its capacity or its output more than once; choose first")
    values = (
        rows.pivot(index="project_id", columns="what", values="value").reindex(columns=list(wanted)).dropna()
    )
    out = values.rename(columns={"capacity": "capacity_mw", "output a year": "output_gwh"}).astype("float64")
    pairs = zip(out["output_gwh"], out["capacity_mw"], strict=True)
    out["utilisation_pct"] = [capacity_utilisation_pct(float(g), float(c), year) for g, c in pairs]
    out["of_imports_pct"] = 100 * out["output_gwh"] / imports
    out["source_ids"] = rows.drop_duplicates("project_id").set_index("project_id")["source_ids"]
    out.columns.name = None
    return out.reset_index()
