"""The live map as a reader handles it: mouse, keyboard, finger, paper, dark page, hostile names.

A small site of one page is made from the same parts as the book's pages. Its policy forbids inline
scripts and styles and every foreign host, so whatever works here works under a strict policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from shapely.geometry import LineString

from corridors.build.serve import local_server
from corridors.publish import assets
from corridors.show import maps

from .conftest import Record, watch

pytestmark = pytest.mark.pages

NASTY = "<img src=x onerror=\"document.title='broken'\">"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
Open = Callable[..., tuple[Page, Record]]


def _map() -> maps.Map:
    course = LineString([(106.2, 50.24), (106.9, 47.9), (111.98, 43.65)])
    line = gpd.GeoDataFrame({"course": ["track"]}, geometry=[course], crs=4326)
    many = pd.DataFrame(
        {
            "name": [NASTY, *(f"Station {i}" for i in range(40))],
            "name_local": ["Улаанбаатар"] * 41,
            "latitude": [47.9, *(47.8 - i / 12 for i in range(40))],
            "longitude": [106.9, *(107 + i / 10 for i in range(40))],
            "rank": [1, *([2] * 40)],
            "km": range(41),
        }
    )
    made = maps.Map(label="map-test", caption="A line and its stations")
    made.lines(line, name="Line", certainty="course", colour="russia")
    return made.points(
        many, name="Stations <b>", local_field="name_local", labels="rank", kind="ring", popup={"km": "km"}
    )


@pytest.fixture(scope="session")
def map_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a site whose one page holds one map."""
    folder = tmp_path_factory.mktemp("map site")
    parts = _map().parts()
    assets.write_assets(folder / "_static", parts["layers"], with_maps=True)
    (folder / "twin.svg").write_text(parts["static"]["svg"], "utf-8")
    styles = "".join(f'<link rel="stylesheet" href="_static/{s}">' for s in ("exhibits.css", *assets.STYLES))
    scripts = "".join(f'<script defer src="_static/{s}"></script>' for s in assets.SCRIPTS)
    (folder / "index.html").write_text(
        f'<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Map</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,">{styles}{scripts}</head><body><main><h1>Map</h1>'
        f'<p><a id="before" href="#map-test-live">before</a></p>'
        f'<figure id="map-test">{parts["live"]}<img class="map-twin" src="twin.svg" alt="The map">'
        f'<figcaption>A map</figcaption></figure><p><a id="after" href="#before">after</a></p>'
        + "<p>More text.</p>" * 60
        + "</main></body></html>",
        "utf-8",
    )
    with local_server(Path(folder)) as address:
        yield address


@pytest.fixture
def open_map(browser: Browser, map_site: str) -> Iterator[Open]:
    """Open the page with options of a browser context; the record must stay empty."""
    contexts: list[BrowserContext] = []
    records: list[Record] = []

    def open_it(**options: Any) -> tuple[Page, Record]:
        options.setdefault("viewport", {"width": 1000, "height": 800})
        context = browser.new_context(**options)
        contexts.append(context)
        record = watch(context, map_site)
        records.append(record)
        page = context.new_page()
        page.goto(f"{map_site.rstrip('/')}/index.html")
        if options.get("java_script_enabled", True):
            page.wait_for_selector(".sc-map[data-drawn=true]")
        return page, record

    yield open_it
    for context in contexts:
        context.close()
    for record in records:
        assert (record.outside, record.missing, record.console, record.errors) == ([], [], [], [])


def test_map_is_drawn_under_a_strict_policy(open_map: Open) -> None:
    page, _ = open_map()
    assert page.locator(".sc-base-country").count() == 1
    assert page.locator(".leaflet-sc-lines-pane path, .leaflet-pane path.leaflet-interactive").count() > 40
    assert page.locator(".leaflet-control-scale-line").inner_text().endswith("km")
    assert not page.locator(".map-twin").is_visible()


def test_names_from_data_are_text_everywhere(open_map: Open) -> None:
    """In labels, list, layer control and pop-up; nothing in them runs."""
    page, _ = open_map()
    page.locator(".sc-map-list summary").click()
    page.locator(".sc-map-list button", has_text="onerror").click()
    page.wait_for_selector(".sc-popup strong")
    assert page.locator(".sc-popup strong").inner_text() == NASTY
    assert page.locator(".leaflet-control-layers label", has_text="Stations <b>").count() == 1
    assert page.locator(".sc-map img, .leaflet-control-layers b").count() == 0
    assert page.title() == "Map"


def test_popup_speaks_the_local_name_in_its_language(open_map: Open) -> None:
    page, _ = open_map()
    page.locator(".sc-map-list summary").click()
    page.locator(".sc-map-list button", has_text="Station 3").first.click()
    assert page.locator(".sc-popup [lang=mn]").inner_text() == "Улаанбаатар"


