"""Points: several values for one thing, events in time, two quantities against each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from corridors.show import charts_words, media, numbers, style
from corridors.show.charts_labels import LINE_HEIGHT, SIZE, SMALL, Box, place, text_width, wrap
from corridors.show.charts_model import Chart, checked, decimals_for
from corridors.show.charts_output import RC
from corridors.show.charts_panel import LINE, WIDTH, Panel

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_ROW: Final = 15.5


def dots(
    frame: pd.DataFrame,
    *,
    label: str,
    caption: str,
    thing: str,
    value: str,
    source: str,
    upper: str | None = None,
    unit: str = "",
    log: bool = False,
    from_zero: bool = False,
    datasets: Sequence[str] = (),
    decimals: int | None = None,
    finding: str = "",
    note: str = "",
) -> Chart:
    """What sources say of the same ``thing``, each on its own row with its name and its value.

    ``upper`` is the upper end where a source gives a range. A grey band runs from the least to the greatest
    value of a thing: nothing is averaged.
    """
    data = checked(frame, label, (thing, source, value, upper), value).dropna(subset=[value])
    places = decimals_for(data[value], decimals)

    def draw() -> Figure:
        with mpl.rc_context(RC):
            return _dots(data, thing, value, source, upper, unit, places, from_zero)

    return Chart(
        frame=data,
        draw=draw,
        finding=finding,
        words=_dots_words(data, thing, value, source, upper, unit, places),
        label=label,
        caption=caption,
        datasets=datasets,
        sources=media.row_sources(frame),
        note=note,
    )


def _range_text(row: pd.Series[Any], value: str, upper: str | None, decimals: int) -> str:
    text = numbers.number_text(row[value], decimals)
    if upper and not pd.isna(row[upper]):
        text += numbers.MISSING + numbers.number_text(row[upper], decimals)
    return text


def _dots_words(
    data: pd.DataFrame, thing: str, value: str, source: str, upper: str | None, unit: str, decimals: int
) -> str:
    items = []
    for name, part in data.groupby(thing, sort=False):
        told = (f"{row[source]} {_range_text(row, value, upper, decimals)}" for _, row in part.iterrows())
        items.append(f"{charts_words.x_text(name)}: " + ", ".join(told))
    return charts_words.listing("Values by source" + (f", in {unit}," if unit else ""), items)


def _dots(
    data: pd.DataFrame,
    thing: str,
    value: str,
    source: str,
    upper: str | None,
    unit: str,
    decimals: int,
    from_zero: bool,
) -> Figure:
    groups = [(charts_words.x_text(name), part) for name, part in data.groupby(thing, sort=False)]
    rows = len(data) + len(groups) * 0.55
    names = [text for text, _ in groups]
    first = max(text_width(text, weight="bold") for text in names) + 12
    second = max(text_width(str(text), SMALL) for text in data[source]) + 14
    head = LINE + 12 if unit else 8
    panel = Panel(rows * _ROW + head + 22, unit=unit, bottom=20, left=first + second, right=0)
    texts = [_range_text(row, value, upper, decimals) for _, row in data.iterrows()]
    panel.margins(right=max(text_width(text, SMALL) for text in texts) + 14)
    low, high = float(data[value].min()), float(data[value].max())
    if upper:
        high = max(high, float(data[upper].max())) if data[upper].notna().any() else high
    pad = (high - low) * 0.05 or abs(high) * 0.1 or 1.0
    low = min(0.0, low) if from_zero else low - pad
    _number_axis(panel, low, high + pad)
    panel.axes.set_ylim(rows - 0.3, -0.7)
    panel.axes.yaxis.set_visible(False)
    position = 0.0
    for order, (text, part) in enumerate(groups):
        ends = [*part[value], *(part[upper].dropna() if upper else [])]
        top, foot = position - 0.42, position + len(part) - 1 + 0.42
        panel.axes.add_patch(
            Rectangle(
                (min(ends), top), max(ends) - min(ends), foot - top, color=style.FAINT.light, linewidth=0
            )
        )
        if order:
            y = panel.to_points(low, position - 0.78)[1]
            panel.line([(4, y), (WIDTH - 4, y)], style.FAINT)
        panel.text(4, panel.to_points(low, position)[1], text, style.INK, fontweight="bold")
        for _, row in part.iterrows():
            x, y = panel.to_points(row[value], position)
            panel.text(panel.left - 8, y, str(row[source]), style.MUTED, fontsize=SMALL, ha="right")
            edge = x
            if upper and not pd.isna(row[upper]):
                panel.axes.plot(
                    [row[value], row[upper]], [position] * 2, color=style.SERIES[0].light, linewidth=2.4
                )
                edge = panel.to_points(row[upper], position)[0]
            panel.axes.plot(
                row[value], position, "o", color=style.SERIES[0].light, markersize=5.5, clip_on=False
            )
            words = _range_text(row, value, upper, decimals)
            panel.text(edge + 7, y, words, style.INK, fontsize=SMALL)
            position += 1
        position += 0.55
    return panel.finish()


def _number_axis(panel: Panel, low: float, high: float) -> None:
    """Numbers along the foot with upright grid lines; the limits stay as given."""
    ticks = [
        float(tick)
        for tick in MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        if low <= tick <= high
    ]
    decimals = numbers.decimals_of([round(tick, 9) for tick in ticks], most=9)
    panel.axes.set_xlim(low, high)
    panel.axes.xaxis.set_major_locator(FixedLocator(ticks))
    panel.axes.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: numbers.number_text(tick, decimals)))
    panel.axes.grid(axis="x", color=style.FAINT.light, linewidth=0.8)


def scatter(
    frame: pd.DataFrame,
    *,
    label: str,
    caption: str,
    x: str,
    y: str,
    name: str,
    x_title: str,
    y_title: str,
    series: str | None = None,
    log: bool = False,
    datasets: Sequence[str] = (),
    height: float = 4.2,
    finding: str = "",
    note: str = "",
) -> Chart:
    """``y`` against ``x``, every point with its ``name`` beside it; titles carry the units.

    ``log`` makes the scale of ``y`` logarithmic, for values that differ many times over.
    """
    data = checked(frame, label, (name, x, y, series), y)
    if not pd.api.types.is_numeric_dtype(data[x]):
        raise media.ExhibitError(f"{label}: field {x!r} holds no numbers but {data[x].dtype}")
    data = data.dropna(subset=[x, y])
    if log and (data[y] <= 0).any():
        raise media.ExhibitError(f"{label}: {y!r} has values of nought or less; drop log=True")

    def draw() -> Figure:
        with mpl.rc_context(RC):
            panel = Panel(height * 72, unit=y_title, bottom=34, right=14)
            panel.value_ticks(float(data[y].min()), float(data[y].max()), log=log)
            low, high = float(data[x].min()), float(data[x].max())
            pad = (high - low) * 0.06 or 1.0
            _number_axis(panel, low - pad, high + pad)
            panel.text(
                (panel.left + WIDTH - panel.right) / 2, 8, x_title, style.MUTED, fontsize=SMALL, ha="center"
            )
            groups = data[series if series else name].astype(str)
            colours = style.colours_of(list(dict.fromkeys(groups))) if series else {}
            points = [panel.to_points(one, two) for one, two in zip(data[x], data[y], strict=True)]
            panel.taken += [Box(px - 4, py - 4, px + 4, py + 4) for px, py in points]
            for (px, py), (_, row) in zip(points, data.iterrows(), strict=True):
                colour = colours.get(str(row[series])) if series else None
                colour = colour or style.COUNTRIES.get(str(row[name]), style.SERIES[0])
                panel.axes.plot(row[x], row[y], "o", color=colour.light, markersize=5, clip_on=False)
                best = place((px, py), str(row[name]), panel.taken, panel.frame)
                panel.taken.append(best.box)
                if abs(best.dy) >= 18:
                    panel.line([(px, py), (px + best.dx * 0.6, py + best.dy * 0.7)], colour, width=0.6)
                panel.text(px + best.dx, py + best.dy, str(row[name]), colour, fontsize=SMALL, ha=best.side)
            return panel.finish()

    items = [
        f"{row[name]}: {numbers.number_text(row[x], decimals_for(data[x], None))} and "
        f"{numbers.number_text(row[y], decimals_for(data[y], None))}"
        for _, row in data.iterrows()
    ]
    return Chart(
        frame=data,
        draw=draw,
        finding=finding,
        words=charts_words.listing(f"Scatter plot of {y_title} against {x_title}", items),
        label=label,
        caption=caption,
        datasets=datasets,
        sources=media.row_sources(frame),
        note=note,
    )


@dataclass(frozen=True)
class Span:
    """What an ISO date of any precision covers, in years: a day, a month or a year."""

    start: float
    end: float

    @property
    def middle(self) -> float:
        """Where its mark stands."""
        return (self.start + self.end) / 2


def span(date: str) -> Span:
    """The span of "2024", "2024-09" or "2024-09-02"; raises ``ExhibitError`` for other texts."""
    match = _ISO.fullmatch(str(date))
    if match is None:
        raise media.ExhibitError(f"{date!r} is no date; write 2024, 2024-09 or 2024-09-02")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if not month:
        return Span(year, year + 1.0)
    start = year + (month - 1) / 12
    return Span(start + (day - 1) / 372, start + day / 372) if day else Span(start, start + 1 / 12)


def timeline(
    frame: pd.DataFrame,
    *,
    label: str,
    caption: str,
    date: str,
    text: str,
    lane: str | None = None,
    end: str | None = None,
    datasets: Sequence[str] = (),
    finding: str = "",
    note: str = "",
) -> Chart:
    """Events in time. ``date`` is an ISO text of any precision: a day is a dot, a month or a year a bar.

    ``lane`` puts events of one kind on one band; ``end`` gives the end of those that last. Words stand beside
    their mark and move to a free line when they would touch.
    """
    fields = [name for name in (date, end, lane, text) if name]
    absent = [name for name in fields if name not in frame.columns]
    if absent:
        raise media.ExhibitError(f"{label}: the frame has no field {', '.join(map(repr, absent))}")
    if frame.empty:
        raise media.ExhibitError(f"{label}: there are no events to show")
    data = frame[fields].sort_values(date, kind="stable").reset_index(drop=True)
    spans = [span(value) for value in data[date]]
    if end:
        spans = [
            Span(one.start, span(str(two)).end) if not pd.isna(two) and str(two) else one
            for one, two in zip(spans, data[end], strict=True)
        ]
    items = [f"{numbers.date_text(str(row[date]))}: {row[text]}" for _, row in data.iterrows()]

    def draw() -> Figure:
        with mpl.rc_context(RC):
            lanes = [str(name) for name in dict.fromkeys(data[lane])] if lane else [""]
            member = [lanes.index(str(name)) for name in data[lane]] if lane else [0] * len(data)
            return _Timeline(spans, [str(words) for words in data[text]], member, lanes).draw()

    return Chart(
        frame=data,
        draw=draw,
        words=charts_words.listing("Timeline", items),
        finding=finding,
        label=label,
        caption=caption,
        datasets=datasets,
        sources=media.row_sources(frame),
        note=note,
    )


class _Timeline:
    """The drawing of ``timeline``: first every event gets a line of its lane, then all is drawn."""

    def __init__(self, spans: list[Span], texts: list[str], member: list[int], lanes: list[str]) -> None:
        self.spans, self.texts, self.member, self.lanes = spans, texts, member, lanes
        self.left = max(text_width(name, weight="bold") for name in lanes) + 14 if any(lanes) else 8.0
        low, high = min(one.start for one in spans), max(one.end for one in spans)
        pad = (high - low) * 0.02 or 0.5
        self.low, self.high = low - pad, high + pad

    def x(self, year: float) -> float:
        """A time as points from the left."""
        return self.left + (year - self.low) / (self.high - self.low) * (WIDTH - self.left - 10)

    def _arrange(self) -> list[tuple[int, str, list[str]]]:
        """For each event: its first line within the lane, the side of its words, and the words in lines."""
        found: list[tuple[int, str, list[str]]] = []
        taken: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for one, text, lane in zip(self.spans, self.texts, self.member, strict=True):
            start, stop = self.x(one.start), max(self.x(one.end), self.x(one.start) + 5)
            words = wrap(text, 230, SMALL)
            width = max(text_width(line, SMALL) for line in words)
            right = stop + 5 + width <= WIDTH - 2 or start - 5 - width < self.left
            reach = (start - 3, stop + 8 + width) if right else (start - 8 - width, stop + 3)
            line = 0
            while any(
                low < reach[1] and reach[0] < high
                for row in range(line, line + len(words))
                for low, high in taken.get((lane, row), [])
            ):
                line += 1
            for row in range(line, line + len(words)):
                taken.setdefault((lane, row), []).append(reach)
            found.append((line, "left" if right else "right", words))
        return found

    def draw(self) -> Figure:
        """Lanes from the top, the years at the foot."""
        placed = self._arrange()
        depth = [
            max(
                line + len(words)
                for (line, _, words), lane in zip(placed, self.member, strict=True)
                if lane == order
            )
            for order in range(len(self.lanes))
        ]
        row, between = LINE_HEIGHT + 1.5, 12.0
        height = sum(depth) * row + len(depth) * between + 26
        panel = Panel(height, left=self.left, right=10, bottom=20)
        panel.year_ticks(self.low, self.high, 0.0)
        panel.axes.set_ylim(0, 1)
        panel.axes.yaxis.set_visible(False)
        panel.axes.grid(axis="x", color=style.FAINT.light, linewidth=0.8)
        colours = style.colours_of(self.lanes)
        top = height - 4.0
        for order, name in enumerate(self.lanes):
            if order:
                panel.line([(4, top), (WIDTH - 4, top)], style.FAINT)
            foot = top - between / 2
            panel.text(4, foot - row / 2, name, colours[name], fontweight="bold", fontsize=SIZE)
            for one, (line, side, words), lane in zip(self.spans, placed, self.member, strict=True):
                if lane == order:
                    self._event(panel, one, foot - (line + 0.5) * row, side, words, colours[name], row)
            top -= depth[order] * row + between
        return panel.finish()

    def _event(
        self, panel: Panel, one: Span, y: float, side: str, words: list[str], colour: style.Colour, row: float
    ) -> None:
        start, stop = self.x(one.start), self.x(one.end)
        if one.end - one.start < 1 / 300:
            panel.mark((start + stop) / 2, y, colour)
            stop = max(stop, (start + stop) / 2 + 3)
        else:
            stop = max(stop, start + 4)
            panel.line([(start, y), (stop, y)], colour, width=5)
        for order, text in enumerate(words):
            x = stop + 5 if side == "left" else start - 5
            panel.text(x, y - order * row, text, style.INK, ground=True, fontsize=SMALL, ha=side)
