"""Every trap that the data package names has a test that carries its name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from corridors import catalog

#: Names of tests after traps: trade_trap_03 for TRADE-3, trade_trap_08_4 for TRADE-8-4, geo_12 for GEO-12.
_NAMED = re.compile(r"test_(?:(trade)_trap_(\d+)(?:_(\d+)(?=_))?|(geo|diplomacy)_(\d+))_")


def trap_of(test: str) -> str:
    """The trap that a test is named after; empty if it is named after none."""
    found = _NAMED.match(test)
    if not found:
        return ""
    trade, number, part, other, single = found.groups()
    parts = [trade, number, part] if trade else [other, single]
    return "-".join([str(parts[0]).upper(), *(str(int(text)) for text in parts[1:] if text)])


def named_tests() -> dict[str, list[str]]:
    """The tests of this folder that are named after a trap."""
    found: dict[str, list[str]] = {}
    for path in sorted(Path(__file__).parent.glob("test_*_traps.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and (trap := trap_of(node.name)):
                found.setdefault(trap, []).append(node.name)
    return found


def naming_tables() -> dict[str, list[str]]:
    """The tables and layers that name each trap."""
    found: dict[str, list[str]] = {}
    for name in catalog.names():
        for trap in catalog.describe(name).traps:
            found.setdefault(trap, []).append(name)
    return found


@pytest.mark.parametrize(
    ("test", "trap"),
    [
        ("test_trade_trap_03_china_includes_taiwan", "TRADE-3"),
        ("test_trade_trap_08_world_bank_debt", "TRADE-8"),
        ("test_trade_trap_08_7_710_thousand_tonnes", "TRADE-8-7"),
        ("test_trade_trap_08_12_investment", "TRADE-8-12"),
        ("test_geo_12_bogdkhan_branch", "GEO-12"),
        ("test_trade_trap_debt_amounts_do_not_close", ""),
    ],
)
def test_a_test_is_known_by_its_trap(test: str, trap: str) -> None:
    assert trap_of(test) == trap


def test_traps_and_tests_named_after_them_are_the_same_set() -> None:
    """Both ways: no trap without its test, no test of a trap that no table names."""
    assert set(named_tests()) == set(naming_tables())
