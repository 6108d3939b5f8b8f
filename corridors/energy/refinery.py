"""What if: a refinery in Mongolia, and how much of the fuel that is bought abroad it could replace.

Pure functions that a reader can rerun with other numbers. A scenario is arithmetic on assumptions, not a
forecast: it knows no price, no grade of fuel and no contract. Mass in thousand tonnes (kt), shares in per
cent. A *slate* is what a refinery makes of the crude oil that it takes in: product -> per cent of the crude.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

__all__ = ["coverage", "crude_needed", "output", "slate_of", "statements", "utilisation_table"]

TOTAL: Final = "all products"

#: How fuel is named in an output plan -> the products of the import table that it can stand for.
_STANDS_FOR: Final = {
    "AI-92 petrol": "petrol",
    "AI-95 petrol": "petrol",
    "diesel": "diesel",
    "jet fuel": "jet fuel",
    "liquefied petroleum gas": "liquefied petroleum gas",
}
_OUTPUT: Final = "output a year: "


def statements(facts: pd.DataFrame) -> pd.DataFrame:
    """The output plans that sources give: plan (source id), product, output_kt.

    ``facts`` is ``project_facts``; rows of the project "refinery" whose ``what`` begins with "output a
    year". Each source is one plan; plans are never mixed or averaged.
    """
    rows = facts[(facts["project_id"] == "refinery") & facts["what"].str.startswith(_OUTPUT)]
    if not rows["unit"].eq("million tonnes").all():
        raise ValueError("planned output must be in million tonnes")
    out = pd.DataFrame(
        {
            "plan": rows["source_ids"],
            "product": rows["what"].str.removeprefix(_OUTPUT),
            "output_kt": rows["value"].astype("float64") * 1000,
        }
    )
    return out.sort_values(["plan", "product"], ignore_index=True)


def slate_of(plan: pd.DataFrame, crude_kt: float) -> dict[str, float]:
    """The slate of one plan: product -> per cent of the crude oil taken in.

    Raises ValueError if the crude is not positive, a product comes twice, or the plan makes more than
    it takes in.
    """
    if crude_kt <= 0:
        raise ValueError("a slate needs a positive quantity of crude oil")
    if plan["product"].duplicated().any():
        raise ValueError("a product comes twice in this plan; give one plan at a time")
    made = {str(name): float(kt) for name, kt in zip(plan["product"], plan["output_kt"], strict=True)}
    slate = {name: 100 * kt / crude_kt for name, kt in made.items()}
    _check(slate)
    return slate


def _check(slate: Mapping[str, float]) -> None:
    if any(share < 0 for share in slate.values()):
        raise ValueError("a product cannot have a negative share of the crude oil")
    if math.fsum(slate.values()) > 100 + 1e-9:
        raise ValueError("the products make more than 100 per cent of the crude oil")


def output(crude_kt: float, slate: Mapping[str, float], utilisation_pct: float = 100.0) -> dict[str, float]:
    """What comes out in a year, by product in kt: crude x utilisation x share.

    Raises ValueError for a negative quantity, a utilisation outside 0 to 100, or an impossible slate.

    >>> output(1500, {"diesel": 40.0}, 50)
    {'diesel': 300.0}
    """
    if crude_kt < 0 or not 0 <= utilisation_pct <= 100:
        raise ValueError("crude oil cannot be negative, and a plant runs between 0 and 100 per cent")
    _check(slate)
    return {name: crude_kt * utilisation_pct / 100 * share / 100 for name, share in slate.items()}


def _bought(yearly: pd.DataFrame, year: int) -> pd.Series[float]:
    rows = yearly[(yearly["year"] == year) & (yearly["product"] != TOTAL)]
    if rows.empty or not rows["complete"].all():
        raise ValueError(f"no complete year {year} of imports")
    names = rows["product"].map(_STANDS_FOR).fillna("other")
    return rows["volume_kt"].astype("float64").groupby(names).sum()


def coverage(yearly: pd.DataFrame, year: int, made: Mapping[str, float]) -> pd.DataFrame:
    """What an output could replace of the imports of a year, product by product.

    ``yearly`` is :func:`corridors.energy.petroleum_by_year`; ``made`` is :func:`output`. AI-92 and AI-95
    count as petrol. Columns: product, import_kt, output_kt, replaced_kt (the lesser of the two: one fuel
    does not stand in for another), share_pct (replaced over imports), left_kt (still to be bought),
    surplus_kt (made beyond the imports of the year). The last row, "all products", adds them up. A product
    that is made but not bought has share_pct missing. Raises ValueError for a year that is not complete.
    """
    bought = _bought(yearly, year)
    names = sorted(set(bought.index) | set(made), key=lambda name: (-float(bought.get(name, 0)), name))
    out = pd.DataFrame({"product": names})
    out["import_kt"] = [float(bought.get(name, 0.0)) for name in names]
    out["output_kt"] = [float(made.get(name, 0.0)) for name in names]
    out["replaced_kt"] = out[["import_kt", "output_kt"]].min(axis="columns")
    sums = out[["import_kt", "output_kt", "replaced_kt"]].sum()
    out = pd.concat([out, pd.DataFrame([{"product": TOTAL, **sums.to_dict()}])], ignore_index=True)
    out["share_pct"] = 100 * out["replaced_kt"] / out["import_kt"].where(out["import_kt"] > 0)
    out["left_kt"] = out["import_kt"] - out["replaced_kt"]
    out["surplus_kt"] = out["output_kt"] - out["replaced_kt"]
    return out


def utilisation_table(
    yearly: pd.DataFrame,
    year: int,
    crude_kt: float,
    slates: Mapping[str, Mapping[str, float]],
    utilisations_pct: Iterable[float],
) -> pd.DataFrame:
    """Every slate at every utilisation, one row a product and the total.

    Columns: plan, utilisation_pct, crude_kt (what the plant takes in), and those of :func:`coverage`.
    """
    parts = [
        coverage(yearly, year, output(crude_kt, slate, used)).assign(
            plan=plan, utilisation_pct=used, crude_kt=crude_kt * used / 100
        )
        for plan, slate in slates.items()
        for used in utilisations_pct
    ]
    if not parts:
        raise ValueError("a table needs at least one slate and one utilisation")
    out = pd.concat(parts, ignore_index=True)
    first = ["plan", "utilisation_pct", "crude_kt"]
    return out[[*first, *(name for name in out.columns if name not in first)]]


def crude_needed(
    crude_thousand_barrels: float, barrels_a_tonne: float, capacity_kt: float
) -> dict[str, float]:
    """A year's own crude oil against what a plant can take in.

    Returns crude_kt (barrels turned into mass), utilisation_pct (how far it would fill the plant, at most
    100) and missing_kt. Raises ValueError unless the ratio and the capacity are positive.
    """
    if barrels_a_tonne <= 0 or capacity_kt <= 0 or crude_thousand_barrels < 0:
        raise ValueError("the ratio and the capacity must be positive, the crude oil not negative")
    crude_kt = crude_thousand_barrels / barrels_a_tonne
    return {
        "crude_kt": crude_kt,
        "utilisation_pct": min(100.0, 100 * crude_kt / capacity_kt),
        "missing_kt": max(0.0, capacity_kt - crude_kt),
    }
