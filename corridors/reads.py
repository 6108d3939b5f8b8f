"""Say which part of a file is used, so that a result need not rest on the rest of it.

Python tells whoever listens (``sys.addaudithook``) which files are opened. A file that is opened to use a
part of it, one entry of ``datapackage.json`` or some rows of ``sources.csv``, would count whole. The
functions here tell the listener what is really used; without a listener they do nothing.

A part is named by the file and by a rule that needs no knowledge of what the file is about:
``["item", list, key, value]``, ``["keys", list, key]`` and ``["value", key]`` of a JSON file, ``["rows",
columns, values]`` of a CSV file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: The audit event; its arguments are a kind (begin, end, whole, part), a path and a rule as JSON.
EVENT: Final = "corridors.reads"


@contextmanager
def in_parts(path: Path) -> Iterator[None]:
    """Opening ``path`` meanwhile does not count as using all of it; the functions below name the parts."""
    sys.audit(EVENT, "begin", str(path), "")
    try:
        yield
    finally:
        sys.audit(EVENT, "end", str(path), "")


def whole(path: Path) -> None:
    """All of ``path`` is used."""
    sys.audit(EVENT, "whole", str(path), "")


def item(path: Path, in_list: str, key: str, value: str) -> None:
    """Of the list ``in_list`` of a JSON object the entries are used whose ``key`` is ``value``."""
    sys.audit(EVENT, "part", str(path), json.dumps(["item", in_list, key, value]))


def keys(path: Path, in_list: str, key: str) -> None:
    """Of the list ``in_list`` of a JSON object the ``key`` of every entry is used, and their order."""
    sys.audit(EVENT, "part", str(path), json.dumps(["keys", in_list, key]))


def value(path: Path, key: str) -> None:
    """Of a JSON object what stands under ``key`` is used; nothing may stand there."""
    sys.audit(EVENT, "part", str(path), json.dumps(["value", key]))


def rows(path: Path, columns: Sequence[str], values: Iterable[Sequence[str]], *, whole: bool) -> None:
    """Of a CSV file the rows are used whose ``columns`` hold one of ``values``.

    ``whole``: with all their cells; otherwise it counts only whether there are such rows. Of a file that is
    no CSV all is taken for used.
    """
    rule = ["rows", list(columns), sorted(map(list, set(map(tuple, values)))), whole]
    sys.audit(EVENT, "part", str(path), json.dumps(rule))
