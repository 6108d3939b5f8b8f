"""What the book shows: exhibits and numbers by chapter, kept in Sphinx's environment.

The record survives cached and incremental builds (it is pickled with the environment), forgets a
chapter when Sphinx reads it anew, and is merged from the processes of a parallel build.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from corridors.publish.origins import Origin


class ExhibitRecord(TypedDict):
    """An exhibit: its texts, and where its data and pictures wait until the build ends."""

    label: str
    kind: str
    caption: str
    alt: str
    source: str
    note: str
    datasets: list[str]
    computed_from: list[str]
    """Tables that functions read to make what is shown, beyond ``datasets``."""
    rights: list[str]
    data_format: str
    export: str
    files: list[str]
    """Names in ``stash``: ``<label>.csv`` or ``.geojson``, ``<label>.svg``, ``.png``, ``.pdf``.

    ``<label>.records.json`` becomes ``<export>.json``.
    """
    notices: list[str]
    """What the build is to print."""
    entries: list[tuple[str, str]]
    """Anchor and heading of each entry of a list."""
    json_ld: bool
    """Whether ``<label>.ld.txt`` waits in ``stash`` for the head of the page."""


class NumberRecord(TypedDict):
    """A glued number, as ``numbers.json`` lists it."""

    id: str
    value: float | int | str
    shown: str
    unit: str
    datasets: list[str]
    note: str


class Record(TypedDict):
    """All of one chapter."""

    exhibits: dict[str, ExhibitRecord]
    numbers: dict[str, NumberRecord]
    mentions: list[tuple[str, str]]
    """(docname, id) of each number shown in the chapter's text, its own or another chapter's."""
    anchors: list[str]
    """Names of all places of the page that a link can point to."""
    paragraphs: list[tuple[str, str]]
    """Hash and first words of each paragraph of running text."""
    origins: dict[str, Origin]
    """Where each exhibit (by label) and each number (by id) is made."""
    cells: int
    """How many code cells ran."""


def of(env: BuildEnvironment) -> dict[str, Record]:
    """The record of all chapters, by docname."""
    if not hasattr(env, "corridors_record"):
        env.corridors_record = {}  # type: ignore[attr-defined]
    found: dict[str, Record] = env.corridors_record  # type: ignore[attr-defined]
    return found


def chapter(env: BuildEnvironment, docname: str) -> Record:
    """The record of one chapter, made empty when there is none."""
    empty: Record = {
        "exhibits": {},
        "numbers": {},
        "mentions": [],
        "anchors": [],
        "paragraphs": [],
        "origins": {},
        "cells": 0,
    }
    return of(env).setdefault(docname, empty)


def exhibits(env: BuildEnvironment) -> Iterator[tuple[str, ExhibitRecord]]:
    """All exhibits of the book with their docnames, by label."""
    pairs = [(doc, exhibit) for doc, record in of(env).items() for exhibit in record["exhibits"].values()]
    return iter(sorted(pairs, key=lambda pair: (pair[1]["label"], pair[0])))


def numbers(env: BuildEnvironment) -> Iterator[tuple[str, NumberRecord]]:
    """All glued numbers of the book with their docnames, by id."""
    pairs = [(doc, number) for doc, record in of(env).items() for number in record["numbers"].values()]
    return iter(sorted(pairs, key=lambda pair: (pair[1]["id"], pair[0])))


def origin(env: BuildEnvironment, docname: str, name: str) -> Origin:
    """Where an exhibit or a number is made; without a cell if the chapter's code does not say."""
    entry = of(env).get(docname)
    return entry["origins"].get(name, Origin("")) if entry and "origins" in entry else Origin("")


def stash(env: BuildEnvironment) -> Path:
    """The folder where data and pictures of exhibits wait; below myst-nb's output folder."""
    folder: str = env.mystnb_config.output_folder  # type: ignore[attr-defined]
    return Path(folder) / "exhibits"


def glued(env: BuildEnvironment, docname: str) -> dict[str, Any]:
    """What the chapter glued, by key, as myst-nb keeps it beside the executed notebook."""
    keys = getattr(env, "nb_metadata", {}).get(docname, {}).get("glue", [])
    path = stash(env).parent / f"{docname}.glue.json"
    if not keys or not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    of(env).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    theirs = of(other)
    of(env).update({name: theirs[name] for name in docnames if name in theirs})


def setup(app: Sphinx) -> None:
    """Keep the record in step with the chapters that Sphinx reads."""
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
