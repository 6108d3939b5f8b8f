"""Claims on borders and railways."""

from __future__ import annotations

from typing import Final

import geopandas as gpd

from corridors.claims.lookup import counted, listed, one, value_of
from corridors.claims.registry import Load, conclude, settles
from corridors.claims.rules import Evidence, Finding, Reading, at_least, by_readings, count_equals
from corridors.routes import border_lengths, compare_borders

MONGOLIA_RUSSIA: Final = "Mongolia-Russia"
LONG: Final = "a border of at least 1,000 km is a long one; the text gives no number"
RUSSIAN: Final = "Russia|RZD|Gazprom"


@settles("NIAS-25")
def half_of_the_railway(load: Load) -> Finding:
    """Russia claims half of the trans-Mongolian railway through Mongolia, Russia and China."""
    held = value_of(one(load("ownership_facts"), id="ownership-003"))
    lengths = load("rail_lengths").set_index("id")["value"].astype(float)
    network, main = lengths["ubtz-network-1"], lengths["main-border-border-1"]
    stations = load("railway_stations")
    south, north = (
        value_of(one(stations, id=name), "timetable_from_ulaanbaatar_km") for name in ("jining", "ulan-ude")
    )
    whole, printed = south - north, lengths["all-ulan-ude-jining-1"]
    newer = load("rail_projects")
    newer = newer[newer["status"].isin(["operating", "trial traffic", "built"]) & newer["length_km"].notna()]
    later = float(newer["length_km"].sum())
    readings = (
        Reading("half of the railway company in Mongolia", f"{held:g} per cent of UBTZ", held == 50),
        Reading(
            "half of the line through the three countries, by the timetable",
            f"{main:,.0f} of {whole:,.0f} km ({100 * main / whole:.0f} per cent) belong to the company",
            main / whole >= 0.99,
        ),
        Reading(
            "half of that line, by the length in encyclopedias",
            f"{main:,.0f} of {printed:,.0f} km ({100 * main / printed:.0f} per cent) belong to the company",
            main / printed >= 0.99,
        ),
        Reading(
            "half of all main line in Mongolia today",
            f"the company has {network:,.0f} of {network + later:,.0f} km "
            f"({100 * network / (network + later):.0f} per cent)",
            network / (network + later) >= 0.99,
        ),
    )  # fmt: skip
    return conclude(
        "NIAS-25", by_readings(readings), claimed="50 per cent of the line", found=readings[0].answer,
        statement=f"Russia holds {held:g} per cent of the Ulaanbaatar Railway (UBTZ). Of the line from "
        f"Ulan-Ude to Jining the company has {main:,.0f} km: {100 * main / whole:.0f} per cent of the "
        f"{whole:,.0f} km of the timetable, or {100 * main / printed:.0f} per cent of the {printed:,.0f} km "
        "that encyclopedias print without a source (perhaps the way to Beijing), so that the Russian share "
        f"stands for {held * main / whole:.0f} or {held * main / printed:.0f} per cent of the line. Its "
        f"network has {network:,.0f} km; {later:,.0f} km of newer lines ({listed(newer['project'])}) lie "
        "outside it.",
        evidence=(
            Evidence("ownership_facts", "ownership-003", "share in the company"),
            Evidence(
                "rail_lengths", "ubtz-network-1, main-border-border-1, all-ulan-ude-jining-1", "lengths",
            ),
            Evidence("railway_stations", "jining, ulan-ude", "kilometres of the timetable"),
            Evidence("rail_projects", ", ".join(newer["id"]), "lines outside the company"),
        ),
        readings=readings, value=100 * main / whole, unit="per cent",
    )  # fmt: skip


