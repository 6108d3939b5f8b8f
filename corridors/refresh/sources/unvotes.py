"""Votes of the United Nations General Assembly: how often Mongolia and others voted alike, year by year.

The file has a row a roll call and a column a state: 1 yes, 2 abstained, 3 no, 8 absent, 9 no member. Computed
as our table describes: a vote is shared if both voted yes, no or abstained; a step (yes against abstention,
or abstention against no) counts one half in the scaled agreement; a year is thin with fewer than 40 votes
that Mongolia and Russia share.

The ranks by period are those of the states and periods that our table has: which states are ranked, and where
a period ends, is our choice, so that roll calls after the last period are reported and not ranked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from corridors.refresh.faults import RefreshError
from corridors.refresh.provider import Answer, Desk, Provider, origin
from corridors.refresh.store import Request
from corridors.refresh.table import Fresh, Row, Table, plain

_MONGOLIA: Final = "MNG"
_RUSSIA: Final = "RUS"
_VOTES: Final = {"1": 1, "2": 2, "3": 3}
_ABSENT: Final = ("8", "9", "")
_FIRST_YEAR: Final = "1990"
_THIN: Final = 40


def _pairs(rows: list[Row], country: str, place: str) -> list[tuple[int, int]]:
    """The votes of Mongolia and a state in the roll calls that they share."""
    found = []
    for row in rows:
        for cell in (row[_MONGOLIA], row[country]):
            if cell not in _VOTES and cell not in _ABSENT:
                problem = f"'{cell}' is no vote (roll call {row['rcid']})"
                raise RefreshError("unknown-word", problem, place=place)
        if row[_MONGOLIA] in _VOTES and row[country] in _VOTES:
            found.append((_VOTES[row[_MONGOLIA]], _VOTES[row[country]]))
    return found


def _share(part: Decimal, whole: int) -> str:
    return plain(part * 100 / whole, places=2)


def _agreement(year: str, rows: list[Row], country: str, thin: bool, place: str) -> Row | None:
    pairs = _pairs(rows, country, place)
    if not pairs:
        return None
    steps = [abs(one - two) for one, two in pairs]
    alike, shared = steps.count(0), len(pairs)
    return {
        "year": year, "country": country, "roll_calls": str(len(rows)), "shared_votes": str(shared),
        "identical": str(alike), "identical_pct": _share(Decimal(alike), shared),
        "scaled_pct": _share(alike + Decimal(steps.count(1)) / 2, shared),
        "opposed": str(steps.count(2)), "thin": "true" if thin else "false",
    }  # fmt: skip


def _ranks(table: Table, by_year: Mapping[str, list[Row]], place: str) -> list[Row]:
    """States by agreement with Mongolia, period by period; of equals the one that led so far leads."""
    periods: dict[str, list[Row]] = {}
    for row in table.rows:
        periods.setdefault(row["period"], []).append(row)
    found: list[Row] = []
    for period, ours in periods.items():
        first, last = ours[0]["year_from"], ours[0]["year_to"]
        calls = [call for year, these in by_year.items() if first <= year <= last for call in these]
        counted: list[tuple[Decimal, int, Row]] = []
        for row in ours:
            agreed = _agreement(period, calls, row["country"], False, place)
            if agreed is not None:
                kept = {name: agreed[name] for name in ("shared_votes", "identical_pct", "scaled_pct")}
                fresh: Row = {"period": period, "country": row["country"]} | kept
                counted.append((-Decimal(agreed["identical_pct"]), int(row["rank"]), fresh))
        counted.sort(key=lambda entry: entry[:2])
        found += [
            fresh | {"rank": str(rank), "n_countries": str(len(counted))}
            for rank, (_, _, fresh) in enumerate(counted, start=1)
        ]
    return found


def ask(desk: Desk) -> Answer:
    """Ask for all roll calls and count those of the states that our tables have."""
    url = f"{desk.settings.address('unvotes')}/docs/static/ungaVoting_003.csv"
    raw = desk.fetch(Request("unvotes", "roll-calls", url, suffix=".csv"))
    countries = sorted({row["country"] for row in desk.current("unga_agreement_yearly").rows})
    by_year: defaultdict[str, list[Row]] = defaultdict(list)
    seen: set[str] = set()
    ranked_states = {row["country"] for row in desk.current("unga_agreement_rank").rows}
    for row in raw.each(("rcid", "date", _MONGOLIA, *countries, *sorted(ranked_states - set(countries)))):
        if row["rcid"] in seen:
            raise RefreshError("duplicate", f"the roll call {row['rcid']} stands twice", place=url)
        seen.add(row["rcid"])
        if row["date"][:4] >= _FIRST_YEAR:
            by_year[row["date"][:4]].append(row)
    rows: list[Row] = []
    for year, calls in sorted(by_year.items()):
        thin = len(_pairs(calls, _RUSSIA, url)) < _THIN
        agreed = (_agreement(year, calls, country, thin, url) for country in countries)
        rows += [row for row in agreed if row is not None]
    ranks = _ranks(desk.current("unga_agreement_rank"), by_year, url)
    last = max(row["year_to"] for row in desk.current("unga_agreement_rank").rows)
    later = sorted(year for year in by_year if year > last)
    notes = (f"roll calls of {', '.join(later)} are in no period yet: a new one is entered by hand",)
    source = origin(
        raw, id="unga-roll-calls-live", title="Mapping-UNGA-Voting-Alliances, docs/static/ungaVoting_003.csv",
        author="Pigeon-Effect (repository); votes after Erik Voeten", publisher="GitHub",
        licence="licence not stated",
        note="Roll calls of regular sessions; emergency special sessions absent",
    )  # fmt: skip
    fresh = Fresh(
        "unga_agreement_yearly", tuple(rows), source, measured=("shared_votes", "identical_pct"), jump=50.0
    )
    ranked = Fresh(
        "unga_agreement_rank", tuple(ranks), source, measured=("shared_votes", "identical_pct"), jump=50.0,
        notes=notes if later else (),
    )  # fmt: skip
    return Answer(fresh=(fresh, ranked))


PROVIDER: Final = Provider(
    "unvotes",
    "Votes of the United Nations General Assembly",
    ("unga_agreement_yearly", "unga_agreement_rank"),
    "licence not stated; figures computed from the votes, with attribution",
    "a copy of the file",
    ask,
)
