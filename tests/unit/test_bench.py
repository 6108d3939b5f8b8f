"""The bench of the build: its arithmetic, its table, and the copies of chapters that it builds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corridors.build import bench, bench_books
from corridors.build.layout import Layout

STEPS = [
    bench.Step("cold", 18, 30.0, 100.0, 18),
    bench.Step("no change", 18, 2.0, 8.0, 0),
    bench.Step("table edit", 18, 9.0, None, 3, "debt_facts, which 3 chapters load"),
    bench.Step("each chapter more, cold", 1, 1.6, None),
]


@pytest.fixture
def measured() -> bench.Bench:
    return bench.Bench("2026-11-22", {"processors": 2, "load": 0.1}, {"Python": "3.11.7"}, list(STEPS))


def test_the_slope_is_that_of_the_line_through_the_builds() -> None:
    assert bench.each_more([14, 28, 56], [20.0, 34.0, 62.0]) == pytest.approx(1.0)
    assert bench.each_more([14, 28], [20.0, 41.0]) == pytest.approx(1.5)


def test_goals_are_held_against_what_was_measured_and_a_miss_is_said(measured: bench.Bench) -> None:
    assert measured.verdicts() == [
        ("cold, ratio", 0.3, 0.35, True),
        ("no change, ratio", 0.25, 0.5, True),
        ("no change, seconds", 2.0, 3.0, True),
        ("each chapter more, cold, seconds", 1.6, 1.5, False),
    ]
    text = bench.table(measured)
    assert "each chapter more, cold, seconds: 1.60, goal 1.5: MISSED" in text
    assert "cold                             18   18   30.0 s  100.0 s   0.30" in text
    assert "which 3 chapters load" in text
    assert text.startswith("processors 2, load 0.1, Python 3.11.7")


def test_the_record_is_plain_data_and_says_what_stock_means(measured: bench.Bench) -> None:
    record = json.loads(json.dumps(measured.record()))
    assert record["steps"][0]["ratio"] == 0.3
    assert record["steps"][2]["ratio"] is None
    assert "jupyter-book build" in record["stock"]


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("(sec-railway)=", "(sec-railway-2)="),
        ("{ref}`sec-railway-course`", "{ref}`sec-railway-2-course`"),
        ("{numref}`fig-railway-map`", "{numref}`fig-railway-2-map`"),
        ('numbers.glue("railway-length", 3)', 'numbers.glue("railway-2-length", 3)'),
        ('f"railway-{name}"', 'f"railway-2-{name}"'),
        ("{glue}`railway-length`", "{glue}`railway-2-length`"),
        ('maps.show(label="fig-railway-map", export="railway")', 'maps.show(label="fig-railway-2-map")'),
        ("[ledger](ledger.md) [own](railway.md)", "[ledger](ledger.md) [own](railway.md)"),
        ('catalog.load("railway_stations")', 'catalog.load("railway_stations")'),
        ("routes.railway_x a-railway-x", "routes.railway_x a-railway-x"),
        ('by_column["railway"]', 'by_column["railway"]'),
    ],
)
def test_a_copied_chapter_clashes_with_nothing(text: str, renamed: str) -> None:
    assert bench_books.renamed(text, "railway", 2) == renamed


def test_with_the_labels_of_a_chapter_known_exactly_these_are_renamed(tmp_path: Path) -> None:
    """A key of the data that begins like a label stays; a label without the chapter's name does not."""
    (tmp_path / "_cite").mkdir()
    items = {
        name: {"page": "book/railway.html"} for name in ("railway-length", "fig-railway-map", "map-lines")
    }
    (tmp_path / "_cite" / "items.json").write_text(json.dumps(items))
    names = bench_books.names_of(tmp_path)
    assert names["map-lines"] == "book/railway"
    text = '(sec-railway-course)=\nx["railway-branch"] glue(f"railway-{what}") {ref}`map-lines` a'
    made = '(sec-railway-2-course)=\nx["railway-branch"] glue(f"railway-2-{what}") {ref}`map-lines-2` a'
    assert bench_books.renamed(text, "railway", 2, names) == made
    assert bench_books.names_of(tmp_path / "nowhere") == {}


def test_a_chapter_that_a_book_can_have_only_once_is_not_copied(book: Layout) -> None:
    one = book.root / "book" / "one.md"
    one.write_text(one.read_text() + "\n```{glossary}\nTerm\n: Word\n```\n")
    assert bench_books.grow(book, 4) == 4
    assert [each.docname for each in bench_books.chapters(book)][2:] == ["book/two-2", "book/two-3"]


_CHAPTER = """\
---
file_format: mystnb
kernelspec: {{name: python3}}
---
(sec-{0})=
# {0}

```{{code-cell}} python
x = 1
```
"""


@pytest.fixture
def book(tmp_path: Path) -> Layout:
    root = tmp_path / "book"
    (root / "book").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "index.md").write_text("# Index\n")
    for name in ("one", "two"):
        (root / "book" / f"{name}.md").write_text(_CHAPTER.format(name))
    (root / "book" / "prose.md").write_text("# Prose\n")
    files = "".join(f"      - file: book/{name}\n" for name in ("one", "two", "prose"))
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: index\nparts:\n  - chapters:\n{files}")
    return Layout(root)


def test_a_book_grows_by_copies_of_its_chapters(book: Layout) -> None:
    assert bench_books.grow(book, 5) == 5
    names = [one.docname for one in bench_books.chapters(book)]
    assert names == ["book/one", "book/two", "book/one-2", "book/two-2", "book/one-3"]
    assert "(sec-one-3)=" in (book.root / "book" / "one-3.md").read_text()
    assert bench_books.grow(book, 1) == 5, "none is left out: others refer to it"


def test_edits_change_prose_alone_or_cells_alone(book: Layout) -> None:
    before = [one.key() for one in bench_books.chapters(book)]
    bench_books.edit_prose(book, 1)
    assert [one.key() for one in bench_books.chapters(book)] == before
    bench_books.edit_code(book, 1)
    assert sum(one.key() != old for one, old in zip(bench_books.chapters(book), before, strict=True)) == 1


def test_a_table_gets_another_title_and_nothing_else(book: Layout) -> None:
    path = book.root / "data" / "datapackage.json"
    path.write_text(json.dumps({"resources": [{"name": "a", "title": "A"}, {"name": "b", "title": "B"}]}))
    bench_books.edit_table(book, "b", 1)
    titles = [one["title"] for one in json.loads(path.read_text())["resources"]]
    assert titles == ["A", "B (1)"]
