"""The International Monetary Fund: trade of Russia and China with Mongolia, as they report it.

SDMX 3.0 at api.imf.org: data flow IMTS of agency IMF.STA, the successor of the Direction of Trade Statistics,
key COUNTRY.INDICATOR.COUNTERPART_COUNTRY.FREQUENCY, answered as SDMX-CSV. Values are US$; the attribute SCALE
says only how to print them (so the catalogue of Our World in Data, which fetches the same series). The data
have no table of their own in the package: the mirror chapter rests on statements, one by one, which are
entered by hand; so shown are derived figures, by how many per cent the partner's differs from Mongolia's.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from corridors.refresh.faults import RefreshError
from corridors.refresh.provider import Answer, Desk, Provider
from corridors.refresh.store import Raw, Request
from corridors.refresh.table import Finding, number, plain

REPORTERS: Final[Mapping[str, str]] = MappingProxyType({"RUS": "Russia", "CHN": "China"})
#: The reporter's indicator, the table in which Mongolia's side of it stands, and what it is.
_MIRRORS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "XG_FOB_USD": ("imports_by_partner", "imports of Mongolia"),
        "MG_CIF_USD": ("exports_by_partner", "exports of Mongolia"),
    }
)
_ACCEPT: Final = "application/vnd.sdmx.data+csv;version=2.0.0"
_NEEDED: Final = ("COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE")
_YEARS: Final = 12
#: The partner's figure against Mongolia's, per cent: beyond, the unit is another.
_LEAST: Final = -98
_MOST: Final = 5000


def _values(raw: Raw) -> dict[tuple[str, str, str], Decimal]:
    """Values in US$ by reporter, indicator and year."""
    found: dict[tuple[str, str, str], Decimal] = {}
    for row in raw.rows(_NEEDED):
        if row["COUNTERPART_COUNTRY"] != "MNG" or row["FREQUENCY"] != "A" or not row["OBS_VALUE"]:
            continue
        key = row["COUNTRY"], row["INDICATOR"], row["TIME_PERIOD"]
        if key in found:
            raise RefreshError("duplicate", f"{' '.join(key)} stands twice", place=raw.record.address)
        found[key] = Decimal(plain(row["OBS_VALUE"]))
    if not found:
        raise RefreshError("empty", "no yearly values for Mongolia as the partner", place=raw.record.address)
    return found


def ask(desk: Desk) -> Answer:
    """Ask for both partners and both flows at once."""
    key = f"{'+'.join(REPORTERS)}.{'+'.join(_MIRRORS)}.MNG.A"
    url = f"{desk.settings.address('imf')}/data/dataflow/IMF.STA/IMTS/+/{key}"
    token = desk.settings.keys.get("imf")
    secrets = (("Ocp-Apim-Subscription-Key", token),) if token else ()
    raw = desk.fetch(
        Request("imf", "IMTS", url, headers=(("Accept", _ACCEPT),), secrets=secrets, suffix=".csv")
    )
    theirs = _values(raw)
    findings = []
    for (reporter, indicator, year), value in sorted(theirs.items()):
        if reporter in REPORTERS and indicator in _MIRRORS:
            table, what = _MIRRORS[indicator]
            partner = REPORTERS[reporter]
            rows = {row["year"]: row for row in desk.current(table).rows if row["partner"] == partner}
            ours = number(rows.get(year, {}).get("value_million_usd", ""))
            if ours and int(year) > desk.settings.today.year - _YEARS:
                share = (value.scaleb(-6) / ours - 1) * 100
                if not _LEAST <= share <= _MOST:
                    problem = f"{partner} {year} is {share:.0f} per cent off Mongolia's {ours} million US$"
                    raise RefreshError("unit", problem, place=raw.record.address)
                says = f"{what}, {partner} {year}: the partner's figure against Mongolia's"
                findings.append(Finding(says, f"{share:+.1f}", "per cent"))
    return Answer(findings=tuple(findings))


PROVIDER: Final = Provider(
    "imf",
    "International Monetary Fund, trade in goods by partner (IMTS)",
    (),
    "the Fund's terms were not read whole: rows stay in the store, derived figures are shown",
    "the catalogue of Our World in Data, which fetches the same series",
    ask,
)
