"""The offline edition: unpacked in an empty folder, cut off from the network, it is the whole book."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from corridors.build.layout import Layout
from corridors.paths import BUILD, DATA, ROOT

from .conftest import broken_links, soup, watch
from .test_pages import barriers

try:
    import fcntl
except ImportError:  # Windows: no tests side by side there
    fcntl = None  # type: ignore[assignment]

pytestmark = [pytest.mark.pages, pytest.mark.slow]

#: One page of each kind, with something that must be seen in it.
_KINDS = {
    "START-HERE.html": "h1",
    "book/index.html": ".companions a",
    "book/book/railway.html": ".companions a",
    "book/book/ledger.html": ".exhibit-entries",
    "book/book/references.html": "article h1",
    "book/404.html": "nav li a",
    "book/search.html?q=Urga": "#search-results li",
}


@pytest.fixture(scope="session")
def archive() -> Path:
    """The archive, made now unless it is that of the book as it is (the first time some twenty seconds)."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / ".offline-tests.lock").open("w") as handle:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "corridors", "offline"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(f"the offline edition cannot be made:\n{done.stdout}{done.stderr}", pytrace=False)
    (found,) = (BUILD / "offline").glob("*.zip")
    return found


@pytest.fixture(scope="session")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition as a reader has it, in a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("an offline edition")
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    (top,) = folder.iterdir()
    assert top.name == archive.stem
    return top


def test_everything_is_in_it_and_every_digest_holds(unpacked: Path) -> None:
    """Site, PDF or EPUB, data, notebooks, project, licences; SHA256SUMS names all files and no other."""
    sums = dict(
        reversed(line.split("  ", 1)) for line in (unpacked / "SHA256SUMS").read_text("utf-8").splitlines()
    )
    files = {path.relative_to(unpacked).as_posix(): path for path in unpacked.rglob("*") if path.is_file()}
    assert set(sums) == set(files) - {"SHA256SUMS"}
    assert [one for one in sums if hashlib.sha256(files[one].read_bytes()).hexdigest() != sums[one]] == []
    for name in ("LICENSE", "LICENSE-text", "CITATION.cff", "project/requirements.lock", "project/Makefile"):
        assert name in files
    assert any(name.startswith("book/_epub/") for name in files)
    data = [path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()]
    assert [name for name in data if f"project/data/{name}" not in files] == []
    for name in Layout(ROOT).docnames():
        assert f"book/{name}.html" in files
        assert f"project/{name}.md" in files
    assert not any(
        part in name for name in files for part in ("__pycache__", "_build/", ".egg-info", ".venv")
    )


def test_no_link_of_any_page_leads_nowhere(unpacked: Path) -> None:
    pages = sorted([*unpacked.glob("*.html"), *(unpacked / "book").rglob("*.html")])
    assert len(pages) > 20
    broken = {path.relative_to(unpacked).as_posix(): broken_links(path, unpacked) for path in pages}
    assert {name: links for name, links in broken.items() if links} == {}


def test_its_pages_open_from_the_disk_without_network(browser: Browser, unpacked: Path) -> None:
    """One page of each kind: what it is for is there, nothing is asked of anybody, the console is silent."""
    context = browser.new_context()
    record = watch(context, unpacked.as_uri())
    context.set_offline(True)
    page = context.new_page()
    for address, sight in _KINDS.items():
        page.goto(f"{unpacked.as_uri()}/{address}", wait_until="load")
        page.wait_for_selector(sight)
    assert (record.outside, record.missing, record.console, record.errors) == ([], [], [], [])
    context.close()


def test_its_first_page_may_do_nothing_and_keeps_nobody_out(browser: Browser, unpacked: Path) -> None:
    """A policy as strict as that of the book, and no barrier, light or dark."""
    meta = soup(unpacked / "START-HERE.html").select_one('meta[http-equiv="Content-Security-Policy"]')
    assert meta is not None
    assert str(meta["content"]).startswith("default-src 'none'; script-src 'self' file:;")
    assert "unsafe" not in str(meta["content"])
    context = browser.new_context()
    record = watch(context, unpacked.as_uri())
    page = context.new_page()
    page.goto(f"{unpacked.as_uri()}/START-HERE.html")
    for scheme, ground in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(18, 18, 18)")):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"() => document.documentElement.dataset.theme === '{scheme}'")
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == ground
    assert (record.outside, record.missing, record.errors) == ([], [], [])
    for scheme in ("dark", "light"):  # last: axe asks for the style sheet itself, which the policy refuses
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"() => document.documentElement.dataset.theme === '{scheme}'")
        assert barriers(page) == []
    context.close()


def test_first_page_offers_what_lies_beside_it_with_its_size(unpacked: Path) -> None:
    """Only the release offers files; a plain build has none beside it and says nothing of them."""
    line = soup(unpacked / "book" / "index.html").find(class_="companions")
    assert line is not None
    for link in line.find_all("a"):
        file = unpacked / "book" / str(link["href"])
        size = file.stat().st_size
        words = link.get_text()
        assert words.endswith((f"{size / 1e6:.1f} MB", f"{max(1, round(size / 1e3))} kB"))


def test_plain_site_offers_no_such_files(site_path: Path) -> None:
    assert soup(site_path / "index.html").find(class_="companions") is None
