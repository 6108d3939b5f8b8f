"""Dated traces of projects: the documents signed on them, and what was reported of them when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd


def project_steps(
    projects: pd.DataFrame,
    agreements: pd.DataFrame,
    sources: pd.DataFrame,
    chosen: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Documents and dated reports on some projects, by date.

    ``chosen`` maps the id of a project in ``projects`` to the ids of the ``agreements`` that concern it (none
    is allowed). Returns ``date`` (ISO, of any precision), ``project_id``, ``project``, ``kind`` ("document"
    or "report"), ``what`` (title; square brackets, which mark a title of our own wording, are dropped),
    ``quality`` and ``source_ids``. The date of a report is the day on which it appeared, not that of what it
    reports. Reports without a date are left out: :func:`undated_reports` lists them. Raises LookupError for a
    project or a document that does not exist.
    """
    known, signed = projects.set_index("project_id"), agreements.set_index("agreement_id")
    missing = [name for name in chosen if name not in known.index]
    missing += [name for names in chosen.values() for name in names if name not in signed.index]
    if missing:
        raise LookupError(f"project_steps: no project or document {', '.join(missing)}")
    listed = sources.set_index("id")
    rows: list[dict[str, object]] = []
    for project_id, documents in chosen.items():
        about = {"project_id": project_id, "project": known["name"][project_id]}
        for name in documents:
            row = signed.loc[name]
            rows.append(
                {
                    "date": str(row["date_signed"]),
                    **about,
                    "kind": "document",
                    "what": str(row["title"]),
                    "quality": row["quality"],
                    "source_ids": row["source_ids"],
                }
            )
        for name in str(known["source_ids"][project_id]).split(";"):
            if pd.isna(listed["date"][name]):
                continue
            rows.append(
                {
                    "date": str(listed["date"][name]),
                    **about,
                    "kind": "report",
                    "what": str(listed["title"][name]).strip("[]"),
                    "quality": listed["quality"][name],
                    "source_ids": name,
                }
            )
    columns = ["date", "project_id", "project", "kind", "what", "quality", "source_ids"]
    return pd.DataFrame(rows, columns=columns).sort_values(["date", "kind"], kind="stable", ignore_index=True)


def undated_reports(projects: pd.DataFrame, sources: pd.DataFrame, chosen: Sequence[str]) -> list[str]:
    """Ids of the sources of some projects whose date of publication was not recorded, each once."""
    known, dates = projects.set_index("project_id"), sources.set_index("id")["date"]
    names = [name for project in chosen for name in str(known["source_ids"][project]).split(";")]
    return [name for name in dict.fromkeys(names) if pd.isna(dates[name])]
