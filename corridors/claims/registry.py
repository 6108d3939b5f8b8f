"""Which function settles which claim.

A settler takes a loader of tables (``catalog.load``, or one that hands out altered tables in a test) and
returns the finding of one claim. The decorator :func:`settles` enters it here; the modules in
:mod:`corridors.claims.findings` are read once, when the settlers are first asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Final

import pandas as pd

from corridors.claims.rules import Evidence, Finding, Judgement, Reading

Load = Callable[[str], pd.DataFrame]
Settler = Callable[[Load], Finding]

MODULES: Final = (
    "energy", "guests", "money", "offices", "routes", "summits", "trade", "treaties", "visits", "votes",
)  # fmt: skip

_ID: Final = re.compile(r"(NIAS|DIP)-\d{2}")
_settlers: dict[str, Settler] = {}


def settles(claim_id: str) -> Callable[[Settler], Settler]:
    """Enter a function as the one that settles ``claim_id``.

    Raises ValueError for an id of another form and for a claim that already has its function.
    """
    if not _ID.fullmatch(claim_id):
        raise ValueError(f"{claim_id!r} is no claim id such as NIAS-07")
    if claim_id in _settlers:
        raise ValueError(f"{claim_id} is settled twice, by {name_of(_settlers[claim_id])} already")

    def enter(function: Settler) -> Settler:
        _settlers[claim_id] = function
        return function

    return enter


def settlers() -> dict[str, Settler]:
    """All settlers by claim id, in order of the ids."""
    for name in MODULES:
        import_module(f"corridors.claims.findings.{name}")
    return dict(sorted(_settlers.items()))


def name_of(settler: Settler) -> str:
    """The full name of a settler, for a reader who wants its code: ``corridors.claims.findings.trade.x``."""
    return f"{settler.__module__}.{settler.__name__}"


def conclude(
    claim_id: str,
    judgement: Judgement,
    *,
    claimed: str,
    found: str,
    statement: str,
    evidence: tuple[Evidence, ...],
    readings: tuple[Reading, ...] = (),
    value: float | None = None,
    unit: str = "",
) -> Finding:
    """The finding of a claim with the verdict and rule of ``judgement``."""
    return Finding(
        claim_id=claim_id, verdict=judgement.verdict, claimed=claimed, found=found, statement=statement,
        rule=judgement.rule, evidence=evidence, readings=readings, value=value, unit=unit,
    )  # fmt: skip
