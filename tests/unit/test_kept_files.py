"""What is made once is kept until what it is made from changes; a result knows when it is another one."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from corridors.build import chapters
from corridors.build.chapters import Chapter, read_again, read_chapter
from corridors.build.faults import BuildError
from corridors.build.kept_files import kept_file
from corridors.build.results import Result
from corridors.build.store import Kept, written

PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Weights

```{code-cell}
:tags: [hide-input]
weight = 3
```
"""


def test_a_file_is_made_once_for_a_key_and_takes_the_place_of_the_last(tmp_path: Path) -> None:
    made: list[str] = []

    def make(text: str) -> bytes:
        made.append(text)
        return text.encode()

    assert kept_file(tmp_path / "kept", "one", "a", lambda: make("first")) == b"first"
    assert kept_file(tmp_path / "kept", "one", "a", lambda: make("not made")) == b"first"
    assert kept_file(tmp_path / "kept", "one-more", "a", lambda: make("another")) == b"another"
    assert kept_file(tmp_path / "kept", "one", "b", lambda: make("second")) == b"second"
    assert made == ["first", "another", "second"]
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["one-more.a", "one.b"]


def test_nothing_is_kept_of_what_could_not_be_made(tmp_path: Path) -> None:
    def fail() -> bytes:
        raise BuildError("no")

    with pytest.raises(BuildError):
        kept_file(tmp_path / "kept", "one", "a", fail)
    assert not (tmp_path / "kept").exists()


def test_a_chapter_that_was_read_before_is_the_one_that_is_read_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.md"
    path.write_text(PAGE, "utf-8")
    whole = read_chapter(path, "weights", [])
    first = read_again(tmp_path / "kept", path, "weights", [])
    monkeypatch.setattr(chapters, "read_chapter", lambda *_: pytest.fail("read though nothing has changed"))
    again = read_again(tmp_path / "kept", path, "weights", [])
    assert whole is not None
    assert first is not None
    assert again is not None
    for one in (first, again):
        for cell, other in zip(one.notebook.cells, whole.notebook.cells, strict=True):
            assert {**cell, "id": ""} == {**other, "id": ""}
        assert one.notebook.metadata == whole.notebook.metadata
        assert (one.docname, one.path, one.key(), one.line(1)) == (
            "weights",
            path,
            whole.key(),
            whole.line(1),
        )


def test_a_page_is_read_anew_when_it_or_how_it_is_read_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "weights.md"
    for number, (text, extensions) in enumerate(
        [(PAGE, []), (PAGE.replace("3", "4"), []), (PAGE.replace("3", "4"), ["colon_fence"])]
    ):
        path.write_text(text, "utf-8")
        chapter = read_again(tmp_path / "kept", path, "weights", extensions)
        assert chapter is not None
        assert ("4" in chapter.code_cells[0].source) == (number > 0)
        (kept,) = (tmp_path / "kept").iterdir()
        kept.rename(tmp_path / f"kept-{number}")
    assert len({(tmp_path / f"kept-{number}").read_bytes() for number in range(2)}) == 2
    path.write_text("# Prose alone\n", "utf-8")
    assert read_again(tmp_path / "kept", path, "weights", []) is None
    assert read_again(tmp_path / "kept", path, "weights", []) is None


def _ran(source: str, prose: str, shown: str) -> tuple[Chapter, Kept]:
    v4 = nbformat.v4
    cells = [v4.new_markdown_cell(prose), v4.new_code_cell(source)]
    chapter = Chapter("book/one", Path("one.md"), v4.new_notebook(cells=cells))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    output = v4.new_output("stream", text=shown)
    done = v4.new_notebook(cells=[v4.new_code_cell(source, outputs=[output], execution_count=1, id="x")])
    return chapter, written(done)


def test_a_result_is_another_if_cells_prose_or_outputs_are() -> None:
    first = Result(*_ran("print(1)", "Prose", "1"))
    assert first.digest == Result(*_ran("print(1)", "Prose", "1")).digest
    others = [("print(2)", "Prose", "1"), ("print(1)", "Other", "1"), ("print(1)", "Prose", "2")]
    assert len({first.digest, *(Result(*_ran(*other)).digest for other in others)}) == 4
    assert first.notebook.cells[1].outputs[0].text == "1"
    assert first.notebook.cells[0].source == "Prose"
