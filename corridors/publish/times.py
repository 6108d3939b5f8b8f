"""How long the book takes to build, as it was measured last: a part of the verification report.

``make bench`` puts a run on record in ``measurements/build.json``. The page shows that record and measures
nothing itself, so that it is the same wherever the book is built from the same files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from corridors.build.layout import BENCH_RECORD as RECORD
from corridors.publish import overviews
from corridors.publish.citation_formats import spoken_day

_STEPS: Final = {
    "cold": "From nothing",
    "no change": "Nothing changed",
    "prose edit": "A sentence added",
    "code edit": "A line of code added",
    "table edit": "A table changed",
    "cold, other size": "From nothing, chapters copied",
    "each chapter more, cold": "Each chapter more, from nothing",
}
_MEASURES: Final = {"ratio": "part of stock", "seconds": "seconds"}


def read(root: Path) -> dict[str, Any] | None:
    """The record; None if there is none. Raises ExtensionError for one that is not as the bench writes it."""
    path = root / RECORD
    if not path.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        date.fromisoformat(found["date"])
        for step in found["steps"]:
            _cells(step)
        for goal in found["goals"]:
            _goal(goal)
        dict(found["machine"]), dict(found["versions"]), str(found["stock"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExtensionError(
            f"{RECORD}: not a record of 'make bench' ({type(error).__name__}: {error}); delete it or run the "
            "bench again"
        ) from error
    return found


def times(app: Sphinx, here: str) -> list[nodes.Node]:
    """The record as two tables and a sentence on the machine, or a sentence that there is none."""
    found = read(Path(app.srcdir))
    if found is None:
        words = (
            f"No measurement is on record in this copy of the project. make bench takes one, into {RECORD}."
        )
        return [nodes.paragraph("", words)]
    rows = [_cells(step) for step in found["steps"]]
    headings = ("Build", "Chapters", "Run", "Seconds", "Stock, seconds", "Part of stock")
    shown: list[nodes.Node] = [
        nodes.paragraph(
            "", f"Measured on {spoken_day(date.fromisoformat(found['date']))}: {_machine(found)}."
        ),
        nodes.paragraph("", found["stock"].replace("``", "").replace("\n", " ")),
        overviews.plain_table(
            "Seconds that a build takes", headings, rows, (30, 10, 8, 10, 12, 12), numeric=5
        ),
    ]
    notes = [f"{_name(step)}: {step['note']}." for step in found["steps"] if step.get("note")]
    if notes:
        shown.append(nodes.paragraph("", " ".join(notes)))
    goals = [_goal(goal) for goal in found["goals"]]
    titles = ("What", "Measured", "Aimed at", "Reached")
    shown.append(overviews.plain_table("What was aimed at", titles, goals, (40, 12, 12, 12), numeric=3))
    return shown


def _machine(found: Mapping[str, Any]) -> str:
    machine, versions = found["machine"], found["versions"]
    parts = [f"{machine['system']} on {machine['machine']}", f"{machine['processors']} processors"]
    if machine.get("load") is not None:
        parts.append(f"load {machine['load']} at the start")
    return ", ".join(parts + [f"{name} {number}" for name, number in versions.items()])


def _name(step: Mapping[str, Any]) -> str:
    return _STEPS.get(step["what"], str(step["what"]))


def _cells(step: Mapping[str, Any]) -> list[nodes.Node | str]:
    """One build as a row; what was not measured is left empty."""
    return [
        _name(step),
        str(int(step["chapters"])),
        "" if step["executed"] is None else str(int(step["executed"])),
        f"{step['seconds']:.1f}",
        "" if step["stock_seconds"] is None else f"{step['stock_seconds']:.1f}",
        "" if step["ratio"] is None else f"{step['ratio']:.2f}",
    ]


def _goal(goal: Mapping[str, Any]) -> list[nodes.Node | str]:
    what, _, measure = goal["what"].rpartition(", ")
    name = f"{_STEPS.get(what, what)}, {_MEASURES.get(measure, measure)}"
    return [name, f"{goal['value']:.2f}", f"at most {goal['goal']:g}", "yes" if goal["reached"] else "no"]
