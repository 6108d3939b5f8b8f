"""The traps of the trade and energy tables: one test a trap, named after it.

A trap is a place where a careful reader of the sources would still go wrong. The number is the one that
the tables list under "traps": 03 is TRADE-3, 08_4 is TRADE-8-4, the fourth known conflict between sources.
"""

from __future__ import annotations

import pandas as pd
import pytest

from corridors import catalog, energy, trade

VALUE = "value_million_usd"


def one(frame: pd.DataFrame, **where: object) -> float:
    """The single value of the rows that match."""
    rows = frame
    for column, wanted in where.items():
        rows = rows[rows[column] == wanted]
    assert len(rows) == 1, f"{where}: {len(rows)} rows"
    return float(rows.iloc[0][VALUE if VALUE in rows else "value"])


def total(flow: str, year: int) -> float:
    return one(catalog.load("trade_totals"), flow=flow, year=year)


def said(name: str, trap: str) -> str:
    """The description of a table, after checking that it lists the trap and explains it."""
    described = catalog.describe(name)
    assert trap in described.traps, f"{name} does not list {trap}"
    assert f"({trap}" in described.description or f"{trap})" in described.description
    return described.description


def test_trade_trap_01_value_columns_are_million_not_thousand() -> None:
    """Published columns named for millions hold thousands; ours must be on the scale of the totals."""
    imports, exports = catalog.load("imports_by_partner"), catalog.load("exports_by_partner")
    assert one(imports, year=2005, partner="Russia") == pytest.approx(417.9268)
    assert one(exports, year=2024, partner="China") == pytest.approx(14420.7, abs=0.05)
    for frame, flow in ((imports, "import"), (exports, "export")):
        listed = trade.partner_values(frame).groupby("year")[VALUE].sum()
        for year, value in listed.items():
            assert 0.5 < value / total(flow, int(str(year))) <= 1.0005
    categories = catalog.load("exports_by_category").groupby("year")[VALUE].sum()
    for year, value in categories.items():
        assert 0.8 < value / total("export", int(str(year))) < 1.02
    assert "thousand" in said("imports_by_partner", "TRADE-1")


def test_trade_trap_02_australia_is_not_doubled() -> None:
    """A country row plus a region row of one name doubles Australia in the file of the largest partners."""
    exports, imports = catalog.load("exports_by_partner"), catalog.load("imports_by_partner")
    assert one(exports, year=2024, partner="Australia") == pytest.approx(13.42, abs=0.05)
    assert "Australia" not in set(imports["partner"])
    assert not exports.duplicated(["year", "partner"]).any()
    assert "Australia" in said("imports_by_partner", "TRADE-2")


def test_trade_trap_03_china_includes_taiwan() -> None:
    """The partner stays "China"; scope and description say that Taiwan is in it."""
    for name in ("exports_by_partner", "imports_by_partner"):
        frame = catalog.load(name)
        assert set(frame.loc[frame["partner"] == "China", "scope"]) == {"including Taiwan"}
        assert set(frame.loc[frame["scope"] == "including Taiwan", "partner"]) == {"China"}
        assert not frame["partner"].str.contains("Taiwan").any()
        assert "China includes Taiwan" in said(name, "TRADE-3")


def test_trade_trap_04_revisions_are_marked_and_2001_overshoots() -> None:
    """Gold in the totals of 1997-2000, not in 2001; both flows of 2002 and the imports of 1997 differ."""
    totals, first = catalog.load("trade_totals"), catalog.load("trade_first_published")
    changes = trade.revisions(totals, first).set_index(["flow", "year"])["change_million_usd"]
    expected = {
        ("export", 1997): 117.0, ("export", 1998): 117.1, ("export", 1999): 95.9, ("export", 2000): 69.7,
        ("export", 2002): 23.1, ("import", 1997): -106.4, ("import", 2002): 31.8,
    }  # fmt: skip
    for key, change in changes.items():
        assert change == pytest.approx(expected.get(key, 0.0), abs=0.11), key
    marked = totals[~totals["revision"].isin(["none", "not compared"])]
    assert set(zip(marked["flow"], marked["year"], strict=True)) == set(expected)
    shares = trade.category_shares(catalog.load("exports_by_category"), totals)
    assert set(shares.loc[shares["overshoot"], "year"]) == {2001}
    assert shares.loc[shares["year"] == 2001, "sections_pct"].iloc[0] == pytest.approx(101.4, abs=0.05)
    said("trade_totals", "TRADE-4")


