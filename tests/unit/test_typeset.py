"""From fragments of pages to Typst: nothing of a page is lost, nothing of its text is taken for markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.build.faults import BuildError
from corridors.typeset import grid
from corridors.typeset.code import joined, quoted, with_breaks
from corridors.typeset.fragments import Known, anchors, parsed
from corridors.typeset.translate import page
from corridors.typeset.volumes import roman


def _set(fragment: str, **others: str) -> str:
    """The code of a fragment of the page ``book/one``; ``others`` are further pages of the book by name."""
    root = parsed(fragment)
    known = {"book/one": anchors(root)}
    for name, text in others.items():
        known[f"book/{name}"] = anchors(parsed(text))
    return page("book/one", "One", "1", root, Known(known, re.compile(r"\bNIAS-\d+\b"))).code


def test_text_is_a_string_and_never_markup() -> None:
    code = _set('<p>#let x = 1 *not bold* "quoted" \\ $5 @ref</p>')
    assert code == '{\np("#let x = 1 *not bold* \\"quoted\\" \\\\ $5 @ref")\n}'


@given(st.text())
def test_a_string_ends_where_it_is_to_end(text: str) -> None:
    inside = quoted(text)[1:-1]
    assert re.fullmatch(r'(?:[^"\\]|\\.)*', inside, re.DOTALL)
    assert "\n" not in inside


def test_an_anchor_before_a_heading_means_the_heading() -> None:
    code = _set(
        '<section id="a"><span id="sec-a"></span><h1>A</h1><p><a href="#sec-a">here</a></p></section>'
    )
    assert 'chapter-head("book/one#a", "", "A")' in code
    assert 'inward("book/one", "a", "here")' in code


def test_a_link_that_leads_nowhere_stops_the_work() -> None:
    with pytest.raises(BuildError, match=r"book/one: the link to two\.html#gone leads to no place"):
        _set('<p><a href="two.html#gone">x</a></p>', two='<p id="there">y</p>')


def test_an_unknown_element_stops_the_work() -> None:
    with pytest.raises(BuildError, match="<video> cannot be set on paper"):
        _set("<video></video>")


def test_a_picture_needs_words() -> None:
    with pytest.raises(BuildError, match="has no alternative text"):
        _set('<figure><img src="a.svg" alt=" "></figure>')


def test_code_of_folded_cells_is_left_out() -> None:
    code = _set(
        '<div class="cell tag_hide-input"><details class="above-input"><pre>secret</pre></details>'
        '<div class="cell_output"><p>shown</p></div></div>'
    )
    assert "secret" not in code
    assert 'p("shown")' in code


def test_claims_are_marked_for_the_index() -> None:
    assert 'p({"see "; claim("NIAS-07"); "."})' in _set("<p>see NIAS-07.</p>")


def test_long_words_may_break_at_their_joints() -> None:
    assert with_breaks("short a.b") == "short a.b"
    assert (
        with_breaks("corridors.claims.findings.trade") == "corridors.\u200bclaims.\u200bfindings.\u200btrade"
    )


def test_pieces_are_joined_without_empty_ones() -> None:
    assert joined([]) == "none"
    assert joined(["", '"a"']) == '"a"'
    assert joined(['"a"', '"b"']) == '{"a"; "b"}'


def test_a_narrow_table_keeps_its_natural_width() -> None:
    setting = grid.choose([["Year", "kt"], ["2021", "1,747"], ["2025", "2,973"]], [False, True])
    assert (setting.size, setting.turned, setting.lines) == (grid.SIZES[0], False, 1)
    assert sum(setting.widths) < grid.UPRIGHT / 3


def test_many_columns_turn_the_page() -> None:
    heads = [f"Productivity{n}" for n in range(9)]
    setting = grid.choose([heads, ["1,000,000"] * 9], [True] * 9)
    assert setting.turned


@given(st.lists(st.lists(st.text("abcdefgh ", max_size=300), min_size=4, max_size=4), min_size=2, max_size=6))
def test_a_table_never_is_wider_than_its_page(rows: list[list[str]]) -> None:
    setting = grid.choose(rows, [False] * 4)
    room = grid.TURNED if setting.turned else grid.UPRIGHT
    assert sum(setting.widths) <= room + 0.01
    assert all(width > 0 for width in setting.widths)


def test_roman_numerals() -> None:
    assert [roman(number) for number in (1, 4, 5, 9, 14)] == ["I", "IV", "V", "IX", "XIV"]
