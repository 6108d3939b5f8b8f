"""Where the words of a chart go: text widths, labels spread along an axis, labels beside points.

All lengths are points (1/72 inch). Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final, Literal

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from corridors.show import style

SIZE: Final = 10.0
SMALL: Final = 9.0
LINE_HEIGHT: Final = 11.5
Side = Literal["left", "center", "right"]


@cache
def text_width(text: str, size: float = SIZE, weight: str = "normal") -> float:
    """The width of one line of ``text`` in the house font."""
    font = FontProperties(family=style.FONT, size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, False)
    return float(width)


def wrap(text: str, width: float, size: float = SIZE) -> list[str]:
    """``text`` in lines no wider than ``width``; a single long word keeps its line."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near ``wanted``, in its order, at least ``gap`` apart and within ``low`` and ``high``.

    Neighbours that collide share the distance: each cluster is centred on the mean of what it wants.
    When all do not fit between the bounds, they are set at equal distances.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    if len(order) * gap > high - low + gap:
        step = (high - low) / max(1, len(order) - 1)
        placed = {index: low + place * step for place, index in enumerate(order)}
        return [placed[index] for index in range(len(wanted))]
    clusters: list[tuple[float, list[int]]] = []

    def centred(members: list[int]) -> float:
        start = sum(wanted[i] - place * gap for place, i in enumerate(members)) / len(members)
        return min(max(start, low), high - gap * (len(members) - 1))

    for index in order:
        members = [index]
        start = centred(members)
        while clusters and clusters[-1][0] + gap * len(clusters[-1][1]) > start:
            members = clusters.pop()[1] + members
            start = centred(members)
        clusters.append((start, members))
    placed = {i: start + place * gap for start, members in clusters for place, i in enumerate(members)}
    return [placed[index] for index in range(len(wanted))]


@dataclass(frozen=True)
class Box:
    """A rectangle: left, bottom, right, top."""

    left: float
    bottom: float
    right: float
    top: float

    def overlap(self, other: Box) -> float:
        """The common area."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        tall = min(self.top, other.top) - max(self.bottom, other.bottom)
        return wide * tall if wide > 0 and tall > 0 else 0.0

    def outside(self, frame: Box) -> float:
        """How far it sticks out of ``frame``."""
        return (
            max(0.0, frame.left - self.left)
            + max(0.0, self.right - frame.right)
            + max(0.0, frame.bottom - self.bottom)
            + max(0.0, self.top - frame.top)
        )


@dataclass(frozen=True)
class Placed:
    """A label beside a point: offset from the point, side that touches it, and the room it takes."""

    dx: float
    dy: float
    side: Side
    box: Box


# Right, left, above, below and the corners; earlier is liked better.
_OFFSETS: Final[tuple[tuple[float, float, Side], ...]] = (
    (7, 0, "left"), (0, 11, "center"), (0, -11, "center"), (-7, 0, "right"),
    (6, 9, "left"), (6, -9, "left"), (-6, 9, "right"), (-6, -9, "right"),
    (0, 20, "center"), (0, -20, "center"), (12, 18, "left"), (12, -18, "left"), (-12, 18, "right"),
    (-12, -18, "right"), (0, 32, "center"), (0, -32, "center"),
)  # fmt: skip


def place(
    point: tuple[float, float], text: str, taken: Iterable[Box], frame: Box, size: float = SMALL
) -> Placed:
    """The best free place for ``text`` beside ``point``: inside ``frame`` and clear of ``taken``."""
    width, height = text_width(text, size), size * 1.25
    options = []
    for dx, dy, side in _OFFSETS:
        x, y = point[0] + dx, point[1] + dy
        left = {"left": x, "center": x - width / 2, "right": x - width}[side]
        options.append(Placed(dx, dy, side, Box(left - 1, y - height / 2, left + width + 1, y + height / 2)))
    obstacles = near([one.box for one in options], taken)

    def cost(rank: int) -> float:
        one = options[rank].box
        return sum(one.overlap(other) for other in obstacles) + 60 * one.outside(frame) + 2 * rank

    return options[min(range(len(options)), key=cost)]


def near(boxes: Sequence[Box], taken: Iterable[Box]) -> list[Box]:
    """Those of ``taken`` that any of ``boxes`` may overlap; most of a chart lies elsewhere."""
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    bottom, top = min(box.bottom for box in boxes), max(box.top for box in boxes)
    return [
        one
        for one in taken
        if one.left < right and one.right > left and one.bottom < top and one.top > bottom
    ]


def boxes_along(points: Sequence[tuple[float, float]], half: float = 2.5, step: float = 6.0) -> list[Box]:
    """Small boxes along a polyline, so that labels keep clear of it."""
    found = [Box(x - half, y - half, x + half, y + half) for x, y in points]
    for (x0, y0), (x1, y1) in pairwise(points):
        pieces = int(max(abs(x1 - x0), abs(y1 - y0)) // step)
        for piece in range(1, pieces):
            x, y = x0 + (x1 - x0) * piece / pieces, y0 + (y1 - y0) * piece / pieces
            found.append(Box(x - half, y - half, x + half, y + half))
    return found
