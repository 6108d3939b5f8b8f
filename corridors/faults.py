"""What can be wrong with the data, in words a newcomer can act on.

A :class:`Fault` names the file, the row, the rule that was broken and the remedy. A :class:`DataError`
carries every fault that was found at once, so that a table is mended in one go and not line by line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_SEAL = (
    "If the change is meant, run `python -m corridors seal`; if not, restore the file from the repository."
)

#: Every rule that the package checks: its short, stable code and what to do when it is broken.
REMEDIES: Final[dict[str, str]] = {
    # the package file
    "package-missing": "Restore data/datapackage.json from the repository.",
    "package-json": "Mend the JSON at the place named; an editor with JSON support shows it.",
    "package-key": "Write the key as CONTRIBUTING.md describes a table.",
    "package-name": "Give every table and layer its own name, of a-z, 0-9 and _.",
    "package-path": "Give a path inside the data folder, relative, with / and without '..'.",
    "package-schema": "Describe every column under schema.fields (a layer: under properties and geometry).",
    "package-field": "Give the column a name, a known type, a unit ('' for text) and a description.",
    "package-constraint": "Write the constraint so that it fits the column's type.",
    "package-reference": "Point to a table and column that the package has.",
    "unknown-dataset": "Use a name that catalog.names() lists.",
    "unknown-source": "Use an id of sources.csv, or add the source there first.",
    "vintage": "Restore the vintage's folder from the repository.",
    "unknown-vintage": "Use a vintage that catalog.vintages(name) lists.",
    "unlisted-file": "Describe the file in datapackage.json, list it under 'notices', or delete it.",
    # the file as such
    "missing-file": "Restore the file, or take its entry out of datapackage.json.",
    "unreadable-file": "Check that it is a plain file that you may read.",
    "empty-file": "Restore the file from the repository.",
    "hash": _SEAL,
    "bytes": _SEAL,
    "bom": "Save the file as UTF-8 without byte order mark (BOM).",
    "not-utf8": "Save the file as UTF-8.",
    "line-ends": "Save the file with Unix line ends (\\n), not Windows ones (\\r\\n).",
    "final-newline": "End the last line with a line end; if the file was cut off, restore it.",
    "csv-format": "Mend the quotation marks: a cell with a comma or a quote is quoted, its quotes doubled.",
    # the shape of a table
    "missing-column": "Add the column, or take it out of the schema in datapackage.json.",
    "extra-column": "Describe the column in datapackage.json, or delete it.",
    "column-order": "Put the columns in the order that datapackage.json gives.",
    "row-length": "Give the row as many cells as the header; quote a cell that holds a comma.",
    "no-rows": "Restore the rows; a table without rows does not belong in the package.",
    # cells
    "required": "Fill the cell; if the value is not known, the row cannot stand in this table.",
    "type": "Write the cell as its type asks: plain digits, a point for decimals, dates as 2024-09-03.",
    "not-finite": "Write a finite number, or leave the cell empty and declare the gap with its reason.",
    "minimum": "Check the number and its unit against the source.",
    "maximum": "Check the number and its unit against the source.",
    "enum": "Use one of the listed words, or add the new word to the column's enum in datapackage.json.",
    "pattern": "Write the cell in the form that the column's description gives.",
    "year-range": "Check the year against the source: it should lie between 1900 and 2100.",
    "markup": "Write plain text: no HTML tags, no script.",
    "control-character": "Delete the invisible character.",
    "formula": "Start the text with a letter or digit: spreadsheets run cells that begin with = + or @.",
    "stray-space": "Delete the space at the start or end of the cell.",
    "not-normalised": "Save the text in Unicode normal form C (one code for one accented letter).",
    # keys and references
    "duplicate-key": "Delete the double row, or make its key differ.",
    "unique": "Give every row its own value in this column.",
    "foreign-key": "Use a value that the other table has, or add it there first.",
    "foreign-table": "Mend the other table first.",
    "gap-count": "If the gap is real, give its reason under 'gaps' in datapackage.json and run "
    "`python -m corridors seal`; if not, restore the value.",
    # places
    "coordinates-swapped": "Exchange the two: in Mongolia longitude is 87 to 120, latitude 41 to 53.",
    "outside-region": "Check the coordinate, or widen the declared bbox if the place is right.",
    "half-coordinate": "Give both latitude and longitude, or neither.",
    # layers
    "geojson-syntax": "Restore the file, or mend the JSON at the place named.",
    "geojson-shape": "Write a GeoJSON FeatureCollection with type, properties and geometry in each feature.",
    "missing-property": "Give every feature the property; null if the value is not known.",
    "extra-property": "Describe the property in datapackage.json, or delete it.",
    "null-geometry": "Give the feature its geometry, or delete it.",
    "geometry-type": "Use one of the geometry types that datapackage.json allows for this layer.",
    "position": "Write a position as [longitude, latitude], two finite numbers.",
    "line-vertices": "Give the line at least two different vertices, or delete the feature.",
    "repeated-vertex": "Delete the vertex that repeats the one before it.",
    "ring": "Close the ring: at least four positions, the last equal to the first.",
}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One broken rule.

    ``file`` is relative to the data folder; ``row`` counts data rows (or features) from 1, ``line``
    lines of the file from 1; both are None where the fault concerns the file as a whole.
    """

    file: str
    row: int | None = field(compare=False)
    rule: str
    problem: str
    column: str | None = None
    line: int | None = field(default=None, compare=False)
    row_word: str = field(default="row", compare=False)

    @property
    def remedy(self) -> str:
        """What to do about it, one or two sentences."""
        return REMEDIES[self.rule]

    @property
    def place(self) -> str:
        """``trade/x.csv, row 3 (line 4), column year``."""
        parts = [self.file]
        if self.row is not None:
            parts.append(f"{self.row_word} {self.row}" + (f" (line {self.line})" if self.line else ""))
        elif self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column}" if self.row_word == "row" else f"property {self.column}")
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.place}: {self.problem} [{self.rule}]\n    Remedy: {self.remedy}"


#: How many faults of one file a report prints; the rest are counted. All are kept in ``DataError.faults``.
SHOWN_PER_FILE: Final = 25


def report(faults: Iterable[Fault]) -> str:
    """The faults as text, grouped by file; long lists are cut, with the number left out."""
    by_file: dict[str, list[Fault]] = {}
    for fault in faults:
        by_file.setdefault(fault.file, []).append(fault)
    lines: list[str] = []
    for file, found in by_file.items():
        lines.extend(str(fault) for fault in found[:SHOWN_PER_FILE])
        if len(found) > SHOWN_PER_FILE:
            lines.append(f"{file}: and {len(found) - SHOWN_PER_FILE} more faults like these")
    return "\n".join(lines)


class DataError(ValueError):
    """The data break a rule. ``str(error)`` is a readable report; ``error.faults`` the faults one by one."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        count = len(self.faults)
        super().__init__(f"{count} fault{'s' if count != 1 else ''} in the data\n{report(self.faults)}")
