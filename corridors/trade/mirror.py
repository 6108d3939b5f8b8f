"""Two sides of one trade: statements by side, gaps over time, growth on both sides, figures then and today.

Pure functions from frames to frames, on ``mirror_facts`` and on what :mod:`corridors.trade` makes of it
and of the tables by partner. Values are million current US$, growth and shares per cent. A statement stays
what its source says: rounded, bounded or exact; statements that disagree stay side by side.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from corridors.trade.flows import VALUE, WORLD, growth, turnover

__all__ = [
    "as_reported",
    "editions_against_official",
    "growth_both_sides",
    "mirrors",
    "other_quantities",
    "then_and_today",
]

NOT_A_MIRROR: Final = ("not a mirror", "not an outcome")
OFFICIAL: Final = "Mongolian statistics"

#: Where the official value of a quantity that is no trade value stands: measure -> (table, column).
_QUANTITIES: Final = {
    "electricity imports": ("balance", "imports_gwh", "GWh"),
    "coal exports": ("coal", "exports_kt", "kt"),
}


def mirrors(table: pd.DataFrame, measure: str = "turnover") -> pd.DataFrame:
    """The rows of :func:`corridors.trade.mirror_table` that are mirrors: the other side's own outcome.

    Leaves out figures that quote Mongolian statistics or come from Mongolia, expectations, and years
    without an official value.
    """
    kept = (table["measure"] == measure) & ~table["gap_is"].isin(NOT_A_MIRROR)
    return table[kept & table["official_million_usd"].notna()].reset_index(drop=True)


def as_reported(table: pd.DataFrame) -> pd.DataFrame:
    """:func:`corridors.trade.mirror_table` as a long frame for a chart: year, side, value_million_usd, note.

    ``side`` is "Mongolian statistics" (once a year), "other side" for a mirror, "quoted or expected" for a
    figure that is none. ``note`` keeps how firm the figure is. Years without an official value are kept.
    """
    _turnover = table[table["measure"] == "turnover"]
    official = _turnover.dropna(subset=["official_million_usd"]).drop_duplicates("year")
    first = pd.DataFrame(
        {
            "year": official["year"],
            "side": OFFICIAL,
            "value_million_usd": official["official_million_usd"],
            "note": "",
        }
    )
    side = _turnover["gap_is"].isin(NOT_A_MIRROR).map({True: "quoted or expected", False: "other side"})
    second = pd.DataFrame(
        {
            "year": _turnover["year"],
            "side": side,
            "value_million_usd": _turnover["other_million_usd"],
            "note": _turnover["gap_is"],
        }
    )
    return pd.concat([first, second]).sort_values(["year", "side"], kind="stable", ignore_index=True)


def growth_both_sides(
    mirror: pd.DataFrame, exports: pd.DataFrame, imports: pd.DataFrame, partner: str
) -> pd.DataFrame:
    """Growth of turnover that the other side states, beside the official growth of the calendar year.

    Statements of measure "turnover growth" with a value, in per cent, on whole or part years. Columns:
    period, year (of the period), whole (True for a whole year), stated_pct, qualifier, official_pct (of the
    whole calendar year), difference_points (official minus stated, only where the period is whole),
    reporter, source_ids.
    """
    rows = mirror[
        (mirror["pair"] == f"Mongolia-{partner}")
        & (mirror["measure"] == "turnover growth")
        & (mirror["unit"] == "per cent")
        & mirror["value"].notna()
    ]
    both = turnover(exports, imports)
    own = growth(both[both["partner"] == partner], "turnover_million_usd").set_index("year")["growth_pct"]
    out = rows[["period", "value", "qualifier", "reporter", "source_ids"]].rename(
        columns={"value": "stated_pct"}
    )
    out.insert(1, "year", rows["period"].str.extract(r"^(\d{4})", expand=False).astype("int64"))
    out.insert(2, "whole", rows["year"].notna())
    out.insert(5, "official_pct", out["year"].map(own))
    out.insert(6, "difference_points", (out["official_pct"] - out["stated_pct"]).where(out["whole"]))
    return out.sort_values(["year", "period"], kind="stable", ignore_index=True)


def other_quantities(mirror: pd.DataFrame, balance: pd.DataFrame, coal: pd.DataFrame) -> pd.DataFrame:
    """Electricity and coal as a third party gives them, beside the official tables.

    ``balance`` is ``electricity_balance``, ``coal`` is ``coal_balance``. Columns: year, measure, unit, basis,
    stated, qualifier, official, gap (official minus stated), gap_pct (of the official value), source_ids.
    """
    tables = {"balance": balance.set_index("year"), "coal": coal.set_index("year")}
    parts = []
    for measure, (table, column, unit) in _QUANTITIES.items():
        rows = mirror[(mirror["measure"] == measure) & (mirror["unit"] == unit) & mirror["value"].notna()]
        part = rows[["year", "measure", "unit", "basis", "value", "qualifier"]].rename(
            columns={"value": "stated"}
        )
        part["official"] = part["year"].map(tables[table][column]).astype("float64")
        part["source_ids"] = rows["source_ids"]
        parts.append(part)
    out = pd.concat(parts)
    out.insert(7, "gap", out["official"] - out["stated"])
    out.insert(8, "gap_pct", 100 * out["gap"] / out["official"])
    return out.sort_values(["measure", "year"], ignore_index=True)


def editions_against_official(compared: pd.DataFrame, tolerance_points: float = 1.0) -> pd.DataFrame:
    """How far each edition of the Factbook is from the official shares.

    ``compared`` is :func:`corridors.trade.factbook_against_official`. Columns: edition, year, flow, printed
    (partners with both values), largest_points (the largest difference in size), partner (with it),
    within (True where every printed share is within ``tolerance_points`` of the official one).
    """
    rows = compared.dropna(subset=["difference_points"])
    rows = rows.assign(size=rows["difference_points"].abs())
    keys = ["edition", "year", "flow"]
    counts = rows.groupby(keys).size().rename("printed").reset_index()
    top = rows.sort_values("size", ascending=False, kind="stable").drop_duplicates(keys)
    top = top[[*keys, "size", "partner"]].rename(columns={"size": "largest_points"})
    out = counts.merge(top, on=keys)
    out["within"] = out["largest_points"] <= tolerance_points
    return out.sort_values(["flow", "year", "edition"], ignore_index=True)


def then_and_today(
    then: pd.DataFrame, totals: pd.DataFrame, exports: pd.DataFrame, imports: pd.DataFrame
) -> pd.DataFrame:
    """Figures as they were given at the time, beside the official ones of today.

    ``then`` is ``trade_figures_then``; the world's totals of today come from ``totals`` (``trade_totals``),
    those with a partner from the tables by partner. Columns: those of ``then``, with then_million_usd,
    today_million_usd, change_million_usd (today less then), change_pct (of then) and beyond, True where the
    change exceeds the worth of the last digit given, whether that was rounded or cut off: only then is it a
    revision. Raises ValueError for a figure that has no counterpart today.
    """
    whole = totals.pivot_table(index="year", columns="flow", values=VALUE)
    sides = turnover(exports, imports).set_index(["partner", "year"])
    today: dict[tuple[str, int, str], float] = {}
    for year, row in whole.iterrows():
        today |= {(WORLD, int(str(year)), flow): float(row[flow]) for flow in ("export", "import")}
        today[WORLD, int(str(year)), "turnover"] = float(row["export"] + row["import"])
    for partner in sorted(set(then["partner"]) - {WORLD}):
        for year, row in sides.loc[partner].iterrows():
            for flow in ("export", "import", "turnover"):
                column = "turnover_million_usd" if flow == "turnover" else f"{flow}s_million_usd"
                today[partner, int(str(year)), flow] = float(row[column])
    keys = list(zip(then["partner"], then["year"].astype(int), then["flow"], strict=True))
    lost = [key for key in keys if key not in today]
    if lost:
        raise ValueError(f"no figure of today for {', '.join(f'{p} {y} {f}' for p, y, f in lost)}")
    out = then.rename(columns={VALUE: "then_million_usd"})
    place = list(out.columns).index("then_million_usd") + 1
    now = pd.Series([today[key] for key in keys], index=out.index)
    out.insert(place, "today_million_usd", now)
    out.insert(place + 1, "change_million_usd", now - out["then_million_usd"])
    out.insert(place + 2, "change_pct", 100 * out["change_million_usd"] / out["then_million_usd"])
    out["beyond"] = out["change_million_usd"].abs() > out["last_digit_million_usd"]
    return out.sort_values(["year", "partner", "flow"], kind="stable", ignore_index=True)
