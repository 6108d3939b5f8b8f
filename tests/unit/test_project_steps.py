"""The chronology of a project is made of documents and dated reports, and says what has no date."""

from __future__ import annotations

import pandas as pd
import pytest

from corridors.diplomacy import project_steps as steps

PROJECTS = pd.DataFrame({
    "project_id": ["dam", "plant"], "name": ["A dam", "A plant"],
    "source_ids": ["late;early;undated", "early"],
})  # fmt: skip
AGREEMENTS = pd.DataFrame({
    "agreement_id": ["A1"], "date_signed": ["2016-05-24"], "title": ["Memorandum on the dam"],
    "quality": ["press"], "source_ids": ["early"],
})  # fmt: skip
SOURCES = pd.DataFrame({
    "id": ["early", "late", "undated"], "date": ["2015-03-23", "2025-08", None],
    "title": ["Dam wanted", "[Dam discussed]", "[Dam halted]"], "quality": ["press", "press", "weak"],
})  # fmt: skip


def test_steps_are_in_order_and_documents_are_told_from_reports() -> None:
    out = steps.project_steps(PROJECTS, AGREEMENTS, SOURCES, {"dam": ["A1"]})
    assert list(out["date"]) == ["2015-03-23", "2016-05-24", "2025-08"]
    assert list(out["kind"]) == ["report", "document", "report"]
    assert list(out["what"]) == ["Dam wanted", "Memorandum on the dam", "Dam discussed"]


def test_a_project_without_documents_has_its_reports() -> None:
    out = steps.project_steps(PROJECTS, AGREEMENTS, SOURCES, {"plant": []})
    assert list(out["what"]) == ["Dam wanted"]
    assert list(out["project"]) == ["A plant"]


def test_reports_without_a_date_are_named_and_not_dated() -> None:
    assert steps.undated_reports(PROJECTS, SOURCES, ["dam", "plant"]) == ["undated"]
    out = steps.project_steps(PROJECTS, AGREEMENTS, SOURCES, {"dam": []})
    assert "Dam halted" not in set(out["what"])


def test_unknown_names_are_refused() -> None:
    with pytest.raises(LookupError, match="nowhere, A9"):
        steps.project_steps(PROJECTS, AGREEMENTS, SOURCES, {"nowhere": [], "dam": ["A9"]})
