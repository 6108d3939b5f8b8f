"""What pages ask for again and again is kept from build to build, and is what it would be without."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corridors import catalog
from corridors.publish import citation_styles, credits, keeping, search_names
from corridors.show import media

ITEM: dict[str, Any] = {
    "id": "kept",
    "type": "book",
    "title": "A Title that no other test asks for",
    "author": [{"literal": "Steppe Corridors contributors"}],
    "issued": {"date-parts": [[2026, 11, 22]]},
}


@pytest.fixture
def build(tmp_path: Path) -> Any:
    """A build that keeps what it is asked for; nothing is left open behind it."""
    app: Any = SimpleNamespace(doctreedir=tmp_path)
    _forget()
    keeping._begin(app)
    yield app
    keeping._end(app, None)
    _forget()


def _forget() -> None:
    for function in (citation_styles._pieces, credits.known, credits.credited, credits.read_on):
        function.cache_clear()


def _asked() -> list[object]:
    tables = ("trade_totals", "rail_freight")
    return [
        citation_styles.pieces(ITEM, "apa"),
        credits.known(),
        credits.credited(tables),
        credits.read_on(tables),
        search_names.name_groups(),
    ]


def test_the_next_build_finds_what_the_last_one_found_without_looking(
    build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _asked()
    _forget()
    looks = {citation_styles: ["_written"], credits: ["_look_up", "_in_words"], search_names: ["_look_up"]}
    for module, name in ((module, name) for module, names in looks.items() for name in names):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("looked up again"))
    assert _asked() == first


def test_it_is_what_is_found_where_nothing_is_kept(build: Any) -> None:
    kept = _asked()
    keeping._end(build, None)
    _forget()
    assert _asked() == kept


def test_tables_and_sources_are_those_of_the_catalogue() -> None:
    assert tuple(credits.known().tables) == catalog.names()
    for name, about in credits.known().tables.items():
        said = catalog.describe(name)
        assert (about.title, about.kind, about.horizon, about.licence) == (
            said.title, said.kind, said.horizon, said.licence
        )  # fmt: skip
        assert said.path == catalog.default.root.parent / about.file
        assert about.sources == tuple(catalog.sources_of(name))
        for source in about.sources:
            assert credits.known().sources[source]["quality"] == catalog.source(source).quality
    assert credits.credited(("trade_totals",)) == media.source_line(("trade_totals",))
    days = [catalog.source(one).accessed for one in catalog.sources_of("trade_totals")]
    assert credits.read_on(("trade_totals",)) == max(date.fromisoformat(day[:10]) for day in days if day)
    assert credits.read_on(("no such table",)) is None
