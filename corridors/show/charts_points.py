"""Points: several values for one thing, two quantities against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from corridors.show import charts_words, media, numbers, style
from corridors.show.charts_labels import SMALL, Box, place, text_width
from corridors.show.charts_model import Chart, checked, decimals_for
from corridors.show.charts_output import RC
from corridors.show.charts_panel import LINE, WIDTH, Panel

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

    def draw(width: float) -> Figure:
        with mpl.rc_context(RC):
            return _dots(data, thing, value, source, upper, unit, places, from_zero, width)

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
    width: float,
) -> Figure:
    groups = [(charts_words.x_text(name), part) for name, part in data.groupby(thing, sort=False)]
    names = [text for text, _ in groups]
    first = max(text_width(text, weight="bold") for text in names) + 12
    second = max(text_width(str(text), SMALL) for text in data[source]) + 14
    # On a telephone the thing has a line of its own, and so has each source if its name is long.
    narrow = width < WIDTH
    own, deep = 1.0 if narrow else 0.0, 1.0
    if narrow:
        first = 0.0
        if second > width * 0.45:
            second, deep = 10.0, 2.0
    rows = len(data) * deep + len(groups) * (0.55 + own)
    head = LINE + 12 if unit else 8
    panel = Panel(rows * _ROW + head + 22, unit=unit, bottom=20, left=first + second, right=0, width=width)
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
        heading, position = position, position + own
        top, foot = position - 0.42, position + len(part) * deep - 1 + 0.42
        panel.axes.add_patch(
            Rectangle(
                (min(ends), top), max(ends) - min(ends), foot - top, color=style.FAINT.light, linewidth=0
            )
        )
        if order:
            y = panel.to_points(low, heading - 0.78)[1]
            panel.line([(4, y), (width - 4, y)], style.FAINT)
        panel.text(4, panel.to_points(low, heading)[1], text, style.INK, fontweight="bold", ground=narrow)
        for _, row in part.iterrows():
            if deep > 1:
                x, y = 4.0, panel.to_points(low, position)[1]
                panel.text(x, y, str(row[source]), style.MUTED, fontsize=SMALL)
                position += deep - 1
            x, y = panel.to_points(row[value], position)
            if deep == 1:
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

    def draw(width: float) -> Figure:
        with mpl.rc_context(RC):
            panel = Panel(height * 72, unit=y_title, bottom=34, right=14, width=width)
            panel.value_ticks(float(data[y].min()), float(data[y].max()), log=log)
            low, high = float(data[x].min()), float(data[x].max())
            pad = (high - low) * 0.06 or 1.0
            _number_axis(panel, low - pad, high + pad)
            panel.text(
                (panel.left + width - panel.right) / 2, 8, x_title, style.MUTED, fontsize=SMALL, ha="center"
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
