"""The link checker tells what becomes of an address, and never loses what it knew."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from corridors.paths import ROOT
from corridors.refresh import links
from corridors.refresh.faults import OFFLINE

TODAY = date(2026, 11, 22)


def _served(server: HTTPServer) -> dict[str, tuple[str, str]]:
    """Paths of a server with every kind of answer: path -> state, what it leads to."""
    server.expect_request("/works").respond_with_data("x")
    server.expect_request("/moved").respond_with_data("", status=301, headers={"Location": "/works"})
    server.expect_request("/aside").respond_with_data("", status=302, headers={"Location": "/works"})
    server.expect_request("/refused").respond_with_data("", status=403)
    server.expect_request("/gone").respond_with_data("", status=404)
    server.expect_request("/broken").respond_with_data("", status=500)

    def no_head(request: object) -> Response:
        return Response("", status=405 if request.method == "HEAD" else 200)  # type: ignore[attr-defined]

    server.expect_request("/no-head").respond_with_handler(no_head)
    return {
        "/works": (links.WORKS, ""),
        "/moved": (links.MOVED, "/works"),
        "/aside": (links.WORKS, "/works"),
        "/refused": (links.REFUSED, ""),
        "/gone": (links.GONE, ""),
        "/broken": (links.SILENT, ""),
        "/no-head": (links.WORKS, ""),
    }


def test_each_kind_of_answer_is_told_apart(httpserver: HTTPServer) -> None:
    expected = _served(httpserver)
    found = links.check({httpserver.url_for(path): "here" for path in expected}, TODAY)
    told = {link.address.removeprefix(httpserver.url_for("")): link for link in found}
    for path, (state, leads_to) in expected.items():
        link = told[path.lstrip("/")] if path.lstrip("/") in told else told[path]
        assert (link.state, link.checked, link.named_in) == (state, "2026-11-22", "here"), path
        assert link.leads_to == (httpserver.url_for(leads_to) if leads_to else ""), path


def test_a_server_that_is_not_there_has_not_answered() -> None:
    (link,) = links.check({"http://127.0.0.1:9/x": "here"}, TODAY)
    assert (link.state, link.status, link.problem) == (links.SILENT, 0, "ConnectionError")


def test_what_was_known_is_kept_and_what_is_no_longer_named_goes(tmp_path: Path) -> None:
    def link(address: str, state: str) -> links.Link:
        return links.Link(address, "here", "2026-11-22", state, 200, "", "")

    path = tmp_path / links.RESULT
    links.write(
        path, [link("http://a", links.WORKS), link("http://b", links.WORKS), link("http://c", links.WORKS)]
    )
    new = links.merged(links.read(path), [link("http://b", links.GONE)], {"http://a": "", "http://b": ""})
    assert [(one.address, one.state) for one in new] == [("http://a", links.WORKS), ("http://b", links.GONE)]


def _book(root: Path, address: str) -> Path:
    (root / "book").mkdir()
    (root / "index.md").write_text(f"See <{address}>.\n", "utf-8")
    (root / "references.bib").write_text(f"@misc{{a, url = {{{address}#x}}}}\n", "utf-8")
    return root


def test_a_run_writes_data_and_without_network_nothing(
    httpserver: HTTPServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the chosen addresses are asked; the file is written whole; offline it stays as it was."""
    httpserver.expect_request("/works").respond_with_data("x")
    book = _book(tmp_path, httpserver.url_for("/works"))
    assert links.run(book, TODAY, only=httpserver.url_for("/works")) == 0
    rows = links.read(book / links.RESULT)
    assert [(row.state, row.named_in) for row in rows] == [
        (links.WORKS, "index.md"), (links.WORKS, "references.bib"),
    ]  # fmt: skip
    before = (book / links.RESULT).read_bytes()
    nobody = "http://127.0.0.1:9/x"
    (book / "index.md").write_text(f"See <{nobody}>.\n", "utf-8")
    assert links.run(book, TODAY, only=nobody) == OFFLINE
    assert (book / links.RESULT).read_bytes() == before
    assert "Nothing was written" in capsys.readouterr().out
    assert links.run(book, TODAY, only="nowhere") == 1


def test_the_books_own_addresses_are_found_with_their_places() -> None:
    """Sources, references and chapters, without the full stop that follows an address in a sentence."""
    found = links.addresses(ROOT)
    assert len(found) > 400
    assert not any(address.endswith((".", ",", ")")) for address in found)
    assert "data/sources.csv" in found["http://en.kremlin.ru/events/president/transcripts/23083"].split(";")
