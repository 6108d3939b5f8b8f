"""Events in time, each as precise as its date is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from corridors.show import charts_words, media, numbers, style
from corridors.show.charts_labels import LINE_HEIGHT, SIZE, SMALL, text_width, wrap
from corridors.show.charts_model import Chart
from corridors.show.charts_output import RC
from corridors.show.charts_panel import WIDTH, Panel

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


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

    def draw(width: float) -> Figure:
        with mpl.rc_context(RC):
            lanes = [str(name) for name in dict.fromkeys(data[lane])] if lane else [""]
            member = [lanes.index(str(name)) for name in data[lane]] if lane else [0] * len(data)
            return _Timeline(spans, [str(words) for words in data[text]], member, lanes, width).draw()

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

    def __init__(
        self, spans: list[Span], texts: list[str], member: list[int], lanes: list[str], width: float
    ) -> None:
        self.spans, self.texts, self.member, self.lanes, self.width = spans, texts, member, lanes, width
        # On a telephone a lane's name stands above it.
        self.above = width < WIDTH and any(lanes)
        beside = any(lanes) and not self.above
        self.left = max(text_width(name, weight="bold") for name in lanes) + 14 if beside else 8.0
        low, high = min(one.start for one in spans), max(one.end for one in spans)
        pad = (high - low) * 0.02 or 0.5
        self.low, self.high = low - pad, high + pad

    def x(self, year: float) -> float:
        """A time as points from the left."""
        return self.left + (year - self.low) / (self.high - self.low) * (self.width - self.left - 10)

    def _arrange(self) -> list[tuple[int, str, list[str]]]:
        """For each event: its first line within the lane, the side of its words, and the words in lines."""
        found: list[tuple[int, str, list[str]]] = []
        taken: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for one, text, lane in zip(self.spans, self.texts, self.member, strict=True):
            start, stop = self.x(one.start), max(self.x(one.end), self.x(one.start) + 5)
            # On either side of the mark there is room for so much; the wider side decides.
            widest = max(self.width - 7 - stop, start - 5 - self.left)
            words = wrap(text, min(230.0, self.width * 0.6, widest), SMALL)
            width = max(text_width(line, SMALL) for line in words)
            right = stop + 5 + width <= self.width - 2 or start - 5 - width < self.left
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
        head = row + 2 if self.above else 0.0
        height = sum(depth) * row + len(depth) * (between + head) + 26
        panel = Panel(height, left=self.left, right=10, bottom=20, width=self.width)
        panel.year_ticks(self.low, self.high, 0.0)
        panel.axes.set_ylim(0, 1)
        panel.axes.yaxis.set_visible(False)
        panel.axes.grid(axis="x", color=style.FAINT.light, linewidth=0.8)
        colours = style.colours_of(self.lanes)
        top = height - 4.0
        for order, name in enumerate(self.lanes):
            if order:
                panel.line([(4, top), (self.width - 4, top)], style.FAINT)
            foot = top - between / 2
            panel.text(4, foot - row / 2, name, colours[name], fontweight="bold", fontsize=SIZE, ground=True)
            foot -= head
            for one, (line, side, words), lane in zip(self.spans, placed, self.member, strict=True):
                if lane == order:
                    self._event(panel, one, foot - (line + 0.5) * row, side, words, colours[name], row)
            top -= depth[order] * row + between + head
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
