"""The content security policy: on every page, kept by every page, whatever a reader does with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from corridors.publish.policy import RULES, policy

from .conftest import Open, Record, soup

pytestmark = pytest.mark.pages

#: Shown in place of any missing page, so it carries its own scripts and style; its policy has their digests.
ALONE = "404.html"
SCHEMES = pytest.mark.parametrize("scheme", ["http", "file"])


def test_every_page_has_the_policy_ahead_of_all_that_it_governs(pages: list[Path]) -> None:
    for path in pages:
        head = soup(path).head
        assert head is not None
        meta = head.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
        assert meta is not None, path
        assert meta["content"] == policy(path.read_text("utf-8"), alone=path.name == ALONE)
        assert not meta.find_previous(["link", "style"]), f"{path}: something loads before the policy"
    assert RULES["default-src"] == "'none'"
    assert not any("unsafe" in rule or "http" in rule or "*" in rule for rule in RULES.values())


def test_nothing_within_the_markup_runs_or_styles(pages: list[Path]) -> None:
    for path in pages:
        for tag in soup(path).find_all(True):
            assert not [name for name in tag.attrs if name.startswith("on") or name == "style"], (path, tag)
            data = str(tag.get("type", "")).startswith("application/")
            if path.name != ALONE:
                assert tag.name != "style", path
                assert tag.name != "script" or tag.has_attr("src") or data, (path, tag)
            assert not str(tag.get("href", "")).lower().startswith("javascript:"), (path, tag)


def quiet(record: Record) -> None:
    assert (record.console, record.errors, record.outside) == ([], [], [])


@SCHEMES
def test_map_page_keeps_it_with_popups_themes_menus_and_copying(open_page: Open, scheme: str) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    page, record = open_page("book/railway", scheme=scheme, permissions=allowed)
    page.locator(".sc-map[data-drawn]").wait_for()
    page.locator(".sc-map-list summary").click()
    page.locator(".sc-map-list button").first.click()
    expect(page.locator(".leaflet-popup")).to_be_visible()
    page.keyboard.press("Escape")
    before = page.evaluate("() => document.documentElement.dataset.theme")
    page.locator(".theme-switch-button").locator("visible=true").first.click()
    assert page.evaluate("() => document.documentElement.dataset.theme") != before
    _menu(page)
    page.locator("details.hide > summary").first.click()
    page.locator("div.highlight:has(> button.copybtn)").first.hover()
    page.locator("button.copybtn").first.click()
    expect(page.locator("button.copybtn").first).to_have_text("Copied")
    code = page.locator("div.highlight:has(> button.copybtn) > pre").first.text_content()
    assert page.evaluate("() => navigator.clipboard.readText()") == code
    quiet(record)


def _menu(page: Page) -> None:
    """The menu of downloads: opened by pointer and key, closed by Escape, focus back on its button."""
    button = page.locator('[data-bs-toggle="dropdown"]').locator("visible=true").first
    item = page.locator(".dropdown-menu .dropdown-item").first
    expect(item).to_be_hidden()
    button.click()
    expect(item).to_be_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    expect(item).to_be_focused()
    page.mouse.move(5, 5)  # the theme shows the menu under a pointer as well
    page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    expect(button).to_be_focused()


@SCHEMES
def test_ledger_filter_and_search_box_keep_it(open_page: Open, scheme: str) -> None:
    page, record = open_page("book/ledger", scheme=scheme)
    page.locator(".entries-filter select").first.select_option(index=1)
    page.keyboard.press("Control+k")
    expect(page.locator("#pst-search-dialog input")).to_be_focused()
    page.keyboard.press("Escape")
    quiet(record)


def test_search_keeps_it(open_page: Open) -> None:
    page, record = open_page("search")
    page.locator("#search-query").fill("railway")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results li").first).to_be_visible()
    quiet(record)


def test_sidebars_open_on_a_telephone_and_contents_follow_the_reading(open_page: Open) -> None:
    page, record = open_page("book/partners", viewport={"width": 360, "height": 740})
    page.locator(".primary-toggle").click()
    expect(page.locator("#pst-primary-sidebar-modal .bd-docs-nav")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#pst-primary-sidebar-modal")).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("#limits").scroll_into_view_if_needed()
    page.evaluate("() => document.querySelector('#limits').scrollIntoView({behavior: 'instant'})")
    expect(page.locator("#pst-page-toc-nav a.active")).to_contain_text("Limits")
    quiet(record)


def test_paper_shows_the_picture_of_a_map(open_page: Open, tmp_path: Path) -> None:
    """On screen the picture behind a live map is not loaded; a page that is printed has it."""
    page, record = open_page("index")
    page.locator(".sc-map[data-drawn]").wait_for()
    assert not [address for address in record.loaded if "_images/map-" in address]
    page.pdf(path=tmp_path / "page.pdf")
    assert [address for address in record.loaded if "_images/map-" in address]
    quiet(record)
