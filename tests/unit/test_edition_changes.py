"""Comparing editions: each kind of change is told once, by name, with both sides."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.publish.edition_changes import (
    EditionError,
    compare,
    of_pages,
    read_state,
    summary,
    version_key,
)

STATE: dict[str, Any] = {
    "book": "B",
    "version": "0.1.0",
    "date": "2026-11-21",
    "numbers": {
        "share": {
            "shown": "25.8 per cent",
            "chapter": "book/partners",
            "function": "f",
            "datasets": ["imports"],
        },
        "km": {"shown": "1,110 km", "chapter": "book/railway", "function": "g", "datasets": ["track"]},
    },
    "exhibits": {
        "tbl-a": {
            "kind": "table",
            "number": "7.1",
            "chapter": "book/partners",
            "title": "A",
            "data": "a" * 64,
            "datasets": ["imports"],
        },
        "map-b": {
            "kind": "map",
            "number": "3.1",
            "chapter": "book/railway",
            "title": "B",
            "data": "b" * 64,
            "datasets": ["track"],
        },
    },
    "claims": {
        "NIAS-1": {"verdict": "imprecise", "finding": "x", "chapter": "book/ledger", "datasets": ["imports"]}
    },
    "datasets": {
        "imports": {"title": "Imports", "subject": "trade", "hash": "sha256:1", "horizon": "to 2025"},
        "track": {"title": "Track", "subject": "routes", "hash": "sha256:2", "horizon": "to 2026"},
    },
    "text": {
        "book/partners": {"title": "Partners", "paragraphs": [["p1", "One"], ["p2", "Two"], ["p2", "Two"]]},
        "book/railway": {"title": "Railway", "paragraphs": [["r1", "Rail"]]},
    },
}


def _later(**changes: Any) -> dict[str, Any]:
    later = copy.deepcopy(STATE)
    later["version"] = "0.2.0"
    for path, value in changes.items():
        *way, last = path.split("__")
        place = later
        for step in way:
            place = place[step.replace("_slash_", "/")]
        place[last] = value
    return later


def test_an_edition_does_not_differ_from_itself() -> None:
    changes = compare(STATE, _later())
    assert (changes.all, changes.chapters) == ([], [])
    assert summary(changes) == "From 0.1.0 to 0.2.0: 0 changes"


def test_each_kind_of_change_is_told_by_name_with_both_sides() -> None:
    later = _later(
        numbers__share=STATE["numbers"]["share"] | {"shown": "28.0 per cent"},
        datasets__track=STATE["datasets"]["track"] | {"hash": "sha256:9"},
        datasets__imports=STATE["datasets"]["imports"] | {"hash": "sha256:8", "horizon": "to 2026"},
    )
    later["exhibits"]["tbl-a"]["data"] = "c" * 64
    later["claims"]["NIAS-1"] |= {"verdict": "supported", "finding": "y"}
    later["text"]["book/partners"]["paragraphs"] = [
        ["p1", "One"],
        ["p2", "Two"],
        ["p3", "New"],
        ["p4", "New"],
    ]
    changes = compare(STATE, later)
    (number,), (exhibit,), (verdict,), (finding,) = (
        changes.numbers, changes.exhibits, changes.verdicts, changes.findings,
    )  # fmt: skip
    assert (number.name, number.old, number.new) == ("share", "25.8 per cent", "28.0 per cent")
    assert (exhibit.name, exhibit.title, exhibit.how) == ("tbl-a", "A", "changed")
    assert (verdict.old, verdict.new) == ("imprecise", "supported")
    assert (finding.old, finding.new) == ("x", "y")
    assert [one.name for one in changes.routes] == ["track"]
    assert [(one.name, one.new) for one in changes.datasets] == [("imports", "to 2026 (8)")]
    assert [(one.name, one.old, one.new) for one in changes.text] == [
        ("book/partners", "1 paragraph", "2 paragraphs")
    ]
    assert changes.chapters == ["book/ledger", "book/partners"]
    assert "NIAS-1: changed: imprecise -> supported  [book/ledger]" in summary(changes)


def test_what_came_and_what_went() -> None:
    later = _later()
    later["numbers"]["new"] = later["numbers"].pop("km")
    changes = compare(STATE, later)
    assert [(one.name, one.how) for one in changes.numbers] == [("km", "removed"), ("new", "added")]


def test_a_chapter_alone_is_compared_with_itself() -> None:
    """The other pages of an edition are no losses of a build that does not have them."""
    kept = of_pages(STATE, {"book/railway"})
    assert list(kept["numbers"]) == ["km"]
    assert list(kept["text"]) == ["book/railway"]
    assert kept["claims"] == {}
    assert kept["datasets"] == STATE["datasets"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not the record of an edition"),
        ("[]", "lacks version"),
        ('{"version": "1"}', "lacks date, numbers"),
    ],
)
def test_a_record_that_is_none_is_named(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "0.1.0.json"
    path.write_text(content, "utf-8")
    with pytest.raises(EditionError, match=rf"0\.1\.0\.json: .*{said}"):
        read_state(path)
    path.write_text(json.dumps(STATE), "utf-8")
    assert read_state(path) == STATE


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=2, max_size=6))
def test_versions_sort_by_their_numbers(versions: list[tuple[int, int, int]]) -> None:
    texts = [".".join(map(str, version)) for version in versions]
    assert sorted(texts, key=version_key) == [".".join(map(str, version)) for version in sorted(versions)]
    assert version_key("1.0.0-rc1") < version_key("1.0.0-1")
