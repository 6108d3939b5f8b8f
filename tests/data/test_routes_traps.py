"""The traps of the geodata, one test a trap: GEO-n is tested by ``test_geo_<n>_...``.

Each test protects a reading that is easy to get wrong; the text of the trap stands in the description of the
table or layer that it bites. At the end stand the accuracy that the book promises for the main line and the
weight of the shared base layer.
"""

from __future__ import annotations

import csv
import json
from typing import Final

import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from corridors import catalog, paths, routes

OFFICIAL_MAIN_LINE_KM: Final = 1110
OFFICIAL_IN_MONGOLIA_KM: Final = 962.9
BASE_LAYER_BYTES: Final = 60_000
SCHEMATICS: Final = {"P0734", "P5409"}


def row(name: str, key: str, value: str) -> pd.Series:
    """The one row of a table or layer with that value."""
    frame = catalog.load(name)
    rows = frame[frame[key] == value]
    assert len(rows) == 1, f"{name} has {len(rows)} rows with {key} {value}"
    return rows.iloc[0]


@pytest.fixture(scope="module")
def located() -> pd.DataFrame:
    """Main-line points with their place along the track."""
    return routes.chainage_along(catalog.load("railway_stations"), catalog.layer("rail_track"))


def test_geo_1_kilometres_count_from_naushki_and_not_from_the_border() -> None:
    stations = routes.stations_on(catalog.load("railway_stations"))
    naushki = stations[stations["id"] == "naushki"].iloc[0]
    border = stations[stations["id"] == "border-ru-mn"].iloc[0]
    assert naushki["chainage_km"] == 0
    assert naushki["country"] == "Russia"
    assert 5 <= border["chainage_km"] <= 7
    posts = stations["chainage_km"].dropna()
    assert posts.is_monotonic_increasing
    assert "NAUSHKI" in catalog.describe("railway_stations").description


def test_geo_1_only_published_kilometres_are_called_published(located: pd.DataFrame) -> None:
    published = located[located["chainage_quality"] == "published"]
    assert len(published) == 10
    assert published["list_english_km"].notna().all()
    legs = routes.compare_chainage(catalog.load("railway_stations"), catalog.layer("rail_track"))
    assert len(legs) == len(published) - 1


def test_geo_1_sukhbaatar_is_where_two_lists_and_the_track_put_it(located: pd.DataFrame) -> None:
    """The English list alone has 21; the figure carried is 23, and no list is altered."""
    station = located.set_index("id").loc["sukhbaatar"]
    naushki = row("railway_stations", "id", "naushki")
    assert station["chainage_km"] == 23
    assert station["list_german_km"] == 23
    assert station["timetable_from_ulaanbaatar_km"] - naushki["timetable_from_ulaanbaatar_km"] == 23
    assert station["list_english_km"] == 21


def test_geo_1_interpolated_kilometres_run_along_the_track_between_published_posts(
    located: pd.DataFrame,
) -> None:
    stations = catalog.load("railway_stations")
    to_border = routes.distance_between_km(stations, "naushki", "border-ru-mn")
    along = located.dropna(subset=["chainage_km"])
    posts = along[along["chainage_quality"] == "published"]
    expected = np.interp(
        along["geometry_km"].astype(float) + to_border,
        [0.0, *(posts["geometry_km"].astype(float) + to_border)],
        [0.0, *posts["chainage_km"].astype(float)],
    )
    assert np.abs(along["chainage_km"].astype(float) - expected).max() <= 0.06


def test_geo_2_lengths_are_quoted_from_published_kilometres_and_geometry_runs_short() -> None:
    table = routes.sections(catalog.load("rail_lengths"), catalog.layer("rail_track"))
    main = table[table["line"] == "trans-mongolian-main"]
    assert set(main["value"]) == {1110, 1108, 1104.5}
    assert (main["difference_pct"] < 0).all()
    assert (main["difference_pct"] > -2).all()


def test_geo_3_darkhan_lies_at_its_station_and_not_34_km_away() -> None:
    town, station = row("towns", "id", "darkhan"), row("railway_stations", "id", "darkhan")
    both = pd.DataFrame(
        [town[["id", "name", "latitude", "longitude"]], station[["id", "name", "latitude", "longitude"]]]
    )
    both["id"] = ["town", "station"]
    assert routes.distance_between_km(both, "town", "station") < 2
    base = catalog.layer("base_layer")
    drawn = base[(base["kind"] == "town") & (base["name"] == "Darkhan")].geometry.iloc[0]
    assert drawn.distance(Point(town["longitude"], town["latitude"])) < 0.01


