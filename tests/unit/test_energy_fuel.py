"""Stocks in days, extremes and parts of years on small tables worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from corridors.energy import petroleum_by_year
from corridors.energy.fuel import (
    month_extremes,
    orders_against_official,
    product_shares,
    same_months,
    stocks_in_days,
)


def monthly() -> pd.DataFrame:
    """2023 and 2024 whole with two products; 2025 January to March, of which March lacks one product."""
    rows: list[tuple[str, str, float | None]] = []
    for year, base in ((2023, 1000.0), (2024, 2000.0)):
        rows += [(f"{year}-{month:02d}", "diesel", base) for month in range(1, 13)]
        rows += [(f"{year}-{month:02d}", "petrol", base if month == 12 else 0.0) for month in range(1, 13)]
    rows += [(f"2025-{month:02d}", "diesel", 3000.0) for month in (1, 2, 3)]
    rows += [("2025-01", "petrol", 0.0), ("2025-02", "petrol", 1000.0), ("2025-03", "petrol", None)]
    return pd.DataFrame(rows, columns=["month", "product", "volume_tonnes"])


def test_shares_of_products_add_up_and_leave_the_open_year_out() -> None:
    shares = product_shares(petroleum_by_year(monthly()))
    assert shares["year"].unique().tolist() == [2023, 2024]
    assert shares.groupby("year")["share_pct"].sum().round(9).tolist() == [100, 100]
    first = shares[(shares["year"] == 2023) & (shares["product"] == "diesel")]["share_pct"].item()
    assert first == pytest.approx(100 * 12 / 13)


def test_extremes_of_a_year() -> None:
    rows = month_extremes(monthly()).set_index("year").to_dict("index")
    assert (rows[2024]["high_month"], rows[2024]["high_kt"], rows[2024]["ratio"]) == ("2024-12", 4.0, 2.0)
    assert (rows[2024]["months"], rows[2025]["months"]) == (12, 2), (
        "a month that lacks a product does not count"
    )


def test_the_same_months_end_where_a_product_is_missing() -> None:
    table = same_months(monthly(), 2025)
    assert table["last_month"].unique().tolist() == ["02"]
    assert table["volume_kt"].tolist() == [2, 4, 7]
    assert table["growth_pct"].tolist()[1:] == [100, 75]
    with pytest.raises(ValueError, match="no month"):
        same_months(monthly(), 2026)


def facts() -> pd.DataFrame:
    rows = [
        ("2018-08-28", "diesel", "stock", "exact", 38.0, "days"),
        ("2025", "all products", "required stock", "planned", 52.0, "kt"),
        ("2025", "diesel", "required stock", "planned", 52.0, "kt"),
        ("2025", "all products", "import volume", "exact", 52.0, "kt"),
    ]
    frame = pd.DataFrame(rows, columns=["period", "product", "measure", "qualifier", "value", "unit"])
    return frame.assign(what="what", source_ids="somebody")


def test_a_quantity_becomes_days_at_the_imports_of_the_year() -> None:
    """2024 has 26 kt in 366 days; 52 kt are two such years. Days stated by the source stay as stated."""
    table = stocks_in_days(facts(), petroleum_by_year(monthly()), 2024)
    assert table["measure"].tolist() == ["stock", "required stock"]
    assert table["days"].tolist() == [38, pytest.approx(2 * 366)]
    assert table["derived"].tolist() == [False, True]


def test_days_need_a_whole_year() -> None:
    with pytest.raises(ValueError, match="no complete year 2025"):
        stocks_in_days(facts(), petroleum_by_year(monthly()), 2025)


def test_orders_stand_beside_what_came_and_a_month_with_a_gap_has_no_total() -> None:
    columns = ["measure", "unit", "period", "product", "value", "source_ids"]
    facts = pd.DataFrame(
        [
            ("orders", "kt", "2025-02", "petrol", 3.0, "a"),
            ("orders", "kt", "2025-02", "all products", 2.0, "a"),
            ("orders", "kt", "2025-03", "all products", 9.0, "a"),
            ("stock", "kt", "2025-02", "petrol", 9.0, "a"),
        ],
        columns=columns,
    )
    table = orders_against_official(facts, monthly()).set_index("product")
    assert table["official_kt"].to_dict() == {"petrol": 1.0, "all products": 4.0}
    assert table["ratio"].to_dict() == {"petrol": 3.0, "all products": 0.5}
