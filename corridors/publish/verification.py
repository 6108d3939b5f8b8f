"""The verification report: what the build can say of the book, as a directive for its back matter.

``{verification-report} ran``      cells, exhibits and numbers by page, and the libraries they ran on
``{verification-report} complete`` what has a function and data, what has not, by name
``{verification-report} grades``   the sources behind each page, by grade
``{verification-report} weak``     the weak sources, and the tables that rest on them
``{verification-report} notices``  what the build has to say besides faults
``{verification-report} chain``    every map, chart and table: cell, functions, data, sources

All of it is derived from the finished book and from ``requirements.lock``; nothing depends on the clock or
the machine, so that the page is the same wherever the book is built from the same files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from corridors import catalog
from corridors.publish import catalogue, entries, overviews, provenance, record
from corridors.show.inventory import QUALITIES

LIBRARIES: Final = (
    "jupyter-book", "sphinx", "myst-nb", "pandas", "geopandas", "matplotlib", "folium", "typst",
)  # fmt: skip
_PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)


class report(nodes.General, nodes.Element):
    """Stands where a part of the report goes; ``part`` says which."""


class ReportDirective(SphinxDirective):
    """``{verification-report}`` with the name of a part."""

    has_content = False
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """One placeholder, or an error that lists the parts."""
        if self.arguments[0] not in _PARTS:
            raise self.error(f"no part {self.arguments[0]!r}; there are {', '.join(_PARTS)}")
        return [report(part=self.arguments[0])]


def pinned(lock: Path, names: Iterable[str]) -> list[tuple[str, str]]:
    """The versions that ``requirements.lock`` names for ``names``, in their order; others left out."""
    found = dict(_PINNED.findall(lock.read_text("utf-8"))) if lock.is_file() else {}
    return [(name, found[name]) for name in names if name in found]


def _pages(env: BuildEnvironment) -> list[str]:
    """Pages with code that ran, in the order of the book."""
    return provenance.in_order(env, [name for name, one in record.of(env).items() if one["cells"]])


def _link(app: Sphinx, here: str, docname: str) -> nodes.Node:
    return overviews.page_link(app, here, docname, "", overviews.title_of(app.env, docname))


def _listed(items: Iterable[nodes.Node]) -> nodes.paragraph:
    line = nodes.paragraph()
    for position, item in enumerate(items):
        line += [nodes.Text(", "), item] if position else [item]
    return line


def _ran(app: Sphinx, here: str) -> list[nodes.Node]:
    env = app.env
    rows: list[list[nodes.Node | str]] = []
    total: Counter[str] = Counter()
    for docname in _pages(env):
        entry = record.of(env)[docname]
        counts = {
            "cells": entry["cells"], "exhibits": len(entry["exhibits"]), "numbers": len(entry["numbers"])
        }  # fmt: skip
        total.update(counts)
        rows.append([_link(app, here, docname), *map(str, counts.values())])
    rows.append(
        [nodes.strong("", "Whole book"), *(str(total[key]) for key in ("cells", "exhibits", "numbers"))]
    )
    libraries = pinned(Path(app.srcdir, "requirements.lock"), LIBRARIES)
    versions = ", ".join(f"{name} {number}" for name, number in libraries)
    headings = ("Page", "Code cells", "Exhibits", "Numbers")
    table = overviews.plain_table("What ran in this build", headings, rows, (40, 12, 12, 12), numeric=3)
    return [table, nodes.paragraph("", f"Versions of the lock: {versions}.")] if versions else [table]


def _complete(app: Sphinx, here: str) -> list[nodes.Node]:
    env = app.env
    exhibits, numbers = list(record.exhibits(env)), list(record.numbers(env))
    shown = {(doc, one["label"]): one["datasets"] + one["computed_from"] for doc, one in exhibits}
    glued = {(doc, one["id"]): one["datasets"] for doc, one in numbers}
    rows: list[list[nodes.Node | str]] = []
    without: dict[str, list[tuple[str, str]]] = {}
    for title, things in (("Maps, charts, tables, lists", shown), ("Numbers", glued)):
        origins = {key: record.origin(env, *key) for key in things}
        computed = sum(bool(origin.functions) for origin in origins.values())
        without["without a cell"] = without.get("without a cell", []) + [
            key for key, origin in origins.items() if not origin.cell
        ]
        bare = [key for key, data in things.items() if not data]
        without.setdefault("without a table of the data", []).extend(bare)
        rows.append(
            [
                title,
                str(len(things)),
                str(computed),
                str(len(things) - computed),
                str(len(things) - len(bare)),
            ]
        )
    headings = ("What", "In all", "Computed", "As loaded", "With data")
    found: list[nodes.Node] = [
        overviews.plain_table(
            "What has a function, and what has data", headings, rows, (36, 10, 10, 10, 10), 4
        )
    ]
    unlike = "named by the author with a function that the cell does not lead back to"
    without[unlike] = [
        (docname, one["id"])
        for docname, one in numbers
        if one["function"]
        and not provenance.is_called(one["function"], record.origin(env, docname, one["id"]))
    ]
    for what, keys in without.items():
        found += _exceptions(app, here, what, keys, set(shown))
    return found


def _exceptions(
    app: Sphinx, here: str, what: str, keys: list[tuple[str, str]], exhibits: set[tuple[str, str]]
) -> list[nodes.Node]:
    """A sentence with the count, and the names, each leading to its place."""
    if not keys:
        return [nodes.paragraph("", f"None is {what}.")]
    verb = "is" if len(keys) == 1 else "are"
    links = [
        overviews.page_link(app, here, doc, name if (doc, name) in exhibits else f"num-{name}", name)
        for doc, name in sorted(keys)
    ]
    body = _listed(links)
    head = catalogue.fold_head("", "", nodes.Text(f"{len(keys)} {verb} {what}"))
    return [catalogue.fold("", head, nodes.container("", body), classes=["data-fold"])]


def _sources_by_page(env: BuildEnvironment) -> dict[str, set[str]]:
    """The sources of all tables that each page uses."""
    found: dict[str, set[str]] = {}
    for name, docnames in provenance.uses(env).items():
        for docname in docnames:
            found.setdefault(docname, set()).update(catalog.sources_of(name))
    return found


def _grades(app: Sphinx, here: str) -> list[nodes.Node]:
    found = _sources_by_page(app.env)
    rows: list[list[nodes.Node | str]] = []
    for docname in provenance.in_order(app.env, found):
        grades = Counter(catalog.source(source).quality for source in found[docname])
        rows.append([_link(app, here, docname), *(str(grades[quality]) for quality in QUALITIES)])
    whole = Counter(catalog.source(source).quality for source in set().union(*found.values()))
    rows.append([nodes.strong("", "Whole book"), *(str(whole[quality]) for quality in QUALITIES)])
    headings = ("Page", *(quality.capitalize() for quality in QUALITIES))
    return [
        overviews.plain_table(
            "Sources of the tables that a page uses, by grade", headings, rows, (40, 10, 10, 10, 10), 4
        )
    ]


def _weak(app: Sphinx, here: str) -> list[nodes.Node]:
    by_source: dict[str, list[str]] = {}
    every: set[str] = set()
    for name in provenance.uses(app.env):
        for source in catalog.sources_of(name):
            every.add(source)
            if catalog.source(source).quality == "weak":
                by_source.setdefault(source, []).append(name)
    second = sum(catalog.source(source).read_as == "second hand" for source in every)
    listing = nodes.bullet_list(bullet="-")
    for source in sorted(by_source):
        about = catalog.source(source)
        line = nodes.paragraph("", f"{about.title or source}: ")
        line += _listed([_data_link(app, here, name) for name in by_source[source]]).children
        listing += nodes.list_item("", line)
    text = (
        f"Of the {len(every)} sources behind the tables in use, {second} were read second hand, and "
        f"{len(by_source)} are graded weak:"
    )
    return [nodes.paragraph("", text), *([listing] if listing.children else [])]


def _data_link(app: Sphinx, here: str, name: str) -> nodes.Node:
    """A table's name, leading to its place in the catalogue where the book has one."""
    wanted = catalogue.anchor(name)
    for docname, entry in record.of(app.env).items():
        if wanted in entry["anchors"]:
            return overviews.page_link(app, here, docname, wanted, name)
    return nodes.Text(name)


