"""The part of the lock that a chapter needs: the libraries that its code imports, and what these need.

``requirements.lock`` says after each library which others ask for it (``# via``). Read backwards this is the
whole graph, for every system at once.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from corridors.build.evidence import digest
from corridors.build.kept_files import kept_file

_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==\S+.*?(?=^[A-Za-z0-9]|\Z)", re.MULTILINE | re.DOTALL)
#: Functions of ``importlib`` that take the name of a module as text.
_BY_NAME = ("import_module", "find_spec", "files")
#: How many pieces of code are remembered.
_ROOM = 2000
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


def providers(kept: Path | None = None) -> Mapping[str, list[str]]:
    """The libraries that provide a top name, kept in the folder ``kept`` as long as none comes or goes."""
    if kept is None:
        return packages_distributions()
    key = digest(json.dumps(installed()).encode())[:32]
    found = kept_file(kept, "providers", key, lambda: json.dumps(packages_distributions()).encode())
    names: Mapping[str, list[str]] = json.loads(found)
    return names


def imports(sources: Iterable[str], kept: Path | None = None) -> set[str]:
    """The top names that pieces of Python import; what each one does is noted in the folder ``kept``."""
    notes = kept / "imports.json" if kept else None
    known: dict[str, list[str]] = {}
    with suppress(OSError, ValueError):
        known = json.loads(notes.read_bytes()) if notes else {}
    own = Path(__file__).read_text("utf-8")
    found = {digest(f"{own} {source}".encode())[:32]: source for source in sources}
    asked = {key: known[key] if key in known else sorted(imported(source)) for key, source in found.items()}
    if notes and not asked.keys() <= known.keys():
        notes.parent.mkdir(parents=True, exist_ok=True)
        room = known if len(known) < _ROOM else {}
        notes.write_text(json.dumps(room | asked), "utf-8")
    return {name for names in asked.values() for name in names}


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


def cut(lock: str, sources: Iterable[str], also: Iterable[str] = (), kept: Path | None = None) -> str:
    """The lines of ``lock`` for what ``sources`` import, for the libraries ``also``, and for their needs.

    In the folder ``kept`` lies what was found out before.
    """
    known = providers(kept)
    waiting = {canonical(one) for name in imports(sources, kept) for one in known.get(name, ())} | set(also)
    chosen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in entries(lock) and name not in chosen:
            chosen.add(name)
            waiting |= _needs(lock).get(name, frozenset()) - chosen
    return "".join(text for name, text in entries(lock).items() if name in chosen)
