"""The entries of the catalogue: what the data package says of each table, as a page shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import pandas as pd
from docutils import nodes

from corridors import catalog, history
from corridors.publish import credits
from corridors.publish.catalogue import SHARED, anchor, dataset_uses, fold, fold_head
from corridors.schema import QUALITIES

#: Kinds of tables in words for readers.
KINDS: Final = {
    "published": "as published",
    "derived": "derived, that is computed by us",
    "mixed": "published and derived, marked in each row or column",
}
_UNTOLD: Final = ("", "1")
#: A column is shared if so many tables have it with the same name, type, unit and description.
MANY: Final = 8
#: Name, type with unit, and description of a column.
Column = tuple[str, str, str]


def entries_of(subject: str, document: nodes.document) -> list[nodes.Node]:
    """One fold a table or layer of a subject, in the order of the package."""
    found: list[nodes.Node] = []
    shared = shared_columns() if SHARED in document.nameids else {}
    for about in _tables(catalog.default):
        if about.subject == subject:
            body = _body(about, shared)
            document.note_explicit_target(body, body)
            found.append(fold("", _head(about), body, classes=["data-fold"]))
    return found


def list_of_shared() -> nodes.container:
    """The columns that many tables share, each once; a place to link to."""
    listing = _listed((name, marks, text) for (_, marks, text), name in shared_columns().items())
    return nodes.container("", listing, names=[SHARED])


@lru_cache(maxsize=1)
def _tables(package: catalog.Catalog) -> tuple[catalog.Description, ...]:
    """What is known of every table, found out once; each subject and each column asks for it."""
    return tuple(package.describe(name) for name in package.names())


def shared_columns() -> dict[Column, str]:
    """What many tables share, as it is called: its name, numbered if the name has several such meanings."""
    return dict(_shared_columns(catalog.default))


@lru_cache(maxsize=1)
def _shared_columns(package: catalog.Catalog) -> dict[Column, str]:
    counts = Counter(column for about in _tables(package) for column in _columns_of(about))
    shared = [column for column, count in counts.items() if count >= MANY]
    found: dict[Column, str] = {}
    for column in sorted(shared, key=lambda one: one[0]):
        same = [one for one in shared if one[0] == column[0]]
        found[column] = f"{column[0]} ({same.index(column) + 1})" if len(same) > 1 else column[0]
    return found


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
    grades = Counter(credits.known().sources[source]["quality"] for source in ids)
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
