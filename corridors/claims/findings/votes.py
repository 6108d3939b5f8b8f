"""Claims on votes in the General Assembly and on the International Criminal Court."""

from __future__ import annotations

from typing import Final

import pandas as pd

from corridors.claims.lookup import (
    DIPLOMAT,
    NIAS,
    counted,
    last_full_year,
    listed,
    num,
    one,
    published,
    value_of,
    words,
)
from corridors.claims.registry import Load, conclude, settles
from corridors.claims.rules import (
    Evidence,
    Finding,
    Judgement,
    Reading,
    all_hold,
    beyond_data,
    by_readings,
    qualified,
)
from corridors.diplomacy import agreement_by_year, parse_date, rank_by_period, vote_counts

WARRANT: Final = "I04"
LANDING: Final = "I10"


def _votes_until(load: Load, source_id: str) -> pd.DataFrame:
    """Votes on Ukraine up to the appearance of a text, procedural ones left out."""
    frame = load("un_votes")
    return frame[
        (frame["date"].astype(str) <= str(published(load, source_id))) & ~frame["procedural"].astype(bool)
    ]


def _ballots(load: Load, source_id: str) -> pd.Series[int]:
    """How Mongolia voted: yes, no, abstained, absent, not_seen, votes."""
    return one(vote_counts(_votes_until(load, source_id)), country="MNG")


def _spread(ballots: pd.Series[int]) -> str:
    return (
        f"{ballots['abstained']} abstentions, {ballots['yes']} yes, {ballots['no']} no, "
        f"{ballots['absent']} absences, "
        f"{ballots['not_seen']} not seen"
    )


@settles("NIAS-43")
def neutral_on_ukraine(load: Load) -> Finding:
    """Mongolia tried to stay neutral over Ukraine and took no side."""
    ballots = _ballots(load, NIAS)
    all_votes = one(vote_counts(load("un_votes")), country="MNG")
    frame = _votes_until(load, NIAS)
    since = frame[(frame["date"].astype(str) >= "2022-02-24") & (frame["country"] == "MNG")]
    sides = int(since["vote"].isin(["Y", "N"]).sum())
    readings = (
        Reading("no vote for or against since the invasion of 2022",
                f"{counted(sides, 'such vote')} of {len(since)}", sides == 0),
        Reading(
            "no vote for or against since 2014", _spread(ballots), int(ballots["yes"] + ballots["no"]) == 0,
        ),
    )  # fmt: skip
    judgement = by_readings(readings)
    if int(ballots["not_seen"]):
        judgement = qualified(
            judgement, f"the vote of Mongolia was not seen in {ballots['not_seen']} of the votes"
        )
    return conclude(
        "NIAS-43", judgement, claimed="no side", found=_spread(ballots),
        statement=f"Of {ballots['votes']} votes on Ukraine from 2014 to the text, Mongolia's are: "
        f"{_spread(ballots)}. "
        f"To the horizon of the table, {all_votes['votes']} votes: {_spread(all_votes)}.",
        evidence=(Evidence("un_votes", "MNG, votes that are not procedural", "how Mongolia voted"),),
        readings=readings, value=float(ballots["abstained"]), unit="1",
    )  # fmt: skip


@settles("DIP-41")
def government_silent(load: Load) -> Finding:
    """The government has refrained from speaking out against Putin or the war."""
    ballots = _ballots(load, DIPLOMAT)
    judgement = all_hold([("no vote against Russia", int(ballots["yes"]) == 0)])
    judgement = qualified(
        judgement, "votes are not statements; the joint declaration with France of May 2023 voiced concern"
    )
    return conclude(
        "DIP-41", judgement, claimed="no word against", found=_spread(ballots),
        statement=f"In {ballots['votes']} votes on Ukraine up to the article Mongolia's are: "
        f"{_spread(ballots)}. The "
        "joint declaration with France of May 2023 voices concern at strikes on civilian infrastructure.",
        evidence=(Evidence("un_votes", "MNG, votes that are not procedural", "how Mongolia voted"),),
        value=float(ballots["yes"]), unit="1",
    )  # fmt: skip


