"""Every other source end to end: the real code against a server that answers as the provider documents."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from corridors.catalog import Catalog, check


@pytest.fixture
def tables(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Only what the source at hand needs: checking the data takes longest."""
    needed = {
        "worldbank": ("macro_indicators",), "owid": ("electricity_ember",), "ember": ("electricity_ember",),
        "overpass": ("rail_track", "railway_stations"), "gem": ("pipelines",),
        "unvotes": ("unga_agreement_yearly", "unga_agreement_rank"),
        "mirror": ("imports_by_partner", "exports_by_partner"),
    }  # fmt: skip
    name = request.function.__name__
    return "sources", *next(found for key, found in needed.items() if key in name)


def _csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


# --- World Bank -----------------------------------------------------------------------------------


def _bank(
    desk: Any, server: HTTPServer, change: Callable[[str, list[Any]], Any] = lambda code, answer: answer
) -> None:
    shift = {"million US$": 1_000_000}
    by_code: dict[str, list[Any]] = {}
    for row in desk.rows("trade/macro_indicators.csv"):
        by_code.setdefault(row["code"], []).append(
            {
                "indicator": {"id": row["code"], "value": row["indicator"].capitalize()},
                "country": {"id": "MN", "value": "Mongolia"}, "countryiso3code": "MNG", "date": row["year"],
                "value": float(row["value"]) * shift.get(row["unit"], 1), "unit": "", "obs_status": "",
                "decimal": 0,
            }
        )  # fmt: skip
    for code, rows in by_code.items():
        head = {"page": 1, "pages": 1, "per_page": 1000, "total": len(rows), "lastupdated": "2027-02-20"}
        url = f"/worldbank/country/MNG/indicator/{code}"
        query = {"format": "json", "per_page": "1000"}
        server.expect_request(url, query_string=query).respond_with_json(change(code, [head, rows]))


def test_worldbank(desk: Any, httpserver: HTTPServer) -> None:
    def change(code: str, answer: list[Any]) -> list[Any]:
        head, rows = answer
        for row in rows:
            row["value"] = round(row["value"], 4)
        if code == "NY.GDP.MKTP.CD":
            latest = max(rows, key=lambda row: row["date"])
            rows.insert(0, {**latest, "date": "2025", "value": latest["value"] * 1.05})
            rows.insert(0, {**latest, "date": "2026", "value": None})
        return [head, rows]

    _bank(desk, httpserver, change)
    assert desk.refresh("worldbank", accept=True) == 0, desk.text
    assert "macro_indicators: 1 added" in desk.text
    assert check(desk.data) == []
    rows = {(row["indicator"], row["year"]): row for row in desk.rows("trade/macro_indicators.csv")}
    fresh = rows["gross domestic product", "2025"]
    assert (fresh["unit"], fresh["caution"], fresh["source_id"]) == ("million US$", "none", "worldbank-gdp")
    assert Catalog(desk.data).source("worldbank-gdp").date == "2027-02-20"


@pytest.mark.parametrize(
    ("answer", "rule", "says"),
    [
        ([{"message": [{"id": "120", "value": "The indicator was not found."}]}], "bad-request", "not found"),
        ([{"page": 1, "pages": 1}, []], "empty", "no rows"),
        ([{"page": 1, "pages": 3}, [{}]], "cut-off", "3 pages"),
        ([{"page": 1, "pages": 1}, [{"date": "2024"}]], "missing-column", "no 'countryiso3code'"),
        ({"rows": []}, "changed-form", "no list of head and rows"),
    ],
)
def test_worldbank_faults(answer: Any, rule: str, says: str, desk: Any, httpserver: HTTPServer) -> None:
    _bank(desk, httpserver, lambda code, good: answer if code == "NY.GDP.MKTP.CD" else good)
    desk.refused("worldbank", rule, says)


def test_worldbank_in_thousands(desk: Any, httpserver: HTTPServer) -> None:
    def thousands(code: str, answer: list[Any]) -> list[Any]:
        for row in answer[1]:
            row["value"] = row["value"] / 1000
        return answer

    _bank(desk, httpserver, thousands)
    desk.refused("worldbank", "unit", "0.001 times")


