"""What the pages say of tables and sources again and again: from the catalogue, looked up once and kept.

A build of pages that does not touch the data needs neither the catalogue nor the libraries that read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from corridors.publish.keeping import CATALOGUE, kept


class Table(NamedTuple):
    """A table or layer: ``file`` is its place in the repository, ``sources`` are ids."""

    title: str
    file: str
    subject: str
    kind: str
    horizon: str
    licence: str
    sources: tuple[str, ...]


#: What is published of each source, in this order.
SHOWN: Final = ("title", "author", "publisher", "address", "date", "licence", "read_as", "quality")


class Credits(NamedTuple):
    """All tables and layers in the order of the package, and all sources that they name.

    A source is a row of ``sources.csv``: the fields of ``catalog.Source``, all texts.
    """

    tables: Mapping[str, Table]
    sources: Mapping[str, Mapping[str, str]]


@cache
def known() -> Credits:
    """The tables and sources of the data package."""
    tables, sources = json.loads(kept(CATALOGUE, "tables and sources", "", lambda: json.dumps(_look_up())))
    return Credits(
        {name: Table(**{**about, "sources": tuple(about["sources"])}) for name, about in tables.items()},
        sources,
    )


def _look_up() -> list[dict[str, Any]]:
    from corridors import catalog  # loads pandas; not needed if the answers are kept

    tables = {}
    for name in catalog.names():
        about = catalog.describe(name)
        tables[name] = Table(
            about.title,
            about.path.relative_to(catalog.default.root.parent).as_posix(),
            about.subject,
            about.kind,
            about.horizon,
            about.licence,
            tuple(catalog.sources_of(name)),
        )._asdict()
    ids = sorted({source for about in tables.values() for source in about["sources"]})
    return [tables, {name: asdict(catalog.source(name)) for name in ids}]


def sources_of(tables: Iterable[str]) -> set[str]:
    """The ids of the sources of ``tables``."""
    return {source for name in tables for source in known().tables[name].sources}


@cache
def read_on(tables: tuple[str, ...]) -> date | None:
    """The day on which the latest source of ``tables`` was read; None if no source says."""
    listed = sources_of(name for name in tables if name in known().tables)
    days = (known().sources[source]["accessed"] for source in listed)
    return max((date.fromisoformat(day[:10]) for day in days if day), default=None)


@cache
def credited(tables: tuple[str, ...]) -> str:
    """The sources of ``tables`` in words; many numbers of a chapter rest on the same tables."""
    return kept(CATALOGUE, "credit", tables, lambda: _in_words(tables))


def _in_words(tables: tuple[str, ...]) -> str:
    from corridors.show import media

    return media.source_line(tables)
