"""What the tests of the data and of the chapters share."""

from __future__ import annotations

import pandas as pd


def altered(
    frame: pd.DataFrame, table: str, key: dict[str, object], column: str, value: object
) -> pd.DataFrame:
    """``frame``, a copy of ``table``, with the cell of ``column`` changed in the one row with ``key``."""
    chosen = pd.Series(True, index=frame.index)
    for name, wanted in key.items():
        chosen &= (frame[name] == wanted).fillna(False).astype(bool)
    assert chosen.sum() == 1, f"{table}: {chosen.sum()} rows with {key}"
    assert frame.loc[chosen, column].iloc[0] != value, "the mutation must change something"
    frame.loc[chosen, column] = value
    return frame
