"""A result is kept while everything that its run looked at is as it was: never stale, never run needlessly.

Each case runs a few lines of Python as a chapter would be run, watched and in a process of its own, changes
one thing in a small book, and asks whether the result may still be shown.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from corridors import reads
from corridors.build import store as stores
from corridors.build import witness
from corridors.build.chapters import Chapter
from corridors.build.evidence import Present, Seen, read_log
from corridors.build.store import Store, written

_TABLES = {
    "resources": [
        {"name": "weights", "path": "weights.csv", "title": "Weights"},
        {"name": "lengths", "path": "lengths.csv", "title": "Lengths"},
    ]
}
_READING = """
import csv, json
from pathlib import Path
from corridors import reads

DATA = Path(__file__).parent.parent / "data"
_descriptor = None

def title(name):
    global _descriptor
    if _descriptor is None:
        with reads.in_parts(DATA / "datapackage.json"):
            _descriptor = json.loads((DATA / "datapackage.json").read_text())
    reads.item(DATA / "datapackage.json", "resources", "name", name)
    return next(one["title"] for one in _descriptor["resources"] if one["name"] == name)

def names():
    title("weights")
    reads.keys(DATA / "datapackage.json", "resources", "name")
    return [one["name"] for one in _descriptor["resources"]]

def state():
    title("weights")
    reads.value(DATA / "datapackage.json", "vintage")
    return _descriptor.get("vintage")

def source(id):
    with reads.in_parts(DATA / "sources.csv"):
        rows = list(csv.DictReader((DATA / "sources.csv").open()))
    reads.rows(DATA / "sources.csv", ["id"], [[id]], whole=True)
    return [row for row in rows if row["id"] == id]

def known(id):
    source("a")
    reads.rows(DATA / "sources.csv", ["id"], [[id]], whole=False)
