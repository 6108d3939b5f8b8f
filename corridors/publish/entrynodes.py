"""A list of entries as docutils nodes: each entry a section of the page with its own anchor.

In the page the list carries its facets as data attributes; ``static/entries/entries.js`` builds the filter
from them. Fields that are folded stand in a ``details`` element there and run on in all other media.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from corridors.publish import booklinks

#: Builders whose pages a reader opens in a browser, where parts can be folded.
FOLDING: Final = ("html", "dirhtml")
_DEEPEST: Final = 6


class entry_list(nodes.container):
    """All entries; ``facets`` lists {name, heading, values}, ``noun`` says what is counted.

    A facet whose values stand for pages of the book has {pages} too: the place that each value leads to.
    """


class entry_block(nodes.container):
    """One entry; ``facets`` has, for each facet in turn, the place of its value among the facet's values."""


class entry_heading(nodes.rubric):
    """The heading of an entry."""


class entry_more(nodes.container):
    """The folded fields of an entry, under the words ``summary``."""


def build(payload: Mapping[str, Any], document: nodes.document) -> list[nodes.Element]:
    """Caption and entries of ``payload``; every entry's anchor becomes a name of ``document``."""
    caption = nodes.paragraph(payload["caption"], payload["caption"], classes=["exhibit-caption"])
    listed = entry_list(
        "", classes=["exhibit", "exhibit-entries"], facets=payload["facets"], noun=payload["noun"]
    )
    for entry in payload["entries"]:
        places = [facet["values"].index(entry["facets"][facet["name"]]) for facet in payload["facets"]]
        listed += _entry(entry, places, payload["more"], document)
    return [caption, listed]


def _entry(
    entry: Mapping[str, Any], places: Sequence[int], more: str, document: nodes.document
) -> entry_block:
    block = entry_block("", classes=["exhibit-entry"], facets=places)
    block["names"].append(nodes.fully_normalize_name(entry["anchor"]))
    document.note_explicit_target(block, block)
    block += entry_heading(entry["heading"], entry["heading"])
    open_fields = [one for one in entry["fields"] if not one["folded"]]
    folded = [one for one in entry["fields"] if one["folded"]]
    if open_fields:
        block += _fields(open_fields)
    if folded:
        block += entry_more("", _fields(folded), summary=more)
    return block


def _fields(fields: Sequence[Mapping[str, Any]]) -> nodes.definition_list:
    listed = nodes.definition_list(classes=["exhibit-entry-fields"])
    for one in fields:
        listed += nodes.definition_list_item(
            "", nodes.term(one["heading"], one["heading"]), nodes.definition("", *_body(one))
        )
    return listed


def _body(field: Mapping[str, Any]) -> list[nodes.Element]:
    """One line, or a list where a field has several values that lead nowhere."""
    parts = field["parts"]
    if len(parts) == 1 or any(target for _, target in parts):
        return [nodes.paragraph("", "", *booklinks.inline(parts, field.get("titled", False)))]
    items = [nodes.list_item("", nodes.paragraph(text, text)) for text, _ in parts]
    return [nodes.bullet_list("", *items, bullet="*")]


def _with_titles(facet: Mapping[str, Any], env: BuildEnvironment, docname: str) -> dict[str, Any]:
    """A facet with the titles of the pages that its values stand for, as {names}."""
    shown = {key: value for key, value in facet.items() if key != "pages"}
    names = {}
    for value, target in facet.get("pages", {}).items():
        page, _ = booklinks.place(target, docname)
        if page in env.titles:
            names[value] = env.titles[page].astext()
    return shown | ({"names": names} if names else {})


def _visit_list(self: Any, node: entry_list) -> None:
    facets = [_with_titles(facet, self.builder.env, node["docname"]) for facet in node["facets"]]
    words = json.dumps(facets, ensure_ascii=False, separators=(",", ":"))
    attributes = {"data-facets": words, "data-noun": node["noun"]}
    self.body.append(self.starttag(node, "div", **attributes))


def _depart_list(self: Any, node: entry_list) -> None:
    self.body.append("</div>\n")


def _visit_block(self: Any, node: entry_block) -> None:
    places = " ".join(map(str, node["facets"]))
    self.body.append(self.starttag(node, "section", **({"data-facet": places} if places else {})))


def _depart_block(self: Any, node: entry_block) -> None:
    self.body.append("</section>\n")


def _visit_heading(self: Any, node: entry_heading) -> None:
    level = min(self.section_level + 1, _DEEPEST)
    self.body.append(self.starttag(node, f"h{level}", ""))
    self.context.append(f"</h{level}>\n")


def _depart_heading(self: Any, node: entry_heading) -> None:
    self.add_permalink_ref(node.parent, "Link to this entry")
    self.body.append(self.context.pop())


def _visit_more(self: Any, node: entry_more) -> None:
    if self.builder.name in FOLDING:
        self.body.append(self.starttag(node, "details", ""))
        self.body.append(f"<summary>{self.encode(node['summary'])}</summary>\n")
    else:
        self.body.append(self.starttag(node, "div", ""))


def _depart_more(self: Any, node: entry_more) -> None:
    self.body.append("</details>\n" if self.builder.name in FOLDING else "</div>\n")


def _latex_visit_block(self: Any, node: entry_block) -> None:
    self.body.append("\n\n")
    self.body.extend(self.hypertarget(name) for name in node["ids"])


def _latex_depart_block(self: Any, node: entry_block) -> None:
    self.body.append("\n")


def scripts() -> dict[str, Path]:
    """Script and style of the filter, by their path below ``_static``."""
    folder = Path(__file__).parent / "static" / "entries"
    return {f"entries/{name}": folder / name for name in ("entries.css", "entries.js")}


def _note_page(app: Sphinx, doctree: nodes.document) -> None:
    """Tell each list its page; a builder of one long document no longer knows where a list came from."""
    for listed in doctree.findall(entry_list):
        listed["docname"] = app.env.docname


def setup(app: Sphinx) -> None:
    """Register the nodes."""
    app.connect("doctree-read", _note_page)
    app.add_node(entry_list, html=(_visit_list, _depart_list))
    app.add_node(
        entry_block, html=(_visit_block, _depart_block), latex=(_latex_visit_block, _latex_depart_block)
    )
    app.add_node(entry_heading, html=(_visit_heading, _depart_heading))
    app.add_node(entry_more, html=(_visit_more, _depart_more))
