"""What goes into a volume, in which order: the whole book, or one chapter alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corridors.build.layout import Layout
from corridors.typeset.code import array, call, quoted
from corridors.typeset.fragments import Page

_NUMERALS: Final = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
#: What the first page of the site is called on paper, where the title page bears the book's title.
ROOT_TITLE: Final = "About this book"


@dataclass(frozen=True)
class Part:
    """A part of the book: its numeral ("II", or none), its title, the docnames of its chapters."""

    numeral: str
    title: str
    docnames: tuple[str, ...]


@dataclass(frozen=True)
class Volume:
    """One PDF: where it goes below ``_build/pdf``, its main file, its inputs, the pages it holds."""

    path: str
    main: str
    docnames: tuple[str, ...]
    told: Mapping[str, str]
    """What ``house/page.typ`` is told of the volume."""

    @property
    def inputs(self) -> dict[str, str]:
        """The inputs of Typst's ``sys``."""
        return {**self.told, "pages": json.dumps(self.docnames)}


def roman(number: int) -> str:
    """A number from 1 to 39 in Roman numerals."""
    found = ""
    for value, sign in _NUMERALS:
        while number >= value:
            found += sign
            number -= value
    return found


def parts(book: Layout) -> list[Part]:
    """The parts of ``_toc.yml``; those whose chapters are numbered have numerals."""
    contents = book.table_of_contents()
    found = []
    count = 0
    for part in contents.get("parts") or [{"chapters": contents.get("chapters") or []}]:
        count += bool(part.get("numbered"))
        found.append(
            Part(
                roman(count) if part.get("numbered") else "",
                str(part.get("caption") or ""),
                tuple(str(one["file"]) for one in part.get("chapters") or [] if "file" in one),
            )
        )
    return found


def _include(docname: str) -> str:
    return f"#include {quoted(f'/pages/{docname}.typ')}"


def page_file(page: Page) -> str:
    """The file of a page, which a volume takes in."""
    return f'#import "/house/elements.typ": *\n#{page.code}\n'


def whole(
    book: Layout, pages: Mapping[str, Page], root: str, name: str, document: Mapping[str, Any]
) -> Volume:
    """The whole book: title, contents, lists, parts, index of claims, colophon."""
    lines = [
        '#import "/house/back.typ": *',
        "#show: volume",
        "#show: headings",
        "#title-page()",
        "#half-title()",
        "#imprint()",
        '#set page(numbering: "i")',
        "#contents()",
        "#lists()",
    ]
    if root in pages:
        lines += [
            '#pagebreak(weak: true, to: "odd")',
            '#set page(numbering: "1")',
            "#counter(page).update(1)",
        ]
        lines.append("#metadata(none)<main-matter>")
        lines.append(_include(root))
    for part in parts(book):
        chapters = [pages[docname] for docname in part.docnames if docname in pages]
        if part.title:
            listed = array(
                array([quoted(one.number), quoted(one.title), quoted(f"{one.docname}#{one.top}")])
                for one in chapters
            )
            overview = next((one.opening for one in chapters if one.opening), "none")
            opening = call("part-opening", quoted(part.numeral), quoted(part.title), listed, overview)
            lines.append(f"#{opening}")
        lines += [_include(one.docname) for one in chapters]
    lines += ["#claims-index()", "#colophon()", ""]
    told = {"mode": "book", "document": json.dumps(document)}
    return Volume(f"{name}.pdf", "\n".join(lines), tuple(pages), told)


def alone(page: Page, record: Mapping[str, Any], book_title: str) -> Volume:
    """One chapter: a head that says where it belongs and how to cite it, then the chapter.

    ``record`` is the page's citation record (CSL), for its keywords and abstract.
    """
    lines = [
        '#import "/house/chapter.typ": *',
        "#show: volume",
        "#show: headings",
        '#set page(numbering: "1")',
        "#chapter-title()",
        _include(page.docname),
        "",
    ]
    document = {
        "title": f"{page.title} ({book_title})",
        "keywords": [word.strip() for word in str(record.get("keyword") or "").split(",") if word.strip()],
        "description": str(record.get("abstract") or ""),
    }
    chapter = {"citation": page.citation}
    return Volume(
        f"chapters/{Path(page.docname).name}.pdf",
        "\n".join(lines),
        (page.docname,),
        {"mode": "chapter", "document": json.dumps(document), "chapter": json.dumps(chapter)},
    )
