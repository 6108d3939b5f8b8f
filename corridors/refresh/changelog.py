"""The change log of the data: ``data/CHANGELOG.md``, newest first, written by ``refresh --accept``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from corridors.refresh.compare import ADDED, REMOVED, REVISED, Change

FILE: Final = "CHANGELOG.md"
HEAD: Final = (
    "# Changes of the data\n\n"
    "Newest first. Each entry is a vintage: what a refresh from the live sources added, removed and "
    "revised.\n"
    "Tables as they were before are kept in `vintages/`.\n"
)
#: Lines of one table that an entry shows; the rest are counted.
_SHOWN: Final = 40


def entry(name: str, sources: Iterable[str], changes: Iterable[Change], effects: Iterable[str] = ()) -> str:
    """The entry of one vintage, in Markdown."""
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        by_table.setdefault(change.table, []).append(change)
    lines = [f"## {name}", "", f"Sources: {', '.join(sources)}.", ""]
    for table, found in sorted(by_table.items()):
        counts = Counter(change.kind for change in found)
        said = ", ".join(f"{counts[kind]} {kind}" for kind in (ADDED, REMOVED, REVISED) if counts[kind])
        lines += [f"- `{table}`: {said}"]
        lines += [f"  - {change}" for change in found[:_SHOWN]]
        if len(found) > _SHOWN:
            lines += [f"  - and {len(found) - _SHOWN} more"]
    moved = list(effects)
    if moved:
        lines += ["", "Moved in the book:", "", *(f"- {line}" for line in moved)]
    return "\n".join(lines) + "\n"


def with_entry(text: str, fresh: str) -> str:
    """The change log with ``fresh`` as its newest entry."""
    head, mark, rest = text.partition("\n## ")
    return f"{head.rstrip() or HEAD.rstrip()}\n\n{fresh}" + (f"\n## {rest}" if mark else "")
