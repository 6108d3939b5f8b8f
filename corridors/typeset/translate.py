"""A page's fragment of HTML into Typst.

The fragment is what ``corridors.publish.paper`` writes: every number, caption and reference is already in it
as the web page has it. Elements that this translator does not know stop the work with their name, so that
nothing of a page is lost unseen.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from corridors.build.faults import BuildError
from corridors.typeset import grid
from corridors.typeset.code import block, call, joined, quoted, with_breaks
from corridors.typeset.fragments import SPACE, Known, Page, Place, classes, plain

_INLINE: Final = frozenset(
    (
        "a",
        "abbr",
        "b",
        "br",
        "cite",
        "code",
        "em",
        "i",
        "kbd",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
    )
)
_STYLES: Final = {
    "em": "emph", "i": "emph", "cite": "emph", "strong": "strong", "b": "strong",
    "sub": "sub", "sup": "super",
}  # fmt: skip
_WEB: Final = ("http", "https", "mailto")


class Translator:
    """Translates one page."""

    def __init__(self, page: Page, known: Known) -> None:
        self._page = page
        self._known = known
        self._marks = known.marks
        self._level = 0
        self._notes: Mapping[str, HtmlElement] = {}
        self._blocks: dict[str, Callable[[HtmlElement], str]] = {
            "p": self._paragraph,
            "ul": self._list,
            "ol": self._list,
            "dl": self._definitions,
            "table": self._table,
            "figure": self._figure,
            "img": self._picture,
            "pre": self._listing,
            "blockquote": lambda element: call("quotation", self._flow(element)),
            "section": self._section,
            "div": self._division,
            "aside": self._division,
            "nav": self._division,
            "details": self._division,
            "summary": lambda element: call("small-head", self._inline(element)),
            "hr": lambda _: "rule()",
            "span": self._anchor_only,
        }

    def translate(self, root: HtmlElement) -> None:
        """Fill the page from its fragment, which is used up."""
        self._notes = {
            note.get("id"): note for note in root.xpath('.//aside[contains(@class, "footnote")][@id]')
        }
        for note in self._notes.values():
            note.drop_tree()
        self._page.code = self._flow(root)

    # Places -------------------------------------------------------------------------------------

    def _label(self, element: HtmlElement) -> str:
        name = element.get("id")
        return quoted(Place(self._page.docname, name).label) if name else "none"

    def _place(self, address: str) -> Place:
        """The place of the book that a relative address means."""
        parts = urlsplit(address)
        if not parts.path:
            return Place(self._page.docname, unquote(parts.fragment))
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self._page.docname), parts.path))
        return Place(path.removesuffix(".html"), unquote(parts.fragment))

    def _found(self, address: str) -> Place:
        """The place as it is named on paper. Raises BuildError if the book has no such place."""
        place = self._place(address)
        name = self._known.anchors.get(place.docname, {}).get(place.anchor)
        if name is None:
            raise BuildError(f"{self._page.docname}: the link to {address} leads to no place of the book")
        return Place(place.docname, name)

    # Text ---------------------------------------------------------------------------------------

    def _text(self, text: str | None) -> str:
        words = with_breaks(SPACE.sub(" ", text or ""))
        if not words:
            return ""
        if self._marks is None:
            return quoted(words)
        parts = []
        at = 0
        for found in self._marks.finditer(words):
            parts.append(quoted(words[at : found.start()]) if found.start() > at else "")
            parts.append(call("claim", quoted(found[0])))
            at = found.end()
        parts.append(quoted(words[at:]) if at < len(words) else "")
        return joined(parts)

    def _inline(self, element: HtmlElement) -> str:
        """The text of ``element`` with everything in it."""
        return joined(self._pieces(element))

    def _pieces(self, element: HtmlElement) -> Iterator[str]:
        yield self._text(element.text)
        for child in element:
            yield self._word(child)
            yield self._text(child.tail)

    def _word(self, element: HtmlElement) -> str:
        """One element within a line."""
        tag, kinds = element.tag, classes(element)
        if tag == "a":
            return self._link(element, kinds)
        if tag in ("code", "kbd"):
            return call("code", quoted(plain(element)))
        if tag == "br":
            return "linebreak()"
        if tag == "img":
            return self._picture(element)
        if tag == "p":
            return self._inline(element)
        if tag not in _INLINE:
            raise BuildError(f"{self._page.docname}: <{tag}> within a line cannot be set on paper")
        content = self._inline(element)
        if tag in _STYLES:
            content = call(_STYLES[tag], content)
        for kind in ("number", "unit", "data-type"):
            if kind in kinds:
                content = call(kind, content)
        if element.get("lang"):
            content = call("foreign", quoted(element.get("lang")), content)
        return self._with_anchor(element, content)

    def _with_anchor(self, element: HtmlElement, content: str) -> str:
        return joined([call("anchor", self._label(element)), content]) if element.get("id") else content

    def _link(self, element: HtmlElement, kinds: set[str]) -> str:
        address, content = element.get("href") or "", self._inline(element)
        if "footnote-reference" in kinds and address.removeprefix("#") in self._notes:
            note = self._notes[address.removeprefix("#")]
            return call("footnote", joined(self._inline(child) for child in note if child.tag == "p"))
        if not address:
            return self._with_anchor(element, content)
        if urlsplit(address).scheme in _WEB:
            if plain(element) == address:
                content = call("address", content)
            return call("outward", quoted(address), content)
        place = self._found(address)
        section = bool(element.xpath('./span[contains(@class, "std-ref")]'))
        titled = section and place.docname != self._page.docname
        words = call(
            "inward",
            quoted(place.docname),
            quoted(place.anchor),
            content,
            **({"titled": "true"} if titled else {}),
            **({"paged": "true"} if element.xpath('ancestor::dl[contains(@class, "exhibit-list")]') else {}),
        )
        return self._with_anchor(element, words)

    # Blocks -------------------------------------------------------------------------------------

    def _flow(self, element: HtmlElement) -> str:
        """The blocks in ``element``, text between them as paragraphs."""
        parts: list[str] = []
        line: list[str] = []

        def end() -> None:
            content = joined(part for part in line if part and part != '" "')
            if content != "none":
                parts.append(call("p", content))
            line.clear()

        line.append(self._text(element.text))
        for child in element:
            if child.tag in _INLINE and not (child.tag == "span" and not plain(child)):
                line.append(self._word(child))
            else:
                end()
                parts.append(self._block(child))
            line.append(self._text(child.tail) if (child.tail or "").strip() else '" "' if line else "")
        end()
        return block(parts)

    def _block(self, element: HtmlElement) -> str:
        tag = element.tag
        if re.fullmatch(r"h[1-6]", tag):
            return self._heading(element)
        if tag not in self._blocks:
            raise BuildError(
                f"{self._page.docname}: <{tag}> cannot be set on paper; teach it to typeset/translate.py"
            )
        return self._blocks[tag](element)

    def _section(self, element: HtmlElement) -> str:
        if "exhibit-entry" in classes(element):
            return call("entry", self._label(element), self._flow(element))
        self._level += 1
        content = self._flow(element)
        self._level -= 1
        return content.removeprefix("{\n").removesuffix("\n}")

    def _heading(self, element: HtmlElement) -> str:
        """A heading; sections' own ids are its label. In an entry it is no part of the contents."""
        number = element.xpath('./span[contains(@class, "section-number")]')
        numeral = plain(number[0]) if number else ""
        for span in number:
            span.drop_tree()
        content = self._inline(element)
        parent = element.getparent()
        if "exhibit-entry" in classes(parent):
            return call("entry-head", content)
        if self._level == 1:
            content = quoted(self._page.title) if self._page.renamed else content
            return call("chapter-head", self._label(parent), quoted(numeral), content)
        return call("section-head", str(self._level), self._label(parent), quoted(numeral), content)

    def _anchor_only(self, element: HtmlElement) -> str:
        """An empty span is an anchor; the one before a heading is the heading's own."""
        name = element.get("id")
        if not name or self._known.anchors[self._page.docname].get(name) != name:
            return ""
        return call("anchor", self._label(element))

    def _paragraph(self, element: HtmlElement) -> str:
        kinds = classes(element)
        content = self._with_anchor(element, self._inline(element))
        for kind in ("exhibit-note", "exhibit-source", "exhibit-caption"):
            if kind in kinds:
                return call(kind, content)
        if kinds & {"rubric", "admonition-title"}:
            return call("small-head", content)
        return call("p", content)

    def _items(self, element: HtmlElement) -> Iterator[str]:
        for item in element:
            if item.tag == "li":
                yield self._held(item)

    def _held(self, element: HtmlElement) -> str:
        """What stands in a list item or a definition: a single paragraph as a line, else blocks."""
        children = [child for child in element if child.tag is not None]
        lone = len(children) == 1 and children[0].tag == "p" and not (element.text or "").strip()
        content = self._inline(children[0]) if lone else ""
        if not lone:
            inline = all(child.tag in _INLINE for child in children)
            content = self._inline(element) if inline else self._flow(element)
        return self._with_anchor(element, content)

    def _list(self, element: HtmlElement) -> str:
        name = "bullets" if element.tag == "ul" else "numbered"
        start = element.get("start")
        return call(
            name, *self._items(element), **({"start": start} if start and element.tag == "ol" else {})
        )

    def _definitions(self, element: HtmlElement) -> str:
        """Terms and what is said of them; how they are set depends on the kind of list."""
        kinds = classes(element)
        pairs: list[str] = []
        terms: list[str] = []
        for child in element:
            if child.tag == "dt":
                terms.append(self._with_anchor(child, self._inline(child)))
            elif child.tag == "dd":
                pairs.append(f"({joined(terms)}, {self._held(child)})")
                terms = []
        names = {
            "exhibit-entry-fields": "fields",
            "data-facts": "fields",
            "field-list": "fields",
            "data-columns": "columns-of-data",
            "glossary": "glossary",
            "exhibit-list": "exhibit-list",
        }
        name = next((names[kind] for kind in names if kind in kinds), "terms")
        return call(name, *pairs)

    def _listing(self, element: HtmlElement) -> str:
        return call("listing", quoted(element.text_content().rstrip("\n")))

    def _division(self, element: HtmlElement) -> str:
        kinds = classes(element)
        if "citation" in kinds:
            label = element.xpath('./span[contains(@class, "label")]')
            for part in label:
                part.drop_tree()
            inside = joined(self._inline(child) for child in element if child.tag == "p")
            return call("reference", self._label(element), inside)
        if "exhibit-under" in kinds or "legend" in kinds:
            content = self._flow(element)
            return call("under", content) if content != "none" else ""
        if "part-picture" in kinds:
            self._page.opening = self._flow(element)
            return ""
        for kind, name in (
            ("chapter-citation", "citation"),
            ("admonition", "admonition"),
            ("data-entry", "data-entry"),
        ):
            if kind in kinds:
                return call(name, self._label(element), self._flow(element))
        content = self._flow(element).removeprefix("{\n").removesuffix("\n}")
        if content == "none":
            return ""
        return f"{call('anchor', self._label(element))}\n{content}" if element.get("id") else content

    # Exhibits -----------------------------------------------------------------------------------

    def _caption(self, element: HtmlElement) -> tuple[str, str]:
        """The number of an exhibit ("Fig. 2.1") and its words, as code."""
        number = element.xpath('.//span[contains(@class, "caption-number")]')
        words = element.xpath('.//span[contains(@class, "caption-text")]')
        self._page.captions.append(plain(element))
        return (
            quoted(plain(number[0]) if number else ""),
            self._inline(words[0]) if words else self._inline(element),
        )

    def _picture(self, element: HtmlElement) -> str:
        source = unquote(element.get("src") or "")
        alt = element.get("alt") or ""
        if not alt.strip():
            raise BuildError(f"{self._page.docname}: the picture {source} has no alternative text")
        self._page.pictures.append(posixpath.basename(source))
        return call("picture", quoted(posixpath.basename(source)), quoted(alt))

    def _figure(self, element: HtmlElement) -> str:
        caption = element.xpath("./figcaption")
        number, words = self._caption(caption[0].xpath("./p")[0]) if caption else ('""', "none")
        legend = caption[0].xpath('./div[contains(@class, "legend")]') if caption else []
        pictures = [self._picture(picture) for picture in element.xpath(".//img")]
        return call(
            "illustration",
            self._label(element),
            number,
            words,
            joined(pictures),
            self._flow(legend[0]) if legend else "none",
        )

    def _table(self, element: HtmlElement) -> str:
        caption = element.xpath("./caption")
        number, words = self._caption(caption[0]) if caption else ('""', "none")
        return grid.table(element, self._inline, label=self._label(element), number=number, words=words)


def page(
    docname: str, title: str, number: str, root: HtmlElement, known: Known, *, renamed: bool = False
) -> Page:
    """One page of the book in Typst; ``root`` is used up."""
    top = known.anchors[docname].get("", "")
    cited = root.xpath('.//div[contains(@class, "chapter-citation")]//p')
    citation = plain(cited[0]) if len(cited) == 1 else ""
    found = Page(docname, title, number, top=top, renamed=renamed, citation=citation)
    Translator(found, known).translate(root)
    return found
