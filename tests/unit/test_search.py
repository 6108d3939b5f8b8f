"""What the search can lead to, and the names under which it finds it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from docutils import nodes
from docutils.utils import new_document

from corridors import catalog
from corridors.publish import search, search_names, search_places
from corridors.publish.renderers import number_node


def _env() -> Any:
    return SimpleNamespace(
        toc_secnumbers={"book/a": {"": (3,)}},
        toc_fignumbers={"book/a": {"table": {"tbl-posts": (3, 5)}}},
        titles={"book/a": nodes.title("", "The railway")},
    )


def _page() -> nodes.document:
    """A chapter with a section, a number, a table, code, and a term."""
    document = new_document("a")
    chapter = nodes.section("", nodes.title("", "The railway"), ids=["the-railway"])
    number = number_node("", "1,110 km", number="railway-official", ids=["num-railway-official"])
    inner = nodes.section("", nodes.title("", "Posts"), ids=["posts", "sec-posts"])
    inner += nodes.paragraph("", "", nodes.Text("The line is "), number, nodes.Text(" long."))
    inner += nodes.literal_block("", "secret_code()")
    row = nodes.row(
        "", nodes.entry("", nodes.paragraph("", "Choir")), nodes.entry("", nodes.paragraph("", "647"))
    )
    group = nodes.tgroup("", nodes.tbody("", row), cols=2)
    inner += nodes.table("", nodes.title("", "Kilometre posts"), group, ids=["tbl-posts"])
    inner += nodes.paragraph("", "After it.")
    term = nodes.term("", "gauge", ids=["term-gauge"])
    words = nodes.definition("", nodes.paragraph("", "Between the rails."))
    inner += nodes.definition_list("", nodes.definition_list_item("", term, words))
    chapter += nodes.paragraph("", "Where does it run?")
    chapter += inner
    document += chapter
    return document


def test_each_place_has_its_own_words_and_nobody_elses() -> None:
    found = search_places.places_of(_env(), _page(), "book/a")
    assert [(place.anchor, place.kind, place.heading, place.text) for place in found] == [
        ("", "page", "3. The railway", "Where does it run?"),
        ("posts", "section", "Posts", "The line is 1,110 km long. After it."),
        ("num-railway-official", "number", "1,110 km", "railway-official"),
        ("tbl-posts", "exhibit", "Table 3.5: Kilometre posts", "Choir 647"),
        ("term-gauge", "term", "gauge", "Between the rails."),
    ]


def test_names_in_one_cell_are_told_apart_and_remarks_left_out() -> None:
    assert search_names.spellings("Chinggis (Öndörkhaan)") == ["Chinggis", "Öndörkhaan"]
    assert search_names.spellings("Khoit (passing loop)") == ["Khoit"]
    assert search_names.spellings("Sümber (Khalkhgol soum)") == ["Sümber"]
    assert search_names.spellings("Хойт зөрлөг") == ["Хойт"]


def test_rows_that_share_a_name_become_one_group() -> None:
    rows = [["B", "Б"], ["A", "А"], ["A", "a"], ["C"], ["x", "A"], ["y", "z"], ["z", "B"]]
    assert search_names.group(rows) == [["A", "А", "a", "x"], ["y", "z", "B", "Б"]]


def test_the_capital_has_all_its_names() -> None:
    (capital,) = (group for group in search_names.name_groups() if "Ulaanbaatar" in group)
    assert {"Улаанбаатар", "Ulan Bator", "Urga", "Улан-Батор", "乌兰巴托"} <= set(capital)


def test_every_variant_is_of_a_name_that_the_book_uses_and_no_name_is_two_things() -> None:
    variants = catalog.load("name_variants")
    groups = search_names.name_groups()
    names = [name for group in groups for name in group]
    assert len(names) == len(set(names))
    for name, variant in variants[["name", "variant"]].itertuples(index=False):
        assert any({name, variant} <= set(group) for group in groups), variant


def test_stemmer_is_complete_for_a_page_without_sphinx_search() -> None:
    script = search.stemmer_script()
    assert "Stemmer" in script
    assert 'const SMALL_WORDS = new Set(["a"' in script
