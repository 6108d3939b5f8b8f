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


def made(origin: Origin | None) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Cell, functions and tables."""
    assert origin is not None
    return origin.cell, origin.functions, origin.tables


def test_a_table_that_is_only_loaded_has_no_function(chapter: Chapter) -> None:
    found = chapter.number("loaded")
    assert found == Origin("cell-002", (), ("catalog.load",), (), ("imports_by_partner",))


def test_names_are_followed_to_the_cell_that_gave_them_their_value(chapter: Chapter) -> None:
    """``turnover`` comes from the first cell, the call from the second."""
    found = chapter.number("turnover-last")
    assert made(found) == ("cell-004", ("trade.turnover",), ("exports_by_partner", "imports_by_partner"))


def test_a_name_used_again_does_not_lead_to_its_former_value(chapter: Chapter) -> None:
    """``shares`` is trade in the second cell and energy in the third; loops use ``name`` twice."""
    share, fuel = chapter.number("share-russia"), chapter.exhibit("fig-fuel")
    assert made(share) == ("cell-004", ("trade.partner_shares",), ("imports_by_partner",))
    assert made(fuel) == ("cell-006", ("energy.supplier_shares",), ("petroleum_facts",))


def test_a_function_behind_a_module_of_the_package_has_its_full_name(chapter: Chapter) -> None:
    assert made(chapter.number("of-claims")) == ("cell-004", ("claims.ledger.ledger",), ())


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
    assert made(chapter.number("total-of-x")) == ("cell-002", ("trade.two",), ())
    assert made(chapter.number("total-of-x", cell="cell-001")) == ("cell-001", ("trade.one",), ())


def test_an_id_that_no_call_spells_has_the_cell_of_the_run() -> None:
    """The id comes out of a table; the run knows the cell, and all that is glued in it counts."""
    code = "from corridors import trade\nfrom corridors.show import numbers\nfor a in trade.names():\n    "
    chapter = Chapter.of([("cell-001", f"{code}numbers.glue(a, 1)"), ("cell-002", "x = 1")])
    assert chapter.number("any") is None
    assert made(chapter.number("any", cell="cell-001")) == ("cell-001", ("trade.names",), ())
    assert chapter.number("any", cell="cell-002") == Origin("cell-002")


def _of(code: str, name: str = "n") -> Origin:
    head = "from corridors import catalog, trade\nfrom corridors.show import maps, numbers\n"
    chapter = Chapter.of([("cell-001", head + code)])
    found = chapter.exhibit(name) if name.startswith("map-") else chapter.number(name, cell="cell-001")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "nearest"),
    [
        ('a = trade.shares(1)\nb = trade.wide(a)\nnumbers.glue("n", b)', ("trade.wide",)),
        ('numbers.glue("n", trade.wide(trade.shares(1)))', ("trade.shares", "trade.wide")),
        ('a = trade.shares(1)\nb = a + 1\nnumbers.glue("n", b)', ("trade.shares",)),
        ('a = trade.shares(1)\nnumbers.glue("n", a[trade.LIMIT])', ("trade.shares",)),
        ('numbers.glue("n", trade.LIMIT)', ("trade.LIMIT",)),
        ('for a in trade.names():\n    numbers.glue("n", 1)', ("trade.names",)),
        ('for a in trade.names():\n    numbers.glue("n", trade.of(a))', ("trade.of",)),
    ],
)
def test_the_nearest_function_is_the_one_that_gave_the_value(code: str, nearest: tuple[str, ...]) -> None:
    """The fewest steps back; a constant only where no function is, a loop only where nothing else is."""
    assert _of(code).nearest == nearest


def test_of_two_names_given_values_in_one_line_each_has_its_own() -> None:
    code = 'a, b = catalog.load("visits"), catalog.load("towns")\nnumbers.glue("n", len(b))'
    assert _of(code).tables == ("towns",)
    swapped = 'a = catalog.load("visits")\nb = catalog.load("towns")\na, b = b, a\nnumbers.glue("n", len(b))'
    assert _of(swapped).tables == ("visits",)


def test_what_is_added_to_a_map_by_a_chain_of_calls_belongs_to_it() -> None:
    code = 'maps.Map(label="map-a").lines(catalog.layer("pipelines")).points(catalog.layer("towns"))'
    assert _of(code, "map-a").tables == ("pipelines", "towns")


def test_a_function_of_the_cell_that_glues_has_what_its_calls_hand_to_it() -> None:
    code = (
        'def count(name, rows):\n    numbers.glue(f"n-{name}", len(rows))\n'
        'count("all", trade.known(catalog.load("visits")))'
    )
    assert (_of(code, "n-all").functions, _of(code, "n-all").tables) == (("trade.known",), ("visits",))


@pytest.mark.parametrize(
    "loop",
    [
        'for name in ("one", "two"):',
        'for name in {"one": 1, "two": 2}:',
        'for name, row in {"one": 1, "two": 2}.items():',
        'for row, name in ((1, "one"), (2, "two")):',
    ],
)
def test_a_loop_over_written_values_spells_its_ids(loop: str) -> None:
    """``n-{name}-mw`` cannot be ``n-plan-mw`` if the loop has no plan, however well the rest fits."""
    code = (
        f'{loop}\n    numbers.glue(f"n-{{name}}-mw", trade.one(1))\n'
        'for other in trade.names():\n    numbers.glue(f"n-{other}", trade.two(1))'
    )
    assert _of(code, "n-two-mw").nearest == ("trade.one",)
    assert _of(code, "n-plan-mw").nearest == ("trade.two",)


def test_what_follows_a_constant_is_not_part_of_its_name() -> None:
    assert _of('numbers.glue("n", len(trade.PLACES.keys()))').functions == ("trade.PLACES",)
