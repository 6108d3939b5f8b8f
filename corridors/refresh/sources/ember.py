"""Ember itself: yearly electricity data (CSV in long form), for years that Our World in Data does not have.

One row a country, year, category and variable; TWh and per cent. Where Our World in Data has the year too,
its figures stay, and a difference of more than one per cent is reported.
"""

from __future__ import annotations

from typing import Final

from corridors.refresh.faults import RefreshError
from corridors.refresh.provider import Answer, Desk, Provider, origin
from corridors.refresh.store import Request
from corridors.refresh.table import Fresh, Row, number, plain

#: The column of the country's code has had two names.
_CODES: Final = ("ISO 3 code", "Country code")
_NEEDED: Final = ("Year", "Category", "Variable", "Unit", "Value")
#: Category and variable of the series, our column, the unit expected, the shift in powers of ten.
_SERIES: Final = {
    ("Electricity demand", "Demand", "TWh"): ("demand_gwh", 3),
    ("Electricity generation", "Total Generation", "TWh"): ("generation_gwh", 3),
    ("Electricity imports", "Net Imports", "TWh"): ("net_imports_gwh", 3),
    ("Electricity generation", "Coal", "%"): ("coal_share_pct", 0),
}
_TOLERANCE_PCT: Final = 1


def _share(row: Row) -> str:
    demand, imports = number(row["demand_gwh"]), number(row["net_imports_gwh"])
    return plain(imports / demand * 100, places=3) if demand and imports is not None else ""


def ask(desk: Desk) -> Answer:
    """Ask for the yearly release and take the rows of Mongolia."""
    url = f"{desk.settings.address('ember')}/yearly_full_release_long_format.csv"
    raw = desk.fetch(Request("ember", "yearly", url, suffix=".csv"))
    found = raw.rows(_NEEDED)
    code = next((name for name in _CODES if name in found[0]), None)
    if code is None:
        problem = f"no column is called {' or '.join(_CODES)}; there are {', '.join(found[0])}"
        raise RefreshError("missing-column", problem, place=url)
    years: dict[str, Row] = {}
    units: dict[tuple[str, str], set[str]] = {}
    for row in found:
        if row[code] == "MNG" and row["Value"]:
            units.setdefault((row["Category"], row["Variable"]), set()).add(row["Unit"])
            mine = _SERIES.get((row["Category"], row["Variable"], row["Unit"]))
            if mine:
                column, shift = mine
                entry = years.setdefault(row["Year"], {"year": row["Year"]})
                entry[column] = plain(row["Value"], shift)
    for category, variable, unit in _SERIES:
        there = units.get((category, variable), set())
        if not there:
            series = "; ".join(f"{one}, {two}" for one, two in sorted(units)) or "none"
            problem = f"no series of Mongolia is called {category}, {variable}; there are {series}"
            raise RefreshError("unknown-label", problem, place=url)
        if unit not in there:
            problem = f"{category}, {variable} comes in {', '.join(sorted(there))}, expected {unit}"
            raise RefreshError("unit", problem, place=url)
    whole = [row for row in years.values() if len(row) == len(_SERIES) + 1]
    rows = [row | {"net_imports_share_pct": _share(row)} for row in whole]
    source = origin(
        raw, id="ember-yearly", title="Yearly electricity data, rows of Mongolia", publisher="Ember",
        licence="CC BY 4.0", note="The share of net imports in demand is computed",
    )  # fmt: skip
    fresh = Fresh(
        "electricity_ember", tuple(rows), source, secondary=True, measured=("demand_gwh",), jump=3.0
    )
    return Answer(fresh=(fresh,), notes=tuple(_differences(desk, rows)))


def _differences(desk: Desk, rows: list[Row]) -> list[str]:
    ours = {row["year"]: row for row in desk.current("electricity_ember").rows}
    notes = []
    for row in rows:
        one = number(ours.get(row["year"], {}).get("demand_gwh", ""))
        two = number(row["demand_gwh"])
        if one and two and abs(two - one) * 100 > one * _TOLERANCE_PCT:
            notes.append(f"demand {row['year']}: {row['demand_gwh']} GWh at Ember, {one} in our table")
    return notes


PROVIDER: Final = Provider(
    "ember",
    "Ember, yearly electricity data",
    ("electricity_ember",),
    "CC BY 4.0, with attribution",
    "the columns as public readers of the file use them",
    ask,
)
