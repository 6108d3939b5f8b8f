"""Files for the reader carry their description, and files of exhibits that are gone do not linger."""

from __future__ import annotations

from pathlib import Path

from corridors.publish import downloads, record, texts

EXHIBIT: record.ExhibitRecord = {
    "label": "map-railway",
    "kind": "map",
    "caption": "The Trans-Mongolian line",
    "alt": "A line from Naushki to Erenhot.",
    "source": "OpenStreetMap contributors.",
    "note": "",
    "datasets": ["rail_track"],
    "computed_from": [],
    "rights": ["ODbL 1.0"],
    "data_format": "geojson",
    "export": "railway",
    "files": ["map-railway.geojson"],
    "notices": [],
    "entries": [],
    "json_ld": False,
}


def test_sidecar_says_what_a_file_is_whose_it_is_and_of_which_edition() -> None:
    assert downloads.sidecar(EXHIBIT, "book/railway", "Steppe Corridors", "1.0") == {
        "file": "map-railway.geojson",
        "title": "The Trans-Mongolian line",
        "description": "A line from Naushki to Erenhot.",
        "note": "",
        "sources": "OpenStreetMap contributors.",
        "datasets": ["rail_track"],
        "licences": ["ODbL 1.0"],
        "book": "Steppe Corridors",
        "chapter": "book/railway",
        "edition": "1.0",
    }


def test_json_keeps_letters_readable_and_ends_with_a_line_end() -> None:
    assert texts.json_text({"name": "Замын-Үүд"}) == '{\n  "name": "Замын-Үүд"\n}\n'


def test_only_what_an_earlier_build_wrote_is_removed(tmp_path: Path) -> None:
    """A file that somebody else put beside ours stays."""
    listing = tmp_path / "listing"
    for name in ("old.csv", "new.csv", "theirs.csv"):
        (tmp_path / name).write_text(name, "utf-8")
    downloads._sweep(listing, {tmp_path / "old.csv"}, tmp_path)
    downloads._sweep(listing, {tmp_path / "new.csv"}, tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["new.csv", "theirs.csv"]
