"""The edition for e-readers: sound for the format's own checker, and the same book as the site."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from corridors.build import epub, epub_package
from corridors.build.faults import BuildError
from corridors.build.layout import Layout, is_current
from corridors.paths import HTML, ROOT

from ..conftest import lacking
from .conftest import SmallBook

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
OPS = "{http://www.idpf.org/2007/ops}"
JAR = Path("/usr/share/java/epubcheck.jar")


class Book:
    """An EPUB file, opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.infos = archive.infolist()
            self.files = {info.filename: archive.read(info) for info in self.infos}
        self.opf = etree.fromstring(self.files["EPUB/content.opf"])
        self.items = {item.get("id"): item for item in self.opf.iter(f"{OPF}item")}

    def spine(self) -> list[str]:
        return [self.items[ref.get("idref")].get("href") for ref in self.opf.iter(f"{OPF}itemref")]

    def page(self, href: str) -> Any:
        return etree.fromstring(self.files[f"EPUB/{href}"])

    def pages(self) -> dict[str, Any]:
        return {href: self.page(href) for href in self.spine()}

    def meta(self, name: str) -> list[str]:
        return [str(one.text) for one in self.opf.iter(f"{OPF}meta") if one.get("property") == name]

    def dc(self, name: str) -> list[str]:
        return [str(one.text) for one in self.opf.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")]


def _built(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "corridors", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"{command} cannot be built:\n{done.stdout}{done.stderr}", pytrace=False)


@pytest.fixture(scope="session")
def book() -> Book:
    """The book for e-readers, built now unless ``_build/epub`` is that of the book as it is."""
    if epub.current(ROOT) is None:
        _built("epub")
    made = epub.current(ROOT)
    assert made is not None
    return Book(made)


@pytest.fixture(scope="session")
def site() -> Path:
    if not is_current(Layout(ROOT), HTML):
        _built("book")
    return HTML


def epubcheck(path: Path) -> str:
    """What the checker says of the file; without a checker a failure in CI, elsewhere a skipped test."""
    java = shutil.which("java")
    command = [java, "-jar", str(JAR)] if java and JAR.is_file() else []
    if not command and (found := shutil.which("epubcheck")):
        command = [found]
    if not command:
        lacking("no epubcheck: install it (Debian, Ubuntu: apt install epubcheck default-jre-headless)")
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False, timeout=300)
    return done.stdout + done.stderr


def test_epubcheck_has_no_message(book: Book) -> None:
    said = epubcheck(book.path)
    assert "0 fatals / 0 errors / 0 warnings / 0 infos" in said, said
    assert not re.search(r"^(FATAL|ERROR|WARNING|INFO|USAGE)", said, re.MULTILINE), said


def test_every_page_of_the_contents_is_read_in_its_order(book: Book) -> None:
    pages = [f"{name}.xhtml" for name in Layout(ROOT).docnames()]
    assert [href for href in book.spine() if href in pages] == pages
    assert set(book.spine()) - set(pages) == {"cover.xhtml", "title.xhtml", "nav.xhtml", "colophon.xhtml"}


def _shown(page: Any) -> list[str]:
    """Captions and glued numbers of a page in reading order, spaces evened out."""
    found = []
    for element in page.iter(f"{XHTML}span", "span", f"{XHTML}p", "p"):
        names = (element.get("class") or "").split()
        text = " ".join("".join(element.itertext()).split())
        if "number" in names:
            found.append(text)
        elif "caption-number" in names:
            whole = "".join(element.getparent().itertext())
            found.append(" ".join(whole.replace("#", "").split()))
    return found


def test_captions_and_numbers_are_those_of_the_site(book: Book, site: Path) -> None:
    """The same words in the same order, page by page."""
    counted = 0
    for name in Layout(ROOT).docnames():
        web = etree.fromstring((site / f"{name}.html").read_bytes(), etree.HTMLParser(encoding="utf-8"))
        article = next(one for one in web.iter("article") if "bd-article" in (one.get("class") or ""))
        expected = _shown(article)
        counted += len(expected)
        assert _shown(book.page(f"{name}.xhtml")) == expected, name
    assert counted > 500