def test_trade_trap_05_exchange_rate_breaks_split_the_long_series() -> None:
    """No segment crosses 1934/36 or 1960/61, and each break gives its reason."""
    series = trade.long_series(catalog.load("trade_totals"))
    for _, part in series.groupby(["flow", "segment"]):
        years = set(part["year"])
        assert not {1934, 1935} <= years
        assert not {1935, 1936} <= years
        assert not {1960, 1961} <= years
    broken = series[series["break_before"].str.contains("exchange-rate")]
    assert {(f, y) for f in ("export", "import") for y in (1935, 1936, 1961)} == set(
        zip(broken["flow"], broken["year"], strict=True)
    )
    assert total("export", 1960) + total("import", 1960) == pytest.approx(38.1)
    assert total("export", 1961) + total("import", 1961) == pytest.approx(212.3)
    said("trade_totals", "TRADE-5")


def test_trade_trap_06_two_official_tables_of_coal_output_disagree() -> None:
    """2019 is 43.6 or 55.8 million tonnes: both stay, in two tables, neither is averaged away."""
    both = energy.coal_tables(catalog.load("coal_balance"), catalog.load("mining_output"))
    row = both[both["year"] == 2019].iloc[0]
    assert (row["balance_kt"], row["output_kt"]) == (43554.9, 55799.4)
    assert set(both.loc[both["disagree"], "year"]) == {*range(2011, 2021), 2022}
    said("coal_balance", "TRADE-6")
    said("mining_output", "TRADE-6")


def test_trade_trap_07_doubled_rail_tonne_kilometres_are_flagged() -> None:
    """World Bank tonne-km of 2010-2012 carry a caution; no other year of the series does."""
    macro = catalog.load("macro_indicators")
    rail = macro[macro["indicator"] == "rail freight turnover"].set_index("year")
    assert set(rail.index[rail["caution"] == "looks doubled"]) == {2010, 2011, 2012}
    ordinary = rail[rail["caution"] == "none"]["value"]
    assert ordinary.max() < rail.loc[2010, "value"]
    said("macro_indicators", "TRADE-7")


def test_trade_trap_08_world_bank_debt_excludes_the_rouble_debt() -> None:
    """0.355 billion in 1992 against 16.8 billion for 1990: two things, kept in two tables."""
    macro = catalog.load("macro_indicators")
    debt = macro[macro["indicator"] == "external debt"]
    assert set(debt["caution"]) == {"excludes the rouble debt"}
    assert float(debt.loc[debt["year"] == 1992, "value"].iloc[0]) == pytest.approx(354.767, abs=0.001)
    facts = catalog.load("debt_facts")
    assert one(facts, measure="stock", year=1990) == 16800
    factbook = catalog.load("energy_debt_factbook")
    printed = factbook[factbook["item"] == "external debt"].groupby("edition")["value"].max()
    assert printed[2017] > 4 * printed[2014] > 0
    assert printed[2024] < printed[2023] / 3
    for name in ("macro_indicators", "debt_facts", "energy_debt_factbook"):
        said(name, "TRADE-8")


def test_trade_trap_09_factbook_2023_omits_russia_is_not_zero() -> None:
    """No row for Russia, the list marked, and the comparison gives a gap and never a zero."""
    factbook = catalog.load("partner_shares_factbook")
    imports_2023 = factbook[(factbook["year"] == 2023) & (factbook["flow"] == "import")]
    assert "Russia" not in set(imports_2023["partner"])
    assert set(imports_2023["russia_listed"]) == {"no"}
    exports, imports = catalog.load("exports_by_partner"), catalog.load("imports_by_partner")
    both = trade.factbook_against_official(factbook, exports, imports)
    rows = both[(both["flow"] == "import") & (both["partner"] == "Russia")].set_index("year")
    assert pd.isna(rows.loc[2023, "factbook_pct"])
    assert rows.loc[2023, "official_pct"] == pytest.approx(25.8, abs=0.05)
    assert rows.loc[2006, "factbook_pct"] == 29.8
    assert rows.loc[2006, "official_pct"] == pytest.approx(38.2, abs=0.05)
    said("partner_shares_factbook", "TRADE-9")


