"""Pages of the edition for e-readers in the narrowest window: nothing runs off, axe finds nothing."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from corridors.build import epub
from corridors.paths import ROOT

pytestmark = pytest.mark.pages

#: A page with a map and wide tables, the table with the most columns, and the first page.
PAGES = ("book/railway.xhtml", "book/neutrality.xhtml", "index.xhtml")
_OVER_THE_EDGE = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the book for e-readers, built now unless it is that of the book as it is."""
    if epub.current(ROOT) is None:
        subprocess.run([sys.executable, "-m", "corridors", "epub"], cwd=ROOT, check=True, capture_output=True)
    made = epub.current(ROOT)
    assert made is not None
    folder = tmp_path_factory.mktemp("epub")
    with zipfile.ZipFile(made) as archive:
        archive.extractall(folder)
    return folder / "EPUB"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_narrow_window_and_axe_finds_nothing(
    browser: Browser, unpacked: Path, name: str
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.goto((unpacked / name).as_uri())
    assert page.evaluate(_OVER_THE_EDGE) == []
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    page.close()
