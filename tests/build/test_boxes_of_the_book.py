"""Every chapter of the finished book runs from its box, in an empty folder, and gives what the book shows."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from corridors import catalog
from corridors.build import box_trial
from corridors.build.box_run import NUMBERS, OUTPUTS

#: A quick chapter, of which one expected datum is changed.
TAMPERED = "glossary"

#: Chapters that use the list of all tables without reading each: their descriptor names more than is there.
COUNTS_TABLES = ("index", "methods")


@pytest.fixture(scope="module")
def archives(repository: Path) -> dict[str, Path]:
    """The boxes of the finished book, by chapter."""
    site = repository / "_build" / "html"
    found = {path.stem: path for path in sorted((site / "_boxes").glob("*.zip"))}
    notebooks = {path.stem for path in (site / "_notebooks").glob("*.ipynb")}
    assert found.keys() == notebooks, "every executed chapter has a box; build the book with 'make book'"
    return found


@pytest.mark.slow
def test_every_chapter_runs_alone_and_agrees(
    archives: dict[str, Path], repository: Path, tmp_path: Path
) -> None:
    folders = [box_trial.unpack(path, tmp_path / name) for name, path in archives.items()]
    tampered = box_trial.unpack(archives[TAMPERED], tmp_path / "tampered")
    label = _tamper(tampered)
    trials = {trial.name: trial for trial in box_trial.try_boxes([*folders, tampered], repository)}
    other = trials.pop("tampered")
    assert trials.keys() == archives.keys()
    assert {name: trial.said for name, trial in trials.items() if trial.status} == {}
    # neither the checkout's package nor its data: what ran lay in the box
    assert [path for trial in trials.values() for path in trial.opened if not path.startswith(".venv")] == []
    assert other.status == 1
    assert any(line.startswith("cell ") and f", {label}: " in line for line in other.said.splitlines())


def _tamper(folder: Path) -> str:
    """Change one expected datum; its label."""
    path = sorted((folder / "expected").glob("*-*.csv"))[0]
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:-1], "tampered"]) + "\n", "utf-8")
    return path.stem


def test_a_box_has_sound_data_and_the_results_of_the_book(
    archives: dict[str, Path], repository: Path, tmp_path: Path
) -> None:
    site = repository / "_build" / "html"
    book_numbers = json.loads((site / "_data" / "numbers.json").read_text("utf-8"))
    for name, path in archives.items():
        folder = box_trial.unpack(path, tmp_path / name)
        faults = catalog.check(folder / "data")
        if name in COUNTS_TABLES:
            faults = [fault for fault in faults if fault.rule != "missing-file"]
        assert [str(fault) for fault in faults] == [], name
        kept = json.loads((folder / OUTPUTS).read_text("utf-8"))
        chapter = kept["notebook"].removesuffix(".ipynb")
        shown = {one["id"]: one["shown"] for one in book_numbers if one["chapter"] == chapter}
        assert {one["id"]: one["shown"] for one in json.loads((folder / NUMBERS).read_text("utf-8"))} == shown
        for file in (folder / "expected").iterdir():
            if file.suffix in (".csv", ".geojson"):
                assert file.read_bytes() == (site / "_data" / file.name).read_bytes()
        assert (folder / "LICENSE").is_file()
        assert (folder / "data" / "LICENSES.md").is_file()
        assert (folder / "cite").is_dir()


def test_boxes_are_small_plain_and_without_a_trace_of_the_machine(
    archives: dict[str, Path], repository: Path
) -> None:
    for name, path in archives.items():
        assert path.stat().st_size < 1_000_000, name
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                assert not entry.filename.startswith("/")
                assert ".." not in entry.filename
                assert str(repository).encode() not in archive.read(entry), f"{name}: {entry.filename}"


def test_every_page_with_cells_leads_to_its_box(archives: dict[str, Path], repository: Path) -> None:
    site = repository / "_build" / "html"
    for name in archives:
        page = site / ("index.html" if name == "index" else f"book/{name}.html")
        assert f'_boxes/{name}.zip"' in page.read_text("utf-8"), name
