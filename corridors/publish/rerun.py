"""The line at the end of a chapter with cells: its notebook, and its box to run it alone.

The build puts both files beside the pages (``corridors.build``); pages of prose have neither. Where a
repository is named (``corridors.publish.launch``) the line goes on to where the notebook opens elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from corridors.publish import launch
from corridors.publish.assets import WEB


def has_run(app: Sphinx, docname: str) -> bool:
    """Whether the page has cells that were run for this build."""
    return "exec_data" in getattr(app.env, "nb_metadata", {}).get(docname, {})


def line(page: str, docname: str, elsewhere: Iterable[tuple[str, str]] = ()) -> nodes.paragraph:
    """The links as they stand on ``page``, the address of ``docname``; last those that lead ``elsewhere``."""
    name = PurePosixPath(docname).name
    found = nodes.paragraph("", "To run this page again: ", classes=["rerun"])
    for number, (place, words) in enumerate(
        (
            (f"_boxes/{name}.zip", "all it needs in one archive (zip)"),
            (f"_notebooks/{name}.ipynb", "its notebook"),
        )
    ):
        if number:
            found += nodes.Text(" · ")
        found += nodes.reference("", words, refuri=relative_uri(page, place), internal=True)
    for address, words in elsewhere:
        found += [nodes.Text(" · "), nodes.reference("", words, refuri=address, internal=False)]
    found += nodes.Text(".")
    return found


def _add(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if app.builder.name not in WEB or not has_run(app, docname):
        return
    chapter = next(iter(doctree.findall(nodes.section)), None)
    if chapter is not None:
        last = [one for one in chapter.children if isinstance(one, nodes.section)]
        page = app.builder.get_target_uri(docname)
        (last[-1] if last else chapter).append(line(page, docname, launch.links(app.config, docname)))


def setup(app: Sphinx) -> None:
    """Add the line when the text of a page stands."""
    app.connect("doctree-resolved", _add, priority=810)
