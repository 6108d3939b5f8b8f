"""The page for unknown addresses and the sitemap: whole addresses where the book has one, none invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from corridors.publish import lost, sitemap

_CONTENTS = [("", [("index.html", "First")]), ("Part <1>", [("book/a.html", "1. A & B")])]


def test_with_an_address_all_links_are_whole() -> None:
    page = lost.page(_CONTENTS, title="T", language="en", base="https://book.example/x/")
    assert page.count("<script>") == 1, "there is nothing to look for"
    for target in ("index.html", "book/a.html"):
        assert f'<a href="https://book.example/x/{target}">' in page
    assert 'action="https://book.example/x/search.html"' in page
    assert "src=" not in page
    assert "<style>" in page


def test_without_one_links_are_relative_and_the_script_is_asked_to_set_them() -> None:
    page = lost.page(_CONTENTS, title="T", language="en", base="")
    assert page.count("<script>") == 2
    assert '<a href="book/a.html">1. A &amp; B</a>' in page
    assert "<h3>Part &lt;1&gt;</h3>" in page
    assert "http" not in page


def test_each_folder_tells_the_way_up(tmp_path: Path) -> None:
    lost.write_files(tmp_path, {"book", "book/more"})
    ways = {"": "./", "book": "../", "book/more": "../../"}
    for folder, way in ways.items():
        assert (tmp_path / folder / lost.WAY).read_text("utf-8") == way


def test_icon_is_part_of_the_page() -> None:
    page = lost.page(_CONTENTS, title="T", language="en", base="", icon='<svg a="b"/>')
    assert '<link rel="icon" href="data:image/svg+xml,%3Csvg%20a%3D%22b%22/%3E">' in page


def test_sitemap_is_valid_xml_with_whole_addresses_and_days() -> None:
    text = sitemap.sitemap(
        [("https://b.example/a.html?x&y", date(2026, 11, 21)), ("https://b.example/b", None)]
    )
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    urls = ElementTree.fromstring(text).findall("s:url", space)
    assert [url.findtext("s:loc", None, space) for url in urls] == [
        "https://b.example/a.html?x&y",
        "https://b.example/b",
    ]
    assert [url.findtext("s:lastmod", None, space) for url in urls] == ["2026-11-21", None]
