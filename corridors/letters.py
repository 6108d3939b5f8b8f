"""Cyrillic letters in Latin script: the rule by which the book writes Mongolian names, letter by letter."""

from __future__ import annotations

from typing import Final

#: Mongolian Cyrillic to Latin, small letters; signs that are not heard are left out.
LETTERS: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "ye", "ё": "yo", "ж": "j", "з": "z", "и": "i",
    "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "ө": "ö", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ү": "ü", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "",
    "ы": "y", "ь": "i", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip


def latin(cyrillic: str) -> str:
    """A Mongolian name in Latin letters by the rule; capitals stay, other characters are left as they are."""
    out = []
    for letter in cyrillic:
        small = LETTERS.get(letter.lower())
        if small is None:
            out.append(letter)
        else:
            out.append(small.capitalize() if letter.isupper() else small)
    return "".join(out)
