"""Exhibits and numbers as nodes of the book: one execution, each builder its own medium.

myst-nb hands our MIME types to ``ExhibitRenderer`` (an entry point of ``myst_nb.mime_renderers``).
Maps and charts become a figure, tables a table, entries sections, numbers a span of text. A figure holds all
its media; ``ChooseMedium`` keeps the one that the builder at work can show.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform

from corridors.publish import (
    assets,
    booklinks,
    citation_heads,
    entrynodes,
    foreign,
    graphs,
    record,
    tablenodes,
)
from corridors.publish.texts import json_text
from corridors.show import media

WEB: Final = ("html", "dirhtml")
# The pictures that a builder takes, the best first: EPUB readers differ over SVG; LaTeX takes PDF.
PICTURES: Final = {"epub": ("png", "svg"), "latex": ("pdf", "png")}
_ELSEWHERE: Final = ("svg", "png", "pdf")


class exhibit_media(nodes.Element):
    """All media of a figure: ``live`` markup for the page and pictures; each child says its ``medium``."""


class web_only(nodes.Element):
    """What only the web page shows, such as links to files."""


class part_citation(nodes.General, nodes.Element):
    """Stands under an exhibit until its citation can be written; ``label`` is the exhibit's."""


class number_node(nodes.inline):
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
        if data.mime_type == media.MAP:
            assets.note_map(env, env.docname, payload["layers"])
        record.chapter(env, env.docname)["exhibits"][payload["label"]] = _entry(payload, list(files))
        document = renderer.renderer.document
        if data.mime_type == media.ENTRIES:
            found = [*entrynodes.build(payload, document), under(payload, files, env.docname)]
        else:
            build = table_nodes if data.mime_type == media.TABLE else figure_nodes
            found = build(payload, files, env.docname)
        target = next(
            node for node in found if isinstance(node, nodes.figure | nodes.table | entrynodes.entry_list)
        )
        target["names"].append(nodes.fully_normalize_name(payload["label"]))
        document.note_explicit_target(target, target)
        return found


def _put_aside(renderer: NbElementRenderer, payload: Mapping[str, Any]) -> dict[str, str]:
    """Write data and pictures into the stash; file name to address, pictures as Sphinx wants them."""
    label = payload["label"]
    contents = {f"{label}.{payload['data_format']}": payload["data"].encode("utf-8")}
    for ending, text in payload.get("static", {}).items():
        contents[f"{label}.{ending}"] = text.encode("utf-8") if ending == "svg" else base64.b64decode(text)
    if payload.get("records"):
        contents[f"{label}.records.json"] = json_text(payload["records"]).encode("utf-8")
    if payload.get("json_ld"):
        block = citation_heads.data_block(graphs.as_graph(payload["json_ld"]), compact=True)
        renderer.write_file(["exhibits", f"{label}.ld.txt"], block.encode("utf-8"), overwrite=True)
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
        "computed_from": list(payload.get("computed_from", [])),
        "rights": list(payload["rights"]),
        "data_format": payload["data_format"],
        "export": payload["export"],
        "files": files,
        "notices": list(payload.get("notices", [])),
        "entries": [(entry["anchor"], entry["heading"]) for entry in payload.get("entries", [])],
        "json_ld": bool(payload.get("json_ld")),
    }


def figure_nodes(payload: Mapping[str, Any], files: Mapping[str, str], docname: str) -> list[nodes.Element]:
    """A map or a chart: live part, pictures, caption, and a legend with source, note and downloads."""
    label, kind = payload["label"], payload["kind"]
    figure = nodes.figure(classes=["exhibit", f"exhibit-{kind}"], align="default")
    pictures = [
        nodes.image(uri=files[f"{label}.{ending}"], alt=payload["alt"], medium=ending)
        for ending in _ELSEWHERE
        if f"{label}.{ending}" in files
    ]
    live = nodes.raw("", payload["live"], format="html", medium="live")
    figure += exhibit_media("", live, *pictures, twin=kind == "map")
    figure += nodes.caption(payload["caption"], payload["caption"])
    figure += nodes.legend("", *below(payload, files, docname))
    return [figure]


def table_nodes(payload: Mapping[str, Any], files: Mapping[str, str], docname: str) -> list[nodes.Element]:
    """A table with its source, note and download under it."""
    return [*tablenodes.build(payload), under(payload, files, docname)]


def under(payload: Mapping[str, Any], files: Mapping[str, str], docname: str) -> nodes.container:
    """The lines under a table or a list, as a block of their own."""
    return nodes.container("", *below(payload, files, docname), classes=["exhibit-under"], is_div=True)


def below(payload: Mapping[str, Any], files: Mapping[str, str], docname: str) -> list[nodes.Element]:
    """The lines under an exhibit: note, source, and (in the page) the downloads."""
    lines: list[nodes.Element] = []
    for title, key in (("Note", "note"), ("Source", "source")):
        if payload[key]:
            lines.append(_line(f"{title}: ", payload[key], f"exhibit-{key}"))
    lines.append(web_only("", _downloads(payload, files, docname), part_citation(label=payload["label"])))
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
    if f"{label}.records.json" in files:
        line += nodes.Text(", ")
        line += nodes.reference(
            "", "records (JSON)", refuri=f"{up}_data/{payload['export']}.json", internal=True
        )
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


class ChooseMedium(SphinxPostTransform):
    """Keep of each figure the medium for the builder at work, and links to files in the page only."""

    # After myst-nb has chosen among MIME types (4).
    default_priority = 6

    def run(self, **kwargs: Any) -> None:
        """Replace the nodes that hold several media."""
        builder = self.app.builder.name
        wanted = ("live",) if builder in WEB else PICTURES.get(builder, _ELSEWHERE)
        for media_node in list(self.document.findall(exhibit_media)):
            found = {
                child["medium"]: child for child in media_node.children if isinstance(child, nodes.Element)
            }
            chosen = [found[medium] for medium in wanted if medium in found][:1]
            if builder in WEB and media_node["twin"] and "svg" in found:
                # Seen without JavaScript and on paper; maps.js hides it when it has drawn the live map.
                found["svg"]["classes"].append("map-twin")
                # One node before the caption, or docutils would open a second figcaption in the first.
                chosen = [nodes.container("", *chosen, found["svg"], is_div=True, classes=["exhibit-media"])]
            media_node.replace_self(chosen)
        for part in list(self.document.findall(web_only)):
            parent = part.parent
            part.replace_self(part.children if builder in WEB else [])
            if not parent.children:
                parent.parent.remove(parent)


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


def _skip(self: Any, node: nodes.Node) -> None:
    """A placeholder that nobody has filled shows nothing."""
    raise nodes.SkipNode


def _visit_number(self: Any, node: number_node) -> None:
    self.body.append(self.starttag(node, "span", "", **{"data-number": node["number"]}))


def _depart_number(self: Any, node: number_node) -> None:
    self.body.append("</span>")


def setup(app: Sphinx) -> None:
    """Register nodes and transforms."""
    visitors: tuple[Callable[..., None], Callable[..., None]] = (_visit_number, _depart_number)
    app.add_node(number_node, html=visitors)
    app.add_node(exhibit_media)
    app.add_node(web_only)
    app.add_node(part_citation, html=(_skip, _skip))
    app.add_post_transform(NumbersFromOtherChapters)
    app.add_post_transform(ChooseMedium)
    app.connect("doctree-read", note_numbers)
    booklinks.setup(app)
    entrynodes.setup(app)
    foreign.setup(app)
    tablenodes.setup(app)
