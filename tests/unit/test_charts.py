"""Charts show gaps, breaks and conflicts as they are, the same bytes every time, in every medium."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from corridors.show import charts, charts_labels, charts_timeline, media, style


def long(values: dict[str, list[float | None]], first: int = 2019) -> pd.DataFrame:
    """A long frame from a list of yearly values by name."""
    rows = [(first + i, name, value) for name, row in values.items() for i, value in enumerate(row)]
    return pd.DataFrame(rows, columns=["year", "partner", "value"])


SHARES = long({"Russia": [30.0, None, 28.5, 24.4], "China": [25.0, 30.5, 33.0, 40.9]})


def lines(frame: pd.DataFrame = SHARES, **options: object) -> charts.Chart:
    fields = {
        "label": "fig-x",
        "caption": "Shares",
        "x": "year",
        "y": "value",
        "series": "partner",
        "unit": "per cent",
    }
    return charts.lines(frame, **{**fields, **options})  # type: ignore[arg-type]


def drawn_lines(chart: charts.Chart, colour: style.Colour) -> list[tuple[list[float], list[float]]]:
    """The joined lines of one colour, as data."""
    axes = chart.figure.axes[0]
    found = [line for line in axes.lines if line.get_color() == colour.light and line.get_linestyle() == "-"]
    return [(list(line.get_xdata()), list(line.get_ydata())) for line in found if len(line.get_xdata()) > 1]


def test_a_gap_is_a_gap_in_the_line() -> None:
    """2020 has no value for Russia: 2019 stands alone, 2021 and 2022 are joined, nothing bridges."""
    joined = drawn_lines(lines(), style.RUSSIA)
    assert {tuple(x) for x, _ in joined} == {(2021.0, 2022.0)}


def test_a_break_cuts_every_line_and_is_named() -> None:
    frame = long({"Exports": [1.0, 2.0, 20.0, 30.0]}, 1959)
    chart = lines(frame, breaks=[charts.Break(1960, 1961, "new exchange rate")])
    assert {tuple(x) for x, _ in drawn_lines(chart, style.SERIES[0])} == {(1959.0, 1960.0), (1961.0, 1962.0)}
    assert "new exchange rate" in chart.payload()["live"]
    assert "Break between 1960 and 1961: new exchange rate." in chart.alt_text()


def test_a_series_kept_apart_is_never_joined() -> None:
    """Shares before 2005 are from another source: hollow points, no line, the country's colour."""
    frame = pd.concat([SHARES, long({"Russia (CIA Factbook)": [33.0, 34.0, 35.0]}, 2016)])
    chart = lines(frame, apart=["Russia (CIA Factbook)"])
    points = [
        line for line in chart.figure.axes[0].lines if list(line.get_xdata()) == [2016.0, 2017.0, 2018.0]
    ]
    assert [line.get_linestyle() for line in points] == ["None"]
    assert points[0].get_markerfacecolor() == style.PAPER.light
    assert points[0].get_color() == style.RUSSIA.light
    assert "Russia (CIA Factbook)" in chart.payload()["live"]


def test_values_that_disagree_are_all_drawn() -> None:
    """15.5 and 15.4 for 2022: both ends are kept, the mean appears nowhere."""
    frame = pd.DataFrame(
        [(2021, "Gas", 10.4), (2022, "Gas", 15.5), (2022, "Gas", 15.4), (2023, "Gas", 22.7)],
        columns=["year", "partner", "value"],
    )
    chart = lines(frame)
    ends = {tuple(y) for x, y in drawn_lines(chart, style.SERIES[0]) if x == [2021.0, 2022.0, 2023.0]}
    assert ends == {(10.4, 15.5, 22.7), (10.4, 15.4, 22.7)}
    assert "sources disagree for 2022" in chart.alt_text()
    assert "15.4–15.5" in chart.payload()["live"]
    assert "15.45" not in chart.payload()["static"]["svg"]


