"""The rules that turn a finding into a verdict: each by hand, and properties that no input may break."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.claims.rules import (
    BEYOND,
    MEANING,
    Evidence,
    Finding,
    Judgement,
    Reading,
    Tolerance,
    Verdict,
    all_hold,
    at_least,
    beyond_data,
    by_readings,
    count_equals,
    date_equals,
    number_within,
    qualified,
)

ORDER = tuple(Verdict)
ROUGHLY = Tolerance(1, 3, "the text says about")


def test_every_verdict_has_its_meaning_in_words() -> None:
    assert set(MEANING) == set(Verdict)
    assert all(text.strip() for text in MEANING.values())


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (28.0, Verdict.SUPPORTED),
        (29.0, Verdict.SUPPORTED),
        (27.0, Verdict.SUPPORTED),
        (29.5, Verdict.QUALIFIED),
        (31.0, Verdict.QUALIFIED),
        (25.8, Verdict.QUALIFIED),
        (33.0, Verdict.IMPRECISE),
        (34.0, Verdict.IMPRECISE),
        (34.1, Verdict.CONTRADICTED),
        (10.0, Verdict.CONTRADICTED),
    ],
)
def test_number_within_its_tolerance(found: float, verdict: Verdict) -> None:
    judgement = number_within(28, found, ROUGHLY, "per cent")
    assert judgement.verdict is verdict
    assert "the text says about" in judgement.rule


@pytest.mark.parametrize(("close", "loose"), [(3, 1), (-1, 2)])
def test_a_tolerance_that_makes_no_sense_is_refused(close: float, loose: float) -> None:
    with pytest.raises(ValueError, match="close"):
        Tolerance(close, loose, "reason")


@pytest.mark.parametrize("reason", ["", "  "])
def test_no_tolerance_without_a_reason(reason: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        Tolerance(1, 2, reason)


@given(
    claimed=st.floats(-1e6, 1e6),
    nearer=st.floats(0, 1e6),
    further=st.floats(0, 1e6),
    close=st.floats(0, 1e3),
    extra=st.floats(0, 1e3),
)
def test_a_number_further_away_never_does_better(
    claimed: float, nearer: float, further: float, close: float, extra: float
) -> None:
    tolerance = Tolerance(close, close + extra, "property")
    first, second = sorted((nearer, further))
    before = number_within(claimed, claimed + first, tolerance, "km").verdict
    after = number_within(claimed, claimed + second, tolerance, "km").verdict
    # Adding and taking away a large number rounds; equal distances may fall on two sides of a limit.
    assert ORDER.index(before) <= ORDER.index(after) or second - first < 1e-6


@given(value=st.floats(-1e9, 1e9))
def test_the_same_number_is_always_supported(value: float) -> None:
    assert number_within(value, value, Tolerance(0, 0, "exact"), "1").verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("claimed", "found", "incomplete", "verdict"),
    [
        (5, 5, "", Verdict.SUPPORTED),
        (5, 6, "", Verdict.IMPRECISE),
        (5, 4, "", Verdict.IMPRECISE),
        (5, 7, "", Verdict.CONTRADICTED),
        (5, 3, "", Verdict.CONTRADICTED),
        (11, 11, "early years are thin", Verdict.QUALIFIED),
        (11, 4, "early years are thin", Verdict.IMPRECISE),
        (11, 12, "early years are thin", Verdict.IMPRECISE),
        (11, 13, "early years are thin", Verdict.CONTRADICTED),
    ],
)
def test_counts(claimed: int, found: int, incomplete: str, verdict: Verdict) -> None:
    judgement = count_equals(claimed, found, incomplete=incomplete)
    assert judgement.verdict is verdict
    assert incomplete in judgement.rule


@given(claimed=st.integers(0, 1000), found=st.integers(0, 1000))
def test_an_incomplete_list_never_contradicts_a_larger_count(claimed: int, found: int) -> None:
    verdict = count_equals(claimed, found, incomplete="known to be thin").verdict
    assert verdict is not Verdict.SUPPORTED
    assert not (found < claimed and verdict is Verdict.CONTRADICTED)


@pytest.mark.parametrize(
    ("claimed", "found", "verdict"),
    [
        ("2019", "2019-09-03", Verdict.SUPPORTED),
        ("2019-09", "2019-09-03", Verdict.SUPPORTED),
        ("2019-09-03", "2019-09-03", Verdict.SUPPORTED),
        ("2019-09-03", "2019-09", Verdict.QUALIFIED),
        ("2019-09-03", "2019", Verdict.QUALIFIED),
        ("2019-09-02", "2019-09-03", Verdict.IMPRECISE),
        ("2019-08-31", "2019-09-01", Verdict.IMPRECISE),
        ("2020", "2019-09-03", Verdict.IMPRECISE),
        ("2019-09-01", "2019-09-03", Verdict.CONTRADICTED),
        ("2021", "2019-09-03", Verdict.CONTRADICTED),
        ("2019-10", "2019-09-03", Verdict.CONTRADICTED),
    ],
)
def test_dates_are_held_to_the_precision_that_they_state(claimed: str, found: str, verdict: Verdict) -> None:
    assert date_equals(claimed, found).verdict is verdict


@given(day=st.dates(date(1900, 1, 2), date(2099, 12, 30)))
def test_a_date_supports_itself_and_its_year_and_misses_its_neighbour(day: date) -> None:
    assert date_equals(day.isoformat(), day.isoformat()).verdict is Verdict.SUPPORTED
    assert date_equals(str(day.year), day.isoformat()).verdict is Verdict.SUPPORTED
    assert date_equals(day.isoformat()[:7], day.isoformat()).verdict is Verdict.SUPPORTED
    next_day = (day + timedelta(days=1)).isoformat()
    assert date_equals(next_day, day.isoformat()).verdict is Verdict.IMPRECISE


@pytest.mark.parametrize(
    ("holds", "verdict"),
    [
        ([True], Verdict.SUPPORTED),
        ([True, True], Verdict.SUPPORTED),
        ([True, False], Verdict.QUALIFIED),
        ([False, True], Verdict.IMPRECISE),
        ([False, False], Verdict.CONTRADICTED),
        ([False], Verdict.CONTRADICTED),
        ([True, False, False], Verdict.QUALIFIED),
        ([False, False, True], Verdict.IMPRECISE),
    ],
)
def test_readings_the_first_is_the_usual_one(holds: list[bool], verdict: Verdict) -> None:
    judgement = by_readings(Reading(f"definition {n}", "", held) for n, held in enumerate(holds))
    assert judgement.verdict is verdict
    assert f"{sum(holds)} of {len(holds)}" in judgement.rule


@given(st.lists(st.booleans(), min_size=1))
def test_one_more_reading_that_holds_never_makes_it_worse(holds: list[bool]) -> None:
    readings = [Reading("d", "", held) for held in holds]
    before = by_readings(readings).verdict
    after = by_readings([Reading("d", "", True) if not any(holds) else readings[0], *readings[1:]]).verdict
    assert ORDER.index(after) <= ORDER.index(before)


@pytest.mark.parametrize(
    ("holds", "verdict"),
    [
        ([True, True, True], Verdict.SUPPORTED),
        ([True, True, False], Verdict.IMPRECISE),
        ([True, False], Verdict.CONTRADICTED),
        ([True, False, False], Verdict.CONTRADICTED),
        ([False], Verdict.CONTRADICTED),
        ([True] * 4 + [False], Verdict.IMPRECISE),
    ],
)
def test_parts(holds: list[bool], verdict: Verdict) -> None:
    judgement = all_hold((f"part {n}", held) for n, held in enumerate(holds))
    assert judgement.verdict is verdict
    for number, held in enumerate(holds):
        assert (f"part {number}" in judgement.rule) is not held


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_parts_are_supported_only_if_all_hold(holds: list[bool]) -> None:
    verdict = all_hold((str(n), held) for n, held in enumerate(holds)).verdict
    assert (verdict is Verdict.SUPPORTED) == all(holds)
    assert (verdict is Verdict.CONTRADICTED) == (2 * sum(holds) <= len(holds) and not all(holds))


@pytest.mark.parametrize("rule", [by_readings, all_hold])
def test_nothing_to_judge_is_refused(rule: object) -> None:
    with pytest.raises(ValueError, match="given"):
        rule([])  # type: ignore[operator]


@pytest.mark.parametrize(
    ("found", "verdict"),
    [(50, Verdict.SUPPORTED), (80, Verdict.SUPPORTED), (49, Verdict.IMPRECISE), (25, Verdict.IMPRECISE),
     (24.9, Verdict.CONTRADICTED), (0, Verdict.CONTRADICTED), (-3, Verdict.CONTRADICTED)],
)  # fmt: skip
def test_a_threshold_for_a_word(found: float, verdict: Verdict) -> None:
    judgement = at_least(found, 50, "per cent", "half is a large part")
    assert judgement.verdict is verdict
    assert "half is a large part" in judgement.rule


@given(found=st.floats(-1e6, 1e6), more=st.floats(0, 1e6), threshold=st.floats(1e-3, 1e6))
def test_more_is_never_worse_for_a_threshold(found: float, more: float, threshold: float) -> None:
    low = at_least(found, threshold, "1", "property").verdict
    high = at_least(found + more, threshold, "1", "property").verdict
    assert ORDER.index(high) <= ORDER.index(low)


@pytest.mark.parametrize("threshold", [0, -1])
def test_a_threshold_is_positive(threshold: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        at_least(1, threshold, "1", "reason")


def test_a_threshold_needs_its_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        at_least(1, 1, "1", " ")


@pytest.mark.parametrize("kind", BEYOND)
def test_beyond_data_is_not_checkable(kind: str) -> None:
    judgement = beyond_data(kind, "no table shows it")
    assert judgement.verdict is Verdict.NOT_CHECKABLE
    assert kind in judgement.rule
    assert "no table shows it" in judgement.rule


def test_beyond_data_takes_known_kinds_and_a_reason_only() -> None:
    with pytest.raises(ValueError, match="none of"):
        beyond_data("hunch", "reason")
    with pytest.raises(ValueError, match="cannot show"):
        beyond_data("motive", "")


@pytest.mark.parametrize("verdict", Verdict)
def test_a_limit_lowers_full_support_only(verdict: Verdict) -> None:
    lowered = qualified(Judgement(verdict, "rule"), "thin evidence")
    assert lowered.verdict is (Verdict.QUALIFIED if verdict is Verdict.SUPPORTED else verdict)
    assert lowered.rule == "rule; limit: thin evidence"


def test_a_limit_needs_words() -> None:
    with pytest.raises(ValueError, match="words"):
        qualified(Judgement(Verdict.SUPPORTED, "rule"), "")


def test_a_finding_without_evidence_is_refused_and_names_its_tables_once() -> None:
    with pytest.raises(ValueError, match="evidence"):
        Finding("NIAS-01", Verdict.SUPPORTED, "", "", "", "", ())
    rows = (Evidence("visits", "V1", ""), Evidence("agreements", "A1", ""), Evidence("visits", "V2", ""))
    assert Finding("NIAS-01", Verdict.SUPPORTED, "", "", "", "", rows).datasets == ("visits", "agreements")
