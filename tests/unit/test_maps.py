"""Maps: one object, the same content in the page, in print, in JupyterLab and in words."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import geopandas as gpd
import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure
from shapely.geometry import LineString, Point, box

from corridors.show import map_base, map_static, maps, media
from corridors.show.map_fragment import script_files
from corridors.show.map_model import text_of
from corridors.show.style import CERTAINTY, COUNTRIES, FONT

GOLDEN = Path(__file__).parent.parent / "golden" / "map_fragment.html"
NASTY = "<img src=x onerror=alert(1)>`${alert(2)}\\</script>&\u2028"


def ground() -> gpd.GeoDataFrame:
    """A country, a lake, a border and two towns."""
    return gpd.GeoDataFrame(
        {
            "kind": ["land", "country", "lake", "border", "town", "town"],
            "name": ["", "Mongolia", "Baikal", "", "Ulaanbaatar", "Darkhan"],
            "name_local": ["", "Монгол Улс", "Байкал", "", "Улаанбаатар", "Дархан"],
            "rank": [None, 0, 0, None, 0, 1],
        },
        geometry=[
            box(80, 35, 130, 60),
            box(90, 42, 118, 51),
            box(104, 51.5, 109, 53),
            LineString([(90, 51), (118, 51)]),
            Point(106.9, 47.9),
            Point(105.9, 49.5),
        ],
        crs=4326,
    )


def track(resolutions: tuple[str, ...] = ("track", "station-leg")) -> gpd.GeoDataFrame:
    courses = [LineString([(106 + i, 50 - i), (106.5 + i, 49.5 - i), (107 + i, 49 - i)]) for i in range(2)]
    return gpd.GeoDataFrame(
        {
            "line": ["Main line", "Main line"],
            "resolution": list(resolutions),
            "status": ["operating", "operating"],
            "length_km": [130.25, 132.0],
        },
        geometry=courses,
        crs=4326,
    )


def stations(name: str = "Sükhbaatar") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": [name, "Erenhot", "Nowhere"],
            "name_local": ["Сүхбаатар", "二连浩特", "Хаана ч биш"],
            "country": ["Mongolia", "China", "Mongolia"],
            "latitude": [50.24, 43.65, None],
            "longitude": [106.2, 111.98, None],
            "chainage_km": pd.array([22, None, 5], dtype="Int64"),
            "rank": pd.array([1, 1, None], dtype="Int64"),
        }
    )


def small_map(name: str = "Sükhbaatar", *, online: bool = False) -> maps.Map:
    made = maps.Map(label="map-small", caption="A line & two stations", base=ground(), online=online)
    made.lines(
        track(), name="Railway", certainty="resolution", status="status", name_field="line",
        length_field="length_km", colour="russia", popup={"length_km": "Length, km"},
    )  # fmt: skip
    return made.points(
        stations(name), name="Stations", local_field="name_local", lang="country", labels="rank",
        kind="ring", colour="ink", popup={"chainage_km": "Chainage, km"},
    )  # fmt: skip


def spec_of(live: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json">(.*?)</script>', live, re.DOTALL)
    assert found is not None
    spec: dict[str, object] = json.loads(found[1])
    return spec


class Tags(HTMLParser):
    """All start tags of a fragment with their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_markup_is_the_golden_fragment() -> None:
    """A change of the page's markup is seen and meant: replace the file when it is."""
    assert small_map().parts()["live"] == GOLDEN.read_text("utf-8")


def test_same_map_twice_gives_the_same_bytes_in_every_medium() -> None:
    """No id, date or order differs; also with another map made in between."""
    first = small_map()._repr_mimebundle_()
    small_map("Another")._repr_mimebundle_()
    assert small_map()._repr_mimebundle_() == first


def test_markup_has_no_inline_script_style_or_foreign_address() -> None:
    """A page may forbid inline scripts and styles, and no request may leave it."""
    live = small_map().parts()["live"]
    tags = Tags(live).tags
    assert [a["type"] for t, a in tags if t == "script"] == ["application/json"]
    assert not [a for _, a in tags if "style" in a or any(key.startswith("on") for key in a)]
    assert "://" not in live
    assert not re.search(r'(?:href|src)="//', live)


def test_online_tiles_are_offered_only_when_the_author_asks() -> None:
    assert "online" not in spec_of(small_map().parts()["live"])
    online = spec_of(small_map(online=True).parts()["live"])["online"]
    assert isinstance(online, dict)
    assert "OpenStreetMap" in online["credit"]


