"""Trade and money: who trades with Mongolia, what each side reports, and who lent and invested.

``flows`` holds values, shares, growth and the long series (all of it can be called from here);
``partners`` compares partners, ``mirror`` the two sides of the border, ``capital`` debt and investment.
"""

from corridors.trade import capital, mirror, partners
from corridors.trade.flows import (
    FIRST_OFFICIAL_YEAR,
    OVERSHOOT_PCT,
    ROUNDING_PCT,
    VALUE,
    WORLD,
    balance,
    category_shares,
    compound_growth,
    compound_growth_pct,
    coverage,
    derived_ranges,
    factbook_against_official,
    grown,
    growth,
    herfindahl_hirschman,
    long_series,
    mirror_table,
    partner_shares,
    partner_values,
    revisions,
    shares_before_2005,
    side_by_side,
    turnover,
)

__all__ = [
    "FIRST_OFFICIAL_YEAR",
    "OVERSHOOT_PCT",
    "ROUNDING_PCT",
    "VALUE",
    "WORLD",
    "balance",
    "capital",
    "category_shares",
    "compound_growth",
    "compound_growth_pct",
    "coverage",
    "derived_ranges",
    "factbook_against_official",
    "grown",
    "growth",
    "herfindahl_hirschman",
    "long_series",
    "mirror",
    "mirror_table",
    "partner_shares",
    "partner_values",
    "partners",
    "revisions",
    "shares_before_2005",
    "side_by_side",
    "turnover",
]
