"""What the finished pages can contain: the ground on which style sheets are cut.

An element of a page counts as it was written. What scripts add is not listed by hand, which would be
forgotten: every word of every script that the pages load may become a class, an id, an attribute or an
element. So much is kept that no page shows; nothing is lost that one could show.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[A-Za-z][\w-]*")
#: What HTML parsers put into every page.
_ALWAYS: Final = ("html", "head", "body")


class Shape(NamedTuple):
    """What an element looks like to a selector, its place and the values of its attributes left out."""

    tag: str
    name: str
    classes: frozenset[str]
    attributes: frozenset[str]


@dataclass
class Usage:
    """Elements of pages and words of scripts, gathered page by page and script by script.

    ``idle`` are names that the scripts have and make nothing of on these pages.
    """

    shapes: set[Shape] = field(default_factory=lambda: {_bare(tag) for tag in _ALWAYS})
    words: set[str] = field(default_factory=set)
    idle: frozenset[str] = frozenset()
    _by_key: dict[str, list[Shape]] | None = None

    def add_page(self, text: str) -> None:
        """Take in all elements of one page of HTML."""
        self.add_listed(listed(text))

    def add_listed(self, shapes: str) -> None:
        """Take in the elements of one page as ``listed`` gives them."""
        self.shapes |= {
            Shape(tag, name, frozenset(classes), frozenset(attributes))
            for tag, name, classes, attributes in json.loads(shapes)
        }
        self._by_key = None

    def signed(self) -> str:
        """Hash of all that was taken in."""
        said = json.dumps([_plainly(self.shapes), sorted(self.words), sorted(self.idle)])
        return hashlib.sha256(said.encode()).hexdigest()

    def add_script(self, text: str) -> None:
        """Take in all words of one script; ``dataset.bsTheme`` also as the attribute ``data-bs-theme``."""
        self.words.update(_WORD.findall(text))

    def add_words(self, words: Iterable[str]) -> None:
        """Take in single words."""
        self.words.update(words)

    def scripted(self, name: str) -> bool:
        """Whether a script could make this name: it has it, or the beginning of it up to a hyphen."""
        return name not in self.idle and (
            name in self.words
            or any(name[: match.end()] in self.words for match in re.finditer("-", name[:-1]))
        )

    def scripted_attribute(self, name: str) -> bool:
        """The same for an attribute; ``data-x-y`` may be set as ``dataset.xY``, ``for`` as ``htmlFor``."""
        if name.startswith("data-"):
            first, *rest = name.removeprefix("data-").split("-")
            return first + "".join(part.capitalize() for part in rest) in self.words
        return name in self.words

    def candidates(self, key: str) -> list[Shape]:
        """Shapes that have a class ``.x``, an id ``#x`` or a tag ``x``; all of them for an empty key."""
        if self._by_key is None:
            self._by_key = {"": sorted(self.shapes, key=lambda shape: (shape.tag, shape.name))}
            for shape in self._by_key[""]:
                keys = {shape.tag, f"#{shape.name}", *(f".{one}" for one in shape.classes)}
                for one in keys:
                    self._by_key.setdefault(one, []).append(shape)
        return self._by_key.get(key, [])


def listed(page: str) -> str:
    """The shapes of all elements of one page of HTML, as JSON."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return json.dumps(_plainly(reader.shapes))


def _plainly(shapes: Iterable[Shape]) -> list[list[object]]:
    return sorted([one.tag, one.name, sorted(one.classes), sorted(one.attributes)] for one in shapes)


def _bare(tag: str) -> Shape:
    return Shape(tag, "", frozenset(), frozenset())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shapes: set[Shape] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = frozenset((given.get("class") or "").split())
        # Only what begins with a letter can be meant by a selector as it is written in the theme.
        self.shapes.add(Shape(tag, given.get("id") or "", classes, frozenset(given)))
