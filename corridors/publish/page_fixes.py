"""Faults of the theme's pages that its options cannot mend, mended in the finished HTML.

- Names of controls contain what the control shows (WCAG 2.5.3): the search button shows "Search Ctrl+K"
  and is called "Search"; the summary of a hidden cell shows other words than "Toggle hidden content".
  Without the attribute the visible text is the name.
- The logo stands outside every landmark; a ``nav`` around it makes it findable.
- The reference list is a ``list`` without list items: its entries carry a role that no longer exists.
- The page states its viewport three times; once is enough.
- Markup that says nothing is left out: colours of plain names and marks in code, classes of odd and even
  rows that look alike, the paragraph in a cell, sides that the style sheet gives to a table's cells anyway.

Every fix leaves its own result unchanged, so a page that was not written anew can be visited again.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx

_VIEWPORT: Final = re.compile(r'\s*<meta name="viewport"[^>]*>')
_FIXES: Final = (
    (re.compile(r'(<button class="btn search-button-field[^>]*?) aria-label="[^"]*"'), r"\1"),
    (re.compile(r'(<summary[^>]*?) aria-label="Toggle hidden content"'), r"\1"),
    (re.compile(r'(<div class="citation"[^>]*?) role="doc-biblioentry"'), r'\1 role="listitem"'),
    (
        re.compile(r'(?<!aria-label="Home">)(<a class="navbar-brand logo".*?</a>)', re.DOTALL),
        r'<nav class="book-home" aria-label="Home">\1</nav>',
    ),
    (re.compile(r'<span class="[nopw]">([^<]*)</span>|<span></span>'), r"\1"),
    (re.compile(r'<tr class="row-(?:odd|even)">'), "<tr>"),
    (re.compile(r"(<t[dh]\b[^>]*>)<p>((?:(?!</?p\b).)*)</p>(?=</t[dh]>)", re.DOTALL), r"\1\2"),
)
_EXHIBIT_TABLE: Final = re.compile(r'<table class="exhibit exhibit-table.*?</table>', re.DOTALL)
_SIDES: Final = (
    (re.compile(r'<td class="right"'), "<td"),
    (re.compile(r'<th class="(?:head )?stub left"'), '<th class="stub"'),
    (re.compile(r'<th class="head (left|right|center)"'), r'<th class="\1"'),
)


def fix_page(page: str) -> str:
    """One page of HTML, mended."""
    for pattern, replacement in _FIXES:
        page = pattern.sub(replacement, page)
    page = _EXHIBIT_TABLE.sub(_plain_sides, page)
    seen = 0

    def first_only(match: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        return match[0] if seen == 1 else ""

    return _VIEWPORT.sub(first_only, page)


def _plain_sides(match: re.Match[str]) -> str:
    """A table whose cells have a class only where they do not stand at the right, as figures do."""
    table = match[0]
    for pattern, replacement in _SIDES:
        table = pattern.sub(replacement, table)
    return table


def fix_site(folder: Path) -> int:
    """Mend every page below ``folder`` in place; the number of pages that changed."""
    changed = 0
    for path in sorted(folder.rglob("*.html")):
        before = path.read_text("utf-8")
        after = fix_page(before)
        if after != before:
            path.write_text(after, "utf-8", newline="")
            changed += 1
    return changed


def setup(app: Sphinx) -> dict[str, bool]:
    """Mend the pages once they are all written."""
    app.connect("build-finished", _fix)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _fix(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.name in ("html", "dirhtml"):
        fix_site(Path(app.outdir))
