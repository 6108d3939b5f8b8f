"""The catalogue of the data package in the book.

``{data-catalogue} subject``  one entry a table or layer of a subject
``{shared-columns}``          columns that mean the same in many tables; the entries below it only name them

An entry says what the table is and what can go wrong in its use, its columns with their units, its gaps with
their reasons, its horizon, licence and sources, and the chapters that use it. In the site each entry opens on
request; on paper and in an EPUB all are open. Everything comes from ``datapackage.json``; the chapters are
those whose exhibits and numbers name the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from corridors import catalog, history
from corridors.publish import overviews, provenance
from corridors.schema import SUBJECTS

_SITES: Final = ("html", "dirhtml")
#: Kinds of tables in words for readers.
KINDS: Final = {
    "published": "as published",
    "derived": "derived, that is computed by us",
    "mixed": "published and derived, marked in each row or column",
}
#: How a source is graded, the best first.
QUALITIES: Final = ("official", "press", "secondary", "weak")
_UNTOLD: Final = ("", "1")
#: A column is shared if so many tables have it with the same name, type, unit and description.
MANY: Final = 8
SHARED: Final = "data-shared-columns"
#: Name, type with unit, and description of a column.
Column = tuple[str, str, str]


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
        self.env.note_dependency(str(catalog.default.root / "datapackage.json"))
        found: list[nodes.Node] = []
        shared = shared_columns() if SHARED in self.state.document.nameids else {}
        for name in catalog.names():
            about = catalog.describe(name)
            if about.subject == subject:
                body = _body(about, shared)
                self.state.document.note_explicit_target(body, body)
                found.append(fold("", _head(about), body, classes=["data-fold"]))
        return found


class SharedColumns(SphinxDirective):
    """``{shared-columns}``: each column that many tables share, once, with what it is in all of them."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """One list, which is a place to link to."""
        self.env.note_dependency(str(catalog.default.root / "datapackage.json"))
        shared = shared_columns()
        listing = _listed((name, marks, text) for (_, marks, text), name in shared.items())
        place = nodes.container("", listing, names=[SHARED])
        self.state.document.note_explicit_target(place, place)
        return [place]


def shared_columns() -> dict[Column, str]:
    """What many tables share, as it is called: its name, numbered if the name has several such meanings."""
    tables = [catalog.describe(name) for name in catalog.names()]
    counts = Counter(column for about in tables for column in _columns_of(about))
    shared = [column for column, count in counts.items() if count >= MANY]
    found: dict[Column, str] = {}
    for column in sorted(shared, key=lambda one: one[0]):
        same = [one for one in shared if one[0] == column[0]]
        found[column] = f"{column[0]} ({same.index(column) + 1})" if len(same) > 1 else column[0]
    return found


def anchor(name: str) -> str:
    """The place of a table in the catalogue: "imports_by_partner" -> "data-imports-by-partner"."""
    return f"data-{name.replace('_', '-')}"


def _head(about: catalog.Description) -> fold_head:
    """The table's title and name."""
    return fold_head("", "", nodes.strong("", about.title), nodes.Text(" "), nodes.literal("", about.name))


def _body(about: catalog.Description, shared: Mapping[Column, str]) -> nodes.container:
    """All of an entry below its title; it bears the name that a link can point to."""
    body = nodes.container(names=[anchor(about.name)], classes=["data-entry"])
    body += nodes.paragraph("", about.description)
    body += _facts(about)
    body += nodes.rubric("", "Columns")
    columns = _columns_of(about)
    if own := [column for column in columns if column not in shared]:
        body += _listed(own)
    if names := [shared[column] for column in columns if column in shared]:
        line = nodes.paragraph("", "", nodes.reference("", "Shared columns", internal=True, refid=SHARED))
        line += nodes.Text(f": {', '.join(names)}")
        body += line
    return body


def _facts(about: catalog.Description) -> nodes.field_list:
    """File, key, kind, horizon, licence, sources, gaps, chapters."""
    file = about.path.relative_to(catalog.default.root.parent).as_posix()
    facts = nodes.field_list(classes=["data-facts"])
    facts += _fact("File", nodes.paragraph("", "", nodes.literal("", file)))
    if about.primary_key:
        facts += _fact("A row is told by", nodes.paragraph("", ", ".join(about.primary_key)))
    for title, text in (
        ("Values", KINDS[about.kind]),
        ("Horizon", about.horizon),
        ("Licence", about.licence),
        ("Sources", sources_in_words(about.name)),
    ):
        if text:
            facts += _fact(title, nodes.paragraph("", text))
    facts += _fact("Vintages", _vintages(about.name))
    facts += _fact("Empty cells", _gaps(about))
    facts += _fact("Used in", nodes.paragraph("", "", dataset_uses(dataset=about.name)))
    return facts


