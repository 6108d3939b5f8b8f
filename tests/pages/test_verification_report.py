"""Each exhibit and number of the finished book leads back to its cell, functions, data and sources."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from corridors.paths import BUILD
from corridors.publish import rests

#: What rests on no table, besides the list of tables that ends a chapter and the counts of the data package.
WITHOUT_TABLES = {
    "tbl-data-subjects", "tbl-data-tables", "tbl-glossary-letters", "partners-hhi-single",
    "pipelines-tariff-base", "pipelines-volume-low", "power-threshold", "methods-conflict-tables",
    "start-datasets", "data-columns", "data-datasets", "data-empty-cells", "data-layers", "data-rows",
}  # fmt: skip


@pytest.fixture(scope="module")
def chain(site_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site_path / "_data" / "provenance.json").read_text("utf-8"))
    return found


@cache
def _kept(chapter: str) -> dict[str, Any]:
    """The latest kept run of a chapter: its notebook, and what it looked at."""
    folder = BUILD / "executed" / chapter.replace("/", "-")
    latest = max(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    about, notebook = map(json.loads, latest.read_text("utf-8").split("\n", 1))
    return {"evidence": about["evidence"], "notebook": notebook}


@cache
def _ran(chapter: str) -> dict[str, str]:
    """Label or id of all that the latest run of a chapter made, with the cell that made it."""
    made = {}
    for number, cell in enumerate(_kept(chapter)["notebook"]["cells"], start=1):
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            forms = [form for form in output.get("data", {}).values() if isinstance(form, dict)]
            labels = [form["label"] for form in forms if "label" in form]
            made.update(dict.fromkeys([name] if name else labels, f"cell-{number:03d}"))
    return made


def test_each_names_the_cell_that_made_it(chain: dict[str, Any]) -> None:
    """The code was read, not run; the kept results of the run say whether it was read right."""
    for entry in chain["exhibits"]:
        assert _ran(entry["chapter"])[entry["label"]] == entry["cell"], entry["label"]
    for entry in chain["numbers"]:
        assert _ran(entry["chapter"])[entry["id"]] == entry["cell"], entry["id"]


def test_each_names_its_functions_or_is_said_to_be_as_loaded(chain: dict[str, Any]) -> None:
    for entry in chain["exhibits"] + chain["numbers"]:
        assert entry["made"] == ("computed" if entry["functions"] else "by the cell"), entry
        assert all("." in name for name in entry["functions"])
    for entry in chain["numbers"]:
        assert set(entry["function"].split(", ")) - {""} <= {*entry["functions"], *entry["loads"]}, entry


def test_each_leads_to_data_and_sources(chain: dict[str, Any], site_path: Path) -> None:
    """What rests on no table of the data is named here, so that a new exception is noticed."""
    bare = set()
    for entry in chain["exhibits"] + chain["numbers"]:
        names = rests.named(entry)
        assert bool(names) != ("rests_on" in entry), entry
        if not names:
            bare.add(entry.get("label", entry.get("id")))
        for name in names:
            assert chain["datasets"][name]["sources"] or name == "sources", name
            assert set(chain["datasets"][name]["sources"]) <= set(chain["sources"])
    listings = {entry["label"] for entry in chain["exhibits"] if entry["label"].endswith("-data")}
    assert bare == WITHOUT_TABLES | listings
    for entry in chain["exhibits"]:
        assert (site_path / entry["data"]).is_file()


def test_the_run_has_read_every_table_that_is_named(chain: dict[str, Any]) -> None:
    """Whatever the code seems to say: the kept run of the chapter knows which files were opened."""
    for entry in chain["exhibits"] + chain["numbers"]:
        seen = {
            place for kind, place, found in _kept(entry["chapter"])["evidence"] if kind == "file" and found
        }
        files = {chain["datasets"][name]["file"] for name in rests.named(entry) if name != "sources"}
        assert files <= seen, entry


def test_the_report_finds_nothing_amiss(site_path: Path) -> None:
    page = BeautifulSoup((site_path / "book" / "methods.html").read_text("utf-8"), "html.parser")
    words = page.get_text()
    assert "None is made by no cell" in words
    assert "None is without data" in words
    assert "None is named with data that its cell does not lead to" in words


def test_the_report_counts_and_lists_all_of_them(chain: dict[str, Any], site_path: Path) -> None:
    page = BeautifulSoup((site_path / "book" / "methods.html").read_text("utf-8"), "html.parser")
    tables = {table.caption.get_text(): table for table in page.find_all("table") if table.caption}
    ran = tables["What ran in this build"].find_all("tr")[-1].get_text(" ", strip=True).split()
    assert ran[-2:] == [str(len(chain["exhibits"])), str(len(chain["numbers"]))]
    exhibits = [row for name in tables if name.startswith("Origins: ") for row in tables[name].tbody("tr")]
    assert len(exhibits) == len(chain["exhibits"])
    numbers = [row for name in tables if name.startswith("Origins of") for row in tables[name].tbody("tr")]
    listed = {link.get_text() for row in numbers for link in row.th("a")}
    assert listed == {entry["id"] for entry in chain["numbers"]}
    for row in exhibits + numbers:
        cells = [cell.get_text(" ", strip=True) for cell in row(["th", "td"])]
        assert len(cells) == 5
        assert all(cells), cells
        assert "none" not in cells, cells
