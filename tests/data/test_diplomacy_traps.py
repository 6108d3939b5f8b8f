"""The traps of the diplomacy tables, one test a trap: DIPLOMACY-n is tested by ``test_diplomacy_<n>_...``.

Each test protects a reading that is easy to get wrong; the text of the trap stands in the description of the
table that it bites.
"""

from __future__ import annotations

import re

import pandas as pd
import pytest

from corridors import catalog
from corridors import diplomacy as dip

DATED = ("visits", "trilateral_summits", "agreements", "partnerships", "icc_chronology", "un_votes")
REGULAR_TO_2023 = 13


def by_id(name: str, key: str, value: str) -> pd.Series:
    """The one row of a table with that id."""
    frame = catalog.load(name)
    rows = frame[frame[key] == value]
    assert len(rows) == 1, f"{name} has {len(rows)} rows with {key} {value}"
    return rows.iloc[0]


@pytest.mark.parametrize("name", [*DATED, "projects", "presidents_mongolia", "prime_ministers_mongolia"])
def test_diplomacy_1_the_material_ends_in_february_2026(name: str) -> None:
    """A horizon is stated, and nothing in the tables is later: silence after it proves nothing."""
    assert "February 2026" in catalog.describe(name).horizon
    if name in DATED:
        frame = catalog.load(name)
        column = next(c for c in ("date", "date_start", "date_signed") if c in frame)
        assert frame[column].dropna().max() < "2026-03"


def test_diplomacy_2_an_empty_vote_is_not_an_abstention() -> None:
    """36 votes were not seen; they stay empty, say so, and are counted apart."""
    votes = catalog.load("un_votes")
    unseen = votes["vote"].isna()
    assert unseen.sum() == 36
    assert (votes.loc[unseen, "how_known"] == "not seen").all()
    assert (votes.loc[~unseen, "how_known"] != "not seen").all()
    mongolia = dip.vote_counts(votes).set_index("country").loc["MNG"]
    assert (mongolia["yes"], mongolia["no"], mongolia["not_seen"]) == (0, 0, 4)
    assert mongolia["abstained"] == mongolia["votes"] - mongolia["not_seen"]
    missing = votes[unseen & (votes["country"] == "MNG")]["vote_id"]
    assert set(missing) == {"a-78-316", "es-11-8", "a-79-184", "a-80-223"}


def test_diplomacy_3_procedural_votes_stand_apart() -> None:
    """28 votes, two of them procedural, which the functions leave out unless asked."""
    votes = catalog.load("un_votes")
    assert votes["vote_id"].nunique() == 28
    assert votes.loc[votes["procedural"].astype(bool), "vote_id"].nunique() == 2
    assert len(dip.vote_grid(votes)) == 26
    assert len(dip.vote_grid(votes, procedural=True)) == 28


def test_diplomacy_4_emergency_votes_come_from_press_lists() -> None:
    """No vote of the emergency special session claims to come from the roll call file."""
    votes = catalog.load("un_votes")
    emergency = votes[votes["session"] == "emergency special session"]
    assert emergency["vote_id"].nunique() == 10
    assert "data set" not in set(emergency["how_known"])
    assert emergency["dataset_rcid"].isna().all()
    assert not emergency["source_ids"].str.contains("unga-roll-calls").any()
    assert "press lists" in catalog.describe("un_votes").description


def test_diplomacy_5_numbers_that_were_not_seen_are_marked() -> None:
    """The number of a resolution is empty or marked where it does not come from a record."""
    status = catalog.load("un_votes").drop_duplicates("vote_id").set_index("vote_id")
    assert status.loc["a-79-184", "number_status"] == "general knowledge"
    assert status.loc["es-11-9", "number_status"] == "secondary report"
    assert status.loc["resolution-2026-02-24", "number_status"] == "not seen"
    assert pd.isna(status.loc["resolution-2026-02-24", "resolution"])
    assert (status["resolution"].isna() == status["number_status"].isin(["not seen", "none"])).all()


