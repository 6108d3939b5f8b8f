"""Claims on trade: shares, values, growth and concentration."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import pandas as pd

from corridors.claims.lookup import (
    DIPLOMAT,
    NIAS,
    counted,
    last_full_year,
    listed,
    matching,
    num,
    one,
    words,
)
from corridors.claims.registry import Load, conclude, settles
from corridors.claims.rules import (
    Evidence,
    Finding,
    Judgement,
    Reading,
    Tolerance,
    Verdict,
    beyond_data,
    by_readings,
    number_within,
)
from corridors.diplomacy import LEVEL_RANK, agreement_by_year, by_pair, partnerships_on, prepare
from corridors.trade import herfindahl_hirschman, partner_shares, turnover

RUSSIA: Final = "Russia"
SHARE_28: Final = Tolerance(
    0.5, 1.5, "the text says 'around' and gives whole per cents; values are revised later"
)


def _shares(load: Load, table: str, partner: str = RUSSIA) -> pd.DataFrame:
    """Value and share of one partner by year."""
    return partner_shares(load(table), [partner]).set_index("year")


def _turnover(load: Load) -> pd.DataFrame:
    """Turnover with Russia by year and its share of all trade, for the years with both sides."""
    frame = turnover(load("exports_by_partner"), load("imports_by_partner"))
    return frame[frame["partner"] == RUSSIA].dropna().set_index("year")


def _flows(years: str) -> tuple[Evidence, Evidence]:
    return (
        Evidence("exports_by_partner", f"{RUSSIA} and World, {years}", "exports"),
        Evidence("imports_by_partner", f"{RUSSIA} and World, {years}", "imports"),
    )


@settles("NIAS-32")
def twenty_eight_per_cent(load: Load) -> Finding:
    """About 28 per cent of imports come from Russia."""
    shares = _shares(load, "imports_by_partner")
    last = last_full_year(load, NIAS)
    world = load("imports_by_partner")
    span = world[world["year"].between(last - 1, last + 1)]
    sums = span.groupby("partner")["value_million_usd"].sum()
    factbook = matching(load("partner_shares_factbook"), flow="import", partner=RUSSIA).dropna(
        subset=["year"]
    )
    book = factbook.sort_values(["year", "edition"]).iloc[-1]
    pooled = 100 * float(sums[RUSSIA] / sums["World"])
    near = [
        int(year) for year in shares.index if abs(num(shares.loc[year, "share_pct"]) - 28) <= SHARE_28.close
    ]
    answers = [(f"official values, {year}", num(shares.loc[year, "share_pct"]))
               for year in (last, last + 1, last - 1, 2021, 2019)]  # fmt: skip
    answers += [
        (f"official values, {last - 1} to {last + 1} together", pooled),
        (f"CIA World Factbook, {int(book['year'])} (whole per cents)", float(book["share_pct"])),
    ]
    readings = tuple(
        Reading(name, f"{share:.1f} per cent", abs(share - 28) <= SHARE_28.close) for name, share in answers
    )
    latest = answers[0][1]
    judgement = number_within(28, latest, SHARE_28, "percentage points")
    if judgement.verdict is Verdict.CONTRADICTED and near:
        judgement = Judgement(
            Verdict.IMPRECISE, f"{judgement.rule}; it was right for {listed(map(str, near))}"
        )
    return conclude(
        "NIAS-32", judgement, claimed="28 per cent", found=f"{latest:.1f} per cent ({last})",
        statement=f"Russia's share of imports by value was {latest:.1f} per cent in {last}, the last full "
        "year before the "
        f"text, {answers[1][1]:.1f} in {last + 1} and {answers[2][1]:.1f} in {last - 1}; the three years "
        "together give "
        f"{pooled:.1f}. Within half a point of 28 are {listed(map(str, near))}; the World Factbook prints "
        f"{book['share_pct']:g} for {int(book['year'])}.",
        evidence=(
            Evidence("imports_by_partner", f"{RUSSIA} and World, all years", "imports by value"),
            Evidence("partner_shares_factbook", f"edition {book['edition']}", "share in whole per cents"),
        ),
        readings=readings, value=latest, unit="per cent",
    )  # fmt: skip


@settles("NIAS-37")
def ties_grew(load: Load) -> Finding:
    """Economic and strategic ties grew since the partnership agreement."""
    trade = _turnover(load)
    first, last = 2018, last_full_year(load, NIAS)
    value = [num(trade.loc[year, "turnover_million_usd"]) for year in (first, last)]
    share = [num(trade.loc[year, "share_pct"]) for year in (first, last)]
    votes = agreement_by_year(load("unga_agreement_yearly"), "RUS", thin="drop").set_index("year")[
        "identical_pct"
    ]
    same = [float(votes[year]) for year in (first, last)]
    readings = (
        Reading("value of trade", f"{value[0]:,.0f} to {value[1]:,.0f} million US$", value[1] > value[0]),
        Reading(
            "share of Mongolia's trade", f"{share[0]:.1f} to {share[1]:.1f} per cent", share[1] > share[0]
        ),
        Reading(
            "identical votes in the General Assembly",
            f"{same[0]:.1f} to {same[1]:.1f} per cent",
            same[1] > same[0],
        ),
    )
    change = 100 * (value[1] / value[0] - 1)
    return conclude(
        "NIAS-37", by_readings(readings), claimed="growth", found=f"{change:+.0f} per cent in value",
        statement=f"From {first}, the last full year before the treaty, to {last} turnover with Russia "
        "went from "
        f"{value[0]:,.0f} to {value[1]:,.0f} million US$ ({change:+.0f} per cent), its share of all trade "
        "from "
        f"{share[0]:.1f} to {share[1]:.1f} per cent, and identical votes from {same[0]:.1f} to "
        f"{same[1]:.1f} per cent.",
        evidence=(
            *_flows(f"{first} and {last}"),
            Evidence("unga_agreement_yearly", f"RUS, {first} and {last}", "identical votes"),
        ),
        readings=readings, value=change, unit="per cent",
    )  # fmt: skip


@settles("NIAS-15")
def first_place_in_2016(load: Load) -> Finding:
    """Mongolia took a first place in Russian foreign policy in 2016."""
    steps = load("partnerships")
    before, after = (one(partnerships_on(steps, pd.Timestamp(day).date()), partner=RUSSIA)["level"]
                     for day in ("2015-12-31", "2016-12-31"))  # fmt: skip
    pairs = by_pair(load("agreements"))
    papers = pairs[(pairs["partner"] == "RUS") & (pairs["year"] == 2016)]
    shares = _shares(load, "imports_by_partner")
    value = num(shares.loc[2016, "value_million_usd"])
    lower = [int(year) for year in shares.index if num(shares.loc[year, "value_million_usd"]) < value]
    since = max((year for year in lower if year < 2016), default=int(shares.index.min()))
    readings = (
        Reading("a new level of partnership in 2016", f"{before} before, {after} after", before != after),
        Reading("a jump of trade in 2016", f"{value:,.0f} million US$ of imports",
                value > num(shares.loc[2015, "value_million_usd"])),
        Reading("new programmes in 2016", counted(len(papers), "document"), len(papers) > 0),
    )  # fmt: skip
    return conclude(
        "NIAS-15", by_readings(readings), claimed="2016", found=counted(len(papers), "document"),
        statement=f"In 2016 the table has {counted(len(papers), 'document')} with Russia "
        f"({listed(papers['title'])}) and "
        f"no change of level: {before} before, {after} after. Imports from Russia were {value:,.0f} "
        "million US$ "
        f"({num(shares.loc[2016, 'share_pct']):.1f} per cent), the lowest since {since}.",
        evidence=(
            Evidence("partnerships", RUSSIA, "levels"),
            Evidence("agreements", ", ".join(papers["agreement_id"]) or "no row", "documents of 2016"),
            Evidence("imports_by_partner", f"{RUSSIA} and World", "imports by year"),
        ),
        readings=readings, value=value, unit="million US$",
    )  # fmt: skip


def _scale(load: Load, claim_id: str, source_id: str, kind: str, claimed: str, reason: str) -> Finding:
    """The size of trade with Russia, for a claim on what Russia wants of it."""
    year = last_full_year(load, source_id)
    row = one(_turnover(load).reset_index(), year=year)
    return conclude(
        claim_id, beyond_data(kind, reason), claimed=claimed,
        found=f"{row['turnover_million_usd']:,.0f} million US$ in {year}",
        statement=f"Turnover with Russia was {row['turnover_million_usd']:,.0f} million US$ in {year}, "
        f"{row['share_pct']:.1f} per cent of Mongolia's trade: exports {row['exports_million_usd']:,.0f}, "
        "imports "
        f"{row['imports_million_usd']:,.0f}. {reason[0].upper()}{reason[1:]}.",
        evidence=_flows(str(year)), value=float(row["turnover_million_usd"]), unit="million US$",
    )  # fmt: skip


@settles("NIAS-28")
def stronghold(load: Load) -> Finding:
    """Through Mongolia Putin wants a stronghold in the East Asian economy."""
    reason = "what he intends no table shows; the market is small"
    return _scale(load, "NIAS-28", NIAS, "motive", "a stronghold", reason)


@settles("DIP-05")
def turn_to_the_east(load: Load) -> Finding:
    """Facing NATO, Russia turns to its eastern partners, Mongolia among them."""
    reason = (
        "what moves Russian policy no table here shows, and Russia's trade with others is not in the tables"
    )
    return _scale(load, "DIP-05", DIPLOMAT, "motive", "a turn to the east", reason)


@settles("NIAS-35")
def counterweight(load: Load) -> Finding:
    """Russia serves Mongolia as a counterweight to China."""
    year = last_full_year(load, NIAS)
    share = {
        (flow, partner): num(_shares(load, f"{flow}_by_partner", partner).loc[year, "share_pct"])
        for flow in ("exports", "imports")
        for partner in (RUSSIA, "China")
    }
    return conclude(
        "NIAS-35", beyond_data("opinion", "balance has a side of security that trade does not show"),
        claimed="a counterweight", found=f"exports {share['exports', RUSSIA]:.1f} against "
        f"{share['exports', 'China']:.1f} per cent",
        statement=f"In {year} Russia took {share['exports', RUSSIA]:.1f} per cent of exports and China "
        f"{share['exports', 'China']:.1f}; of imports {share['imports', RUSSIA]:.1f} came from Russia and "
        f"{share['imports', 'China']:.1f} from China (Taiwan included).",
        evidence=(
            Evidence("exports_by_partner", f"{RUSSIA}, China and World, {year}", "exports"),
            Evidence("imports_by_partner", f"{RUSSIA}, China and World, {year}", "imports"),
        ),
        value=share["exports", RUSSIA], unit="per cent",
    )  # fmt: skip


@settles("NIAS-49")
def economy_after_the_visit(load: Load) -> Finding:
    """The visit raises Mongolia's standing in Moscow and so helps its economy."""
    trade = _turnover(load)
    start = last_full_year(load, NIAS)
    years = [int(year) for year in trade.index if year >= start]
    values = [num(trade.loc[year, "turnover_million_usd"]) for year in years]
    shown = listed(f"{value:,.0f} ({year})" for year, value in zip(years, values, strict=True))
    change = listed(f"{100 * (after / before - 1):+.1f}" for before, after in pairwise(values))
    sold = trade["exports_million_usd"]
    return conclude(
        "NIAS-49", beyond_data("cause", "one visit gives no test of cause, and much of 2024 lay before it"),
        claimed="a gain", found=f"{change} per cent a year",
        statement=f"Turnover with Russia in million US$: {shown}; changes on the year before: {change} per "
        "cent. Exports "
        f"to Russia went from {sold[years[0]]:,.0f} to {sold[years[-1]]:,.0f} million.",
        evidence=_flows(f"{years[0]} to {years[-1]}"), value=values[-1], unit="million US$",
    )  # fmt: skip


