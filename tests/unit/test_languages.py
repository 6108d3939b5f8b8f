"""Words in other letters say their language: in tables, and in the titles of works."""

from __future__ import annotations

import pandas as pd
import pytest
from docutils import nodes

from corridors.publish import foreign, tablenodes
from corridors.show import languages, tables


@pytest.mark.parametrize(
    ("text", "hint", "tag"),
    [
        ("Улаанбаатар", "Mongolia", "mn"),
        ("Улан-Удэ", "Russia", "ru"),
        ("二连浩特", "China", "zh"),
        ("二连浩特", "", "zh"),
        ("Ulaanbaatar", "Mongolia", ""),
        ("–", "mn", ""),
    ],
)
def test_language_of_a_cell_is_that_of_its_country(text: str, hint: str, tag: str) -> None:
    """Mongolian and Russian share letters: the country decides. Latin letters and gaps need no mark."""
    assert languages.tag_of(text, hint) == tag


def test_cells_of_a_table_carry_their_language() -> None:
    frame = pd.DataFrame(
        {"name": ["Naushki", "Erenhot", "Ikh Öndör"], "local": ["Наушки", "二连浩特", None],
         "country": ["Russia", "China", "Mongolia"]}
    )  # fmt: skip
    columns = {"name": "Name", "local": tables.Column("Local name", lang="country")}
    parts = tables.table(frame, label="tbl-x", caption="X", columns=columns).parts()
    assert parts["langs"] == {"1": ["ru", "zh", ""]}
    _, table = tablenodes.build({**parts, "caption": "X"})
    assert [entry["lang"] for entry in table.findall(tablenodes.exhibit_entry) if entry.get("lang")] == [
        "ru",
        "zh",
    ]


def test_foreign_words_of_a_title_are_marked_as_one_run() -> None:
    """From the first foreign letter to the last, with what stands between; Latin words stay as they are."""
    found = foreign.marked("Luzyanin. Отношения: новые, 2.0. In 北京 2024", "ru")
    assert [(node.astext(), node["lang"]) for node in found if isinstance(node, nodes.inline)] == [
        ("Отношения: новые", "ru"), ("北京", "zh")
    ]  # fmt: skip
    assert "".join(node.astext() for node in found) == "Luzyanin. Отношения: новые, 2.0. In 北京 2024"


def test_cyrillic_words_of_an_unknown_language_stay_unmarked() -> None:
    """Wrongly marked words are worse than unmarked ones; the test of the pages then names them."""
    assert [type(node) for node in foreign.marked("Отношения", "")] == [nodes.Text]
