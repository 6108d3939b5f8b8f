"""The Sphinx builder ``paper``: each page as a bare fragment of HTML, for typesetting.

A fragment holds what the web page says, with the same numbers, captions and references, and nothing of the
site around it: no theme, no scripts, no live maps (``renderers.ChooseMedium`` leaves the vector pictures), no
folding and no filter. ``pages.json`` beside the fragments lists the pages in reading order.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypedDict

from docutils import nodes
from docutils.io import StringOutput
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config

from corridors.publish.texts import json_text

LISTING: Final = "pages.json"


class PageRecord(TypedDict):
    """One page of the book as ``pages.json`` lists it."""

    docname: str
    title: str
    number: str
    """The chapter's number ("8"); empty for pages without one."""


class PaperBuilder(StandaloneHTMLBuilder):
    """Fragments ``<docname>.html`` and the pictures that they show, in ``_images``."""

    name = "paper"
    epilog = "The fragments are in %(outdir)s."
    copysource = False
    search = False
    embedded = True
    supported_image_types: Final = ["image/svg+xml", "image/png", "image/jpeg"]  # type: ignore[misc]

    def init(self) -> None:
        super().init()
        self.config.html_permalinks = False

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Write one fragment."""
        destination = StringOutput(encoding="utf-8")
        doctree.settings = self.docsettings
        self.secnumbers: dict[str, Any] = self.env.toc_secnumbers.get(docname, {})
        self.fignumbers = self.env.toc_fignumbers.get(docname, {})
        self.imgpath = "_images"
        self.current_docname = docname
        self.docwriter.write(doctree, destination)
        self.docwriter.assemble_parts()
        path = Path(self.outdir) / f"{docname}{self.out_suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.docwriter.parts["fragment"], "utf-8", newline="")

    def write_doc_serialized(self, docname: str, doctree: nodes.document) -> None:
        """Note the pictures of the page."""
        self.post_process_images(doctree)

    def finish(self) -> None:
        """Copy the pictures and write the listing."""
        self.copy_image_files()
        listing = json_text(list(pages(self.app)))
        (Path(self.outdir) / LISTING).write_text(listing, "utf-8", newline="")


def pages(app: Sphinx) -> Iterator[PageRecord]:
    """All pages in the order of the table of contents, the first page first."""
    env = app.env
    seen: list[str] = []

    def visit(docname: str) -> None:
        if docname not in seen:
            seen.append(docname)
            for below in env.toctree_includes.get(docname, []):
                visit(below)

    visit(app.config.root_doc)
    for docname in seen:
        numbers = env.toc_secnumbers.get(docname, {}).get("", ())
        title = env.titles[docname].astext() if docname in env.titles else docname
        yield {"docname": docname, "title": title, "number": ".".join(map(str, numbers))}


def _printed_outputs(app: Sphinx, config: Config) -> None:
    """What a cell without an exhibit prints is text; myst-nb knows no order of media for other builders."""
    config.nb_mime_priority_overrides = [
        *config.nb_mime_priority_overrides,
        (PaperBuilder.name, "text/plain", 90),
    ]


def setup(app: Sphinx) -> None:
    """Register the builder."""
    app.add_builder(PaperBuilder)
    # Before myst-nb reads its settings.
    app.connect("config-inited", _printed_outputs, priority=100)