"""


@dataclass
class Book:
    """A small book without pages: a package, tables, and a store of results."""

    root: Path
    ground: str = "libraries of today"

    def write(self, file: str, text: str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def store(self) -> Store:
        return Store(self.root / "_build" / "executed", self.ground, lambda: Present(self.root))

    def chapter(self, cells: str, docname: str = "book/one") -> Chapter:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cells)])
        return Chapter(docname, self.root / f"{docname}.md", notebook)

    def look(self, cells: str, meanwhile: Callable[[], None] = lambda: None) -> Seen:
        """Run the cells, watched; what they looked at."""
        log = self.root.parent / "seen"
        settings = {
            "root": str(self.root),
            "log": str(log),
            "apart": [sys.prefix, str(self.root / "_build" / "work")],
            "bytecode": str(self.root / "_build" / "work" / "bytecode"),
        }
        place = str(Path(witness.__file__).parent)
        code = f"import sys; sys.path.append({place!r}); import witness; sys.path.pop(); import json\n"
        code += "witness.begin(json.loads(sys.argv[1]))\n"
        subprocess.run(
            [sys.executable, "-S", "-P", "-c", code + cells, json.dumps(settings)],
            cwd=self.root / "book", env={"PYTHONPATH": str(self.root)}, check=True,
        )  # fmt: skip
        meanwhile()
        return read_log(log)

    def run(self, cells: str, meanwhile: Callable[[], None] = lambda: None) -> bool:
        """Run the cells and keep the result; whether it could be kept."""
        seen = self.look(cells, meanwhile)
        chapter = self.chapter(cells)
        return self.store().put(chapter, written(chapter.notebook), seen)

    def kept(self, cells: str) -> bool:
        """Whether an earlier result would be shown."""
        return self.store().get(self.chapter(cells)) is not None


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = Book(tmp_path / "a book")
    for folder in ("book", "data"):
        (made.root / folder).mkdir(parents=True)
    made.write("corridors/__init__.py", "")
    made.write("corridors/reads.py", Path(reads.__file__).read_text("utf-8"))
    made.write("corridors/catalog.py", _READING)
    made.write("corridors/sums.py", "from corridors import deeper\nfactor = 1\n")
    made.write("corridors/deeper.py", "value = 3\n")
    made.write("corridors/build/pages.py", "colour = 'red'\n")
    made.write("data/weights.csv", "id,kg\na,3\nb,4\n")
    made.write("data/lengths.csv", "id,m\na,10\n")
    made.write("data/sources.csv", "id,title\na,First\nb,Second\n")
    made.write("data/datapackage.json", json.dumps(_TABLES))
    return made


WEIGHTS = "open('../data/weights.csv').read()"
SUMS = "from corridors import sums"
TITLE = "from corridors import catalog; catalog.title('weights')"
NAMES = "from corridors import catalog; catalog.names()"
STATE = "from corridors import catalog; catalog.state()"
SOURCE = "from corridors import catalog; catalog.source('a')"
KNOWN = "from corridors import catalog; catalog.known('b')"
MISSING = "import pathlib; pathlib.Path('../data/rivers.csv').exists()"
FOLDER = "import os; os.listdir('../data')"
TRIED = "try:\n    import corridors.rivers\nexcept ImportError:\n    pass"


def _tables(**changes: str) -> str:
    first, second = _TABLES["resources"]
    return json.dumps({"resources": [first | changes, second], "note": "new"})


@pytest.mark.parametrize(
    ("cells", "file", "text"),
    [
        (WEIGHTS, "data/weights.csv", "id,kg\na,3\nb,5\n"),
        (WEIGHTS, "data/weights.csv", None),
        (SUMS, "corridors/sums.py", "factor = 2\n"),
        (SUMS, "corridors/deeper.py", "value = 4\n"),
        (SUMS, "corridors/__init__.py", "flag = True\n"),
        (SUMS, "corridors/deeper.py", None),
        (SUMS, "corridors/deeper/__init__.py", "value = 4\n"),
        ("import textwrap", "textwrap.py", "raise ImportError\n"),
        (TITLE, "data/datapackage.json", _tables(title="Masses")),
        (TITLE, "data/datapackage.json", json.dumps({"resources": []})),
        (TITLE, "data/datapackage.json", "no JSON"),
        (TITLE, "data/datapackage.json", None),
        (NAMES, "data/datapackage.json", json.dumps({"resources": _TABLES["resources"][:1]})),
        (STATE, "data/datapackage.json", json.dumps(_TABLES | {"vintage": "2026-12"})),
        (STATE, "data/datapackage.json", json.dumps(["vintage"])),
        (SOURCE, "data/sources.csv", "id,title\na,Other\nb,Second\n"),
        (SOURCE, "data/sources.csv", "id,title\nb,Second\n"),
        (SOURCE, "data/sources.csv", "id,title\na,First\na,Twice\nb,Second\n"),
        (SOURCE, "data/sources.csv", "key,title\na,First\nb,Second\n"),
        (KNOWN, "data/sources.csv", "id,title\na,First\nc,Third\n"),
        (SOURCE + "; open('../data/sources.csv').read()", "data/sources.csv", "id,title\na,First\n"),
        (MISSING, "data/rivers.csv", "id\n"),
        (FOLDER, "data/rivers.csv", "id\n"),
        (TRIED, "corridors/rivers.py", ""),
        (TRIED, "corridors/rivers/__init__.py", ""),
    ],
)  # fmt: skip
def test_never_stale(book: Book, cells: str, file: str, text: str | None) -> None:
    assert book.run(cells)
    assert book.kept(cells)
    if text is None:
        (book.root / file).unlink()
    else:
        book.write(file, text)
    assert not book.kept(cells)


@pytest.mark.parametrize(
    ("cells", "file", "text"),
    [
        (WEIGHTS, "data/lengths.csv", "id,m\na,11\n"),
        (WEIGHTS, "data/rivers.csv", "id\n"),
        (WEIGHTS, "corridors/sums.py", "factor = 2\n"),
        (WEIGHTS, "book/two.md", "# Another chapter\n"),
        (SUMS, "corridors/build/pages.py", "colour = 'blue'\n"),
        (SUMS, "corridors/rivers.py", ""),
        (SUMS, "corridors.py", "raise ImportError  # a folder of that name goes first\n"),
        (SUMS, "CITATION.cff", "version: 2\n"),
        (SUMS, "notes/README.md", "a folder is no module that anyone asked for\n"),
        (TITLE, "data/datapackage.json", json.dumps({"resources": _TABLES["resources"][:1]})),
        (TITLE, "data/datapackage.json", json.dumps(_TABLES, indent=4)),
        (NAMES, "data/datapackage.json", json.dumps(_TABLES | {"title": "Tables"})),
        (STATE, "data/datapackage.json", json.dumps(_TABLES | {"title": "Tables"})),
        (SOURCE, "data/sources.csv", "id,title\na,First\nb,Changed\nc,Third\n"),
        (KNOWN, "data/sources.csv", "id,title\na,First\nb,Changed\nc,Third\n"),
        (FOLDER, "data/weights.csv", "id,kg\na,5\n"),
    ],
)  # fmt: skip
def test_never_run_needlessly(book: Book, cells: str, file: str, text: str) -> None:
    assert book.run(cells)
    book.write(file, text)
    assert book.kept(cells)


def test_a_reverted_edit_finds_the_old_result(book: Book) -> None:
    old = (book.root / "data/weights.csv").read_text()
    assert book.run(WEIGHTS)
    book.write("data/weights.csv", "id,kg\na,9\n")
    assert not book.kept(WEIGHTS)
    assert book.run(WEIGHTS)
    book.write("data/weights.csv", old)
    assert book.kept(WEIGHTS)


def test_a_renamed_module_runs_the_chapter_and_naming_it_back_does_not(book: Book) -> None:
    assert book.run(SUMS)
    shutil.move(book.root / "corridors/deeper.py", book.root / "corridors/lower.py")
    assert not book.kept(SUMS)
    shutil.move(book.root / "corridors/lower.py", book.root / "corridors/deeper.py")
    assert book.kept(SUMS)


def test_libraries_cells_and_page_belong_to_the_result(book: Book) -> None:
    assert book.run(WEIGHTS)
    assert not book.kept(WEIGHTS + "\n1")
    assert book.store().get(book.chapter(WEIGHTS, "book/two")) is None
    book.ground = "libraries of tomorrow"
    assert not book.kept(WEIGHTS)


def test_a_file_edited_while_the_chapter_runs_keeps_no_result(book: Book) -> None:
    """What was read is no longer there: keeping the result would show the old number for the new file."""
    for cells, file, text in (
        (WEIGHTS, "data/weights.csv", "id,kg\na,9\n"),
        (SUMS, "corridors/deeper.py", "value = 5\n"),
        (SOURCE, "data/sources.csv", "id,title\na,Other\n"),
        (MISSING, "data/rivers.csv", "id\n"),
    ):
        assert not book.run(cells, lambda file=file, text=text: book.write(file, text))
        assert not book.kept(cells)


def test_two_quick_edits_of_equal_length_are_told_apart(book: Book) -> None:
    """Python's own bytecode goes by time and length; both are the same here."""
    path = book.root / "corridors/deeper.py"
    check = "from corridors import deeper; import sys; assert deeper.value == int({!r})"
    for value in ("3", "7"):
        path.write_text(f"value = {value}\n")
        os.utime(path, (1_700_000_000, 1_700_000_000))
        subprocess.run(
            [sys.executable, "-c", "import corridors.deeper"],
            cwd=book.root,
            check=True,
            env={"PYTHONPATH": "."},
        )
        book.look(check.format(value))


