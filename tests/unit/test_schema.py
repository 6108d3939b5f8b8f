"""Cells and the descriptor: what a text must look like to be a value, and what a package must say."""

from __future__ import annotations

import json
import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corridors.cells import TYPES, CellError, Field, Value, parse_cell, parse_typed, render_cell
from corridors.descriptor import parse_json, parse_package, read_package
from corridors.faults import REMEDIES, DataError, Fault, report

PLAIN_TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=40)


def field(kind: str, **more: Any) -> Field:
    return Field(name=more.pop("name", "x"), type=kind, description="A column.", unit="", **more)


# --- round trips ------------------------------------------------------------------------------------


@given(st.integers(-(10**17), 10**17))
def test_integers_come_back(value: int) -> None:
    assert parse_cell(field("integer"), render_cell(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1e300)
@example(5e-324)
@example(-0.0)
@example(2005.0)
def test_numbers_come_back(value: float) -> None:
    """Written without exponent, as the tables are, and read back as the very same number."""
    text = render_cell(value)
    assert "e" not in text.lower()
    assert parse_cell(field("number"), text) == value


@given(st.booleans())
def test_booleans_come_back(value: bool) -> None:
    assert parse_cell(field("boolean"), render_cell(value)) is value


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_dates_come_back(value: date) -> None:
    assert parse_cell(field("date"), render_cell(value)) == value


@given(st.integers(1900, 2100))
def test_years_come_back(value: int) -> None:
    assert parse_cell(field("year"), render_cell(value)) == value


@given(st.integers(1900, 2100), st.integers(1, 12))
def test_months_come_back(year: int, month: int) -> None:
    text = f"{year}-{month:02d}"
    assert parse_cell(field("yearmonth"), render_cell(text)) == text


def outcome(kind: str, text: str) -> Value | CellError:
    """What becomes of a cell: a value, or the rule that refuses it."""
    try:
        return parse_cell(field(kind), text)
    except CellError as error:
        return error


@given(PLAIN_TEXT)
def test_texts_come_back_or_are_refused(text: str) -> None:
    """A text is either kept letter by letter or refused: never changed in silence."""
    result = outcome("string", text)
    assert isinstance(result, CellError) or result == (text or None)


@given(st.sampled_from(TYPES), st.text(max_size=60))
def test_any_text_is_parsed_or_refused_by_a_rule(kind: str, text: str) -> None:
    """Whatever stands in a cell, the answer is a value, a gap or a rule with a remedy, no other error."""
    result = outcome(kind, text)
    if isinstance(result, CellError):
        assert result.rule in REMEDIES
        assert result.problem
        assert result.problem.isprintable()
    else:
        assert (result is None) == (text == "")
        assert not isinstance(result, float) or math.isfinite(result)


# --- single cells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        ("integer", "12.0", "type"),
        ("integer", "012", "type"),
        ("integer", "1e3", "type"),
        ("integer", "١٢", "type"),  # digits of another script
        ("integer", "1_000", "type"),
        ("number", "1e5", "type"),
        ("number", ".5", "type"),
        ("number", "5.", "type"),
        ("number", "1 234", "type"),
        ("number", "0x10", "type"),
        ("number", "-inf", "not-finite"),
        ("number", "n/a", "not-finite"),
        ("number", "#DIV/0!", "not-finite"),
        ("boolean", "TRUE", "type"),
        ("boolean", "1", "type"),
        ("date", "2024-9-3", "type"),
        ("date", "2023-02-29", "type"),
        ("date", "1824-09-03", "year-range"),
        ("year", "85", "type"),
        ("year", "2124", "year-range"),
        ("yearmonth", "2021-00", "type"),
        ("yearmonth", "1021-01", "year-range"),
        ("string", "<b>bold</b>", "markup"),
        ("string", "&#60;script", "markup"),
        ("string", "javascript:alert(1)", "markup"),
        ("string", "@cmd", "formula"),
        ("string", "+1", "formula"),
        ("string", "zero\u200bwidth", "control-character"),
        ("string", "a\tb", "control-character"),
        ("string", " a", "stray-space"),
        ("string", "u\u0308", "not-normalised"),
    ],
)
def test_a_cell_is_refused_by_the_rule_that_is_meant(kind: str, text: str, rule: str) -> None:
    with pytest.raises(CellError) as caught:
        parse_cell(field(kind), text)
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    "text",
    [
        "a < b",
        "5 > 3",
        "AT&T",
        "once = one time",
        "-12 to 5",
        "Ulaanbaatar–Beijing",
        "R&D; more",
        "10 % = a tenth",
    ],
)
def test_ordinary_text_passes(text: str) -> None:
    assert parse_cell(field("string"), text) == text


