"""The store of raw answers: what a provider sent, byte for byte, with its hash and date.

It lies outside the data package (``_refresh/``, ignored by git), so that what may not be passed on never is.
``raw/<source>/<name>-<hash>.<ending>`` holds a body, ``<name>-<request>.record.json`` what is known of it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from corridors.refresh import files
from corridors.refresh.faults import RefreshError

Row = dict[str, str]


@dataclass(frozen=True)
class Request:
    """One question to a provider. ``secrets`` (keys) are sent but neither recorded nor hashed."""

    source: str
    name: str
    url: str
    params: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    form: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    suffix: str = ".json"
    #: Other hosts to which the provider is known to lead for the body.
    leads_to: tuple[str, ...] = ()

    @property
    def method(self) -> str:
        """POST where something is sent along, else GET."""
        return "POST" if self.body is not None or self.form else "GET"

    @property
    def key(self) -> str:
        """A short hash that tells this question from every other."""
        asked = [self.method, self.url, self.params, self.body, self.form, self.headers]
        return sha256(json.dumps(asked).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Record:
    """What is known of an answer; all texts but the size, as the provider's headers have them."""

    source: str
    name: str
    method: str
    address: str
    file: str
    sha256: str
    bytes: int
    retrieved: str
    etag: str = ""
    last_modified: str = ""
    content_type: str = ""


def _strict(word: str) -> Any:
    raise ValueError(f"{word} is not a number of JSON")


@dataclass(frozen=True)
class Raw:
    """An answer as it lies in the store."""

    path: Path
    record: Record
    #: The provider said that nothing has changed since the last time.
    unchanged: bool = False

    def _fault(self, rule: str, problem: str) -> RefreshError:
        return RefreshError(rule, problem, source=self.record.source, place=self.record.address)

    def text(self) -> str:
        """The body as UTF-8 (a byte order mark is taken off). Raises RefreshError if it is not."""
        data = self.path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            problem = f"the answer is not UTF-8: byte 0x{data[error.start]:02x} at position {error.start}"
            raise self._fault("encoding", problem) from None
        if text.lstrip()[:1] == "<":
            head = " ".join(text.split())[:60]
            raise self._fault("not-json", f"a web page came in place of data: {head!r}")
        return text

    def json(self) -> Any:
        """The body as JSON, decimal numbers as Decimal. Raises RefreshError if it is not JSON."""
        text = self.text()
        try:
            return json.loads(text, parse_float=Decimal, parse_constant=_strict)
        except json.JSONDecodeError as error:
            if error.pos >= len(text.rstrip()) - 1 or not text.rstrip().endswith(("}", "]")):
                problem = f"the answer breaks off after {len(text)} signs: {error.msg}"
                raise self._fault("cut-off", problem) from None
            raise self._fault(
                "not-json", f"the answer is not JSON: {error.msg}, line {error.lineno}"
            ) from None
        except ValueError as error:
            raise self._fault("not-a-number", f"the answer holds {error}") from None

    def rows(self, needed: tuple[str, ...]) -> list[Row]:
        """The body as CSV, all rows; see :meth:`each`."""
        return list(self.each(needed))

    def each(self, needed: tuple[str, ...], separator: str = ",") -> Iterator[Row]:
        """The body as CSV with a header, the columns ``needed`` among its own; each row with all columns.

        Read line by line: a file may be far larger than what is wanted of it. Raises RefreshError for a
        column that is not there, a row that is too short or long, or no rows.
        """
        with self.path.open(encoding="utf-8-sig", newline="") as handle:
            try:
                yield from self._each(handle, needed, separator)
            except UnicodeDecodeError as error:
                problem = f"the answer is not UTF-8: byte 0x{error.object[error.start]:02x}"
                raise self._fault("encoding", problem) from None

    def _each(self, handle: TextIO, needed: tuple[str, ...], separator: str) -> Iterator[Row]:
        head = handle.read(200)
        if head.lstrip()[:1] == "<":
            raise self._fault(
                "not-json", f"a web page came in place of data: {' '.join(head.split())[:60]!r}"
            )
        handle.seek(0)
        reader = csv.reader(handle, delimiter=separator)
        header = next(reader, [])
        for name in needed:
            if name not in header:
                problem = f"the column '{name}' is not in the answer; it has {', '.join(header[:12])}"
                raise self._fault("missing-column", problem)
        told = False
        for cells in reader:
            if cells and len(cells) != len(header):
                problem = f"line {reader.line_num} has {len(cells)} cells, the header {len(header)}"
                raise self._fault("cut-off", problem)
            if cells:
                told = True
                yield dict(zip(header, cells, strict=True))
        if not told:
            raise self._fault("empty", "the answer has a header but no rows")


class Store:
    """The folder of raw answers, with a journal of the run under way, so that it can be resumed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._journal = folder / "run.json"
        self._done: list[str] = []

    def _record_path(self, request: Request) -> Path:
        return self.folder / "raw" / request.source / f"{request.name}-{request.key}.record.json"

    def latest(self, request: Request) -> Raw | None:
        """The last answer to this question, if it lies in the store unharmed."""
        path = self._record_path(request)
        try:
            record = Record(**json.loads(path.read_text("utf-8")))
            body = path.with_name(record.file)
            if body.stat().st_size != record.bytes or files.sha256(body) != record.sha256:
                return None
        except (OSError, ValueError, TypeError):
            return None
        return Raw(body, record)

    def incoming(self, request: Request) -> Path:
        """Where an answer is written while it comes in."""
        return self._record_path(request).with_suffix(".part")

    def keep(self, request: Request, incoming: Path, record: Record) -> Raw:
        """Take what has come in into the store, whole; returns it."""
        body = incoming.with_name(record.file)
        with files.room_on_disk():
            files.sync(incoming)
            incoming.replace(body)
        files.write_whole(self._record_path(request), json.dumps(asdict(record), indent=2).encode())
        return Raw(body, record)

    # the run under way ----------------------------------------------------------------------------

    def begin(self, *, resume: bool) -> None:
        """Begin a run; with ``resume`` what the last one, cut off, had fetched counts as fetched."""
        self._done = []
        if resume:
            try:
                self._done = [str(key) for key in json.loads(self._journal.read_text("utf-8"))]
            except (OSError, ValueError):
                self._done = []
        else:
            self._journal.unlink(missing_ok=True)

    def fetched(self, request: Request) -> Raw | None:
        """The answer that the run to be resumed had fetched already."""
        return self.latest(request) if request.key in self._done else None

    def note(self, request: Request) -> None:
        """Note in the journal that this question has been answered."""
        self._done.append(request.key)
        files.write_whole(self._journal, json.dumps(self._done).encode())

    def end(self) -> None:
        """The run has come to its end: there is nothing to resume."""
        self._journal.unlink(missing_ok=True)
