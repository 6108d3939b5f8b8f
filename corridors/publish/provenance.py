"""From a map, chart, table or number back to its sources: which chapter uses which table of the data.

A chapter uses a table if one of its exhibits or numbers rests on it (:mod:`corridors.publish.rests`). From
these notes come
``_data/provenance.json``, the chain from each exhibit and number through the tables to the sources, and the
lines "used in" of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from corridors.build.chapters import number_cells, read_chapter
from corridors.publish import credits, record, rests
from corridors.publish.origins import Chapter, Origin
from corridors.publish.texts import json_text

NAME: Final = "provenance.json"
_SITES: Final = ("html", "dirhtml")


def in_order(env: BuildEnvironment, docnames: Iterable[str]) -> list[str]:
    """``docnames`` in the order of the table of contents; pages outside it last, by name."""
    places: dict[str, int] = {}
    _walk(env, str(env.config.root_doc), places)
    return sorted(set(docnames), key=lambda name: (places.get(name, len(places)), name))


def _walk(env: BuildEnvironment, docname: str, places: dict[str, int]) -> None:
    if docname in places:
        return
    places[docname] = len(places)
    for below in env.toctree_includes.get(docname, []):
        _walk(env, below, places)


def uses(env: BuildEnvironment) -> dict[str, list[str]]:
    """The chapters that use each table or layer, in the book's order; a table that none uses is absent."""
    found: dict[str, set[str]] = {}
    for docname, entry in [*record.exhibits(env), *record.numbers(env)]:
        for name in rests.named(entry):
            found.setdefault(name, set()).add(docname)
    return {name: in_order(env, docs) for name, docs in sorted(found.items())}


def figure_number(env: BuildEnvironment, docname: str, label: str) -> str:
    """The number that a map, chart or table has on the page, such as "3.2"; empty if it has none."""
    for by_id in env.toc_fignumbers.get(docname, {}).values():
        for node_id, parts in by_id.items():
            if node_id == label:
                return ".".join(map(str, parts))
    return ""


def chain(env: BuildEnvironment, book: str, edition: str) -> dict[str, Any]:
    """The content of ``provenance.json``.

    ``exhibits`` and ``numbers`` name their chapter, the cell that makes them (as in the notebook of the
    chapter), the functions that this cell leads back to, and the tables that they rest on; ``function`` is
    the nearest of the functions. Where ``functions`` is empty the cell itself reads the tables. The few that
    rest on no table have ``rests_on`` instead. ``datasets`` name the file, the licence, the sources and the
    chapters that use them; ``sources`` say who published what. Only tables and sources that the book shows
    are listed.
    """
    used = uses(env)
    datasets = {name: _dataset(name, chapters) for name, chapters in used.items()}
    ids = sorted({source for entry in datasets.values() for source in entry["sources"]})
    return {
        "book": book,
        "edition": edition,
        "exhibits": [_exhibit(env, docname, entry) for docname, entry in record.exhibits(env)],
        "numbers": [_number(env, docname, entry) for docname, entry in record.numbers(env)],
        "datasets": datasets,
        "sources": {name: _source(name) for name in ids},
    }


def _exhibit(env: BuildEnvironment, docname: str, entry: record.ExhibitRecord) -> dict[str, Any]:
    return {
        "label": entry["label"],
        "kind": entry["kind"],
        "number": figure_number(env, docname, entry["label"]),
        "chapter": docname,
        "caption": entry["caption"],
        "data": f"_data/{entry['label']}.{entry['data_format']}",
        **_made(entry, record.origin(env, docname, entry["label"])),
        **({"computed_from": entry["computed_from"]} if entry["computed_from"] else {}),
    }


def _made(entry: record.ExhibitRecord | record.NumberRecord, origin: Origin) -> dict[str, Any]:
    """Cell, functions and data; a thing of a page whose code is not read (a made one) has no cell."""
    other = rests.otherwise(entry, origin)
    return {
        "cell": origin.cell,
        "made": "computed" if origin.functions else "by the cell",
        "functions": list(origin.functions),
        "loads": list(origin.loads),
        "datasets": entry["datasets"],
        **({"rests_on": other} if other else {}),
    }


def computed_by(env: BuildEnvironment, docname: str, name: str) -> str:
    """The functions nearest to a number or exhibit on the way back from it, as its code says.

    Where no function of the package is on the way, those of the catalogue that its cell reads.
    """
    origin = record.origin(env, docname, name)
    return ", ".join(origin.nearest or origin.loads)


def _number(env: BuildEnvironment, docname: str, entry: record.NumberRecord) -> dict[str, Any]:
    return {
        "id": entry["id"],
        "shown": entry["shown"],
        "chapter": docname,
        "function": computed_by(env, docname, entry["id"]),
        **_made(entry, record.origin(env, docname, entry["id"])),
    }


def _dataset(name: str, chapters: list[str]) -> dict[str, Any]:
    about = credits.known().tables[name]
    return {
        "title": about.title,
        "file": about.file,
        "kind": about.kind,
        "horizon": about.horizon,
        "licence": about.licence,
        "chapters": chapters,
        "sources": list(about.sources),
    }


def _source(name: str) -> Mapping[str, str]:
    source = credits.known().sources[name]
    return {field: text for field in credits.SHOWN if (text := source[field])}


def note_origins(app: Sphinx, doctree: nodes.document) -> None:
    """Read in the chapter's code where its exhibits and numbers are made."""
    env = app.env
    entry = record.chapter(env, env.docname)
    path = Path(env.doc2path(env.docname))
    if path.suffix not in (".md", ".ipynb"):
        return
    chapter = read_chapter(path, env.docname, getattr(app.config, "myst_enable_extensions", []))
    if chapter is None:
        return
    number_cells(chapter.notebook)
    code = Chapter.of((cell["id"], cell.source) for cell in chapter.code_cells)
    entry["cells"] = len(chapter.code_cells)
    glued = record.glued(env, env.docname)
    origins = {label: code.exhibit(label) for label in entry["exhibits"]}
    for name in entry["numbers"]:
        about = glued.get(name, {}).get("metadata", {}).get("scrapbook", {})
        origins[name] = code.number(name, about.get("cell", ""))
    entry["origins"] = {name: origin for name, origin in origins.items() if origin is not None}
    for name, origin in entry["origins"].items():
        rests.fill(entry["exhibits"].get(name) or entry["numbers"][name], origin)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the chain beside the data of the site; nothing after a failed build or for other media."""
    if exception is not None or app.builder.name not in _SITES:
        return
    folder = Path(app.outdir, "_data")
    folder.mkdir(exist_ok=True)
    content = chain(app.env, app.config.project, app.config.version)
    (folder / NAME).write_text(json_text(content), "utf-8", newline="")


def setup(app: Sphinx) -> None:
    """Read the code of each chapter once its exhibits are known; write when the build is done."""
    app.connect("doctree-read", note_origins, priority=600)
    app.connect("build-finished", write)
