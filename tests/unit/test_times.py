"""The record of the bench as the verification report shows it: read from a file, not measured by it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from corridors.build import bench
from corridors.publish import times


def _record() -> dict[str, Any]:
    steps = [
        bench.Step("cold", 18, 30.04, 100.0, 18, "", 50.0, 120.0),
        bench.Step("table edit", 18, 9.0, None, 3, "debt_facts, which 3 chapters load"),
        bench.Step("each chapter more, cold", 1, 1.6, None),
    ]
    machine = {"system": "Linux", "machine": "x86_64", "processors": 2, "load": 0.1}
    return bench.Bench("2026-11-22", machine, {"Python": "3.11.7"}, steps).record()


def _shown(root: Path) -> str:
    app: Any = SimpleNamespace(srcdir=str(root))
    return "\n".join(node.astext() for node in times.times(app, "book/methods"))


def _put(root: Path, text: str) -> None:
    (root / "measurements").mkdir()
    (root / times.RECORD).write_text(text, "utf-8")


def test_without_a_record_the_page_says_how_to_take_one(tmp_path: Path) -> None:
    assert "No measurement is on record" in _shown(tmp_path)
    assert "make bench" in _shown(tmp_path)


def test_the_bench_writes_where_the_page_looks() -> None:
    assert bench.RECORD == times.RECORD


def test_a_record_is_shown_with_date_machine_versions_steps_goals_and_misses(tmp_path: Path) -> None:
    _put(tmp_path, json.dumps(_record()))
    said = _shown(tmp_path)
    assert (
        "Measured on 22 November 2026: Linux on x86_64, 2 processors, load 0.1 at the start, Python 3.11.7."
        in said
    )
    words = [line for line in said.splitlines() if line]
    assert words[words.index("From nothing") :][:6] == ["From nothing", "18", "18", "30.0", "100.0", "0.30"]
    assert "A table changed: debt_facts, which 3 chapters load." in said
    missed = words.index("Each chapter more, from nothing, seconds")
    assert words[missed:][:4] == ["Each chapter more, from nothing, seconds", "1.60", "at most 1.5", "no"]
    assert "jupyter-book build" in said


@pytest.mark.parametrize("fault", ["{", "[]", '{"date": "today"}', '{"date": "2026-11-22", "steps": [{}]}'])
def test_a_record_that_is_none_stops_the_build_and_is_named(tmp_path: Path, fault: str) -> None:
    _put(tmp_path, fault)
    with pytest.raises(ExtensionError, match=r"measurements/build\.json: not a record of 'make bench'"):
        _shown(tmp_path)
