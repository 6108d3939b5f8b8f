"""Freight, kilometre posts, ownership and the whole course of the railway, on small tables worked by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString

from corridors import catalog, routes

MAIN = "trans-mongolian-main"
DEGREE_KM = 111.319491  # one degree of longitude on the equator, WGS84


def flow(row: str, carrier: str, name: str, period: str, value: float, **more: object) -> dict[str, object]:
    """A row shaped like rail_freight."""
    year = int(period) if period.isdigit() else None
    return {
        "id": row, "carrier": carrier, "flow": name, "period": period, "year": year, "value": value,
        "unit": "kt", "qualifier": "exact", "derivation": None, **more,
    }  # fmt: skip


@pytest.fixture
def freight() -> pd.DataFrame:
    """Two years of freight: in 2022 imports come from the company alone."""
    return pd.DataFrame(
        [
            flow("a", "all railways", "total", "2022", 100.0),
            flow("b", "Ulaanbaatar Railway", "total", "2022", 60.0),
            flow("c", "all railways", "total", "2022", 7.0, unit="million tonne-km"),
            flow("d", "all railways", "domestic", "2022", 50.0, derivation="a rise"),
            flow("e", "all railways", "export", "2022", 30.0),
            flow("f", "Ulaanbaatar Railway", "export", "2022", 29.0),
            flow("g", "all railways", "transit", "2022", 12.0),
            flow("h", "Ulaanbaatar Railway", "import", "2022", 8.0),
            flow("i", "all railways", "total", "2023 Jan-May", 40.0),
            flow("j", "all railways", "transit Russia to China", "2023", 5.0, qualifier="planned"),
            flow("k", "Ulaanbaatar Railway", "transit of oil", "2013", 1.4),
        ]
    )


def test_full_years_keep_sources_that_differ_and_drop_parts_of_years(freight: pd.DataFrame) -> None:
    """Both carriers of 2022 stay; tonne-kilometres and five months do not come in."""
    assert routes.full_years(freight)["value"].tolist() == [60.0, 100.0]


def test_full_years_refuses_a_flow_that_is_never_a_whole_year(freight: pd.DataFrame) -> None:
    """A misspelt flow is named, not answered with an empty table."""
    with pytest.raises(LookupError, match="no whole year of 'imports'"):
        routes.full_years(freight, "imports")


def test_transit_keeps_every_part_and_no_plan(freight: pd.DataFrame) -> None:
    """Oil in transit counts as transit; what was planned was not carried."""
    assert routes.transit(freight)["id"].tolist() == ["g", "k"]


def test_composition_takes_all_railways_first_and_shares_add_up(freight: pd.DataFrame) -> None:
    """Exports of all railways beat those of the company; imports fall back on it; 50 + 30 + 12 + 8 = 100."""
    mix = routes.composition(freight, ["2022"]).set_index("flow")
    assert mix["value_kt"].to_dict() == {"domestic": 50.0, "export": 30.0, "transit": 12.0, "import": 8.0}
    assert mix["share_pct"].to_dict() == mix["value_kt"].to_dict()
    assert mix["derived"].to_dict() == {"domestic": True, "export": False, "transit": False, "import": False}
    assert mix.loc["import", "carrier"] == "Ulaanbaatar Railway"


def test_composition_refuses_a_stack_short_of_a_part(freight: pd.DataFrame) -> None:
    """A missing flow or two figures for one stop the chart: a silent gap would read as zero."""
    with pytest.raises(LookupError, match="no figure for import"):
        routes.composition(freight[freight["id"] != "h"], ["2022"])
    with pytest.raises(ValueError, match="2 figures for export"):
        routes.composition(pd.concat([freight, freight[freight["id"] == "e"]]), ["2022"])


def test_ownership_steps_put_both_holders_of_a_date_in_one_row() -> None:
    """50/50 is one step; agreements of other states or subjects stay out; dates are in order."""
    shares = pd.DataFrame(
        {
            "asset": ["Ulaanbaatar Railway"] * 3 + ["Erdenet"],
            "measure": ["share"] * 4,
            "holder": ["Russia", "Mongolia", "Russia", "Russia"],
            "period": ["1949", "1949", "2009", "1973"],
            "value": [50.0, 50.0, 50.0, 51.0],
            "what": ["founding"] * 2 + ["trust", "mine"],
            "note": [None] * 4,
            "quality": ["official"] * 4,
            "source_ids": ["a"] * 4,
        }
    )
    pacts = pd.DataFrame(
        {
            "date_signed": ["2014-09-03", "1949-06-06", "2025-02-14"],
            "subject": ["railway"] * 3,
            "parties": ["MNG;RUS", "MNG;RUS", "CHN;MNG"],
            "title": ["modernisation", "agreement", "bridge"],
            "note": [None] * 3,
            "quality": ["official"] * 3,
            "source_ids": ["b"] * 3,
        }
    )
    steps = routes.ownership_steps(shares, pacts)
    assert steps["date"].tolist() == ["1949", "1949-06-06", "2009", "2014-09-03"]
    assert steps["step"].tolist() == ["founding", "agreement", "trust", "modernisation"]
    assert steps.loc[0, ["russia_pct", "mongolia_pct"]].tolist() == [50.0, 50.0]
    assert pd.isna(steps.loc[2, "mongolia_pct"])


@pytest.fixture
def equator() -> gpd.GeoDataFrame:
    """Two degrees of track and then one of straight leg, on the equator."""
    return gpd.GeoDataFrame(
        {
            "id": ["m-1", "m-2"], "line": MAIN, "line_name": "Main", "part": [1, 2], "status": "operating",
            "resolution": ["track", "station-leg"], "gauge_mm": 1520, "opened": "1949",
            "length_km": [2 * DEGREE_KM, DEGREE_KM], "source_id": "made-up",
        },
        geometry=[LineString([(0, 0), (2, 0)]), LineString([(2, 0), (3, 0)])],
        crs="EPSG:4326",
    )  # fmt: skip


@pytest.fixture
def stations() -> pd.DataFrame:
    """Ulan-Ude, Naushki, the border, three stations in Mongolia, the border, and Beijing."""
    rows = [
        ("ulan-ude", "station", "Russia", -1.0, None, None, -400),
        ("naushki", "station", "Russia", -0.1, None, None, -120),
        ("border-ru-mn", "border", "Mongolia-Russia", 0.0, None, None, None),
        ("one", "station", "Mongolia", 1.0, 120.0, 121.0, 0),
        ("two", "station", "Mongolia", 2.0, 232.0, None, None),
        ("three", "station", "Mongolia", 3.0, 343.0, None, 230),
        ("border-mn-cn", "border", "Mongolia-China", 3.0, None, None, None),
        ("beijing", "station", "China", 4.0, 0.0, None, None),
    ]
    names = ["id", "kind", "country", "longitude", "list_english_km", "list_german_km",
             "timetable_from_ulaanbaatar_km"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(
        line=MAIN, name=frame["id"], latitude=0.0, sequence=range(1, len(rows) + 1), source_id="made-up"
    )


def test_posts_shift_the_timetable_and_keep_what_two_lists_share(
    stations: pd.DataFrame, equator: gpd.GeoDataFrame
) -> None:
    """The timetable has Naushki at -120, so its station at 0 is at 120; "two" is in one list only."""
    listed = routes.posts(stations, equator)
    assert listed["id"].tolist() == ["one", "three"]
    assert listed["timetable_km"].tolist() == [120.0, 350.0]
    assert listed["spread_km"].tolist() == [1.0, 7.0]
    assert listed["geometry_km"].tolist() == pytest.approx([DEGREE_KM, 3 * DEGREE_KM], abs=1e-3)


def test_posts_need_the_origin_of_the_timetable(stations: pd.DataFrame, equator: gpd.GeoDataFrame) -> None:
    """Without Naushki in the timetable its kilometres cannot be set beside the others."""
    with pytest.raises(LookupError, match="naushki"):
        routes.posts(stations[stations["id"] != "naushki"], equator)


def test_leg_excess_is_in_per_cent_of_the_geometry(stations: pd.DataFrame, equator: gpd.GeoDataFrame) -> None:
    """223 km in the list against 222.639 measured, of which one degree is straight."""
    legs = routes.leg_excess(routes.posts(stations, equator), equator).set_index("list")
    assert legs.loc["English list", "excess_pct"] == pytest.approx(100 * (223 / 222.638982 - 1), abs=1e-4)
    assert legs.loc["Timetable", "published_km"] == 230.0
    assert legs["station_leg_km"].tolist() == pytest.approx([DEGREE_KM] * 2, abs=1e-3)
    with pytest.raises(LookupError, match="no list"):
        routes.leg_excess(routes.posts(stations, equator), equator, ("french_km",))


def test_station_leg_km_counts_only_the_overlap(equator: gpd.GeoDataFrame) -> None:
    """From half a degree before the straight leg to half a degree into it is half a degree of it."""
    half = routes.station_leg_km(equator, 1.5 * DEGREE_KM, 2.5 * DEGREE_KM)
    assert half == pytest.approx(DEGREE_KM / 2, abs=1e-3)
    assert routes.station_leg_km(equator, 0.0, DEGREE_KM) == 0.0


def test_whole_course_runs_from_north_to_south_without_touching_the_mapped_part(
    stations: pd.DataFrame, equator: gpd.GeoDataFrame
) -> None:
    """A straight leg on either side, the parts of the track between them, all with status and sources."""
    course = routes.whole_course(equator, stations)
    assert course["line_name"].tolist() == ["Ulan-Ude-Naushki", "Main", "Main", "Erenhot-Beijing"]
    assert course["resolution"].tolist() == ["station-leg", "track", "station-leg", "station-leg"]
    assert set(course["status"]) == {"operating"}
    assert course["length_km"].sum() == pytest.approx(5 * DEGREE_KM, abs=1e-2)
    assert course["source_ids"].tolist() == ["made-up"] * 4


def test_credits_name_each_publisher_once() -> None:
    """Two pages of one publisher are credited once, in the order of the cell."""
    both = "montsame-2017-rail-transport-revenues-grow;dnn-2024-rail-freight;montsame-2021-20-9-million-tons"
    assert catalog.credits(both) == "Montsame; dnn.mn"


def test_as_given_writes_words_ranges_and_counts() -> None:
    """Words stay words, a range keeps both ends, and a count of tracks needs no unit."""
    facts = pd.DataFrame(
        {
            "value": [1520.0, 60.0, 2.0, None],
            "value_upper": [None, 62.0, None, None],
            "unit": ["mm", "stations", "tracks", None],
            "text": [None, None, None, "diesel"],
        }
    )
    assert routes.as_given(facts).tolist() == ["1,520 mm", "60–62 stations", "2", "diesel"]
