"""Published addresses stay: the record of them, what is missing, and pointers from old places to new ones.

``book/addresses.csv`` lists every address that was ever published, a page (``book/railway.html``) or a
lasting place in it (``book/railway.html#tbl-railway-posts``). The column ``moved_to`` is empty as long as the
place is there, and names the new place when it has moved. Of a moved page a small page stays that leads on; a
page whose places have moved leads readers of an old link to the new one.

``python -m corridors addresses`` compares the record with the finished site; with ``--record`` it adds what
is new, as is done when an edition is published.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from posixpath import relpath
from typing import Final

from corridors.build.faults import BuildError

RECORD: Final = "book/addresses.csv"
_COLUMNS: Final = ["address", "moved_to"]
#: Beginnings of anchors that are promised; all others come from headings and may change with them.
LASTING: Final = ("claim-", "data-", "num-", "sec-", "term-")
#: Anchors of exhibits: promised if the site offers data under the same name.
_EXHIBITS: Final = ("fig-", "lst-", "map-", "tbl-")
#: Pages that are no address of the book.
_NO_ADDRESS: Final = {"404.html"}
_SHAPE: Final = re.compile(r"^(?!/)(?!.*\.\.)[\w./-]+\.html(#[^\s#]+)?$")
_SCRIPT: Final = "_static/moved/moved.js"
_POLICY: Final = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>', re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """One row of the record; ``row`` is its line in the file."""

    row: int
    address: str
    moved_to: str = ""

    @property
    def page(self) -> str:
        return self.address.partition("#")[0]

    @property
    def anchor(self) -> str:
        return self.address.partition("#")[2]


def read(root: Path) -> list[Address]:
    """The record of the book at ``root``; none without the file. Raises BuildError for bad rows."""
    path = root / RECORD
    if not path.is_file():
        return []
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    if not rows or rows[0] != _COLUMNS:
        raise BuildError(f"{RECORD}, row 1: the columns must be {','.join(_COLUMNS)}")
    faults, found = [], []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(_COLUMNS):
            faults.append(f"{RECORD}, row {number}: {len(row)} cells; write address,moved_to")
            continue
        found.append(Address(number, *row))
    faults += _form(found)
    if faults:
        raise BuildError("\n".join(faults))
    return found


def _form(rows: Sequence[Address]) -> list[str]:
    """What is wrong with the rows themselves."""
    faults = []
    moved = {row.address: row.moved_to for row in rows if row.moved_to}
    seen: dict[str, int] = {}
    before = ""
    for row in rows:
        place = f"{RECORD}, row {row.row}: "
        faults += [
            f"{place}'{text}' is no address; write page.html or page.html#anchor, without host"
            for text in (row.address, *filter(None, [row.moved_to]))
            if not _SHAPE.match(text)
        ]
        if row.address in seen:
            faults.append(f"{place}{row.address} stands in row {seen[row.address]} already; delete one")
        elif row.address < before:
            faults.append(f"{place}{row.address} is out of order; sort the rows by address")
        if row.moved_to == row.address:
            faults.append(f"{place}{row.address} is said to have moved to itself; leave moved_to empty")
        elif row.moved_to in moved:
            faults.append(f"{place}{row.moved_to} has moved itself; write {moved[row.moved_to]}")
        seen.setdefault(row.address, row.row)
        before = row.address
    return faults


class _Anchors(HTMLParser):
    """Gathers the ids of a page, those within drawings left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.is_pointer = False
        self._drawing = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "meta" and (values.get("http-equiv") or "").lower() == "refresh":
            self.is_pointer = True
        if tag == "svg":
            self._drawing += 1
        if not self._drawing and values.get("id"):
            self.found.append(str(values["id"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg":
            self._drawing -= 1


class Seen:
    """The ids of pages that were looked through before, by the hash of the page; kept in ``file``."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._asked: dict[str, list[str] | None] = {}
        try:
            self._before: dict[str, list[str] | None] = json.loads(file.read_text("utf-8")) if file else {}
        except (OSError, ValueError):
            self._before = {}

    def anchors(self, page: str) -> list[str] | None:
        """The ids of a page, those within drawings left out; None for a page that only leads on."""
        key = hashlib.sha256(page.encode()).hexdigest()
        if key in self._before:
            found = self._before[key]
        else:
            reader = _Anchors()
            reader.feed(page)
            found = None if reader.is_pointer else reader.found
        self._asked[key] = found
        return found

    def remember(self) -> None:
        """Keep the pages that were asked for, and no others."""
        if self._file:
            self._file.write_text(json.dumps(self._asked), "utf-8")


def of_site(site: Path, seen: Seen | None = None) -> tuple[set[str], set[str]]:
    """(addresses that the site promises, all addresses that lead somewhere in it); pointers left out."""
    seen = seen or Seen()
    exhibits = {path.stem for path in (site / "_data").glob("*.json")}
    promised: set[str] = set()
    present: set[str] = set()
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        if name.startswith("_"):  # files of the site, no pages of the book
            continue
        anchors = seen.anchors(path.read_text("utf-8"))
        if name in _NO_ADDRESS or anchors is None:
            continue
        lasting = {
            one
            for one in anchors
            if one.startswith(LASTING) or (one.startswith(_EXHIBITS) and one in exhibits)
        }
        promised |= {name, *(f"{name}#{one}" for one in lasting)}
        present |= {name, *(f"{name}#{one}" for one in anchors)}
    return promised, present


def missing(rows: Iterable[Address], present: set[str]) -> list[str]:
    """Published addresses that lead nowhere, pointers that do, and pointers in the way of a living place."""
    faults = []
    for row in rows:
        place = f"{RECORD}, row {row.row}: "
        if not row.moved_to and row.address not in present:
            faults.append(
                f"{place}the published address {row.address} is gone. Bring the place back, or write in "
                "moved_to where its content stands now"
            )
        elif row.moved_to and row.moved_to not in present:
            faults.append(
                f"{place}{row.address} is said to have moved to {row.moved_to}, which does not exist"
            )
        elif row.moved_to and row.address in present:
            faults.append(f"{place}{row.address} still exists; leave moved_to empty")
    return faults


def record(root: Path, site: Path) -> list[str]:
    """Add the addresses that ``site`` promises to the record; the new ones. Raises BuildError for gaps."""
    rows = read(root)
    promised, present = of_site(site)
    faults = missing(rows, present)
    if faults:
        raise BuildError("\n".join(faults))
    moved = {row.address: row.moved_to for row in rows}
    new = sorted(promised - set(moved))
    moved.update(dict.fromkeys(new, ""))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_COLUMNS, *sorted(moved.items())])
    (root / RECORD).write_text(text.getvalue(), "utf-8", newline="")
    return new


def apply(site: Path, rows: Sequence[Address], base: str = "", kept: Path | None = None) -> list[str]:
    """Write the pointers of all moved addresses into ``site``; what is missing, to be told.

    ``base`` is the site's own address, ending in a slash, or empty; ``kept`` a file for what was found in
    pages, so that those that are as they were need not be looked through again. Raises BuildError for a
    pointer that leads nowhere or stands in the way.
    """
    if not rows:
        return []
    seen = Seen(kept)
    present = of_site(site, seen)[1]
    seen.remember()
    gone = missing([row for row in rows if not row.moved_to], present)
    moved = [row for row in rows if row.moved_to]
    faults = missing(moved, present)
    if faults:
        raise BuildError("\n".join(faults))
    by_page: dict[str, dict[str, str]] = defaultdict(dict)
    for row in moved:
        target, _, anchor = row.moved_to.partition("#")
        way = relpath(target, str(Path(row.page).parent.as_posix()))
        by_page[row.page][row.anchor] = f"{way}#{anchor}" if anchor else way
    policy = _POLICY.search((site / "index.html").read_text("utf-8")) if by_page else None
    for page, places in sorted(by_page.items()):
        if page in present:
            _lead_on(site / page, page, places)
        else:
            whole = next((row.moved_to for row in moved if row.address == page), "")
            _pointer(site / page, page, places, f"{base}{whole}" if base and whole else "", policy)
    if by_page:
        script = site / _SCRIPT
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_bytes((Path(__file__).parent / "static" / script.name).read_bytes())
    return gone


def _block(page: str, places: dict[str, str]) -> str:
    """The data for moved.js and the script, for the head of a page."""
    data = json.dumps(dict(sorted(places.items())), ensure_ascii=False).replace("<", "\\u003c")
    script = relpath(_SCRIPT, Path(page).parent.as_posix())
    block = f'<script type="application/json" id="moved-places">{data}</script>'
    return f'{block}\n<script src="{script}"></script>\n'


def _lead_on(path: Path, page: str, places: dict[str, str]) -> None:
    text = path.read_text("utf-8")
    path.write_text(text.replace("</head>", f"{_block(page, places)}</head>", 1), "utf-8", newline="")


def _pointer(
    path: Path, page: str, places: dict[str, str], canonical: str, policy: re.Match[str] | None
) -> None:
    """A page that leads on. A page that is gone while only places of it are recorded leads to the first."""
    target = escape(places.get("") or next(iter(sorted(places.values()))))
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        *([policy[0]] if policy else []),
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<title>This page has moved</title>",
        f'<meta http-equiv="refresh" content="0; url={target}">',
        *([f'<link rel="canonical" href="{escape(canonical)}">'] if canonical else []),
        f"{_block(page, places)}</head>",
        "<body>",
        "<main>",
        "<h1>This page has moved</h1>",
        f'<p>It stands at <a href="{target}">{target}</a> now.</p>',
        "</main>",
        "</body>",
        "</html>",
        "",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), "utf-8", newline="\n")
