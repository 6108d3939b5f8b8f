"""Bad data get a clear error: copies of the real package are broken, one way a function.

Every mutation must be caught by the rule that it is meant for, by ``check()`` and by ``load()``, with the
file, the row, the rule and a remedy in the message, and never by any other exception. Apart from the
mutations of the seal itself the copy is sealed anew after each change, so that the hash cannot be what
catches it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corridors import catalog, seal
from corridors.faults import REMEDIES, DataError
from corridors.paths import DATA
from corridors.schema import PACKAGE_FILE

#: The part of the real package that the copies hold: small, and of every kind.
KEPT = (
    "sources",
    "imports_by_partner",
    "petroleum_imports_monthly",
    "unga_agreement_yearly",
    "railway_stations",
    "soyuz_vostok_mongolia",
    "visits",
    "presidents_russia",
    "projects",
    "project_facts",
)
LAYER = "soyuz_vostok_mongolia"
STATIONS = "railway_stations"

Json = dict[str, Any]


class Copy:
    """A copy of part of the data package that can be broken."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def package(self) -> Json:
        return json.loads((self.root / PACKAGE_FILE).read_text("utf-8"))

    def write_package(self, package: Json) -> None:
        text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
        (self.root / PACKAGE_FILE).write_text(text, "utf-8")

    def change_resource(self, name: str, change: Callable[[Json], object]) -> None:
        package = self.package
        change(next(r for r in package["resources"] if r["name"] == name))
        self.write_package(package)

    def path(self, name: str) -> Path:
        return self.root / next(r["path"] for r in self.package["resources"] if r["name"] == name)

    def write(self, name: str, data: bytes) -> None:
        """Write the file and its size and hash, but leave the gap counts as they were."""
        self.path(name).write_bytes(data)
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        self.change_resource(name, lambda r: r.update(bytes=len(data), hash=digest))

    def rows(self, name: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.path(name).read_text("utf-8"), newline="")))

    def write_rows(self, name: str, rows: list[list[str]]) -> None:
        stream = io.StringIO(newline="")
        csv.writer(stream, lineterminator="\n").writerows(rows)
        self.write(name, stream.getvalue().encode("utf-8"))

    def set_cell(self, name: str, row: int, column: str, text: str) -> None:
        """Set the cell in data row ``row``, counted from 1."""
        rows = self.rows(name)
        rows[row][rows[0].index(column)] = text
        self.write_rows(name, rows)

    def cell(self, name: str, row: int, column: str) -> str:
        rows = self.rows(name)
        return rows[row][rows[0].index(column)]

    def layer(self, name: str = LAYER) -> Json:
        return json.loads(self.path(name).read_text("utf-8"))

    def write_layer(self, layer: Json, name: str = LAYER) -> None:
        self.write(name, (json.dumps(layer, ensure_ascii=False) + "\n").encode("utf-8"))

    def change_feature(self, change: Callable[[Json], object]) -> None:
        """Change the first feature of the layer."""
        layer = self.layer()
        change(layer["features"][0])
        self.write_layer(layer)

    def constrain(self, name: str, column: str, **constraints: object) -> None:
        def change(resource: Json) -> None:
            field = next(f for f in resource["schema"]["fields"] if f["name"] == column)
            field.setdefault("constraints", {}).update(constraints)

        self.change_resource(name, change)


@dataclass(frozen=True)
class Expected:
    """What must be said: the rule, the table loaded, the row (None for the file as a whole), the file."""

    rule: str
    dataset: str
    row: int | None = None
    file: str | None = None
    vintage: str | None = None


Mutation = Callable[[Copy], Expected]
MUTATIONS: list[Mutation] = []


def mutation(function: Mutation) -> Mutation:
    MUTATIONS.append(function)
    return function


# --- the file as such -------------------------------------------------------------------------------


@mutation
def missing_file(copy: Copy) -> Expected:
    copy.path("visits").unlink()
    return Expected("missing-file", "visits")


@mutation
def folder_in_place_of_the_file(copy: Copy) -> Expected:
    path = copy.path("visits")
    path.unlink()
    path.mkdir()
    return Expected("unreadable-file", "visits")


@mutation
def empty_file(copy: Copy) -> Expected:
    copy.write("visits", b"")
    return Expected("empty-file", "visits")


@mutation
def file_changed_without_seal(copy: Copy) -> Expected:
    path = copy.path("visits")
    path.write_bytes(path.read_bytes().replace(b"official", b"offical", 1))
    return Expected("hash", "visits")


