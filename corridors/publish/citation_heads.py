"""What the head of a page tells machines: description, citation data, and the work's place in the book.

Three vocabularies, each read by others: Highwire ``citation_*`` tags (Google Scholar, Zotero), Dublin Core
and Open Graph; and schema.org as JSON-LD in a data block, which browsers never execute and which a content
security policy does not touch. Addresses appear only if the book has one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from corridors.publish.citation_records import Author, Work

FILES: Final = {
    "bib": ("BibTeX", "application/x-bibtex"),
    "ris": ("RIS", "application/x-research-info-systems"),
    "json": ("CSL-JSON", "application/vnd.citationstyles.csl+json"),
}
"""Citation files by suffix: the name that readers know, and the media type."""


def head(work: Work, book: Work, files: str, pdf: str = "") -> str:
    """The head lines of one page, each ending in a line end.

    ``files`` is the path of the citation files from the page, without the suffix: ``../_cite/railway``.
    ``pdf`` is the address of the work as PDF, empty unless the site has it and has an address of its own.
    """
    return "".join(
        [
            plain_head(work.title, work.abstract, work.keywords),
            _named(highwire(work, pdf)),
            '<link rel="schema.DC" href="http://purl.org/dc/elements/1.1/" />\n',
            _named(dublin_core(work)),
            _properties(open_graph(work, book)),
            *(
                f'<link rel="describedby" type="{media}" title="{name}" href="{escape(files)}.{suffix}" />\n'
                for suffix, (name, media) in FILES.items()
            ),
            data_block(schema_org(work, book)),
        ]
    )


def plain_head(title: str, description: str, keywords: tuple[str, ...] = ()) -> str:
    """Description and keywords: what every page has, whether it can be cited or not."""
    text = " ".join(description.split()) or title
    tags = [("description", text)]
    if keywords:
        tags.append(("keywords", ", ".join(keywords)))
    return _named(tags)


def highwire(work: Work, pdf: str = "") -> list[tuple[str, str]]:
    """Highwire tags. The date is that of the cited version, as in the files; ``pdf`` is an address."""
    tags = [("citation_title", work.title)]
    for author in work.authors:
        # Institution and ORCID belong to the author named just before.
        tags.append(("citation_author", author.inverted))
        if author.affiliation:
            tags.append(("citation_author_institution", author.affiliation))
        if author.orcid:
            tags.append(("citation_author_orcid", author.orcid))
    if work.kind == "chapter":
        tags.append(("citation_inbook_title", work.book_title))
    tags += [
        ("citation_publication_date", work.revised.strftime("%Y/%m/%d")),
        ("citation_publisher", work.publisher),
        ("citation_language", work.language),
    ]
    tags += [("citation_keywords", word) for word in work.keywords]
    found = (
        ("citation_doi", work.doi),
        ("citation_isbn", work.isbn),
        ("citation_fulltext_html_url", work.address),
        ("citation_pdf_url", pdf),
    )
    return tags + [(name, text) for name, text in found if text]


def dublin_core(work: Work) -> list[tuple[str, str]]:
    """Dublin Core elements."""
    tags = [("DC.type", "Text"), ("DC.title", work.title)]
    tags += [("DC.creator", author.inverted) for author in work.authors]
    tags += [
        ("DC.publisher", work.publisher),
        ("DC.date.issued", work.first_published.isoformat()),
        ("DC.date.modified", work.revised.isoformat()),
        ("DC.language", work.language),
        ("DC.rights", ", ".join(work.licences)),
        ("DC.description", work.abstract),
    ]
    if work.kind == "chapter":
        tags.append(("DC.relation.ispartof", work.book_title))
    named = (("doi:", work.doi), ("isbn:", work.isbn), ("", work.address))
    return tags + [("DC.identifier", f"{scheme}{text}") for scheme, text in named if text]


def open_graph(work: Work, book: Work) -> list[tuple[str, str]]:
    """Open Graph properties, for previews of a link."""
    tags = [
        ("og:type", "article" if work.kind == "chapter" else "book"),
        ("og:title", work.title),
        ("og:description", work.abstract),
        ("og:site_name", book.title),
    ]
    if work.kind == "chapter":
        tags += [
            ("article:published_time", work.first_published.isoformat()),
            ("article:modified_time", work.revised.isoformat()),
        ]
    if work.address:
        tags.append(("og:url", work.address))
    return tags


def schema_org(work: Work, book: Work) -> dict[str, Any]:
    """The work as a schema.org ``Chapter`` in its ``Book``, or as the ``Book``."""
    if work.kind == "book":
        return {"@context": "https://schema.org", **_thing("Book", work)}
    chapter = _thing("Chapter", work)
    if work.number:
        chapter["position"] = work.number
    chapter["isPartOf"] = {
        "@type": "Book",
        "name": book.title,
        "author": [schema_agent(author) for author in book.authors],
        "version": book.version,
        **({"url": book.address} if book.address else {}),
    }
    return {"@context": "https://schema.org", **chapter}


def schema_dataset(descriptor: Mapping[str, Any], book: Work) -> dict[str, Any]:
    """The data package (its ``descriptor``) as a schema.org ``Dataset`` in the book."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": descriptor["title"],
        "description": descriptor["description"],
        "keywords": list(descriptor["keywords"]),
        "license": [licence["path"] for licence in descriptor["licenses"]],
        "creator": [schema_agent(author) for author in book.authors],
        "version": book.version,
        "datePublished": book.first_published.isoformat(),
        "dateModified": book.revised.isoformat(),
        "inLanguage": book.language,
        "isAccessibleForFree": True,
        "spatialCoverage": {"@type": "Place", "name": "Mongolia"},
        "hasPart": [
            {
                "@type": "Dataset",
                "name": resource["title"],
                "identifier": resource["name"],
                "encodingFormat": resource["mediatype"],
                "temporalCoverage": resource["horizon"],
            }
            for resource in descriptor["resources"]
        ],
        "isPartOf": {"@type": "Book", "name": book.title},
    }
    if book.address:
        found["url"] = book.address
    return found


