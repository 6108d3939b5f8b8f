"""Looking rows up, words for dates and counts, and the register of functions."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from corridors.claims import lookup, registry
from corridors.claims.rules import Finding


def frame() -> pd.DataFrame:
    table = pd.DataFrame({"id": ["a", "b", "b"], "value": [1.5, None, 3.0], "day": ["2024-09", None, "2019"]})
    table.attrs["dataset"] = "small"
    return table


def test_one_row_or_an_error_that_names_table_key_and_count() -> None:
    assert lookup.one(frame(), id="a")["value"] == 1.5
    with pytest.raises(LookupError, match=r"small: 2 rows with id = 'b', need exactly one"):
        lookup.one(frame(), id="b")
    with pytest.raises(LookupError, match=r"small: 0 rows with id = 'c'"):
        lookup.one(frame(), id="c")


def test_a_gap_matches_nothing_and_has_no_value() -> None:
    assert lookup.matching(frame(), day="2019")["id"].tolist() == ["b"]
    with pytest.raises(LookupError, match="no value"):
        lookup.value_of(frame().iloc[1])
    with pytest.raises(KeyError):
        lookup.matching(frame(), colour="red")


def test_the_last_day_on_which_a_text_can_have_appeared() -> None:
    sources = pd.DataFrame({"id": ["text", "other"], "date": ["2024-04", "2024-09-05"]})
    assert lookup.published(lambda _: sources, "text") == date(2024, 4, 30)
    assert lookup.published(lambda _: sources, "other") == date(2024, 9, 5)
    assert lookup.last_full_year(lambda _: sources, "text") == 2023


@pytest.mark.parametrize(
    ("text", "shown"),
    [("2019-09-03", "3 September 2019"), ("2024-02", "February 2024"), ("1999", "1999")],
)
def test_dates_in_words_as_exactly_as_known(text: str, shown: str) -> None:
    assert lookup.words(text) == shown


@pytest.mark.parametrize(
    ("items", "shown"), [([], "none"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_in_words(items: list[str], shown: str) -> None:
    assert lookup.listed(items) == shown


def test_counts_in_words() -> None:
    assert [lookup.counted(n, "visit") for n in (0, 1, 2)] == ["0 visits", "1 visit", "2 visits"]
    assert lookup.counted(2, "treaty", "treaties") == "2 treaties"


def unused(load: registry.Load) -> Finding:
    raise AssertionError("a settler that is refused is never asked")


def test_a_claim_is_settled_once_and_by_a_proper_id() -> None:
    assert "NIAS-32" in registry.settlers()
    with pytest.raises(ValueError, match=r"NIAS-32 is settled twice, by corridors\.claims\.findings\.trade"):
        registry.settles("NIAS-32")(unused)
    with pytest.raises(ValueError, match="no claim id"):
        registry.settles("claim 32")


def test_settlers_come_in_order_and_each_says_what_it_settles() -> None:
    settlers = registry.settlers()
    assert list(settlers) == sorted(settlers)
    assert all(function.__doc__ for function in settlers.values())
    names = [registry.name_of(function) for function in settlers.values()]
    assert len(set(names)) == len(names)