def test_diplomacy_6_votes_by_elimination_are_marked() -> None:
    """Three votes on ES-11/4 were found by elimination, and only those."""
    votes = catalog.load("un_votes")
    found = votes[votes["how_known"] == "elimination"]
    assert set(found["vote_id"]) == {"es-11-4"}
    assert set(found["country"]) == {"JPN", "KOR", "USA"}
    assert (found["vote"] == "Y").all()


def test_diplomacy_7_the_two_tallies_are_kept_apart() -> None:
    """The file counts 99 where the official record has 100; neither fills the other's gaps."""
    row = catalog.load("un_votes").set_index(["vote_id", "country"]).loc[("a-68-262", "MNG")]
    assert (row["official_yes"], row["dataset_yes"]) == (100, 99)
    votes = catalog.load("un_votes").drop_duplicates("vote_id")
    both = votes["official_yes"].notna() & votes["dataset_yes"].notna()
    assert both.sum() == 1
    assert (votes["official_yes"].notna() | votes["dataset_yes"].notna()).all()


def test_diplomacy_8_the_assembly_file_knows_no_emergency_session() -> None:
    """Every table made from it says so; it ends in June 2024."""
    for name in ("unga_agreement_yearly", "unga_agreement_rank"):
        about = catalog.describe(name)
        assert "no emergency special session" in about.description
        assert catalog.load(name).attrs["sources"] == ("unga-roll-calls",)
    assert catalog.load("unga_agreement_yearly")["year"].max() == 2024


def test_diplomacy_9_thin_years_are_flagged() -> None:
    """1993 and 2024, and no other year, carry the flag; it can be used to drop them."""
    yearly = catalog.load("unga_agreement_yearly")
    assert set(yearly.loc[yearly["thin"].astype(bool), "year"]) == {1993, 2024}
    russia = dip.agreement_by_year(yearly, "RUS").set_index("year")
    assert russia.loc[1993, "shared_votes"] == 37
    assert russia.loc[2024, "shared_votes"] == 6
    assert {1993, 2024}.isdisjoint(dip.agreement_by_year(yearly, "RUS", thin="drop")["year"])


def test_diplomacy_10_votes_identified_by_date_and_tally_have_medium_confidence() -> None:
    """75/29 to 78/221 were matched, not found by number."""
    votes = catalog.load("un_votes")
    matched = votes[
        votes["vote_id"].isin(["a-75-29", "a-75-192", "a-76-70", "a-76-179", "a-77-229", "a-78-221"])
    ]
    assert len(matched) == 42
    assert (matched["confidence"] == "medium").all()


def test_diplomacy_11_ideal_points_are_a_copy_and_kazakhstan_stops() -> None:
    """No point of Kazakhstan after 2017; the description says second-hand."""
    points = catalog.load("unga_ideal_points")
    kazakhstan = points.loc[points["country"] == "KAZ", "year"]
    assert (kazakhstan.min(), kazakhstan.max()) == (1992, 2017)
    assert (points["lower_5"] <= points["ideal_point"]).all()
    assert (points["ideal_point"] <= points["upper_95"]).all()
    assert "second-hand" in catalog.describe("unga_ideal_points").description
    assert catalog.source("unga-ideal-points").quality == "secondary"


def test_diplomacy_12_a_ministry_list_gives_years_only() -> None:
    """39 visits rest on that list alone: they keep the precision of a year."""
    visits = catalog.load("visits")
    alone = visits[visits["source_ids"] == "mongolia-mfa-relations-china"]
    assert len(alone) == 39
    assert (alone["precision"] == "year").sum() >= 36
    early = visits[
        visits["source_ids"].str.contains("mongolia-mfa-relations-china") & (visits["date_start"] < "2003")
    ]
    assert (early["precision"] == "year").all()
    assert visits["visitor"].isna().sum() == catalog_gap("visits", "visitor")


def catalog_gap(name: str, field: str) -> int:
    """The gap that the descriptor declares for a column."""
    fields = catalog.describe(name).fields.set_index("name")
    return int(fields.loc[field, "gaps"])


