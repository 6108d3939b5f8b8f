"""The offline edition: one archive with everything that the book is, to be read and rerun without network.

    START-HERE.html     what is where
    book/               the site with PDF, EPUB, data and executed notebooks
    project/            the chapters, the data package, the Python package, its tests, the list of versions
    LICENSE, LICENSE-text, CITATION.cff
    SHA256SUMS          the digest of every file

``assemble`` makes the folder, ``pack`` of :mod:`corridors.build.packing` the archive.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from html import escape
from pathlib import Path
from typing import Any, Final

from corridors.build import packing
from corridors.build.book import Report, say
from corridors.build.layout import Layout, digest_below, files_below, site_digest

#: What one needs to run the book again, as it lies in a checkout.
PROJECT: Final = (
    ".ci", ".devcontainer", ".github", ".gitignore", ".zenodo.json", "CITATION.cff", "CONTRIBUTING.md",
    "LICENSE", "LICENSE-text", "Makefile", "README.md", "_config.yml", "_static", "_toc.yml", "book",
    "codemeta.json", "corridors", "data", "environment.yml", "index.md", "measurements", "postBuild",
    "pyproject.toml", "references.bib", "requirements.lock", "requirements-lab.lock",
    "ro-crate-metadata.json", "setup.py", "tests",
)  # fmt: skip
_TOP: Final = ("CITATION.cff", "LICENSE", "LICENSE-text")
_SUMS: Final = "SHA256SUMS"
#: The first page has a style, a script that knows light from dark, and links; it may do nothing else.
_POLICY: Final = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; base-uri 'none'; form-action 'none'"
)


def assemble(root: Path, site: Path, folder: Path) -> Path:
    """Lay out the edition in ``folder``, made anew; ``site`` is the release of the book at ``root``."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copytree(site, folder / "book")
    for name in PROJECT:
        for path in files_below([root / name]):
            target = folder / "project" / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    for name in _TOP:
        if (root / name).is_file():
            shutil.copyfile(root / name, folder / name)
    (folder / "START-HERE.html").write_text(start_page(Layout(root), folder), "utf-8", newline="\n")
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*"), key=lambda one: one.relative_to(folder).as_posix())
        if path.is_file()
    ]
    (folder / _SUMS).write_text("".join(lines), "utf-8", newline="\n")
    return folder


def build_offline(root: Path, site: Path, *, report: Report = say) -> Path:
    """Assemble the edition from the release ``site`` and pack it: ``_build/offline/<name>-<version>.zip``.

    Nothing is done if the archive is that of this site and this project.
    """
    book = Layout(root)
    name = f"{book.name()}-{book.citation()['version']}"
    target = book.build / "offline" / f"{name}.zip"
    record = target.with_name("manifest.json")
    parts = [root / one for one in PROJECT]
    inputs = f"{site_digest(site)} {digest_below(root, parts)} {packing.moment().isoformat()}"
    if target.is_file() and record.is_file():
        state = {"inputs": inputs, "digest": hashlib.sha256(target.read_bytes()).hexdigest()}
        if json.loads(record.read_text("utf-8")) == state:
            report(f"{target.relative_to(root)} is up to date")
            return target
    folder = assemble(root, site, target.with_name(name))
    packing.pack(folder, target, top=name)
    shutil.rmtree(folder)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    record.write_text(json.dumps({"inputs": inputs, "digest": digest}, indent=2) + "\n", "utf-8")
    report(f"{target.relative_to(root)} is ready: {target.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}")
    return target


def start_page(book: Layout, folder: Path) -> str:
    """The page at the top; it names only what is in ``folder``."""
    facts: dict[str, Any] = book.citation()
    title, version = escape(str(facts["title"])), escape(str(facts["version"]))
    rows = [
        ("book/index.html", "The book", "in the browser; everything works without network, search included")
    ]
    rows += [
        (path, what, about)
        for pattern, what, about in (
            ("book/_pdf/*.pdf", "PDF", "the whole book on paper; single chapters lie beside it"),
            ("book/_epub/*.epub", "EPUB", "for e-readers"),
        )
        for path in sorted(one.relative_to(folder).as_posix() for one in folder.glob(pattern))
    ]
    rows += [
        ("project/data/datapackage.json", "The data", "a Frictionless Data Package: tables, layers, sources"),
        ("book/_notebooks", "The notebooks", "every chapter as it was run, with its results"),
        ("project/README.md", "The project", "chapters, data, package and tests, to run the book again"),
        ("project/requirements.lock", "The libraries", "versions and digests of all that it needs"),
        ("CITATION.cff", "How to cite", "in a form that programs read; in words on the page “How to cite”"),
        ("LICENSE-text", "Licence of text and figures", "CC BY 4.0; the data name theirs table by table"),
        ("LICENSE", "Licence of the code", "MIT"),
        (_SUMS, "Digests", "to check that nothing has changed: sha256sum -c SHA256SUMS"),
    ]
    items = "".join(
        f"<li>{_link(folder, path, what)}: {about}</li>\n"
        for path, what, about in rows
        if path == _SUMS or (folder / path).exists()
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: offline edition {version}</title>\n"
        '<link rel="stylesheet" href="book/_static/lost/lost.css">\n'
        '<script src="book/_static/lost/light.js"></script>\n</head>\n<body>\n<main>\n<article>\n'
        f'<p class="book">Offline edition, version {version}</p>\n<h1>{title}</h1>\n'
        f'<p><a href="book/index.html">Open the book</a>. Nothing here asks for the network.</p>\n'
        f"<h2>What is where</h2>\n<ul>\n{items}</ul>\n"
        "<h2>To run it again</h2>\n"
        "<p>With make and Python 3.11 or later, in the folder <code>project</code>: <code>make book</code> "
        "installs the libraries, which needs the network once, and builds the book; <code>make test</code> "
        "proves it.</p>\n"
        "</article>\n</main>\n</body>\n</html>\n"
    )


def _link(folder: Path, path: str, what: str) -> str:
    """A link to a file, with its size where that is worth telling; a folder is named only."""
    if (folder / path).is_dir():
        return f"{what} (<code>{escape(path)}</code>)"
    large = Path(path).suffix in (".pdf", ".epub")
    size = f" ({(folder / path).stat().st_size / 1e6:.1f} MB)" if large else ""
    return f'<a href="{escape(path)}">{what}</a>{size}'