@settles("NIAS-52")
def diversification(load: Load) -> Finding:
    """Mongolia answers with a policy of strategic diversification."""
    last = last_full_year(load, NIAS)
    index = {flow: herfindahl_hirschman(load(f"{flow}_by_partner")).set_index("year")
             for flow in ("exports", "imports")}  # fmt: skip
    low = {flow: (float(frame["hhi_lower"].iloc[0]), num(frame.loc[last, "hhi_lower"]))
           for flow, frame in index.items()}  # fmt: skip
    first = int(index["exports"].index.min())
    return conclude(
        "NIAS-52", beyond_data("motive", "a policy can be meant and fail; trade shows the outcome only"),
        claimed="diversification",
        found=f"index of exports {low['exports'][0]:,.0f} to {low['exports'][1]:,.0f}",
        statement="The Herfindahl-Hirschman index of partners (10,000 is a single one), lower bound, went "
        "from "
        f"{low['exports'][0]:,.0f} in {first} to {low['exports'][1]:,.0f} in {last} for exports and from "
        f"{low['imports'][0]:,.0f} to {low['imports'][1]:,.0f} for imports: trade is "
        f"{'more' if low['exports'][1] > low['exports'][0] else 'less'} concentrated in exports than it was.",
        evidence=(
            Evidence("exports_by_partner", f"{first} and {last}", "concentration"),
            Evidence("imports_by_partner", f"{first} and {last}", "concentration"),
        ),
        value=low["exports"][1], unit="1",
    )  # fmt: skip


