"""The book for e-readers: plain XHTML pages and a description of how they belong together.

A builder of its own under Sphinx's name ``epub``. It writes no theme, script or template of others: each page
is the text that Sphinx rendered, cleaned (:mod:`corridors.publish.epub_pages`), in a frame of a few lines.
Beside the pages it leaves ``book.json``: metadata, contents, reading order, landmarks, lists of figures and
tables. ``corridors.build.epub`` packs both into one file.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder
from sphinx.errors import ExtensionError
from sphinx.util.osutil import relative_uri

from corridors.publish import citation, covers, epub_front, epub_tables, overviews
from corridors.publish.epub_pages import Page, PageError, clean, frame
from corridors.publish.texts import json_text

DESCRIPTION: Final = "book.json"
STYLE: Final = "style.css"
_ABOUT: Final = "About this edition"


class EpubPages(Epub3Builder):
    """Sphinx's EPUB builder with pages of our own making; the packing is left to ``corridors.build``."""

    name = "epub"

    def init(self) -> None:
        """Begin without pages."""
        super().init()
        self.pages: dict[str, Page] = {}

    def copy_assets(self) -> None:
        """Only a place for what extensions copy there; the one style sheet is written at the end."""
        Path(self.outdir, "_static").mkdir(parents=True, exist_ok=True)

    def gen_pages_from_extensions(self) -> None:
        """Nothing: pages such as a search have no place in a book."""

    def gen_additional_pages(self) -> None:
        """Nothing, for the same reason."""

    def write_buildinfo(self) -> None:
        """Nothing: it would hold paths of this machine."""

    def handle_page(
        self,
        pagename: str,
        addctx: dict[str, Any],
        templatename: str = "page.html",
        outfilename: Any = None,
        event_arg: Any = None,
    ) -> None:
        """Write one page of the book; others (indices of Sphinx) are left out."""
        if pagename not in self.env.titles:
            return
        title = overviews.title_of(self.env, pagename)
        numbered = bool(self.env.toc_secnumbers.get(pagename, {}).get(""))
        opening = pagename == self.config.root_doc
        try:
            page = clean(addctx["body"], title, "introduction" if opening else "chapter" if numbered else "")
        except PageError as error:
            raise ExtensionError(f"{pagename}: {error}") from error
        self.pages[pagename] = page
        self.put(self.get_target_uri(pagename), page.title, page.text, page.kind)

    def put(self, href: str, title: str, text: str, kind: str) -> None:
        """Write one XHTML file; ``text`` is the content of ``main``."""
        path = Path(self.outdir, href)
        path.parent.mkdir(parents=True, exist_ok=True)
        style = relative_uri(href, STYLE)
        path.write_text(frame(title, text, kind, style, str(self.config.language or "en")), "utf-8")

    def handle_finish(self) -> None:
        """Write front and end matter, the style sheet and the description."""
        out = Path(self.outdir)
        own = resources.files("corridors.publish").joinpath("static", "epub", STYLE).read_text("utf-8")
        (out / STYLE).write_text(own + epub_tables.style(), "utf-8", newline="\n")
        description = describe(self, covers.PNG if (out / covers.PNG).is_file() else "")
        (out / DESCRIPTION).write_text(json_text(description), "utf-8", newline="")


def in_parts(builder: EpubPages) -> Iterator[tuple[str, list[str]]]:
    """(caption, pages) of each part of the table of contents, in order; "" for pages outside all parts."""
    root = str(builder.config.root_doc)
    for tree in builder.env.tocs[root].findall(addnodes.toctree):
        pages = [str(name) for _, name in tree["entries"] if name in builder.pages]
        yield str(tree.get("caption") or ""), pages


def describe(builder: EpubPages, cover: str) -> dict[str, Any]:
    """All that the package needs to know; writes title page and colophon on the way."""
    config = builder.config
    root = str(config.root_doc)
    book = citation.works_of(builder.app)[0]
    parts = list(in_parts(builder))
    order = [root, *(name for _, pages in parts for name in pages)]
    front = []
    if cover:
        alt = covers.alt_of(builder.app) or f"Cover of {book.title}"
        builder.put("cover.xhtml", "Cover", epub_front.cover_page(cover, alt), "cover")
        front.append("cover.xhtml")
    builder.put("title.xhtml", book.title, epub_front.title_page(book), "titlepage")
    front.append("title.xhtml")
    builder.put("colophon.xhtml", _ABOUT, epub_front.colophon(book), "colophon")
    contents: list[dict[str, Any]] = [_entry(builder, root)]
    for caption, pages in parts:
        entries = [_entry(builder, name) for name in pages]
        contents += [{"title": caption, "children": entries}] if caption and entries else entries
    contents.append({"title": _ABOUT, "href": "colophon.xhtml"})
    spine = [*front, *map(builder.get_target_uri, order), "colophon.xhtml"]
    figures = [
        {"title": f"{one.number} {one.text}", "href": f"{builder.get_target_uri(name)}#{one.anchor}"}
        for name in order
        for one in builder.pages[name].captions
        if one.anchor
    ]
    return {
        "file": f"{config.epub_basename}.epub",
        "metadata": {
            "identifier": uuid5(NAMESPACE_URL, book.address or str(config.epub_identifier)).urn,
            "title": book.title,
            "language": str(config.language or "en"),
            "creators": [author.natural for author in book.authors],
            "publisher": book.publisher,
            "rights": epub_front.rights(book),
            "description": book.abstract,
            "subjects": list(book.keywords),
            "date": book.revised.isoformat(),
            "version": book.version,
            **({"source": book.address} if book.address else {}),
        },
        "accessibility": epub_front.ACCESSIBILITY | {"certifiedBy": book.publisher},
        "cover": {"image": cover, "page": "cover.xhtml"} if cover else {},
        "spine": spine,
        "contents": contents,
        "landmarks": _landmarks(builder, order, cover),
        "figures": [one for one in figures if not one["title"].startswith("Table")],
        "tables": [one for one in figures if one["title"].startswith("Table")],
        "style": STYLE,
    }


def _entry(builder: EpubPages, name: str) -> dict[str, Any]:
    """A page and its sections in the table of contents."""
    page, href = builder.pages[name], builder.get_target_uri(name)
    below = [{"title": text, "href": f"{href}#{anchor}"} for anchor, text in page.sections]
    return {"title": page.title, "href": href, **({"children": below} if below else {})}


def _landmarks(builder: EpubPages, order: list[str], cover: str) -> list[dict[str, str]]:
    """The places that e-readers offer by name."""
    found = [{"type": "cover", "title": "Cover", "href": "cover.xhtml"}] if cover else []
    found.append({"type": "titlepage", "title": "Title page", "href": "title.xhtml"})
    wanted = {
        "introduction": "introduction",
        "chapter": "bodymatter",
        "glossary": "glossary",
        "bibliography": "bibliography",
    }
    for name in order:
        page = builder.pages[name]
        kind = wanted.pop(page.kind, "")
        if kind:
            found.append({"type": kind, "title": page.title, "href": builder.get_target_uri(name)})
    return [*found, {"type": "colophon", "title": _ABOUT, "href": "colophon.xhtml"}]


def setup(app: Sphinx) -> None:
    """Put our builder in the place of Sphinx's own."""
    app.add_builder(EpubPages, override=True)
