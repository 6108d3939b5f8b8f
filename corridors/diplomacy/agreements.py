"""Documents by pair and year, treaties in force, and partnerships at a given day."""

from __future__ import annotations

from datetime import date
from typing import Final

import pandas as pd

from corridors.diplomacy.dates import add_dates, parse_date

HOME: Final = "MNG"

#: Order of the levels. 0 is an intention, not a partnership; the three upgraded forms rank alike, since
#: nothing in the texts puts "special" above "comprehensive strategic" or "third neighbour".
LEVEL_RANK: Final[dict[str, int]] = {
    "roadmap towards comprehensive": 0,
    "friendly-cooperative": 1,
    "comprehensive": 2,
    "strategic": 3,
    "strategic third neighbour": 4,
    "special strategic": 4,
    "comprehensive strategic": 4,
}


def by_pair(agreements: pd.DataFrame) -> pd.DataFrame:
    """One row a document and partner: parties other than Mongolia, with ``partner``, ``year`` and bounds.

    ``partner`` is "" for a document to which Mongolia is not, or not undisputedly, a party; ``trilateral``
    is true where both Russia and China are parties. Sorted by date and id.
    """
    frame = add_dates(agreements, "date_signed")
    parties = frame["parties"].str.split(";")
    frame["trilateral"] = [{"RUS", "CHN"} <= set(names) for names in parties]
    frame["partner"] = [
        [name for name in names if name != HOME] if HOME in names else [""] for names in parties
    ]
    frame = frame.explode("partner")
    frame["partner"] = frame["partner"].astype("str")
    return frame.sort_values(["earliest", "agreement_id", "partner"], kind="stable").reset_index(drop=True)


def count_by_year(pairs: pd.DataFrame, *, years: tuple[int, int] | None = None) -> pd.DataFrame:
    """Documents by partner and year from :func:`by_pair`: ``partner``, ``year``, ``documents`` (Int64).

    With ``years`` = (first, last) every partner has every year, 0 included.
    """
    frame = pairs[pairs["partner"] != ""]
    if years is not None:
        frame = frame[frame["year"].between(years[0], years[1])]
    counted = frame.groupby(["partner", "year"], sort=True).size().rename("documents").reset_index()
    if years is not None:
        span = pd.DataFrame({"year": pd.array(range(years[0], years[1] + 1), dtype="Int64")})
        full = counted[["partner"]].drop_duplicates().merge(span, how="cross")
        counted = full.merge(counted, on=["partner", "year"], how="left").fillna({"documents": 0})
    return counted.astype({"documents": "Int64"}).sort_values(["partner", "year"]).reset_index(drop=True)


def in_force_on(agreements: pd.DataFrame, day: date) -> pd.DataFrame:
    """Documents with a known entry into force that is surely not later than ``day``.

    A month or year counts from its last day. Documents without a date of entry into force are left out:
    that is no statement that they are not in force.
    """
    known = agreements[agreements["date_in_force"].notna()]
    begun = [parse_date(str(text)).latest <= day for text in known["date_in_force"]]
    return known[begun].reset_index(drop=True)


def partnerships_on(partnerships: pd.DataFrame, day: date, *, intentions: bool = False) -> pd.DataFrame:
    """The highest level that Mongolia has reached with each partner by ``day``.

    Steps with counted = false (not verified) and without a date never count. A month or year counts from
    its last day. Of two steps of equal rank the later one is shown. Columns: ``partner``,
    ``partner_iso3``, ``level``, ``level_rank`` (Int64), ``since`` (date as exactly as known) and
    ``source_ids``; highest level first, then by date. With ``intentions`` roadmaps (rank 0) appear too.
    Raises ValueError for a level without a rank.
    """
    unknown = sorted(set(partnerships["level"]) - set(LEVEL_RANK))
    if unknown:
        raise ValueError(f"levels without a rank in LEVEL_RANK: {unknown}")
    frame = add_dates(partnerships[partnerships["counted"].astype(bool)], "date")
    frame = frame[frame["latest"] <= pd.Timestamp(day)]
    frame["level_rank"] = frame["level"].map(LEVEL_RANK).astype("Int64")
    if not intentions:
        frame = frame[frame["level_rank"] > 0]
    frame = frame.sort_values(["partner", "level_rank", "latest"], kind="stable")
    frame = frame.drop_duplicates("partner", keep="last").rename(columns={"date": "since"})
    frame = frame.sort_values(["level_rank", "latest", "partner"], ascending=[False, True, True])
    return frame[["partner", "partner_iso3", "level", "level_rank", "since", "source_ids"]].reset_index(
        drop=True
    )
