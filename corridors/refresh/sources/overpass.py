"""OpenStreetMap through Overpass: the course of the main line, and where the stations are.

The relation 2707161 is the Trans-Mongolian route; its ways are joined into a network, and each part of our
main line is given the way through it between the part's own ends, thinned to about 60 m as before, so that
parts go on joining end to end and straight legs become track. A part whose ends the network does not reach
stays. Stations are known by their OpenStreetMap number; those that have moved get their new place. A station
that our table lacks is shown with all that the map knows of it, and entered by a person: its line, its order
along it and its chainage are no part of the map.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from corridors.catalog import Source
from corridors.checks import place_fault
from corridors.refresh.faults import RefreshError
from corridors.refresh.geometry import Network, Position, length_km, thinned
from corridors.refresh.plausible import distance_km
from corridors.refresh.provider import Answer, Desk, Provider, origin
from corridors.refresh.store import Raw, Request
from corridors.refresh.table import Fresh, Newcomer, Row, Table, plain
from corridors.schema import BBox, Json

RELATION: Final = 2707161
MAIN_LINE: Final = "trans-mongolian-main"
_TRACK: Final = f"[out:json][timeout:180];rel({RELATION});>>;out geom;"
_STATIONS: Final = (
    '[out:json][timeout:180];area["ISO3166-1"="MN"]->.a;nwr["railway"~"^(station|halt)$"](area.a);out center;'
)
_LICENCE: Final = "ODbL 1.0"
_WHO: Final = "OpenStreetMap contributors"
_THIN_M: Final = 60.0
#: A part's end must lie this near to the network.
_REACH_KM: Final = 1.5
#: Between two vertices of a mapped way; between two of a thinned one.
_STEP_KM: Final = 25.0
#: A station that moves less has not moved; one that moves more is another station.
_MOVED_KM: Final = (0.05, 20.0)
_NAMES: Final = ("name", "name:mn", "name:ru", "ref")
#: Why a station does not enter by itself.
_NEED: Final = (
    "to enter one, decide its line, its place in the order along it, and its chainage and where that comes "
    "from, which the map does not tell, and add a row to data/routes/osm/railway_stations.csv"
)


def _elements(desk: Desk, name: str, query: str) -> tuple[Raw, list[Json]]:
    """What the query found. Raises RefreshError for a remark (time or memory ran out) or nothing at all."""
    url = f"{desk.settings.address('overpass')}/interpreter"
    raw = desk.fetch(Request("overpass", name, url, form=(("data", query),)))
    answer = raw.json()
    if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
        raise RefreshError("changed-form", "the answer has no list 'elements'", place=name)
    if "error" in str(answer.get("remark", "")):
        raise RefreshError("busy-source", f"Overpass says: {answer['remark']}", place=name)
    if not answer["elements"]:
        raise RefreshError("empty", "the answer has no elements", place=name)
    return raw, answer["elements"]


def _mapped_on(raw: Raw) -> str:
    base = raw.json().get("osm3s", {}).get("timestamp_osm_base", "")
    return str(base)[:10]


def _source(raw: Raw, id: str, title: str) -> Source:
    return origin(raw, id=id, title=title, publisher=_WHO, licence=_LICENCE, date=_mapped_on(raw))


def _check_place(place: Position, bbox: BBox | None, what: str) -> None:
    fault = place_fault(*place, bbox) if bbox else None
    if fault and fault[0] == "coordinates-swapped":
        raise RefreshError("swapped", fault[1], place=what)


# --- the track ------------------------------------------------------------------------------------


def _network(elements: list[Json], bbox: BBox | None) -> Network:
    places: dict[int, Position] = {}
    ways: list[list[int]] = []
    for element in elements:
        if element.get("type") != "way" or (element.get("tags") or {}).get("railway", "rail") != "rail":
            continue
        what = f"way {element.get('id')}"
        try:
            nodes = [int(node) for node in element["nodes"]]
            course = [(float(p["lon"]), float(p["lat"])) for p in element["geometry"]]
        except (KeyError, TypeError, ValueError):
            raise RefreshError("changed-form", "a way has no nodes or no geometry", place=what) from None
        if len(nodes) != len(course):
            raise RefreshError("cut-off", f"{len(nodes)} nodes, {len(course)} positions", place=what)
        for place in course:
            _check_place(place, bbox, what)
        for number, (one, two) in enumerate(pairwise(course), start=2):
            step = distance_km(one, two)
            if step > _STEP_KM:
                problem = f"the line jumps {step:.0f} km to vertex {number}; {_STEP_KM:g} km are plausible"
                raise RefreshError("line-jump", problem, place=what)
        places.update(zip(nodes, course, strict=True))
        ways.append(nodes)
    if not ways:
        raise RefreshError("empty", f"relation {RELATION} has no ways of rail")
    return Network(ways, places)


def _parts(table: Table, network: Network) -> Iterator[tuple[Row, Json | None]]:
    """Each part of the main line with its new course; None if the network does not reach its ends."""
    for row, feature in zip(table.rows, table.features, strict=True):
        if row["line"] != MAIN_LINE:
            continue
        ends = [tuple(feature["geometry"]["coordinates"][i]) for i in (0, -1)]
        (start, near), (end, near_too) = (network.nearest((x, y)) for x, y in ends)
        course = network.way(start, end) if max(near, near_too) <= _REACH_KM and start != end else None
        if course is None:
            yield row, None
            continue
        line = thinned(course, _THIN_M)
        fresh = {
            "id": row["id"], "resolution": "track", "accuracy_km": "0.1",
            "length_km": plain(length_km(line), places=1),
            "length_extract_km": plain(length_km(course), places=2),
        }  # fmt: skip
        yield fresh, {"type": "LineString", "coordinates": [list(point) for point in line]}


def _track(desk: Desk) -> Fresh:
    raw, elements = _elements(desk, "track", _TRACK)
    table = desk.current("rail_track")
    found = list(_parts(table, _network(elements, table.resource.bbox)))
    reached = [(row, geometry) for row, geometry in found if geometry is not None]
    left = [row["id"] for row, geometry in found if geometry is None]
    notes = (
        (f"the mapped track does not reach the ends of {', '.join(left)}: left as they are",) if left else ()
    )
    return Fresh(
        "rail_track", tuple(row for row, _ in reached),
        _source(raw, "osm-overpass-track", f"Relation {RELATION}, Trans-Mongolian railway, with its ways"),
        complete=False, measured=("length_km",), jump=1.5, longest_step_km=_STEP_KM, notes=notes,
        geometries={(row["id"],): geometry for row, geometry in reached},
    )  # fmt: skip


# --- the stations ---------------------------------------------------------------------------------


def _station(element: Json) -> tuple[str, Position, dict[str, str]]:
    place: Any = element.get("center") or element
    try:
        tags = {str(key): str(value) for key, value in (element.get("tags") or {}).items()}
        return f"{element['type']}/{element['id']}", (float(place["lon"]), float(place["lat"])), tags
    except (KeyError, TypeError, ValueError):
        raise RefreshError("changed-form", "an element has no place", place=str(element.get("id"))) from None


def _moved(row: Row, place: Position) -> Row:
    """The row's key with its place: the new one if it has moved, else the one it has."""
    here = float(row["longitude"]), float(row["latitude"])
    way = distance_km(here, place)
    least, most = _MOVED_KM
    if way > most:
        problem = f"the station {row['name']} would move {way:.0f} km; {most:g} km are plausible"
        raise RefreshError("line-jump", problem, place=f"railway_stations, row id {row['id']}")
    fresh = {"id": row["id"], "latitude": row["latitude"], "longitude": row["longitude"]}
    if way > least:
        fresh |= {"latitude": plain(place[1], places=6), "longitude": plain(place[0], places=6)}
    return fresh


