"""Finding a place: search from the disk with the network off, unknown addresses, places that have moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from corridors.build import addresses
from corridors.paths import ROOT
from corridors.publish.lost import WAY

from .conftest import watch

pytestmark = pytest.mark.pages

_NAMES = ("Ulaanbaatar", "Улаанбаатар", "Ulan Bator", "ulan-bator", "Urga", "乌兰巴托", "Niislel Khuree")


@pytest.fixture(scope="module")
def disk(browser: Browser, site_path: Path) -> Iterator[Page]:
    """A page that opens files only, with a record of what went wrong as ``page.record``."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    record = watch(context, site_path.as_uri())
    context.set_offline(True)
    yield context.new_page()
    context.close()
    assert (record.outside, record.missing, record.console, record.errors) == ([], [], [], [])


def _search(page: Page, site: Path, query: str) -> list[str]:
    """The addresses of the results of a query, on the page that shows them."""
    page.goto(f"{site.as_uri()}/search.html?q={quote(query)}")
    page.wait_for_function("() => /found|for “/i.test(document.getElementById('search-status').textContent)")
    return page.eval_on_selector_all(
        "#search-results a", "links => links.map(one => one.getAttribute('href'))"
    )


def test_a_place_is_found_by_all_its_names(disk: Page, site_path: Path) -> None:
    """Ulaanbaatar by its Cyrillic, Russian, Chinese and former names: the same places each time."""
    assert len(_search(disk, site_path, "Улаанбаатар")) == 20
    places = "name => bookSearch.find(name).map(place => `${place.page}#${place.anchor}`)"
    found = {name: set(disk.evaluate(places, name)) for name in _NAMES}
    assert len(found["Ulaanbaatar"]) > 50
    assert [name for name in _NAMES if found[name] != found["Ulaanbaatar"]] == []


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("NIAS-32", "book/ledger.html#claim-nias-32"),
        ("Around 28 per cent of the imports", "book/ledger.html#claim-nias-32"),
        ("tbl-railway-posts", "book/railway.html#tbl-railway-posts"),
        ("Kilometre posts of the main line in three lists", "book/railway.html#tbl-railway-posts"),
        ("capital-contract-erdeneburen", "book/capital.html#num-capital-contract-erdeneburen"),
        ("1,110 km", "book/railway.html#num-railway-official"),
        ("1110 km", "book/railway.html#num-railway-official"),
        ("broad gauge", "book/glossary.html#term-broad-gauge"),
    ],
)
def test_the_first_result_is_the_place_meant(disk: Page, site_path: Path, query: str, first: str) -> None:
    assert _search(disk, site_path, query)[0] == first


def test_accents_endings_and_scripts_make_no_difference(disk: Page, site_path: Path) -> None:
    for one, other in (("Zamyn-Üüd", "zamyn uud"), ("Khürelsükh", "Хүрэлсүх"), ("railways", "railway")):
        assert set(_search(disk, site_path, one)) & set(_search(disk, site_path, other)), one


def test_every_result_leads_to_a_place_and_says_where_it_is(disk: Page, site_path: Path) -> None:
    links = _search(disk, site_path, "Erenhot")
    assert len(links) > 5
    for link in links:
        page, _, anchor = link.partition("#")
        assert (site_path / page).is_file()
        assert not anchor or f'id="{anchor}"' in (site_path / page).read_text("utf-8")
    status = disk.locator("#search-status")
    assert status.get_attribute("aria-live") == "polite"
    assert "places on" in status.inner_text()
    row = disk.locator("#search-results li", has_text="Table 3.6").first.inner_text()
    assert "3. The Trans-Mongolian Railway · Corridors" in row
    assert disk.locator("#search-results mark").count() > 0


def test_search_is_worked_by_keyboard(disk: Page, site_path: Path) -> None:
    """Type, Enter, Tab to the results; more of them on request, with the focus on the first new one."""
    disk.goto(f"{site_path.as_uri()}/search.html")
    assert disk.evaluate("() => document.activeElement.id") == "search-query"
    disk.keyboard.type("Mongolia")
    disk.keyboard.press("Enter")
    disk.wait_for_selector("#search-results li")
    disk.locator("#search-query").focus()
    disk.keyboard.press("Tab")
    disk.keyboard.press("Tab")
    assert disk.evaluate("() => document.activeElement.closest('#search-results li:first-child') !== null")
    disk.locator("#search-more").focus()
    disk.keyboard.press("Enter")
    assert disk.locator("#search-results li").count() == 40
    assert disk.evaluate("() => document.activeElement.closest('#search-results li:nth-child(21)') !== null")