# --- Our World in Data, Ember ---------------------------------------------------------------------


def _owid(desk: Any) -> list[dict[str, Any]]:
    return [
        {
            "country": "Mongolia", "year": row["year"], "iso_code": "MNG",
            "electricity_demand": float(row["demand_gwh"]) / 1000,
            "electricity_generation": float(row["generation_gwh"]) / 1000,
            "net_elec_imports": float(row["net_imports_gwh"]) / 1000,
            "net_elec_imports_share_demand": row["net_imports_share_pct"],
            "coal_share_elec": row["coal_share_pct"],
        }
        for row in desk.rows("energy/electricity_ember.csv")
    ]  # fmt: skip


def test_owid(desk: Any, httpserver: HTTPServer) -> None:
    rows = _owid(desk)
    rows[3]["electricity_demand"] = 3.5
    rows.append({**rows[-1], "year": "2026", "electricity_demand": 12.34})
    rows.append({**rows[-1], "country": "Malta", "iso_code": "MLT"})
    rows.append({**rows[0], "year": "1985", "electricity_demand": ""})
    httpserver.expect_request("/owid/owid-energy-data.csv").respond_with_data(_csv(rows))
    assert desk.refresh("owid", accept=True) == 0, desk.text
    assert "electricity_ember: 1 added, 1 revised" in desk.text
    assert check(desk.data) == []
    fresh = desk.rows("energy/electricity_ember.csv")[-1]
    assert (fresh["year"], fresh["demand_gwh"], fresh["source_id"]) == ("2026", "12340", "owid-energy-live")


def test_owid_renamed_column(desk: Any, httpserver: HTTPServer) -> None:
    text = _csv(_owid(desk)).replace("electricity_demand", "power_demand")
    httpserver.expect_request("/owid/owid-energy-data.csv").respond_with_data(text)
    desk.refused("owid", "missing-column", "the column 'electricity_demand' is not in the answer")


