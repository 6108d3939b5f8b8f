"""Neighbours, gaps, coasts, dividers and reach, on shapes drawn by hand whose measures are known.

On WGS84 one degree of longitude on the equator is 111.319491 km, the first degree of latitude 110.574389 km.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, MultiLineString, Point, box

from corridors import catalog
from corridors.routes import dividers, neighbourhood, reach

EQUATOR_DEGREE_KM = 111.319491
FIRST_MERIDIAN_DEGREE_KM = 110.574389


@pytest.fixture
def countries() -> gpd.GeoDataFrame:
    """Home between West and East on the equator, and Far two degrees further on; all else is sea."""
    shapes = {
        "Home": box(0, 0, 1, 1),
        "West": box(-1, 0, 0, 1),
        "East": box(1, 0, 2, 1),
        "Far": box(4, 0, 5, 1),
    }
    return gpd.GeoDataFrame({"name": list(shapes)}, geometry=list(shapes.values()), crs="EPSG:4326")


def test_neighbours_touch_and_the_rest_is_at_its_distance(countries: gpd.GeoDataFrame) -> None:
    """Shared outline is a border; a country that does not touch has a shortest way of the right length."""
    frame = neighbourhood.surroundings(countries, "Home").set_index("country")
    assert list(frame.index) == ["East", "West", "Far"]
    assert frame["touches"].tolist() == [True, True, False]
    assert frame.loc["West", "shared_km"] == pytest.approx(FIRST_MERIDIAN_DEGREE_KM, abs=0.001)
    # The meridians draw together polewards, so the northern corners are nearest.
    assert frame.loc["Far", "distance_km"] == pytest.approx(3 * EQUATOR_DEGREE_KM, rel=3e-4)
    assert frame.loc["Far", "distance_km"] < 3 * EQUATOR_DEGREE_KM
    assert frame.loc["Far", "way"].geom_type == "LineString"
    assert frame.loc["East", "way"] is None


def test_countries_that_meet_in_a_corner_only_share_no_border() -> None:
    """A corner has no length: that is not a land border."""
    shapes = gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=[box(0, 0, 1, 1), box(1, 1, 2, 2)], crs=4326)
    assert neighbourhood.shared_border_km(shapes, "A", "B") == 0


def test_nearest_takes_points_lines_and_polygons() -> None:
    """The same way comes out whatever the shapes are, and a wrong shape is named."""
    gap = neighbourhood.nearest(Point(0, 0), LineString([(1, -1), (1, 1)]))
    assert gap.distance_km == pytest.approx(EQUATOR_DEGREE_KM, abs=0.05)
    assert (gap.end.x, gap.end.y) == pytest.approx((1, 0), abs=0.02)
    with pytest.raises(TypeError, match="MultiPoint"):
        neighbourhood.nearest(Point(0, 0), MultiLineString([[(0, 0), (1, 1)]]).boundary)


def test_unknown_country_is_named(countries: gpd.GeoDataFrame) -> None:
    """The message lists what the layer has."""
    with pytest.raises(LookupError, match=r"Atlantis.*East, Far"):
        neighbourhood.shared_border_km(countries, "Atlantis", "Home")


def test_coast_is_the_outline_that_nobody_shares(countries: gpd.GeoDataFrame) -> None:
    """Borders between two countries are no coast, nor is the frame of the window."""
    line = neighbourhood.coast(countries, (-0.5, 0.5, 1.5, 2))
    assert line.length == pytest.approx(2)
    with pytest.raises(LookupError, match="no coast"):
        neighbourhood.coast(countries, (0.2, 0.2, 0.8, 0.8))


def test_lines_that_end_together_make_a_corner() -> None:
    """A corner names the countries of all lines that end there; a loose end is no corner."""
    lines = gpd.GeoDataFrame(
        {"pair": ["A-B", "A-C", "B-C"]},
        geometry=[LineString([(0, 0), (1, 1)]), LineString([(0, 0), (-1, 0)]), LineString([(0, 0), (0, -1)])],
    )
    corners = neighbourhood.meeting_points(lines)
    assert corners.to_dict("records") == [{"countries": "A, B, C", "longitude": 0.0, "latitude": 0.0}]


def test_dividers_measure_a_straight_line_whole_and_cut_a_bend() -> None:
    """Any opening gives the length of a geodesic; round a right angle a wide opening cuts the corner."""
    straight = LineString([(0, 0), (3, 0)])
    for opening in (7.0, 50.0, 500.0):
        assert dividers.walk_km(straight, opening) == pytest.approx(3 * EQUATOR_DEGREE_KM, abs=0.01)
    angle = LineString([(0, 0), (1, 0), (1, 1)])
    walked = [dividers.walk_km(angle, opening) for opening in (1.0, 30.0, 500.0)]
    assert walked[0] == pytest.approx(EQUATOR_DEGREE_KM + FIRST_MERIDIAN_DEGREE_KM, abs=1)
    assert walked[0] > walked[1] > walked[2]
    assert walked[2] == pytest.approx(156.9, abs=0.1)
    with pytest.raises(ValueError, match="above 0"):
        dividers.walk_km(angle, 0)


def test_slope_of_a_border_that_loses_a_tenth_with_each_doubling() -> None:
    """The loss is found again, and the opening for a length that continues the slope."""
    walked = pd.DataFrame(
        {"pair": ["A-B"] * 4, "opening_km": [0.0, 10.0, 20.0, 40.0], "length_km": [120.0, 100.0, 90.0, 81.0]}
    )
    found = dividers.slopes(walked)
    assert found["loss_per_doubling_pct"].item() == pytest.approx(10)
    exponents = dict(zip(found["pair"], found["exponent"], strict=True))
    assert dividers.opening_for(100 / 0.9, walked, "A-B", exponents) == pytest.approx(5)
    with pytest.raises(ValueError, match="two are needed"):
        dividers.slopes(walked.iloc[:2])


def test_ladder_adds_the_parts_of_a_border() -> None:
    """A border in two parts is walked part by part; opening 0 is the line as drawn."""
    lines = gpd.GeoDataFrame(
        {"pair": ["A-B", "A-B"]}, geometry=[LineString([(0, 0), (1, 0)]), LineString([(2, 0), (3, 0)])]
    )
    walked = dividers.ladder(lines, ["A-B"], [20])
    assert walked["opening_km"].tolist() == [0, 20]
    assert walked["length_km"].tolist() == pytest.approx([2 * EQUATOR_DEGREE_KM] * 2, abs=0.01)
    with pytest.raises(LookupError, match="A-C"):
        dividers.ladder(lines, ["A-C"], [20])


def test_rail_distances_count_posts_through_naushki() -> None:
    """Russian posts count from Moscow and Mongolian ones from Naushki; Chinese ones are another count."""
    rows = [
        ("far", "Russia", -2.0, None, 5000.0, -310.0), ("naushki", "Russia", -1.0, 0.0, 5200.0, -110.0),
        ("home", "Mongolia", 0.0, 112.0, 112.0, 0.0), ("gate", "Mongolia", 1.0, 230.0, 230.0, 118.0),
        ("beyond", "China", 2.0, None, 600.0, 240.0),
    ]  # fmt: skip
    columns = [
        "id",
        "country",
        "longitude",
        "chainage_km",
        "list_english_km",
        "timetable_from_ulaanbaatar_km",
    ]
    stations = pd.DataFrame(rows, columns=columns).assign(latitude=0.0, name="n", name_local="l")
    found = reach.by_rail(stations, "home", ["far", "naushki", "gate", "beyond"]).set_index("id")
    assert found["posts_km"].tolist()[:3] == [312, 112, 118]
    assert pd.isna(found.loc["beyond", "posts_km"])
    assert found["timetable_km"].tolist() == [310, 110, 118, 240]
    assert found.loc["gate", "straight_km"] == pytest.approx(EQUATOR_DEGREE_KM, abs=0.001)
    assert found.loc["gate", "detour"] == pytest.approx(118 / EQUATOR_DEGREE_KM)
    with pytest.raises(LookupError, match="nowhere"):
        reach.by_rail(stations, "home", ["nowhere"])


def test_summary_counts_things_once_and_courses_once() -> None:
    """Two rows of one line are one thing; one course entered under two names is measured once."""
    line = LineString([(0, 0), (2, 0)])
    lines = gpd.GeoDataFrame(
        {
            "line": ["a", "a", "b"],
            "status": ["built", "built", "planned"],
            "resolution": ["track", "track", "leg"],
        },
        geometry=[line, line, LineString([(2, 0), (3, 0)])],
    )
    row = reach.summary("Lines", lines, thing="line", home=box(0.5, -1, 9, 1), chapter="x")
    assert (row["things"], row["status"]) == (2, "built 1, planned 1")
    assert row["length_km"] == pytest.approx(3 * EQUATOR_DEGREE_KM)
    assert row["inside_km"] == pytest.approx(2.5 * EQUATOR_DEGREE_KM, abs=0.01)
    assert row["known"] == "track 67 %; leg 33 %"
    points = pd.DataFrame(
        {"name": ["p", "p", "q"], "status": "on", "latitude": [1, None, None], "longitude": [1, 1, 1]}
    )
    row = reach.summary("Points", points, thing="name")
    assert (row["things"], row["placed"], row["length_km"]) == (2, 1, None)
    assert reach.summary("Nowhere", points[["name", "status"]], thing="name")["placed"] == 0


def test_the_outline_of_mongolia_is_used_up_by_two_neighbours() -> None:
    """The claim that there is no third land neighbour rests on this: no piece of the border is left over."""
    around = neighbourhood.surroundings(catalog.layer("countries"), "Mongolia")
    left = neighbourhood.outline_km(catalog.layer("countries"), "Mongolia") - around["shared_km"].sum()
    assert around.loc[around["touches"], "country"].tolist() == ["China", "Russia"]
    assert abs(left) < 0.01
