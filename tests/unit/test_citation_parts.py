"""Citing one table, map, number or claim: data first, files that other programs read without loss."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import bibtexparser
import rispy
from pybtex.database import parse_string  # type: ignore[import-untyped]
from pybtex.plugin import find_plugin  # type: ignore[import-untyped]
from pybtex.richtext import Text  # type: ignore[import-untyped]

from corridors.publish.citation_formats import bibtex, csl_json, ris
from corridors.publish.citation_parts import Part, part_bibtex, part_csl, part_files, part_ris, part_text
from corridors.publish.citation_records import Author

from .test_citation import BOOK, CHAPTER, PERSON

TABLE = Part(
    kind="table",
    id="tbl-partners-imports",
    number="7.1",
    title="Imports & exports of Өвөр Монгол, 100% of “all”, a_b",
    sources="National Statistics Office of Mongolia.",
    read=date(2026, 11, 21),
    anchor="tbl-partners-imports",
    work=replace(CHAPTER, title="Who trades", number="7"),
)
NUMBER = replace(
    TABLE, kind="number", id="railway-official", number="", title="1,110 km", anchor="num-railway-official"
)


def test_text_names_the_data_before_the_book() -> None:
    assert part_text(TABLE) == (
        "“Imports & exports of Өвөр Монгол, 100% of “all”, a_b.” "
        "Data: National Statistics Office of Mongolia. "
        "Table 7.1 (tbl-partners-imports), in: Steppe Corridors contributors. 2027. “Who Trades.” Chap. 7 in "
        "Steppe Corridors: Mongolia Between Russia and China, version 0.1.0. Steppe Corridors contributors."
    )
    assert "Number railway-official, in: " in part_text(NUMBER)
    assert part_text(replace(TABLE, sources="")).count("Data:") == 0


def test_an_address_leads_to_the_place_itself() -> None:
    """With a base address every file ends at the anchor; without one there is no address."""
    placed = replace(TABLE, work=replace(TABLE.work, address="https://example.org/book/partners.html"))
    for text in part_files(placed).values():
        assert "https://example.org/book/partners.html#tbl-partners-imports" in text
    for text in part_files(TABLE).values():
        assert "://" not in text


def test_bibtex_of_a_part_is_read_by_two_parsers() -> None:
    (entry,) = parse_string(part_bibtex(TABLE), "bibtex").entries.values()
    assert str(Text.from_latex(entry.fields["title"])) == TABLE.title
    assert entry.fields["note"] == "Data: National Statistics Office of Mongolia. Data as of 21 November 2026"
    (other,) = bibtexparser.parse_string(part_bibtex(TABLE)).entries
    assert other.key == "steppecorridors2027railwaytblpartnersimports"
    assert other["year"] == "2027"


def test_ris_of_a_part_comes_back() -> None:
    (entry,) = rispy.loads(part_ris(TABLE))
    assert entry["type_of_reference"] == "DATA"
    assert entry["title"] == TABLE.title
    assert entry["section"] == "Table 7.1 (tbl-partners-imports)"
    assert entry["notes"] == ["Data: National Statistics Office of Mongolia.", "Data as of 21 November 2026"]


def test_csl_of_a_part() -> None:
    item = part_csl(TABLE)
    assert (item["type"], item["genre"], item["container-title"]) == (
        "dataset", "Table 7.1 (tbl-partners-imports)", "Who trades",
    )  # fmt: skip
    assert json.loads(part_files(TABLE)["json"]) == [item]


# ---- whole works through readers that are not ours ------------------------------------------------

HARD = replace(
    PERSON,
    title='Ünal & Co_: 100% of "Өвөр Монгол" 二连 ~ #1',
    authors=(
        Author("Bat-Erdene", "Ö."),
        Author("O’Brien", "Siobhán"),
        Author("Steppe & Sons_ contributors"),
    ),
    keywords=("a & b", "50%", "x_y"),
    doi="10.1234/ab_c",
)


def test_hard_work_round_trips_through_bibtex() -> None:
    """Title, persons, body and DOI come back from two parsers, also with special characters in them."""
    (entry,) = parse_string(bibtex(HARD), "bibtex").entries.values()
    assert str(Text.from_latex(entry.fields["title"])) == HARD.title
    assert [[str(Text.from_latex(part)) for part in p.last_names] for p in entry.persons["author"]] == [
        ["Bat-Erdene"], ["O’Brien"], ["Steppe & Sons_ contributors"],
    ]  # fmt: skip
    (other,) = bibtexparser.parse_string(bibtex(HARD)).entries
    assert other["doi"] == "10.1234/ab_c"
    assert set(other.fields_dict) == set(entry.fields) | {"author"}


def test_hard_work_round_trips_through_ris_and_csl() -> None:
    (entry,) = rispy.loads(ris(HARD))
    assert entry["title"] == HARD.title
    assert entry["authors"] == ["Bat-Erdene, Ö.", "O’Brien, Siobhán", "Steppe & Sons_ contributors,"]
    assert entry["keywords"] == list(HARD.keywords)
    assert entry["doi"] == HARD.doi
    (item,) = json.loads(csl_json(HARD))
    assert item["title"] == HARD.title
    assert item["author"][2] == {"literal": "Steppe & Sons_ contributors"}


def test_pybtex_formats_works_and_parts_without_a_warning() -> None:
    """What a LaTeX user does with the files: a list of references in a standard style."""
    style = find_plugin("pybtex.style.formatting", "plain")()
    for text in (bibtex(BOOK), bibtex(HARD), part_bibtex(TABLE), part_bibtex(NUMBER)):
        (formatted,) = style.format_bibliography(parse_string(text, "bibtex"))
        assert formatted.text.render_as("text")
