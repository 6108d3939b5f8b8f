"""The search of the site: every place that can be linked to, found under every name that the data know.

Sphinx's own search knows pages, not places; it passes over numbers, writes titles into the page as markup and
asks for whole pages, which a browser refuses on pages opened from disk. This one has an index of places (the
parts of a chapter, maps, charts, tables, claims, terms, references, numbers), and its results lead to them.

    search.html                     field and results
    _static/search/index.js         places, names and the letters of the Cyrillic rule
    _static/search/stemmer.js       the stemmer of English that Sphinx brings, with its list of small words
    _static/search/search.js        compares without accents and in Latin letters, orders, shows

The index is asked for when there is something to look up, as a script, which works from disk as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Final

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.search.en import SearchEnglish

from corridors.letters import LETTERS
from corridors.publish.assets import WEB
from corridors.publish.search_names import name_groups
from corridors.publish.search_places import Place, page_kind, parts_of, places_of

FOLDER: Final = "search"
SCRIPTS: Final = (f"{FOLDER}/stemmer.js", f"{FOLDER}/search.js")
STYLE: Final = f"{FOLDER}/search.css"
#: What Sphinx writes for a search of its own.
_UNUSED: Final = ("searchindex.js", "_static/searchtools.js", "_static/language_data.js")


def index_script(app: Sphinx, places: dict[str, list[Place]]) -> str:
    """The index as a script: ``bookSearch.index({pages, places, names, letters})``, the same each time.

    A page is [address, title, part]; a place is [page by position, anchor, kind, heading, text].
    """
    parts = parts_of(app.env)
    order = [name for name in parts if name in places]
    order += sorted(set(places) - set(order))
    pages = [
        [app.builder.get_target_uri(name), page_kind(app.env, name), parts.get(name, "")] for name in order
    ]
    rows = [
        [number, place.anchor, place.kind, place.heading, place.text]
        for number, name in enumerate(order)
        for place in places[name]
    ]
    data = {"pages": pages, "places": rows, "names": name_groups(), "letters": LETTERS}
    return f"bookSearch.index({json.dumps(data, ensure_ascii=False, separators=(',', ':'))});\n"


def stemmer_script() -> str:
    """Sphinx's stemmer and stop words for a page that has no script of Sphinx's search."""
    words = json.dumps(sorted(SearchEnglish.stopwords))
    return f"{SearchEnglish.js_stemmer_code.strip()}\nconst SMALL_WORDS = new Set({words});\n"


def _places(app: Sphinx) -> dict[str, list[Place]]:
    """Places by page. A build that does not write a page anew puts back what the page gave here before."""
    if not hasattr(app, "gathered_by_page"):
        app.gathered_by_page = {}  # type: ignore[attr-defined]
    found: dict[str, list[Place]] = app.gathered_by_page.setdefault(FOLDER, {})  # type: ignore[attr-defined]
    return found


def _collect(app: Sphinx, doctree: Any, docname: str) -> None:
    if app.builder.name in WEB:
        _places(app)[docname] = places_of(app.env, doctree, docname)


def _own_templates(app: Sphinx, config: Config) -> None:
    config.templates_path = [*config.templates_path, str(Path(__file__).parent / "templates")]


def _no_other_search(app: Sphinx) -> None:
    if app.builder.name in WEB:
        app.builder.search = False  # type: ignore[attr-defined]


def _page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    if app.builder.name in WEB:
        yield "search", {"title": "Search"}, "book-search.html"


def _add_to_page(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if app.builder.name in WEB and pagename == "search":
        app.add_css_file(STYLE)
        for name in SCRIPTS:
            app.add_js_file(name, loading_method="defer")


def write(static: Path, index: str) -> None:
    """Write scripts, style and index below ``static``."""
    folder = static / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    own = resources.files("corridors.publish").joinpath("static", FOLDER)
    for name in ("search.js", "search.css"):
        (folder / name).write_bytes(own.joinpath(name).read_bytes())
    (folder / "stemmer.js").write_text(stemmer_script(), "utf-8", newline="\n")
    (folder / "index.js").write_text(index, "utf-8", newline="\n")


def _write_static(app: Sphinx, env: Any) -> list[str]:
    """Before the pages are written, which name their scripts by content; the index follows at the end."""
    if app.builder.name in WEB:
        write(Path(app.outdir) / "_static", "")
    return []


def _finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name not in WEB:
        return
    out = Path(app.outdir)
    write(out / "_static", index_script(app, _places(app)))
    for name in _UNUSED:
        (out / name).unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("config-inited", _own_templates)
    app.connect("builder-inited", _no_other_search)
    app.connect("env-updated", _write_static)
    # After everything that replaces placeholders by what is shown.
    app.connect("doctree-resolved", _collect, priority=900)
    app.connect("html-collect-pages", _page)
    app.connect("html-page-context", _add_to_page, priority=900)
    app.connect("build-finished", _finish)
    # The places are gathered while the pages are written, in one process.
    return {"parallel_read_safe": True, "parallel_write_safe": False}