def test_diplomacy_13_an_announcement_is_not_a_visit() -> None:
    """Ulan-Ude, July 2010: planned, never confirmed, not counted; other announcements are marked."""
    row = by_id("visits", "visit_id", "V036")
    assert not row["counted"]
    assert row["basis"] == "announcement"
    visits = catalog.load("visits")
    assert "V036" not in set(dip.prepare(visits)["visit_id"])
    assert len(dip.prepare(visits)) == len(visits) - 1
    assert (visits["basis"] == "announcement").sum() == 4


def test_diplomacy_14_pages_without_address_are_weak() -> None:
    """Rows that rest only on pages whose addresses were lost have the lowest grade, never high confidence."""
    assert catalog.source("addresses-not-kept").quality == "weak"
    for name in ("visits", "partnerships"):
        frame = catalog.load(name)
        lost = frame[frame["source_ids"] == "addresses-not-kept"]
        assert not lost.empty
        assert (lost["quality"] == "weak").all()
        assert (lost["confidence"] != "high").all()
    sources = catalog.load("sources")
    lost_address = sources["address"].isna()
    assert sources.loc[lost_address, "note"].str.contains("address not kept").all()


def test_diplomacy_15_conflicts_stay_in_the_note() -> None:
    """Sources that disagree are named in the row; the type chosen is not passed off as settled."""
    visit_2009 = by_id("visits", "visit_id", "V031")
    assert visit_2009["visit_type"] == "working"
    assert "official" in visit_2009["note"]
    assert "13 or 14 May" in visit_2009["note"]
    assert (visit_2009["date_start"], visit_2009["date_end"]) == ("2009-05-13", "2009-05-14")
    visit_2019 = by_id("visits", "visit_id", "V073")
    assert "10 further documents" in visit_2019["outcome"]
    assert "11 announced" in visit_2019["outcome"]


def test_diplomacy_16_the_unverified_is_not_counted() -> None:
    """Türkiye is listed and not counted; the British roadmap is no partnership yet."""
    partnerships = catalog.load("partnerships")
    assert partnerships.loc[~partnerships["counted"].astype(bool), "partner"].tolist() == ["Türkiye"]
    reached = set(dip.partnerships_on(partnerships, pd.Timestamp(2026, 2, 28).date())["partner"])
    assert {"Türkiye", "United Kingdom", "Poland"}.isdisjoint(reached)
    assert {"Russia", "China", "Japan", "India", "United States"} <= reached


def test_diplomacy_17_first_in_europe_has_two_holders() -> None:
    """France (2023) and Germany (2024) both stand, with the conflict in the note."""
    rows = catalog.load("partnerships").set_index(["partner", "level"])
    assert rows.loc[("France", "strategic"), "date"] == "2023-05-22"
    assert rows.loc[("Germany", "strategic"), "date"] == "2024-02-07"
    assert "conflict kept" in rows.loc[("Germany", "strategic"), "note"]


def test_diplomacy_18_the_trade_agreement_is_not_in_force() -> None:
    """The agreement with the Eurasian Economic Union has no date of entry into force, nor observer status."""
    row = by_id("agreements", "agreement_id", "A38")
    assert row["date_signed"] == "2025-06-27"
    assert pd.isna(row["date_in_force"])
    assert "never Mongolia" in by_id("agreements", "agreement_id", "A17")["note"]


def test_diplomacy_19_a_president_can_come_on_a_working_visit() -> None:
    """2014 was a working visit, and a visit of unknown kind is not called official."""
    assert by_id("visits", "visit_id", "V052")["visit_type"] == "working"
    visits = dip.prepare(catalog.load("visits"))
    russian = visits[
        (visits["partner"] == "RUS")
        & (visits["direction"] == "to Mongolia")
        & (visits["office"] == "president")
    ]
    assert russian["year"].tolist() == [2000, 2009, 2014, 2019, 2024]
    assert (visits["visit_type"] == "unspecified").sum() == 40


