"""Citing: records, files for reference managers, heads of pages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import Entry, parse_string  # type: ignore[import-untyped]
from pybtex.richtext import Text  # type: ignore[import-untyped]

from corridors import paths
from corridors.publish.citation_formats import bibtex, csl, csl_json, reference, reference_text, ris, tex
from corridors.publish.citation_heads import head, plain_head, schema_org
from corridors.publish.citation_records import (
    Author,
    DescriptionError,
    Work,
    read_book,
    read_chapter,
    read_front_matter,
)

GOLDEN = Path(__file__).parents[1] / "golden"
BOOK = Work(
    kind="book",
    name="index",
    title="Steppe Corridors: Mongolia between Russia and China",
    book_title="Steppe Corridors: Mongolia between Russia and China",
    authors=(Author("Steppe Corridors contributors"),),
    abstract="An executable book.",
    keywords=("Mongolia",),
    first_published=date(2026, 11, 21),
    revised=date(2026, 11, 21),
    version="0.1.0",
    licences=("CC-BY-4.0", "MIT"),
    publisher="Steppe Corridors contributors",
)
CHAPTER = replace(
    BOOK,
    kind="chapter",
    name="railway",
    title="Rails & gauges: Сүхбаатар to Zamyn-Üüd, 100% of {it}",
    abstract='Who owns the "half" of it? Rails < roads & more.',
    keywords=("railway", "gauge"),
    first_published=date(2026, 11, 21),
    revised=date(2027, 3, 2),
    licences=("CC-BY-4.0",),
    number="2",
)
PERSON = replace(
    CHAPTER, authors=(Author("Doe", "Jane", "https://orcid.org/0000-0002-1825-0097"), Author("Roe", "Ann"))
)
FRONT = {
    "abstract": "A plain paragraph. " * 10,
    "keywords": ["gauge"],
    "first_published": "2026-11-21",
    "revised": "2026-11-22",
}


def _entry(work: Work) -> Entry:
    (entry,) = parse_string(bibtex(work), "bibtex").entries.values()
    return entry


def _chapter(folder: Path, block: object, text: str = "# Title\n") -> Path:
    path = folder / "railway.md"
    dumped = yaml.safe_dump({"chapter": block}, allow_unicode=True)
    path.write_text(f"---\n{dumped}---\n{text}", "utf-8")
    return path


# ---- files for reference managers ---------------------------------------------------------------


def test_bibtex_survives_a_parser() -> None:
    """Type, key, fields and a corporate author come back from a real BibTeX parser."""
    entry = _entry(CHAPTER)
    assert (entry.type, entry.key) == ("incollection", "steppecorridors2027railway")
    assert entry.fields["chapter"] == "2"
    assert entry.fields["year"] == "2027"
    assert entry.fields["month"] == "March"
    assert [str(person) for person in entry.persons["author"]] == ["{Steppe Corridors contributors}"]
    assert "url" not in entry.fields
    assert "doi" not in entry.fields


def test_bibtex_title_reads_as_it_was_written() -> None:
    """Special characters are escaped and capitals protected; rendered, the title is the chapter's own."""
    work = replace(CHAPTER, title="Rails & gauges: Сүхбаатар to Zamyn-Üüd, 100% of #1")
    assert str(Text.from_latex(_entry(work).fields["title"])) == work.title
    assert r"\&" in bibtex(CHAPTER)
    assert r"100\%" in bibtex(CHAPTER)
    assert "{Сүхбаатар}" in bibtex(CHAPTER)


def test_bibtex_of_persons_and_of_the_book() -> None:
    """Persons keep family and given name apart; the book is @book without a container."""
    assert [p.last_names for p in _entry(PERSON).persons["author"]] == [["Doe"], ["Roe"]]
    book = _entry(BOOK)
    assert book.type == "book"
    assert "booktitle" not in book.fields
    assert book.key == "steppecorridors2026"


PRINTABLE = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))


@given(st.text(alphabet=PRINTABLE, max_size=60))
def test_no_title_breaks_the_bibtex_file(title: str) -> None:
    """Whatever a title holds, the entry still parses and its fields stay apart."""
    entry = _entry(replace(CHAPTER, title=f"x {title}"))
    assert entry.fields["year"] == "2027"
    assert set(entry.fields) == set(_entry(CHAPTER).fields)


def test_tex_escapes_every_special_character() -> None:
    """Each of the ten characters with a meaning in TeX is neutralised."""
    assert tex("a&b%c$d#e_f") == r"a\&b\%c\$d\#e\_f"
    assert tex("{g}") == r"\textbraceleft{}g\textbraceright{}"
    assert tex("~^\\") == r"\textasciitilde{}\textasciicircum{}\textbackslash{}"


