"""From one cell of a file to the page: all that rests on a datum moves with it, and nothing else does.

A copy of the book is built twice, before and after Russia's share of the imports of 2023 is made to be the
28 per cent of a claim. Only the two chapters are built that show what matters here: the one on trade
partners, with the numbers, tables and charts that rest on the cell, and the ledger of all claims. For the
claims alone, tests/data/test_claims.py does the same with many more values.
"""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corridors.publish.edition_changes import compare

#: What a build reads; pages of other chapters are there to be pointed at and are not built.
PARTS = ("_config.yml", "_static", "_toc.yml", "CITATION.cff", "book", "corridors", "data", "index.md",
         "references.bib", "requirements.lock")  # fmt: skip
CHAPTERS = ("partners", "ledger")
ROW, COLUMN, VALUE = {"year": "2023", "partner": "Russia"}, "value_million_usd", "2590"

MOVED_NUMBERS = {
    "partners-claim-turnover-growth", "partners-import-cover-max", "partners-imports-28-years",
    "partners-imports-russia-decade", "partners-imports-russia-share-2023", "partners-turnover-russia-2023",
    "partners-turnover-russia-growth-2024", "partners-turnover-russia-share-2023",
    "ledger-imprecise", "ledger-moved", "ledger-supported", "ledger-upheld", "ledger-upheld-quantity",
}  # fmt: skip
MOVED_CLAIMS = {"NIAS-28", "NIAS-32", "NIAS-35", "NIAS-37", "NIAS-49", "NIAS-52", "NIAS-55", "DIP-05"}
MOVED_FILES = {
    "fig-partners-balance.csv", "fig-partners-hhi.csv", "fig-partners-import-shares.csv",
    "fig-partners-turnover-shares.csv", "fig-partners-turnover.csv", "tbl-partners-claims.csv",
    "tbl-partners-factbook-check.csv", "tbl-partners-imports.csv", "tbl-partners-side-by-side.csv",
    "claims.csv", "lst-claims.csv", "tbl-ledger-chapters.csv", "tbl-ledger-texts.csv", "tbl-ledger-types.csv",
}  # fmt: skip


@dataclass(frozen=True)
class Built:
    """What the builds of the chapters left, by the names that readers and other programs use."""

    numbers: dict[str, dict[str, Any]]
    claims: dict[str, dict[str, Any]]
    files: dict[str, bytes]
    """The data of every table, chart and list, by file name."""
    pages: dict[str, str]
    """The words of each page, without its markup."""
    said: str
    editions: dict[str, dict[str, Any]]
    """The state of the edition as each chapter's build records it."""

    @staticmethod
    def of(root: Path, said: str) -> Built:
        """Read the results of the last builds below ``root``."""
        sites = {name: root / "_build" / "chapter" / name / "html" for name in CHAPTERS}
        lists = [json.loads((site / "_data/numbers.json").read_text("utf-8")) for site in sites.values()]
        claims = json.loads((sites["ledger"] / "_data/claims.json").read_text("utf-8"))
        return Built(
            numbers={entry["id"]: entry for entries in lists for entry in entries},
            claims={entry["id"]: entry for entry in claims},
            files={p.name: p.read_bytes() for site in sites.values() for p in site.glob("_data/*.csv")},
            pages={name: _words(site / "book" / f"{name}.html") for name, site in sites.items()},
            said=said,
            editions={
                name: json.loads((site / "_data/edition.json").read_text("utf-8"))
                for name, site in sites.items()
            },
        )


def _words(page: Path) -> str:
    """The text of a page's article with plain blanks and apostrophes."""
    text = page.read_text("utf-8")
    article = text[text.index("<article") : text.index("</article>")]
    text = html.unescape(re.sub(r"<[^>]+>", "", article))
    return re.sub(r"\s+", " ", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _run(root: Path, commands: Sequence[Sequence[str]]) -> str:
    """Run ``python -m corridors`` with each of ``commands``, all at a time; returns what they said."""
    environment = os.environ | {"PYTHONPATH": str(root)}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "corridors", *command],
            cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for command in commands
    ]  # fmt: skip
    said = [process.communicate(timeout=240)[0] for process in running]
    for process, words in zip(running, said, strict=True):
        assert process.returncode == 0, words
    return "\n".join(said)


