"""What the trade tables say: partners, shares, balance, growth, concentration, long series, mirrors.

Pure functions from frames to frames; nothing is read or written here. Values are million current US$,
shares and rates per cent, seen from Mongolia. Frames that come in are those of :mod:`corridors.catalog`
with the same names; ``flows`` below is ``exports_by_partner`` or ``imports_by_partner`` (columns year,
partner, value_million_usd, with the partner "World" for the total).

Rules that hold everywhere: a partner without a row is not listed, never zero; a missing value stays
missing; a series is never joined across a break; a derived value never joins an official series.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

import numpy as np
import pandas as pd

WORLD: Final = "World"
VALUE: Final = "value_million_usd"

#: Sums of published shares may exceed 100 per cent by rounding, never by more.
ROUNDING_PCT: Final = 0.05

#: The sections of 2001 overshoot the total by more than a per cent; rounding never does.
OVERSHOOT_PCT: Final = 100.1

#: First year of official values by partner.
FIRST_OFFICIAL_YEAR: Final = 2005


def _need(frame: pd.DataFrame, *columns: str) -> None:
    """Raise KeyError that names the columns that a frame lacks."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        have = ", ".join(frame.columns)
        raise KeyError(f"the frame lacks the column(s) {', '.join(missing)}; it has {have}")


def _unique(frame: pd.DataFrame, keys: Sequence[str]) -> None:
    """Raise ValueError that names the first repeated key."""
    twice = frame[frame.duplicated(list(keys))]
    if len(twice):
        raise ValueError(f"more than one row for {dict(twice.iloc[0][list(keys)])}")


def partner_values(flows: pd.DataFrame, partners: Sequence[str] | None = None) -> pd.DataFrame:
    """Values by year and partner: year, partner, value_million_usd, sorted; World only if asked for.

    Raises ValueError for a partner that the table does not have and for a repeated row.
    """
    _need(flows, "year", "partner", VALUE)
    _unique(flows, ["year", "partner"])
    known = set(flows["partner"])
    wanted = sorted(known - {WORLD}) if partners is None else list(partners)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise ValueError(f"no partner {', '.join(unknown)} in this table; it has {', '.join(sorted(known))}")
    chosen = flows.loc[flows["partner"].isin(wanted), ["year", "partner", VALUE]]
    return chosen.sort_values(["year", "partner"], ignore_index=True)


def _with_world(flows: pd.DataFrame) -> pd.DataFrame:
    """The listed partners with a column ``world`` for the total of the year."""
    values = partner_values(flows)
    world = flows.loc[flows["partner"] == WORLD].set_index("year")[VALUE]
    without = sorted(set(values["year"]) - set(world.dropna().index))
    if without:
        raise ValueError(f"no value for World in {', '.join(map(str, without))}; shares need it")
    if (world <= 0).any():
        raise ValueError("the value for World must be positive; shares need it")
    return values.assign(world=values["year"].map(world).astype("float64"))


def partner_shares(flows: pd.DataFrame, partners: Sequence[str] | None = None) -> pd.DataFrame:
    """Shares of the listed partners in the total of the year: year, partner, value_million_usd, share_pct."""
    frame = _with_world(flows)
    frame["share_pct"] = 100 * frame[VALUE] / frame["world"]
    if partners is not None:
        partner_values(flows, partners)  # the same error for an unknown name
        frame = frame[frame["partner"].isin(list(partners))]
    return frame.drop(columns="world").reset_index(drop=True)


def coverage(flows: pd.DataFrame) -> pd.DataFrame:
    """How much of the total the listed partners make.

    Columns: year, partners (count with a value), listed_million_usd, world_million_usd, coverage_pct,
    unlisted_million_usd.
    """
    frame = _with_world(flows)
    grouped = frame.groupby("year")
    out = pd.DataFrame(
        {
            "partners": grouped[VALUE].count(),
            "listed_million_usd": grouped[VALUE].sum(),
            "world_million_usd": grouped["world"].first(),
        }
    )
    out["coverage_pct"] = 100 * out["listed_million_usd"] / out["world_million_usd"]
    out["unlisted_million_usd"] = out["world_million_usd"] - out["listed_million_usd"]
    return out.reset_index()


