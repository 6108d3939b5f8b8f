"""One EPUB file out of a folder of XHTML pages and the description that lies beside them (``book.json``).

The description says file, metadata, accessibility, cover, spine, contents, landmarks, figures and tables;
``pack`` adds what the format asks for (package document, navigation, NCX) and zips all of it in a fixed order
with a fixed time, so that the same pages give the same bytes.
"""

from __future__ import annotations

import json
import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, Final

from corridors.build import packing
from corridors.build.epub_pictures import lighter
from corridors.build.faults import BuildError

DESCRIPTION: Final = "book.json"
_MEDIA: Final = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
}
_SOURCE: Final = re.compile(r'\bsrc="([^"]+)"')
_CONTAINER: Final = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">\n'
    '<rootfiles><rootfile full-path="EPUB/content.opf" '
    'media-type="application/oebps-package+xml"/></rootfiles>\n'
    "</container>\n"
)
Node = Mapping[str, Any]


def pack(folder: Path, moment: int | None = None) -> Path:
    """Write the EPUB into ``folder``, which holds pages and description; returns the file.

    ``moment`` (seconds since 1970, UTC) is the time of the edition; without it, the day that the
    description states. Raises BuildError for a description or a file that is missing.
    """
    try:
        book: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BuildError(f"{DESCRIPTION}: no description of the pages for e-readers: {error}") from error
    day = book["metadata"]["date"]
    when = (
        datetime.fromtimestamp(moment, UTC)
        if moment is not None
        else datetime.fromisoformat(f"{day}T00:00:00Z")
    )
    contents: dict[str, bytes] = {}
    for name in [*book["spine"], book["style"]]:
        contents[name] = _read(folder, name)
    for page in book["spine"]:
        for source in _SOURCE.findall(contents[page].decode("utf-8")):
            picture = posixpath.normpath(posixpath.join(posixpath.dirname(page), source))
            if picture not in contents:
                contents[picture] = lighter(picture, _read(folder, picture))
    contents["nav.xhtml"] = navigation(book).encode("utf-8")
    contents["toc.ncx"] = ncx(book).encode("utf-8")
    contents["content.opf"] = package(book, sorted(contents), when).encode("utf-8")
    target = folder / str(book["file"])
    write_zip(target, contents, when)
    return target


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise BuildError(
            f"{name}: the pages for e-readers name this file, but it is not there ({error})"
        ) from error


def write_zip(target: Path, contents: Mapping[str, bytes], when: datetime) -> None:
    """The container: ``mimetype`` first and not compressed, all else in order of name, one time for all."""
    files = {"META-INF/container.xml": _CONTAINER.encode("utf-8")}
    files |= {f"EPUB/{name}": content for name, content in sorted(contents.items())}
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(packing.member("mimetype", when, zipfile.ZIP_STORED), b"application/epub+zip")
        for name, content in files.items():
            archive.writestr(packing.member(name, when), content, compresslevel=9)


def package(book: Node, files: Sequence[str], when: datetime) -> str:
    """The package document: metadata, manifest of ``files``, spine."""
    ids = {name: f"f{number:03d}" for number, name in enumerate(files, start=1)}
    cover = book["cover"].get("image", "")
    items = []
    for name, ident in ids.items():
        ending = posixpath.splitext(name)[1].lower()
        if name == "toc.ncx":
            kind = "application/x-dtbncx+xml"
        elif ending in _MEDIA:
            kind = _MEDIA[ending]
        else:
            raise BuildError(f"{name}: a page for e-readers shows a file of a kind that they cannot show")
        extra = {"nav.xhtml": ' properties="nav"', cover: ' properties="cover-image"'}.get(name, "")
        items.append(f'<item id="{ident}" href="{escape(name)}" media-type="{kind}"{extra}/>')
    spine = list(book["spine"])
    spine.insert(_place_of_contents(book), "nav.xhtml")
    refs = [f'<itemref idref="{ids[name]}"/>' for name in spine]
    return "\n".join([
        '<?xml version="1.0" encoding="utf-8"?>',
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book-id" '
        f'xml:lang="{escape(book["metadata"]["language"])}">',
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">',
        *_metadata(book, when),
        *([f'<meta name="cover" content="{ids[cover]}"/>'] if cover else []),
        "</metadata>",
        "<manifest>", *items, "</manifest>",
        f'<spine toc="{ids["toc.ncx"]}">', *refs, "</spine>",
        "</package>", "",
    ])  # fmt: skip


def _place_of_contents(book: Node) -> int:
    """The contents follow the title page."""
    marks = [mark["href"] for mark in book["landmarks"] if mark["type"] in ("cover", "titlepage")]
    return sum(page in marks for page in book["spine"])


