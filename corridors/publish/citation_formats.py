"""A work in the formats of reference managers: BibTeX, RIS, CSL-JSON, and as a reference to read.

Pure functions from a :class:`~corridors.publish.citation_records.Work` to text. Addresses are printed only
if the work has one; nothing is made up to fill a field.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from corridors.publish import citation_styles
from corridors.publish.citation_records import Author, Work

_TEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # BibTeX counts braces before TeX sees them: an escaped one would leave the entry open.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def tex(text: str) -> str:
    """``text`` with the characters that TeX gives a meaning escaped; letters of any script stay."""
    return text.translate(_TEX)


def bibtex(work: Work) -> str:
    """One BibTeX entry, ``@incollection`` for a chapter, ``@book`` for the book, ending in a line end."""
    fields = {
        "author": " and ".join(_tex_author(author) for author in work.authors),
        "title": _tex_title(work.title),
        "booktitle": _tex_title(work.book_title) if work.kind == "chapter" else "",
        "chapter": tex(work.number),
        "publisher": "{" + tex(work.publisher) + "}",
        "year": str(work.revised.year),
        "month": _MONTHS[work.revised.month - 1][:3].lower(),
        "version": tex(work.version),
        "note": tex(f"Version {work.version}, revised {spoken_day(work.revised)}"),
        "language": "english",
        "keywords": tex(", ".join(work.keywords)),
        "abstract": tex(work.abstract),
        "isbn": work.isbn,
        "doi": work.doi.replace("{", "%7B").replace("}", "%7D"),
        # Inside url = {} neither BibTeX styles nor biblatex read TeX, but braces must balance.
        "url": work.address.replace("{", "%7B").replace("}", "%7D"),
    }
    kind = "incollection" if work.kind == "chapter" else "book"
    lines = [
        f"  {name} = {value if name == 'month' else '{' + value + '}'},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join([f"@{kind}{{{work.key},", *lines, "}", ""])


def ris(work: Work) -> str:
    """One RIS record; lines end in CR LF, as the format asks."""
    lines = [("TY", "CHAP" if work.kind == "chapter" else "BOOK")]
    # A name without a comma would be split into given and family name: a body ends in one.
    lines += [("AU", author.inverted if author.given else f"{author.family},") for author in work.authors]
    lines += [
        ("TI", work.title),
        ("T2", work.book_title if work.kind == "chapter" else ""),
        ("SE", work.number),
        ("PB", work.publisher),
        ("PY", str(work.revised.year)),
        ("DA", work.revised.strftime("%Y/%m/%d")),
        ("ET", f"Version {work.version}"),
        ("LA", work.language),
        ("AB", work.abstract),
        *[("KW", word) for word in work.keywords],
        ("SN", work.isbn),
        ("DO", work.doi),
        ("UR", work.address),
    ]
    body = [f"{tag}  - {' '.join(text.split())}" for tag, text in lines if text]
    return "\r\n".join([*body, "ER  - ", ""])


def csl(work: Work) -> dict[str, Any]:
    """The work as an item of CSL-JSON (citeproc)."""
    item: dict[str, Any] = {
        "id": work.key,
        "type": work.kind,
        "title": work.title,
        "author": [_csl_author(author) for author in work.authors],
        "publisher": work.publisher,
        "issued": {"date-parts": [_parts(work.revised)]},
        "original-date": {"date-parts": [_parts(work.first_published)]},
        "version": work.version,
        "language": work.language,
        "abstract": work.abstract,
        "keyword": ", ".join(work.keywords),
    }
    if work.kind == "chapter":
        item["container-title"] = work.book_title
    if work.number:
        item["chapter-number"] = work.number
    if work.isbn:
        item["ISBN"] = work.isbn
    if work.doi:
        item["DOI"] = work.doi
    if work.address:
        item["URL"] = work.address
    return item


def csl_json(work: Work) -> str:
    """A CSL-JSON file: a list with one item."""
    return json.dumps([csl(work)], ensure_ascii=False, indent=2) + "\n"


def reference(work: Work) -> tuple[citation_styles.Piece, ...]:
    """The reference to read, in the style of the book: pieces, and whether each is set in italics."""
    return citation_styles.pieces(csl(work))


def reference_text(work: Work) -> str:
    """The reference to read as plain text."""
    return citation_styles.text(csl(work))


def spoken_day(day: date) -> str:
    """``21 November 2026``, whatever the machine's language."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _tex_author(author: Author) -> str:
    """A body goes into braces, so that BibTeX does not take its last word for a family name."""
    return tex(author.inverted) if author.given else "{" + tex(author.family) + "}"


def _tex_title(title: str) -> str:
    """A title whose capitals survive the styles that set titles in small letters."""
    words = title.split()
    return " ".join("{" + tex(w) + "}" if any(map(str.isupper, w)) else tex(w) for w in words)


def _csl_author(author: Author) -> dict[str, str]:
    if author.given:
        return {"family": author.family, "given": author.given}
    return {"literal": author.family}


def _parts(day: date) -> list[int]:
    return [day.year, day.month, day.day]
