"""From a page as Sphinx renders it to XHTML that every e-reader takes.

What goes: code inputs (they are in the repository and in the site's notebooks), scripts, folds, inline
styles, wrappers of the theme. What comes: headings of tables with their scope, roles of notes, lists and
chapters, the language twice (``lang`` and ``xml:lang``), tables that fit narrow windows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import entities, escape
from typing import Any, Final

from lxml import etree

from corridors.publish import epub_tables

XHTML: Final = "http://www.w3.org/1999/xhtml"
OPS: Final = "http://www.idpf.org/2007/ops"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_TYPE: Final = f"{{{OPS}}}type"
_ENTITY: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_SPACES: Final = {"h": XHTML}
#: What is taken out with all it holds; a class stands for any element that bears it.
_OUT: Final = (
    "//h:script", "//h:style", "//h:noscript", "//h:iframe", "//h:template", "//h:button", "//h:input",
    "//h:colgroup",
    "//*[contains(concat(' ', @class, ' '), ' cell_input ')]",
    "//*[contains(concat(' ', @class, ' '), ' toctree-wrapper ')]",
    "//h:details[contains(concat(' ', @class, ' '), ' hide ')]"
    "[not(.//h:div[contains(@class, 'cell_output')])]",
)  # fmt: skip
_WRAPPERS: Final = {"cell", "cell_output", "pst-scrollable-table-container", "highlight", "clearer"}
_IDLE: Final = re.compile(
    r"(docutils|align-default|row-odd|row-even|simple|notranslate|std(-\w+)?|xref|internal|external|container"
    r"|highlight-\S+|tag_\S+|pre|reference|left|stub|head)"
)
_ROLES: Final = {
    "introduction": "doc-introduction",
    "chapter": "doc-chapter",
    "appendix": "doc-appendix",
    "glossary": "doc-glossary",
    "bibliography": "doc-bibliography",
    "colophon": "doc-colophon",
}


class PageError(ValueError):
    """A page is not XHTML; the message says where and what to write."""


@dataclass(frozen=True)
class Caption:
    """The caption of a figure or table: "Fig. 3.1", its text, and the anchor of what it belongs to."""

    number: str
    text: str
    anchor: str


@dataclass
class Page:
    """A cleaned page: its title, the content of ``main``, its kind, sections (anchor, text) and captions."""

    title: str
    text: str
    kind: str
    sections: list[tuple[str, str]] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)


def clean(body: str, title: str, kind: str) -> Page:
    """The page that ``body`` holds.

    ``kind`` is a term of the EPUB vocabulary; empty: appendix, or what the content says.
    Raises PageError.
    """
    root = parse(body)
    for pattern in _OUT:
        for found in root.xpath(pattern, namespaces=_SPACES):
            _drop(found)
    for fold in list(root.iter(f"{{{XHTML}}}details")):
        _unfold(fold)
    _unwrap(root)
    for table in list(root.iter(f"{{{XHTML}}}table")):
        epub_tables.shape(table)
    _mark_notes(root)
    kind = kind or _kind(root)
    _attributes(root)
    for section in root:
        section.set(_TYPE, kind)
        if kind in _ROLES:
            section.set("role", _ROLES[kind])
    return Page(title, _inner(root), kind, _sections(root), _captions(root))


def parse(body: str) -> Any:
    """The elements of ``body`` below a ``main``; named entities of HTML are resolved. Raises PageError."""
    known = {"lt", "gt", "amp", "quot", "apos"}

    def plain(match: re.Match[str]) -> str:
        name = match[1]
        return match[0] if name in known else entities.html5.get(f"{name};", match[0])

    text = f'<main xmlns="{XHTML}" xmlns:epub="{OPS}">{_ENTITY.sub(plain, body)}</main>'
    try:
        return etree.fromstring(text, etree.XMLParser(resolve_entities=False, huge_tree=True))
    except etree.XMLSyntaxError as error:
        line = text.splitlines()[max(0, (error.lineno or 1) - 1)].strip()[:120]
        raise PageError(
            f"raw HTML that is not XHTML ({error.msg}) near: {line}; close every element (<br/>, <p>...</p>) "
            "and quote every attribute"
        ) from error


def frame(title: str, text: str, kind: str, style: str, language: str) -> str:
    """A whole XHTML file."""
    matter = "frontmatter" if kind in ("cover", "titlepage", "introduction") else "bodymatter"
    if kind in ("appendix", "glossary", "bibliography", "colophon"):
        matter = "backmatter"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="{XHTML}" xmlns:epub="{OPS}" lang="{language}" xml:lang="{language}">\n'
        f'<head>\n<meta charset="utf-8"/>\n<title>{escape(title, quote=False)}</title>\n'
        f'<link rel="stylesheet" type="text/css" href="{style}"/>\n</head>\n'
        f'<body epub:type="{matter}">\n<main>{text}</main>\n</body>\n</html>\n'
    )


def classes(element: Any) -> list[str]:
    """The classes of an element."""
    return str(element.get("class") or "").split()


def words(element: Any) -> str:
    """The text of an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def _drop(element: Any) -> None:
    """Remove an element, keep the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail and element.tail.strip():
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _open(element: Any) -> None:
    """Put the content of an element in its place."""
    parent = element.getparent()
    place = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(place, child)
    parent.remove(element)


def _unfold(fold: Any) -> None:
    """A fold is open in a book: its summary becomes a line of its own."""
    fold.tag = f"{{{XHTML}}}div"
    fold.attrib.pop("open", None)
    for summary in fold.findall(f"{{{XHTML}}}summary"):
        line = words(summary)
        summary.clear()
        summary.tag, summary.text = f"{{{XHTML}}}p", line
        summary.set("class", "summary")


def _unwrap(root: Any) -> None:
    """Take away the wrappers of cells and tables, and cells that show nothing."""
    for element in list(root.iter(f"{{{XHTML}}}div")):
        if _WRAPPERS.intersection(classes(element)) and element.getparent() is not None:
            pres = element.findall(f"{{{XHTML}}}pre")
            for pre in pres:
                text = "".join(pre.itertext())
                pre.clear()
                pre.text = text
                pre.set("tabindex", "0")
            if not element.get("id"):
                _open(element)
    for cell in list(root.iter(f"{{{XHTML}}}td", f"{{{XHTML}}}th", f"{{{XHTML}}}li", f"{{{XHTML}}}dd")):
        only = cell[0] if len(cell) == 1 else None
        if only is not None and only.tag == f"{{{XHTML}}}p" and not (cell.text or "").strip():
            cell.text = only.text
            for child in reversed(list(only)):
                cell.insert(1, child)
            cell.remove(only)


def _mark_notes(root: Any) -> None:
    """Notes, references and term lists say what they are."""
    for note in root.iter(f"{{{XHTML}}}aside"):
        if "footnote" in classes(note):
            note.set(_TYPE, "footnote")
            note.set("role", "doc-footnote")
    for link in root.iter(f"{{{XHTML}}}a"):
        if "footnote-reference" in classes(link):
            link.set(_TYPE, "noteref")
            link.set("role", "doc-noteref")
    for listed in root.iter(f"{{{XHTML}}}div"):
        if "citation-list" in classes(listed):
            listed.set("role", "list")
        elif "citation" in classes(listed):
            listed.set("role", "listitem")


def _kind(root: Any) -> str:
    found = {name for element in root.iter() if isinstance(element.tag, str) for name in classes(element)}
    if "citation-list" in found:
        return "bibliography"
    return "glossary" if "glossary" in found else "appendix"


def _attributes(root: Any) -> None:
    """Drop classes and attributes that only the site uses; say each language in both ways."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name in [name for name in element.attrib if name in ("style", "data-number", "align", "start")
                     or name.startswith(("data-facet", "data-noun", "on"))]:  # fmt: skip
            if not (name == "start" and element.tag.endswith("}ol")):
                del element.attrib[name]
        kept = [name for name in classes(element) if not _IDLE.fullmatch(name)]
        if kept:
            element.set("class", " ".join(kept))
        else:
            element.attrib.pop("class", None)
        if element.get("lang"):
            element.set(f"{{{_XML}}}lang", element.get("lang"))


def _sections(root: Any) -> list[tuple[str, str]]:
    """Anchor and text of each heading of the second level."""
    found = []
    for heading in root.iter(f"{{{XHTML}}}h2"):
        anchor = heading.getparent().get("id")
        if anchor:
            found.append((anchor, words(heading)))
    return found


def _captions(root: Any) -> list[Caption]:
    """The numbered captions, in order."""
    found = []
    for mark in root.xpath("//h:span[@class='caption-number']", namespaces=_SPACES):
        caption = mark.getparent()
        owner = next((one for one in mark.iterancestors() if one.get("id")), None)
        number = words(mark)
        text = words(caption).removeprefix(number).strip()
        found.append(Caption(number, text, owner.get("id") if owner is not None else ""))
    return found


def _inner(root: Any) -> str:
    """What stands inside ``main``, without repeated declarations of namespaces."""
    whole = etree.tostring(root, encoding="unicode")
    text = whole[whole.index(">") + 1 : whole.rindex("</")]
    return str(text)
