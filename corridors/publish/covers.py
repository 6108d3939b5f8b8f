"""Sphinx part: the cover of the book, in the places where print, e-readers and links look for it.

    _static/cover.svg   for print: vector, A4, all text as outlines; its <title> is the alternative text
    _static/cover.png   for e-readers and links: 1600 pixels wide

Written when all pages are read, so that a builder finds it when it gathers its files. An e-book gets the PNG
only. The build of a chapter alone has no cover.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from corridors import paths
from corridors.publish.citation_formats import spoken_day
from corridors.publish.citation_records import DescriptionError, Work, read_book
from corridors.publish.picture_store import open_store
from corridors.show.picture_words import CoverWords

#: Forms of the cover that a builder gets.
FORMS: Final = {
    "html": ("svg", "png"),
    "dirhtml": ("svg", "png"),
    "singlehtml": ("svg", "png"),
    "epub": ("png",),
}
SVG: Final = "_static/cover.svg"
PNG: Final = "_static/cover.png"
_ALT: Final = "_corridors_cover_alt"


def words_of(book: Work) -> CoverWords:
    """What the cover of ``book`` says: a title "Name: rest" gives title and subtitle."""
    title, _, rest = book.title.partition(": ")
    return CoverWords(
        title=title,
        subtitle=rest,
        author="; ".join(author.natural for author in book.authors),
        edition=f"Version {book.version}, {spoken_day(book.revised)}",
    )


def alt_of(app: Sphinx) -> str:
    """The alternative text of the cover of this build; empty before it is written, or if there is none."""
    return str(getattr(app, _ALT, ""))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("env-updated", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    forms = FORMS.get(app.builder.name, ())
    if not forms or not env.toctree_includes:
        return []
    own = Path(app.srcdir) / "CITATION.cff"
    try:
        words = words_of(read_book(own if own.is_file() else paths.CITATION))
    except DescriptionError as error:
        raise ExtensionError(str(error)) from error
    store = open_store(app, "cover")
    said = json.dumps(asdict(words), ensure_ascii=False)
    drawn: dict[str, bytes] = {}

    def draw(form: str) -> bytes:
        if not drawn:
            from corridors.show.cover import cover  # loads what draws; not needed if the pictures are kept

            found = cover(words)
            drawn.update(svg=found.svg.encode(), png=found.png, alt=found.alt.encode())
        return drawn[form]

    kept = {form: store.get(f"cover.{form}", said, partial(draw, form)) for form in (*forms, "alt")}
    store.tidy()
    setattr(app, _ALT, kept["alt"].decode())
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    for form in forms:
        (static / f"cover.{form}").write_bytes(kept[form])
    return []
