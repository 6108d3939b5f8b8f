"""Links to the forms of the book that lie beside the site: PDF, EPUB, data.

``corridors_companions`` maps the place of each file in the site to its size in bytes. It is empty unless the
build puts these files there, so no page offers what is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from corridors.publish.assets import WEB

_KINDS: Final = {"_pdf": "PDF", "_epub": "EPUB", "_package": "data (zip)"}
_KILO: Final = 1000


def size_in_words(size: int) -> str:
    """3386717 -> "3.4 MB", 145398 -> "145 kB"."""
    return f"{size / _KILO**2:.1f} MB" if size >= _KILO**2 else f"{max(1, round(size / _KILO))} kB"


def offered(files: Mapping[str, int], docname: str, root: str) -> list[tuple[str, str]]:
    """(place, words) of what a page offers: the first page the whole book, a chapter itself."""
    if docname == root:
        whole = [path for path in files if len(PurePosixPath(path).parts) == 2]
        order = list(_KINDS)
        whole.sort(key=lambda path: order.index(PurePosixPath(path).parts[0]))
        return [(path, f"{_KINDS[path.split('/')[0]]}, {size_in_words(files[path])}") for path in whole]
    path = f"_pdf/chapters/{PurePosixPath(docname).name}.pdf"
    return [(path, f"This chapter as PDF, {size_in_words(files[path])}")] if path in files else []


def _add(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    files: Mapping[str, int] = app.config.corridors_companions
    links = offered(files, docname, str(app.config.root_doc)) if files and app.builder.name in WEB else []
    chapter = next(iter(doctree.findall(nodes.section)), None)
    if not links or chapter is None:
        return
    line = nodes.paragraph("", classes=["companions"])
    if docname == app.config.root_doc:
        line += nodes.Text("To take along: ")
    page = app.builder.get_target_uri(docname)
    for number, (path, words) in enumerate(links):
        if number:
            line += nodes.Text(" · ")
        line += nodes.reference("", words, refuri=relative_uri(page, path), internal=True)
    place = chapter.first_child_matching_class(nodes.title)
    chapter.insert(0 if place is None else place + 1, line)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the setting; add the links when the text of a page stands."""
    app.add_config_value("corridors_companions", {}, "html", dict)
    app.connect("doctree-resolved", _add, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