def test_alt_text_is_computed_from_the_data() -> None:
    chart = lines(finding="China overtook Russia")
    assert chart.alt_text() == (
        "China overtook Russia. Line chart of 2 series, 2019 to 2022, in per cent. "
        "Russia: 30.0 in 2019, 24.4 in 2022. China: 25.0 in 2019, 40.9 in 2022."
    )


def test_extremes_inside_the_span_are_told() -> None:
    chart = lines(long({"Coal": [5.0, 9.0, 1.0, 4.0]}), references=[charts.Reference(8, "capacity")])
    assert chart.alt_text() == (
        "Line chart, 2019 to 2022, in per cent. "
        "Coal: 5 in 2019, 4 in 2022, lowest 1 in 2021, highest 9 in 2020. "
        "Reference line at 8\N{NO-BREAK SPACE}per\N{NO-BREAK SPACE}cent: capacity."
    )


BARS = pd.DataFrame({"partner": ["China", "Russia", "Vietnam"], "value": [4655.6, 2785.5, None]})
PARTS = long({"Coal": [1.0, 2.0], "Gold": [3.0, 6.0]})
EVENTS = pd.DataFrame(
    {
        "date": ["2014-05-21", "2019-12", "2024", "2022-01"],
        "end": ["", "", "", "2023"],
        "text": ["Contract signed", "Memorandum", "Full year", "Study"],
        "line": ["One", "Two", "One", "Two"],
    }
)
POINTS = pd.DataFrame({"name": ["China", "Russia", "A & B"], "x": [1.0, 2.0, 2.05], "y": [3.0, -4.0, -4.1]})


def bars(frame: pd.DataFrame = BARS, **options: object) -> charts.Chart:
    fields = {"label": "fig-bars", "caption": "Imports", "x": "partner", "y": "value", "unit": "million US$"}
    return charts.bars(frame, **{**fields, **options})  # type: ignore[arg-type]


def stacked(frame: pd.DataFrame = PARTS, **options: object) -> charts.Chart:
    fields = {"label": "fig-s", "caption": "E", "x": "year", "y": "value", "series": "partner", "unit": "kt"}
    return charts.stacked_bars(frame, **{**fields, **options})  # type: ignore[arg-type]


def dots() -> charts.Chart:
    frame = pd.DataFrame(
        {
            "what": ["2015", "2015", "2022"],
            "who": ["NSO", "Moscow", "NSO"],
            "value": [1098.0, 1000.0, 2705.0],
            "upper": [None, 1050.0, None],
        }
    )
    names = {"thing": "what", "value": "value", "source": "who", "upper": "upper"}
    return charts.dots(frame, label="fig-d", caption="T", unit="million US$", **names)


def timeline(frame: pd.DataFrame = EVENTS) -> charts.Chart:
    names = {"date": "date", "text": "text", "lane": "line", "end": "end"}
    return charts.timeline(frame, label="fig-t", caption="T", **names)


def scatter(frame: pd.DataFrame = POINTS, *, log: bool = False) -> charts.Chart:
    names = {"x": "x", "y": "y", "name": "name", "x_title": "km", "y_title": "kt"}
    return charts.scatter(frame, label="fig-sc", caption="S", log=log, **names)


KINDS: list[Callable[[], charts.Chart]] = [
    lines,
    bars,
    lambda: bars(horizontal=True, highlight=["China"]),
    lambda: charts.bars(
        SHARES, label="fig-g", caption="G", x="year", y="value", series="partner", unit="per cent"
    ),
    stacked,
    lambda: stacked(areas=True, share=True),
    dots,
    timeline,
    scatter,
]


