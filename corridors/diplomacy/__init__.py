"""Diplomacy: visits, documents, partnerships, votes and terms of office, as functions from frame to frame.

Input frames are those of ``catalog.load`` ("visits", "agreements", "partnerships", "un_votes",
"unga_agreement_yearly", "unga_agreement_rank", "unga_ideal_points", "presidents_mongolia",
"presidents_russia"). Nothing here reads a file or knows how a result is shown.
"""

from __future__ import annotations

from corridors.diplomacy.agreements import LEVEL_RANK, by_pair, count_by_year, in_force_on, partnerships_on
from corridors.diplomacy.anniversaries import (
    anniversary_test,
    ask_several,
    chance_at_least,
    is_jubilee,
    jubilee_years,
)
from corridors.diplomacy.dates import PartialDate, parse_date, span_days
from corridors.diplomacy.effects import (
    PAPERS,
    ahead_of_all,
    before_and_after,
    chance_of_after,
    chance_of_some_cycle,
    compare_cases,
    compare_years,
    leader_years,
    signed_on_visits,
)
from corridors.diplomacy.offices import elections, in_office_on, overlap_days, overlaps_by_definition, span_of
from corridors.diplomacy.visits import answers, count_visits, gaps_between, guests, prepare
from corridors.diplomacy.votes import (
    agreement_by_year,
    ideal_distance,
    rank_by_period,
    same_side,
    vote_counts,
    vote_grid,
)

__all__ = [
    "LEVEL_RANK",
    "PAPERS",
    "PartialDate",
    "agreement_by_year",
    "ahead_of_all",
    "anniversary_test",
    "answers",
    "ask_several",
    "before_and_after",
    "by_pair",
    "chance_at_least",
    "chance_of_after",
    "chance_of_some_cycle",
    "compare_cases",
    "compare_years",
    "count_by_year",
    "count_visits",
    "elections",
    "gaps_between",
    "guests",
    "ideal_distance",
    "in_force_on",
    "in_office_on",
    "is_jubilee",
    "jubilee_years",
    "leader_years",
    "overlap_days",
    "overlaps_by_definition",
    "parse_date",
    "partnerships_on",
    "prepare",
    "rank_by_period",
    "same_side",
    "signed_on_visits",
    "span_days",
    "span_of",
    "vote_counts",
    "vote_grid",
]