def _change(path: Path) -> None:
    """Put the new value into its cell."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (row,) = (row for row in rows if ROW.items() <= row.items())
    assert row[COLUMN] == "2386.27722"
    row[COLUMN] = VALUE
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def builds(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Built]:
    """The chapters before and after the cell was changed."""
    root = tmp_path_factory.mktemp("a copy") / "book"
    root.mkdir()
    for name in PARTS:
        source = repository / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, root / name)
    chapters = [("book", "--chapter", name) for name in CHAPTERS]
    before = Built.of(root, _run(root, chapters))
    _change(root / "data" / "trade" / "imports_by_partner.csv")
    _run(root, [("seal",)])
    return before, Built.of(root, _run(root, chapters))


def _differing(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    assert set(before) == set(after)
    return {name for name in before if before[name] != after[name]}


def test_the_numbers_that_rest_on_the_cell_move_and_no_others(builds: tuple[Built, Built]) -> None:
    before, after = builds
    assert _differing(before.numbers, after.numbers) == MOVED_NUMBERS
    share = "partners-imports-russia-share-2023"
    shown = [built.numbers[share]["shown"].replace("\xa0", " ") for built in builds]
    assert shown == ["25.8 per cent", "28.0 per cent"]
    for name in MOVED_NUMBERS:
        names = before.numbers[name]["datasets"]
        assert "imports_by_partner" in names or names == ["claims"], name
        assert before.numbers[name]["shown"] != after.numbers[name]["shown"], "the reader sees the change"


@pytest.mark.parametrize(
    "name",
    ["partners-imports-russia-share-2022", "partners-imports-china-ahead", "partners-imports-russia-peak",
     "partners-exports-china-share-2005", "partners-totals-1960", "partners-derived-imports-1996",
     "ledger-all", "ledger-contradicted", "ledger-upheld-date", "ledger-agreement"],
)  # fmt: skip
def test_numbers_that_rest_on_other_cells_stay(builds: tuple[Built, Built], name: str) -> None:
    """Other years of the same row of the chart, the other flow, other tables, other claims."""
    before, after = builds
    assert before.numbers[name] == after.numbers[name]


def test_the_tables_and_charts_that_show_the_cell_move_and_no_others(builds: tuple[Built, Built]) -> None:
    before, after = builds
    assert _differing(before.files, after.files) == MOVED_FILES
    for name in ("fig-partners-export-shares.csv", "fig-partners-long.csv", "tbl-partners-derived.csv"):
        assert name in before.files


def test_the_claims_that_rest_on_the_cell_move_and_one_verdict_flips(builds: tuple[Built, Built]) -> None:
    before, after = builds
    assert _differing(before.claims, after.claims) == MOVED_CLAIMS
    verdicts = {
        name: (before.claims[name]["verdict"], after.claims[name]["verdict"]) for name in MOVED_CLAIMS
    }
    flipped = {name: pair for name, pair in verdicts.items() if pair[0] != pair[1]}
    assert flipped == {"NIAS-32": ("imprecise", "supported")}
    assert [name for name, claim in after.claims.items() if claim["changed"]] == ["NIAS-32"]


def test_the_build_says_which_verdict_has_flipped(builds: tuple[Built, Built]) -> None:
    before, after = builds
    assert "recorded as" not in before.said
    assert "NIAS-32: recorded as imprecise, now supported" in after.said
    assert len(re.findall(r"recorded as \w+, now", after.said)) == 1


def test_prose_table_and_ledger_change_together_in_the_pages(builds: tuple[Built, Built]) -> None:
    """The number in a sentence, the cell of a table, the verdict in the chapter and in the ledger."""
    before, after = builds
    old, new = before.pages["partners"], after.pages["partners"]
    sentence = "the official share of that year is {}."
    assert sentence.format("25.8 per cent") in old
    assert sentence.format("28.0 per cent") in new
    assert "2,386.3" in old
    assert "2,386.3" not in new
    assert "2,590.0" in new
    found = "Russia's share of imports by value was {} per cent in 2023"
    for name in CHAPTERS:
        assert found.format("25.8") in before.pages[name]
        assert found.format("28.0") in after.pages[name]
        assert found.format("25.8") not in after.pages[name]
    moved = "Claims in this state at the moment: {}."
    assert moved.format("none") in before.pages["ledger"]
    assert moved.format("NIAS-32") in after.pages["ledger"]


def test_two_editions_tell_what_has_moved_and_nothing_else(builds: tuple[Built, Built]) -> None:
    """Since you cited it: the numbers, tables, charts, claims and chapters that rest on the cell, by name."""
    before, after = builds
    found = {name: compare(before.editions[name], after.editions[name]) for name in CHAPTERS}
    parts = ("numbers", "exhibits", "verdicts", "findings", "datasets", "routes", "text")
    names = {part: {one.name for each in found.values() for one in getattr(each, part)} for part in parts}
    assert names["numbers"] == MOVED_NUMBERS
    assert names["exhibits"] == {name.removesuffix(".csv") for name in MOVED_FILES} - {"claims"}
    assert names["verdicts"] == {"NIAS-32"}
    assert names["findings"] <= MOVED_CLAIMS
    assert names["datasets"] == {"imports_by_partner"}
    assert (names["routes"], names["text"]) == (set(), set())
    assert {page for changes in found.values() for page in changes.chapters} == {
        "book/partners",
        "book/ledger",
    }
    (verdict,) = found["ledger"].verdicts
    assert (verdict.old, verdict.new, verdict.how) == ("imprecise", "supported", "changed")
