"""The written rules by which a finding becomes a verdict.

A claim is a sentence somebody published. A finding is what our tables give for it. A rule turns the
pair into one of five verdicts and says how. Rules know nothing of Mongolia: they compare numbers,
dates, counts and definitions. Every tolerance carries its reason, because a tolerance without one is
a thumb on the scale.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """What the evidence says of a claim, from best to worst, and one for what evidence cannot reach."""

    SUPPORTED = "supported"
    QUALIFIED = "supported with qualification"
    IMPRECISE = "imprecise"
    CONTRADICTED = "contradicted"
    NOT_CHECKABLE = "not checkable"


MEANING: Final[dict[Verdict, str]] = {
    Verdict.SUPPORTED: "the data give the same answer, within the stated tolerance",
    Verdict.QUALIFIED: "the data agree under the usual reading, with a limit that a reader should know",
    Verdict.IMPRECISE: (
        "the claim points the right way but its number, date or wording does not hold as printed"
    ),
    Verdict.CONTRADICTED: "the data give another answer under every reasonable reading",
    Verdict.NOT_CHECKABLE: (
        "a motive, an opinion, a cause or a forecast, which data can inform and not settle; or a quotation "
        "whose source was not found"
    ),
}


#: Kinds of claims that data can inform and not settle.
BEYOND: Final = ("motive", "opinion", "forecast", "cause")


@dataclass(frozen=True)
class Tolerance:
    """How far a found value may lie from the claimed one.

    ``close`` still counts as agreement, ``loose`` as agreement with a qualification; up to twice
    ``loose`` is imprecise, beyond it contradicted. Both are in the unit of the claim.
    """

    close: float
    loose: float
    reason: str

    def __post_init__(self) -> None:
        if not 0 <= self.close <= self.loose:
            raise ValueError(
                f"tolerance {self.close} / {self.loose}: 'close' may not exceed 'loose' or be negative"
            )
        if not self.reason.strip():
            raise ValueError("a tolerance needs its reason in words")


@dataclass(frozen=True)
class Evidence:
    """Rows of one table that a finding rests on: the table, which rows, and what they say."""

    dataset: str
    rows: str
    says: str


@dataclass(frozen=True)
class Reading:
    """One definition of what a claim could mean, the answer it gives, and whether the claim holds so."""

    definition: str
    answer: str
    holds: bool


@dataclass(frozen=True)
class Finding:
    """What the tables say of one claim, and the verdict that a rule draws from it.

    ``claimed`` and ``found`` are the two sides in words or numbers with their ``unit``; ``rule`` says
    how the verdict follows; ``readings`` lists the definitions where the answer depends on one.
    """

    claim_id: str
    verdict: Verdict
    claimed: str
    found: str
    statement: str
    rule: str
    evidence: tuple[Evidence, ...]
    readings: tuple[Reading, ...] = field(default=())
    value: float | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(
                f"{self.claim_id}: a finding without evidence is an opinion; name the rows it rests on"
            )

    @property
    def datasets(self) -> tuple[str, ...]:
        """The tables used, each once, in order of first use."""
        return tuple(dict.fromkeys(item.dataset for item in self.evidence))


@dataclass(frozen=True)
class Judgement:
    """A verdict and the sentence that says by which rule it was reached."""

    verdict: Verdict
    rule: str


def number_within(claimed: float, found: float, tolerance: Tolerance, unit: str) -> Judgement:
    """Compare a claimed with a found number, both in ``unit``."""
    distance = abs(claimed - found)
    if distance <= tolerance.close:
        verdict = Verdict.SUPPORTED
    elif distance <= tolerance.loose:
        verdict = Verdict.QUALIFIED
    elif distance <= 2 * tolerance.loose:
        verdict = Verdict.IMPRECISE
    else:
        verdict = Verdict.CONTRADICTED
    return Judgement(
        verdict,
        f"number: {distance:.4g} {unit} apart; up to {tolerance.close:g} is agreement, up to "
        f"{tolerance.loose:g} agreement with a qualification, up to {2 * tolerance.loose:g} imprecise "
        f"({tolerance.reason})",
    )


def count_equals(claimed: int, found: int, *, incomplete: str = "") -> Judgement:
    """Compare a claimed with a found count of whole things.

    ``incomplete`` says why our list may miss some: then a found count below the claim cannot
    contradict it, and a difference of one either way is only imprecise.
    """
    if claimed == found:
        verdict = Verdict.QUALIFIED if incomplete else Verdict.SUPPORTED
    elif (incomplete and found < claimed) or abs(claimed - found) == 1:
        verdict = Verdict.IMPRECISE
    else:
        verdict = Verdict.CONTRADICTED
    because = f"; our list may be incomplete: {incomplete}" if incomplete else ""
    return Judgement(verdict, f"count: {claimed} claimed, {found} found{because}")


def date_equals(claimed: str, found: str) -> Judgement:
    """Compare two ISO dates of whatever precision (2019, 2019-09 or 2019-09-03).

    The claim is held to the precision that it states: ``2019`` is supported by ``2019-09-03``.
    A claim that states more than our record is qualified; one that misses by a day is imprecise.
    """
    if found.startswith(claimed):
        return Judgement(Verdict.SUPPORTED, f"date: {claimed} claimed, {found} recorded")
    if claimed.startswith(found):
        return Judgement(Verdict.QUALIFIED, f"date: {claimed} claimed, our record gives only {found}")
    near = False
    if len(claimed) == len(found) == len("2019-09-03"):
        near = abs((date.fromisoformat(claimed) - date.fromisoformat(found)).days) == 1
    elif len(claimed) == len("2019"):
        near = abs(int(claimed) - int(found[:4])) == 1
    verdict = Verdict.IMPRECISE if near else Verdict.CONTRADICTED
    return Judgement(verdict, f"date: {claimed} claimed, {found} recorded")


def by_readings(readings: Iterable[Reading]) -> Judgement:
    """Judge a claim whose answer depends on a definition. The first reading is the usual one.

    All hold: supported. The usual one holds, another does not: supported with qualification. Only
    another holds: imprecise. None holds: contradicted.
    """
    listed = list(readings)
    if not listed:
        raise ValueError("no reading given; state at least the usual definition")
    holding = [reading for reading in listed if reading.holds]
    if len(holding) == len(listed):
        verdict = Verdict.SUPPORTED
    elif listed[0].holds:
        verdict = Verdict.QUALIFIED
    elif holding:
        verdict = Verdict.IMPRECISE
    else:
        verdict = Verdict.CONTRADICTED
    return Judgement(verdict, f"readings: the claim holds under {len(holding)} of {len(listed)} definitions")


def all_hold(parts: Iterable[tuple[str, bool]]) -> Judgement:
    """Judge a claim made of parts, each of which our tables answer with yes or no.

    Every part holds: supported. Most hold: imprecise. Half or fewer: contradicted.
    """
    listed = list(parts)
    if not listed:
        raise ValueError("no part given")
    failing = [name for name, holds in listed if not holds]
    if not failing:
        verdict = Verdict.SUPPORTED
    elif len(failing) < len(listed) / 2:
        verdict = Verdict.IMPRECISE
    else:
        verdict = Verdict.CONTRADICTED
    missing = f"; not: {', '.join(failing)}" if failing else ""
    return Judgement(verdict, f"parts: {len(listed) - len(failing)} of {len(listed)} hold{missing}")


def at_least(found: float, threshold: float, unit: str, reason: str) -> Judgement:
    """Judge a word that stands for a size ("often", "a large part") by a threshold that we state.

    ``found`` at or above ``threshold``: supported. At least half of it: imprecise. Less: contradicted.
    ``reason`` says why the word should mean this threshold; another reader may choose another.
    """
    if threshold <= 0:
        raise ValueError(f"a threshold must be positive, not {threshold:g}")
    if not reason.strip():
        raise ValueError("a threshold needs its reason in words")
    if found >= threshold:
        verdict = Verdict.SUPPORTED
    elif found >= threshold / 2:
        verdict = Verdict.IMPRECISE
    else:
        verdict = Verdict.CONTRADICTED
    return Judgement(
        verdict,
        f"threshold: {found:.4g} {unit} found, {threshold:g} or more is support, half of that imprecise "
        f"({reason})",
    )


def beyond_data(kind: str, reason: str) -> Judgement:
    """Say that a claim is of a ``kind`` that no table can settle: motive, opinion, forecast or comparison.

    The finding still gives the numbers that inform it; ``reason`` says what they cannot show.
    """
    if kind not in BEYOND:
        raise ValueError(f"{kind!r} is none of {', '.join(BEYOND)}")
    if not reason.strip():
        raise ValueError("say what the data cannot show")
    return Judgement(Verdict.NOT_CHECKABLE, f"{kind}: the numbers inform it and do not settle it; {reason}")


def qualified(judgement: Judgement, limit: str) -> Judgement:
    """Lower a full support to a qualified one, because of a limit that is stated in words."""
    if not limit.strip():
        raise ValueError("a qualification needs its reason in words")
    verdict = Verdict.QUALIFIED if judgement.verdict is Verdict.SUPPORTED else judgement.verdict
    return Judgement(verdict, f"{judgement.rule}; limit: {limit}")