@mutation
def wrong_hash(copy: Copy) -> Expected:
    copy.change_resource("visits", lambda r: r.update(hash="sha256:" + "0" * 64))
    return Expected("hash", "visits")


@mutation
def wrong_number_of_bytes(copy: Copy) -> Expected:
    copy.change_resource("visits", lambda r: r.update(bytes=r["bytes"] + 1))
    return Expected("bytes", "visits")


@mutation
def byte_order_mark(copy: Copy) -> Expected:
    copy.write("visits", b"\xef\xbb\xbf" + copy.path("visits").read_bytes())
    return Expected("bom", "visits")


@mutation
def byte_order_mark_in_a_layer(copy: Copy) -> Expected:
    copy.write(LAYER, b"\xef\xbb\xbf" + copy.path(LAYER).read_bytes())
    return Expected("bom", LAYER)


@mutation
def windows_line_ends(copy: Copy) -> Expected:
    copy.write("visits", copy.path("visits").read_bytes().replace(b"\n", b"\r\n"))
    return Expected("line-ends", "visits")


@mutation
def invalid_utf8(copy: Copy) -> Expected:
    copy.write("visits", copy.path("visits").read_bytes() + "Хангай\n".encode("cp1251"))
    return Expected("not-utf8", "visits")


@mutation
def utf16_from_a_spreadsheet(copy: Copy) -> Expected:
    copy.write("visits", copy.path("visits").read_text("utf-8").encode("utf-16"))
    return Expected("not-utf8", "visits")


@mutation
def cut_in_the_last_line(copy: Copy) -> Expected:
    copy.write("visits", copy.path("visits").read_bytes().rstrip(b"\n"))
    return Expected("final-newline", "visits")


@mutation
def quote_never_closed(copy: Copy) -> Expected:
    text = copy.path("visits").read_text("utf-8")
    head, _, tail = text.partition("\n")
    copy.write("visits", f'{head}\n"{tail.replace(chr(34), "")}'.encode())
    return Expected("csv-format", "visits", 1)


@mutation
def link_that_leaves_the_folder(copy: Copy) -> Expected:
    path = copy.path("visits")
    outside = copy.root.parent / "outside.csv"
    shutil.move(path, outside)
    path.symlink_to(outside)
    return Expected("package-path", "visits")


@mutation
def file_that_nobody_described(copy: Copy) -> Expected:
    (copy.root / "trade" / "notes.csv").write_text("a,b\n1,2\n", "utf-8")
    return Expected("unlisted-file", "", None, "trade/notes.csv")


# --- the shape of a table ---------------------------------------------------------------------------


@mutation
def missing_column(copy: Copy) -> Expected:
    copy.write_rows("visits", [row[:-1] for row in copy.rows("visits")])
    return Expected("missing-column", "visits")


@mutation
def extra_column(copy: Copy) -> Expected:
    rows = copy.rows("visits")
    copy.write_rows("visits", [[*rows[0], "mood"], *([*row, "good"] for row in rows[1:])])
    return Expected("extra-column", "visits")


@mutation
def column_twice(copy: Copy) -> Expected:
    copy.write_rows("visits", [[*row, row[0]] for row in copy.rows("visits")])
    return Expected("extra-column", "visits")


@mutation
def reordered_columns(copy: Copy) -> Expected:
    copy.write_rows("visits", [[row[1], row[0], *row[2:]] for row in copy.rows("visits")])
    return Expected("column-order", "visits")


@mutation
def short_row(copy: Copy) -> Expected:
    rows = copy.rows("visits")
    rows[4].pop()
    copy.write_rows("visits", rows)
    return Expected("row-length", "visits", 4)


@mutation
def unquoted_comma(copy: Copy) -> Expected:
    rows = copy.rows("visits")
    rows[7].append("a cell too many")
    copy.write_rows("visits", rows)
    return Expected("row-length", "visits", 7)


@mutation
def empty_line(copy: Copy) -> Expected:
    lines = copy.path("visits").read_bytes().split(b"\n")
    copy.write("visits", b"\n".join([*lines[:3], b"", *lines[3:]]))
    return Expected("row-length", "visits", 3)


@mutation
def header_only(copy: Copy) -> Expected:
    copy.write_rows("visits", copy.rows("visits")[:1])
    return Expected("no-rows", "visits")


@mutation
def semicolons_for_commas(copy: Copy) -> Expected:
    rows = copy.rows("visits")
    copy.write("visits", "".join(";".join(row) + "\n" for row in rows).encode())
    return Expected("missing-column", "visits")


