"""The catalogue's overviews add up to what the package holds."""

from __future__ import annotations

import pandas as pd

from corridors import catalog
from corridors.schema import QUALITIES
from corridors.show import inventory


def test_every_table_of_the_package_is_listed_once() -> None:
    listed = inventory.tables()
    assert list(listed["name"]) == list(catalog.names())
    row = listed.set_index("name").loc["imports_by_partner"]
    assert (row["subject"], row["form"], row["rows"]) == (
        "trade",
        "table",
        len(catalog.load("imports_by_partner")),
    )
    assert set(listed.loc[listed["form"] == "layer", "name"]) >= {"rail_track", "pipelines"}


def test_subjects_sum_their_tables() -> None:
    listed = pd.DataFrame(
        {
            "subject": ["trade", "trade", "routes"],
            "kind": ["published", "derived", "mixed"],
            "rows": [3, 4, 5],
            "columns": [2, 2, 6],
            "empty_cells": [0, 1, 2],
        }
    )
    found = inventory.subjects(listed).set_index("subject")
    assert list(found.index) == ["trade", "routes"]
    assert found.loc["trade"].tolist() == [2, 7, 4, 1, 0, 1, 1]
    assert found.loc["routes"].tolist() == [1, 5, 6, 0, 1, 0, 2]


SOURCES = pd.DataFrame(
    {
        "publisher": ["TASS", "TASS", "NSO", None],
        "quality": ["press", "weak", "official", "press"],
        "read_as": ["excerpt", "second hand", "table", "excerpt"],
    }
)


def test_gradings_count_every_source_once() -> None:
    found = inventory.gradings(SOURCES).set_index("quality")
    assert list(found.index) == [*QUALITIES, "all"]
    assert found.loc["press"].to_dict() == {
        "table": 0,
        "whole text": 0,
        "excerpt": 2,
        "second hand": 0,
        "all": 2,
    }
    assert found.loc["all", "all"] == len(SOURCES)


def test_publishers_come_with_the_most_named_first() -> None:
    """A source without a publisher is counted nowhere rather than under a made-up name."""
    assert inventory.publishers(SOURCES, 1)["publisher"].tolist() == ["TASS", "NSO"]
    row = inventory.publishers(SOURCES, 2).iloc[0]
    assert (row["publisher"], row["sources"], row["press"], row["weak"]) == ("TASS", 2, 1, 1)
