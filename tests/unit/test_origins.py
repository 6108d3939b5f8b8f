"""From an exhibit or a number back to its cell and to the functions of the package, by the code alone."""

from __future__ import annotations

import pytest

from corridors.publish.origins import Chapter, Origin

FIRST = """\
from functools import partial
from corridors import catalog, energy, trade
from corridors.claims import ledger
from corridors.show import charts, numbers, tables

imports = catalog.load("imports_by_partner")
exports = catalog.load("exports_by_partner")
turnover = trade.turnover(exports, imports)
put = partial(numbers.glue, datasets=["imports_by_partner"])
put("loaded", imports["value"].sum())
"""
SECOND = """\
shares = trade.partner_shares(imports)
for name, row in {"russia": 1, "china": 2}.items():
    numbers.glue(f"share-{name}", shares["share"][row], "per cent", 1)
for name, year in {"first": 2005, "last": 2025}.items():
    put(f"turnover-{name}", turnover.loc[year])
put("of-claims", len(ledger.ledger()))
"""
THIRD = """\
shares = energy.supplier_shares(catalog.load("petroleum_facts"))
charts.dots(shares, label="fig-fuel", caption="Fuel")
"""


@pytest.fixture
def chapter() -> Chapter:
    return Chapter.of([("cell-002", FIRST), ("cell-004", SECOND), ("cell-006", THIRD)])


def test_a_table_that_is_only_loaded_has_no_function(chapter: Chapter) -> None:
    assert chapter.number("loaded") == Origin("cell-002", (), ("catalog.load",))


def test_names_are_followed_to_the_cell_that_gave_them_their_value(chapter: Chapter) -> None:
    """``turnover`` comes from the first cell, the call from the second."""
    assert chapter.number("turnover-last") == Origin("cell-004", ("trade.turnover",), ("catalog.load",))


def test_a_name_used_again_does_not_lead_to_its_former_value(chapter: Chapter) -> None:
    """``shares`` is trade in the second cell and energy in the third; loops use ``name`` twice."""
    assert chapter.number("share-russia") == Origin("cell-004", ("trade.partner_shares",), ("catalog.load",))
    assert chapter.exhibit("fig-fuel") == Origin("cell-006", ("energy.supplier_shares",), ("catalog.load",))


def test_a_function_behind_a_module_of_the_package_has_its_full_name(chapter: Chapter) -> None:
    assert chapter.number("of-claims") == Origin("cell-004", ("claims.ledger.ledger",))


def test_what_no_cell_makes_has_no_origin(chapter: Chapter) -> None:
    assert chapter.exhibit("fig-other") is None
    assert chapter.number("nothing-such") is None


@pytest.mark.parametrize(
    ("code", "functions"),
    [
        ('both = trade.growth(x)\nshown = [trade.name(x) for x in both]\nnumbers.glue("n", shown)',
         ("trade.growth", "trade.name")),
        ('rows = []\nrows.append(trade.growth(1))\nnumbers.glue("n", rows)', ("trade.growth",)),
        ('shown = {}\nshown["a"] = trade.growth(1)\nnumbers.glue("n", shown)', ("trade.growth",)),
        ('def mine(x):\n    return trade.growth(x)\nnumbers.glue("n", mine(2))', ("trade.growth",)),
        ('if trade.is_full(1):\n    numbers.glue("n", 2)', ("trade.is_full",)),
        ('a = trade.growth(1)\nif other:\n    a = trade.fall(1)\nnumbers.glue("n", a)',
         ("trade.fall", "trade.growth")),
        ('a = trade.growth(1)\na += trade.fall(1)\nnumbers.glue("n", a)', ("trade.fall", "trade.growth")),
        ('total = 0\nfor x in [1, 2]:\n    numbers.glue("n", total)\n    total = trade.add(total)',
         ("trade.add",)),
        ('x = trade.growth(1)\nnumbers.glue("n", [x for x in [1, 2]])', ()),
        ('a = trade.growth(1)\na = numbers.glue("n", a)', ("trade.growth",)),
        ('numbers.glue("n", trade.LIMIT)', ("trade.LIMIT",)),
        ('%matplotlib inline\nnumbers.glue("n", trade.growth(1))', ("trade.growth",)),
        ('tell("n", trade.fall(1))\nnumbers.glue("n", trade.growth(1))', ("trade.growth",)),
    ],
)  # fmt: skip
def test_every_way_to_give_a_name_its_value_is_followed(code: str, functions: tuple[str, ...]) -> None:
    chapter = Chapter.of(
        [("cell-001", f"from corridors import trade\nfrom corridors.show import numbers\n{code}")]
    )
    found = chapter.number("n")
    assert found is not None
    assert found.functions == functions


def test_an_id_that_fits_two_calls_goes_to_the_fuller_one_or_to_the_cell_that_ran_it() -> None:
    head = "from corridors import trade\nfrom corridors.show import numbers\n"
    wide = f'{head}for a in "xy":\n    numbers.glue(f"total-{{a}}", trade.one(a))'
    close = f'{head}for a in "xy":\n    numbers.glue(f"total-of-{{a}}", trade.two(a))'
    chapter = Chapter.of([("cell-001", wide), ("cell-002", close)])
    assert chapter.number("total-of-x") == Origin("cell-002", ("trade.two",))
    assert chapter.number("total-of-x", cell="cell-001") == Origin("cell-001", ("trade.one",))


def test_an_id_that_no_call_spells_has_the_cell_of_the_run() -> None:
    """The id comes out of a table; the run knows the cell, and all that is glued in it counts."""
    code = "from corridors import trade\nfrom corridors.show import numbers\nfor a in trade.names():\n    "
    chapter = Chapter.of([("cell-001", f"{code}numbers.glue(a, 1)"), ("cell-002", "x = 1")])
    assert chapter.number("any") is None
    assert chapter.number("any", cell="cell-001") == Origin("cell-001", ("trade.names",))
    assert chapter.number("any", cell="cell-002") == Origin("cell-002")