@pytest.mark.parametrize("kind", KINDS, ids=range(len(KINDS)))
def test_every_kind_of_chart_is_sound_in_every_medium(kind: Callable[[], charts.Chart]) -> None:
    """The pictures parse, are said once, use only the house colours, no inline style, no id, no clip."""
    payload = kind().payload()
    live = payload["live"]
    picture = BeautifulSoup(live, "html.parser").select_one(".exhibit-picture")
    assert picture is not None
    assert (picture["role"], picture["aria-label"]) == ("img", payload["alt"])
    drawn = re.findall(r"<svg.*?</svg>", live, re.DOTALL)
    assert ["chart-wide" in drawn[0], "chart-narrow" in drawn[1]] == [True, True]
    for svg in drawn:
        root = ElementTree.fromstring(svg)
        assert root.get("aria-hidden") == "true"
        assert {node.tag.split("}")[1] for node in root.iter()} <= {"svg", "g", "path", "text", "tspan"}
        assert not re.search(r"\b(style|id|clip-path|transform)=", svg)
        # A colour appears as a property of the theme, never bare: else it would not turn in the dark.
        assert not re.findall(r"#[0-9a-fA-F]{6}\b", re.sub(r"var\(--c-[a-z0-9-]+, #[0-9a-f]{6}\)", "", svg))
        assert len(svg.encode()) < 6_000
    ElementTree.fromstring(payload["static"]["svg"])
    assert "<text" not in payload["static"]["svg"]
    assert base64.b64decode(payload["static"]["png"]).startswith(b"\x89PNG")
    assert base64.b64decode(payload["static"]["pdf"]).startswith(b"%PDF")


def test_same_data_same_bytes() -> None:
    """Neither date nor chance goes into a picture."""
    assert lines().payload() == lines().payload()


def test_csv_holds_the_shown_fields_only() -> None:
    frame = SHARES.assign(secret=1)
    text, kind = lines(frame).data_text()
    assert kind == "csv"
    assert text.splitlines()[:3] == ["year,value,partner", "2019,30.0,Russia", "2020,,Russia"]


def test_few_rows_can_be_read_in_the_page_and_many_cannot() -> None:
    assert "The numbers of this figure" in lines().payload()["live"]
    many = long({"Coal": [float(i) for i in range(61)]}, 1960)
    assert "<details" not in lines(many).payload()["live"]


def test_text_of_the_data_cannot_become_markup() -> None:
    frame = long({"<script>x</script>": [1.0, 2.0]})
    payload = lines(frame).payload()
    assert "<script" not in payload["live"]
    assert "<script" not in payload["static"]["svg"]


def test_shares_add_up_to_a_hundred_and_keep_their_values() -> None:
    """1 of 4 is 25 per cent, 6 of 8 is 75."""
    chart = stacked(share=True)
    assert chart.frame.to_dict("list") == {
        "year": [2019, 2020, 2019, 2020],
        "value": [1.0, 2.0, 3.0, 6.0],
        "partner": ["Coal", "Coal", "Gold", "Gold"],
        "share_pct": [25.0, 25.0, 75.0, 75.0],
    }


def test_dots_tell_every_source() -> None:
    assert dots().alt_text() == (
        "Values by source, in million US$, with 2 entries. "
        "2015: NSO 1,098, Moscow 1,000–1,050. 2022: NSO 2,705."
    )


def test_timeline_is_in_order_and_as_precise_as_known() -> None:
    assert timeline().alt_text() == (
        "Timeline with 4 entries. 21 May 2014: Contract signed. December 2019: Memorandum. "
        "January 2022: Study. 2024: Full year."
    )


@pytest.mark.parametrize(
    ("date", "start", "end"),
    [
        ("2024", 2024.0, 2025.0),
        ("2024-07", 2024.5, 2024.5 + 1 / 12),
        ("2024-01-01", 2024.0, 2024.0 + 1 / 372),
    ],
)
def test_a_date_covers_what_it_says(date: str, start: float, end: float) -> None:
    found = charts_timeline.span(date)
    assert (found.start, found.end) == pytest.approx((start, end))


def test_dates_become_years_with_a_fraction() -> None:
    found = charts.years(pd.Series(["2024-01", "2024-07-02"]))
    assert list(found) == pytest.approx([2024.0, 2024.5], abs=0.002)


