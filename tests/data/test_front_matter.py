"""Every chapter of the table of contents describes itself, so that it can be found and cited."""

from __future__ import annotations

import re

import pytest
import yaml

from corridors import paths
from corridors.publish.citation_records import read_book, read_chapter

CONTENTS = yaml.safe_load(paths.CONTENTS.read_text("utf-8"))
LISTS = {"book/references"}  # a list of other people's works is not itself cited
CHAPTERS = [
    chapter["file"]
    for part in CONTENTS["parts"]
    for chapter in part["chapters"]
    if chapter["file"] not in LISTS
]


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_describes_itself_and_can_be_cited(name: str) -> None:
    """Abstract, keywords and dates stand in the front matter; the citation stands in the text, once."""
    path = paths.ROOT / f"{name}.md"
    assert path.is_file(), f"{path}: the table of contents names it, but it does not exist"
    work = read_chapter(path, read_book(paths.CITATION), title=name)
    assert work is not None, f"{path}: no 'chapter' block in the front matter"
    text = path.read_text("utf-8")
    assert text.count("{chapter-citation}") == 1, f"{path}: {{chapter-citation}} must stand in it once"
    label = re.search(r"^\(([\w-]+)\)=\n# ", text, re.MULTILINE)
    assert label, f"{path}: no label (sec-...) above the title"
    assert label[1] == f"sec-{path.stem}"


def test_the_first_page_cites_the_book() -> None:
    """Readers who cite the whole find how on the first page."""
    assert (paths.ROOT / f"{CONTENTS['root']}.md").read_text("utf-8").count("{chapter-citation}") == 1