def test_a_year_column_is_known_by_type_or_name() -> None:
    assert field("year").is_year
    assert field("integer", name="year").is_year
    assert field("integer", name="start_year").is_year
    assert not field("integer", name="yearly_count").is_year


def test_a_declared_span_takes_the_place_of_the_plausible_one() -> None:
    """A table of old treaties may begin in 1727, if its schema says so."""
    old = field("year", minimum=1700)
    assert parse_cell(old, "1727") == 1727
    with pytest.raises(CellError, match="plausible"):
        parse_cell(old, "2727")
    with pytest.raises(CellError, match="above the maximum"):
        parse_cell(field("date", maximum=date(2026, 2, 28)), "2026-03-01")


def test_constraints_are_named_with_the_unit() -> None:
    tonnes = Field(name="x", type="number", description="A column.", unit="kt", minimum=0)
    with pytest.raises(CellError, match='"-1" kt is below the minimum, 0 kt'):
        parse_cell(tonnes, "-1")


def test_a_long_or_invisible_text_is_quoted_short_and_visible() -> None:
    with pytest.raises(CellError) as caught:
        parse_cell(field("number"), "x\x07" + "y" * 500)
    assert len(caught.value.problem) < 120
    assert "\\u0007" in caught.value.problem


def test_a_number_without_end_is_not_written() -> None:
    with pytest.raises(ValueError, match="finite"):
        render_cell(math.inf)


def test_every_type_has_a_parser() -> None:
    for kind in TYPES:
        with pytest.raises(CellError):
            parse_typed(kind, "\x00")


# --- faults -----------------------------------------------------------------------------------------


def test_every_remedy_is_a_sentence() -> None:
    for rule, remedy in REMEDIES.items():
        assert re.fullmatch(r"[a-z0-9-]+", rule)
        assert remedy[0].isupper()
        assert remedy.endswith(".")


def test_a_fault_says_where_what_and_what_to_do() -> None:
    fault = Fault("trade/x.csv", 3, "minimum", '"-1" is below the minimum, 0', "value", 4)
    assert str(fault) == (
        'trade/x.csv, row 3 (line 4), column value: "-1" is below the minimum, 0 [minimum]\n'
        "    Remedy: Check the number and its unit against the source."
    )
    feature = Fault("routes/x.geojson", 2, "type", "wrong", "km", None, "feature")
    assert feature.place == "routes/x.geojson, feature 2, property km"
    assert Fault("x.csv", None, "not-utf8", "wrong", line=7).place == "x.csv, line 7"


def test_a_report_cuts_long_lists_and_says_so() -> None:
    faults = [Fault("x.csv", row, "type", "wrong", "a") for row in range(1, 101)]
    text = report(faults)
    assert "row 25," in text
    assert "row 26," not in text
    assert "and 75 more faults like these" in text
    assert str(DataError(faults[:1])).startswith("1 fault in the data")


# --- the descriptor ---------------------------------------------------------------------------------

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
KEYS = (
    "name", "path", "title", "description", "format", "subject", "kind", "horizon", "traps", "gaps",
    "licenses", "schema", "fields", "properties", "geometry", "bbox", "sources", "bytes", "hash",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*KEYS, "resources", "notices"]), ANY_JSON))
def test_any_descriptor_is_read_or_faulted(raw: dict[str, Any]) -> None:
    """Whatever JSON stands in datapackage.json, reading it never raises."""
    package, faults = parse_package(raw)
    assert faults or package.names == ()
    for fault in faults:
        assert fault.rule in REMEDIES


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), ANY_JSON), max_size=3))
def test_any_resource_is_read_or_faulted(resources: list[dict[str, Any]]) -> None:
    package, faults = parse_package({"name": "x", "resources": resources})
    assert len(package.resources) == len(resources) or faults