def herfindahl_hirschman(flows: pd.DataFrame) -> pd.DataFrame:
    """Concentration of trade by partner: the Herfindahl-Hirschman index with its bounds.

    The index is the sum of the squared shares of all partners, shares in per cent: 10,000 for a single
    partner, near 0 for very many equal ones. Only the listed partners are known, so the rest of the
    total (the remainder r, in per cent) gives bounds: ``hhi_lower`` counts it as spread over infinitely
    many partners (adds 0), ``hhi_upper`` as one single partner (adds r squared). The truth lies between.

    Columns: year, listed_share_pct, remainder_pct, hhi_lower, hhi_upper. Raises ValueError if the
    listed partners make more than the total.
    """
    shares = partner_shares(flows)
    grouped = shares.assign(square=shares["share_pct"] ** 2).groupby("year")
    out = pd.DataFrame({"listed_share_pct": grouped["share_pct"].sum(), "hhi_lower": grouped["square"].sum()})
    too_much = out.index[out["listed_share_pct"] > 100 + ROUNDING_PCT]
    if len(too_much):
        raise ValueError(f"the listed partners make more than the total in {', '.join(map(str, too_much))}")
    out["remainder_pct"] = (100 - out["listed_share_pct"]).clip(lower=0)
    out["hhi_lower"] = out["hhi_lower"].clip(upper=10_000)
    out["hhi_upper"] = (out["hhi_lower"] + out["remainder_pct"] ** 2).clip(upper=10_000)
    return out.reset_index()[["year", "listed_share_pct", "remainder_pct", "hhi_lower", "hhi_upper"]]


def _both(exports: pd.DataFrame, imports: pd.DataFrame) -> pd.DataFrame:
    """Exports and imports side by side by year and partner (with World); a missing side is missing."""
    keys = ["year", "partner"]
    sides = []
    for flows, name in ((exports, "exports_million_usd"), (imports, "imports_million_usd")):
        values = partner_values(flows, sorted(set(flows["partner"])))
        sides.append(values.rename(columns={VALUE: name}))
    return sides[0].merge(sides[1], on=keys, how="outer").sort_values(keys, ignore_index=True)


def balance(exports: pd.DataFrame, imports: pd.DataFrame) -> pd.DataFrame:
    """Trade balance: year, partner (with World), exports, imports and balance_million_usd.

    Exports are free on board, imports include cost, insurance and freight, as published; the balance
    carries that difference. Where one side is not listed the balance is missing.
    """
    frame = _both(exports, imports)
    frame["balance_million_usd"] = frame["exports_million_usd"] - frame["imports_million_usd"]
    return frame


def turnover(exports: pd.DataFrame, imports: pd.DataFrame) -> pd.DataFrame:
    """Turnover, exports plus imports: year, partner, both sides, turnover_million_usd, share_pct of World."""
    frame = _both(exports, imports)
    frame["turnover_million_usd"] = frame["exports_million_usd"] + frame["imports_million_usd"]
    world = frame.loc[frame["partner"] == WORLD].set_index("year")["turnover_million_usd"]
    frame["share_pct"] = 100 * frame["turnover_million_usd"] / frame["year"].map(world).astype("float64")
    return frame


def growth(frame: pd.DataFrame, value: str = VALUE, by: Sequence[str] = ("partner",)) -> pd.DataFrame:
    """Growth on the calendar year before: the frame, sorted, with growth_pct.

    A rate needs the year directly before in the same group and a positive base; else it is missing.
    """
    _need(frame, "year", value, *by)
    keys = [*by, "year"]
    _unique(frame, keys)
    before = frame[[*keys, value]].assign(year=frame["year"] + 1).rename(columns={value: "_before"})
    out = frame.merge(before, on=keys, how="left").sort_values(keys, ignore_index=True)
    base = out["_before"].where(out["_before"] > 0)
    out["growth_pct"] = 100 * (out[value] / base - 1)
    return out.drop(columns="_before")


