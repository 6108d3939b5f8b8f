"""A table shows what the frame holds: formats worked out by hand on small frames."""

from __future__ import annotations

import pandas as pd
import pytest

from corridors.show import media, tables


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "partner": ["Russia", "<script>China</script>", "Japan"],
            "year": pd.array([2023, 2024, 2025], dtype="Int64"),
            "value": [1104.5, None, -3.25],
            "known": [True, False, True],
            "date": ["2024-09-02", "2024", ""],
        }
    )


def make(frame: pd.DataFrame, **options: object) -> tables.Table:
    return tables.table(frame, label="tbl-x", caption="Imports", **options)  # type: ignore[arg-type]


def test_cells_are_written_by_the_house_rules(frame: pd.DataFrame) -> None:
    """As many decimals as the values have, no separator in years, dates in words, a dash for gaps."""
    shown = make(frame, columns={"partner": "Partner", "year": "Year", "value": "Value", "known": "Known",
                                 "date": tables.Column("Date", date=True)})  # fmt: skip
    assert shown.parts()["rows"] == [
        ["Russia", "2023", "1,104.50", "yes", "2 September 2024"],
        ["<script>China</script>", "2024", "–", "no", "2024"],
        ["Japan", "2025", "−3.25", "yes", "–"],
    ]


def test_numbers_stand_right_and_years_left(frame: pd.DataFrame) -> None:
    columns = {column["field"]: column for column in make(frame).parts()["columns"]}
    assert columns["value"]["align"] == "right"
    assert columns["year"]["align"] == columns["partner"]["align"] == "left"


def test_a_dash_is_explained_and_only_when_there_is_one(frame: pd.DataFrame) -> None:
    """A reader must not take a gap for zero."""
    assert make(frame, missing="not published").note == "– not published."
    assert make(frame, note="China includes Taiwan.").note.startswith("China includes Taiwan. –")
    assert make(frame[["partner", "year"]]).note == ""


def test_own_text_decimals_sign_and_heading(frame: pd.DataFrame) -> None:
    shown = make(
        frame,
        columns={
            "partner": tables.Column("Partner", text=str.upper),
            "value": tables.Column("Change", unit="per cent", decimals=0, sign=True),
        },
    )
    assert [row[1] for row in shown.parts()["rows"]] == ["+1,105", "–", "−3"]
    assert shown.parts()["rows"][0][0] == "RUSSIA"
    assert tables.with_heading_unit(shown.parts()["columns"][1]) == "Change (per cent)"


def test_csv_has_the_values_as_they_are(frame: pd.DataFrame) -> None:
    """The download is for computing: no separators, no rounding, empty cells for gaps."""
    text, kind = make(frame, columns={"partner": "P", "value": tables.Column("V", decimals=0)}).data_text()
    assert kind == "csv"
    assert text == "partner,value\nRussia,1104.5\n<script>China</script>,\nJapan,-3.25\n"
    assert make(frame, data=frame[["year"]]).data_text()[0] == "year\n2023\n2024\n2025\n"


def test_rows_that_name_their_sources_take_them_into_the_csv(frame: pd.DataFrame) -> None:
    """Whoever downloads a table of single facts can credit each row; the page shows the sources below it."""
    named = frame.assign(source_ids=["a;b"] + ["b"] * (len(frame) - 1))
    table = tables.table(named, label="tbl-named", caption="Facts", columns={str(frame.columns[0]): "Thing"})
    assert table.sources == ("a", "b")
    assert table.data_text()[0].splitlines()[:2] == [
        f"{frame.columns[0]},source_ids",
        f"{frame.iloc[0, 0]},a;b",
    ]


def test_lab_html_is_escaped_and_scoped(frame: pd.DataFrame) -> None:
    html = make(frame).lab_html()
    assert "<script>" not in html
    assert '<th scope="col"' in html
    assert '<th scope="row"' in html


def test_long_tables_get_their_box() -> None:
    rows = pd.DataFrame({"km": range(30)})
    assert make(rows).parts()["classes"] == ["exhibit-long"]
    assert make(rows.head(29)).parts()["classes"] == []


def test_alt_names_size_and_headings(frame: pd.DataFrame) -> None:
    assert make(frame, columns={"year": "Year"}).alt_text() == "Table of 3 rows with the columns Year."


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"nothing": "N"}}, "no field 'nothing'; it has partner, year"),
        ({"label": "fig-x"}, "starts with 'tbl-'"),
    ],
)
def test_mistakes_are_named(frame: pd.DataFrame, options: dict[str, object], message: str) -> None:
    with pytest.raises(media.ExhibitError, match=message):
        tables.table(frame, **{"label": "tbl-x", "caption": "x", **options})  # type: ignore[arg-type]


def test_a_table_without_rows_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(media.ExhibitError, match="no rows"):
        make(frame.head(0))


def test_too_many_decimals_ask_for_a_choice() -> None:
    with pytest.raises(media.ExhibitError, match="tbl-x, column 'share'"):
        make(pd.DataFrame({"share": [1 / 3]}))


def test_timestamps_are_dates() -> None:
    shown = make(pd.DataFrame({"when": pd.to_datetime(["2025-09-02"])}))
    assert shown.parts()["rows"] == [["2 September 2025"]]


def test_a_cell_with_several_values_links_each(frame: pd.DataFrame) -> None:
    """Values become anchors; the text of the cell has commas; a gap leads nowhere."""
    claims = pd.DataFrame({"id": ["NIAS-32", "DIP-01"], "related": ["DIP-01;NIAS-07", None]})
    shown = make(
        claims,
        columns={
            "id": tables.Column("Claim", link="ledger.md#claim-{value}"),
            "related": tables.Column("Related", link="#claim-{value}", separator=";"),
        },
    ).parts()
    assert shown["rows"] == [["NIAS-32", "DIP-01, NIAS-07"], ["DIP-01", "–"]]
    assert shown["links"]["0"][0] == [("NIAS-32", "ledger.md#claim-nias-32")]
    assert shown["links"]["1"] == [[("DIP-01", "#claim-dip-01"), ("NIAS-07", "#claim-nias-07")], [("–", "")]]
    assert "links" not in make(frame).parts(), "tables without links are as before"


@pytest.mark.parametrize("link", ["https://example.org/{value}", "ledger.html", "ledger.md#Claim {value}"])
def test_a_link_names_a_place_in_the_book(frame: pd.DataFrame, link: str) -> None:
    with pytest.raises(media.ExhibitError, match="is no place in the book"):
        make(frame, columns={"partner": tables.Column("Partner", link=link)})
