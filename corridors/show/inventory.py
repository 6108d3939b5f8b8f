"""What the data package holds, as frames to show: tables by subject, each table in a line, sources by grade.

Knows the package's own words (subject, kind, quality) and nothing of what the tables are about.
"""

from __future__ import annotations

import pandas as pd

from corridors import catalog
from corridors.schema import QUALITIES

#: How a source was read, the closest first.
READ_AS = ("table", "whole text", "excerpt", "second hand")


def tables() -> pd.DataFrame:
    """One row a table or layer, in the order of the package.

    Columns: name, title, subject, kind, form ("table" or "layer"), rows, columns, empty_cells, sources (how
    many), horizon, licence. A layer's rows are its features.
    """
    rows = []
    for name in catalog.names():
        about = catalog.describe(name)
        rows.append(
            {
                "name": name,
                "title": about.title,
                "subject": about.subject,
                "kind": about.kind,
                "form": "layer" if about.is_layer else "table",
                "rows": len(catalog.load(name)),
                "columns": len(about.fields),
                "empty_cells": sum(gap.count for gap in about.gaps),
                "sources": len(catalog.sources_of(name)),
                "horizon": about.horizon,
                "licence": about.licence,
            }
        )
    return pd.DataFrame(rows)


def subjects(listed: pd.DataFrame) -> pd.DataFrame:
    """``tables()`` summed by subject, in the order of the package.

    Columns: subject, datasets, rows, columns, published, mixed, derived (how many tables of each kind),
    empty_cells.
    """
    groups = listed.groupby("subject", sort=False)
    kinds = pd.crosstab(listed["subject"], listed["kind"]).reindex(
        columns=["published", "mixed", "derived"], fill_value=0
    )
    sums = groups[["rows", "columns", "empty_cells"]].sum()
    found = sums.assign(datasets=groups.size()).join(kinds).reset_index()
    order = ["subject", "datasets", "rows", "columns", "published", "mixed", "derived", "empty_cells"]
    return found[order].rename_axis(columns=None)


def gradings(sources: pd.DataFrame) -> pd.DataFrame:
    """Sources by grade and by how they were read: quality, one column a way of reading, all; the sum last."""
    cross = pd.crosstab(sources["quality"], sources["read_as"]).reindex(
        index=list(QUALITIES), columns=list(READ_AS), fill_value=0
    )
    cross.loc["all"] = cross.sum()
    return cross.assign(all=cross.sum(axis=1)).reset_index().rename_axis(columns=None)


def publishers(sources: pd.DataFrame, at_least: int) -> pd.DataFrame:
    """Who published ``at_least`` sources or more, the most first: publisher, sources, how many by grade."""
    known = sources.dropna(subset=["publisher"])
    cross = pd.crosstab(known["publisher"], known["quality"]).reindex(columns=list(QUALITIES), fill_value=0)
    found = cross.assign(sources=cross.sum(axis=1)).query("sources >= @at_least").reset_index()
    found = found.sort_values(["sources", "publisher"], ascending=[False, True], ignore_index=True)
    return found[["publisher", "sources", *QUALITIES]].rename_axis(columns=None)
