"""Energy: petroleum, electricity, coal and gas.

``accounts`` holds the yearly tables (all of it can be called from here); ``fuel`` has stocks and press
figures, ``refinery`` and ``scenarios`` answer "what if", ``balance`` asks whether a table fits together.
"""

from corridors.energy import balance, fuel, refinery, scenarios
from corridors.energy.accounts import (
    HOURS_A_DAY,
    OVERLAPPING,
    ROUNDING,
    TOTAL,
    capacity,
    capacity_utilisation_pct,
    coal_tables,
    daily_use,
    days_in_year,
    days_of_cover,
    electricity_shares,
    electricity_suppliers,
    ember_against_official,
    energy_content,
    gas_by_year,
    gas_utilisation,
    petroleum_by_month,
    petroleum_by_year,
    press_against_official,
    supplier_shares,
    system_utilisation,
)

__all__ = [
    "HOURS_A_DAY",
    "OVERLAPPING",
    "ROUNDING",
    "TOTAL",
    "balance",
    "capacity",
    "capacity_utilisation_pct",
    "coal_tables",
    "daily_use",
    "days_in_year",
    "days_of_cover",
    "electricity_shares",
    "electricity_suppliers",
    "ember_against_official",
    "energy_content",
    "fuel",
    "gas_by_year",
    "gas_utilisation",
    "petroleum_by_month",
    "petroleum_by_year",
    "press_against_official",
    "refinery",
    "scenarios",
    "supplier_shares",
    "system_utilisation",
]