def test_list_leads_the_keyboard_to_a_popup_and_back(open_map: Open) -> None:
    """Every feature can be reached without a mouse; closing returns to where the reader was."""
    page, _ = open_map()
    page.locator(".sc-map-list summary").press("Enter")
    button = page.locator(".sc-map-list button", has_text="Station 7").first
    button.press("Enter")
    page.wait_for_selector(".leaflet-popup:focus")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    assert "Station 7" in page.evaluate("document.activeElement.textContent")


def test_keyboard_zooms_and_never_meets_a_nameless_stop(open_map: Open) -> None:
    page, _ = open_map()
    page.locator("#before").focus()
    stops = []
    for _ in range(30):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "[document.activeElement.id, document.activeElement.tagName, document.activeElement.ariaLabel"
            " || document.activeElement.title || document.activeElement.textContent"
            " || (document.activeElement.labels || [{}])[0].textContent]"
        )
        if stop[0] == "after":
            break
        stops.append(stop)
    else:
        pytest.fail("the keyboard does not come past the map")
    assert stops[0][2] == "Skip the map"
    assert [stop for stop in stops if not stop[2]] == []
    scale = page.locator(".leaflet-control-scale-line").inner_text()
    page.locator(".sc-map-frame").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.wait_for_function(
        "s => document.querySelector('.leaflet-control-scale-line').innerText !== s", arg=scale
    )


def test_skip_link_goes_past_the_map(open_map: Open) -> None:
    page, _ = open_map()
    page.locator("#before").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "after"


def test_wheel_scrolls_the_page_until_the_reader_turns_to_the_map(open_map: Open) -> None:
    page, _ = open_map()
    frame = page.locator(".sc-map-frame")
    scale = page.locator(".leaflet-control-scale-line").inner_text()
    frame.hover()
    page.mouse.wheel(0, 200)
    page.wait_for_function("() => window.scrollY > 100")
    assert page.locator(".sc-map-hint.sc-on").count() == 1
    assert page.locator(".leaflet-control-scale-line").inner_text() == scale
    page.evaluate("window.scrollTo(0, 0)")
    frame.click(position={"x": 300, "y": 60})
    for _ in range(4):
        page.mouse.wheel(0, -300)
        page.wait_for_timeout(150)
    page.wait_for_function(
        "s => document.querySelector('.leaflet-control-scale-line').innerText !== s", arg=scale
    )
    assert page.evaluate("window.scrollY") == 0