def test_every_picture_says_what_it_shows(book: Book) -> None:
    pictures = [(href, one) for href, page in book.pages().items() for one in page.iter(f"{XHTML}img")]
    assert len(pictures) > 30
    assert [(href, one.get("src")) for href, one in pictures if len(one.get("alt") or "") < 40] == []


def test_tables_have_caption_headings_and_scope(book: Book) -> None:
    faults = []
    for href, page in book.pages().items():
        for table in page.iter(f"{XHTML}table"):
            heads = list(table.iter(f"{XHTML}th"))
            if not heads or any(head.get("scope") not in ("col", "row") for head in heads):
                faults.append(f"{href}: {table.get('id')} has a heading without scope")
            if table.get("id") and table.find(f"{XHTML}caption") is None:
                faults.append(f"{href}: {table.get('id')} has no caption")
    assert faults == []


def test_nothing_runs_and_nothing_is_fetched(book: Book) -> None:
    """No script, no handler, no file from elsewhere, in pages and style sheet."""
    for href, page in book.pages().items():
        for element in page.iter(f"{XHTML}*"):
            name = etree.QName(element).localname
            assert name not in {"script", "iframe", "object", "embed", "form", "details", "style"}, href
            for attribute, value in element.attrib.items():
                assert not attribute.startswith("on"), (href, attribute)
                if attribute in ("src", "srcset", "poster", "data") or name == "link":
                    assert not re.match(r"[a-z]+:|//", value), (href, value)
    style = book.files["EPUB/style.css"].decode()
    assert "url(" not in style
    assert "@import" not in style


def test_links_within_the_book_arrive(book: Book) -> None:
    pages = book.pages()
    places = {href: {one.get("id") for one in page.iter(f"{XHTML}*")} for href, page in pages.items()}
    broken = []
    for href, page in pages.items():
        for link in page.iter(f"{XHTML}a"):
            target = link.get("href") or ""
            if re.match(r"(https?|mailto):", target):
                continue
            path, _, anchor = target.partition("#")
            file = posixpath.normpath(posixpath.join(posixpath.dirname(href), path)) if path else href
            if file not in places or (anchor and anchor not in places[file]):
                broken.append(f"{href}: {target}")
    assert broken == []


def test_contents_nest_parts_chapters_and_sections(book: Book) -> None:
    nav = book.page("nav.xhtml")
    toc = next(one for one in nav.iter(f"{XHTML}nav") if one.get(f"{OPS}type") == "toc")
    top = toc.find(f"{XHTML}ol")
    parts = [one.findtext(f"{XHTML}span") for one in top if one.find(f"{XHTML}span") is not None]
    settings = (ROOT / "_toc.yml").read_text("utf-8")
    assert parts == re.findall(r"- caption: (.+)", settings)
    chapter = next(one for one in top.iter(f"{XHTML}a") if one.get("href") == "book/railway.xhtml")
    assert chapter.text.endswith("The Trans-Mongolian Railway")
    assert chapter.getparent().find(f"{XHTML}ol") is not None
    kinds = {one.get(f"{OPS}type") for one in nav.iter(f"{XHTML}nav")}
    assert kinds == {"toc", "loi", "lot", "landmarks"}
    marks = {one.get(f"{OPS}type") for one in nav.iter(f"{XHTML}a")}
    assert {"cover", "titlepage", "toc", "bodymatter", "glossary", "bibliography", "colophon"} <= marks


def test_metadata_say_what_the_book_is_and_who_can_read_it(book: Book) -> None:
    assert book.dc("title") == ["Steppe Corridors: Mongolia between Russia and China"]
    assert book.dc("language") == ["en"]
    assert book.dc("creator") == ["Steppe Corridors contributors"]
    assert len(book.dc("identifier")) == len(book.dc("date")) == len(book.dc("rights")) == 1
    assert book.dc("identifier")[0].startswith("urn:uuid:")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", book.meta("dcterms:modified")[0])
    assert book.meta("schema:accessMode") == ["textual", "visual"]
    assert "textual" in book.meta("schema:accessModeSufficient")
    assert {"tableOfContents", "alternativeText", "readingOrder"} <= set(
        book.meta("schema:accessibilityFeature")
    )
    assert book.meta("schema:accessibilityHazard") == ["none"]
    assert len(book.meta("schema:accessibilitySummary")) == 1


