"""Sphinx part: which edition a reader has, and what has changed since another was cited.

- ``_data/edition.json``: the state of this edition (see :mod:`corridors.publish.edition_changes`);
- ``since.html``: for each earlier edition recorded in ``editions/<version>.json``, all that has changed;
- a line at the foot of every page: edition, date, and the way to that page.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.osutil import relative_uri

from corridors import paths
from corridors.publish import citation, credits, provenance, record
from corridors.publish.citation_formats import spoken_day
from corridors.publish.edition_changes import (
    HEADINGS,
    Change,
    Changes,
    EditionError,
    compare,
    of_pages,
    read_state,
    version_key,
)
from corridors.publish.texts import json_text

FOLDER: Final = "editions"
"""Where the records of earlier editions stand in the repository."""
PAGE: Final = "since"
STATE: Final = "edition.json"
_SITES: Final = ("html", "dirhtml")
_TITLE: Final = "Since you cited it"
_WORDS: Final = 60


def state(app: Sphinx) -> dict[str, Any]:
    """The state of the book as this build shows it, made once: it hashes every table of the data."""
    found: dict[str, Any] | None = getattr(app, "_corridors_state", None)
    if found is None:
        found = app._corridors_state = _state(app)  # type: ignore[attr-defined]
    return found


def _state(app: Sphinx) -> dict[str, Any]:
    env = app.env
    book, _ = citation.works_of(app)
    return {
        "book": book.title,
        "version": book.version,
        "date": book.revised.isoformat(),
        "numbers": {
            number["id"]: {
                "shown": number["shown"],
                "chapter": docname,
                "function": provenance.computed_by(env, docname, number["id"]),
                "datasets": number["datasets"],
            }
            for docname, number in record.numbers(env)
        },
        "exhibits": {
            exhibit["label"]: {
                "kind": exhibit["kind"],
                "number": provenance.figure_number(env, docname, exhibit["label"]),
                "chapter": docname,
                "title": exhibit["caption"],
                "data": _hash(record.stash(env) / f"{exhibit['label']}.{exhibit['data_format']}"),
                "datasets": exhibit["datasets"],
            }
            for docname, exhibit in record.exhibits(env)
        },
        "claims": _claims(env),
        "datasets": _datasets(),
        "text": {
            docname: {
                "title": env.titles[docname].astext() if docname in env.titles else docname,
                "paragraphs": [list(pair) for pair in found["paragraphs"]],
            }
            for docname, found in sorted(record.of(env).items())
        },
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _claims(env: BuildEnvironment) -> dict[str, Any]:
    """Verdict and finding of every record that has both, in any list of the book."""
    found = {}
    for docname, exhibit in record.exhibits(env):
        path = record.stash(env) / f"{exhibit['label']}.records.json"
        for one in json.loads(path.read_text("utf-8")) if path.name in exhibit["files"] else ():
            if "verdict" in one:
                found[str(one["id"])] = {
                    "verdict": one["verdict"],
                    "finding": one.get("finding", ""),
                    "chapter": docname,
                    "title": one.get("text", ""),
                    "datasets": one.get("datasets", []),
                }
    return found


def _datasets() -> dict[str, Any]:
    return {
        name: {
            "title": about.title,
            "subject": about.subject,
            "hash": f"sha256:{_hash(paths.ROOT / about.file)}",
            "horizon": about.horizon,
        }
        for name, about in credits.known().tables.items()
    }


def note_paragraphs(app: Sphinx, doctree: nodes.document) -> None:
    """Record each paragraph of running text by hash and first words; numbers stand by their ids.

    So a number that moves is told among the numbers and does not make a change of the text.
    """
    found = []
    for node in doctree.findall(nodes.paragraph):
        if _in_exhibit(node):
            continue
        words = re.sub(r"\s+", " ", _words(node)).strip()
        if words:
            found.append((hashlib.sha256(words.encode()).hexdigest()[:16], words[:_WORDS]))
    record.chapter(app.env, app.env.docname)["paragraphs"] = found


def _in_exhibit(node: nodes.Node) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.table | nodes.figure) or "exhibit" in " ".join(node.get("classes", [])):
            return True
    return False


def _words(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return node.astext()
    if not isinstance(node, nodes.Element):
        return ""
    name = node.get("number") or node.get("key")
    if name:
        return f"{{{name}}}"
    # Of a number in several media the first is ours.
    bundle = node.get("nb_element") == "mime_bundle"
    return "".join(_words(child) for child in (node.children[:1] if bundle else node.children))


# ---- the page ------------------------------------------------------------------------------------


def earlier(app: Sphinx, version: str) -> list[dict[str, Any]]:
    """The recorded editions but this one, the latest first. Raises ExtensionError for a bad record."""
    folder = Path(app.srcdir) / FOLDER
    try:
        states = [read_state(path) for path in sorted(folder.glob("*.json"))]
    except EditionError as error:
        raise ExtensionError(f"{FOLDER}/{error}") from error
    older = [one for one in states if version_key(one["version"]) < version_key(version)]
    return sorted(older, key=lambda one: version_key(one["version"]), reverse=True)


def _pages(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    if app.builder.name in _SITES:
        yield PAGE, {"title": _TITLE, "body": since_body(app), "meta": {}}, "page.html"


def since_body(app: Sphinx) -> str:
    """The page's content: this edition, and the changes from each earlier one."""
    now = state(app)
    before = earlier(app, now["version"])
    book, _ = citation.works_of(app)
    blocks = [
        f"<section><h1>{_TITLE}</h1>\n"
        f"<p>This is edition {escape(book.version)} of {spoken_day(book.revised)}. ",
    ]
    if before:
        blocks.append(
            "Find the edition that you cited: below it stand the verdicts, numbers, tables, charts, maps, "
            "data and pages that are no longer as they were. What is not listed has not changed.</p>\n"
        )
    else:
        blocks.append(
            "No earlier edition is on record, so nothing can have changed. Later editions list here what "
            "differs from each one before: verdicts, numbers, tables, charts, maps, data and text.</p>\n"
        )
    alone = len(app.env.found_docs) == 1
    for one in before:
        then = of_pages(one, app.env.found_docs) if alone else one
        blocks.append(_edition_block(app, one, compare(then, now)))
    return "".join([*blocks, "</section>\n"])


