"""UN Comtrade: what Russia and China report of their trade with Mongolia, for the report alone.

Its terms forbid passing the data on. The fetched rows stay in the store, which is never published; shown are
derived figures only: by how many per cent the partner's figure differs from Mongolia's. A key is asked for
(COMTRADE_API_KEY); without one the source is left out. Parameters as in the provider's own client,
``comtradeapicall``: ``data/v1/get/C/A/HS`` with the reporter's and the partner's codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from corridors.refresh.faults import RefreshError, Skipped
from corridors.refresh.provider import Answer, Desk, Provider
from corridors.refresh.settings import KEYS
from corridors.refresh.store import Raw, Request
from corridors.refresh.table import Finding, number, plain

_MONGOLIA: Final = "496"
REPORTERS: Final[Mapping[str, str]] = MappingProxyType({"Russia": "643", "China": "156"})
#: The reporter's flow, the table in which Mongolia's side of it stands, and what it is.
_MIRRORS: Final = (
    ("X", "imports_by_partner", "imports of Mongolia"),
    ("M", "exports_by_partner", "exports of Mongolia"),
)
#: The interface takes so many periods at a time.
_PERIODS: Final = 12


def _values(raw: Raw, place: str) -> dict[str, Decimal]:
    """Values in US$ by year. Raises RefreshError for a fault that the provider names, or another form."""
    answer: Any = raw.json()
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
        raise RefreshError("changed-form", "the answer has no list 'data'", place=place)
    if answer.get("error"):
        raise RefreshError("bad-request", f"UN Comtrade says: {answer['error']}", place=place)
    found: dict[str, Decimal] = {}
    for row in answer["data"]:
        for name in ("period", "primaryValue"):
            if name not in row:
                problem = f"the rows have no '{name}'; they have {', '.join(row)}"
                raise RefreshError("missing-column", problem, place=place)
        year = str(row["period"])
        if year in found:
            raise RefreshError("duplicate", f"the year {year} stands twice", place=place)
        found[year] = Decimal(plain(row["primaryValue"]))
    return found


def ask(desk: Desk) -> Answer:
    """Ask for both partners and both flows of the latest years that our tables have."""
    key = desk.settings.keys.get("comtrade")
    if not key:
        raise Skipped("no-key", f"no key: put one into {KEYS['comtrade']} (free at comtradedeveloper.un.org)")
    findings: list[Finding] = []
    notes: list[str] = []
    for partner, code in REPORTERS.items():
        for flow, table, what in _MIRRORS:
            ours = {
                row["year"]: value
                for row in desk.current(table).rows
                if row["partner"] == partner and (value := number(row["value_million_usd"]))
            }
            years = sorted(ours)[-_PERIODS:]
            params = (
                ("reporterCode", code), ("partnerCode", _MONGOLIA), ("partner2Code", "0"), ("flowCode", flow),
                ("cmdCode", "TOTAL"), ("customsCode", "C00"), ("motCode", "0"), ("period", ",".join(years)),
            )  # fmt: skip
            url = f"{desk.settings.address('comtrade')}/data/v1/get/C/A/HS"
            secrets = (("?subscription-key", key),)
            raw = desk.fetch(Request("comtrade", f"{partner}-{flow}", url, params=params, secrets=secrets))
            theirs = _values(raw, f"{partner} {flow}")
            for year in sorted(set(theirs) & set(years)):
                share = (theirs[year].scaleb(-6) / ours[year] - 1) * 100
                says = f"{what}, {partner} {year}: the partner's figure against Mongolia's"
                findings.append(Finding(says, f"{share:+.1f}", "per cent"))
            if not theirs:
                notes.append(f"{partner} reports no such flow in {years[0]} to {years[-1]}")
    return Answer(findings=tuple(findings), notes=tuple(notes))


PROVIDER: Final = Provider(
    "comtrade",
    "UN Comtrade, the partners' side",
    (),
    "must not be passed on: rows stay in the store, derived figures are shown",
    "the documentation of the provider's own client",
    ask,
)
