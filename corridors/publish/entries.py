"""Pages with lists of entries: filter script, data for machines in the head, and notices to the builder.

The script is linked on pages that have entries and on no other. Records in JSON-LD go into the head as data
blocks. What a list has to say to whoever builds the book (a computed result that is not the recorded one,
say) is handed over as ``app.notices``, which the build prints; it is no fault.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.fileutil import copy_asset_file

from corridors.publish import entrynodes, record
from corridors.publish.assets import WEB


def _lists(env: BuildEnvironment, docname: str) -> list[record.ExhibitRecord]:
    found = record.of(env).get(docname)
    return [one for one in found["exhibits"].values() if one["kind"] == "entries"] if found else []


def notices(env: BuildEnvironment) -> list[str]:
    """What the lists of all pages have to say, each with its page."""
    return [
        f"{docname}: {text}"
        for docname in sorted(record.of(env))
        for one in _lists(env, docname)
        for text in one["notices"]
    ]


def _write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    if app.builder.name in WEB and any(_lists(env, docname) for docname in record.of(env)):
        for name, source in entrynodes.scripts().items():
            target = Path(app.outdir) / "_static" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            copy_asset_file(str(source), str(target))
    return []


def _add_to_page(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if app.builder.name not in WEB:
        return
    for one in _lists(app.env, pagename):
        for name in entrynodes.scripts():
            if name.endswith(".js"):
                app.add_js_file(name, loading_method="defer")
            else:
                app.add_css_file(name)
        block = record.stash(app.env) / f"{one['label']}.ld.txt"
        if one["json_ld"]:
            context["metatags"] = f"{context.get('metatags', '')}\n{block.read_text('utf-8')}"


def _hand_over(app: Sphinx, exception: Exception | None) -> None:
    # At the end of every build: the environment is checked only when a page has changed.
    if exception is None:
        app.notices = notices(app.env)  # type: ignore[attr-defined]


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("env-updated", _write)
    app.connect("build-finished", _hand_over)
    app.connect("html-page-context", _add_to_page, priority=900)
