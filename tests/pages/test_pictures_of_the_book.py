"""Pictures that the book draws of itself: the cover, the pictures of links, and those of the first page."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import Browser

from corridors.build.layout import Layout
from corridors.paths import ROOT


def test_the_cover_lies_where_print_and_e_readers_look(site_path: Path) -> None:
    with Image.open(site_path / "_static" / "cover.png") as picture:
        assert picture.width == 1600
    title = BeautifulSoup((site_path / "_static" / "cover.svg").read_text("utf-8"), "xml").find("title")
    assert title is not None
    assert title.get_text().startswith("Cover of Steppe Corridors: Mongolia between Russia and China.")


def test_every_page_has_a_link_picture_of_its_own(site_path: Path) -> None:
    found: set[bytes] = set()
    names = Layout(ROOT).docnames()
    for name in names:
        page = site_path / f"{name}.html"
        head = BeautifulSoup(page.read_text("utf-8"), "lxml").head
        assert head is not None
        tags = {
            str(tag.get("property") or tag.get("name")): str(tag.get("content"))
            for tag in head.find_all("meta")
        }
        picture = (page.parent / tags["og:image"]).resolve()
        assert picture.is_file(), f"{name}: {tags['og:image']}"
        assert picture.stat().st_size < 60_000, name
        assert tags["twitter:card"] == "summary_large_image"
        assert tags["og:title"]
        assert tags["og:image:alt"].endswith(".")
        found.add(picture.read_bytes())
    assert len(found) == len(names)
    assert {path.stem for path in (site_path / "_images" / "og").iterdir()} == {
        name.rsplit("/", 1)[-1] for name in names
    }


def test_first_page_shows_each_part_on_a_telephone_in_the_dark(browser: Browser, site_path: Path) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")
    page = context.new_page()
    page.goto((site_path / "index.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    figures = page.locator("figure:has(svg.chart)")
    assert figures.count() == 5
    for number in range(5):
        box = figures.nth(number).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    links = page.locator("section:has(> h2):has(figure) p a[href^='book/']").evaluate_all(
        "all => all.map(one => one.getAttribute('href').split('#')[0])"
    )
    firsts = ("two-texts", "railway", "partners", "visits", "ledger")
    assert {f"book/{name}.html" for name in firsts} <= set(links)
    context.close()
