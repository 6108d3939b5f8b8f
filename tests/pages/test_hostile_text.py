"""A station named <img onerror> stays a station: text from data is text wherever the book shows it.

A small book with one page holds every kind of exhibit, all filled with the same hostile text, and is opened
without the content security policy of the real pages: escaping alone must hold, the policy is a second wall.
The live drawing of maps, which has a page of its own, is in ``test_maps_in_browser``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page
from shapely.geometry import LineString
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from corridors.build.serve import local_server
from corridors.show import charts, entries, maps, numbers, tables

from .conftest import Record, watch

pytestmark = pytest.mark.pages

#: Everything that ends a tag, an attribute, a string, a script, a line or a template somewhere.
HOSTILE = "<img src=x onerror=alert(1)>\"'</script><script>alert(2)</script>&amp;&lt;\u2028]]>{{7*7}}${8}`"
#: What no escaping hides: its plain beginning and end.
CORE = "<img src=x onerror=alert(1)>"
CONF = """
project = "Hostile book"
version = "1.0"
copyright = "2026"
extensions = ["myst_nb", *("corridors.publish." + part for part in (
    "record", "renderers", "downloads", "assets", "entries", "page_fixes"))]
nb_execution_mode = "off"
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
numfig = True
exclude_patterns = ["_build"]
html_theme = "sphinx_book_theme"
"""


def _exhibits() -> dict[str, Any]:
    words = {"caption": f"Caption {HOSTILE}", "note": f"Note {HOSTILE}"}
    course = LineString([(106.2, 50.24), (106.9, 47.9), (111.98, 43.65)])
    line = gpd.GeoDataFrame({"course": ["track"], "name": [HOSTILE]}, geometry=[course], crs=4326)
    stations = pd.DataFrame(
        {"name": [HOSTILE, "b"], "latitude": [47.9, 45.0], "longitude": [106.9, 110.0], "rank": [1, 1]}
    ).assign(local=HOSTILE, status=HOSTILE, more=HOSTILE)
    drawn = maps.Map(label="map-hostile", **words)
    drawn.lines(line, name=f"Line {HOSTILE}", certainty="course", name_field="name", colour="russia")
    drawn.points(
        stations, name=f"Stations {HOSTILE}", name_field="name", local_field="local", status="status",
        labels="rank", popup={"more": f"More {HOSTILE}"},
    )  # fmt: skip
    rows = pd.DataFrame({"id": ["a", "b"], "name": [HOSTILE, "b"], "year": [2024, 2025], "value": [1.0, 2.0]})
    return {
        "map": drawn,
        "chart": charts.lines(
            rows, label="fig-hostile", x="year", y="value", series="name", unit=HOSTILE, finding=HOSTILE,
            decimals=1, **words,
        ),
        "table": tables.table(
            rows, label="tbl-hostile", columns={"name": f"Name {HOSTILE}", "value": "Value"}, **words
        ),
        "entries": entries.entries(
            rows, label="lst-hostile", anchor="entry-{id}", heading="{id}: {name}", export="hostile",
            fields={"name": f"Name {HOSTILE}", "value": "Value"}, facets={"name": f"Name {HOSTILE}"},
            folded=["value"], more=f"More {HOSTILE}", records=[{"name": HOSTILE}],
            json_ld=[{"@type": "ClaimReview", "claimReviewed": HOSTILE}], **words,
        ),
    }  # fmt: skip


def _notebook() -> str:
    prefix = "application/papermill.record/"
    glued = numbers.make("hostile", HOSTILE)._repr_mimebundle_()
    outputs = [one._repr_mimebundle_() for one in _exhibits().values()]
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "metadata": {}, "source": "# One\n\nIt is {glue}`hostile`.\n"}
    ]
    bundles = [(bundle, {}) for bundle in outputs]
    named = {"scrapbook": {"name": "hostile", "mime_prefix": prefix}}
    bundles.append(({prefix + mime: content for mime, content in glued.items()}, named))
    for bundle, metadata in bundles:
        shown = {"output_type": "display_data", "data": bundle, "metadata": metadata}
        cells.append(
            {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": "x", "outputs": [shown]}
        )
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 4})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hostile book, built without a kernel."""
    root = tmp_path_factory.mktemp("hostile")
    (root / "conf.py").write_text(CONF, "utf-8")
    (root / "index.ipynb").write_text(_notebook(), "utf-8")
    with patch_docutils(root), docutils_namespace():
        Sphinx(root, root, root / "html", root / "trees", "html", status=None, warning=None).build()
    return root / "html"


