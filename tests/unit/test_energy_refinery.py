"""The refinery scenario on numbers worked out by hand, and what keeps it arithmetic."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors import catalog, energy
from corridors.energy.refinery import coverage, crude_needed, output, slate_of, statements, utilisation_table

SHARES = st.floats(min_value=0, max_value=25)


def imports(complete: bool = True) -> pd.DataFrame:
    """A year: 70 of AI-92, 10 of AI-95, 200 of diesel, 20 of gas, 40 of other."""
    names = ["AI-92 petrol", "AI-95 petrol", "diesel", "liquefied petroleum gas", "other", "all products"]
    return pd.DataFrame(
        {"year": 2025, "product": names, "volume_kt": [70.0, 10, 200, 20, 40, 340], "complete": complete}
    )


def test_output_by_hand() -> None:
    assert output(1500, {"diesel": 40.0, "petrol": 20.0}) == {"diesel": 600, "petrol": 300}
    assert output(1500, {"diesel": 40.0}, 50) == {"diesel": 300}
    assert output(0, {"diesel": 40.0}) == {"diesel": 0}


def test_one_fuel_does_not_stand_in_for_another() -> None:
    """Petrol beyond the petrol bought is surplus; it replaces no diesel."""
    table = coverage(imports(), 2025, {"petrol": 100.0, "diesel": 50.0, "fuel oil": 5.0})
    rows = table.set_index("product").to_dict("index")
    assert list(rows["petrol"].values()) == [80, 100, 80, 100, 0, 20]
    assert list(rows["diesel"].values()) == [200, 50, 50, 25, 150, 0]
    assert (rows["other"]["import_kt"], rows["other"]["replaced_kt"]) == (40, 0)
    assert table.loc[table["share_pct"].isna(), "product"].tolist() == ["fuel oil"]
    total = rows["all products"]
    assert total.pop("share_pct") == pytest.approx(100 * 130 / 340)
    assert list(total.values()) == [340, 155, 130, 210, 25]
    assert table["product"].iloc[-1] == "all products"


def test_a_year_that_is_not_complete_is_refused() -> None:
    for frame, year in ((imports(False), 2025), (imports(), 2026)):
        with pytest.raises(ValueError, match="no complete year"):
            coverage(frame, year, {})


@given(SHARES, SHARES, st.floats(min_value=0, max_value=100))
def test_output_grows_with_use_and_never_exceeds_the_crude(petrol: float, diesel: float, used: float) -> None:
    made = output(1500, {"petrol": petrol, "diesel": diesel}, used)
    assert sum(made.values()) <= 1500 * used / 100 + 1e-6
    table = coverage(imports(), 2025, made)
    assert (table["left_kt"] >= -1e-9).all()
    assert (table["surplus_kt"] >= -1e-9).all()


@pytest.mark.parametrize(
    ("crude", "slate", "used", "match"),
    [
        (-1, {"diesel": 10.0}, 100, "negative"),
        (1, {"diesel": 10.0}, 101, "between 0 and 100"),
        (1, {"diesel": 60.0, "petrol": 41.0}, 100, "more than 100"),
        (1, {"diesel": -1.0}, 100, "negative share"),
    ],
)
def test_impossible_assumptions_are_refused(
    crude: float, slate: dict[str, float], used: float, match: str
) -> None:
    with pytest.raises(ValueError, match=match):
        output(crude, slate, used)


def test_slate_of_a_plan() -> None:
    plan = pd.DataFrame({"product": ["petrol", "diesel"], "output_kt": [300.0, 600.0]})
    assert slate_of(plan, 1500) == {"petrol": 20, "diesel": 40}
    with pytest.raises(ValueError, match="twice"):
        slate_of(pd.concat([plan, plan]), 1500)
    with pytest.raises(ValueError, match="positive"):
        slate_of(plan, 0)
    with pytest.raises(ValueError, match="more than 100"):
        slate_of(plan, 800)


def test_table_has_every_plan_at_every_utilisation() -> None:
    slates = {"first": {"petrol": 20.0}, "second": {"diesel": 40.0}}
    table = utilisation_table(imports(), 2025, 100, slates, (50, 100))
    totals = table[table["product"] == "all products"].set_index(["plan", "utilisation_pct"])["replaced_kt"]
    assert totals.index.to_list() == [("first", 50), ("first", 100), ("second", 50), ("second", 100)]
    assert totals.to_list() == [10, 20, 20, 40]
    assert set(table["crude_kt"]) == {50, 100}
    with pytest.raises(ValueError, match="at least one"):
        utilisation_table(imports(), 2025, 100, {}, (50,))


def test_own_crude_against_the_plant() -> None:
    assert crude_needed(750, 7.5, 400) == {"crude_kt": 100, "utilisation_pct": 25, "missing_kt": 300}
    assert crude_needed(7500, 7.5, 400)["utilisation_pct"] == 100
    with pytest.raises(ValueError, match="positive"):
        crude_needed(1, 0, 1)


def test_the_plans_in_the_tables_are_possible() -> None:
    """Each source's plan makes less than the crude that the plant takes in."""
    facts = catalog.load("project_facts")
    plans = statements(facts)
    assert plans.groupby("plan").size().tolist() == [5, 3]
    for _, plan in plans.groupby("plan"):
        assert 80 < sum(slate_of(plan, 1500).values()) < 100
    with pytest.raises(ValueError, match="million tonnes"):
        statements(facts.assign(unit="km"))
    assert energy.TOTAL == "all products"
