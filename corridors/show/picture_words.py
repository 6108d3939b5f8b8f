"""What the drawn pictures of the book say: its cover, and the pictures beside links to its pages.

Apart from the modules that draw, because a build that keeps its pictures needs only their words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CoverWords:
    """What the cover says: title, subtitle, author line, edition ("Version 0.1.0, 21 November 2026")."""

    title: str
    subtitle: str
    author: str
    edition: str


@dataclass(frozen=True)
class LinkWords:
    """What the picture beside a link says: the page's title, the part it stands in, the book's name."""

    title: str
    part: str
    book: str


def link_alternative(words: LinkWords, map_caption: str) -> str:
    """The picture beside a link in words; ``map_caption`` is that of the page's own map, or empty."""
    where = f"{words.part}, {words.book}" if words.part else words.book
    drawn = map_caption.rstrip(".") or "the railway from border to border"
    return f"{words.title} ({where}). Beside the title a map of Mongolia between Russia and China: {drawn}."
