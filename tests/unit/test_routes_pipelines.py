"""Pipelines on lines and tables small enough to work out by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, MultiLineString

from corridors.routes import length_km, pipelines

# North along a meridian, with a detour of one vertex to the east.
STRAIGHT = LineString([(105, 45), (105, 46), (105, 47)])
BENT = LineString([(105, 45), (106, 46), (105, 47)])


def layer(**columns: list[object]) -> gpd.GeoDataFrame:
    shapes = columns.pop("geometry")
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


def test_a_coarse_drawing_of_a_straight_line_loses_nothing() -> None:
    assert pipelines.coarse_length_km(STRAIGHT, 50) == pytest.approx(length_km(STRAIGHT), rel=1e-6)


def test_a_coarse_drawing_cuts_bends() -> None:
    """With one leg only the ends are left: the chord, whatever lies between."""
    whole = pipelines.coarse_length_km(BENT, 10_000)
    assert whole == pytest.approx(length_km(LineString([(105, 45), (105, 47)])), rel=1e-6)
    assert pipelines.coarse_length_km(BENT, length_km(BENT) / 2) == pytest.approx(length_km(BENT), rel=1e-3)


def test_a_spacing_must_be_positive() -> None:
    with pytest.raises(ValueError, match="above 0"):
        pipelines.coarse_length_km(BENT, 0)


def test_loss_is_told_of_long_known_lines_only() -> None:
    frame = layer(
        gem_id=["A", "B", "C"], line_name=["a", "b", "c"], segment=["x", None, "y"],
        resolution=["published-route", "indicative", "published-route"],
        geometry=[MultiLineString([BENT, LineString([(1, 1), (1, 1.1)])]), BENT,
                  LineString([(1, 1), (1, 2)])],
    )  # fmt: skip
    out = pipelines.coarsening_loss(frame, 10_000, least_km=200)
    assert list(out["gem_id"]) == ["A"], "B is a sketch, C is too short"
    assert out["known_km"].item() == pytest.approx(length_km(BENT)), "the longest unbroken piece"
    assert out["loss_pct"].item() == pytest.approx(
        100 * (1 - length_km(STRAIGHT) / length_km(BENT)), abs=0.01
    )


FACTS = pd.DataFrame(
    {
        "line": ["power-of-siberia-1", "power-of-siberia-2", "soyuz-vostok"],
        "item": ["length", "length in Russia", "length in Mongolia"],
        "value": [400.0, 50.0, 200.0],
        "value_upper": [None, 100.0, None],
        "qualifier": ["about", "about", "planned"],
        "source_ids": ["a", "b", "c"],
    }
).astype({"value_upper": float})


def test_drawn_lengths_are_compared_with_the_same_stretch() -> None:
    """Both phases together; the Russian part without its end in Mongolia; both sketches inside Mongolia."""
    drawn = layer(
        gem_id=["P1", "P2", "P0734"],
        line=["power-of-siberia-1", "power-of-siberia-1", "power-of-siberia-2"],
        geometry=[STRAIGHT, STRAIGHT, STRAIGHT],
    )
    half = LineString([(105, 46), (105, 47)])
    out = pipelines.drawn_against_published(
        drawn, layer(gem_id=["P0734", "P5409"], geometry=[half, half]), FACTS
    ).set_index("stretch")
    whole = length_km(STRAIGHT)
    assert out["drawn_km"]["Power of Siberia 1, whole"] == pytest.approx(2 * whole)
    assert out["drawn_km"]["Power of Siberia 2, in Russia"] == pytest.approx(whole - length_km(half))
    assert out["drawn_km"]["Second line, in Mongolia"] == pytest.approx(2 * length_km(half))
    russia = out.loc["Power of Siberia 2, in Russia"]
    assert russia["difference_pct"] == pytest.approx(russia["drawn_km"] - 100), (
        "against the upper end, 100 km"
    )
    with pytest.raises(LookupError, match="length in Mongolia"):
        pipelines.drawn_against_published(drawn, layer(gem_id=["P0734"], geometry=[half]), FACTS[:2])


AGREEMENTS = pd.DataFrame(
    {
        "date_signed": ["2025-09-02", "2021-01", "2020-01-01"],
        "title": ["Memorandum", "Company", "Wool"],
        "subject": ["gas pipeline", "oil products; gas pipeline", "trade"],
        "parties_disputed": ["MNG", None, None],
        "source_ids": ["a", "b", "c"],
        "quality": ["press", "secondary", "official"],
    }
)
GAS = pd.DataFrame(
    {
        "pipeline": ["Soyuz Vostok", "Power of Siberia 1", "Power of Siberia 1", "Far Eastern route",
                     "Power of Siberia 1"],
        "measure": ["event", "contract volume", "event", "contract volume", "growth"],
        "period": ["2025-09-02", "2014", "2019-12-02", "2025-09-02", "2025 H1"],
        "value": [None, 38.0, None, 12.0, 28.9],
        "what": ["Same day", "Contract", "First gas", "Other line", "Growth"],
        "source_ids": ["d;a", "e", "f", "g", "h"],
        "quality": ["press"] * 5,
    }
)  # fmt: skip


def test_the_chronology_tells_each_day_of_a_line_once_with_all_sources() -> None:
    out = pipelines.chronology(AGREEMENTS, GAS)
    assert list(out["date"]) == ["2014", "2019-12-02", "2021-01", "2025-09-02"]
    assert list(out["event"]) == ["Contract: 38 bcm a year", "First gas", "Company", "Memorandum"]
    assert out["source_ids"].iloc[-1] == "a;d"
    assert list(out["disputed"]) == [False, False, False, True]


def test_conflicts_keep_every_value() -> None:
    frame = pd.DataFrame(
        {
            "what": ["one", "two", "alone"],
            "value": [80.0, 50.0, 1.0],
            "value_upper": [None, None, None],
            "qualifier": ["planned", "planned", "exact"],
            "unit": ["bcm", "bcm", "km"],
            "source_ids": ["a", "b", "c"],
            "quality": ["press", "press", "press"],
            "conflict_group": ["capacity", "capacity", None],
        }
    )
    none = frame[frame["conflict_group"].isna()]
    out = pipelines.conflicts({"facts": frame, "others": none})
    assert list(out["value"]) == [50, 80]
    assert list(out["statement"]) == ["two", "one"]
    assert set(out["table"]) == {"facts"}


def test_growth_is_bounded_by_the_values_that_disagree() -> None:
    yearly = pd.DataFrame(
        {"year": [2019, 2020, 2021, 2023], "low_bcm": [0.0, 10, 20, 30], "high_bcm": [0.0, 10, 25, 30]}
    )
    out = pipelines.growth_bounds(yearly)
    assert list(out["year"]) == [2021], "2020 follows a zero, 2023 has no year before it"
    assert list(out.iloc[0, 1:]) == pytest.approx([100, 150])
