"""A table exhibit as docutils nodes, right in HTML, LaTeX and EPUB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from corridors.publish import booklinks


class exhibit_entry(nodes.entry):
    """A table cell that knows its heading's scope ("col", "row" or ""); other builders see an entry."""


class plain_caption(nodes.Element):
    """The caption of a table that has no number; a builder without such captions leaves it out."""


def build(payload: Mapping[str, Any]) -> list[nodes.Element]:
    """The table of ``payload`` with caption, column headings and row headings.

    ``payload["columns"]`` lists {heading, unit, align, wide} and, where links bear the titles of their
    pages, {titled}; ``payload["rows"]`` lists rows of formatted cells; ``payload["classes"]`` goes to the
    table. The first column heads the rows. ``payload["links"]`` has, by the column's position as text, the
    parts of each cell that lead somewhere in the book, ``payload["langs"]`` the language of each cell.
    """
    columns = payload["columns"]
    table = nodes.table(classes=["exhibit", "exhibit-table", *payload["classes"]], align="default")
    table += nodes.title(payload["caption"], payload["caption"])
    group = nodes.tgroup(cols=len(columns))
    for position, column in enumerate(columns):
        group += nodes.colspec(colwidth=column["width"], stub=int(position == 0))
    group += nodes.thead("", _row([_heading(column) for column in columns]))
    links = payload.get("links", {})
    body = []
    for number, row in enumerate(payload["rows"]):
        linked = {int(position): cells[number] for position, cells in links.items()}
        tags = {int(position): cells[number] for position, cells in payload.get("langs", {}).items()}
        body.append(_row(_cells(row, columns, linked, tags)))
    group += nodes.tbody("", *body)
    table += group
    return [addnodes.tabular_col_spec(spec=latex_columns(columns)), table]


def latex_columns(columns: list[dict[str, Any]]) -> str:
    r"""The column pattern for LaTeX: numbers right, short text left, long text in a share of the line."""
    total = sum(column["width"] for column in columns)
    parts = []
    for column in columns:
        if column["wide"]:
            parts.append(rf"\X{{{column['width']}}}{{{total}}}")
        else:
            parts.append("r" if column["align"] == "right" else "l")
    return "".join(parts)


def _row(entries: list[nodes.entry]) -> nodes.row:
    return nodes.row("", *entries)


def _heading(column: Mapping[str, Any]) -> nodes.entry:
    text = nodes.paragraph("", column["heading"])
    if column["unit"]:
        unit = f"({column['unit']})"
        text += [nodes.Text(" "), nodes.inline("", unit, classes=["unit"])]
    return exhibit_entry("", text, scope="col", align=column["align"], classes=[column["align"]])


def _cells(
    row: list[str],
    columns: list[dict[str, Any]],
    linked: Mapping[int, list[list[str]]],
    tags: Mapping[int, str],
) -> list[nodes.entry]:
    return [
        exhibit_entry(
            "",
            nodes.paragraph(
                "", "", *booklinks.inline(linked.get(position) or [[cell, ""]], column.get("titled", False))
            ),
            scope="row" if position == 0 else "",
            lang=tags.get(position, ""),
            align=column["align"],
            classes=[column["align"]],
        )
        for position, (cell, column) in enumerate(zip(row, columns, strict=True))
    ]


def _visit_entry(self: Any, node: exhibit_entry) -> None:
    self.visit_entry(node)
    extra = f' scope="{node["scope"]}"' if node["scope"] else ""
    extra += f' lang="{node["lang"]}"' if node.get("lang") else ""
    align = node["align"]
    # The site has a style sheet; an EPUB reader or the way to PDF may have none.
    if align != "left" and self.builder.name not in ("html", "dirhtml"):
        extra += f' style="text-align: {align}"'
    tag, rest = self.body[-1][:3], self.body[-1][3:]
    self.body[-1] = tag + extra + rest


def _depart_entry(self: Any, node: exhibit_entry) -> None:
    self.depart_entry(node)


def _visit_caption(self: Any, node: plain_caption) -> None:
    self.body.append(f"<caption>{self.encode(node['text'])}</caption>\n")


def _pass(self: Any, node: plain_caption) -> None:
    """Nothing more to write."""


def setup(app: Sphinx) -> None:
    """Register the cell with scope and the caption without number."""
    app.add_node(exhibit_entry, override=True, html=(_visit_entry, _depart_entry))
    silent = (_pass, _pass)
    app.add_node(plain_caption, override=True, html=(_visit_caption, _pass), latex=silent, text=silent)