def test_trade_trap_10_investment_of_2016_disagrees() -> None:
    """Minus 4,156 million or plus 218: both are kept and the World Bank value carries a caution."""
    macro = catalog.load("macro_indicators")
    inflow = macro[macro["indicator"] == "foreign direct investment inflow"].set_index("year")
    assert inflow.loc[2016, "value"] == pytest.approx(-4156.4, abs=0.05)
    assert inflow.loc[2016, "caution"] == "disagrees with other sources"
    facts = catalog.load("fdi_facts")
    assert one(facts, year=2016, measure="inflow") == 218
    assert facts.loc[facts["year"] == 2016, "conflict_group"].notna().all()
    said("macro_indicators", "TRADE-10")
    said("fdi_facts", "TRADE-10")


def test_trade_trap_11_press_oil_volumes_disagree_with_the_authority() -> None:
    """AI-92 petrol of 2023: 604 or 686.5 kt; January 2024: 71.58 or 229.7 kt. The authority's is official."""
    monthly, facts = catalog.load("petroleum_imports_monthly"), catalog.load("petroleum_facts")
    both = energy.press_against_official(facts, monthly).set_index(["period", "product"])
    year = both.loc[("2023", "AI-92 petrol")]
    assert year["press_kt"] == 604
    assert year["official_kt"] == pytest.approx(686.532)
    month = both.loc[("2024-01", "all products")]
    assert month["press_kt"] == 71.58
    assert month["official_kt"] == pytest.approx(229.664)
    assert both["conflict_group"].notna().all()
    said("petroleum_facts", "TRADE-11")


def test_trade_trap_12_ember_is_no_independent_check() -> None:
    """Net imports agree with the official balance to Ember's rounding but in 2006, 2007 and 2024."""
    both = energy.ember_against_official(
        catalog.load("electricity_balance"), catalog.load("electricity_ember")
    )
    apart = both[both["net_imports_difference_gwh"].abs() > 5.05]
    assert set(apart["year"]) == {2006, 2007, 2024}
    assert "not an independent check" in said("electricity_ember", "TRADE-12")


def test_trade_trap_13_a_quoted_mongolian_figure_is_not_a_mirror() -> None:
    """592.9 million for 2006, said by a Russian minister, is the Mongolian value to the last digit."""
    exports, imports = catalog.load("exports_by_partner"), catalog.load("imports_by_partner")
    table = trade.mirror_table(catalog.load("mirror_facts"), exports, imports, "Russia")
    quoted = table[(table["year"] == 2006) & (table["other_million_usd"] == 592.9)]
    assert list(quoted["gap_is"]) == ["not a mirror"]
    mirrors = table[~table["gap_is"].isin(["not a mirror", "not an outcome"])]
    assert (mirrors["gap_million_usd"].abs() > 10).all(), (
        "a mirror equal to the official value is a quotation"
    )
    said("mirror_facts", "TRADE-13")


# ------------------------------------------------------------------ known conflicts between sources


def group(name: str, label: str) -> list[float]:
    """The values that disagree, smallest first."""
    frame = catalog.load(name)
    rows = frame[frame["conflict_group"] == label]
    return sorted(rows[VALUE if VALUE in rows else "value"].dropna())


def test_trade_trap_08_1_exports_to_russia_1996_are_89_or_269() -> None:
    assert group("bilateral_before_2005", "exports to Russia 1996") == [89.1, 89.1, 269.2]
    assert group("bilateral_before_2005", "imports from Russia 1996") == [153.3, 153.3, 164.7]
    assert group("historical_trade_facts", "Russia's share of exports 1996") == [63]
    said("bilateral_before_2005", "TRADE-8-1")
    said("historical_trade_facts", "TRADE-8-1")


