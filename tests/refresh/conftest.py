"""A small copy of the data package, a local server in the place of the providers, and settings for both."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from corridors.__main__ import main
from corridors.descriptor import read_descriptor
from corridors.paths import DATA
from corridors.refresh import run
from corridors.refresh.faults import REFUSED, REMEDIES
from corridors.refresh.settings import Limits, Patience, Settings
from corridors.seal import write_descriptor

#: The tables of the statistics office; a module that needs others overrides the fixture ``tables``.
TABLES = (
    "sources", "imports_by_partner", "exports_by_partner", "trade_totals", "electricity_balance",
    "coal_balance",
)  # fmt: skip
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


def package(folder: Path, tables: tuple[str, ...]) -> Path:
    """Some tables as the book has them, sealed as there."""
    raw, faults = read_descriptor(DATA)
    assert not faults
    raw["resources"] = [entry for entry in raw["resources"] if entry["name"] in tables]
    raw["notices"] = []
    for entry in raw["resources"]:
        target = folder / entry["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((DATA / entry["path"]).read_bytes())
    write_descriptor(folder, raw)
    return folder


@pytest.fixture
def tables() -> tuple[str, ...]:
    """The tables of the small package."""
    return TABLES


def digest(folder: Path) -> str:
    """One hash for a folder, made here and not by the code under test."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


