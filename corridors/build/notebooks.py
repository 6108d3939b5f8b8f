"""The chapters as plain notebooks, without results: for Jupyter that does not read Markdown, as in Binder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import nbformat

from corridors.build.chapters import number_cells, read_chapter
from corridors.build.layout import Layout

#: Below the book's folder: where ``postBuild`` puts them, and where the links to Binder look for them.
FOLDER: Final = "notebooks"
_KERNEL: Final = {"name": "python3", "display_name": "Python 3", "language": "python"}


def write(root: Path, folder: Path) -> list[Path]:
    """Write ``<folder>/<chapter>.ipynb`` for each chapter with cells; cells are counted as in the site's."""
    book = Layout(root)
    written = []
    folder.mkdir(parents=True, exist_ok=True)
    for docname in book.docnames():
        path = book.document(docname)
        chapter = read_chapter(path, docname, book.extensions()) if path else None
        if chapter is None:
            continue
        notebook = chapter.notebook
        number_cells(notebook)
        notebook.metadata = nbformat.from_dict({"kernelspec": _KERNEL})
        target = folder / f"{Path(docname).name}.ipynb"
        target.write_text(f"{nbformat.writes(notebook).rstrip()}\n", "utf-8", newline="\n")
        written.append(target)
    return written
