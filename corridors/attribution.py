"""The line under a table, chart or map that credits whoever made the data.

Some licences demand a wording (OpenStreetMap, Natural Earth) or the licence's name (Creative Commons);
those are always printed. Other publishers are named while the line stays readable, the rest is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

#: How many publishers are named that do not demand it; the others are counted.
NAMED: Final = 6

#: A part of the publisher's name or of the licence (any case) -> the wording that their terms ask for.
WORDINGS: Final[tuple[tuple[str, str], ...]] = (
    ("openstreetmap", "© OpenStreetMap contributors (ODbL 1.0, openstreetmap.org/copyright)"),
    ("natural earth", "made with Natural Earth"),
    ("who's on first", "Who's On First (places from GeoNames, CC BY 4.0)"),
    ("world bank wdi", "World Bank, World Development Indicators (CC BY 4.0)"),
)

_DEMANDS: Final = re.compile(
    r"\b(CC[ -]BY(?:-SA)?[ -]?[0-9.]*|ODbL(?:[ -]v?[0-9.]+)?|ODC-BY[ -]?[0-9.]*)", re.IGNORECASE
)


def credit(publisher: str, licence: str) -> tuple[str, bool]:
    """The publisher as credited, and whether the licence demands that it is."""
    for part, wording in WORDINGS:
        if part in f"{publisher} {licence}".lower():
            return wording, True
    found = _DEMANDS.search(licence)
    if found:
        return f"{publisher} ({found.group(1).strip()})", True
    return publisher, False


def sentence(credits: Iterable[tuple[str, str]]) -> str:
    """One sentence from pairs of publisher and licence, in their order, each publisher once.

    Returns an empty text if there are no pairs.
    """
    demanded: dict[str, None] = {}
    others: dict[str, None] = {}
    for publisher, licence in credits:
        text, must = credit(publisher.replace(";", ","), licence)  # the sentence's own mark between names
        (demanded if must else others)[text] = None
    names = [*list(others)[:NAMED], *demanded]
    rest = len(others) - NAMED
    if rest > 0:
        names.append(f"and {rest} more publisher{'s' if rest > 1 else ''}, named row by row in the data")
    return f"Data: {'; '.join(names)}." if names else ""