def grown(value: float, rate_pct: float, years: int = 1) -> float:
    """The value after ``years`` years at ``rate_pct`` per cent a year."""
    return float(value * (1 + rate_pct / 100) ** years)


def compound_growth_pct(first: float, last: float, years: int) -> float:
    """Average annual growth in per cent that leads from ``first`` to ``last`` in ``years`` years.

    The inverse of :func:`grown`. Raises ValueError unless first > 0, last >= 0 and years > 0.
    """
    if first <= 0 or last < 0 or years <= 0:
        raise ValueError("compound growth needs a positive first value, no negative last one, and years > 0")
    return float(100 * ((last / first) ** (1 / years) - 1))


def compound_growth(
    frame: pd.DataFrame, start: int, end: int, value: str = VALUE, by: Sequence[str] = ("partner",)
) -> pd.DataFrame:
    """Average annual growth between two years by group: the groups, first, last, growth_pct a year.

    Groups that lack one of the two years, or have no positive first value, are left out.
    """
    _need(frame, "year", value, *by)
    if end <= start:
        raise ValueError(f"the last year ({end}) must come after the first ({start})")
    ends = [frame.loc[frame["year"] == year].set_index(list(by))[value] for year in (start, end)]
    out = pd.DataFrame({"first": ends[0], "last": ends[1]}).dropna()
    out = out[out["first"] > 0]
    out["growth_pct"] = 100 * ((out["last"] / out["first"]) ** (1 / (end - start)) - 1)
    return out.reset_index()


_BREAKS: Final = {
    "1935": "exchange-rate break between 1934 and 1936",
    "1936 to 1960": "exchange-rate break between 1934 and 1936",
    "from 1961": "exchange-rate break between 1960 and 1961",
}
_REVISIONS: Final = {
    "none": "values as first published",
    "gold added": "gold added in a later revision",
    "up": "later revision upwards",
    "down": "later value below the first one",
}


def long_series(totals: pd.DataFrame) -> pd.DataFrame:
    """The totals since 1924 cut into segments that may each be one line, and nothing longer.

    A segment ends where the exchange-rate regime changes and where the state of revision changes. Years
    that could not be compared with a first publication carry the state of the year before on (before
    1992: not revised). Columns: flow, year, value_million_usd, segment (1, 2, ... within the flow),
    break_before (why the segment begins; empty text inside a segment and at the start of the series).
    """
    _need(totals, "year", "flow", VALUE, "rate_regime", "revision")
    _unique(totals, ["flow", "year"])
    out = totals.sort_values(["flow", "year"], ignore_index=True)
    compared = out["revision"].where(out["revision"] != "not compared")
    state = compared.groupby(out["flow"]).ffill().fillna("none")
    regime = out["rate_regime"].astype(str)
    first = ~out["flow"].duplicated()
    new_regime = (regime != regime.shift()) & ~first
    new_state = (state != state.shift()) & ~first
    out["segment"] = (first | new_regime | new_state).groupby(out["flow"]).cumsum().astype("int64")
    reason = regime.map(_BREAKS).where(new_regime, state.map(_REVISIONS).where(new_state, ""))
    out["break_before"] = reason.fillna("")
    return out[["flow", "year", VALUE, "segment", "break_before"]]


def revisions(totals: pd.DataFrame, first_published: pd.DataFrame) -> pd.DataFrame:
    """Today's totals beside those first published: year, flow, first and today, change and change_pct."""
    keys = ["year", "flow"]
    sides = [frame[[*keys, VALUE]] for frame in (first_published, totals)]
    out = sides[0].merge(sides[1], on=keys, suffixes=("_first", "_today"))
    out = out.rename(columns={f"{VALUE}_first": "first_million_usd", f"{VALUE}_today": "today_million_usd"})
    out["change_million_usd"] = out["today_million_usd"] - out["first_million_usd"]
    out["change_pct"] = 100 * out["change_million_usd"] / out["first_million_usd"]
    return out.sort_values(["flow", "year"], ignore_index=True)


