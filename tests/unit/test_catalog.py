"""The catalog on a small package of its own: types, copies, sources, attribution, description."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridors import catalog, seal
from corridors.attribution import NAMED, credit, sentence
from corridors.catalog import Catalog
from corridors.faults import DataError

SOURCES = """\
id,title,author,publisher,address,date,accessed,licence,read_as,quality,note
office,Trade by partner,,Statistics Office,https://example.org/a,2025-04,2026-11-21,not stated,table,official,
osm,Railways,,OpenStreetMap contributors,,,2026-11-21,ODbL 1.0,table,official,
bank,Indicators,A. Author,World Bank,,,2026-11-21,"World Bank Open Data, CC BY 4.0",table,official,
"""

TABLE = """\
partner,year,value_million_usd,open,signed,month,note,source_ids
Russia,2005,1.5,true,2024-09-03,2021-01,,office
China,,,,,,,bank;office
Japan,2007,3,false,1993-01-20,1999-12,first of its kind,office
"""

LAYER = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"line": "main", "part": 1, "length_km": None, "source_id": "osm"},
            "geometry": {"type": "LineString", "coordinates": [[106.1, 50.3], [106.9, 47.9]]},
        },
        {
            "type": "Feature",
            "properties": {"line": "main", "part": 2, "length_km": 700.5, "source_id": "osm"},
            "geometry": {"type": "LineString", "coordinates": [[106.9, 47.9], [111.9, 43.7]]},
        },
    ],
}

Json = dict[str, Any]

OSM = "© OpenStreetMap contributors (ODbL 1.0, openstreetmap.org/copyright)"


def _field(name: str, kind: str = "string", **more: Any) -> Json:
    return {"name": name, "type": kind, "unit": "", "description": f"What {name} says.", **more}


def _resource(name: str, path: str, subject: str, **more: Any) -> Json:
    return {
        "name": name, "path": path, "title": name.title(), "description": f"The table {name}.",
        "format": "geojson" if path.endswith(".geojson") else "csv", "subject": subject,
        "kind": "published", "horizon": "to 2025", "traps": ["TRADE-3"], "gaps": [],
        "licenses": [{"name": "CC0-1.0", "title": "No rights reserved"}], **more,
    }  # fmt: skip


def _gap(name: str, reason: str = "not found in the sources read") -> Json:
    return {"field": name, "count": 0, "reason": reason}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A sealed package with sources, one table of every type, and one layer."""
    (tmp_path / "trade").mkdir()
    (tmp_path / "routes").mkdir()
    (tmp_path / "sources.csv").write_text(SOURCES, "utf-8")
    (tmp_path / "trade" / "partners.csv").write_text(TABLE, "utf-8")
    (tmp_path / "routes" / "track.geojson").write_text(json.dumps(LAYER) + "\n", "utf-8")
    sources = _resource(
        "sources", "sources.csv", "sources",
        gaps=[_gap(name) for name in ("author", "address", "date", "note")],
        schema={"fields": [_field(name) for name in SOURCES.split("\n")[0].split(",")], "primaryKey": "id"},
    )  # fmt: skip
    columns = {
        "partner": "string", "year": "integer", "value_million_usd": "number", "open": "boolean",
        "signed": "date", "month": "yearmonth", "note": "string",
    }  # fmt: skip
    partners = _resource(
        "partners", "trade/partners.csv", "trade",
        gaps=[_gap(name) for name in columns if name != "partner"],
        schema={
            "fields": [
                *(_field(name, kind) for name, kind in columns.items()),
                _field("source_ids", references="sources.id"),
            ],
            "primaryKey": ["partner"],
        },
    )  # fmt: skip
    track = _resource(
        "track", "routes/track.geojson", "routes",
        gaps=[_gap("length_km")],
        geometry={"types": ["LineString"], "bbox": [100, 40, 115, 52]},
        properties=[
            _field("line"), _field("part", "integer"), _field("length_km", "number", derived=True),
            _field("source_id", references="sources.id"),
        ],
    )  # fmt: skip
    package = {"name": "small", "resources": [sources, partners, track]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package), "utf-8")
    assert seal.seal(tmp_path) == ["sources", "partners", "track"]
    return tmp_path


@pytest.fixture
def small(root: Path) -> Catalog:
    return Catalog(root)


def test_the_small_package_is_sound(root: Path) -> None:
    assert catalog.check(root) == []


def test_a_table_is_typed_and_a_gap_is_a_gap(small: Catalog) -> None:
    """A gap is missing in each type: not zero, not an empty text, not the year 0."""
    frame = small.load("partners")
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "partner": "str", "year": "Int64", "value_million_usd": "float64", "open": "boolean",
        "signed": "datetime64[s]", "month": "period[M]", "note": "str", "source_ids": "str",
    }  # fmt: skip
    assert frame.loc[1, ["year", "value_million_usd", "open", "signed", "month", "note"]].isna().all()
    assert frame.loc[0, "year"] == 2005
    assert frame.loc[0, "signed"] == pd.Timestamp("2024-09-03")
    assert frame.loc[2, "month"].year == 1999
    assert list(frame["partner"]) == ["Russia", "China", "Japan"]


