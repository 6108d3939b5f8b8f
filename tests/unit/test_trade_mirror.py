"""Two sides of one trade on small tables: what counts as a mirror, growth on both sides, editions."""

from __future__ import annotations

import pandas as pd
import pytest

from corridors.trade import mirror_table
from corridors.trade.mirror import (
    as_reported,
    editions_against_official,
    growth_both_sides,
    mirrors,
    other_quantities,
    then_and_today,
)


def flows(first: float, second: float) -> pd.DataFrame:
    rows = [
        (2019, "Russia", first),
        (2020, "Russia", second),
        (2019, "World", 1000.0),
        (2020, "World", 1000.0),
    ]
    return pd.DataFrame(rows, columns=["year", "partner", "value_million_usd"])


def statements() -> pd.DataFrame:
    """Two mirrors, a quotation, an expectation, a growth rate of a year and one of a part of it."""
    rows = [
        ("2019", 2019, "turnover", 90.0, "about", "million US$", "own side", "Russia"),
        ("2020", 2020, "turnover", 150.0, "more than", "million US$", "own side", "Russia"),
        ("2019", 2019, "turnover", 100.0, "exact", "million US$", "quotes Mongolian statistics", "Russia"),
        ("2020", 2020, "turnover", 250.0, "planned", "million US$", "own side", "Russia"),
        ("2020", 2020, "turnover growth", 80.0, "exact", "per cent", "own side", "Russia"),
        ("2020 Jan-Sep", None, "turnover growth", 70.0, "exact", "per cent", "own side", "Russia"),
        ("2019", 2019, "electricity imports", 9.0, "exact", "GWh", "third party", "United States"),
        ("2019", 2019, "coal exports", 30.0, "exact", "kt", "third party", "United States"),
    ]
    names = ["period", "year", "measure", "value", "qualifier", "unit", "basis", "reporter"]
    frame = pd.DataFrame(rows, columns=names).astype({"year": "Int64"})
    for name in ("derivation", "conflict_group"):
        frame[name] = pd.Series(pd.NA, index=frame.index, dtype="string")
    return frame.assign(pair="Mongolia-Russia", source_ids="somebody")


def test_quotations_and_expectations_are_no_mirrors() -> None:
    table = mirror_table(statements(), flows(20, 40), flows(80, 160), "Russia")
    kept = mirrors(table)
    assert kept["gap_million_usd"].tolist() == [10, 50]
    assert kept["gap_is"].tolist() == ["about", "at most"]


def test_sides_are_long_and_the_official_value_stands_once() -> None:
    long = as_reported(mirror_table(statements(), flows(20, 40), flows(80, 160), "Russia"))
    assert long.groupby("side").size().to_dict() == {
        "Mongolian statistics": 2,
        "other side": 2,
        "quoted or expected": 2,
    }
    assert long[long["side"] == "Mongolian statistics"]["value_million_usd"].tolist() == [100, 200]


def test_growth_of_a_part_of_a_year_is_not_subtracted_from_a_whole_one() -> None:
    table = growth_both_sides(statements(), flows(20, 40), flows(80, 160), "Russia")
    assert table["official_pct"].tolist() == [100, 100]
    assert table["difference_points"].iloc[0] == 20
    assert pd.isna(table["difference_points"].iloc[1])
    assert table["whole"].tolist() == [True, False]


def test_electricity_and_coal_meet_their_own_tables() -> None:
    balance = pd.DataFrame({"year": [2019], "imports_gwh": [10.0]})
    coal = pd.DataFrame({"year": [2019], "exports_kt": [40.0]})
    table = other_quantities(statements(), balance, coal).set_index("measure")
    assert table["gap"].to_dict() == {"coal exports": 10, "electricity imports": 1}
    assert table["gap_pct"].to_dict() == {"coal exports": 25, "electricity imports": 10}


def test_an_edition_is_as_far_off_as_its_worst_partner() -> None:
    rows = [
        (2010, "import", "Russia", "2011", 0.4),
        (2010, "import", "China", "2011", -0.7),
        (2010, "import", "Japan", "2011", None),
        (2011, "import", "China", "2012", 12.6),
    ]
    compared = pd.DataFrame(rows, columns=["year", "flow", "partner", "edition", "difference_points"])
    table = editions_against_official(compared)
    assert table["largest_points"].tolist() == pytest.approx([0.7, 12.6])
    assert table["partner"].tolist() == ["China", "China"]
    assert table["printed"].tolist() == [2, 1]
    assert table["within"].tolist() == [True, False]


def _then(rows: list[tuple[int, str, str, float, float]]) -> pd.DataFrame:
    names = ["year", "partner", "flow", "value_million_usd", "last_digit_million_usd"]
    return pd.DataFrame(rows, columns=names)


def _totals() -> pd.DataFrame:
    rows = [
        (2019, "export", 600.0),
        (2019, "import", 390.0),
        (2020, "export", 700.0),
        (2020, "import", 400.0),
    ]
    return pd.DataFrame(rows, columns=["year", "flow", "value_million_usd"])


def test_then_and_today_tells_a_revision_from_a_last_digit() -> None:
    then = _then(
        [
            (2019, "World", "export", 601.0, 1.0),  # rounded or cut off: within the last digit
            (2019, "World", "import", 400.0, 1.0),  # 10 less today
            (2020, "World", "turnover", 1000.0, 100.0),  # 1,100 today: just the last digit
            (2020, "Russia", "turnover", 29.9, 0.1),  # 10 + 20 today
        ]
    )
    found = then_and_today(then, _totals(), flows(5.0, 10.0), flows(15.0, 20.0))
    assert found["today_million_usd"].tolist() == [600.0, 390.0, 30.0, 1100.0]
    assert found["change_million_usd"].tolist() == pytest.approx([-1.0, -10.0, 0.1, 100.0])
    assert found["change_pct"].tolist() == pytest.approx([-0.1664, -2.5, 0.33445, 10.0], abs=1e-4)
    assert found["beyond"].tolist()[:2] == [False, True]
    assert not found["beyond"].iloc[3]


def test_then_and_today_names_a_figure_without_a_counterpart() -> None:
    then = _then([(1950, "World", "export", 1.0, 1.0)])
    with pytest.raises(ValueError, match="no figure of today for World 1950 export"):
        then_and_today(then, _totals(), flows(1.0, 2.0), flows(1.0, 2.0))
