"""Sphinx part: the cover of the book, in the places where print, e-readers and links look for it.

    _static/cover.svg   for print: vector, A4, all text as outlines; its <title> is the alternative text
    _static/cover.png   for e-readers and links: 1600 pixels wide

Written when all pages are read, so that a builder finds it when it gathers its files. An e-book gets the PNG
only. The build of a chapter alone has no cover.
"""

from __future__ import annotations

import json
from collections.abc import Callable
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
_ALTERNATIVE: Final = "cover.alt"


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


def undrawn(app: Sphinx, env: BuildEnvironment) -> list[Callable[[], object]]:
    """How to draw the cover into its store, if this build needs it and it is not kept."""
    forms = _forms(app, env)
    if not forms:
        return []
    store, said = open_store(app, "cover"), _said(_words(app))
    return [] if all(store.holds(name, said) for name in _names(forms)) else [partial(_kept, app, forms)]


def _write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    forms = _forms(app, env)
    if not forms:
        return []
    kept = _kept(app, forms)
    setattr(app, _ALT, kept[_ALTERNATIVE].decode())
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    for name in _names(forms)[:-1]:
        (static / name).write_bytes(kept[name])
    return []


def _forms(app: Sphinx, env: BuildEnvironment) -> tuple[str, ...]:
    return FORMS.get(app.builder.name, ()) if env.toctree_includes else ()


def _names(forms: tuple[str, ...]) -> list[str]:
    return [*(f"cover.{form}" for form in forms), _ALTERNATIVE]


def _words(app: Sphinx) -> CoverWords:
    own = Path(app.srcdir) / "CITATION.cff"
    try:
        return words_of(read_book(own if own.is_file() else paths.CITATION))
    except DescriptionError as error:
        raise ExtensionError(str(error)) from error


def _said(words: CoverWords) -> str:
    return json.dumps(asdict(words), ensure_ascii=False)


def _kept(app: Sphinx, forms: tuple[str, ...]) -> dict[str, bytes]:
    """The cover by file name, and its alternative text; drawn if it is not kept."""
    words, store = _words(app), open_store(app, "cover")
    drawn: dict[str, bytes] = {}

    def draw(name: str) -> bytes:
        if not drawn:
            from corridors.show.cover import cover  # loads what draws; not needed if the pictures are kept

            found = cover(words)
            drawn.update({"cover.svg": found.svg.encode(), "cover.png": found.png})
            drawn[_ALTERNATIVE] = found.alt.encode()
        return drawn[name]

    kept = {name: store.get(name, _said(words), partial(draw, name)) for name in _names(forms)}
    store.tidy()
    return kept