def test_frame_is_a_named_and_described_region_that_can_be_skipped() -> None:
    live = small_map().parts()["live"]
    attributes = [a for _, a in Tags(live).tags]
    frame = next(a for a in attributes if a.get("role") == "region")
    ids = {a.get("id") for a in attributes}
    skip = next(a for a in attributes if a.get("class") == "sc-map-skip")
    assert frame["aria-label"] == "Interactive map: A line & two stations"
    assert frame["aria-describedby"] in ids
    assert str(skip["href"]).removeprefix("#") in ids


def test_legend_names_each_layer_and_how_lines_are_known() -> None:
    text = Tags(small_map().parts()["live"].split("<script")[0]).text
    for words in ("Railway", "Stations", CERTAINTY["track"].title, CERTAINTY["station-leg"].title):
        assert words in text
    assert CERTAINTY["schematic"].title not in text


@pytest.mark.parametrize("medium", ["live", "lab", "layers"])
def test_text_from_data_stays_text(medium: str) -> None:
    """A station named like a tag can neither open one nor end a script."""
    made = small_map(NASTY)
    long_layer = "x" * 2000
    if medium == "layers":
        made.points(stations(NASTY + long_layer), name=NASTY, local_field="name_local")
        (text,) = script_files(made.layers).values()
        assert "<" not in text
        assert "\u2028" not in text
        return
    made.layers[0] = made.layers[0].__class__(**{**made.layers[0].__dict__, "name": NASTY})
    text = made.parts()["live"] if medium == "live" else made.lab_html()
    assert "img" not in {tag for tag, _ in Tags(text).tags}
    if medium == "lab":
        page = Tags(text).tags[0][1]["srcdoc"]
        assert page is not None
        assert "<img" not in page
        assert "</script>&" not in page


def test_long_layers_leave_the_page_and_markup_stays_small() -> None:
    """A line of 20,000 vertices at full resolution does not make the markup longer."""
    course = LineString([(100 + i / 2000, 46 + (i % 7) / 1000) for i in range(20_000)])
    frame = gpd.GeoDataFrame({"name": ["long"]}, geometry=[course], crs=4326)
    made = maps.Map(label="map-long", caption="Long", base=ground()).lines(frame, name="Long line")
    parts = made.parts()
    assert len(parts["live"].encode()) < 3_000
    ((name, text),) = parts["layers"].items()
    data = json.loads(text.split("]=", 1)[1].rstrip(";\n"))
    assert len(data["features"][0]["g"][0]) == 20_000
    assert re.fullmatch(r"long-line-[0-9a-f]{8}\.js", name)


def test_layers_of_the_same_content_share_a_file() -> None:
    """Two maps of one railway load it once."""
    one = maps.Map(label="map-one", caption="One", base=ground())
    two = maps.Map(label="map-two", caption="Two", base=ground(), bounds=(100, 45, 110, 50))
    many = pd.concat([track()] * 30, ignore_index=True)
    for made in (one, two):
        made.lines(many, name="Railway", certainty="resolution")
    assert script_files(one.layers) == script_files(two.layers) != {}


def test_words_count_what_is_drawn() -> None:
    alt = small_map().alt_text()
    assert "Railway: 2 lines, 262 km, Main line; 1 as mapped track (130 km), " in alt
    assert "1 as straight leg between stations (132 km); status operating." in alt
    assert "Stations: 2 points, from Sükhbaatar to Erenhot." in alt
    assert "43.4° N" in alt


def test_words_begin_with_the_finding() -> None:
    made = maps.Map(label="map-x", caption="X", base=ground(), finding="One line crosses the country")
    assert made.lines(track(), name="Railway").alt_text().startswith("One line crosses the country. Map from")


def test_names_carry_the_language_of_their_script() -> None:
    """A screen reader speaks a name in its language."""
    features = small_map().layers[1].features
    assert [(f.local, f.lang) for f in features] == [("Сүхбаатар", "mn"), ("二连浩特", "zh")]


def test_places_without_a_position_are_not_drawn() -> None:
    assert [f.name for f in small_map().layers[1].features] == ["Sükhbaatar", "Erenhot"]


def test_data_behind_the_map_has_all_columns_of_the_data() -> None:
    text, form = small_map().data_text()
    assert form == "geojson"
    features = json.loads(text)["features"]
    assert len(features) == 4
    assert features[0]["properties"] == {
        "layer": "Railway", "line": "Main line", "resolution": "track", "status": "operating",
        "length_km": 130.25,
    }  # fmt: skip
    assert features[3]["properties"]["chainage_km"] is None
    assert features[3]["geometry"] == {"type": "Point", "coordinates": [111.98, 43.65]}


