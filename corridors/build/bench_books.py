"""Scratch copies of the book to be built against the clock, and the edits that an author makes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

import yaml

from corridors.build.chapters import Chapter, read_chapter
from corridors.build.layout import Layout

#: Not copied: what is made from the rest, and what no build reads.
_LEFT = shutil.ignore_patterns(
    "_build", ".venv", ".git", "tests", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis", "node_modules"
)
_TARGET = re.compile(r"^\(([\w-]+)\)=", re.MULTILINE)
#: What a book can have only once: such a chapter has no copies.
_ONCE = re.compile(r"^```+\{(?:glossary|data-catalogue|bibliography)\}|\blabel=\"lst-", re.MULTILINE)
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


def names_of(site: Path) -> dict[str, str]:
    """The labels and ids that a finished site lists, of maps, charts, tables and numbers, and their pages."""
    listed = site / "_cite" / "items.json"
    items = json.loads(listed.read_text("utf-8")) if listed.is_file() else {}
    return {name: str(item["page"]).removesuffix(".html") for name, item in items.items()}


def renamed(text: str, stem: str, number: int, names: Collection[str] = ()) -> str:
    """A chapter's text under another name: its labels, ids of numbers and targets get the number.

    They carry their chapter's name by the custom of the book, so that a copy clashes with nothing. With
    ``names``, all that the chapter has, those that do not are changed as well, and nothing else is touched
    that only looks like one, such as a key in the data; an id may be put together in the code
    (f"{stem}-{what}"). Names of exported files are left out.
    """
    known = {*names, *_TARGET.findall(text)}

    def name(match: re.Match[str]) -> str:
        whole, kind, rest = match[0], match["kind"], match["rest"]
        if not kind and not rest and text[match.end() :][:2] != ")=":
            return whole
        if names and not any(one.startswith(whole) for one in known):
            return whole
        return f"{kind or ''}{stem}-{number}{rest or ''}"

    own = rf"(?P<kind>(?:fig|tbl|lst|map|sec)-)?{re.escape(stem)}(?P<rest>-[\w-]*)?"
    changed = re.sub(rf"(?<![\w/.-]){own}(?![\w.]*\.(?:md|html))(?!\w)", name, text)
    for other in sorted(names):
        if not re.fullmatch(own, other):
            changed = re.sub(rf"(?<![\w/.-]){re.escape(other)}(?![\w-])", f"{other}-{number}", changed)
    return re.sub(r",\s*export=(\"[^\"]*\"|'[^']*')", "", changed)


def grow(book: Layout, count: int, names: Mapping[str, str] | None = None) -> int:
    """Bring the book to at least ``count`` chapters with cells by adding copies; how many it has then.

    ``names`` are the book's labels and ids with their pages, where they are known. None is left out of a
    smaller book: the others refer to it.
    """
    contents = yaml.safe_load(book.contents.read_text("utf-8"))
    there = chapters(book)
    models = [
        one
        for one in there
        if one.docname != contents["root"] and not _ONCE.search(one.path.read_text("utf-8"))
    ]
    added = []
    for index in range(count - len(there)):
        model, number = models[index % len(models)], 2 + index // len(models)
        name = f"{model.docname}-{number}"
        own = [label for label, page in (names or {}).items() if page == model.docname]
        text = renamed(model.path.read_text("utf-8"), model.path.stem, number, own)
        (book.root / f"{name}.md").write_text(text, "utf-8")
        added.append({"file": name})
    if added:
        contents["parts"].append({"caption": "Copies", "numbered": True, "chapters": added})
        book.contents.write_text(yaml.safe_dump(contents, sort_keys=False, allow_unicode=True), "utf-8")
    return len(there) + len(added)
