"""One value of a table changed: which numbers, tables and charts of the chapters move.

The cells of the chapters are run in this process, without pages and pictures, once as they are and once for
each value; only chapters that load the table are run again, since no other can know of it. Asserted is that
the named numbers, tables and charts move, and that nothing moves which does not name the table, or the
claims whose verdicts rest on it, among its data: an exhibit or number that moves without naming the table
would mislead whoever traces it back. Left out are the ledger and the chapters that compute the whole ledger
again; test_claims.py has which claims move, and tests/build/test_a_datum_moves_what_rests_on_it.py follows
one value into the finished pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from corridors import catalog
from corridors.build.chapters import read_chapter
from corridors.build.layout import Layout
from corridors.show import media, numbers

from .conftest import altered

#: They settle every claim anew, which test_claims.py does.
LEFT_OUT = {"book/ledger", "book/two-texts", "book/methods"}


@dataclass(frozen=True)
class Shown:
    """A number or an exhibit: what it shows, and the tables that it names."""

    content: object
    datasets: frozenset[str]


class Chapters:
    """The chapters' cells, what they show, and which tables they load."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self._numbers: list[numbers.Number] = []
        self._exhibits: list[media.Exhibit] = []
        self._watch(patch)
        book = Layout(root)
        self._cells: dict[str, list[CodeType]] = {}
        for name in book.docnames():
            path = book.document(name)
            chapter = read_chapter(path, name, []) if path and name not in LEFT_OUT else None
            if chapter:
                self._cells[name] = [compile(cell.source, name, "exec") for cell in chapter.code_cells]
        self.loaded: dict[str, set[str]] = {}
        self.before: dict[str, dict[str, Shown]] = {}
        for name in self._cells:
            self.before[name] = self.run(name)
            self.loaded[name] = set(catalog.used())

    def _watch(self, patch: pytest.MonkeyPatch) -> None:
        glue, begin = numbers.glue, media.Exhibit.__post_init__

        def noted_glue(*args: Any, **options: Any) -> numbers.Number:
            self._numbers.append(glue(*args, **options))
            return self._numbers[-1]

        def noted_begin(exhibit: media.Exhibit) -> None:
            begin(exhibit)
            self._exhibits.append(exhibit)

        patch.setattr(numbers, "glue", noted_glue)
        patch.setattr(media.Exhibit, "__post_init__", noted_begin)

    def run(self, name: str) -> dict[str, Shown]:
        """Run a chapter; its numbers by id and the data of its exhibits by label."""
        self._numbers.clear()
        self._exhibits.clear()
        catalog.default._used.clear()
        space: dict[str, Any] = {"__name__": "chapter"}
        for cell in self._cells[name]:
            exec(cell, space)
        shown = {one.id: Shown(one.payload(), frozenset(one.datasets)) for one in self._numbers}
        return shown | {one.label: Shown(one.data_text(), frozenset(one.datasets)) for one in self._exhibits}

    def moved(self, table: str) -> dict[str, frozenset[str]]:
        """What shows something else than before in the chapters that load ``table``, with its tables."""
        found = {}
        for name, before in self.before.items():
            if table in self.loaded[name]:
                after = self.run(name)
                assert set(after) == set(before), name
                found |= {one: before[one].datasets for one in before if before[one] != after[one]}
        return found


@pytest.fixture(scope="module")
def chapters(request: pytest.FixtureRequest) -> Iterator[Chapters]:
    with pytest.MonkeyPatch.context() as patch:
        yield Chapters(request.config.rootpath, patch)


