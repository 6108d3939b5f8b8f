"""The language of a name in local script, for screen readers, hyphenation and fonts."""

from __future__ import annotations

import re
from typing import Final

_LANGUAGES: Final = {
    "mn": "mn", "mongolia": "mn", "ru": "ru", "russia": "ru", "cn": "zh", "china": "zh",
    "kz": "kk", "kazakhstan": "kk", "zh": "zh", "en": "en", "kk": "kk", "ja": "ja", "ko": "ko",
}  # fmt: skip
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
#: Letters that are not those of English: a run of them is a word of another language.
FOREIGN: Final = re.compile(r"[\u0400-\u052f\u1800-\u18af\u3400-\u9fff]")


def language(local: str, hint: str) -> str:
    """The language tag of a name in local script, from a country or tag, else from its script."""
    known = _LANGUAGES.get(hint.strip().lower(), "")
    if known:
        return known
    return ("zh" if _HAN.search(local) else "mn") if local else ""


def tag_of(text: str, hint: str) -> str:
    """As ``language``, but "" for a text in Latin letters, which needs no mark."""
    return language(text, hint) if FOREIGN.search(text) else ""
