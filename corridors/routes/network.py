"""The railway network as it grows: how much of it one company has, and how far it is to each border.

Lengths are kilometres, masses thousand tonnes, shares per cent. A share of a network depends on what is
counted; the functions here take the count from the caller and never choose one silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import geopandas as gpd
import pandas as pd
from shapely import LineString

from corridors.routes.chainage import chainage_along

#: The company whose share is asked for, as ``rail_freight`` names it.
UBTZ: Final = "Ulaanbaatar Railway"
ALL_RAILWAYS: Final = "all railways"
MILLION_TO_KT: Final = 1000


def growth(
    base_km: float, projects: pd.DataFrame, stages: Mapping[str, Sequence[str]], holding_pct: float = 50.0
) -> pd.DataFrame:
    """A network of ``base_km`` to which projects are added stage by stage, and the share left to its owner.

    ``projects`` is ``rail_projects``; ``stages`` maps the name of a stage to the statuses that it adds.
    Returns ``stage``, ``added_km``, ``projects`` (counted), ``without_length`` (projects of these statuses
    that have no single published length and so add nothing), ``network_km``, ``owner_pct`` (the base as a
    share of the network) and ``holding_pct`` (the part of it that a holder of ``holding_pct`` of the owner
    has). The first row is the base alone. Raises ValueError for a base or a holding that makes no sense, for
    an unknown status and for a status in two stages, which would count a line twice.
    """
    if base_km <= 0 or not 0 <= holding_pct <= 100:
        raise ValueError("the base must be longer than nothing and the holding between 0 and 100 per cent")
    wanted = [status for statuses in stages.values() for status in statuses]
    unknown = set(wanted) - set(projects["status"])
    if unknown:
        raise ValueError(f"no project has the status {', '.join(sorted(unknown))}")
    if len(wanted) != len(set(wanted)):
        raise ValueError("a status stands in two stages; its lines would be counted twice")
    network_km = base_km
    rows = [{"stage": "base", "added_km": 0.0, "projects": 0, "without_length": 0, "network_km": network_km}]
    for name, statuses in stages.items():
        chosen = projects[projects["status"].isin(list(statuses))]
        added = float(chosen["length_km"].astype(float).sum())
        network_km += added
        rows.append(
            {
                "stage": name,
                "added_km": added,
                "projects": int(chosen["length_km"].notna().sum()),
                "without_length": int(chosen["length_km"].isna().sum()),
                "network_km": network_km,
            }
        )
    out = pd.DataFrame(rows)
    out["owner_pct"] = 100 * base_km / out["network_km"]
    out["holding_pct"] = out["owner_pct"] * holding_pct / 100
    return out


def freight_shares(freight: pd.DataFrame, facts: pd.DataFrame, holding_pct: float = 50.0) -> pd.DataFrame:
    """Share of Ulaanbaatar Railway in freight, for each period that has both sides.

    From ``rail_freight`` (totals of the company and of all railways, plans left out) and ``rail_facts``
    (topics "freight by all modes", million tonnes, and "share of freight", per cent). One row a period and a
    denominator: ``period``, ``of`` ("all railways", "all modes", or "freight, as stated"), ``company_kt``,
    ``all_kt``, ``company_pct``, ``holding_pct``, ``stated`` (True where the source gives the share and no
    masses), ``source_ids``. Where both sides have the same figure the share is 100: shown, since two sources
    say so, and not to be believed if other carriers ran trains.
    """
    totals = freight[
        (freight["flow"] == "total") & (freight["unit"] == "kt") & (freight["qualifier"] != "planned")
    ]
    company = totals[totals["carrier"] == UBTZ]
    everyone = totals[totals["carrier"] == ALL_RAILWAYS]
    # One row may stand for both: 2023 was reported alike by the statistics and by the company.
    note = everyone["note"].fillna("")
    alike = everyone[note.str.startswith(f"{UBTZ} gives the same")]
    company = pd.concat([company, alike])
    rows: list[dict[str, object]] = []
    modes = facts[facts["topic"] == "freight by all modes"]
    for _, mine in company.iterrows():
        for _, other in everyone[everyone["period"] == mine["period"]].iterrows():
            if _partial(mine):
                continue
            rows.append(_share(mine, ALL_RAILWAYS, float(other["value"]), str(other["source_ids"])))
        for _, other in modes[modes["period"] == mine["period"]].iterrows():
            rows.append(
                _share(
                    mine,
                    "all modes",
                    float(other["value"]) * MILLION_TO_KT,
                    str(other["source_ids"]),
                )
            )
    for _, fact in facts[facts["topic"] == "share of freight"].iterrows():
        rows.append(
            {
                "period": str(fact["period"]),
                "of": "freight, as stated",
                "company_kt": None,
                "all_kt": None,
                "company_pct": float(fact["value"]),
                "stated": True,
                "source_ids": str(fact["source_ids"]),
            }
        )
    if not rows:
        raise LookupError("freight_shares: no period has the freight of the company and of all carriers")
    out = pd.DataFrame(rows).astype({"company_kt": "float64", "all_kt": "float64"})
    out["holding_pct"] = out["company_pct"] * holding_pct / 100
    return out.sort_values(["of", "period"], kind="stable", ignore_index=True)


def _partial(row: pd.Series) -> bool:
    """Whether a total leaves a flow out, as its note says."""
    return pd.notna(row["note"]) and " only" in str(row["note"])


def _share(mine: pd.Series, of: str, all_kt: float, source_ids: str) -> dict[str, object]:
    """One row of :func:`freight_shares`."""
    sources = dict.fromkeys([*str(mine["source_ids"]).split(";"), *source_ids.split(";")])
    return {
        "period": str(mine["period"]),
        "of": of,
        "company_kt": float(mine["value"]),
        "all_kt": all_kt,
        "company_pct": 100 * float(mine["value"]) / all_kt,
        "stated": False,
        "source_ids": ";".join(sources),
    }


def way_km(stations: pd.DataFrame, track: gpd.GeoDataFrame, legs: Sequence[tuple[str, str, str]]) -> float:
    """Kilometres along the geometry of a way made of legs (line, station it starts from, station it ends at).

    Stations are ids of ``railway_stations`` on that line. Legs are added as given: that the end of one is the
    start of the next is for the caller to see to, since one place can have an id on each of its lines. Raises
    LookupError for a station that is not on the line.
    """
    total = 0.0
    for line, start, end in legs:
        along = chainage_along(stations, track, line).set_index("id")["geometry_km"]
        for name in (start, end):
            if name not in along.index:
                raise LookupError(f"way_km: no station {name!r} on {line}; it has {', '.join(along.index)}")
        total += abs(float(along[end]) - float(along[start]))
    return total


def straight_links(stations: pd.DataFrame, lines: Sequence[str]) -> gpd.GeoDataFrame:
    """Lines of which only points are known, as straight legs between them in their order.

    Columns ``line``, ``resolution`` ("schematic": an idea of where, not a course), ``points``, ``source_ids``
    and geometry. Raises LookupError for a line with fewer than two points.
    """
    rows = []
    for line in lines:
        on_line = stations[stations["line"] == line].sort_values("sequence")
        if len(on_line) < 2:
            raise LookupError(f"straight_links: {line!r} has {len(on_line)} points; two are needed")
        ends = zip(on_line["longitude"].astype(float), on_line["latitude"].astype(float), strict=True)
        rows.append(
            {
                "line": line,
                "resolution": "schematic",
                "points": len(on_line),
                "source_ids": ";".join(sorted(set(on_line["source_id"]))),
                "geometry": LineString(list(ends)),
            }
        )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
