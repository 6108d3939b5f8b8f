"""Exhibits and numbers as nodes of the book: one execution, each builder its own medium.

myst-nb hands our MIME types to ``ExhibitRenderer`` (an entry point of ``myst_nb.mime_renderers``).
Maps and charts become a figure, tables a table, numbers a span of text. What only the web page can
show stands under an ``only`` node, as do the pictures for print and EPUB; Sphinx picks.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform

from corridors.publish import record, tablenodes
from corridors.show import media

WEB: Final = "builder_html or builder_dirhtml"
# The picture that each other medium takes: EPUB readers differ over SVG; LaTeX takes PDF.
PICTURES: Final = {
    "png": "builder_epub",
    "pdf": "builder_latex",
    "svg": f"not builder_epub and not builder_latex and not ({WEB})",
}


class number_node(nodes.inline):  # noqa: N801 (docutils names nodes in lower case)
    """A glued number in a sentence; ``number`` is its id, ``chapter`` the docname that glues it."""


class ExhibitRenderer:
    """What myst-nb calls for every output of a cell; our types come first in every builder."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = tuple(
        ("*", mime, 1) for mime in media.MIME_TYPES
    )

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Nodes for our MIME types; None for all others, which myst-nb then shows itself."""
        if data.mime_type not in media.MIME_TYPES:
            return None
        content: Any = data.content
        env = renderer.renderer.sphinx_env
        if data.mime_type == media.NUMBER:
            return [number_span(content, env.docname)]
        payload: Mapping[str, Any] = content
        files = _put_aside(renderer, payload)
        record.chapter(env, env.docname)["exhibits"][payload["label"]] = _entry(payload, list(files))
        build = table_nodes if data.mime_type == media.TABLE else figure_nodes
        found = build(payload, files, env.docname)
        target = next(node for node in found if isinstance(node, nodes.figure | nodes.table))
        target["names"].append(nodes.fully_normalize_name(payload["label"]))
        renderer.renderer.document.note_explicit_target(target, target)
        return found


def _put_aside(renderer: NbElementRenderer, payload: Mapping[str, Any]) -> dict[str, str]:
    """Write data and pictures into the stash; file name to address, pictures as Sphinx wants them."""
    label = payload["label"]
    contents = {f"{label}.{payload['data_format']}": payload["data"].encode("utf-8")}
    for ending, text in payload.get("static", {}).items():
        contents[f"{label}.{ending}"] = text.encode("utf-8") if ending == "svg" else base64.b64decode(text)
    return {
        name: renderer.write_file(["exhibits", name], content, overwrite=True)
        for name, content in contents.items()
    }


def _entry(payload: Mapping[str, Any], files: list[str]) -> record.ExhibitRecord:
    return {
        "label": payload["label"],
        "kind": payload["kind"],
        "caption": payload["caption"],
        "alt": payload["alt"],
        "source": payload["source"],
        "note": payload["note"],
        "datasets": list(payload["datasets"]),
        "rights": list(payload["rights"]),
        "data_format": payload["data_format"],
        "export": payload["export"],
        "files": files,
    }


def only(expression: str, *children: nodes.Node) -> nodes.Element:
    """``children`` for the builders that ``expression`` names."""
    return addnodes.only("", *children, expr=expression)


def figure_nodes(payload: Mapping[str, Any], files: Mapping[str, str], docname: str) -> list[nodes.Element]:
    """A map or a chart: live part, pictures, caption, and a legend with source, note and downloads."""
    label, kind = payload["label"], payload["kind"]
    figure = nodes.figure(classes=["exhibit", f"exhibit-{kind}"], align="default")
    figure += only(WEB, nodes.raw("", payload["live"], format="html"))
    for ending, builders in PICTURES.items():
        if f"{label}.{ending}" in files:
            figure += only(builders, nodes.image(uri=files[f"{label}.{ending}"], alt=payload["alt"]))
    figure += nodes.caption(payload["caption"], payload["caption"])
    legend = nodes.legend("", *below(payload, files, docname))
    if legend.children:
        figure += legend
    return [figure]


def table_nodes(payload: Mapping[str, Any], files: Mapping[str, str], docname: str) -> list[nodes.Element]:
    """A table with its source, note and download under it."""
    under = nodes.container("", *below(payload, files, docname), classes=["exhibit-under"], is_div=True)
    return [*tablenodes.build(payload), under]


def below(payload: Mapping[str, Any], files: Mapping[str, str], docname: str) -> list[nodes.Element]:
    """The lines under an exhibit: note, source, and (in the page) the downloads."""
    lines: list[nodes.Element] = []
    for title, key in (("Note", "note"), ("Source", "source")):
        if payload[key]:
            lines.append(_line(f"{title}: ", payload[key], f"exhibit-{key}"))
    lines.append(only(WEB, _downloads(payload, files, docname)))
    return lines


def _line(title: str, text: str, css_class: str) -> nodes.paragraph:
    return nodes.paragraph("", "", nodes.strong(title, title), nodes.Text(text), classes=[css_class])


def _downloads(payload: Mapping[str, Any], files: Mapping[str, str], docname: str) -> nodes.paragraph:
    """Links to the data and, for figures, to the pictures; relative, so that the site opens anywhere."""
    up = "../" * docname.count("/")
    label = payload["label"]
    line = nodes.paragraph("", classes=["exhibit-files"])
    line += nodes.strong("", "Download: ")
    wanted = {"csv": "data (CSV)", "geojson": "data (GeoJSON)", "svg": "SVG", "png": "PNG", "pdf": "PDF"}
    offered = [(ending, title) for ending, title in wanted.items() if f"{label}.{ending}" in files]
    for position, (ending, title) in enumerate(offered):
        folder = "_data" if ending in ("csv", "geojson") else "_images"
        if position:
            line += nodes.Text(", ")
        line += nodes.reference("", title, refuri=f"{up}{folder}/{label}.{ending}", internal=True)
    return line


def number_span(payload: Mapping[str, Any], docname: str) -> number_node:
    """A number as it stands in a sentence: value, no-break space, unit."""
    shown = payload["shown"]
    return number_node(shown, shown, classes=["number"], number=payload["id"], chapter=docname)


class NumbersFromOtherChapters(SphinxPostTransform):
    """Show a number that another chapter glued: ``{glue}`railway.md::main-line-length```.

    myst-nb would set such a number as code; ours goes first (its priority is 5).
    """

    default_priority = 3

    def run(self, **kwargs: Any) -> None:
        """Replace each reference whose key is one of our numbers."""
        for pending in list(self.document.findall(PendingGlueReference)):
            number = record.chapter(self.env, pending.refdoc)["numbers"].get(pending.key)
            if number is not None:
                pending.replace_self(number_span(number, pending.refdoc))


def note_numbers(app: Sphinx, doctree: nodes.document) -> None:
    """Record what the chapter glues and mentions; give each number's first mention its anchor."""
    env: BuildEnvironment = app.env
    entry = record.chapter(env, env.docname)
    entry["numbers"] = {
        key: output["data"][media.NUMBER]
        for key, output in sorted(record.glued(env, env.docname).items())
        if media.NUMBER in output["data"]
    }
    seen: set[str] = set()
    for node in doctree.findall(number_node):
        if node["number"] not in seen:
            seen.add(node["number"])
            node["ids"] = [f"num-{node['number']}"]
        entry["mentions"].append((env.docname, node["number"]))
    for pending in doctree.findall(PendingGlueReference):
        entry["mentions"].append((pending.refdoc, pending.key))


def _visit_number(self: Any, node: number_node) -> None:
    self.body.append(self.starttag(node, "span", "", **{"data-number": node["number"]}))


def _depart_number(self: Any, node: number_node) -> None:
    self.body.append("</span>")


def setup(app: Sphinx) -> None:
    """Register nodes and transforms."""
    visitors: tuple[Callable[..., None], Callable[..., None]] = (_visit_number, _depart_number)
    app.add_node(number_node, html=visitors)
    app.add_post_transform(NumbersFromOtherChapters)
    app.connect("doctree-read", note_numbers)
    tablenodes.setup(app)