def _notices(app: Sphinx, here: str) -> list[nodes.Node]:
    notices = entries.notices(app.env)
    if not notices:
        return [nodes.paragraph("", "The chapters of this build have nothing to report.")]
    listing = nodes.bullet_list(bullet="-")
    for text in notices:
        listing += nodes.list_item("", nodes.paragraph("", text))
    return [listing]


def _chain(app: Sphinx, here: str) -> list[nodes.Node]:
    """One folded table a chapter: exhibit, cell, functions, data, sources."""
    env = app.env
    by_page: dict[str, list[record.ExhibitRecord]] = {}
    for docname, exhibit in record.exhibits(env):
        by_page.setdefault(docname, []).append(exhibit)
    found: list[nodes.Node] = []
    for docname in provenance.in_order(env, by_page):
        rows = [
            _chain_row(app, here, docname, exhibit)
            for exhibit in sorted(by_page[docname], key=lambda one: overviews.sorting(env, docname, one))
        ]
        title = overviews.title_of(env, docname)
        headings = ("Exhibit", "Cell", "Functions", "Data", "Sources")
        table = overviews.plain_table(f"Origins: {title}", headings, rows, (12, 10, 30, 30, 18))
        head = catalogue.fold_head("", "", nodes.strong("", title), nodes.Text(f" ({len(rows)})"))
        found.append(catalogue.fold("", head, nodes.container("", table), classes=["data-fold"]))
    return found


def _chain_row(app: Sphinx, here: str, docname: str, exhibit: record.ExhibitRecord) -> list[nodes.Node | str]:
    origin = record.origin(app.env, docname, exhibit["label"])
    names = list(dict.fromkeys(exhibit["datasets"] + exhibit["computed_from"]))
    sources = {source for name in names for source in catalog.sources_of(name)}
    grades = Counter(catalog.source(source).quality for source in sources)
    return [
        overviews.page_link(
            app, here, docname, exhibit["label"], overviews.exhibit_name(app.env, docname, exhibit)
        ),
        origin.cell.removeprefix("cell-").lstrip("0") or "none",
        ", ".join(origin.functions) or "none: shown as loaded",
        ", ".join(names) or "none",
        ", ".join(f"{grades[quality]} {quality}" for quality in QUALITIES if grades[quality]) or "none",
    ]


_PARTS: Final[dict[str, Callable[[Sphinx, str], list[nodes.Node]]]] = {
    "ran": _ran,
    "complete": _complete,
    "grades": _grades,
    "weak": _weak,
    "notices": _notices,
    "chain": _chain,
}


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(report)):
        place.replace_self(_PARTS[place["part"]](app, docname))


def setup(app: Sphinx) -> None:
    """Register the directive and fill its places when all pages are known."""
    app.add_node(report)
    app.add_directive("verification-report", ReportDirective)
    app.connect("doctree-resolved", _fill)
