"""The World Bank: five World Development Indicators for Mongolia.

Version 2 of its API: ``country/MNG/indicator/{code}?format=json`` answers with a list of two, what is known
of the answer and the rows; a fault is a list of one with a ``message``. Values in US$ become million US$.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from corridors.refresh.faults import RefreshError
from corridors.refresh.provider import Answer, Desk, Provider, origin
from corridors.refresh.store import Raw, Request
from corridors.refresh.table import Fresh, Row, plain

_PER_PAGE: Final = "1000"


@dataclass(frozen=True)
class _Indicator:
    """What we call it, the source's id, the shift of its values in powers of ten, what a new year is."""

    name: str
    source: str
    shift: int
    unit: str
    caution: str = "none"


INDICATORS: Final[Mapping[str, _Indicator]] = MappingProxyType(
    {
        "DT.DOD.DECT.CD": _Indicator(
            "external debt", "external-debt", -6, "million US$", "excludes the rouble debt"
        ),
        "BX.KLT.DINV.CD.WD": _Indicator("foreign direct investment inflow", "fdi-inflow", -6, "million US$"),
        "TM.VAL.FUEL.ZS.UN": _Indicator("fuel share of imports", "fuel-share-of-imports", 0, "per cent"),
        "NY.GDP.MKTP.CD": _Indicator("gross domestic product", "gdp", -6, "million US$"),
        "IS.RRS.GOOD.MT.K6": _Indicator("rail freight turnover", "rail-freight", 0, "million tonne-km"),
    }
)


def _rows(raw: Raw, code: str) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """What is known of the answer, and its rows. Raises RefreshError for the API's own faults."""
    answer = raw.json()
    if isinstance(answer, list) and answer and isinstance(answer[0], dict) and "message" in answer[0]:
        said = "; ".join(str(item.get("value", item)) for item in answer[0]["message"])
        raise RefreshError("bad-request", f"the World Bank says: {said}", place=code)
    if not (isinstance(answer, list) and len(answer) == 2 and isinstance(answer[0], dict)):
        raise RefreshError("changed-form", "the answer is no list of head and rows", place=code)
    head, rows = answer
    if int(head.get("pages", 1)) > 1:
        raise RefreshError("cut-off", f"the answer has {head['pages']} pages, one was expected", place=code)
    if not rows:
        raise RefreshError("empty", "the answer has no rows", place=code)
    for row in rows:
        for name in ("countryiso3code", "date", "value", "indicator"):
            if name not in row:
                problem = f"the rows have no '{name}'; they have {', '.join(row)}"
                raise RefreshError("missing-column", problem, place=code)
    return head, rows


def _fresh(desk: Desk, code: str, indicator: _Indicator) -> Fresh:
    url = f"{desk.settings.address('worldbank')}/country/MNG/indicator/{code}"
    raw = desk.fetch(Request("worldbank", code, url, params=(("format", "json"), ("per_page", _PER_PAGE))))
    head, rows = _rows(raw, code)
    others = {str(row["countryiso3code"]) for row in rows} - {"MNG"}
    if others:
        raise RefreshError(
            "unknown-label", f"rows of {', '.join(sorted(others))} among those of MNG", place=code
        )
    found = [
        {
            "indicator": indicator.name, "year": str(row["date"]), "unit": indicator.unit, "code": code,
            "value": plain(row["value"], indicator.shift),
        }
        for row in rows
        if row["value"] is not None
    ]  # fmt: skip
    source = origin(
        raw, id=f"worldbank-{indicator.source}", title=f"{rows[0]['indicator']['value']} ({code})",
        publisher="World Bank", licence="World Bank Open Data, CC BY 4.0",
        date=str(head.get("lastupdated", "")),
        note="World Development Indicators, read through the API of the World Bank",
    )  # fmt: skip

    def fill(row: Row) -> Row:
        return {"caution": indicator.caution}

    return Fresh(
        "macro_indicators", tuple(found), source, fill=fill, measured=("value",), jump=1000.0,
        covers=lambda row: row["code"] == code,
    )  # fmt: skip


def ask(desk: Desk) -> Answer:
    """Ask for the five indicators."""
    return Answer(fresh=tuple(_fresh(desk, code, indicator) for code, indicator in INDICATORS.items()))


PROVIDER: Final = Provider(
    "worldbank",
    "World Bank, World Development Indicators",
    ("macro_indicators",),
    "CC BY 4.0",
    "the documentation of its API",
    ask,
)
