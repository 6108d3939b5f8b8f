"""Bars: plain, grouped, lying, stacked, and areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from corridors.show import charts_words, media, numbers, style
from corridors.show.charts_labels import SMALL, text_width, wrap
from corridors.show.charts_model import Chart, checked, decimals_for
from corridors.show.charts_output import RC
from corridors.show.charts_panel import LINE, WIDTH, KeyEntry, Panel

# More upright bars than this carry no number each: the axis is read instead.
_MOST_NUMBERED: Final = 14
_MOST_SERIES: Final = 7
# What names may take of a narrow picture beside lying bars.
_NAMES_SHARE: Final = 0.4


def bars(
    frame: pd.DataFrame,
    *,
    label: str,
    caption: str,
    x: str,
    y: str,
    series: str | None = None,
    unit: str = "",
    horizontal: bool = False,
    highlight: Sequence[str] = (),
    datasets: Sequence[str] = (),
    decimals: int | None = None,
    height: float | None = None,
    finding: str = "",
    note: str = "",
) -> Chart:
    """Bars of ``y`` for each ``x`` in the frame's order, side by side for each of ``series``.

    ``horizontal`` suits long names. ``highlight`` names the bars that stand out (the others turn grey).
    A missing value leaves its place empty with a dash. ``height`` in inches.
    """
    data = checked(frame, label, (x, y, series), y)
    keys = [x, series] if series else [x]
    if data.duplicated(keys).any():
        raise media.ExhibitError(
            f"{label}: two rows for one bar ({' and '.join(keys)}); values that disagree belong in dots()"
        )
    names = _series_names(data, series, label)
    places = decimals_for(data[y], decimals)

    def draw(width: float) -> Figure:
        with mpl.rc_context(RC):
            plot = _Bars(data, x, y, series, names, places, frozenset(highlight))
            look: Any = {"unit": unit, "key": plot.key, "width": width}
            if width < WIDTH and (horizontal or not plot.stands(width)):
                return plot.lying(Panel(plot.narrow_height(width, look), bottom=6, **look))
            if horizontal:
                rows = len(plot.categories)
                tall = height * 72 if height else 30 + rows * (14.0 * len(names) + 9) + (20 if series else 0)
                return plot.lying(Panel(tall, bottom=6, **look))
            return plot.upright(Panel((height or 3.6) * 72, **look))

    return Chart(
        frame=data,
        draw=draw,
        words=charts_words.amounts(data, x, y, series, unit, places),
        finding=finding,
        label=label,
        caption=caption,
        datasets=datasets,
        sources=media.row_sources(frame),
        note=note,
    )


def _series_names(data: pd.DataFrame, series: str | None, label: str) -> list[str]:
    names = [str(name) for name in dict.fromkeys(data[series])] if series else [""]
    if len(names) > _MOST_SERIES:
        raise media.ExhibitError(
            f"{label}: {len(names)} series cannot be told apart; show at most {_MOST_SERIES}"
        )
    return names


class _Bars:
    """The drawing of ``bars``."""

    def __init__(
        self,
        data: pd.DataFrame,
        x: str,
        y: str,
        series: str | None,
        names: list[str],
        decimals: int,
        highlight: frozenset[str],
    ) -> None:
        self.data, self.x, self.y, self.series, self.names = data, x, y, series, names
        self.decimals, self.highlight = decimals, highlight
        self.categories = list(dict.fromkeys(data[x]))
        self.texts = [charts_words.x_text(category) for category in self.categories]
        self.colours = style.colours_of(names) if series else {}
        self.width = 0.78 / len(names)

    @property
    def key(self) -> list[KeyEntry]:
        """The colours' names, when there are several series."""
        return [KeyEntry(name, self.colours[name]) for name in self.names] if self.series else []

    def colour(self, name: str, category: Any) -> style.Colour:
        """By series; else the country's own, the first series colour, or grey when another is highlighted."""
        if self.series:
            return self.colours[name]
        text = str(category)
        if self.highlight and text not in self.highlight:
            return style.OTHER
        among_countries = any(str(one) in style.COUNTRIES for one in self.categories)
        return style.COUNTRIES.get(text, style.OTHER if among_countries else style.SERIES[0])

    def marks(self) -> list[tuple[float, float | None, style.Colour]]:
        """(position, value, colour) of every bar; no value for a gap."""
        found = []
        for place, category in enumerate(self.categories):
            rows = self.data[self.data[self.x] == category]
            for order, name in enumerate(self.names):
                part = rows if self.series is None else rows[rows[self.series] == name]
                values = part[self.y].dropna()
                value = float(values.iloc[0]) if len(values) else None
                shift = (order - (len(self.names) - 1) / 2) * self.width
                found.append((place + shift, value, self.colour(name, category)))
        return found

    def stands(self, width: float) -> bool:
        """Whether the names fit under standing bars; of years some may be left out."""
        slot = (width - 40) / len(self.categories)
        return all(text.isdigit() for text in self.texts) or max(map(text_width, self.texts)) < slot

    def narrow_height(self, width: float, look: dict[str, Any]) -> float:
        """Break the names into lines that leave room for lying bars; the height of the picture then."""
        lines = [wrap(text, width * _NAMES_SHARE) for text in self.texts]
        self.texts = ["\n".join(some) for some in lines]
        row = max(14.0 * len(self.names), max(map(len, lines)) * LINE) + 9
        return Panel(1.0, **look).top + 10 + row * len(lines)

    def _limits(self) -> tuple[float, float]:
        return min(0.0, float(self.data[self.y].min())), max(0.0, float(self.data[self.y].max()))

    def upright(self, panel: Panel) -> Figure:
        """Standing bars, each with its number while they are few."""
        low, high = self._limits()
        marks = self.marks()
        widest = max(text_width(self._number(value), SMALL) for _, value, _ in marks)
        panel.value_ticks(low, high)
        panel.margins(right=6)
        slot = (panel.width - panel.left - panel.right) / len(self.categories)
        numbered = len(marks) <= _MOST_NUMBERED and widest < slot * self.width + 6
        panel.axes.set_xlim(-0.6, len(self.categories) - 0.4)
        step = 1 + int(max(text_width(text) for text in self.texts) + 6) // max(1, int(slot))
        panel.categories([text if place % step == 0 else "" for place, text in enumerate(self.texts)])
        for position, value, colour in marks:
            if value is not None:
                panel.axes.bar(position, value, width=self.width * 0.94, color=colour.light, linewidth=0)
            if numbered or value is None:
                x, y = panel.to_points(position, value or 0.0)
                up = value is None or value >= 0
                panel.text(
                    x,
                    y + (6 if up else -6),
                    self._number(value),
                    style.INK,
                    ground=True,
                    fontsize=SMALL,
                    ha="center",
                )
        return panel.finish()

    def lying(self, panel: Panel) -> Figure:
        """Lying bars, first at the top, each with its number at its end."""
        low, high = self._limits()
        panel.categories(self.texts, horizontal=True)
        marks = self.marks()
        room = max(text_width(self._number(value), SMALL) for _, value, _ in marks) + 12
        panel.margins(right=room)
        negative = room if low < 0 else 0
        inner = panel.width - panel.left - panel.right - negative
        per_point = (high - low) / inner
        panel.axes.set_xlim(low - negative * per_point, high)
        panel.axes.set_ylim(len(self.categories) - 0.45, -0.55)
        panel.axes.spines["bottom"].set_visible(False)
        panel.axes.xaxis.set_visible(False)
        panel.axes.axvline(0, color=style.MUTED.light, linewidth=0.8)
        for position, value, colour in marks:
            if value is not None:
                panel.axes.barh(position, value, height=self.width * 0.9, color=colour.light, linewidth=0)
            x, y = panel.to_points(value or 0.0, position)
            right = value is None or value >= 0
            panel.text(
                x + (5 if right else -5),
                y,
                self._number(value),
                style.INK,
                fontsize=SMALL,
                ha="left" if right else "right",
            )
        return panel.finish()

    def _number(self, value: float | None) -> str:
        return numbers.number_text(value, self.decimals)


