"""Charts in the house style: lines, bars, stacks, dots, timelines, scatter plots.

Every function takes a long frame (one row a mark) and gives a ``Chart``. Direct labels stand in place
of legends; a gap in the data is a gap in the line; a break is cut and named; values that disagree are
all shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from corridors.show import charts_words, media, numbers, style
from corridors.show.charts_bars import bars, stacked_bars
from corridors.show.charts_labels import LINE_HEIGHT, SMALL, Box, boxes_along, near, place, text_width, wrap
from corridors.show.charts_model import Break, Chart, Reference, checked, decimals_for
from corridors.show.charts_output import RC
from corridors.show.charts_panel import Panel
from corridors.show.charts_points import dots, scatter
from corridors.show.charts_timeline import timeline

__all__ = ["Break", "Chart", "Reference", "bars", "dots", "lines", "scatter", "stacked_bars", "timeline"]

_MOST_LINES: Final = 7


def lines(
    frame: pd.DataFrame,
    *,
    label: str,
    caption: str,
    x: str,
    y: str,
    series: str | None = None,
    unit: str = "",
    datasets: Sequence[str] = (),
    breaks: Sequence[Break] = (),
    apart: Sequence[str] = (),
    references: Sequence[Reference] = (),
    connect: float = 1.0,
    log: bool = False,
    from_zero: bool = True,
    decimals: int | None = None,
    height: float = 3.9,
    finding: str = "",
    note: str = "",
) -> Chart:
    """Lines over years: ``x`` is a year (or a date), ``y`` a number in ``unit``, ``series`` the line's name.

    Points further apart than ``connect`` years are not joined. Several values of one series for the same
    ``x`` (sources that disagree) are all drawn, with a band between the least and the greatest.
    ``apart`` names series from another source: hollow points that nothing joins. ``breaks`` cut every line.
    ``height`` in inches. Raises ``ExhibitError`` for more than seven lines or a log axis with values below 0.
    """
    data = checked(frame, label, (x, y, series), y)
    names = [str(name) for name in dict.fromkeys(data[series])] if series else [""]
    joined = [name for name in names if name not in apart]
    if len(joined) > _MOST_LINES:
        raise media.ExhibitError(
            f"{label}: {len(joined)} lines cannot be told apart; show at most {_MOST_LINES}"
        )
    unknown = [name for name in apart if name not in names]
    if unknown:
        raise media.ExhibitError(
            f"{label}: apart names {unknown}, which is no series; the series are {names}"
        )
    if log and (data[y].dropna() <= 0).any():
        raise media.ExhibitError(
            f"{label}: a logarithmic axis cannot show values of zero or less; drop log=True"
        )
    places = decimals_for(data[y], decimals)

    def draw(width: float) -> Figure:
        plot = _Lines(data, x, y, series, list(breaks), list(references), connect, places)
        return plot.draw(
            Panel(height * 72, unit=unit, width=width), names, set(apart), log=log, from_zero=from_zero
        )

    words = charts_words.courses(data, x, y, series, unit, places)
    extra = [f"Break between {item.after:.0f} and {item.before:.0f}: {item.text}" for item in breaks]
    extra += [
        f"Reference line at {charts_words.value_text(r.value, places, unit)}: {r.text}" for r in references
    ]
    return Chart(
        frame=data,
        draw=draw,
        words=charts_words.sentence(words, *extra),
        finding=finding,
        label=label,
        caption=caption,
        datasets=datasets,
        sources=media.row_sources(frame),
        note=note,
    )


class _Lines:
    """The drawing of ``lines``."""

    def __init__(
        self,
        data: pd.DataFrame,
        x: str,
        y: str,
        series: str | None,
        breaks: list[Break],
        references: list[Reference],
        connect: float,
        decimals: int,
    ) -> None:
        self.data = data.assign(_x=years(data[x])).dropna(subset=[y]).sort_values("_x", kind="stable")
        self.y, self.series = y, series
        self.breaks, self.references = breaks, references
        self.connect, self.decimals = connect, decimals

    def part(self, name: str) -> pd.DataFrame:
        """The rows of one series, by time."""
        return self.data if self.series is None else self.data[self.data[self.series] == name]

    def draw(self, panel: Panel, names: list[str], apart: set[str], *, log: bool, from_zero: bool) -> Figure:
        """Axes, marks, then words around what stands already."""
        low, high = float(self.data[self.y].min()), float(self.data[self.y].max())
        high = max([high, *(item.value for item in self.references)])
        with mpl.rc_context(RC):
            joined = [name for name in names if name not in apart]
            # One palette for lines and hollow points: points of another source do not borrow a line's hue.
            hues = style.colours_of(
                list(dict.fromkeys([*joined, *(_stem(name) for name in names if name in apart)]))
            )
            colours = {name: hues[name] for name in joined}
            ends = {name: self._end_text(name) for name in names if name not in apart}
            panel.value_ticks(min(low, 0.0) if from_zero and not log else low, high, log=log)
            panel.margins(right=panel.end_room(list(ends.values())))
            panel.year_ticks(float(self.data["_x"].min()), float(self.data["_x"].max()), pad=self._pad())
            labels = []
            for name in names:
                part = self.part(name)
                if name in apart:
                    continue
                self._line(panel, part, colours[name])
                last = part[part["_x"] == part["_x"].max()]
                labels.append(
                    (float(last["_x"].iloc[0]), float(last[self.y].mean()), *ends[name], colours[name])
                )
            for name in colours:
                self._conflicts(panel, self.part(name), colours[name])
            self._apart(panel, [name for name in names if name in apart], hues)
            panel.end_labels(labels)
            for level in self.references:
                self._reference(panel, level)
            for item in self.breaks:
                x = panel.to_points(item.middle, panel.axes.get_ylim()[1])[0]
                panel.taken.append(Box(x - 1, panel.frame.bottom, x + 1, panel.frame.top))
            for item in self.breaks:
                self._break(panel, item)
            return panel.finish()

    def _pad(self) -> float:
        span = float(self.data["_x"].max() - self.data["_x"].min())
        return max(0.15, span * 0.012)

    def _end_text(self, name: str) -> tuple[str, str]:
        """The name of the line and its last value, or both values when sources disagree."""
        part = self.part(name)
        last = part[part["_x"] == part["_x"].max()][self.y]
        ends = dict.fromkeys(numbers.number_text(value, self.decimals) for value in (last.min(), last.max()))
        return name, numbers.MISSING.join(ends)

    def _segments(self, part: pd.DataFrame) -> list[pd.DataFrame]:
        """The pieces of a line, cut at gaps and breaks: one row an ``x``, with least and greatest value."""
        course = part.groupby("_x")[self.y].agg(["min", "max"]).reset_index()
        cuts = [0]
        for place_, (one, two) in enumerate(pairwise(course["_x"]), start=1):
            broken = any(one < item.before and two > item.after for item in self.breaks)
            if broken or two - one > self.connect + 1e-6:
                cuts.append(place_)
        return [course.iloc[start:stop] for start, stop in pairwise([*cuts, len(course)])]

    def _line(self, panel: Panel, part: pd.DataFrame, colour: style.Colour) -> None:
        axes = panel.axes
        dense = len(part) > 30
        for piece in self._segments(part):
            if len(piece) > 1:
                differ = (piece["min"] != piece["max"]).any()
                for edge in ("min", "max") if differ else ("max",):
                    axes.plot(
                        piece["_x"], piece[edge], color=colour.light, linewidth=1.8, solid_capstyle="round"
                    )
                if differ:
                    axes.fill_between(
                        piece["_x"], piece["min"], piece["max"], color=colour.light, alpha=0.18, linewidth=0
                    )
            for edge in ("min", "max"):
                panel.taken += boxes_along(
                    [panel.to_points(x, y) for x, y in zip(piece["_x"], piece[edge], strict=True)]
                )
            if dense and len(piece) > 1:
                continue
            axes.plot(piece["_x"], piece["max"], "o", color=colour.light, markersize=3.2, clip_on=False)

    def _conflicts(self, panel: Panel, part: pd.DataFrame, colour: style.Colour) -> None:
        """Where sources disagree: all values as hollow points, joined upright, and both ends in figures."""
        last = part["_x"].max()
        differ = part.groupby("_x")[self.y].nunique() > 1
        for x in differ.index[differ]:
            values = part.loc[part["_x"] == x, self.y]
            panel.axes.plot([x] * len(values), values, color=colour.light, linewidth=1.0)
            panel.axes.plot(
                [x] * len(values),
                values,
                "o",
                color=colour.light,
                markersize=4.6,
                markerfacecolor=style.PAPER.light,
                markeredgewidth=1.2,
                linestyle="none",
                clip_on=False,
            )
            if x == last:  # the end label has both
                continue
            low, high = panel.to_points(x, values.min()), panel.to_points(x, values.max())
            words = numbers.MISSING.join(
                numbers.number_text(v, self.decimals) for v in (values.min(), values.max())
            )
            panel.taken.append(Box(low[0] - 4, low[1] - 4, high[0] + 4, high[1] + 4))
            best = place(high, words, panel.taken, panel.frame)
            panel.taken.append(best.box)
            panel.text(high[0] + best.dx, high[1] + best.dy, words, colour, fontsize=SMALL, ha=best.side)

    def _apart(self, panel: Panel, names: list[str], hues: dict[str, style.Colour]) -> None:
        """Hollow points of another source, each series named beside one of its points."""
        for position, name in enumerate(names):
            part, colour = self.part(name), hues[_stem(name)]
            points = [panel.to_points(x, y) for x, y in zip(part["_x"], part[self.y], strict=True)]
            panel.axes.plot(
                part["_x"],
                part[self.y],
                style.MARKERS[position % 2],
                color=colour.light,
                markersize=5,
                markerfacecolor=style.PAPER.light,
                markeredgewidth=1.2,
                linestyle="none",
            )
            panel.taken += [Box(x - 4, y - 4, x + 4, y + 4) for x, y in points]
        for name in names:
            part, colour = self.part(name), hues[_stem(name)]
            points = [panel.to_points(x, y) for x, y in zip(part["_x"], part[self.y], strict=True)]
            tries = [
                (place(point, name, panel.taken, panel.frame), point) for point in (points[0], points[-1])
            ]
            tries += [(place(point, name, panel.taken, panel.frame), point) for point in points[1:-1]]
            obstacles = near([one.box for one, _ in tries], panel.taken)
            costs = [sum(one.box.overlap(box) for box in obstacles) for one, _ in tries]
            best, point = tries[costs.index(min(costs))]
            panel.taken.append(best.box)
            panel.text(point[0] + best.dx, point[1] + best.dy, name, colour, fontsize=SMALL, ha=best.side)

    def _reference(self, panel: Panel, item: Reference) -> None:
        panel.axes.axhline(item.value, color=style.MUTED.light, linewidth=1.0, linestyle=(0, (4, 2.5)))
        x, y = panel.frame.left + 4, panel.to_points(panel.axes.get_xlim()[0], item.value)[1] + 7
        panel.text(x, y, item.text, style.MUTED, ground=True, fontsize=SMALL)
        panel.taken.append(Box(x, y - 5, x + text_width(item.text, SMALL), y + 5))

    def _break(self, panel: Panel, item: Break) -> None:
        """A dotted upright at the cut, named where the plot is free: at its top, else at its foot."""
        panel.axes.axvline(item.middle, color=style.MUTED.light, linewidth=0.9, linestyle=(0, (1, 2)))
        x = panel.to_points(item.middle, panel.axes.get_ylim()[1])[0]
        frame = panel.frame
        # The words keep clear of the next break.
        others = [panel.to_points(one.middle, panel.axes.get_ylim()[1])[0] for one in self.breaks]
        words = wrap(item.text, min([frame.right, *(other for other in others if other > x)]) - x - 10, SMALL)
        room, tall = max(text_width(line, SMALL) for line in words), len(words) * LINE_HEIGHT
        options = [
            (x + shift, height, side)
            for height in (frame.top - 1, frame.bottom + tall + 3, frame.top - 14, frame.bottom + tall + 16)
            for shift, side in ((4.0, "left"), (-4.0, "right"))
        ]

        def box(option: tuple[float, float, str]) -> Box:
            left = option[0] if option[2] == "left" else option[0] - room
            return Box(left, option[1] - tall, left + room, option[1])

        def cost(option: tuple[float, float, str]) -> float:
            one = box(option)
            return sum(one.overlap(other) for other in obstacles) + 60 * one.outside(frame)

        obstacles = near([box(option) for option in options], panel.taken)
        best = min(options, key=cost)
        panel.taken.append(box(best))
        for order, line in enumerate(words):
            y = best[1] - (order + 0.5) * LINE_HEIGHT
            panel.text(best[0], y, line, style.MUTED, ground=True, fontsize=SMALL, ha=best[2])


def _stem(name: str) -> str:
    """The country that a series name begins with: "Russia (CIA Factbook)" has the colour of Russia."""
    return next((country for country in style.COUNTRIES if name.startswith(country)), name)


def years(values: pd.Series[Any]) -> pd.Series[Any]:
    """Years as they are; dates (or texts "2024-09", "2024-09-02") as years with a fraction."""
    if pd.api.types.is_numeric_dtype(values):
        return values.astype("float64")
    dates = pd.to_datetime(values, format="ISO8601")
    return (dates.dt.year + (dates.dt.dayofyear - 1) / 365.25).astype("float64")
