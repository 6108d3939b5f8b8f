"""A box holds what its chapter read, never leads out of its folder, and tells what differs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import site
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from corridors.build import box_lock, box_run, box_trial, boxes
from corridors.build.faults import BuildError

from .conftest import SmallBook


@pytest.fixture
def box(small_book: SmallBook, repository: Path, tmp_path: Path) -> Path:
    """The unpacked box of the first chapter of the small book, which has the lock of the book."""
    shutil.copyfile(repository / "requirements.lock", small_book.root / "requirements.lock")
    small_book.build()
    return box_trial.unpack(small_book.site / "_boxes" / "weights.zip", tmp_path / "empty" / "weights")


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_the_run_read_is_in_the_box_and_no_more(box: Path) -> None:
    assert _files(box) == {
        "CITATION.cff", "README.md", "book/weights.ipynb", "book/weights.md", "corridors/__init__.py",
        "corridors/sums.py", "data/weights.csv", "expected/numbers.json", "expected/outputs.json",
        "requirements.lock", "run.py",
    }  # fmt: skip


def test_the_box_runs_by_itself_and_tells_a_changed_datum_from_the_book(
    box: Path, small_book: SmallBook
) -> None:
    other = box_trial.unpack(small_book.site / "_boxes" / "weights.zip", box.parent / "changed")
    (other / "data" / "weights.csv").write_text("3\n5\n")
    same, changed = sorted(box_trial.try_boxes([box, other], small_book.root), key=lambda one: one.status)
    assert (same.status, same.opened) == (0, []), same.said
    assert "weights: identical (1 cells" in same.said
    assert changed.status == 1
    assert "cell 1: the printed text differs" in changed.said


def test_boxes_have_the_same_bytes_each_time(small_book: SmallBook) -> None:
    small_book.build()
    first = (small_book.site / "_boxes" / "lengths.zip").read_bytes()
    small_book.replace("book/weights.md", "Prose about", "Words about")
    small_book.build()
    assert (small_book.site / "_boxes" / "lengths.zip").read_bytes() == first
    with zipfile.ZipFile(small_book.site / "_boxes" / "weights.zip") as archive:
        assert b"Words about" in archive.read("book/weights.md")


@pytest.mark.parametrize(
    "place", ["../secret", "/etc/passwd", "data/../../secret", "C:/secret", "data\\x", ""]
)
def test_no_place_leads_out_of_the_book(tmp_path: Path, place: str) -> None:
    with pytest.raises(BuildError, match="leads out of the book"):
        boxes.inside(tmp_path, place)


def test_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    book = tmp_path / "book"
    book.mkdir()
    (book / "link.csv").symlink_to(tmp_path / "secret")
    (book / "folder").symlink_to(tmp_path)
    for place in ("link.csv", "folder/secret"):
        with pytest.raises(BuildError, match="through a link"):
            boxes.inside(book, place)


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "a/../../out.txt"])
def test_unpacking_refuses_names_that_lead_out(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "x")
    with pytest.raises(ValueError, match="leads out"):
        box_trial.unpack(tmp_path / "bad.zip", tmp_path / "inner" / "empty")
    assert not list(tmp_path.rglob("out.txt"))


def test_unpacking_refuses_links(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("data.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr(entry, os.devnull)
    with pytest.raises(ValueError, match="leads out"):
        box_trial.unpack(tmp_path / "bad.zip", tmp_path / "empty")


def test_the_descriptor_keeps_the_tables_of_the_box_and_links_between_them() -> None:
    link = {"fields": ["place"], "reference": {"resource": "towns", "fields": ["id"]}}
    visits = {
        "name": "visits", "path": "visits.csv",
        "schema": {"fields": [{"name": "source_id", "references": "sources.id"}], "foreignKeys": [link]},
    }  # fmt: skip
    whole = {
        "name": "p", "notices": ["LICENSES.md", "CHANGELOG.md"],
        "resources": [visits, {"name": "towns", "path": "towns.csv"},
                      {"name": "sources", "path": "sources.csv"}],
    }  # fmt: skip
    held = {"data/visits.csv", "data/sources.csv", "data/LICENSES.md"}
    cut = boxes.descriptor(whole, "data/", [], held)
    assert [one["name"] for one in cut["resources"]] == ["visits", "sources"]
    assert cut["resources"][0]["schema"]["foreignKeys"] == []
    assert cut["resources"][0]["schema"]["fields"][0]["references"] == "sources.id"
    assert cut["notices"] == ["LICENSES.md"]
    names = ("part", json.dumps(["data/datapackage.json", ["keys", "resources", "name"]]), "x")
    assert boxes.descriptor(whole, "data/", [names], held)["resources"] == whole["resources"]


_LOCK = """\
attrs==1.0 \\
    --hash=sha256:aa
    # via jsonschema
jsonschema==4.0 \\
    --hash=sha256:bb
    # via
    #   nbformat
    #   other
nbformat==5.0 ; python_version < '3.12' \\
    --hash=sha256:cc
    # via steppe-corridors (pyproject.toml)
nbformat==5.1 ; python_version >= '3.12' \\
    --hash=sha256:dd
    # via steppe-corridors (pyproject.toml)