def stacked_bars(
    frame: pd.DataFrame,
    *,
    label: str,
    caption: str,
    x: str,
    y: str,
    series: str,
    unit: str = "",
    share: bool = False,
    areas: bool = False,
    datasets: Sequence[str] = (),
    decimals: int | None = None,
    height: float = 3.9,
    finding: str = "",
    note: str = "",
) -> Chart:
    """Parts of a whole: stacks of ``y`` by ``series`` (first at the foot) for each ``x``.

    ``share`` turns each stack into 100 per cent (the data keep the values and gain ``share_pct``).
    ``areas`` joins the stacks of years into areas; it needs a value for every year. ``height`` in inches.
    """
    data = checked(frame, label, (x, y, series), y)
    if (data[y] < 0).any():
        raise media.ExhibitError(f"{label}: parts below zero cannot be stacked; use bars()")
    if data.duplicated([x, series]).any():
        raise media.ExhibitError(
            f"{label}: two rows for one part ({x} and {series}); add them up or show dots()"
        )
    names = _series_names(data, series, label)
    wide = data.pivot(index=x, columns=series, values=y)[names]
    if areas and wide.isna().any().any():
        raise media.ExhibitError(f"{label}: areas would bridge a gap in the data; use bars (areas=False)")
    shown, shown_unit, places = y, unit, decimals_for(data[y], decimals)
    if share:
        wide = wide.div(wide.sum(axis=1), axis=0) * 100
        whole = data.groupby(x)[y].transform("sum")
        data = data.assign(share_pct=(data[y] / whole * 100).round(4))
        shown, shown_unit = "share_pct", "per cent"
        places = 1 if decimals is None else decimals

    def draw(width: float) -> Figure:
        with mpl.rc_context(RC):
            return _stack(
                Panel(height * 72, unit=shown_unit, width=width),
                wide,
                names,
                places,
                areas=areas,
                share=share,
            )

    words = charts_words.courses(
        data, x, shown, series, shown_unit, places, kind="Stacked areas" if areas else "Stacked bars"
    )
    return Chart(
        frame=data,
        draw=draw,
        words=words,
        finding=finding,
        label=label,
        caption=caption,
        datasets=datasets,
        sources=media.row_sources(frame),
        note=note,
    )