def shares_before_2005(factbook: pd.DataFrame, partners: Sequence[str] | None = None) -> pd.DataFrame:
    """Partner shares of years before the official values by partner, kept apart by their source.

    Columns: year, flow, partner, share_pct, edition, source ("CIA World Factbook"), disagree (True where
    editions give the same year and partner differently). Shares without a reference year are left out.
    Never to be joined to :func:`partner_shares`: the Factbook seems to use mirror data.
    """
    _need(factbook, "edition", "flow", "partner", "year", "share_pct")
    early = factbook[(factbook["year"] < FIRST_OFFICIAL_YEAR).fillna(False).astype(bool)]
    if partners is not None:
        early = early[early["partner"].isin(list(partners))]
    keys = ["year", "flow", "partner"]
    out = early[[*keys, "share_pct", "edition"]].assign(source="CIA World Factbook")
    out["disagree"] = out.groupby(keys)["share_pct"].transform("nunique") > 1
    return out.sort_values([*keys, "edition"], ignore_index=True)


def derived_ranges(bilateral: pd.DataFrame) -> pd.DataFrame:
    """Derived values before 2005 as ranges over the methods: partner, flow, year, low, high, methods."""
    _need(bilateral, "partner", "flow", "year", VALUE, "method")
    grouped = bilateral.groupby(["partner", "flow", "year"])
    out = pd.DataFrame(
        {
            "low_million_usd": grouped[VALUE].min(),
            "high_million_usd": grouped[VALUE].max(),
            "methods": grouped["method"].agg(lambda names: ", ".join(sorted(set(names)))),
        }
    )
    return out.reset_index()


def factbook_against_official(
    factbook: pd.DataFrame, exports: pd.DataFrame, imports: pd.DataFrame
) -> pd.DataFrame:
    """Shares of the Factbook beside the official ones for the same year, flow and partner.

    Columns: year, flow, partner, edition, factbook_pct, official_pct, difference_points. Every official
    partner appears for every edition that covers the year; where the edition does not list it,
    factbook_pct is missing, which is not zero.
    """
    official = pd.concat(
        [partner_shares(exports).assign(flow="export"), partner_shares(imports).assign(flow="import")]
    )
    lists = factbook.dropna(subset=["year"])[["year", "flow", "edition"]].drop_duplicates()
    out = lists.merge(official[["year", "flow", "partner", "share_pct"]], on=["year", "flow"])
    printed = factbook[["edition", "year", "flow", "partner", "share_pct"]]
    keys = ["edition", "year", "flow", "partner"]
    out = out.merge(printed, on=keys, how="left", suffixes=("_official", "_factbook"))
    out = out.rename(columns={"share_pct_official": "official_pct", "share_pct_factbook": "factbook_pct"})
    out["difference_points"] = out["factbook_pct"] - out["official_pct"]
    order = ["year", "flow", "partner", "edition", "factbook_pct", "official_pct", "difference_points"]
    return out[order].sort_values(order[:4], ignore_index=True)


