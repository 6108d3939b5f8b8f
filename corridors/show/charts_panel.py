"""The house axes: a figure with measured margins, quiet grid, unit above the axis, direct labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from corridors.show import charts_output, numbers, style
from corridors.show.charts_labels import SIZE, SMALL, Box, spread, text_width, wrap
from corridors.show.charts_output import RC

WIDTH: Final = 7.2 * 72
"""Of a picture for paper and wide screens, in points."""
NARROW: Final = 4.1 * 72
"""Of a picture for a telephone, in points: on a screen of 360 px its words are 10 px and 11 px high."""
LINE: Final = 1.25 * SIZE
_PAD: Final = 6.0
_SPACE: Final = 3.5
# Between the plot and its end labels, when leaders have to bridge it.
END_GAP: Final = 16.0
# What end labels may take of a narrow picture before their names are broken into lines.
_END_SHARE: Final = 0.3


@dataclass(frozen=True)
class KeyEntry:
    """One entry of the key above a plot: a marker or a patch with its name."""

    text: str
    colour: style.Colour
    marker: str = "s"
    hollow: bool = False


@dataclass
class Panel:
    """A figure with one axes; ``height`` in points. Limits first, then ``finish`` once."""

    height: float
    unit: str = ""
    key: Sequence[KeyEntry] = ()
    left: float = 0.0
    right: float = 0.0
    bottom: float = 20.0
    width: float = WIDTH
    figure: Figure = field(init=False)
    axes: Axes = field(init=False)
    taken: list[Box] = field(default_factory=list, init=False)
    _broken: list[tuple[int, list[str], bool]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        with mpl.rc_context(RC):
            self.figure = Figure(figsize=(self.width / 72, self.height / 72), dpi=72, facecolor="none")
            self.axes = self.figure.add_axes((0, 0, 1, 1), facecolor="none")
        self._set_box()
        for side in ("top", "right", "left"):
            self.axes.spines[side].set_visible(False)
        self.axes.spines["bottom"].set(color=style.MUTED.light, linewidth=0.8)
        self.axes.tick_params(length=0, colors=style.MUTED.light, labelsize=SIZE, pad=4)
        self.axes.set_axisbelow(True)
        for axis in (self.axes.xaxis, self.axes.yaxis):
            axis.set_label_coords(0, 0)  # no axis has a title, for which matplotlib would measure all ticks

    @property
    def narrow(self) -> bool:
        """Whether this is the picture for a telephone, in which long words are broken into lines."""
        return self.width < WIDTH

    @property
    def top(self) -> float:
        """The room above the plot, for the key and the unit."""
        key, unit = len(self._key_rows()) * LINE, len(self._unit_lines()) * LINE
        return _PAD + (key + 3 if key else 0) + (unit + 5 if unit else 0)

    def _unit_lines(self) -> list[str]:
        return wrap(self.unit, self.width - _PAD, SMALL) if self.unit else []

    def _key_rows(self) -> list[list[KeyEntry]]:
        """The entries of the key in lines that fit the width."""
        rows: list[list[KeyEntry]] = []
        used = 0.0
        for entry in self.key:
            room = 12 + text_width(entry.text) + 16
            if not rows or used + room - 16 > self.width - _PAD:
                rows.append([])
                used = 0.0
            rows[-1].append(entry)
            used += room
        return rows

    @property
    def frame(self) -> Box:
        """The plot's rectangle on the figure."""
        return Box(self.left, self.bottom, self.width - self.right, self.height - self.top)

    def _set_box(self) -> None:
        box = self.frame
        self.axes.set_position(
            (
                box.left / self.width,
                box.bottom / self.height,
                (box.right - box.left) / self.width,
                (box.top - box.bottom) / self.height,
            )
        )

    def margins(
        self, *, left: float | None = None, right: float | None = None, bottom: float | None = None
    ) -> None:
        """Set the room at the sides."""
        self.bottom = self.bottom if bottom is None else bottom
        self.left = self.left if left is None else left
        self.right = self.right if right is None else right
        self._set_box()

    def to_points(self, x: Any, y: Any) -> tuple[float, float]:
        """A data position as points on the figure."""
        found = self.axes.transData.transform((float(x), float(y)))
        return float(found[0]), float(found[1])

    def value_ticks(
        self, low: float, high: float, *, log: bool = False, horizontal: bool = False, whole: bool = False
    ) -> None:
        """Limits, ticks, grid and tick texts of the value axis; the margin grows with the texts.

        ``whole`` keeps the ticks at whole numbers: there is no half of a visit.
        """
        axis = self.axes.xaxis if horizontal else self.axes.yaxis
        if log:
            self.axes.set_yscale("log")
            powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
            low, high = low / 1.25, high * 1.25
            ticks = [tick for tick in (10.0**power for power in powers) if low <= tick <= high]
        else:
            locator = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10], integer=whole)
            ticks = [float(tick) for tick in locator.tick_values(low, high)]
            low = low if low == 0 else ticks[0]
            high = min((tick for tick in ticks if tick >= high), default=high)
            ticks = [tick for tick in ticks if low <= tick <= high]
        decimals = numbers.decimals_of([round(tick, 9) for tick in ticks], most=9)
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_minor_locator(FixedLocator([]))
        texts = {tick: numbers.number_text(tick, decimals) for tick in ticks}
        axis.set_major_formatter(FuncFormatter(lambda value, _: texts.get(float(value), "")))
        (self.axes.set_xlim if horizontal else self.axes.set_ylim)(low, high)
        self.axes.grid(axis="x" if horizontal else "y", color=style.FAINT.light, linewidth=0.8)
        if low < 0 < high:
            (self.axes.axvline if horizontal else self.axes.axhline)(
                0, color=style.MUTED.light, linewidth=0.8
            )
            self.axes.spines["bottom"].set_visible(False)
        if not horizontal:
            self.margins(left=max(text_width(text) for text in texts.values()) + 8)

    def year_ticks(self, low: float, high: float, pad: float) -> None:
        """Limits and round years of the horizontal axis; years have no separator."""
        self.axes.set_xlim(low - pad, high + pad)
        room = self.width - self.left - self.right
        span = max(1.0, high - low)
        steps = (1, 2, 5, 10, 20, 25, 50, 100)
        fitting = [step for step in steps if room / (span / step) >= text_width("2000") + 10] or [100]
        # Ticks at both ends of the data, when a step allows it and leaves a few in between.
        step = next((s for s in fitting if low % s == 0 and high % s == 0 and span / s >= 3), fitting[0])
        ticks = [year for year in range(int(np.ceil(low)), int(high) + 1) if year % step == 0]
        self.axes.xaxis.set_major_locator(FixedLocator(ticks))
        self.axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
        self.axes.tick_params(axis="x", length=3, color=style.MUTED.light, width=0.8)

    def categories(self, names: Sequence[str], *, horizontal: bool = False) -> None:
        """Names along the category axis, at 0, 1, 2 ...; a name may have several lines."""
        axis = self.axes.yaxis if horizontal else self.axes.xaxis
        axis.set_major_locator(FixedLocator(range(len(names))))
        single = ["" if "\n" in name else name for name in names]
        axis.set_major_formatter(FuncFormatter(lambda value, _: single[round(value)]))
        self._broken = [(at, name.split("\n"), horizontal) for at, name in enumerate(names) if "\n" in name]
        if horizontal:
            self.axes.tick_params(axis="y", labelcolor=style.INK.light)
            self.margins(left=max(text_width(line) for name in names for line in name.split("\n")) + 10)

    def _name(self, at: int, lines: list[str], *, horizontal: bool) -> None:
        """A name of several lines beside or under its place on the category axis."""
        x, y = self.to_points(0 if horizontal else at, at if horizontal else 0)
        for order, line in enumerate(lines):
            if horizontal:
                shift = ((len(lines) - 1) / 2 - order) * LINE
                self.text(self.frame.left - 4, y + shift, line, style.INK, ha="right")
            else:
                self.text(x, self.frame.bottom - 10 - order * LINE, line, style.MUTED, ha="center")

    def text(
        self, x: float, y: float, text: str, colour: style.Colour, *, ground: bool = False, **options: Any
    ) -> None:
        """Words at a place on the figure, in points; ``ground`` keeps grid lines from crossing them.

        Only within ``rc_context(RC)``, as all that draws is.
        """
        options = {"fontsize": SIZE, "va": "center", "ha": "left", **options}
        if ground:
            options["bbox"] = {"facecolor": style.PAPER.light, "edgecolor": "none", "pad": 0.8}
        # The middle of a line of figures lies a little above the middle of its box.
        self.figure.text(x / self.width, (y - 0.7) / self.height, text, color=colour.light, **options)

    def end_labels(self, labels: Sequence[tuple[float, float, str, str, style.Colour]]) -> None:
        """Direct labels in the right margin for (x, y, name, value, colour): the value in bold.

        A leader runs to the labels that had to move away from their point.
        """
        frame = self.frame
        points = [self.to_points(x, y) for x, y, *_ in labels]
        texts = [self._end_lines(name, value) for _, _, name, value, _ in labels]
        heights = self._end_heights([y for _, y in points], [len(lines) for lines in texts])
        middles = [sum(some) / len(some) for some in heights]
        moved = any(abs(height - y) > 3.0 for (_, y), height in zip(points, middles, strict=True))
        start = frame.right + (END_GAP if moved else 8)
        for at, (x, y), middle, (*_, colour) in zip(range(len(labels)), points, middles, labels, strict=True):
            if abs(middle - y) > 2.0 or start - x > END_GAP + 8:
                self.line([(x + 4, y), (start - 2, middle)], colour, width=0.7)
            for (name, value), height in zip(texts[at], heights[at], strict=True):
                self._end_label(start, height, name, value, colour)

    def _end_label(self, start: float, height: float, name: str, value: str, colour: style.Colour) -> None:
        """One line of a direct label."""
        room = text_width(name) + _SPACE if name else 0.0
        if name:
            self.text(start, height, name, colour, gid=charts_output.NAME if value else None)
        if value:
            self.text(start + room, height, value, colour, fontweight="bold", gid=charts_output.VALUE)
            room += text_width(value, weight="bold")
        self.taken.append(Box(start, height - LINE / 2, start + room, height + LINE / 2))

    def _end_lines(self, name: str, value: str) -> list[tuple[str, str]]:
        """A direct label as lines of (name, value): several where the picture is narrow and the name long."""
        most = self.width * _END_SHARE
        if not self.narrow or not name or _end_width(name, value) <= most:
            return [(name, value)]
        lines = wrap(name, most)
        if _end_width(lines[-1], value) <= most:
            return [*((line, "") for line in lines[:-1]), (lines[-1], value)]
        return [*((line, "") for line in lines), ("", value)]

    def _end_heights(self, wanted: Sequence[float], counts: Sequence[int]) -> list[list[float]]:
        """A height for each line of each label: the lines of one label follow one another downwards."""
        order = sorted(range(len(wanted)), key=lambda index: wanted[index])
        # Lines of one label want almost the same place, so that no other label comes between them.
        lines = [
            (index, line, wanted[index] + rank * 1e-3 - line * 1e-5)
            for rank, index in enumerate(order)
            for line in range(counts[index])
        ]
        frame = self.frame
        heights = spread([want for *_, want in lines], LINE, frame.bottom + LINE / 2 - 4, frame.top)
        found: list[list[float]] = [[0.0] * count for count in counts]
        for (index, line, _), height in zip(lines, heights, strict=True):
            found[index][line] = height
        return found

    def end_room(self, labels: Sequence[tuple[str, str]]) -> float:
        """The right margin that (name, value) labels need; a little when there is none."""
        widths = [_end_width(*line) for name, value in labels for line in self._end_lines(name, value)]
        return max(widths, default=0.0) + END_GAP + 4

    def line(self, points: Sequence[tuple[float, float]], colour: style.Colour, width: float = 0.8) -> None:
        """A thin line on the figure, in points."""
        self.figure.add_artist(
            Line2D(
                [x / self.width for x, _ in points],
                [y / self.height for _, y in points],
                color=colour.light,
                linewidth=width,
                transform=self.figure.transFigure,
            )
        )

    def mark(
        self, x: float, y: float, colour: style.Colour, marker: str = "o", *, hollow: bool = False
    ) -> None:
        """A marker at a place on the figure, in points."""
        self.figure.add_artist(
            Line2D(
                [x / self.width],
                [y / self.height],
                marker=marker,
                markersize=6,
                linestyle="none",
                color=colour.light,
                markerfacecolor=style.PAPER.light if hollow else colour.light,
                transform=self.figure.transFigure,
            )
        )

    def finish(self) -> Figure:
        """Set unit and key; the figure is then ready."""
        for at, words, horizontal in self._broken:
            self._name(at, words, horizontal=horizontal)
        y = self.height - _PAD - LINE / 2
        for row in self._key_rows():
            x = _PAD / 2
            for entry in row:
                self.mark(x + 4, y, entry.colour, entry.marker, hollow=entry.hollow)
                self.text(x + 12, y, entry.text, style.INK)
                x += 12 + text_width(entry.text) + 16
            y -= LINE
        lines = self._unit_lines()
        for order, text in enumerate(lines):
            y = self.frame.top + LINE * (len(lines) - order)
            self.text(_PAD / 2, y, text, style.MUTED, fontsize=SMALL)
        return self.figure


def _end_width(name: str, value: str) -> float:
    return (text_width(name) + _SPACE if name else 0.0) + text_width(value, weight="bold")
