"""A figure by vintage, on a data package whose second vintage was made by the refresh itself."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from docutils import nodes
from pytest_httpserver import HTTPServer

from corridors import catalog, history
from corridors.publish import catalogue_entries

IMPORTS, TOTALS = "DT_NSO_1400_010V3", "DT_NSO_1400_001V1_year"
RUSSIA_2023 = {"year": 2023, "partner": "Russia"}


@pytest.fixture
def tables() -> tuple[str, ...]:
    """The tables of the statistics office."""
    return ("sources", "imports_by_partner", "exports_by_partner", "trade_totals", "electricity_balance",
            "coal_balance")  # fmt: skip


@pytest.fixture
def alone(desk: Any) -> catalog.Catalog:
    """A package of which one state alone is kept."""
    return catalog.Catalog(desk.data)


@pytest.fixture
def revised(desk: Any, office: Any, httpserver: HTTPServer) -> catalog.Catalog:
    """Two states: in the second one value is revised, and one year of the totals is new."""
    office.tables[IMPORTS]["Russian Federation", "2023"] = 2590000.0
    office.tables[TOTALS]["Imports", "2026"] = 12000.5
    office.tables[TOTALS]["Exports", "2026"] = 16000.5
    office.serve(httpserver)
    assert desk.refresh("nso", accept=True) == 0, desk.text
    return catalog.Catalog(desk.data)


def test_with_one_state_there_is_one_value_and_no_difference(alone: catalog.Catalog) -> None:
    found = history.by_vintage("imports_by_partner", "value_million_usd", RUSSIA_2023, data=alone)
    assert found["state"].tolist() == ["2026-11-21"]
    assert found["value"].tolist() == [2386.27722]
    assert found["present"].tolist() == [True]
    assert history.differences("imports_by_partner", data=alone).empty
    assert list(history.differences("imports_by_partner", data=alone).columns) == list(history.COLUMNS)
    seen = history.overview(["trade_totals", "imports_by_partner"], data=alone)
    assert seen[["table", "revised", "present"]].to_numpy().tolist() == [
        ["trade_totals", 0, True],
        ["imports_by_partner", 0, True],
    ]


def test_a_revised_figure_shows_in_both_states(revised: catalog.Catalog) -> None:
    found = history.by_vintage("imports_by_partner", "value_million_usd", RUSSIA_2023, data=revised)
    assert found[["state", "value", "source_ids", "present"]].to_numpy().tolist() == [
        ["2026-11-21", 2386.27722, "nso-imports-by-country-top", False],
        ["2027-03-01", 2590.0, "nso-pxweb-1400-010v3", True],
    ]
    assert found["change"].iloc[1] == pytest.approx(2590 - 2386.27722)
    assert found["change_pct"].iloc[1] == pytest.approx(100 * (2590 / 2386.27722 - 1))
    same = history.by_vintage(
        "imports_by_partner", "value_million_usd", {"year": 2022, "partner": "Russia"}, data=revised
    )
    assert same["change"].iloc[1] == 0


def test_a_row_that_is_new_has_no_value_before(revised: catalog.Catalog) -> None:
    found = history.by_vintage(
        "trade_totals", "value_million_usd", {"year": 2026, "flow": "import"}, data=revised
    )
    assert [None if pd.isna(value) else value for value in found["value"]] == [None, 12000.5]
    assert found["source_ids"].tolist() == ["", "nso-pxweb-1400-001v1-year"]


def test_what_differs_is_listed_cell_by_cell(revised: catalog.Catalog) -> None:
    found = history.differences("imports_by_partner", ["value_million_usd"], data=revised)
    value = found[found["kind"] == history.REVISED]
    assert value[["state", "row", "column", "then", "today"]].to_numpy().tolist() == [
        ["2026-11-21", "year 2023, partner Russia", "value_million_usd", 2386.27722, 2590.0]
    ]
    assert value["change_pct"].iloc[0] == pytest.approx(8.537, abs=0.001)
    totals = history.differences("trade_totals", data=revised)
    assert sorted(totals["row"]) == ["year 2026, flow export", "year 2026, flow import"]
    assert set(totals["kind"]) == {history.ADDED}


def test_the_overview_counts(revised: catalog.Catalog) -> None:
    seen = history.overview(["trade_totals", "imports_by_partner", "coal_balance"], data=revised)
    told = seen.set_index(["table", "state"])
    assert told.loc[("trade_totals", "2026-11-21"), ["revised", "added"]].tolist() == [0, 2]
    assert told.loc[("imports_by_partner", "2026-11-21"), "revised"] == 1
    assert told.loc[("imports_by_partner", "2026-11-21"), "largest_pct"] == pytest.approx(8.537, abs=0.001)
    assert told.loc[("coal_balance", "2027-03-01"), "present"]
    assert ("coal_balance", "2026-11-21") not in told.index, "a table that did not change has one state"


def test_figures_of_several_tables_stand_one_under_the_other(revised: catalog.Catalog) -> None:
    asked = [("imports_by_partner", RUSSIA_2023), ("exports_by_partner", RUSSIA_2023)]
    found = history.figures(asked, "value_million_usd", data=revised)
    assert found[["table", "year", "partner", "state"]].to_numpy().tolist() == [
        ["imports_by_partner", 2023, "Russia", "2026-11-21"],
        ["imports_by_partner", 2023, "Russia", "2027-03-01"],
        ["exports_by_partner", 2023, "Russia", "2027-03-01"],
    ]


def test_a_figure_that_is_not_told_by_its_key_is_refused(alone: catalog.Catalog) -> None:
    with pytest.raises(ValueError, match="21 rows of 'imports_by_partner'"):
        history.by_vintage("imports_by_partner", "value_million_usd", {"partner": "Russia"}, data=alone)
    with pytest.raises(ValueError, match="no state of 'imports_by_partner' has a row that fits"):
        history.by_vintage("imports_by_partner", "value_million_usd", {"partner": "Utopia"}, data=alone)


def test_the_catalogue_names_what_an_earlier_state_had(
    revised: catalog.Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "default", revised)
    monkeypatch.setattr(catalog, "vintages", revised.vintages)
    assert catalogue_entries.differences_in_words("imports_by_partner") == [
        "2026-11-21: 1 value revised",
        "2026-11-21, year 2023, partner Russia: value_million_usd 2386.27722, today 2590.0 (+8.5 per cent)",
    ]
    assert catalogue_entries.differences_in_words("trade_totals") == ["2026-11-21: 2 rows added since"]
    assert catalogue_entries.differences_in_words("coal_balance") == []
    shown = catalogue_entries._vintages("imports_by_partner")
    assert len(list(shown.findall(nodes.list_item))) == 2
    assert catalogue_entries._vintages("coal_balance").astext() == "2027-03-01 (present)"
