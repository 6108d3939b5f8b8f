"""Partnerships beside trade, and the steps between Mongolia and the groupings around it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from corridors.diplomacy.dates import add_dates, parse_date

#: Name of the body that signs as a party, in the table of agreements.
UNION = "EAEU"


def full_years(since: str, day: date) -> int:
    """Whole years from ``since`` to ``day``; a month or a year counts from its last day. Never below 0."""
    first = parse_date(since).latest
    return max(0, day.year - first.year - ((day.month, day.day) < (first.month, first.day)))


def levels_with_shares(
    levels: pd.DataFrame,
    imports: pd.DataFrame,
    exports: pd.DataFrame,
    day: date,
    import_year: int,
    export_year: int,
) -> pd.DataFrame:
    """The level reached with each partner beside its share of trade.

    ``levels`` is the frame of :func:`corridors.diplomacy.partnerships_on`; ``imports`` and ``exports`` are
    shares by year and partner (``year``, ``partner``, ``share_pct``, per cent of the total of the year).
    Adds ``years`` (whole years at the level on ``day``, Int64), ``import_share_pct``, ``export_share_pct``;
    a partner without a row is not listed there and its share is missing, never zero. Partners of trade
    without a declared partnership have the level "none" and rank 0, after the others.
    """
    frame = levels.merge(_of_year(imports, import_year, "import_share_pct"), on="partner", how="outer")
    frame = frame.merge(_of_year(exports, export_year, "export_share_pct"), on="partner", how="left")
    frame["years"] = pd.array(
        [pd.NA if pd.isna(since) else full_years(str(since), day) for since in frame["since"]], dtype="Int64"
    )
    frame["level_rank"] = frame["level_rank"].fillna(0).astype("Int64")
    frame["level"] = frame["level"].fillna("none")
    columns = [
        "partner",
        "level",
        "level_rank",
        "since",
        "years",
        "import_share_pct",
        "export_share_pct",
        "source_ids",
    ]
    frame = frame.sort_values(
        ["level_rank", "since", "partner"], ascending=[False, True, True], kind="stable"
    )
    return frame[columns].reset_index(drop=True)


def _of_year(shares: pd.DataFrame, year: int, name: str) -> pd.DataFrame:
    """The shares of one year as two columns, ``partner`` and ``name``."""
    chosen = shares.loc[shares["year"] == year, ["partner", "share_pct"]]
    return chosen.rename(columns={"share_pct": name})


def share_around(partnerships: pd.DataFrame, flows: pd.DataFrame, *, years: int = 3) -> pd.DataFrame:
    """Share of a partner in trade in the years before and after each dated step of partnership.

    ``flows`` has ``year``, ``partner`` and ``value_million_usd`` with the partner "World". The shares are
    pooled, sum over sum, over the ``years`` before the year of the step and the ``years`` after it; the year
    of the step itself is left out. Steps whose years are not all in the table, or whose partner is not
    listed, are left out. Columns: ``partner``, ``level``, ``date``, ``before_pct``, ``after_pct`` and
    ``change_points`` (percentage points); by date. Only what came before and after: it is no test of a cause.
    """
    steps = partnerships[partnerships["counted"].astype(bool)]
    values = flows.pivot(index="year", columns="partner", values="value_million_usd")
    rows = []
    for step in add_dates(steps, "date").dropna(subset=["date"]).to_dict("records"):
        year, partner = int(step["year"]), str(step["partner"])
        spans = [range(year - years, year), range(year + 1, year + years + 1)]
        if partner not in values or not all(set(span) <= set(values.index) for span in spans):
            continue
        pairs = [values.loc[list(span), [partner, "World"]] for span in spans]
        if any(bool(pair.isna().to_numpy().any()) for pair in pairs):
            continue
        before, after = (100 * float(pair[partner].sum()) / float(pair["World"].sum()) for pair in pairs)
        rows.append([partner, step["level"], step["date"], before, after, after - before])
    columns = ["partner", "level", "date", "before_pct", "after_pct", "change_points"]
    return pd.DataFrame(rows, columns=columns).sort_values(["date", "partner"], ignore_index=True)


def bloc_steps(facts: pd.DataFrame, agreements: pd.DataFrame) -> pd.DataFrame:
    """The steps with four groupings in one chronology.

    The rows of ``bloc_facts``, and the documents between Mongolia and the Union from ``agreements`` (kind
    "document"; standing "signatory" from the first treaty on, before it "in talks"). Columns: ``body``,
    ``date``, ``kind``, ``standing``, ``what``, ``source_ids``; by body and date.
    """
    papers = agreements[[UNION in parties.split(";") for parties in agreements["parties"]]]
    first = papers.loc[papers["agreement_type"] == "treaty", "date_signed"].min()
    papers = papers.assign(
        body=UNION,
        date=papers["date_signed"],
        kind="document",
        standing=["signatory" if signed >= first else "in talks" for signed in papers["date_signed"]]
        if isinstance(first, str)
        else "in talks",
        what=papers["title"],
    )
    columns = ["body", "date", "kind", "standing", "what", "source_ids"]
    whole = pd.concat([facts[columns], papers[columns]])
    return whole.sort_values(["body", "date", "kind"], kind="stable", ignore_index=True)
