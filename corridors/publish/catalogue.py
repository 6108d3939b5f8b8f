"""The catalogue of the data package in the book.

``{data-catalogue} subject``  one entry a table or layer of a subject
``{shared-columns}``          columns that mean the same in many tables; the entries below it only name them

An entry says what the table is and what can go wrong in its use, its columns with their units, its gaps with
their reasons, its horizon, licence and sources, and the chapters that use it. In the site each entry opens on
request; on paper and in an EPUB all are open. Everything comes from ``datapackage.json``; the chapters are
those whose exhibits and numbers name the table.
"""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from corridors import paths
from corridors.publish import overviews, provenance
from corridors.schema import PACKAGE_FILE, SUBJECTS

_SITES: Final = ("html", "dirhtml")
SHARED: Final = "data-shared-columns"


class fold(nodes.General, nodes.Element):
    """Content that opens on request; its first child is a ``fold_head``."""


class fold_head(nodes.Part, nodes.TextElement):
    """The line that stays in sight when a fold is closed."""


class dataset_uses(nodes.General, nodes.Element):
    """Stands where the chapters that use a table are named; ``dataset`` is its name."""


class DataCatalogue(SphinxDirective):
    """``{data-catalogue} trade``: all tables and layers of a subject, in the order of the package."""

    has_content = False
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """One fold a table."""
        subject = self.arguments[0]
        if subject not in SUBJECTS:
            raise self.error(f"'{subject}' is no subject of the data; one of {', '.join(SUBJECTS)}")
        from corridors.publish import catalogue_entries  # loads pandas, which other pages do without

        self.env.note_dependency(str(paths.DATA / PACKAGE_FILE))
        return catalogue_entries.entries_of(subject, self.state.document)


class SharedColumns(SphinxDirective):
    """``{shared-columns}``: each column that many tables share, once, with what it is in all of them."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """One list, which is a place to link to."""
        from corridors.publish import catalogue_entries

        self.env.note_dependency(str(paths.DATA / PACKAGE_FILE))
        place = catalogue_entries.list_of_shared()
        self.state.document.note_explicit_target(place, place)
        return [place]


def anchor(name: str) -> str:
    """The place of a table in the catalogue: "imports_by_partner" -> "data-imports-by-partner"."""
    return f"data-{name.replace('_', '-')}"


def _name_uses(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace each placeholder by links to the chapters."""
    places = list(doctree.findall(dataset_uses))
    if not places:
        return
    uses = provenance.uses(app.env)
    for place in places:
        links: list[nodes.Node] = []
        for chapter in uses.get(place["dataset"], []):
            if chapter == docname:
                continue
            if links:
                links.append(nodes.Text("; "))
            links.append(overviews.page_link(app, docname, chapter, "", overviews.title_of(app.env, chapter)))
        place.replace_self(links or [nodes.Text("no exhibit and no number of this build")])


def _visit_fold(self: Any, node: fold) -> None:
    if self.builder.name in _SITES:
        self.body.append(self.starttag(node, "details"))


def _depart_fold(self: Any, node: fold) -> None:
    if self.builder.name in _SITES:
        self.body.append("</details>\n")


def _visit_head(self: Any, node: fold_head) -> None:
    self.body.append(self.starttag(node, "summary" if self.builder.name in _SITES else "p", ""))


def _depart_head(self: Any, node: fold_head) -> None:
    self.body.append("</summary>\n" if self.builder.name in _SITES else "</p>\n")


def _as_paragraph(self: Any, node: fold_head) -> None:
    self.visit_paragraph(node)


def _after_paragraph(self: Any, node: fold_head) -> None:
    self.depart_paragraph(node)


def _nothing(self: Any, node: nodes.Node) -> None:
    """Other builders show the content as it is."""


def setup(app: Sphinx) -> None:
    """Register directive and nodes; name the chapters when all are known."""
    plain = (_nothing, _nothing)
    app.add_node(fold, html=(_visit_fold, _depart_fold), latex=plain, text=plain)
    line = (_as_paragraph, _after_paragraph)
    app.add_node(fold_head, html=(_visit_head, _depart_head), latex=line, text=line)
    app.add_node(dataset_uses)
    app.add_directive("data-catalogue", DataCatalogue)
    app.add_directive("shared-columns", SharedColumns)
    app.connect("doctree-resolved", _name_uses)
