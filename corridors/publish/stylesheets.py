"""Style sheets cut down to the rules that some page of the site can use.

The theme and the extensions that Jupyter Book loads bring half a megabyte of rules; the book's pages use a
tenth of it. A rule stays if each of its parts between combinators fits an element of some page, or could fit
one that a script changes (see ``usage``); states such as ``:hover`` and pseudo-elements always can be. Of
custom properties, key frames and font faces those stay that something refers to.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

import cssselect2.parser as selectors
import tinycss2
from tinycss2 import ast

from corridors.publish.usage import Shape, Usage

#: At-rules that hold rules.
_GROUPS: Final = {"media", "supports", "container", "layer"}
_VARIABLE: Final = re.compile(r"--[A-Za-z][\w-]*")
_REFERENCE: Final = re.compile(r"var\(\s*(--[\w-]+)")
# As they stand in a cut sheet: nothing between name and value, nothing but ; between declarations.
_STRING: Final = r'"(?:[^"\\]|\\.)*"|' + r"'(?:[^'\\]|\\.)*'"
_PROPERTY: Final = re.compile(rf"(?<=[{{;])(--[\w-]+):(?:{_STRING}|[^;}}\"'])*(?:;|(?=}}))")
_EMPTY: Final = re.compile(r"(?<=[\n{])[^{}@\n]+\{\}\n")
_FACE: Final = re.compile(r"@font-face\{[^}]*\}\n")
_FRAMES: Final = re.compile(r"@(?:-webkit-)?keyframes ([\w-]+)\{(?:[^{}]*\{[^}]*\})*\s*\}\n")
_IMPORT: Final = re.compile(r"""@import\s+(?:url\()?["']([^"':]+)["']\)?\s*;""")
_LICENCE: Final = re.compile(r"/\*!.*?\*/\n", re.DOTALL)
_ADDRESS: Final = re.compile(r"url\(\s*([\"']?)(?!data:)([^\"')]+)\1\s*\)")


def cut(sheet: str, usage: Usage) -> str:
    """The sheet without rules for which no page has an element; comments and idle space left out too.

    Comments that begin with ``!`` name a licence and stay.
    """
    return "".join(_kept(_read(sheet), usage))


def names_in(sheet: str, mentioned: str) -> list[str]:
    """What a sheet defines and ``mentioned`` names, the text of the pages and scripts that go with it."""
    frames = {match[1] for match in _FRAMES.finditer(sheet) if match[1] in mentioned}
    return sorted({*_VARIABLE.findall(mentioned), *frames})


def without_idle_names(sheet: str, named: Collection[str]) -> str:
    """A cut sheet without custom properties, key frames and font faces that nothing names.

    What is ``named`` elsewhere is kept.
    """
    before = ""
    while before != sheet:  # a property that goes may have been the last to refer to another
        before, sheet = sheet, _without_properties(sheet, {*named, *_REFERENCE.findall(sheet)})
    faceless = _loose(_FACE.sub("", sheet))
    sheet = _FACE.sub(lambda match: match[0] if _family(match[0]) in faceless else "", sheet)
    still = _FRAMES.sub("", sheet)
    return _FRAMES.sub(lambda match: match[0] if match[1] in still or match[1] in named else "", sheet)


def _without_properties(sheet: str, kept: set[str]) -> str:
    sheet = _PROPERTY.sub(lambda match: match[0] if match[1] in kept else "", sheet)
    return _EMPTY.sub("", sheet)


def _family(face: str) -> str:
    found = re.search(r"font-family:([^;}]+)", face)
    return _loose(found[1]) if found else ""


def _loose(text: str) -> str:
    r"""Names of families are quoted, escaped (``Font Awesome\ 6 Free``) or neither."""
    return text.replace("\\", "").replace('"', "").replace("'", "").strip()


def with_imports(folder: Path, name: str) -> list[tuple[str, str]]:
    """The sheet ``name`` below ``folder`` and ahead of it those that it imports, as (name, text)."""
    text = (folder / name).read_text("utf-8")
    found = []
    for match in _IMPORT.finditer(text):
        found += with_imports(folder, posixpath.normpath(posixpath.join(posixpath.dirname(name), match[1])))
    return [*found, (name, _IMPORT.sub("", text))]


def bundle(sheets: Sequence[tuple[str, str]], folder: str) -> str:
    """Sheets as one, in their order, to be put into ``folder``; each is given with its path in the site.

    Addresses in them are relative to where they were and are made relative to ``folder``; a licence that
    several name is named once. Raises
    ValueError for ``@import``, which would be ignored in the middle of a sheet.
    """
    parts, said = [], set()

    def once(match: re.Match[str]) -> str:
        repeated = match[0] in said
        said.add(match[0])
        return "" if repeated else match[0]

    for path, text in sheets:
        if "@import" in text:
            raise ValueError(f"{path}: @import cannot be put behind other rules; link the sheet instead")
        text = _LICENCE.sub(once, text)
        parts.append(_ADDRESS.sub(partial(_moved, old=posixpath.dirname(path), new=folder), text))
    return "".join(parts)


def _moved(match: re.Match[str], old: str, new: str) -> str:
    address = match[2]
    if re.match(r"[a-z]+:|[/#]", address):
        return match[0]
    return f'url("{posixpath.relpath(posixpath.join(old, address), new)}")'


@dataclass(frozen=True)
class _Styles:
    """A rule: each selector as it is written and as it was understood (None: not at all), declarations."""

    selectors: tuple[tuple[str, tuple[Any, ...] | None], ...]
    body: str


@dataclass(frozen=True)
class _Group:
    """An at-rule that holds rules."""

    head: str
    rules: tuple[_Rule, ...]


#: A string is what stays as it is whatever the pages use.
_Rule = str | _Styles | _Group


@lru_cache(maxsize=64)
def _read(sheet: str) -> tuple[_Rule, ...]:
    """A sheet as far as it does not depend on the pages; read once for all kinds of page."""
    return tuple(_understood(tinycss2.parse_stylesheet(sheet, skip_whitespace=True)))


def _understood(rules: Sequence[ast.Node]) -> Iterator[_Rule]:
    for rule in rules:
        if isinstance(rule, ast.QualifiedRule):
            body = _declarations(rule.content)
            if body:
                written = _split(rule.prelude)
                yield _Styles(tuple((_plain(one), _selectors(one)) for one in written), body)
        elif isinstance(rule, ast.AtRule):
            yield _at_rule(rule)
        elif isinstance(rule, ast.Comment):
            yield f"/*{rule.value}*/\n" if rule.value.startswith("!") else ""
        elif isinstance(rule, ast.ParseError):
            raise ValueError(f"style sheet, line {rule.source_line}: {rule.message}")


def _at_rule(rule: ast.AtRule) -> _Rule:
    prelude = _plain(rule.prelude)
    head = f"@{rule.at_keyword}{' ' + prelude if prelude else ''}"
    if rule.lower_at_keyword == "charset":
        return ""  # files are written in UTF-8 and say so by their first bytes or their page
    if rule.content is None:
        return f"{head};\n"
    if rule.lower_at_keyword in _GROUPS:
        inner = tinycss2.parse_rule_list(rule.content, skip_whitespace=True)
        return _Group(head, tuple(_understood(inner)))
    return f"{head}{{{_plain(rule.content)}}}\n"


def _selectors(written: Sequence[ast.Node]) -> tuple[Any, ...] | None:
    try:
        return tuple(one.parsed_tree for one in selectors.parse(_without_pseudo_elements(written)))
    except selectors.SelectorError:
        return None


def _kept(rules: Iterable[_Rule], usage: Usage) -> Iterator[str]:
    for rule in rules:
        if isinstance(rule, str):
            yield rule
        elif isinstance(rule, _Group):
            inner = "".join(_kept(rule.rules, usage))
            yield f"{rule.head}{{{inner}}}\n" if inner else ""
        else:
            kept = [written for written, trees in rule.selectors if _possible(trees, usage)]
            yield f"{','.join(kept)}{{{rule.body}}}\n" if kept else ""


def _split(prelude: Sequence[ast.Node]) -> list[list[ast.Node]]:
    """A list of selectors, cut at its commas."""
    found: list[list[ast.Node]] = [[]]
    for token in prelude:
        if isinstance(token, ast.LiteralToken) and token.value == ",":
            found.append([])
        elif not isinstance(token, ast.Comment):
            found[-1].append(token)
    return found


def _declarations(content: Sequence[ast.Node]) -> str:
    found = []
    for item in tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True):
        if not isinstance(item, ast.Declaration):
            # What is not understood (a hack for an old browser, a nested rule) is kept as it stands.
            return _plain(content)
        value = _plain(item.value)
        found.append(f"{item.name}:{value}{'!important' if item.important else ''}")
    return ";".join(found)


def _plain(tokens: Sequence[ast.Node]) -> str:
    """Tokens as text, each run of space and comments one space; none at the ends."""
    parts: list[str] = []
    for token in tokens:
        if isinstance(token, ast.WhitespaceToken | ast.Comment):
            if parts and parts[-1] != " ":
                parts.append(" ")
        else:
            parts.append(token.serialize())
    return "".join(parts).strip()


# ---- selectors ------------------------------------------------------------------------------------------


def _possible(trees: tuple[Any, ...] | None, usage: Usage) -> bool:
    """Whether every part of a selector fits some element; True for a selector that is not understood."""
    return trees is None or all(_tree(one, usage) for one in trees)


def _without_pseudo_elements(tokens: Sequence[ast.Node]) -> list[ast.Node]:
    """``a::before`` as ``a``: they are part of any element, and the parser does not know all of them."""
    kept: list[ast.Node] = []
    for token in tokens:
        colons = len(kept) >= 2 and all(getattr(one, "value", "") == ":" for one in kept[-2:])
        if colons and isinstance(token, ast.IdentToken | ast.FunctionBlock):
            del kept[-2:]
            if not kept or getattr(kept[-1], "type", "") == "whitespace":
                kept.extend(tinycss2.parse_component_value_list("*"))
        else:
            kept.append(token)
    return kept


def _tree(tree: Any, usage: Usage) -> bool:
    if isinstance(tree, selectors.CombinedSelector):
        return _tree(tree.left, usage) and _tree(tree.right, usage)
    return _compound(tree.simple_selectors, usage)


def _compound(parts: Sequence[Any], usage: Usage) -> bool:
    """Whether some element has all that the parts ask for, apart from what scripts can give to any."""
    tag, name, classes, attributes = "", "", set(), set()
    lists: list[Any] = []
    for part in parts:
        if isinstance(part, selectors.LocalNameSelector):
            tag = part.lower_local_name
        elif isinstance(part, selectors.IDSelector):
            name = part.ident
        elif isinstance(part, selectors.ClassSelector):
            classes.add(part.class_name)
        elif isinstance(part, selectors.AttributeSelector):
            attributes.add(part.lower_name)
        elif isinstance(part, selectors.MatchesAnySelector | selectors.SpecificityAdjustmentSelector):
            lists.append(part.selector_list)
    if not all(any(_tree(one.parsed_tree, usage) for one in listed) for listed in lists):
        return False
    classes = {one for one in classes if not usage.scripted(one)}
    attributes = {one for one in attributes if not usage.scripted_attribute(one)}
    if name and usage.scripted(name):
        name = ""
    if tag and not classes and not name and not attributes and tag in usage.words:
        return True
    key = f"#{name}" if name else f".{min(classes)}" if classes else tag
    return any(_fits(shape, tag, name, classes, attributes) for shape in usage.candidates(key))


def _fits(shape: Shape, tag: str, name: str, classes: set[str], attributes: set[str]) -> bool:
    return (
        (not tag or shape.tag == tag)
        and (not name or shape.name == name)
        and classes <= shape.classes
        and attributes <= shape.attributes
    )