def test_ris_record() -> None:
    """Tags in order, lines end in CR LF, a body's name ends in a comma, no address is made up."""
    lines = ris(CHAPTER).split("\r\n")
    assert lines[0] == "TY  - CHAP"
    assert lines[-2:] == ["ER  - ", ""]
    assert "AU  - Steppe Corridors contributors," in lines
    assert "T2  - Steppe Corridors: Mongolia between Russia and China" in lines
    assert "DA  - 2027/03/02" in lines
    assert lines.count("KW  - gauge") == 1
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])
    assert not any(line.startswith(("UR", "DO")) for line in lines)
    assert "AU  - Doe, Jane" in ris(PERSON)
    assert ris(BOOK).startswith("TY  - BOOK\r\n")


def test_csl_item() -> None:
    """CSL-JSON is a list with one item; dates are parts; a body is a literal name."""
    (item,) = json.loads(csl_json(CHAPTER))
    assert item == csl(CHAPTER)
    assert item["type"] == "chapter"
    assert item["author"] == [{"literal": "Steppe Corridors contributors"}]
    assert item["issued"] == {"date-parts": [[2027, 3, 2]]}
    assert item["original-date"] == {"date-parts": [[2026, 11, 21]]}
    assert item["container-title"] == BOOK.title
    assert "URL" not in item
    assert csl(PERSON)["author"][0] == {"family": "Doe", "given": "Jane"}
    assert "container-title" not in csl(BOOK)


def test_reference_to_read() -> None:
    """Author-date, title of the book apart for italics, version, no address unless there is one."""
    assert reference_text(PERSON) == (
        "Doe, Jane, and Ann Roe. 2027. “Rails & Gauges: Сүхбаатар to Zamyn-Üüd, 100% of {it}.” Chap. 2 in "
        "Steppe Corridors: Mongolia Between Russia and China, version 0.1.0. Steppe Corridors contributors."
    )
    assert [text for text, title in reference(BOOK) if title] == [
        "Steppe Corridors: Mongolia Between Russia and China"
    ]
    assert reference_text(replace(BOOK, address="https://example.org/")).endswith(" https://example.org/.")


def test_an_address_appears_everywhere_or_nowhere() -> None:
    """Once the book has an address, every format carries it."""
    work = replace(CHAPTER, address="https://example.org/book/railway.html")
    for text in (bibtex(work), ris(work), csl_json(work), reference_text(work), head(work, BOOK, "x")):
        assert work.address in text
    for text in (bibtex(CHAPTER), ris(CHAPTER), csl_json(CHAPTER), reference_text(CHAPTER)):
        assert "://" not in text


# ---- heads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "work"),
    [("chapter", CHAPTER), ("book", BOOK), ("persons", replace(PERSON, address="https://e.org/"))],
)
def test_head_is_the_golden_one(name: str, work: Work) -> None:
    """Search engines and Zotero read these lines: a change is made on purpose, in the golden file too."""
    golden = GOLDEN / f"citation_head_{name}.html"
    assert head(work, BOOK, "../_cite/railway") == golden.read_text("utf-8")


