"""What an exhibit or a number rests on: its tables, or one of the three things besides."""

from __future__ import annotations

from typing import Any

import pytest

from corridors.publish import rests
from corridors.publish.origins import Origin

COMPUTED = Origin(
    "cell-002", ("trade.turnover",), ("catalog.load",), ("trade.turnover",), ("exports", "imports")
)


def number(*datasets: str, note: str = "") -> dict[str, Any]:
    return {"id": "n", "datasets": list(datasets), "note": note}


def test_tables_that_the_author_names_stay_and_none_is_added() -> None:
    entry = number("imports")
    rests.fill(entry, COMPUTED)
    assert entry["datasets"] == ["imports"]
    assert rests.otherwise(entry, COMPUTED) == ""


def test_without_any_named_those_that_the_code_loads_stand() -> None:
    """For a number as its own; an exhibit, whose line of sources is written already, has them uncredited."""
    entry, exhibit = number(), {"label": "tbl-x", "datasets": [], "computed_from": [], "note": ""}
    rests.fill(entry, COMPUTED)
    rests.fill(exhibit, COMPUTED)
    assert entry["datasets"] == ["exports", "imports"]
    assert (exhibit["datasets"], exhibit["computed_from"]) == ([], ["exports", "imports"])


@pytest.mark.parametrize(
    ("entry", "origin", "words"),
    [
        (number(note="assumption of the scenario"), COMPUTED, rests.ASSUMED),
        (number(), Origin("cell-002", (), ("catalog.names",)), rests.PACKAGE),
        (number(), Origin("cell-002", ("show.inventory.tables",)), rests.PACKAGE),
        (number(), Origin("cell-002", ("routes.place_names.LETTERS",)), rests.RULE),
        (number(), Origin("cell-002", ("routes.length_km",)), ""),
        (number(), Origin("cell-002"), ""),
    ],
)
def test_what_rests_on_no_table_says_on_what(entry: dict[str, Any], origin: Origin, words: str) -> None:
    """The last two rest on nothing that is known: the report lists them as faults."""
    rests.fill(entry, origin)
    assert (entry["datasets"], rests.otherwise(entry, origin)) == ([], words)


def test_a_table_that_the_code_does_not_load_is_astray() -> None:
    assert rests.astray(number("imports", "visits"), COMPUTED) == ["visits"]
    assert rests.astray(number("imports"), COMPUTED) == []
    assert rests.astray(number("visits"), Origin("")) == []


def test_behind_a_function_that_loads_by_itself_any_table_may_be_meant() -> None:
    """Those that settle claims do; a docstring that speaks of loading is no loading."""
    assert rests.loads_itself("claims.ledger.ledger")
    assert rests.loads_itself("show.inventory.tables")
    assert rests.loads_itself("history.overview")
    assert not rests.loads_itself("trade.capital.indicator")
    assert not rests.loads_itself("trade.turnover")
    assert rests.astray(number("visits"), Origin("cell-002", ("claims.ledger.ledger",))) == []
