"""Capital: what a debt settlement implies, what a share of investment implies, and who held what.

Input frames are those of ``catalog.load`` ("debt_facts", "fdi_facts", "fdi_by_source", "ownership_facts",
"macro_indicators"). Money is in million current US$, shares in per cent. Nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import pandas as pd

INFLOW: Final = "foreign direct investment inflow"
DEBT: Final = "external debt"
QUALIFIERS: Final[dict[str, str]] = {
    "about": "about ", "more than": "more than ", "less than": "less than ", "planned": "planned: ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settlement:
    """A debt before, the part written off, the part paid (one unit), and the share written off (per cent)."""

    before: float
    written_off: float
    paid: float
    share_off_pct: float


def settle(
    *,
    before: float | None = None,
    written_off: float | None = None,
    paid: float | None = None,
    share_off_pct: float | None = None,
) -> Settlement:
    """The whole settlement that any two of its four quantities imply.

    Written off and paid together make the debt before. Raises ValueError unless exactly two are given, for
    an amount that is not positive, for a share outside 0 to 100 (both excluded) and for a part larger
    than the whole.
    """
    given = {
        "before": before, "written_off": written_off, "paid": paid, "share_off_pct": share_off_pct,
    }  # fmt: skip
    known = {name: value for name, value in given.items() if value is not None}
    if len(known) != 2:
        raise ValueError(f"two of the four quantities are needed, not {', '.join(known) or 'none'}")
    if any(value <= 0 for value in known.values()) or not 0 < known.get("share_off_pct", 50) < 100:
        raise ValueError(f"amounts must be positive and the share between 0 and 100: {known}")
    if before is None:
        if share_off_pct is None:
            assert written_off is not None
            assert paid is not None
            before = written_off + paid
        elif written_off is not None:
            before = 100 * written_off / share_off_pct
        else:
            assert paid is not None
            before = 100 * paid / (100 - share_off_pct)
    if share_off_pct is not None:
        written_off = before * share_off_pct / 100
    elif written_off is None:
        assert paid is not None
        written_off = before - paid
    if not 0 < written_off < before:
        raise ValueError(f"a part is not smaller than the whole: {known}")
    return Settlement(before, written_off, before - written_off, 100 * written_off / before)


def arithmetic(cases: Iterable[Mapping[str, float]]) -> pd.DataFrame:
    """Each pair of reported quantities with what it implies for the other two.

    ``cases`` are the arguments of :func:`settle`. Columns: ``before``, ``written_off``, ``paid``,
    ``share_off_pct`` and ``given``, the names of the two that were reported, ";"-separated.
    """
    rows = [asdict(settle(**case)) | {"given": ";".join(case)} for case in cases]
    return pd.DataFrame(rows, columns=["before", "written_off", "paid", "share_off_pct", "given"])


def marked(frame: pd.DataFrame, column: str, decimals: int = 1) -> pd.Series[Any]:
    """A column of :func:`arithmetic` as text, reported values with a star."""

    def written(row: pd.Series[Any]) -> str:
        text = f"{row[column]:,.{decimals}f}"
        return f"{text}*" if column in str(row["given"]).split(";") else text

    return frame.apply(written, axis=1)


def as_stated(facts: pd.DataFrame) -> pd.Series[Any]:
    """Value, unit and qualifier of a fact as read ("about 250 million US$"); "" for an event."""

    def written(row: pd.Series[Any]) -> str:
        if pd.isna(row["value"]):
            return ""
        return f"{QUALIFIERS.get(str(row['qualifier']), '')}{float(row['value']):,.10g} {row['unit']}"

    return facts.apply(written, axis=1)


def implied_total(part: float, share_pct: float) -> float:
    """The whole of which ``part`` is ``share_pct`` per cent; ValueError unless the share is above 0."""
    if share_pct <= 0:
        raise ValueError(f"a share of {share_pct} per cent implies no total")
    return 100 * part / share_pct


def indicator(macro: pd.DataFrame, name: str) -> pd.Series[Any]:
    """One World Bank indicator by year, in its unit. Raises LookupError for a name that is not there."""
    found = macro[macro["indicator"] == name].set_index("year")["value"].astype("float64").sort_index()
    if found.empty:
        raise LookupError(
            f"no indicator {name!r}; the table has {', '.join(sorted(set(macro['indicator'])))}"
        )
    return found


def cumulative_inflow(macro: pd.DataFrame, first: int, last: int, *, without: Iterable[int] = ()) -> float:
    """Net inflow of direct investment, summed over the years ``first`` to ``last``, million US$.

    Years in ``without`` are left out on purpose. Raises ValueError if another year is missing: a gap is no
    zero.
    """
    years = [year for year in range(first, last + 1) if year not in set(without)]
    inflow = indicator(macro, INFLOW)
    missing = [year for year in years if year not in inflow.index]
    if missing:
        raise ValueError(f"no inflow for {', '.join(map(str, missing))}")
    return float(inflow.loc[years].sum())


def beside_the_series(facts: pd.DataFrame, macro: pd.DataFrame) -> pd.DataFrame:
    """Figures for one year's investment beside the World Bank's inflow of that year, in order of years.

    Takes the rows of ``fdi_facts`` that are an inflow or registered in one calendar year. Columns: ``year``,
    ``basis``, ``measure``, ``value`` (theirs), ``world_bank``, ``difference`` (theirs less the World Bank's)
    and ``source_ids``.
    """
    of_year = facts[facts["measure"].isin(["inflow", "registered in the year"]) & facts["year"].notna()]
    out = of_year[["year", "basis", "measure", "value", "source_ids"]].copy()
    out["world_bank"] = out["year"].map(indicator(macro, INFLOW)).astype("float64")
    out["difference"] = out["value"] - out["world_bank"]
    return out.sort_values(["year", "basis"], kind="stable", ignore_index=True)


def holdings(ownership: pd.DataFrame) -> pd.DataFrame:
    """Who held what, and what was sold, one row an asset and date.

    Columns: ``asset``, ``date`` (of any precision), ``russia_pct``, ``mongolia_pct`` (missing where not
    stated), ``sold_pct`` (share sold on that date), ``price_million_usd``, ``what``, ``note``, ``quality``
    and ``source_ids``; by asset in the order of its first date, then by date.
    """
    rows = []
    for (asset, date), part in ownership.groupby(["asset", "period"], sort=False):
        share = part[part["measure"] == "share"].set_index("holder")["value"]
        sold = part.loc[part["measure"] == "share sold", "value"]
        price = part.loc[part["measure"] == "price", "value"]
        rows.append(
            {
                "asset": asset,
                "date": str(date),
                "russia_pct": share.get("Russia"),
                "mongolia_pct": share.get("Mongolia"),
                "sold_pct": sold.iloc[0] if len(sold) else None,
                "price_million_usd": price.iloc[0] if len(price) else None,
                "what": "; ".join(dict.fromkeys(part["what"].astype(str))),
                "note": "; ".join(dict.fromkeys(part["note"].dropna().astype(str))),
                "quality": part["quality"].iloc[0],
                "source_ids": part["source_ids"].iloc[0],
            }
        )
    frame = pd.DataFrame(rows)
    numeric = dict.fromkeys(("russia_pct", "mongolia_pct", "sold_pct", "price_million_usd"), "float64")
    first = frame.groupby("asset")["date"].transform("min")
    order = frame.assign(first=first).sort_values(["first", "asset", "date"], kind="stable").index
    return frame.loc[order].astype(numeric).reset_index(drop=True)


def terms(held: pd.DataFrame) -> pd.Series[Any]:
    """The shares, the share sold or the price of each row of :func:`holdings` in words; "" where none is."""

    def written(row: pd.Series[Any]) -> str:
        sides = [("Russia", row["russia_pct"]), ("Mongolia", row["mongolia_pct"])]
        parts = [f"{who} {share:g}" for who, share in sides if not pd.isna(share)]
        text = f"{', '.join(parts)} per cent" if parts else ""
        if not pd.isna(row["sold_pct"]):
            text = f"{row['sold_pct']:g} per cent sold"
        if not pd.isna(row["price_million_usd"]):
            text = f"{row['price_million_usd']:,g} million US$"
        return text

    return held.apply(written, axis=1)
