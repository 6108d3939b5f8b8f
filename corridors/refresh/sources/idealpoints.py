"""Ideal points of states in the United Nations General Assembly, from their authors' deposit.

Harvard Dataverse, doi:10.7910/DVN/LEJUQZ. Native API, version 1: ``datasets/:persistentId/?persistentId=``
answers with the latest version and its files; Data Access API: ``access/datafile/{id}`` with the file itself,
to which the repository leads through a signed address of its store. The file is that of votes on final
passage (``IdealpointestimatesFP...``), of which our table was a copy; a row a state and year.

Each release estimates the whole series anew, so that every value moves a little, in years long past as well:
the report says by how much. Sign and spread of the scale are fixed by convention only; a release that turns
it around or stretches it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal
from hashlib import md5
from statistics import correlation, median, stdev
from types import MappingProxyType
from typing import Any, Final

from corridors.catalog import Source
from corridors.refresh.faults import RefreshError
from corridors.refresh.provider import Answer, Desk, Provider, origin
from corridors.refresh.store import Raw, Request
from corridors.refresh.table import Fresh, Row, Table, number, plain

DOI: Final = "doi:10.7910/DVN/LEJUQZ"
_FILE: Final = "idealpointestimatesfp"
#: Where the repository keeps its files; a download is led there.
_STORES: Final = ("dvn-cloud.s3.amazonaws.com",)
#: Our column and theirs.
COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {"ideal_point": "IdealPointFP", "lower_5": "Q5%FP", "upper_95": "Q95%FP"}
)
_ID: Final = "unga-ideal-points-dataverse"
_METHOD: Final = "bailey-strezhnev-voeten-2017"
#: Years that the depositor calls not comparable, and why.
LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {"2025": "the depositor warns that votes of 2025 do not fit one dimension"}
)
_GAPS: Final = ("", "NA")
#: Digits that our table keeps.
_DIGITS: Final = Context(prec=7)
#: The least correlation with the estimates that we have, and how far the spread may differ.
_ALIKE: Final = 0.9
_SPREAD: Final = (0.67, 1.5)


def _version(raw: Raw) -> Mapping[str, Any]:
    """The latest version of the deposit. Raises RefreshError for the API's own faults, or another form."""
    answer = raw.json()
    if isinstance(answer, dict) and answer.get("status") == "ERROR":
        raise RefreshError("bad-request", f"the Dataverse says: {answer.get('message', answer)}", place=DOI)
    try:
        version = answer["data"]["latestVersion"]
        version["versionNumber"], [file["dataFile"]["id"] for file in version["files"]]
    except (KeyError, TypeError):
        problem = "the answer has no 'data', 'latestVersion', 'files' with the id of each file"
        raise RefreshError("changed-form", problem, place=DOI) from None
    return version  # type: ignore[no-any-return]


