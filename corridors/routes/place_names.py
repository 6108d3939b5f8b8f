"""Names of places in the scripts that readers meet: Latin, Cyrillic (Mongolian or Russian) and Chinese.

The Latin form of a Mongolian name is made letter by letter from the Cyrillic one (``corridors.letters``), so
that a reader can find the way back. Some names are established in another form and keep it; ``place_names``
marks them.
"""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from corridors.letters import LETTERS, latin

__all__ = ["LETTERS", "crossing_names", "latin", "place_names"]

#: Words that say what kind of stop it is and are no part of the place's name: passing loop, station.
_KIND_WORDS: Final = re.compile(r"\s+(?:зөрлөг|өртөө)$")
#: Remarks in parentheses that are no part of the name.
_REMARKS: Final = re.compile(r"\s*\((?:CN|passing loop)[^)]*\)")
_SCRIPTS: Final = {"Mongolia": "mongolian", "Russia": "russian", "China": "chinese"}


def _plain(name: str) -> str:
    """A name for comparing: small letters only, without what stands in parentheses."""
    return re.sub(r"[^\w]", "", re.sub(r"\([^)]*\)", "", name)).casefold()


def place_names(stations: pd.DataFrame, towns: pd.DataFrame) -> pd.DataFrame:
    """Stations and towns with a name in their own script, each name once, by country and name.

    Takes the tables ``railway_stations`` and ``towns``. Columns: name, what ("town", "station" or "town and
    station"), country, mongolian, russian, chinese (missing where the tables have no such form), by_rule
    (the Latin form that ``latin`` gives where it is another than the name, else missing).
    """
    stops = stations[stations["kind"].eq("station")].assign(what="station")
    both = pd.concat([towns.assign(what="town"), stops], ignore_index=True)
    both = both.dropna(subset=["name_local"])
    both = both[both["country"].isin(list(_SCRIPTS))]
    both = both.assign(
        name=both["name"].str.replace(_REMARKS, "", regex=True),
        local=both["name_local"].str.replace(_KIND_WORDS, "", regex=True),
    )
    rows = []
    for (country, local), group in both.groupby(["country", "local"], sort=False):
        row: dict[str, object] = {
            "name": group["name"].iloc[0],
            "what": " and ".join(dict.fromkeys(group["what"])),
            "country": country,
            **dict.fromkeys(_SCRIPTS.values()),
        }
        row[_SCRIPTS[str(country)]] = local
        rule = latin(str(local)) if country == "Mongolia" else ""
        row["by_rule"] = rule if rule and _plain(rule) != _plain(str(row["name"])) else None
        rows.append(row)
    columns = ["name", "what", "country", *_SCRIPTS.values(), "by_rule"]
    return pd.DataFrame(rows, columns=columns).sort_values(["country", "name"], ignore_index=True)


def crossing_names(crossings: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Border crossings with the names of their two sides where ``places`` has them.

    ``crossings`` is ``border_crossings``, whose names are pairs "Zamyn-Üüd-Erenhot"; ``places`` comes from
    ``place_names``. Columns: name, neighbour, mongolian, russian, chinese (missing where not known).
    """
    rows = []
    for name, neighbour in crossings[["name", "neighbour"]].itertuples(index=False):
        script = _SCRIPTS[neighbour]
        rows.append(
            {
                "name": name,
                "neighbour": neighbour,
                **dict.fromkeys(_SCRIPTS.values()),
                "mongolian": _side(name, places[places["country"] == "Mongolia"], "mongolian", first=True),
                script: _side(name, places[places["country"] == neighbour], script, first=False),
            }
        )
    return pd.DataFrame(rows, columns=["name", "neighbour", *_SCRIPTS.values()])


def _side(pair: str, places: pd.DataFrame, script: str, *, first: bool) -> str | None:
    """The local name of the first or second half of a pair; None if no place has that name.

    Names may hold hyphens themselves, so every hyphen is tried as the one between the two.
    """
    known = dict(zip(places["name"].map(_key), places[script], strict=True))
    words = re.sub(r"\s*\([^)]*\)", "", pair).split("-")
    for cut in range(1, len(words)):
        half = words[:cut] if first else words[cut:]
        local = known.get(_key("".join(half)))
        if local is not None:
            return str(local)
    return None


def _key(name: str) -> str:
    """A name without blanks and hyphens, small."""
    return re.sub(r"[\s-]", "", name).casefold()
