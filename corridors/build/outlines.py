"""What Sphinx looks for in a page when it counts figures and sections, without the rest of the page.

Sphinx numbers the figures of a book by reading every page of it from disk again, also after an edit of one.
Here each page has an outline: its sections, its lists of contents and whatever may have a number, with the
titles of these. It is kept as long as the page is the same, byte for byte.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes

from corridors.build import fingerprints
from corridors.build.evidence import digest

#: What stands for a thing in a list of figures, and what makes a block of code one that is counted.
_TITLES = (nodes.caption, nodes.title, nodes.literal_block)


class _Outline(NamedTuple):
    """Of the page with the hash ``page``: the pickled tree, the hash of its named things with their sorts."""

    page: str
    tree: bytes
    sorts: str


class Outlines:
    """The outlines of the pages below ``doctrees``, to be asked for when all pages have been read.

    ``numbered`` are the classes of what may have a number.
    """

    def __init__(self, doctrees: Path, numbered: Iterable[type[nodes.Element]]) -> None:
        self._doctrees = doctrees
        self._numbered = tuple(numbered)
        self.page = cache(self._page)
        self._outline = cache(self._made)

    def _page(self, docname: str) -> str:
        """Hash of a page as it was read."""
        return digest(self._content(docname))

    def _content(self, docname: str) -> bytes:
        return (self._doctrees / f"{docname}.doctree").read_bytes()

    def tree(self, docname: str) -> Any:
        """The outline of a page as a tree."""
        return pickle.loads(self._outline(docname).tree)

    def sorts(self, docname: str) -> str:
        """Hash of the things of a page that have a name, each with its sort."""
        return self._outline(docname).sorts

    def _made(self, docname: str) -> _Outline:
        place = self._doctrees / "outlines" / f"{docname}.outline"
        try:
            kept = pickle.loads(place.read_bytes())
        except (OSError, pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError):
            kept = None
        if isinstance(kept, _Outline) and kept.page == self.page(docname):
            return kept
        whole = pickle.loads(self._content(docname))
        sorts = [
            (node["ids"], type(node).__name__, "literal_block" in node)
            for node in whole.findall(nodes.Element)
            if node.get("ids")
        ]
        tree = pickle.dumps(_alone(outline(whole, self._numbered)), pickle.HIGHEST_PROTOCOL)
        made = _Outline(self.page(docname), tree, fingerprints.fingerprint(sorts))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(pickle.dumps(made))
        return made


def outline(whole: nodes.Element, numbered: tuple[type[nodes.Element], ...]) -> nodes.Element:
    """A copy of ``whole`` with sections, tables of contents, and what is ``numbered`` with its title only.

    What stands between these goes, as it counts for nothing.
    """
    found: nodes.Element = whole.copy()
    for child in whole.children:
        if not isinstance(child, nodes.Element):
            continue
        if isinstance(child, _TITLES) and (isinstance(whole, numbered) or _block_of_code(whole)):
            found.append(child.deepcopy())
            continue
        inner = outline(child, numbered)
        counts = isinstance(inner, (nodes.section, addnodes.toctree, *numbered)) or _block_of_code(inner)
        found += [inner] if counts else inner.children
    return found


def _alone(tree: nodes.Element) -> nodes.Element:
    """``tree`` without the ways back to the whole page, with which it would be kept as a whole."""
    root = nodes.container("", *tree.children)
    for node in root.findall():
        node.document = None  # type: ignore[assignment]
    return root


def _block_of_code(node: nodes.Element) -> bool:
    """Whether it is what Sphinx makes of a block of code with a caption."""
    return isinstance(node, nodes.container) and "literal_block" in node


def of(app: Any) -> Outlines:
    """The outlines of the pages that ``app`` has read."""
    numbered: set[type[nodes.Element]] = set()
    for domain in app.env.domains.values():
        numbered.update(kind for kind in domain.enumerable_nodes if kind is not nodes.container)
    return Outlines(Path(app.doctreedir), sorted(numbered, key=str))


def lend(app: Any, outlines: Outlines) -> None:
    """Let Sphinx count by outlines: for that while it gets the outline where it asks for a page."""

    def begin(_: Any, env: Any) -> list[str]:
        env.get_doctree = outlines.tree
        return []

    def end(_: Any, env: Any) -> list[str]:
        del env.get_doctree
        return []

    app.connect("env-get-updated", begin, priority=0)
    app.connect("env-get-updated", end, priority=1000)
