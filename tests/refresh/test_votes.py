"""Ideal points from their deposit, and votes from the library's file: the real code end to end.

The deposit answers as the guides of Dataverse document: a list of files by persistent id, and a file to which
the repository leads through its store, another host.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from hashlib import md5
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from corridors.catalog import Catalog, check
from corridors.refresh.sources import idealpoints

DOI = "doi:10.7910/DVN/LEJUQZ"
NAME = "IdealpointestimatesFP_2027FP.csv"
Rows = list[dict[str, Any]]


@pytest.fixture
def tables(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Only what the source at hand needs."""
    return "sources", "un_votes" if "library" in request.function.__name__ else "unga_ideal_points"


def text_of(rows: Rows, separator: str = ",") -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


# --- ideal points ---------------------------------------------------------------------------------


def estimates(desk: Any) -> Rows:
    """The file as the deposit has it, with the values of our table, a stranger and a year before ours."""
    rows = [
        {"": str(number), "ccode": "1", "iso3c": row["country"], "Countryname": row["country"],
         "year": row["year"], "NVotesFP": "80", "IdealPointFP": row["ideal_point"], "Q5%FP": row["lower_5"],
         "Q10%FP": row["lower_5"], "Q50%FP": row["ideal_point"], "Q90%FP": row["upper_95"],
         "Q95%FP": row["upper_95"]}
        for number, row in enumerate(desk.rows("diplomacy/unga_ideal_points.csv"), start=1)
    ]  # fmt: skip
    return [*rows, rows[0] | {"iso3c": "ATA"}, rows[0] | {"year": "1946", "IdealPointFP": "NA"}]


class Deposit:
    """The Dataverse with one deposit; a download is led from "localhost" to "127.0.0.1"."""

    def __init__(self, text: str, name: str = NAME) -> None:
        self.body, self.name = text.encode(), name
        self.version: dict[str, Any] = {
            "versionNumber": 40, "versionMinorNumber": 1, "releaseTime": "2027-02-10T09:00:00Z",
            "license": {"name": "CC0 1.0"},
            "files": [
                {"label": "Codebook.txt", "dataFile": {"id": 7, "filename": "Codebook.txt"}},
                {"label": name, "dataFile": {"id": 9, "filename": name, "md5": md5(self.body).hexdigest()}},
            ],
        }  # fmt: skip

    def serve(self, server: HTTPServer) -> None:
        there = server.url_for("/store/9").replace("localhost", "127.0.0.1")

        def lead(request: Request) -> Response:
            return Response(status=303, headers={"Location": f"{there}?X-Amz-Signature=abc"})

        found = {"status": "OK", "data": {"latestVersion": self.version}}
        asked = server.expect_request(
            "/idealpoints/datasets/:persistentId/", query_string={"persistentId": DOI}
        )
        asked.respond_with_json(found)
        server.expect_request("/idealpoints/access/datafile/9").respond_with_handler(lead)
        server.expect_request("/store/9").respond_with_data(self.body, content_type="text/csv")


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository's store stands on this machine."""
    monkeypatch.setattr(idealpoints, "_STORES", ("127.0.0.1",))


def points(desk: Any) -> dict[tuple[str, str], dict[str, str]]:
    return {(row["country"], row["year"]): row for row in desk.rows("diplomacy/unga_ideal_points.csv")}


def test_the_same_release_changes_nothing(desk: Any, httpserver: HTTPServer) -> None:
    Deposit(text_of(estimates(desk))).serve(httpserver)
    assert desk.refresh("idealpoints") == 0, desk.text
    assert "Nothing has changed upstream." in desk.text
    assert "estimates the whole series anew" not in desk.text
    assert "X-Amz-Signature" not in "".join(
        path.read_text() for path in (desk.settings.store / "raw").rglob("*.json")
    ), "the signed address of the store is not kept"


@pytest.mark.parametrize("name", [NAME, NAME.replace(".csv", ".tab")])
def test_a_new_release_moves_every_value_and_says_so(name: str, desk: Any, httpserver: HTTPServer) -> None:
    rows = estimates(desk)
    for row in rows[:-2]:
        for column in ("IdealPointFP", "Q5%FP", "Q95%FP"):
            row[column] = str(float(row[column]) + (0.31 if row["iso3c"] == "USA" else 0.01))
    rows += [row | {"year": "2025"} for row in rows if row["year"] == "2024"]
    rows += [row | {"year": "2026"} for row in rows if row["year"] == "2024" and row["iso3c"] == "MNG"]
    Deposit(text_of(rows, "\t" if name.endswith("tab") else ","), name).serve(httpserver)
    assert desk.refresh("idealpoints", accept=True) == 0, desk.text
    assert "the release estimates the whole series anew: 196 of 196 values move" in desk.text
    assert "by 0.010 at the median and 0.310 at most (country USA, year" in desk.text
    assert "2025 is left out: the depositor warns" in desk.text
    assert "unga_ideal_points: 1 added, 588 revised" in desk.text
    assert check(desk.data) == []
    fresh = points(desk)
    assert ("MNG", "2025") not in fresh
    assert fresh["MNG", "2026"]["source_ids"] == "unga-ideal-points-dataverse;bailey-strezhnev-voeten-2017"
    assert fresh["CHN", "1991"]["ideal_point"] == "-0.3782084"
    source = Catalog(desk.data).source("unga-ideal-points-dataverse")
    assert (source.address, source.date) == ("https://doi.org/10.7910/DVN/LEJUQZ", "2027-02-10")
    assert "version 40.1" in source.note
    old = Catalog(desk.data).load("unga_ideal_points", vintage="2026-11-21")
    assert old["ideal_point"].iloc[0] == -0.3882084, "the former release stays as a vintage"


Change = Callable[[Deposit], object]


def other(change: Callable[[dict[str, Any]], object]) -> Callable[[Rows], object]:
    return lambda rows: [change(row) for row in rows]


def scaled(times: float) -> Callable[[Rows], object]:
    def change(row: dict[str, Any]) -> None:
        if row["IdealPointFP"] != "NA":
            cells = sorted(float(row[column]) * times for column in ("Q5%FP", "IdealPointFP", "Q95%FP"))
            row.update(zip(("Q5%FP", "IdealPointFP", "Q95%FP"), map(str, cells), strict=True))

    return other(change)


def shuffled(rows: Rows) -> None:
    cells = [{c: row[c] for c in ("Q5%FP", "IdealPointFP", "Q95%FP")} for row in rows]
    for row, values in zip(rows[:-2], cells[90:-2] + cells[:90], strict=True):
        row.update(values)


@pytest.mark.parametrize(
    ("change", "rule", "says"),
    [
        (scaled(-1), "unit", "the scale stands on its head (correlation -1.00)"),
        (scaled(1.7), "unit", "spread 1.70 times as far as those we have"),
        (shuffled, "magnitude", "the estimates hardly go with those we have"),
        (lambda rows: rows[3].update({"IdealPointFP": "4.5"}), "magnitude", "lies outside its interval"),
        (lambda rows: rows[3].update({"IdealPointFP": "n/a"}), "not-a-number", "'n/a' is not a number"),
        (lambda rows: rows.append(rows[0]), "duplicate", "stands 2 times"),
        (other(lambda row: row.pop("Q95%FP")), "missing-column", "the column 'Q95%FP' is not in the answer"),
        (other(lambda row: row.update(iso3c="XXX")), "unknown-label", "no row has CHN, JPN, KAZ"),
        (lambda rows: rows[0].update(year="2031"), "future", "the year 2031 has not begun"),
        (lambda rows: rows.__delitem__(slice(0, 40)), "unknown-label", "no row has CHN in 'iso3c'"),
        (lambda rows: rows.__delitem__(slice(0, 20)), "fewer-rows", "20 of 196 rows are missing"),
    ],
)  # fmt: skip
def test_estimates_that_cannot_be_right(
    change: Any, rule: str, says: str, desk: Any, httpserver: HTTPServer
) -> None:
    rows = estimates(desk)
    change(rows)
    Deposit(text_of(rows)).serve(httpserver)
    desk.refused("idealpoints", rule, says)


@pytest.mark.parametrize(
    ("change", "rule", "says"),
    [
        (lambda d: d.version.pop("files"), "changed-form", "no 'data', 'latestVersion', 'files'"),
        (lambda d: d.version["files"].pop(), "unknown-label", "0 files are called IdealpointestimatesFP"),
        (lambda d: d.version["files"].append(d.version["files"][1]), "unknown-label",
         "there are Codebook.txt, IdealpointestimatesFP_2027FP.csv, IdealpointestimatesFP_2027FP.csv"),
        (lambda d: setattr(d, "body", d.body[:4000]), "cut-off", "not the one that the deposit describes"),
        (lambda d: setattr(d, "body", b"<html>wait</html>"), "cut-off", "md5"),
    ],
)  # fmt: skip
def test_a_deposit_that_is_another(
    change: Change, rule: str, says: str, desk: Any, httpserver: HTTPServer
) -> None:
    deposit = Deposit(text_of(estimates(desk)))
    change(deposit)
    deposit.serve(httpserver)
    desk.refused("idealpoints", rule, says)


def test_a_deposit_that_is_gone(desk: Any, httpserver: HTTPServer) -> None:
    gone = {"status": "ERROR", "message": f'Dataset with Persistent ID "{DOI}" not found.'}
    httpserver.expect_request("/idealpoints/datasets/:persistentId/").respond_with_json(gone)
    desk.refused("idealpoints", "bad-request", "the Dataverse says: Dataset with Persistent ID")


def test_a_download_is_led_to_the_known_store_only(
    desk: Any, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idealpoints, "_STORES", ("store.invalid",))
    Deposit(text_of(estimates(desk))).serve(httpserver)
    desk.refused("idealpoints", "moved", "the address has moved to another host: http://127.0.0.1")


# --- the library's file ---------------------------------------------------------------------------


