"""The National Statistics Office of Mongolia: trade by partner and in all, electricity and coal balance.

PxWeb, version 1 of its API (https://data.1212.mn/api/v1/en/NSO): GET on a table gives its variables, POST of
a query its values as JSON-stat 2.0. The tables of partners are in thousand US$, whatever they were called in
copies elsewhere (TRADE-1); "Australia" stands in them twice, as a country and as a region (TRADE-2), so that
the one of two rows that holds cannot be told by name and ours is left alone.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from corridors.catalog import Source
from corridors.refresh import jsonstat
from corridors.refresh.faults import RefreshError
from corridors.refresh.jsonstat import Cube, Observation
from corridors.refresh.provider import Answer, Desk, Provider, origin
from corridors.refresh.store import Raw, Request
from corridors.refresh.table import Fresh, Row, Total, plain

_TRADE: Final = "Economy, environment/Foreign Trade"
_INDUSTRY: Final = "Industry, service/Industry"
_LICENCE: Final = "licence not stated (official statistics of Mongolia)"
_THOUSAND: Final = -3

#: The office's names of the partners that our tables keep.
PARTNERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Australia": "Australia", "Canada": "Canada", "China": "China", "France": "France",
        "Germany": "Germany", "Iran": "Iran", "Italy": "Italy", "Japan": "Japan",
        "Kazakhstan": "Kazakhstan", "Republic of Korea": "South Korea", "Russian Federation": "Russia",
        "Singapore": "Singapore", "Switzerland": "Switzerland", "Turkey": "Türkiye", "USA": "United States",
        "United Kingdom of Great Britain and Northern Ireland": "United Kingdom", "Vietnam": "Vietnam",
    }
)  # fmt: skip

#: A country and a region bear this name (TRADE-2).
_KNOWN_TWICE: Final = frozenset({"Australia"})

#: Groups of countries, which are no partners.
_GROUPS: Final = (
    "Total",
    "Europe",
    "Asia",
    "Africa",
    "America",
    "Oceania",
    "Countries of",
    "Other",
    "North",
    "South",
)

#: Our columns and what the office calls them; a second name is the office's own where a copy read otherwise.
_ELECTRICITY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "generation_gwh": ("Generation", "Gross generation"), "imports_gwh": ("Imports",),
        "exports_gwh": ("Export", "Exports"), "consumption_gwh": ("Consumption",),
        "resources_total_gwh": ("Resources total",),
    }
)  # fmt: skip
_COAL: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "production_kt": ("Produced",), "imports_kt": ("Imports",),
        "consumption_kt": ("Consumption (total)",),
        "consumed_thermal_power_kt": ("Consumed by thermal power stations",),
        "distributed_fuel_kt": ("Distributed to establishments and households for fuel purposes",),
        "exports_kt": ("Export", "Exports"), "losses_kt": ("Losses during transportation and storage",),
    }
)  # fmt: skip
#: Signs in a label that do not tell it from another: "Resources-Total" is "Resources total".
_SIGNS: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class _Answered:
    """A table of the office as it answered."""

    table: str
    raw: Raw
    cube: Cube

    @property
    def observations(self) -> list[Observation]:
        try:
            return self.cube.by_year()
        except RefreshError as error:
            raise error.at("nso", self.table) from None

    def source(self) -> Source:
        """Its row in sources.csv."""
        number = self.table.removeprefix("DT_NSO_").removesuffix(".px").lower().replace("_", "-")
        updated = self.cube.updated[:10]
        return origin(
            self.raw, id=f"nso-pxweb-{number}", title=f"{self.cube.title} (NSO table {self.table})",
            publisher="National Statistics Office of Mongolia", licence=_LICENCE, date=updated,
            note="Read through the office's PxWeb interface",
        )  # fmt: skip


def _ask(desk: Desk, folder: str, table: str) -> _Answered:
    """All values of a table: first its variables, then a query for all of their values."""
    url = f"{desk.settings.address('nso')}/{quote(folder)}/{table}"
    name = table.removesuffix(".px")
    described = desk.fetch(Request("nso", f"{name}-variables", url)).json()
    try:
        query = {
            "query": [
                {"code": variable["code"], "selection": {"filter": "item", "values": variable["values"]}}
                for variable in described["variables"]
            ],
            "response": {"format": "json-stat2"},
        }
    except (KeyError, TypeError):
        raise RefreshError("changed-form", "the table's description has no variables", place=table) from None
    raw = desk.fetch(Request("nso", name, url, body=json.dumps(query, ensure_ascii=False)))
    try:
        return _Answered(table, raw, jsonstat.read(raw.json()))
    except RefreshError as error:
        raise error.at("nso", table) from None


def _require_unit(answered: _Answered, words: tuple[str, ...]) -> None:
    """If the table names its unit, it must be the one that we convert from."""
    for unit in answered.cube.units:
        if not any(word in unit.casefold() for word in words):
            problem = f"the unit is '{unit}', expected '{words[0]}'"
            raise RefreshError("unit", problem, source="nso", place=answered.table)


# --- trade ----------------------------------------------------------------------------------------


def _flow(label: str) -> str | None:
    word = label.casefold().rstrip("s")
    return word if word in ("export", "import") else None


def _totals(answered: _Answered) -> Fresh:
    _require_unit(answered, ("million", "mln"))
    rows = [
        {"year": seen.year, "flow": flow, "value_million_usd": plain(seen.value)}
        for seen in answered.observations
        if (flow := _flow(seen.item)) and seen.value is not None
    ]
    if not {"export", "import"} <= {_flow(seen.item) for seen in answered.observations}:
        labels = ", ".join(sorted({seen.item for seen in answered.observations}))
        problem = f"no rows for exports and imports; the table has {labels}"
        raise RefreshError("unknown-label", problem, source="nso", place=answered.table)

    def fill(row: Row) -> Row:
        return {"rate_regime": "from 1961", "revision": "not compared"}

    return Fresh("trade_totals", tuple(rows), answered.source(), fill=fill, measured=("value_million_usd",))


def _scope(row: Row) -> Row:
    return {"scope": {"China": "including Taiwan", "World": "all partners"}.get(row["partner"], "country")}


def _doubled(answered: _Answered) -> set[str]:
    """Names that two rows bear. Raises RefreshError for a partner of which no double is known."""
    codes = {(seen.item, seen.code) for seen in answered.observations}
    twice = {item for item, count in Counter(item for item, _ in codes).items() if count > 1}
    unheard = sorted((twice & set(PARTNERS)) - _KNOWN_TWICE)
    if unheard:
        problem = f"two rows are called {', '.join(unheard)}"
        raise RefreshError("duplicate", problem, source="nso", place=answered.table)
    return twice


def _strangers(observations: Iterable[Observation], kept: set[str]) -> tuple[str, ...]:
    """Partners of the latest year that our table lacks, though they are no smaller than one it has."""
    seen = [one for one in observations if one.value]
    latest = max((one.year for one in seen), default="")
    now = [one for one in seen if one.year == latest]
    least = min((one.value or 0 for one in now if one.item in kept), default=Decimal(0))
    names = sorted(
        one.item
        for one in now
        if one.item not in kept and not one.item.startswith(_GROUPS) and (one.value or 0) >= least
    )
    return (f"partners of {latest} that the table does not keep: {', '.join(names)}",) if names else ()


def _partners(desk: Desk, answered: _Answered, name: str, flow: str, totals: Fresh) -> Fresh:
    _require_unit(answered, ("thousand", "thous", "ths"))
    ours = {row["partner"] for row in desk.current(name).rows} - {"World"}
    known = {desk.current(name).key(row) for row in desk.current(name).rows}
    doubled, observations = _doubled(answered), answered.observations
    labels = {label: mine for label, mine in PARTNERS.items() if mine in ours and label not in doubled}
    there = {seen.item for seen in observations}
    missing = sorted(set(labels) - there)
    if missing:
        near = {one for label in missing for one in difflib.get_close_matches(label, there, 2, 0.4)}
        problem = f"no partner is called {', '.join(missing)} any more; of {len(there)} names there "
        problem += f"the nearest are {', '.join(sorted(near)) or 'none alike'}"
        raise RefreshError("unknown-label", problem, source="nso", place=answered.table)
    rows = []
    for seen in observations:
        if seen.item in labels:
            row = {"year": seen.year, "partner": labels[seen.item], "value_million_usd": ""}
            if seen.value is not None:
                row["value_million_usd"] = plain(seen.value, _THOUSAND)
            if seen.value is not None or (seen.year, row["partner"]) in known:
                rows.append(row)
    years = {row["year"] for row in rows}
    world = {row["year"]: row["value_million_usd"] for row in totals.rows if row["flow"] == flow}
    # Exports have their total in the table itself, to the last thousand; the long series has it rounded.
    own_total = {s.year: plain(s.value, _THOUSAND) for s in observations if s.item == "Total" and s.value}
    own_total = own_total if flow == "export" else {}
    world |= own_total
    rows += [
        {"year": year, "partner": "World", "value_million_usd": value}
        for year, value in world.items()
        if year in years
    ]
    speaks_for, own = {*labels.values(), "World"}, answered.source()

    def origin_of(row: Row) -> Source:
        return totals.origin if row["partner"] == "World" and row["year"] not in own_total else own

    twice = sorted(set(PARTNERS) & doubled)
    notes = tuple(f"{label}: two rows of this name (TRADE-2); ours are left as they are" for label in twice)
    return Fresh(
        name, tuple(rows), own, fill=_scope, covers=lambda row: row["partner"] in speaks_for,
        origin_of=origin_of, also=(totals.origin,),
        measured=("value_million_usd",), jump=1000.0 if flow == "export" else 50.0,
        total=Total("partner", "World", "value_million_usd", ("year",)),
        notes=notes + _strangers(observations, set(labels) | doubled),
    )  # fmt: skip


# --- energy ---------------------------------------------------------------------------------------


def _same(label: str) -> str:
    return _SIGNS.sub(" ", label.casefold()).strip()


def _items(answered: _Answered, columns: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Our column by the office's label. Raises RefreshError: what was looked for, and what is there."""
    there = list(dict.fromkeys(seen.item for seen in answered.observations))
    found: dict[str, str] = {}
    for column, names in columns.items():
        fits = [label for label in there if _same(label) in {_same(name) for name in names}]
        if len(fits) != 1:
            looked_for = " or ".join(f"'{name}'" for name in names)
            rule, words = ("duplicate", "items are") if fits else ("unknown-label", "item is")
            problem = f"{len(fits) or 'no'} {words} called {looked_for}; the table has {'; '.join(there)}"
            raise RefreshError(rule, problem, source="nso", place=answered.table)
        found[fits[0]] = column
    return found


