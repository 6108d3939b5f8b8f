"""Chapters as notebooks: read from their files, joined with the results of a run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import nbformat
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook, standard_nb_read
from myst_parser.config.main import MdParserConfig
from nbformat import NotebookNode

from corridors.build.faults import BuildError
from corridors.build.kept_files import kept_file


@dataclass(frozen=True)
class Chapter:
    """A page with cells to run."""

    docname: str
    path: Path
    notebook: NotebookNode

    @property
    def code_cells(self) -> list[NotebookNode]:
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]

    @property
    def size(self) -> int:
        """How much code it has: a guess at how long it runs."""
        return sum(len(cell.source) for cell in self.code_cells)

    def key(self) -> str:
        """Hash of what decides the results: the page's place, its cells, whether one is meant to fail."""
        cells = [
            [cell.source, "raises-exception" in cell.metadata.get("tags", [])] for cell in self.code_cells
        ]
        return hashlib.sha256(json.dumps([self.docname, cells]).encode()).hexdigest()[:24]

    def line(self, index: int) -> int:
        """The line of the file at which the cell with this index (all cells counted) begins."""
        lines = self.notebook.metadata.get("source_map") or []
        return int(lines[index]) + 1 if index < len(lines) else 1


def read_chapter(path: Path, docname: str, extensions: Sequence[str]) -> Chapter | None:
    """The chapter in ``path``, or None for a page that is prose alone.

    Reads as myst-nb will later, so that both see the same cells.
    """
    text = path.read_text("utf-8")
    try:
        if path.suffix == ".ipynb":
            notebook = standard_nb_read(text)
        elif is_myst_markdown_notebook(text):
            config = MdParserConfig(enable_extensions=set(extensions))
            notebook = read_myst_markdown_notebook(text, config=config, add_source_map=True, path=path)
        else:
            return None
    except Exception as error:
        raise BuildError(f"{path.name}: cannot be read as a notebook: {error}") from error
    chapter = Chapter(docname, path, notebook)
    return chapter if chapter.code_cells else None


def read_again(folder: Path, path: Path, docname: str, extensions: Sequence[str]) -> Chapter | None:
    """The same, taken from ``folder`` if the page was read before and says the same."""
    about = [_read_by(), docname, path.name, list(extensions)]
    key = hashlib.sha256(json.dumps(about).encode() + path.read_bytes()).hexdigest()[:24]

    def read() -> bytes:
        chapter = read_chapter(path, docname, extensions)
        return json.dumps(chapter.notebook if chapter else None, ensure_ascii=False).encode()

    notebook = json.loads(kept_file(folder, docname.replace("/", "-"), key, read))
    return Chapter(docname, path, nbformat.from_dict(notebook)) if notebook else None


@cache
def _read_by() -> list[str]:
    """This module, and the versions of the libraries that read chapters."""
    libraries = ("myst-nb", "myst-parser", "markdown-it-py", "nbformat")
    return [Path(__file__).read_text("utf-8"), *map(version, libraries)]


def with_results(chapter: Chapter, executed: NotebookNode) -> NotebookNode:
    """The chapter as it is now with the results of an earlier run of the same cells.

    Only results are taken over: tags and prose are always those of the file. Cell ids are counted,
    not drawn, so that the same chapter gives the same bytes.
    """
    merged: NotebookNode = nbformat.from_dict(json.loads(json.dumps(chapter.notebook)))
    ran = [cell for cell in executed.cells if cell.cell_type == "code"]
    for cell in merged.cells:
        if cell.cell_type == "code":
            result = ran.pop(0)
            cell.outputs = result.outputs
            cell.execution_count = result.execution_count
    number_cells(merged)
    _sign(merged)
    if "language_info" in executed.metadata:
        merged.metadata["language_info"] = executed.metadata["language_info"]
    return merged


def _sign(notebook: NotebookNode) -> None:
    """Note beside each glued value the cell that glued it; the pages know the values alone."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            glued = output.get("metadata", {}).get("scrapbook")
            if glued is not None:
                glued["cell"] = cell["id"]


def number_cells(notebook: NotebookNode) -> None:
    """Give the cells the ids cell-001, cell-002, ... in place of random ones."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number:03d}"