@dataclass
class Desk:
    """One refresh under test: its data, its settings, what it said and how long it waited."""

    root: Path
    settings: Settings
    said: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.settings.data

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    def digest(self) -> str:
        return digest(self.data)

    def rows(self, path: str) -> list[dict[str, str]]:
        return rows_of(self.data / path)

    def refresh(self, *only: str, **options: Any) -> int:
        return run.refresh(self.settings, only=only or None, say=self.said.append, **options)

    def refused(self, source: str, rule: str, *says: str) -> None:
        """The source must be refused by that rule, with its remedy and these words, and nothing be lost."""
        before = self.digest()
        assert self.refresh(source, accept=True) == REFUSED, self.text
        for part in (f"[{rule}]", REMEDIES[rule], *says):
            assert part in self.text, self.text
        assert self.digest() == before
        line = next(line for line in self.text.splitlines() if f"[{rule}]" in line)
        self.note(f"{source}: {rule}", line.strip(), before[:12], self.digest()[:12])

    def command(
        self, *options: str, largest_file: int | None = None, at_stage: Callable[[str], None] | None = None
    ) -> tuple[int, str]:
        """Run the real command in a process of its own: its exit status and all that it said."""
        return self.ended(self.begun(*options, largest_file=largest_file, at_stage=at_stage))

    def begun(
        self, *options: str, largest_file: int | None = None, at_stage: Callable[[str], None] | None = None
    ) -> int:
        """Begin the command in a process of its own; its number. Files end at ``largest_file`` bytes."""
        child = os.fork()
        if child:
            return child
        status = 99
        try:
            with self._told(os.getpid()).open("w") as handle:
                os.dup2(handle.fileno(), 1)
                os.dup2(handle.fileno(), 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
            settings = self.settings.changed(at_stage=at_stage) if at_stage else self.settings
            Settings.from_environment = classmethod(lambda cls: settings)  # type: ignore[method-assign, assignment]
            if largest_file is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
            places = ["--data", str(self.data), "--store", str(self.settings.store)]
            only = [] if {"--accept", "--list", "--drop"} & set(options) else ["--only", "nso"]
            status = main(["refresh", *places, *only, "--quick", *options])
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    def ended(self, child: int) -> tuple[int, str]:
        """Wait for a command that was begun."""
        _, how = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(how), self._told(child).read_text()

    def _told(self, child: int) -> Path:
        return self.root.parent / f"{self.root.name}-{child}.txt"

    def note(self, *cells: str) -> None:
        """Put a row of the fault table down: fault, message, hash of the data before and after."""
        target = os.environ.get("FAULT_TABLE")
        if target:
            with Path(target).open("a") as handle:
                handle.write("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |\n")


@pytest.fixture
def desk(tmp_path: Path, tables: tuple[str, ...], httpserver: HTTPServer) -> Desk:
    """A desk whose providers are the local server, and that waits for nothing."""
    if not httpserver.is_running():  # a test of a server that is away may have stopped it
        httpserver.start()
    data = package(tmp_path / "data", tables)
    waits: list[float] = []
    stages: list[str] = []
    names = (
        "nso", "comtrade", "worldbank", "imf", "owid", "ember", "overpass", "gem", "unvotes", "idealpoints",
    )  # fmt: skip
    settings = Settings(
        data=data,
        store=tmp_path / "_refresh",
        addresses={name: httpserver.url_for(f"/{name}") for name in names},
        patience=Patience(connect=1, read=0.3, whole=5, attempts=3, pause=0, clock=4e9, sleep=waits.append),
        limits=Limits(answer=3_000_000, small=100_000),
        now=lambda: NOW,
        at_stage=stages.append,
    )
    return Desk(tmp_path, settings, waits=waits, stages=stages)


# --- the statistics office ------------------------------------------------------------------------

FOLDERS = {"1400": "Economy, environment/Foreign Trade", "1100": "Industry, service/Industry"}
LABELS = {
    "South Korea": "Republic of Korea", "Russia": "Russian Federation", "Türkiye": "Turkey",
    "World": "Total", "United States": "USA",
    "United Kingdom": "United Kingdom of Great Britain and Northern Ireland",
}  # fmt: skip

Cells = dict[tuple[str, str], Any]


@dataclass
class Office:
    """PxWeb as the statistics office has it: tables of items by year, answered as JSON-stat 2.0.

    ``tables`` maps a table's name to its values by item and year; ``unit`` to the unit it names, if any.
    """

    tables: dict[str, Cells] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    change: dict[str, Callable[[dict[str, Any]], Any]] = field(default_factory=dict)

    def url(self, table: str) -> str:
        return f"/nso/{FOLDERS[table.split('_')[2]]}/{table}.px"

    def axes(self, table: str) -> tuple[list[str], list[str]]:
        cells = self.tables[table]
        return list(dict.fromkeys(item for item, _ in cells)), sorted(
            {year for _, year in cells}, reverse=True
        )

    def variables(self, table: str) -> dict[str, Any]:
        items, years = self.axes(table)
        return {
            "title": self.titles.get(table, table),
            "variables": [
                {
                    "code": "Item",
                    "text": "Item",
                    "values": [str(i) for i in range(len(items))],
                    "valueTexts": items,
                },
                {
                    "code": "Year",
                    "text": "Year",
                    "values": [str(i) for i in range(len(years))],
                    "valueTexts": years,
                },
            ],
        }

    def cube(self, table: str) -> dict[str, Any]:
        items, years = self.axes(table)
        cells = self.tables[table]

        def category(labels: list[str]) -> dict[str, Any]:
            codes = [str(i) for i in range(len(labels))]
            return {
                "index": {c: i for i, c in enumerate(codes)},
                "label": dict(zip(codes, labels, strict=True)),
            }

        item = category(items)
        if table in self.units:
            item["unit"] = {code: {"base": self.units[table], "decimals": 1} for code in item["index"]}
        cube: dict[str, Any] = {
            "version": "2.0", "class": "dataset", "label": self.titles.get(table, table), "source": "NSO",
            "updated": "2027-02-15T09:30:49Z", "id": ["Item", "Year"], "size": [len(items), len(years)],
            "dimension": {
                "Item": {"label": "Item", "category": item},
                "Year": {"label": "Year", "category": category(years)},
            },
            "value": [cells.get((i, y)) for i in items for y in years],
        }  # fmt: skip
        return self.change.get(table, lambda c: c)(cube)

    def serve(self, server: HTTPServer) -> None:
        for table in self.tables:
            url = self.url(table)
            server.expect_request(url, method="GET").respond_with_json(self.variables(table))
            server.expect_request(url, method="POST").respond_with_handler(self._answer(table))

    def _answer(self, table: str) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            query = json.loads(request.get_data())
            assert query["response"] == {"format": "json-stat2"}
            assert [part["code"] for part in query["query"]] == ["Item", "Year"]
            assert all(part["selection"]["filter"] == "item" for part in query["query"])
            return Response(json.dumps(self.cube(table)), content_type="application/json")

        return answer


TOTALS, IMPORTS, EXPORTS = "DT_NSO_1400_001V1_year", "DT_NSO_1400_010V3", "DT_NSO_1400_006V3"
POWER, COAL = "DT_NSO_1100_009V1", "DT_NSO_1100_010V1"
_ITEMS = {
    POWER: {
        "Generation": "generation_gwh", "Imports": "imports_gwh", "Export": "exports_gwh",
        "Consumption": "consumption_gwh", "Resources total": "resources_total_gwh",
    },
    COAL: {
        "Produced": "production_kt", "Imports": "imports_kt", "Consumption (total)": "consumption_kt",
        "Consumed by thermal power stations": "consumed_thermal_power_kt",
        "Distributed to establishments and households for fuel purposes": "distributed_fuel_kt",
        "Export": "exports_kt", "Losses during transportation and storage": "losses_kt",
    },
}  # fmt: skip


def _number(text: str, times: int = 1) -> Any:
    return None if text == "" else round(float(text) * times, 4)


@pytest.fixture
def office(desk: Desk) -> Office:
    """The office with the very values that our tables have."""
    made = Office()
    for table, name in ((IMPORTS, "imports_by_partner"), (EXPORTS, "exports_by_partner")):
        made.tables[table] = {
            (LABELS.get(row["partner"], row["partner"]), row["year"]): _number(row["value_million_usd"], 1000)
            for row in desk.rows(f"trade/{name}.csv")
        }
    made.tables[TOTALS] = {
        ({"export": "Exports", "import": "Imports"}[row["flow"]], row["year"]): _number(
            row["value_million_usd"]
        )
        for row in desk.rows("trade/trade_totals.csv")
    }
    for table, path in ((POWER, "energy/electricity_balance.csv"), (COAL, "energy/coal_balance.csv")):
        made.tables[table] = {
            (item, row["year"]): _number(row[column])
            for row in desk.rows(path)
            for item, column in _ITEMS[table].items()
        }
    made.titles = {IMPORTS: "IMPORTS, by country and year", EXPORTS: "EXPORTS, by country and year"}
    made.units = {IMPORTS: "thous. US$"}
    return made