def test_pictures_for_print_are_small_and_vector() -> None:
    static = small_map().parts()["static"]
    assert static["svg"].count("<path") > 5
    assert "<image" not in static["svg"]
    assert len(static["svg"]) < 250_000
    assert base64.b64decode(static["pdf"]).startswith(b"%PDF")
    png = base64.b64decode(static["png"])
    assert png.startswith(b"\x89PNG")
    assert len(png) < 250_000


def test_lab_form_needs_no_network() -> None:
    """Leaflet is inside the frame; no script, style or tile is asked from elsewhere."""
    page = Tags(small_map().lab_html()).tags[0][1]["srcdoc"]
    assert page is not None
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=", page)
    assert "L.map(" in page
    assert json.dumps("Сүхбаатар")[1:-1] in page
    assert "$(" not in page, "folium's own pop-ups need jQuery"


def test_drawing_says_nothing_on_the_error_stream(capfd: pytest.CaptureFixture[str]) -> None:
    """A line on the error stream of a cell stops the build."""
    small_map()._repr_mimebundle_()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda m: m.lines(track(("track", "guess")), name="R", certainty="resolution"),
            "'guess' is not one of",
        ),
        (lambda m: m.lines(track(("track", "")), name="R", certainty="resolution"), "'' is not one of"),
        (lambda m: m.lines(track(), name="R", name_field="nom"), "no column nom"),
        (lambda m: m.lines(track(), name="R", colour="beige"), "no colour 'beige'"),
        (lambda m: m.points(track(), name="R"), "points cannot draw LineString"),
        (lambda m: m.points(stations().drop(columns="latitude"), name="S"), "no column latitude"),
        (lambda m: m.points(stations().iloc[2:], name="S"), "no row has a position"),
        (lambda m: m.points(stations(), name="S", kind="star"), "kind='star' is not one of"),
        (lambda m: m.lines(track(), name="R").lines(track(), name="R"), "a layer of that name already"),
        (lambda m: m.alt_text(), "the map is empty"),
    ],
)
def test_mistakes_of_authors_are_named(make: object, words: str) -> None:
    """The message names the map, the fault and what would be right."""
    empty = maps.Map(label="map-e", caption="E", base=ground())
    with pytest.raises(media.ExhibitError, match=words) as caught:
        make(empty)  # type: ignore[operator]
    assert "map-e" in str(caught.value)


def test_bounds_the_wrong_way_round_are_refused() -> None:
    made = maps.Map(label="map-e", caption="E", base=ground(), bounds=(50, 100, 40, 110))
    with pytest.raises(media.ExhibitError, match="west, south, east, north"):
        made.alt_text()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""), (float("nan"), ""), (pd.NA, ""), (1110, "1,110"), (1110.0, "1,110"), (962.9, "962.9"),
        (-3.5, "\u22123.5"), (True, "yes"), (" text ", "text"), (pd.Timestamp("2025-09-02"), "2025-09-02"),
    ],
)  # fmt: skip
def test_cells_show_no_more_digits_than_the_data(value: object, shown: str) -> None:
    assert text_of(value) == shown


def test_base_script_sets_one_global_and_is_small_for_the_site() -> None:
    script = map_base.base_script(ground())
    assert script.startswith("window.CORRIDORS_BASE=")
    collection = json.loads(script.removeprefix("window.CORRIDORS_BASE=").rstrip(";\n"))
    assert collection["bbox"] == [80, 35, 130, 60]
    assert [f["properties"]["k"] for f in collection["features"]] == [
        "land", "country", "lake", "border", "town", "town",
    ]  # fmt: skip
    assert len(map_base.base_script().encode()) <= 60_000


def test_wide_map_is_drawn_with_all_shapes_and_certainties() -> None:
    """Every kind of mark and line draws, on an extent far beyond Mongolia's own projection."""
    words = list(CERTAINTY)
    courses = [LineString([(66, 72 - 3 * i), (121, 31 + 3 * i)]) for i in range(len(words))]
    lines = gpd.GeoDataFrame(
        {"name": [f"Pipe {i}" for i in range(len(words) + 2)], "how": [*words, "indicative", "route"]},
        geometry=[*courses, *courses[:2]],
        crs=4326,
    )
    made = maps.Map(label="map-wide", caption="Wide", base=ground())
    made.lines(lines, name="Pipes", certainty="how", name_field="name", width=0.7, shown=False)
    for shape in ("circle", "square", "diamond", "triangle"):
        made.points(stations(), name=shape, kind=shape)
    parts = made.parts()
    assert f"Pipe 0, Pipe 1, Pipe 2, Pipe 3 and {len(words) - 2} more" in made.alt_text()
    layers = spec_of(parts["live"])["layers"]
    assert isinstance(layers, list)
    assert [layer.get("shape") for layer in layers] == [None, "circle", "square", "diamond", "triangle"]
    assert (layers[0]["off"], layers[0]["width"]) == (True, 0.7)
    assert {f["c"] for f in layers[0]["data"]["features"]} == set(words)


