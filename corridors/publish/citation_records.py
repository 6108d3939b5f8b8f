"""What is cited: the book, its chapters, and the faults of their descriptions.

The book describes itself once, in ``CITATION.cff``; a chapter describes itself in the ``chapter`` block of
its front matter (abstract, keywords, first_published, revised and, rarely, authors of its own). Both become
a :class:`Work`, from which :mod:`corridors.publish.citation_formats` writes files and
:mod:`corridors.publish.citation_heads` the heads of pages. Nothing here knows Sphinx.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

ABSTRACT_LENGTH: Final = (120, 600)
"""Fewest and most characters of an abstract: shorter says nothing, longer is cut off by search engines."""

_FIELDS: Final = {"abstract", "keywords", "first_published", "revised", "authors", "doi"}
_MARKUP: Final = re.compile(r"[*_`<>\[\]{}|\\]")


class DescriptionError(ValueError):
    """CITATION.cff or a chapter's front matter breaks a rule; the message names file, field, rule, remedy."""


@dataclass(frozen=True)
class Author:
    """A person (``family`` and ``given``) or a body (``family`` alone).

    ``orcid`` is an address, ``affiliation`` the name of an institution; both may be empty.
    """

    family: str
    given: str = ""
    orcid: str = ""
    affiliation: str = ""

    @property
    def natural(self) -> str:
        """The name in reading order."""
        return f"{self.given} {self.family}".strip()

    @property
    def inverted(self) -> str:
        """``Family, Given`` for a person, the plain name for a body."""
        return f"{self.family}, {self.given}" if self.given else self.family


@dataclass(frozen=True)
class Work:
    """A citable work: the whole book (``kind`` "book") or one chapter of it (``kind`` "chapter").

    ``revised`` is the date of the version that is cited. ``number`` is the chapter's number, empty if it
    has none. ``address`` is empty unless the book has an address of its own.
    """

    kind: str
    name: str
    title: str
    book_title: str
    authors: tuple[Author, ...]
    abstract: str
    keywords: tuple[str, ...]
    first_published: date
    revised: date
    version: str
    licences: tuple[str, ...]
    publisher: str
    number: str = ""
    address: str = ""
    language: str = "en"
    doi: str = ""
    isbn: str = ""
    """Of the book. Both are empty until they have been given out."""

    @property
    def key(self) -> str:
        """Citation key, made of ASCII letters and digits: ``steppecorridors2026railway``."""
        stem = re.sub(r"[^a-z0-9]", "", self.book_title.split(":")[0].lower())
        tail = "" if self.kind == "book" else re.sub(r"[^a-z0-9]", "", self.name.lower())
        return f"{stem}{self.revised.year}{tail}"


def read_front_matter(path: Path) -> dict[str, Any]:
    """The YAML mapping between the two ``---`` lines at the top of a Markdown file; empty if it has none."""
    match = re.match(r"\A---\r?\n(.*?)\r?\n---\r?(?:\n|\Z)", path.read_text("utf-8-sig"), re.DOTALL)
    if match is None:
        return {}
    try:
        loaded = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 2}" if where else ""
        raise DescriptionError(
            f"{path.name}{line}: front matter is not YAML: {error}; quote texts that hold a colon"
        ) from error
    return loaded if isinstance(loaded, dict) else {}


def read_book(path: Path, address: str = "") -> Work:
    """The book as ``CITATION.cff`` describes it, at ``address`` (empty: it has none)."""
    fields = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(fields, dict):
        raise DescriptionError(f"{path.name}: not a YAML mapping; see citation-file-format.github.io")
    for name in ("title", "authors", "abstract", "version", "date-released", "license"):
        if not fields.get(name):
            raise DescriptionError(f"{path.name}: field '{name}' is missing or empty; add it")
    licences = fields["license"]
    authors = _authors(path.name, fields["authors"])
    released = _day(path.name, "date-released", fields["date-released"])
    preferred = fields.get("preferred-citation") or {}
    return Work(
        kind="book",
        name="index",
        title=str(fields["title"]),
        book_title=str(fields["title"]),
        authors=authors,
        abstract=" ".join(str(fields["abstract"]).split()),
        keywords=tuple(str(word) for word in fields.get("keywords", ())),
        first_published=released,
        revised=released,
        version=str(fields["version"]),
        licences=tuple(map(str, licences)) if isinstance(licences, list) else (str(licences),),
        publisher="; ".join(author.natural for author in authors),
        address=address,
        doi=_doi(path.name, "doi", fields.get("doi")),
        isbn=_isbn(path.name, "preferred-citation.isbn", preferred.get("isbn")),
    )