def test_a_frame_carries_its_name_and_sources(small: Catalog) -> None:
    assert small.load("partners").attrs == {"dataset": "partners", "sources": ("office", "bank")}
    assert small.layer("track").attrs == {"dataset": "track", "sources": ("osm",)}
    assert small.sources_of("sources") == ()


def test_a_caller_cannot_harm_the_next_one(small: Catalog) -> None:
    """Each call hands out a copy: values, columns and attributes of the next are as in the file."""
    frame = small.load("partners")
    frame.loc[0, "value_million_usd"] = -1.0
    frame.attrs["sources"] = ()
    layer = small.layer("track")
    layer["line"] = "other"
    assert small.load("partners").loc[0, "value_million_usd"] == 1.5
    assert small.load("partners").attrs["sources"] == ("office", "bank")


def test_a_column_or_a_selection_still_knows_its_sources_and_shares_their_list(small: Catalog) -> None:
    """pandas makes a deep copy of ``attrs`` at every step; of ids that nobody can change, one is enough."""
    frame = small.load("partners")
    chosen = frame[frame["partner"] == "Russia"]["year"]
    assert chosen.attrs == frame.attrs
    assert chosen.attrs is not frame.attrs
    assert chosen.attrs["sources"] is frame.attrs["sources"]
    assert set(small.layer("track")["line"]) == {"main"}


def test_a_layer_comes_in_degrees_with_its_geometry(small: Catalog) -> None:
    layer = small.layer("track")
    assert isinstance(layer, gpd.GeoDataFrame)
    assert layer.crs == "EPSG:4326"
    assert list(layer.geometry.geom_type) == ["LineString", "LineString"]
    assert layer.geometry[0].coords[0] == (106.1, 50.3)
    assert pd.isna(layer.loc[0, "length_km"])
    assert str(layer["part"].dtype) == "Int64"
    assert isinstance(small.load("track"), gpd.GeoDataFrame)


def test_a_file_is_read_and_checked_once(small: Catalog, root: Path) -> None:
    first = small.load("partners")
    (root / "trade" / "partners.csv").unlink()
    pd.testing.assert_frame_equal(small.load("partners"), first)


def test_a_table_is_no_layer(small: Catalog) -> None:
    with pytest.raises(DataError, match="without geometry"):
        small.layer("partners")


def test_a_mistyped_name_gets_a_suggestion(small: Catalog) -> None:
    with pytest.raises(DataError, match="did you mean 'partners'"):
        small.load("partner")
    with pytest.raises(DataError, match="no table or layer 'zzz' \\["):
        small.describe("zzz")
    with pytest.raises(DataError, match="did you mean 'office'"):
        small.source("offices")
    with pytest.raises(DataError, match="no source 'zzz' \\["):
        small.source("zzz")


def test_use_is_noted_in_order_and_once(small: Catalog) -> None:
    """What a chapter lists as its data is what it loaded, not what was looked up on the way."""
    assert small.used() == ()
    small.attribution("sources")
    small.describe("track")
    assert small.used() == ()
    small.layer("track")
    small.load("partners")
    small.load("track")
    assert small.used() == ("track", "partners")


def test_a_source_is_found_by_its_id(small: Catalog) -> None:
    source = small.source("bank")
    assert (source.publisher, source.author, source.address) == ("World Bank", "A. Author", "")


def test_whoever_made_a_work_is_credited_and_not_its_host(small: Catalog) -> None:
    bank = small.source("bank")
    assert bank.credited == "World Bank"
    assert dataclasses.replace(bank, publisher="GitHub").credited == "A. Author"
    assert dataclasses.replace(bank, publisher="GitHub", author="").credited == "Indicators"


def test_attribution_is_one_sentence_with_what_licences_demand(small: Catalog) -> None:
    assert small.attribution(["partners", "track"]) == (
        "Data: Statistics Office; © OpenStreetMap contributors (ODbL 1.0, openstreetmap.org/copyright); "
        "World Bank (CC BY 4.0)."
    )
    assert small.attribution("partners") == "Data: Statistics Office; World Bank (CC BY 4.0)."
    assert small.attribution([]) == ""


def test_attribution_is_narrowed_to_the_rows_shown(small: Catalog) -> None:
    """Shown rows credit their own sources; a table that enters through a sum is credited whole."""
    shown = small.sources_of("partners")[:1]
    assert small.attribution("partners", among=shown) == "Data: Statistics Office."
    assert small.attribution("partners", among=["a-source-of-another-table"]) == small.attribution("partners")