def test_sources_of_features_are_named_once() -> None:
    """A pop-up names its source by title; the list of titles stands once in the layer."""
    from corridors import catalog

    first, second = sorted(catalog.load("sources")["id"].astype(str))[:2]
    frame = stations().iloc[:2].assign(source_ids=[f"{second};{first}", first])
    made = maps.Map(label="map-s", caption="S", base=ground()).points(frame, name="Stations")
    spec = spec_of(made.parts()["live"])
    (layer,) = spec["layers"]  # type: ignore[misc]
    assert layer["data"]["sources"] == [catalog.source(first).title, catalog.source(second).title]
    assert [f["o"] for f in layer["data"]["features"]] == [[1, 0], [0]]


def test_layer_in_another_projection_lands_in_its_place() -> None:
    mercator = track().to_crs(3857)
    made = maps.Map(label="map-m", caption="M", base=ground()).lines(mercator, name="Line")
    assert made.layers[0].frame.total_bounds == pytest.approx(track().total_bounds, abs=1e-9)


def test_lines_in_several_parts_keep_them() -> None:
    frame = track().dissolve(by="line").reset_index()
    made = maps.Map(label="map-p", caption="P", base=ground()).lines(frame, name="Line")
    assert len(spec_of(made.parts()["live"])["layers"][0]["data"]["features"][0]["g"]) == 2  # type: ignore[index]
    assert made.lab_html()


def test_map_given_by_its_bounds_alone_shows_the_ground() -> None:
    made = maps.Map(label="map-b", caption="B", base=ground(), bounds=(90, 42, 118, 52))
    assert made.alt_text() == "Map from 90.0° E to 118.0° E and 42.0° N to 52.0° N."
    assert made.parts()["static"]["svg"]


def test_country_has_its_colour_on_maps_too() -> None:
    made = maps.Map(label="map-c", caption="C", base=ground())
    made.lines(track(), name="A", colour="Russia").lines(track(), name="B", colour=COUNTRIES["China"])
    assert [layer.colour.name for layer in made.layers] == ["russia", "china"]


def test_source_line_names_the_sources_of_the_ground() -> None:
    """Towns of the base layer are under CC BY: whoever shows them names them."""
    made = maps.Map(label="map-g", caption="G", bounds=(90, 42, 118, 52), datasets=["rail_track"])
    source = made.payload()["source"]
    assert "Natural Earth" in source
    assert "OpenStreetMap" in source
    assert made.payload()["datasets"] == ["rail_track"]


def printed(made: maps.Map) -> Figure:
    """The picture of a map before it is saved, with its names and legend laid out."""
    with mpl.rc_context({"font.family": FONT}):
        return map_static.draw(made.layers, made.view, made.ground)


def test_nothing_on_a_printed_map_is_set_below_seven_points() -> None:
    """The picture is as wide as the text of the printed book, so the type keeps its size there."""
    figure = printed(small_map())
    texts = [*figure.axes[0].texts, *figure.legends[0].get_texts()]
    assert len(texts) > 8
    assert min(text.get_fontsize() for text in texts) >= 7
    # The page of the printed book is 176 mm wide, its margins 17 mm each (typeset/house/page.typ).
    assert abs(map_static.WIDTH * 25.4 - (176 - 2 * 17)) < 0.5


@pytest.mark.parametrize("name", ["Line", "A line with a name of some length", "W" * 45])
def test_the_legend_keeps_within_the_picture_whatever_its_words(name: str) -> None:
    """Columns give way to long words, and the strip below the map is as high as its rows."""
    made = small_map()
    for number in range(4):
        made.lines(track(), name=f"{name} {number}", certainty="resolution", status="status")
    figure = printed(made)
    legend = figure.legends[0].get_window_extent()
    assert legend.x1 <= figure.bbox.x1
    assert legend.y1 <= figure.axes[0].get_window_extent().y0