def _metadata(book: Node, when: datetime) -> list[str]:
    about, access = book["metadata"], book["accessibility"]
    lines = [f'<dc:identifier id="book-id">{escape(about["identifier"])}</dc:identifier>']
    single = {"title": "title", "language": "language", "publisher": "publisher", "rights": "rights",
              "description": "description", "date": "date", "source": "source"}  # fmt: skip
    lines += [
        f"<dc:{tag}>{escape(about[key], quote=False)}</dc:{tag}>"
        for key, tag in single.items()
        if about.get(key)
    ]
    lines += [f"<dc:creator>{escape(name, quote=False)}</dc:creator>" for name in about["creators"]]
    lines += [f"<dc:subject>{escape(word, quote=False)}</dc:subject>" for word in about["subjects"]]
    lines.append(f'<meta property="dcterms:modified">{when:%Y-%m-%dT%H:%M:%SZ}</meta>')
    if about.get("version"):
        lines.append(f'<meta property="schema:version">{escape(about["version"])}</meta>')
    for name in ("accessMode", "accessModeSufficient", "accessibilityFeature", "accessibilityHazard"):
        lines += [f'<meta property="schema:{name}">{escape(value)}</meta>' for value in access[name]]
    summary = escape(access["accessibilitySummary"], quote=False)
    lines.append(f'<meta property="schema:accessibilitySummary">{summary}</meta>')
    if access.get("conformsTo"):
        lines.append(
            f'<meta id="conformance" property="dcterms:conformsTo">{escape(access["conformsTo"])}</meta>'
        )
        lines.append(
            f'<meta property="a11y:certifiedBy" refines="#conformance">{escape(access["certifiedBy"])}</meta>'
        )
    return lines


def navigation(book: Node) -> str:
    """The navigation document, which is also the page of contents: contents, lists, landmarks."""
    about = book["metadata"]
    lists = [("loi", "Figures", book["figures"]), ("lot", "Tables", book["tables"])]
    marks = [*book["landmarks"], {"type": "toc", "title": "Contents", "href": "nav.xhtml#contents"}]
    landmarks = "".join(
        f'<li><a epub:type="{mark["type"]}" href="{escape(mark["href"])}">{escape(mark["title"])}</a></li>\n'
        for mark in marks
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{about["language"]}" xml:lang="{about["language"]}">\n<head>\n<meta charset="utf-8"/>\n'
        "<title>Contents</title>\n"
        f'<link rel="stylesheet" type="text/css" href="{book["style"]}"/>\n</head>\n'
        '<body epub:type="frontmatter">\n<main>\n'
        '<nav epub:type="toc" role="doc-toc" id="contents" aria-labelledby="contents-title">\n'
        f'<h1 id="contents-title">Contents</h1>\n{_ordered(book["contents"])}</nav>\n'
        + "".join(
            f'<nav epub:type="{kind}" id="{kind}" aria-labelledby="{kind}-title">\n'
            f'<h2 id="{kind}-title">{title}</h2>\n{_ordered(entries)}</nav>\n'
            for kind, title, entries in lists
            if entries
        )
        + '<nav epub:type="landmarks" id="landmarks" aria-label="Landmarks" hidden="hidden">\n'
        f"<ol>\n{landmarks}</ol>\n</nav>\n</main>\n</body>\n</html>\n"
    )


def _ordered(entries: Sequence[Node]) -> str:
    """Entries as a list; a part, which has no page of its own, is a heading over its chapters."""
    items = []
    for entry in entries:
        title = escape(entry["title"], quote=False)
        line = (
            f'<a href="{escape(entry["href"])}">{title}</a>'
            if "href" in entry
            else f'<span class="part">{title}</span>'
        )
        below = f"\n{_ordered(entry['children'])}" if entry.get("children") else ""
        items.append(f"<li>{line}{below}</li>\n")
    return f"<ol>\n{''.join(items)}</ol>\n"


def ncx(book: Node) -> str:
    """The contents once more, for readers of the second edition of the format."""
    orders: dict[str, int] = {}
    count = 0

    def points(entries: Sequence[Node]) -> str:
        nonlocal count
        found = []
        for entry in entries:
            count += 1
            ident = count
            href = entry.get("href") or entry["children"][0]["href"]
            order = orders.setdefault(href, len(orders) + 1)
            label = f"<navLabel><text>{escape(entry['title'], quote=False)}</text></navLabel>"
            below = points(entry.get("children", ()))
            found.append(
                f'<navPoint id="p{ident}" playOrder="{order}">{label}'
                f'<content src="{escape(href)}"/>\n{below}</navPoint>\n'
            )
        return "".join(found)

    def depth(entries: Sequence[Node]) -> int:
        return 1 + max((depth(entry["children"]) for entry in entries if entry.get("children")), default=0)

    about = book["metadata"]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" '
        f'xml:lang="{about["language"]}">\n<head>\n'
        f'<meta name="dtb:uid" content="{escape(about["identifier"])}"/>\n'
        f'<meta name="dtb:depth" content="{depth(book["contents"])}"/>\n'
        '<meta name="dtb:totalPageCount" content="0"/>\n'
        '<meta name="dtb:maxPageNumber" content="0"/>\n</head>\n'
        f"<docTitle><text>{escape(about['title'], quote=False)}</text></docTitle>\n"
        f"<navMap>\n{points(book['contents'])}</navMap>\n</ncx>\n"
    )
