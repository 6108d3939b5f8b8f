"""Global Energy Monitor: courses of pipelines, one GeoJSON file a route in its public repository.

Lengths and vertices are measured anew; a course with 40 km or more from vertex to vertex is indicative. P4482
is left alone: our course of it is cut by hand to the part of its own.

Routes that our layer lacks are not looked for: the repository holds thousands of files, each named by its
number alone, without a country, and none that lists them. The report says so each time.
"""

from __future__ import annotations

from typing import Any, Final

from corridors.catalog import Source
from corridors.refresh.faults import RefreshError
from corridors.refresh.geometry import length_km, rounded
from corridors.refresh.provider import Answer, Desk, Provider, origin
from corridors.refresh.store import Raw, Request
from corridors.refresh.table import Fresh, Row, plain
from corridors.schema import Json

_FOLDERS: Final = {"gas": "gas-pipelines", "oil": "liquid-pipelines"}
_CUT_BY_HAND: Final = frozenset({"P4482"})
_INDICATIVE_KM: Final = 40.0
_NOT_LOOKED_FOR: Final = (
    "routes that the layer lacks were not looked for: find the number (P...) of a new project in the tracker "
    "of Global Energy Monitor (globalenergymonitor.org) and enter it by hand in "
    "data/routes/pipelines.geojson, with name, fuel and status"
)
#: The sketch of Soyuz Vostok has steps of up to 1,600 km.
_STEP_KM: Final = 2000.0


def _lines(geometry: Any, place: str) -> list[list[tuple[float, float]]]:
    try:
        parts = geometry["coordinates"]
        if geometry["type"] == "LineString":
            parts = [parts]
        elif geometry["type"] != "MultiLineString":
            raise RefreshError("changed-form", f"the geometry is a {geometry['type']}", place=place)
        return [rounded(part) for part in parts]
    except (KeyError, TypeError, ValueError, IndexError):
        raise RefreshError("changed-form", "the route has no line", place=place) from None


def _route(desk: Desk, row: Row) -> tuple[Raw, Json, Json]:
    """Answer, properties and geometry of one route."""
    gem = row["gem_id"]
    url = f"{desk.settings.address('gem')}/data/individual-routes/{_FOLDERS[row['fuel']]}/{gem}.geojson"
    raw = desk.fetch(Request("gem", gem, url, suffix=".geojson"))
    answer = raw.json()
    features = answer.get("features") if isinstance(answer, dict) else None
    if not isinstance(features, list):
        raise RefreshError("changed-form", "the file is no FeatureCollection", place=gem)
    if len(features) != 1:
        rule = "duplicate" if features else "empty"
        raise RefreshError(rule, f"the file has {len(features)} routes, one was expected", place=gem)
    properties = features[0].get("properties") or {}
    if "ProjectID" not in properties:
        raise RefreshError("missing-column", "the route has no 'ProjectID'", place=gem)
    if properties["ProjectID"] != gem:
        raise RefreshError("unknown-label", f"the route is {properties['ProjectID']}, not {gem}", place=gem)
    lines = _lines(features[0].get("geometry"), gem)
    return (
        raw,
        properties,
        {"type": "MultiLineString", "coordinates": [[list(p) for p in part] for part in lines]},
    )


def _measured(geometry: Json) -> Row:
    parts = geometry["coordinates"]
    length = sum(length_km(part) for part in parts)
    vertices = sum(len(part) for part in parts)
    spacing = length / max(vertices - len(parts), 1)
    return {
        "length_km": plain(length, places=1), "vertices": str(vertices),
        "vertex_spacing_km": plain(spacing, places=1),
        "resolution": "indicative" if spacing >= _INDICATIVE_KM else "published-route",
    }  # fmt: skip


def ask(desk: Desk) -> Answer:
    """Ask for the course of each route that our layer has."""
    table = desk.current("pipelines")
    rows: list[Row] = []
    geometries: dict[tuple[str, ...], Json] = {}
    source: Source | None = None
    for row, feature in zip(table.rows, table.features, strict=True):
        if row["gem_id"] in _CUT_BY_HAND:
            continue
        raw, properties, geometry = _route(desk, row)
        fresh: Row = {"id": row["id"]}
        if geometry != feature["geometry"]:
            if all(abs(y) <= 90 for part in geometry["coordinates"] for _, y in part):
                fresh |= _measured(geometry)  # what lies nowhere is named when its place is checked
            geometries[row["id"],] = geometry
        if properties.get("Status"):
            fresh["status"] = str(properties["Status"]).casefold()
        rows.append(fresh)
        if source is None:
            source = origin(
                raw, id="gem-pipeline-routes-live", title="GOIT-GGIT-pipeline-routes, files of single routes",
                publisher="Global Energy Monitor",
                licence="CC BY 4.0 (per GGIT download terms; the repository carries no licence file)",
                note="The address is that of the first route",
            )  # fmt: skip
    if source is None:
        raise RefreshError("empty", "our layer has no route to ask for", place="pipelines")
    fresh_rows = Fresh(
        "pipelines", tuple(rows), source, complete=False, measured=("length_km",), jump=2.0,
        longest_step_km=_STEP_KM, geometries=geometries,
    )  # fmt: skip
    return Answer(fresh=(fresh_rows,), notes=(_NOT_LOOKED_FOR,))


PROVIDER: Final = Provider(
    "gem",
    "Global Energy Monitor, pipeline routes",
    ("pipelines",),
    "CC BY 4.0, with attribution",
    "a copy of the files of the repository",
    ask,
)