def test_what_is_sought_and_what_is_found_stay_text(disk: Page, site_path: Path) -> None:
    """Neither a query nor a name in the data can put markup into the page."""
    evil = '<img src=x onerror="window.hit=1">'
    assert _search(disk, site_path, evil) == []
    assert evil in disk.locator("#search-status").inner_text()
    disk.evaluate(
        """evil => bookSearch.index({pages: [["index.html", evil, evil]], letters: {}, names: [[evil, "x"]],
            places: [[0, "", "page", evil, `${evil} ${evil}`]]})""",
        evil,
    )
    assert evil in disk.locator("#search-results a").inner_text()
    assert disk.locator("main img[src=x]").count() == 0
    assert disk.evaluate("() => window.hit") is None


def test_an_unknown_address_shows_the_way_back_at_any_depth(browser: Browser, site_url: str) -> None:
    """The server shows 404.html in place of any page: styled at once; search and contents lead right."""
    context = browser.new_context(color_scheme="dark")
    record = watch(context, site_url)
    page = context.new_page()
    for address in ("nowhere.html", "book/nowhere.html", "a/b/c"):
        answer = page.goto(f"{site_url}{address}")
        assert answer is not None
        assert answer.status == 404
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"
        assert page.locator("h1").inner_text() == "Page not found"
        page.wait_for_selector(f"html[data-top='{site_url}']")
        links = page.eval_on_selector_all("a", "links => links.map(one => one.href)")
        assert f"{site_url}index.html" in links
        assert f"{site_url}book/railway.html" in links
        page.fill("input[name=q]", "Urga")
        page.keyboard.press("Enter")
        page.wait_for_selector("#search-results li")
        assert page.url == f"{site_url}search.html?q=Urga"
    # Besides the pages themselves it asks in vain only for what tells the way, in folders that there are not.
    asked = {one.removeprefix(f"404 {site_url}") for one in record.missing if one[0].isdigit()}
    looked_for = {f"{folder}{WAY}" for folder in ("a/b/", "a/")}
    assert asked == {"nowhere.html", "book/nowhere.html", "a/b/c", *looked_for}
    assert (record.outside, record.errors) == ([], [])
    context.close()


def test_the_page_for_unknown_addresses_is_light_or_dark_as_the_reader_has_chosen(
    browser: Browser, site_url: str
) -> None:
    """What was chosen in the book counts before the system; without scripts the system decides."""
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"{site_url}search.html")
    page.evaluate("() => localStorage.setItem('mode', 'light')")
    page.goto(f"{site_url}a/b/c")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.evaluate("() => localStorage.removeItem('mode')")
    page.reload()
    assert page.evaluate(ground) == "rgb(18, 18, 18)"
    context.close()
    plain = browser.new_context(java_script_enabled=False, color_scheme="dark")
    page = plain.new_page()
    page.goto(f"{site_url}a/b/c")
    assert page.evaluate(ground) == "rgb(18, 18, 18)"
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    plain.close()


def test_no_published_address_is_gone(site_path: Path) -> None:
    """Every address that was published leads to its place or on to the new one."""
    rows = addresses.read(ROOT)
    assert len(rows) > 1000
    assert addresses.missing(rows, addresses.of_site(site_path)[1]) == []


def test_old_addresses_lead_on_in_the_browser(browser: Browser, tmp_path: Path) -> None:
    """A page that has moved keeps the place asked for; a place that has moved is found from its old page."""
    site = tmp_path / "site"
    (site / "book").mkdir(parents=True)
    (tmp_path / "book").mkdir()
    words = "<html><head></head><body><p id='here'>here</p></body></html>"
    for name in ("index.html", "book/new.html"):
        (site / name).write_text(words)
    (tmp_path / addresses.RECORD).write_text(
        "address,moved_to\nindex.html#away,book/new.html#here\nold.html,book/new.html\n"
        "old.html#there,index.html#here\n"
    )
    addresses.apply(site, addresses.read(tmp_path))
    page = browser.new_context().new_page()
    for old, new in (
        ("index.html#away", "book/new.html#here"),
        ("index.html#here", "index.html#here"),
        ("old.html", "book/new.html"),
        ("old.html#here", "book/new.html#here"),
        ("old.html#there", "index.html#here"),
    ):
        page.goto("about:blank")
        page.goto(f"{site.as_uri()}/{old}")
        page.wait_for_url(f"{site.as_uri()}/{new}")
    page.context.close()