def data_block(data: dict[str, Any] | Sequence[Mapping[str, Any]], *, compact: bool = False) -> str:
    """``data`` as a JSON-LD block; ``<`` is written as an escape, so that no text can end the block.

    ``compact`` leaves out indents and line ends, for long lists of records.
    """
    layout: dict[str, Any] = {"separators": (",", ":")} if compact else {"indent": 1}
    text = json.dumps(data, ensure_ascii=False, **layout).replace("<", "\\u003c")
    return f'<script type="application/ld+json">\n{text}\n</script>\n'


def _thing(kind: str, work: Work) -> dict[str, Any]:
    return {
        "@type": kind,
        "name": work.title,
        "author": [schema_agent(author) for author in work.authors],
        "publisher": {"@type": "Organization", "name": work.publisher},
        "datePublished": work.first_published.isoformat(),
        "dateModified": work.revised.isoformat(),
        "version": work.version,
        "inLanguage": work.language,
        "abstract": work.abstract,
        "keywords": list(work.keywords),
        "license": [f"https://spdx.org/licenses/{licence}" for licence in work.licences],
        **({"url": work.address} if work.address else {}),
        **({"isbn": work.isbn} if work.isbn else {}),
        **({"identifier": f"https://doi.org/{work.doi}"} if work.doi else {}),
    }


def schema_agent(author: Author) -> dict[str, Any]:
    """An author as schema.org has it: a person with what is known of them, or an organization."""
    if not author.given:
        return {"@type": "Organization", "name": author.family}
    institution = {"@type": "Organization", "name": author.affiliation}
    return {
        "@type": "Person",
        "name": author.natural,
        "givenName": author.given,
        "familyName": author.family,
        **({"@id": author.orcid} if author.orcid else {}),
        **({"affiliation": institution} if author.affiliation else {}),
    }


def _named(tags: list[tuple[str, str]]) -> str:
    return "".join(f'<meta name="{name}" content="{escape(text)}" />\n' for name, text in tags)


def _properties(tags: list[tuple[str, str]]) -> str:
    return "".join(f'<meta property="{name}" content="{escape(text)}" />\n' for name, text in tags)
