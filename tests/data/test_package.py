"""The data package as a whole: sound, complete, and documented both ways."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from frictionless import Package as FrictionlessPackage
from frictionless import system

from corridors import catalog
from corridors.paths import DATA, ROOT
from corridors.schema import PACKAGE_FILE

Json = dict[str, Any]

DESCRIPTOR: Json = json.loads((DATA / PACKAGE_FILE).read_text("utf-8"))
RESOURCES: dict[str, Json] = {resource["name"]: resource for resource in DESCRIPTOR["resources"]}
NAMES = sorted(RESOURCES)

QUALITIES = {"official", "press", "secondary", "weak"}

#: Sources that no row names, and why they stand in the list all the same.
UNCITED = {
    "densmaa-2021": "read for background",
    "dugerjav-2012-cross-border-trade-transport": "read for background",
    "finance-mail-2025-gazprom-reports-signing": "says what other sources of the gas tables say",
    "karlof1-2024-putin-in-mongolia": "a translation of statements that are cited from the original",
    "kremlin-2017-meeting-elbegdorj-astana": "a meeting on neutral ground, not a visit",
    "mehr-news-2025-power-siberia-2": "says what other sources of the gas tables say",
    "mongolia-border-authority-ports": "lists ports in all; the crossings are cited one by one",
    "mongolia-weekly-2024-putins-fifth-visit": "says what official sources of the visits say",
    "politik-kz-2026-oil-products-plan": "a plan, not a fact",
    "reeves-2023-siberian-gas": "read for background",
    "rferl-2014-putin-mongolia-trade-down": "says what other sources of the trade tables say",
    "toimnews-2024-putins-visits-mongolia-overview": "named in notes: conflicts with the official record",
    "treaty-text-1993-protocols-russia-mongolia-trade": "the quantities stand in annexes that were not read",
    "unvotes-package": "a cross-check of the roll calls",
}

FIELDS = [
    pytest.param(name, field, id=f"{name}.{field['name']}")
    for name, resource in RESOURCES.items()
    for field in (resource.get("properties") or resource["schema"]["fields"])
]


def _fields(name: str) -> list[Json]:
    resource = RESOURCES[name]
    fields: list[Json] = resource.get("properties") or resource["schema"]["fields"]
    return fields


def _header(name: str) -> list[str]:
    """The columns that the file really has; for a layer the properties of all its features."""
    path = DATA / RESOURCES[name]["path"]
    if path.suffix == ".geojson":
        features = json.loads(path.read_text("utf-8"))["features"]
        return list(dict.fromkeys(key for feature in features for key in feature["properties"]))
    with path.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


# --- soundness --------------------------------------------------------------------------------------


def test_the_catalog_finds_no_fault() -> None:
    """Hashes, types, keys, links, exact gaps, places: all that ``python -m corridors check`` looks at."""
    assert [str(fault) for fault in catalog.check()] == []


def test_frictionless_finds_no_fault() -> None:
    """The package is a valid Data Package for tools that know nothing of this book."""
    with system.use_context(trusted=False):
        result = FrictionlessPackage(str(DATA / PACKAGE_FILE)).validate()
    assert result.valid, result.flatten(["type", "title", "message", "note"])


def test_the_package_says_what_it_is() -> None:
    assert DESCRIPTOR["name"] == "steppe-corridors"
    assert DESCRIPTOR["$schema"].endswith("/2.0/datapackage.json")
    assert DESCRIPTOR["title"]
    assert DESCRIPTOR["description"]
    assert {licence["name"] for licence in DESCRIPTOR["licenses"]} == {"CC-BY-4.0", "ODbL-1.0"}
    assert "version" not in DESCRIPTOR, "the version is written once, in CITATION.cff"
    assert "created" not in DESCRIPTOR, "a time stamp would change the bytes without a change of the data"


def test_every_subject_has_data() -> None:
    subjects = {resource["subject"] for resource in RESOURCES.values()}
    assert {"sources", "trade", "energy", "routes", "diplomacy", "basemap"} <= subjects


@pytest.mark.parametrize("name", NAMES)
def test_every_table_loads_with_types_and_sources(name: str) -> None:
    frame = catalog.load(name)
    assert len(frame)
    assert frame.attrs["dataset"] == name
    assert frame.attrs["sources"] or name == "sources"
    assert all(catalog.source(id).publisher for id in frame.attrs["sources"])


# --- the column dictionary, both ways ---------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_documented_and_every_documented_column_is_there(name: str) -> None:
    documented = [field["name"] for field in _fields(name)]
    assert set(_header(name)) - set(documented) == set(), "columns without a description"
    assert set(documented) - set(_header(name)) == set(), "descriptions without a column"
    assert len(set(documented)) == len(documented)


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_every_column_has_a_description_and_a_unit(name: str, field: Json) -> None:
    """Numbers have a unit ("1" for counts), texts have none, and the name carries the same unit."""
    assert len(field["description"]) >= 8, field
    assert field["description"].rstrip().endswith((".", "?", ")")), field
    if field["type"] in ("number", "integer"):
        assert field["unit"], f"{name}.{field['name']}: a number without a unit"
    for ending, unit in UNIT_BY_ENDING.items():
        if field["name"].endswith(ending) and field["type"] in ("number", "integer"):
            assert unit in field["unit"], f"{name}.{field['name']}: unit {field['unit']}"


UNIT_BY_ENDING = {
    "_million_usd": "million US$", "_pct": "per cent", "_km": "km", "_kt": "kt", "_gwh": "GWh", "_mw": "MW",
    "_tonnes": "tonnes", "_bcm": "bcm", "latitude": "degrees", "longitude": "degrees",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_a_key(name: str) -> None:
    """A row can be named: by a primary key, in a layer by a property that is required and unique."""
    if name == "base_layer":  # drawn, never looked up
        return
    schema = RESOURCES[name].get("schema", {})
    unique = [f["name"] for f in _fields(name) if f.get("constraints", {}).get("unique")]
    assert schema.get("primaryKey") or unique, name


# --- what each table says of itself -----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_table_states_licence_horizon_traps_and_gaps(name: str) -> None:
    resource = RESOURCES[name]
    assert len(resource["title"]) > 3
    assert len(resource["description"]) > 80, "a description says what the table is and what bites"
    assert resource["horizon"].strip()
    assert resource["licenses"]
    assert all(re.fullmatch(r"[A-Z]+-[0-9A-Za-z.-]+", trap) for trap in resource["traps"]), resource["traps"]
    assert all(len(gap["reason"]) > 12 and gap["count"] > 0 for gap in resource["gaps"]), resource["gaps"]
    assert resource["encoding"] == "utf-8"
    assert resource["path"].startswith(
        resource["subject"] + ("/" if resource["subject"] != "sources" else "")
    )


def test_the_traps_of_the_notes_are_named_in_the_package() -> None:
    """The thirteen traps of the trade notes, and those of the routes and of diplomacy, bite somewhere."""
    traps = {trap for resource in RESOURCES.values() for trap in resource["traps"]}
    assert {f"TRADE-{number}" for number in range(1, 14)} <= traps
    assert any(trap.startswith("GEO-") for trap in traps)
    assert any(trap.startswith("DIPLOMACY-") for trap in traps)


@pytest.mark.parametrize("name", [n for n in NAMES if RESOURCES[n]["subject"] == "diplomacy"])
def test_the_diplomacy_tables_say_where_they_end(name: str) -> None:
    """Nothing found for March to November 2026 is not evidence that nothing happened."""
    horizon = RESOURCES[name]["horizon"]
    if not name.startswith("unga_"):  # votes of the Assembly, which end in 2023 or 2024
        assert "February 2026" in horizon
    assert re.search(r"\b(2023|2024|2026)\b", horizon)


@pytest.mark.parametrize("name", NAMES)
def test_derived_values_are_marked(name: str) -> None:
    """A derived table says so; a mixed one has a column, or marked columns, that tell what is computed."""
    resource = RESOURCES[name]
    fields = _fields(name)
    if resource["kind"] == "derived":
        text = resource["description"] + " ".join(field["name"] for field in fields)
        assert re.search(r"[Cc]omputed|derivation|ours|[Ss]implified", text), name
    if resource["kind"] == "mixed":
        told = any(field["name"] == "derivation" or field.get("derived") for field in fields)
        graded = any("interpolated" in field.get("constraints", {}).get("enum", []) for field in fields)
        assert told or graded, name
    if resource["kind"] == "published":
        frame = catalog.load(name)
        assert "derivation" not in frame or frame["derivation"].isna().all(), f"{name} has derived rows"


@pytest.mark.parametrize("name", NAMES)
def test_the_sources_of_a_whole_table_are_those_of_its_rows(name: str) -> None:
    """The descriptor lists each source of a table that has few, and points to the rows of one with many."""
    listed = [source["id"] for source in RESOURCES[name].get("sources", []) if "id" in source]
    if listed:
        assert sorted(listed) == sorted(catalog.sources_of(name))
    elif name != "sources":
        assert len(catalog.sources_of(name)) > 6


def test_every_row_names_its_source() -> None:
    """Every table but the list of sources has source_id or source_ids, filled and tied to that list."""
    for name in set(NAMES) - {"sources"}:
        columns = {field["name"]: field for field in _fields(name)}
        column = columns.get("source_id") or columns.get("source_ids")
        assert column is not None, f"{name}: no column of sources"
        assert column.get("constraints", {}).get("required"), f"{name}: a row may lack its source"
        keys = RESOURCES[name].get("schema", {}).get("foreignKeys", [])
        tied = column.get("references") == "sources.id" or any(
            key["reference"]["resource"] == "sources" and key["reference"]["fields"] in ("id", ["id"])
            for key in keys
        )
        assert tied, f"{name}: sources are not tied to sources.csv"


# --- sources ----------------------------------------------------------------------------------------


def test_every_source_can_be_judged() -> None:
    """Publisher, licence, how it was read and quality are there; an address, or a word on why not."""
    sources = catalog.load("sources")
    for column in ("title", "publisher", "licence", "read_as", "quality"):
        assert sources[column].notna().all(), column
    assert set(sources["quality"]) <= QUALITIES
    without = sources[sources["address"].isna() & sources["note"].isna()]
    assert without.empty, f"neither address nor note: {list(without['id'])}"


def test_every_source_is_cited_or_excused() -> None:
    cited = {id for name in NAMES for id in catalog.sources_of(name)}
    known = set(catalog.load("sources")["id"])
    assert known - cited - set(UNCITED) == set(), "sources that no row names"
    assert set(UNCITED) - known == set(), "excused sources that are not in the list"
    assert set(UNCITED) & cited == set(), "excused sources that are cited after all"


# --- values that all tables share -------------------------------------------------------------------


def test_one_spelling_for_a_country() -> None:
    """Country columns never mix two names of one country."""
    wrong = {
        "USA",
        "U.S.",
        "US",
        "Russian Federation",
        "Korea",
        "Republic of Korea",
        "ROK",
        "PRC",
        "UK",
        "DPRK",
    }
    wrong |= {"Viet Nam", "Turkiye", "Turkey", "Czech Republic"}
    columns = ("partner", "country", "neighbour", "supplier", "origin", "visitor_country", "host_country")
    for name in NAMES:
        frame = catalog.load(name)
        for column in set(columns) & set(frame.columns):
            spellings = set(frame[column].dropna())
            if not all(re.fullmatch("[A-Z]{3}", spelling) for spelling in spellings):  # else ISO 3166 codes
                assert not wrong & spellings, f"{name}.{column}: {wrong & spellings}"


def test_grades_are_the_four_words() -> None:
    for name in NAMES:
        frame = catalog.load(name)
        if "quality" in frame:
            assert set(frame["quality"].dropna()) <= QUALITIES, name


def test_shares_lie_between_nought_and_a_hundred_by_schema() -> None:
    """Each column of shares says in the schema that it cannot leave 0 to 100."""
    for name in NAMES:
        for field in _fields(name):
            if field["name"].endswith("_pct") and field["type"] == "number" and "growth" not in field["name"]:
                bounds = field.get("constraints", {})
                assert bounds.get("maximum", 1000) <= 100, f"{name}.{field['name']}"


def test_masses_and_energies_cannot_be_negative_by_schema() -> None:
    """A negative tonnage, length or energy is a slip; differences are the exception and say so."""
    for name in NAMES:
        for field in _fields(name):
            if (
                re.search(r"_(kt|tonnes|kg)$", field["name"])
                and "difference" not in field["description"].lower()
            ):
                assert "minimum" in field.get("constraints", {}), f"{name}.{field['name']}"


def test_no_row_is_dated_after_the_edition() -> None:
    """Years lie before the release, but for what is planned or forecast."""
    released = date.fromisoformat(
        re.search(r'date-released: "?([0-9-]+)', (ROOT / "CITATION.cff").read_text("utf-8")).group(1)  # type: ignore[union-attr]
    )
    for name in NAMES:
        frame = catalog.load(name)
        if "year" not in frame or not pd.api.types.is_integer_dtype(frame["year"].dtype):
            continue
        late = frame[frame["year"].fillna(0) > released.year]
        words = late.astype(str).agg(" ".join, axis=1) if len(late) else []
        for text in words:
            assert re.search("plan|expect|target|forecast|due", text), f"{name}: {text[:200]}"


# --- hygiene ----------------------------------------------------------------------------------------

_FILES = sorted(path for path in DATA.rglob("*") if path.is_file() and not path.name.startswith("."))
_MACHINE = re.compile(r"/(?:work|tmp|root|home|Users)/\w|[A-Z]:\\\\|file://")
_SCAFFOLDING = re.compile(r"\b(?:TODO|FIXME|XXX|lorem ipsum|evidence folder)\b", re.IGNORECASE)


@pytest.mark.parametrize("path", _FILES, ids=lambda p: p.relative_to(DATA).as_posix())
def test_no_file_holds_a_path_of_a_machine_or_scaffolding(path: Path) -> None:
    text = re.sub(r"https?://\S+", "", path.read_text("utf-8"))
    assert _MACHINE.search(text) is None
    assert _SCAFFOLDING.search(text) is None


def test_the_share_alike_data_keep_to_one_folder_with_its_notice() -> None:
    """What derives from OpenStreetMap stays under ODbL, apart from the rest, with the licence beside it."""
    for name, resource in RESOURCES.items():
        share_alike = any(licence["name"] == "ODbL-1.0" for licence in resource["licenses"])
        assert share_alike == resource["path"].startswith("routes/osm/"), name
    notices = [notice for notice in DESCRIPTOR["notices"] if notice.startswith("routes/osm/")]
    text = " ".join((DATA / notice).read_text("utf-8") for notice in notices)
    assert "OpenStreetMap contributors" in text
    assert "openstreetmap.org/copyright" in text


def test_the_layer_that_every_map_loads_is_small() -> None:
    assert RESOURCES["base_layer"]["bytes"] <= 60_000
