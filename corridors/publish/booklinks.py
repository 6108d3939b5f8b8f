"""Links from exhibits to places in the book, resolved when all pages are known.

A cell of a table or a field of an entry may lead to another page (``ledger.md#claim-nias-32``). The page and
the place must exist: else a warning names both. In the build of a single chapter other pages are absent, and
such a link is left open.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import NoUri
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from corridors.publish import record

_LOGGER = logging.getLogger(__name__)


class book_link(nodes.inline):
    """A link not yet resolved: ``target`` is "page.md#anchor" as seen from the page ``docname``.

    If ``titled``, the title of the page it leads to takes the place of its text.
    """


def inline(parts: Sequence[Sequence[str]], titled: bool = False) -> list[nodes.Node]:
    """Pieces of text, each with its target or "", as nodes with commas between them.

    ``titled`` links bear the title of the page that they lead to.
    """
    found: list[nodes.Node] = []
    for position, (text, target) in enumerate(parts):
        if position:
            found.append(nodes.Text(", "))
        found.append(book_link(text, text, target=target, titled=titled) if target else nodes.Text(text))
    return found


def place(target: str, docname: str) -> tuple[str, str]:
    """(docname, anchor) that ``target`` means on the page ``docname``."""
    path, _, anchor = target.partition("#")
    if not path:
        return docname, anchor
    folder = posixpath.dirname(docname)
    return posixpath.normpath(posixpath.join(folder, path.removesuffix(".md"))), anchor


class ResolveBookLinks(SphinxPostTransform):
    """Make each link one of the builder at work, or plain text if it leads nowhere."""

    default_priority = 7

    def run(self, **kwargs: Any) -> None:
        """Replace the links of one page."""
        for link in list(self.document.findall(book_link)):
            link.replace_self(self._resolved(link))

    def _resolved(self, link: book_link) -> nodes.Node:
        text = nodes.Text(link.astext())
        page, anchor = place(link["target"], link["docname"])
        fault, subtype = _fault(self.env, page, anchor)
        if fault:
            _LOGGER.warning(
                "a link leads nowhere: %s", fault, location=link["docname"], type="corridors",
                subtype=subtype,
            )  # fmt: skip
            return text
        if link["titled"]:
            text = nodes.Text(self.env.titles[page].astext())
        try:
            return make_refnode(self.app.builder, self.env.docname, page, anchor, text)
        except NoUri:
            return text


def _fault(env: BuildEnvironment, page: str, anchor: str) -> tuple[str, str]:
    """What is wrong with a place in the book, and the subtype of its warning; ("", "") if nothing is."""
    if page not in env.found_docs:
        return f"the book has no page {page}", "page"
    if anchor and anchor not in record.chapter(env, page)["anchors"]:
        return f"{page} has no place named {anchor!r}", "anchor"
    return "", ""


def note_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Record every name of a page that a link can point to; tell each link its page.

    A builder of one long document has all links in one place and no longer knows where they came from.
    """
    for link in doctree.findall(book_link):
        link["docname"] = app.env.docname
    record.chapter(app.env, app.env.docname)["anchors"] = sorted(doctree.ids)


def setup(app: Sphinx) -> None:
    """Register node and transform."""
    app.add_node(book_link)
    app.add_post_transform(ResolveBookLinks)
    app.connect("doctree-read", note_anchors)
