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
    assert fix_page(fix_page(PAGE + TABLE)) == fix_page(PAGE + TABLE)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.html").write_text(PAGE, "utf-8")
    assert (fix_site(tmp_path), fix_site(tmp_path)) == (1, 0)


TABLE = (
    '<table class="exhibit exhibit-table table" id="t"><thead>'
    '<tr class="row-odd"><th class="head stub left" scope="col"><p>Year</p></th>'
    '<th class="head right" scope="col"><p>km</p></th></tr></thead><tbody>'
    '<tr class="row-even"><th class="stub left" scope="row"><p>2005</p></th><td class="right"><p>3.2</p></td>'
    '<td class="left"><p>one</p><p>two</p></td></tr></tbody></table>'
)


def test_markup_that_says_nothing_is_left_out() -> None:
    """Cells of figures carry no class and no paragraph; two paragraphs stay, and so do other tables."""
    assert fix_page(TABLE) == (
        '<table class="exhibit exhibit-table table" id="t"><thead>'
        '<tr><th class="stub" scope="col">Year</th><th class="right" scope="col">km</th></tr></thead><tbody>'
        '<tr><th class="stub" scope="row">2005</th><td>3.2</td>'
        '<td class="left"><p>one</p><p>two</p></td></tr></tbody></table>'
    )
    assert fix_page('<td class="right"><p>1</p></td>') == '<td class="right">1</td>'
    code = '<span></span><span class="n">x</span><span class="o">=</span><span class="mi">1</span>'
    assert fix_page(code) == 'x=<span class="mi">1</span>'


def test_fields_of_long_lists_are_as_short_as_they_are_plain() -> None:
    """A field of one paragraph is bare, one of two keeps them; lists of another kind are left alone."""
    fields = (
        '<dl class="simple data-columns" id="c"><dt>year<span class="data-type"> integer</span></dt>'
        '<dd class="field-odd"><p>One <em>year</em>.</p>\n</dd>'
        "<dt>gaps</dt><dd><ul><li><p>none</p></li></ul></dd>"
        "<dt>note</dt><dd><p>a</p><p>b</p></dd></dl>"
    )
    assert fix_page(fields) == (
        '<dl class="simple data-columns" id="c"><dt>year<small> integer</small></dt>'
        '<dd class="field-odd">One <em>year</em>.</dd><dt>gaps</dt><dd><ul><li>none</li></ul></dd>'
        "<dt>note</dt><dd><p>a</p><p>b</p></dd></dl>"
    )
    entry = '<dl class="simple exhibit-entry-fields"><dt>Verdict</dt><dd><p>supported</p>\n</dd></dl>'
    assert fix_page(entry) == "<dl><dt>Verdict</dt><dd>supported</dd></dl>"
    glossary = '<dl class="simple glossary"><dt>word</dt><dd><p>what it means</p>\n</dd></dl>'
    assert fix_page(glossary) == glossary
    assert fix_page(fix_page(fields + entry)) == fix_page(fields + entry)
