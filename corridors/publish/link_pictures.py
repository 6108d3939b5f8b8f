"""Sphinx part: a picture for each page of the book, shown where a link to it is passed on.

    _images/og/<page>.png   1200 by 630 pixels: the page's title beside the lines of its own map

The head of the page names the picture (Open Graph) and says it in words. An address can only be given in full
if the book has one (``html.baseurl``); without it the path from the page is given, and none is invented.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, Final, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.osutil import relative_uri

from corridors import paths
from corridors.publish import citation, record
from corridors.publish.citation_records import DescriptionError, Work, read_book
from corridors.publish.picture_store import Store, open_store
from corridors.show.picture_words import LinkWords, link_alternative

FOLDER: Final = "_images/og"
SIZE: Final = (1200, 630)
_SITES: Final = ("html", "dirhtml")
_ALTS: Final = "_corridors_link_alts"


def picture_head(image: str, alt: str) -> str:
    """The head lines that name the picture at the address or path ``image``, each ending in a line end."""
    width, height = SIZE
    tags = (
        ("og:image", image),
        ("og:image:type", "image/png"),
        ("og:image:width", str(width)),
        ("og:image:height", str(height)),
        ("og:image:alt", alt),
    )
    lines = [f'<meta property="{name}" content="{escape(text)}" />\n' for name, text in tags]
    return "".join([*lines, '<meta name="twitter:card" content="summary_large_image" />\n'])


def parts_of(env: BuildEnvironment, root: str) -> dict[str, str]:
    """The part of the book in which each page stands, by docname; pages outside a part are left out."""
    tree = env.tocs.get(root, nodes.bullet_list())
    return {
        docname: str(toctree.get("caption") or "")
        for toctree in tree.findall(addnodes.toctree)
        for docname in toctree["includefiles"]
    }


def words_of(env: BuildEnvironment, docname: str, root: str, part: str, book: Work) -> LinkWords:
    """What the picture of a page says; that of the first page is the book's."""
    name, _, rest = book.title.partition(": ")
    if docname == root:
        return LinkWords(name, "", rest)
    return LinkWords(env.titles[docname].astext(), part, name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Draw when all pages are read; write the heads with the pages."""
    app.connect("env-updated", _write)
    app.connect("html-page-context", _describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class _Wanted(NamedTuple):
    """A picture for a page: what it says, what is drawn (GeoJSON, may be empty), the alternative text."""

    docname: str
    words: LinkWords
    shown: str
    alt: str

    def kept(self, store: Store) -> bytes:
        """The picture, drawn if it is not kept."""
        return store.get(self.docname, self.said, partial(_draw, self.words, self.shown))

    @property
    def said(self) -> str:
        return json.dumps([asdict(self.words), self.shown], ensure_ascii=False)


def _wanted(app: Sphinx, env: BuildEnvironment) -> Iterator[_Wanted]:
    root = str(app.config.root_doc)
    if app.builder.name not in _SITES or not env.toctree_includes:
        return
    own = Path(app.srcdir) / "CITATION.cff"
    try:
        book = read_book(own if own.is_file() else paths.CITATION)
    except DescriptionError as error:
        raise ExtensionError(str(error)) from error
    maps: dict[str, record.ExhibitRecord] = {}
    for docname, exhibit in record.exhibits(env):
        if exhibit["kind"] == "map":
            maps.setdefault(docname, exhibit)
    parts = parts_of(env, root)
    for docname in [root, *sorted(parts)]:
        words = words_of(env, docname, root, parts.get(docname, ""), book)
        caption, shown = "", ""
        if docname in maps:
            caption = maps[docname]["caption"]
            shown = (record.stash(env) / f"{maps[docname]['label']}.geojson").read_text("utf-8")
        yield _Wanted(docname, words, shown, link_alternative(words, caption))


def undrawn(app: Sphinx, env: BuildEnvironment) -> list[Callable[[], object]]:
    """How to draw into the store what this build needs and is not kept."""
    store = open_store(app, "og")
    return [partial(one.kept, store) for one in _wanted(app, env) if not store.holds(one.docname, one.said)]


def _write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    wanted = list(_wanted(app, env))
    if not wanted:
        return []
    store = open_store(app, "og")
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for one in wanted:
        (folder / _file(one.docname)).write_bytes(one.kept(store))
    store.tidy()
    setattr(app, _ALTS, {one.docname: one.alt for one in wanted})
    return []


def _draw(words: LinkWords, shown: str) -> bytes:
    import geopandas as gpd

    from corridors.show.link_picture import picture  # loads what draws; not needed if the pictures are kept

    motif = gpd.GeoDataFrame.from_features(json.loads(shown), crs=4326) if shown else None
    return picture(words, motif)


def _file(docname: str) -> str:
    """Name of a page's picture: ``book/railway`` -> ``railway.png``."""
    return f"{docname.rsplit('/', 1)[-1]}.png"


def _describe(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    alts: dict[str, str] = getattr(app, _ALTS, {})
    if name not in alts:
        return
    path = f"{FOLDER}/{_file(name)}"
    base = str(app.config.html_baseurl or "").rstrip("/")
    image = f"{base}/{path}" if base else relative_uri(app.builder.get_target_uri(name), path)
    lines = picture_head(image, alts[name])
    if name not in citation.works_of(app)[1]:
        # A page that cannot be cited has no other Open Graph lines; a picture without a title is no preview.
        title = escape(app.env.titles[name].astext())
        lines = (
            '<meta property="og:type" content="website" />\n'
            f'<meta property="og:title" content="{title}" />\n{lines}'
        )
    context["metatags"] = context.get("metatags", "") + "\n" + lines
