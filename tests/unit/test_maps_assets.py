"""Scripts and styles of the site: what is served, where, and what is left out."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from corridors.publish import assets


def test_site_with_maps_gets_leaflet_base_and_layers_once(tmp_path: Path) -> None:
    assets.write_assets(tmp_path, {"line-1.js": "one", "line-2.js": "two"}, with_maps=True)
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {*assets.STYLES, *assets.SCRIPTS, "exhibits.css", "layers/line-1.js", "layers/line-2.js"} <= found
    assert "--c-russia:" in (tmp_path / "exhibits.css").read_text("utf-8")


def test_site_without_maps_gets_no_leaflet(tmp_path: Path) -> None:
    assets.write_assets(tmp_path, {}, with_maps=False)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["exhibits.css"]


def test_layer_that_no_map_shows_any_more_goes(tmp_path: Path) -> None:
    assets.write_assets(tmp_path, {"old.js": "old"}, with_maps=True)
    assets.write_assets(tmp_path, {"new.js": "new"}, with_maps=True)
    assert [path.name for path in (tmp_path / "layers").iterdir()] == ["new.js"]


def test_scripts_ask_no_other_host(tmp_path: Path) -> None:
    """Our scripts hold no address; Leaflet's only ones are its home page (a link) and XML names."""
    assets.write_assets(tmp_path, {}, with_maps=True)
    for name in ("maps/maps.js", "maps/maps.css", "maps/basemap.js", "exhibits.css"):
        assert "://" not in (tmp_path / name).read_text("utf-8"), name
    leaflet = (tmp_path / assets.LEAFLET / "leaflet.js").read_text("utf-8")
    assert "sourceMappingURL" not in leaflet


def test_icon_script_leaves_the_theme() -> None:
    macros = "<a>\n<script src=\"{{ pathto('_static/scripts/fontawesome.js', 1) }}\"></script>\n<b>"
    assert assets.without_icon_script(macros) == "<a>\n<b>"


def test_theme_that_changed_is_named() -> None:
    """A new theme that no longer loads the script must be looked at, not silently accepted."""
    with pytest.raises(ExtensionError, match=r"fontawesome\.js"):
        assets.without_icon_script("<a>\n<b>")


class FakeApp:
    """As much of Sphinx as a page's context needs."""

    def __init__(self, outdir: Path, builder: str = "html") -> None:
        self.builder = SimpleNamespace(name=builder)
        self.env = SimpleNamespace()
        self.outdir = outdir
        self.doctreedir = outdir / "doctrees"
        self.linked: list[str] = []

    def add_css_file(self, name: str, **_: Any) -> None:
        self.linked.append(name)

    def add_js_file(self, name: str, **_: Any) -> None:
        self.linked.append(name)


def context() -> dict[str, Any]:
    files = [SimpleNamespace(filename=name) for name in ("doctools.js", "sphinx-thebe.js")]
    return {"script_files": files, "css_files": [SimpleNamespace(filename="thebe.css")]}


@pytest.mark.parametrize(("page", "linked"), [("book/railway", True), ("book/cite", False)])
def test_only_pages_with_maps_load_leaflet(tmp_path: Path, page: str, linked: bool) -> None:
    app: Any = FakeApp(tmp_path)
    assets.note_map(app.env, "book/railway", {})
    given = context()
    assets._add_to_page(app, page, "page.html", given, None)
    assert ("exhibits.css" in app.linked, assets.SCRIPTS[0] in app.linked) == (True, linked)
    assert [one.filename for one in given["script_files"]] == ["doctools.js"]
    assert given["css_files"] == []


def test_other_builders_are_left_alone(tmp_path: Path) -> None:
    app: Any = FakeApp(tmp_path, "epub")
    assets.note_map(app.env, "book/railway", {"a.js": "a"})
    assets._add_to_page(app, "book/railway", "page.html", context(), None)
    assets._write_all(app, app.env)
    assets._throw_out(app, None)
    assert app.linked == []
    assert list(tmp_path.iterdir()) == []


def test_page_that_is_read_anew_forgets_its_maps(tmp_path: Path) -> None:
    """Also over the processes of a parallel build."""
    app: Any = FakeApp(tmp_path)
    assets.note_map(app.env, "book/railway", {"a.js": "a"})
    other: Any = SimpleNamespace()
    assets.note_map(other, "book/pipelines", {"b.js": "b"})
    assets._merge(app, app.env, {"book/pipelines"}, other)
    assets._purge(app, app.env, "book/railway")
    assets._write_all(app, app.env)
    assert [path.name for path in (tmp_path / "_static" / "layers").iterdir()] == ["b.js"]


def test_ballast_and_console_notes_go_after_the_build(tmp_path: Path) -> None:
    static = tmp_path / "_static"
    for name in ("scripts/fontawesome.js", "scripts/bootstrap.js.map", "webfonts/fa.ttf", "sphinx-thebe.js"):
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).write_text("x", "utf-8")
    (static / "togglebutton.js").write_text("console.log(`hello`)", "utf-8")
    assets._throw_out(FakeApp(tmp_path), None)  # type: ignore[arg-type]
    assert [path.name for path in static.rglob("*") if path.is_file()] == ["togglebutton.js"]
    assert (static / "togglebutton.js").read_text("utf-8") == "void(`hello`)"


def test_assets_are_package_data(repository: Path) -> None:
    """An installed package finds its scripts: the build copies them from there."""
    listed = subprocess.run(
        ["git", "ls-files", "corridors/publish/static"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert {Path(name).name for name in listed} >= {"maps.js", "maps.css", "exhibits.css"}
    setup = (repository / "setup.py").read_text("utf-8")
    assert '"static/*"' in setup
    assert '"static/*/*"' in setup
