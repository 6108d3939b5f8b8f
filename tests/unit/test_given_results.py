"""myst-nb gets the results of a chapter from memory, and no others than those of the cells that it reads."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import nbformat
import pytest
from myst_nb import sphinx_ as reading
from nbformat import NotebookNode
from sphinx.errors import ExtensionError

from corridors.build.given_results import giving, with_outputs
from corridors.build.layout import Layout

V4 = nbformat.v4


def _book(*sources: str, **language: Any) -> NotebookNode:
    cells = [V4.new_markdown_cell("# Title"), *(V4.new_code_cell(source) for source in sources)]
    return V4.new_notebook(cells=cells, metadata={"source_map": [0, 2, 5], **language})


def _after_its_run(notebook: NotebookNode) -> NotebookNode:
    done = V4.new_notebook(metadata={"language_info": {"name": "python"}, "other": "not taken over"})
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            output = V4.new_output("stream", text=f"result of cell {number}")
            done.cells.append(V4.new_code_cell(cell.source, outputs=[output], execution_count=number))
    return done


def test_code_cells_get_their_results_and_nothing_else_changes() -> None:
    notebook = _book("1 + 1", "2 + 2", kernelspec={"name": "python3", "display_name": "Python"})
    executed = _after_its_run(notebook)
    found = with_outputs(notebook, executed, "one.md")
    assert [cell.source for cell in found.cells] == ["# Title", "1 + 1", "2 + 2"]
    assert [cell.outputs[0].text for cell in found.cells[1:]] == ["result of cell 1", "result of cell 2"]
    assert found.metadata == {
        "source_map": [0, 2, 5],
        "kernelspec": {"name": "python3", "display_name": "Python"},
        "language_info": {"name": "python"},
    }
    assert [cell.get("id") for cell in found.cells] == [cell.get("id") for cell in notebook.cells]
    assert not notebook.cells[1].outputs, "the notebook itself was changed"
    found.cells[1].outputs.clear()
    assert executed.cells[0].outputs, "the result itself was changed"


@pytest.mark.parametrize("now", [("1 + 2",), ("1 + 1", "2 + 2"), ()])
def test_results_of_other_cells_are_refused(now: tuple[str, ...]) -> None:
    executed = _after_its_run(_book("1 + 1"))
    with pytest.raises(ExtensionError, match=r"one\.md: its cells changed while .* build again"):
        with_outputs(_book(*now), executed, "one.md")


def test_the_library_still_asks_one_function_who_runs_a_notebook(tmp_path: Path) -> None:
    """Fails if myst-nb comes to choose in another way."""
    own = reading.create_client
    assert list(inspect.signature(own).parameters)[:5] == [
        "notebook",
        "source",
        "nb_config",
        "logger",
        "read_fmt",
    ]
    assert "with create_client(\n" in inspect.getsource(reading.Parser.parse)
    with giving(Layout(tmp_path), {}):
        assert reading.create_client is not own
    assert reading.create_client is own
    with pytest.raises(KeyError), giving(Layout(tmp_path), {}):
        raise KeyError
    assert reading.create_client is own
