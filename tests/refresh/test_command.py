"""The command line of a refresh: what it says, and the status it leaves with."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from corridors.__main__ import main
from corridors.refresh import command
from corridors.refresh.settings import Settings

IMPORTS = "DT_NSO_1400_010V3"


@pytest.fixture
def tell(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command with the settings of the desk instead of those of the environment."""
    monkeypatch.setattr(Settings, "from_environment", classmethod(lambda cls: desk.settings))

    def run(*options: str) -> int:
        places = ["--data", str(desk.data), "--store", str(desk.settings.store)]
        return main(["refresh", *places, *options])

    return run


def test_look_then_accept(tell: Any, desk: Any, office: Any, httpserver: HTTPServer, capsys: Any) -> None:
    office.tables[IMPORTS]["Russian Federation", "2023"] = 2590000.0
    office.serve(httpserver)
    before = desk.digest()
    assert tell("--only", "nso", "--quick") == 0
    assert "The fresh data wait" in capsys.readouterr().out
    assert desk.digest() == before
    assert tell("--list") == 0
    assert "2027-03-01   waits to be accepted" in capsys.readouterr().out
    assert tell("--accept") == 0
    assert "The data are now the vintage 2027-03-01" in capsys.readouterr().out
    assert tell("--list") == 0
    assert "2026-11-21   until 2027-03-01: imports_by_partner" in capsys.readouterr().out
    assert tell("--vintage", "2026-11-21", "--quick") == 0
    assert "The former data wait" in capsys.readouterr().out


def test_the_list_says_what_each_source_is_known_from(tell: Any, capsys: Any) -> None:
    assert tell("--list") == 0
    said = capsys.readouterr().out
    assert "No source had been asked over the network when this was written" in said
    assert said.count("known from: ") == said.count("terms: ") == 11
    assert "known from: the guides of Dataverse, and a second-hand copy of the file" in said


def test_look_then_drop(tell: Any, desk: Any, office: Any, httpserver: HTTPServer, capsys: Any) -> None:
    office.tables[IMPORTS]["Russian Federation", "2023"] = 2590000.0
    office.serve(httpserver)
    before = desk.digest()
    assert tell("--only", "nso", "--quick") == 0
    assert tell("--drop") == 0
    assert tell("--drop") == 0
    said = capsys.readouterr().out
    assert "Dropped." in said
    assert "Nothing waits." in said
    assert desk.digest() == before


def test_offline_has_a_status_of_its_own(tell: Any, desk: Any, capsys: Any) -> None:
    desk.settings = desk.settings.changed(
        addresses=dict.fromkeys(desk.settings.addresses, "http://127.0.0.1:9/none")
    )
    before = desk.digest()
    assert tell("--only", "nso", "--quick") == 3
    assert "this machine seems to be offline. Nothing was changed." in capsys.readouterr().out
    assert desk.digest() == before


def test_wrong_names_are_answered_with_the_right_ones(tell: Any, capsys: Any) -> None:
    assert tell("--only", "nosuch") == 1
    said = capsys.readouterr().err
    assert "there is no source 'nosuch'; known are nso, worldbank" in said
    assert "Remedy:" in said


def test_keys_come_from_the_environment() -> None:
    settings = Settings.from_environment({"COMTRADE_API_KEY": "k", "OTHER": "x"})
    assert settings.keys == {"comtrade": "k"}
    assert command.Settings is Settings
