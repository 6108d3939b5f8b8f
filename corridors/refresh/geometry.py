"""Lines from upstream: shortest way, thinning, length. Positions are (longitude, latitude) in degrees."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from pyproj import Geod
from shapely.geometry import LineString

from corridors.refresh.plausible import distance_km

Position = tuple[float, float]
#: Decimals of a degree that our layers keep: about a metre.
DECIMALS: Final = 5
_METRES_A_DEGREE: Final = 111_320.0


@cache
def _ellipsoid() -> Geod:
    return Geod(ellps="WGS84")


def length_km(line: Sequence[Position]) -> float:
    """Geodesic length on the WGS84 ellipsoid."""
    xs, ys = zip(*line, strict=True)
    return float(_ellipsoid().line_length(xs, ys)) / 1000


def thinned(line: Sequence[Position], metres: float) -> list[Position]:
    """The line with the vertices that matter for ``metres`` (Douglas and Peucker), rounded, none repeated."""
    shrink = math.cos(math.radians(sum(y for _, y in line) / len(line)))
    plane = [(x * shrink * _METRES_A_DEGREE, y * _METRES_A_DEGREE) for x, y in line]
    kept = LineString(plane).simplify(metres, preserve_topology=False).coords
    back = [(x / shrink / _METRES_A_DEGREE, y / _METRES_A_DEGREE) for x, y in kept]
    return rounded(back)


def rounded(line: Iterable[Sequence[float]]) -> list[Position]:
    """The line with rounded positions, none repeated, heights left out."""
    points = [(round(float(p[0]), DECIMALS), round(float(p[1]), DECIMALS)) for p in line]
    return [point for i, point in enumerate(points) if i == 0 or point != points[i - 1]]


class Network:
    """Ways that share nodes. ``places`` has the position of each node."""

    def __init__(self, ways: Iterable[Sequence[int]], places: Mapping[int, Position]) -> None:
        self.places = places
        self._next: dict[int, dict[int, float]] = {}
        for way in ways:
            for one, two in pairwise(way):
                step = distance_km(places[one], places[two])
                self._next.setdefault(one, {})[two] = step
                self._next.setdefault(two, {})[one] = step

    def nearest(self, place: Position) -> tuple[int, float]:
        """The node nearest to a place, and how far it is, km."""
        node = min(self._next, key=lambda n: distance_km(self.places[n], place))
        return node, distance_km(self.places[node], place)

    def way(self, start: int, end: int) -> list[Position] | None:
        """The shortest way from node to node; None if there is none."""
        best: dict[int, tuple[float, int]] = {start: (0.0, start)}
        waiting = [(0.0, start)]
        while waiting:
            far, node = heapq.heappop(waiting)
            if node == end:
                break
            if far > best[node][0]:
                continue
            for other, step in self._next[node].items():
                if other not in best or far + step < best[other][0]:
                    best[other] = (far + step, node)
                    heapq.heappush(waiting, (far + step, other))
        if end not in best:
            return None
        found = [end]
        while found[-1] != start:
            found.append(best[found[-1]][1])
        return [self.places[node] for node in reversed(found)]
