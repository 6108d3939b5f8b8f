"""Do visits fall on anniversaries more often than chance would have it? Exact, with its assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import comb
from typing import Any

import pandas as pd


def is_jubilee(year: int, event_year: int, step: int = 5) -> bool:
    """Whether ``year`` is a whole number of ``step`` years, at least one, after ``event_year``."""
    return year > event_year and (year - event_year) % step == 0


def jubilee_years(event_years: Iterable[int], window: tuple[int, int], step: int = 5) -> tuple[int, ...]:
    """The years of ``window`` (first and last included) that are a jubilee of any of the events."""
    events = tuple(event_years)
    return tuple(
        year
        for year in range(window[0], window[1] + 1)
        if any(is_jubilee(year, event, step) for event in events)
    )


def chance_at_least(hits: int, trials: int, share: Fraction) -> Fraction:
    """Probability of ``hits`` or more successes in ``trials`` independent trials, exact (binomial).

    ``share`` is the chance of one trial. Raises ValueError for numbers that make no sense.
    """
    if not 0 <= hits <= trials or not 0 <= share <= 1:
        raise ValueError(f"{hits} of {trials} at a chance of {share} is not a sensible question")
    return sum(
        (comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(hits, trials + 1)),
        start=Fraction(0),
    )


def _chance_distinct(hits: int, draws: int, marked: int, total: int) -> Fraction:
    """The same when no year can be drawn twice (hypergeometric)."""
    ways = sum(comb(marked, k) * comb(total - marked, draws - k) for k in range(hits, min(draws, marked) + 1))
    return Fraction(ways, comb(total, draws))


def anniversary_test(
    years: Iterable[int],
    event_years: Iterable[int],
    window: tuple[int, int],
    *,
    step: int = 5,
    distinct: bool = False,
) -> pd.DataFrame:
    """How likely as many visits in jubilee years as were seen would be if years were drawn at random.

    ``years`` are the years of the visits, ``event_years`` those of the events (1939 for Khalkhin Gol), a
    jubilee is every ``step`` years after an event. The chance of one visit is the share of jubilee years
    among the years of ``window``; the probability of the number seen, or more, is then exact: binomial, or,
    with ``distinct`` (at most one visit a year), hypergeometric.

    Assumptions, each of which a reader may doubt:

    - every year of the window is equally likely for every visit, and visits do not influence each other;
      in fact a leader who came last year rarely comes again, which ``distinct`` only begins to respect;
    - the event, the step and the window were chosen before looking. An event picked because visits fell on
      it makes the probability too small, and more events make a hit likelier: with several events the share
      of jubilee years counts them all;
    - a hit means the same year, not that the anniversary was the reason.

    One row: ``visits``, ``hits``, ``jubilee_years`` and ``window_years`` (Int64), ``share_pct`` (chance of
    one visit, per cent), ``expected`` (hits to be expected), ``probability`` (0 to 1), ``method``. Raises
    ValueError if there is no visit, if a visit lies outside the window or if years repeat with ``distinct``.
    """
    drawn = sorted(years)
    if not drawn:
        raise ValueError("no visit to test")
    outside = [year for year in drawn if not window[0] <= year <= window[1]]
    if outside:
        raise ValueError(f"visits outside the window {window[0]}-{window[1]}: {outside}")
    if distinct and len(set(drawn)) < len(drawn):
        raise ValueError("several visits in one year: the test with distinct years does not apply")
    marked = set(jubilee_years(event_years, window, step))
    total = window[1] - window[0] + 1
    hits = sum(year in marked for year in drawn)
    share = Fraction(len(marked), total)
    if distinct:
        probability = _chance_distinct(hits, len(drawn), len(marked), total)
    else:
        probability = chance_at_least(hits, len(drawn), share)
    row = {
        "visits": len(drawn),
        "hits": hits,
        "jubilee_years": len(marked),
        "window_years": total,
        "share_pct": float(100 * share),
        "expected": float(len(drawn) * share),
        "probability": float(probability),
        "method": "hypergeometric" if distinct else "binomial",
    }
    counts = dict.fromkeys(("visits", "hits", "jubilee_years", "window_years"), "Int64")
    return pd.DataFrame([row]).astype(counts)


def ask_several(years: Iterable[int], questions: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """:func:`anniversary_test` of the same visits for several questions, one row each, in their order.

    ``questions`` maps words to the arguments of a test (``event_years``, ``window``, ``step``,
    ``distinct``). Adds the columns ``question`` (the words) and ``percent`` (probability in per cent).
    """
    drawn = list(years)
    rows = [anniversary_test(drawn, **given).assign(question=words) for words, given in questions.items()]
    return pd.concat(rows, ignore_index=True).assign(percent=lambda frame: 100 * frame["probability"])
