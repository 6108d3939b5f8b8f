"""What must hold for any line in the region, whatever its course: tried on lines drawn at random."""

from __future__ import annotations

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, box

from corridors import routes
from corridors.routes.geodesy import GEOD, densify, distance_km, foot_of, point_at, segment_lengths_km

longitudes = st.floats(88, 120).map(lambda v: round(v, 4))
latitudes = st.floats(41, 54).map(lambda v: round(v, 4))
points = st.tuples(longitudes, latitudes)
lines = st.lists(points, min_size=2, max_size=5, unique=True).map(LineString)


@given(lines)
def test_a_line_is_as_long_backwards(line: LineString) -> None:
    assert routes.length_km(line) == pytest.approx(routes.length_km(line.reverse()), rel=1e-9)


@given(lines, st.floats(20, 200))
def test_cutting_a_line_finer_changes_neither_length_nor_ends(line: LineString, step: float) -> None:
    fine = densify(line, step)
    assert routes.length_km(fine) == pytest.approx(routes.length_km(line), rel=1e-8)
    assert (fine.coords[0], fine.coords[-1]) == (line.coords[0], line.coords[-1])
    assert max(segment_lengths_km(fine)) <= step * (1 + 1e-6)


@given(lines, st.floats(0, 1))
def test_a_point_at_a_chainage_lies_on_the_line_and_is_found_again(line: LineString, share: float) -> None:
    """The chainage found may differ where a line crosses itself; the distance may not."""
    chainage = share * routes.length_km(line)
    found = foot_of(line, point_at(line, chainage))
    assert found.distance_km < 0.001
    assert distance_km(point_at(line, found.chainage_km), point_at(line, chainage)) < 0.002


@given(lines, points)
def test_the_nearest_point_is_no_further_than_any_other_on_the_line(
    line: LineString, place: tuple[float, float]
) -> None:
    point = Point(place)
    nearest = foot_of(line, point).distance_km
    others = [GEOD.inv(point.x, point.y, x, y)[2] / 1000 for x, y in densify(line, 25).coords]
    assert nearest <= min(others) * (1 + 1e-6) + 0.002


@given(points, points)
def test_the_distance_to_a_short_line_agrees_with_the_geodesic(
    start: tuple[float, float], place: tuple[float, float]
) -> None:
    """Against a line of a few metres the answer must be the plain geodesic distance."""
    line = LineString([start, (start[0] + 1e-5, start[1])])
    direct = GEOD.inv(*start, *place)[2] / 1000
    assert routes.distance_to_line_km(Point(place), line) == pytest.approx(direct, abs=0.002)


@given(lines, st.integers(1, 6))
def test_parts_add_up_to_the_line_they_were_cut_from(line: LineString, cut: int) -> None:
    coordinates = list(line.coords)
    cut = min(cut, len(coordinates) - 1)
    pieces = [LineString(coordinates[: cut + 1])]
    if cut < len(coordinates) - 1:
        pieces.append(LineString(coordinates[cut:]))
    track = gpd.GeoDataFrame(
        {
            "line": "trans-mongolian-main",
            "part": range(1, len(pieces) + 1),
            "resolution": ["track", "station-leg"][: len(pieces)],
        },
        geometry=pieces,
        crs="EPSG:4326",
    )
    assert routes.length_km(routes.assemble(track)) == pytest.approx(routes.length_km(line), rel=1e-9)
    assert 0 < routes.share_known_as_track(track) <= 100 + 1e-9


@given(lines)
def test_inside_and_outside_of_a_country_make_the_whole(line: LineString) -> None:
    west, east = box(80, 35, 104, 60), box(104, 35, 130, 60)
    both = routes.length_inside_km(line, west) + routes.length_inside_km(line, east)
    if not any(abs(x - 104) < 1e-9 for x, _ in line.coords):
        assert both == pytest.approx(routes.length_km(line), rel=1e-6)