def test_trade_trap_08_2_ten_year_thesis_rates_are_not_used() -> None:
    """They are kept, marked, and no derived value rests on them."""
    facts = catalog.load("historical_trade_facts")
    long = facts[facts["period"] == "1992-2002"]
    assert len(long) == 3
    assert long["note"].str.contains("not to be used").all()
    assert long["conflict_group"].notna().all()
    # the chain between 1992 and 2002 falls by 4.9 per cent a year, against -1.5 printed
    derived = catalog.load("bilateral_before_2005")
    chain = derived[derived["method"] == "chain"].groupby("year")[VALUE].sum()
    assert trade.compound_growth_pct(chain[1992], chain[2002], 10) == pytest.approx(-4.9, abs=0.1)
    said("bilateral_before_2005", "TRADE-8-2")
    said("historical_trade_facts", "TRADE-8-2")


def test_trade_trap_08_3_turnover_2003_is_237_or_306() -> None:
    """Both are kept, as rows of one conflict."""
    assert group("bilateral_before_2005", "turnover with Russia 2003") == [237.2, 306.4]
    said("bilateral_before_2005", "TRADE-8-3")


def test_trade_trap_08_4_russian_figures_lie_below_but_2017_above() -> None:
    """No factor leads from one side's figures to the other's: the sign of the gap changes."""
    exports, imports = catalog.load("exports_by_partner"), catalog.load("imports_by_partner")
    table = trade.mirror_table(catalog.load("mirror_facts"), exports, imports, "Russia")
    firm = table[table["gap_is"].isin(["exact", "about"])]
    assert set(firm.loc[firm["gap_million_usd"] < 0, "year"]) == {2017}
    assert {2006, 2007, 2008, 2018} <= set(firm.loc[firm["gap_million_usd"] > 0, "year"])
    said("mirror_facts", "TRADE-8-4")


def test_trade_trap_08_5_growth_of_2025_has_two_signs() -> None:
    """Growth in parts of the year on one side, a fall over the whole year on the other."""
    assert group("mirror_facts", "growth of turnover with Russia 2025") == [5, 7.9]
    both = trade.turnover(catalog.load("exports_by_partner"), catalog.load("imports_by_partner"))
    rate = trade.growth(both[both["partner"] == "Russia"], "turnover_million_usd").set_index("year")
    assert rate.loc[2025, "growth_pct"] == pytest.approx(-2.7, abs=0.05)
    said("mirror_facts", "TRADE-8-5")


def test_trade_trap_08_6_ten_billion_with_china_2021_is_quoted() -> None:
    """It is no mirror of the Mongolian value because it probably is the Mongolian value."""
    facts = catalog.load("mirror_facts")
    row = facts[(facts["pair"] == "Mongolia-China") & (facts["year"] == 2021)]
    assert list(row["basis"]) == ["quotes Mongolian statistics"]
    said("mirror_facts", "TRADE-8-6")


def test_trade_trap_08_7_710_thousand_tonnes_are_marked_as_unusable() -> None:
    """Kept beside the order for the month, a fifth of it, with a warning in its note."""
    assert group("petroleum_facts", "AI-92 petrol for January 2026") == [136.47, 710]
    facts = catalog.load("petroleum_facts")
    assert facts.loc[facts["value"] == 710, "note"].str.contains("not to be used").all()
    said("petroleum_facts", "TRADE-8-7")


def test_trade_trap_08_8_energy_account_does_not_convert_to_tonnes() -> None:
    """Diesel is plausible (43.2-44.0 TJ/kt), petrol too high (above 44.5) in all years 2021-2024."""
    yearly = energy.petroleum_by_year(catalog.load("petroleum_imports_monthly"))
    content = energy.energy_content(catalog.load("petroleum_supply"), yearly)
    diesel, petrol = (content[content["product"] == name]["tj_a_kt"] for name in ("diesel", "petrol"))
    assert len(diesel) == len(petrol) == 4
    assert diesel.between(43.2, 44.0).all()
    assert (petrol > 44.5).all()
    said("petroleum_supply", "TRADE-8-8")
    said("petroleum_imports_monthly", "TRADE-8-8")


def test_trade_trap_08_9_electricity_of_2012_is_impossible() -> None:
    """393.9 GWh from Russia exceed all imports of 366.0: shown, marked, not corrected."""
    table = energy.electricity_suppliers(
        catalog.load("electricity_by_supplier"), catalog.load("electricity_balance")
    )
    impossible = table[~table["possible"]]
    assert list(impossible["year"]) == [2012]
    assert list(impossible["supplied_gwh"]) == [393.9]
    said("electricity_by_supplier", "TRADE-8-9")


