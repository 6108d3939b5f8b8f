"""Votes of the General Assembly as its library records them: a file that a person fetches.

The United Nations Digital Library publishes them as a data set (record 4060887, ``..._ga_voting.csv``: a row
a resolution and member, with ms_vote Y yes, N no, A abstention, X non-voting, and the totals). Its terms
forbid automated downloads without approval, so nothing is asked for here: the file is taken from the folder
``by-hand`` of the store, if someone has put it there. It covers adopted resolutions, those of emergency
special sessions included; not procedure, not what failed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Final

from corridors.refresh import files
from corridors.refresh.faults import RefreshError, Skipped
from corridors.refresh.provider import Answer, Desk, Provider, origin
from corridors.refresh.store import Raw, Record
from corridors.refresh.table import Fresh, Newcomer, Row, plain

RECORD: Final = "https://digitallibrary.un.org/record/4060887"
_NAME: Final = re.compile(r"([0-9]{4})_([0-9]{1,2})_([0-9]{1,2})_ga_voting\.csv")
_NEEDED: Final = (
    "ms_code",
    "ms_vote",
    "date",
    "resolution",
    "title",
    "total_yes",
    "total_no",
    "total_abstentions",
)
_TALLY: Final = {"Y": "total_yes", "N": "total_no", "A": "total_abstentions"}
_VOTES: Final = (*_TALLY, "X")
_ID: Final = "un-digital-library-ga-voting"
_PREFIX: Final = "A/RES/"
#: A resolution with this word in its title and later than ours is a candidate for the table.
_SUBJECT: Final = "ukraine"
_NEED: Final = (
    "to enter one, decide whether it belongs to the votes that the book follows, give it an id, and add a "
    "row for each of the seven states to data/diplomacy/un_votes.csv"
)


def _newest(folder: Path) -> tuple[Path, str]:
    """The newest file in the folder and its date. Raises Skipped if there is none."""
    found = {
        f"{fits[1]}-{int(fits[2]):02}-{int(fits[3]):02}": path
        for path in folder.glob("*_ga_voting.csv")
        if (fits := _NAME.fullmatch(path.name))
    }
    if not found:
        raise Skipped(
            "by-hand",
            f"the terms of the library forbid automated downloads: fetch the newest ..._ga_voting.csv from "
            f"{RECORD} and put it into {folder}",
        )
    day = max(found)
    return found[day], day


def _raw(desk: Desk, path: Path, day: str) -> Raw:
    record = Record(
        source="undl", name="ga_voting", method="by hand", address=RECORD, file=path.name,
        sha256=files.sha256(path), bytes=path.stat().st_size, last_modified=day,
        retrieved=desk.settings.now().replace(microsecond=0).isoformat(),
    )  # fmt: skip
    return Raw(path, record)


def _whole(text: str, place: str) -> int:
    """A count, which the library writes as 2 or as 2.0."""
    value = plain(text or "nothing")
    if not value.isdigit():
        raise RefreshError("not-a-number", f"{text!r} is no count", place=place)
    return int(value)


def _require_tally(symbol: str, votes: Counter[str], row: Row) -> None:
    """The votes of the members must make the totals of the resolution."""
    for vote, column in _TALLY.items():
        told = _whole(row[column], symbol)
        if votes[vote] != told:
            problem = f"{votes[vote]} members voted {vote}, {column} is {told}"
            raise RefreshError("totals", problem, place=symbol)


def ask(desk: Desk) -> Answer:
    """Compare our votes and tallies with the library's file."""
    path, day = _newest(desk.settings.store / "by-hand")
    raw = _raw(desk, path, day)
    table = desk.current("un_votes")
    ours = {_PREFIX + row["resolution"]: row for row in table.rows if row["resolution"]}
    latest = max(row["date"] for row in table.rows)
    votes: defaultdict[str, dict[str, str]] = defaultdict(dict)
    heads: dict[str, Row] = {}
    others: dict[str, Newcomer] = {}
    for row in raw.each(_NEEDED):
        symbol = row["resolution"].strip()
        if symbol in ours:
            if row["ms_vote"] not in _VOTES:
                raise RefreshError("unknown-word", f"'{row['ms_vote']}' is no vote", place=symbol)
            if row["ms_code"] in votes[symbol]:
                raise RefreshError("duplicate", f"{row['ms_code']} votes twice", place=symbol)
            votes[symbol][row["ms_code"]] = row["ms_vote"]
            heads[symbol] = row
        elif row["date"] > latest and _SUBJECT in row["title"].casefold():
            tally = ", ".join(f"{row[column]} {vote}" for vote, column in _TALLY.items())
            title = row["title"].partition(" : ")[0]
            others[symbol] = Newcomer("un_votes", symbol, title, details=f"{row['date']}; {tally}")
    if not heads:
        raise RefreshError("unknown-label", f"no row is on one of our resolutions, {min(ours)} and others")
    for symbol, head in heads.items():
        if head["date"] != ours[symbol]["date"]:
            problem = f"the vote was on {head['date']}, on {ours[symbol]['date']} in our table"
            raise RefreshError("unknown-label", problem, place=symbol)
        _require_tally(symbol, Counter(votes[symbol].values()), head)
    rows = [_row(row, votes[symbol], heads[symbol]) for row in table.rows
            if (symbol := _PREFIX + row["resolution"]) in heads]  # fmt: skip
    source = origin(
        raw, id=_ID, title=f"General Assembly voting data ({path.name})",
        publisher="United Nations Dag Hammarskjöld Library", date=day,
        licence="Copyright United Nations; non-commercial use with attribution",
    )  # fmt: skip
    lost = sorted(set(ours) - set(heads))
    notes = [f"not in the file of {day} (left as they are): {', '.join(lost)}"] if lost else []
    fresh = Fresh(
        "un_votes", tuple(rows), source, complete=False, notes=tuple(notes),
        newcomers=tuple(others.values()), newcomers_need=_NEED,
        named=lambda row: ";".join(dict.fromkeys((*row["source_ids"].split(";"), _ID))),
    )  # fmt: skip
    return Answer(fresh=(fresh,))


def _row(row: Row, votes: dict[str, str], head: Row) -> Row:
    """Tally and vote as the library has them; how a vote is known changes only where the vote does."""
    fresh: Row = {"vote_id": row["vote_id"], "country": row["country"]}
    for ours, theirs in (("yes", "yes"), ("no", "no"), ("abstain", "abstentions")):
        fresh[f"official_{ours}"] = str(_whole(head[f"total_{theirs}"], head["resolution"]))
    vote = votes.get(row["country"])
    if vote is not None and vote != row["vote"]:
        fresh |= {"vote": vote, "how_known": "official record", "quality": "official", "confidence": "high"}
    return fresh


PROVIDER: Final = Provider(
    "undl",
    "United Nations Digital Library, votes (a file fetched by hand)",
    ("un_votes",),
    "non-commercial use with attribution; automated downloads are not permitted, so none is made",
    "the library's description of the data set",
    ask,
)