@settles("NIAS-55")
def mutual_benefit(load: Load) -> Finding:
    """Mongolia has a mutually beneficial relationship with Russia."""
    year = last_full_year(load, NIAS)
    row = one(_turnover(load).reset_index(), year=year)
    sold, bought = float(row["exports_million_usd"]), float(row["imports_million_usd"])
    return conclude(
        "NIAS-55", beyond_data("opinion", "a deficit is no loss in itself; fuel bought is fuel used"),
        claimed="mutual benefit", found=f"deficit {bought - sold:,.0f} million US$",
        statement=f"In {year} Mongolia sold {sold:,.0f} and bought {bought:,.0f} million US$: a deficit of "
        f"{bought - sold:,.0f} million, {bought / sold:.0f} dollars of imports for one of exports.",
        evidence=_flows(str(year)), value=bought - sold, unit="million US$",
    )  # fmt: skip


@settles("DIP-09")
def strong_in_the_nineties(load: Load) -> Finding:
    """Since the 1990s ties have remained strong."""
    facts = load("historical_trade_facts")
    before, after = (float(one(facts, id=name)["value"]) for name in ("history-013", "history-014"))
    visits = prepare(load("visits"))
    guests = visits[(visits["partner"] == "RUS") & (visits["direction"] == "to Mongolia")
                    & (visits["office_class"] == "head of state")]  # fmt: skip
    first = str(guests.iloc[0]["date_start"])
    in_decade = int(guests["year"].between(1990, 1999).sum())
    pairs = by_pair(load("agreements"))
    treaties = pairs[
        (pairs["partner"] == "RUS")
        & (pairs["agreement_type"] == "treaty")
        & pairs["year"].between(1990, 1999)
    ]
    readings = (
        Reading(
            "trade in the 1990s", f"share of Russia from {before:g} to {after:g} per cent",
            after >= before / 2,
        ),
        Reading("visits of a Russian president in the 1990s", counted(in_decade, "visit"), in_decade > 0),
        Reading("treaties in the 1990s", counted(len(treaties), "treaty", "treaties"), len(treaties) > 0),
    )  # fmt: skip
    return conclude(
        "DIP-09", by_readings(readings), claimed="remained strong", found=readings[0].answer,
        statement=f"Russia's share of trade went from {before:g} to about {after:g} per cent in the first "
        "half of the "
        f"1990s; visits of a Russian president in the decade: {in_decade}; the first on record began on "
        f"{words(first)}. "
        f"Treaties of the decade: {listed(f'{row.title} ({row.year})' for row in treaties.itertuples())}.",
        evidence=(
            Evidence("historical_trade_facts", "history-013, history-014", "share of trade"),
            Evidence("visits", ", ".join(guests["visit_id"]), "Russian presidents in Mongolia"),
            Evidence("agreements", ", ".join(treaties["agreement_id"]) or "no row", "treaties of the 1990s"),
        ),
        readings=readings, value=after, unit="per cent",
    )  # fmt: skip


