"""Every finished page, as a reader meets it: light, dark, narrow, on paper, offline, without scripts.

A page is loaded three times: over HTTP, where the same page then turns dark, narrow and to paper; from the
disk with the network off; and with JavaScript off.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import NavigableString, Tag
from playwright.sync_api import Page

from corridors.build.layout import Layout
from corridors.paths import ROOT

from .conftest import EXTRA_PAGES, Open, Record, broken_links, soup

pytestmark = pytest.mark.pages

#: Bytes that a page may load in all, uncompressed, and what a map may add to them.
TEXT_BUDGET = 400_000
MAP_BUDGET = 300_000
#: The text block of A4 with the margins of theme.css, in CSS pixels: 210 mm - 2 x 18 mm.
PAPER = {"width": 658, "height": 978}
TELEPHONE = {"width": 360, "height": 740}
#: All levels of WCAG up to 2.2 AA, and what axe calls best practice.
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
#: What changes with the theme is colours.
_COLOURS = ["color-contrast", "link-in-text-block"]
#: What changes with the width is room.
_ROOM = ["target-size", "scrollable-region-focusable"]

#: A map that has been drawn: a Leaflet container with at least one line, area or mark in it.
_UNDRAWN_MAPS = """() => [...document.querySelectorAll('.sc-map')]
  .filter(map => {
    const frame = map.querySelector('.leaflet-container');
    const drawn = ':is(path[d]:not([d=""]), canvas, .leaflet-marker-icon)';
    return !frame || !frame.querySelector(drawn) || frame.getBoundingClientRect().height < 100;
  })
  .map(map => map.id)"""
_SEEN = "[...document.images].filter(image => image.checkVisibility())"
_BROKEN_IMAGES = f"""() => {_SEEN}
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
#: Tables that scroll within themselves, moved to their end: the first column must still be there, opaque.
_LOST_COLUMNS = """() => [...document.querySelectorAll('table.exhibit')].flatMap(table => {
  const box = table.parentElement;
  if (box.scrollWidth <= box.clientWidth + 1) return [];
  box.scrollLeft = box.scrollWidth;
  const cell = table.querySelector('tbody th');
  const [at, from] = [cell.getBoundingClientRect(), box.getBoundingClientRect()];
  const ground = getComputedStyle(cell).backgroundColor;
  const kept = Math.abs(at.left - from.left) < 2 && at.width > 48 && at.width < from.width * 0.62;
  box.scrollLeft = 0;
  return kept && /^rgb\\(/.test(ground) ? [] : [`${table.id}: ${at.left} ${at.width} ${ground}`];
})"""
#: Words of charts that are shown, below 10 px.
_SMALL_WORDS = """() => [...document.querySelectorAll('.exhibit-picture svg')]
  .filter(svg => svg.getBoundingClientRect().width)
  .flatMap(svg => [...svg.querySelectorAll('g[font-size]')].flatMap(group => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const size = group.getAttribute('font-size') * scale;
    return size < 9.9 ? [`${size} px: ${group.textContent}`] : [];
  }))"""
#: Colours and places on their way elsewhere have arrived (a button takes a sixth of a second to turn dark).
_AT_REST = "() => document.getAnimations().every(one => one.playState !== 'running')"
#: What scrolls within itself can be reached by keyboard: the theme looks after it shortly after.
_REACHED = """() => [
    ...document.querySelectorAll('pre, .cell_output > .output, .pst-scrollable-table-container')
  ]
  .every(one => one.tabIndex === 0
    || (one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight))"""
#: What paper cannot use, and what it must not lack.
_BAD_PAPER = """() => {
  const shown = name => [...document.querySelectorAll(name)].filter(one => one.checkVisibility());
  const useless = '.bd-sidebar-primary, .bd-sidebar-secondary, .bd-header, .bd-header-article, '
    + '.headerlink, .leaflet-container, .entries-filter, .copybtn, .exhibit-files, .prev-next-footer, '
    + 'button, input, select';
  const width = document.documentElement.clientWidth;
  const cut = [...document.querySelectorAll('article :is(table, svg, img, pre, p)')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > width + 1);
  const dark = shown('article p, article td, article th').filter(one => {
    const parts = getComputedStyle(one).color.match(/\\d+/g).slice(0, 3).map(Number);
    return Math.max(...parts) > 140;
  });
  return [
    ...shown(useless).map(one => `shown: ${one.className || one.tagName}`),
    ...shown('figure.exhibit')
      .filter(one => ![...one.querySelectorAll('img, svg')].some(picture => picture.checkVisibility()))
      .map(one => `no picture: ${one.id}`),
    ...cut.map(one => `cut off: ${one.tagName} ${one.id} ${one.textContent.slice(0, 40)}`),
    ...dark.map(one => `pale: ${one.textContent.slice(0, 40)}`),
  ].slice(0, 8);
}"""
#: Words of letters in tables that begin on one line and end on another.
_SPLIT_WORDS = """() => [...document.querySelectorAll('article table')].flatMap(table => {
  const split = [], texts = document.createTreeWalker(table, NodeFilter.SHOW_TEXT), range = new Range();
  while (texts.nextNode()) {
    for (const word of texts.currentNode.data.matchAll(/\\p{L}{2,}/gu)) {
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map(one => Math.round(one.top)));
      if (lines.size > 1) split.push(`${table.id}: ${word[0]}`);
    }
  }
  return split;
}).slice(0, 8)"""


