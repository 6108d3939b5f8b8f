"""The chart's SVG written anew: the same picture in a tenth of the letters, and legible on a telephone."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.show import charts, charts_panel, charts_svg, style
from corridors.show.charts_labels import text_width

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
CIRCLE = (
    "M 0 2 C 0.5 2 1 1.8 1.4 1.4 C 1.8 1 2 0.5 2 0 C 2 -0.5 1.8 -1 1.4 -1.4 C 1 -1.8 0.5 -2 0 -2 "
    "C -0.5 -2 -1 -1.8 -1.4 -1.4 C -1.8 -1 -2 -0.5 -2 0 C -2 0.5 -1.8 1 -1.4 1.4 C -1 1.8 -0.5 2 0 2 z"
)
RED, PAPER = style.CHINA, style.PAPER


def slim(content: str) -> str:
    return charts_svg.slim(f"{HEAD}{content}</svg>", "name", "value")


def test_lines_of_one_look_become_one_path_with_short_relative_numbers() -> None:
    """Two grid lines: one path; the second begins from where the first ended."""
    grid = "".join(
        f'<g><path d="M 10.04 {y} L 110.04 {y}" style="fill: none; stroke: {RED.light}"/></g>'
        for y in ("20.0", "30.55")
    )
    assert slim(grid) == (
        f'<g fill="none" stroke-linejoin="round"><path stroke="{RED.css}" d="M10 20h100M10 30.6h100"/></g>'
    )


def test_a_filled_circle_is_a_dot_and_a_hollow_one_a_dot_on_a_dot() -> None:
    """Radius 2 with an edge of 1: a dot 5 wide; hollow: paper 3 wide on a colour 5 wide."""
    marker = f'<defs><path id="m" d="{CIRCLE}"/></defs>'
    use = '<use xlink:href="#m" x="{x}" y="7" style="fill: {fill}; stroke: {stroke}"/>'
    full = use.format(x=5, fill=RED.light, stroke=RED.light) + use.format(
        x=9, fill=RED.light, stroke=RED.light
    )
    assert f'<path stroke="{RED.css}" stroke-width="5" stroke-linecap="round" d="M5 7h0m4 0h0"/>' in slim(
        marker + full
    )
    hollow = slim(marker + use.format(x=5, fill=PAPER.light, stroke=RED.light))
    assert re.findall(r'stroke="var\(--c-(\w+).*?stroke-width="(\d)"', hollow) == [
        ("china", "5"),
        ("paper", "3"),
    ]


def test_order_of_marks_is_kept_and_words_come_last() -> None:
    bar = '<path d="M 0 0 L 4 0 L 4 4 L 0 4 z" style="fill: {colour}"/>'
    content = (
        bar.format(colour=RED.light) + '<text style="font-size: 9px" x="1" y="2">a</text>'
        + bar.format(colour=PAPER.light) + bar.format(colour=RED.light)
    )  # fmt: skip
    assert re.findall(r"--c-(\w+)|<text", slim(content)) == ["china", "paper", "china", ""]


def test_see_through_marks_are_not_joined() -> None:
    """Two pale bands over one another are darker where they meet; as one path they would not be."""
    band = f'<path d="M 0 0 L 4 0 L 4 {{h}} z" style="fill: {RED.light}; fill-opacity: 0.2"/>'
    assert slim(band.format(h=4) + band.format(h=5)).count("<path") == 2


def test_value_of_a_direct_label_follows_its_name_in_one_text() -> None:
    content = (
        '<g><g id="name"><text style="font-size: 10px" x="1" y="2">Coal &amp; coke</text></g>'
        '<g id="value"><text style="font: 700 10px x" x="30" y="2">45</text></g></g>'
    )
    assert 'Coal &amp; coke <tspan font-weight="700">45</tspan></text>' in slim(content)


@given(
    st.lists(st.tuples(st.floats(0, 500), st.floats(0, 300)), min_size=2, max_size=30),
)
def test_relative_numbers_lead_to_the_same_points(points: list[tuple[float, float]]) -> None:
    """Rounding to a tenth never adds up along a line."""
    path = "M " + " L ".join(f"{x:.6f} {y:.6f}" for x, y in points)
    out = slim(f'<path d="{path}" style="fill: none; stroke: {RED.light}"/>')
    found = re.search(r' d="M([^"]+)"', out)
    assert found is not None
    numbers = r"-?(?:\d+\.?\d*|\.\d+)"
    x, y = (float(part) for part in re.findall(numbers, found[1])[:2])
    rest = found[1][re.match(rf"{numbers} ?{numbers}", found[1]).end() :]  # type: ignore[union-attr]
    seen = [(x, y)]
    for letter, text in re.findall(r"([lhv])([^lhv]+)", rest):
        values = [float(part) for part in re.findall(numbers, text)]
        pairs = {
            "l": list(zip(values[::2], values[1::2], strict=letter == "l")) if letter == "l" else [],
            "h": [(value, 0.0) for value in values],
            "v": [(0.0, value) for value in values],
        }[letter]
        for dx, dy in pairs:
            x, y = x + dx, y + dy
            seen.append((x, y))
    assert len(seen) == len(points)
    for (x, y), (wanted_x, wanted_y) in zip(seen, points, strict=True):
        assert (x, y) == (pytest.approx(wanted_x, abs=0.06), pytest.approx(wanted_y, abs=0.06))


LONG = "Machinery, equipment and vehicles of all kinds"
FRAME = pd.DataFrame(
    [
        (2019 + i, name, 20.0 + 9 * i + at)
        for at, name in enumerate(["China", LONG, "South Korea"])
        for i in range(4)
    ],
    columns=["year", "name", "value"],
)


def words(svg: str) -> list[tuple[float, str, float, str]]:
    """(x, anchor, size, text) of every line of words."""
    found = []
    root = ElementTree.fromstring(svg)
    for group in root.findall("{*}g"):
        for text in group.findall("{*}text"):
            size, anchor = float(group.get("font-size", 0)), group.get("text-anchor", "start")
            found.append((float(text.get("x", 0)), anchor, size, "".join(text.itertext())))
    return found


@pytest.mark.parametrize(
    "chart",
    [
        charts.lines(FRAME, label="fig-a", caption="A", x="year", y="value", series="name", unit=LONG * 2),
        charts.bars(FRAME[FRAME["year"] == 2019], label="fig-b", caption="B", x="name", y="value"),
        charts.bars(FRAME, label="fig-c", caption="C", x="year", y="value", series="name"),
        charts.stacked_bars(
            FRAME.assign(year=FRAME["year"].astype(str) + ", nine months"),
            label="fig-d", caption="D", x="year", y="value", series="name",
        ),
        charts.dots(FRAME, label="fig-e", caption="E", thing="year", value="value", source="name"),
        charts.timeline(
            FRAME.assign(date=FRAME["year"].astype(str), kind=FRAME["name"]),
            label="fig-f", caption="F", date="date", text="name", lane="kind",
        ),
    ],
    ids=lambda chart: chart.label,
)  # fmt: skip
def test_on_a_telephone_words_are_large_and_none_is_cut_off(chart: charts.Chart) -> None:
    """At 328 px of 360 no word is below 10 px, none leaves the picture, none is left out."""
    wide, narrow = re.findall(r"<svg.*?</svg>", chart.payload()["live"], re.DOTALL)
    width = charts_panel.NARROW
    for x, anchor, size, text in words(narrow):
        assert size * 328 / width >= 9.99
        room = text_width(text, size)
        left = {"start": x, "middle": x - room / 2, "end": x - room}[anchor]
        assert left >= -1.5, text
        assert left + room <= width + 1.5, text
    said = " ".join(text for *_, text in words(narrow)).split()
    assert {word for *_, text in words(wide) for word in text.split() if not word.isdigit()} <= set(said)