def test_diplomacy_20_border_lengths_disagree_and_the_authority_is_silent() -> None:
    """Two statements a border, none from the authority, whose row has no length."""
    borders = catalog.load("borders")
    lengths = borders.groupby("neighbour")["length_km"].apply(lambda column: sorted(column.dropna()))
    assert lengths["China"] == [4630, 4677]
    assert lengths["Russia"] == [3452, 3485]
    authority = borders["source_ids"] == "mongolia-border-authority-2019-border-mongolia"
    assert authority.sum() == 2
    assert borders.loc[authority, "length_km"].isna().all()
    assert borders.loc[borders["neighbour"] == "Russia", "quality"].isin(["secondary", "official"]).all()


def test_diplomacy_21_signature_is_not_entry_into_force() -> None:
    """The treaty of 2019 is in force since 2020: both dates stand."""
    row = by_id("agreements", "agreement_id", "A22")
    assert (row["date_signed"], row["date_in_force"]) == ("2019-09-03", "2020-09-21")
    agreements = catalog.load("agreements")
    assert "A22" not in set(dip.in_force_on(agreements, pd.Timestamp(2020, 9, 20).date())["agreement_id"])
    assert "A22" in set(dip.in_force_on(agreements, pd.Timestamp(2020, 9, 21).date())["agreement_id"])


@pytest.mark.parametrize(
    "name", ["visits", "trilateral_summits", "icc_chronology", "prime_ministers_mongolia", "agreements"]
)
def test_diplomacy_22_general_knowledge_is_never_high_confidence(name: str) -> None:
    """A detail without a source is marked in the note and lowers the confidence of the row."""
    frame = catalog.load(name)
    unsourced = frame[frame["note"].fillna("").str.lower().str.contains("general knowledge")]
    assert (unsourced["confidence"] != "high").all()
    if name != "agreements":
        assert not unsourced.empty


def test_diplomacy_23_an_open_term_ends_with_the_material() -> None:
    """An empty end is "in office when last seen"; Putin's terms and his years as prime minister differ."""
    ours, theirs = catalog.load("presidents_mongolia"), catalog.load("presidents_russia")
    assert ours.loc[ours["end"].isna(), "name"].tolist() == ["Ukhnaagiin Khurelsukh"]
    assert "last seen" in catalog.describe("presidents_mongolia").description
    assert (theirs["name"] == "Vladimir Putin").sum() == 3
    day = pd.Timestamp(2026, 2, 28).date()
    strict = dip.overlap_days(ours, theirs, "Vladimir Putin", day)
    wide = dip.overlap_days(ours, theirs, "Vladimir Putin", day, premiership=True)
    extra = wide.set_index("president")["days"] - strict.set_index("president")["days"]
    assert extra["Tsakhiagiin Elbegdorj"] == (pd.Timestamp(2012, 5, 7) - pd.Timestamp(2009, 6, 18)).days
    assert extra["Ukhnaagiin Khurelsukh"] == 0


def test_diplomacy_24_bracketed_titles_are_descriptions() -> None:
    """A title opens and closes its bracket or has none; the dictionary says what brackets mean."""
    titles = catalog.load("sources")["title"]
    bracketed = titles.str.startswith("[")
    assert bracketed.sum() > 100
    assert titles[bracketed].str.contains("]", regex=False).all()
    about = catalog.describe("sources").fields.set_index("name").loc["title", "description"]
    assert "[square brackets]" in about


def test_diplomacy_25_dates_of_unfinished_projects_disagree() -> None:
    """Every year announced for the refinery is kept as a figure, the others in the notes."""
    facts = catalog.load("project_facts")
    start = facts[facts["conflict_group"] == "refinery start"]
    assert set(start["value"]) == {2022, 2025, 2026, 2027, 2028}
    egiin = by_id("projects", "project_id", "egiin-gol")["note"]
    assert re.search(r"middle of 2026.*November 2026", egiin)
    assert re.search(r"2027.*2028", by_id("projects", "project_id", "gs-gm")["note"])


