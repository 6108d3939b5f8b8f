"""The files that other programs, and people who cite, rely on: complete, consistent, small as promised."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from corridors import catalog

from .conftest import soup

#: Markup of one map in its page; layers that maps share are files of the site.
MOST_MAP_BYTES = 12_000


def _read(site_path: Path, name: str) -> Any:
    return json.loads((site_path / "_data" / name).read_text("utf-8"))


def _exists(function: str) -> bool:
    """Whether a dotted name, counted from the package, is something in it."""
    parts = function.removeprefix("corridors.").split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(["corridors", *parts[:cut]]))
        except ModuleNotFoundError:
            continue
        return all((found := getattr(found, name, None)) is not None for name in parts[cut:])
    return False


def test_every_number_says_where_it_comes_from(site_path: Path) -> None:
    """Ids are unique; tables exist; the function, where a number is more than read off, is in the package."""
    numbers = _read(site_path, "numbers.json")
    assert len(numbers) >= 200
    assert len({number["id"] for number in numbers}) == len(numbers)
    for number in numbers:
        assert set(number) >= {"id", "value", "shown", "unit", "chapter", "function", "datasets"}
        origin = number["function"] or number["datasets"] or "assumption" in number.get("note", "")
        assert origin, f"{number['id']}: no function, no table, and not called an assumption"
        assert set(number["datasets"]) <= set(catalog.names()), number["id"]
    functions = {name for number in numbers for name in number["function"].split(", ")} - {""}
    assert [name for name in sorted(functions) if not _exists(name)] == []


def test_every_claim_has_a_verdict_evidence_and_sources(site_path: Path) -> None:
    claims = _read(site_path, "claims.json")
    assert len(claims) >= 114
    assert sum(claim["method"] == "computed" for claim in claims) >= 60
    for claim in claims:
        for field in ("id", "text", "source", "type", "verdict", "evidence", "chapter", "sources"):
            assert claim[field], f"{claim['id']}: no {field}"
        assert (site_path / "book" / f"{claim['chapter']}.html").is_file()
        assert bool(claim["computed_by"]) == (claim["method"] == "computed")
    functions = {claim["computed_by"] for claim in claims} - {""}
    assert [name for name in sorted(functions) if not _exists(name)] == []


@pytest.mark.parametrize("name", ["railway", "pipelines"])
def test_routes_say_how_each_line_is_known(site_path: Path, name: str) -> None:
    layer = _read(site_path, f"{name}.geojson")
    lines = [item for item in layer["features"] if item["geometry"]["type"].endswith("LineString")]
    assert lines
    for line in lines:
        for field in ("line", "resolution", "status", "source"):
            assert line["properties"].get(field), f"{name}: {line['properties']}: no {field}"


def test_every_exhibit_is_numbered_captioned_described_and_can_be_downloaded(
    pages: list[Path], site_path: Path
) -> None:
    counted = {"map": 0, "fig": 0, "tbl": 0}
    for path in pages:
        for exhibit in soup(path).select(".exhibit[id]"):
            label = str(exhibit["id"])
            kind = label.split("-")[0]
            if kind not in counted:
                continue
            counted[kind] += 1
            caption = exhibit.select_one(".caption-number")
            assert caption is not None, f"{label}: no number"
            assert re.search(r"\d", caption.get_text()), f"{label}: no number"
            ending = "geojson" if kind == "map" else "csv"
            assert (site_path / "_data" / f"{label}.{ending}").is_file(), f"{label}: no data file"
            record = _read(site_path, f"{label}.json")
            assert record["title"], label
            if kind != "tbl":
                assert exhibit.select_one("img[alt], [role=img][aria-label], [role=region]"), (
                    f"{label}: no words"
                )
    assert counted["map"] + counted["fig"] >= 12, counted
    assert counted["tbl"] >= 20, counted


def test_markup_of_each_map_is_small(pages: list[Path]) -> None:
    sizes = {
        str(figure["id"]): len(str(figure.select_one(".exhibit-media")).encode())
        for path in pages
        for figure in soup(path).select("figure.exhibit-map")
    }
    assert sizes
    assert {label: size for label, size in sizes.items() if size > MOST_MAP_BYTES} == {}
