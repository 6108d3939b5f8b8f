"""An address that was published leads somewhere for ever: to its place, or to where that stands now."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.build import addresses
from corridors.build.faults import BuildError

_HEAD = "<html><head><title>t</title></head><body>"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book with a site of two pages: sections, one exhibit with data, ids of a drawing, ids of headings."""
    site = tmp_path / "site"
    (site / "book").mkdir(parents=True)
    (site / "_data").mkdir()
    (tmp_path / "book").mkdir()
    (site / "_data" / "tbl-posts.json").write_text("{}")
    (site / "index.html").write_text(f'{_HEAD}<h1 id="a-heading">x</h1></body></html>')
    (site / "404.html").write_text(f'{_HEAD}<p id="sec-lost"></p></body></html>')
    (site / "book" / "railway.html").write_text(
        f'{_HEAD}<section id="sec-railway"><table id="tbl-posts"></table><i id="tbl-posts-words"></i>'
        '<svg><g id="num-in-a-drawing"/></svg><b id="num-length">1</b></section></body></html>'
    )
    return tmp_path


def _record(book: Path, *rows: str) -> None:
    (book / addresses.RECORD).write_text("\n".join(["address,moved_to", *rows, ""]), "utf-8")


def test_what_is_promised_is_pages_and_lasting_places_only(book: Path) -> None:
    promised, present = addresses.of_site(book / "site")
    assert promised == {
        "index.html",
        "book/railway.html",
        "book/railway.html#sec-railway",
        "book/railway.html#tbl-posts",
        "book/railway.html#num-length",
    }
    assert "index.html#a-heading" in present - promised
    assert not any("drawing" in one or "404" in one for one in present)


def test_recording_adds_new_addresses_and_keeps_old_rows(book: Path) -> None:
    _record(book, "book/rail.html,book/railway.html", "index.html,")
    new = addresses.record(book, book / "site")
    assert len(new) == 4
    rows = (book / addresses.RECORD).read_text("utf-8").splitlines()
    assert rows[:3] == ["address,moved_to", "book/rail.html,book/railway.html", "book/railway.html,"]
    assert addresses.record(book, book / "site") == []
    assert (book / addresses.RECORD).read_text("utf-8").splitlines() == rows


def test_an_address_that_is_gone_is_named_with_its_row_and_recording_is_refused(book: Path) -> None:
    _record(book, "book/railway.html#sec-gone,", "index.html,")
    before = (book / addresses.RECORD).read_text("utf-8")
    with pytest.raises(BuildError, match=r"addresses\.csv, row 2: .*#sec-gone is gone\. Bring .* moved_to"):
        addresses.record(book, book / "site")
    assert (book / addresses.RECORD).read_text("utf-8") == before


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["https://example.org/a.html,"], r"row 2: 'https://example\.org/a\.html' is no address"),
        (["../a.html,"], r"row 2: '\.\./a\.html' is no address"),
        (["a.html,b"], r"row 2: 'b' is no address"),
        ([",b.html"], r"row 2: '' is no address"),
        (["a.html"], r"row 2: 1 cells"),
        (["a.html,", "a.html,"], r"row 3: a\.html stands in row 2 already"),
        (["b.html,", "a.html,"], r"row 3: a\.html is out of order"),
        (["a.html,a.html"], r"row 2: a\.html is said to have moved to itself"),
        (["a.html,b.html", "b.html,c.html"], r"row 2: b\.html has moved itself; write c\.html"),
    ],
)
def test_a_bad_row_is_named(book: Path, rows: list[str], words: str) -> None:
    _record(book, *rows)
    with pytest.raises(BuildError, match=words):
        addresses.read(book)


def test_other_columns_are_refused_and_no_file_is_no_address(book: Path) -> None:
    assert addresses.read(book) == []
    (book / addresses.RECORD).write_text("page\n")
    with pytest.raises(BuildError, match="row 1: the columns must be address,moved_to"):
        addresses.read(book)


@given(st.text(max_size=40))
def test_any_text_is_either_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    root = tmp_path_factory.mktemp("book")
    (root / "book").mkdir()
    (root / addresses.RECORD).write_text(f"address,moved_to\n{text}", "utf-8", newline="")
    with suppress(BuildError):
        assert all(row.page.endswith(".html") for row in addresses.read(root))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("book/rail.html,book/nowhere.html", "which does not exist"),
        ("book/railway.html,index.html", "still exists; leave moved_to empty"),
    ],
)
def test_a_pointer_to_nowhere_or_over_a_living_page_stops_the_build(book: Path, row: str, words: str) -> None:
    _record(book, row)
    with pytest.raises(BuildError, match=words):
        addresses.apply(book / "site", addresses.read(book))


def test_a_moved_page_leads_on_and_keeps_the_policy_of_the_site(book: Path) -> None:
    site = book / "site"
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">'
    (site / "index.html").write_text(f"<html><head>{policy}</head><body></body></html>")
    _record(book, "old/rail.html,book/railway.html", "old/rail.html#tbl-old,book/railway.html#tbl-posts")
    assert addresses.apply(site, addresses.read(book), "https://book.example/") == []
    page = (site / "old" / "rail.html").read_text("utf-8")
    assert policy in page
    assert '<meta http-equiv="refresh" content="0; url=../book/railway.html">' in page
    assert '<link rel="canonical" href="https://book.example/book/railway.html">' in page
    assert '<a href="../book/railway.html">' in page
    assert '{"": "../book/railway.html", "tbl-old": "../book/railway.html#tbl-posts"}' in page
    assert '<script src="../_static/moved/moved.js">' in page
    assert (site / "_static" / "moved" / "moved.js").is_file()
    # a pointer is no address of its own: the page may come back, or go, without a trace
    assert not any(one.startswith("old/") for one in addresses.of_site(site)[1])


def test_without_an_address_of_its_own_a_pointer_names_no_canonical_one(book: Path) -> None:
    _record(book, "old.html,index.html")
    addresses.apply(book / "site", addresses.read(book))
    assert "canonical" not in (book / "site" / "old.html").read_text("utf-8")


def test_a_moved_place_of_a_living_page_is_listed_in_its_head(book: Path) -> None:
    _record(book, "book/railway.html#num-gone,", "book/railway.html#tbl-old,index.html#a-heading")
    gone = addresses.apply(book / "site", addresses.read(book))
    assert len(gone) == 1
    assert "num-gone" in gone[0]
    head = (book / "site" / "book" / "railway.html").read_text("utf-8").partition("</head>")[0]
    assert '{"tbl-old": "../index.html#a-heading"}' in head
    assert "refresh" not in head