@pytest.fixture(scope="module")
def opened(browser: Browser, site: Path) -> Iterator[tuple[Page, Record]]:
    """The page, opened, every map drawn, every fold open, every popup seen once."""
    with local_server(site) as address:
        context = browser.new_context(viewport={"width": 1000, "height": 900})
        record = watch(context, address)
        context.on("dialog", lambda dialog: (record.errors.append(dialog.message), dialog.dismiss()))
        page = context.new_page()
        page.goto(f"{address.rstrip('/')}/index.html")
        page.locator(".sc-map[data-drawn]").wait_for()
        page.evaluate("() => document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        for button in page.locator(".sc-map-list button").all():
            button.click()
            page.locator(".leaflet-popup-content").last.wait_for()
        page.wait_for_timeout(200)
        yield page, record
        context.close()


def test_no_text_becomes_an_element_and_none_runs(opened: tuple[Page, Record]) -> None:
    page, record = opened
    assert record.errors == []
    assert (
        page.evaluate("() => [...document.images].filter(image => image.getAttribute('src') === 'x').length")
        == 0
    )
    assert page.evaluate("() => document.querySelectorAll('[onerror]').length") == 0
    assert (
        page.evaluate("() => [...document.scripts].filter(one => one.text.startsWith('alert')).length") == 0
    )


def test_text_is_shown_whole_where_a_reader_meets_it(opened: tuple[Page, Record]) -> None:
    page, _ = opened
    for place in (
        ".number", "table td", "table th", "figcaption", "caption", ".exhibit-note",
        ".exhibit-entry h2, .exhibit-entry h3",
        ".sc-map-legend", ".sc-map-list", ".leaflet-popup-content", ".entries-filter",
    ):  # fmt: skip
        found = page.locator(place).all_text_contents()
        assert any(CORE in text for text in found), place
    words = page.locator(".sc-map-words").first.text_content() or ""
    assert CORE in words


def test_markup_holds_no_trace_that_a_parser_could_take_up(site: Path) -> None:
    """Another parser than the browser's finds no element either, and every block of data can be read."""
    soup = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    assert not soup.find_all(onerror=True)
    assert not soup.find_all("img", src="x")
    blocks = [one for one in soup.find_all("script") if "json" in str(one.get("type"))]
    assert blocks
    for block in blocks:
        assert HOSTILE in json.dumps(json.loads(block.text), ensure_ascii=False).replace('\\"', '"')


def test_downloads_carry_the_text_as_it_is(site: Path) -> None:
    with (site / "_data/tbl-hostile.csv").open(encoding="utf-8", newline="") as handle:
        assert HOSTILE in next(csv.DictReader(handle)).values()
    layer = json.loads((site / "_data/map-hostile.geojson").read_text("utf-8"))
    assert any(HOSTILE in one["properties"].values() for one in layer["features"])
    assert json.loads((site / "_data/hostile.json").read_text("utf-8")) == [{"name": HOSTILE}]
    for path in sorted((site / "_images").glob("*.svg")):
        picture = BeautifulSoup(path.read_text("utf-8"), "xml")
        assert not picture.find_all("img"), path
        assert not picture.find_all("script"), path
    for path in sorted((site / "_static" / "layers").glob("*.js")):
        assert "</script" not in path.read_text("utf-8")
        assert "\u2028" not in path.read_text("utf-8")
