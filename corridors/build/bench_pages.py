"""``make bench-pages``: weight and Lighthouse of five kinds of page, beside a stock Jupyter Book, in one run.

Weight is what a browser loads of a page that is read to its end, uncompressed, by type. Lighthouse (desktop)
comes from npm, pinned, into ``_build/bench/node``; without Node the weight is measured alone. All numbers
are of the machine that runs it; what is compared is the two books on it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from corridors.build.faults import BuildError
from corridors.build.layout import Layout, is_current
from corridors.build.serve import local_server
from corridors.build.stock import build_stock

LIGHTHOUSE: Final = "12.8.2"
#: Kind of page -> page. The stock book has each of them.
KINDS: Final = {
    "first page": "index",
    "text chapter": "book/two-texts",
    "map chapter": "book/railway",
    "tables and charts": "book/partners",
    "ledger": "book/ledger",
    "search": "search",
}
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS: Final = ("--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
_TO_THE_END: Final = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += 600) {
    scrollTo(0, y);
    await new Promise((go) => setTimeout(go, 20));
  }
}"""


def browser_path() -> str:
    """Chromium on this machine. Raises BuildError where there is none."""
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise BuildError(f"no browser: none of {', '.join(_BROWSERS)} is installed")
    return found


def _flags() -> list[str]:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*_ARGUMENTS, *(["--no-sandbox"] if root else [])]


def weigh(address: str, pages: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Bytes by type of each page below ``address``, and their sum as ``total``; kind of page -> weight."""
    from playwright.sync_api import Response, sync_playwright

    weights: dict[str, dict[str, int]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=_flags())
        for kind, name in pages.items():
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            answers: list[Response] = []
            # A stock page asks servers of others; what they would send is not counted.
            context.route(lambda url: not url.startswith(address), lambda route: route.abort())
            page.on("response", _into(answers))
            page.goto(f"{address}{name}.html", wait_until="load")
            page.evaluate(_TO_THE_END)
            page.wait_for_load_state("networkidle")
            sizes: Counter[str] = Counter()
            for answer in {one.url: one for one in answers}.values():
                sizes[answer.request.resource_type] += len(answer.body())
            weights[kind] = {**dict(sorted(sizes.items())), "total": sum(sizes.values())}
            context.close()
        browser.close()
    return weights


def _into(answers: list[Any]) -> Callable[[Any], None]:
    return lambda answer: answers.append(answer)


def lighthouse(folder: Path, report: Callable[[str], None]) -> Path | None:
    """The program, installed into ``folder`` if need be; None, with a word on why, where it cannot be had."""
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        report("Lighthouse left out: Node.js and npm are not installed. Weight alone:")
        return None
    installed = program.parents[1] / "package.json"
    if not installed.is_file() or json.loads(installed.read_text("utf-8"))["version"] != LIGHTHOUSE:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n', "utf-8")
        command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", f"lighthouse@{LIGHTHOUSE}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            report(f"Lighthouse left out: npm could not install it ({done.stderr.strip()[-300:]}).")
            return None
    return program


def score(program: Path, address: str, scratch: Path) -> dict[str, int]:
    """Lighthouse's scores (0 to 100) of one page, desktop. Raises BuildError if it fails."""
    out = scratch / "lighthouse.json"
    out.unlink(missing_ok=True)
    flags = " ".join(["--headless=new", *_flags()])
    command = [
        str(shutil.which("node")), str(program), address, "--preset=desktop", "--quiet", "--output=json",
        f"--output-path={out}", f"--chrome-flags={flags}", f"--only-categories={','.join(CATEGORIES)}",
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": browser_path()}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=180)
    if not out.is_file():
        raise BuildError(f"Lighthouse failed on {address}:\n{done.stderr[-1000:]}")
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))["categories"]
    return {name: round(100 * (found[name]["score"] or 0)) for name in CATEGORIES}


def bench(root: Path, report: Callable[[str], None] = print) -> Path:
    """Measure and print; gives the file with all numbers, ``_build/bench/pages.json``. Raises BuildError."""
    book = Layout(root)
    site, folder = book.build / "html", book.build / "bench"
    if not is_current(book, site):
        raise BuildError("the site is not that of the book as it is; run 'make book' first")
    folder.mkdir(parents=True, exist_ok=True)
    report("Stock Jupyter Book of the same chapters ...")
    sites = {"this book": site, "stock": build_stock(book, site, folder / "stock")}
    program = lighthouse(folder / "node", report)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for which, pages in sites.items():
        with local_server(pages) as address:
            weights = weigh(address, KINDS)
            found[which] = {kind: {"page": KINDS[kind], "bytes": weights[kind]} for kind in KINDS}
            for kind, name in KINDS.items():
                if program:
                    found[which][kind]["lighthouse"] = score(program, f"{address}{name}.html", folder)
                    report(f"  {which}, {kind}: {found[which][kind]['lighthouse']}")
    for line in table(found):
        report(line)
    path = folder / "pages.json"
    path.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return path


def table(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    """Lines for the terminal: a page in both books, one under the other; kB of 1000 bytes."""
    lines = [f"{'':32}{'kB':>7}   {'of which':<58}perf  a11y  best   seo"]
    for kind in KINDS:
        for which in found:
            one = found[which][kind]
            sizes = one["bytes"]
            parts = ", ".join(f"{name} {size / 1000:.0f}" for name, size in sizes.items() if name != "total")
            scores = one.get("lighthouse", {})
            shown = "".join(f"{scores.get(name, '-'):>6}" for name in CATEGORIES)
            lines.append(f"{kind:20}{which:12}{sizes['total'] / 1000:7.0f}   {parts:<56}{shown}")
    return lines