def _load_everything(page: Page) -> None:
    """Go through the page to its end, so that pictures that wait to be seen are loaded and maps drawn.

    What a reader never sees, such as the picture behind a live map, goes on waiting.
    """
    page.evaluate(f"() => {{ for (const image of {_SEEN}) image.loading = 'eager'; }}")
    for map_ in page.locator(".sc-map").all():
        map_.scroll_into_view_if_needed()
    page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function(f"() => {_SEEN}.every(image => image.complete)")
    page.wait_for_timeout(150)  # a script that asks for something late would do so by now


def _quiet(page: Page, record: Record) -> None:
    """No request has left the page, nothing is missing, no message, no error; all is drawn."""
    assert record.outside == [], "requests that leave the book"
    assert record.missing == [], "files that the page asks for in vain"
    assert record.errors == [], "errors of scripts"
    assert record.console == [], "messages in the console"
    assert page.evaluate(_UNDRAWN_MAPS) == [], "maps that were not drawn"
    assert page.evaluate(_BROKEN_IMAGES) == [], "images that were not loaded"


def _within_budget(page: Page, record: Record, site: Path) -> None:
    """All that the page has loaded by its end, uncompressed, keeps within the budget of its kind."""
    files = {unquote(urlparse(address).path).lstrip("/") for address in record.loaded}
    sizes = sorted(((site / file).stat().st_size, file) for file in files if (site / file).is_file())
    allowed = TEXT_BUDGET + (MAP_BUDGET if page.locator(".sc-map").count() else 0)
    total = sum(size for size, _ in sizes)
    assert total <= allowed, f"{total} bytes, most of them: {sizes[-5:]}"


