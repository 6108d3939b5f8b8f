"""JupyterLab comes from a lock of its own that moves nothing of the book's; notebooks open clean."""

from __future__ import annotations

import json
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import nbformat
import pytest

from corridors.build import notebooks
from corridors.build.faults import BuildError

from .conftest import SmallBook


def _versions(lock: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE
    ):
        found[name].add(version)
    return found


def test_the_lock_of_lab_agrees_with_the_lock_of_the_book(repository: Path) -> None:
    book, lab = (_versions(repository / f"requirements{part}.lock") for part in ("", "-lab"))
    assert {
        name: versions for name, versions in lab.items() if not versions <= book.get(name, versions)
    } == {}
    wanted = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["dependency-groups"]["lab"]
    assert {re.match(r"[\w-]+", one)[0] for one in wanted} <= lab.keys()  # type: ignore[index]


def test_the_lock_of_lab_has_hashes_and_no_address(repository: Path) -> None:
    text = (repository / "requirements-lab.lock").read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    assert [block for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


def test_the_container_installs_what_make_installs(repository: Path) -> None:
    container = json.loads((repository / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    target = container["postCreateCommand"].removeprefix("make .venv/")
    assert f"READY := $(VENV)/{target}" in (repository / "Makefile").read_text("utf-8")


def test_every_notebook_of_the_site_is_valid_with_counted_cells(repository: Path) -> None:
    paths = sorted((repository / "_build" / "html" / "_notebooks").glob("*.ipynb"))
    assert paths, "build the book with 'make book'"
    for path in paths:
        notebook = nbformat.reads(path.read_text("utf-8"), as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
        assert [cell.id for cell in notebook.cells] == [
            f"cell-{n:03d}" for n in range(1, len(notebook.cells) + 1)
        ]
        forms = {
            form for cell in notebook.cells for out in cell.get("outputs", ()) for form in out.get("data", ())
        }
        assert not {form for form in forms if form.startswith("application/")}, path.name
        shown = [out.data for cell in notebook.cells for out in cell.get("outputs", ()) if "data" in out]
        assert all({"text/html", "text/plain"} & data.keys() for data in shown)


def test_no_page_offers_to_launch_what_has_no_repository(repository: Path) -> None:
    settings = (repository / "_config.yml").read_text("utf-8")
    assert not re.search(r"launch_buttons|^ *corridors_(repository|notebooks):", settings, re.MULTILINE)
    for name in ("index", "book/railway"):
        page = (repository / "_build" / "html" / f"{name}.html").read_text("utf-8")
        assert not re.search(r"mybinder|colab\.research|binderhub", page)


def test_a_small_book_with_a_repository_links_to_binder_and_colab(small_book: SmallBook) -> None:
    """The whole way from _config.yml to the page; an address that is no repository stops the build."""
    settings = 'config: {numfig: true, corridors_repository: "https://github.com/example/book", '
    settings += 'corridors_notebooks: "gh-pages:_notebooks"}'
    extension = "sphinx: {extra_extensions: [corridors.publish.launch, corridors.publish.rerun], "
    small_book.replace("_config.yml", "sphinx: {config: {numfig: true}}", f"{extension}{settings}}}")
    small_book.build()
    addresses = re.findall(r'href="(https://(?:mybinder|colab)[^"]*)"', small_book.page("book/weights"))
    assert addresses == [
        "https://mybinder.org/v2/gh/example/book/main?urlpath=lab%2Ftree%2Fnotebooks%2Fweights.ipynb",
        "https://colab.research.google.com/github/example/book/blob/gh-pages/_notebooks/weights.ipynb",
    ]
    assert "mybinder" not in small_book.page("index"), "a page of prose has no notebook"
    assert not re.search(r'(?:src|action)="https?:|binderhub', small_book.page("book/weights"))
    small_book.replace("_config.yml", "https://github.com/example/book", "https://example.org/book")
    with pytest.raises(BuildError, match=r"corridors_repository is 'https://example\.org/book'"):
        small_book.build()


def test_the_notebooks_for_binder_have_the_cells_of_the_book_and_no_results(
    repository: Path, tmp_path: Path
) -> None:
    written = notebooks.write(repository, tmp_path)
    site = repository / "_build" / "html" / "_notebooks"
    assert {path.name for path in written} == {path.name for path in site.glob("*.ipynb")}
    for path in written:
        plain, run = (nbformat.reads(one.read_text("utf-8"), 4) for one in (path, site / path.name))
        nbformat.validate(plain)
        assert [(cell.id, cell.cell_type, cell.source) for cell in plain.cells] == [
            (cell.id, cell.cell_type, cell.source) for cell in run.cells
        ]
        assert not any(cell.get("outputs") for cell in plain.cells)
        assert plain.metadata.kernelspec.name == "python3"
    assert f"\npython -m corridors {notebooks.FOLDER}\n" in (repository / "postBuild").read_text("utf-8")
