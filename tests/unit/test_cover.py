"""The cover: drawn from the data alone, the same bytes each time, named for those who do not see it."""

from __future__ import annotations

import io
import re
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import pytest
from PIL import Image
from shapely.geometry import LineString, Point, box

from corridors.publish import covers, picture_store
from corridors.publish.citation_records import read_book
from corridors.show import cover, cover_ground, style
from corridors.show.map_static import MONGOLIA, projection
from corridors.show.picture_words import CoverWords

WORDS = CoverWords("Steppe & <Corridors>", "Mongolia between Russia and China", "A. Author", "Version 1.0")


def small_ground(*, pipelines: bool = True) -> cover_ground.Ground:
    """Two lands, a lake, a river, a railway of 500 km in two parts with one branch, two stops, a pipeline."""
    crs = projection(MONGOLIA)

    def frame(shapes: list[object], **columns: object) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_crs(crs)

    return cover_ground.Ground(
        countries=frame([box(98, 30, 118, 42), box(98, 42, 118, 50)], id=["chn", "mng"]),
        lakes=frame([box(104, 51, 106, 53)]),
        rivers=frame([LineString([(100, 48), (106, 48)])]),
        railway=frame(
            [
                LineString([(106, 50), (107, 48)]),
                LineString([(107, 48), (111, 43.7)]),
                LineString([(107, 48), (108, 48)]),
            ],
            line=["trans-mongolian-main", "trans-mongolian-main", "branch"],
            length_km=[200.4, 299.9, 75.0],
            resolution=["track", "station-leg", "track"],
        ),
        pipelines=frame([LineString([(100, 55), (112, 45)])], resolution=["indicative"]) if pipelines
        else frame([], resolution=[]),
        stops=frame([Point(106, 50), Point(107, 48)], name=["A", "B"]),
        credits="Data: somebody.",
    )  # fmt: skip


@pytest.fixture(scope="module")
def drawn() -> cover.Cover:
    return cover.cover(WORDS, small_ground())


def test_same_words_same_bytes(drawn: cover.Cover) -> None:
    assert cover.cover(WORDS, small_ground()) == drawn


def test_vector_form_needs_no_font_and_reaches_for_nothing(drawn: cover.Cover) -> None:
    root = ElementTree.fromstring(drawn.svg)
    assert not list(root.iter("{http://www.w3.org/2000/svg}text"))
    assert not list(root.iter("{http://www.w3.org/2000/svg}image"))
    assert not re.findall(r'(?:href|src)="(?!#)', drawn.svg)
    width, height = (float(root.attrib[side].removesuffix("pt")) for side in ("width", "height"))
    assert width == pytest.approx(595.28, abs=0.01)
    assert height == pytest.approx(841.89, abs=0.01)


def test_words_of_strangers_stay_words(drawn: cover.Cover) -> None:
    title = ElementTree.fromstring(drawn.svg).find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == drawn.alt


def test_alternative_text_counts_what_is_drawn(drawn: cover.Cover) -> None:
    assert drawn.alt == (
        "Cover of Steppe & <Corridors>: Mongolia between Russia and China. A map in three fields, Mongolia "
        "pale between Russia, blue, and China, red. One railway, 500 kilometres as mapped, crosses Mongolia "
        "from border to border, with 2 stations in towns marked; other lines are thin. Gas pipelines are "
        "thin golden lines, dotted where their course is only indicated. A. Author. Version 1.0."
    )
    assert "pipelines" not in cover.alternative_text(WORDS, small_ground(pipelines=False))


def test_pixels_for_e_readers(drawn: cover.Cover) -> None:
    picture = Image.open(io.BytesIO(drawn.png))
    assert picture.width == 1600
    assert picture.height in (2262, 2263)
    assert len(drawn.png) < 250_000
    top, bottom = (picture.convert("RGB").getpixel((800, y)) for y in (20, 2240))
    assert top == tuple(bytes.fromhex(style.FIELD_RUSSIA[1:]))
    assert bottom == tuple(bytes.fromhex(style.FIELD_CHINA[1:]))


