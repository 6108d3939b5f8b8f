"""Overviews that only the finished book can give, as directives for its back matter.

``{book-shows}``            a table: what each chapter shows, counted
``{exhibit-list}``          every map, chart and table with its number, chapter by chapter
``{chapter-citations}``     the reference of the book and of each chapter, with its citation files
``{citation-example} name`` how to cite one map, chart, table (by label) or number (by id)

Each leaves a placeholder that is filled when all chapters are read. In the build of a chapter alone they show
what that build has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import NoUri
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from corridors.publish import citation, provenance, record, tablenodes
from corridors.publish.citation_formats import reference
from corridors.publish.citation_records import Work
from corridors.show import media

KINDS: Final = {"map": "Map", "chart": "Chart", "table": "Table"}
#: What an exhibit is called that is none of these: entries that can be filtered.
_OTHER_KIND: Final = "List"
_LOGGER = logging.getLogger(__name__)


class overview(nodes.General, nodes.Element):
    """Stands where an overview goes; ``what`` is the directive, ``subject`` its argument."""


class OverviewDirective(SphinxDirective):
    """Any of the overviews without an argument."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """One placeholder."""
        return [overview(what=self.name, subject="")]


class ExampleDirective(SphinxDirective):
    """``{citation-example}`` with the label of an exhibit or the id of a number."""

    has_content = False
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """One placeholder."""
        return [overview(what=self.name, subject=self.arguments[0])]


def plain_table(
    caption: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[nodes.Node | str]],
    widths: Sequence[int],
    numeric: int = 0,
) -> nodes.table:
    """A table without number; the first cell heads its row, the last ``numeric`` are figures."""
    table = nodes.table(classes=["exhibit-table", "overview"], align="default")
    table += tablenodes.plain_caption(text=caption)
    group = nodes.tgroup(cols=len(headings))
    for position, width in enumerate(widths):
        group += nodes.colspec(colwidth=width, stub=int(position == 0))
    figures = range(len(headings) - numeric, len(headings))
    parts: list[tuple[nodes.Element, Sequence[Sequence[nodes.Node | str]]]]
    parts = [(nodes.thead(), [headings]), (nodes.tbody(), rows)]
    for part, lines in parts:
        head = isinstance(part, nodes.thead)
        for line in lines:
            row = nodes.row()
            for position, cell in enumerate(line):
                content = nodes.Text(cell) if isinstance(cell, str) else cell
                side = "right" if position in figures else "left"
                row += tablenodes.exhibit_entry(
                    "",
                    nodes.paragraph("", "", content),
                    scope="col" if head else "" if position else "row",
                    align=side,
                    classes=["right"] if side == "right" else [],
                )
            part += row
        group += part
    table += group
    return table


def page_link(app: Sphinx, here: str, docname: str, anchor: str, text: str) -> nodes.Node:
    """A link to a place in the book as the builder at work writes it; plain text where it cannot."""
    try:
        return make_refnode(app.builder, here, docname, anchor, nodes.Text(text))
    except NoUri:
        return nodes.Text(text)


def title_of(env: BuildEnvironment, docname: str) -> str:
    """The title of a page with its number in front, if it has one."""
    numbers = env.toc_secnumbers.get(docname, {}).get("", ())
    title = env.titles[docname].astext() if docname in env.titles else docname
    return f"{numbers[0]}. {title}" if numbers else title


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    makers: dict[str, Callable[[Sphinx, str, str], list[nodes.Node]]] = {
        "book-shows": _book_shows,
        "exhibit-list": _exhibit_list,
        "chapter-citations": _chapter_citations,
        "citation-example": _example,
    }
    for place in list(doctree.findall(overview)):
        place.replace_self(makers[place["what"]](app, docname, place["subject"]))


def _book_shows(app: Sphinx, here: str, subject: str) -> list[nodes.Node]:
    """Maps, charts, tables, numbers and tables of the data used, by chapter, and their sums."""
    env = app.env
    counts: dict[str, Counter[str]] = {}
    for docname, exhibit in record.exhibits(env):
        counts.setdefault(docname, Counter())[exhibit["kind"]] += 1
    for docname, _ in record.numbers(env):
        counts.setdefault(docname, Counter())["number"] += 1
    uses = provenance.uses(env)
    datasets = Counter(docname for chapters in uses.values() for docname in chapters)
    columns = (*KINDS, "number")
    rows: list[list[nodes.Node | str]] = [
        [
            page_link(app, here, docname, "", title_of(env, docname)),
            *(str(counts[docname][kind]) for kind in columns),
            str(datasets[docname]),
        ]
        for docname in provenance.in_order(env, counts)
    ]
    sums = [str(sum(count[kind] for count in counts.values())) for kind in columns]
    rows.append([nodes.strong("", "Whole book"), *sums, str(len(uses))])
    headings = ("Page", "Maps", "Charts", "Tables", "Numbers", "Data")
    return [plain_table("What the pages of the book hold", headings, rows, (40, 8, 8, 8, 8, 8), numeric=5)]


def _exhibit_list(app: Sphinx, here: str, subject: str) -> list[nodes.Node]:
    """One definition list: the chapter, and its exhibits in the order of their numbers."""
    env = app.env
    by_page: dict[str, list[record.ExhibitRecord]] = {}
    for docname, exhibit in record.exhibits(env):
        by_page.setdefault(docname, []).append(exhibit)
    listing = nodes.definition_list(classes=["exhibit-list"])
    for docname in provenance.in_order(env, by_page):
        items = nodes.bullet_list(bullet="-")
        for exhibit in sorted(by_page[docname], key=lambda entry: sorting(env, docname, entry)):
            label = exhibit["label"]
            title = exhibit_name(env, docname, exhibit)
            line = nodes.paragraph("", "", page_link(app, here, docname, label, title))
            line += [nodes.Text(f": {exhibit['caption'].rstrip('.')} "), nodes.literal("", label)]
            items += nodes.list_item("", line)
        term = nodes.term("", "", page_link(app, here, docname, "", title_of(env, docname)))
        listing += nodes.definition_list_item("", term, nodes.definition("", items))
    return [listing] if listing.children else []


def exhibit_name(env: BuildEnvironment, docname: str, entry: record.ExhibitRecord) -> str:
    """Kind and number of an exhibit: "Map 3.1"."""
    kind = KINDS.get(entry["kind"], _OTHER_KIND)
    return f"{kind} {provenance.figure_number(env, docname, entry['label'])}".rstrip()


def sorting(env: BuildEnvironment, docname: str, entry: record.ExhibitRecord) -> tuple[bool, list[int], str]:
    """Places figures before tables, each by number."""
    number = provenance.figure_number(env, docname, entry["label"])
    return entry["kind"] == "table", [int(part) for part in number.split(".") if part], entry["label"]


def _chapter_citations(app: Sphinx, here: str, subject: str) -> list[nodes.Node]:
    """The book first, then every chapter that can be cited."""
    works = citation.works_of(app)[1]
    return [citation.citation_box(app, name, here) for name in provenance.in_order(app.env, works)]


def _example(app: Sphinx, here: str, subject: str) -> list[nodes.Node]:
    """The reference of one exhibit or number: its data's sources first, then its place in the book."""
    env = app.env
    works = citation.works_of(app)[1]
    for docname, exhibit in record.exhibits(env):
        if exhibit["label"] == subject and docname in works:
            what = f"{exhibit_name(env, docname, exhibit)} ({subject})"
            return [_cited(exhibit["source"], exhibit["caption"], what, works[docname])]
    for docname, value in record.numbers(env):
        if value["id"] == subject and docname in works:
            return [
                _cited(
                    media.source_line(value["datasets"]), value["shown"], f"Number {subject}", works[docname]
                )
            ]
    _LOGGER.warning(
        "{citation-example}: no chapter shows an exhibit or a number named %r", subject,
        location=here, type="corridors", subtype="page",
    )  # fmt: skip
    return []


def _cited(source: str, shown: str, what: str, work: Work) -> nodes.Node:
    box = nodes.container(classes=["chapter-citation"])
    line = nodes.paragraph("", f"“{shown.rstrip('.')}”. ")
    if source:
        line += nodes.Text(f"Data: {source.rstrip('.')}. ")
    line += nodes.Text(f"{what}, in: ")
    line += [nodes.emphasis("", text) if title else nodes.Text(text) for text, title in reference(work)]
    box += line
    return box


def setup(app: Sphinx) -> None:
    """Register the directives and fill their places when all pages are known."""
    app.add_node(overview)
    tablenodes.setup(app)
    for name in ("book-shows", "exhibit-list", "chapter-citations"):
        app.add_directive(name, OverviewDirective)
    app.add_directive("citation-example", ExampleDirective)
    app.connect("doctree-resolved", _fill)
