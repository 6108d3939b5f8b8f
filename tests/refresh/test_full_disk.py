"""A disk that is really full: the system itself refuses to write, and nothing is lost.

Two ways work without any privilege. A limit on the size of files (RLIMIT_FSIZE) makes every write beyond it
fail with EFBIG, wherever it is; and what is written to /dev/full fails with ENOSPC, as on a full disk.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from corridors.catalog import check
from corridors.refresh.settings import Settings

IMPORTS, TOTALS = "DT_NSO_1400_010V3", "DT_NSO_1400_001V1_year"


@pytest.fixture
def revised(desk: Any, office: Any, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A desk with one value revised upstream; the command takes its settings."""
    office.tables[IMPORTS]["Russian Federation", "2023"] = 2590000.0
    office.serve(httpserver)
    monkeypatch.setattr(Settings, "from_environment", classmethod(lambda cls: desk.settings))
    return desk


@pytest.mark.parametrize(
    ("largest_file", "reached"),
    [(2_000, "the first answers"), (20_000, "the copy of the data package")],
    ids=["fetching", "preparing"],
)
def test_no_room_for_a_file(largest_file: int, reached: str, revised: Any) -> None:
    before = revised.digest()
    status, said = revised.command("--accept", "--only", "nso", largest_file=largest_file)
    assert status == 1, said
    assert "the disk is full (File too large); nothing was changed [disk]" in said
    assert "Remedy: Make room on the disk, then run the refresh again" in said
    assert "Traceback" not in said
    assert revised.digest() == before
    fetched = sorted(path.name for path in (revised.settings.store / "raw/nso").glob("*.record.json"))
    assert bool(fetched) == (reached != "the first answers"), "where the room ran out"
    assert not (revised.settings.store / "candidate").exists()
    assert not list(revised.root.rglob("*.part")) or reached == "the first answers"
    revised.note(f"full disk, real (EFBIG at {reached})", _line(said), before[:12], revised.digest()[:12])
    status, said = revised.command("--accept", "--resume", "--only", "nso")
    assert status == 0, said
    assert "The data are now the vintage 2027-03-01" in said
    assert check(revised.data) == []


def test_no_space_left_on_the_device(revised: Any) -> None:
    before = revised.digest()
    assert revised.command("--dry-run")[0] == 0
    records = list((revised.settings.store / "raw/nso").glob(f"{TOTALS}-variables-*.record.json"))
    assert len(records) == 1
    incoming = Path(str(records[0]).removesuffix(".json") + ".part")
    incoming.symlink_to("/dev/full")
    status, said = revised.command("--accept", "--only", "nso")
    assert status == 1, said
    assert "the disk is full (No space left on device); nothing was changed [disk]" in said
    assert revised.digest() == before
    revised.note("full disk, real (ENOSPC)", _line(said), before[:12], revised.digest()[:12])
    incoming.unlink()
    assert revised.command("--accept", "--only", "nso")[0] == 0
    assert check(revised.data) == []


def _line(said: str) -> str:
    return next(line.strip() for line in said.splitlines() if "[disk]" in line)


def test_no_room_when_the_fresh_data_are_put_in_place(revised: Any) -> None:
    assert revised.command()[0] == 0
    before = revised.digest()
    status, said = revised.command("--accept", largest_file=20_000)
    assert status == 1, said
    assert "the disk is full (File too large); nothing was changed [disk]" in said
    assert revised.digest() == before
    assert (revised.settings.store / "candidate").is_dir(), "what was prepared still waits"
    revised.note("full disk, real (EFBIG at accepting)", _line(said), before[:12], revised.digest()[:12])
    assert revised.command("--accept")[0] == 0
    assert check(revised.data) == []
