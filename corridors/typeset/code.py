"""A few words of Typst's language.

Everything is written in code mode, where text stands in quoted strings: no character of the book's prose or
data can be taken for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_LONG: Final = re.compile(r"\S{20,}")
_JOINTS: Final = re.compile(r"[._/&=?](?=\w)")


def quoted(text: str) -> str:
    """``text`` as a Typst string."""
    safe = (
        text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\r", "")
        .replace("\t", "\\t")
    )
    return f'"{safe}"'


def joined(parts: Iterable[str]) -> str:
    """Several pieces of content as one; ``none`` where there is nothing."""
    found = [part for part in parts if part]
    if not found:
        return "none"
    return found[0] if len(found) == 1 else "{" + "; ".join(found) + "}"


def block(parts: Iterable[str]) -> str:
    """Pieces of content one below the other in the source as well, which keeps it readable."""
    found = [part for part in parts if part and part != "none"]
    return "{\n" + "\n".join(found) + "\n}" if found else "none"


def array(parts: Iterable[str]) -> str:
    """An array, right also for none or one."""
    return "(" + "".join(f"{part}, " for part in parts) + ")"


def call(function: str, *positional: str, **named: str) -> str:
    """A call; the underscores of names become hyphens."""
    words = [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    return f"{function}({', '.join([*words, *positional])})"


def with_breaks(text: str) -> str:
    """``text`` with places to break in words that are too long for a line, such as the name of a function."""
    return _LONG.sub(lambda word: _JOINTS.sub("\\g<0>\u200b", word[0]), text)
