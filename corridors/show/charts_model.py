"""What all charts are: an exhibit with a figure drawn from a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any, ClassVar, Final

import pandas as pd
from matplotlib.figure import Figure

from corridors.show import charts_output, charts_panel, charts_words, media, numbers, style, tables

# A chart with at most so many rows offers its numbers in the page, behind a click.
_TABLE_UP_TO: Final = 60


@dataclass(frozen=True)
class Break:
    """A break in a series between ``after`` and ``before``: the line is cut and the cut is named."""

    after: float
    before: float
    text: str

    @property
    def middle(self) -> float:
        """Where the cut is marked."""
        return (self.after + self.before) / 2


@dataclass(frozen=True)
class Reference:
    """A level to compare with, such as a design capacity: a thin line across the plot, with its name."""

    value: float
    text: str


@dataclass(kw_only=True)
class Chart(media.Exhibit):
    """A chart of ``frame``. ``draw`` gives the figure of a width in points, ``words`` describes the data.

    ``finding`` is the author's one sentence on what the chart shows; it opens the alternative text.
    """

    frame: pd.DataFrame
    draw: Callable[[float], Figure]
    words: str
    finding: str = ""

    kind: ClassVar[str] = "chart"
    mime: ClassVar[str] = media.CHART

    @cached_property
    def figure(self) -> Figure:
        """The figure for paper and wide screens."""
        return self.draw(charts_panel.WIDTH)

    @cached_property
    def wide(self) -> charts_output.Live:
        """The same for the page."""
        return charts_output.live(self.figure, self.label)

    def alt_text(self) -> str:
        """The author's finding, then the data in words."""
        return charts_words.sentence(self.finding, self.words)

    def data_text(self) -> tuple[str, media.DataFormat]:
        """The frame as CSV."""
        return tables.csv_text(self.frame), "csv"

    def parts(self) -> dict[str, Any]:
        """The pictures for print and the SVG for the page with its numbers behind a click."""
        return {"static": charts_output.static(self.figure, self.label), "live": self.live_html()}

    def live_html(self) -> str:
        """The pictures for wide and for narrow screens, said once, and the data when they are few."""
        narrow = charts_output.live(self.draw(charts_panel.NARROW), self.label)
        both = self.wide.element("chart chart-wide") + narrow.element("chart chart-narrow")
        return self._picture(both) + self._details()

    def _picture(self, content: str) -> str:
        return (
            f'<div class="exhibit-picture" role="img" aria-label="{escape(self.alt_text())}">{content}</div>'
        )

    def _details(self) -> str:
        if len(self.frame) > _TABLE_UP_TO:
            return ""
        head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in self.frame.columns)
        rows = ""
        for row in self.frame.to_dict("records"):
            first, *rest = [escape(_cell(name, value)) for name, value in row.items()]
            cells = "".join(f"<td>{text}</td>" for text in rest)
            rows += f'<tr><th scope="row">{first}</th>{cells}</tr>'
        title = "The numbers of this figure"
        caption = f"<caption>{escape(self.caption)}</caption>"
        table = f'<table class="table">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        box = f'<div class="exhibit-scroll" tabindex="0" role="group" aria-label="{title}">{table}</div>'
        return f'<details class="exhibit-data"><summary>{title}</summary>{box}</details>'

    def lab_html(self) -> str:
        """The picture alone; its colours fall back on the light theme, its letters on a sans serif."""
        picture = self._picture(self.wide.element())
        return f'<div style="{escape(f"font-family: {style.FONT_STACK}")}">{picture}</div>'


def _cell(name: Any, value: Any) -> str:
    """A value of the data as written in the CSV, with a real minus and a dash for gaps."""
    if pd.isna(value):
        return numbers.MISSING
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        whole = value == int(value)
        return (
            str(int(value)).replace("-", numbers.MINUS) if whole else repr(value).replace("-", numbers.MINUS)
        )
    return str(value)


def checked(frame: pd.DataFrame, label: str, fields: Sequence[str | None], number: str) -> pd.DataFrame:
    """``frame`` with the shown fields only; ``ExhibitError`` when one is absent or holds no numbers."""
    wanted = list(dict.fromkeys(name for name in fields if name))
    absent = [name for name in wanted if name not in frame.columns]
    if absent:
        raise media.ExhibitError(
            f"{label}: the frame has no field {', '.join(map(repr, absent))}; "
            f"it has {', '.join(map(str, frame.columns))}"
        )
    if not pd.api.types.is_numeric_dtype(frame[number]):
        raise media.ExhibitError(f"{label}: field {number!r} holds no numbers but {frame[number].dtype}")
    if frame[number].dropna().empty:
        raise media.ExhibitError(f"{label}: field {number!r} has no value at all; a chart needs some")
    found = frame[wanted].reset_index(drop=True)
    # Nullable integers and floats draw alike.
    found[number] = found[number].astype("float64")
    return found


def decimals_for(values: pd.Series[Any], decimals: int | None) -> int:
    """``decimals``, or as many as the values need, at most one."""
    if decimals is not None:
        return decimals
    try:
        return numbers.decimals_of(list(values.dropna()), most=1)
    except media.ExhibitError:
        return 1
