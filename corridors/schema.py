"""What a table must be: the data package as ``datapackage.json`` describes it.

Small frozen objects for a Frictionless Data Package, version 2, with our own keys: subject, kind, horizon,
traps, gaps with reasons, references, bbox, and properties and geometry for layers.
:mod:`corridors.descriptor` reads them from the file; :mod:`corridors.checks` holds the rules for the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from corridors.cells import Field

PACKAGE_FILE: Final = "datapackage.json"
SUBJECTS: Final = ("sources", "trade", "energy", "routes", "diplomacy", "claims", "basemap")
KINDS: Final = ("published", "derived", "mixed")
#: How a source is graded, the best first.
QUALITIES: Final = ("official", "press", "secondary", "weak")
GEOMETRY_TYPES: Final = (
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
)  # fmt: skip

Json = dict[str, Any]
BBox = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Gap:
    """How many cells of a column are empty, exactly, and why."""

    field: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """``fields`` of this table must be found together as ``targets`` of the table ``resource``."""

    fields: tuple[str, ...]
    resource: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableSchema:
    """The columns of a table in their order, its key and its links."""

    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()

    def field(self, name: str) -> Field:
        """The column of that name; KeyError if there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in their order."""
        return tuple(field.name for field in self.fields)


@dataclass(frozen=True, slots=True)
class Resource:
    """One table or layer. ``bbox`` is (west, south, east, north) in degrees; None if it has no places."""

    name: str
    path: str
    title: str
    description: str
    subject: str
    kind: str
    horizon: str
    licences: tuple[str, ...]
    traps: tuple[str, ...]
    schema: TableSchema
    gaps: tuple[Gap, ...]
    sources: tuple[str, ...] = ()
    geometry_types: tuple[str, ...] = ()
    bbox: BBox | None = None
    hash: str = ""
    bytes: int = -1

    @property
    def is_layer(self) -> bool:
        """Whether the resource is GeoJSON (else CSV)."""
        return bool(self.geometry_types)


@dataclass(frozen=True, slots=True)
class Package:
    """The whole descriptor; ``notices`` are files in the folder that hold no data (licence texts)."""

    name: str
    resources: tuple[Resource, ...]
    notices: tuple[str, ...] = ()

    def resource(self, name: str) -> Resource:
        """The resource of that name; KeyError if there is none."""
        for resource in self.resources:
            if resource.name == name:
                return resource
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all resources in the order of the descriptor."""
        return tuple(resource.name for resource in self.resources)
