"""Faults of the theme's pages that are mended after the build."""

from __future__ import annotations

from pathlib import Path

from corridors.publish.page_fixes import fix_page, fix_site

PAGE = """<head><meta name="viewport" content="a" /><meta name="viewport" content="b" /></head>
<a class="navbar-brand logo" href="../index.html"><img alt="Steppe Corridors, first page"/></a>
<button class="btn search-button-field x" title="Search" aria-label="Search">Search</button>
<button class="btn search-button" aria-label="Search"></button>
<div role="list" class="citation-list"><div class="citation" id="id1" role="doc-biblioentry">A</div></div>
<details><summary aria-label="Toggle hidden content"><span>Show code cell source</span></summary></details>
"""


def test_controls_are_called_what_they_show() -> None:
    """The visible words are the name (WCAG 2.5.3); a button that shows only a picture keeps its label."""
    page = fix_page(PAGE)
    assert "Toggle hidden content" not in page
    assert page.count('aria-label="Search"') == 1


def test_reference_list_has_items() -> None:
    """A list needs items to be counted and stepped through; the theme's role for entries is withdrawn."""
    assert '<div class="citation" id="id1" role="listitem">' in fix_page(PAGE)


def test_logo_stands_in_a_landmark() -> None:
    """Whoever goes by landmarks finds the way home."""
    assert '<nav class="book-home" aria-label="Home"><a class="navbar-brand logo"' in fix_page(PAGE)


def test_viewport_is_stated_once() -> None:
    """The first statement stays."""
    page = fix_page(PAGE)
    assert page.count('name="viewport"') == 1
    assert 'content="a"' in page


def test_mending_twice_changes_nothing(tmp_path: Path) -> None:
    """Pages that a build does not write anew are visited again: the result must stand."""
    assert fix_page(fix_page(PAGE)) == fix_page(PAGE)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.html").write_text(PAGE, "utf-8")
    assert (fix_site(tmp_path), fix_site(tmp_path)) == (1, 0)