def test_many_publishers_are_counted_but_never_one_whose_licence_demands_its_name() -> None:
    credits = [(f"Paper {number}", "all rights reserved") for number in range(NAMED + 3)]
    text = sentence([*credits, ("Ember", "CC BY 4.0"), ("Natural Earth", "public domain")])
    assert "Ember (CC BY 4.0)" in text
    assert "made with Natural Earth" in text
    assert "and 3 more publishers" in text
    assert f"Paper {NAMED - 1}" in text
    assert f"Paper {NAMED};" not in text
    assert sentence(credits[: NAMED + 1]).endswith("and 1 more publisher, named row by row in the data.")


@pytest.mark.parametrize(
    ("publisher", "licence", "text", "demanded"),
    [
        (
            "Global Energy Monitor",
            "CC BY 4.0 (stated in the About sheet)",
            "Global Energy Monitor (CC BY 4.0)",
            True,
        ),
        ("GeoNames", "CC-BY-4.0", "GeoNames (CC-BY-4.0)", True),
        ("Wikipedia", "CC BY-SA 4.0 (facts only used)", "Wikipedia (CC BY-SA 4.0)", True),
        ("TASS", "Copyright of the publisher", "TASS", False),
        ("A copy", "ODbL 1.0 (derivative of OpenStreetMap)", OSM, True),
        (
            "World Bank WDI via a copy",
            "CC BY 4.0",
            "World Bank, World Development Indicators (CC BY 4.0)",
            True,
        ),
    ],
)
def test_a_credit_names_the_licence_that_asks_for_it(
    publisher: str, licence: str, text: str, demanded: bool
) -> None:
    assert credit(publisher, licence) == (text, demanded)


def test_a_description_says_what_a_reader_must_know(small: Catalog, root: Path) -> None:
    about = small.describe("partners")
    assert (about.title, about.horizon, about.licence) == ("Partners", "to 2025", "No rights reserved")
    assert about.path == root / "trade" / "partners.csv"
    assert about.traps == ("TRADE-3",)
    assert {gap.field: gap.count for gap in about.gaps} == {
        "year": 1, "value_million_usd": 1, "open": 1, "signed": 1, "month": 1, "note": 2,
    }  # fmt: skip
    assert list(about.fields["name"]) == list(small.load("partners").columns)
    assert about.primary_key == ("partner",)
    assert small.describe("track").is_layer


def test_the_dictionary_has_a_row_for_each_column(small: Catalog) -> None:
    table = small.dictionary()
    assert len(table) == 11 + 8 + 4
    assert list(table["dataset"].unique()) == ["sources", "partners", "track"]
    assert list(small.dictionary("track").query("derived")["name"]) == ["length_km"]


def test_names_come_in_the_order_of_the_package(small: Catalog) -> None:
    assert small.names() == ("sources", "partners", "track")


def test_the_functions_of_the_module_work_on_the_book(root: Path) -> None:
    assert "sources" in catalog.names()
    assert catalog.default.root.name == "data"
    assert catalog.check(root) == []


def test_hidden_files_of_the_system_are_no_fault(root: Path) -> None:
    (root / ".DS_Store").write_bytes(b"\x00")
    assert catalog.check(root) == []


def test_a_notice_that_is_listed_must_be_there(root: Path) -> None:
    package = json.loads((root / "datapackage.json").read_text("utf-8"))
    (root / "datapackage.json").write_text(json.dumps(package | {"notices": ["LICENSES.md"]}), "utf-8")
    assert [str(fault).split(":")[0] for fault in catalog.check(root)] == ["LICENSES.md"]
    (root / "LICENSES.md").write_text("Licences by source.\n", "utf-8")
    assert catalog.check(root) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    file=st.sampled_from(["sources.csv", "trade/partners.csv", "routes/track.geojson", "datapackage.json"]),
    start=st.floats(0, 1, exclude_max=True),
    length=st.integers(0, 30),
    graft=st.binary(max_size=12) | st.sampled_from([b'"', b"\n", b"[", b"}", b"null", b"-", b",,", b"1e999"]),
)
def test_no_damage_to_a_file_escapes_as_another_error(
    root: Path, file: str, start: float, length: int, graft: bytes
) -> None:
    """Any bytes cut out of or put into any file: loading works, or a DataError says what is wrong."""
    path = root / file
    sound = path.read_bytes()
    at = int(start * len(sound))
    path.write_bytes(sound[:at] + graft + sound[at + length :])
    try:
        faults = catalog.check(root)
        changed = path.read_bytes() != sound
        assert faults or not changed or file == "datapackage.json"
        assert all(fault.remedy and fault.problem for fault in faults)
        for name in ("sources", "partners", "track"):
            with contextlib.suppress(DataError):
                Catalog(root).load(name)
    finally:
        path.write_bytes(sound)
