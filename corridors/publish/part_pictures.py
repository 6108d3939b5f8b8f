"""The overview figure of a part at the head of its first chapter: ``{part-picture} fig-start-lines``.

The figure itself, with its number, its source and its data, stands elsewhere (on the first page); here it is
shown small, in its narrow form, with its caption and the way there. On paper the picture opens the part (see
``corridors.typeset``); an e-book, which is read from its first page on, has it there alone.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from corridors.publish import provenance, record
from corridors.publish.assets import WEB
from corridors.publish.paper import PaperBuilder
from corridors.publish.renderers import exhibit_media

#: Class of what stands at the head of the chapter, on the web and for paper.
NAME: Final = "part-picture"
_DRAWING: Final = re.compile(r'<svg class="chart chart-narrow".*?</svg>', re.DOTALL)
_LOGGER = logging.getLogger(__name__)


class part_picture(nodes.General, nodes.Element):
    """Stands where the picture goes; ``label`` is that of the figure."""


class PartPicture(SphinxDirective):
    """``{part-picture}`` with the label of a chart."""

    has_content = False
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """One placeholder."""
        return [part_picture(label=self.arguments[0])]


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(part_picture)):
        place.replace_self(_shown(app, docname, place["label"]))


def _shown(app: Sphinx, here: str, label: str) -> list[nodes.Node]:
    if app.builder.name not in (*WEB, PaperBuilder.name):
        return []
    for docname, exhibit in record.exhibits(app.env):
        if exhibit["label"] == label:
            media = next(
                node
                for figure in app.env.get_doctree(docname).findall(nodes.figure)
                if label in figure["ids"]
                for node in figure.findall(exhibit_media)
            )
            number = f"Fig. {provenance.figure_number(app.env, docname, label)}"
            if app.builder.name in WEB:
                address = f"{app.builder.get_relative_uri(here, docname)}#{label}"
                return [_for_web(media, exhibit, number, address)]
            return [_for_paper(app, media, exhibit, number, (here, docname))]
    _LOGGER.warning(
        "{%s}: no page shows a chart named %r", NAME, label, location=here, type="corridors", subtype="page"
    )
    return []


def _for_web(media: exhibit_media, exhibit: record.ExhibitRecord, number: str, address: str) -> nodes.raw:
    """The narrow form of the chart, in the colours of the page, with its words for who cannot see it."""
    live = next(child.astext() for child in media.findall(nodes.raw))
    drawing = _DRAWING.search(live)
    if drawing is None:
        raise ValueError(f"{exhibit['label']}: a chart without a narrow form cannot be shown small")
    caption = exhibit["caption"].rstrip(".")
    return nodes.raw(
        "",
        f'<figure class="{NAME}">'
        f'<div class="exhibit-picture" role="img" aria-label="{escape(exhibit["alt"])}">{drawing[0]}</div>'
        f"<figcaption><p>{escape(caption)}.</p>"
        f'<p>From <a href="{escape(address)}">{number}</a>, which has the source and the data.</p>'
        "</figcaption></figure>",
        format="html",
    )


def _for_paper(
    app: Sphinx, media: exhibit_media, exhibit: record.ExhibitRecord, number: str, way: tuple[str, str]
) -> nodes.container:
    """The picture and its caption, for the opening of the part."""
    picture = next(child for child in media.findall(nodes.image) if child["medium"] == "svg")
    here, docname = way
    words = nodes.paragraph("", f"{exhibit['caption'].rstrip('.')} (")
    words += make_refnode(app.builder, here, docname, exhibit["label"], nodes.Text(number))
    words += nodes.Text(")")
    return nodes.container("", picture.deepcopy(), words, classes=[NAME])


def setup(app: Sphinx) -> None:
    """Register the directive and fill its place when all pages are known."""
    app.add_node(part_picture)
    app.add_directive(NAME, PartPicture)
    app.connect("doctree-resolved", _fill)
