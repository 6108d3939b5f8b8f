"""Sphinx part: every map, chart, table, list, number and claim can be cited by itself.

- under each exhibit of a page, folded: its reference, and files for reference managers,
  ``_cite/<label>.bib``, ``.ris``, ``.json``;
- ``numbers.html``: every number of the book by its id, with value, function, tables, and the place where it
  stands; a number in the text leads there (``static/cite/cite.js``);
- ``_cite/items.json``: every label and id with its kind, page, anchor and reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from corridors.publish import citation, credits, provenance, record
from corridors.publish.citation_formats import reference
from corridors.publish.citation_heads import FILES
from corridors.publish.citation_parts import Part, part_files, part_text, reference_pieces
from corridors.publish.renderers import part_citation
from corridors.publish.texts import json_text

NUMBERS: Final = "numbers"
"""Name of the page that lists all numbers."""
ITEMS: Final = "items.json"
_SITES: Final = ("html", "dirhtml")
_TITLE: Final = "Numbers of the book, by id"


def _part(app: Sphinx, docname: str, datasets: Iterable[str], **about: str) -> tuple[str, Part]:
    """The page's name, and what is cited of it; ``about`` are the texts of the part."""
    read = credits.read_on(tuple(datasets))
    return docname, Part(read=read, work=citation.works_of(app)[1][docname], **about)


def exhibit_parts(app: Sphinx) -> Iterator[tuple[str, Part]]:
    """Every exhibit of a page that can be cited, with the page's name, by label."""
    for docname, one in record.exhibits(app.env):
        if docname in citation.works_of(app)[1]:
            label, number = one["label"], provenance.figure_number(app.env, docname, one["label"])
            yield _part(
                app, docname, one["datasets"], kind=one["kind"], id=label, number=number,
                title=one["caption"], sources=one["source"], anchor=label,
            )  # fmt: skip


def number_parts(app: Sphinx) -> Iterator[tuple[str, Part]]:
    """Every glued number of a page that can be cited, with the page's name, by id."""
    for docname, one in record.numbers(app.env):
        if docname in citation.works_of(app)[1]:
            yield _part(
                app, docname, one["datasets"], kind="number", id=one["id"], number="", title=one["shown"],
                sources=credits.credited(tuple(one["datasets"])), anchor=f"num-{one['id']}",
            )  # fmt: skip


def entry_parts(app: Sphinx) -> Iterator[tuple[str, Part]]:
    """Every entry of every list (claims), with the page's name."""
    for docname, one in record.exhibits(app.env):
        for anchor, heading in one["entries"] if docname in citation.works_of(app)[1] else ():
            name, _, title = heading.partition(": ")
            yield _part(
                app, docname, one["datasets"], kind="claim", id=name, number="", title=title or name,
                sources="", anchor=anchor,
            )  # fmt: skip


def parts(app: Sphinx) -> list[tuple[str, Part]]:
    """Everything that can be cited by itself: exhibits, numbers, entries."""
    return [*exhibit_parts(app), *number_parts(app), *entry_parts(app)]


def items(app: Sphinx) -> dict[str, dict[str, str]]:
    """The content of ``items.json``: by label or id its kind, page, anchor, title and reference."""
    found = {}
    for docname, part in parts(app):
        found[part.id] = {
            "kind": part.kind,
            "page": app.builder.get_target_uri(docname),
            "anchor": part.anchor,
            "title": part.title,
            "vintage": part.vintage,
            "cite": part_text(part),
        }
    return dict(sorted(found.items()))


# ---- under each exhibit --------------------------------------------------------------------------


def _known(app: Sphinx) -> dict[str, Part]:
    """The exhibits by label, found once a build: all are known when pages are written."""
    found: dict[str, Part] | None = getattr(app, "_corridors_parts", None)
    if found is None:
        found = {part.id: part for _, part in exhibit_parts(app)}
        app._corridors_parts = found  # type: ignore[attr-defined]
    return found


