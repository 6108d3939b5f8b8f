"""Votes in the General Assembly: counts, agreement, distance of ideal points and rank.

Three measures with different messages: the share of identical votes, the distance of ideal points and the
rank among all states. None stands in for another.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

VOTES: Final = ("Y", "N", "A", "X")


def vote_grid(votes: pd.DataFrame, *, procedural: bool = False) -> pd.DataFrame:
    """One row a vote, one column a country; a gap (not seen) stays a gap.

    Columns: ``vote_id``, ``date``, ``resolution``, ``title``, ``session``, then the countries in the order
    of the table. Procedural votes only if ``procedural``.
    """
    frame = votes if procedural else votes[~votes["procedural"].astype(bool)]
    head = ["vote_id", "date", "resolution", "title", "session"]
    order = list(dict.fromkeys(frame["country"]))
    wide = frame.pivot(index="vote_id", columns="country", values="vote")[order]
    rows = frame[head].drop_duplicates("vote_id").merge(wide.reset_index(), on="vote_id")
    rows.columns.name = None
    return rows.sort_values(["date", "vote_id"], kind="stable").reset_index(drop=True)


def vote_counts(votes: pd.DataFrame, *, procedural: bool = False) -> pd.DataFrame:
    """Votes by country: ``yes``, ``no``, ``abstained``, ``absent``, ``not_seen`` and all ``votes`` (Int64).

    ``not_seen`` is neither an abstention nor an absence: shares are to be taken of what was seen. Procedural
    votes count only if ``procedural``.
    """
    frame = votes if procedural else votes[~votes["procedural"].astype(bool)]
    rows = []
    for country in dict.fromkeys(frame["country"]):
        cast = frame.loc[frame["country"] == country, "vote"]
        known = [int((cast == vote).sum()) for vote in VOTES]
        rows.append([country, *known, int(cast.isna().sum()), len(cast)])
    columns = ["country", "yes", "no", "abstained", "absent", "not_seen", "votes"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], "Int64"))


def same_side(votes: pd.DataFrame, first: str, second: str, *, procedural: bool = False) -> pd.DataFrame:
    """How often two countries did the same in the listed votes, where both were seen and present.

    One row: ``first``, ``second``, ``shared``, ``identical``, ``opposed`` (yes against no), ``unknown``
    (a vote of one or both not seen), ``identical_pct``. The votes were chosen by subject: the share says
    nothing on other subjects.
    """
    grid = vote_grid(votes, procedural=procedural)
    one, two = grid[first], grid[second]
    unknown = one.isna() | two.isna()
    shared = ~unknown & (one != "X") & (two != "X")
    identical = shared & (one == two)
    opposed = shared & (((one == "Y") & (two == "N")) | ((one == "N") & (two == "Y")))
    count = int(shared.sum())
    row = {
        "first": first,
        "second": second,
        "shared": count,
        "identical": int(identical.sum()),
        "opposed": int(opposed.sum()),
        "unknown": int(unknown.sum()),
        "identical_pct": 100 * int(identical.sum()) / count if count else float("nan"),
    }
    return pd.DataFrame([row]).astype(dict.fromkeys(("shared", "identical", "opposed", "unknown"), "Int64"))


def agreement_by_year(yearly: pd.DataFrame, country: str, *, thin: str = "mark") -> pd.DataFrame:
    """Agreement of Mongolia with ``country`` by year, computed from the counts.

    Columns: ``year``, ``shared_votes``, ``identical_pct``, ``opposed_pct`` (yes against no), ``other_pct``
    (one abstained, the other did not), all per cent of shared votes and adding to 100, and ``thin``.
    ``thin`` = "mark" keeps years with too few votes and marks them, "drop" leaves them out. Raises
    ValueError for another word or a country that is not in the table.
    """
    if thin not in ("mark", "drop"):
        raise ValueError(f"thin is {thin!r}, not 'mark' or 'drop'")
    frame = yearly[yearly["country"] == country].sort_values("year")
    if frame.empty:
        raise ValueError(f"no votes with {country!r}; the table has {sorted(set(yearly['country']))}")
    if thin == "drop":
        frame = frame[~frame["thin"].astype(bool)]
    shared = frame["shared_votes"].astype("float64")
    identical = 100 * frame["identical"].astype("float64") / shared
    opposed = 100 * frame["opposed"].astype("float64") / shared
    return pd.DataFrame(
        {
            "year": frame["year"],
            "shared_votes": frame["shared_votes"],
            "identical_pct": identical,
            "opposed_pct": opposed,
            "other_pct": 100 - identical - opposed,
            "thin": frame["thin"].astype(bool),
        }
    ).reset_index(drop=True)


def ideal_distance(points: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Distance of the ideal points of two countries by year, with the bounds that their intervals leave.

    Columns: ``year``, ``first_point``, ``second_point``, ``distance`` (without sign), ``distance_min`` and
    ``distance_max`` (nearest and farthest pair of values within the two 5-95 per cent intervals) and
    ``intervals_overlap``. The bounds are cautious: they take the two intervals as they are and know nothing
    of the correlation of the two estimates, so they are wider than a 90 per cent interval of the distance.
    Only years that both have.
    """
    columns = ["year", "ideal_point", "lower_5", "upper_95"]
    one = points.loc[points["country"] == first, columns]
    two = points.loc[points["country"] == second, columns]
    both = one.merge(two, on="year", suffixes=("_1", "_2")).sort_values("year").reset_index(drop=True)
    if both.empty:
        raise ValueError(f"no year has ideal points of both {first!r} and {second!r}")
    apart = pd.concat(
        [both["lower_5_1"] - both["upper_95_2"], both["lower_5_2"] - both["upper_95_1"]], axis=1
    )
    far = pd.concat([both["upper_95_1"] - both["lower_5_2"], both["upper_95_2"] - both["lower_5_1"]], axis=1)
    nearest = apart.max(axis=1).clip(lower=0)
    return pd.DataFrame(
        {
            "year": both["year"],
            "first_point": both["ideal_point_1"],
            "second_point": both["ideal_point_2"],
            "distance": (both["ideal_point_1"] - both["ideal_point_2"]).abs(),
            "distance_min": nearest,
            "distance_max": far.max(axis=1),
            "intervals_overlap": nearest == 0,
        }
    )


def rank_by_period(ranks: pd.DataFrame, country: str) -> pd.DataFrame:
    """Rank of ``country`` among all states by agreement with Mongolia, by period.

    Columns: ``period``, ``year_from``, ``year_to``, ``rank`` (1 agrees most), ``n_countries``,
    ``closer_pct`` (per cent of the other states that agree more with Mongolia, so that periods with a
    different number of states can be compared), ``identical_pct``, ``shared_votes``.
    """
    frame = ranks[ranks["country"] == country].sort_values("year_from").reset_index(drop=True)
    if frame.empty:
        raise ValueError(f"no rank of {country!r}")
    others = (frame["n_countries"] - 1).astype("float64")
    frame["closer_pct"] = 100 * (frame["rank"] - 1).astype("float64") / others
    return frame[
        [
            "period",
            "year_from",
            "year_to",
            "rank",
            "n_countries",
            "closer_pct",
            "identical_pct",
            "shared_votes",
        ]
    ]
