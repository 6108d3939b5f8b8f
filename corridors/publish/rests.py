"""What a map, chart, table or number rests on: tables of the data, or one of the few things besides.

The author of an exhibit or a number may name its tables (``datasets``); they are credited and offered with
it. Its code says which tables it loads (:mod:`corridors.publish.origins`). What the author names must be
among those; where the author names none, those that the code loads take their place
(:func:`fill`).
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from corridors.publish.origins import DOOR, SHOW, Origin

#: What is no table of the data, in words for readers.
PACKAGE: Final = "the data package itself"
RULE: Final = "a rule written in the code"
ASSUMED: Final = "an assumption, named as such"
_HOME: Final = Path(__file__).resolve().parents[1]
_LOADING: Final = (f"{DOOR}.load", f"{DOOR}.layer")
#: How a module of the package asks for tables: by these functions, or by the catalogue itself.
_ASKING: Final = (*_LOADING, f"{DOOR}.default")


def named(entry: Any) -> list[str]:
    """The tables of an exhibit or number: what is credited, then what it is made from."""
    return list(dict.fromkeys([*entry["datasets"], *entry.get("computed_from", [])]))


def fill(entry: Any, origin: Origin) -> None:
    """Give an entry without tables those that its code loads: a number as its own, an exhibit uncredited."""
    if not named(entry) and not _assumed(entry):
        entry["computed_from" if "computed_from" in entry else "datasets"] = list(origin.tables)


def otherwise(entry: Any, origin: Origin) -> str:
    """What it rests on if that is no table, one of the three; empty for tables, and for nothing known."""
    if named(entry):
        return ""
    if _assumed(entry):
        return ASSUMED
    if any(_about_the_package(use) for use in origin.functions + origin.loads):
        return PACKAGE
    return RULE if origin.functions and all(_is_constant(use) for use in origin.functions) else ""


def astray(entry: Any, origin: Origin) -> list[str]:
    """Tables that the author names and the code does not lead to.

    Functions that load tables by themselves (those that settle claims) are not looked into; with one of them
    on the way any table may be meant. Where the code of a page is not read nothing can be said.
    """
    if not origin.cell or any(map(loads_itself, origin.functions)):
        return []
    return [name for name in named(entry) if name not in origin.tables]


def _assumed(entry: Any) -> bool:
    return "assumption" in entry["note"] and not named(entry)


def _about_the_package(use: str) -> bool:
    if use.startswith(f"{SHOW}.inventory."):
        return True
    return use.split(".")[0] == DOOR and use not in _LOADING


def _is_constant(use: str) -> bool:
    return use.rsplit(".", 1)[-1].isupper()


@cache
def loads_itself(use: str) -> bool:
    """Whether a function (``claims.ledger.ledger``) stands in a module that asks the catalogue for tables."""
    return any(_loads(path) for path in _module(use.split(".")[:-1]))


def _module(parts: Sequence[str]) -> list[Path]:
    places = [_HOME.joinpath(*parts[:-1], f"{parts[-1]}.py"), _HOME.joinpath(*parts, "__init__.py")]
    return [place for place in places if place.is_file()]


@cache
def _loads(path: Path) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and f"{node.value.id}.{node.attr}" in _ASKING
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )
