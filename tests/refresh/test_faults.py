"""Everything that can go wrong, one fault a row: the message says what and what to do, and nothing is lost.

With the variable FAULT_TABLE set to a path the rows are written there as a table: fault, message, hash of the
data before and after.
"""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from corridors.catalog import check
from corridors.refresh import candidate, files, vintage
from corridors.refresh.faults import BUSY, OFFLINE, REFUSED, REMEDIES, RefreshError

IMPORTS, TOTALS, EXPORTS = "DT_NSO_1400_010V3", "DT_NSO_1400_001V1_year", "DT_NSO_1400_006V3"
Setting = Callable[[Any, Any, HTTPServer], None]


@dataclass(frozen=True)
class Fault:
    """A fault: how it is brought about, the rule that names it, what the message must contain."""

    name: str
    bring_about: Setting
    rule: str
    says: tuple[str, ...]
    status: int = REFUSED


FAULTS: list[Fault] = []


def fault(rule: str, *says: str, status: int = REFUSED) -> Callable[[Setting], Setting]:
    def enter(function: Setting) -> Setting:
        name = function.__name__.replace("_", " ")
        FAULTS.append(Fault(name, function, rule, says, status))
        return function

    return enter


def _first(office: Any, server: HTTPServer, response: Response | Callable[[Request], Response]) -> None:
    """What the very first question is answered with."""
    asked = server.expect_request(office.url(TOTALS), method="GET")
    if isinstance(response, Response):
        asked.respond_with_response(response)
    else:
        asked.respond_with_handler(response)


# --- the way to the source ------------------------------------------------------------------------


def _unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _point(desk: Any, address: str) -> None:
    desk.settings = desk.settings.changed(addresses={**desk.settings.addresses, "nso": address})


@fault("offline", "the host cannot be reached", "Connection refused", "offline", status=OFFLINE)
def connection_refused(desk: Any, office: Any, server: HTTPServer) -> None:
    _point(desk, f"http://127.0.0.1:{_unused_port()}/nso")


@fault("offline", "the host cannot be reached", "offline", status=OFFLINE)
def name_that_leads_nowhere(desk: Any, office: Any, server: HTTPServer) -> None:
    _point(desk, "http://nowhere.invalid/nso")


@fault("timeout", "does not answer in time")
def slow_to_answer(desk: Any, office: Any, server: HTTPServer) -> None:
    def late(request: Request) -> Response:
        time.sleep(0.5)
        return Response("{}")

    _first(office, server, late)


@fault("timeout", "trickles in too slowly")
def trickle(desk: Any, office: Any, server: HTTPServer) -> None:
    desk.settings = desk.settings.changed(patience=replace(desk.settings.patience, whole=0.1))

    def drops() -> Iterator[bytes]:
        for _ in range(4):
            time.sleep(0.06)
            yield b" " * 70_000

    _first(office, server, lambda request: Response(drops()))


def _raw_server(answer: bytes, *, reset: bool) -> str:
    """A server that sends ``answer`` and then breaks the connection off."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _ in range(3):
            with suppress(OSError):
                connection, _ = listening.accept()
                connection.recv(65536)
                connection.sendall(answer)
                if reset:
                    time.sleep(0.05)
                    linger = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                connection.close()
        listening.close()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}/nso"


_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"


@fault("broken-off", "the connection broke off")
def reset_in_the_middle(desk: Any, office: Any, server: HTTPServer) -> None:
    _point(desk, _raw_server(_HEAD + b'{"title": ', reset=True))


@fault("broken-off", "the connection broke off")
def body_shorter_than_declared(desk: Any, office: Any, server: HTTPServer) -> None:
    _point(desk, _raw_server(_HEAD + b'{"title": ', reset=False))


@fault("broken-off", "the connection broke off")
def closed_without_an_answer(desk: Any, office: Any, server: HTTPServer) -> None:
    _point(desk, _raw_server(b"", reset=False))


@fault("moved", "moved to another host", "http://elsewhere.invalid/table")
def redirect_to_another_host(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response(status=301, headers={"Location": "http://elsewhere.invalid/table"}))


@fault("moved", "in a circle")
def redirects_in_a_circle(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, lambda request: Response(status=302, headers={"Location": request.url}))


@fault("forbidden", "refuses access (HTTP 403)")
def forbidden(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response("no", status=403))


@fault("forbidden", "wants a key (HTTP 401)")
def without_a_key(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response("no", status=401))


@fault("not-found", "nothing at this address (HTTP 404)", "DT_NSO_1400_001V1_year.px")
def not_found(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response("no", status=404))


@fault("busy-source", "too much was asked (HTTP 429)")
def too_many_requests(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response("wait", status=429))


@fault("busy-source", "too much was asked (HTTP 429)")
def too_many_requests_until_tomorrow(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response("wait", status=429, headers={"Retry-After": "86400"}))


@fault("server", "the provider fails (HTTP 500)")
def server_error(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response("oh", status=500))


@fault("server", "the provider fails (HTTP 503)")
def service_unavailable(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response("oh", status=503))


@fault("bad-request", "does not understand the request (HTTP 400)")
def query_not_understood(desk: Any, office: Any, server: HTTPServer) -> None:
    office.serve(server)
    server.clear()
    _first(office, server, Response(status=400))


@fault("clock", "the clocks disagree", "2027-03-01 here")
def clock_skew(desk: Any, office: Any, server: HTTPServer) -> None:
    desk.settings = desk.settings.changed(patience=replace(desk.settings.patience, clock=86_400))
    _first(office, server, Response("{}"))


@fault("stale", "older than the one we have")
def stale_cache(desk: Any, office: Any, server: HTTPServer) -> None:
    office.serve(server)
    server.clear()
    fresh = {"Last-Modified": "Mon, 15 Feb 2027 09:00:00 GMT"}
    _first(office, server, Response("{}", headers=fresh))
    desk.refresh("nso", dry_run=True)
    desk.said.clear()
    server.clear()
    _first(office, server, Response("{}", headers={"Last-Modified": "Mon, 01 Feb 2027 09:00:00 GMT"}))


# --- the body -------------------------------------------------------------------------------------


@fault("not-json", "a web page came in place of data", "<!doctype html>")
def web_page_in_place_of_json(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response("<!doctype html><h1>Log in</h1>", content_type="text/html"))


@fault("cut-off", "breaks off after")
def truncated_json(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response('{"title": "IMPORTS", "variables": [{"code": '))


@fault("not-json", "is not JSON")
def something_else_than_json(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response('{"title": IMPORTS}'))


@fault("encoding", "not UTF-8", "0xc8")
def wrong_encoding(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response('{"title": "Импорт"}'.encode("cp1251")))


@fault("too-large", "swells")
def gzip_bomb(desk: Any, office: Any, server: HTTPServer) -> None:
    packed = gzip.compress(b" " * 2_500_000)
    _first(office, server, Response(packed, headers={"Content-Encoding": "gzip"}))


@fault("changed-form", "cannot be unpacked")
def broken_gzip(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response(b"this is not packed", headers={"Content-Encoding": "gzip"}))


@fault("too-large", "4,000,000 bytes")
def huge_file(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response(b" " * 4_000_000))


@fault("too-large", "exceeds 3,000,000 bytes")
def huge_file_of_undeclared_size(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, lambda request: Response(b" " * 500_000 for _ in range(8)))


@fault("changed-form", "the table's description has no variables")
def another_kind_of_answer(desk: Any, office: Any, server: HTTPServer) -> None:
    _first(office, server, Response('{"error": "maintenance"}'))


# --- the table ------------------------------------------------------------------------------------


def _cube(
    office: Any, server: HTTPServer, change: Callable[[dict[str, Any]], object], table: str = IMPORTS
) -> None:
    def changed(cube: dict[str, Any]) -> dict[str, Any]:
        result = change(cube)
        return result if isinstance(result, dict) else cube

    office.change[table] = changed
    office.serve(server)


@fault("changed-form", "not JSON-stat 2.0")
def answer_without_its_dimensions(desk: Any, office: Any, server: HTTPServer) -> None:
    _cube(office, server, lambda cube: {"value": cube["value"]})


@fault("cut-off", "values, its dimensions ask for")
def fewer_values_than_cells(desk: Any, office: Any, server: HTTPServer) -> None:
    _cube(office, server, lambda cube: cube["value"].pop())


@fault("empty", "no row for this table", "trade_totals")
def empty_table(desk: Any, office: Any, server: HTTPServer) -> None:
    office.tables["DT_NSO_1100_010V1"] = dict.fromkeys(office.tables["DT_NSO_1100_010V1"])
    office.tables[TOTALS] = dict.fromkeys(office.tables[TOTALS])
    office.serve(server)


def _rename(office: Any, table: str, old: str, new: str) -> None:
    cells = office.tables[table]
    office.tables[table] = {(new if item == old else item, year): v for (item, year), v in cells.items()}


@fault(
    "unknown-label",
    "no partner is called Russian Federation any more",
    "the nearest are Russia (Federation of)",
    IMPORTS,
)
def renamed_partner(desk: Any, office: Any, server: HTTPServer) -> None:
    _rename(office, IMPORTS, "Russian Federation", "Russia (Federation of)")
    office.serve(server)


@fault("unknown-label", "no item is called 'Generation' or 'Gross generation'; the table has Output;")
def renamed_column(desk: Any, office: Any, server: HTTPServer) -> None:
    _rename(office, "DT_NSO_1100_009V1", "Generation", "Output")
    office.serve(server)


@fault("duplicate", "2 items are called 'Generation' or 'Gross generation'")
def item_that_stands_twice(desk: Any, office: Any, server: HTTPServer) -> None:
    cells = office.tables["DT_NSO_1100_009V1"]
    again = {("Gross generation", year): v for (item, year), v in cells.items() if item == "Generation"}
    office.tables["DT_NSO_1100_009V1"] = cells | again
    office.serve(server)


@fault("unknown-label", "no rows for exports and imports; the table has Goods sold abroad, Imports")
def renamed_flow(desk: Any, office: Any, server: HTTPServer) -> None:
    _rename(office, TOTALS, "Exports", "Goods sold abroad")
    office.serve(server)


@fault("unit", "the unit is 'million US$', expected 'thousand'", IMPORTS)
def changed_unit_that_is_named(desk: Any, office: Any, server: HTTPServer) -> None:
    office.units[IMPORTS] = "million US$"
    office.serve(server)


@fault(
    "unit",
    "values are 1000 times those we have (million US$)",
    "imports_by_partner, column value_million_usd",
)
def values_a_thousand_times_too_large(desk: Any, office: Any, server: HTTPServer) -> None:
    for cell, value in office.tables[IMPORTS].items():
        office.tables[IMPORTS][cell] = value and value * 1000
    office.serve(server)


@fault("magnitude", "year 2024, partner Russia", "times the value we have, 2824.78912")
def one_value_a_thousand_times_too_large(desk: Any, office: Any, server: HTTPServer) -> None:
    office.tables[IMPORTS]["Russian Federation", "2024"] *= 1000
    office.serve(server)


@fault("magnitude", "year 2026, partner Russia", "times the year before")
def new_year_a_thousand_times_too_small(desk: Any, office: Any, server: HTTPServer) -> None:
    office.tables[IMPORTS]["Russian Federation", "2026"] = 2785.48
    office.serve(server)


@fault("totals", "the parts make", "more than the total", "imports_by_partner, year 2024")
def partners_that_exceed_the_total(desk: Any, office: Any, server: HTTPServer) -> None:
    office.tables[IMPORTS]["China", "2024"] *= 3
    office.serve(server)


@fault("duplicate", "stands 2 times in the answer", "year 2024, partner China")
def duplicate_rows(desk: Any, office: Any, server: HTTPServer) -> None:
    def double(cube: dict[str, Any]) -> None:
        # The year 2024 twice: as the codes of another edition of the table would have it.
        years = cube["dimension"]["Year"]["category"]
        years["label"] = {
            code: "2024" if label == "2023" else label for code, label in years["label"].items()
        }

    _cube(office, server, double)


@fault("duplicate", "two rows are called China", IMPORTS)
def partner_that_stands_twice(desk: Any, office: Any, server: HTTPServer) -> None:
    def double(cube: dict[str, Any]) -> None:
        labels = cube["dimension"]["Item"]["category"]["label"]
        code = next(code for code, label in labels.items() if label == "Total")
        labels[code] = "China"

    _cube(office, server, double)


@fault("not-a-number", "NaN is not a number")
def not_a_number(desk: Any, office: Any, server: HTTPServer) -> None:
    _cube(office, server, lambda cube: cube["value"].__setitem__(5, float("nan")))


@fault("not-a-number", "'n.a.' stands where a number should")
def text_in_place_of_a_number(desk: Any, office: Any, server: HTTPServer) -> None:
    _cube(office, server, lambda cube: cube["value"].__setitem__(5, "n.a."))


@fault("schema", "below the minimum")
def negative_trade(desk: Any, office: Any, server: HTTPServer) -> None:
    office.tables[IMPORTS]["France", "2025"] *= -1
    office.serve(server)


@fault("future", "the year 2031 has not begun", "partner China")
def future_year(desk: Any, office: Any, server: HTTPServer) -> None:
    office.tables[IMPORTS]["China", "2031"] = 4_000_000
    office.serve(server)


@fault("fewer-rows", "rows are missing, more than 5 per cent")
def fewer_rows_than_we_have(desk: Any, office: Any, server: HTTPServer) -> None:
    cells = office.tables[TOTALS]
    office.tables[TOTALS] = {cell: value for cell, value in cells.items() if cell[1] > "1960"}
    office.serve(server)


@fault("schema", "the cell is empty")
def value_withdrawn(desk: Any, office: Any, server: HTTPServer) -> None:
    office.tables[IMPORTS]["France", "2025"] = None
    office.serve(server)


@fault("changed-form", "not one of items by year")
def months_in_place_of_years(desk: Any, office: Any, server: HTTPServer) -> None:
    def months(cube: dict[str, Any]) -> None:
        years = cube["dimension"]["Year"]["category"]
        years["label"] = {code: f"{label}-01" for code, label in years["label"].items()}

    _cube(office, server, months)


@pytest.fixture
def written(desk: Any) -> Iterator[list[str]]:
    """Where a row of the fault table is put down."""
    row: list[str] = []
    yield row
    if row:
        desk.note(*row)


def _message(text: str, rule: str) -> str:
    line = next(line for line in text.splitlines() if f"[{rule}]" in line)
    return line.strip().replace("|", "/")


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case.name.replace(" ", "-"))
def test_a_fault_is_named_and_nothing_is_lost(
    case: Fault, desk: Any, office: Any, httpserver: HTTPServer, written: list[str]
) -> None:
    case.bring_about(desk, office, httpserver)
    before = desk.digest()
    status = desk.refresh("nso", accept=True)
    after = desk.digest()
    assert status == case.status, desk.text
    assert f"[{case.rule}]" in desk.text, desk.text
    for part in case.says:
        assert part in desk.text, desk.text
    assert f"Remedy: {REMEDIES[case.rule]}" in desk.text
    assert after == before
    assert sorted(p.name for p in desk.root.iterdir()) == [".data.lock", "_refresh", "data"]
    written += [case.name, _message(desk.text, case.rule), before[:12], after[:12]]


def test_forty_faults_and_more_are_tried() -> None:
    assert len({case.name for case in FAULTS}) == len(FAULTS) >= 40


# --- faults that pass, and waits ------------------------------------------------------------------


def test_a_fault_that_passes_is_waited_out(desk: Any, office: Any, httpserver: HTTPServer) -> None:
    busy = Response("wait", status=429, headers={"Retry-After": "7"})
    httpserver.expect_ordered_request(office.url(TOTALS)).respond_with_response(busy)
    httpserver.expect_ordered_request(office.url(TOTALS)).respond_with_data("oh", status=500)
    office.serve(httpserver)
    assert desk.refresh("nso") == 0, desk.text
    assert desk.waits == [7.0, 2.0], "first what the provider asks for, then the growing wait of our own"


def test_a_date_to_wait_for_is_read_by_the_providers_own_clock(
    desk: Any, office: Any, httpserver: HTTPServer
) -> None:
    # The local server has today's clock, the refresh that of March 2027: by that one the time is over.
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    busy = Response("wait", status=503, headers={"Retry-After": until})
    httpserver.expect_ordered_request(office.url(TOTALS)).respond_with_response(busy)
    office.serve(httpserver)
    assert desk.refresh("nso") == 0, desk.text
    assert len(desk.waits) == 1
    assert 25 <= desk.waits[0] <= 30


def test_a_wait_beyond_all_patience_is_not_begun(desk: Any, office: Any, httpserver: HTTPServer) -> None:
    too_many_requests_until_tomorrow(desk, office, httpserver)
    desk.refresh("nso")
    assert desk.waits == []


def test_a_redirect_on_the_same_host_is_followed(desk: Any, office: Any, httpserver: HTTPServer) -> None:
    moved = Response(status=301, headers={"Location": "/nso/new/table.px"})
    httpserver.expect_ordered_request(office.url(TOTALS), method="GET").respond_with_response(moved)
    answer = office.variables(TOTALS)
    httpserver.expect_ordered_request("/nso/new/table.px", method="GET").respond_with_json(answer)
    office.serve(httpserver)
    assert desk.refresh("nso") == 0, desk.text


def test_requests_to_one_host_keep_their_distance(desk: Any, office: Any, httpserver: HTTPServer) -> None:
    desk.settings = desk.settings.changed(patience=replace(desk.settings.patience, pause=5.0))
    office.serve(httpserver)
    desk.refresh("nso")
    assert len(desk.waits) == 9
    assert all(4 < wait <= 5 for wait in desk.waits)


def test_the_asker_is_named_and_keys_are_not_kept(desk: Any, office: Any, httpserver: HTTPServer) -> None:
    office.serve(httpserver)
    desk.refresh("nso")
    agents = {request.headers["User-Agent"] for request, _ in httpserver.log}
    assert len(agents) == 1
    assert agents.pop().startswith("SteppeCorridors/")


def test_what_has_not_changed_is_not_sent_again(desk: Any, office: Any, httpserver: HTTPServer) -> None:
    sent = []

    def answer(request: Request) -> Response:
        sent.append(request.headers.get("If-None-Match"))
        if request.headers.get("If-None-Match") == '"one"':
            return Response(status=304)
        return Response(json_text, headers={"ETag": '"one"'}, content_type="application/json")

    import json

    json_text = json.dumps(office.variables(TOTALS))
    httpserver.expect_request(office.url(TOTALS), method="GET").respond_with_handler(answer)
    office.serve(httpserver)
    assert desk.refresh("nso") == 0, desk.text
    assert desk.refresh("nso") == 0, desk.text
    assert sent == [None, '"one"']
    for body in (desk.settings.store / "raw/nso").glob("DT_NSO_1400_001V1_year-variables-*.json"):
        if "record" not in body.name:
            body.write_text("{}")  # the cache is stale: what lies there is not what the record says
    assert desk.refresh("nso") == 0, desk.text
    assert sent == [None, '"one"', None], "a damaged answer is asked for anew, whole"


def test_a_certificate_that_is_not_trusted_ends_it(desk: Any, office: Any, written: list[str]) -> None:
    authority = trustme.CA()
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    before = desk.digest()
    with HTTPServer(ssl_context=context) as server:
        office.serve(server)
        _point(desk, server.url_for("/nso"))
        assert desk.refresh("nso", accept=True) == REFUSED
    assert "the certificate of the host is not trusted" in desk.text
    assert "REQUESTS_CA_BUNDLE" in desk.text
    assert desk.digest() == before
    written += ["certificate error", _message(desk.text, "certificate"), before[:12], desk.digest()[:12]]


# --- the disk, the lock, the kill -----------------------------------------------------------------


def _revise(office: Any) -> None:
    office.tables[IMPORTS]["Russian Federation", "2023"] = 2590000.0


@pytest.mark.parametrize("moment", ["keep", "journal", "copy", "write", "sync"])
def test_a_full_disk_loses_nothing(
    moment: str, desk: Any, office: Any, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch,
    written: list[str],
) -> None:  # fmt: skip
    _revise(office)
    office.serve(httpserver)

    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    target = {
        "keep": (files, "sync"), "journal": (files.os, "replace"), "copy": (files, "copy_tree"),
        "write": (candidate, "_write"), "sync": (files, "sync_tree"),
    }[moment]  # fmt: skip
    before = desk.digest()
    monkeypatch.setattr(*target, full)
    with pytest.raises(RefreshError) as caught:
        desk.refresh("nso", accept=True)
    monkeypatch.undo()
    assert caught.value.rule == "disk"
    assert "the disk is full" in str(caught.value)
    assert desk.digest() == before
    assert desk.refresh("nso", accept=True) == 0, "once there is room it goes on"
    said = str(caught.value).splitlines()[0]
    written += [f"full disk ({moment})", said, before[:12], before[:12]]


def test_two_at_once_do_not_meet(desk: Any, written: list[str]) -> None:
    before = desk.digest()
    with files.alone(vintage.lock_path(desk.data)), pytest.raises(RefreshError) as caught:
        desk.refresh("nso", accept=True)
    assert caught.value.status == BUSY
    assert "another refresh of these data is under way" in str(caught.value)
    assert desk.digest() == before
    written += ["two at once", str(caught.value).splitlines()[0], before[:12], desk.digest()[:12]]


STAGES = ("fetch", "keep", "check", "compare", "prepare", "rehearse", "write", "exchange", "exchanged")


@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_any_stage_the_data_are_whole(
    stage: str, desk: Any, office: Any, httpserver: HTTPServer, written: list[str]
) -> None:
    _revise(office)
    office.serve(httpserver)
    before = desk.digest()

    def strike(now: str) -> None:
        if now == stage:
            os.kill(os.getpid(), 9)

    child = os.fork()
    if child == 0:
        desk.settings = desk.settings.changed(at_stage=strike)
        with suppress(BaseException):
            desk.refresh("nso", accept=True, rehearse=lambda current, fresh: ())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == 9
    after = desk.digest()
    assert check(desk.data) == []
    if stage == "exchanged":
        assert "2590" in (desk.data / "trade/imports_by_partner.csv").read_text()
        said = "the data are the new vintage, whole"
    else:
        assert after == before
        said = "the data are as they were"
    assert desk.refresh("nso", accept=True, resume=True) == 0, desk.text
    assert check(desk.data) == []
    assert sorted(p.name for p in desk.root.iterdir()) == [".data.lock", "_refresh", "data"]
    written += [f"kill -9 at stage {stage}", said, before[:12], after[:12]]


def test_a_resumed_run_does_not_ask_again(desk: Any, office: Any, httpserver: HTTPServer) -> None:
    office.serve(httpserver)
    desk.settings = desk.settings.changed(at_stage=_interrupt_at("check"))
    with pytest.raises(KeyboardInterrupt):
        desk.refresh("nso")
    asked = len(httpserver.log)
    desk.settings = desk.settings.changed(at_stage=desk.stages.append)
    assert desk.refresh("nso", resume=True) == 0, desk.text
    assert len(httpserver.log) == asked
    assert desk.refresh("nso", resume=True) == 0, desk.text
    assert len(httpserver.log) == 2 * asked, "a run that came to its end leaves nothing to resume"


def _interrupt_at(stage: str) -> Callable[[str], None]:
    def strike(now: str) -> None:
        if now == stage:
            raise KeyboardInterrupt

    return strike


def test_without_an_exchange_by_the_system_two_renames_do(
    desk: Any, office: Any, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _revise(office)
    office.serve(httpserver)
    monkeypatch.setattr(vintage.sys, "platform", "darwin")
    assert desk.refresh("nso", accept=True) == 0, desk.text
    assert check(desk.data) == []
    shutil.move(desk.data, desk.root / ".data-former")  # killed between the two renames
    vintage.tidy(desk.data)
    assert check(desk.data) == []


def test_data_that_were_edited_meanwhile_are_not_overwritten(
    desk: Any, office: Any, httpserver: HTTPServer
) -> None:
    from corridors.refresh.run import accept_waiting

    _revise(office)
    office.serve(httpserver)
    desk.refresh("nso")
    (desk.data / "CHANGELOG.md").write_text("mine\n")
    before = desk.digest()
    with pytest.raises(RefreshError, match="have changed since the report was made"):
        accept_waiting(desk.settings, desk.said.append)
    assert desk.digest() == before


def test_unsound_data_are_not_refreshed(desk: Any) -> None:
    path = desk.data / "trade/trade_totals.csv"
    path.write_text(path.read_text().replace("1924,export,1.4", "1924,export,1.5"))
    with pytest.raises(RefreshError, match="the current data have 1 faults"):
        desk.refresh("nso")


def test_unknown_names_are_refused(desk: Any) -> None:
    from corridors.refresh.run import accept_waiting, choose_vintage

    with pytest.raises(RefreshError, match="there is no source 'nosuch'"):
        desk.refresh("nosuch")
    with pytest.raises(RefreshError, match="there is no vintage '1924'"):
        choose_vintage(desk.settings, "1924")
    with pytest.raises(RefreshError, match="no fresh data wait"):
        accept_waiting(desk.settings)