def records(desk: Any) -> Rows:
    """Our votes as the library writes them, with other members so that the totals come out."""
    by_resolution: dict[str, Rows] = {}
    for row in desk.rows("diplomacy/un_votes.csv"):
        if row["resolution"]:
            by_resolution.setdefault(row["resolution"], []).append(row)
    found: Rows = []
    for symbol, rows in by_resolution.items():
        first = rows[0]
        tally = {
            vote: int(first[f"official_{name}"] or first[f"dataset_{name}"])
            for vote, name in (("Y", "yes"), ("N", "no"), ("A", "abstain"))
        }
        head = {
            "undl_id": "1", "date": first["date"], "session": "1", "resolution": f"A/RES/{symbol}",
            "title": f"{first['title']} : resolution / adopted by the General Assembly", "vote_note": "",
            "total_yes": f"{tally['Y']}.0", "total_no": str(tally["N"]),
            "total_abstentions": str(tally["A"]), "total_non_voting": "0", "total_ms": "193",
        }  # fmt: skip
        votes = {row["country"]: row["vote"] or "X" for row in rows}
        for vote, count in tally.items():
            missing = count - list(votes.values()).count(vote)
            votes |= {f"{vote}{number:02}": vote for number in range(missing)}
        found += [head | {"ms_code": code, "ms_name": code, "ms_vote": vote} for code, vote in votes.items()]
    return found


def put(desk: Any, rows: Rows, name: str = "2027_02_06_ga_voting.csv") -> None:
    folder = desk.settings.store / "by-hand"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text_of(rows))


def test_the_library_is_asked_for_nothing(desk: Any, httpserver: HTTPServer) -> None:
    assert desk.refresh("undl") == 0
    assert "not asked" in desk.text
    assert "the terms of the library forbid automated downloads" in desk.text
    assert "https://digitallibrary.un.org/record/4060887" in desk.text
    assert httpserver.log == []


def test_a_file_of_the_library_fills_votes_and_tallies(desk: Any) -> None:
    rows = records(desk)
    for row in rows:
        if row["resolution"] == "A/RES/78/316" and row["ms_code"] == "MNG":
            row["ms_vote"] = "A"
        if row["resolution"] == "A/RES/78/316" and row["ms_code"] == "A00":
            row["ms_vote"] = "X"  # so that the sixty abstentions stay sixty
    later = rows[0] | {"resolution": "A/RES/81/9", "date": "2026-12-01",
                       "title": "Lasting peace in Ukraine : resolution"}  # fmt: skip
    put(desk, [*rows, later, later | {"resolution": "A/RES/81/10", "title": "Bees"}])
    put(desk, rows[:3], "2026_12_31_ga_voting.csv")  # an older file is left aside
    assert desk.refresh("undl", accept=True) == 0, desk.text
    assert check(desk.data) == []
    assert "not in un_votes, 1 upstream; to enter one, decide whether it belongs to the votes" in desk.text
    assert "Lasting peace in Ukraine (A/RES/81/9): 2026-12-01; 100.0 Y, 11 N, 58 A" in desk.text
    assert "A/RES/81/10" not in desk.text
    found = {(row["vote_id"], row["country"]): row for row in desk.rows("diplomacy/un_votes.csv")}
    fresh = found["a-78-316", "MNG"]
    assert (fresh["vote"], fresh["how_known"], fresh["confidence"]) == ("A", "official record", "high")
    assert fresh["source_ids"].split(";")[-1] == "un-digital-library-ga-voting"
    assert len(fresh["source_ids"].split(";")) > 1, "who told us first is still named"
    tallied = found["a-71-205", "MNG"]
    assert (tallied["official_yes"], tallied["how_known"]) == ("68", "data set")
    assert Catalog(desk.data).source("un-digital-library-ga-voting").date == "2027-02-06"


@pytest.mark.parametrize(
    ("change", "rule", "says"),
    [
        (lambda rows: rows[5].update(ms_vote="?"), "unknown-word", "'?' is no vote"),
        (lambda rows: rows.insert(3, rows[2]), "duplicate", "votes twice"),
        (lambda rows: rows[2].update(ms_vote="X"), "totals", "members voted"),
        (other(lambda row: row.update(total_no="many")), "not-a-number", "'many' is not a number"),
        (other(lambda row: row.update(date="2014-03-28")), "unknown-label", "the vote was on"),
        (other(lambda row: row.update(resolution="A/RES/1/1")), "unknown-label",
         "no row is on one of our resolutions"),
        (other(lambda row: row.pop("ms_vote")), "missing-column", "the column 'ms_vote'"),
    ],
)  # fmt: skip
def test_a_file_of_the_library_that_cannot_be_right(change: Any, rule: str, says: str, desk: Any) -> None:
    rows = records(desk)
    change(rows)
    put(desk, rows)
    desk.refused("undl", rule, says)


def test_a_file_of_the_library_that_is_a_web_page(desk: Any) -> None:
    folder = desk.settings.store / "by-hand"
    folder.mkdir(parents=True)
    (folder / "2027_02_06_ga_voting.csv").write_text("<!doctype html><p>Please wait")
    desk.refused("undl", "not-json", "a web page came in place of data")
    assert json.loads((desk.data / "datapackage.json").read_text())["vintage"] == "2026-11-21"