def anchor(version: str) -> str:
    """The place of an edition on the page: ``since-0-1-0``."""
    return f"since-{re.sub(r'[^a-z0-9]+', '-', version.lower())}"


def _edition_block(app: Sphinx, before: dict[str, Any], changes: Changes) -> str:
    version = escape(before["version"])
    heading = f"Since edition {version} of {spoken_day(date.fromisoformat(before['date']))}"
    lines = [f'<section id="{anchor(before["version"])}"><h2>{heading}</h2>\n']
    if app.config.corridors_edition:
        lines.append(f'<p><a href="../{version}/index.html">Edition {version} as it was</a></p>\n')
    if not changes.all:
        lines.append("<p>Nothing has changed.</p>\n")
    pages = ", ".join(_page_link(app, name) for name in changes.chapters)
    if pages:
        lines.append(f"<p>Pages with changes: {pages}.</p>\n")
    for part, title in HEADINGS:
        found: list[Change] = getattr(changes, part)
        if found:
            lines.append(_table(app, title, found, before["version"]))
    return "".join([*lines, "</section>\n"])


def _page_link(app: Sphinx, docname: str) -> str:
    title = app.env.titles[docname].astext() if docname in app.env.titles else docname
    if docname not in app.env.titles:
        return escape(title)
    return f'<a href="{escape(relative_uri(PAGE, app.builder.get_target_uri(docname)))}">{escape(title)}</a>'


def _table(app: Sphinx, title: str, found: list[Change], version: str) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(one.name)}</th><td>{one.how}</td><td>{escape(one.old)}</td>'
        f"<td>{escape(one.new)}</td><td>{_page_link(app, one.chapter) if one.chapter else ''}</td></tr>\n"
        for one in found
    )
    name = f"{title} since {version}"
    return (
        f'<h3>{title}</h3>\n<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(name)}">'
        f'<table class="table"><caption>{escape(name)} ({len(found)})</caption>\n<thead><tr>'
        '<th scope="col">Name</th><th scope="col">How</th><th scope="col">Then</th><th scope="col">Now</th>'
        f'<th scope="col">Page</th></tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n'
    )


def _foot(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """The line at the foot of each page."""
    if app.builder.name not in _SITES:
        return
    if name == PAGE:
        citation.link_assets(app)
    book, _ = citation.works_of(app)
    page = app.builder.get_target_uri(name)
    there = relative_uri(page, app.builder.get_target_uri(PAGE))
    up = "../" * (page.count("/") + 1)
    others = f'. <a href="{up}index.html">All editions</a>' if app.config.corridors_edition else ""
    line = (
        f'<p class="edition">Edition {escape(book.version)}, {spoken_day(book.revised)}. '
        f'<a href="{escape(there)}">What has changed since an earlier one</a>{others}</p>'
    )
    context["theme_extra_footer"] = f"{context.get('theme_extra_footer') or ''}{line}"


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name not in _SITES:
        return
    folder = Path(app.outdir) / "_data"
    folder.mkdir(exist_ok=True)
    (folder / STATE).write_text(json_text(state(app)), "utf-8", newline="")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    # Set for a page that lies in editions/<version>/, beside the other editions.
    app.add_config_value("corridors_edition", False, "html", bool)
    app.connect("doctree-read", note_paragraphs)
    app.connect("html-collect-pages", _pages)
    app.connect("html-page-context", _foot)
    app.connect("build-finished", _write, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