# --- cells ------------------------------------------------------------------------------------------


@mutation
def text_in_a_number(copy: Copy) -> Expected:
    copy.set_cell("imports_by_partner", 3, "value_million_usd", "about 12")
    return Expected("type", "imports_by_partner", 3)


@mutation
def thousands_separator(copy: Copy) -> Expected:
    copy.set_cell("imports_by_partner", 3, "value_million_usd", "1,234.5")
    return Expected("type", "imports_by_partner", 3)


@mutation
def decimal_comma(copy: Copy) -> Expected:
    copy.set_cell("imports_by_partner", 3, "value_million_usd", "12,5")
    return Expected("type", "imports_by_partner", 3)


@mutation
def nan_text(copy: Copy) -> Expected:
    copy.set_cell("imports_by_partner", 2, "value_million_usd", "NaN")
    return Expected("not-finite", "imports_by_partner", 2)


@mutation
def infinite_number(copy: Copy) -> Expected:
    copy.set_cell("imports_by_partner", 2, "value_million_usd", "inf")
    return Expected("not-finite", "imports_by_partner", 2)


@mutation
def number_beyond_all_bounds(copy: Copy) -> Expected:
    copy.set_cell("imports_by_partner", 2, "value_million_usd", "9" * 400)
    return Expected("not-finite", "imports_by_partner", 2)


@mutation
def whole_number_of_a_thousand_digits(copy: Copy) -> Expected:
    copy.set_cell(STATIONS, 2, "sequence", "9" * 1000)
    return Expected("type", STATIONS, 2)


@mutation
def negative_tonnes(copy: Copy) -> Expected:
    column = next(n for n in copy.rows("petroleum_imports_monthly")[0] if n.endswith(("_tonnes", "_kt")))
    copy.set_cell("petroleum_imports_monthly", 5, column, "-12")
    return Expected("minimum", "petroleum_imports_monthly", 5)


@mutation
def share_over_a_hundred(copy: Copy) -> Expected:
    copy.set_cell("unga_agreement_yearly", 9, "identical_pct", "100.5")
    return Expected("maximum", "unga_agreement_yearly", 9)


@mutation
def year_20025(copy: Copy) -> Expected:
    copy.set_cell("project_facts", 1, "year", "20025")
    return Expected("year-range", "project_facts", 1)


@mutation
def year_with_a_declared_span(copy: Copy) -> Expected:
    copy.set_cell("imports_by_partner", 1, "year", "20025")
    copy.constrain("imports_by_partner", "year", maximum=2026)
    return Expected("maximum", "imports_by_partner", 1)


@mutation
def month_thirteen(copy: Copy) -> Expected:
    rows = copy.rows("petroleum_imports_monthly")
    column = next(name for name in rows[0] if "month" in name)
    copy.set_cell("petroleum_imports_monthly", 6, column, "2023-13")
    return Expected("pattern", "petroleum_imports_monthly", 6)


@mutation
def bad_date(copy: Copy) -> Expected:
    copy.set_cell("presidents_russia", 2, "start", "2008-02-30")
    copy.change_resource("presidents_russia", lambda r: _retype(r, "start", "date"))
    return Expected("type", "presidents_russia", 2)


@mutation
def date_the_other_way_round(copy: Copy) -> Expected:
    copy.set_cell("visits", 2, "date_start", "03.09.2024")
    return Expected("pattern", "visits", 2)


@mutation
def yes_for_true(copy: Copy) -> Expected:
    copy.set_cell("visits", 2, "counted", "yes")
    return Expected("type", "visits", 2)


@mutation
def unknown_enum(copy: Copy) -> Expected:
    copy.set_cell("visits", 3, "quality", "excellent")
    return Expected("enum", "visits", 3)


@mutation
def empty_required_cell(copy: Copy) -> Expected:
    copy.set_cell("visits", 3, "quality", "")
    return Expected("required", "visits", 3)


@mutation
def script_in_a_station_name(copy: Copy) -> Expected:
    copy.set_cell(STATIONS, 4, "name", "<script>alert(1)</script>")
    return Expected("markup", STATIONS, 4)


@mutation
def event_handler_in_a_note(copy: Copy) -> Expected:
    copy.set_cell("visits", 4, "note", 'x" onerror = alert(1)')
    return Expected("markup", "visits", 4)


