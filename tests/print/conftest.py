"""The finished PDF and the finished pages, side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from lxml import html

from corridors.build.layout import Layout
from corridors.paths import ROOT

from .reading import Reading, letters

PDF = Layout(ROOT).build / "pdf"
SITE = Layout(ROOT).build / "html"
#: What the web page has and paper has not.
_WEB_ONLY = (
    '//details[contains(@class, "above-input")]|//figure//details|//script|//style|//*[local-name()="svg"]'
    '|//*[contains(@class, "exhibit-files")]|//*[contains(@class, "headerlink")]|//nav|//button'
    # The way back of each number is on the web alone (publish.verification); paper has that of each exhibit.
    '|//table[starts-with(normalize-space(caption), "Origins of the numbers: ")]'
)


@dataclass(frozen=True)
class WebPage:
    """What paper must repeat of a page: captions and glued numbers, in order, spaces left out."""

    docname: str
    marks: tuple[str, ...]


def docnames() -> list[str]:
    """All pages of the book in reading order."""
    return Layout(ROOT).docnames()


@cache
def web_page(docname: str) -> WebPage:
    """The captions (with their numbers) and glued numbers of a page of the finished site."""
    tree = html.parse(SITE / f"{docname}.html").getroot()
    article = tree.xpath("//article")[0]
    for element in article.xpath(_WEB_ONLY):
        if element.getparent() is not None:
            element.drop_tree()
    found = article.xpath(
        './/caption|.//figcaption/p[.//span[@class="caption-number"]]|.//span[@class="number"]'
        '|.//p[contains(@class, "exhibit-caption")]'
    )
    return WebPage(docname, tuple(letters(element.text_content()) for element in found))


@cache
def reading(name: str) -> Reading:
    """One volume, read once."""
    path = PDF / name
    assert path.is_file(), f"{path} is missing; set it with 'make pdf'"
    return Reading(path)


@pytest.fixture(scope="session")
def book() -> Reading:
    """The whole book."""
    return reading("steppe-corridors.pdf")


@pytest.fixture(scope="session")
def record() -> dict[str, dict[str, str]]:
    """What the volumes were made from, by file."""
    found: dict[str, dict[str, str]] = json.loads((PDF / "record.json").read_text("utf-8"))["volumes"]
    return found


def volume_of(docname: str) -> str:
    """The PDF of one chapter."""
    return f"chapters/{Path(docname).name}.pdf"
