"""The verification report: what the build can say of the book, as a directive for its back matter.

``{verification-report} ran``      cells, exhibits and numbers by page, and the libraries they ran on
``{verification-report} complete`` what has a function and data, what has not, by name
``{verification-report} grades``   the sources behind each page, by grade
``{verification-report} weak``     the weak sources, and the tables that rest on them
``{verification-report} notices``  what the build has to say besides faults
``{verification-report} chain``    every map, chart, table and number: cell, functions, data, sources
``{verification-report} times``    how long a build took when it was measured last (see ``times``)

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

from corridors.publish import catalogue, credits, entries, overviews, provenance, record, rests
from corridors.publish.origins import Origin
from corridors.publish.search_places import UNSEARCHED
from corridors.publish.times import times
from corridors.schema import QUALITIES

LIBRARIES: Final = (
    "jupyter-book", "sphinx", "myst-nb", "pandas", "geopandas", "matplotlib", "folium", "typst",
)  # fmt: skip
#: Columns for what rests on no table.
_BESIDES: Final = {rests.PACKAGE: "On the package", rests.RULE: "On a rule", rests.ASSUMED: "Assumed"}
#: What stands in the place of sources where there is no table, or one that is its own source.
_OWN: Final = {rests.PACKAGE: "its descriptor", rests.RULE: "the code", rests.ASSUMED: "the chapter"}
_SITES: Final = ("html", "dirhtml")
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
    exhibits = [(doc, one["label"], one) for doc, one in record.exhibits(env)]
    numbers = [(doc, one["id"], one) for doc, one in record.numbers(env)]
    rows: list[list[nodes.Node | str]] = []
    faults: dict[str, list[tuple[str, str]]] = {
        "made by no cell that the report knows": [],
        "without data": [],
        "named with data that its cell does not lead to": [],
    }
    unmade, bare, astray = faults.values()
    for title, things in (("Maps, charts, tables, lists", exhibits), ("Numbers", numbers)):
        counts: Counter[str] = Counter()
        for docname, name, entry in things:
            origin, key = record.origin(env, docname, name), (docname, name)
            other = rests.otherwise(entry, origin)
            counts["computed" if origin.functions else "by the cell"] += 1
            counts[other or ("tables" if rests.named(entry) else "nothing")] += 1
            unmade += [] if origin.cell else [key]
            bare += [] if rests.named(entry) or other else [key]
            astray += [key] if rests.astray(entry, origin) else []
        columns = ("computed", "by the cell", "tables", *_BESIDES)
        rows.append([title, str(len(things)), *(str(counts[column]) for column in columns)])
    headings = ("What", "In all", "With a function", "By the cell", "On tables", *_BESIDES.values())
    table = overviews.plain_table(
        "What computes it, and what it rests on", headings, rows, (30, 9, 9, 9, 9, 9, 9, 9), 7
    )
    shown = {(docname, name) for docname, name, _ in exhibits}
    return [
        table,
        *(part for what, keys in faults.items() for part in _exceptions(app, here, what, keys, shown)),
    ]


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
            found.setdefault(docname, set()).update(credits.sources_of([name]))
    return found


def _grades(app: Sphinx, here: str) -> list[nodes.Node]:
    found = _sources_by_page(app.env)
    rows: list[list[nodes.Node | str]] = []
    for docname in provenance.in_order(app.env, found):
        grades = Counter(credits.known().sources[source]["quality"] for source in found[docname])
        rows.append([_link(app, here, docname), *(str(grades[quality]) for quality in QUALITIES)])
    whole = Counter(credits.known().sources[source]["quality"] for source in set().union(*found.values()))
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
        for source in credits.known().tables[name].sources:
            every.add(source)
            if credits.known().sources[source]["quality"] == "weak":
                by_source.setdefault(source, []).append(name)
    second = sum(credits.known().sources[source]["read_as"] == "second hand" for source in every)
    listing = nodes.bullet_list(bullet="-")
    for source in sorted(by_source):
        about = credits.known().sources[source]
        line = nodes.paragraph("", f"{about['title'] or source}: ")
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


_CHAIN: Final = ("Cell", "Functions", "Data", "Sources")


def _chain(app: Sphinx, here: str) -> list[nodes.Node]:
    """One folded part a chapter: exhibits, then numbers, each with cell, functions, data, sources.

    The numbers only in the site: on paper they would fill many pages, and ``numbers.json`` has them.
    """
    env = app.env
    exhibits: dict[str, list[record.ExhibitRecord]] = {}
    for docname, exhibit in record.exhibits(env):
        exhibits.setdefault(docname, []).append(exhibit)
    numbers: dict[str, list[record.NumberRecord]] = {}
    for docname, number in record.numbers(env) if app.builder.name in _SITES else ():
        numbers.setdefault(docname, []).append(number)
    found: list[nodes.Node] = []
    for docname in provenance.in_order(env, [*exhibits, *numbers]):
        shown, glued = exhibits.get(docname, []), numbers.get(docname, [])
        title = overviews.title_of(env, docname)
        body = nodes.container("", classes=[UNSEARCHED])
        if shown:
            body += _exhibit_chain(app, here, docname, shown, f"Origins: {title}")
        if glued:
            body += _number_chain(app, here, docname, glued, f"Origins of the numbers: {title}")
        count = nodes.Text(f" ({len(shown)}{f' and {len(glued)} numbers' if glued else ''})")
        head = catalogue.fold_head("", "", nodes.strong("", title), count)
        found.append(catalogue.fold("", head, body, classes=["data-fold"]))
    return found


def _exhibit_chain(
    app: Sphinx, here: str, docname: str, shown: list[record.ExhibitRecord], caption: str
) -> nodes.table:
    env = app.env
    rows: list[list[nodes.Node | str]] = []
    for exhibit in sorted(shown, key=lambda one: overviews.sorting(env, docname, one)):
        name = overviews.exhibit_name(env, docname, exhibit)
        link = overviews.page_link(app, here, docname, exhibit["label"], name)
        rows.append([link, *_way(exhibit, record.origin(env, docname, exhibit["label"]))])
    return overviews.plain_table(caption, ("Exhibit", *_CHAIN), rows, (12, 10, 30, 30, 18))


def _number_chain(
    app: Sphinx, here: str, docname: str, glued: list[record.NumberRecord], caption: str
) -> nodes.table:
    """Numbers that come the same way share a row; each leads to the sentence that shows it."""
    ways: dict[tuple[str, ...], list[nodes.Node]] = {}
    for number in glued:
        name = number["id"]
        link = overviews.page_link(app, here, docname, f"num-{name}", name)
        ways.setdefault(_way(number, record.origin(app.env, docname, name)), []).append(link)
    rows: list[list[nodes.Node | str]] = [
        [nodes.inline("", "", *_listed(ways[way]).children), *way]
        for way in sorted(ways, key=lambda one: (int(one[0]) if one[0].isdigit() else 0, one))
    ]
    return overviews.plain_table(caption, ("Numbers", *_CHAIN), rows, (34, 8, 22, 22, 14))


def _way(entry: record.ExhibitRecord | record.NumberRecord, origin: Origin) -> tuple[str, ...]:
    """Cell, functions, data and sources in words."""
    names, other = rests.named(entry), rests.otherwise(entry, origin)
    sources = credits.sources_of(names)
    grades = Counter(credits.known().sources[source]["quality"] for source in sources)
    graded = ", ".join(f"{grades[quality]} {quality}" for quality in QUALITIES if grades[quality])
    return (
        origin.cell.removeprefix("cell-").lstrip("0") or "none",
        ", ".join(origin.functions) or "the cell itself",
        ", ".join(names) or other or "none",
        graded or _OWN.get(other, "the table itself" if names else "none"),
    )


_PARTS: Final[dict[str, Callable[[Sphinx, str], list[nodes.Node]]]] = {
    "ran": _ran,
    "complete": _complete,
    "grades": _grades,
    "weak": _weak,
    "notices": _notices,
    "chain": _chain,
    "times": times,
}


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(report)):
        place.replace_self(_PARTS[place["part"]](app, docname))


def setup(app: Sphinx) -> None:
    """Register the directive and fill its places when all pages are known."""
    app.add_node(report)
    app.add_directive("verification-report", ReportDirective)
    app.connect("doctree-resolved", _fill)