def test_months_are_drawn_and_told_as_months() -> None:
    frame = pd.DataFrame(
        {"month": ["2024-01", "2024-02", "2024-04"], "partner": ["Coal"] * 3, "value": [1.0, 2.0, 4.0]}
    )
    chart = lines(frame, x="month", connect=0.1)
    assert chart.alt_text().startswith(
        "Line chart, January 2024 to April 2024, in per cent. Coal: 1 in January 2024"
    )
    assert [len(x) for x, _ in drawn_lines(chart, style.SERIES[0])] == [2]


def test_many_bars_are_told_by_their_extremes() -> None:
    frame = long({"Coal": [float(i) for i in range(1, 21)]}, 2005)
    chart = charts.bars(frame, label="fig-b", caption="B", x="year", y="value", unit="kt")
    assert chart.alt_text() == "Bar chart, in kt. 20 bars, highest 2024 with 20, lowest 2005 with 1."


def test_lab_shows_the_same_picture_without_the_page() -> None:
    bundle = lines()._repr_mimebundle_()
    assert '<svg class="chart"' in bundle["text/html"]
    assert "font-family" in bundle["text/html"]


def test_a_logarithmic_axis_shows_its_least_value() -> None:
    chart = lines(long({"Exports": [0.8, 15761.0]}), log=True)
    low, high = chart.figure.axes[0].get_ylim()
    assert low < 0.8
    assert high > 15761


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lines(y="nothing"), "no field 'nothing'"),
        (lambda: lines(y="partner", series=None), "holds no numbers"),
        (lambda: lines(SHARES.assign(value=float("nan"))), "no value at all"),
        (lambda: lines(apart=["Japan"]), "which is no series"),
        (lambda: lines(long({str(i): [1.0] for i in range(8)})), "at most 7"),
        (lambda: lines(long({"a": [0.0, 1.0]}), log=True), "logarithmic"),
        (lambda: stacked(SHARES, areas=True), "bridge a gap"),
        (lambda: stacked(SHARES.assign(value=-1.0)), "below zero"),
        (lambda: stacked(pd.concat([SHARES, SHARES])), "two rows for one part"),
        (lambda: charts_timeline.span("spring 2024"), "no date"),
        (lambda: timeline(EVENTS.head(0)), "no events"),
        (lambda: timeline(EVENTS.drop(columns="line")), "no field 'line'"),
        (lambda: scatter(POINTS.assign(x="far")), "'x' holds no numbers"),
        (lambda: scatter(log=True), "nought or less"),
        (lambda: bars(pd.concat([BARS, BARS])), "belong in dots"),
    ],
)
def test_mistakes_are_named(make: Callable[[], object], message: str) -> None:
    with pytest.raises(media.ExhibitError, match=message):
        make()


@given(st.lists(st.floats(min_value=0, max_value=200), min_size=1, max_size=12))
def test_labels_keep_their_distance_and_stay_in_bounds(wanted: list[float]) -> None:
    """However close the ends of lines are, labels neither overlap nor leave the picture nor change places."""
    found = charts_labels.spread(wanted, 10, 0, 200)
    ordered = sorted(found)
    assert all(b - a >= 10 - 1e-6 for a, b in pairwise(ordered))
    assert ordered[0] >= -1e-6
    assert ordered[-1] <= 200 + 1e-6
    pairs = sorted(zip(wanted, found, strict=True))
    assert all(a[1] <= b[1] + 1e-6 for a, b in pairwise(pairs) if a[0] < b[0])


def test_too_many_labels_share_the_room() -> None:
    assert charts_labels.spread([5, 5, 5], 10, 0, 10) == [0, 5, 10]


def test_labels_stay_where_they_are_when_there_is_room() -> None:
    assert charts_labels.spread([50, 20], 10, 0, 200) == [50, 20]


def test_a_label_avoids_what_stands_there() -> None:
    frame = charts_labels.Box(0, 0, 300, 300)
    wall = charts_labels.Box(150, 100, 300, 200)
    found = charts_labels.place((150, 150), "Zamyn-Üüd", [wall], frame)
    assert found.box.overlap(wall) == 0
    assert found.box.outside(frame) == 0


