"""Names in three scripts: the letter rule, what is no part of a name, and the two sides of a crossing."""

from __future__ import annotations

import pandas as pd
import pytest

from corridors import catalog
from corridors.routes import place_names

STATIONS = pd.DataFrame(
    [
        ("Khoit (passing loop)", "Хойт зөрлөг", "Mongolia", "station"),
        ("Zamyn-Üüd", "Замын-Үүд", "Mongolia", "station"),
        ("Zuunbayan", "Зүүнбаян өртөө", "Mongolia", "station"),
        ("Erenhot", "二连浩特", "China", "station"),
        ("Ceke (CN)", "策克", "China", "station"),
        ("Naushki", "Наушки", "Russia", "station"),
        ("Track point", None, "Mongolia", "track-point"),
        ("Border RU/MN", None, "Mongolia-Russia", "border"),
    ],
    columns=["name", "name_local", "country", "kind"],
)
TOWNS = pd.DataFrame(
    [("Zamyn-Üüd", "Замын-Үүд", "Mongolia", "town"), ("Erenhot", "二连浩特", "China", "town abroad")],
    columns=["name", "name_local", "country", "kind"],
)


@pytest.mark.parametrize(
    ("cyrillic", "written"),
    [
        ("Улаанбаатар", "Ulaanbaatar"),
        ("Замын-Үүд", "Zamyn-Üüd"),
        ("Ерөө", "Yeröö"),
        ("Мандалговь", "Mandalgovi"),
        ("Хөх нуур", "Khökh nuur"),
        ("103 км", "103 km"),
    ],
)
def test_latin_letters_follow_the_rule(cyrillic: str, written: str) -> None:
    assert place_names.latin(cyrillic) == written


def test_each_name_once_without_words_that_are_no_part_of_it() -> None:
    """A town and its station are one line; "station" and "passing loop" are left out in both scripts."""
    names = place_names.place_names(STATIONS, TOWNS).set_index("name")
    assert list(names.index) == ["Ceke", "Erenhot", "Khoit", "Zamyn-Üüd", "Zuunbayan", "Naushki"]
    assert names.loc["Zamyn-Üüd", "what"] == "town and station"
    assert names.loc["Khoit", "mongolian"] == "Хойт"
    assert names.loc["Erenhot", "chinese"] == "二连浩特"
    assert names.loc["Naushki", "russian"] == "Наушки"
    assert pd.isna(names.loc["Naushki", "mongolian"])


def test_a_name_that_departs_from_the_rule_says_so() -> None:
    names = place_names.place_names(STATIONS, TOWNS).set_index("name")
    assert names["by_rule"].dropna().to_dict() == {"Zuunbayan": "Züünbayan"}


def test_crossings_take_each_side_from_the_place_of_that_name() -> None:
    """A hyphen inside a name is not the one between the two sides; an unknown side stays empty."""
    crossings = pd.DataFrame(
        [("Zamyn-Üüd-Erenhot", "China"), ("Sükhbaatar-Naushki", "Russia")], columns=["name", "neighbour"]
    )
    found = place_names.crossing_names(crossings, place_names.place_names(STATIONS, TOWNS))
    first, second = found.to_dict("records")
    assert (first["mongolian"], first["chinese"]) == ("Замын-Үүд", "二连浩特")
    assert pd.isna(first["russian"])
    assert pd.isna(second["mongolian"])
    assert second["russian"] == "Наушки"


def test_the_gazetteer_keeps_to_the_rule() -> None:
    """The book says that its names follow the rule; those that do not are few and can be listed."""
    names = place_names.place_names(catalog.load("railway_stations"), catalog.load("towns"))
    mongolian = names[names["country"] == "Mongolia"]
    assert len(mongolian["by_rule"].dropna()) <= 0.05 * len(mongolian)