def _fact(title: str, body: nodes.Element) -> nodes.field:
    return nodes.field("", nodes.field_name("", title), nodes.field_body("", body))


def sources_in_words(name: str) -> str:
    """How many sources a table has, how they are graded, and whom to credit; empty if it names none."""
    ids = catalog.sources_of(name)
    if not ids:
        return ""
    grades = Counter(catalog.source(source).quality for source in ids)
    graded = ", ".join(f"{grades[quality]} {quality}" for quality in QUALITIES if grades[quality])
    credit = catalog.attribution(name).removeprefix("Data: ")
    return f"{len(ids)} ({graded}). {credit[:1].upper()}{credit[1:]}"


def vintages_in_words(name: str) -> str:
    """The states of a table that are kept, oldest first, the present one marked."""
    *former, present = catalog.vintages(name)
    return ", ".join([*former, f"{present} (present)"])


#: Values of one state that the catalogue lists; the rest are counted.
_LISTED: Final = 12


def _vintages(name: str) -> nodes.Element:
    """The states that are kept; of an earlier one, in what it differs from the present one."""
    said = nodes.paragraph("", vintages_in_words(name))
    lines = differences_in_words(name)
    if not lines:
        return said
    listing = nodes.bullet_list(bullet="-")
    listing += [nodes.list_item("", nodes.paragraph("", line)) for line in lines]
    return nodes.container("", said, listing)


def differences_in_words(name: str) -> list[str]:
    """Line by line, in what the earlier states of a table differ from the present one; none without such."""
    if len(catalog.vintages(name)) == 1:
        return []
    changed = history.differences(name)
    lines = []
    for state in catalog.vintages(name)[:-1]:
        mine = changed[changed["state"] == state]
        counts = mine["kind"].value_counts()
        told = ", ".join(
            f"{counts[kind]} {noun}{'' if counts[kind] == 1 else 's'} {kind}"
            for kind, noun in ((history.REVISED, "value"), (history.ADDED, "row"), (history.REMOVED, "row"))
            if kind in counts
        )
        lines.append(f"{state}: {told or 'as the present one'}")
        values = mine[mine["kind"] == history.REVISED]
        lines += [_revision(row) for row in values.head(_LISTED).itertuples()]
        if len(values) > _LISTED:
            lines.append(f"{state}: and {len(values) - _LISTED} more")
    return lines


def _revision(row: Any) -> str:
    share = "" if pd.isna(row.change_pct) else f" ({row.change_pct:+.1f} per cent)"
    then, today = ("empty" if pd.isna(value) else value for value in (row.then, row.today))
    return f"{row.state}, {row.row}: {row.column} {then}, today {today}{share}"


def _gaps(about: catalog.Description) -> nodes.Element:
    if not about.gaps:
        return nodes.paragraph("", "none")
    listing = nodes.bullet_list(bullet="-")
    for gap in about.gaps:
        line = nodes.paragraph("", f"{gap.field}: {gap.count}, {gap.reason}")
        listing += nodes.list_item("", line)
    return listing


def _columns_of(about: catalog.Description) -> list[Column]:
    return [
        (str(row.name), "; ".join(_marks(row)), str(row.description or row.title))
        for row in about.fields.itertuples()
    ]


def _listed(columns: Iterable[Column]) -> nodes.definition_list:
    """Each column with its type and unit, and what it is."""
    listing = nodes.definition_list(classes=["data-columns"])
    for name, marks, text in columns:
        # No literal: its markup, hundreds of times, would be a large part of the page.
        term = nodes.term("", name)
        term += nodes.inline("", f" {marks}", classes=["data-type"])
        listing += nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph("", text)))
    return listing


def _marks(row: Any) -> Iterable[str]:
    """Type, unit and, if so, that the book computed the column."""
    yield str(row.type)
    if row.unit not in _UNTOLD:
        yield str(row.unit)
    if row.derived:
        yield "derived"


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