@settles("NIAS-27")
def isolation_of_russia(load: Load) -> Finding:
    """The visit came amid a growing isolation of Russia."""
    frame = load("un_votes").drop_duplicates("vote_id")
    frame = frame[frame["official_yes"].notna() & ~frame["procedural"].astype(bool)]
    frame = frame.assign(day=frame["date"].astype(str)).sort_values("day")
    until = str(published(load, NIAS))
    before = frame[frame["day"] < "2022-02-24"]
    since = frame[(frame["day"] >= "2022-02-24") & (frame["day"] <= until)]
    base = int(before["official_yes"].max())
    peak = since.sort_values("official_yes", kind="stable").iloc[-1]
    last = since.iloc[-1]
    readings = (
        Reading(
            "more states against Russia than before 2022", f"at most {peak['official_yes']} against {base}",
            int(peak["official_yes"]) > base,
        ),
        Reading(
            "still growing at the time of the visit",
            f"{last['official_yes']} in {words(str(last['day'])[:7])}, peak {peak['official_yes']}",
            int(last["official_yes"]) >= int(peak["official_yes"]),
        ),
    )  # fmt: skip
    return conclude(
        "NIAS-27", by_readings(readings), claimed="growing", found=readings[1].answer,
        statement=f"States that voted for resolutions against Russia: {base} in 2014, at most "
        f"{peak['official_yes']} "
        f"({words(str(peak['day']))}), {last['official_yes']} in the last vote before the visit "
        f"({words(str(last['day']))}). The resolutions differ in matter, and votes are one measure of "
        "isolation only.",
        evidence=(
            Evidence(
                "un_votes", f"{', '.join(before['vote_id'])}; {', '.join(since['vote_id'])}",
                "official yes votes",
            ),
        ),
        readings=readings, value=float(last["official_yes"]), unit="1",
    )  # fmt: skip


@settles("NIAS-26")
def leverage(load: Load) -> Finding:
    """Its ventures give Russia leverage over Mongolia."""
    yearly = agreement_by_year(load("unga_agreement_yearly"), "RUS", thin="drop").set_index("year")
    last = last_full_year(load, NIAS)
    first = 2019
    share = [num(yearly.loc[year, "identical_pct"]) for year in (first, last)]
    ranks = rank_by_period(load("unga_agreement_rank"), "RUS")
    early, late = ranks[ranks["period"] == "2015-2019"].iloc[0], ranks.iloc[-1]
    fuel = value_of(one(load("petroleum_facts"), id="petroleum-020"))
    return conclude(
        "NIAS-26",
        beyond_data("cause", "dependence is a capacity; whether it is used, votes alone cannot tell"),
        claimed="leverage", found=f"{share[0]:.0f} to {share[1]:.0f} per cent identical votes",
        statement=f"Russia sold {fuel:.0f} per cent of the petrol imported in 2024. Identical votes with "
        "Russia in the "
        f"General Assembly went from {share[0]:.1f} per cent in {first} to {share[1]:.1f} per cent in "
        f"{last}; its rank "
        f"among all states from {early['rank']} of {early['n_countries']} ({early['period']}) to "
        f"{late['rank']} of "
        f"{late['n_countries']} ({late['period']}). The votes moved "
        f"{'towards' if share[1] > share[0] else 'away from'} "
        "Russia.",
        evidence=(
            Evidence("unga_agreement_yearly", f"RUS, {first} and {last}", "identical votes"),
            Evidence("unga_agreement_rank", f"RUS, {early['period']} and {late['period']}", "rank"),
            Evidence("petroleum_facts", "petroleum-020", "share of Russia"),
        ),
        value=share[1], unit="per cent",
    )  # fmt: skip