_SIDE = st.integers(-30, 30).map(float)
_BOX = st.builds(
    lambda left, bottom, wide, tall: charts_labels.Box(left, bottom, left + wide, bottom + tall),
    _SIDE,
    _SIDE,
    st.integers(0, 20),
    st.integers(0, 20),
)


@given(st.lists(_BOX, min_size=1, max_size=4), st.lists(_BOX, max_size=12))
def test_what_is_not_near_overlaps_nothing(
    boxes: list[charts_labels.Box], taken: list[charts_labels.Box]
) -> None:
    """So the best place is the same as if all obstacles were looked at, to the last digit."""
    obstacles = charts_labels.near(boxes, taken)
    for box in boxes:
        assert sum(box.overlap(one) for one in obstacles) == sum(box.overlap(one) for one in taken)


@given(st.lists(_BOX, max_size=12), st.tuples(_SIDE, _SIDE))
def test_a_label_takes_the_cheapest_of_all_its_places(
    taken: list[charts_labels.Box], point: tuple[float, float]
) -> None:
    """What it overlaps, what sticks out of the frame, and how far down the list the place stands."""
    frame = charts_labels.Box(-20, -20, 20, 20)
    found = charts_labels.place(point, "Darkhan", taken, frame)

    def cost(box: charts_labels.Box, rank: int) -> float:
        return sum(box.overlap(one) for one in taken) + 60 * box.outside(frame) + 2 * rank

    alone = [charts_labels.place(point, "Darkhan", [], charts_labels.Box(-99, -99, 99, 99)).box]
    by_offset = {}
    for rank, (dx, dy, side) in enumerate(charts_labels._OFFSETS):
        wide = alone[0].right - alone[0].left - 2
        left = point[0] + dx - {"left": 0.0, "center": wide / 2, "right": wide}[side]
        middle, tall = point[1] + dy, alone[0].top - alone[0].bottom
        box = charts_labels.Box(left - 1, middle - tall / 2, left + wide + 1, middle + tall / 2)
        by_offset[dx, dy, side] = cost(box, rank)
    assert by_offset[found.dx, found.dy, found.side] == pytest.approx(min(by_offset.values()), abs=1e-6)


def test_words_wrap_to_the_room() -> None:
    assert charts_labels.wrap("new exchange rate", 60) == ["new", "exchange", "rate"]
    assert charts_labels.wrap("rate", 1) == ["rate"]


def test_counts_have_no_half_ticks() -> None:
    """An axis of whole things (decimals=0) has ticks at whole numbers only; another may have halves."""
    few = PARTS.assign(value=[1.0, 2.0, 1.0, 1.0])
    whole = stacked(few, decimals=0).figure.axes[0].get_yticks()
    assert all(float(tick).is_integer() for tick in whole)
    assert not all(float(tick).is_integer() for tick in stacked(few, decimals=1).figure.axes[0].get_yticks())


def test_scatter_on_a_log_scale() -> None:
    """Values that differ many times over may be drawn on a logarithmic scale."""
    frame = POINTS.assign(y=[0.7, 1.1, 41.0])
    assert scatter(frame, log=True).figure.axes[0].get_yscale() == "log"
    assert scatter(frame).figure.axes[0].get_yscale() == "linear"


@pytest.mark.parametrize(
    ("name", "colour"), [("Ministry", style.SERIES[1]), ("Russia, quoted", style.COUNTRIES["Russia"])]
)
def test_points_of_another_source_do_not_borrow_the_hue_of_a_line(name: str, colour: style.Colour) -> None:
    """Hollow points get the next colour, or that of the country with which their name begins."""
    axes = lines(long({"Bank": [1.0, 2.0], name: [3.0, 4.0]}), apart=[name]).figure.axes[0]
    hollow = {line.get_color() for line in axes.lines if line.get_markerfacecolor() == style.PAPER.light}
    assert hollow == {colour.light}
