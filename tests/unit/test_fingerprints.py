"""Hashes of what Sphinx holds in memory, and dictionaries that tell what is read of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import pytest
from docutils import nodes
from sphinx.locale import _TranslationProxy

from corridors.build.fingerprints import Noting, Path, fingerprint, follow


class Cited(NamedTuple):
    """As citations are kept: page, line, key."""

    docname: str
    line: int
    key: str


class Thing:
    """An object of which nothing is known but what it holds."""

    def __init__(self, held: object) -> None:
        self.held = held


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"x", "y", "z"}, {"z", "y", "x"}),
        ([Cited("b", 1, "k"), Cited("a", 2, "l")], [Cited("a", 7, "l"), Cited("b", 9, "k")]),
        (nodes.paragraph("", "words"), nodes.paragraph("other source", "words")),
        (Thing([1]), Thing([1])),
        (PurePosixPath("a/b"), PurePosixPath("a//b")),
        (_TranslationProxy("sphinx", "general", "Module Index"), "Module Index"),
    ],
)
def test_what_no_page_shows_does_not_count(one: object, other: object) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, "1"), (1, True), (["a", "b"], ["b", "a"]), (["ab"], ["a", "b"]), ([["a"], "b"], [["a", "b"]]),
        ([Cited("a", 1, "k"), Cited("a", 2, "l")], [Cited("a", 1, "l"), Cited("a", 2, "k")]),
        (nodes.paragraph("", "words"), nodes.paragraph("", "words", classes=["x"])),
        (nodes.paragraph("", "words"), nodes.title("", "words")),
        (Thing([1]), Thing([2])), (Thing({"a": {"b": 1}}), Thing({"a": {"b": 2}})), (None, {}),
    ],
)  # fmt: skip
def test_everything_else_counts(one: object, other: object) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_the_hash_is_the_same_in_another_process() -> None:
    code = (
        "from corridors.build.fingerprints import fingerprint\n"
        "print(fingerprint([{'a', 'b', 'c'}, {'x': frozenset('xyz')}, complex, 1.5, None]))"
    )
    said = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert said == {f"{fingerprint([{'c', 'b', 'a'}, {'x': frozenset('zyx')}, complex, 1.5, None])}\n"}


def test_what_cannot_be_looked_into_is_never_the_same() -> None:
    thing = (number for number in range(3))
    assert fingerprint(thing) != fingerprint(thing)


def test_a_thing_that_holds_itself_comes_to_an_end() -> None:
    thing = Thing(None)
    thing.held = [thing]
    assert fingerprint(thing) == fingerprint(thing)


def _noting(content: dict[str, Any]) -> tuple[Noting, set[Path]]:
    seen: set[Path] = set()
    return Noting(content, seen.add, ("all",)), seen


def test_only_what_is_read_is_noted_and_dictionaries_within_by_their_parts() -> None:
    content = {"weights": {"numbers": {"sum": 7}, "paragraphs": ["a"]}, "lengths": {"numbers": {}}}
    noting, seen = _noting(content)
    assert noting["weights"]["numbers"]["sum"] == 7
    assert noting.get("widths") is None
    assert seen == {("all", "weights", "numbers", "sum"), ("all", "widths", "?")}
    assert follow({"all": content}, ("all", "weights", "numbers", "sum")) == 7
    assert follow({"all": content}, ("all", "weights", "?")) is True
    assert follow({"all": content}, ("all", "widths", "?")) is None


@pytest.mark.parametrize(
    "read",
    [
        *(list, dict, len, bool, sorted, json.dumps),
        lambda one: one.copy(),
        lambda one: one | {},
        lambda one: {} | one,
        lambda one: {**one},
        lambda one: one == {},
        lambda one: list(one.items()),
        lambda one: list(one.keys()),
    ],
)
def test_no_way_to_look_at_all_keys_goes_unnoted(read: Any) -> None:
    noting, seen = _noting({"a": 1})
    read(noting)
    assert ("all", "*") in seen
    assert follow({"all": {"b": 1, "a": 2}}, ("all", "*")) == ["a", "b"]


def test_a_copy_keeps_what_is_made_for_missing_keys_and_leaves_the_original_alone() -> None:
    content: defaultdict[str, Any] = defaultdict(dict, {"a": 1})
    noting, seen = _noting(content)
    assert noting["b"] == {}
    noting["c"] = 3
    assert noting.setdefault("d", 4) == 4
    assert content == {"a": 1}
    assert ("all", "b", "?") in seen