@settles("NIAS-30")
def border_with_russia(load: Load) -> Finding:
    """Russia and Mongolia share a close and long border."""
    lines = gpd.GeoDataFrame(load("boundary_lines"))
    published = load("borders")
    published["border"] = "Mongolia-" + published["neighbour"]
    rows = compare_borders(lines, published)
    rows = rows[rows["border"] == MONGOLIA_RUSSIA]
    drawn = float(one(border_lengths(lines), pair=MONGOLIA_RUSSIA)["length_km"])
    lowest = min(drawn, *(float(length) for length in rows["length_km"]))
    shown = listed(f"{row['length_km']:,.0f} km ({row['stated_by']})" for _, row in rows.iterrows())
    return conclude(
        "NIAS-30", at_least(lowest, 1000, "km", LONG), claimed="a long border",
        found=f"{lowest:,.0f} km or more",
        statement=f"Published: {shown}. Measured along a line generalised to 1:10 million: {drawn:,.0f} "
        "km; a coarse line "
        "is shorter than the border that it draws.",
        evidence=(
            Evidence("borders", ", ".join(rows["border_id"]), "published lengths"),
            Evidence("boundary_lines", MONGOLIA_RUSSIA, "length of the line"),
        ),
        value=lowest, unit="km",
    )  # fmt: skip


@settles("NIAS-34")
def connections_by_russian_projects(load: Load) -> Finding:
    """Russian projects give Mongolia better connections by pipeline and rail."""
    projects = load("projects")
    russian = projects[
        projects["partner"].str.contains(RUSSIAN) & projects["sector"].isin(["railway", "gas pipeline"])
    ]
    done = russian[russian["status"].isin(["operating", "completed"])]
    route = one(load("pipeline_attributes"), line="soyuz-vostok")
    newer = load("rail_projects")
    newer = newer[newer["status"].isin(["operating", "trial traffic", "built"])]
    by_russia = newer[newer["builder"].fillna("").str.contains(RUSSIAN)]
    planned = float(route["official_length_km"])
    finished = len(done) + len(by_russia) + int(str(route["status"]) == "operating")
    readings = (
        Reading("a Russian pipeline or rail project in Mongolia is finished",
                f"{len(done)} of {len(russian)} projects, {len(by_russia)} of "
                f"{counted(len(newer), 'new line')}",
                finished > 0),
        Reading(
            "such projects are planned or under way", f"{planned:.1f} km of pipeline planned",
            len(russian) > 0,
        ),
    )  # fmt: skip
    state = listed(f"{row['name']} ({row['status']})" for _, row in russian.iterrows())
    return conclude(
        "NIAS-34", by_readings(readings), claimed="better connections", found=readings[0].answer,
        statement=f"Rail and pipeline projects with a Russian partner: {state}. Finished: {len(done)}. Of "
        "the "
        f"{counted(len(newer), 'newer line')}, number built by a Russian company: {len(by_russia)}.",
        evidence=(
            Evidence("projects", ", ".join(russian["project_id"]), "status"),
            Evidence("rail_projects", ", ".join(newer["id"]), "builders"),
            Evidence("pipeline_attributes", str(route["id"]), "planned length"),
        ),
        readings=readings,
    )  # fmt: skip


@settles("DIP-46")
def two_neighbours(load: Load) -> Finding:
    """Mongolia is landlocked between Russia and China."""
    lines = gpd.GeoDataFrame(load("boundary_lines"))
    lengths = border_lengths(lines)
    mine = lengths[lengths["pair"].str.contains("Mongolia")]
    others = sorted({name for pair in mine["pair"] for name in pair.split("-")} - {"Mongolia"})
    return conclude(
        "DIP-46", count_equals(2, len(others)), claimed="two neighbours", found=listed(others),
        statement=f"The borders of Mongolia are with {listed(others)}: "
        f"{listed(f'{row.pair} {row.length_km:,.0f} km' for row in mine.itertuples())} along the "
        "generalised line.",
        evidence=(Evidence("boundary_lines", listed(mine["pair"]), "neighbours"),), value=float(len(others)),
        unit="1",
    )  # fmt: skip
