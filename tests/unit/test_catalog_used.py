"""What a chapter lists as its data is what it loaded, not what its author remembered."""

from __future__ import annotations

from corridors.catalog import Catalog


def test_used_frame_lists_what_was_loaded_in_order() -> None:
    """One row a table, in order of first use, with its sources and the time it covers; no typing."""
    catalog = Catalog()
    assert catalog.used_frame().empty
    catalog.load("towns")
    catalog.load("imports_by_partner")
    catalog.load("towns")
    frame = catalog.used_frame()
    assert list(frame.columns) == ["name", "title", "sources", "horizon", "licence"]
    assert frame["name"].tolist() == ["towns", "imports_by_partner"]
    assert not (frame == "").any(axis=None)
    assert "National Statistics Office" in frame["sources"][1]
