"""Hand the results of the chapters to myst-nb, from memory.

myst-nb runs each notebook that it reads, or looks its results up in a cache by the cells' sources. Here they
are known already, page by page. Its own way to choose who runs a notebook is replaced for as long as pages
are read; what it does with the results is its own affair.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from myst_nb import sphinx_ as reading
from myst_nb.core.execute import NotebookClientBase
from nbformat import NotebookNode
from sphinx.errors import ExtensionError

from corridors.build.layout import Layout
from corridors.build.results import Result

#: What the notebook itself is told of the language that its cells are in.
_LANGUAGE = ("kernelspec", "language_info")


class _Given(NotebookClientBase):  # type: ignore[misc]
    """Runs nothing: the notebook has its results when it is asked for."""

    def start_client(self) -> None:
        result: Result | None = self._kwargs["result"]
        if result is not None:
            self._notebook = with_outputs(self.notebook, result.notebook, str(self.path))
            self.exec_metadata = {
                "mtime": 0.0,  # of no run: results are the same whenever they were made
                "runtime": None,
                "method": "cache",
                "succeeded": True,
                "error": None,
                "traceback": None,
            }


def with_outputs(notebook: NotebookNode, executed: NotebookNode, name: str) -> NotebookNode:
    """A copy of ``notebook`` with the code cells of ``executed``, which is the same one after its run.

    Raises ExtensionError, with the ``name`` of the page, if the cells are others.
    """
    ran = [cell for cell in executed.cells if cell.cell_type == "code"]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.source for cell in cells] != [cell.source for cell in ran]:
        raise ExtensionError(f"{name}: its cells changed while the book was being built; build again")
    found: NotebookNode = nbformat.convert(copy.deepcopy(notebook), to_version=4)
    found.metadata.update({key: executed.metadata[key] for key in _LANGUAGE if key in executed.metadata})
    for number, cell in enumerate(found.cells):
        if cell.cell_type == "code":
            done = copy.deepcopy(ran.pop(0))
            done.pop("id", None)
            if "id" in cell:
                done["id"] = cell["id"]
            found.cells[number] = done
    return found


def _client(
    by_path: Mapping[Path, Result], notebook: NotebookNode, source: str, nb_config: Any, logger: Any, *_: Any
) -> _Given:
    path = Path(source)
    return _Given(notebook, path, nb_config, logger, result=by_path.get(path.resolve()))


@contextmanager
def giving(layout: Layout, executed: Mapping[str, Result]) -> Iterator[None]:
    """While this lasts, what myst-nb reads has the results of ``executed``, by page name."""
    by_path = {path.resolve(): one for name, one in executed.items() if (path := layout.document(name))}
    own = reading.create_client
    reading.create_client = partial(_client, by_path)
    try:
        yield
    finally:
        reading.create_client = own
