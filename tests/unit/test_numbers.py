"""Numbers are written one way, and the way back gives the same value."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.show import media, numbers

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (1104.5, 1, "1,104.5"),
        (0, None, "0"),
        (-3.25, 1, "−3.3"),
        (2.675, 2, "2.68"),
        (0.04, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (15761, None, "15,761"),
        (38.0, None, "38"),
        (np.float64(24.448), 1, "24.4"),
        (np.int64(2025), None, "2,025"),
        (float("nan"), 1, "–"),
        (pd.NA, 1, "–"),
        (None, 1, "–"),
    ],
)
def test_number_text(value: object, decimals: int | None, shown: str) -> None:
    """Worked by hand: thousands, a real minus, half away from zero, no minus zero, a dash for gaps."""
    assert numbers.number_text(value, decimals) == shown


def test_sign_and_year() -> None:
    assert numbers.number_text(3.2, 1, sign=True) == "+3.2"
    assert numbers.number_text(-3.2, 1, sign=True) == "−3.2"
    assert numbers.number_text(0, sign=True) == "0"
    assert numbers.number_text(2025, grouping=False) == "2025"


@given(
    st.floats(min_value=-1e9, max_value=1e9, allow_nan=False),
    st.integers(min_value=0, max_value=6),
    st.booleans(),
)
def test_what_is_written_reads_back_as_the_rounded_value(value: float, decimals: int, grouping: bool) -> None:
    """No separator, sign or rounding may change a value beyond the decimals shown."""
    text = numbers.number_text(value, decimals, grouping=grouping)
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert numbers.parse(text) == float(exact)
    assert "-" not in text
    assert abs(numbers.parse(text) - value) <= 0.5 * 10**-decimals + 1e-6


def test_gap_reads_back_as_a_gap() -> None:
    assert math.isnan(numbers.parse("–"))


@pytest.mark.parametrize(
    ("text", "unit", "joined"),
    [
        ("24.4", "per cent", f"24.4{NB}per{NB}cent"),
        ("2,785.5", "million US$", f"2,785.5{NB}million{NB}US$"),
        ("38", "billion cubic metres a year", f"38{NB}billion cubic metres a year"),
        ("34", "", "34"),
    ],
)
def test_value_and_unit_do_not_part_at_the_line_end(text: str, unit: str, joined: str) -> None:
    assert numbers.with_unit(text, unit) == joined


def test_words_for_money_and_shares() -> None:
    assert numbers.percent(24.448) == f"24.4{NB}per{NB}cent"
    assert numbers.million_usd(2785.46) == f"2,785.5{NB}million{NB}US$"


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2024-09-02", "2 September 2024"),
        ("2024-09", "September 2024"),
        ("2024", "2024"),
        ("2013 H1", "2013 H1"),
        ("2024-13", "2024-13"),
    ],
)
def test_dates_are_as_precise_as_known(date: str, words: str) -> None:
    assert numbers.date_text(date) == words


def test_make_keeps_the_value_and_shows_it_rounded() -> None:
    """The manifest has the computed value, the sentence the rounded one."""
    number = numbers.make("russia-share", np.float64(24.448), "per cent", 1, datasets=["a"])
    assert number.payload() == {
        "id": "russia-share",
        "value": 24.448,
        "shown": f"24.4{NB}per{NB}cent",
        "unit": "per cent",
        "datasets": ["a"],
        "note": "",
    }
    assert str(number) == number.shown
    assert set(number._repr_mimebundle_()) == {media.NUMBER, "text/plain"}


def test_a_year_has_neither_separator_nor_unit() -> None:
    assert numbers.make("overtaken", 2010, "year").shown == "2010"


def test_a_range_and_a_word() -> None:
    assert numbers.make("gas", 15.4, "bcm", 1, upper=15.5).shown == f"15.4–15.5{NB}bcm"
    assert numbers.make("town", "Замын-Үүд").shown == "Замын-Үүд"


@pytest.mark.parametrize(
    ("number_id", "value", "decimals", "message"),
    [
        ("Russia", 1, None, "lower-case"),
        ("a_b", 1, None, "lower-case"),
        ("gap", float("nan"), 1, "'gap': the value is missing"),
        ("share", 24.4, None, "'share'.*how many decimals"),
        ("infinite", float("inf"), 1, "division by zero"),
        ("flag", True, None, "not a number"),
    ],
)
def test_what_the_prose_cannot_show_is_refused(
    number_id: str, value: object, decimals: int | None, message: str
) -> None:
    with pytest.raises(media.ExhibitError, match=message):
        numbers.make(number_id, value, "", decimals)


def test_decimals_of_takes_the_fewest_that_lose_nothing() -> None:
    assert numbers.decimals_of([1.0, 2.5, None, 0.25]) == 2
    assert numbers.decimals_of([100, 2000]) == 0
    with pytest.raises(media.ExhibitError, match="decimals"):
        numbers.decimals_of([1 / 3])


def test_range_text_writes_one_value_where_both_ends_look_alike() -> None:
    assert numbers.range_text(15.4, 15.5, 1) == "15.4 to 15.5"
    assert numbers.range_text(38.82, 38.84, 1) == "38.8"
    assert numbers.range_text(2600.0, 3000.0) == "2,600 to 3,000"
    assert numbers.range_text(962.9) == "962.9"
    assert numbers.range_text(math.nan, pd.NA) is None


def test_glue_makes_the_record_that_the_book_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """myst-nb finds the number by its name; nothing is shown where the cell stands."""
    seen: list[tuple[str, object, bool]] = []
    monkeypatch.setattr(
        "myst_nb.ext.glue.glue", lambda name, variable, display: seen.append((name, variable, display))
    )
    number = numbers.glue("share", 24.4, "per cent", 1)
    assert seen == [("share", number, False)]