def test_trade_trap_08_10_world_bank_tonne_kilometres_are_twice_the_railways() -> None:
    """One railway, one year, two values: the World Bank's is not to be charted."""
    freight = catalog.load("rail_freight")
    company = float(freight.loc[freight["unit"] == "million tonne-km", "value"].iloc[0])
    macro = catalog.load("macro_indicators")
    bank = macro[(macro["indicator"] == "rail freight turnover") & (macro["year"] == 2011)]
    assert float(bank["value"].iloc[0]) / company == pytest.approx(2, abs=0.01)
    said("macro_indicators", "TRADE-8-10")
    said("rail_freight", "TRADE-8-10")


def test_trade_trap_08_11_exports_by_rail_to_russia_are_a_misprint() -> None:
    """1.7 Mt as printed and 0.17 as the shares require; the second says that it is our reading."""
    assert group("rail_freight", "exports by rail to Russia 2021") == [170, 1700]
    freight = catalog.load("rail_freight")
    assert freight.loc[freight["value"] == 170, "derivation"].notna().all()
    said("rail_freight", "TRADE-8-11")


def test_trade_trap_08_12_investment_of_2014_and_the_weight_of_china() -> None:
    """Two inflows of 2014, and two measures of China's weight whose base is not stated."""
    assert group("fdi_facts", "foreign direct investment 2014") == [644]
    macro = catalog.load("macro_indicators")
    bank = macro[(macro["indicator"] == "foreign direct investment inflow") & (macro["year"] == 2014)]
    assert float(bank["value"].iloc[0]) == pytest.approx(338, abs=0.5)
    assert group("fdi_by_source", "weight of China in investment") == [21, 4300]
    said("fdi_facts", "TRADE-8-12")
    said("fdi_by_source", "TRADE-8-12")
    said("macro_indicators", "TRADE-8-12")


def test_trade_trap_debt_amounts_do_not_close() -> None:
    """98 per cent of 11.4 billion is not 10 billion, 250 million are not 300 million: all stay."""
    assert group("debt_facts", "amount written off in 2003") == [10000, 11172]
    assert group("debt_facts", "payment under the settlement of 2003") == [250, 300]
    assert group("debt_facts", "Soviet-era debt before 2003") == [11400, 11400]
    assert group("debt_facts", "share written off in 2010") == [97, 97.8]


def test_trade_trap_two_counts_of_container_trains() -> None:
    assert group("container_trains", "container trains 2017") == [539, 556]


def test_trade_trap_three_shares_of_russian_petrol_2023() -> None:
    assert group("petroleum_facts", "Russia's share of petrol imports 2023") == [90, 90, 97]


def test_trade_trap_two_volumes_of_power_of_siberia() -> None:
    gas = energy.gas_by_year(catalog.load("gas_deliveries"))
    assert set(gas.loc[gas["disagree"], "year"]) == {2022, 2023}
    assert list(gas["year"]) == list(range(2019, 2026))


def test_geo_19_small_coal_units_are_missing_from_the_tracker() -> None:
    """Units under 30 MW are left out: station 3 shows 50 MW operating in one register, 198 in the other."""
    plants = catalog.load("power_plants")
    running = plants[(plants["status"] == "operating") & plants["plant"].str.startswith("Ulaanbaatar-3")]
    by_register = running.groupby("register")["capacity_mw"].sum()
    assert by_register["GEM coal"] == 50
    assert by_register["WRI"] == 198
    assert plants.loc[plants["register"] == "GEM coal", "capacity_mw"].min() >= 30
    assert "30 MW" in said("power_plants", "GEO-19")
    with pytest.raises(ValueError, match="count the same plants"):
        energy.capacity(plants, registers=["GEM coal", "WRI"])


def test_geo_20_status_of_a_plant_has_a_date() -> None:
    """No status without the date of its register; the newest is of July 2024."""
    plants = catalog.load("power_plants")
    dates = plants.groupby("register")["status_as_of"].unique().map(list).to_dict()
    assert dates == {"GEM coal": ["2024-07"], "GEM hydropower": ["2024-05"], "WRI": ["2018 to 2021"]}
    said("power_plants", "GEO-20")