def _stations(desk: Desk) -> Fresh:
    raw, elements = _elements(desk, "stations", _STATIONS)
    table = desk.current("railway_stations")
    there = {number: (place, tags) for number, place, tags in map(_station, elements)}
    for number, (place, _) in there.items():
        _check_place(place, table.resource.bbox, number)
    # Track points, junctions and borders bear the number of a way, which holds many places and is no station.
    ours = [row for row in table.rows if row["osm_id"] and row["kind"] == "station"]
    rows = tuple(_moved(row, there[row["osm_id"]][0]) for row in ours if row["osm_id"] in there)
    known = {row["osm_id"] for row in table.rows}
    gone = sorted(row["name"] for row in ours if row["osm_id"] not in there and row["country"] == "Mongolia")
    fresh = [_newcomer(table, number, *there[number]) for number in sorted(set(there) - known)]
    notes = []
    if gone:
        notes.append(f"no station upstream any more (left as they are): {', '.join(gone)}")
    return Fresh(
        "railway_stations", rows,
        _source(raw, "osm-overpass-stations", "Railway stations and halts in Mongolia"),
        complete=False, notes=tuple(notes), newcomers=tuple(fresh), newcomers_need=_NEED,
    )  # fmt: skip


def _newcomer(table: Table, number: str, place: Position, tags: dict[str, str]) -> Newcomer:
    """A station that the table lacks, with its names and its neighbour among ours."""
    ours = [(float(row["longitude"]), float(row["latitude"]), row["name"]) for row in table.rows]
    near, neighbour = min((distance_km(place, (x, y)), name) for x, y, name in ours)
    names = [f"{key} {tags[key]}" for key in _NAMES if key in tags]
    return Newcomer(
        "railway_stations", number, tags.get("name:en") or tags.get("name", ""),
        plain(place[1], places=5), plain(place[0], places=5),
        "; ".join([tags.get("railway", "station"), *names, f"{near:.1f} km from {neighbour}"]),
    )  # fmt: skip


def ask(desk: Desk) -> Answer:
    """Ask for the track and for the stations."""
    return Answer(fresh=(_track(desk), _stations(desk)))


PROVIDER: Final = Provider(
    "overpass",
    "OpenStreetMap, through Overpass",
    ("rail_track", "railway_stations"),
    "ODbL 1.0: the folder routes/osm stays under it",
    "the documentation of Overpass",
    ask,
)
