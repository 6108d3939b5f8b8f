"""The report of a refresh, for the terminal and as a page: what came, what changed, what it moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from corridors.refresh import files
from corridors.refresh.compare import ADDED, REMOVED, REVISED, Change
from corridors.refresh.effects import Moved
from corridors.refresh.faults import RefreshError
from corridors.refresh.provider import NEVER_LIVE
from corridors.refresh.table import Finding, Newcomer

#: Changes and effects of one kind that the terminal shows; the page shows all.
_SHOWN: Final = 12


@dataclass
class Outcome:
    """What came of one source."""

    source: str
    title: str
    faults: list[RefreshError] = field(default_factory=list)
    skipped: str = ""
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    #: By table: what it takes to enter them, and what is upstream and not in the table.
    #: What the source's module was written from.
    known_from: str = ""
    newcomers: dict[str, tuple[str, tuple[Newcomer, ...]]] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """In two words."""
        if self.skipped:
            return "not asked"
        return "refused" if self.faults else "taken"


@dataclass
class Report:
    """Everything that a refresh has to say. ``name`` is the vintage that waits, "" if nothing changed."""

    day: str
    present: str
    outcomes: list[Outcome]
    changes: list[Change] = field(default_factory=list)
    moved: list[Moved] | None = None
    name: str = ""

    @property
    def by_table(self) -> dict[str, list[Change]]:
        """The changes, table by table."""
        tables: dict[str, list[Change]] = {}
        for change in self.changes:
            tables.setdefault(change.table, []).append(change)
        return dict(sorted(tables.items()))

    @property
    def by_kind(self) -> dict[str, list[Moved]]:
        """What moves in the book, kind by kind."""
        kinds: dict[str, list[Moved]] = {}
        for one in self.moved or []:
            kinds.setdefault(one.kind, []).append(one)
        return kinds

    @property
    def chapters(self) -> list[str]:
        """The chapters in which something moves."""
        return sorted({one.chapter for one in self.moved or []})


def counted(changes: Sequence[Change]) -> str:
    """How many rows are added, removed, revised."""
    counts = Counter(change.kind for change in changes)
    return ", ".join(f"{counts[kind]} {kind}" for kind in (ADDED, REMOVED, REVISED) if counts[kind])


def _list(lines: list[str], items: Sequence[object], indent: str) -> None:
    lines += [f"{indent}{item}" for item in items[:_SHOWN]]
    if len(items) > _SHOWN:
        lines.append(f"{indent}and {len(items) - _SHOWN} more (in the page)")


def terminal(report: Report) -> str:
    """The report as text."""
    lines = [f"Refresh of {report.day}; the data are the vintage {report.present}", ""]
    for outcome in report.outcomes:
        lines.append(f"{outcome.source:<11} {outcome.said}: {outcome.title}")
        if outcome.skipped:
            lines.append(f"    {outcome.skipped}")
        lines += [f"    {fault}" for fault in outcome.faults]
        lines += [f"    note: {note}" for note in outcome.notes]
        lines += [f"    {found.says}: {found.value} {found.unit}".rstrip() for found in outcome.findings]
        for name, (need, newcomers) in outcome.newcomers.items():
            lines.append(f"    not in {name}, {len(newcomers)} upstream; {need}")
            _list(lines, newcomers, "        ")
    lines.append("")
    if not report.changes and any(outcome.said == "taken" for outcome in report.outcomes):
        lines.append("Nothing has changed upstream.")
    for table, found in report.by_table.items():
        lines.append(f"{table}: {counted(found)}")
        _list(lines, found, "    ")
    if report.changes:
        lines += ["", *_moved_lines(report)]
    return "\n".join(lines)


def _moved_lines(report: Report) -> list[str]:
    if report.moved is None:
        return ["What this moves in the book was not looked at."]
    if not report.moved:
        return ["Nothing moves in the book."]
    lines = [f"This moves in the book (chapters: {', '.join(report.chapters)}):"]
    for kind, found in report.by_kind.items():
        lines.append(f"  {kind}: {len(found)}")
        _list(lines, found, "    ")
    return lines


def page(report: Report, book: str) -> str:
    """The report as a page of its own; ``book`` is the way from it to the site's folder."""
    environment = Environment(
        loader=PackageLoader("corridors.refresh", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("report.html.jinja").render(
        report=report, counted=counted, book=book, never_live=NEVER_LIVE
    )


def write_page(report: Report, path: Path, book: str) -> None:
    """Write the page whole or not at all."""
    files.write_whole(path, page(report, book).encode())
