"""Freight on the railway: what the scattered figures of ``rail_freight`` allow to be set side by side.

Masses are thousand tonnes. Nothing is scaled up from a part of a year to a whole one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

#: The parts into which the statistics divide rail freight, in the order in which charts stack them.
FLOWS: Final = ("domestic", "export", "transit", "import")

#: Carriers whose figures may stand for the whole of a flow, the more complete first.
CARRIERS: Final = ("all railways", "Ulaanbaatar Railway")


def full_years(freight: pd.DataFrame, flow: str = "total") -> pd.DataFrame:
    """Masses of one flow for whole calendar years, published or derived, by year and carrier; plans left out.

    Several rows of one year and carrier are several sources: all are kept.
    """
    chosen = freight[
        (freight["flow"] == flow)
        & (freight["unit"] == "kt")
        & freight["year"].notna()
        & (freight["qualifier"] != "planned")
    ]
    if chosen.empty:
        raise LookupError(
            f"full_years: no whole year of {flow!r}; flows: {', '.join(sorted(set(freight['flow'])))}"
        )
    return chosen.sort_values(["year", "carrier", "id"]).reset_index(drop=True)


def transit(freight: pd.DataFrame) -> pd.DataFrame:
    """All masses of transit, by its parts and its periods, in the order of the table; plans left out."""
    chosen = freight["flow"].str.startswith("transit") & (freight["unit"] == "kt")
    return freight[chosen & (freight["qualifier"] != "planned")].reset_index(drop=True)


def composition(freight: pd.DataFrame, periods: Sequence[str]) -> pd.DataFrame:
    """Freight by flow for the given periods: ``period``, ``flow``, ``carrier``, ``value_kt``, ``share_pct``.

    For each flow the row of all railways is taken where there is one, else that of Ulaanbaatar Railway;
    ``derived`` says whether the book computed the mass. ``share_pct`` is of the sum of the four flows, not
    of a published total. Raises LookupError for a period that lacks a flow: a stack short of a part misleads.
    """
    masses = freight[(freight["unit"] == "kt") & (freight["qualifier"] != "planned")]
    rows = []
    for period in periods:
        for flow in FLOWS:
            here = masses[(masses["period"] == period) & (masses["flow"] == flow)]
            ranked = [here[here["carrier"] == carrier] for carrier in CARRIERS]
            found = next((part for part in ranked if len(part)), None)
            if found is None:
                raise LookupError(f"composition: no figure for {flow} in {period!r}")
            if len(found) > 1:
                raise ValueError(f"composition: {len(found)} figures for {flow} in {period!r} by one carrier")
            row = found.iloc[0]
            rows.append(
                {
                    "period": period,
                    "flow": flow,
                    "carrier": str(row["carrier"]),
                    "value_kt": float(row["value"]),
                    "derived": bool(pd.notna(row["derivation"]) and str(row["derivation"]) != ""),
                }
            )
    frame = pd.DataFrame(rows)
    frame["share_pct"] = 100 * frame["value_kt"] / frame.groupby("period")["value_kt"].transform("sum")
    return frame


def ownership_steps(ownership: pd.DataFrame, agreements: pd.DataFrame) -> pd.DataFrame:
    """Shares in Ulaanbaatar Railway and the agreements between Mongolia and Russia on railways, by date.

    Returns ``date`` (ISO, of any precision), ``step``, ``russia_pct``, ``mongolia_pct`` (empty where a
    step says nothing of shares), ``note``, ``quality`` and ``source_ids``.
    """
    shares = ownership[(ownership["asset"] == "Ulaanbaatar Railway") & (ownership["measure"] == "share")]
    pacts = agreements[(agreements["subject"] == "railway") & (agreements["parties"] == "MNG;RUS")]
    # One row a date: a share printed as 50/50 is two rows of the table.
    stated = pd.DataFrame(
        [
            {
                "date": str(date),
                "step": "; ".join(dict.fromkeys(rows["what"].astype(str))),
                "russia_pct": rows.loc[rows["holder"] == "Russia", "value"].astype(float).max(),
                "mongolia_pct": rows.loc[rows["holder"] == "Mongolia", "value"].astype(float).max(),
                "note": rows["note"].iloc[0],
                "quality": rows["quality"].iloc[0],
                "source_ids": rows["source_ids"].iloc[0],
            }
            for date, rows in shares.groupby("period", sort=True)
        ]
    )
    signed = pd.DataFrame(
        {
            "date": pacts["date_signed"].astype(str),
            "step": pacts["title"].astype(str),
            "note": pacts["note"],
            "quality": pacts["quality"],
            "source_ids": pacts["source_ids"],
        }
    )
    return pd.concat([stated, signed]).sort_values("date", kind="stable").reset_index(drop=True)