@mutation
def control_character(copy: Copy) -> Expected:
    copy.set_cell(STATIONS, 5, "name", "Choir\x07")
    return Expected("control-character", STATIONS, 5)


@mutation
def invisible_direction_mark(copy: Copy) -> Expected:
    copy.set_cell(STATIONS, 5, "name", "Choir\u202e")
    return Expected("control-character", STATIONS, 5)


@mutation
def line_break_in_a_cell(copy: Copy) -> Expected:
    copy.set_cell(STATIONS, 5, "name", "Choir\nstation")
    return Expected("control-character", STATIONS, 5)


@mutation
def formula_in_a_text_cell(copy: Copy) -> Expected:
    copy.set_cell("visits", 6, "note", '=HYPERLINK("x")')
    return Expected("formula", "visits", 6)


@mutation
def space_after_a_name(copy: Copy) -> Expected:
    copy.set_cell(STATIONS, 6, "name", copy.cell(STATIONS, 6, "name") + " ")
    return Expected("stray-space", STATIONS, 6)


@mutation
def letter_and_accent_as_two_codes(copy: Copy) -> Expected:
    copy.set_cell(STATIONS, 6, "name", "Zu\u0308u\u0308nbayan")
    return Expected("not-normalised", STATIONS, 6)


# --- keys, links, gaps ------------------------------------------------------------------------------


@mutation
def duplicate_key(copy: Copy) -> Expected:
    rows = copy.rows("unga_agreement_yearly")
    rows.insert(4, rows[3])
    copy.write_rows("unga_agreement_yearly", rows)
    return Expected("duplicate-key", "unga_agreement_yearly", 4)


@mutation
def empty_key(copy: Copy) -> Expected:
    copy.change_resource("visits", lambda r: _retype(r, "visit_id", "string"))
    copy.set_cell("visits", 6, "visit_id", "")
    return Expected("required", "visits", 6)


@mutation
def same_id_twice(copy: Copy) -> Expected:
    copy.set_cell("visits", 2, "visit_id", copy.cell("visits", 1, "visit_id"))
    return Expected("unique", "visits", 2)


@mutation
def unknown_source(copy: Copy) -> Expected:
    copy.set_cell(STATIONS, 7, "source_id", "a-friend-told-me")
    return Expected("unknown-source", STATIONS, 7)


@mutation
def unknown_source_in_a_list(copy: Copy) -> Expected:
    known = copy.cell("visits", 8, "source_ids")
    copy.set_cell("visits", 8, "source_ids", f"{known};a-friend-told-me")
    return Expected("unknown-source", "visits", 8)


@mutation
def unknown_source_in_a_layer(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f["properties"].update(source_id="a-friend-told-me"))
    return Expected("unknown-source", LAYER, 1)


@mutation
def unknown_source_of_a_whole_file(copy: Copy) -> Expected:
    source = {"title": "x", "id": "a-friend-told-me"}
    copy.change_resource("visits", lambda r: r.update(sources=[source]))
    return Expected("unknown-source", "", None, PACKAGE_FILE)


@mutation
def link_to_a_row_that_is_not_there(copy: Copy) -> Expected:
    copy.set_cell("project_facts", 2, "project_id", "space-lift")
    return Expected("foreign-key", "project_facts", 2)


@mutation
def table_of_the_link_is_missing(copy: Copy) -> Expected:
    copy.path("projects").unlink()
    return Expected("foreign-table", "project_facts")


@mutation
def table_of_sources_is_missing(copy: Copy) -> Expected:
    copy.path("sources").unlink()
    return Expected("foreign-table", "visits")


@mutation
def value_removed_without_a_word(copy: Copy) -> Expected:
    rows = copy.rows(STATIONS)
    index = rows[0].index("chainage_km")
    next(row for row in rows[1:] if row[index])[index] = ""
    copy.write_rows(STATIONS, rows)
    return Expected("gap-count", STATIONS)


@mutation
def gap_filled_in_without_a_word(copy: Copy) -> Expected:
    rows = copy.rows(STATIONS)
    index = rows[0].index("chainage_km")
    next(row for row in rows[1:] if not row[index])[index] = "500"
    copy.write_rows(STATIONS, rows)
    return Expected("gap-count", STATIONS)


# --- places -----------------------------------------------------------------------------------------


@mutation
def words_for_a_latitude(copy: Copy) -> Expected:
    copy.set_cell(STATIONS, 10, "latitude", "47° 55'")
    return Expected("type", STATIONS, 10)


