"""Visits beside documents and trade: what coincides, counted exactly and without a claim on causes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any, Final

import pandas as pd

from corridors.diplomacy.anniversaries import chance_at_least
from corridors.diplomacy.dates import parse_date

#: Papers that parties sign; companies, contracts, decisions and statements are steps of another kind.
PAPERS: Final = ("treaty", "agreement", "declaration", "memorandum", "programme")

#: An exact test by listing every arrangement becomes slow beyond this.
MOST_ARRANGEMENTS: Final = 400_000


def chance_of_some_cycle(years: Iterable[int], window: tuple[int, int], step: int = 5) -> pd.DataFrame:
    """How likely the years pile up as much as they do in *some* cycle of ``step`` years, whichever.

    Any event begins a cycle of jubilees every ``step`` years, so an event chosen after looking at the visits
    is a choice among ``step`` cycles. The probability counts them all: years are drawn from the window
    without repetition, each set equally likely, and it is asked how often one cycle holds as many as
    the fullest one does here.

    One row: ``visits``, ``fullest`` (visits in the fullest cycle), ``cycle`` (its years modulo ``step``),
    ``window_years`` and ``probability``. Raises ValueError if years repeat or lie outside the window, or if
    two cycles could be as full at once (then the chances would be counted twice).
    """
    drawn = sorted(years)
    first, last = window
    if not drawn or len(set(drawn)) < len(drawn) or not (first <= drawn[0] and drawn[-1] <= last):
        raise ValueError(f"the years must differ and lie within {first}-{last}: {drawn}")
    held = [sum(year % step == cycle for year in drawn) for cycle in range(step)]
    fullest = max(held)
    if 2 * fullest <= len(drawn):
        raise ValueError(f"no cycle holds more than half of the {len(drawn)} visits")
    total = last - first + 1
    ways = 0
    for cycle in range(step):
        size = sum(year % step == cycle for year in range(first, last + 1))
        most = min(size, len(drawn))
        ways += sum(comb(size, k) * comb(total - size, len(drawn) - k) for k in range(fullest, most + 1))
    row = {
        "visits": len(drawn), "fullest": fullest, "cycle": held.index(fullest), "window_years": total,
        "probability": float(Fraction(ways, comb(total, len(drawn)))),
    }  # fmt: skip
    return pd.DataFrame([row])


def _last_day(visit: pd.Series[Any]) -> pd.Timestamp:
    """The last day of a visit; its first where no end is known to the day."""
    start = visit["earliest"]
    if pd.isna(visit["date_end"]):
        return pd.Timestamp(start)
    end = parse_date(str(visit["date_end"]))
    return pd.Timestamp(end.earliest) if end.precision == "day" else pd.Timestamp(start)


def signed_on_visits(documents: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """Each document known to the day with the visit during which it was signed.

    ``documents`` comes from ``by_pair`` and ``visits`` from ``prepare``, both cut to what is compared.
    Columns: ``agreement_id``, ``date_signed``, ``title``, ``agreement_type``, ``visit_id``, ``visitor``,
    ``office_class``, ``direction`` and ``visit_type`` (missing without a visit on that day), by date.
    Where several visits cover the day the highest office counts, in the order head of state, head of
    government, others.
    """
    rank = {"head of state": 0, "head of government": 1}
    known = visits[visits["precision"] == "day"].assign(
        last=lambda frame: frame.apply(_last_day, axis=1),
        order=lambda frame: frame["office_class"].map(rank).fillna(2),
    )
    keep = ["visit_id", "visitor", "office_class", "direction", "visit_type"]
    rows = []
    for _, paper in documents[documents["precision"] == "day"].iterrows():
        day = paper["earliest"]
        during = known[(known["earliest"] <= day) & (day <= known["last"])].sort_values(
            "order", kind="stable"
        )
        head = {name: paper[name] for name in ("agreement_id", "date_signed", "title", "agreement_type")}
        found = {name: during.iloc[0][name] if len(during) else None for name in keep}
        rows.append(head | found)
    columns = ["agreement_id", "date_signed", "title", "agreement_type", *keep]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["date_signed", "agreement_id"], kind="stable", ignore_index=True)


def before_and_after(documents: pd.DataFrame, visits: pd.DataFrame, *, days: int) -> pd.DataFrame:
    """Documents signed in the ``days`` before each visit, on it, and in the ``days`` after it.

    Inputs as in :func:`signed_on_visits`. Columns: ``visit_id``, ``visitor``, ``date_start``, ``before``,
    ``during``, ``after`` (Int64). A document near two visits is counted at each.
    """
    dated = documents.loc[documents["precision"] == "day", "earliest"]
    span = pd.Timedelta(days=days)
    rows = []
    for _, visit in visits[visits["precision"] == "day"].iterrows():
        first, last = visit["earliest"], _last_day(visit)
        rows.append(
            {
                "visit_id": visit["visit_id"],
                "visitor": visit["visitor"],
                "date_start": visit["date_start"],
                "before": int(((dated < first) & (dated >= first - span)).sum()),
                "during": int(((dated >= first) & (dated <= last)).sum()),
                "after": int(((dated > last) & (dated <= last + span)).sum()),
            }
        )
    columns = ["visit_id", "visitor", "date_start", "before", "during", "after"]
    counts = dict.fromkeys(("before", "during", "after"), "Int64")
    return pd.DataFrame(rows, columns=columns).astype(counts)


def chance_of_after(before: int, after: int) -> float:
    """Chance that as many documents or more fall after a visit, if each falls before or after alike.

    Exact (binomial with one half), documents taken as independent of each other. Raises ValueError if there
    is none.
    """
    if before + after == 0:
        raise ValueError("no document before or after: there is nothing to test")
    return float(chance_at_least(after, before + after, Fraction(1, 2)))


def ahead_of_all(grown: pd.DataFrame, partner: str, world: str = "World") -> pd.DataFrame:
    """Growth of the trade with a partner less that of all trade, in percentage points: year, points.

    Takes the frame of ``trade.growth`` (year, partner, growth_pct). Years that lack one of the two are left
    out.
    """
    wide = grown.pivot(index="year", columns="partner", values="growth_pct")
    return (wide[partner] - wide[world]).dropna().rename("points").reset_index()


def compare_years(values: pd.DataFrame, years: Sequence[int], value: str) -> pd.DataFrame:
    """Mean of ``value`` in the named years against the other years, with an exact permutation test.

    ``values`` has one row a year. Every way of choosing as many years from all of them is listed; the
    probability is the share of those whose difference of means is, without regard to sign, at least
    as large as the one seen. It supposes that every year is as likely to be one of a visit as another, and
    that years do not hang together, which booms and slumps do.

    One row: ``years`` (text), ``n`` and ``of`` (years compared), ``mean_in``, ``mean_other``, ``difference``,
    ``arrangements``, ``probability``. Raises ValueError if a named year is missing, if a year repeats, if
    nothing is left to compare with, or if there are too many arrangements.
    """
    series = values.set_index("year")[value].astype("float64").dropna()
    wanted = sorted(set(years))
    absent = [year for year in wanted if year not in series.index]
    if absent or series.index.has_duplicates or not 0 < len(wanted) < len(series):
        raise ValueError(f"years to compare {wanted} in {sorted(series.index)}: missing {absent}")
    arrangements = comb(len(series), len(wanted))
    if arrangements > MOST_ARRANGEMENTS:
        raise ValueError(f"{arrangements:,} arrangements are too many to list")
    total, count, n = float(series.sum()), len(series), len(wanted)

    def difference(inside: float) -> float:
        return inside / n - (total - inside) / (count - n)

    seen = difference(float(series.loc[wanted].sum()))
    # A hair of tolerance, so that the arrangement seen counts itself whatever the order of the sum.
    least = abs(seen) * (1 - 1e-9)
    as_large = sum(abs(difference(sum(chosen))) >= least for chosen in combinations(series.tolist(), n))
    row = {
        "years": ", ".join(map(str, wanted)),
        "n": n,
        "of": count,
        "mean_in": float(series.loc[wanted].mean()),
        "mean_other": float(series.drop(wanted).mean()),
        "difference": seen,
        "arrangements": arrangements,
        "probability": as_large / arrangements,
    }
    return pd.DataFrame([row])


def leader_years(visits: pd.DataFrame, since: int) -> dict[str, list[int]]:
    """Years from ``since`` on in which a head of state or government came to Mongolia, by country.

    ``visits`` comes from ``prepare`` with a column ``country`` added. Each year is named once, in order.
    """
    came = visits[
        (visits["direction"] == "to Mongolia")
        & visits["office_class"].isin(["head of state", "head of government"])
        & (visits["year"] >= since)
    ]
    return {str(who): sorted(set(frame["year"].astype(int))) for who, frame in came.groupby("country")}


def compare_cases(
    values: Mapping[str, pd.DataFrame], cases: Sequence[tuple[str, str, Sequence[int]]], value: str
) -> pd.DataFrame:
    """:func:`compare_years` for several cases, one row each, in their order.

    ``values`` holds a frame by partner, ``cases`` are partner, words for the years, and the years. Adds to
    the columns of :func:`compare_years` the columns ``trade`` (partner), ``when`` (words) and ``percent``
    (probability in per cent). Raises KeyError for a partner without a frame.
    """
    rows = [
        compare_years(values[partner], years, value).assign(trade=partner, when=words)
        for partner, words, years in cases
    ]
    return pd.concat(rows, ignore_index=True).assign(percent=lambda frame: 100 * frame["probability"])
