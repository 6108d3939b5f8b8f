"""The places of a page that the search can lead to, read from the page as it is shown.

The text of a place is what stands in it and in no smaller place within it. Code is left out: it is in the
notebooks, and its words would drown those of the prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from corridors.publish.catalogue import fold, fold_head
from corridors.publish.entrynodes import entry_block, entry_heading
from corridors.publish.renderers import number_node

#: Kinds of places as index.js has them; search.js ranks by them.
PAGE: Final = "page"
SECTION: Final = "section"
EXHIBIT: Final = "exhibit"
ENTRY: Final = "entry"
TERM: Final = "term"
REFERENCE: Final = "reference"
NUMBER: Final = "number"

_SILENT: Final = (
    nodes.raw, nodes.literal_block, nodes.comment, nodes.target, nodes.system_message, nodes.Invisible,
    nodes.colspec, addnodes.toctree, addnodes.tabular_col_spec,
)  # fmt: skip
_FILES: Final = "exhibit-files"
#: Class of what only repeats names that other places bear; who looks for these is led to the places.
UNSEARCHED: Final = "unsearched"
_LABELS: Final = {"fig": "Figure", "map": "Figure", "tbl": "Table", "lst": "List"}


@dataclass
class Place:
    """A place: the anchor in its page (empty for the page), what it is, its heading and its text."""

    anchor: str
    kind: str
    heading: str
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words of the place in one line."""
        return " ".join("".join(self.pieces).split())


def places_of(env: BuildEnvironment, doctree: nodes.document, docname: str) -> list[Place]:
    """All places of a page, in order; the first is the page itself."""
    reader = _Reader(env, docname)
    page = Place("", PAGE, page_kind(env, docname))
    reader.found.append(page)
    reader.read(doctree, page)
    return reader.found


def page_kind(env: BuildEnvironment, docname: str) -> str:
    """The title of a page, with the number of the chapter if it has one."""
    numbers = env.toc_secnumbers.get(docname, {}).get("", ())
    title = env.titles[docname].astext() if docname in env.titles else docname
    return f"{numbers[0]}. {title}" if numbers else title


def parts_of(env: BuildEnvironment) -> dict[str, str]:
    """The part of the book (caption in the table of contents) of each page, in order of the contents."""
    root = str(env.config.root_doc)
    found = {root: ""}
    toc = env.tocs.get(root)
    for tree in toc.findall(addnodes.toctree) if toc is not None else ():
        caption = str(tree.get("caption") or "")
        found.update({str(name): caption for _, name in tree["entries"] if name in env.titles})
    return found


class _Reader:
    """Walks through a page and opens a place at every node that a link can lead to."""

    def __init__(self, env: BuildEnvironment, docname: str) -> None:
        self._env = env
        self._docname = docname
        self._top = True
        self.found: list[Place] = []

    def read(self, node: nodes.Node, place: Place) -> None:
        """Take in ``node``: its text goes to ``place`` or to a smaller place that it opens."""
        if isinstance(node, nodes.Text):
            place.pieces.append(node.astext())
        elif isinstance(node, nodes.image):
            place.pieces.append(f" {node.get('alt', '')} ")
        elif isinstance(node, nodes.Element) and not isinstance(node, _SILENT) and not _is_passed_over(node):
            inner = self._open(node) or place
            if inner is not place:
                self.found.append(inner)
            for child in _without(node.children, self._headings(node)):
                self.read(child, inner)
            if not isinstance(node, nodes.Inline):
                inner.pieces.append(" ")
                place.pieces.append(" ")

    def _open(self, node: nodes.Element) -> Place | None:
        """The place that a node opens, if any."""
        anchor = node["ids"][0] if node.get("ids") else ""
        if isinstance(node, number_node):
            if anchor:
                self.found.append(Place(anchor, NUMBER, node.astext(), [str(node["number"])]))
            return None
        if isinstance(node, nodes.section):
            if self._top:
                self._top = False
                return None
            return Place(anchor, SECTION, _text_of(node, nodes.title)) if anchor else None
        if isinstance(node, nodes.table | nodes.figure) and anchor:
            heading = _text_of(node, nodes.title) or _text_of(node, nodes.caption)
            return Place(anchor, EXHIBIT, f"{self._number(anchor)}{heading}") if heading else None
        if isinstance(node, entry_block) and anchor:
            return Place(anchor, ENTRY, _text_of(node, entry_heading))
        if isinstance(node, fold):
            ids = next((one["ids"] for one in node.findall(nodes.container) if one["ids"]), None)
            return Place(ids[0], EXHIBIT, _text_of(node, fold_head)) if ids else None
        if isinstance(node, nodes.definition_list_item):
            term = next((one for one in node.findall(nodes.term) if one["ids"]), None)
            return Place(term["ids"][0], TERM, term.astext()) if term is not None else None
        if isinstance(node, nodes.citation) and anchor:
            return Place(anchor, REFERENCE, _beginning(node))
        return None

    def _headings(self, node: nodes.Element) -> tuple[type[nodes.Node], ...]:
        """What of a node is in the heading of its place already."""
        if isinstance(node, nodes.section | nodes.table):
            return (nodes.title,)
        if isinstance(node, nodes.figure):
            return (nodes.caption,)
        if isinstance(node, nodes.definition_list_item) and any(
            one["ids"] for one in node.findall(nodes.term)
        ):
            return (nodes.term,)
        return (entry_heading, fold_head) if isinstance(node, entry_block | fold) else ()

    def _number(self, anchor: str) -> str:
        """ "Table 3.5: " of an exhibit that bears a number."""
        kinds = self._env.toc_fignumbers.get(self._docname, {})
        for kind in ("figure", "table"):
            number = kinds.get(kind, {}).get(anchor)
            if number:
                return f"{_LABELS.get(anchor.split('-')[0], '')} {'.'.join(map(str, number))}: ".lstrip()
        return ""


def _is_passed_over(node: nodes.Element) -> bool:
    return not {_FILES, UNSEARCHED}.isdisjoint(node.get("classes", ()))


def _without(children: Iterable[nodes.Node], kinds: Sequence[type[nodes.Node]]) -> list[nodes.Node]:
    return [child for child in children if not isinstance(child, tuple(kinds))]


def _text_of(node: nodes.Element, kind: type[nodes.Node]) -> str:
    return next((" ".join(child.astext().split()) for child in node.children if isinstance(child, kind)), "")


def _beginning(node: nodes.citation) -> str:
    """Author and title of a reference: its text to the end of the second sentence or so."""
    text = " ".join(child.astext() for child in node.children if not isinstance(child, nodes.label))
    words = re.sub(r"\s+", " ", text).strip()
    return words if len(words) <= 110 else f"{words[:110].rsplit(' ', 1)[0]} ..."