def test_owid_torn_row(desk: Any, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/owid/owid-energy-data.csv").respond_with_data(_csv(_owid(desk))[:-20])
    desk.refused("owid", "cut-off", "cells, the header 8")


EMBER = "/ember/generation/outputs/release_generation_yearly_global.csv"


def _ember(desk: Any) -> list[dict[str, Any]]:
    """The file as described since July 2026: a row a country, year and source; units stand in the header."""
    rows = []
    for row in desk.rows("energy/electricity_ember.csv"):
        for source, amount, share in (
            ("Demand", float(row["demand_gwh"]) / 1000, ""),
            ("Total generation", float(row["generation_gwh"]) / 1000, 100),
            ("Net imports", float(row["net_imports_gwh"]) / 1000, ""),
            ("Coal", 1.0, row["coal_share_pct"]),
            ("Wind", 0.5, 5.1),
        ):
            rows.append(
                {"Area": "Mongolia", "ISO 3 code": "MNG", "Year": row["year"],
                 "Area type": "Country or economy", "Electricity source": source,
                 "Generation (TWh)": amount, "Generation YoY change (%)": "",
                 "Share of generation (%)": share, "Share of generation YoY change (% points)": ""}
            )  # fmt: skip
    return rows


def test_ember(desk: Any, httpserver: HTTPServer) -> None:
    rows = _ember(desk)
    latest = [row for row in rows if row["Year"] == "2025"]
    rows += [{**row, "Year": "2026"} for row in latest]
    rows += [{**row, "Area": "Asia", "ISO 3 code": "", "Generation (TWh)": 15000} for row in latest]
    rows += [{**row, "Year": "1999"} for row in latest if row["Electricity source"] != "Coal"]
    demand = next(r for r in rows if r["Year"] == "2010" and r["Electricity source"] == "Demand")
    demand["Generation (TWh)"] = 5.5
    httpserver.expect_request(EMBER).respond_with_data(_csv(rows))
    assert desk.refresh("ember", accept=True) == 0, desk.text
    assert "electricity_ember: 1 added" in desk.text
    assert "note: demand 2010: 5500 GWh at Ember" in desk.text
    assert check(desk.data) == []
    fresh = desk.rows("energy/electricity_ember.csv")[-1]
    before = desk.rows("energy/electricity_ember.csv")[-2]
    same = ("demand_gwh", "generation_gwh", "net_imports_gwh", "coal_share_pct")
    assert fresh["year"] == "2026"
    assert [float(fresh[name]) for name in same] == [float(before[name]) for name in same]
    share = float(fresh["net_imports_gwh"]) / float(fresh["demand_gwh"]) * 100
    assert float(fresh["net_imports_share_pct"]) == pytest.approx(share, abs=0.001)


def test_ember_in_another_unit(desk: Any, httpserver: HTTPServer) -> None:
    text = _csv(_ember(desk)).replace("Generation (TWh)", "Generation (GWh)")
    httpserver.expect_request(EMBER).respond_with_data(text)
    desk.refused("ember", "unit", "Generation comes in GWh, expected TWh")


def test_ember_under_other_names(desk: Any, httpserver: HTTPServer) -> None:
    text = _csv(_ember(desk))
    for old, new, rule, said in (
        (
            "Net imports",
            "Imports",
            "unknown-label",
            "no row of Mongolia is called Net imports; there are Coal",
        ),
        ("ISO 3 code", "Entity", "missing-column", "'ISO 3 code' is not in the answer; it has Area"),
        ("Generation (TWh)", "Amount", "missing-column", "'Generation (TWh)' is not in the answer"),
    ):
        httpserver.expect_ordered_request(EMBER).respond_with_data(text.replace(old, new))
        desk.refused("ember", rule, said)


# --- OpenStreetMap --------------------------------------------------------------------------------


class Map:
    """Overpass with the course of our main line as its ways, and our stations as its stations."""

    def __init__(self, desk: Any) -> None:
        layer = json.loads((desk.data / "routes/osm/rail_track.geojson").read_text())
        self.course: list[list[float]] = []
        self.parts = [f for f in layer["features"] if f["properties"]["line"] == "trans-mongolian-main"]
        for part in self.parts:
            self.course += part["geometry"]["coordinates"][1 if self.course else 0 :]
        self.stations = [
            {
                "type": row["osm_id"].split("/")[0], "id": int(row["osm_id"].split("/")[1]),
                "tags": {"railway": "station", "name": row["name"]},
                "lat": float(row["latitude"]), "lon": float(row["longitude"]),
            }
            for row in desk.rows("routes/osm/railway_stations.csv")
            if row["osm_id"] and row["kind"] == "station"
        ]  # fmt: skip
        self.remark = ""

    def track(self) -> list[dict[str, Any]]:
        """Ways of forty nodes, each beginning where the one before ends, with a node between any two."""
        dense = [self.course[0]]
        for one, two in pairwise(self.course):
            dense += [[(one[0] + two[0]) / 2, (one[1] + two[1]) / 2 + 0.0001], two]
        ways = []
        for start in range(0, len(dense) - 1, 39):
            nodes = range(start, min(start + 40, len(dense)))
            ways.append(
                {
                    "type": "way", "id": 1000 + start, "tags": {"railway": "rail"}, "nodes": list(nodes),
                    "geometry": [{"lat": dense[n][1], "lon": dense[n][0]} for n in nodes],
                }
            )  # fmt: skip
        return [*ways, {"type": "node", "id": 5, "lat": 48.0, "lon": 106.0}]

    def serve(self, server: HTTPServer, ways: list[dict[str, Any]] | None = None) -> None:
        def answer(request: Request) -> Response:
            query = request.form["data"]
            assert query.startswith("[out:json][timeout:180];")
            elements = (ways or self.track()) if "rel(2707161);>>;out geom;" in query else self.stations
            found = {
                "version": 0.6,
                "osm3s": {"timestamp_osm_base": "2027-02-28T10:00:00Z"},
                "elements": elements,
            }
            return Response(json.dumps(found | ({"remark": self.remark} if self.remark else {})))

        server.expect_request("/overpass/interpreter", method="POST").respond_with_handler(answer)


def test_overpass(desk: Any, httpserver: HTTPServer) -> None:
    osm = Map(desk)
    osm.stations[5]["lat"] += 0.01
    names = {"name": "Шинэ", "name:en": "Shine", "name:ru": "Шинэ-Рус", "railway": "halt"}
    osm.stations.append({"type": "node", "id": 1, "lat": 47.0, "lon": 107.0, "tags": names})
    mongolian = next(
        r
        for r in desk.rows("routes/osm/railway_stations.csv")
        if r["country"] == "Mongolia" and r["osm_id"] and r["kind"] == "station"
    )
    osm.stations = [s for s in osm.stations if f"{s['type']}/{s['id']}" != mongolian["osm_id"]]
    osm.serve(httpserver)
    assert desk.refresh("overpass", accept=True) == 0, desk.text
    assert check(desk.data) == []
    assert "not in railway_stations, 1 upstream; to enter one, decide its line" in desk.text
    assert "Shine (node/1, 47 N 107 E): halt; name Шинэ; name:ru Шинэ-Рус; " in desk.text
    page = (desk.settings.store / "report.html").read_text()
    assert "Upstream and not in railway_stations: 1" in page
    assert "<td>node/1</td>" in page
    stations = {row["osm_id"] for row in desk.rows("routes/osm/railway_stations.csv")}
    assert "node/1" not in stations, "nothing adds itself"
    assert f"no station upstream any more (left as they are): {mongolian['name']}\n" in desk.text, (
        "and no other"
    )
    assert "railway_stations: 1 revised" in desk.text, "track points are no stations"
    layer = json.loads((desk.data / "routes/osm/rail_track.geojson").read_text())
    parts = [f for f in layer["features"] if f["properties"]["line"] == "trans-mongolian-main"]
    assert {part["properties"]["resolution"] for part in parts} == {"track"}
    assert {part["properties"]["source_id"] for part in parts} == {"osm-overpass-track"}
    for before, after in pairwise(parts):
        assert before["geometry"]["coordinates"][-1] == after["geometry"]["coordinates"][0]
    for old, new in zip(osm.parts, parts, strict=True):
        assert new["properties"]["length_km"] == pytest.approx(
            old["properties"]["length_km"], rel=0.02, abs=0.1
        )
    kept = desk.data / "vintages/2026-11-21/routes/osm/rail_track.geojson"
    assert json.loads(kept.read_text())["features"][0] == osm.parts[0]


def test_overpass_line_that_jumps(desk: Any, httpserver: HTTPServer) -> None:
    osm = Map(desk)
    ways = osm.track()
    ways[3]["geometry"][7]["lat"] -= 4.5  # some 500 km
    osm.serve(httpserver, ways)
    desk.refused(
        "overpass",
        "line-jump",
        "the line jumps ",
        " km to vertex 8; 25 km are plausible",
        f"way {ways[3]['id']}",
    )


def test_overpass_swapped_coordinates(desk: Any, httpserver: HTTPServer) -> None:
    osm = Map(desk)
    ways = osm.track()
    for place in ways[0]["geometry"]:
        place["lat"], place["lon"] = place["lon"], place["lat"]
    osm.serve(httpserver, ways)
    desk.refused("overpass", "swapped", "look like latitude and longitude are swapped")


def test_overpass_swapped_station(desk: Any, httpserver: HTTPServer) -> None:
    osm = Map(desk)
    osm.stations[5]["lat"], osm.stations[5]["lon"] = osm.stations[5]["lon"], osm.stations[5]["lat"]
    osm.serve(httpserver)
    desk.refused("overpass", "swapped", "look like latitude and longitude are swapped")


def test_overpass_station_that_moves_too_far(desk: Any, httpserver: HTTPServer) -> None:
    osm = Map(desk)
    osm.stations[5]["lat"] += 0.5
    osm.serve(httpserver)
    desk.refused("overpass", "line-jump", "would move 56 km")


def test_overpass_out_of_time(desk: Any, httpserver: HTTPServer) -> None:
    osm = Map(desk)
    osm.remark = 'runtime error: Query timed out in "query" at line 1 after 180 seconds.'
    osm.serve(httpserver)
    desk.refused("overpass", "busy-source", "Query timed out")


def test_overpass_broken_network(desk: Any, httpserver: HTTPServer) -> None:
    osm = Map(desk)
    ways = [way for way in osm.track() if way["id"] != 1000]
    osm.serve(httpserver, ways)
    assert desk.refresh("overpass", dry_run=True) == 0, desk.text
    assert "does not reach the ends of trans-mongolian-main-01" in desk.text


# --- Global Energy Monitor ------------------------------------------------------------------------


def _routes(desk: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    layer = json.loads((desk.data / "routes/pipelines.geojson").read_text())
    folders = {"gas": "gas-pipelines", "oil": "liquid-pipelines"}
    found = {}
    for feature in layer["features"]:
        own = feature["properties"]
        geometry = json.loads(json.dumps(feature["geometry"]))
        if len(geometry["coordinates"]) == 1:
            geometry = {"type": "LineString", "coordinates": geometry["coordinates"][0]}
        url = f"/gem/data/individual-routes/{folders[own['fuel']]}/{own['gem_id']}.geojson"
        route = {"type": "Feature", "properties": {"ProjectID": own["gem_id"]}, "geometry": geometry}
        found[own["gem_id"]] = (url, {"type": "FeatureCollection", "features": [route]})
    return found


def _serve_routes(server: HTTPServer, routes: dict[str, tuple[str, dict[str, Any]]]) -> None:
    for gem, (url, answer) in routes.items():
        if gem != "P4482":
            server.expect_request(url).respond_with_json(answer)


def test_gem(desk: Any, httpserver: HTTPServer) -> None:
    routes = _routes(desk)
    line = routes["P5409"][1]["features"][0]["geometry"]["coordinates"]
    line.insert(1, [(line[0][0] + line[1][0]) / 2 + 0.5, (line[0][1] + line[1][1]) / 2, 12.0])
    routes["P0734"][1]["features"][0]["properties"]["Status"] = "Cancelled"
    _serve_routes(httpserver, routes)
    assert desk.refresh("gem", accept=True) == 0, desk.text
    assert check(desk.data) == []
    layer = json.loads((desk.data / "routes/pipelines.geojson").read_text())
    found = {feature["properties"]["gem_id"]: feature for feature in layer["features"]}
    assert found["P5409"]["properties"]["vertices"] == 12
    assert found["P5409"]["properties"]["source_id"] == "gem-pipeline-routes-live"
    assert found["P0734"]["properties"]["status"] == "cancelled"
    assert "revised: id p0734, status: proposed -> cancelled" in desk.text
    assert "pipelines: 5 revised" in desk.text, desk.text
    assert "note: routes that the layer lacks were not looked for: find the number" in desk.text


def _property(name: str, value: str) -> Callable[[dict[str, Any]], object]:
    return lambda answer: answer["features"][0]["properties"].__setitem__(name, value)


@pytest.mark.parametrize(
    ("change", "rule", "says"),
    [
        (_property("Status", "Mothballed"), "unknown-word", "\"mothballed\" is not one of: operating"),
        (_property("ProjectID", "P9999"), "unknown-label", "the route is P9999, not P5409"),
        (lambda a: a["features"].append(a["features"][0]), "duplicate", "the file has 2 routes"),
        (lambda a: a["features"].clear(), "empty", "the file has 0 routes"),
        (lambda a: a["features"][0]["properties"].pop("ProjectID"), "missing-column", "no 'ProjectID'"),
        (lambda a: a["features"][0].pop("geometry"), "changed-form", "the route has no line"),
        (lambda a: [p.reverse() for p in a["features"][0]["geometry"]["coordinates"]], "swapped", "swapped"),
        (lambda a: a["features"][0]["geometry"]["coordinates"].insert(3, [20.0, 0.0]), "outside", "outside"),
    ],
)  # fmt: skip
def test_gem_faults(change: Any, rule: str, says: str, desk: Any, httpserver: HTTPServer) -> None:
    routes = _routes(desk)
    change(routes["P5409"][1])
    _serve_routes(httpserver, routes)
    desk.refused("gem", rule, says)


# --- votes ----------------------------------------------------------------------------------------


def _steps(shared: int, identical: int, opposed: int) -> list[str]:
    """Votes of a state, if Mongolia says yes each time: as often alike, opposed, and half a step off."""
    return ["1"] * identical + ["3"] * opposed + ["2"] * (shared - identical - opposed)


def _roll_calls(desk: Any) -> list[dict[str, Any]]:
    """Roll calls that give each row of both tables: by year for some states, by period for the others."""
    by_year: dict[str, dict[str, list[str]]] = {}
    calls_of: dict[str, int] = {}
    for row in desk.rows("diplomacy/unga_agreement_yearly.csv"):
        counts = (int(row[c]) for c in ("shared_votes", "identical", "opposed"))
        by_year.setdefault(row["year"], {})[row["country"]] = _steps(*counts)
        calls_of[row["year"]] = int(row["roll_calls"])
    yearly = {country for states in by_year.values() for country in states}
    for row in desk.rows("diplomacy/unga_agreement_rank.csv"):
        if row["country"] not in yearly:
            shared = int(row["shared_votes"])
            alike = round(float(row["identical_pct"]) * shared / 100)
            halves = round(2 * (float(row["scaled_pct"]) * shared / 100 - alike))
            votes = _steps(shared, alike, shared - alike - halves)
            for year in range(int(row["year_from"]), int(row["year_to"]) + 1):
                number = calls_of[str(year)]
                by_year[str(year)][row["country"]], votes = votes[:number], votes[number:]
    names = sorted({country for states in by_year.values() for country in states})
    return [
        {"rcid": f"{year}{number:03d}", "date": f"{year}-12-01", "MNG": "1"}
        | {name: votes[number] if number < len(votes) else "8" for name, votes in states.items()}
        for year, some in by_year.items()
        for states in [{name: some.get(name, []) for name in names}]
        for number in range(calls_of[year])
    ]


def test_unvotes(desk: Any, httpserver: HTTPServer) -> None:
    calls = _roll_calls(desk)
    for number in range(50):
        call = dict.fromkeys(calls[0], "1") | {"rcid": f"n{number}", "date": "2025-12-01"}
        call["RUS"] = "3" if number < 10 else "2" if number < 20 else "1"
        calls.append(call)
    calls.append({**calls[0], "rcid": "old", "date": "1946-01-01"})
    httpserver.expect_request("/unvotes/docs/static/ungaVoting_003.csv").respond_with_data(_csv(calls))
    assert desk.refresh("unvotes", accept=True) == 0, desk.text
    assert check(desk.data) == []
    assert "unga_agreement_yearly: 17 added" in desk.text, desk.text
    assert "unga_agreement_rank: roll calls of 2024, 2025 are in no period yet" in desk.text
    assert "revised" not in desk.text, "what is computed from the votes is what the table has"
    fresh = next(
        r
        for r in desk.rows("diplomacy/unga_agreement_yearly.csv")
        if (r["year"], r["country"]) == ("2025", "RUS")
    )
    assert fresh == {
        "year": "2025", "country": "RUS", "roll_calls": "50", "shared_votes": "50", "identical": "30",
        "identical_pct": "60", "scaled_pct": "70", "opposed": "10", "thin": "false",
        "source_id": "unga-roll-calls-live",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "rule", "says"),
    [
        (lambda calls: calls.append(calls[0]), "duplicate", "stands twice"),
        (lambda calls: calls[5].update(RUS="7"), "unknown-word", "'7' is no vote"),
        (lambda calls: [call.pop("RUS") for call in calls], "missing-column", "the column 'RUS'"),
    ],
)
def test_unvotes_faults(change: Any, rule: str, says: str, desk: Any, httpserver: HTTPServer) -> None:
    calls = _roll_calls(desk)[:60]
    change(calls)
    httpserver.expect_request("/unvotes/docs/static/ungaVoting_003.csv").respond_with_data(_csv(calls))
    desk.refused("unvotes", rule, says)


# --- the other side of trade, for the report alone ------------------------------------------------


def test_mirror_comtrade(desk: Any, httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        assert request.args["subscription-key"] == "secret-key"
        assert request.args["partnerCode"] == "496"
        assert request.args["cmdCode"] == "TOTAL"
        data = [{"period": 2024, "primaryValue": 2_000_000_000.0, "cifvalue": None}]
        found = data if (request.args["reporterCode"], request.args["flowCode"]) == ("643", "X") else []
        return Response(json.dumps({"elapsedTime": "0.1", "count": len(found), "data": found, "error": ""}))

    httpserver.expect_request("/comtrade/data/v1/get/C/A/HS").respond_with_handler(answer)
    desk.settings = desk.settings.changed(keys={"comtrade": "secret-key"})
    before = desk.digest()
    assert desk.refresh("comtrade", accept=True) == 0, desk.text
    assert desk.digest() == before
    share = (2000 / 2824.78912 - 1) * 100
    line = "imports of Mongolia, Russia 2024: the partner's figure against Mongolia's"
    assert f"{line}: {share:+.1f} per cent" in desk.text
    assert "China reports no such flow" in desk.text
    page = (desk.settings.store / "report.html").read_text()
    assert "2000000000" not in page + desk.text, "no fetched value is shown"
    for path in desk.settings.store.rglob("*"):
        assert path.is_dir() or "secret-key" not in path.read_text(), path


def test_mirror_comtrade_without_a_key(desk: Any) -> None:
    assert desk.refresh("comtrade") == 0
    assert "not asked" in desk.text
    assert "COMTRADE_API_KEY" in desk.text


@pytest.mark.parametrize(
    ("answer", "rule", "says"),
    [
        ({"data": [], "error": "Out of call volume quota"}, "bad-request", "Out of call volume quota"),
        ({"count": 0}, "changed-form", "no list 'data'"),
        ({"data": [{"period": 2024, "value": 1}]}, "missing-column", "no 'primaryValue'"),
        ({"data": [{"period": 2024, "primaryValue": 1}] * 2}, "duplicate", "2024 stands twice"),
    ],
)
def test_mirror_comtrade_faults(answer: Any, rule: str, says: str, desk: Any, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/comtrade/data/v1/get/C/A/HS").respond_with_json(answer)
    desk.settings = desk.settings.changed(keys={"comtrade": "secret-key"})
    desk.refused("comtrade", rule, says)


_IMTS = "/imf/data/dataflow/IMF.STA/IMTS/+/RUS+CHN.XG_FOB_USD+MG_CIF_USD.MNG.A"


def _imts(**changes: str) -> str:
    row = {
        "STRUCTURE": "dataflow", "STRUCTURE_ID": "IMF.STA:IMTS(1.0.0)", "ACTION": "I", "COUNTRY": "RUS",
        "INDICATOR": "XG_FOB_USD", "COUNTERPART_COUNTRY": "MNG", "FREQUENCY": "A", "TIME_PERIOD": "2024",
        "OBS_VALUE": "2000500000", "SCALE": "6",
    }  # fmt: skip
    return _csv([row | changes, row | {"COUNTERPART_COUNTRY": "CHN"}])


def test_mirror_imf(desk: Any, httpserver: HTTPServer) -> None:
    headers = {"Accept": "application/vnd.sdmx.data+csv;version=2.0.0"}
    httpserver.expect_request(_IMTS, headers=headers).respond_with_data(_imts(), content_type="text/csv")
    before = desk.digest()
    assert desk.refresh("imf") == 0, desk.text
    assert desk.digest() == before
    share = (2000.5 / 2824.78912 - 1) * 100
    assert (
        f"imports of Mongolia, Russia 2024: the partner's figure against Mongolia's: {share:+.1f}"
        in desk.text
    )


@pytest.mark.parametrize(
    ("changes", "rule", "says"),
    [
        ({"OBS_VALUE": "2000.5"}, "unit", "is -100 per cent off Mongolia's 2824.78912 million US$"),
        ({"OBS_VALUE": "2000500000000000"}, "unit", "per cent off Mongolia's"),
        ({"FREQUENCY": "M"}, "empty", "no yearly values"),
        ({"OBS_VALUE": "n/a"}, "not-a-number", "'n/a' is not a number"),
    ],
)
def test_mirror_imf_faults(
    changes: dict[str, str], rule: str, says: str, desk: Any, httpserver: HTTPServer
) -> None:
    httpserver.expect_request(_IMTS).respond_with_data(_imts(**changes))
    desk.refused("imf", rule, says)
