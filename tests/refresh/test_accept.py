"""Keeping, dropping, keeping twice, keeping too late, two at once, and Ctrl-C: the command as it is run."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from corridors.catalog import Catalog, check
from corridors.refresh.faults import BUSY, INTERRUPTED, REFUSED

IMPORTS = "DT_NSO_1400_010V3"


@pytest.fixture
def revised(desk: Any, office: Any, httpserver: HTTPServer) -> Any:
    """A desk with one value revised upstream."""
    office.tables[IMPORTS]["Russian Federation", "2023"] = 2590000.0
    office.serve(httpserver)
    return desk


def test_accepted_twice_it_is_one_vintage(revised: Any) -> None:
    assert revised.command()[0] == 0
    assert revised.command("--accept")[0] == 0
    once = revised.digest()
    # Nothing waits any more: the second one asks the sources anew, and they have nothing new.
    status, said = revised.command("--accept", "--only", "nso")
    assert status == 0, said
    assert "Nothing has changed upstream." in said
    assert revised.digest() == once
    assert Catalog(revised.data).vintages("imports_by_partner") == ("2026-11-21", "2027-03-01")


def test_what_was_prepared_against_other_data_is_not_accepted(revised: Any) -> None:
    assert revised.command()[0] == 0
    log = revised.data / "CHANGELOG.md"
    log.write_text("Somebody worked on the data meanwhile.\n")
    before = revised.digest()
    status, said = revised.command("--accept")
    assert status == REFUSED, said
    assert "the data have changed since the report was made [changed-meanwhile]" in said
    assert "Remedy: Run the refresh again" in said
    assert revised.digest() == before
    revised.note("accept of a stale candidate", said.strip().splitlines()[0], before[:12], before[:12])
    assert revised.command("--drop")[0] == 0
    log.unlink()
    assert revised.command()[0] == 0
    assert revised.command("--accept")[0] == 0
    assert check(revised.data) == []


def test_a_later_refresh_takes_the_place_of_what_waits(revised: Any, office: Any) -> None:
    assert revised.command()[0] == 0
    office.tables[IMPORTS]["Russian Federation", "2023"] = 2600000.0
    assert revised.command()[0] == 0
    assert revised.command("--accept")[0] == 0
    rows = {(r["year"], r["partner"]): r for r in revised.rows("trade/imports_by_partner.csv")}
    assert rows["2023", "Russia"]["value_million_usd"] == "2600"


def test_what_is_dropped_is_gone_and_nothing_else(revised: Any) -> None:
    before = revised.digest()
    assert revised.command()[0] == 0
    status, said = revised.command("--drop")
    assert (status, said.strip()) == (0, "Dropped.")
    assert revised.command("--drop")[1].strip() == "Nothing waits."
    assert revised.digest() == before
    assert list((revised.settings.store / "raw/nso").glob("*.record.json")), "the raw answers stay"


def test_two_commands_at_once_are_one_and_a_refusal(revised: Any) -> None:
    reached, go_on = os.pipe(), os.pipe()

    def wait(stage: str) -> None:
        if stage == "prepare":
            os.write(reached[1], b".")
            os.read(go_on[0], 1)

    before = revised.digest()
    first = revised.begun("--accept", "--only", "nso", at_stage=wait)
    os.read(reached[0], 1)
    status, said = revised.command("--accept", "--only", "nso")
    assert status == BUSY, said
    assert "another refresh of these data is under way [busy]" in said
    assert revised.command("--drop")[0] == BUSY, "nor is anything dropped under its hands"
    assert revised.digest() == before
    os.write(go_on[1], b".")
    status, said = revised.ended(first)
    assert status == 0, said
    assert check(revised.data) == []
    assert Catalog(revised.data).vintages("imports_by_partner") == ("2026-11-21", "2027-03-01")


def _at(stage: str) -> Callable[[str], None]:
    def strike(now: str) -> None:
        if now == stage:
            os.kill(os.getpid(), signal.SIGINT)

    return strike


@pytest.mark.parametrize("stage", ["fetch", "keep", "check", "compare", "prepare", "write", "exchanged"])
def test_interrupted_the_data_are_whole_and_it_goes_on(stage: str, revised: Any) -> None:
    before = revised.digest()
    status, said = revised.command("--accept", "--only", "nso", at_stage=_at(stage))
    assert status == INTERRUPTED, said
    assert "Interrupted; the data are whole." in said
    assert "Traceback" not in said
    assert check(revised.data) == []
    assert (revised.digest() == before) == (stage != "exchanged")
    status, said = revised.command("--accept", "--only", "nso", "--resume")
    assert status == 0, said
    assert ("The data are the vintage 2027-03-01 already." in said) == (stage == "exchanged")
    assert check(revised.data) == []
    assert Catalog(revised.data).vintages("imports_by_partner") == ("2026-11-21", "2027-03-01")
    assert sorted(p.name for p in revised.root.iterdir()) == [".data.lock", "_refresh", "data"]