@settles("DIP-64")
def steady_course(load: Load) -> Finding:
    """Since democratisation ties with Russia have followed a steady course, whoever was in office."""
    steps = matching(load("partnerships"), partner=RUSSIA).sort_values("date")
    ranks = [LEVEL_RANK[level] for level in steps["level"]]
    shares = _shares(load, "imports_by_partner")["share_pct"]
    last = last_full_year(load, DIPLOMAT)
    span = shares[shares.index <= last]
    votes = agreement_by_year(load("unga_agreement_yearly"), "RUS", thin="drop").set_index("year")[
        "identical_pct"
    ]
    votes = votes[(votes.index >= 1994) & (votes.index <= last)]
    readings = (
        Reading("the level of partnership never fell", listed(steps["level"]), ranks == sorted(ranks)),
        Reading("share of imports within five points", f"{span.min():.1f} to {span.max():.1f} per cent",
                float(span.max() - span.min()) <= 5),
        Reading("identical votes within ten points", f"{votes.min():.1f} to {votes.max():.1f} per cent",
                float(votes.max() - votes.min()) <= 10),
    )  # fmt: skip
    judgement = by_readings(readings)
    return conclude(
        "DIP-64",
        Judgement(judgement.verdict, f"{judgement.rule}; the widths of five and ten points are ours"),
        claimed="a steady course", found=readings[0].answer,
        statement="Levels of partnership: "
        f"{listed(f'{row.level} {words(str(row.date))}' for row in steps.itertuples())}. "
        f"Russia's share of imports between {span.min():.1f} and {span.max():.1f} "
        "per cent "
        f"({int(span.index.min())}-{last}), identical votes between {votes.min():.1f} and "
        f"{votes.max():.1f} per cent "
        f"({int(votes.index.min())}-{last}).",
        evidence=(
            Evidence("partnerships", RUSSIA, "levels"),
            Evidence("imports_by_partner", f"{RUSSIA} and World to {last}", "share"),
            Evidence("unga_agreement_yearly", f"RUS, 1994 to {last}", "identical votes"),
        ),
        readings=readings,
    )  # fmt: skip
