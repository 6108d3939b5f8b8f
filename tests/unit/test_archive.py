"""Descriptions for archives agree with what they are derived from, and other programs can read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from corridors.paths import CITATION, DATA, ROOT
from corridors.publish import archive
from corridors.publish.citation_records import read_book


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return archive.descriptions(ROOT)


def test_files_in_the_repository_are_up_to_date(written: dict[str, str]) -> None:
    """An edition that is archived describes itself as it is; remedy: python -m corridors metadata."""
    for name, text in written.items():
        assert (ROOT / name).read_text("utf-8") == text, f"{name}: run python -m corridors metadata"


def test_all_descriptions_tell_the_same(written: dict[str, str]) -> None:
    """Title, version, date, authors, licences and keywords are those of CITATION.cff in all of them."""
    book = read_book(CITATION)
    zenodo, codemeta, crate = (json.loads(text) for text in written.values())
    root = next(entity for entity in crate["@graph"] if entity["@id"] == "./")
    assert zenodo["title"] == codemeta["name"] == root["name"] == book.title
    assert zenodo["version"] == codemeta["version"] == root["version"] == book.version
    assert zenodo["publication_date"] == codemeta["dateModified"] == root["datePublished"]
    assert zenodo["keywords"] == codemeta["keywords"] == root["keywords"] == list(book.keywords)
    names = [author.inverted for author in book.authors]
    assert [one["name"] for one in zenodo["creators"]] == names
    assert [one["name"] for one in codemeta["author"]] == names
    assert {one["@id"] for one in root["license"]} == set(codemeta["license"])
    for text in written.values():
        assert "doi.org" not in text
        assert "orcid" not in text


def test_crate_names_every_table_with_its_hash(written: dict[str, str]) -> None:
    """An independent reader (rocrate itself, from disk) finds every table of the data package."""
    descriptor = json.loads((DATA / "datapackage.json").read_text("utf-8"))
    entities = {e["@id"]: e for e in json.loads(written["ro-crate-metadata.json"])["@graph"]}
    for resource in descriptor["resources"]:
        entity = entities[f"data/{resource['path']}"]
        assert f"sha256:{entity['sha256']}" == resource["hash"]
        assert (ROOT / entity["@id"]).stat().st_size == int(entity["contentSize"])


def test_crate_is_read_by_its_library(written: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "ro-crate-metadata.json").write_text(written["ro-crate-metadata.json"], "utf-8")
    crate = ROCrate(tmp_path)
    assert crate.name == read_book(CITATION).title
    assert len(crate.data_entities) > 70
    assert crate.root_dataset["license"]


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    for name in ("CITATION.cff", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_bytes((DATA / "datapackage.json").read_bytes())
    assert archive.write(tmp_path) == [".zenodo.json", "codemeta.json", "ro-crate-metadata.json"]
    assert archive.write(tmp_path) == []
