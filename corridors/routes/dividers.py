"""How long a border is depends on how it is measured: lengths with dividers of a fixed opening.

Lewis Fry Richardson walked maps with dividers and found that a border grows as the opening shrinks, along
a straight line if both are drawn as logarithms. A published length without its scale is therefore no
standard for a drawn line, nor the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point

from corridors.routes.geodesy import GEOD, densify, distance_km, length_km


def walk_km(line: LineString, opening_km: float) -> float:
    """Length of a line walked with dividers of the given opening, in kilometres.

    From its first vertex on, each step ends where the line first gets ``opening_km`` away from the last
    step; what is left at the end counts as its own short step.
    """
    if opening_km <= 0:
        raise ValueError(f"walk_km: the opening must be above 0, not {opening_km}")
    vertices = [Point(c[0], c[1]) for c in densify(line).coords]
    here, at, steps = vertices[0], 0, 0
    while True:
        ahead = next(
            (i for i in range(at + 1, len(vertices)) if distance_km(here, vertices[i]) >= opening_km), None
        )
        if ahead is None:
            return steps * opening_km + distance_km(here, vertices[-1])
        # A segment's distance from a point has no maximum inside it, so exactly one crossing lies on it.
        start = vertices[ahead - 1] if ahead - 1 > at else here
        azimuth, _, metres = GEOD.inv(start.x, start.y, vertices[ahead].x, vertices[ahead].y)
        low, high = 0.0, float(metres)
        for _ in range(40):
            middle = (low + high) / 2
            x, y, _ = GEOD.fwd(start.x, start.y, azimuth, middle)
            low, high = (middle, high) if distance_km(here, Point(x, y)) < opening_km else (low, middle)
        x, y, _ = GEOD.fwd(start.x, start.y, azimuth, high)
        here, at, steps = Point(x, y), ahead - 1, steps + 1


def ladder(
    boundary_lines: gpd.GeoDataFrame, pairs: Sequence[str], openings_km: Sequence[float]
) -> pd.DataFrame:
    """Each border with each opening, its parts together.

    Returns ``pair``, ``opening_km`` (0 for the line as drawn, vertex by vertex) and ``length_km``.
    """
    rows = []
    for pair in pairs:
        lines = list(boundary_lines.loc[boundary_lines["pair"] == pair].geometry)
        if not lines:
            raise LookupError(f"no border {pair!r} in the layer")
        rows.append({"pair": pair, "opening_km": 0.0, "length_km": sum(length_km(line) for line in lines)})
        for opening in openings_km:
            length = sum(walk_km(line, opening) for line in lines)
            rows.append({"pair": pair, "opening_km": float(opening), "length_km": length})
    return pd.DataFrame(rows, columns=["pair", "opening_km", "length_km"])


def slopes(walked: pd.DataFrame) -> pd.DataFrame:
    """How fast each border shrinks: Richardson's exponent by least squares of the logarithms.

    Takes ``ladder``; rows with opening 0 are left out. Returns ``pair``, ``exponent`` (0 for a straight line)
    and ``loss_per_doubling_pct``, by how much the border shortens if the opening is doubled.
    """
    rows = []
    for pair, group in walked[walked["opening_km"] > 0].groupby("pair", sort=True):
        x = [math.log(float(v)) for v in group["opening_km"]]
        y = [math.log(float(v)) for v in group["length_km"]]
        mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
        spread = sum((a - mean_x) ** 2 for a in x)
        if spread == 0:
            raise ValueError(f"slopes: {pair} was walked with one opening only; two are needed")
        exponent = -sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread
        rows.append({"pair": pair, "exponent": exponent, "loss_per_doubling_pct": 100 * (1 - 2**-exponent)})
    return pd.DataFrame(rows, columns=["pair", "exponent", "loss_per_doubling_pct"])


def opening_for(length_km: float, walked: pd.DataFrame, pair: str, exponents: Mapping[str, float]) -> float:
    """The opening that would give ``length_km``, continuing the pair's slope from its smallest opening.

    An extrapolation: it says what a published length would mean, not how it was measured.
    """
    group = walked[(walked["pair"] == pair) & (walked["opening_km"] > 0)].sort_values("opening_km")
    smallest = group.iloc[0]
    ratio = math.log(length_km / float(smallest["length_km"]))
    return float(smallest["opening_km"]) * math.exp(-ratio / exponents[pair])
