"""The comparison of pages: what the stock book is made of, what is printed, what is said without Node."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from corridors.build import bench_pages, stock
from corridors.build.faults import BuildError
from corridors.build.layout import Layout


def book(root: Path) -> Layout:
    (root / "book").mkdir()
    (root / "_config.yml").write_text(
        "title: T\nauthor: A\nbibtex_bibfiles: [r.bib]\nsphinx: {config: {x: 1}}\n"
    )
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: book/one\n- file: book/two\n"
    )
    for name in ("r.bib", "index.md", "book/one.md", "book/two.md"):
        (root / name).write_text(f"# {name}\n")
    notebooks = root / "_build" / "html" / "_notebooks"
    notebooks.mkdir(parents=True)
    (notebooks / "one.ipynb").write_text("{}")
    return Layout(root)


def test_stock_book_has_executed_notebooks_plain_pages_and_no_setting_of_ours(tmp_path: Path) -> None:
    layout, folder = book(tmp_path), tmp_path / "stock"
    assert stock.write_sources(layout, layout.build / "html", folder) == ["book/one"]
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert found == ["_config.yml", "_toc.yml", "book/one.ipynb", "book/two.md", "index.md", "r.bib"]
    settings = yaml.safe_load((folder / "_config.yml").read_text())
    assert (settings["title"], settings["execute"]) == ("T", {"execute_notebooks": "off"})
    assert "html" not in settings
    assert settings["sphinx"] == {"config": {"numfig": True}}


def test_a_line_for_each_page_in_both_books_with_dashes_where_nothing_was_measured() -> None:
    sizes = {"document": 1000, "script": 2499, "total": 3499}
    scores = dict.fromkeys(bench_pages.CATEGORIES, 97)
    found = {
        "this book": {kind: {"bytes": sizes, "lighthouse": scores} for kind in bench_pages.KINDS},
        "stock": {kind: {"bytes": sizes} for kind in bench_pages.KINDS},
    }
    head, ours, theirs, *_ = lines = bench_pages.table(found)
    assert len(lines) == 1 + 2 * len(bench_pages.KINDS)
    assert head.split() == ["kB", "of", "which", "perf", "a11y", "best", "seo"]
    assert ours.startswith("first page          this book         3   document 1, script 2")
    assert ours.split()[-4:] == ["97"] * 4
    assert theirs.split()[-4:] == ["-"] * 4


def test_without_node_the_reason_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert bench_pages.lighthouse(tmp_path, said.append) is None
    assert said == ["Lighthouse left out: Node.js and npm are not installed. Weight alone:"]
    with pytest.raises(BuildError, match="no browser"):
        bench_pages.browser_path()


def test_a_site_that_is_not_that_of_the_book_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="make book"):
        bench_pages.bench(book(tmp_path).root)
