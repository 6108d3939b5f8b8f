"""The reference list: every entry can be found by a reader, or says plainly why not."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from pybtex.database import BibliographyData, Entry, parse_file  # type: ignore[import-untyped]

from corridors import paths

PLACES = {"doi", "url", "publisher", "journal", "organization", "howpublished", "school", "institution"}
"""Fields that say where a work is to be found; one is enough."""


def _load() -> BibliographyData:
    return parse_file(str(paths.ROOT / "references.bib"), "bibtex")


BIBLIOGRAPHY = _load()


@pytest.mark.parametrize("key", list(BIBLIOGRAPHY.entries))
def test_entry_says_who_what_when_and_where(key: str) -> None:
    """An entry without author, title, year or place sends the reader nowhere."""
    entry: Entry = BIBLIOGRAPHY.entries[key]
    fields = {name.lower() for name, text in entry.fields.items() if text.strip()}
    assert entry.persons.get("author") or entry.persons.get("editor"), f"{key}: no author and no editor"
    assert {"title", "year"} <= fields, f"{key}: no title or no year"
    assert fields & PLACES, f"{key}: none of {sorted(PLACES)}"


@pytest.mark.parametrize("key", list(BIBLIOGRAPHY.entries))
def test_doubt_is_marked_in_words_for_readers(key: str) -> None:
    """A title in brackets, a year not shown and a work without address are explained in the note."""
    fields = BIBLIOGRAPHY.entries[key].fields
    note = fields.get("note", "")
    assert re.fullmatch(r"\d{4}|n\.d\.", fields["year"]), f"{key}: year {fields['year']}"
    if fields["title"].startswith("["):
        assert "title" in note.lower(), f"{key}: title in brackets, and the note does not say why"
    if fields["year"] == "n.d.":
        assert re.search(r"year|undated|published about", note, re.IGNORECASE), f"{key}: year unexplained"
    if BIBLIOGRAPHY.entries[key].type in ("online", "misc") and not {"url", "doi"} & set(fields):
        assert re.search(r"address|not read|copy|byline|as recorded", note), f"{key}: address unexplained"


def test_addresses_and_identifiers_have_their_form() -> None:
    """A DOI is written bare; an address is one address; an ISBN has ten or thirteen digits."""
    for key, entry in BIBLIOGRAPHY.entries.items():
        if "doi" in entry.fields:
            assert re.fullmatch(r"10\.\d{4,9}/\S+", entry.fields["doi"]), key
        if "url" in entry.fields:
            assert re.fullmatch(r"https?://[^\s{}]+", entry.fields["url"]), key
        if "isbn" in entry.fields:
            assert len(re.sub(r"\D", "", entry.fields["isbn"])) in (10, 13), key


def test_no_work_is_listed_twice() -> None:
    """Two entries for one work would split its citations."""
    entries = BIBLIOGRAPHY.entries.values()
    titles = [
        (re.sub(r"[\W_]+", " ", entry.fields["title"].lower()), entry.fields["year"], str(entry.persons))
        for entry in entries
    ]
    dois = [entry.fields["doi"].lower() for entry in entries if "doi" in entry.fields]
    assert [item for item, count in Counter([*titles, *dois]).items() if count > 1] == []


def test_notes_speak_to_readers() -> None:
    """Notes are printed in the book: no note to the authors ("check", "to be added") is left in them."""
    words = re.compile(r"\b(to be (checked|added)|TODO|our copy|the brief|seed text|check)\b", re.IGNORECASE)
    assert [key for key, e in BIBLIOGRAPHY.entries.items() if words.search(e.fields.get("note", ""))] == []
