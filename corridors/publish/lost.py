"""The page for addresses that do not exist, ``404.html``, with a search field and the contents.

A server shows it in place of any missing page, at any depth. If the book has an address of its own
(``html.baseurl``), its links are whole addresses. If not, they are relative to the top of the site, and a
small script sets them right: the page asks for ``_static/lost/lost.js`` beside itself, a copy of which lies
in every folder that holds pages and knows how far the top is. Without scripts the page is right at the top.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, StrictUndefined
from sphinx.application import Sphinx

from corridors.publish.assets import WEB
from corridors.publish.search_places import page_kind, parts_of

PAGE: Final = "404.html"
FOLDER: Final = "_static/lost"
_FILES: Final = ("lost.css", "lost.js")
_UP: Final = 'const up = "";'
#: (part of the book, [(address, name of the page)])
Contents = list[tuple[str, list[tuple[str, str]]]]


def page(contents: Contents, *, title: str, language: str, base: str, icon: str = "") -> str:
    """The page; ``base`` is the site's address or empty, ``icon`` the name of the icon beside the style."""
    source = resources.files("corridors.publish").joinpath("templates", PAGE).read_text("utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
    words: str = template.render(contents=contents, title=title, language=language, base=base, icon=icon)
    return f"{words.rstrip()}\n"


def base_of(app: Sphinx) -> str:
    """The site's own address, ending in a slash, or nothing."""
    base = str(app.config.html_baseurl or "").rstrip("/")
    return f"{base}/" if base else ""


def _contents(app: Sphinx) -> Contents:
    found: Contents = []
    for name, part in parts_of(app.env).items():
        if not found or found[-1][0] != part:
            found.append((part, []))
        found[-1][1].append((app.builder.get_target_uri(name), page_kind(app.env, name)))
    return found


def write_files(site: Path, folders: set[str], icon: str = "") -> None:
    """Style, script and icon at the top and, with the way up written into them, in each of ``folders``."""
    own = resources.files("corridors.publish").joinpath("static", "lost")
    for folder in sorted({"", *folders}):
        target = site / folder / FOLDER
        target.mkdir(parents=True, exist_ok=True)
        up = "../" * len(Path(folder).parts)
        for name in _FILES:
            text = own.joinpath(name).read_text("utf-8").replace(_UP, f'const up = "{up}";')
            (target / name).write_text(text, "utf-8", newline="\n")
        if icon:
            (target / icon).write_bytes((site / "_static" / icon).read_bytes())


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name not in WEB:
        return
    site = Path(app.outdir)
    config: Any = app.config
    base = base_of(app)
    icon = Path(str(config.html_favicon or "")).name
    text = page(_contents(app), title=config.project, language=config.language, base=base, icon=icon)
    (site / PAGE).write_text(text, "utf-8", newline="\n")
    pages = (app.builder.get_target_uri(name) for name in app.env.titles)
    folders = set() if base else {Path(one).parent.as_posix() for one in pages} - {"."}
    write_files(site, folders, icon)


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the page when all others are there, before finished pages are gone over."""
    app.connect("build-finished", _write, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
