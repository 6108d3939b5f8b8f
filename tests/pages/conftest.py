"""The finished book in a real browser: served on this machine, cut off from every other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlparse

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from corridors.build.layout import Layout, is_current
from corridors.build.serve import local_server
from corridors.paths import HTML, ROOT

from ..conftest import BROWSERS, browser_path, lacking

#: Pages that Sphinx writes besides those of the table of contents.
EXTRA_PAGES = ("404", "numbers", "search", "since")
#: Chromium's own traffic with its maker, which is no request of a page.
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: A line that Chromium writes for each blocked request; the request itself is what is reported.
_BLOCKED = "net::ERR_FAILED"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that ask for ``page_name`` run once for each page of the book."""
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", [*Layout(ROOT).docnames(), *EXTRA_PAGES])


@pytest.fixture(scope="session")
def site_path() -> Path:
    """The finished site, built now unless ``_build/html`` is that of the book as it is."""
    if not is_current(Layout(ROOT), HTML):
        done = subprocess.run(
            [sys.executable, "-m", "corridors", "book"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.fail(f"the book cannot be built:\n{done.stdout}{done.stderr}", pytrace=False)
    return HTML


@pytest.fixture(scope="session")
def site_url(site_path: Path) -> Iterator[str]:
    """Address of the site over HTTP, ending in a slash."""
    with local_server(site_path) as address:
        yield address


@pytest.fixture(scope="session")
def pages(site_path: Path) -> list[Path]:
    """Every HTML page of the site."""
    return sorted(path for path in site_path.rglob("*.html") if "_static" not in path.parts)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    found = browser_path()
    if found is None:
        lacking(f"no browser: none of {', '.join(BROWSERS)} is installed")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found, args=[*_ARGUMENTS, *(["--no-sandbox"] if root else [])]
        )
        yield started
        started.close()


@dataclass
class Record:
    """What happened while a page was open."""

    outside: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    loaded: set[str] = field(default_factory=set)
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def watch(context: BrowserContext, origin: str) -> Record:
    """Block and note every request that leaves ``origin``; note messages, errors and missing files."""
    record = Record()

    def decide(route: Route) -> None:
        address = route.request.url
        if address.startswith((origin, "data:", "blob:")):
            route.continue_()
        else:
            record.outside.append(address)
            route.abort()

    def answered(response: Any) -> None:
        if response.status >= 400:
            record.missing.append(f"{response.status} {response.url}")
        record.loaded.add(response.url)

    def failed(request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # given up because the page was left
            record.missing.append(request.url)

    context.route("**/*", decide)
    context.on("response", answered)
    context.on("requestfailed", failed)
    context.on("console", lambda message: record.console.append(f"{message.type}: {message.text}"))
    context.on("weberror", lambda error: record.errors.append(str(error.error)))
    return record


Open = Callable[..., tuple[Page, Record]]


@pytest.fixture
def open_page(browser: Browser, site_path: Path, site_url: str) -> Iterator[Open]:
    """Open a page by its name (``book/railway``), over HTTP or as a file; gives the page and its record.

    Options are those of a browser context (viewport, color_scheme, java_script_enabled ...).
    """
    contexts: list[BrowserContext] = []

    def open_it(name: str, *, scheme: str = "http", **options: Any) -> tuple[Page, Record]:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(**options)
        contexts.append(context)
        origin = site_url if scheme == "http" else site_path.as_uri()
        record = watch(context, origin)
        if scheme == "file":
            context.set_offline(True)
        page = context.new_page()
        page.goto(f"{origin.rstrip('/')}/{name}.html", wait_until="load")
        return page, record

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Open) -> Page:
    """The first page of the book, over HTTP."""
    return open_page("index")[0]


@cache
def soup(path: Path) -> BeautifulSoup:
    """A page as it was written (read once, not to be changed)."""
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@cache
def anchors(path: Path) -> frozenset[str]:
    """Every place of a page that a link can point to."""
    found = soup(path).find_all(lambda tag: tag.has_attr("id") or (tag.name == "a" and tag.has_attr("name")))
    return frozenset(str(tag.get("id") or tag.get("name")) for tag in found)


def broken_links(path: Path, site: Path) -> list[str]:
    """Links and files of a page that lead nowhere within the site; addresses elsewhere are not followed."""
    broken = []
    base = path.as_uri()
    for tag in soup(path).find_all(True):
        for attribute in ("href", "src", "poster", "data-src"):
            target = tag.get(attribute)
            if not isinstance(target, str) or re.match(r"(https?:|mailto:|data:|javascript:|blob:)", target):
                continue
            address, fragment = urldefrag(urljoin(base, target))
            file = Path(unquote(urlparse(address).path))
            inside = file.is_relative_to(site)
            if file.is_dir():
                file = file / "index.html"
            if not inside or not file.is_file():
                broken.append(f"{target} (no such file)")
            elif fragment and file.suffix == ".html" and unquote(fragment) not in anchors(file):
                broken.append(f"{target} (no such place in the page)")
    return broken