def test_geo_4_altai_is_never_drawn() -> None:
    altai = row("towns", "id", "altai")
    assert pd.isna(altai["latitude"])
    assert pd.isna(altai["longitude"])
    assert "Altai" not in set(catalog.layer("base_layer")["name"].dropna())
    with pytest.raises(LookupError, match="no usable coordinate"):
        routes.distance_between_km(catalog.load("towns"), "Altai", "Ulaanbaatar")


def test_geo_5_indicative_lines_are_never_marked_as_routes() -> None:
    pipelines = catalog.layer("pipelines")
    assert set(pipelines["gem_id"]) >= SCHEMATICS
    sketches = pipelines[pipelines["gem_id"].isin(SCHEMATICS)]
    assert set(sketches["resolution"]) == {"indicative"}
    spacing = pipelines["vertex_spacing_km"]
    assert (pipelines["resolution"].eq("indicative") == spacing.ge(40)).all()
    assert set(catalog.layer("soyuz_vostok_mongolia")["resolution"]) == {"indicative"}


def test_geo_5_the_sketch_is_shorter_than_the_published_length_in_mongolia() -> None:
    sketch = catalog.layer("soyuz_vostok_mongolia")
    drawn = sum(routes.length_km(line) for line in sketch.geometry)
    assert drawn == pytest.approx(813.3, abs=0.5)
    facts = catalog.load("pipeline_facts")
    published = facts[(facts["line"] == "soyuz-vostok") & (facts["item"] == "length in Mongolia")]
    assert list(published["value"]) == [OFFICIAL_IN_MONGOLIA_KM]


def test_geo_6_eighty_and_fifty_bcm_stand_side_by_side() -> None:
    facts = catalog.load("pipeline_facts")
    rows = facts[facts["conflict_group"] == "power-of-siberia-2-capacity"]
    assert sorted(rows["value"]) == [50, 80]
    assert rows.loc[rows["value"] == 80, "source_ids"].item() == "gem-gas-infrastructure-2023"


def test_geo_7_station_legs_stay_apart_from_track() -> None:
    track = catalog.layer("rail_track")
    legs, mapped = track[track["resolution"] == "station-leg"], track[track["resolution"] == "track"]
    assert legs["accuracy_km"].min() >= 4.9
    assert mapped["accuracy_km"].max() <= 0.1
    for (_, before), (_, after) in zip(track[:-1].iterrows(), track[1:].iterrows(), strict=True):
        if before["line"] == after["line"]:
            assert before["resolution"] != after["resolution"], f"{after['id']} is not a part of its own"


def test_geo_7_each_part_carries_its_own_length() -> None:
    track = catalog.layer("rail_track")
    for part, length, line in zip(track["id"], track["length_km"], track.geometry, strict=True):
        assert routes.length_km(line) == pytest.approx(length, abs=0.006), part


def test_geo_8_coarse_branches_differ_from_the_published_length_and_say_so() -> None:
    table = routes.sections(catalog.load("rail_lengths"), catalog.layer("rail_track"))
    rough = {"tavantolgoi-zuunbayan", "zuunbayan-khangi", "darkhan-sharyngol"}
    off = table[table["line"].isin(rough)]
    assert (off["difference_pct"].abs() > 4).all()
    text = catalog.describe("rail_track").description
    assert "coarsely digitised" in text
    assert "unresolved" in text


def test_geo_9_openstreetmap_data_stay_in_one_folder_with_their_notice() -> None:
    folder = paths.DATA / "routes" / "osm"
    notice = (folder / "README.md").read_text("utf-8")
    assert "© OpenStreetMap contributors" in notice
    assert "opendatacommons.org/licenses/odbl/1-0" in notice
    inside = {path.name for path in folder.iterdir()} - {"README.md"}
    assert inside == {"rail_track.geojson", "railway_stations.csv", "border_crossings.csv"}
    assert all(name in notice for name in inside)
    for name in catalog.names():
        description = catalog.describe(name)
        assert ("Open Database License" in description.licence) == (description.path.parent.name == "osm"), (
            name
        )