def test_finger_scrolls_the_page_until_it_taps_the_map(open_map: Open) -> None:
    page, _ = open_map(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    frame = page.locator(".sc-map-frame")
    assert "pan-y" in frame.evaluate("node => getComputedStyle(node).touchAction")
    frame.tap(position={"x": 150, "y": 250})
    assert frame.evaluate("node => getComputedStyle(node).touchAction") == "none"


#: How far the map's pane is moved down.
PANE = "new DOMMatrix(getComputedStyle(document.querySelector('.leaflet-map-pane')).transform).f"


def _at(page: Page) -> tuple[float, float]:
    """How far the page is scrolled, and where the map stands in its frame."""
    scrolled, moved = page.evaluate(f"() => [window.scrollY, {PANE}]")
    return scrolled, moved


def _touch(page: Page, *ways: tuple[tuple[float, float], tuple[float, float]]) -> None:
    """Fingers that come down, move from one place to another in eight steps, and are lifted."""
    screen = page.context.new_cdp_session(page)

    def points(part: float) -> list[dict[str, float]]:
        return [
            {"x": x0 + (x1 - x0) * part, "y": y0 + (y1 - y0) * part, "id": finger}
            for finger, ((x0, y0), (x1, y1)) in enumerate(ways)
        ]

    for step in range(9):
        kind = "touchMove" if step else "touchStart"
        screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points(step / 8)})
    screen.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_one_finger_moves_the_page_and_after_a_tap_the_map(open_map: Open) -> None:
    """A finger that comes down on the map scrolls on, with a hint; once tapped, the map follows it."""
    page, _ = open_map(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    box = page.locator(".sc-map-frame").bounding_box()
    assert box is not None
    way = ((150.0, box["y"] + 230), (150.0, box["y"] + 80))
    before = _at(page)
    _touch(page, way)
    page.wait_for_function("() => window.scrollY > 80")
    assert page.locator(".sc-map-hint.sc-on").inner_text() == "Tap the map to move it; two fingers zoom"
    assert _at(page)[1] == before[1]
    page.wait_for_timeout(500)  # the page rolls on for a moment after the finger is lifted
    page.wait_for_function("() => (window.scrollTo(0, 0), window.scrollY === 0)")
    page.locator(".sc-map-frame").tap(position={"x": 30, "y": 250})
    _touch(page, way)
    page.wait_for_function(f"y => Math.abs({PANE} - y) > 40", arg=before[1])
    assert _at(page)[0] == 0


def test_two_fingers_zoom_the_map_and_not_the_page(open_map: Open) -> None:
    page, _ = open_map(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    box = page.locator(".sc-map-frame").bounding_box()
    assert box is not None
    scale = page.locator(".leaflet-control-scale-line").inner_text()
    y = box["y"] + 150
    _touch(page, ((160.0, y), (40.0, y)), ((200.0, y), (320.0, y)))
    page.wait_for_function(
        "s => document.querySelector('.leaflet-control-scale-line').innerText !== s", arg=scale
    )
    assert page.evaluate("() => visualViewport.scale") == 1


def test_keyboard_pans_the_map_and_leaves_it(open_map: Open) -> None:
    """Arrows move the map and not the page; Escape and Tab lead out of it."""
    page, _ = open_map()
    page.locator(".sc-map-frame").focus()
    before = _at(page)
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"y => Math.abs({PANE} - y) > 20", arg=before[1])
    assert _at(page)[0] == before[0]
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    assert not page.evaluate("() => document.activeElement.matches('.sc-map-frame')")


def test_paper_gets_the_drawn_twin(open_map: Open) -> None:
    page, _ = open_map()
    page.emulate_media(media="print")
    assert page.locator(".map-twin").is_visible()
    assert not page.locator(".sc-map").is_visible()


def test_reader_without_scripts_gets_the_drawn_twin(open_map: Open) -> None:
    page, _ = open_map(java_script_enabled=False)
    assert page.locator(".map-twin").is_visible()
    assert not page.locator(".sc-map").is_visible()


def test_dark_page_recolours_ground_and_lines(open_map: Open) -> None:
    page, _ = open_map()
    colours = """() => ['.sc-base-country', '.sc-base-land']
      .map(name => getComputedStyle(document.querySelector(name)).fill)"""
    light = page.evaluate(colours)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = page.evaluate(colours)
    assert not set(light) & set(dark)
    line = page.locator("path[stroke^='var(--c-russia']").first
    assert line.evaluate("node => getComputedStyle(node).stroke") == "rgb(121, 180, 242)"


def test_calm_reader_gets_no_animation(open_map: Open) -> None:
    page, _ = open_map(reduced_motion="reduce")
    assert page.locator(".leaflet-zoom-anim").count() == 0


def test_layer_switched_off_takes_its_names_along(open_map: Open) -> None:
    page, _ = open_map()
    visible = ".sc-label-layer:not(.sc-hidden)"
    assert page.locator(visible).count() > 3
    page.locator(".leaflet-control-layers label", has_text="Stations").click()
    assert page.locator(visible).count() == 0


def test_names_on_the_map_do_not_overlap(open_map: Open) -> None:
    page, _ = open_map()
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('.sc-label:not(.sc-hidden)')]
          .map(name => name.getBoundingClientRect().toJSON())"""
    )
    assert len(boxes) > 5
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            apart = (
                one["right"] <= other["left"] + 1
                or other["right"] <= one["left"] + 1
                or one["bottom"] <= other["top"] + 1
                or other["bottom"] <= one["top"] + 1
            )
            assert apart


INSIDE = """() => {
  const frame = document.querySelector('.sc-map-frame').getBoundingClientRect();
  const line = document.querySelector('.leaflet-sc-lines-pane path:not(.sc-casing)').getBoundingClientRect();
  return line.left >= frame.left - 1 && line.right <= frame.right + 1 && line.top >= frame.top - 1 &&
    line.bottom <= frame.bottom + 1 && line.height > frame.height / 3;
}"""


def test_map_fits_again_when_only_its_frame_changes(open_map: Open) -> None:
    """A sidebar that opens narrows the map without a word from the window."""
    page, _ = open_map()
    page.wait_for_function(INSIDE)
    for width in ("420px", "900px", "0px", "640px"):
        page.evaluate("width => { document.querySelector('#map-test').style.width = width; }", width)
        if width != "0px":
            page.wait_for_function(INSIDE)


def test_map_outlives_a_picture_of_the_whole_page(open_map: Open) -> None:
    """A picture of the whole page drives the window through sizes that it never keeps."""
    page, _ = open_map(viewport={"width": 1280, "height": 900})
    page.wait_for_function(INSIDE)
    page.screenshot(full_page=True)
    page.wait_for_function(INSIDE)
    assert page.evaluate(INSIDE)