def test_a_damaged_result_is_not_shown(book: Book) -> None:
    assert book.run(WEIGHTS)
    (file,) = (book.root / "_build" / "executed").rglob("*.json")
    whole = file.read_text()
    head, notebook = whole.split("\n", 1)
    halves = ("", whole[: len(whole) // 2], head, f"{head}\n", f"{{}}\n{notebook}", f"[]\n{notebook}")
    other = (f"{head}\n{notebook.replace('open', 'write', 1)}", '{"evidence": [], "notebook": {}}')
    for text in (*halves, *other):
        file.write_text(text)
        assert not book.kept(WEIGHTS)
    file.write_text(whole)
    assert book.kept(WEIGHTS)


def test_what_is_written_or_lies_apart_is_no_ground_of_a_result(book: Book) -> None:
    (book.root / "_build" / "work").mkdir(parents=True)
    seen = book.look(
        "import os; scratch = os.path.join('..', '_build', 'work', 'x'); open(scratch, 'w').write('1'); "
        "open(scratch).read(); open('../data/new.csv', 'w').write('1')"
    )
    assert not [place for _, place, _ in seen.findings if place.endswith(("/x", "/new.csv"))]


def test_only_the_latest_results_of_a_chapter_are_kept(book: Book) -> None:
    seen = book.look(WEIGHTS)
    chapter = book.chapter(WEIGHTS)
    for number in range(stores.KEPT_RESULTS + 3):
        book.ground = str(number)
        assert book.store().put(chapter, written(chapter.notebook), seen)
    assert len(list((book.root / "_build" / "executed").rglob("*.json"))) == stores.KEPT_RESULTS
    assert book.kept(WEIGHTS)