def test_geo_9_coordinates_elsewhere_do_not_come_from_openstreetmap() -> None:
    """Two exceptions, each named in the licences: traced lengths are facts; one plant stands at one point."""
    named = set()
    for path in (paths.DATA).rglob("*.csv"):
        if path.parent.name == "osm" or path.name == "sources.csv":
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                ids = f"{line.get('source_id') or ''};{line.get('source_ids') or ''}".split(";")
                if any(i.startswith("osm-") for i in ids):
                    named.add(path.name)
    assert named <= {"rail_lengths.csv", "energy_sites.csv"}
    licences = (paths.DATA / "LICENSES.md").read_text("utf-8")
    assert all(name in licences for name in named)


def test_geo_10_the_list_error_at_ulaanbaatar_is_corrected_with_a_note() -> None:
    station = row("railway_stations", "id", "ulaanbaatar")
    assert station["chainage_km"] == 404
    assert station["list_german_km"] == 407
    assert "error" in station["note"]
    lengths = catalog.load("rail_lengths")
    wrong = lengths[(lengths["section"] == "main-naushki-ulaanbaatar") & (lengths["value"] == 407)]
    assert wrong["note"].str.contains("error").all()


def test_geo_11_crossings_without_a_coordinate_stay_without_one() -> None:
    crossings = catalog.load("border_crossings")
    assert len(crossings) == 19
    assert crossings["latitude"].isna().sum() == 9
    on_the_line = crossings[crossings["coordinate_quality"] == "track at the border"]
    assert len(on_the_line) == 3
    assert (on_the_line["distance_to_border_km"] < 2).all()
    assert row("border_crossings", "id", "tsagaannuur-tashanta")["coordinate_accuracy_km"] >= 20


def test_geo_12_conflicting_lengths_are_kept_and_never_averaged() -> None:
    lengths = catalog.load("rail_lengths")
    assert sorted(lengths.loc[lengths["section"] == "china-erenhot-jining", "value"]) == [333, 336, 338, 344]
    for group, rows in lengths[lengths["conflict_group"].notna()].groupby("conflict_group"):
        assert len(rows) > 1, f"{group} names a conflict with itself"
        assert rows["section"].nunique() == 1, f"{group} compares different sections"
    derived = lengths[lengths["kind"] == "derived"]
    assert derived["derivation"].notna().all()
    assert lengths.loc[lengths["kind"] != "derived", "derivation"].isna().all()
    for text, value in zip(derived["derivation"], derived["value"], strict=True):
        start, end = (float(part) for part in text.split(" - "))
        assert start - end == pytest.approx(value), text


def test_geo_12_bogdkhan_branch_is_not_the_older_bypass() -> None:
    lengths = catalog.load("rail_lengths").set_index("section")["value"]
    assert lengths["bagakhangai-khoshig-valley"].max() < lengths["mandal-bagakhangai"]
    assert "not the older" in row("rail_projects", "id", "bagakhangai-khoshig-valley")["note"]


def test_geo_13_three_opening_years_of_the_russian_section_stay() -> None:
    facts = catalog.load("rail_facts")
    rows = facts[facts["conflict_group"] == "opened-ulan-ude-naushki"]
    assert sorted(rows["value"]) == [1937, 1939, 1940]


def test_geo_14_phases_of_power_of_siberia_1_are_compared_by_their_sum() -> None:
    rows = catalog.load("pipeline_attributes").set_index("gem_id").loc[["P2352", "P2353"]]
    off = (rows["geometry_length_km"] / rows["official_length_km"] - 1).abs()
    assert (off > 0.2).all()
    assert rows["geometry_length_km"].sum() == pytest.approx(rows["official_length_km"].sum(), rel=0.05)


def test_geo_15_overlapping_routes_are_not_counted_twice() -> None:
    pipelines = catalog.layer("pipelines").set_index("gem_id")
    published = catalog.load("pipeline_attributes").set_index("gem_id")["geometry_length_km"]
    own = routes.length_km(pipelines.geometry["P4482"])
    repeated = sum(routes.length_km(pipelines.geometry[i]) for i in ("P4483", "P4484", "P4485"))
    assert own + repeated == pytest.approx(published["P4482"], abs=0.5)
    assert pipelines.geometry["P2024"].equals(pipelines.geometry["P5241"])
    assert "P2024" in pipelines["note"]["P5241"]


