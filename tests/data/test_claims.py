"""The claims of the book: complete, sourced, computed where they can be, and dependent on the data they name.

The mutations change one value of one table and demand that exactly the claims that rest on it change.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest

from corridors import catalog
from corridors.claims import ledger as book
from corridors.claims import registry
from corridors.claims.registry import Load, Settler
from corridors.claims.rules import Finding, Verdict
from corridors.seal import seal

from .conftest import altered

#: The first coding by hand had 51 claims of the comment and 63 of the article.
FIRST_CODING = {"nias-2024": 51, "diplomat-2024": 63}
COMPUTED_AT_LEAST = 60

Uses = dict[str, tuple[Finding, set[str]]]


class Tables:
    """Hands out the tables of the book, each read once, with at most one of them altered; notes who asks."""

    def __init__(self) -> None:
        self.read: dict[str, pd.DataFrame] = {}
        self.asked: set[str] = set()

    def load(self, name: str) -> pd.DataFrame:
        self.asked.add(name)
        if name not in self.read:
            self.read[name] = catalog.load(name)
        copy = self.read[name].copy()
        copy.attrs = dict(self.read[name].attrs)
        return copy

    def altered(self, table: str, key: dict[str, object], column: str, value: object) -> Load:
        frame = altered(self.load(table), table, key, column, value)

        def load(name: str) -> pd.DataFrame:
            if name != table:
                return self.load(name)
            copy = frame.copy()
            copy.attrs = dict(frame.attrs)
            return copy

        return load


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables()


@pytest.fixture(scope="module")
def claims(tables: Tables) -> pd.DataFrame:
    return tables.load("claims")


@pytest.fixture(scope="module")
def settlers() -> dict[str, Settler]:
    return registry.settlers()


@pytest.fixture(scope="module")
def uses(tables: Tables, settlers: dict[str, Settler]) -> Uses:
    """The finding of each computed claim, and the tables that its function asked for."""
    found = {}
    for claim_id, settle in settlers.items():
        tables.asked = set()
        finding = settle(tables.load)
        found[claim_id] = (finding, tables.asked)
    return found


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    return book.ledger()


# the claims themselves ----------------------------------------------------------------------------


def test_no_claim_of_the_first_coding_is_lost(claims: pd.DataFrame) -> None:
    assert claims["id"].is_unique
    for text, prefix in (("nias-2024", "NIAS"), ("diplomat-2024", "DIP")):
        ids = set(claims.loc[claims["text"] == text, "id"])
        assert {f"{prefix}-{number:02}" for number in range(1, FIRST_CODING[text] + 1)} <= ids
        assert all(claim_id.startswith(prefix) for claim_id in ids)


def test_claims_added_later_say_so(claims: pd.DataFrame) -> None:
    number = claims["id"].str[-2:].astype(int)
    later = number > claims["text"].map(FIRST_CODING)
    assert later.sum() >= 1
    assert claims.loc[later, "note"].str.contains("added in the second reading").all()
    assert claims.loc[later, "hand_verdict"].isna().all()


def test_every_claim_has_place_verdict_evidence_and_sources(ledger: pd.DataFrame) -> None:
    assert len(ledger) >= 114
    for column in ("claim", "place", "settled_by", "verdict", "finding", "evidence", "rule", "source_ids"):
        assert (ledger[column].str.strip() != "").all(), column
    assert set(ledger["verdict"]) <= set(book.VERDICTS)


def test_an_editorial_verdict_names_reason_and_a_side(claims: pd.DataFrame) -> None:
    editorial = claims[claims["method"] == "editorial"]
    assert editorial["reason"].notna().all()
    assert (editorial["evidence_for"].notna() | editorial["evidence_against"].notna()).all()
    weighed = editorial[editorial["recorded_verdict"] != "supported"]
    assert weighed["evidence_against"].notna().all(), "a verdict below support says what stands against it"


def test_paraphrase_and_not_quotation(claims: pd.DataFrame) -> None:
    assert claims["claim"].str.endswith(".").all()
    assert not claims["claim"].str.contains('"').any()
    assert claims["claim"].str.len().max() < 200


def test_related_claims_point_both_ways(claims: pd.DataFrame) -> None:
    related = {row["id"]: set(str(row["related_claims"]).split(";")) for _, row in claims.iterrows()}
    for claim_id, others in related.items():
        for other in others - {"nan"}:
            assert claim_id in related[other], f"{claim_id} names {other}, which does not name it"
            assert claim_id != other


def test_the_two_texts_are_sources_read_whole() -> None:
    for source_id in book.TEXTS.values():
        assert catalog.source(source_id).read_as == "whole text"


# computed claims ----------------------------------------------------------------------------------


def test_every_function_has_its_claim_and_every_computed_claim_its_function(
    claims: pd.DataFrame, settlers: dict[str, Settler]
) -> None:
    computed = set(claims.loc[claims["method"] == "computed", "id"])
    assert set(settlers) == computed
    assert len(computed) >= COMPUTED_AT_LEAST


def test_everything_left_to_be_computed_is_computed(claims: pd.DataFrame) -> None:
    left = claims["hand_verdict"].isna() & ~claims["note"].fillna("").str.contains("second reading")
    assert left.sum() > 0
    assert (claims.loc[left, "method"] == "computed").all()


def test_recorded_verdicts_are_those_computed_today(ledger: pd.DataFrame) -> None:
    moved = book.flip_message(ledger)
    assert moved == "", "a datum moved a verdict: look at it, then record it in claims.csv"


def test_a_finding_names_exactly_the_tables_that_it_reads(claims: pd.DataFrame, uses: Uses) -> None:
    recorded = claims.set_index("id")["datasets"]
    for claim_id, (finding, asked) in uses.items():
        assert set(finding.datasets) == asked - {"sources"}, claim_id
        assert recorded[claim_id] == ";".join(finding.datasets), claim_id


def test_findings_say_what_was_claimed_and_found(uses: Uses) -> None:
    for claim_id, (finding, _) in uses.items():
        assert finding.claim_id == claim_id
        assert finding.claimed.strip(), claim_id
        assert finding.found.strip(), claim_id
        assert finding.statement.endswith("."), claim_id
        for slip in (" nan", "NaT", "None", "<NA>", "False", "2023.0"):
            assert slip not in f"{finding.statement} {finding.found} {finding.rule}", claim_id
        assert finding.value is None or finding.unit, f"{claim_id}: a value without a unit"


@pytest.mark.parametrize(
    ("claim_id", "count"),
    [("NIAS-32", 7), ("DIP-26", 4), ("DIP-11", 4), ("DIP-12", 4), ("NIAS-31", 3), ("NIAS-37", 3),
     ("NIAS-25", 4), ("DIP-07", 3), ("DIP-21", 4), ("DIP-15", 3)],
)  # fmt: skip
def test_where_a_definition_decides_each_is_shown(uses: Uses, claim_id: str, count: int) -> None:
    readings = uses[claim_id][0].readings
    assert len(readings) == count
    assert len({reading.definition for reading in readings}) == count
    assert all(reading.answer for reading in readings)


def test_motives_opinions_and_forecasts_are_never_settled_by_a_number(ledger: pd.DataFrame) -> None:
    beyond = ledger[(ledger["method"] == "computed") & (ledger["verdict"] == Verdict.NOT_CHECKABLE)]
    assert set(beyond["type"]) == {"causal-interpretive"}
    assert beyond["rule"].str.match("motive|opinion|forecast|cause").all()


GOLDEN = {
    "NIAS-10": "Before the visit that began on 2 September 2024 the last one by a Russian president began on "
    "2 September 2019: 1,827 days, or 5.0 years.",
    "NIAS-16": "The treaty was signed on 3 September 2019 and entered into force on 21 September 2020: the "
    "year of the claim is that of the entry into force.",
    "DIP-47": "The strategic partnerships date from: United States 31 July 2019, Japan 19 November 2010 and "
    "South Korea 10 September 2021. His term ran from 10 July 2017 to 25 June 2021.",
    "DIP-14": "After 7 May 2000 the president changed 2 times: 7 May 2008 and 7 May 2012.",
    "NIAS-37": "From 2018, the last full year before the treaty, to 2023 turnover with Russia went from "
    "1,796 to 2,499 million US$ (+39 per cent), its share of all trade from 13.9 to 10.2 per cent, and "
    "identical votes from 66.7 to 54.5 per cent.",
}


@pytest.mark.parametrize("claim_id", GOLDEN)
def test_statements_read_as_they_should(uses: Uses, claim_id: str) -> None:
    assert uses[claim_id][0].statement == GOLDEN[claim_id]


def test_the_share_of_imports_follows_from_the_published_values(uses: Uses) -> None:
    """By hand: 2,386.27722 of 9,250.25 million US$ in 2023 are 25.797 per cent."""
    assert uses["NIAS-32"][0].value == pytest.approx(100 * 2386.27722 / 9250.25)
    assert uses["NIAS-32"][0].value == pytest.approx(25.797, abs=0.001)


def test_overlaps_are_those_of_the_calendar(uses: Uses) -> None:
    """By hand: 7 May 2012 to 10 July 2017 are 1,890 days, 7 May 2000 to 24 June 2005 are 1,874."""
    answers = [reading.answer for reading in uses["DIP-26"][0].readings]
    assert answers[0] == "Elbegdorj 1,890 days, Bagabandi 1,874 days"
    assert answers[1] == "Bagabandi 2,002 days, Elbegdorj 1,890 days"


def test_agreement_with_the_first_coding(ledger: pd.DataFrame) -> None:
    """Where rule and hand differ is printed in the ledger; a new difference should be looked at."""
    both = book.agreement(ledger)
    assert set(both.loc[~both["agrees"], "id"]) == {"DIP-10", "DIP-36", "DIP-54"}
    assert book.agreement_pct(ledger) == pytest.approx(100 * (len(both) - 3) / len(both))


def test_records_of_all_claims(ledger: pd.DataFrame) -> None:
    records = book.as_records(ledger)
    assert [record["id"] for record in records] == ledger["id"].tolist()
    for record in records:
        assert record["sources"]
        assert record["evidence"]
        assert (record["computed_by"] != "") == (record["method"] == "computed")


def test_chapters_together_settle_every_claim_once(ledger: pd.DataFrame) -> None:
    settled = [i for chapter in sorted(set(ledger["chapter"])) for i in book.settled_in(chapter)["id"]]
    assert sorted(settled) == sorted(ledger["id"])


# one value changed --------------------------------------------------------------------------------

# fmt: off
MUTATIONS: list[tuple[str, dict[str, object], str, object, str]] = [
    ("imports_by_partner", {"year": 2023, "partner": "Russia"},
     "value_million_usd", 2590.0, "DIP-05 NIAS-28 NIAS-32 NIAS-35 NIAS-37 NIAS-49 NIAS-52 NIAS-55"),
    ("imports_by_partner", {"year": 2016, "partner": "Russia"},
     "value_million_usd", 1300.0, "DIP-32 DIP-64 NIAS-15"),
    ("imports_by_partner", {"year": 2021, "partner": "World"}, "value_million_usd", 7000.0, "NIAS-32"),
    ("exports_by_partner", {"year": 2019, "partner": "China"}, "value_million_usd", 600.0, "DIP-66"),
    ("visits", {"visit_id": "V073"}, "date_start", "2019-09-04", "DIP-10 DIP-42 DIP-43 NIAS-10"),
    ("visits", {"visit_id": "V073"}, "visit_type", "working", "DIP-10 DIP-12 DIP-42"),
    ("visits", {"visit_id": "V091"}, "date_start", "2022-04-24", "DIP-52"),
    ("visits", {"visit_id": "V034"}, "visit_type", "state", "DIP-10 DIP-11 DIP-35"),
    ("visits", {"visit_id": "V101"}, "anniversary", "none", "NIAS-02"),
    ("visits", {"visit_id": "V032"}, "anniversary", "none", "DIP-07"),
    ("visits", {"visit_id": "V094"}, "basis", "report", "DIP-54"),
    ("visits", {"visit_id": "V099"}, "office", "secretary of state", "DIP-56"),
    ("agreements", {"agreement_id": "A22"}, "date_signed", "2020-09-03", "DIP-10 DIP-13 DIP-43 NIAS-16"),
    ("agreements", {"agreement_id": "A37"},
     "title", "Ministry of Health: Baikal and Selenga", "NIAS-07 NIAS-08"),
    ("agreements", {"agreement_id": "A38"}, "date_signed", "2020-06-27", "NIAS-36 NIAS-39"),
    ("agreements", {"agreement_id": "A01"}, "date_signed", "1951-11-05", "DIP-06"),
    ("partnerships", {"partner": "South Korea", "level": "strategic"}, "date", "2021-05-10", "DIP-47 DIP-51"),
    ("partnerships", {"partner": "Germany", "level": "strategic"}, "date", "2024-10-07", "DIP-51 NIAS-42"),
    ("presidents_mongolia", {"name": "Khaltmaagiin Battulga"}, "end", "2022-06-25", "DIP-44 DIP-47 DIP-65"),
    ("presidents_mongolia", {"name": "Nambaryn Enkhbayar"}, "start", "2004-06-24", "DIP-22 DIP-65"),
    ("presidents_russia", {"name": "Dmitry Medvedev"}, "start", "2009-05-07", "DIP-14"),
    ("presidents_russia", {"office": "acting president"}, "start", "2000-04-30", "DIP-18 DIP-26"),
    ("prime_ministers_mongolia", {"name": "Nambaryn Enkhbayar"}, "end", "2002", "DIP-19"),
    ("icc_chronology", {"event_id": "I20"}, "date", "2023-10-09", "NIAS-44"),
    ("icc_chronology", {"event_id": "I04"},
     "event", "Warrants for Putin and Lvova-Belova (war crimes)", "NIAS-45"),
    ("un_votes", {"vote_id": "es-11-1", "country": "MNG"}, "vote", "Y", "DIP-41 NIAS-43"),
    ("un_votes", {"vote_id": "a-78-316", "country": "MNG"}, "official_yes", 150, "NIAS-27"),
    ("unga_agreement_yearly", {"year": 2023, "country": "RUS"}, "identical", 70, "DIP-50 NIAS-26 NIAS-37"),
    ("debt_facts", {"id": "debt-010"}, "value", 320.0, "DIP-20 DIP-21"),
    ("debt_facts", {"id": "debt-007"}, "value", 90.0, "DIP-20"),
    ("fdi_by_source", {"id": "fdi-source-006"}, "value", 21.0, "DIP-32 DIP-57"),
    ("fdi_by_source", {"id": "fdi-source-008"}, "value", 4.0, "DIP-37 DIP-57"),
    ("ownership_facts", {"id": "ownership-003"}, "value", 30.0, "NIAS-25"),
    ("petroleum_facts", {"id": "petroleum-018"}, "value", 45.0, "DIP-36 NIAS-31"),
    ("electricity_by_supplier", {"id": "electricity-015"}, "value", 1200.0, "DIP-36 NIAS-31"),
    ("imports_by_product_facts", {"id": "product-011"}, "value", 30.0, "NIAS-33"),
    ("gas_deliveries", {"id": "gas-006"}, "value", 0.0, "NIAS-24"),
    ("gas_deliveries", {"id": "gas-009"}, "value", 12.0, "NIAS-23"),
    ("projects", {"project_id": "erdeneburen"}, "partner", "China and Russia (Inter RAO)", "DIP-62"),
    ("pipeline_attributes", {"id": "p5409"}, "status", "operating", "NIAS-22 NIAS-34"),
    ("rail_lengths", {"id": "main-border-border-1"}, "value", 2200.0, "NIAS-25"),
    ("railway_stations", {"id": "jining"}, "timetable_from_ulaanbaatar_km", 1153, "NIAS-25"),
    ("trilateral_summits", {"summit": 6}, "date", "2022-09-16", "DIP-01"),
    ("borders", {"border_id": "B5"}, "length_km", 452.0, "NIAS-30"),
    ("historical_trade_facts", {"id": "history-014"}, "value", 60.0, "DIP-09"),
    ("project_facts", {"fact_id": "erdeneburen-08"}, "value", 100.0, "DIP-60"),
    ("presidents_russia", {"start": "2012-05-07"},
     "note", "Terms 3 (2012), 4 (2018-05-07), 5 (2025-05-07)", "DIP-03 DIP-04"),
    ("presidents_mongolia", {"name": "Natsagiin Bagabandi"}, "elected", "1997", "DIP-15"),
    ("presidents_mongolia", {"name": "Tsakhiagiin Elbegdorj"}, "elected", "2008; 2013", "DIP-15 DIP-25"),
    ("presidents_mongolia", {"name": "Natsagiin Bagabandi"},
     "end", "2000-01-24", "DIP-15 DIP-16 DIP-26 DIP-65"),
    ("presidents_mongolia", {"name": "Ukhnaagiin Khurelsukh"},
     "start", "2022-06-25", "DIP-26 DIP-48 DIP-49 DIP-50 DIP-51 DIP-65"),
    ("presidents_mongolia", {"name": "Ukhnaagiin Khurelsukh"}, "note", "A term of four years", "DIP-49"),
    ("partnerships", {"partner": "India", "level": "strategic"}, "date", "2018-05-17", "DIP-27"),
    ("partnerships", {"partner": "Russia", "level": "comprehensive strategic"},
     "date", "2024-09-03", "DIP-13 DIP-64 NIAS-54"),
    ("trilateral_summits", {"summit": 3}, "mongolia", "Battulga", "DIP-28"),
    ("trilateral_summits", {"summit": 1}, "date", "2009-09-11", "DIP-28 DIP-29"),
    ("project_facts", {"fact_id": "refinery-03"}, "value", 2016, "DIP-34"),
    ("visits", {"visit_id": "V092"}, "date_start", "2022-05-21", "DIP-53"),
    ("visits", {"visit_id": "V098"}, "date_start", "2025-02-07", "DIP-55"),
    ("visits", {"visit_id": "V101"}, "date_end", "2024-09-02", "NIAS-01"),
    ("projects", {"project_id": "ubtz-mod"}, "status", "completed", "NIAS-34"),
    ("icc_chronology", {"event_id": "I12"}, "event", "Pre-Trial Chamber II closes the case", "NIAS-46"),
    ("boundary_lines", {"pair": "Mongolia-China"}, "pair", "Mongolia-Kazakhstan", "DIP-46"),
    ("exports_by_partner", {"year": 2024, "partner": "Russia"}, "value_million_usd", 120.0, "NIAS-49"),
]
# fmt: on


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "changed"),
    MUTATIONS,
    ids=["-".join((table, *map(str, key.values()), column)) for table, key, column, _, _ in MUTATIONS],
)
def test_one_value_changes_exactly_the_claims_that_rest_on_it(
    tables: Tables,
    settlers: dict[str, Settler],
    uses: Uses,
    table: str,
    key: dict[str, object],
    column: str,
    value: object,
    changed: str,
) -> None:
    """A claim whose function does not ask for the table cannot change; all others are computed anew."""
    load = tables.altered(table, key, column, value)
    moved, silent = set(), set()
    for claim_id, (before, asked) in uses.items():
        if table not in asked:
            continue
        after = settlers[claim_id](load)
        if (after.verdict, after.statement) != (before.verdict, before.statement):
            moved.add(claim_id)
        elif after != before:
            silent.add(claim_id)
    assert moved == set(changed.split())
    assert not silent, "a change that the reader of the statement would not see"


def test_no_computed_claim_is_a_constant(settlers: dict[str, Settler]) -> None:
    """For every computed claim there is a single value in the tables that changes what it says."""
    moved = {claim_id for *_, changed in MUTATIONS for claim_id in changed.split()}
    assert moved == set(settlers)


def test_a_changed_file_moves_verdict_statement_and_record_together(tmp_path: Path) -> None:
    """From the file on: one cell of one CSV changes, the package is sealed, the ledger says what moved."""
    root = tmp_path / "data"
    shutil.copytree(catalog.default.root, root)
    path = root / "diplomacy" / "agreements.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    row = next(row for row in rows if row[0] == "A22")
    row[rows[0].index("date_signed")] = "2020-09-03"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    seal(root)
    frame = book.ledger(catalog.Catalog(root).load).set_index("id", drop=False)
    assert set(book.flipped(frame)["id"]) == {"NIAS-16", "DIP-43"}
    assert frame.loc["NIAS-16", "verdict"] == Verdict.SUPPORTED
    assert "3 September 2020" in frame.loc["NIAS-16", "finding"]
    assert "NIAS-16: recorded as imprecise, now supported" in book.flip_message(frame)
    record = next(record for record in book.as_records(frame) if record["id"] == "NIAS-16")
    assert (record["verdict"], record["changed"]) == ("supported", True)
