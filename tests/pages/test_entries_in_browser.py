"""The list of claims in a real browser: filter, search, links, keyboard, from the disk, no scripts, paper."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Open

pytestmark = pytest.mark.pages

PAGE = "book/ledger"
SHOWN = ".exhibit-entry:not([hidden])"


@pytest.fixture
def ledger(open_page: Open) -> Page:
    return open_page(PAGE)[0]


def count(page: Page) -> int:
    return page.locator(SHOWN).count()


def said(entry: Locator, term: str) -> str:
    """What an entry says under a term, as a reader sees it."""
    return entry.locator(f"dt:text-is('{term}') + dd").inner_text()


def status(page: Page) -> str:
    return page.get_by_role("status").inner_text()


def test_choices_and_words_narrow_the_list_together(ledger: Page) -> None:
    """What is shown fits every choice; the status tells how many; one button shows all again."""
    everything = count(ledger)
    assert everything >= 114
    assert status(ledger) == f"{everything} of {everything} claims shown"
    ledger.get_by_label("Verdict", exact=True).select_option("contradicted")
    contradicted = count(ledger)
    assert 0 < contradicted < everything
    assert status(ledger) == f"{contradicted} of {everything} claims shown"
    ledger.get_by_label("Text", exact=True).select_option("NIAS comment")
    for entry in ledger.locator(SHOWN).all():
        assert said(entry, "Verdict") == "contradicted"
        assert said(entry, "Stands in").startswith("NIAS comment")
    assert 0 < count(ledger) < contradicted
    ledger.get_by_role("button", name="Show all claims").click()
    expect(ledger.get_by_role("status")).to_have_text(f"{everything} of {everything} claims shown")
    ledger.get_by_label("Words").fill("IMPORTS russia 28")
    expect(ledger.locator("#claim-nias-32")).to_be_visible()
    assert count(ledger) < everything
    ledger.get_by_label("Words").fill("no claim has these words")
    assert (count(ledger), status(ledger)) == (0, f"0 of {everything} claims shown")


def test_every_choice_says_how_many_it_has(ledger: Page) -> None:
    """The counts in the choices of one facet add up to all."""
    for select in ledger.locator(".entries-filter select").all():
        texts = select.locator("option").all_inner_texts()
        counts = [int(text.rsplit("(", 1)[1].rstrip(")")) for text in texts]
        assert counts[0] == sum(counts[1:])


def test_a_link_to_a_claim_that_is_filtered_away_shows_it(ledger: Page) -> None:
    ledger.get_by_label("Verdict").select_option("contradicted")
    expect(ledger.locator("#claim-nias-32")).to_be_hidden()
    ledger.evaluate("() => { location.hash = 'claim-nias-32'; }")
    expect(ledger.locator("#claim-nias-32")).to_be_in_viewport()


def test_the_filter_works_by_keyboard_alone(ledger: Page) -> None:
    """From the first choice by Tab to the search and the button; Enter in the search leaves no page."""
    ledger.get_by_label("Text", exact=True).focus()
    ledger.keyboard.press("N")
    ledger.keyboard.press("Tab")
    assert ledger.evaluate("() => document.activeElement.name") == "type"
    nias = count(ledger)
    assert 0 < nias < 114
    ledger.get_by_label("Words").focus()
    ledger.keyboard.type("battle")
    ledger.keyboard.press("Enter")
    assert ledger.url.endswith("/book/ledger.html")
    assert 0 < count(ledger) < nias
    ledger.keyboard.press("Tab")
    ledger.keyboard.press("Enter")
    everything = ledger.locator(".exhibit-entry").count()
    expect(ledger.locator(SHOWN)).to_have_count(everything)


def test_from_the_disk_the_filter_works_too(open_page: Open) -> None:
    page, record = open_page(PAGE, scheme="file")
    page.get_by_label("Method").select_option("editorial")
    assert 0 < count(page) < 114
    assert (record.errors, record.console, record.missing) == ([], [], [])


def test_without_scripts_every_claim_is_there(open_page: Open) -> None:
    page, _ = open_page(PAGE, java_script_enabled=False)
    assert page.locator(".entries-filter").count() == 0
    assert page.locator(".exhibit-entry").count() >= 114
    expect(page.locator("#claim-nias-32 h3")).to_contain_text("NIAS-32")


def test_what_is_folded_is_open_on_paper_and_closed_again(ledger: Page) -> None:
    fold = ledger.locator("#claim-nias-32 details")
    ledger.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert fold.get_attribute("open") is not None
    ledger.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert fold.get_attribute("open") is None


def test_machines_find_one_review_a_claim(ledger: Page) -> None:
    """ClaimReview records in the head: as many as entries, each dated, with version and rating."""
    blocks = ledger.locator('script[type="application/ld+json"]').all_inner_texts()
    found = [json.loads(text) for text in blocks]
    graph = next(one["@graph"] for one in found if "@graph" in one)
    reviews = [one for one in graph if "@id" not in one]
    assert len(reviews) == count(ledger)
    assert {one["@type"] for one in reviews} == {"ClaimReview"}
    assert all(one["datePublished"] and one["version"] and one["reviewRating"] for one in reviews)


def test_only_pages_with_entries_load_the_filter(open_page: Open) -> None:
    page, _ = open_page("index")
    assert page.locator('script[src*="entries.js"]').count() == 0
