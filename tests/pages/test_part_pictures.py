"""The overview figure of a part at the head of its first chapter: one a part, small, a link to its figure."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from corridors.build.layout import Layout
from corridors.paths import ROOT

from .conftest import Open, soup

pytestmark = pytest.mark.pages


def parts() -> dict[str, str]:
    """The first chapter of each numbered part, with the part's title."""
    contents = yaml.safe_load(Layout(ROOT).contents.read_text("utf-8"))
    return {
        part["chapters"][0]["file"]: part["caption"] for part in contents["parts"] if part.get("numbered")
    }


def test_each_part_opens_with_its_picture_and_no_other_page_has_one(site_path: Path) -> None:
    """It is the figure of the first page under the same heading: same words, no number, no id of its own."""
    first = soup(site_path / "index.html")
    found = {}
    for name in Layout(ROOT).docnames():
        pictures = soup(site_path / f"{name}.html").select("figure.part-picture")
        if pictures:
            (found[name],) = pictures
    assert list(found) == list(parts())
    for name, title in parts().items():
        picture, link = found[name], found[name].select_one("figcaption a[href]")
        assert link is not None
        address, _, label = str(link["href"]).partition("#")
        assert address == "../index.html"
        figure = first.find(id=label)
        assert figure is not None
        section = figure.find_parent("section")
        assert section is not None
        assert section.h3 is not None
        assert section.h3.get_text().rstrip("#") == title
        words = figure.select_one(".caption-text")
        number = figure.select_one(".caption-number")
        drawing = figure.select_one("[role=img]")
        assert words is not None
        assert number is not None
        assert drawing is not None
        assert words.get_text().rstrip(".") in picture.get_text(), name
        assert link.get_text() == number.get_text().strip()
        small = picture.select_one("[role=img]")
        assert small is not None
        assert small["aria-label"] == drawing["aria-label"]
        assert not picture.find_all(id=True), "two things of one name"
        assert not picture.select(".caption-number")


def test_the_picture_is_small_and_there_in_every_light(open_page: Open) -> None:
    """Beside its words, a third of a screen high at most; also on a telephone, in the dark, on paper."""
    page, _ = open_page("book/railway")
    drawing = page.locator(".part-picture svg")
    words = page.locator(".part-picture figcaption")
    wide = drawing.bounding_box()
    assert wide is not None
    assert (wide["height"] < 300, wide["width"] <= 352.5) == (True, True)
    beside = words.bounding_box()
    assert beside is not None
    assert beside["x"] >= wide["x"] + wide["width"]
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark")
    under, picture = words.bounding_box(), drawing.bounding_box()
    assert under is not None
    assert picture is not None
    assert under["y"] >= picture["y"] + picture["height"]
    ink = page.locator(".part-picture svg g[fill*='--c-ink']").first
    assert ink.evaluate("one => getComputedStyle(one).fill") == "rgb(230, 230, 230)"
    page.emulate_media(media="print", color_scheme="dark")
    assert drawing.is_visible()
    assert ink.evaluate("one => getComputedStyle(one).fill") == "rgb(34, 36, 38)"
