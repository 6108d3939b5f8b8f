"""A page of HTML without what no reader sees: comments, indents, colours of code that are no colours.

Works on the text of the page: what the browser makes of it stays the same, and so does every byte that is
not left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any, Final

import tinycss2

#: Elements within which space and comments mean something.
_KEPT: Final = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL | re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--(?!\[).*?-->", re.DOTALL)
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
#: What Sphinx writes for style sheets of other themes: names that no rule and no script of this one asks for
#: (a test looks them up in the built sheets), and line ends ahead of what always begins a line of its own.
_IDLE: Final = (
    (re.compile(r'<span class="colon">:</span>'), ":"),
    (re.compile(r' class="(?:reference internal|field-odd|field-even)"'), ""),
    (re.compile(r'(<code class=")docutils literal'), r"\1literal"),
    (re.compile(r'(<code class="literal notranslate">)<span class="pre">([^<]*)</span>(?=</code>)'), r"\1\2"),
    (re.compile(r"\n(?=</?(?:dl|dt|dd|table|thead|tbody|tr|td|th|section|g|path)\b)"), ""),
)
_DATA: Final = re.compile(r'(<script type="application/(?:ld\+)?json"[^>]*>)(.*?)(</script>)', re.DOTALL)
_CODE: Final = re.compile(r'(<div class="highlight"><pre>)(.*?)(</pre>)', re.DOTALL)
_SPAN: Final = re.compile(r'<span class="(\w+)">([^<]*)</span>')
#: Two spans of one class with nothing or space between them.
_NEIGHBOURS: Final = re.compile(r'<span class="(\w+)">([^<]*)</span>(\s*)<span class="\1">')
_THEMED: Final = re.compile(r'^html\[data-theme="?(\w+)"?\] \.highlight(?: \.(\w+))?$')


def slim(page: str, coloured: Collection[str]) -> str:
    """The page, slimmed; ``coloured`` are the classes of code that do not look like the code around them."""
    page = _CODE.sub(lambda match: f"{match[1]}{_code(match[2], coloured)}{match[3]}", page)
    page = _DATA.sub(lambda match: f"{match[1]}{_data(match[2])}{match[3]}", page)
    parts = _KEPT.split(page)
    # split() gives text, kept element, its name, text, kept element, its name ... text
    return "".join(_text(part) if i % 3 == 0 else part for i, part in enumerate(parts) if i % 3 != 2).strip()


def _text(markup: str) -> str:
    markup = _SPACE.sub(lambda match: "\n" if "\n" in match[0] else " ", _COMMENT.sub("", markup))
    for pattern, replacement in _IDLE:
        markup = pattern.sub(replacement, markup)
    return markup


def _data(text: str) -> str:
    """A block of JSON without indents; ``<`` stays an escape."""
    data = json.loads(text)
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _code(markup: str, coloured: Collection[str]) -> str:
    markup = markup.replace("<span></span>", "")
    markup = _SPAN.sub(lambda match: match[0] if match[1] in coloured else match[2], markup)
    before = ""
    while before != markup:  # three strings in a row are joined in two steps
        before, markup = markup, _NEIGHBOURS.sub(r'<span class="\1">\2\3', markup)
    return markup


def coloured_classes(pygments: str) -> set[str]:
    """Classes of code that, by the theme's own sheet, look otherwise than the code around them in some theme.

    Raises ValueError if the sheet is not written as it is known to be.
    """
    looks: dict[str, dict[str, dict[str, str]]] = {}
    for rule in tinycss2.parse_stylesheet(pygments, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule" and (
            match := _THEMED.match(tinycss2.serialize(rule.prelude).strip())
        ):
            looks.setdefault(match[1], {}).setdefault(match[2] or "", {}).update(_look(rule))
    if not looks or not all("color" in found.get("", {}) for found in looks.values()):
        raise ValueError("pygments.css: no rule html[data-theme=...] .highlight {color}; see publish.slim")
    return {
        name
        for found in looks.values()
        for name, look in found.items()
        if name and look != {"color": found[""]["color"]}
    }


def _look(rule: Any) -> dict[str, str]:
    declarations = tinycss2.parse_declaration_list(rule.content, skip_comments=True, skip_whitespace=True)
    return {
        one.lower_name: tinycss2.serialize(one.value).strip().lower()
        for one in declarations
        if one.type == "declaration"
    }