def test_geo_21_lines_across_the_border_have_no_geometry() -> None:
    """Nothing in the table can be drawn as a surveyed line, and the description says so."""
    lines = catalog.load("interconnectors")
    assert not {"latitude", "longitude", "geometry"} & set(lines.columns)
    assert "schematics" in said("interconnectors", "GEO-21")


# --------------------------------------------------------------------------- checks across tables


def test_partner_world_equals_the_totals() -> None:
    """World in the partner tables is the official total of the long series in every year."""
    for name, flow in (("exports_by_partner", "export"), ("imports_by_partner", "import")):
        frame = catalog.load(name)
        world = frame[frame["partner"] == "World"]
        assert list(world["year"]) == list(range(2005, 2026))
        for year, value in zip(world["year"], world[VALUE], strict=True):
            assert value == pytest.approx(total(flow, year), abs=0.06), (name, year)


def test_generation_plus_imports_equal_resources() -> None:
    balance = energy.electricity_shares(catalog.load("electricity_balance"))
    assert balance["residual_gwh"].abs().max() <= 0.6
    assert (balance["losses_and_own_use_gwh"] > 0).all()


def test_listed_import_partners_make_82_to_89_per_cent() -> None:
    covered = trade.coverage(catalog.load("imports_by_partner"))["coverage_pct"]
    assert covered.between(82, 89).all()


def test_regions_hold_their_countries() -> None:
    """Europe is not below the European countries of the partner table that are not in Asia."""
    regions = catalog.load("exports_by_region").set_index(["year", "region"])[VALUE]
    values = catalog.load("exports_by_partner").set_index(["year", "partner"])[VALUE]
    for year in range(2005, 2025):
        assert regions[year, "Asia"] >= values[year, "China"] + values[year, "Japan"]
        assert regions[year, "Europe"] >= regions[year, "European Union"]


def test_groups_sum_to_the_total_of_their_time() -> None:
    """The three groups of countries 1998-2002 sum to the totals first published."""
    groups = catalog.load("trade_by_country_group").groupby(["flow", "year"])[VALUE].sum()
    first = catalog.load("trade_first_published").set_index(["flow", "year"])[VALUE]
    for key, value in groups.items():
        assert value == pytest.approx(first[key], abs=0.35), key


def test_derived_values_stand_apart_from_official_series() -> None:
    """The derived table says so, shares no row with the official one, and every row has its formula."""
    assert catalog.describe("bilateral_before_2005").kind == "derived"
    derived = catalog.load("bilateral_before_2005")
    assert derived["derivation"].notna().all()
    for name in ("exports_by_partner", "imports_by_partner", "trade_totals"):
        assert catalog.describe(name).kind == "published"
        assert "derivation" not in catalog.load(name).columns


def test_derived_chain_and_share_times_total_reproduce() -> None:
    """Share times total is recomputed from its own inputs, and the check year is 0.9 per cent high."""
    derived = catalog.load("bilateral_before_2005")
    share = derived[(derived["method"] == "share times total") & (derived["flow"] == "import")]
    factbook = catalog.load("partner_shares_factbook")
    for year in (1998, 1999, 2000, 2003, 2004, 2005):
        listed = factbook[
            (factbook["year"] == year) & (factbook["flow"] == "import") & (factbook["partner"] == "Russia")
        ]
        product = float(listed["share_pct"].iloc[0]) / 100 * total("import", year)
        assert one(share, year=year) == pytest.approx(product, abs=0.1)
    official = one(catalog.load("imports_by_partner"), year=2005, partner="Russia")
    assert one(share, year=2005) / official == pytest.approx(1.009, abs=0.001)


def test_part_years_have_no_year() -> None:
    """A value for part of a year cannot slip into a chart by year."""
    for name in ("rail_freight", "mirror_facts", "petroleum_facts", "electricity_by_supplier"):
        frame = catalog.load(name)
        part = frame["period"].str.contains(r"Jan|H1|Q[1-4]|^\d{4}-\d{2}$", regex=True)
        assert part.any()
        assert frame.loc[part & ~frame["what"].str.contains("Permitted"), "year"].isna().all(), name