zipp==3.0 \\
    --hash=sha256:ee
    # via other
"""


def test_the_lock_is_cut_to_what_the_code_imports_and_what_that_needs() -> None:
    cut = box_lock.cut(_LOCK, ["import os\nfrom nbformat import v4\n"])
    assert [line.partition(" ")[0] for line in cut.splitlines() if "==" in line and "hash" not in line] == [
        "attrs==1.0", "jsonschema==4.0", "nbformat==5.0", "nbformat==5.1",
    ]  # fmt: skip
    assert cut.count("--hash=sha256:") == 4


def test_what_was_found_out_of_code_before_is_what_is_found_now(tmp_path: Path) -> None:
    """From the folder of what is kept comes the same lock, also when code or libraries have changed."""
    code = ["import os\nfrom nbformat import v4\n", "import attr"]
    first = box_lock.cut(_LOCK, code, (), tmp_path)
    assert first == box_lock.cut(_LOCK, code) == box_lock.cut(_LOCK, code, (), tmp_path)
    assert box_lock.cut(_LOCK, ["import attr"], (), tmp_path) == box_lock.cut(_LOCK, ["import attr"]) != first
    notes = tmp_path / "imports.json"
    assert len(json.loads(notes.read_text("utf-8"))) == 2
    notes.write_text("no JSON", "utf-8")
    (providers,) = tmp_path.glob("providers.*")
    providers.rename(tmp_path / "providers.of-other-libraries")
    assert box_lock.cut(_LOCK, code, (), tmp_path) == first


def test_a_library_of_another_version_is_named(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "pytest==0.1 \\\n    --hash=sha256:aa\nnowhere==1 ; sys_platform == 'x' \\\n    --hash=sha256:aa\n"
    )
    assert box_run.missing(lock) == [f"pytest==0.1 (here {pytest.__version__})"]


def test_differences_name_the_cell_the_label_and_the_line() -> None:
    payload = {"label": "fig-x", "data": "year,value\n2024,1\n", "data_format": "csv", "caption": "C"}
    shown = [{"application/x+json": payload, "text/plain": "C"}]
    changed = [{"application/x+json": payload | {"data": "year,value\n2024,2\n"}, "text/plain": "C"}]
    old, new = box_run.described(3, shown, ""), box_run.described(3, changed, "")
    assert box_run.differences(old, old, {}) == []
    assert box_run.differences(old, new, {"fig-x": ["data (line 2)"]}) == [
        "cell 3, fig-x: application/x+json data, data (line 2)"
    ]
    assert box_run.exhibits(shown) == {"fig-x.csv": "year,value\n2024,1\n"}


def _wheel(folder: Path) -> str:
    """A library that makes those of this Python known, as a wheel in ``folder``; its SHA-256."""
    paths = "".join(f"{path}\n" for path in site.getsitepackages())
    about = "own_libraries-1.0.dist-info"
    files = {
        "own_libraries.pth": paths,
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: own-libraries\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": "",
    }
    path = folder / "own_libraries-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_box_makes_an_environment_of_its_own_once_from_its_lock_alone(box: Path, tmp_path: Path) -> None:
    """As a reader with Python alone: the lock is installed with hashes, the chapter runs there and agrees.

    The lock names one library, through which the new environment sees those of this one. With another hash
    nothing is installed; the next run begins anew.
    """
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    line = f"own-libraries==1.0 --hash=sha256:{_wheel(wheels)}\n"
    (box / "requirements.lock").write_text(line)
    plain = {
        name: text for name, text in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "COV"))
    }
    offline = plain | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull}

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(box / "run.py")]
        return subprocess.run(command, env=offline, cwd=tmp_path, capture_output=True, text=True, check=False)

    (box / "requirements.lock").write_text(line.replace(line[-10:-1], "000000000"))
    other = run()
    assert (other.returncode, "identical" in other.stdout) == (2, False)
    assert "The chapter could not be run" in other.stderr
    assert "pip" in other.stderr
    (box / "requirements.lock").write_text(line)
    first = run()
    assert (first.returncode, "Making an environment" in first.stdout) == (0, True), first.stderr
    assert "weights: identical" in first.stdout
    again = run()
    assert (again.returncode, "Making an environment" in again.stdout) == (0, False)


def test_a_library_that_the_lock_does_not_name_is_refused(box: Path, small_book: SmallBook) -> None:
    """Else a box would agree here and fail in the environment that it makes for a reader."""
    cell = json.loads((box / "book" / "weights.ipynb").read_text("utf-8"))
    code = next(one for one in cell["cells"] if one["cell_type"] == "code")
    code["source"] = ["import pandas\n", *code["source"]]
    (box / "book" / "weights.ipynb").write_text(json.dumps(cell))
    (trial,) = box_trial.try_boxes([box], small_book.root)
    assert trial.status == 1
    assert "No module named 'pandas' (the lock of the box does not have it)" in trial.said


def test_a_module_that_is_asked_for_by_its_name_counts_as_imported() -> None:
    source = 'files("nbformat.v4")\nimport_module("os.path")\nfind_spec("nowhere")\nopen("not a module")'
    assert box_lock.imported(source) == {"nbformat", "os", "nowhere"}
