"""Every exhibit answers Jupyter with one bundle that all media of the book can be made from."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest

from corridors.show import media, style


class Plain(media.Exhibit):
    """The least exhibit: a chart without a picture."""

    kind: ClassVar[str] = "chart"
    mime: ClassVar[str] = media.CHART

    def alt_text(self) -> str:
        return "Two < three."

    def data_text(self) -> tuple[str, media.DataFormat]:
        return "a,b\n1,2\n", "csv"

    def parts(self) -> dict[str, Any]:
        return {"live": "<svg></svg>", "static": {}}

    def lab_html(self) -> str:
        return "<svg></svg>"


def test_bundle_holds_our_json_and_plain_html_for_lab() -> None:
    """JupyterLab knows nothing of our types: it must get HTML and text from the same object."""
    bundle = Plain(label="fig-x", caption="Trade & <transit>", note="Not all.")._repr_mimebundle_()
    assert set(bundle) == {media.CHART, "text/html", "text/plain"}
    assert json.loads(json.dumps(bundle[media.CHART]))["data"] == "a,b\n1,2\n"
    assert "Trade &amp; &lt;transit&gt;" in bundle["text/html"]
    assert "Note: Not all." in bundle["text/html"]
    assert bundle["text/plain"].endswith("Two < three.")


def test_source_line_and_rights_come_from_the_catalog() -> None:
    """Each licence is told once, and the line has no second heading."""
    exhibit = Plain(label="fig-x", caption="x", datasets=["imports_by_partner", "exports_by_partner"])
    payload = exhibit.payload()
    assert "National Statistics Office" in payload["source"]
    assert not payload["source"].startswith("Data:")
    assert len(payload["rights"]) == len(set(payload["rights"])) >= 1
    assert f"Source: {payload['source']}"[:20] in exhibit._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize("label", ["map-x", "fig-", "fig-X", "fig x", "fig-a_b", "x", "fig-a--b"])
def test_label_of_a_chart_is_fig_and_a_slug(label: str) -> None:
    """Labels become file names and link targets; the message shows a good one."""
    with pytest.raises(media.ExhibitError, match="fig-partner-shares"):
        Plain(label=label, caption="x")


def test_empty_caption_is_refused() -> None:
    with pytest.raises(media.ExhibitError, match="caption is empty"):
        Plain(label="fig-x", caption=" ")


def test_export_is_a_plain_file_name() -> None:
    """A second name cannot leave the folder of downloads."""
    with pytest.raises(media.ExhibitError, match="not a file name"):
        Plain(label="fig-x", caption="x", export="../railway")


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, two: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "colour",
    [c for c in style.COLOURS if c not in (style.PAPER, style.RULE, style.FAINT)],
    ids=lambda c: c.name,
)
def test_small_text_in_every_colour_is_legible_on_both_grounds(colour: style.Colour) -> None:
    """Direct labels are set in the colour of their line: WCAG asks 4.5 to 1."""
    assert _contrast(colour.light, style.PAPER.light) >= 4.5
    assert _contrast(colour.dark, style.PAPER.dark) >= 4.5


# Viénot, Brettel and Mollon 1999: what a dichromat sees of linear red, green and blue.
_PROTAN = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
_DEUTAN = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))
_NORMAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def _lab(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    r, g, b = (min(1.0, max(0.0, sum(k * v for k, v in zip(row, linear, strict=True)))) for row in matrix)
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("matrix", [_NORMAL, _PROTAN, _DEUTAN], ids=["normal", "protan", "deutan"])
def test_countries_stay_apart_for_colour_blind_readers(matrix: tuple[tuple[float, ...], ...]) -> None:
    """Country and line are one colour in the whole book: a difference of 10 in CIE Lab is plain to see."""
    countries = dict.fromkeys(style.COUNTRIES.values())
    for shade in ("light", "dark"):
        labs = [_lab(getattr(c, shade), matrix) for c in countries if c is not style.OTHER]
        for i, one in enumerate(labs):
            for two in labs[i + 1 :]:
                assert sum((a - b) ** 2 for a, b in zip(one, two, strict=True)) ** 0.5 >= 10


def test_every_certainty_of_a_line_has_its_own_look() -> None:
    """Line style carries how a line is known: no two may look alike."""
    looks = {(item.dash, item.width) for item in style.CERTAINTY.values()}
    assert len(looks) == len(style.CERTAINTY) == 5
    assert style.CERTAINTY["track"].dash_array == ""


def test_style_sheet_names_each_colour_for_both_themes_and_paper() -> None:
    sheet = style.css_variables()
    for colour in style.COLOURS:
        assert f"--c-{colour.name}:{colour.light};" in sheet
        assert f"--c-{colour.name}:{colour.dark};" in sheet
    assert "@media print" in sheet


def test_colours_of_keeps_countries_and_deals_out_the_rest() -> None:
    found = style.colours_of(["Coal", "Russia", "Gold"])
    assert found["Russia"] is style.RUSSIA
    assert [found["Coal"], found["Gold"]] == [style.SERIES[1], style.SERIES[2]]


def test_colours_of_passes_over_what_looks_like_a_country_in_the_same_picture() -> None:
    """The blue and the red of the series are those of Russia and China to a reader's eye."""
    alone = style.colours_of(["Switzerland", "United Kingdom"])
    assert list(alone.values()) == list(style.SERIES[:2])
    beside = style.colours_of(["China", "Switzerland", "United Kingdom", "Russia"])
    assert beside["Switzerland"] is style.SERIES[2]
    assert beside["United Kingdom"] is style.SERIES[3]