def test_geo_16_layers_for_drawing_say_what_they_lack() -> None:
    assert "Tuul" in catalog.describe("rivers").description
    assert not catalog.layer("rivers")["name"].isin(["Tuul", "Egiin Gol"]).any()
    for name in ("countries", "boundary_lines", "mongolia", "base_layer"):
        assert "disputed borders" in catalog.describe(name).description, name


def test_geo_17_borders_measured_on_a_generalised_line_are_shorter_than_published() -> None:
    measured = routes.border_lengths(catalog.layer("boundary_lines")).set_index("pair")["length_km"]
    assert measured["Mongolia-Russia"] == pytest.approx(2913, abs=1)
    assert measured["Mongolia-China"] == pytest.approx(4378, abs=1)
    compared = routes.compare_borders(catalog.layer("boundary_lines"), catalog.load("borders"))
    assert len(compared) == 4
    assert (compared["difference_pct"] < 0).all()


def test_geo_18_the_line_outside_mongolia_is_a_schematic() -> None:
    legs = routes.schematic_legs(catalog.load("railway_stations"))
    assert set(legs["resolution"]) == {"station-leg"}
    stations = routes.stations_on(catalog.load("railway_stations"))
    chinese = stations[stations["country"] == "China"]
    assert set(chinese["coordinate_quality"]) == {"town"}
    track = catalog.layer("rail_track")
    south = track[track["line"] == "trans-mongolian-main"].total_bounds[1]
    assert south > 43.6, "the track of the main line ends at the Chinese border"


def test_main_line_by_geometry_is_within_one_and_a_half_per_cent_of_the_official_length() -> None:
    line = routes.assemble(catalog.layer("rail_track"))
    assert abs(routes.length_km(line) / OFFICIAL_MAIN_LINE_KM - 1) < 0.015


def test_at_least_ninety_per_cent_of_the_main_line_is_known_as_track() -> None:
    assert routes.share_known_as_track(catalog.layer("rail_track")) >= 90


def test_stations_of_node_quality_lie_within_300_m_of_the_track(located: pd.DataFrame) -> None:
    nodes = located[(located["coordinate_quality"] == "node") & (located["resolution"] == "track")]
    assert len(nodes) > 50
    far = nodes[nodes["off_line_km"] > 0.3]
    assert far.empty, f"off the line: {list(far['name'])}"


def test_stations_follow_each_other_along_the_geometry(located: pd.DataFrame) -> None:
    assert located["geometry_km"].is_monotonic_increasing


def test_the_main_line_runs_from_border_to_border(located: pd.DataFrame) -> None:
    line = routes.assemble(catalog.layer("rail_track"))
    assert isinstance(line, LineString)
    assert located["id"].iloc[[0, -1]].tolist() == ["border-ru-mn", "border-mn-cn"]
    assert located["off_line_km"].iloc[[0, -1]].max() < 0.1


def test_the_base_layer_is_light_and_names_its_towns_in_two_scripts() -> None:
    path = paths.DATA / "basemap" / "base_layer.geojson"
    assert path.stat().st_size <= BASE_LAYER_BYTES
    layer = catalog.layer("base_layer")
    towns = layer[layer["kind"] == "town"]
    assert towns["name_local"].notna().all()
    lakes = {"Baikal", "Khövsgöl", "Uvs"}
    rivers = {"Selenga", "Orkhon", "Kherlen", "Onon", "Amur", "Yenisei"}
    assert lakes | rivers <= set(layer["name"])


def test_every_pipeline_of_gas_lies_on_the_land_that_the_base_layer_draws() -> None:
    layer = catalog.layer("base_layer")
    land = layer[layer["kind"].isin(["land", "country"])].union_all().buffer(0.3)
    pipelines = catalog.layer("pipelines")
    outside = [
        name
        for name, line in zip(pipelines["gem_id"], pipelines.geometry, strict=True)
        if routes.length_inside_km(line, land) < 0.97 * routes.length_km(line)
    ]
    assert outside == []


def test_files_keep_one_feature_a_line_so_that_they_diff_well() -> None:
    for folder in ("routes", "routes/osm", "basemap"):
        for path in sorted((paths.DATA / folder).glob("*.geojson")):
            text = path.read_text("utf-8")
            assert text.count("\n") == len(json.loads(text)["features"]) + 2, path.name