def barriers(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds: all rules of all impacts, or the named rules only."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _TAGS}
    options: dict[str, object] = {"resultTypes": ["violations"], "runOnly": only}
    if not rules:
        options["rules"] = {"target-size": {"enabled": True}}  # WCAG 2.2 AA, but off by default
    return [
        f"{rule['id']}: {rule['help']}: " + "; ".join(node["html"][:160] for node in rule["nodes"][:3])
        for rule in Axe().run(page, options=options).response["violations"]
    ]


def test_page_in_the_light_in_the_dark_on_a_telephone_and_on_paper(
    open_page: Open, page_name: str, site_path: Path
) -> None:
    """Quiet, light, drawn, without barrier; dark without barrier; at 360 px nothing overflows; fit for A4."""
    page, record = open_page(page_name)
    _load_everything(page)
    _quiet(page, record)
    _within_budget(page, record, site_path)
    assert page.evaluate("() => document.documentElement.dataset.theme") == "light"
    assert barriers(page) == []

    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")
    page.wait_for_function(_AT_REST)
    assert barriers(page, _COLOURS) == [], "in the dark"

    page.set_viewport_size(TELEPHONE)
    page.wait_for_function(_REACHED)
    assert page.evaluate(_TOO_WIDE) == []
    assert page.evaluate(_LOST_COLUMNS) == [], "tables whose first column is not kept, in the dark"
    assert page.evaluate(_SMALL_WORDS) == [], "words of charts too small to read"
    assert barriers(page, _ROOM) == [], "on a telephone"

    page.set_viewport_size(PAPER)
    page.emulate_media(media="print", color_scheme="dark")
    if page_name != "search":
        assert page.evaluate(_BAD_PAPER) == [], "on paper"
        assert page.evaluate(_SPLIT_WORDS) == [], "words of tables cut in two on paper"
    _quiet(page, record) if page_name == "search" else None
    assert (record.outside, record.missing, record.errors, record.console) == ([], [], [], [])


def test_page_opens_from_the_disk_without_network(open_page: Open, page_name: str) -> None:
    page, record = open_page(page_name, scheme="file")
    _load_everything(page)
    _quiet(page, record)


def test_page_reads_without_scripts(open_page: Open, page_name: str) -> None:
    """Without JavaScript each map shows its picture in place of an empty frame, on paper too."""
    page, _ = open_page(page_name, java_script_enabled=False)
    if page_name == "search":
        assert "activate JavaScript" in page.locator("main").inner_text()
        return
    assert page.locator("article h1").is_visible()
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        for figure in page.locator("figure:has(.sc-map)").all():
            assert figure.locator("img").locator("visible=true").count() > 0


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


def test_headings_go_down_one_step_at_a_time(pages: list[Path]) -> None:
    """Whoever moves by headings misses no level."""
    jumps = []
    for path in pages:
        main = soup(path).find("main") or soup(path)
        assert isinstance(main, Tag)
        found = [
            one
            for one in main.find_all(re.compile(r"h[1-6]$"))
            if not one.find_parent(id="jb-print-docs-body")
        ]
        levels = [int(one.name[1]) for one in found]
        jumps += [
            f"{path.name}: h{one} to h{two} at {found[at + 1].get_text()!r}"
            for at, (one, two) in enumerate(pairwise(levels))
            if two > one + 1
        ]
    assert jumps == []


def test_words_in_other_letters_say_their_language(pages: list[Path]) -> None:
    """No run of Cyrillic or Chinese letters is without ``lang``, or has that of the other script."""
    unmarked = []
    for path in pages:
        for text in soup(path).find_all(string=re.compile(r"[\u0400-\u052f\u3400-\u9fff]")):
            assert isinstance(text, NavigableString)
            # Data of maps carry their language key by key; the code of a cell is code.
            if text.find_parent(["script", "style", "head", "pre"]):
                continue
            tagged = text.find_parent(lambda tag: tag.has_attr("lang") and tag.name != "html")
            tag = str(tagged["lang"]) if tagged else ""
            wanted = ("zh",) if re.search(r"[\u3400-\u9fff]", text) else ("mn", "ru", "kk")
            if tag not in wanted:
                unmarked.append(f"{path.name}: {text.strip()[:60]!r} has lang={tag!r}")
        for tag_ in soup(path).find_all(["img", "a", "div", "svg"], alt=True) + soup(path).find_all(
            attrs={"aria-label": True}
        ):
            words = f"{tag_.get('alt', '')}{tag_.get('aria-label', '')}"
            if re.search(r"[\u0400-\u052f\u3400-\u9fff]", words):
                unmarked.append(f"{path.name}: a name of <{tag_.name}> in other letters: {words[:60]!r}")
    assert unmarked == []


def test_tables_have_captions_and_scopes(pages: list[Path]) -> None:
    faults = []
    for path in pages:
        for table in soup(path).select("article table"):
            where = f"{path.name} {table.get('id') or table.get_text(' ', strip=True)[:40]}"
            if table.caption is None or not table.caption.get_text(strip=True):
                faults.append(f"{where}: no caption")
            heads = table.find_all("th")
            if not heads or any(head.get("scope") not in ("col", "row") for head in heads):
                faults.append(f"{where}: a heading without scope")
            if any(not head.get_text(strip=True) for head in heads):
                faults.append(f"{where}: an empty heading")
    assert faults == []


def test_each_map_and_chart_says_its_finding_and_has_its_data_one_step_away(
    pages: list[Path], site_path: Path
) -> None:
    """The words begin with what is seen, not with what is drawn; tables open in place or a file is linked."""
    drawn = re.compile(r"(Map|Line chart|Bar chart|Stacked|Values by|Timeline|Scatter)\b")
    counted = 0
    for path in pages:
        for figure in soup(path).select("figure.exhibit"):
            label = str(figure["id"])
            counted += 1
            spoken = figure.select_one(".exhibit-picture[role=img]")
            words = str(spoken["aria-label"]) if spoken else figure.select(".sc-map-words")[0].get_text()
            assert len(words) > 40, label
            assert not drawn.match(words), f"{label}: no finding before {words[:60]!r}"
            assert drawn.search(words), f"{label}: the finding stands without its data"
            links = [str(link["href"]) for link in figure.select(".exhibit-files a[href]")]
            assert any(f"_data/{label}." in link for link in links), f"{label}: no file of data"
            if figure.select_one(".sc-map"):
                rows = figure.select(".sc-map details.exhibit-data tbody tr")
                assert len(rows) >= len(figure.select(".sc-map-key[aria-label=Legend] li")) > 0, label
    assert counted >= 30


def test_no_page_has_inline_styles_or_handlers(pages: list[Path]) -> None:
    """A policy that allows only files of the book would leave them out."""
    faults = [
        f"{path.name}: {tag.name} {name}"
        for path in pages
        for tag in soup(path).select("article *")
        for name in tag.attrs
        if name == "style" or name.startswith("on")
    ]
    assert faults == []


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
