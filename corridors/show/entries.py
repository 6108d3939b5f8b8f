"""Entries: a list of things, each with its own name to link to, its fields, and facets to filter by.

A table is right where a reader compares rows; entries are right where each row is read for itself and cited
by its own address. In the page a reader can filter by the facets and by words; print and EPUB show all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar

import pandas as pd

from corridors.show import links, media, numbers, tables


@dataclass(kw_only=True)
class Entries(media.Exhibit):
    """One entry for each row of ``frame``.

    ``anchor`` and ``heading`` name fields in braces: "claim-{id}", "{id}: {claim}". ``fields`` maps fields to
    headings as in a table; an empty field is left out of its entry. ``facets`` maps the fields that a reader
    can filter by to their headings; a categorical field gives the order of its values. ``folded`` names
    fields that the page shows on request, under the words ``more``. ``noun`` says what is counted ("claims").
    ``records`` are offered as JSON at ``_data/<export>.json``, ``json_ld`` goes into the head of the page,
    and ``notices`` are printed when the book is built. ``computed_from`` names the tables that functions read
    to make the rows; they are no source of the list itself, but the way back to the data leads through them.
    Raises ``ExhibitError`` for a field that the frame does not have and for an anchor used twice.
    """

    frame: pd.DataFrame
    anchor: str
    heading: str
    fields: Mapping[str, tables.Column | str]
    facets: Mapping[str, str] = field(default_factory=dict)
    folded: Sequence[str] = ()
    more: str = "More"
    noun: str = "entries"
    records: Sequence[Mapping[str, Any]] = ()
    json_ld: Sequence[Mapping[str, Any]] = ()
    notices: Sequence[str] = ()
    computed_from: Sequence[str] = ()

    kind: ClassVar[str] = "entries"
    mime: ClassVar[str] = media.ENTRIES

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.frame.empty:
            raise media.ExhibitError(f"{self.label}: the frame has no rows; there is nothing to list")
        unknown = [name for name in (*self.specs, *self.facets) if name not in self.frame.columns]
        unknown += [name for name in self.folded if name not in self.specs]
        if unknown:
            raise media.ExhibitError(
                f"{self.label}: there is no field {', '.join(map(repr, unknown))}; "
                f"the frame has {', '.join(map(str, self.frame.columns))}"
            )
        if self.records and not self.export:
            raise media.ExhibitError(f"{self.label}: records need export= for the name of their file")
        for spec in self.specs.values():
            links.checked(spec.link, self.label)
        self._cells = {
            name: tables.write(self.frame[name], spec, self.label) for name, spec in self.specs.items()
        }
        self._headings = self._filled(self.heading)
        self._anchors = [links.anchor(text) for text in self._filled(self.anchor)]
        twice = [name for name, count in Counter(self._anchors).items() if count > 1]
        if twice or not all(self._anchors):
            raise media.ExhibitError(
                f"{self.label}: anchor={self.anchor!r} names {', '.join(twice) or 'nothing'} more than once; "
                "each entry needs a name of its own"
            )

    @property
    def specs(self) -> dict[str, tables.Column]:
        """The fields shown, by name."""
        return {
            name: tables.Column(spec) if isinstance(spec, str) else spec for name, spec in self.fields.items()
        }

    def _filled(self, template: str) -> list[str]:
        """``template`` with the fields of each row in the place of their names."""
        try:
            return [template.format_map(row) for row in self.frame.to_dict("records")]
        except KeyError as missing:
            raise media.ExhibitError(f"{self.label}: {template!r} names {missing}, no field of it") from None

    def alt_text(self) -> str:
        """Number of entries and their fields."""
        headings = ", ".join(spec.heading for spec in self.specs.values())
        return f"List of {len(self.frame)} {self.noun} with {headings}."

    def data_text(self) -> tuple[str, media.DataFormat]:
        """The whole frame as CSV."""
        return tables.csv_text(self.frame), "csv"

    def parts(self) -> dict[str, Any]:
        """Entries with fields and facets; what goes to machines and to the build's report."""
        return {
            "entries": [self._entry(number) for number in range(len(self.frame))],
            "facets": [
                {"name": name, "heading": heading, "values": self._values(name), **self._pages(name)}
                for name, heading in self.facets.items()
            ],
            "more": self.more,
            "noun": self.noun,
            "records": [dict(one) for one in self.records],
            "json_ld": [dict(one) for one in self.json_ld],
            "notices": list(self.notices),
            "computed_from": list(self.computed_from),
        }

    def _entry(self, number: int) -> dict[str, Any]:
        row = self.frame.iloc[number]
        shown = [
            {
                "heading": tables.with_heading_unit({"heading": spec.heading, "unit": spec.unit}),
                "parts": tables.cell_parts(self._cells[name][number], spec),
                "folded": name in self.folded,
                **({"titled": True} if spec.titled else {}),
            }
            for name, spec in self.specs.items()
            if self._cells[name][number] != [numbers.MISSING]
        ]
        return {
            "anchor": self._anchors[number],
            "heading": self._headings[number],
            "facets": {name: str(row[name]) for name in self.facets},
            "fields": shown,
        }

    def _values(self, name: str) -> list[str]:
        """The values of a facet that occur, in the order of the categories or else of the alphabet."""
        values = self.frame[name]
        present = set(values.astype(str))
        if isinstance(values.dtype, pd.CategoricalDtype):
            return [text for text in map(str, values.cat.categories) if text in present]
        return sorted(present)

    def _pages(self, name: str) -> dict[str, Any]:
        """The page that each value of a facet stands for, if its field bears the titles of pages."""
        spec = self.specs.get(name)
        if spec is None or not spec.titled:
            return {}
        return {"pages": dict(links.parts(self._values(name), spec.link))}

    def lab_html(self) -> str:
        """Headings and fields, escaped."""
        blocks = []
        for entry in self.parts()["entries"]:
            lines = "".join(
                f"<dt>{escape(one['heading'])}</dt>"
                f"<dd>{escape(', '.join(text for text, _ in one['parts']))}</dd>"
                for one in entry["fields"]
            )
            blocks.append(f"<h4>{escape(entry['heading'])}</h4><dl>{lines}</dl>")
        return "".join(blocks)


def entries(
    frame: pd.DataFrame,
    *,
    label: str,
    caption: str,
    anchor: str,
    heading: str,
    fields: Mapping[str, tables.Column | str],
    facets: Mapping[str, str] | None = None,
    folded: Sequence[str] = (),
    more: str = "More",
    noun: str = "entries",
    datasets: Sequence[str] = (),
    note: str = "",
    export: str = "",
    records: Sequence[Mapping[str, Any]] = (),
    json_ld: Sequence[Mapping[str, Any]] = (),
    notices: Sequence[str] = (),
    computed_from: Sequence[str] = (),
) -> Entries:
    """A list of entries; see ``Entries``."""
    return Entries(
        frame=frame,
        label=label,
        caption=caption,
        anchor=anchor,
        heading=heading,
        fields=fields,
        facets=facets or {},
        folded=folded,
        more=more,
        noun=noun,
        datasets=datasets,
        note=note,
        export=export,
        records=records,
        json_ld=json_ld,
        notices=notices,
        computed_from=computed_from,
    )
