"""What every source module offers (:class:`Provider`), and what it is given to work with (:class:`Desk`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from corridors.catalog import Source
from corridors.refresh.fetch import Fetcher
from corridors.refresh.settings import Settings
from corridors.refresh.store import Raw, Request
from corridors.refresh.table import Finding, Fresh, Table


@dataclass(frozen=True)
class Desk:
    """Where a source module works: it asks with ``fetch`` and looks at our tables with ``current``."""

    settings: Settings
    fetcher: Fetcher
    current: Callable[[str], Table]

    def fetch(self, request: Request) -> Raw:
        """The raw answer to a question; see :class:`~corridors.refresh.fetch.Fetcher`."""
        return self.fetcher.get(request)


@dataclass(frozen=True)
class Answer:
    """What a provider's answers come to: fresh rows, figures for the report alone, remarks."""

    fresh: tuple[Fresh, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


#: What holds for all of them, said where the sources are listed and in every report.
NEVER_LIVE: Final = (
    "No source had been asked over the network when this was written: their answers are known from what "
    "stands with each. An answer of another form is refused, with what was looked for and what is there."
)


@dataclass(frozen=True)
class Provider:
    """One upstream source. ``terms`` says in words what may be done with its answers.

    ``known_from`` says what its module was written from.
    """

    name: str
    title: str
    tables: tuple[str, ...]
    terms: str
    known_from: str
    ask: Callable[[Desk], Answer]


def origin(
    raw: Raw,
    *,
    id: str,
    title: str,
    publisher: str,
    licence: str,
    note: str = "",
    date: str = "",
    author: str = "",
) -> Source:
    """The row of sources.csv for a fresh answer: its address, and the day on which it was retrieved."""
    return Source(
        id=id, title=title, author=author, publisher=publisher, address=raw.record.address, date=date,
        accessed=raw.record.retrieved[:10], licence=licence, read_as="table", quality="official", note=note,
    )  # fmt: skip