def test_lines_break_at_spaces_and_long_words_stand_alone() -> None:
    face = cover_ground.face(style.COVER_SANS)
    one = cover.extent("Mongolia between", face, 20.0)
    assert cover.broken("Mongolia between Russia and China", face, 20.0, one + 0.01) == [
        "Mongolia between",
        "Russia and China",
    ]
    assert cover.broken("Mongolia between", face, 20.0, 1.0) == ["Mongolia", "between"]
    assert cover.extent("Mongolia", face, 40.0) == pytest.approx(2 * cover.extent("Mongolia", face, 20.0))


def test_stops_are_the_main_lines_stations_in_towns_of_mongolia() -> None:
    stations = pd.DataFrame(
        {
            "name": ["Choir", "Darkhan 1", "Darkhan 2", "Khoolt", "Ulan-Ude", "Erdenet", "Sainshand"],
            "line": ["trans-mongolian-main"] * 5 + ["salkhit-erdenet", "trans-mongolian-main"],
            "country": ["Mongolia"] * 4 + ["Russia"] + ["Mongolia"] * 2,
            "latitude": [46.4, 49.5, 49.4, 47.6, 51.8, 49.0, None],
            "longitude": [108.4, 105.9, 105.9, 107.5, 107.6, 104.1, None],
            "source_id": "s",
        }
    )
    towns = pd.DataFrame({"name": ["Choir", "Darkhan", "Ulan-Ude", "Erdenet", "Sainshand"]})
    assert list(cover_ground.stops(stations, towns)["name"]) == ["Darkhan 1", "Choir"]


def test_a_font_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"Nowhere\.otf: the font is not in the package mplfonts"):
        cover_ground.face("Nowhere.otf")


def test_words_come_from_the_books_description(tmp_path: Path) -> None:
    path = tmp_path / "CITATION.cff"
    path.write_text(
        'title: "Name: what it is"\nversion: 2.1\ndate-released: "2027-03-05"\nlicense: MIT\nabstract: x\n'
        "authors: [{family-names: Dorj, given-names: B.}, {name: A society}]\n",
        "utf-8",
    )
    assert covers.words_of(read_book(path)) == CoverWords(
        "Name", "what it is", "B. Dorj; A society", "Version 2.1, 5 March 2027"
    )


def test_a_kept_picture_is_drawn_again_only_if_words_or_basis_change(tmp_path: Path) -> None:
    calls: list[str] = []

    def make(text: str) -> bytes:
        calls.append(text)
        return text.encode()

    for basis, words in (("a", "x"), ("a", "x"), ("a", "y"), ("b", "y")):
        store = picture_store.Store(tmp_path / "kept", basis)
        assert store.get("cover", words, partial(make, words)) == words.encode()
        store.tidy()
        assert len(list((tmp_path / "kept").iterdir())) == 1
    assert calls == ["x", "y", "y"]


def test_basis_changes_with_any_file_below_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    found = picture_store.basis((tmp_path,))
    picture_store.basis.cache_clear()
    assert picture_store.basis((tmp_path,)) == found
    (tmp_path / "a.csv").write_text("2")
    picture_store.basis.cache_clear()
    assert picture_store.basis((tmp_path,)) != found


def test_a_store_keeps_a_few_things_that_nobody_asked_for_if_told_so(tmp_path: Path) -> None:
    first = picture_store.Store(tmp_path, "basis")
    assert first.text("reference", ["a", 1], lambda: "“A”") == "“A”"
    second = picture_store.Store(tmp_path, "basis")
    second.tidy(spare=1)
    assert second.text("reference", ["a", 1], lambda: "made again") == "“A”"
    third = picture_store.Store(tmp_path, "basis")
    third.tidy()
    assert third.text("reference", ["a", 1], lambda: "made again") == "made again"
