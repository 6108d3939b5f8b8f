"""Tables: a frame becomes a numbered, captioned table in every medium, with its data as CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar, Final, Literal

import pandas as pd

from corridors.show import languages, links, media, numbers

Align = Literal["left", "right", "center"]
# A column whose longest cell passes this many characters wraps; the others keep their line.
_WRAPS_FROM: Final = 28
#: Characters for a title of a page, which the table does not know.
_TITLE: Final = 40
_LONG_FROM: Final = 30


@dataclass(frozen=True)
class Column:
    """How one column is headed and written.

    ``decimals``: as many as the values have, when left out. ``date``: ISO dates are written in words.
    ``grouping``: thousands get a comma; never for a year. ``text`` writes a cell in the author's own way.
    ``link`` leads from the cell to a place in the book, as "ledger.md#claim-{value}" (see ``links``);
    ``separator`` says that a cell of text holds several values, which are written with commas and linked
    each for itself. ``titled``: in the book a link bears the title of the page that it leads to, which the
    chapter itself cannot know; the value is what is written where that page is absent. ``lang`` says in what
    language words in other letters are: a tag ("mn", "ru", "zh"), or the field that has tag or country.
    """

    heading: str
    unit: str = ""
    decimals: int | None = None
    align: Align | None = None
    grouping: bool = True
    sign: bool = False
    date: bool = False
    link: str = ""
    separator: str = ""
    titled: bool = False
    lang: str = ""
    text: Callable[[Any], str] | None = field(default=None, compare=False)


@dataclass(kw_only=True)
class Table(media.Exhibit):
    """A table of ``frame``: one row a row, the first column heads the row.

    ``columns`` maps fields to headings in the order shown; fields left out are not shown. ``data`` is
    offered for download (by default the shown fields at full precision). ``missing`` says what a dash means.
    Raises ``ExhibitError`` for a field that the frame does not have, and for an empty frame.
    """

    frame: pd.DataFrame
    columns: Mapping[str, Column | str] | None = None
    data: pd.DataFrame | None = None
    missing: str = "no value in the source"

    kind: ClassVar[str] = "table"
    mime: ClassVar[str] = media.TABLE

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.frame.empty:
            raise media.ExhibitError(
                f"{self.label}: the frame has no rows; a table without rows says nothing"
            )
        unknown = [name for name in self.specs if name not in self.frame.columns]
        if unknown:
            raise media.ExhibitError(
                f"{self.label}: the frame has no field {', '.join(map(repr, unknown))}; "
                f"it has {', '.join(map(str, self.frame.columns))}"
            )
        for spec in self.specs.values():
            links.checked(spec.link, self.label)
        self._values = {name: write(self.frame[name], spec, self.label) for name, spec in self.specs.items()}
        self._cells = {name: [", ".join(cell) for cell in cells] for name, cells in self._values.items()}
        if any(text == numbers.MISSING for cells in self._cells.values() for text in cells):
            gap = f"{numbers.MISSING} {self.missing}."
            self.note = f"{self.note.rstrip()} {gap}".strip()

    @property
    def specs(self) -> dict[str, Column]:
        """The columns shown, by field."""
        if self.columns is None:
            return {str(name): Column(_heading(str(name))) for name in self.frame.columns}
        return {name: Column(spec) if isinstance(spec, str) else spec for name, spec in self.columns.items()}

    def alt_text(self) -> str:
        """Size and headings."""
        headings = ", ".join(spec.heading for spec in self.specs.values())
        return f"Table of {len(self.frame)} rows with the columns {headings}."

    def data_text(self) -> tuple[str, media.DataFormat]:
        """The shown fields at full precision and the sources that rows name, as CSV; or all of ``data``."""
        named = [name for name in media.SOURCE_FIELDS if name in self.frame and name not in self.specs]
        frame = self.frame[[*self.specs, *named]] if self.data is None else self.data
        return csv_text(frame), "csv"

    def parts(self) -> dict[str, Any]:
        """Headings and formatted cells."""
        linked = {
            str(position): [cell_parts(cell, spec) for cell in self._values[name]]
            for position, (name, spec) in enumerate(self.specs.items())
            if spec.link
        }
        tags = {str(position): self._tags(name) for position, name in enumerate(self.specs)}
        langs = {position: found for position, found in tags.items() if any(found)}
        return {
            "columns": [self._column(name, spec) for name, spec in self.specs.items()],
            "rows": [list(row) for row in zip(*self._cells.values(), strict=True)],
            "classes": ["exhibit-long"] if len(self.frame) >= _LONG_FROM else [],
            **({"links": linked} if linked else {}),
            **({"langs": langs} if langs else {}),
        }

    def _tags(self, name: str) -> list[str]:
        """The language of each cell of a column in other letters; "" for those in Latin ones."""
        hint = self.specs[name].lang
        hints = self.frame[hint].astype(str) if hint in self.frame else [hint] * len(self.frame)
        return [languages.tag_of(text, str(one)) for text, one in zip(self._cells[name], hints, strict=True)]

    def _column(self, name: str, spec: Column) -> dict[str, Any]:
        longest = _TITLE if spec.titled else max(len(text) for text in self._cells[name])
        default: Align = "right" if _numeric(self.frame[name]) and not _is_year(name) else "left"
        return {
            "field": name,
            "heading": spec.heading,
            "unit": spec.unit,
            "align": spec.align or default,
            "wide": longest > _WRAPS_FROM,
            "width": max(4, min(longest, 44)),
            **({"titled": True} if spec.titled else {}),
        }

    def lab_html(self) -> str:
        """A plain table with scopes, escaped."""
        payload = self.parts()
        columns = payload["columns"]
        head = "".join(
            f'<th scope="col" style="text-align:{c["align"]}">{escape(with_heading_unit(c))}</th>'
            for c in columns
        )
        body = "".join(f"<tr>{_lab_row(row, columns)}</tr>" for row in payload["rows"])
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def table(
    frame: pd.DataFrame,
    *,
    label: str,
    caption: str,
    columns: Mapping[str, Column | str] | None = None,
    datasets: Sequence[str] = (),
    note: str = "",
    missing: str = "no value in the source",
    data: pd.DataFrame | None = None,
    export: str = "",
) -> Table:
    """A table exhibit; see ``Table``."""
    return Table(
        frame=frame,
        label=label,
        caption=caption,
        columns=columns,
        datasets=datasets,
        note=note,
        missing=missing,
        data=data,
        export=export,
        sources=media.row_sources(frame),
    )


def write(values: pd.Series[Any], spec: Column, label: str) -> list[list[str]]:
    """The cells of one column as text, each a list: several values where ``spec.separator`` divides them.

    Raises ``ExhibitError`` that names exhibit and column.
    """
    texts = _texts(values, spec, label)
    if not spec.separator:
        return [[text] for text in texts]
    return [links.split(text, spec.separator) or [numbers.MISSING] for text in texts]


def _texts(values: pd.Series[Any], spec: Column, label: str) -> list[str]:
    name = str(values.name)
    if spec.text is not None:
        return [numbers.MISSING if _gap(value) else spec.text(value) for value in values]
    if _numeric(values):
        decimals = spec.decimals
        try:
            if decimals is None:
                decimals = numbers.decimals_of(list(values))
            grouping = spec.grouping and not _is_year(name)
            return [
                numbers.number_text(value, decimals, grouping=grouping, sign=spec.sign) for value in values
            ]
        except media.ExhibitError as error:
            raise media.ExhibitError(f"{label}, column {name!r}: {error}") from None
    return [_text(value, spec.date) for value in values]


def cell_parts(cell: Sequence[str], spec: Column) -> list[links.Part]:
    """The values of a written cell with the places that they lead to; a gap leads nowhere."""
    return links.parts(cell, "" if cell[0] == numbers.MISSING else spec.link)


def csv_text(frame: pd.DataFrame) -> str:
    """``frame`` as CSV: header, comma, Unix line ends, empty cells for gaps, dates as ISO."""
    return str(frame.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d"))


def with_heading_unit(column: Mapping[str, Any]) -> str:
    """The heading with its unit in parentheses."""
    return f"{column['heading']} ({column['unit']})" if column["unit"] else str(column["heading"])


def _lab_row(row: Sequence[str], columns: Sequence[Mapping[str, Any]]) -> str:
    first = f'<th scope="row" style="text-align:{columns[0]["align"]}">{escape(row[0])}</th>'
    rest = (
        f'<td style="text-align:{column["align"]}">{escape(cell)}</td>'
        for cell, column in zip(row[1:], columns[1:], strict=True)
    )
    return first + "".join(rest)


def _heading(name: str) -> str:
    """A field's name as a heading: "border_crossing" -> "Border crossing"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _is_year(name: str) -> bool:
    return name == "year" or name.endswith("_year")


def _numeric(values: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values))


def _gap(value: Any) -> bool:
    return (
        value is None
        or value is pd.NA
        or (not isinstance(value, str) and bool(pd.isna(value)))
        or value == ""
    )


def _text(value: Any, date: bool) -> str:
    """A cell that is no number: text, date, or yes and no."""
    if _gap(value):
        return numbers.MISSING
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    text = value.strftime("%Y-%m-%d") if isinstance(value, pd.Timestamp) else str(value)
    return numbers.date_text(text) if date or isinstance(value, pd.Timestamp) else text
