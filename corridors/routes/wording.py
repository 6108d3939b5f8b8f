"""Facts of mixed kinds as a reader sees them: a number with its unit, a range, or words."""

from __future__ import annotations

from typing import Any

import pandas as pd

#: Counts whose heading already says what is counted.
UNITS_SAID: frozenset[str] = frozenset({"tracks", "year", "1"})


def as_given(facts: pd.DataFrame) -> pd.Series[Any]:
    """``text`` of a fact in words, else its value with ``value_upper`` and unit, as in "60–62 stations".

    Takes a fact table (``value``, ``value_upper``, ``unit``, ``text``); a whole number has no decimals.
    """

    def written(row: pd.Series[Any]) -> str:
        if pd.isna(row["value"]):
            return "" if pd.isna(row["text"]) else str(row["text"])
        ends = [row["value"]] if pd.isna(row["value_upper"]) else [row["value"], row["value_upper"]]
        shown = "–".join(f"{float(end):,.10g}" for end in ends)
        unit = "" if pd.isna(row["unit"]) or row["unit"] in UNITS_SAID else str(row["unit"])
        return f"{shown} {unit}".strip()

    return facts.apply(written, axis=1)