def _stack(
    panel: Panel, wide: pd.DataFrame, names: list[str], decimals: int, *, areas: bool, share: bool
) -> Figure:
    colours = style.colours_of(names)
    values = wide.fillna(0.0)
    high = 100.0 if share else float(values.sum(axis=1).max())
    panel.value_ticks(0.0, high, whole=decimals == 0)
    last = wide.iloc[-1]
    texts = [(name, numbers.number_text(last[name], decimals)) for name in names]
    panel.margins(right=panel.end_room(texts))
    if areas:
        positions = [float(value) for value in wide.index]
        panel.year_ticks(positions[0], positions[-1], pad=0.0)
    else:
        positions = [float(place) for place in range(len(wide))]
        panel.axes.set_xlim(-0.55, len(wide) - 0.45)
        categories = [charts_words.x_text(value) for value in wide.index]
        slot = (panel.width - panel.left - panel.right) / len(wide)
        if panel.narrow and not all(text.isdigit() for text in categories):
            lines = [wrap(text, slot) for text in categories]
            categories = ["\n".join(some) for some in lines]
            panel.margins(bottom=panel.bottom + LINE * (max(map(len, lines)) - 1))
        step = 1 + int(max(text_width(line) for text in categories for line in text.split("\n")) + 6) // max(
            1, int(slot)
        )
        panel.categories([text if place % step == 0 else "" for place, text in enumerate(categories)])
    foot = values[names[0]] * 0.0
    labels = []
    for name, text in zip(names, texts, strict=True):
        top = foot + values[name]
        # A thin line of paper parts the members, so that colour is not alone in telling them apart.
        edge: Any = {"color": colours[name].light, "edgecolor": style.PAPER.light, "linewidth": 0.8}
        if areas:
            panel.axes.fill_between(positions, foot, top, **edge)
        else:
            panel.axes.bar(positions, values[name], bottom=foot, width=0.82, **edge)
        labels.append(
            (
                positions[-1] + (0 if areas else 0.41),
                float(foot.iloc[-1] + top.iloc[-1]) / 2,
                *text,
                colours[name],
            )
        )
        foot = top
    panel.end_labels(labels)
    return panel.finish()