class _Metas(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if tag == "meta":
            self.found.append((str(fields.get("name") or fields.get("property")), str(fields["content"])))


def test_head_escapes_what_a_title_holds() -> None:
    """Quotes, angle brackets and ampersands come back whole from an HTML parser."""
    parser = _Metas()
    parser.feed(head(CHAPTER, BOOK, "../_cite/railway"))
    assert ("citation_title", CHAPTER.title) in parser.found
    assert ("description", CHAPTER.abstract) in parser.found
    assert [v for n, v in parser.found if n == "citation_author"] == ["Steppe Corridors contributors"]


def test_no_text_ends_the_data_block() -> None:
    """A title with </script> stays a text within the JSON-LD block."""
    work = replace(CHAPTER, title="</script><script>alert(1)</script>")
    page = head(work, BOOK, "x")
    assert page.count("</script>") == 1
    block = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(block)["name"] == work.title


def test_schema_org_puts_the_chapter_in_its_book() -> None:
    """Chapter, position and the book that it is part of."""
    data = schema_org(PERSON, BOOK)
    assert (data["@type"], data["position"], data["isPartOf"]["@type"]) == ("Chapter", "2", "Book")
    assert data["author"][0]["@id"] == "https://orcid.org/0000-0002-1825-0097"
    assert schema_org(BOOK, BOOK)["@type"] == "Book"


def test_a_page_that_is_no_chapter_has_a_description() -> None:
    """Search page and indexes describe themselves too."""
    assert plain_head("Search", "") == '<meta name="description" content="Search" />\n'


# ---- what the records are read from --------------------------------------------------------------


def test_the_books_own_citation_file_is_read() -> None:
    """CITATION.cff gives the book; without an address none is given."""
    book = read_book(paths.CITATION)
    assert book.authors == (Author("Steppe Corridors contributors"),)
    assert book.address == ""
    assert book.key.startswith("steppecorridors20")


def test_configuration_and_citation_file_agree() -> None:
    """Title and authors stand in both files: Jupyter Book reads one, citing reads the other."""
    config = yaml.safe_load(paths.CONFIG.read_text("utf-8"))
    book = read_book(paths.CITATION)
    assert config["title"] == book.title
    assert config["author"] == "; ".join(author.natural for author in book.authors)
    assert config["sphinx"]["config"]["epub_author"] == config["author"]
    assert config["copyright"] == str(book.revised.year)
    fields = yaml.safe_load(paths.CITATION.read_text("utf-8"))
    preferred = fields["preferred-citation"]
    assert preferred["type"] == "book"
    for name in ("title", "authors", "version", "date-released"):
        assert preferred[name] == fields[name], name
    assert preferred["year"] == book.revised.year


@pytest.mark.parametrize("field", ["title", "authors", "abstract", "version", "date-released", "license"])
def test_a_gap_in_the_citation_file_is_named(tmp_path: Path, field: str) -> None:
    """The message says which field of which file is missing."""
    fields = yaml.safe_load(paths.CITATION.read_text("utf-8"))
    del fields[field]
    path = tmp_path / "CITATION.cff"
    path.write_text(yaml.safe_dump(fields), "utf-8")
    with pytest.raises(DescriptionError, match=rf"CITATION\.cff: field '{field}'"):
        read_book(path)


def test_a_citation_file_that_is_no_mapping_is_named(tmp_path: Path) -> None:
    """A list at the top level is refused in words."""
    path = tmp_path / "CITATION.cff"
    path.write_text("- a\n", "utf-8")
    with pytest.raises(DescriptionError, match="not a YAML mapping"):
        read_book(path)


def test_chapter_is_read(tmp_path: Path) -> None:
    """Dates may be quoted or not; the book's authors and first licence are the chapter's."""
    path = _chapter(tmp_path, FRONT | {"revised": date(2026, 11, 22)})
    work = read_chapter(path, BOOK, title="The railway", number="2")
    assert work is not None
    assert (work.name, work.number, work.revised) == ("railway", "2", date(2026, 11, 22))
    assert work.authors == BOOK.authors
    assert work.licences == ("CC-BY-4.0",)


def test_chapter_may_have_authors_of_its_own(tmp_path: Path) -> None:
    """In the shape of CITATION.cff."""
    own = [{"family-names": "Doe", "given-names": "Jane"}, {"name": "A Body"}]
    work = read_chapter(_chapter(tmp_path, FRONT | {"authors": own}), BOOK, title="T")
    assert work is not None
    assert work.authors == (Author("Doe", "Jane"), Author("A Body"))


def test_page_without_a_chapter_block_is_no_chapter(tmp_path: Path) -> None:
    """No front matter, or none of ours: nothing to cite, and no fault."""
    path = tmp_path / "plain.md"
    path.write_text("# Title\n", "utf-8")
    assert read_front_matter(path) == {}
    assert read_chapter(path, BOOK, title="T") is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"abstract": None}, "chapter.abstract: missing"),
        ({"abstract": "Short."}, "chapter.abstract: 6 characters"),
        ({"abstract": "A [link](x). " * 20}, "chapter.abstract: holds markup"),
        ({"keywords": "gauge"}, "chapter.keywords"),
        ({"keywords": []}, "chapter.keywords"),
        ({"revised": "21 November"}, "chapter.revised: not a day"),
        ({"first_published": None}, "chapter.first_published: not a day"),
        ({"revised": "2025-01-01"}, "earlier than first_published"),
        ({"keyword": ["x"]}, "chapter.keyword: unknown field"),
        ({"authors": ["Jane Doe"]}, "chapter.authors"),
        ({"authors": [{"given-names": "Jane"}]}, "chapter.authors"),
    ],
)
def test_a_fault_of_front_matter_is_named(tmp_path: Path, change: dict[str, object], said: str) -> None:
    """File, field, rule and remedy stand in the message."""
    with pytest.raises(DescriptionError, match=re.escape(said)) as caught:
        read_chapter(_chapter(tmp_path, FRONT | change), BOOK, title="T")
    assert str(caught.value).startswith("railway.md: front matter, ")
    assert "; " in str(caught.value)


def test_all_faults_of_front_matter_come_at_once(tmp_path: Path) -> None:
    """A writer mends the block in one go."""
    with pytest.raises(DescriptionError) as caught:
        read_chapter(_chapter(tmp_path, {}), BOOK, title="T")
    assert len(str(caught.value).splitlines()) == 4
    with pytest.raises(DescriptionError, match="chapter: not a mapping"):
        read_chapter(_chapter(tmp_path, "text"), BOOK, title="T")


def test_front_matter_that_is_not_yaml_is_named(tmp_path: Path) -> None:
    """The usual slip, a colon in an unquoted text, is named with its line."""
    path = tmp_path / "railway.md"
    path.write_text("---\nchapter:\n  abstract: one: two\n---\n# T\n", "utf-8")
    with pytest.raises(DescriptionError, match=r"railway\.md, line 3: front matter is not YAML"):
        read_front_matter(path)
