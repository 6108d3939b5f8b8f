"""Names that mean one thing, for the search: from the tables of the data package with names in two forms.

Forms that differ in accents or stand in Cyrillic by the letter rule are met anyhow: the search compares
letters without accents and in Latin script. What counts are Chinese and former names and other spellings.
"""

from __future__ import annotations

import json
import re
from typing import Final

from corridors.publish.keeping import CATALOGUE, kept

#: Tables and layers with the columns that hold names of one thing; the first is the book's own form.
TABLES: Final = {
    "towns": ("name", "name_local"),
    "railway_stations": ("name", "name_local"),
    "aimags": ("name", "name_local", "name_published"),
    "name_variants": ("name", "variant"),
}
#: Remarks in parentheses that are no name of the place.
_REMARK: Final = re.compile(r"\s*\((?:CN|passing loop|[^)]*\bsoum)[^)]*\)")
#: A second name in parentheses: Chinggis (Öndörkhaan).
_SECOND: Final = re.compile(r"^(?P<first>[^()]+?)\s*\((?P<second>[^()]+)\)$")
#: Words of the kind of stop after a name: passing loop, station.
_KIND: Final = re.compile(r"\s+(?:зөрлөг|өртөө)$")
_LEAST: Final = 2


def spellings(name: str) -> list[str]:
    """The names in one cell: "Chinggis (Öndörkhaan)" has two, "Khoit (passing loop)" one."""
    plain = _KIND.sub("", _REMARK.sub("", name)).strip()
    match = _SECOND.match(plain)
    return [match["first"], match["second"]] if match else [plain]


def group(rows: list[list[str]]) -> list[list[str]]:
    """Rows that share a name, joined; each group in order of appearance, groups of one left out."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        met = {id(groups[name]): groups[name] for name in row if name in groups}
        joined = list(dict.fromkeys([*(name for one in met.values() for name in one), *row]))
        groups.update(dict.fromkeys(joined, joined))
    found = {id(one): one for one in groups.values() if len(one) >= _LEAST}
    return sorted(found.values())


def name_groups() -> list[list[str]]:
    """Every group of the data package."""
    found: list[list[str]] = json.loads(kept(CATALOGUE, "names", "", lambda: json.dumps(_look_up())))
    return found


def _look_up() -> list[list[str]]:
    import pandas as pd  # neither is needed if the names are kept

    from corridors import catalog

    rows = []
    for table, columns in TABLES.items():
        frame = pd.DataFrame(catalog.load(table))
        for row in frame[list(columns)].itertuples(index=False):
            names = [name for cell in row if isinstance(cell, str) for name in spellings(cell)]
            rows.append(list(dict.fromkeys(names)))
    return group(rows)