# fmt: off
VALUES: list[tuple[str, dict[str, object], str, object, str]] = [
    ("imports_by_partner", {"year": 2023, "partner": "Russia"}, "value_million_usd", 2590.0,
     "partners-imports-russia-share-2023 partners-turnover-russia-2023 mirror-growth-official-2024 "
     "visits-trade-difference-russia tbl-partners-imports fig-partners-import-shares "
     "fig-third-neighbours-shares"),
    ("exports_by_partner", {"year": 2019, "partner": "China"}, "value_million_usd", 600.0,
     "partners-export-cover-min mirror-china-gap-2019 visits-trade-difference-china fig-partners-turnover"),
    ("trade_totals", {"year": 1961, "flow": "export"}, "value_million_usd", 70.0,
     "partners-totals-1961 fig-partners-long capital-trade-gap-1961-1990"),
    ("partner_shares_factbook", {"year": 2004, "partner": "Russia", "flow": "import"}, "share_pct", 20.0,
     "partners-factbook-russia-imports-2004 tbl-partners-before-2005 fig-partners-import-shares"),
    ("historical_trade_facts", {"id": "history-014"}, "value", 60.0, "partners-history-fall-to"),
    ("debt_facts", {"id": "debt-010"}, "value", 320.0,
     "capital-paid-minister-2004 capital-paid-gdp-2003 tbl-capital-debt-2003 tbl-capital-arithmetic"),
    ("fdi_by_source", {"id": "fdi-source-006"}, "value", 21.0,
     "capital-fdi-russia-share-2014 tbl-capital-sources"),
    ("ownership_facts", {"id": "ownership-003"}, "value", 30.0,
     "capital-railway-russian-2009 new-lines-russia-share railway-russia-share-2009 tbl-railway-ownership"),
    ("petroleum_facts", {"id": "petroleum-018"}, "value", 45.0,
     "fuel-share-low fig-fuel-share tbl-fuel-share"),
    ("electricity_by_supplier", {"id": "electricity-015"}, "value", 1200.0,
     "fuel-power-russia-2021 power-russia-share-2021 fig-power-suppliers tbl-power-suppliers"),
    ("gas_deliveries", {"id": "gas-009"}, "value", 12.0, "pipelines-delivered-2025 fig-pipelines-deliveries"),
    ("project_facts", {"fact_id": "erdeneburen-08"}, "value", 100.0,
     "power-erdeneburen-built tbl-power-projects"),
    ("rail_lengths", {"id": "main-border-border-1"}, "value", 2200.0, "railway-official tbl-railway-lengths"),
    ("borders", {"border_id": "B5"}, "length_km", 452.0,
     "neighbours-border-russia-other tbl-neighbours-borders"),
    ("visits", {"visit_id": "V073"}, "date_start", "2019-09-04", "visits-gap-last visits-papers-during"),
    ("visits", {"visit_id": "V101"}, "anniversary", "none", "fig-visits-timeline tbl-visits-guests"),
    ("agreements", {"agreement_id": "A22"}, "date_signed", "2020-09-03",
     "visits-papers-during tbl-visits-documents"),
    ("partnerships", {"partner": "South Korea", "level": "strategic"}, "date", "2021-05-10",
     "fig-third-neighbours-steps tbl-third-neighbours-levels"),
    ("un_votes", {"vote_id": "es-11-1", "country": "MNG"}, "vote", "Y",
     "neutrality-mongolia-abstained tbl-neutrality-grid tbl-neutrality-counts"),
    ("unga_agreement_yearly", {"year": 2023, "country": "RUS"}, "identical", 70,
     "neutrality-identical-russia-2023 fig-neutrality-agreement tbl-partners-claims"),
    ("icc_chronology", {"event_id": "I20"}, "date", "2023-10-09",
     "neutrality-days-visit-second fig-neutrality-icc tbl-neutrality-icc"),
]
# fmt: on


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "named"),
    VALUES,
    ids=["-".join((table, *map(str, key.values()), column)) for table, key, column, _, _ in VALUES],
)
def test_one_value_moves_what_names_its_table_and_nothing_else(
    chapters: Chapters,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    key: dict[str, object],
    column: str,
    value: object,
    named: str,
) -> None:
    frame = altered(catalog.load(table), table, key, column, value)
    monkeypatch.setitem(catalog.default._frames, table, frame)
    moved = chapters.moved(table)
    assert set(named.split()) <= set(moved), "what rests on the value must follow it"
    silent = {one: sorted(names) for one, names in moved.items() if not names & {table, "claims"}}
    assert not silent, f"moved with {table} and does not name it among its datasets"


def test_twenty_values_are_tried() -> None:
    assert len(VALUES) >= 20
