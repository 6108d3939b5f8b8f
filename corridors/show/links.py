"""Links from a cell to a place in the book, the same in every medium.

A template says where: ``ledger.md#claim-{value}``, ``{value}.md`` or, on the same page, ``#claim-{value}``.
The path is relative to the folder of the page that shows the link; ``{value}`` becomes the cell's text as
an anchor is written, so that "NIAS-32" leads to ``claim-nias-32``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corridors.show import media

#: A piece of text, and the place in the book that it leads to ("" for none).
Part = tuple[str, str]

_PLACE: Final = "{value}"
_TEMPLATE = re.compile(r"(?:[\w./-]+\.md)?(?:#[a-z][a-z0-9-]*)?")


def anchor(text: str) -> str:
    """``text`` as an anchor: lower-case letters and digits, joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def checked(template: str, label: str) -> str:
    """``template`` if it names a place in the book. Raises ``ExhibitError`` that names the exhibit if not."""
    if not _TEMPLATE.fullmatch(template.replace(_PLACE, "x")):
        raise media.ExhibitError(
            f"{label}: link={template!r} is no place in the book; write for example "
            f"'ledger.md#claim-{_PLACE}' or '#{_PLACE}'"
        )
    return template


def split(text: str, separator: str) -> list[str]:
    """The values of one cell, without blanks and without empty ones."""
    values = text.split(separator) if separator else [text]
    return [value.strip() for value in values if value.strip()]


def parts(values: Sequence[str], template: str) -> list[Part]:
    """Each value with the place that it leads to."""
    return [(value, template.replace(_PLACE, anchor(value))) for value in values]
