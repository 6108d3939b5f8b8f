"""The page for addresses that do not exist, ``404.html``, with a search field and the contents.

A server shows it in place of any missing page, at any depth; so it carries its style, its scripts and its
icon within itself (its policy names them by their digests). If the book has an address of its own
(``html.baseurl``), its links are whole addresses. If not, they are relative to the top of the site, and a
small script finds the top: each folder that holds pages has a file, ``_static/lost/top.txt``, that tells the
way there. Without scripts the links are right at the top.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from sphinx.application import Sphinx

from corridors.publish.assets import WEB
from corridors.publish.search_places import page_kind, parts_of

PAGE: Final = "404.html"
FOLDER: Final = "_static/lost"
#: What tells the way from a folder to the top of the site.
WAY: Final = f"{FOLDER}/top.txt"
#: Files for other pages that stand alone (the first one of the offline edition).
_SHARED: Final = ("lost.css", "light.js")
#: (part of the book, [(address, name of the page)])
Contents = list[tuple[str, list[tuple[str, str]]]]


def _own(name: str) -> str:
    return resources.files("corridors.publish").joinpath("static", "lost", name).read_text("utf-8").strip()


def page(contents: Contents, *, title: str, language: str, base: str, icon: str = "") -> str:
    """The page; ``base`` is the site's address or empty, ``icon`` the text of an SVG or empty."""
    source = resources.files("corridors.publish").joinpath("templates", PAGE).read_text("utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
    words: str = template.render(
        contents=contents,
        title=title,
        language=language,
        base=base,
        icon=f"data:image/svg+xml,{quote(icon)}" if icon else "",
        # Our own files, which are no text to be escaped.
        style=Markup(_own("lost.css")),
        scripts=[Markup(_own(name)) for name in (["light.js"] if base else ["light.js", "way.js"])],
    )
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


def write_files(site: Path, folders: set[str]) -> None:
    """What other pages share, at the top; the way there, at the top and in each of ``folders``."""
    for name in _SHARED:
        (site / FOLDER).mkdir(parents=True, exist_ok=True)
        (site / FOLDER / name).write_text(f"{_own(name)}\n", "utf-8", newline="\n")
    for folder in sorted({"", *folders}):
        target = site / folder / WAY
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("../" * len(Path(folder).parts) or "./", "utf-8", newline="\n")


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name not in WEB:
        return
    site = Path(app.outdir)
    config: Any = app.config
    base = base_of(app)
    favicon = site / "_static" / Path(str(config.html_favicon or "")).name
    icon = favicon.read_text("utf-8") if favicon.suffix == ".svg" and favicon.is_file() else ""
    text = page(_contents(app), title=config.project, language=config.language, base=base, icon=icon)
    (site / PAGE).write_text(text, "utf-8", newline="\n")
    pages = (app.builder.get_target_uri(name) for name in app.env.titles)
    write_files(site, {Path(one).parent.as_posix() for one in pages} - {"."})


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the page when all others are there, before finished pages are gone over."""
    app.connect("build-finished", _write, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
