"""Shares of a growing network and ways along it, on tables and lines whose answers are known."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString

from corridors.routes import network

DEGREE_KM = 111.319491  # one degree of longitude on the equator

PROJECTS = pd.DataFrame({
    "id": ["a", "b", "c", "d"], "status": ["operating", "operating", "planned", "planned"],
    "length_km": [60.0, 40.0, 300.0, None],
})  # fmt: skip


def test_growth_by_hand() -> None:
    """100 km, 100 km opened, 300 km planned: the owner keeps 100, 50 and 20 per cent, its half half of it."""
    out = network.growth(100, PROJECTS, {"opened": ["operating"], "planned": ["planned"]})
    assert list(out["network_km"]) == [100, 200, 500]
    assert list(out["owner_pct"]) == [100, 50, 20]
    assert list(out["holding_pct"]) == [50, 25, 10]
    assert list(out["without_length"]) == [0, 0, 1], "a project without a length adds nothing and is counted"


def test_growth_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="no project has the status"):
        network.growth(100, PROJECTS, {"x": ["dreamt"]})
    with pytest.raises(ValueError, match="two stages"):
        network.growth(100, PROJECTS, {"x": ["planned"], "y": ["planned"]})
    with pytest.raises(ValueError, match="longer than nothing"):
        network.growth(0, PROJECTS, {})


def freight(*rows: tuple[str, str, float, str]) -> pd.DataFrame:
    """Rows shaped like rail_freight: carrier, period, value, note."""
    return pd.DataFrame(
        [
            {"carrier": c, "flow": "total", "unit": "kt", "qualifier": "exact", "period": p, "value": v,
             "note": n or None, "source_ids": f"s-{c[0]}"}
            for c, p, v, n in rows
        ]
    )  # fmt: skip


FACTS = pd.DataFrame({
    "topic": ["freight by all modes", "share of freight", "gauge"], "period": ["2023", "2009", None],
    "value": [100.0, 60.0, 1520.0], "unit": ["million tonnes", "per cent", "mm"],
    "source_ids": ["m", "s", "g"],
})  # fmt: skip


def test_freight_shares_by_hand() -> None:
    """8 of 10 Mt are 80 per cent of the railways; 30 of 100 Mt 30 of all modes; 60 per cent as stated."""
    table = freight(
        ("Ulaanbaatar Railway", "2024 Q1", 8000, ""),
        ("all railways", "2024 Q1", 10000, ""),
        ("all railways", "2023", 30000, "Ulaanbaatar Railway gives the same"),
        ("Ulaanbaatar Railway", "2022", 16000, "Export, import and transit only"),
        ("all railways", "2022", 27800, ""),
    )
    out = network.freight_shares(table, FACTS).set_index(["of", "period"])
    assert out.loc[("all railways", "2024 Q1"), "company_pct"] == 80
    assert out.loc[("all railways", "2024 Q1"), "holding_pct"] == 40
    assert out.loc[("all railways", "2023"), "company_pct"] == 100, "the same figure twice is shown as it is"
    assert out.loc[("all modes", "2023"), "company_pct"] == 30
    assert out.loc[("freight, as stated", "2009"), "company_pct"] == 60
    assert ("all railways", "2022") not in out.index, "a total that leaves a flow out is no numerator"
    assert len(out) == 4


def test_freight_shares_need_both_sides() -> None:
    with pytest.raises(LookupError, match="no period"):
        network.freight_shares(freight(("all railways", "2020", 1, "")), FACTS.iloc[[2]])


def line_of(name: str, part: int, *longitudes: float) -> dict[str, object]:
    """A part shaped like rail_track on the equator."""
    return {
        "line": name, "line_name": name, "status": "operating", "part": part, "resolution": "track",
        "geometry": LineString([(x, 0) for x in longitudes]),
    }  # fmt: skip


def stop(name: str, line: str, sequence: int, longitude: float) -> dict[str, object]:
    """A row shaped like railway_stations on the equator."""
    return {
        "id": name, "line": line, "sequence": sequence, "kind": "station", "name": name, "latitude": 0.0,
        "longitude": longitude, "chainage_km": None, "chainage_quality": None, "source_id": "made-up",
    }  # fmt: skip


STOPS = pd.DataFrame([
    stop("a1", "a", 1, 0.0), stop("a2", "a", 2, 2.0), stop("b1", "b", 1, 2.0), stop("b2", "b", 2, 5.0),
    stop("lone", "c", 1, 9.0),
])  # fmt: skip
TRACK = gpd.GeoDataFrame(
    [line_of("a", 1, 0, 1, 2), line_of("b", 1, 2, 5)], geometry="geometry", crs="EPSG:4326"
)


def test_a_way_adds_its_legs_in_either_direction() -> None:
    """Two degrees and three degrees of the equator, the second leg ridden backwards."""
    way = network.way_km(STOPS, TRACK, [("a", "a1", "a2"), ("b", "b2", "b1")])
    assert way == pytest.approx(5 * DEGREE_KM, rel=1e-4)
    with pytest.raises(LookupError, match="no station 'b1' on a"):
        network.way_km(STOPS, TRACK, [("a", "a1", "b1")])


def test_straight_links_are_schematic_and_need_two_points() -> None:
    links = network.straight_links(STOPS, ["a", "b"])
    assert list(links["resolution"]) == ["schematic", "schematic"]
    assert list(links["points"]) == [2, 2]
    with pytest.raises(LookupError, match="1 points"):
        network.straight_links(STOPS, ["c"])