def test_cover_is_marked_and_described(book: Book) -> None:
    cover = next(one for one in book.items.values() if one.get("properties") == "cover-image")
    assert book.spine()[0] == "cover.xhtml"
    picture = next(book.page("cover.xhtml").iter(f"{XHTML}img"))
    assert picture.get("src") == cover.get("href")
    assert picture.get("alt").startswith("Cover of Steppe Corridors")


def test_container_is_in_order_and_without_a_clock(book: Book) -> None:
    names = [info.filename for info in book.infos]
    assert names[0] == "mimetype"
    assert book.infos[0].compress_type == zipfile.ZIP_STORED
    assert names[1:] == sorted(names[1:], key=lambda name: (not name.startswith("META-INF"), name))
    assert len({info.date_time for info in book.infos}) == 1
    assert book.path.stat().st_size < 5_000_000


_PAGE = """\
(sec-{name})=
# On {name}

| a | b |
|---|---|
| 1 | 2 |

A note.[^one] Across the border lies <span lang="zh">二连浩特</span>;&nbsp;see {{ref}}`sec-lengths`.

<script>alert(1)</script>

```python
print("kept")
```

## A section

Its text.

[^one]: Said below.
"""


@pytest.fixture
def plain_book(small_book: SmallBook, repository: Path) -> SmallBook:
    """The small book without cells, made by our own builder."""
    small_book.replace("_config.yml", "sphinx: {", "sphinx: {extra_extensions: [corridors.publish], ")
    small_book.replace("_config.yml", "numfig: true", "numfig: true, epub_basename: small")
    shutil.copy(repository / "CITATION.cff", small_book.root)
    for name in ("weights", "lengths"):
        (small_book.root / "book" / f"{name}.md").write_text(_PAGE.format(name=name), "utf-8")
    return small_book


def _make(small: SmallBook) -> Path:
    small.said.clear()
    return epub.build_epub(small.root, report=small.said.append)


def test_same_book_same_bytes_and_no_work_when_nothing_changed(
    plain_book: SmallBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = _make(plain_book)
    first = made.read_bytes()
    assert [path.name for path in made.parent.iterdir()] == ["small.epub"]
    assert _make(plain_book) == made
    assert plain_book.said == ["_build/epub/small.epub is up to date"]
    made.write_bytes(b"spoilt")
    shutil.rmtree(plain_book.root / "_build" / "work")
    assert _make(plain_book).read_bytes() == first
    small = Book(made)
    assert small.meta("dcterms:modified") == ["2023-11-14T22:13:20Z"]
    text = small.files["EPUB/book/weights.xhtml"].decode()
    assert "alert" not in text
    assert '<span lang="zh" xml:lang="zh">二连浩特</span>;\u00a0see' in text
    assert 'epub:type="noteref"' in text
    assert 'role="doc-footnote"' in text
    assert 'href="lengths.xhtml#sec-lengths"' in text
    assert "print(" in text
    plain_book.replace("book/weights.md", "<script>alert(1)</script>", "<p>left open")
    with pytest.raises(BuildError, match=r"book/weights: raw HTML that is not XHTML .* near: "):
        _make(plain_book)
    assert made.read_bytes() == first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(BuildError, match="SOURCE_DATE_EPOCH='yesterday' is no number"):
        _make(plain_book)


def test_missing_page_and_missing_description_are_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"book\.json: no description"):
        epub_package.pack(tmp_path)
    (tmp_path / "book.json").write_text(
        '{"metadata": {"date": "2026-01-01"}, "spine": ["one.xhtml"], "style": "style.css"}'
    )
    with pytest.raises(BuildError, match=r"one\.xhtml: the pages for e-readers name this file"):
        epub_package.pack(tmp_path)
