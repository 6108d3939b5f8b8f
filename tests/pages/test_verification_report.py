"""Each exhibit and number of the finished book leads back to its cell, functions, data and sources."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from corridors.paths import BUILD

#: Besides each list of what a chapter read: tables about the book, or about all of the data package.
ABOUT_THE_BOOK = {"tbl-data-subjects", "tbl-data-tables", "tbl-glossary-letters"}


@pytest.fixture(scope="module")
def chain(site_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site_path / "_data" / "provenance.json").read_text("utf-8"))
    return found


@cache
def _ran(chapter: str) -> dict[str, str]:
    """Label or id of all that the latest run of a chapter made, with the cell that made it."""
    folder = BUILD / "executed" / chapter.replace("/", "-")
    latest = max(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    cells = json.loads(latest.read_text("utf-8"))["notebook"]["cells"]
    made = {}
    for number, cell in enumerate(cells, start=1):
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
        assert entry["made"] == ("computed" if entry["functions"] else "as loaded"), entry
        assert all("." in name for name in entry["functions"])


def test_each_leads_to_data_and_sources(chain: dict[str, Any], site_path: Path) -> None:
    """What shows no table of the data is named here, so that a new exception is noticed."""
    bare = set()
    for entry in chain["exhibits"] + chain["numbers"]:
        names = entry["datasets"] + entry.get("computed_from", [])
        if not names:
            bare.add(entry.get("label", entry.get("id")))
        for name in names:
            assert chain["datasets"][name]["sources"] or name == "sources", name
            assert set(chain["datasets"][name]["sources"]) <= set(chain["sources"])
    shown = {entry["label"] for entry in chain["exhibits"]}
    listings = {label for label in shown if label.endswith("-data")}
    assert bare & shown <= ABOUT_THE_BOOK | listings
    for entry in chain["exhibits"]:
        assert (site_path / entry["data"]).is_file()


def test_the_report_counts_and_lists_all_of_them(chain: dict[str, Any], site_path: Path) -> None:
    page = BeautifulSoup((site_path / "book" / "methods.html").read_text("utf-8"), "html.parser")
    tables = {table.caption.get_text(): table for table in page.find_all("table") if table.caption}
    ran = tables["What ran in this build"].find_all("tr")[-1].get_text(" ", strip=True).split()
    assert ran[-2:] == [str(len(chain["exhibits"])), str(len(chain["numbers"]))]
    listed = [
        row for name, table in tables.items() if name.startswith("Origins: ") for row in table.tbody("tr")
    ]
    assert len(listed) == len(chain["exhibits"])
    assert all(len(row(["th", "td"])) == 5 for row in listed)