def _balance(
    answered: _Answered, name: str, columns: Mapping[str, tuple[str, ...]], units: tuple[str, ...]
) -> Fresh:
    """A balance: one row a year, one column an item of the table."""
    _require_unit(answered, units)
    items = _items(answered, columns)
    rows: dict[str, Row] = {}
    for seen in answered.observations:
        if seen.item in items:
            row = rows.setdefault(seen.year, {"year": seen.year})
            row[items[seen.item]] = "" if seen.value is None else plain(seen.value)
    told = [row for row in rows.values() if any(text for column, text in row.items() if column != "year")]
    return Fresh(name, tuple(told), answered.source(), measured=(next(iter(columns)),))


def ask(desk: Desk) -> Answer:
    """Ask for the five tables."""
    totals = _totals(_ask(desk, _TRADE, "DT_NSO_1400_001V1_year.px"))
    imports = _ask(desk, _TRADE, "DT_NSO_1400_010V3.px")
    exports = _ask(desk, _TRADE, "DT_NSO_1400_006V3.px")
    power = _ask(desk, _INDUSTRY, "DT_NSO_1100_009V1.px")
    coal = _ask(desk, _INDUSTRY, "DT_NSO_1100_010V1.px")
    return Answer(
        fresh=(
            totals,
            _partners(desk, imports, "imports_by_partner", "import", totals),
            _partners(desk, exports, "exports_by_partner", "export", totals),
            _balance(power, "electricity_balance", _ELECTRICITY, ("million kwh", "mln.kwh", "gwh", "kwh")),
            _balance(coal, "coal_balance", _COAL, ("thousand", "thous", "kt")),
        )
    )


PROVIDER: Final = Provider(
    "nso",
    "National Statistics Office of Mongolia (PxWeb)",
    ("trade_totals", "imports_by_partner", "exports_by_partner", "electricity_balance", "coal_balance"),
    "no licence stated; a small extract of official facts, with attribution",
    "the documentation of PxWeb and JSON-stat, and published copies of the tables with notes on their labels",
    ask,
)
