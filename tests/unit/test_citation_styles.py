"""References in four styles, against strings that were checked by hand with the styles' own handbooks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.publish.citation_styles import STYLES, pieces, text

BODY: dict[str, Any] = {
    "id": "a",
    "type": "chapter",
    "title": "The Trans-Mongolian Railway",
    "author": [{"literal": "Steppe Corridors contributors"}],
    "container-title": "Steppe Corridors: Mongolia between Russia and China",
    "chapter-number": "3",
    "publisher": "Steppe Corridors contributors",
    "issued": {"date-parts": [[2026, 11, 21]]},
    "version": "0.1.0",
}
PERSONS = BODY | {
    "title": "R&D at 100%: a_b, <c> and “open” doors in Өвөр Монгол 二连",
    "author": [{"family": "Bat-Erdene", "given": "Öndör"}, {"family": "Ünal", "given": "Çağrı"}],
}
MANY = BODY | {"author": [{"family": f"Name{letter}", "given": "Jane Ann"} for letter in "ABCDEFGHI"]}
MIXED = BODY | {
    "author": [{"family": "O’Brien", "given": "Siobhán"}, {"literal": "Institute of the Steppe"}],
    "URL": "https://example.org/a_b?x=1&y=2",
    "issued": {"date-parts": [[2028, 3, 2]]},
    "original-date": {"date-parts": [[2026, 11, 21]]},
}
BOOK = {key: value for key, value in BODY.items() if key not in ("container-title", "chapter-number")} | {
    "type": "book",
    "title": "Steppe Corridors: Mongolia between Russia and China",
}
BOOK_TITLE = "Steppe Corridors: Mongolia between Russia and China"
CAPITALS = "Steppe Corridors: Mongolia Between Russia and China"
TAIL = "Steppe Corridors contributors"
CASES = [
    (BODY, "apa",
     f"{TAIL}. (2026). The Trans-Mongolian Railway. In {BOOK_TITLE} (Version 0.1.0, Chapter 3). {TAIL}."),
    (BODY, "chicago",
     f"{TAIL}. 2026. “The Trans-Mongolian Railway.” Chap. 3 in {CAPITALS}, version 0.1.0. {TAIL}."),
    (BODY, "mla", f"{TAIL}. “The Trans-Mongolian Railway.” {CAPITALS}, Version 0.1.0, {TAIL}, 2026."),
    (BODY, "harvard", f"{TAIL} (2026) ‘The Trans-Mongolian Railway’, {BOOK_TITLE}. {TAIL}."),
    (PERSONS, "apa",
     "Bat-Erdene, Ö., & Ünal, Ç. (2026). R&D at 100%: a_b, <c> and ‘open’ doors in Өвөр Монгол 二连. "
     f"In {BOOK_TITLE} (Version 0.1.0, Chapter 3). {TAIL}."),
    (PERSONS, "chicago",
     "Bat-Erdene, Öndör, and Çağrı Ünal. 2026. “R&D at 100%: A_b, <c> and ‘open’ Doors in Өвөр Монгол 二连.” "
     f"Chap. 3 in {CAPITALS}, version 0.1.0. {TAIL}."),
    (PERSONS, "mla",
     "Bat-Erdene, Öndör, and Çağrı Ünal. “R&D at 100%: A_b, <c> and ‘open’ Doors in Өвөр Монгол 二连.” "
     f"{CAPITALS}, Version 0.1.0, {TAIL}, 2026."),
    (PERSONS, "harvard",
     "Bat-Erdene, Ö. and Ünal, Ç. (2026) ‘R&D at 100%: a_b, <c> and “open” doors in Өвөр Монгол 二连’, "
     f"{BOOK_TITLE}. {TAIL}."),
    (MANY, "apa",
     ", ".join(f"Name{letter}, J. A." for letter in "ABCDEFGH") + ", & NameI, J. A. (2026). "
     f"The Trans-Mongolian Railway. In {BOOK_TITLE} (Version 0.1.0, Chapter 3). {TAIL}."),
    (MANY, "chicago",
     "NameA, Jane Ann, Jane Ann NameB, Jane Ann NameC, et al. 2026. “The Trans-Mongolian Railway.” "
     f"Chap. 3 in {CAPITALS}, version 0.1.0. {TAIL}."),
    (MANY, "mla",
     f"NameA, Jane Ann, et al. “The Trans-Mongolian Railway.” {CAPITALS}, Version 0.1.0, {TAIL}, 2026."),
    (MANY, "harvard", f"NameA, J.A. et al. (2026) ‘The Trans-Mongolian Railway’, {BOOK_TITLE}. {TAIL}."),
    (MIXED, "apa",
     "O’Brien, S., & Institute of the Steppe. (2028). The Trans-Mongolian Railway. "
     f"In {BOOK_TITLE} (Version 0.1.0, Chapter 3). {TAIL}. https://example.org/a_b?x=1&y=2"),
    (MIXED, "chicago",
     "O’Brien, Siobhán, and Institute of the Steppe. 2028. “The Trans-Mongolian Railway.” "
     f"Chap. 3 in {CAPITALS}, version 0.1.0. {TAIL}. https://example.org/a_b?x=1&y=2."),
    (MIXED, "mla",
     "O’Brien, Siobhán, and Institute of the Steppe. “The Trans-Mongolian Railway.” "
     f"{CAPITALS}, Version 0.1.0, {TAIL}, 2028, https://example.org/a_b?x=1&y=2."),
    (MIXED, "harvard",
     "O’Brien, S. and Institute of the Steppe (2028) ‘The Trans-Mongolian Railway’, "
     f"{BOOK_TITLE}. {TAIL}. Available at: https://example.org/a_b?x=1&y=2."),
    (BOOK, "apa", f"{TAIL}. (2026). {BOOK_TITLE} (Version 0.1.0). {TAIL}."),
    (BOOK, "chicago", f"{TAIL}. 2026. {CAPITALS}. Version 0.1.0. {TAIL}."),
    (BOOK, "mla", f"{TAIL}. {CAPITALS}. Version 0.1.0, {TAIL}, 2026."),
    (BOOK, "harvard", f"{TAIL} (2026) {BOOK_TITLE}. {TAIL}."),
]  # fmt: skip


@pytest.mark.parametrize(("item", "style", "expected"), CASES)
def test_reference_in_each_style(item: dict[str, Any], style: str, expected: str) -> None:
    """A body, markup characters and three scripts, nine authors, a person with a body, the book itself."""
    assert text(item, style) == expected


def test_the_title_of_the_whole_is_in_italics() -> None:
    """In every style the container of a chapter, or the book itself, and nothing else."""
    for style in STYLES:
        for item in (BODY, BOOK):
            assert [part.lower() for part, titled in pieces(item, style) if titled] == [BOOK_TITLE.lower()]


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ab&<>_%^~“”\"'Ө二{}\\ ", min_size=1, max_size=20).filter(str.strip))
def test_no_title_is_lost_or_becomes_markup(title: str) -> None:
    """Whatever a title holds, none of its letters and signs vanishes (quotation marks may change)."""
    words = text(BODY | {"title": f"Q{title}Q"}, "apa")
    for sign in set(title) - set("“”\"'ab "):
        assert words.count(sign) == title.count(sign), sign