def _place(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    places = list(doctree.findall(part_citation))
    if not places:
        return
    known = _known(app)
    page = app.builder.get_target_uri(docname)
    for place in places:
        part = known.get(place["label"])
        place.replace_self(
            nodes.raw("", cite_control(part, page), format="html")
            if part and app.builder.name in _SITES
            else []
        )


def cite_control(part: Part, page: str) -> str:
    """The folded reference of an exhibit as the page at address ``page`` shows it."""
    words = citation.marked_up(reference_pieces(part))
    files = " ".join(
        f'<a href="{escape(relative_uri(page, f"{citation.FOLDER}/{part.id}.{suffix}"))}" '
        f'download="{part.id}.{suffix}">{shown}</a>'
        for suffix, (shown, _) in FILES.items()
    )
    return (
        '<details class="cite-part"><summary>Cite</summary>'
        f'<p class="cite-text" data-cite="{escape(part.what)}">{words}</p>'
        f'<p class="cite-files">{files}</p></details>\n'
    )


# ---- the page of all numbers ---------------------------------------------------------------------


def _numbers_page(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    if app.builder.name not in _SITES or not any(True for _ in number_parts(app)):
        return
    yield NUMBERS, {"title": _TITLE, "body": numbers_body(app), "meta": {}}, "page.html"


def numbers_body(app: Sphinx) -> str:
    """The page of all numbers: a section for each chapter, a row for each number."""
    env = app.env
    works = citation.works_of(app)[1]
    by_page: dict[str, list[record.NumberRecord]] = {}
    for docname, number in record.numbers(env):
        if docname in works:
            by_page.setdefault(docname, []).append(number)
    blocks = [
        f"<section><h1>{_TITLE}</h1>\n"
        "<p>Each number of the text has an id that stays when the text around it changes. The id leads to "
        "the sentence; the function and the tables say how the number was made. To cite one, credit the "
        "sources of its tables, name the id, and add the reference above the list of its chapter.</p>\n"
    ]
    blocks += [_chapter_block(app, name, by_page[name]) for name in provenance.in_order(env, by_page)]
    return "".join([*blocks, "</section>\n"])


def _chapter_block(app: Sphinx, docname: str, numbers: list[record.NumberRecord]) -> str:
    work = citation.works_of(app)[1][docname]
    cited = citation.marked_up(reference(work))
    page = app.builder.get_target_uri(docname)
    rows = "".join(
        _row(number, page, provenance.computed_by(app.env, docname, number["id"])) for number in numbers
    )
    name = docname.rsplit("/", 1)[-1]
    return (
        f'<section id="numbers-{name}"><h2>{escape(work.title)}</h2>\n'
        f'<p class="cite-text" data-cite="reference of the chapter">{cited}</p>\n'
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="Numbers: {escape(work.title)}">'
        f'<table class="table"><caption>{len(numbers)} numbers</caption>\n'
        '<thead><tr><th scope="col">Id</th><th scope="col">Value</th><th scope="col">Computed by</th>'
        f'<th scope="col">Tables</th></tr></thead>\n<tbody>\n{rows}</tbody></table></div></section>\n'
    )


def _row(number: record.NumberRecord, page: str, computed_by: str) -> str:
    tables = ", ".join(number["datasets"])
    return (
        f'<tr id="{number["id"]}"><th scope="row"><a href="{page}#num-{number["id"]}">{number["id"]}</a></th>'
        f"<td>{escape(number['shown'])}</td><td>{escape(computed_by)}</td><td>{escape(tables)}</td></tr>\n"
    )


# ---- files ---------------------------------------------------------------------------------------


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name not in _SITES:
        return
    folder = Path(app.outdir) / citation.FOLDER
    folder.mkdir(exist_ok=True)
    for part in _known(app).values():
        for suffix, text in part_files(part).items():
            (folder / f"{part.id}.{suffix}").write_text(text, "utf-8", newline="")
    (folder / ITEMS).write_text(json_text(items(app)), "utf-8")


def _add_to_page(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if name == NUMBERS and app.builder.name in _SITES:
        citation.link_assets(app)


def setup(app: Sphinx) -> dict[str, bool]:
    """Fill the placeholders; write the page and the files."""
    # Before the first page is written, so that it rests on no page what all pages share.
    app.connect("write-started", lambda app, _: _known(app), priority=600)
    app.connect("doctree-resolved", _place)
    app.connect("html-collect-pages", _numbers_page)
    app.connect("html-page-context", _add_to_page)
    app.connect("build-finished", _write, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
