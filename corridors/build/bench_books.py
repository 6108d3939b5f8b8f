"""Scratch copies of the book to be built against the clock, and the edits that an author makes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import yaml

from corridors.build.chapters import Chapter, read_chapter
from corridors.build.layout import Layout

#: Not copied: what is made from the rest, and what no build reads.
_LEFT = shutil.ignore_patterns(
    "_build", ".venv", ".git", "tests", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis", "node_modules"
)
_CELL_END = re.compile(r"^```\s*$", re.MULTILINE)


def copy(root: Path, target: Path) -> Layout:
    """The book in ``root`` once more, without anything built."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(root, target, ignore=_LEFT, symlinks=True)
    return Layout(target)


def chapters(book: Layout) -> list[Chapter]:
    """The chapters with cells, in the order of the book."""
    found = [
        read_chapter(path, name, []) for name in book.docnames() if (path := book.document(name)) is not None
    ]
    return [chapter for chapter in found if chapter is not None]


def _middle(book: Layout) -> Path:
    """The chapter that is the middle one by the amount of its code."""
    by_size = sorted(chapters(book), key=lambda chapter: (chapter.size, chapter.docname))
    return by_size[len(by_size) // 2].path


def edit_prose(book: Layout, turn: int) -> None:
    """A sentence more at the end of a chapter."""
    path = _middle(book)
    path.write_text(f"{path.read_text('utf-8').rstrip()}\n\nOne sentence more, the {turn}th.\n", "utf-8")


def edit_code(book: Layout, turn: int) -> None:
    """A line more in the first cell of a chapter."""
    path = _middle(book)
    text = path.read_text("utf-8")
    begin = text.index("```{code-cell}")
    end = _CELL_END.search(text, begin)
    assert end is not None, f"{path.name}: a cell without an end"
    path.write_text(f"{text[: end.start()]}line_of_bench = {turn}\n{text[end.start() :]}", "utf-8")


def edit_table(book: Layout, name: str, turn: int) -> None:
    """Another title for a table, which whoever loads the table can show."""
    path = book.root / "data" / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    (entry,) = (one for one in package["resources"] if one["name"] == name)
    entry["title"] += f" ({turn})"
    path.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", "utf-8")


def renamed(text: str, stem: str, number: int) -> str:
    """A chapter's text under another name: all names that begin with ``stem`` get the number.

    Labels, numbers and targets carry their chapter's name by the custom of the book, so that a copy clashes
    with nothing; names of exported files are left out.
    """
    own = rf"(?<![\w/.-])((?:fig|tbl|lst|map|sec)-)?{re.escape(stem)}(?=-|\)=|[`\"'>])(?![\w.]*\.(?:md|html))"
    text = re.sub(own, rf"\g<1>{stem}-{number}", text)
    return re.sub(r",\s*export=(\"[^\"]*\"|'[^']*')", "", text)


def grow(book: Layout, count: int) -> int:
    """Bring the book to at least ``count`` chapters with cells by adding copies; how many it has then.

    None is left out of a smaller book: the others refer to it.
    """
    contents = yaml.safe_load(book.contents.read_text("utf-8"))
    there = chapters(book)
    models = [one for one in there if one.docname != contents["root"]]
    added = []
    for index in range(count - len(there)):
        model, number = models[index % len(models)], 2 + index // len(models)
        name = f"{model.docname}-{number}"
        text = renamed(model.path.read_text("utf-8"), model.path.stem, number)
        (book.root / f"{name}.md").write_text(text, "utf-8")
        added.append({"file": name})
    if added:
        contents["parts"].append({"caption": "Copies", "numbered": True, "chapters": added})
        book.contents.write_text(yaml.safe_dump(contents, sort_keys=False, allow_unicode=True), "utf-8")
    return len(there) + len(added)
