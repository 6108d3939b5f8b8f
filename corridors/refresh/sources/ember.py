"""Ember itself: yearly electricity data (CSV), for years that Our World in Data does not have.

The file as it is since July 2026: one row a country, year and source of electricity. Demand and net imports
are rows too, with their TWh in the column of generation; the unit stands in the column's name. Where Our
World in Data has the year too, its figures stay, and a difference of more than one per cent is reported.
"""

from __future__ import annotations

from typing import Final

from corridors.refresh.faults import RefreshError
from corridors.refresh.provider import Answer, Desk, Provider, origin
from corridors.refresh.store import Request
from corridors.refresh.table import Fresh, Row, number, plain

FILE: Final = "generation/outputs/release_generation_yearly_global.csv"
_AMOUNT: Final = "Generation (TWh)"
_SHARE: Final = "Share of generation (%)"
_NEEDED: Final = ("ISO 3 code", "Year", "Electricity source")
#: Row and column of the series, our column, the shift in powers of ten.
_SERIES: Final = {
    ("Demand", _AMOUNT): ("demand_gwh", 3),
    ("Total generation", _AMOUNT): ("generation_gwh", 3),
    ("Net imports", _AMOUNT): ("net_imports_gwh", 3),
    ("Coal", _SHARE): ("coal_share_pct", 0),
}
_TOLERANCE_PCT: Final = 1


def _share(row: Row) -> str:
    demand, imports = number(row["demand_gwh"]), number(row["net_imports_gwh"])
    return plain(imports / demand * 100, places=3) if demand and imports is not None else ""


def _require_units(row: Row, place: str) -> None:
    """See that the columns of values are there, in our units. Raises RefreshError."""
    for wanted in (_AMOUNT, _SHARE):
        if wanted in row:
            continue
        name, _, unit = wanted.rstrip(")").partition(" (")
        others = [one.rstrip(")").partition(" (")[2] for one in row if one.startswith(f"{name} (")]
        if others:
            raise RefreshError("unit", f"{name} comes in {', '.join(others)}, expected {unit}", place=place)
        problem = f"the column '{wanted}' is not in the answer; it has {', '.join(row)}"
        raise RefreshError("missing-column", problem, place=place)


def ask(desk: Desk) -> Answer:
    """Ask for the yearly release and take the rows of Mongolia."""
    url = f"{desk.settings.address('ember')}/{FILE}"
    raw = desk.fetch(Request("ember", "yearly", url, suffix=".csv"))
    years: dict[str, Row] = {}
    there: set[str] = set()
    for at, row in enumerate(raw.each(_NEEDED)):
        if at == 0:
            _require_units(row, url)
        if row["ISO 3 code"] != "MNG":
            continue
        there.add(row["Electricity source"])
        for (name, column), (mine, shift) in _SERIES.items():
            if row["Electricity source"] == name and row[column]:
                years.setdefault(row["Year"], {"year": row["Year"]})[mine] = plain(row[column], shift)
    for name, _ in _SERIES:
        if name not in there:
            problem = f"no row of Mongolia is called {name}; there are {', '.join(sorted(there)) or 'none'}"
            raise RefreshError("unknown-label", problem, place=url)
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
    "public descriptions of the file as it is since July 2026",
    ask,
)
