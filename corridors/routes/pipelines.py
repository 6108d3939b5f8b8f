"""Pipelines: drawn length beside published length, how much a coarse drawing loses, what happened when.

Pure functions from the frames of the catalog with the same names to frames. Lengths in km, gas in bcm a
year. A sketch is measured only to say how rough it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString

from corridors.routes.geodesy import GEOD, length_km, segment_lengths_km

__all__ = [
    "chronology",
    "coarse_length_km",
    "coarsening_loss",
    "conflicts",
    "drawn_against_published",
    "growth_bounds",
]

SUBJECT: Final = "gas pipeline"
FIRST_LINE: Final = "Power of Siberia 1"
SECOND_LINE: Final = "Power of Siberia 2 and Soyuz Vostok"


def coarse_length_km(line: LineString, spacing_km: float) -> float:
    """Length of ``line`` redrawn with a vertex only each ``spacing_km`` along it, both ends kept.

    Says what a sketch with such spacing would show of a course that is known. The legs are of equal
    length along the line, as near to ``spacing_km`` as a whole number of them allows. Raises ValueError for
    a spacing that is not positive.
    """
    if spacing_km <= 0:
        raise ValueError(f"coarse_length_km: the spacing must be above 0, not {spacing_km}")
    along = np.concatenate([[0.0], np.cumsum(segment_lengths_km(line))])
    legs = max(1, round(float(along[-1]) / spacing_km))
    stops = np.linspace(0.0, float(along[-1]), legs + 1)
    xs, ys = (np.asarray(axis) for axis in line.coords.xy)
    # Between two vertices a course is at most a few km long: straight in degrees is straight enough.
    kept = np.interp(stops, along, xs), np.interp(stops, along, ys)
    return float(GEOD.line_length(*kept)) / 1000


def coarsening_loss(pipelines: gpd.GeoDataFrame, spacing_km: float, least_km: float = 700.0) -> pd.DataFrame:
    """What lines of known course would lose if they were drawn as coarsely as a sketch.

    Of each route marked published-route its longest unbroken piece, if that has ``least_km`` or more.
    Columns: gem_id, line_name, segment, known_km, coarse_km, loss_pct (of the known length), greatest loss
    first. An order of magnitude for how much of a sketch's shortness is coarseness: other ground, other
    bends.
    """
    rows = []
    for route in pipelines[pipelines["resolution"] == "published-route"].itertuples():
        pieces = shapely.get_parts(shapely.line_merge(route.geometry))
        piece = max(pieces, key=length_km)
        known = length_km(piece)
        if known >= least_km:
            coarse = coarse_length_km(piece, spacing_km)
            loss = 100 * (1 - coarse / known)
            rows.append((route.gem_id, route.line_name, route.segment, known, coarse, loss))
    columns = ["gem_id", "line_name", "segment", "known_km", "coarse_km", "loss_pct"]
    out = pd.DataFrame(rows, columns=columns)
    return out.sort_values("loss_pct", ascending=False, kind="stable", ignore_index=True)


def drawn_against_published(
    pipelines: gpd.GeoDataFrame, clipped: gpd.GeoDataFrame, facts: pd.DataFrame
) -> pd.DataFrame:
    """Drawn lengths beside the published ones, for stretches that are the same on both sides.

    ``pipelines``, ``soyuz_vostok_mongolia`` and ``pipeline_facts``. One row a stretch and published value:
    Power of Siberia 1 whole, Power of Siberia 2 in Russia (the sketch without its end in Mongolia), and the
    second line in Mongolia. Columns: stretch, resolution, drawn_km, published_km, published_upper_km,
    qualifier, difference_pct (drawn against published, its upper end where there is one), source_ids.
    """
    drawn = {
        gem: length_km(shape) for gem, shape in zip(pipelines["gem_id"], pipelines.geometry, strict=True)
    }
    inside = {gem: length_km(shape) for gem, shape in zip(clipped["gem_id"], clipped.geometry, strict=True)}
    first = pipelines.loc[pipelines["line"] == "power-of-siberia-1", "gem_id"]
    stretches = [
        ("Power of Siberia 1, whole", "power-of-siberia-1", "length", "published-route",
         sum(drawn[gem] for gem in first)),
        ("Power of Siberia 2, in Russia", "power-of-siberia-2", "length in Russia", "indicative",
         drawn["P0734"] - inside["P0734"]),
        ("Second line, in Mongolia", "soyuz-vostok", "length in Mongolia", "indicative",
         sum(inside.values())),
    ]  # fmt: skip
    rows = []
    for stretch, line, item, resolution, km in stretches:
        published = facts[(facts["line"] == line) & (facts["item"] == item)]
        if published.empty:
            raise LookupError(f"pipeline_facts has no {item} of {line}")
        for fact in published.to_dict("records"):
            top = fact["value"] if pd.isna(fact["value_upper"]) else fact["value_upper"]
            rows.append(
                {
                    "stretch": stretch,
                    "resolution": resolution,
                    "drawn_km": km,
                    "published_km": fact["value"],
                    "published_upper_km": fact["value_upper"],
                    "qualifier": fact["qualifier"],
                    "difference_pct": 100 * (km / top - 1),
                    "source_ids": fact["source_ids"],
                }
            )
    return pd.DataFrame(rows)


def chronology(agreements: pd.DataFrame, gas_facts: pd.DataFrame) -> pd.DataFrame:
    """Dated steps of both lines, earliest first: date (ISO, as precise as known), line, event, source_ids,
    quality, disputed.

    From ``agreements`` the rows on the gas pipeline, from ``gas_facts`` the events and the contract volumes
    of Power of Siberia 1 (the Far Eastern route is another line). An event of a day that an agreement of
    the same line holds already lends it its sources and is not told twice. ``disputed``: sources differ on
    who took part.
    """
    steps = agreements[agreements["subject"].str.contains(SUBJECT, regex=False)]
    told = pd.DataFrame(
        {
            "date": steps["date_signed"].astype(str),
            "line": SECOND_LINE,
            "event": steps["title"],
            "source_ids": steps["source_ids"],
            "quality": steps["quality"],
            "disputed": steps["parties_disputed"].notna(),
        }
    )
    facts = gas_facts[gas_facts["period"].str.fullmatch(r"\d{4}(-\d{2}){0,2}")]
    first = facts["pipeline"].eq(FIRST_LINE)
    either = first | facts["pipeline"].isin(["Power of Siberia 2", "Soyuz Vostok"])
    events = facts["measure"].eq("event") & either
    chosen = facts[events | (facts["measure"].eq("contract volume") & first)]
    volume = chosen["value"].map(lambda value: f"{value:g}" if pd.notna(value) else "")
    what = chosen["what"].where(chosen["value"].isna(), chosen["what"] + ": " + volume + " bcm a year")
    more = pd.DataFrame(
        {
            "date": chosen["period"],
            "line": np.where(chosen["pipeline"].eq(FIRST_LINE), FIRST_LINE, SECOND_LINE),
            "event": what,
            "source_ids": chosen["source_ids"],
            "quality": chosen["quality"],
            "disputed": False,
        }
    )
    both = pd.concat([told, more], ignore_index=True)
    grouped = both.groupby(["line", "date"], sort=False)
    both["source_ids"] = grouped["source_ids"].transform(
        lambda texts: ";".join(dict.fromkeys(";".join(texts).split(";")))
    )
    out = both.drop_duplicates(["line", "date"]).sort_values(["date", "line"], kind="stable")
    return out.reset_index(drop=True)


def conflicts(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Rows that disagree with another: table, conflict, statement, value, value_upper, qualifier, unit,
    source_ids, quality.

    ``tables`` are fact tables by name, with ``conflict_group``. Values stay as they are, in the order of the
    groups; a text without a number has none.
    """
    parts = []
    for name, frame in tables.items():
        rows = frame[frame["conflict_group"].notna()]
        kept = ["what", "value", "value_upper", "qualifier", "unit", "source_ids", "quality"]
        part = rows[kept].rename(columns={"what": "statement"})
        part.insert(0, "conflict", rows["conflict_group"])
        part.insert(0, "table", name)
        parts.append(part)
    out = pd.concat([part for part in parts if not part.empty], ignore_index=True)
    return out.sort_values(["conflict", "value"], kind="stable", ignore_index=True)


def growth_bounds(yearly: pd.DataFrame) -> pd.DataFrame:
    """Growth on the year before as far as disagreeing sources leave it open: year, low_pct, high_pct.

    Takes :func:`corridors.energy.gas_by_year` (year, low_bcm, high_bcm). The least growth runs from the
    highest value of the year before to the lowest of the year, the greatest the other way. A year without
    the year before it, or after a zero, is left out.
    """
    before = yearly[["year", "low_bcm", "high_bcm"]].assign(year=yearly["year"] + 1)
    both = yearly.merge(before, on="year", suffixes=("", "_before"))
    both = both[both["low_bcm_before"] > 0]
    return pd.DataFrame(
        {
            "year": both["year"],
            "low_pct": 100 * (both["low_bcm"] / both["high_bcm_before"] - 1),
            "high_pct": 100 * (both["high_bcm"] / both["low_bcm_before"] - 1),
        }
    ).reset_index(drop=True)
