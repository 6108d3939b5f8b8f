"""Reads a PDF as a screen reader does: the text in the order of the tags, not of the drawing."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

#: What is invisible or differs between a web page and a set line: spaces, soft hyphens, places to break.
_UNSEEN = re.compile(r"[\s\u00a0\u00ad\u200b\u2060\ufeff\x02]+")


def letters(text: str) -> str:
    """``text`` with nothing but what is seen."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


class Reading:
    """One PDF."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pdf = pikepdf.open(path)
        self.drawn = pypdfium2.PdfDocument(path)

    @cached_property
    def pieces(self) -> dict[tuple[int, int], str]:
        """Text by page and marked-content id."""
        found: dict[tuple[int, int], str] = {}
        for number in range(len(self.drawn)):
            page = self.drawn[number]
            text_page = page.get_textpage()
            for index in range(pdfium.FPDFPage_CountObjects(page.raw)):
                thing = pdfium.FPDFPage_GetObject(page.raw, index)
                if pdfium.FPDFPageObj_GetType(thing) != pdfium.FPDF_PAGEOBJ_TEXT:
                    continue
                mark = pdfium.FPDFPageObj_GetMarkedContentID(thing)
                size = pdfium.FPDFTextObj_GetText(thing, text_page.raw, None, 0)
                buffer = ctypes.create_string_buffer(size)
                into = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
                pdfium.FPDFTextObj_GetText(thing, text_page.raw, into, size)
                found[number, mark] = found.get((number, mark), "") + buffer.raw[:-2].decode("utf-16-le")
        return found

    @cached_property
    def numbers_of_pages(self) -> dict[tuple[int, int], int]:
        return {page.obj.objgen: number for number, page in enumerate(self.pdf.pages)}

    def _marks(self, element: Any, page: int | None) -> Iterator[tuple[int, int]]:
        """Page and marked-content id of all content below a tag, in reading order."""
        if isinstance(element, pikepdf.Array):
            for child in element:
                yield from self._marks(child, page)
            return
        if isinstance(element, pikepdf.Dictionary):
            if "/Pg" in element:
                page = self.numbers_of_pages[element.Pg.objgen]
            if "/MCID" in element:
                assert page is not None
                yield page, int(element.MCID)
            elif "/K" in element:
                yield from self._marks(element.K, page)
            return
        assert page is not None
        yield page, int(element)

    @cached_property
    def text(self) -> str:
        """All tagged text in reading order, without spaces."""
        root = self.pdf.Root.StructTreeRoot
        return letters("".join(self.pieces.get(mark, "") for mark in self._marks(root.K, None)))

    def tags(self, element: Any = None) -> Iterator[pikepdf.Dictionary]:
        """Every tag."""
        element = self.pdf.Root.StructTreeRoot.K if element is None else element
        for one in element if isinstance(element, pikepdf.Array) else [element]:
            if isinstance(one, pikepdf.Dictionary) and "/S" in one:
                yield one
                if "/K" in one:
                    yield from self.tags(one.K)

    @cached_property
    def fonts(self) -> dict[str, pikepdf.Dictionary]:
        """The descriptors of all fonts by name."""
        found = {}
        for one in self.pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor":
                found[str(one.FontName)] = one
        return found

    def bookmarks(self) -> list[str]:
        """The titles of the outline, all levels."""
        with self.pdf.open_outline() as outline:

            def below(items: Any) -> Iterator[str]:
                for item in items:
                    yield str(item.title)
                    yield from below(item.children)

            return list(below(outline.root))
