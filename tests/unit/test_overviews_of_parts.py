"""The small pictures of the first page: what they count, by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString

from corridors import diplomacy, routes
from corridors.claims import overview


def test_borders_of_a_country_longest_first_whatever_the_order_of_the_names() -> None:
    lines = gpd.GeoDataFrame(
        {"pair": ["China-Russia", "Mongolia-Russia", "China-Mongolia", "China-Mongolia"]},
        geometry=[LineString([(x, 0), (x + length, 0)]) for x, length in ((0, 9), (10, 2), (20, 1), (30, 3))],
        crs=4326,
    )
    found = routes.borders_of(lines, "Mongolia")
    assert list(found["neighbour"]) == ["China", "Russia"]
    # One degree of the equator is 111.32 km.
    assert list(found["length_km"]) == pytest.approx([4 * 111.32, 2 * 111.32], rel=1e-4)


def test_lengths_by_status_show_what_is_not_there() -> None:
    lines = pd.DataFrame({"status": ["operating", "proposed", "operating"], "length_km": [1.5, 4.0, 2.0]})
    found = routes.length_by_status(lines, ["operating", "cancelled", "proposed"])
    assert found.to_dict("list") == {
        "status": ["operating", "cancelled", "proposed"],
        "length_km": [3.5, 0.0, 4.0],
    }
    with pytest.raises(ValueError, match="proposed"):
        routes.length_by_status(lines, ["operating"])


def test_guests_by_year_and_origin() -> None:
    came = pd.DataFrame(
        [
            (1999, "RUS", "to Mongolia", "head of state"),
            (1999, "RUS", "to Mongolia", "head of government"),
            (2001, "POL", "to Mongolia", "head of state"),
            (2001, "VAT", "to Mongolia", "head of state"),
            (2000, "CHN", "from Mongolia", "head of state"),
            (2000, "CHN", "to Mongolia", "foreign minister"),
            (2002, "CHN", "to Mongolia", "head of state"),
        ],
        columns=["year", "partner", "direction", "office_class"],
    ).astype({"year": "Int64"})
    found = diplomacy.guests(came, (1999, 2001), {"RUS": "Russia", "CHN": "China"})
    assert list(found.itertuples(index=False, name=None)) == [
        (1999, "Russia", 2),
        (1999, "China", 0),
        (1999, "Others", 0),
        (2000, "Russia", 0),
        (2000, "China", 0),
        (2000, "Others", 0),
        (2001, "Russia", 0),
        (2001, "China", 0),
        (2001, "Others", 2),
    ]


def test_every_verdict_is_counted_in_its_order() -> None:
    claims = pd.DataFrame({"verdict": ["contradicted", "supported", "contradicted"]})
    assert overview.verdict_counts(claims).to_dict("list") == {
        "verdict": [
            "supported",
            "supported with qualification",
            "imprecise",
            "contradicted",
            "not checkable",
        ],
        "claims": [1, 0, 0, 2, 0],
    }
