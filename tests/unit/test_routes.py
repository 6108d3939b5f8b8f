"""Lengths, chainage and distances, on lines drawn by hand whose length is known.

Known distances on WGS84: one degree of longitude on the equator is 111.319491 km, one degree of latitude from
the equator 110.574389 km.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, MultiLineString, Point, Polygon, box

from corridors import routes
from corridors.routes.chainage import locate
from corridors.routes.geodesy import densify

EQUATOR_DEGREE_KM = 111.319491
FIRST_MERIDIAN_DEGREE_KM = 110.574389
MAIN = "trans-mongolian-main"


def track_of(*parts: tuple[str, int, str, LineString | MultiLineString]) -> gpd.GeoDataFrame:
    """A layer shaped like rail_track from (line, part, resolution, geometry)."""
    return gpd.GeoDataFrame(
        {
            "line": [p[0] for p in parts],
            "line_name": [p[0].title() for p in parts],
            "status": ["operating" for _ in parts],
            "part": [p[1] for p in parts],
            "resolution": [p[2] for p in parts],
        },
        geometry=[p[3] for p in parts],
        crs="EPSG:4326",
    )


def station(
    name: str,
    longitude: float,
    *,
    km: float | None = None,
    quality: str = "",
    kind: str = "station",
    line: str = MAIN,
) -> dict[str, object]:
    """A row shaped like railway_stations, on the equator."""
    return {
        "id": name.lower().replace(" ", "-"), "line": line, "kind": kind, "name": name, "latitude": 0.0,
        "longitude": longitude, "chainage_km": km, "chainage_quality": quality or None,
        "coordinate_accuracy_km": 0.1, "source_id": "made-up",
    }  # fmt: skip


@pytest.fixture
def equator() -> gpd.GeoDataFrame:
    """A main line of four degrees on the equator, the third of which is a station leg; parts out of order."""
    return track_of(
        (MAIN, 2, "station-leg", LineString([(2, 0), (3, 0)])),
        (MAIN, 1, "track", LineString([(0, 0), (1, 0), (2, 0)])),
        (MAIN, 3, "track", LineString([(3, 0), (4, 0)])),
        ("branch", 1, "track", LineString([(1, 0), (1, 1)])),
    )


@pytest.fixture
def stops() -> pd.DataFrame:
    """Stations on that line; official kilometres start 6 km before the border and run 1 per cent long."""
    rows = [
        station("Before", -0.1, km=0, quality="assumed origin"),
        station("Border RU MN", 0, kind="border"),
        station("Alpha", 1, km=118, quality="published"),
        station("Loop", 1.5, km=175, quality="interpolated"),
        station("Beta", 2, km=231, quality="published"),
        station("Bend", 2.5, kind="track-point"),
        station("Gamma", 4, km=456, quality="published"),
        station("Border MN CN", 4, kind="border"),
        station("Beijing", 5),
        station("End", 1, line="branch"),
    ]
    frame = pd.DataFrame(rows)
    frame["id"] = frame["id"].replace({"before": "ulan-ude"})
    frame["sequence"] = range(1, len(frame) + 1)
    return frame


# lengths -----------------------------------------------------------------------------------------------


def test_a_degree_on_the_equator_and_on_a_meridian_have_their_known_lengths() -> None:
    assert routes.length_km(LineString([(0, 0), (1, 0)])) == pytest.approx(EQUATOR_DEGREE_KM, abs=1e-5)
    assert routes.length_km(LineString([(0, 0), (0, 1)])) == pytest.approx(FIRST_MERIDIAN_DEGREE_KM, abs=1e-5)


def test_a_multi_line_is_as_long_as_its_lines_together() -> None:
    lines = MultiLineString([[(0, 0), (1, 0)], [(5, 0), (6, 0)]])
    assert routes.length_km(lines) == pytest.approx(2 * EQUATOR_DEGREE_KM, abs=1e-4)


def test_a_polygon_has_no_length_along_a_route() -> None:
    with pytest.raises(TypeError, match="Polygon has no length"):
        routes.length_km(box(0, 0, 1, 1))


def test_parts_are_measured_in_order_and_lines_sum_them(equator: gpd.GeoDataFrame) -> None:
    parts = routes.length_by_part(equator, MAIN)
    assert list(parts["part"]) == [1, 2, 3]
    assert parts["length_km"].sum() == pytest.approx(4 * EQUATOR_DEGREE_KM, abs=1e-4)
    lines = routes.length_by_line(equator).set_index("line")
    assert lines.loc[MAIN, "parts"] == 3
    assert lines.loc[MAIN, "track_pct"] == pytest.approx(75)
    assert lines.loc["branch", "track_pct"] == pytest.approx(100)
    assert len(routes.length_by_part(equator)) == 4


def test_share_known_as_track_leaves_out_station_legs(equator: gpd.GeoDataFrame) -> None:
    assert routes.share_known_as_track(equator) == pytest.approx(75)


def test_parts_are_joined_in_order_into_one_line(equator: gpd.GeoDataFrame) -> None:
    line = routes.assemble(equator)
    assert list(line.coords) == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)]


def test_parts_that_do_not_meet_are_refused() -> None:
    gap = track_of(
        (MAIN, 1, "track", LineString([(0, 0), (1, 0)])), (MAIN, 2, "track", LineString([(1.1, 0), (2, 0)]))
    )
    with pytest.raises(ValueError, match=r"part 2 starts 11\.13 km"):
        routes.assemble(gap)


def test_a_missing_part_is_refused() -> None:
    hole = track_of(
        (MAIN, 1, "track", LineString([(0, 0), (1, 0)])), (MAIN, 3, "track", LineString([(1, 0), (2, 0)]))
    )
    with pytest.raises(ValueError, match="not 1 to 2 without a gap"):
        routes.assemble(hole)


def test_a_part_must_be_one_line() -> None:
    double = track_of((MAIN, 1, "track", MultiLineString([[(0, 0), (1, 0)], [(2, 0), (3, 0)]])))
    with pytest.raises(TypeError, match="part 1: MultiLineString"):
        routes.assemble(double)


def test_an_unknown_line_is_named_with_the_known_ones(equator: gpd.GeoDataFrame) -> None:
    with pytest.raises(LookupError, match="known lines: branch, trans-mongolian-main"):
        routes.assemble(equator, "orient-express")


def test_length_inside_a_country_counts_only_what_lies_inside() -> None:
    country = box(0.5, -1, 1.5, 1)
    inside = routes.length_inside_km(LineString([(0, 0), (3, 0)]), country)
    assert inside == pytest.approx(EQUATOR_DEGREE_KM, abs=1e-4)
    assert routes.length_inside_km(LineString([(5, 0), (6, 0)]), country) == 0


def test_length_inside_follows_the_geodesic_and_not_the_chart() -> None:
    """From 90 to 110 degrees east at 50 north the geodesic rises 0.44 degree: it clears a box below 50.2."""
    line = LineString([(90, 50), (110, 50)])
    below = Polygon([(95, 49.9), (105, 49.9), (105, 50.2), (95, 50.2)])
    assert routes.length_inside_km(line, below) == 0


def test_length_inside_counts_a_stretch_run_twice_as_two() -> None:
    there_and_back = LineString([(0, 0), (2, 0), (1, 0)])
    assert routes.length_inside_km(there_and_back, box(-1, -1, 5, 1)) == pytest.approx(
        3 * EQUATOR_DEGREE_KM, abs=1e-3
    )


def test_length_inside_wants_a_line() -> None:
    with pytest.raises(TypeError, match="Point is not a line"):
        routes.length_inside_km(Point(0, 0), box(0, 0, 1, 1))


def test_sections_compare_published_and_geometric_length(equator: gpd.GeoDataFrame) -> None:
    published = pd.DataFrame(
        {
            "section": ["main-border-border", "main-naushki-ulaanbaatar", "branch", "elsewhere"],
            "line": [MAIN, MAIN, "branch", None],
            "value": [450.0, 240.0, 110.0, 7.0],
        }
    )
    table = routes.sections(published, equator)
    assert list(table["section"]) == ["main-border-border", "branch"]
    assert table["difference_pct"].iloc[0] == pytest.approx(100 * (4 * EQUATOR_DEGREE_KM / 450 - 1), abs=1e-4)


def test_pipelines_are_measured_whole_and_inside_a_country() -> None:
    pipelines = gpd.GeoDataFrame(
        {
            "gem_id": ["P1"], "line": ["sketch"], "line_name": ["Sketch"], "segment": [None],
            "status": ["proposed"], "resolution": ["indicative"],
        },
        geometry=[MultiLineString([[(0, 0), (2, 0)]])], crs="EPSG:4326",
    )  # fmt: skip
    assert "inside_km" not in routes.pipeline_lengths(pipelines)
    table = routes.pipeline_lengths(pipelines, box(1, -1, 5, 1))
    assert table["inside_km"].iloc[0] == pytest.approx(EQUATOR_DEGREE_KM, abs=1e-4)
    assert table["length_km"].iloc[0] == pytest.approx(2 * EQUATOR_DEGREE_KM, abs=1e-4)


# distances and borders ----------------------------------------------------------------------------------


@pytest.fixture
def places() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["a", "b", "c", "twin-1", "twin-2"],
            "name": ["Alpha", "Beta", "Nowhere", "Twin", "Twin"],
            "latitude": [0.0, 0.0, None, 1.0, 2.0],
            "longitude": [0.0, 1.0, None, 1.0, 2.0],
        }
    )


def test_distance_between_towns_by_name_or_id(places: pd.DataFrame) -> None:
    assert routes.distance_between_km(places, "Alpha", "b") == pytest.approx(EQUATOR_DEGREE_KM, abs=1e-5)


def test_distance_table_leaves_out_a_place_to_itself(places: pd.DataFrame) -> None:
    table = routes.distance_table(places, ["a", "b"], ["b"])
    assert table[["start", "end"]].to_numpy().tolist() == [["a", "b"]]
    assert list(routes.distance_table(places, ["a"], ["a"]).columns) == ["start", "end", "distance_km"]


@pytest.mark.parametrize(
    ("name", "message"), [("Twin", "2 places"), ("Utopia", "0 places"), ("c", "no usable")]
)
def test_distance_to_an_unclear_place_is_refused(places: pd.DataFrame, name: str, message: str) -> None:
    with pytest.raises(LookupError, match=message):
        routes.distance_between_km(places, "a", name)


def test_distance_to_a_line_takes_the_nearest_of_its_lines() -> None:
    lines = MultiLineString([[(0, 5), (1, 5)], [(0, 1), (1, 1)]])
    assert routes.distance_to_line_km(Point(0.5, 0), lines) == pytest.approx(
        FIRST_MERIDIAN_DEGREE_KM, abs=0.01
    )


def test_distance_to_a_polygon_is_refused() -> None:
    with pytest.raises(TypeError, match="Polygon is not a line"):
        routes.distance_to_line_km(Point(0, 0), box(0, 0, 1, 1))


def test_border_lengths_add_the_parts_of_a_pair() -> None:
    lines = gpd.GeoDataFrame(
        {"pair": ["China-Russia", "Mongolia-Russia", "China-Russia"]},
        geometry=[LineString([(0, 0), (1, 0)]), LineString([(0, 0), (0, 1)]), LineString([(8, 0), (9, 0)])],
        crs="EPSG:4326",
    )
    table = routes.border_lengths(lines).set_index("pair")
    assert table.loc["China-Russia", "parts"] == 2
    assert table.loc["China-Russia", "length_km"] == pytest.approx(2 * EQUATOR_DEGREE_KM, abs=1e-4)
    published = pd.DataFrame({"neighbour": ["Russia", "Russia", "China"], "length_km": [120.0, None, 4000.0]})
    compared = routes.compare_borders(lines, published)
    assert list(compared["pair"]) == ["Mongolia-Russia"]
    assert compared["difference_pct"].iloc[0] == pytest.approx(
        100 * (FIRST_MERIDIAN_DEGREE_KM / 120 - 1), abs=1e-4
    )


# stations and chainage ----------------------------------------------------------------------------------


def test_stations_on_a_line_come_in_order_and_without_track_points(stops: pd.DataFrame) -> None:
    on_line = routes.stations_on(stops.sample(frac=1, random_state=1))
    assert list(on_line["name"])[:3] == ["Before", "Border RU MN", "Alpha"]
    assert "Bend" not in set(on_line["name"])
    assert "Bend" in set(routes.stations_on(stops, kinds={"track-point"})["name"])
    with pytest.raises(LookupError, match="known lines: branch, trans-mongolian-main"):
        routes.stations_on(stops, "orient-express")


def test_main_line_stations_run_from_border_to_border(stops: pd.DataFrame) -> None:
    ends = routes.main_line_stations(stops)["id"].iloc[[0, -1]]
    assert list(ends) == ["border-ru-mn", "border-mn-cn"]


def test_schematic_legs_outside_mongolia_are_marked_as_legs(stops: pd.DataFrame) -> None:
    legs = routes.schematic_legs(stops).set_index("line_name")
    assert set(legs["resolution"]) == {"station-leg"}
    assert legs.loc["Ulan-Ude-Naushki", "length_km"] == pytest.approx(0.1 * EQUATOR_DEGREE_KM, abs=1e-5)
    assert legs.loc["Erenhot-Beijing", "points"] == 2


def test_chainage_along_places_stations_on_the_geometry(
    stops: pd.DataFrame, equator: gpd.GeoDataFrame
) -> None:
    located = routes.chainage_along(stops, equator).set_index("name")
    assert located.loc["Alpha", "geometry_km"] == pytest.approx(EQUATOR_DEGREE_KM, abs=1e-3)
    assert located.loc["Gamma", "resolution"] == "track"
    assert located["off_line_km"].max() < 1e-6
    assert routes.chainage_along(stops, equator, "branch")["geometry_km"].iloc[0] == pytest.approx(
        0, abs=1e-6
    )


def test_official_and_geometric_chainage_are_compared_leg_by_leg(
    stops: pd.DataFrame, equator: gpd.GeoDataFrame
) -> None:
    legs = routes.compare_chainage(stops, equator)
    assert list(legs["start"]) == ["Alpha", "Beta"]
    assert legs["official_km"].tolist() == [113, 225]
    assert legs["difference_km"].iloc[0] == pytest.approx(113 - EQUATOR_DEGREE_KM, abs=1e-3)


def test_a_published_post_is_found_at_its_station(stops: pd.DataFrame, equator: gpd.GeoDataFrame) -> None:
    for km, longitude in ((118, 1), (231, 2), (456, 4)):
        found = routes.position(km, stops, equator)
        assert (found.longitude, found.latitude) == pytest.approx((longitude, 0), abs=1e-5)
        assert found.uncertainty_km >= 0.5


def test_between_posts_the_kilometre_is_stretched_and_the_doubt_grows(
    stops: pd.DataFrame, equator: gpd.GeoDataFrame
) -> None:
    middle = routes.position(174.5, stops, equator)
    assert middle.longitude == pytest.approx(1.5, abs=1e-4)
    assert middle.between == ("Alpha", "Beta")
    assert middle.uncertainty_km > routes.position(118, stops, equator).uncertainty_km


def test_on_a_station_leg_the_doubt_is_kilometres(stops: pd.DataFrame, equator: gpd.GeoDataFrame) -> None:
    leg = routes.position(290, stops, equator)
    assert leg.resolution == "station-leg"
    assert leg.uncertainty_km > 4.9


@pytest.mark.parametrize("km", [0, 117, 457])
def test_nothing_is_extrapolated_beyond_published_posts(
    km: float, stops: pd.DataFrame, equator: gpd.GeoDataFrame
) -> None:
    with pytest.raises(ValueError, match="outside the published 118 to 456 km from Naushki"):
        routes.position(km, stops, equator)


def test_posts_that_run_against_the_line_are_refused(stops: pd.DataFrame, equator: gpd.GeoDataFrame) -> None:
    stops.loc[stops["name"] == "Beta", "chainage_km"] = 500
    with pytest.raises(ValueError, match="run apart"):
        routes.compare_chainage(stops, equator)


def test_a_place_beyond_the_line_has_no_part(equator: gpd.GeoDataFrame) -> None:
    assert routes.nearest_part(equator, MAIN, 250) == (2, "station-leg")
    with pytest.raises(ValueError, match="beyond the end"):
        routes.nearest_part(equator, MAIN, 999)


def test_a_point_beside_the_line_is_placed_on_it() -> None:
    foot = locate(LineString([(0, 0), (2, 0)]), Point(1, 0.1))
    assert foot.chainage_km == pytest.approx(EQUATOR_DEGREE_KM, abs=1e-3)
    assert foot.distance_km == pytest.approx(0.1 * FIRST_MERIDIAN_DEGREE_KM, abs=1e-4)


def test_a_point_off_the_line_is_not_on_it() -> None:
    with pytest.raises(ValueError, match="is not on a line"):
        routes.point_at(LineString([(0, 0), (1, 0)]), 112)
    with pytest.raises(ValueError, match="above 0"):
        densify(LineString([(0, 0), (1, 0)]), 0)
