"""Balances and shares on tables small enough to add up by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from corridors import catalog, energy

COAL = pd.DataFrame({
    "year": [2019, 2020], "production_kt": [100.0, 50.0], "imports_kt": [1.0, 0.0],
    "consumption_kt": [20.0, 30.0], "exports_kt": [70.0, 25.0], "losses_kt": [2.0, None],
})  # fmt: skip
MINING = pd.DataFrame({"year": [2019, 2020, 2021], "coal_kt": [130.0, 50.0, 60.0]})

POWER = pd.DataFrame({
    "year": [2023, 2024], "generation_gwh": [80.0, 90.0], "imports_gwh": [20.0, 30.0],
    "exports_gwh": [0.0, 10.0], "consumption_gwh": [80.0, 75.0], "resources_total_gwh": [100.0, 120.0],
})  # fmt: skip
EMBER = pd.DataFrame({
    "year": [2024], "demand_gwh": [100.0], "net_imports_gwh": [21.0], "net_imports_share_pct": [21.0],
})  # fmt: skip


def test_coal_left_over_by_hand() -> None:
    """2019: used 20 + 70 + 2 - 1 = 91, so 9 are left of 100 and 39 of 130."""
    out = energy.balance.coal_left_over(COAL, MINING).set_index("year")
    assert list(out.index) == [2019, 2020], "only years that both tables hold"
    assert out.loc[2019, "used_kt"] == 91
    assert out.loc[2019, "left_balance_kt"] == 9
    assert out.loc[2019, "left_output_kt"] == 39
    assert out.loc[2019, "difference_kt"] == 30


def test_coal_without_published_losses_counts_none() -> None:
    """2020: used 30 + 25 = 55 of 50, so stocks fell by 5."""
    out = energy.balance.coal_left_over(COAL, MINING).set_index("year")
    assert out.loc[2020, "left_balance_kt"] == -5


def test_import_measures_by_hand() -> None:
    """Four official definitions give 40, 26.7, 25 and 18.2 per cent of one year; Ember's is as published."""
    out = energy.balance.import_measures(POWER, EMBER, [2024]).set_index("measure")["share_pct"]
    assert out["imports over consumption"] == pytest.approx(40.0)
    assert out["net imports over consumption"] == pytest.approx(100 * 20 / 75)
    assert out["imports over all resources"] == pytest.approx(25.0)
    assert out["net imports over resources kept in the country"] == pytest.approx(100 * 20 / 110)
    assert out["net imports over demand"] == 21.0


def test_import_measures_without_ember_and_without_the_year() -> None:
    out = energy.balance.import_measures(POWER, EMBER, [2023])
    assert set(out["source"]) == {"official balance"}
    with pytest.raises(LookupError, match="no year 1900"):
        energy.balance.import_measures(POWER, EMBER, [1900])
    with pytest.raises(KeyError, match="demand_gwh"):
        energy.balance.import_measures(POWER, EMBER.drop(columns="demand_gwh"), [2024])


def test_plants_once_adds_units_and_leaves_the_other_register_out() -> None:
    """Two units in use and one cancelled of one plant are two rows; the second register is not added."""
    plants = pd.DataFrame({
        "register": ["GEM coal", "GEM coal", "GEM coal", "WRI"], "plant": "A", "fuel": "coal",
        "status": ["operating", "operating", "cancelled", "operating"],
        "capacity_mw": [50.0, 25.0, 100.0, 198.0],
        "latitude": 47.9, "longitude": 106.9, "owner": "O",
    })  # fmt: skip
    out = energy.balance.plants_once(plants).set_index("status")
    assert out.loc["operating", "capacity_mw"] == 75
    assert out.loc["operating", "units"] == 2
    assert out.loc["cancelled", "capacity_mw"] == 100
    assert len(out) == 2


FACTS = pd.DataFrame({
    "project_id": ["dam", "dam", "dam", "other"], "what": ["capacity", "output a year", "cost", "capacity"],
    "value": [100.0, 438.0, 5.0, 25.0], "unit": ["MW", "GWh", "million US$", "MW"], "source_ids": "s",
})  # fmt: skip


def test_planned_output_by_hand() -> None:
    """100 MW can make 876 GWh in 8,760 hours: 438 GWh are half of it, and 21.9 times imports of 20 GWh."""
    out = energy.balance.planned_output(FACTS, POWER, 2023)
    assert list(out["project_id"]) == ["dam"], "a project without an output is left out"
    assert out["utilisation_pct"].item() == pytest.approx(50.0)
    assert out["of_imports_pct"].item() == pytest.approx(2190.0)


def test_planned_output_refuses_conflicts_and_unknown_years() -> None:
    with pytest.raises(ValueError, match="more than once"):
        energy.balance.planned_output(pd.concat([FACTS, FACTS]), POWER, 2023)
    with pytest.raises(LookupError, match="no year 1900"):
        energy.balance.planned_output(FACTS, POWER, 1900)


def test_no_coal_unit_of_the_register_is_below_its_threshold() -> None:
    units = catalog.load("power_plants").query("register == 'GEM coal'")["capacity_mw"]
    assert units.min() >= energy.balance.LEAST_COAL_UNIT_MW, "the threshold in the text would be wrong"
