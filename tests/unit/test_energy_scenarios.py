"""The transit scenario on numbers worked out by hand, and the properties that make it arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.energy.scenarios import sensitivity, tariff_for, transit_income, transit_table

AMOUNTS = st.floats(min_value=0.1, max_value=5000)


def test_income_by_hand() -> None:
    """50 bcm are 50 million times 1,000 m3; 2 US$ for each 100 of 1,000 km are 20 US$; together 1,000 m."""
    assert transit_income(50, 1000, 2) == 1000
    assert transit_income(25, 1000, 2) == 500
    assert transit_income(50, 1000, 2, kept_pct=50) == 500
    assert transit_income(0, 1000, 2) == 0


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_income_is_linear_and_the_tariff_inverts_it(volume: float, length: float, tariff: float) -> None:
    income = transit_income(volume, length, tariff)
    assert transit_income(volume, length, 2 * tariff) == pytest.approx(2 * income)
    assert transit_income(2 * volume, length, tariff) == pytest.approx(2 * income)
    assert tariff_for(income, volume, length) == pytest.approx(tariff)


@pytest.mark.parametrize("numbers", [(-1, 1, 1, 100), (1, -1, 1, 100), (1, 1, -1, 100), (1, 1, 1, 101)])
def test_impossible_assumptions_are_refused(numbers: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"negative|more than 100"):
        transit_income(*numbers)


def test_a_tariff_needs_something_to_carry() -> None:
    for volume, length, income in ((0, 100, 1), (1, 0, 1), (1, 100, -1)):
        with pytest.raises(ValueError, match="positive"):
            tariff_for(income, volume, length)


def test_the_table_has_every_combination() -> None:
    out = transit_table([25, 50], [1, 3], 1000, 20_000)
    assert list(zip(out["tariff"], out["volume_bcm"], strict=True)) == [(1, 25), (1, 50), (3, 25), (3, 50)]
    assert list(out["income_million_usd"]) == [250, 500, 750, 1500]
    assert list(out["share_of_gdp_pct"]) == pytest.approx([1.25, 2.5, 3.75, 7.5])
    with pytest.raises(ValueError, match="gross domestic product"):
        transit_table([25], [1], 1000, 0)


def test_sensitivity_moves_one_assumption_at_a_time() -> None:
    base = {"volume_bcm": 50.0, "length_km": 1000.0, "tariff": 2.0}
    ranges = {"length_km": (800.0, 1000.0), "tariff": (1.0, 5.0), "kept_pct": (50.0, 100.0)}
    out = sensitivity(base, ranges, 20_000).set_index("assumption")
    assert list(out.index) == ["tariff", "kept_pct", "length_km"], "widest span first"
    assert list(out.loc["tariff", ["income_low", "income_high", "span"]]) == [500, 2500, 2000]
    assert list(out.loc["length_km", ["income_low", "income_high"]]) == [800, 1000]
    assert out.loc["kept_pct", "base"] == 100
    assert list(out.loc["kept_pct", ["share_low_pct", "share_high_pct"]]) == pytest.approx([2.5, 5.0])


def test_sensitivity_refuses_what_it_does_not_know() -> None:
    base = {"volume_bcm": 50.0, "length_km": 1000.0, "tariff": 2.0}
    with pytest.raises(KeyError, match="no assumption weather"):
        sensitivity(base, {"weather": (0.0, 1.0)}, 20_000)
    with pytest.raises(ValueError, match="not in order"):
        sensitivity(base, {"tariff": (3.0, 1.0)}, 20_000)
