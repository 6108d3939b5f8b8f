"""Scripts and styles of the site: ours and Leaflet served with the book, the theme's ballast left out.

Everything is written straight into the built ``_static/`` folder: Jupyter Book links each script and style
that it finds below the *source* folder ``_static`` on every page, and only pages with maps need Leaflet.

    _static/exhibits.css              colours and layout of all exhibits, on every page
    _static/vendor/leaflet/           Leaflet, from the package XStatic-Leaflet
    _static/maps/maps.js, maps.css    draws the maps
    _static/maps/basemap.js           the base layer, once for the site
    _static/layers/<layer>-<hash>.js  long layers, once for all maps that show them
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from jinja2 import DictLoader
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from corridors.publish.picture_store import open_store
from corridors.show import style

#: Builders that make pages for the web.
WEB: Final = ("html", "dirhtml")
LEAFLET: Final = "vendor/leaflet"
STYLES: Final = (f"{LEAFLET}/leaflet.css", "maps/maps.css")
SCRIPTS: Final = (f"{LEAFLET}/leaflet.js", "maps/basemap.js", "maps/maps.js")
#: Extensions that Jupyter Book switches on and that would ask servers of others from the reader's page.
UNWANTED: Final = ("sphinx_thebe", "sphinx_comments")
#: Files of the theme that no page needs: icons come from style sheet and woff2 font.
BALLAST: Final = (
    "scripts/fontawesome.js*",
    "scripts/*.map",
    "styles/*.map",
    "**/*.ttf",
    "sphinx-thebe.*",
    "thebe.css",
    "*webpack-macros.html",
)
#: Scripts that report to the console what they do on every page.
TALKATIVE: Final = ("scripts/pydata-sphinx-theme.js", "scripts/sphinx-book-theme.js", "togglebutton.js")
_MACROS: Final = "static/webpack-macros.html"


def note_map(env: BuildEnvironment, docname: str, layers: Mapping[str, str]) -> None:
    """Record that a page has a map, and the script files (name -> text) of its long layers."""
    _maps(env).setdefault(docname, {}).update(layers)


def _maps(env: BuildEnvironment) -> dict[str, dict[str, str]]:
    """Page -> script files of its maps; pickled with Sphinx's environment, so that it outlives a build."""
    if not hasattr(env, "corridors_maps"):
        env.corridors_maps = {}  # type: ignore[attr-defined]
    found: dict[str, dict[str, str]] = env.corridors_maps  # type: ignore[attr-defined]
    return found


def base_script() -> str:
    """The script of the ground that all maps share."""
    from corridors.show import map_base  # loads geopandas; not needed if the script is kept

    return map_base.base_script()


def write_assets(
    static: Path, layers: Mapping[str, str], *, with_maps: bool, base: Callable[[], str] = base_script
) -> None:
    """Write the files of the list above below ``static``; those for maps only if some page has one.

    ``base`` gives the script of the ground.
    """
    static.mkdir(parents=True, exist_ok=True)
    own_styles = resources.files("corridors.publish").joinpath("static", "exhibits.css").read_text("utf-8")
    (static / "exhibits.css").write_text(style.css_variables() + own_styles, "utf-8")
    if not with_maps:
        return
    leaflet = resources.files("xstatic.pkg.leaflet").joinpath("data")
    _copy(leaflet.joinpath("leaflet.css"), static / LEAFLET / "leaflet.css")
    # The last line names a file for debuggers that is not served.
    script = leaflet.joinpath("leaflet.js").read_text("utf-8").split("//# sourceMappingURL")[0]
    _write(static / LEAFLET / "leaflet.js", script)
    for image in sorted(leaflet.joinpath("images").iterdir(), key=lambda item: item.name):
        _copy(image, static / LEAFLET / "images" / image.name)
    own = resources.files("corridors.publish").joinpath("static", "maps")
    for name in ("maps.js", "maps.css"):
        _copy(own.joinpath(name), static / "maps" / name)
    _write(static / "maps" / "basemap.js", base())
    folder = static / "layers"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.js"):
        if old.name not in layers:
            old.unlink()
    for name, text in layers.items():
        _write(folder / name, text)


def _copy(source: Traversable, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8", newline="\n")


def without_icon_script(macros: str) -> str:
    """The theme's macros without the 1.5 MB script that draws icons which its style sheet draws already."""
    kept = [line for line in macros.splitlines() if "scripts/fontawesome.js" not in line]
    if len(kept) == len(macros.splitlines()):
        raise ExtensionError(
            f"{_MACROS}: the theme no longer names scripts/fontawesome.js; look at the theme's new version "
            "and mend corridors.publish.assets"
        )
    return "\n".join(kept)


def _drop_unwanted(app: Sphinx, config: Any) -> None:
    """Forget the handlers of extensions that Jupyter Book always loads and this book does not use."""
    for event, listeners in app.events.listeners.items():
        app.events.listeners[event] = [
            one for one in listeners if getattr(one.handler, "__module__", "").split(".")[0] not in UNWANTED
        ]


def _slim_theme(app: Sphinx) -> None:
    """Give the theme's template of scripts to Jinja without the icon script."""
    templates = getattr(app.builder, "templates", None)
    if app.builder.name not in WEB or templates is None:
        return
    source = templates.environment.loader.get_source(templates.environment, _MACROS)[0]
    templates.loaders.insert(0, DictLoader({_MACROS: without_icon_script(source)}))
    templates.templatepathlen += 1


def _write_all(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """All pages are read, so all maps are known, and none is written yet."""
    if app.builder.name in WEB:
        pages = _maps(env)
        layers = {name: text for page in sorted(pages) for name, text in sorted(pages[page].items())}
        kept = open_store(app, "ground")
        write_assets(
            Path(app.outdir) / "_static",
            layers,
            with_maps=bool(pages),
            base=lambda: kept.text("basemap.js", "", base_script),
        )
        kept.tidy()
    return []


def _add_to_page(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Link our styles on every page, Leaflet and the map script on pages with maps, thebe on none."""
    if app.builder.name not in WEB:
        return
    app.add_css_file("exhibits.css", priority=400)
    if pagename in _maps(app.env):
        for name in STYLES:
            app.add_css_file(name)
        for name in SCRIPTS:
            app.add_js_file(name, loading_method="defer")
    for key in ("script_files", "css_files"):
        context[key][:] = [
            one for one in context[key] if "thebe" not in str(getattr(one, "filename", one)).lower()
        ]


def _throw_out(app: Sphinx, exception: Exception | None) -> None:
    """Delete what no page needs, and the notes that the theme's scripts write into the reader's console."""
    if exception is not None or app.builder.name not in WEB:
        return
    static = Path(app.outdir) / "_static"
    for pattern in BALLAST:
        for path in static.glob(pattern):
            path.unlink()
    for name in TALKATIVE:
        path = static / name
        if path.is_file():
            _write(path, path.read_text("utf-8").replace("console.log(", "void("))


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _maps(env).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    theirs = _maps(other)
    _maps(env).update({name: theirs[name] for name in docnames if name in theirs})


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("config-inited", _drop_unwanted, priority=100)
    app.connect("builder-inited", _slim_theme, priority=900)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _write_all)
    app.connect("html-page-context", _add_to_page, priority=900)
    app.connect("build-finished", _throw_out, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