def category_shares(categories: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Exports by category against the official total of the year.

    Columns: year, category, value_million_usd, share_pct, sections_pct (all listed sections together),
    overshoot (True where the sections exceed the total, as in 2001, when gold was revised in the
    sections and not in the total; shares of such a year are too high).
    """
    _need(categories, "year", "category", VALUE)
    world = totals.loc[totals["flow"] == "export"].set_index("year")[VALUE]
    out = categories[["year", "category", VALUE]].sort_values(["year", "category"], ignore_index=True)
    total = out["year"].map(world).astype("float64")
    out["share_pct"] = 100 * out[VALUE] / total
    out["sections_pct"] = out.groupby("year")["share_pct"].transform("sum")
    out["overshoot"] = out["sections_pct"] > OVERSHOOT_PCT
    return out


def side_by_side(
    exports: pd.DataFrame, imports: pd.DataFrame, partners: Sequence[str] = ("Russia", "China")
) -> pd.DataFrame:
    """One row a year with the same six columns for each partner, named after it.

    For "Russia": russia_exports_million_usd, russia_imports_million_usd, russia_turnover_million_usd,
    russia_balance_million_usd, russia_export_share_pct, russia_import_share_pct.
    """
    parts = []
    for partner in partners:
        sides = []
        for flows, name in ((exports, "export"), (imports, "import")):
            shares = partner_shares(flows, [partner]).set_index("year")
            sides.append(shares[[VALUE, "share_pct"]].set_axis([f"{name}s", f"{name}_share"], axis="columns"))
        both = sides[0].join(sides[1], how="outer")
        slug = partner.lower().replace(" ", "_")
        part = pd.DataFrame(
            {
                f"{slug}_exports_million_usd": both["exports"],
                f"{slug}_imports_million_usd": both["imports"],
                f"{slug}_turnover_million_usd": both["exports"] + both["imports"],
                f"{slug}_balance_million_usd": both["exports"] - both["imports"],
                f"{slug}_export_share_pct": both["export_share"],
                f"{slug}_import_share_pct": both["import_share"],
            }
        )
        parts.append(part)
    return pd.concat(parts, axis="columns").sort_index().reset_index()


_MIRRORED: Final = {"turnover": "turnover_million_usd", "imports from Mongolia": "exports_million_usd"}
_GAP_IS: Final[dict[Hashable, str]] = {
    "exact": "exact", "about": "about", "more than": "at most", "less than": "at least",
    "planned": "not an outcome",
}  # fmt: skip


def mirror_table(
    mirror: pd.DataFrame, exports: pd.DataFrame, imports: pd.DataFrame, partner: str
) -> pd.DataFrame:
    """What the other side says beside the official Mongolian value of the same year.

    Only statements in million US$ on whole years and on turnover or the other side's imports. Columns:
    year, measure, reporter, official_million_usd, other_million_usd, gap_million_usd (official minus
    other), gap_pct_of_official, gap_is (exact, about, at most, at least: how firm the gap is as the other
    side rounds or bounds its figure; "not an outcome" for an expectation; "not a mirror" for a figure
    that quotes Mongolian statistics or comes from Mongolia), derivation, conflict_group, source_ids.
    One row a statement: statements that disagree stay side by side.
    """
    _need(mirror, "pair", "measure", "unit", "year", "value", "qualifier", "basis", "reporter")
    rows = mirror[
        (mirror["pair"] == f"Mongolia-{partner}") & mirror["measure"].isin(list(_MIRRORED))
        & (mirror["unit"] == "million US$") & mirror["year"].notna() & mirror["value"].notna()
    ]  # fmt: skip
    official = turnover(exports, imports)
    official = official[official["partner"] == partner].set_index("year")
    out = rows[["year", "measure", "reporter", "value"]].rename(columns={"value": "other_million_usd"})
    values = {measure: official[column].to_dict() for measure, column in _MIRRORED.items()}
    found = [values[m].get(y, np.nan) for y, m in zip(rows["year"], rows["measure"], strict=True)]
    out.insert(3, "official_million_usd", found)
    out["gap_million_usd"] = out["official_million_usd"] - out["other_million_usd"]
    out["gap_pct_of_official"] = 100 * out["gap_million_usd"] / out["official_million_usd"]
    quoted = (rows["basis"] == "quotes Mongolian statistics") | (rows["reporter"] == "Mongolia")
    out["gap_is"] = rows["qualifier"].map(_GAP_IS).where(~quoted, "not a mirror")
    for name in ("derivation", "conflict_group", "source_ids"):
        out[name] = rows[name]
    return out.sort_values(["year", "measure", "reporter"], kind="stable", ignore_index=True)
