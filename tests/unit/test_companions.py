"""A page offers the files that lie beside the site, and no other."""

from __future__ import annotations

from corridors.publish.companions import offered, size_in_words

_FILES = {
    "_epub/b.epub": 2_200_000,
    "_package/b-data.zip": 640_400,
    "_pdf/b.pdf": 3_386_717,
    "_pdf/chapters/railway.pdf": 400,
}


def test_first_page_offers_the_whole_book_and_a_chapter_itself() -> None:
    assert offered(_FILES, "index", "index") == [
        ("_pdf/b.pdf", "PDF, 3.4 MB"),
        ("_epub/b.epub", "EPUB, 2.2 MB"),
        ("_package/b-data.zip", "data (zip), 640 kB"),
    ]
    assert offered(_FILES, "book/railway", "index") == [
        ("_pdf/chapters/railway.pdf", "This chapter as PDF, 1 kB")
    ]
    assert offered(_FILES, "book/power", "index") == []
    assert offered({}, "index", "index") == []


def test_sizes_in_words() -> None:
    assert [size_in_words(size) for size in (1, 145_398, 999_999, 1_000_000)] == [
        "1 kB",
        "145 kB",
        "1000 kB",
        "1.0 MB",
    ]
