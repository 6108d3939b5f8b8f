"""What only the edition for e-readers says of itself: title page, cover page, colophon, accessibility."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from corridors.publish.citation_formats import reference
from corridors.publish.citation_records import Work

_LICENCES: Final = {
    "CC-BY-4.0": (
        "Text, tables and figures: Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "MIT": ("Code: MIT Licence", "https://opensource.org/license/mit"),
}

#: Metadata of EPUB Accessibility 1.1. Each feature listed here is one that a test looks for.
ACCESSIBILITY: Final[dict[str, Any]] = {
    "accessMode": ["textual", "visual"],
    "accessModeSufficient": ["textual,visual", "textual"],
    "accessibilityFeature": [
        "alternativeText",
        "ARIA",
        "displayTransformability",
        "readingOrder",
        "structuralNavigation",
        "tableOfContents",
        "unlocked",
    ],
    "accessibilityHazard": ["none"],
    "accessibilitySummary": (
        "Every map and chart has a text alternative computed from its data. Tables are tables, with captions "
        "and headings; in a narrow window their rows are stacked. Headings follow in order; parts, chapters "
        "and sections are nested in the table of contents, figures and tables are listed. Nothing moves, "
        "sounds or flashes. Type, spacing and colours of the text are the reader's own."
    ),
}


def rights(book: Work) -> str:
    """The licences in one line."""
    return ". ".join(_licence(name)[0] for name in book.licences) + "."


def _licence(name: str) -> tuple[str, str]:
    return _LICENCES.get(name, (name, f"https://spdx.org/licenses/{name}.html"))


def title_page(book: Work) -> str:
    """Title, authors, publisher, version and date."""
    title, _, subtitle = book.title.partition(": ")
    below = f'<p class="subtitle" role="doc-subtitle">{escape(subtitle)}</p>' if subtitle else ""
    authors = escape(", ".join(author.natural for author in book.authors))
    return (
        f'<section class="titlepage" epub:type="titlepage" aria-label="Title page">\n'
        f"<h1>{escape(title)}</h1>\n{below}\n"
        f'<p class="author">{authors}</p>\n'
        f"<p>Version {escape(book.version)}, {_day(book)}</p>\n</section>"
    )


def cover_page(image: str, alt: str) -> str:
    """The cover picture alone on its page."""
    return (
        '<section class="cover" epub:type="cover" aria-label="Cover">\n'
        f'<img src="{escape(image)}" alt="{escape(alt)}" role="doc-cover"/>\n</section>'
    )


def colophon(book: Work) -> str:
    """Version, how to cite, licences, what is left out here, accessibility."""
    cited = "".join(
        f"<cite>{escape(text)}</cite>" if title else escape(text) for text, title in reference(book)
    )
    licences = "".join(
        f'<li><a href="{escape(address)}">{escape(text)}</a></li>'
        for text, address in map(_licence, book.licences)
    )
    site = f'<a href="{escape(book.address)}">web edition</a>' if book.address else "web edition"
    return (
        '<section id="colophon" epub:type="colophon" role="doc-colophon" aria-labelledby="about">\n'
        '<h1 id="about">About this edition</h1>\n'
        f"<p>Version {escape(book.version)} of {_day(book)}. Text, figures, tables and numbers are those of "
        f"the {site} of the same version, and figures and tables bear the same numbers.</p>\n"
        "<h2>What is left out here</h2>\n"
        "<p>Maps and charts are pictures; what each mark of a map stands for is in the map's data. The code "
        "of each figure, table and number stands in the chapters' notebooks and in the package of the book, "
        "and the data behind each figure and table are files for download. The web edition has them all, and "
        "a filter for the list of claims.</p>\n"
        f"<h2>How to cite</h2>\n<p>{cited}</p>\n"
        f"<h2>Licences</h2>\n<ul>{licences}</ul>\n"
        "<p>Data keep the licences of their sources, which the chapter on the data lists.</p>\n"
        "<h2>Accessibility</h2>\n"
        f"<p>{escape(ACCESSIBILITY['accessibilitySummary'])}</p>\n"
        "</section>"
    )


def _day(book: Work) -> str:
    return f"{book.revised.day} {book.revised:%B %Y}"