@settles("DIP-50")
def same_ties_as_predecessors(load: Load) -> Finding:
    """Khurelsukh continues the strong ties of all his predecessors."""
    yearly = agreement_by_year(load("unga_agreement_yearly"), "RUS", thin="drop").set_index("year")
    start = parse_date(str(one(load("presidents_mongolia"), name="Ukhnaagiin Khurelsukh")["start"])).year
    last = last_full_year(load, DIPLOMAT)
    share = [num(yearly.loc[year, "identical_pct"]) for year in (start, last)]
    late = rank_by_period(load("unga_agreement_rank"), "RUS").tail(2)
    ranks = [f"{row['rank']} ({row['period']})" for _, row in late.iterrows()]
    return conclude(
        "DIP-50", beyond_data("opinion", "what counts as strong ties is for the reader"),
        claimed="continuity", found=f"{share[0]:.1f} to {share[1]:.1f} per cent identical votes",
        statement=f"Under him identical votes with Russia went from {share[0]:.1f} per cent ({start}) to "
        f"{share[1]:.1f} per cent ({last}), while Russia's rank among all states was {listed(ranks)}.",
        evidence=(
            Evidence("unga_agreement_yearly", f"RUS, {start} and {last}", "identical votes"),
            Evidence("unga_agreement_rank", f"RUS, {listed(late['period'])}", "rank"),
            Evidence("presidents_mongolia", "Ukhnaagiin Khurelsukh", "term of office"),
        ),
        value=share[1], unit="per cent",
    )  # fmt: skip


def _event(load: Load, event_id: str) -> pd.Series[str]:
    return one(load("icc_chronology"), event_id=event_id)


@settles("NIAS-44")
def first_member_visited(load: Load) -> Finding:
    """It was Putin's first visit to a member of the Court since the warrant."""
    warrant, landing, second = (_event(load, name) for name in (WARRANT, LANDING, "I20"))
    member = _event(load, "I03")
    parts = [
        ("Mongolia was a member", str(member["date"]) < str(landing["date"])),
        ("after the warrant", str(warrant["date"]) < str(landing["date"])),
        ("before the other visit to a member on record", str(landing["date"]) < str(second["date"])),
    ]
    judgement = by_readings(
        [Reading("first by the dates of the chronology", "", all(holds for _, holds in parts))]
    )
    failing = [name for name, holds in parts if not holds]
    judgement = Judgement(judgement.verdict, f"{judgement.rule}; parts that fail: {listed(failing)}")
    judgement = qualified(judgement, "the table lists events on the Court, not every journey of his")
    return conclude(
        "NIAS-44", judgement, claimed="first", found=words(str(landing["date"])),
        statement=f"Warrant {words(str(warrant['date']))}, landing in Ulaanbaatar "
        f"{words(str(landing['date']))}, next "
        f"member on record {words(str(second['date']))} ({second['event']}).",
        evidence=(Evidence("icc_chronology", f"I03, {WARRANT}, {LANDING}, I20", "order of the events"),),
    )  # fmt: skip


@settles("NIAS-45")
def ground_of_the_warrant(load: Load) -> Finding:
    """The warrant is for the illegal deportation of children from Ukraine."""
    row = _event(load, WARRANT)
    text = str(row["event"])
    judgement = all_hold(
        [("a warrant for Putin", "Warrants for Putin" in text), ("deportation", "deportation" in text),
         ("children", "children" in text)]
    )  # fmt: skip
    return conclude(
        "NIAS-45", judgement, claimed="illegal deportation of children", found=text,
        statement=f"{words(str(row['date']))}: {text}.",
        evidence=(Evidence("icc_chronology", WARRANT, "ground of the warrants"),),
    )  # fmt: skip


@settles("NIAS-46")
def not_arrested(load: Load) -> Finding:
    """Mongolia did not arrest him in spite of pressure from the West and Ukraine."""
    call, landing, ruling = (_event(load, name) for name in ("I08", LANDING, "I12"))
    judgement = all_hold(
        [
            ("the duty to arrest was recalled before", "duty to arrest" in str(call["event"])),
            ("he was not arrested", "not arrested" in str(landing["event"])),
            ("the Court found that Mongolia failed to comply", "failed to comply" in str(ruling["event"])),
        ]
    )
    return conclude(
        "NIAS-46", judgement, claimed="no arrest despite pressure", found=str(landing["event"]),
        statement=f"{words(str(call['date']))}: {call['event']}. {words(str(landing['date']))}: "
        f"{landing['event']}. "
        f"{words(str(ruling['date']))}: {ruling['event']}.",
        evidence=(Evidence("icc_chronology", f"I08, {LANDING}, I12", "calls, landing, ruling"),),
    )  # fmt: skip