def read_chapter(path: Path, book: Work, *, title: str, number: str = "", address: str = "") -> Work | None:
    """The chapter in ``path`` as its front matter describes it, or None if it has no ``chapter`` block.

    Raises :class:`DescriptionError` with every fault of the block.
    """
    block = read_front_matter(path).get("chapter")
    if block is None:
        return None
    faults = _faults(block)
    if faults:
        raise DescriptionError("\n".join(f"{path.name}: front matter, {fault}" for fault in faults))
    own = block.get("authors")
    return replace(
        book,
        kind="chapter",
        name=path.stem,
        title=title,
        authors=_authors(path.name, own) if own else book.authors,
        abstract=" ".join(block["abstract"].split()),
        keywords=tuple(block["keywords"]),
        first_published=_day(path.name, "first_published", block["first_published"]),
        revised=_day(path.name, "revised", block["revised"]),
        licences=book.licences[:1],
        number=number,
        address=address,
        doi=_doi(path.name, "chapter.doi", block.get("doi")),
    )


def _faults(block: object) -> list[str]:
    """Every rule that a ``chapter`` block breaks, as ``chapter.<field>: <rule>; <remedy>``."""
    if not isinstance(block, Mapping):
        return ["chapter: not a mapping; write abstract, keywords, first_published, revised below it"]
    faults = [
        f"chapter.{name}: unknown field; remove it or correct its name" for name in set(block) - _FIELDS
    ]
    faults.sort()
    abstract = block.get("abstract")
    low, high = ABSTRACT_LENGTH
    if not isinstance(abstract, str):
        faults.append("chapter.abstract: missing or not a text; write one paragraph")
    else:
        length = len(" ".join(abstract.split()))
        if not low <= length <= high:
            faults.append(f"chapter.abstract: {length} characters, not {low} to {high}; rewrite it")
        if _MARKUP.search(abstract):
            faults.append("chapter.abstract: holds markup; write plain text")
    keywords = block.get("keywords")
    if not (isinstance(keywords, list) and keywords and all(isinstance(k, str) and k for k in keywords)):
        faults.append("chapter.keywords: not a list of one or more texts; write [first, second]")
    days: dict[str, date] = {}
    for name in ("first_published", "revised"):
        try:
            days[name] = _day("", name, block.get(name))
        except DescriptionError:
            faults.append(f'chapter.{name}: not a day; write it as "2026-11-21"')
    if len(days) == 2 and days["revised"] < days["first_published"]:
        faults.append("chapter.revised: earlier than first_published; correct one of them")
    if block.get("authors") is not None:
        try:
            _authors("", block["authors"])
        except DescriptionError:
            faults.append(
                "chapter.authors: not a list of {family-names, given-names} or {name} with sound orcid; "
                "remove it if the book's authors wrote the chapter"
            )
    try:
        _doi("", "chapter.doi", block.get("doi"))
    except DescriptionError as error:
        faults.append(str(error).removeprefix(": "))
    return faults


def _doi(file: str, field: str, value: object) -> str:
    """A DOI without its address, empty where there is none."""
    if value is None:
        return ""
    text = str(value).removeprefix("https://doi.org/")
    if not re.fullmatch(r"10\.\d{4,9}/[^\s<>\"{}]+", text):
        raise DescriptionError(
            f"{file}: {field}: {value!r} is not a DOI; write it as 10.1234/abc, or remove the field "
            "until one has been minted"
        )
    return text


def _isbn(file: str, field: str, value: object) -> str:
    """An ISBN-13 whose check digit is right, empty where there is none."""
    if value is None:
        return ""
    digits = re.sub(r"[\s-]", "", str(value))
    if (
        not re.fullmatch(r"97[89]\d{10}", digits)
        or sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    ):
        raise DescriptionError(
            f"{file}: {field}: {value!r} is not an ISBN-13; correct it, "
            "or remove the field until one has been given out"
        )
    return str(value)


def _day(file: str, field: str, value: object) -> date:
    """``value`` as a day; YAML gives a date for an unquoted one, a text for a quoted one."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise DescriptionError(f'{file}: {field}: {value!r} is not a day; write it as "2026-11-21"') from None


def _authors(file: str, value: object) -> tuple[Author, ...]:
    """Authors as CITATION.cff has them: mappings with ``family-names`` (a person) or ``name`` (a body)."""
    authors: list[Author] = []
    for item in value if isinstance(value, list) else [None]:
        name = item.get("family-names") or item.get("name") if isinstance(item, Mapping) else None
        if not isinstance(item, Mapping) or not isinstance(name, str):
            raise DescriptionError(f"{file}: authors: {item!r} has neither family-names nor name; add one")
        given = str(item.get("given-names", "")) if "family-names" in item else ""
        orcid = str(item.get("orcid", ""))
        if orcid and not re.fullmatch(r"https://orcid\.org/(\d{4}-){3}\d{3}[\dX]", orcid):
            raise DescriptionError(
                f"{file}: authors: orcid {orcid!r} is no address of ORCID; "
                "write https://orcid.org/ and the 16 digits"
            )
        authors.append(Author(name, given, orcid, str(item.get("affiliation", ""))))
    if not authors:
        raise DescriptionError(f"{file}: authors: the list is empty; name one or more")
    return tuple(authors)