def _file(version: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one file with the estimates."""
    files = [file["dataFile"] for file in version["files"]]
    names = [str(file.get("filename", "")) for file in files]
    fits = [f for f, name in zip(files, names, strict=True) if name.casefold().startswith(_FILE)]
    fits = [file for file in fits if str(file["filename"]).endswith((".csv", ".tab"))]
    if len(fits) != 1:
        problem = f"{len(fits)} files are called IdealpointestimatesFP...csv or .tab, one was expected"
        raise RefreshError("unknown-label", f"{problem}; there are {', '.join(names)}", place=DOI)
    return fits[0]  # type: ignore[no-any-return]


def _rows(raw: Raw, file: Mapping[str, Any], table: Table) -> tuple[list[Row], set[str]]:
    """Rows of the states that our table has, and the years that are left out."""
    wanted = {row["country"] for row in table.rows}
    first = min(row["year"] for row in table.rows)
    rows: list[Row] = []
    skipped: set[str] = set()
    separator = "\t" if str(file["filename"]).endswith(".tab") else ","
    for row in raw.each(("iso3c", "year", *COLUMNS.values()), separator):
        if row["iso3c"] not in wanted or row["year"] < first or row[COLUMNS["ideal_point"]] in _GAPS:
            continue
        if row["year"] in LEFT_OUT:
            skipped.add(row["year"])
            continue
        values = {mine: plain(_DIGITS.create_decimal(plain(row[name]))) for mine, name in COLUMNS.items()}
        rows.append({"year": row["year"], "country": row["iso3c"]} | values)
    lost = sorted(wanted - {row["country"] for row in rows})
    if lost:
        raise RefreshError("unknown-label", f"no row has {', '.join(lost)} in 'iso3c'", place=str(file["id"]))
    return rows, skipped


def _require_order(rows: Sequence[Row]) -> None:
    """An estimate lies within its own interval."""
    for row in rows:
        low, point, high = (Decimal(row[name]) for name in ("lower_5", "ideal_point", "upper_95"))
        if not low <= point <= high:
            place = f"unga_ideal_points, row country {row['country']}, year {row['year']}"
            raise RefreshError(
                "magnitude", f"{point} lies outside its interval, {low} to {high}", place=place
            )


def _moves(table: Table, rows: Sequence[Row]) -> tuple[str, ...]:
    """How far the release moves what we have, in words. Raises RefreshError for another scale."""
    ours = {table.key(row): number(row["ideal_point"]) for row in table.rows}
    pairs = [
        (key, float(old), float(row["ideal_point"]))
        for row in rows
        if (old := ours.get(key := table.key(row))) is not None
    ]
    if len(pairs) < 3:
        return ()
    before, after = [pair[1] for pair in pairs], [pair[2] for pair in pairs]
    fit, spread = correlation(before, after), stdev(after) / stdev(before)
    place = "unga_ideal_points, column ideal_point"
    if fit <= -_ALIKE:
        raise RefreshError("unit", f"the scale stands on its head (correlation {fit:.2f})", place=place)
    if fit < _ALIKE:
        problem = f"the estimates hardly go with those we have (correlation {fit:.2f})"
        raise RefreshError("magnitude", problem, place=place)
    if not _SPREAD[0] <= spread <= _SPREAD[1]:
        problem = f"the estimates spread {spread:.2f} times as far as those we have"
        raise RefreshError("unit", f"{problem}: the scale seems to have changed", place=place)
    shifts = [(abs(b - a), key) for key, a, b in pairs]
    moved = [shift for shift in shifts if shift[0]]
    if not moved:
        return ()
    largest, key = max(shifts)
    where = ", ".join(f"{name} {value}" for name, value in zip(table.key_names, key, strict=True))
    return (
        f"the release estimates the whole series anew: {len(moved)} of {len(pairs)} values move, by "
        f"{median(shift for shift, _ in shifts):.3f} at the median and {largest:.3f} at most ({where}); "
        "what is compared over time must come from one release",
    )


def _source(raw: Raw, file: Mapping[str, Any], version: Mapping[str, Any]) -> Source:
    edition = f"version {version['versionNumber']}.{version.get('versionMinorNumber', 0)}"
    licence = version.get("license") or {}
    name = licence.get("name") if isinstance(licence, dict) else licence
    made = origin(
        raw, id=_ID, title=f"United Nations General Assembly ideal points, {file['filename']}",
        author="Erik Voeten", publisher="Harvard Dataverse", licence=str(name or "see the deposit"),
        date=str(version.get("releaseTime", ""))[:10], note=f"{DOI}, {edition}",
    )  # fmt: skip
    return replace(made, address=f"https://doi.org/{DOI.removeprefix('doi:')}")


def ask(desk: Desk) -> Answer:
    """Ask what the deposit holds, then for the file with the estimates."""
    base = desk.settings.address("idealpoints")
    query = (("persistentId", DOI),)
    version = _version(
        desk.fetch(Request("idealpoints", "deposit", f"{base}/datasets/:persistentId/", query))
    )
    file = _file(version)
    suffix = str(file["filename"])[-4:]
    url = f"{base}/access/datafile/{file['id']}"
    raw = desk.fetch(Request("idealpoints", "estimates", url, suffix=suffix, leads_to=_STORES))
    # Of a file that the repository has taken apart (.tab) the checksum is that of another form of it.
    told = str(file.get("md5", "")) if suffix == ".csv" else ""
    if told and md5(raw.path.read_bytes(), usedforsecurity=False).hexdigest() != told:
        raise RefreshError("cut-off", "the file is not the one that the deposit describes (md5)", place=url)
    table = desk.current("unga_ideal_points")
    rows, skipped = _rows(raw, file, table)
    _require_order(rows)
    notes = _moves(table, rows)
    notes += tuple(f"{year} is left out: {LEFT_OUT[year]}" for year in sorted(skipped))
    fresh = Fresh(
        "unga_ideal_points", tuple(rows), _source(raw, file, version), notes=notes,
        named=lambda row: f"{_ID};{_METHOD}",
    )  # fmt: skip
    return Answer(fresh=(fresh,))


PROVIDER: Final = Provider(
    "idealpoints",
    "Ideal points in the General Assembly (Harvard Dataverse)",
    ("unga_ideal_points",),
    "terms of the deposit; figures with attribution",
    "the guides of Dataverse, and a second-hand copy of the file with the code that fetched it",
    ask,
)
