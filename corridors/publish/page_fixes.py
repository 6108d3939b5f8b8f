"""Faults of the theme's pages that its options cannot mend, mended in the finished HTML.

- Names of controls contain what the control shows (WCAG 2.5.3): the search button shows "Search Ctrl+K"
  and is called "Search"; the summary of a hidden cell shows other words than "Toggle hidden content".
  Without the attribute the visible text is the name.
- The logo stands outside every landmark; a ``nav`` around it makes it findable.
- The reference list is a ``list`` without list items: its entries carry a role that no longer exists.
- The page states its viewport three times; once is enough.
- Markup that says nothing is left out: colours of plain names and marks in code, classes of odd and even
  rows that look alike, the paragraph in a cell, sides that the style sheet gives to a table's cells anyway.
  The same in the long lists of fields (entries, catalogue of the data): paragraphs that are all of a field,
  and classes of what is known by its place.

Every fix leaves its own result unchanged, so a page that was not written anew can be visited again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx

from corridors.publish.picture_store import WORDS, Store, open_store

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
    (re.compile(r'<div class="data-entry docutils container"'), '<div class="data-entry"'),
    (re.compile(r"(<t[dh]\b[^>]*>)<p>((?:(?!</?p\b).)*)</p>(?=</t[dh]>)", re.DOTALL), r"\1\2"),
)
#: Lists of fields; none of them holds another.
_FIELDS: Final = re.compile(
    r'<dl class="[^"]*\b(?:data-facts|data-columns|exhibit-entry-fields)\b[^"]*"[^>]*>.*?</dl>', re.DOTALL
)
_BARE: Final = (
    (re.compile(r"(<(dd|li)\b[^>]*>)<p>((?:(?!</?p\b).)*)</p>\s*(?=</\2>)", re.DOTALL), r"\1\3"),
    (re.compile(r'<dl class="[^"]*\bexhibit-entry-fields\b[^"]*">'), "<dl>"),
    (re.compile(r'<span class="data-type">([^<]*)</span>'), r"<small>\1</small>"),
)
_EXHIBIT_TABLE: Final = re.compile(r'<table class="exhibit exhibit-table.*?</table>', re.DOTALL)
#: The class of a cell is left only where it does not stand at the right, as figures do.
_SIDES: Final = (
    (re.compile(r'<td class="right"'), "<td"),
    (re.compile(r'<th class="(?:head )?stub left"'), '<th class="stub"'),
    (re.compile(r'<th class="head (left|right|center)"'), r'<th class="\1"'),
)


def fix_page(page: str) -> str:
    """One page of HTML, mended."""
    page = _all(_FIXES, page)
    page = _EXHIBIT_TABLE.sub(lambda match: _all(_SIDES, match[0]), page)
    page = _FIELDS.sub(lambda match: _all(_BARE, match[0]), page)
    seen = 0

    def first_only(match: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        return match[0] if seen == 1 else ""

    return _VIEWPORT.sub(first_only, page)


def _all(fixes: Iterable[tuple[re.Pattern[str], str]], part: str) -> str:
    for pattern, replacement in fixes:
        part = pattern.sub(replacement, part)
    return part


def fix_site(folder: Path, kept: Store | None = None) -> int:
    """Mend every page below ``folder`` in place; the number of pages that changed.

    ``kept`` holds pages that were mended before.
    """
    changed = 0
    for path in sorted(folder.rglob("*.html")):
        before = path.read_text("utf-8")
        after = kept.text("page", before, partial(fix_page, before)) if kept else fix_page(before)
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
        kept = open_store(app, "mended", WORDS)
        fix_site(Path(app.outdir), kept)
        kept.tidy()
