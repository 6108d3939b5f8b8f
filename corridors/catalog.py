"""The only door to ``data/``: load a table or layer, know its sources, find what is wrong with it.

    >>> from corridors import catalog
    >>> frame = catalog.load("imports_by_partner")
    >>> frame.attrs["sources"]

Types of a loaded frame: integer and year -> ``Int64`` (a year with a gap stays 2005, not 2005.0);
number -> ``float64`` (numpy, matplotlib and shapely take it as it is; a gap is NaN); string -> pandas'
``str`` (a gap is NaN, comparisons give plain True or False); boolean -> ``boolean``; date ->
``datetime64[s]`` (NaT); yearmonth -> ``period[M]``. Dates whose precision varies are strings.

Everything is checked once a process, on first load; every fault of a table is reported at once by a
:class:`DataError` that names file, row, rule and remedy. ``check()`` looks at the whole package.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pandas as pd

from corridors import reads
from corridors import vintages as history
from corridors.attribution import sentence
from corridors.checks import Content, check_links, linked_values, read_table
from corridors.checks_geo import read_layer
from corridors.descriptor import read_package
from corridors.faults import DataError, Fault
from corridors.frames import SourceIds, to_frame
from corridors.paths import DATA
from corridors.schema import PACKAGE_FILE, Gap, Package, Resource

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = [
    "Catalog", "DataError", "Description", "Fault", "Source", "attribution", "check", "credits", "default",
    "describe", "dictionary", "layer", "load", "names", "source", "sources_of", "used", "used_frame",
    "vintages",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """One row of ``sources.csv``, all texts; an empty text means not recorded.

    ``date`` is the date of publication, ``read_as`` how it was read (table, whole text, excerpt, second
    hand), ``quality`` one of official, press, secondary, weak.
    """

    id: str
    title: str
    author: str
    publisher: str
    address: str
    date: str
    accessed: str
    licence: str
    read_as: str
    quality: str
    note: str

    @property
    def credited(self) -> str:
        """Whom to credit: the publisher, or the author where there is none or it only hosts the work."""
        hosted = not self.publisher or self.publisher.startswith(("GitHub", "blog"))
        return (self.author or self.title.strip("[]")) if hosted else self.publisher


@dataclass(frozen=True, slots=True)
class Description:
    """What a reader should know of a table or layer before using it.

    ``fields`` has one row a column: name, type, unit, title, description, required, derived (computed by the
    book), gaps (number of empty cells). ``licence`` is the licence in words, several joined by "; ".
    """

    name: str
    title: str
    description: str
    subject: str
    kind: str
    horizon: str
    licence: str
    traps: tuple[str, ...]
    gaps: tuple[Gap, ...]
    path: Path
    primary_key: tuple[str, ...]
    is_layer: bool
    fields: pd.DataFrame


def _source_counts(content: Content) -> Counter[str]:
    """Source ids by the number of rows that name them, in order of first appearance; a file's own last."""
    counts: Counter[str] = Counter()
    columns = [f.name for f in content.resource.schema.fields if f.references == ("sources", "id")]
    columns += [k.fields[0] for k in content.resource.schema.foreign_keys if k.resource == "sources"]
    for name in columns:
        counts.update(id for text in content.cells[name] for id in text.split(";") if id)
    counts.update(content.resource.sources)
    return counts


def _source_ids(content: Content) -> tuple[str, ...]:
    return tuple(_source_counts(content))