def test_diplomacy_26_mongolia_is_no_undisputed_party_of_the_memorandum() -> None:
    """The pipeline memorandum of 2025 has two parties and one disputed one."""
    row = by_id("agreements", "agreement_id", "A39")
    assert row["parties"] == "CHN;RUS"
    assert row["parties_disputed"] == "MNG"
    pairs = dip.by_pair(catalog.load("agreements"))
    assert pairs.loc[pairs["agreement_id"] == "A39", "partner"].tolist() == [""]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("visits", "date_start"),
        ("agreements", "date_signed"),
        ("icc_chronology", "date"),
        ("partnerships", "date"),
    ],
)
def test_diplomacy_27_precision_is_the_precision_of_the_text(name: str, column: str) -> None:
    """A year is never widened to 1 January, and the column precision says what the text says."""
    frame = catalog.load(name)
    frame = frame[frame[column].notna()]
    assert [dip.parse_date(text).precision for text in frame[column]] == frame["precision"].tolist()


def test_diplomacy_28_no_visit_to_kazan() -> None:
    """The invitation of 2024 was accepted; presence was not reported, so there is no row."""
    visits = catalog.load("visits")
    assert not visits["place"].fillna("").str.contains("Kazan").any()
    assert "Kazan" in by_id("visits", "visit_id", "V101")["note"]


def test_diplomacy_29_three_measures_three_messages() -> None:
    """2021-2022: ideal points meet, identical votes fall, the rank hardly moves: none replaces another."""
    points = dip.ideal_distance(catalog.load("unga_ideal_points"), "MNG", "RUS").set_index("year")
    assert points.loc[2021, "distance"] == pytest.approx(0.50, abs=0.005)
    assert points.loc[2022, "distance"] < 0.005
    shares = dip.agreement_by_year(catalog.load("unga_agreement_yearly"), "RUS").set_index("year")
    assert (
        shares.loc[2019, "identical_pct"]
        > shares.loc[2021, "identical_pct"]
        > shares.loc[2023, "identical_pct"]
    )
    ranks = dip.rank_by_period(catalog.load("unga_agreement_rank"), "RUS").set_index("period")["rank"]
    assert ranks[["2015-2019", "2020-2021", "2022-2023"]].tolist() == [153, 148, 146]


def test_diplomacy_30_the_visits_are_those_found() -> None:
    """The description says that the list is not complete; early presidents have few rows with Russia."""
    assert "not all visits" in catalog.describe("visits").description
    to_russia = dip.prepare(catalog.load("visits")).query("host_country == 'RUS'")
    years = to_russia.groupby("visitor")["year"].apply(list)
    assert years["Natsagiin Bagabandi"] == [2005]
    assert years["Punsalmaagiin Ochirbat"] == [1993, 1995]


def test_diplomacy_31_no_measure_of_the_assembly_was_found() -> None:
    """The chronology ends with what was seen and says that silence is not proof."""
    events = catalog.load("icc_chronology")
    assert len(events) == 21
    assert events["date"].is_monotonic_increasing
    last = events.iloc[-1]
    assert last["date"] == "2025-12-03"
    assert "No measure" in last["note"]
    assert "not evidence" in catalog.describe("icc_chronology").description


def test_kazakhstan_voted_no_seven_times() -> None:
    """Neutrality is not the only answer of a small neighbour: 7 no and 5 abstentions in 13 votes."""
    votes = catalog.load("un_votes")
    regular = votes[(votes["session"] == "regular") & (votes["date"] < "2024")]
    assert regular["vote_id"].nunique() == REGULAR_TO_2023
    counts = dip.vote_counts(regular).set_index("country").loc["KAZ"]
    assert (counts["no"], counts["abstained"], counts["absent"]) == (7, 5, 1)


def test_every_trap_has_its_test() -> None:
    """Traps named in the package and tests named after traps are the same set."""
    named = {int(name.split("_")[2]) for name in globals() if re.match(r"test_diplomacy_\d+_", name)}
    package = catalog.default.package
    traps = {
        int(trap.split("-")[1])
        for resource in package.resources
        for trap in resource.traps
        if trap.startswith("DIPLOMACY-")
    }
    assert traps <= named
    assert named == set(range(1, max(named) + 1))
