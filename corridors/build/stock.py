"""The same chapters as a plain Jupyter Book, for comparison: no extension of ours, no theme option, no style.

What it is made of: the executed notebooks that the site offers, with what any notebook viewer shows (tables
as pandas-like HTML, maps as folium's frame, charts as pictures), and the pages without cells as they are.
What it cannot have: numbers glued into sentences, citation boxes and the catalogue, which are directives and
notes that only our extension knows; Jupyter Book warns of each and goes on. It is the lighter for it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import yaml

from corridors.build.faults import BuildError
from corridors.build.layout import Layout

#: What a chapter needs to be read at all: the same syntax, the same references.
_EXTENSIONS: Final = ("attrs_block", "attrs_inline", "colon_fence", "deflist", "fieldlist")


_JUPYTER_BOOK: Final = "from jupyter_book.cli.main import main; main(prog_name='jupyter-book')"


def write_sources(book: Layout, site: Path, folder: Path) -> list[str]:
    """The sources of the stock book below ``folder``; gives the pages that are executed notebooks."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    executed = []
    for name in book.docnames():
        notebook = site / "_notebooks" / f"{Path(name).name}.ipynb"
        page = folder / name
        page.parent.mkdir(parents=True, exist_ok=True)
        if notebook.is_file():
            executed.append(name)
            shutil.copyfile(notebook, page.with_suffix(".ipynb"))
        elif document := book.document(name):
            shutil.copyfile(document, page.with_suffix(document.suffix))
    shutil.copyfile(book.contents, folder / "_toc.yml")
    for name in book.settings().get("bibtex_bibfiles", []):
        shutil.copyfile(book.root / name, folder / name)
    settings = {
        "title": book.settings().get("title", ""),
        "author": book.settings().get("author", ""),
        "only_build_toc_files": True,
        "execute": {"execute_notebooks": "off"},
        "bibtex_bibfiles": book.settings().get("bibtex_bibfiles", []),
        "parse": {"myst_enable_extensions": list(_EXTENSIONS)},
        "sphinx": {"config": {"numfig": True}},
    }
    (folder / "_config.yml").write_text(yaml.safe_dump(settings, sort_keys=False), "utf-8")
    return executed


def build_stock(book: Layout, site: Path, folder: Path) -> Path:
    """Build it with the ``jupyter-book`` command; gives the folder of its pages. Raises BuildError."""
    write_sources(book, site, folder)
    command = [sys.executable, "-c", _JUPYTER_BOOK, "build", str(folder), "--all", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    pages = folder / "_build" / "html"
    if not (pages / "index.html").is_file():
        raise BuildError(f"the stock book cannot be built:\n{(done.stdout + done.stderr)[-2000:]}")
    return pages
