"""JupyterLab comes from a lock of its own that moves nothing of the book's; notebooks open clean."""

from __future__ import annotations

import json
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import nbformat
import pytest


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


def test_without_a_repository_no_page_offers_to_launch_it(repository: Path) -> None:
    if "launch_buttons" in (repository / "_config.yml").read_text("utf-8"):
        pytest.fail("buttons are configured: test here that each opens a notebook")
    page = (repository / "_build" / "html" / "book" / "railway.html").read_text("utf-8")
    assert not re.search(r"mybinder|colab\.research|binderhub", page)
