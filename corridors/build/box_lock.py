"""The part of the lock that a chapter needs: the libraries that its code imports, and what these need.

``requirements.lock`` says after each library which others ask for it (``# via``). Read backwards this is the
whole graph, for every system at once.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==\S+.*?(?=^[A-Za-z0-9]|\Z)", re.MULTILINE | re.DOTALL)
#: Functions of ``importlib`` that take the name of a module as text.
_BY_NAME = ("import_module", "find_spec", "files")
_VIA = re.compile(r"^    # via (\S+)|^    #   (\S+)", re.MULTILINE)


def canonical(name: str) -> str:
    """The name of a distribution as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def entries(lock: str) -> Mapping[str, str]:
    """Each library's lines of the lock, by name, in the order of the lock; one can have several versions."""
    found: dict[str, str] = {}
    for match in _ENTRY.finditer(lock):
        name = canonical(match[1])
        found[name] = found.get(name, "") + match[0]
    return found


@cache
def _needs(lock: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, text in entries(lock).items():
        for one, other in _VIA.findall(text):
            found[canonical(one or other)].add(name)
    return {name: frozenset(needed) for name, needed in found.items()}


def installed() -> list[str]:
    """The libraries that are installed, as their folders are named: each with its version."""
    places = [Path(place) for place in sys.path if place]
    return sorted({path.name for place in places if place.is_dir() for path in place.glob("*-info")})


@cache
def _providers() -> Mapping[str, list[str]]:
    return packages_distributions()


@cache
def imported(source: str) -> frozenset[str]:
    """The top names that a piece of Python imports or asks for as text; none if it cannot be parsed."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in _BY_NAME:
                found.add(str(node.args[0].value).partition(".")[0])
    return frozenset(found)


def cut(lock: str, sources: Iterable[str], also: Iterable[str] = ()) -> str:
    """The lines of ``lock`` for what ``sources`` import, for the libraries ``also``, and for their needs."""
    names = {name for source in sources for name in imported(source)}
    waiting = {canonical(one) for name in names for one in _providers().get(name, ())} | set(also)
    chosen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in entries(lock) and name not in chosen:
            chosen.add(name)
            waiting |= _needs(lock).get(name, frozenset()) - chosen
    return "".join(text for name, text in entries(lock).items() if name in chosen)
