"""The statistics office end to end: the real code against a server that answers as PxWeb does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from corridors.catalog import Catalog, check

IMPORTS, TOTALS = "DT_NSO_1400_010V3", "DT_NSO_1400_001V1_year"


def test_what_has_not_changed_changes_nothing(desk: Any, office: Any, httpserver: HTTPServer) -> None:
    office.serve(httpserver)
    before = desk.digest()
    assert desk.refresh("nso") == 0, desk.text
    assert "Nothing has changed upstream" in desk.text, desk.text
    assert desk.digest() == before
    assert not (desk.settings.store / "candidate").exists()


@pytest.fixture
def revised(desk: Any, office: Any, httpserver: HTTPServer) -> Any:
    """One value revised, one year new, one partner new."""
    office.tables[IMPORTS]["Russian Federation", "2023"] = 2590000.0
    for item, year in list(office.tables[IMPORTS]):
        if year == "2025":
            office.tables[IMPORTS][item, "2026"] = office.tables[IMPORTS][item, "2025"]
    office.tables[IMPORTS]["Utopia", "2026"] = 500000.0
    office.tables[TOTALS]["Imports", "2026"] = 12000.5
    office.tables[TOTALS]["Exports", "2026"] = 16000.5
    office.serve(httpserver)
    return desk


def test_a_refresh_reports_and_leaves_the_data_alone(revised: Any) -> None:
    before = revised.digest()
    assert revised.refresh("nso") == 0, revised.text
    assert revised.digest() == before
    assert (
        "revised: year 2023, partner Russia, value_million_usd: 2386.27722 -> 2590 (+8.5 %)" in revised.text
    )
    assert "imports_by_partner: 10 added, 1 revised" in revised.text
    assert "partners of 2026 that the table does not keep: Utopia" in revised.text
    page = (revised.settings.store / "report.html").read_text()
    assert "year 2023, partner Russia" in page
    assert "+8.5" in page
    assert (
        page.count("<table>") == page.count('<div class="wide" role="region" tabindex="0" aria-label="') == 3
    )
    assert "<main>" in page


def test_accepted_data_are_a_sound_vintage_and_the_former_one_is_kept(revised: Any) -> None:
    former = (revised.data / "trade/imports_by_partner.csv").read_bytes()
    assert revised.refresh("nso", accept=True) == 0, revised.text
    assert check(revised.data) == []
    rows = {(row["year"], row["partner"]): row for row in revised.rows("trade/imports_by_partner.csv")}
    assert rows["2023", "Russia"]["value_million_usd"] == "2590"
    assert rows["2023", "Russia"]["source_id"] == "nso-pxweb-1400-010v3"
    assert rows["2023", "China"]["source_id"] == "nso-imports-by-country-top", (
        "an unchanged row keeps its source"
    )
    assert rows["2026", "World"] == {
        "year": "2026", "partner": "World", "value_million_usd": "12000.5", "scope": "all partners",
        "source_id": "nso-pxweb-1400-001v1-year",
    }  # fmt: skip
    assert rows["2026", "China"]["scope"] == "including Taiwan"
    data = Catalog(revised.data)
    assert data.vintages("imports_by_partner") == ("2026-11-21", "2027-03-01")
    assert data.vintages("coal_balance") == ("2027-03-01",)
    old = data.load("imports_by_partner", vintage="2026-11-21")
    one = old[(old["year"] == 2023) & (old["partner"] == "Russia")]
    assert one["value_million_usd"].tolist() == [2386.27722]
    kept = revised.data / "vintages/2026-11-21/trade/imports_by_partner.csv"
    assert kept.read_bytes() == former
    log = (revised.data / "CHANGELOG.md").read_text()
    assert "## 2027-03-01" in log
    assert "revised: year 2023, partner Russia" in log
    source = data.source("nso-pxweb-1400-010v3")
    assert (source.accessed, source.date) == ("2027-03-01", "2027-02-15")
    descriptor = json.loads((revised.data / "datapackage.json").read_text())
    entry = next(item for item in descriptor["resources"] if item["name"] == "imports_by_partner")
    assert entry["title"].endswith("2005-2026")
    assert entry["horizon"].endswith("; refreshed on 2027-03-01, years to 2026")


def test_what_was_looked_at_is_what_is_accepted(revised: Any, httpserver: HTTPServer) -> None:
    from corridors.refresh.run import accept_waiting

    revised.refresh("nso")
    httpserver.clear()  # no source answers any more
    assert accept_waiting(revised.settings, revised.said.append) == 0
    assert check(revised.data) == []
    assert "2590" in (revised.data / "trade/imports_by_partner.csv").read_text()


def test_a_former_vintage_can_be_chosen_again(revised: Any) -> None:
    from corridors.refresh.run import choose_vintage

    former = (revised.data / "trade/imports_by_partner.csv").read_bytes()
    revised.refresh("nso", accept=True)
    assert choose_vintage(revised.settings, "2026-11-21", accept=True, say=revised.said.append) == 0
    assert (revised.data / "trade/imports_by_partner.csv").read_bytes() == former
    assert check(revised.data) == []
    data = Catalog(revised.data)
    assert data.vintages("imports_by_partner") == ("2026-11-21", "2027-03-01", "2027-03-01-2")
    middle = data.load("imports_by_partner", vintage="2027-03-01")
    assert 2590.0 in middle["value_million_usd"].tolist()


def test_the_raw_answer_is_kept_with_its_hash_and_date(revised: Any) -> None:
    import hashlib

    revised.refresh("nso", dry_run=True)
    records = sorted((revised.settings.store / "raw/nso").glob("DT_NSO_1400_010V3-*.record.json"))
    record = next(r for r in (json.loads(p.read_text()) for p in records) if r["method"] == "POST")
    body = (revised.settings.store / "raw/nso" / record["file"]).read_bytes()
    assert hashlib.sha256(body).hexdigest() == record["sha256"]
    assert record["retrieved"].startswith("2027-03-01")
    assert not (revised.settings.store / "candidate").exists(), "a dry run leaves nothing to accept"


def test_labels_as_the_office_writes_them_are_understood(
    desk: Any, office: Any, httpserver: HTTPServer
) -> None:
    """Of the balances a copy was read; notes on the office's own tables spell three items otherwise."""
    for table, old, new in (
        ("DT_NSO_1100_010V1", "Consumption (total)", "Consumption-Total"),
        ("DT_NSO_1100_009V1", "Resources total", "Resources-Total"),
        ("DT_NSO_1100_009V1", "Generation", "Gross generation"),
    ):
        cells = office.tables[table]
        office.tables[table] = {(new if i == old else i, y): value for (i, y), value in cells.items()}
    office.tables["DT_NSO_1400_001V1_year"] |= {(item, "2025"): 1.0 for item in ("Total turnover", "Balance")}
    office.serve(httpserver)
    assert desk.refresh("nso") == 0, desk.text
    assert "Nothing has changed upstream" in desk.text, desk.text
