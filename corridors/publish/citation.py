"""Sphinx part: every page says what it is, every chapter can be cited.

- ``version`` of the project, from ``CITATION.cff``;
- the head of each page (:mod:`corridors.publish.citation_heads`);
- ``_cite/<chapter>.bib``, ``.ris``, ``.json`` (and ``index.*`` for the whole book), written after the build;
- the directive ``{chapter-citation}``: the reference to read, in the page in four styles, with links to the
  three files.

A chapter without a ``chapter`` block in its front matter gets a description and no citation; a block that
breaks a rule stops the build.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.fileutil import copy_asset_file
from sphinx.util.osutil import relative_uri

from corridors import paths
from corridors.publish.citation_formats import bibtex, csl, csl_json, reference, ris
from corridors.publish.citation_heads import FILES, data_block, head, plain_head, schema_dataset
from corridors.publish.citation_records import DescriptionError, Work, read_book, read_chapter
from corridors.publish.citation_styles import STYLES, Piece, pieces

FOLDER: Final = "_cite"
DATA_CHAPTER: Final = "data"
"""The chapter whose head describes the data package as a whole."""
_SITES: Final = ("html", "dirhtml")
_ASSETS: Final = ("cite.css", "cite.js")
_log = logging.getLogger(__name__)


class ChapterCitation(nodes.General, nodes.Element):
    """Stands where the citation goes until title and number of the chapter are known."""


class ChapterCitationDirective(SphinxDirective):
    """``{chapter-citation}``: how to cite the chapter, on the first page the book. No arguments."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """One placeholder."""
        return [ChapterCitation()]


def read_works(app: Sphinx) -> tuple[Work, dict[str, Work]]:
    """The book, and by document name each work that can be cited (the first page stands for the book)."""
    base = str(app.config.html_baseurl or "").rstrip("/")
    own = Path(app.srcdir) / "CITATION.cff"
    try:
        book = read_book(own if own.is_file() else paths.CITATION, f"{base}/" if base else "")
        works = {str(app.config.root_doc): book}
        for name in sorted(app.env.titles):
            work = None if name in works else _read_chapter(app, name, book, base)
            if work is not None:
                works[name] = work
    except DescriptionError as error:
        raise ExtensionError(str(error)) from error
    return book, works


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and the three places where citation data come out."""
    app.add_node(ChapterCitation)
    app.add_directive("chapter-citation", ChapterCitationDirective)
    app.connect("config-inited", _set_version)
    app.connect("doctree-resolved", _place_citations)
    app.connect("html-page-context", _describe_page)
    app.connect("env-updated", _write_assets)
    app.connect("write-started", _read_again)
    app.connect("build-finished", _write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _read_chapter(app: Sphinx, name: str, book: Work, base: str) -> Work | None:
    numbers = app.env.toc_secnumbers.get(name, {}).get("", ())
    return read_chapter(
        Path(app.env.doc2path(name)),
        book,
        title=app.env.titles[name].astext(),
        number=".".join(map(str, numbers or ())),
        address=f"{base}/{app.builder.get_target_uri(name)}" if base else "",
    )


def works_of(app: Sphinx) -> tuple[Work, dict[str, Work]]:
    """:func:`read_works`, once a build: all titles and numbers are known when pages are written."""
    found: tuple[Work, dict[str, Work]] | None = getattr(app, "_corridors_works", None)
    if found is None:
        found = read_works(app)
        app._corridors_works = found  # type: ignore[attr-defined]
    return found


def _read_again(app: Sphinx, builder: object) -> None:
    """Before the first page is written, so that it rests on no page what all pages share."""
    app._corridors_works = read_works(app)  # type: ignore[attr-defined]


def _set_version(app: Sphinx, config: Config) -> None:
    own = Path(app.srcdir) / "CITATION.cff"
    try:
        book = read_book(own if own.is_file() else paths.CITATION)
    except DescriptionError as error:
        raise ExtensionError(str(error)) from error
    config.project = book.title.split(":")[0]
    config.version = config.release = book.version


def _file_name(app: Sphinx, name: str) -> str:
    """Name of a document's citation files: its last part, ``book/railway`` -> ``railway``."""
    return name.rsplit("/", 1)[-1]


def _place_citations(app: Sphinx, doctree: nodes.document, name: str) -> None:
    for place in list(doctree.findall(ChapterCitation)):
        if name not in works_of(app)[1]:
            _log.warning(
                "%s: {chapter-citation} has nothing to print; add a 'chapter' block to the front matter", name
            )
            place.replace_self([])
            continue
        place.replace_self(citation_box(app, name, name, whole=True))


def citation_box(app: Sphinx, name: str, here: str, *, whole: bool = False) -> nodes.container:
    """The reference of the work ``name`` as the page ``here`` shows it, in the site with its files.

    ``whole``: in the site in all styles, ready to be copied. Raises KeyError if ``name`` cannot be cited.
    """
    work = works_of(app)[1][name]
    site = app.builder.name in _SITES
    box = nodes.container(classes=["chapter-citation"])
    if whole and site:
        box += nodes.raw("", _styles(work), format="html")
    else:
        pieces = [nodes.emphasis("", text) if title else nodes.Text(text) for text, title in reference(work)]
        box += nodes.paragraph("", "", *pieces)
    if site:
        page = app.builder.get_target_uri(here)
        box += nodes.raw("", _links(page, _file_name(app, name), work), format="html")
    return box


def _styles(work: Work) -> str:
    """The reference in each style, as a definition list."""
    item = csl(work)
    lines = [
        f"<dt>{style.shown}</dt>"
        f'<dd class="cite-text" data-style="{name}" data-cite="reference, {style.shown}">'
        f"<span>{marked_up(pieces(item, name))}</span></dd>"
        for name, style in STYLES.items()
    ]
    return f"<dl>{''.join(lines)}</dl>"


def marked_up(reference: Iterable[Piece]) -> str:
    """Pieces of a reference as HTML."""
    return "".join(f"<cite>{escape(text)}</cite>" if titled else escape(text) for text, titled in reference)


def _links(page: str, file: str, work: Work) -> str:
    """Links to the citation files, as a list; ``page`` is the address of the page that shows them."""
    items = "".join(
        f'<li><a href="{escape(relative_uri(page, f"{FOLDER}/{file}.{suffix}"))}" '
        f'download="{work.key}.{suffix}">{shown}</a></li>'
        for suffix, (shown, _) in FILES.items()
    )
    return f'<ul class="citation-files" aria-label="Citation files">{items}</ul>'


def _describe_page(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if app.builder.name not in _SITES:
        return
    book, works = works_of(app)
    work = works.get(name)
    if work is None:
        title = app.env.titles[name].astext() if name in app.env.titles else str(context.get("title", ""))
        lines = plain_head(title, f"{title}. {book.abstract}" if title else book.abstract)
    else:
        page = app.builder.get_target_uri(name)
        lines = head(
            work, book, relative_uri(page, f"{FOLDER}/{_file_name(app, name)}"), pdf_address(app, name)
        )
        if work.name == DATA_CHAPTER:
            descriptor = json.loads((paths.DATA / "datapackage.json").read_text("utf-8"))
            lines += data_block(schema_dataset(descriptor, book), compact=True)
        link_assets(app)
    context["metatags"] = context.get("metatags", "") + "\n" + lines


def pdf_address(app: Sphinx, name: str) -> str:
    """The address of a page as PDF; empty unless the site has the file and an address of its own."""
    base = str(app.config.html_baseurl or "").rstrip("/")
    files: Mapping[str, int] = getattr(app.config, "corridors_companions", {})
    whole = name == app.config.root_doc
    found = [
        path
        for path in files
        if path.startswith("_pdf/")
        and (whole == (path.count("/") == 1))
        and (whole or path.rsplit("/", 1)[-1] == f"{_file_name(app, name)}.pdf")
    ]
    return f"{base}/{found[0]}" if base and found else ""


def link_assets(app: Sphinx) -> None:
    """Link script and style of citations on the page that is being written."""
    app.add_css_file("cite/cite.css")
    app.add_js_file("cite/cite.js", loading_method="defer")


def _write_assets(app: Sphinx, env: object) -> list[str]:
    """Script and style of citations into the site."""
    if app.builder.name in _SITES:
        own = Path(__file__).parent / "static" / "cite"
        target = Path(app.outdir) / "_static" / "cite"
        target.mkdir(parents=True, exist_ok=True)
        for name in _ASSETS:
            copy_asset_file(str(own / name), str(target))
    return []


def _write_files(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name not in _SITES:
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    written = set()
    for name, work in works_of(app)[1].items():
        for suffix, text in (("bib", bibtex(work)), ("ris", ris(work)), ("json", csl_json(work))):
            path = folder / f"{_file_name(app, name)}.{suffix}"
            path.write_text(text, "utf-8", newline="")
            written.add(path)
    for stale in set(folder.iterdir()) - written:
        stale.unlink()