@mutation
def latitude_and_longitude_swapped(copy: Copy) -> Expected:
    rows = copy.rows(STATIONS)
    a, b = rows[0].index("latitude"), rows[0].index("longitude")
    rows[10][a], rows[10][b] = rows[10][b], rows[10][a]
    copy.write_rows(STATIONS, rows)
    return Expected("coordinates-swapped", STATIONS, 10)


@mutation
def station_out_of_the_region(copy: Copy) -> Expected:
    copy.set_cell(STATIONS, 10, "longitude", "2.35")
    return Expected("outside-region", STATIONS, 10)


@mutation
def half_a_coordinate(copy: Copy) -> Expected:
    copy.set_cell(STATIONS, 10, "longitude", "")
    return Expected("half-coordinate", STATIONS, 10)


@mutation
def swapped_in_geojson(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f["geometry"].update(coordinates=_swapped(f["geometry"]["coordinates"])))
    return Expected("coordinates-swapped", LAYER, 1)


@mutation
def line_out_of_the_region(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f["geometry"].update(coordinates=[[2.35, 48.85], [2.36, 48.86]]))
    return Expected("outside-region", LAYER, 1)


# --- layers -----------------------------------------------------------------------------------------


@mutation
def truncated_geojson(copy: Copy) -> Expected:
    data = copy.path(LAYER).read_bytes()
    copy.write(LAYER, data[: len(data) // 2])
    return Expected("geojson-syntax", LAYER)


@mutation
def geojson_nested_without_end(copy: Copy) -> Expected:
    copy.write(LAYER, b"[" * 200_000 + b"\n")
    return Expected("geojson-syntax", LAYER)


@mutation
def geojson_with_nan(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f["geometry"]["coordinates"][0].__setitem__(0, float("nan")))
    return Expected("geojson-syntax", LAYER)


@mutation
def geojson_that_is_a_list(copy: Copy) -> Expected:
    copy.write(LAYER, b"[]\n")
    return Expected("geojson-shape", LAYER)


@mutation
def layer_without_a_list_of_features(copy: Copy) -> Expected:
    copy.write_layer({"type": "FeatureCollection", "features": {"a": 1}})
    return Expected("geojson-shape", LAYER)


@mutation
def layer_without_features(copy: Copy) -> Expected:
    copy.write_layer({"type": "FeatureCollection", "features": []})
    return Expected("no-rows", LAYER)


@mutation
def feature_without_properties(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f.update(properties=None))
    return Expected("geojson-shape", LAYER, 1)


@mutation
def missing_property(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f["properties"].pop("resolution"))
    return Expected("missing-property", LAYER, 1)


@mutation
def extra_property(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f["properties"].update(mood="good"))
    return Expected("extra-property", LAYER, 1)


@mutation
def property_of_the_wrong_type(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f["properties"].update(length_km="long"))
    return Expected("type", LAYER, 1)


@mutation
def infinite_property(copy: Copy) -> Expected:
    text = copy.path(LAYER).read_text("utf-8")
    layer = json.loads(text)
    layer["features"][0]["properties"]["length_km"] = "@"
    copy.write(LAYER, (json.dumps(layer) + "\n").replace('"@"', "1e999").encode())
    return Expected("not-finite", LAYER, 1)


@mutation
def null_geometry(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f.update(geometry=None))
    return Expected("null-geometry", LAYER, 1)


@mutation
def point_in_a_layer_of_lines(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f.update(geometry={"type": "Point", "coordinates": [106.9, 47.9]}))
    return Expected("geometry-type", LAYER, 1)


@mutation
def line_with_one_vertex(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f["geometry"].update(coordinates=f["geometry"]["coordinates"][:1]))
    return Expected("line-vertices", LAYER, 1)


@mutation
def line_of_one_place(copy: Copy) -> Expected:
    def collapse(feature: Json) -> None:
        first = feature["geometry"]["coordinates"][0]
        feature["geometry"]["coordinates"] = [first, first]

    copy.change_feature(collapse)
    return Expected("line-vertices", LAYER, 1)


@mutation
def vertex_twice(copy: Copy) -> Expected:
    def repeat(feature: Json) -> None:
        line = feature["geometry"]["coordinates"]
        line.insert(1, line[0])

    copy.change_feature(repeat)
    return Expected("repeated-vertex", LAYER, 1)


@mutation
def line_without_coordinates(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f["geometry"].pop("coordinates"))
    return Expected("position", LAYER, 1)


@mutation
def line_without_a_vertex(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f["geometry"].update(coordinates=[]))
    return Expected("position", LAYER, 1)


@mutation
def point_at_no_place(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f.update(geometry={"type": "Point", "coordinates": [106.9]}))
    copy.change_resource(LAYER, lambda r: r["geometry"].update(types=["LineString", "Point"]))
    return Expected("position", LAYER, 1)


@mutation
def point_far_away(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f.update(geometry={"type": "Point", "coordinates": [2.35, 48.85]}))
    copy.change_resource(LAYER, lambda r: r["geometry"].update(types=["LineString", "Point"]))
    return Expected("outside-region", LAYER, 1)


@mutation
def one_part_of_many_is_short(copy: Copy) -> Expected:
    parts = [[[106, 46], [107, 46]], [[107, 47]]]
    copy.change_feature(lambda f: f.update(geometry={"type": "MultiLineString", "coordinates": parts}))
    copy.change_resource(LAYER, lambda r: r["geometry"].update(types=["LineString", "MultiLineString"]))
    return Expected("line-vertices", LAYER, 1)


@mutation
def text_for_a_coordinate(copy: Copy) -> Expected:
    copy.change_feature(lambda f: f["geometry"]["coordinates"].__setitem__(0, ["east", "north"]))
    return Expected("position", LAYER, 1)


@mutation
def polygon_left_open(copy: Copy) -> Expected:
    ring = [[106, 46], [107, 46], [107, 47], [106, 47]]
    copy.change_feature(lambda f: f.update(geometry={"type": "Polygon", "coordinates": [ring]}))
    copy.change_resource(LAYER, lambda r: r["geometry"].update(types=["LineString", "Polygon"]))
    return Expected("ring", LAYER, 1)


# --- the package file -------------------------------------------------------------------------------


@mutation
def no_package_file(copy: Copy) -> Expected:
    (copy.root / PACKAGE_FILE).unlink()
    return Expected("package-missing", "visits", None, PACKAGE_FILE)


@mutation
def package_not_json(copy: Copy) -> Expected:
    path = copy.root / PACKAGE_FILE
    path.write_text(path.read_text("utf-8").replace("{", "", 1), "utf-8")
    return Expected("package-json", "visits", None, PACKAGE_FILE)


@mutation
def package_is_a_list(copy: Copy) -> Expected:
    (copy.root / PACKAGE_FILE).write_text("[]\n", "utf-8")
    return Expected("package-json", "visits", None, PACKAGE_FILE)


@mutation
def package_without_resources(copy: Copy) -> Expected:
    copy.write_package({"name": "steppe-corridors", "resources": "none"})
    return Expected("package-key", "visits", None, PACKAGE_FILE)


@mutation
def resource_without_schema(copy: Copy) -> Expected:
    copy.change_resource("visits", lambda r: r.pop("schema"))
    return Expected("package-schema", "visits", None, PACKAGE_FILE)


@mutation
def layer_without_geometry_types(copy: Copy) -> Expected:
    copy.change_resource(LAYER, lambda r: r.pop("geometry"))
    return Expected("package-schema", LAYER, None, PACKAGE_FILE)


@mutation
def resource_without_a_horizon(copy: Copy) -> Expected:
    copy.change_resource("visits", lambda r: r.pop("horizon"))
    return Expected("package-key", "visits", None, PACKAGE_FILE)


@mutation
def places_without_a_region(copy: Copy) -> Expected:
    copy.change_resource(STATIONS, lambda r: r.pop("bbox"))
    return Expected("package-key", STATIONS, None, PACKAGE_FILE)


@mutation
def two_resources_of_one_name(copy: Copy) -> Expected:
    copy.change_resource("visits", lambda r: r.update(name="projects"))
    return Expected("package-name", "projects", None, PACKAGE_FILE)


@mutation
def path_that_leaves_the_folder(copy: Copy) -> Expected:
    copy.change_resource("visits", lambda r: r.update(path="../visits.csv"))
    return Expected("package-path", "visits", None, PACKAGE_FILE)


@mutation
def path_from_the_root(copy: Copy) -> Expected:
    copy.change_resource("visits", lambda r: r.update(path=str(copy.root / "visits.csv")))
    return Expected("package-path", "visits", None, PACKAGE_FILE)


@mutation
def column_without_a_unit(copy: Copy) -> Expected:
    copy.change_resource("visits", lambda r: r["schema"]["fields"][0].pop("unit"))
    return Expected("package-field", "visits", None, PACKAGE_FILE)


@mutation
def column_of_an_unknown_type(copy: Copy) -> Expected:
    copy.change_resource("visits", lambda r: _retype(r, "note", "poem"))
    return Expected("package-field", "visits", None, PACKAGE_FILE)


@mutation
def constraint_that_does_not_fit(copy: Copy) -> Expected:
    copy.constrain("imports_by_partner", "year", maximum="soon")
    return Expected("package-constraint", "imports_by_partner", None, PACKAGE_FILE)


@mutation
def pattern_that_cannot_be_read(copy: Copy) -> Expected:
    copy.constrain("visits", "note", pattern="(")
    return Expected("package-constraint", "visits", None, PACKAGE_FILE)


@mutation
def link_to_a_table_that_is_not_described(copy: Copy) -> Expected:
    package = copy.package
    package["resources"] = [r for r in package["resources"] if r["name"] != "projects"]
    copy.write_package(package)
    copy.root.joinpath("diplomacy", "projects.csv").unlink()
    return Expected("package-reference", "project_facts", None, PACKAGE_FILE)


@mutation
def name_of_a_table_mistyped(copy: Copy) -> Expected:
    return Expected("unknown-dataset", "import_by_partner", None, PACKAGE_FILE)


@mutation
def vintage_that_is_not_kept(copy: Copy) -> Expected:
    return Expected("unknown-vintage", "imports_by_partner", None, PACKAGE_FILE, vintage="1924-01-01")


@mutation
def vintage_with_a_torn_description(copy: Copy) -> Expected:
    folder = copy.root / "vintages" / "2025-01-01"
    folder.mkdir(parents=True)
    (folder / "vintage.json").write_text('{"name": "2025-01-01", "resour', "utf-8")
    return Expected("vintage", "", None, "vintages/2025-01-01/vintage.json")


def _retype(resource: Json, column: str, kind: str) -> None:
    field = next(f for f in resource["schema"]["fields"] if f["name"] == column)
    field["type"] = kind
    field.pop("constraints", None)


def _swapped(coordinates: list[Any]) -> list[Any]:
    return [[latitude, longitude] for longitude, latitude in coordinates]


# --- the tests --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound copy of the part of the package that the mutations need."""
    root = tmp_path_factory.mktemp("sound") / "data"
    root.mkdir()
    package = json.loads((DATA / PACKAGE_FILE).read_text("utf-8"))
    package["resources"] = [r for r in package["resources"] if r["name"] in KEPT]
    package["notices"] = []
    for resource in package["resources"]:
        target = root / resource["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(DATA / resource["path"], target)
    Copy(root).write_package(package)
    return root


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Copy:
    return Copy(Path(shutil.copytree(sound, tmp_path / "data")))


def test_the_untouched_copy_has_no_fault(sound: Path) -> None:
    """The reverse of all that follows: the checks do not cry wolf."""
    assert [str(fault) for fault in catalog.check(sound)] == []
    whole = catalog.Catalog(sound)
    assert sorted(whole.names()) == sorted(KEPT)
    assert all(len(whole.load(name)) for name in whole.names())


def test_writing_a_table_back_unchanged_breaks_nothing(copy: Copy) -> None:
    """What the mutations do beside their own change is harmless."""
    copy.write_rows("visits", copy.rows("visits"))
    copy.write_layer(copy.layer())
    assert catalog.check(copy.root) == []


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda m: m.__name__)
def test_broken_data_are_named_with_file_row_rule_and_remedy(mutate: Mutation, copy: Copy) -> None:
    expected = mutate(copy)
    file = expected.file or copy.path(expected.dataset).relative_to(copy.root).as_posix()

    if expected.rule not in ("unknown-dataset", "unknown-vintage"):
        faults = catalog.check(copy.root)
        rules = {fault.rule for fault in faults}
        assert expected.rule in rules, faults
        assert "hash" not in rules or expected.rule == "hash", (
            "sealed anew, the hash must not be what catches it"
        )
        _one_says_it(faults, file, expected)

    if expected.dataset:
        with pytest.raises(DataError) as caught:
            catalog.Catalog(copy.root).load(expected.dataset, expected.vintage)
        fault = _one_says_it(caught.value.faults, file, expected)
        report = str(caught.value)
        for part in (file, expected.rule, fault.remedy, fault.problem):
            assert part in report
        if expected.row is not None:
            assert f" {expected.row}" in fault.place


def _one_says_it(faults: Any, file: str, expected: Expected) -> catalog.Fault:
    """The fault that says what is expected; fails with all that were said if there is none."""
    fitting = [f for f in faults if (f.file, f.row, f.rule) == (file, expected.row, expected.rule)]
    assert fitting, "\n".join(str(fault) for fault in faults)
    assert fitting[0].remedy.endswith(".")
    return fitting[0]


def test_at_least_thirty_ways_are_tried() -> None:
    assert len(MUTATIONS) >= 30
    assert len({function.__name__ for function in MUTATIONS}) == len(MUTATIONS)


def test_every_rule_is_broken_by_a_mutation(sound: Path, tmp_path: Path) -> None:
    """No rule stands in the list that nothing can break, and none is added without a test."""
    seen = set()
    for number, mutate in enumerate(MUTATIONS):
        root = Path(shutil.copytree(sound, tmp_path / str(number) / "data"))
        seen.add(mutate(Copy(root)).rule)
    assert set(REMEDIES) - seen == set()


def test_all_faults_of_a_file_are_reported_at_once(copy: Copy) -> None:
    copy.set_cell("visits", 2, "quality", "excellent")
    copy.set_cell("visits", 5, "counted", "perhaps")
    copy.set_cell("visits", 9, "source_ids", "a-friend-told-me")
    with pytest.raises(DataError) as caught:
        catalog.Catalog(copy.root).load("visits")
    assert {(f.row, f.rule) for f in caught.value.faults} == {(2, "enum"), (5, "type"), (9, "unknown-source")}


def test_a_table_full_of_faults_gives_a_report_that_can_be_read(copy: Copy) -> None:
    """A wrong column breaks each row: the report names some and counts the rest."""
    rows = copy.rows("unga_agreement_yearly")
    index = rows[0].index("identical_pct")
    copy.write_rows(
        "unga_agreement_yearly", [rows[0], *([*r[:index], "many", *r[index + 1 :]] for r in rows[1:])]
    )
    with pytest.raises(DataError) as caught:
        catalog.Catalog(copy.root).load("unga_agreement_yearly")
    assert len(caught.value.faults) == len(rows) - 1
    assert "more faults like these" in str(caught.value)
    assert str(caught.value).count("\n") < 100


def test_a_fault_in_one_table_leaves_the_others_usable(copy: Copy) -> None:
    copy.set_cell("visits", 2, "quality", "excellent")
    assert len(catalog.Catalog(copy.root).load("projects"))


def test_seal_takes_a_meant_change_and_counts_the_gaps(copy: Copy) -> None:
    path = copy.path(STATIONS)
    rows = copy.rows(STATIONS)
    index = rows[0].index("chainage_km")
    next(row for row in rows[1:] if row[index])[index] = ""
    before = next(r for r in copy.package["resources"] if r["name"] == STATIONS)
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    path.write_text(stream.getvalue(), "utf-8")

    assert seal.seal(copy.root) == [STATIONS]
    assert catalog.check(copy.root) == []
    after = next(r for r in copy.package["resources"] if r["name"] == STATIONS)
    gaps = {gap["field"]: gap for gap in after["gaps"]}
    old = {gap["field"]: gap for gap in before["gaps"]}
    assert gaps["chainage_km"]["count"] == old["chainage_km"]["count"] + 1
    assert gaps["chainage_km"]["reason"] == old["chainage_km"]["reason"]
    assert seal.seal(copy.root) == []


def test_seal_refuses_broken_data_and_writes_nothing(copy: Copy) -> None:
    copy.set_cell("visits", 2, "quality", "excellent")
    before = (copy.root / PACKAGE_FILE).read_bytes()
    with pytest.raises(DataError, match="excellent"):
        seal.seal(copy.root)
    assert (copy.root / PACKAGE_FILE).read_bytes() == before


def test_seal_refuses_a_new_gap_without_a_reason(copy: Copy) -> None:
    copy.set_cell("projects", 2, "status", "")
    copy.constrain("projects", "status", required=False)
    with pytest.raises(DataError, match="no reason is given"):
        seal.seal(copy.root)


def test_seal_names_a_package_file_that_cannot_be_read(copy: Copy) -> None:
    (copy.root / PACKAGE_FILE).write_text("{", "utf-8")
    with pytest.raises(DataError, match="package-json"):
        seal.seal(copy.root)
    copy.write_package({"name": "x", "resources": [{}]})
    with pytest.raises(DataError, match="package-key"):
        seal.seal(copy.root)
