"""How to cite one part of the book: a map, chart, table, list, number or claim.

The makers of the data are named before the book. Pure functions: a :class:`Part` becomes a text to read and
the three files of reference managers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from corridors.publish.citation_formats import csl, reference_text, spoken_day, tex
from corridors.publish.citation_records import Work
from corridors.publish.citation_styles import Piece, pieces

#: What a part is called in the text, in CSL, in RIS.
KINDS: Final = {
    "map": ("Fig.", "map", "MAP"),
    "chart": ("Fig.", "figure", "FIGURE"),
    "table": ("Table", "dataset", "DATA"),
    "entries": ("List", "dataset", "DATA"),
    "number": ("Number", "dataset", "DATA"),
    "claim": ("Claim", "dataset", "DATA"),
}


@dataclass(frozen=True)
class Part:
    """A part of a chapter that can be cited.

    ``kind`` is a key of :data:`KINDS`; ``id`` the label or id; ``number`` as printed ("3.1", may be empty);
    ``title`` the caption, the number as shown or the claim; ``sources`` whom to credit first; ``read`` the
    day on which the latest of the sources was read; ``anchor`` the place within the chapter's page.
    """

    kind: str
    id: str
    number: str
    title: str
    sources: str
    read: date | None
    anchor: str
    work: Work

    @property
    def what(self) -> str:
        """``Table 7.1 (tbl-partners-imports)``, ``Number railway-official``."""
        name = KINDS[self.kind][0]
        return f"{name} {self.number} ({self.id})" if self.number else f"{name} {self.id}"

    @property
    def vintage(self) -> str:
        """Of what day the data are: ``Data as of 21 November 2026``; empty for a part without data."""
        return f"Data as of {spoken_day(self.read)}" if self.read else ""

    @property
    def key(self) -> str:
        """Citation key: the chapter's, and the id without hyphens."""
        return f"{self.work.key}{''.join(filter(str.isalnum, self.id.lower()))}"

    @property
    def address(self) -> str:
        """Address of the place itself; empty if the book has none."""
        return f"{self.work.address}#{self.anchor}" if self.work.address else ""


def reference_pieces(part: Part) -> tuple[Piece, ...]:
    """The reference to read, as pieces and whether each is set in italics: data first, then the book."""
    lead = f"“{part.title.rstrip('.')}.” "
    if part.sources:
        lead += f"Data: {part.sources.rstrip('.')}. "
    lead += f"{part.what}, in: "
    return ((lead, False), *pieces(csl(part.work)))


def part_text(part: Part) -> str:
    """The reference as plain text."""
    return "".join(text for text, _ in reference_pieces(part))


def part_bibtex(part: Part) -> str:
    """One ``@misc`` entry that names the sources of the data in its note, ending in a line end."""
    work = part.work
    authors = [tex(a.inverted) if a.given else "{" + tex(a.family) + "}" for a in work.authors]
    note = ". ".join(
        text.rstrip(".") for text in (f"Data: {part.sources}" if part.sources else "", part.vintage) if text
    )
    fields = {
        "author": " and ".join(authors),
        "title": "{" + tex(part.title) + "}",
        "howpublished": tex(f"{part.what}, in: {reference_text(work)}"),
        "note": tex(note),
        "year": str(work.revised.year),
        "version": tex(work.version),
        "doi": work.doi.replace("{", "%7B").replace("}", "%7D"),
        "url": part.address.replace("{", "%7B").replace("}", "%7D"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{part.key},", *lines, "}", ""])


def part_ris(part: Part) -> str:
    """One RIS record; lines end in CR LF."""
    work = part.work
    lines = [("TY", KINDS[part.kind][2])]
    lines += [("AU", a.inverted if a.given else f"{a.family},") for a in work.authors]
    lines += [
        ("TI", part.title),
        ("T2", work.title),
        ("T3", work.book_title if work.kind == "chapter" else ""),
        ("SE", part.what),
        ("PB", work.publisher),
        ("PY", str(work.revised.year)),
        ("DA", work.revised.strftime("%Y/%m/%d")),
        ("ET", f"Version {work.version}"),
        ("N1", f"Data: {part.sources}" if part.sources else ""),
        ("N1", part.vintage),
        ("DO", work.doi),
        ("UR", part.address),
    ]
    body = [f"{tag}  - {' '.join(text.split())}" for tag, text in lines if text]
    return "\r\n".join([*body, "ER  - ", ""])


def part_csl(part: Part) -> dict[str, Any]:
    """The part as an item of CSL-JSON."""
    whole = csl(part.work)
    item: dict[str, Any] = {
        "id": part.key,
        "type": KINDS[part.kind][1],
        "title": part.title,
        "author": whole["author"],
        "genre": part.what,
        "container-title": part.work.title,
        "publisher": whole["publisher"],
        "issued": whole["issued"],
        "version": whole["version"],
        "language": whole["language"],
    }
    if part.work.kind == "chapter":
        item["collection-title"] = part.work.book_title
    if part.sources:
        item["note"] = f"Data: {part.sources}"
    if part.vintage:
        item["annote"] = part.vintage
    if part.work.doi:
        item["DOI"] = part.work.doi
    if part.address:
        item["URL"] = part.address
    return item


def part_files(part: Part) -> dict[str, str]:
    """The three files by their suffix."""
    return {
        "bib": part_bibtex(part),
        "ris": part_ris(part),
        "json": json.dumps([part_csl(part)], ensure_ascii=False, indent=2) + "\n",
    }
