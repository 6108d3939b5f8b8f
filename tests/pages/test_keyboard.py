"""Search, contents and code by keyboard alone, as on a machine without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Open

pytestmark = pytest.mark.pages

FOCUSED = "() => document.activeElement.tagName + ' ' + (document.activeElement.className || '')"


def test_search_is_opened_filled_and_followed_by_keyboard(open_page: Open) -> None:
    """Ctrl+K, words, Enter; the results are links that Tab reaches and Enter follows."""
    page, record = open_page("book/railway")
    page.keyboard.press("Control+k")
    page.wait_for_function("() => document.activeElement.matches('input[type=search], input[name=q]')")
    page.keyboard.type("refinery")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"search\.html\?q=refinery"))
    first = page.locator("#search-results a").first
    expect(first).to_be_visible(timeout=15000)
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("() => !!document.activeElement.closest('#search-results')"):
            break
    else:
        pytest.fail("Tab does not come to the results")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "search.html" not in address)
    assert record.errors == []


def test_contents_open_and_lead_on_by_keyboard_on_a_telephone(open_page: Open) -> None:
    """The button in the head opens the contents, the focus goes into them, a chapter is reached."""
    page, _ = open_page("index", viewport={"width": 360, "height": 740})
    button = page.locator("button.primary-toggle:visible").first
    button.focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name=re.compile("railway", re.IGNORECASE)).locator("visible=true").first
    expect(link).to_be_in_viewport()
    inside = _tab_until(page, "() => document.activeElement.closest('.bd-sidebar-primary, dialog[open]')")
    assert inside, "Tab does not go into the contents"
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"book/railway\.html"))


def test_skip_link_is_first_and_leads_to_the_text(open_page: Open) -> None:
    page, _ = open_page("book/fuel")
    page.keyboard.press("Tab")
    assert "skip" in page.evaluate(FOCUSED).lower() or page.evaluate(
        "() => document.activeElement.textContent.toLowerCase().includes('skip')"
    )
    page.keyboard.press("Enter")
    assert page.evaluate("() => location.hash") == "#main-content"


def test_hidden_code_opens_by_keyboard(open_page: Open) -> None:
    page, _ = open_page("book/fuel")
    fold = page.locator("article details").first
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.get_attribute("open") is not None


def _tab_until(page: Page, condition: str, most: int = 40) -> bool:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"!!({condition})()"):
            return True
    return False
