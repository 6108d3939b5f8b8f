"""Our World in Data: Ember's electricity of Mongolia, from the energy data set (CSV, one column a series).

Published in TWh to two decimals, which are GWh to the ten; shares in per cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corridors.refresh.provider import Answer, Desk, Provider, origin
from corridors.refresh.store import Request
from corridors.refresh.table import Fresh, plain

#: Our column, theirs, and the shift in powers of ten.
COLUMNS: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(
    {
        "demand_gwh": ("electricity_demand", 3),
        "generation_gwh": ("electricity_generation", 3),
        "net_imports_gwh": ("net_elec_imports", 3),
        "net_imports_share_pct": ("net_elec_imports_share_demand", 0),
        "coal_share_pct": ("coal_share_elec", 0),
    }
)


def ask(desk: Desk) -> Answer:
    """Ask for the whole data set and take the rows of Mongolia in which Ember has all five series."""
    url = f"{desk.settings.address('owid')}/owid-energy-data.csv"
    raw = desk.fetch(Request("owid", "owid-energy-data", url, suffix=".csv"))
    theirs = tuple(column for column, _ in COLUMNS.values())
    rows = [
        {"year": row["year"]} | {mine: plain(row[name], shift) for mine, (name, shift) in COLUMNS.items()}
        for row in raw.rows(("iso_code", "year", *theirs))
        if row["iso_code"] == "MNG" and all(row[name] for name in theirs)
    ]
    source = origin(
        raw, id="owid-energy-live", title="Energy dataset, rows of Mongolia",
        publisher="Our World in Data; Ember Yearly Electricity Data",
        licence="CC BY 4.0 (OWID), Ember CC BY 4.0; Energy Institute columns left out",
        note="Only Ember-based columns kept",
    )  # fmt: skip
    return Answer(
        fresh=(
            Fresh(
                "electricity_ember", tuple(rows), source,
                measured=("demand_gwh", "generation_gwh"), jump=3.0,
            ),
        )
    )  # fmt: skip


PROVIDER: Final = Provider(
    "owid",
    "Our World in Data, energy",
    ("electricity_ember",),
    "CC BY 4.0, with attribution",
    "a copy of the file and its codebook",
    ask,
)