class Catalog:
    """The data package in one folder. The module's functions work on the book's own; tests make others."""

    def __init__(self, root: Path = DATA) -> None:
        self.root = Path(root)
        self._package: tuple[Package, list[Fault]] | None = None
        self._contents: dict[str, Content] = {}
        self._faults: dict[str, list[Fault]] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self._sources: dict[str, Source] | None = None
        self._used: dict[str, None] = {}
        self._told: set[str] = set()

    # reading and checking -------------------------------------------------------------------------

    def _read_package(self) -> tuple[Package, list[Fault]]:
        if self._package is None:
            with reads.in_parts(self.root / PACKAGE_FILE):
                self._package = read_package(self.root)
        return self._package

    @property
    def package(self) -> Package:
        """The descriptor. Raises DataError if it has any fault."""
        package, faults = self._read_package()
        if faults:
            raise DataError(faults)
        return package

    def _resource(self, name: str) -> Resource:
        package = self.package
        if name not in package.names:
            close = difflib.get_close_matches(str(name), package.names, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            problem = f"there is no table or layer '{name}'{hint}"
            raise DataError([Fault(PACKAGE_FILE, None, "unknown-dataset", problem)])
        reads.item(self.root / PACKAGE_FILE, "resources", "name", name)
        return package.resource(name)

    def _read(self, resource: Resource) -> Content:
        if resource.name not in self._contents:
            with reads.in_parts(self.root / resource.path):
                reader = read_layer if resource.is_layer else read_table
                self._contents[resource.name] = reader(self.root, resource)
        return self._contents[resource.name]

    def _columns(self, name: str) -> dict[str, list[str]] | None:
        """The columns of a table that another one points to; None if it cannot be read."""
        package, _ = self._read_package()
        return self._read(package.resource(name)).cells or None if name in package.names else None

    def _faults_of(self, resource: Resource) -> list[Fault]:
        if resource.name not in self._faults:
            content = self._read(resource)
            self._faults[resource.name] = content.faults + check_links(content, self._columns)
        return self._faults[resource.name]

    def _sound(self, resource: Resource) -> Content:
        faults = self._faults_of(resource)
        if faults:
            raise DataError(faults)
        return self._read(resource)

    def _checked(self, name: str) -> Content:
        content = self._sound(self._resource(name))
        if name not in self._told:
            self._told.add(name)
            self._tell_use(content)
        return content

    def _tell_use(self, content: Content) -> None:
        """A table is used whole; of a table that it points to, the rows that it points to."""
        reads.whole(self.root / content.resource.path)
        for table, columns, values in linked_values(content):
            reads.rows(self.root / self.package.resource(table).path, columns, values, whole=False)

    def check(self) -> list[Fault]:
        """Every fault of the whole package, files that nobody described included. Never raises."""
        package, faults = self._read_package()
        found = list(faults)
        for resource in package.resources:
            found += self._faults_of(resource)
        if faults:
            return found
        found += self._unknown_file_sources(package) + history.check(self.root)
        return found + self._unlisted(package)

    def _unknown_file_sources(self, package: Package) -> list[Fault]:
        known = (self._columns("sources") or {}).get("id", [])
        return [
            Fault(
                PACKAGE_FILE,
                None,
                "unknown-source",
                f"resource {resource.name}: '{name}' is not in sources.csv",
            )
            for resource in package.resources
            for name in resource.sources
            if name not in known
        ]

    def _unlisted(self, package: Package) -> list[Fault]:
        listed = {PACKAGE_FILE, *package.notices, *(resource.path for resource in package.resources)}
        listed |= history.listed(self.root)
        files = (p for p in self.root.rglob("*") if p.is_file() and not p.name.startswith("."))
        there = {path.relative_to(self.root).as_posix() for path in files}
        unlisted = [
            Fault(n, None, "unlisted-file", "no resource describes the file") for n in sorted(there - listed)
        ]
        lost = [n for n in package.notices if n not in there]
        return unlisted + [Fault(n, None, "missing-file", "the notice does not exist") for n in lost]

    # loading --------------------------------------------------------------------------------------

    def load(self, name: str, vintage: str | None = None) -> pd.DataFrame:
        """The table or layer ``name``: a fresh copy, typed, in the file's order of rows.

        A layer comes as a GeoDataFrame in EPSG:4326 (see :meth:`layer`). ``attrs["dataset"]`` is the name,
        ``attrs["sources"]`` the tuple of its source ids. ``vintage`` asks for the table as it was in an
        earlier state of the data (see :meth:`vintages`). Raises DataError if the table breaks any rule or
        if there is none of that name.
        """
        current = self._resource(name).name
        old = history.resource_at(self.root, current, vintage) if vintage is not None else None
        key = old.path if old else name
        if key not in self._frames:
            content = history.read(self.root, old) if old else self._checked(name)
            frame = to_frame(content)
            frame.attrs = {"dataset": name, "sources": SourceIds(_source_ids(content))}
            self._frames[key] = frame
        self._used[name] = None
        frame = self._frames[key]
        copy = frame.copy()
        copy.attrs = dict(frame.attrs)
        return copy

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """The layer ``name`` as a GeoDataFrame in EPSG:4326; like :meth:`load`, with the narrower type.

        Raises DataError also if ``name`` is a table without geometry.
        """
        if not self._resource(name).is_layer:
            problem = f"'{name}' is a table without geometry; use catalog.load"
            raise DataError([Fault(PACKAGE_FILE, None, "unknown-dataset", problem)])
        return cast("gpd.GeoDataFrame", self.load(name))

    def vintages(self, name: str) -> tuple[str, ...]:
        """The states of a table that are kept, oldest first; the last is the present one."""
        return history.names(self.root, self._resource(name).name)

    def names(self) -> tuple[str, ...]:
        """The names of all tables and layers, in the order of the package."""
        reads.keys(self.root / PACKAGE_FILE, "resources", "name")
        return self.package.names

    def used(self) -> tuple[str, ...]:
        """The names loaded so far in this process, in order of first use: a chapter's data, for its end."""
        return tuple(self._used)

    def used_frame(self) -> pd.DataFrame:
        """The tables and layers loaded so far, one row each in order of first use: "data used" of a chapter.

        Columns: name, title, sources (as :meth:`attribution` credits them), horizon, licence; all texts.
        """
        rows = [
            (name, about.title, self.attribution(name).removeprefix("Data: ").rstrip("."), about.horizon,
             about.licence)
            for name in self.used()
            for about in (self.describe(name),)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["name", "title", "sources", "horizon", "licence"])

    # sources --------------------------------------------------------------------------------------

    def source(self, id: str) -> Source:
        """The source with that id. Raises DataError if ``sources.csv`` does not have it."""
        sources = self._all_sources()
        if id not in sources:
            close = difflib.get_close_matches(str(id), sources, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            raise DataError(
                [Fault("sources.csv", None, "unknown-source", f"there is no source '{id}'{hint}")]
            )
        reads.rows(self.root / self.package.resource("sources").path, ["id"], [[id]], whole=True)
        return sources[id]

    def _all_sources(self) -> dict[str, Source]:
        if self._sources is None:
            cells = self._sound(self.package.resource("sources")).cells
            rows = zip(*(cells[field.name] for field in fields(Source)), strict=True)
            self._sources = {row[0]: Source(*row) for row in rows}
        return self._sources

    def sources_of(self, name: str) -> tuple[str, ...]:
        """Ids of the sources of a table or layer. Does not count as a use of it."""
        return _source_ids(self._checked(name))

    def attribution(self, names: Iterable[str] | str, among: Collection[str] = ()) -> str:
        """One sentence that credits the sources of the named tables, the most used first.

        ``among`` holds the ids of the rows that are really shown: of a table that has some of them, only
        these are credited; a table that has none of them (it entered through a sum) is credited whole.
        """
        chosen = [names] if isinstance(names, str) else list(names)
        weight: Counter[str] = Counter()
        for name in chosen:
            counts = _source_counts(self._checked(name))
            weight.update({id: count for id, count in counts.items() if id in among} or counts)
        ids = sorted(weight, key=lambda id: -weight[id])  # stable: equals keep the order of first appearance
        sources = [self.source(id) for id in ids]
        return sentence((source.credited, source.licence) for source in sources)

    def credits(self, ids: str) -> str:
        """The sources named in one cell (ids joined by semicolons) as a reader sees them, each once."""
        names = [self.source(id).credited for id in ids.split(";") if id]
        return "; ".join(dict.fromkeys(names))

    # describing -----------------------------------------------------------------------------------

    def describe(self, name: str) -> Description:
        """What a reader should know of ``name``; reads the descriptor only, not the data."""
        resource = self._resource(name)
        gaps = {gap.field: gap.count for gap in resource.gaps}
        rows = [
            (f.name, f.type, f.unit, f.title, f.description, f.required, f.derived, gaps.get(f.name, 0))
            for f in resource.schema.fields
        ]
        columns = ["name", "type", "unit", "title", "description", "required", "derived", "gaps"]
        return Description(
            name=name, title=resource.title, description=resource.description, subject=resource.subject,
            kind=resource.kind, horizon=resource.horizon, licence="; ".join(resource.licences),
            traps=resource.traps, gaps=resource.gaps, path=self.root / resource.path,
            primary_key=resource.schema.primary_key, is_layer=resource.is_layer,
            fields=pd.DataFrame(rows, columns=columns),
        )  # fmt: skip

    def dictionary(self, name: str | None = None) -> pd.DataFrame:
        """The data dictionary: one row a column of ``name`` (of every table and layer if None).

        Columns: dataset, name, type, unit, title, description, required, derived, gaps.
        """
        chosen = self.names() if name is None else (name,)
        frames = [self.describe(each).fields.assign(dataset=each) for each in chosen]
        table = pd.concat(frames, ignore_index=True)
        return table[["dataset", *(column for column in table.columns if column != "dataset")]]


#: The book's own data; the functions below work on it.
default = Catalog()

load = default.load
layer = default.layer
names = default.names
used = default.used
used_frame = default.used_frame
source = default.source
sources_of = default.sources_of
vintages = default.vintages
credits = default.credits
attribution = default.attribution
describe = default.describe
dictionary = default.dictionary


def check(root: Path = DATA) -> list[Fault]:
    """Every fault of the data package in ``root``, read afresh from disk; an empty list if it is sound.

    Never raises: print each fault with ``str(fault)`` or all with ``faults.report(found)``, and leave with
    status 1 if there is any. This is what ``python -m corridors check`` calls.
    """
    return Catalog(root).check()
