"""Cover and link pictures in a built book of two pages: where they come out, with and without an address."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from corridors import forks
from corridors.publish import covers, link_pictures
from corridors.show import cover, link_picture

PAGES = {
    "index.md": "# Start\n\n```{toctree}\n:caption: Rails & roads\nbook/railway\n```\n",
    "book/railway.md": "# The <i>railway</i>\n\nText.\n",
}
PAGES_DRAWN = ("index", "railway")


def _build(folder: Path, builder: str, base: str = "", jobs: int = 1) -> Path:
    for name, text in PAGES.items():
        path = folder / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    parts = ("record", "citation", "drawing", "covers", "link_pictures")
    settings = {
        "extensions": ["myst_parser", *(f"corridors.publish.{part}" for part in parts)],
        "html_theme": "basic",
        "source_suffix": {".md": "markdown"},
        "html_baseurl": base,
    }
    out, warnings = folder / builder, StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            folder / "src", None, out, folder / "trees", builder, confoverrides=settings,
            status=None, warning=warnings, freshenv=True,
        )  # fmt: skip
        # As the build of the book has it: for the extensions, not for Sphinx.
        app.parallel, app.is_parallel_allowed = jobs, lambda _: False
        app.build(force_all=True)
    assert warnings.getvalue() == ""
    return out


def _properties(page: Path) -> dict[str, str]:
    found = BeautifulSoup(page.read_text("utf-8"), "lxml").find_all("meta", property=True)
    return {str(tag["property"]): str(tag["content"]) for tag in found}


def test_pictures_come_out_and_are_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second build, now with an address, shows the kept pictures and names them in full."""
    out = _build(tmp_path, "html")
    first = {path: path.read_bytes() for path in (out / "_images" / "og").iterdir()}
    drawn = [(out / place).read_bytes() for place in (covers.SVG, covers.PNG)]
    assert {path.name for path in first} == {"index.png", "railway.png"}
    chapter = _properties(out / "book" / "railway.html")
    assert chapter["og:image"] == "../_images/og/railway.png"
    assert chapter["og:title"] == "The <i>railway</i>"
    assert chapter["og:image:alt"].startswith("The <i>railway</i> (Rails & roads, Steppe Corridors). Beside")

    def never(*_: object) -> None:
        raise AssertionError("drawn again although nothing changed")

    monkeypatch.setattr(cover, "cover", never)
    monkeypatch.setattr(link_picture, "picture", never)
    out = _build(tmp_path, "html", "https://example.org/book/")
    assert {path: path.read_bytes() for path in (out / "_images" / "og").iterdir()} == first
    assert [(out / place).read_bytes() for place in (covers.SVG, covers.PNG)] == drawn
    address = f"https://example.org/book/{link_pictures.FOLDER}"
    assert _properties(out / "book" / "railway.html")["og:image"] == f"{address}/railway.png"
    assert _properties(out / "index.html")["og:image"] == f"{address}/index.png"


def test_pictures_drawn_by_two_processes_are_those_that_one_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = link_picture.picture

    def noted(*words: Any) -> bytes:
        (tmp_path / f"drawn by {os.getpid()}").touch()
        return plain(*words)

    alone = _build(tmp_path / "alone", "html")
    monkeypatch.setattr(link_picture, "picture", noted)
    monkeypatch.setattr(forks.threading, "active_count", lambda: 1)
    shared = _build(tmp_path / "shared", "html", jobs=2)
    for place in (covers.SVG, covers.PNG, *(f"{link_pictures.FOLDER}/{name}.png" for name in PAGES_DRAWN)):
        assert (shared / place).read_bytes() == (alone / place).read_bytes()
    drawn_by = {int(path.name.split()[-1]) for path in tmp_path.glob("drawn by *")}
    assert drawn_by
    assert os.getpid() not in drawn_by