def good_resource() -> dict[str, Any]:
    """A small sound resource, to be broken by the tests below."""
    return {
        "name": "t", "path": "trade/t.csv", "title": "T", "description": "A table.", "format": "csv",
        "subject": "trade", "kind": "published", "horizon": "2024", "traps": [], "gaps": [],
        "licenses": [{"name": "CC0-1.0"}],
        "schema": {"fields": [{"name": "a", "type": "integer", "unit": "1", "description": "A count."}]},
    }  # fmt: skip


def test_a_sound_resource_has_no_fault() -> None:
    package, faults = parse_package({"name": "x", "resources": [good_resource()]})
    assert faults == []
    assert package.resource("t").schema.field("a").unit == "1"
    assert not package.resource("t").is_layer
    with pytest.raises(KeyError):
        package.resource("u")
    with pytest.raises(KeyError):
        package.resource("t").schema.field("b")


def _with_key(key: str, value: Any) -> dict[str, Any]:
    resource = good_resource()
    resource["schema"][key] = value
    return resource


def _with_field(**more: Any) -> dict[str, Any]:
    resource = good_resource()
    resource["schema"]["fields"][0].update(more)
    return resource


@pytest.mark.parametrize(
    ("resource", "rule"),
    [
        (good_resource() | {"name": "Trade Table"}, "package-name"),
        (good_resource() | {"format": "xlsx"}, "package-key"),
        (good_resource() | {"subject": "weather"}, "package-key"),
        (good_resource() | {"licenses": [{}]}, "package-key"),
        (good_resource() | {"path": "C:\\t.csv"}, "package-path"),
        (good_resource() | {"path": "http://example.org/t.csv"}, "package-path"),
        (good_resource() | {"bbox": [120, 41, 87, 52]}, "package-key"),
        (good_resource() | {"gaps": [{"field": "a", "count": 1}]}, "package-key"),
        (good_resource() | {"gaps": [{"field": "b", "count": 1, "reason": "none"}]}, "package-key"),
        (good_resource() | {"schema": {"fields": "a"}}, "package-schema"),
        (_with_key("foreignKeys", [{"fields": "a"}]), "package-reference"),
        (_with_key("primaryKey", "b"), "package-reference"),
        (_with_field(constraints=[]), "package-constraint"),
        (_with_field(constraints={"enum": "a"}), "package-constraint"),
        (_with_field(constraints={"minimum": True}), "package-constraint"),
        (_with_field(references="sources"), "package-reference"),
        (_with_field(references="sources.id"), "package-reference"),
    ],
)  # fmt: skip
def test_a_broken_resource_is_named(resource: dict[str, Any], rule: str) -> None:
    _, faults = parse_package({"name": "x", "resources": [resource]})
    assert rule in {fault.rule for fault in faults}
    assert all("resource" in fault.problem or "package" in fault.problem for fault in faults)


def test_a_column_described_twice_is_named() -> None:
    resource = good_resource()
    resource["schema"]["fields"] *= 2
    _, faults = parse_package({"name": "x", "resources": [resource]})
    assert [fault.rule for fault in faults] == ["package-field"]


def test_a_key_of_unequal_width_is_named() -> None:
    key = {"fields": ["a"], "reference": {"resource": "", "fields": ["a", "a"]}}
    _, faults = parse_package({"name": "x", "resources": [_with_key("foreignKeys", [key])]})
    assert [fault.rule for fault in faults] == ["package-reference"]


def test_two_tables_of_one_path_are_named() -> None:
    _, faults = parse_package({"name": "x", "resources": [good_resource(), good_resource() | {"name": "u"}]})
    assert [fault.rule for fault in faults] == ["package-path"]


def test_json_has_no_nan_and_no_bottom() -> None:
    assert parse_json("[1]") == [1]
    for text in ("[NaN]", "[Infinity]", "[" * 100_000, "{"):
        with pytest.raises(ValueError, match=r"\w"):
            parse_json(text)


def test_a_package_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_bytes(b"\xff\xfe\x00")
    assert [fault.rule for fault in read_package(tmp_path)[1]] == ["package-json"]
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "x", "resources": []}), "utf-8")
    assert read_package(tmp_path)[1] == []
