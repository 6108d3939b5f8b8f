"""Read ``datapackage.json`` into the objects of :mod:`corridors.schema`, noting everything that is wrong.

Nothing here opens a data file, and nothing raises: the descriptor may be any text at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from corridors.cells import TYPES, CellError, Field, Value, parse_typed
from corridors.faults import Fault
from corridors.schema import (
    GEOMETRY_TYPES,
    KINDS,
    PACKAGE_FILE,
    SUBJECTS,
    BBox,
    ForeignKey,
    Gap,
    Json,
    Package,
    Resource,
    TableSchema,
)  # fmt: skip


class _Reader:
    """Walks the descriptor, collects faults, and goes on after each so that all are reported at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.where = "the package"

    def fault(self, rule: str, problem: str) -> None:
        self.faults.append(Fault(PACKAGE_FILE, None, rule, f"{self.where}: {problem}"))

    def text(self, raw: Json, key: str, *, empty: bool = False) -> str:
        value = raw.get(key)
        if not isinstance(value, str) or not (empty or value.strip()):
            self.fault("package-key", f"the key '{key}' is missing or not a text")
            return ""
        return value

    def word(self, raw: Json, key: str, allowed: Iterable[str]) -> str:
        value = self.text(raw, key)
        if value and value not in allowed:
            self.fault("package-key", f"'{key}' is '{value}', not one of {', '.join(allowed)}")
        return value

    def objects(
        self, raw: Json, key: str, rule: str = "package-key", *, optional: bool = False
    ) -> list[Json]:
        value = raw.get(key, [] if optional else None)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(rule, f"the key '{key}' is missing or not a list of objects")
            return []
        return value

    def texts(self, raw: Json, key: str, *, optional: bool = False) -> tuple[str, ...]:
        value = raw.get(key, [] if optional else None)
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault("package-key", f"the key '{key}' is missing or not a list of texts")
            return ()
        return tuple(value)

    # fields ---------------------------------------------------------------------------------------

    def _bound(self, constraints: Json, key: str, kind: str) -> Value:
        if key not in constraints:
            return None
        value = constraints[key]
        try:
            if (
                isinstance(value, bool)
                or not isinstance(value, (int, float, str))
                or kind in ("string", "boolean")
            ):
                raise CellError("type", "")
            return parse_typed(kind, str(value))
        except CellError:
            self.fault("package-constraint", f"'{key}' {value!r} does not fit the type {kind}")
            return None

    def _pattern(self, constraints: Json) -> re.Pattern[str] | None:
        try:
            return re.compile(constraints["pattern"]) if "pattern" in constraints else None
        except (re.error, TypeError):
            self.fault("package-constraint", f"the pattern {constraints['pattern']!r} cannot be read")
            return None

    def _enum(self, constraints: Json) -> tuple[str, ...]:
        enum = constraints.get("enum", [])
        if not isinstance(enum, list):
            self.fault("package-constraint", "'enum' is not a list")
            return ()
        return tuple(str(item) for item in enum)

    def _references(self, raw: Json) -> tuple[str, str] | None:
        references = raw.get("references")
        if references is None:
            return None
        if not isinstance(references, str) or references.count(".") != 1:
            self.fault("package-reference", f"'references' {references!r} is not like 'sources.id'")
            return None
        table, _, column = references.partition(".")
        return table, column

    def field(self, raw: Json) -> Field | None:
        """One column; None, with its faults noted, if it cannot be used."""
        outer, self.where = self.where, f"{self.where}, column {raw.get('name')}"
        found = len(self.faults)
        field = self._field(raw)
        self.where = outer
        return field if len(self.faults) == found else None

    def _field(self, raw: Json) -> Field | None:
        name, kind = raw.get("name"), raw.get("type")
        if not isinstance(name, str) or not name or kind not in TYPES:
            self.fault("package-field", f"needs a name and a type out of {', '.join(TYPES)}")
            return None
        description, unit = raw.get("description"), raw.get("unit")
        if not isinstance(description, str) or not description.strip() or not isinstance(unit, str):
            self.fault("package-field", "needs a description and a unit (an empty text if it has none)")
        constraints = raw.get("constraints", {})
        if not isinstance(constraints, dict):
            self.fault("package-constraint", "'constraints' is not an object")
            return None
        return Field(
            name=name,
            type=kind,
            description=str(description),
            unit=str(unit),
            title=str(raw.get("title", "")),
            required=constraints.get("required") is True,
            unique=constraints.get("unique") is True,
            minimum=self._bound(constraints, "minimum", kind),
            maximum=self._bound(constraints, "maximum", kind),
            enum=self._enum(constraints),
            pattern=self._pattern(constraints),
            references=self._references(raw),
            derived=raw.get("derived") is True,
        )

    def table_schema(self, raw: Json, fields_raw: list[Json]) -> TableSchema:
        fields = tuple(field for item in fields_raw if (field := self.field(item)) is not None)
        names = [field.name for field in fields]
        for name in {name for name in names if names.count(name) > 1}:
            self.fault("package-field", f"the column '{name}' is described twice")
        keys = []
        for item in self.objects(raw, "foreignKeys", "package-reference", optional=True):
            reference = item.get("reference")
            if not isinstance(reference, dict):
                self.fault("package-reference", "a foreign key has no 'reference'")
                continue
            resource = reference.get("resource", "")
            keys.append(
                ForeignKey(self.texts(item, "fields"), str(resource), self.texts(reference, "fields"))
            )
        primary = self.texts(raw, "primaryKey", optional=True)
        known = set(names)
        for name in (*primary, *(name for key in keys for name in key.fields)):
            if name not in known:
                self.fault("package-reference", f"a key names the column '{name}', which is not described")
        return TableSchema(fields, primary, tuple(keys))

    # resources ------------------------------------------------------------------------------------

    def bbox(self, value: Any) -> BBox | None:
        good = isinstance(value, list) and len(value) == 4
        good = good and all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in value)
        if good:
            west, south, east, north = (float(x) for x in value)
            if -180 <= west < east <= 180 and -90 <= south < north <= 90:
                return west, south, east, north
        self.fault("package-key", "'bbox' is not [west, south, east, north] in degrees")
        return None

    def path(self, raw: Json) -> str:
        path = self.text(raw, "path")
        parts = PurePosixPath(path).parts
        if path and (".." in parts or path.startswith(("/", "~", ".")) or "\\" in path or ":" in path):
            self.fault("package-path", f"the path '{path}' leaves the data folder or is not plain")
            return ""
        return path

    def _layer_places(self, raw: Json) -> tuple[tuple[str, ...], BBox | None]:
        geometry = raw.get("geometry")
        if isinstance(geometry, dict):
            types, bbox = self.texts(geometry, "types"), self.bbox(geometry.get("bbox"))
            if types and set(types) <= set(GEOMETRY_TYPES):
                return types, bbox
        self.fault("package-schema", f"'geometry' needs types out of {', '.join(GEOMETRY_TYPES)} and a bbox")
        return (), None

    def _table_places(self, raw: Json, schema: TableSchema) -> BBox | None:
        if "bbox" in raw:
            return self.bbox(raw["bbox"])
        if {"latitude", "longitude"} <= set(schema.names):
            self.fault("package-key", "a table with latitude and longitude needs a 'bbox'")
        return None

    def resource(self, raw: Json, number: int) -> Resource | None:
        name = raw.get("name")
        self.where = f"resource {name if isinstance(name, str) else number}"
        found = len(self.faults)
        if not isinstance(name, str) or re.fullmatch(r"[a-z][a-z0-9_]*", name) is None:
            self.fault("package-name", f"the name {name!r} is missing or not of a-z, 0-9 and _")
            name = str(number)
        layer = raw.get("format") == "geojson"
        self.word(raw, "format", ("csv", "geojson"))
        schema_raw: Any = raw if layer else raw.get("schema")
        if not isinstance(schema_raw, dict):
            self.fault("package-schema", "there is no schema with fields")
            schema_raw = {}
        key = "properties" if layer else "fields"
        fields_raw = self.objects(schema_raw, key, "package-schema") if schema_raw else []
        schema = self.table_schema(schema_raw, fields_raw)
        types, bbox = self._layer_places(raw) if layer else ((), self._table_places(raw, schema))
        licences = tuple(
            str(item.get("title") or item.get("name") or "") for item in self.objects(raw, "licenses")
        )
        if not all(licences) or not licences:
            self.fault("package-key", "'licenses' needs at least one licence, each with a name or title")
        result = Resource(
            name=name, path=self.path(raw), title=self.text(raw, "title"),
            description=self.text(raw, "description"), subject=self.word(raw, "subject", SUBJECTS),
            kind=self.word(raw, "kind", KINDS), horizon=self.text(raw, "horizon"), licences=licences,
            traps=self.texts(raw, "traps"), schema=schema, gaps=self.gaps(raw, schema),
            sources=tuple(str(s["id"]) for s in self.objects(raw, "sources", optional=True) if "id" in s),
            geometry_types=types, bbox=bbox, hash=str(raw.get("hash", "")),
            bytes=raw["bytes"] if isinstance(raw.get("bytes"), int) else -1,
        )  # fmt: skip
        return result if len(self.faults) == found else None

    def gaps(self, raw: Json, schema: TableSchema) -> tuple[Gap, ...]:
        gaps: list[Gap] = []
        for item in self.objects(raw, "gaps"):
            field, count, reason = item.get("field"), item.get("count"), item.get("reason")
            if (
                not isinstance(field, str)
                or not isinstance(count, int)
                or not isinstance(reason, str)
                or not reason
            ):
                self.fault("package-key", "each gap needs a field, a count and a reason")
            elif field not in schema.names or field in [gap.field for gap in gaps]:
                self.fault("package-key", f"the gap of '{field}' names no column, or names it twice")
            else:
                gaps.append(Gap(field, count, reason))
        return tuple(gaps)

    def links(self, resources: tuple[Resource, ...]) -> None:
        """Every key and reference must lead to a column that exists."""
        columns = {resource.name: set(resource.schema.names) for resource in resources}
        for resource in resources:
            self.where = f"resource {resource.name}"
            targets = [(key.resource or resource.name, key.targets) for key in resource.schema.foreign_keys]
            targets += [(f.references[0], (f.references[1],)) for f in resource.schema.fields if f.references]
            for table, names in targets:
                if not set(names) <= columns.get(table, set()):
                    self.fault("package-reference", f"{table}.{'+'.join(names)} is not in the package")
            for key in resource.schema.foreign_keys:
                if len(key.fields) != len(key.targets):
                    self.fault("package-reference", "a foreign key pairs unequal numbers of columns")


