"""Every finished page, as a reader meets it: served, as a file without network, small, in the dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from corridors.build.layout import Layout
from corridors.paths import ROOT

from .conftest import EXTRA_PAGES, Open, broken_links, soup

pytestmark = pytest.mark.pages

#: A map that has been drawn: a Leaflet container with at least one line, area or mark in it.
_UNDRAWN_MAPS = """() => [...document.querySelectorAll('.sc-map')]
  .filter(map => {
    const frame = map.querySelector('.leaflet-container');
    const drawn = ':is(path[d]:not([d=""]), canvas, .leaflet-marker-icon)';
    return !frame || !frame.querySelector(drawn) || frame.getBoundingClientRect().height < 100;
  })
  .map(map => map.id)"""
_BROKEN_IMAGES = """() => [...document.images]
  .filter(image => !(image.complete && image.naturalWidth > 0))
  .map(image => image.currentSrc || image.src)"""
_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll('*')]
    .map(node => [node, node.getBoundingClientRect().right])
    .filter(([node, right]) => right > width + 1)
    .map(([node, right]) => `${node.tagName.toLowerCase()}.${node.className} reaches ${right} px`);
  return [`the page is ${document.documentElement.scrollWidth} px wide`, ...wide.slice(0, 8)];
}"""


def _load_everything(page: Page) -> None:
    """Go through the page to its end, so that pictures that wait to be seen are loaded and maps drawn."""
    page.evaluate("() => { for (const image of document.images) image.loading = 'eager'; }")
    for map_ in page.locator(".sc-map").all():
        map_.scroll_into_view_if_needed()
    page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function("() => [...document.images].every(image => image.complete)")
    page.wait_for_timeout(150)  # a script that asks for something late would do so by now


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_page_stays_quiet_asks_nobody_and_draws_its_maps(
    open_page: Open, page_name: str, scheme: str
) -> None:
    """No request leaves the page, nothing is missing, no message, no error; every map and image is drawn.

    As a file the page is opened with the network switched off.
    """
    page, record = open_page(page_name, scheme=scheme)
    _load_everything(page)
    assert record.outside == [], "requests that leave the book"
    assert record.missing == [], "files that the page asks for in vain"
    assert record.errors == [], "errors of scripts"
    assert record.console == [], "messages in the console"
    assert page.evaluate(_UNDRAWN_MAPS) == [], "maps that were not drawn"
    assert page.evaluate(_BROKEN_IMAGES) == [], "images that were not loaded"


def test_page_fits_a_telephone(open_page: Open, page_name: str) -> None:
    """At 360 px nothing makes the page scroll sideways (wide tables scroll within themselves)."""
    page, _ = open_page(page_name, viewport={"width": 360, "height": 740})
    _load_everything(page)
    assert page.evaluate(_TOO_WIDE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_has_no_serious_barrier(open_page: Open, page_name: str, scheme: str) -> None:
    """axe-core finds nothing serious or critical: all rules in the light, those on colours in the dark.

    The page is the same in both, but for its colours.
    """
    page, record = open_page(page_name, color_scheme=scheme)
    assert page.evaluate("() => document.documentElement.dataset.theme") == scheme
    options: dict[str, object] = {"resultTypes": ["violations"]}  # what passes is not written out
    if scheme == "dark":
        options["runOnly"] = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    found = Axe().run(page, options=options).response["violations"]
    serious = [
        f"{rule['id']}: {rule['help']}: " + "; ".join(node["html"][:160] for node in rule["nodes"][:3])
        for rule in found
        if rule["impact"] in {"serious", "critical"}
    ]
    assert serious == []
    assert record.errors == []


def test_page_reads_without_scripts(open_page: Open, page_name: str) -> None:
    """Without JavaScript each map shows its picture in place of an empty frame."""
    page, _ = open_page(page_name, java_script_enabled=False)
    if page_name == "search":
        assert "activate JavaScript" in page.locator("main").inner_text()
        return
    assert page.locator("article h1").is_visible()
    for figure in page.locator("figure:has(.sc-map), .sc-figure:has(.sc-map)").all():
        assert figure.locator("img, svg").locator("visible=true").count() > 0


def test_links_within_the_book_lead_somewhere(pages: list[Path], site_path: Path) -> None:
    broken = {path.relative_to(site_path).as_posix(): broken_links(path, site_path) for path in pages}
    assert {name: links for name, links in broken.items() if links} == {}


def test_each_page_has_one_main_heading_and_a_title_of_its_own(pages: list[Path], site_path: Path) -> None:
    titles: dict[str, str] = {}
    for path in pages:
        name = path.relative_to(site_path).as_posix()
        # the theme's second heading, for paper, is hidden on screen
        headings = [h1 for h1 in soup(path).find_all("h1") if not h1.find_parent(id="jb-print-docs-body")]
        assert len(headings) == 1, name
        title = soup(path).title
        assert title is not None, name
        assert title.get_text(strip=True), name
        assert title.get_text(strip=True) not in titles, (
            f"{name} and {titles.get(title.get_text(strip=True))}"
        )
        titles[title.get_text(strip=True)] = name


def test_every_page_of_the_site_is_looked_at(pages: list[Path], site_path: Path) -> None:
    """No page escapes the tests above: each is in the table of contents or named as an extra one."""
    known = {*Layout(ROOT).docnames(), *EXTRA_PAGES}
    found = {path.relative_to(site_path).with_suffix("").as_posix() for path in pages}
    assert found == known


def test_executed_notebook_of_each_chapter_is_offered(site_path: Path) -> None:
    for name in Layout(ROOT).docnames():
        document = Layout(ROOT).document(name)
        assert document is not None
        if "{code-cell}" in document.read_text("utf-8"):
            notebook = (site_path / "_notebooks" / f"{Path(name).name}.ipynb").read_text("utf-8")
            assert '"id": "cell-001"' in notebook
