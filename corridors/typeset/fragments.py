"""The fragments of the pages, read: what paper leaves out is gone, and every place has its name.

The fragments are what ``corridors.publish.paper`` writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lxml import etree, html
from lxml.html import HtmlElement

from corridors.build.faults import BuildError

#: What a page on paper leaves out: the code of cells that are folded on the web, the web's own contents,
#: links to citation files.
_LEFT_OUT: Final = (
    '//details[contains(@class, "above-input")]'
    '|//div[contains(@class, "tag_hide-input")]//div[contains(@class, "cell_input")]'
    '|//div[contains(@class, "toctree-wrapper")]'
    '|//ul[contains(@class, "citation-files")]'
    '|//*[contains(@class, "headerlink")]'
    "|//script|//style|//comment()"
)
SPACE: Final = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True)
class Place:
    """A place of the book: a page and an anchor in it."""

    docname: str
    anchor: str = ""

    @property
    def label(self) -> str:
        return f"{self.docname}#{self.anchor}"


@dataclass
class Page:
    """One page in Typst, with what other pages need to know of it."""

    docname: str
    title: str
    number: str
    code: str = ""
    top: str = ""
    """The id under which the page itself is found."""
    renamed: bool = False
    """Whether ``title`` takes the place of the page's own heading."""
    citation: str = ""
    """How to cite the page, where it says so once."""
    opening: str = ""
    """The picture that opens the part, in Typst, where the page is the first of one."""
    captions: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


def plain(element: HtmlElement) -> str:
    """All text below ``element``, spaces as one."""
    return SPACE.sub(" ", element.text_content()).strip()


def classes(element: HtmlElement) -> set[str]:
    """The classes of ``element``."""
    return set((element.get("class") or "").split())


@dataclass(frozen=True)
class Known:
    """What a page must know of the whole book."""

    anchors: Mapping[str, Mapping[str, str]]
    """By page: every id, and the id under which its place is found on paper; "" is the page itself."""
    marks: re.Pattern[str] | None = None
    """Finds the ids of claims in a text."""


def parsed(text: str) -> HtmlElement:
    """A fragment without what is left out on paper."""
    root = html.fragment_fromstring(text, create_parent="div")
    for element in root.xpath(_LEFT_OUT):
        if element.getparent() is not None:
            element.drop_tree()
    return root


def read(fragment: Path) -> HtmlElement:
    """The fragment in a file, as ``parsed``. Raises BuildError if it cannot be read."""
    try:
        return parsed(fragment.read_text("utf-8"))
    except (OSError, etree.ParserError) as error:
        raise BuildError(f"{fragment}: cannot be read: {error}") from error


def anchors(root: HtmlElement) -> dict[str, str]:
    """Every id of a page, and the one under which its place is found on paper.

    An empty span before a heading means the heading, whose own id is its section's.
    """
    found = {}
    for element in root.iter():
        name = element.get("id")
        if not name:
            continue
        parent = element.getparent()
        found[name] = name
        if element.tag == "span" and not plain(element) and parent.tag == "section" and parent.get("id"):
            found[name] = parent.get("id")
        found.setdefault("", found[name])
    return found