def _strict_constant(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


def parse_json(text: str) -> Any:
    """JSON as the standard has it: no NaN or Infinity. Raises ValueError with the reason and the place."""
    try:
        return json.loads(text, parse_constant=_strict_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def read_descriptor(root: Path) -> tuple[Json, list[Fault]]:
    """The descriptor as raw JSON; ``({}, faults)`` if it cannot be read."""
    try:
        value = parse_json((root / PACKAGE_FILE).read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return {}, [
            Fault(PACKAGE_FILE, None, "package-missing", f"there is no {PACKAGE_FILE} in the data folder")
        ]
    except (OSError, ValueError) as error:
        return {}, [Fault(PACKAGE_FILE, None, "package-json", f"cannot be read as JSON: {error}")]
    if not isinstance(value, dict):
        return {}, [Fault(PACKAGE_FILE, None, "package-json", "holds no JSON object")]
    return value, []


def parse_package(raw: Json) -> tuple[Package, list[Fault]]:
    """The descriptor as objects, and all that is wrong with it. Faulty resources are left out."""
    reader = _Reader()
    name = reader.text(raw, "name")
    notices = reader.texts(raw, "notices", optional=True)
    parsed = [reader.resource(item, i + 1) for i, item in enumerate(reader.objects(raw, "resources"))]
    resources = tuple(resource for resource in parsed if resource is not None)
    reader.where = "the package"
    for attribute, rule in (("name", "package-name"), ("path", "package-path")):
        values = [getattr(resource, attribute) for resource in resources]
        for value in sorted({value for value in values if values.count(value) > 1}):
            reader.fault(rule, f"two resources have the {attribute} '{value}'")
    if len(resources) == len(parsed):  # else a link into a faulty resource would be named twice
        reader.links(resources)
    return Package(name, resources, notices), reader.faults


def read_package(root: Path) -> tuple[Package, list[Fault]]:
    """``datapackage.json`` of the data folder ``root``; never raises, all that is wrong is in the faults."""
    raw, faults = read_descriptor(root)
    if faults:
        return Package("", ()), faults
    return parse_package(raw)
