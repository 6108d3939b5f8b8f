"""Energy functions on small frames whose answers are worked out by hand, and properties for all frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors import energy


def months(year: int, product: str, tonnes: float, count: int = 12) -> pd.DataFrame:
    stamps = [f"{year}-{month:02d}" for month in range(1, count + 1)]
    return pd.DataFrame({"month": stamps, "product": product, "volume_tonnes": tonnes})


MONTHLY = pd.concat([
    months(2023, "diesel", 2000.0), months(2023, "AI-92 petrol", 1000.0), months(2023, "AI-95 petrol", 100.0),
    months(2024, "diesel", 3050.0), months(2024, "AI-92 petrol", 1000.0, 11),
], ignore_index=True)  # fmt: skip


def test_days_of_the_year() -> None:
    assert [energy.days_in_year(y) for y in (2023, 2024, 2000, 1900)] == [365, 366, 366, 365]


def test_petroleum_by_month_counts_missing_products() -> None:
    frame = MONTHLY.copy()
    frame.loc[0, "volume_tonnes"] = np.nan
    out = energy.petroleum_by_month(frame).set_index("month")
    assert out.loc["2023-01", "volume_kt"] == pytest.approx(1.1)
    assert list(out["missing_products"].iloc[:2]) == [1, 0]


def test_petroleum_by_year_knows_complete_years() -> None:
    out = energy.petroleum_by_year(MONTHLY).set_index(["year", "product"])
    assert out.loc[(2023, "all products"), "volume_kt"] == pytest.approx(37.2)
    assert bool(out.loc[(2023, "all products"), "complete"])
    assert bool(out.loc[(2024, "diesel"), "complete"])
    assert not out.loc[(2024, "AI-92 petrol"), "complete"]
    assert not out.loc[(2024, "all products"), "complete"], "a total is complete only if its products are"


def test_an_empty_cell_makes_the_year_incomplete() -> None:
    frame = MONTHLY.copy()
    frame.loc[3, "volume_tonnes"] = np.nan
    out = energy.petroleum_by_year(frame).set_index(["year", "product"])
    assert out.loc[(2023, "diesel"), "months"] == 11
    assert not out.loc[(2023, "all products"), "complete"]


def test_petroleum_refuses_repeated_rows_and_missing_columns() -> None:
    with pytest.raises(ValueError, match="more than one row"):
        energy.petroleum_by_year(pd.concat([MONTHLY, MONTHLY]))
    with pytest.raises(KeyError, match=r"lacks the column.* product"):
        energy.petroleum_by_year(MONTHLY.drop(columns="product"))


def test_days_of_cover_by_hand() -> None:
    """24 kt in 365 days: 12 kt last 182.5 days. A leap year: 36.6 kt in 366 days is 0.1 kt a day."""
    yearly = energy.petroleum_by_year(MONTHLY)
    out = energy.days_of_cover(12.0, yearly).set_index(["year", "product"])
    assert out.loc[(2023, "diesel"), "days"] == pytest.approx(182.5)
    assert out.loc[(2024, "diesel"), "kt_a_day"] == pytest.approx(0.1)
    assert (2024, "all products") not in out.index
    with pytest.raises(ValueError, match="negative"):
        energy.days_of_cover(-1.0, yearly)


def test_a_product_without_imports_has_no_days_of_cover() -> None:
    yearly = energy.petroleum_by_year(months(2023, "other", 0.0))
    assert energy.days_of_cover(1.0, yearly)["days"].isna().all()


def petroleum(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "partner": "World", "product": "diesel", "measure": "import volume", "period": "2023", "year": 2023,
        "value": 20.0, "qualifier": "exact", "unit": "kt", "conflict_group": None, "quality": "press",
        "source_ids": "a",
    }  # fmt: skip
    return row | changes


def test_press_against_official_matches_years_and_months() -> None:
    facts = pd.DataFrame([
        petroleum(), petroleum(period="2024", year=2024, product="AI-92 petrol"),
        petroleum(period="2024-01", year=None, value=1.0), petroleum(measure="orders"),
        petroleum(period="2024-01", product="all products", value=4.05, year=None), petroleum(value=None),
    ])  # fmt: skip
    out = energy.press_against_official(facts, MONTHLY).set_index(["period", "product"])
    assert len(out) == 3, "the year without December does not count as a year"
    assert out.loc[("2023", "diesel"), "gap_kt"] == pytest.approx(4)
    assert out.loc[("2023", "diesel"), "ratio"] == pytest.approx(20 / 24)
    assert out.loc[("2024-01", "diesel"), "official_kt"] == pytest.approx(3.05)
    assert out.loc[("2024-01", "all products"), "gap_kt"] == pytest.approx(0)


def test_energy_content_needs_both_kinds_of_petrol() -> None:
    supply = pd.DataFrame(
        {
            "year": [2023, 2023, 2024],
            "product": ["diesel", "petrol", "petrol"],
            "supply_tj": [1032.0, 594.0, 1.0],
        }
    )
    out = energy.energy_content(supply, energy.petroleum_by_year(MONTHLY)).set_index(["product", "year"])
    assert out.loc[("diesel", 2023), "tj_a_kt"] == pytest.approx(43)
    assert out.loc[("petrol", 2023), "tj_a_kt"] == pytest.approx(45)
    assert ("petrol", 2024) not in out.index


def test_supplier_shares_keep_every_statement_and_its_bounds() -> None:
    share = {"partner": "Russia", "measure": "share of imports", "unit": "per cent"}
    facts = pd.DataFrame([
        petroleum(**share, value=97.0, qualifier="about"),
        petroleum(**share, value=90.0, qualifier="more than"),
        petroleum(**share, value=50.0, qualifier="less than"),
        petroleum(**share, value=100.0, qualifier="planned"),
        petroleum(**(share | {"partner": "China"}), value=1.0), petroleum(),
    ])  # fmt: skip
    out = energy.supplier_shares(facts)
    assert list(out["share_pct"]) == [97, 90, 50, 100]
    assert list(out["lower_pct"]) == [97, 90, 0, 100]
    assert list(out["upper_pct"]) == [97, 100, 50, 100]
    assert list(out["outcome"]) == [True, True, True, False]


BALANCE = pd.DataFrame({
    "year": [2012, 2013], "generation_gwh": [4800.0, 5000.0], "imports_gwh": [200.0, 1000.0],
    "exports_gwh": [20.0, 50.0], "consumption_gwh": [4000.0, 4000.0], "resources_total_gwh": [5000.0, 6000.5],
})  # fmt: skip


def test_electricity_shares_by_hand() -> None:
    out = energy.electricity_shares(BALANCE).set_index("year")
    assert out.loc[2013, "net_imports_gwh"] == 950
    assert out.loc[2013, "import_share_of_consumption_pct"] == 25
    assert out.loc[2012, "import_share_of_resources_pct"] == 4
    assert out.loc[2012, "losses_and_own_use_gwh"] == 980
    assert out.loc[2013, "residual_gwh"] == pytest.approx(-0.5)


def test_ember_against_official_gives_the_differences() -> None:
    ember = pd.DataFrame(
        {"year": [2013, 2025], "generation_gwh": [5010.0, 1.0], "net_imports_gwh": [940.0, 1.0]}
    )
    out = energy.ember_against_official(BALANCE, ember)
    assert list(out["year"]) == [2013]
    assert (out.loc[0, "generation_difference_gwh"], out.loc[0, "net_imports_difference_gwh"]) == (10, -10)


def delivery(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "supplier": "Russia", "measure": "delivered to Mongolia", "unit": "GWh", "year": 2013, "value": 400.0,
        "qualifier": "exact", "derivation": None, "conflict_group": None, "source_ids": "a",
    }  # fmt: skip
    return row | changes


def test_electricity_suppliers_mark_the_impossible() -> None:
    facts = pd.DataFrame([
        delivery(), delivery(year=2012, value=210.0), delivery(year=None), delivery(qualifier="planned"),
        delivery(supplier="China"), delivery(unit="per cent"), delivery(measure="permitted flow"),
        delivery(value=None), delivery(year=2020),
    ]).astype({"year": "Int64"})  # fmt: skip
    out = energy.electricity_suppliers(facts, BALANCE).set_index("year")
    assert list(out.index) == [2012, 2013, 2020]
    assert list(out["possible"]) == [False, True, True]
    assert out.loc[2013, "share_pct"] == 40
    assert out.loc[2013, "others_gwh"] == 600
    assert np.isnan(out.loc[2020, "share_pct"])


PLANTS = pd.DataFrame({
    "register": ["GEM coal", "GEM coal", "GEM hydropower", "WRI"], "plant": ["A", "A", "B", "A"],
    "fuel": ["coal", "coal", "hydro", "coal"], "status": ["operating", "cancelled", "announced", "operating"],
    "capacity_mw": [100.0, 50.0, 90.0, 120.0],
})  # fmt: skip


def test_capacity_by_plant_status_and_fuel() -> None:
    out = energy.capacity(PLANTS).set_index(["fuel", "status"])["capacity_mw"]
    assert out.to_dict() == {
        ("coal", "cancelled"): 50,
        ("coal", "operating"): 100,
        ("hydro", "announced"): 90,
    }
    by_plant = energy.capacity(PLANTS, by=["plant"]).set_index("plant")
    assert by_plant.loc["A"].to_dict() == {"units": 2, "capacity_mw": 150}
    assert energy.capacity(PLANTS, by=["plant"], registers=["WRI"])["capacity_mw"].tolist() == [120]


def test_capacity_refuses_to_count_plants_twice() -> None:
    with pytest.raises(ValueError, match="count the same plants"):
        energy.capacity(PLANTS, registers=["GEM coal", "WRI"])
    with pytest.raises(ValueError, match="no register Narnia"):
        energy.capacity(PLANTS, registers=["Narnia"])


def test_capacity_utilisation_by_hand() -> None:
    """1 MW running all year makes 8.76 GWh, 8.784 in a leap year."""
    assert energy.capacity_utilisation_pct(8.76, 1, 2023) == pytest.approx(100)
    assert energy.capacity_utilisation_pct(8.784, 2, 2024) == pytest.approx(50)
    for energy_gwh, capacity_mw in ((1, 0), (-1, 1)):
        with pytest.raises(ValueError, match="utilisation needs"):
            energy.capacity_utilisation_pct(energy_gwh, capacity_mw, 2023)


def test_system_utilisation_takes_the_newest_edition() -> None:
    factbook = pd.DataFrame({
        "edition": [2014, 2015, 2015, 2016], "item": ["installed capacity"] * 2 + ["coal exports"] * 2,
        "year": [2013, 2013, 2013, 2013], "value": [900.0, 1000.0, 1.0, 2.0],
    })  # fmt: skip
    row = energy.system_utilisation(BALANCE, factbook).iloc[0]
    assert (row["capacity_mw"], row["edition"]) == (1000, 2015)
    assert row["utilisation_pct"] == pytest.approx(5000 / 8760 * 100)


def test_coal_tables_show_the_difference() -> None:
    left = pd.DataFrame({"year": [2018, 2019], "production_kt": [100.0, 43.6]})
    right = pd.DataFrame({"year": [2018, 2019, 2025], "coal_kt": [100.5, 55.8, 95.0]})
    out = energy.coal_tables(left, right)
    assert list(out["disagree"]) == [False, True, False]
    assert np.isnan(out.loc[2, "difference_kt"])


GAS = pd.DataFrame({
    "pipeline": "Power of Siberia 1", "year": [2021, 2022, 2022], "value": [10.4, 15.5, 15.4], "unit": "bcm",
})  # fmt: skip


def test_gas_by_year_keeps_both_values() -> None:
    out = energy.gas_by_year(GAS).set_index("year")
    assert out.loc[2022].to_dict() == {"low_bcm": 15.4, "high_bcm": 15.5, "values": 2, "disagree": True}
    assert not out.loc[2021, "disagree"]


def test_gas_refuses_other_pipelines_and_units() -> None:
    with pytest.raises(ValueError, match="no deliveries of Nord Stream"):
        energy.gas_by_year(GAS, "Nord Stream")
    with pytest.raises(ValueError, match="must be in bcm"):
        energy.gas_by_year(GAS.assign(unit="TJ"))


def test_gas_utilisation_against_a_design_volume() -> None:
    out = energy.gas_utilisation(energy.gas_by_year(GAS), 31.0)
    assert out["high_pct"].tolist() == pytest.approx([10.4 / 0.31, 50])
    with pytest.raises(ValueError, match="positive"):
        energy.gas_utilisation(out, 0)


# ------------------------------------------------------------------------------------- properties


@given(st.lists(st.floats(min_value=0, max_value=1e6), min_size=12, max_size=12), st.floats(0, 1e4))
def test_cover_times_daily_use_is_the_stock(tonnes: list[float], stock: float) -> None:
    frame = months(2023, "diesel", 0.0).assign(volume_tonnes=tonnes)
    out = energy.days_of_cover(stock, energy.petroleum_by_year(frame))
    known = out["days"].notna()
    assert np.allclose(out.loc[known, "days"] * out.loc[known, "kt_a_day"], stock)


@given(st.floats(min_value=0, max_value=1e5), st.floats(min_value=0.1, max_value=1e4))
def test_utilisation_is_in_proportion_to_energy(made: float, capacity: float) -> None:
    single = energy.capacity_utilisation_pct(made, capacity, 2023)
    assert energy.capacity_utilisation_pct(2 * made, capacity, 2023) == pytest.approx(2 * single)
    assert single >= 0


@given(st.lists(st.floats(min_value=0.1, max_value=100), min_size=1, max_size=6))
def test_gas_range_holds_every_statement(values: list[float]) -> None:
    frame = pd.DataFrame({"pipeline": "P", "year": 2022, "value": values, "unit": "bcm"})
    row = energy.gas_by_year(frame, "P").iloc[0]
    assert row["low_bcm"] == min(values) <= max(values) == row["high_bcm"]
    assert row["disagree"] == (len(set(values)) > 1)
