"""A revised import figure that flips a claim shows up in the report by name, with what else it moves."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from corridors import rehearsal
from corridors.descriptor import read_descriptor
from corridors.paths import DATA

IMPORTS = "DT_NSO_1400_010V3"


@pytest.fixture
def tables() -> tuple[str, ...]:
    """All of them: claims rest on most tables."""
    raw, _ = read_descriptor(DATA)
    return tuple(entry["name"] for entry in raw["resources"])


@pytest.mark.slow
def test_a_flipped_claim_is_named(desk: Any, office: Any, httpserver: HTTPServer) -> None:
    office.tables[IMPORTS]["Russian Federation", "2023"] = 1670394.05
    office.serve(httpserver)
    before = desk.digest()
    look = partial(rehearsal.moves, only=("book/partners",))
    assert desk.refresh("nso", rehearse=look) == 0, desk.text
    assert desk.digest() == before
    assert "verdict NIAS-37: supported with qualification -> contradicted (book/ledger)" in desk.text
    page = (desk.settings.store / "report.html").read_text()
    assert "book/ledger.html#claim-nias-37" in page
    assert "book/partners.html#num-partners-imports-russia-share-2023" in page
    assert "book/partners.html#fig-partners-import-shares" in page
    log = (desk.settings.store / "candidate/data/CHANGELOG.md").read_text()
    assert "verdict NIAS-37: supported with qualification -> contradicted" in log
    described = json.loads((desk.settings.store / "candidate/data/datapackage.json").read_text())
    assert described["vintage"] == "2027-03-01"


def test_what_a_broken_chapter_no_longer_shows_is_not_listed() -> None:
    before = {
        "number|a-one": ["book/a", "1"],
        "exhibit|tbl-a": ["book/a", "x"],
        "verdict|C-1": ["book/ledger", "yes"],
    }
    after = {"number|a-one": ["book/a", "2"], "chapter that fails|book/a": ["book/a", "ValueError: no"],
             "verdict|C-1": ["book/ledger", "no"]}  # fmt: skip
    found = [(one.kind, one.name, one.old, one.new) for one in rehearsal.compare(before, after)]
    assert found == [
        ("chapter that fails", "book/a", "", "ValueError: no"),
        ("verdict", "C-1", "yes", "no"),
        ("number", "a-one", "1", "2"),
    ]
