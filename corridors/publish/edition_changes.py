"""What an edition holds, and what has changed between two of them. Pure functions on plain data.

The state of an edition is a dictionary, kept as ``editions/<version>.json`` and in each site as
``_data/edition.json``:

    book, version, date
    numbers   id -> {shown, chapter, function, datasets}
    exhibits  label -> {kind, number, chapter, title, data (SHA-256), datasets}
    claims    id -> {verdict, finding, chapter, datasets}
    datasets  name -> {title, subject, hash, horizon}
    text      page -> {title, paragraphs: [[hash, first words], ...]}
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

State = Mapping[str, Any]
_PARTS: Final = ("numbers", "exhibits", "claims", "datasets", "text")


class EditionError(ValueError):
    """The record of an edition cannot be read; the message names file, rule and remedy."""


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was; ``old`` or ``new`` is empty for what came or went."""

    name: str
    title: str
    chapter: str
    old: str
    new: str

    @property
    def how(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        return "added" if not self.old else "removed" if not self.new else "changed"


@dataclass(frozen=True)
class Changes:
    """All changes from one edition to a later one, each list in the order of its names."""

    before: str
    after: str
    numbers: list[Change] = field(default_factory=list)
    exhibits: list[Change] = field(default_factory=list)
    verdicts: list[Change] = field(default_factory=list)
    findings: list[Change] = field(default_factory=list)
    routes: list[Change] = field(default_factory=list)
    datasets: list[Change] = field(default_factory=list)
    text: list[Change] = field(default_factory=list)

    @property
    def all(self) -> list[Change]:
        """Every change."""
        return [
            *self.numbers, *self.exhibits, *self.verdicts, *self.findings, *self.routes, *self.datasets,
            *self.text,
        ]  # fmt: skip

    @property
    def chapters(self) -> list[str]:
        """The pages in which something has changed, by name."""
        return sorted({change.chapter for change in self.all if change.chapter})


def read_state(path: Path) -> dict[str, Any]:
    """The record of an edition. Raises EditionError for a file that is none."""
    try:
        state = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise EditionError(
            f"{path.name}: not the record of an edition ({error}); restore it from the repository, or from "
            "_data/edition.json of that edition's site"
        ) from error
    missing = [name for name in ("version", "date", *_PARTS) if name not in state]
    if missing:
        raise EditionError(
            f"{path.name}: lacks {', '.join(missing)}; "
            "restore it from _data/edition.json of that edition's site"
        )
    return dict(state)


def of_pages(state: State, pages: Collection[str]) -> dict[str, Any]:
    """``state`` without what stands on other pages; for the build of one chapter alone."""
    kept = dict(state)
    for part in ("numbers", "exhibits", "claims"):
        kept[part] = {name: one for name, one in state[part].items() if one["chapter"] in pages}
    kept["text"] = {name: one for name, one in state["text"].items() if name in pages}
    return kept


def version_key(version: str) -> tuple[tuple[int, str], ...]:
    """Sorts 0.9.0 before 0.10.0; parts that are no numbers come first."""
    return tuple(
        (int(part), "") if part.isdigit() else (-1, part) for part in version.replace("-", ".").split(".")
    )


def compare(before: State, after: State) -> Changes:
    """What has changed from ``before`` to ``after``."""
    datasets = _moved(before, after, "datasets", lambda one: one["hash"], _horizon)
    subjects = {**_subjects(before), **_subjects(after)}
    return Changes(
        before=before["version"],
        after=after["version"],
        numbers=_moved(before, after, "numbers", lambda one: one["shown"], lambda one: one["shown"]),
        exhibits=_moved(before, after, "exhibits", lambda one: one["data"], lambda one: one["data"][:12]),
        verdicts=_moved(before, after, "claims", lambda one: one["verdict"], lambda one: one["verdict"]),
        findings=[
            change
            for change in _moved(
                before, after, "claims", lambda one: one["finding"], lambda one: one["finding"]
            )
            if change.how == "changed"
        ],
        routes=[change for change in datasets if subjects[change.name] == "routes"],
        datasets=[change for change in datasets if subjects[change.name] != "routes"],
        text=_text(before["text"], after["text"]),
    )


def _subjects(state: State) -> dict[str, str]:
    return {name: one["subject"] for name, one in state["datasets"].items()}


def _horizon(one: Mapping[str, Any]) -> str:
    """How a version of a table is shown: what it covers, and the beginning of its hash."""
    return f"{one['horizon']} ({one['hash'].removeprefix('sha256:')[:12]})"


def _moved(
    before: State,
    after: State,
    part: str,
    key: Callable[[Mapping[str, Any]], str],
    shown: Callable[[Mapping[str, Any]], str],
) -> list[Change]:
    """The things of ``part`` whose ``key`` differs; ``shown`` is what the list says of each side."""
    old, new = before[part], after[part]
    changes = []
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was and now and key(was) == key(now):
            continue
        one = now or was
        changes.append(
            Change(
                name=name,
                title=str(one.get("title", "")),
                chapter=str(one.get("chapter", "")),
                old=shown(was) if was else "",
                new=shown(now) if now else "",
            )
        )
    return changes


def _text(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Pages whose paragraphs differ, numbers apart: how many went, how many came."""
    changes = []
    for page in sorted({*old, *new}):
        was = Counter(mark for mark, _ in old.get(page, {}).get("paragraphs", []))
        now = Counter(mark for mark, _ in new.get(page, {}).get("paragraphs", []))
        gone, come = (was - now).total(), (now - was).total()
        if gone or come:
            title = str((new.get(page) or old[page])["title"])
            changes.append(
                Change(
                    page,
                    title,
                    page,
                    _count(gone) if page in old else "",
                    _count(come) if page in new else "",
                )
            )
    return changes


def _count(number: int) -> str:
    return "1 paragraph" if number == 1 else f"{number} paragraphs"


#: Kind of change, its heading, and what is written of both sides.
HEADINGS: Final = (
    ("verdicts", "Verdicts"),
    ("numbers", "Numbers of the text"),
    ("exhibits", "Tables, charts and maps"),
    ("findings", "Findings on claims"),
    ("routes", "Routes"),
    ("datasets", "Tables of the data"),
    ("text", "Text"),
)


def summary(changes: Changes) -> str:
    """The changes as text for a terminal."""
    lines = [f"From {changes.before} to {changes.after}: {len(changes.all)} changes"]
    for part, heading in HEADINGS:
        found: list[Change] = getattr(changes, part)
        if found:
            lines.append(f"\n{heading} ({len(found)})")
            for one in found:
                sides = f"{one.old} -> {one.new}" if one.how == "changed" else (one.new or one.old)
                lines.append(
                    f"  {one.name}: {one.how}: {sides}" + (f"  [{one.chapter}]" if one.chapter else "")
                )
    return "\n".join(lines)
