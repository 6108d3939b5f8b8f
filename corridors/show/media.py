"""What every exhibit is: one object with a label and a caption that every medium can show.

A chapter's cell ends with an exhibit (a map, a chart or a table). The object answers one call,
``_repr_mimebundle_``, with our own JSON for the book (``corridors.publish`` turns it into page,
print and EPUB nodes) and with plain HTML for JupyterLab. So a chapter runs once for all media.

The JSON of every exhibit has these keys:

========== =====================================================================================
kind       "map", "chart", "table", "entries" or "number"
label      the name that ``{numref}`` uses, and of the files below ``_data/`` and ``_images/``
caption    one sentence or two, plain text
alt        what a reader who does not see the picture is told, computed from the data
source     the source line, plain text
note       explanation below the exhibit, plain text, may be empty
datasets   names of the data package's resources that were used
rights     licences of those resources, each once
data       the shown data as text, and ``data_format`` "csv" or "geojson"
export     a name under ``_data/`` at which the same data are offered as well, or ""
static     {"svg": text, "png": base64 text, "pdf": base64 text}: pictures for print (maps, charts)
live       HTML text that is put into the web page only (maps, charts)
========== =====================================================================================
"""

from __future__ import annotations

import base64
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

if TYPE_CHECKING:
    import pandas as pd

MAP: Final = "application/vnd.corridors.map+json"
CHART: Final = "application/vnd.corridors.chart+json"
TABLE: Final = "application/vnd.corridors.table+json"
ENTRIES: Final = "application/vnd.corridors.entries+json"
NUMBER: Final = "application/vnd.corridors.number+json"
MIME_TYPES: Final = (MAP, CHART, TABLE, ENTRIES, NUMBER)

#: Columns in which a row names its source, or its sources with semicolons between them.
SOURCE_FIELDS: Final = ("source_id", "source_ids")

DataFormat = Literal["csv", "geojson"]

PREFIXES: Final = {"map": "map-", "chart": "fig-", "table": "tbl-", "entries": "lst-"}
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class ExhibitError(ValueError):
    """An exhibit cannot be made from what the chapter passed; the message names label, rule and remedy."""


@dataclass(kw_only=True)
class Exhibit(ABC):
    """Base of maps, charts, tables and lists of entries.

    ``label`` starts with "map-", "fig-", "tbl-" or "lst-"; ``datasets`` are names of ``catalog.load`` and
    give the source line, narrowed to ``sources`` where the ids of the shown rows are known; ``export``
    offers the data under a second, well-known name (``railway.geojson``).
    Raises ``ExhibitError`` when the label or the caption breaks the rules.
    """

    label: str
    caption: str
    datasets: Sequence[str] = ()
    note: str = ""
    export: str = ""
    sources: Sequence[str] = ()

    kind: ClassVar[str]
    mime: ClassVar[str]

    def __post_init__(self) -> None:
        check_label(self.label, self.kind)
        if not self.caption.strip():
            raise ExhibitError(f"{self.label}: the caption is empty; say what is shown, where and when")
        if self.export and not _SLUG.fullmatch(self.export):
            raise ExhibitError(f"{self.label}: export={self.export!r} is not a file name such as 'railway'")

    @abstractmethod
    def alt_text(self) -> str:
        """The picture in words, computed from the data."""

    @abstractmethod
    def data_text(self) -> tuple[str, DataFormat]:
        """The shown data as text, and its format."""

    @abstractmethod
    def parts(self) -> dict[str, Any]:
        """The keys of the JSON that only this kind of exhibit has (``static``, ``live``, ``columns`` ...)."""

    @abstractmethod
    def lab_html(self) -> str:
        """A self-contained HTML fragment for JupyterLab, without the caption."""

    def payload(self) -> dict[str, Any]:
        """The JSON for the book; plain types only."""
        data, data_format = self.data_text()
        return {
            "kind": self.kind,
            "label": self.label,
            "caption": self.caption,
            "alt": self.alt_text(),
            "source": source_line(self.datasets, self.sources),
            "note": self.note,
            "datasets": list(self.datasets),
            "rights": rights(self.datasets),
            "data": data,
            "data_format": data_format,
            "export": self.export,
            **self.parts(),
        }

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """What Jupyter asks for: our JSON, HTML for JupyterLab, and the alternative text."""
        payload = self.payload()
        return {
            self.mime: payload,
            "text/html": lab_frame(payload, self.lab_html()),
            "text/plain": f"{self.caption}\n{payload['alt']}",
        }


def check_label(label: str, kind: str) -> None:
    """Raise ``ExhibitError`` unless ``label`` is the kind's prefix and a slug, as "fig-partner-shares"."""
    prefix = PREFIXES[kind]
    if not (label.startswith(prefix) and _SLUG.fullmatch(label)):
        raise ExhibitError(
            f"label {label!r}: the label of a {kind} starts with {prefix!r} and has lower-case letters, "
            f"digits and hyphens only; write for example {prefix + 'partner-shares'!r}"
        )


def row_sources(frame: pd.DataFrame) -> tuple[str, ...]:
    """Ids of the sources that the rows of ``frame`` name, each once; empty if it has no such column."""
    named = (str(cell) for field in SOURCE_FIELDS if field in frame for cell in frame[field].dropna())
    return tuple(dict.fromkeys(id for cell in named for id in cell.split(";") if id))


def source_line(datasets: Sequence[str], sources: Sequence[str] = ()) -> str:
    """The attribution of ``datasets``, narrowed to the ids in ``sources`` if any; empty for no dataset."""
    if not datasets:
        return ""
    from corridors import catalog

    return str(catalog.attribution(list(datasets), sources)).removeprefix("Data: ")


def rights(datasets: Sequence[str]) -> list[str]:
    """The licences of ``datasets``, each once, in the order met."""
    if not datasets:
        return []
    from corridors import catalog

    found = (str(catalog.describe(name).licence) for name in datasets)
    return list(dict.fromkeys(text for text in found if text))


def lab_frame(payload: Mapping[str, Any], inner: str) -> str:
    """``inner`` with caption, source and note around it, as JupyterLab shows it."""
    lines = [f"<strong>{escape(payload['caption'])}</strong>"]
    if payload["source"]:
        lines.append(f"Source: {escape(payload['source'])}")
    if payload["note"]:
        lines.append(f"Note: {escape(payload['note'])}")
    return f"<figure>{inner}<figcaption>{'<br>'.join(lines)}</figcaption></figure>"


def base64_text(content: bytes) -> str:
    """Bytes as ASCII text for JSON."""
    return base64.b64encode(content).decode("ascii")
