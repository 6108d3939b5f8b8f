"""Pictures of links: small, the same bytes each time, named in the head of the page."""

from __future__ import annotations

import io
from pathlib import Path

import geopandas as gpd
import pytest
from PIL import Image
from shapely.geometry import LineString, Point

from corridors.publish.link_pictures import SIZE, picture_head
from corridors.show import link_picture
from corridors.show.map_static import MONGOLIA, projection
from corridors.show.picture_words import LinkWords, link_alternative

GOLDEN = Path(__file__).parent.parent / "golden" / "link_picture_head.html"
WORDS = LinkWords("Pipelines: built, planned and talked of", "Corridors", "Steppe Corridors")


def motif(**columns: object) -> gpd.GeoDataFrame:
    shapes = [LineString([(104, 52), (112, 44)]), LineString([(100, 50), (103, 47)]), Point(106.9, 47.9)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


def test_head_names_the_picture_and_escapes_its_words() -> None:
    assert picture_head("../_images/og/railway.png", '"Rails" <b> & roads.') == GOLDEN.read_text("utf-8")


def test_same_words_same_bytes_and_small_enough_to_be_fetched() -> None:
    known = motif(resolution=["indicative", "track", None])
    first, plain = link_picture.picture(WORDS, known), link_picture.picture(WORDS)
    assert link_picture.picture(WORDS, known) == first
    assert link_picture.picture(WORDS) == plain
    for content in (first, plain):
        assert Image.open(io.BytesIO(content)).size == SIZE == link_picture.SIZE
        assert len(content) < 60_000
    other = LinkWords("Another title", WORDS.part, WORDS.book)
    assert len({first, plain, link_picture.picture(other), link_picture.picture(WORDS, motif())}) == 4
    # How a line is known is seen: as a leg it is dashed.
    assert link_picture.picture(WORDS, motif(resolution=["station-leg", "track", None])) not in {first, plain}


def test_words_of_one_picture_do_not_stay_on_the_next() -> None:
    before = link_picture.picture(WORDS)
    link_picture.picture(LinkWords("A much longer title over several lines", "Part", "Book"))
    assert link_picture.picture(WORDS) == before


def test_the_picture_in_words() -> None:
    assert link_alternative(WORDS, "Gas pipelines by state.") == (
        "Pipelines: built, planned and talked of (Corridors, Steppe Corridors). Beside the title a map of "
        "Mongolia between Russia and China: Gas pipelines by state."
    )
    assert link_alternative(LinkWords("Book", "", "of maps"), "") == (
        "Book (of maps). Beside the title a map of Mongolia between Russia and China: the railway from "
        "border to border."
    )


@pytest.mark.parametrize(
    ("west", "south", "east", "north", "wide"),
    [(106, 47, 106.5, 47.5, 0.75e6), (60, 20, 140, 70, 1.75e6), (102, 44, 112, 50, None)],
)
def test_the_ground_shown_stays_near_mongolia(
    west: float, south: float, east: float, north: float, wide: float | None
) -> None:
    lines = gpd.GeoDataFrame(geometry=[LineString([(west, south), (east, north)])], crs=4326)
    sheet = link_picture.sheet_of(lines.to_crs(projection(MONGOLIA)))
    assert sheet.wide == wide if wide else 0.75e6 < sheet.wide < 1.75e6
    assert abs(sheet.x - 150e3) <= 500e3
    assert abs(sheet.y - 20e3) <= 300e3
    assert sheet.wide / sheet.tall == pytest.approx(1200 * 0.46 / 630)
