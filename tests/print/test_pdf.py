"""The PDF says what the web says, in its order; nothing is cut, no link is dead, every letter is there."""

from __future__ import annotations

import hashlib
import re

import pikepdf
import pytest
from lxml import html

from corridors.build.layout import Layout
from corridors.paths import ROOT
from corridors.typeset import facts

from .conftest import PDF, SITE, docnames, reading, volume_of, web_page
from .reading import Reading, letters

CITED = facts.citation(ROOT)
EVERY = ["steppe-corridors.pdf", *map(volume_of, docnames())]


def _follows(text: str, marks: tuple[str, ...], at: int) -> int:
    """Where ``marks`` end in ``text``, after ``at`` and in order; names the first that does not follow."""
    for position, mark in enumerate(marks):
        found = text.find(mark, at)
        before = marks[max(0, position - 1)]
        assert found >= 0, f"number {position + 1} of {len(marks)}, {mark!r}, does not follow {before!r}"
        at = found + len(mark)
    return at


@pytest.mark.parametrize("docname", docnames())
def test_a_chapter_has_every_caption_and_number_of_its_page_in_order(docname: str) -> None:
    page = web_page(docname)
    _follows(reading(volume_of(docname)).text, page.marks, 0)


def test_the_book_has_every_caption_and_number_of_the_site_in_order(book: Reading) -> None:
    marks = [web_page(docname).marks for docname in docnames()]
    assert sum(map(len, marks)) > 1000
    # The contents name the first page, and the lists of exhibits repeat all captions before it.
    title = letters("About this book")
    at = book.text.index(title, book.text.index(title) + 1)
    for found in marks:
        at = _follows(book.text, found, at)


@pytest.mark.parametrize("name", EVERY)
def test_every_volume_is_tagged_and_described(name: str) -> None:
    one = reading(name)
    assert len(one.drawn) > 0
    assert one.pdf.Root.MarkInfo.Marked
    assert str(one.pdf.Root.Lang) == "en-GB"
    assert one.pdf.Root.ViewerPreferences.DisplayDocTitle
    info = one.pdf.open_metadata()
    assert info["pdfuaid:part"] == "1"
    assert CITED["title"] in info["dc:title"]
    assert list(info["dc:creator"]) == [person["name"] for person in CITED["authors"]]
    assert info["xmp:CreateDate"].startswith(str(CITED["date-released"]))
    for figure in (tag for tag in one.tags() if tag.S == "/Figure"):
        assert len(str(figure.get("/Alt", ""))) > 20


@pytest.mark.parametrize("name", EVERY)
def test_fonts_are_embedded_and_no_letter_is_missing(name: str) -> None:
    one = reading(name)
    assert one.fonts
    for font in one.fonts.values():
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys())
    # What has no letter in a font comes out of a PDF as nothing, a replacement character or NUL.
    assert not re.search("[\ufffd\x00]", "".join(one.pieces.values()))


def test_cyrillic_and_chinese_come_out_as_they_went_in(book: Reading) -> None:
    foreign = set()
    for docname in docnames():
        article = html.parse(SITE / f"{docname}.html").getroot().xpath("//article")[0]
        foreign |= {letters(one.text_content()) for one in article.xpath(".//span[@lang]")}
    assert any(re.search(r"[\u4e00-\u9fff]", word) for word in foreign)
    assert any(re.search(r"[өүӨҮ]", word) for word in foreign)
    assert {word for word in foreign if word not in book.text} == set()
    assert any("NotoSerifCJK" in font for font in book.fonts)


@pytest.mark.parametrize("name", EVERY)
def test_nothing_reaches_beyond_the_page(name: str) -> None:
    one = reading(name)
    for number in range(len(one.drawn)):
        page = one.drawn[number]
        width, height = page.get_size()
        for thing in page.get_objects(max_depth=1):
            if thing.type == 1:  # text
                left, bottom, right, top = thing.get_bounds()
                assert left > 20, f"page {number + 1}"
                assert right < width - 20, f"page {number + 1}"
                assert bottom > 20, f"page {number + 1}"
                assert top < height - 20, f"page {number + 1}"


@pytest.mark.parametrize("name", EVERY)
def test_links_lead_somewhere(name: str) -> None:
    one = reading(name)
    pages = {page.obj.objgen for page in one.pdf.pages}
    names = _destinations(one.pdf)
    links = 0
    for page in one.pdf.pages:
        for note in page.get("/Annots", []):
            if note.get("/Subtype") != "/Link":
                continue
            links += 1
            if "/A" in note and note.A.S == "/URI":
                address = str(note.A.URI)
                if re.fullmatch(r"[\w-]+\.pdf", address):
                    assert (PDF / "chapters" / address).is_file(), address
                else:
                    assert re.match(r"https?://[\w.-]+", address), address
                continue
            target = note.A.D if "/A" in note else note.Dest
            if isinstance(target, pikepdf.Array):
                assert target[0].objgen in pages
            else:
                assert str(target) in names, str(target)
    assert links > 0


def _destinations(pdf: pikepdf.Pdf) -> set[str]:
    found = {str(key).removeprefix("/") for key in pdf.Root.get("/Dests", {})}
    if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names:
        found |= set(pikepdf.NameTree(pdf.Root.Names.Dests))
    return found


def test_the_outline_has_every_chapter(book: Reading) -> None:
    titles = [letters(title) for title in book.bookmarks()]
    for docname in docnames()[1:]:
        heading = html.parse(SITE / f"{docname}.html").getroot().xpath("//article//h1")[0]
        words = letters(heading.text_content().rstrip("#")).replace(".", "", 1)
        assert any(title.replace(".", "", 1) == words for title in titles), heading.text_content()


def test_every_claim_is_in_the_index_with_its_verdict(book: Reading) -> None:
    index = book.text[book.text.rindex(letters("Where each claim is discussed")) :]
    claims = facts.claims(SITE)
    assert claims
    for one in claims:
        assert re.search(re.escape(letters(one["id"] + one["verdict"])) + r"\d", index), one["id"]


def test_a_chapter_alone_says_where_it_belongs_and_how_to_cite_it() -> None:
    name = docnames()[3]
    text = reading(volume_of(name)).text
    page = html.parse(SITE / f"{name}.html").getroot()
    cited = page.xpath('//article//*[contains(@class, "chapter-citation")]//*[self::p or self::dd]')
    head = text[: text.index(letters(page.xpath("//article//section//p")[0].text_content())[:60])]
    assert letters(str(CITED["title"])) in head
    assert any(letters(one.text_content()) in head for one in cited)
    assert f"Version{CITED['version']}" in head
    assert "CCBY4.0" in head


def test_the_finished_files_are_those_of_the_record(record: dict[str, dict[str, str]]) -> None:
    assert sorted(record) == sorted(EVERY)
    for name, one in record.items():
        assert hashlib.sha256((PDF / name).read_bytes()).hexdigest() == one["sha256"]


def test_the_same_input_gives_the_same_bytes(record: dict[str, dict[str, str]]) -> None:
    """One chapter is set again, in another folder and at another time."""
    from corridors.typeset import press

    book = Layout(ROOT)
    pages = press.translated(book, book.build / "paper", SITE)
    found = facts.book(ROOT, SITE, press.made_with(), next(iter(pages.values())).citation)
    shop = book.build / "work" / "pdf"
    volume = press.in_order(book, SITE, pages, found)[4]
    again = press.compile_volume(shop, volume)
    assert hashlib.sha256(again).hexdigest() == record[volume.path]["sha256"]
