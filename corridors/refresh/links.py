"""Do the addresses that the book names still lead somewhere? For people with a network; no build waits.

The result is data: ``links.csv`` beside ``references.bib``, one row an address, with the day on which it was
tried. A run that is broken off keeps what it has learnt; addresses not tried this time keep their old row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import requests

from corridors import catalog
from corridors.refresh import files
from corridors.refresh.faults import OFFLINE
from corridors.refresh.settings import user_agent

RESULT: Final = "links.csv"
#: What an answer means: the words of the column ``state``.
WORKS, MOVED, REFUSED, GONE, SILENT = "works", "moved", "refused", "gone", "no answer"
STATES: Final = (WORKS, MOVED, REFUSED, GONE, SILENT)
_REFUSING: Final = (401, 403, 405, 406, 429, 451)
_PERMANENT: Final = (301, 308)
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'`\])}|\\]+")
_WAIT: Final = (10.0, 20.0)


@dataclass(frozen=True)
class Link:
    """One address and what became of it on ``checked``; ``status`` is that of HTTP, 0 for none."""

    address: str
    named_in: str
    checked: str
    state: str
    status: int
    leads_to: str
    problem: str


def addresses(root: Path) -> dict[str, str]:
    """Every address that the book names, and where: sources of the data, references, chapters."""
    found: dict[str, set[str]] = {}
    for source in catalog.load("sources").itertuples():
        if isinstance(source.address, str) and source.address.startswith("http"):
            found.setdefault(source.address, set()).add("data/sources.csv")
    chapters = [root / "index.md", *sorted((root / "book").glob("*.md"))]
    for path in (root / "references.bib", *chapters):
        for address in _ADDRESS.findall(path.read_text("utf-8")):
            found.setdefault(address.rstrip(".,;:"), set()).add(path.relative_to(root).as_posix())
    return {address: ";".join(sorted(found[address])) for address in sorted(found)}


def state_of(status: int, *, moved: bool) -> str:
    """What a status says of an address; ``moved``: for good, to another one."""
    if status in _REFUSING:
        return REFUSED
    if 200 <= status < 300:
        return MOVED if moved else WORKS
    return GONE if status in (404, 410) else SILENT


def look(address: str, named_in: str, today: date, session: requests.Session) -> Link:
    """Ask for one address; a server that does not answer HEAD is asked with GET, of which nothing is read."""
    status, leads_to, problem, moved = 0, "", "", False
    try:
        for method in ("HEAD", "GET"):
            with session.request(method, address, allow_redirects=True, stream=True, timeout=_WAIT) as answer:
                status = answer.status_code
                moved = any(step.status_code in _PERMANENT for step in answer.history)
                leads_to = answer.url if answer.url != address else ""
            if status < 400:
                break
    except requests.RequestException as error:
        status, problem = 0, type(error).__name__
    return Link(
        address, named_in, today.isoformat(), state_of(status, moved=moved), status, leads_to, problem
    )


def _quiet(link: Link) -> None:
    """Say nothing."""


def check(
    wanted: Mapping[str, str], today: date, *, at_a_time: int = 4, said: Callable[[Link], None] = _quiet
) -> list[Link]:
    """Look at every address; addresses of one host are asked one after the other."""
    hosts: dict[str, list[str]] = {}
    for address in wanted:
        hosts.setdefault(urlsplit(address).netloc, []).append(address)

    def of_host(these: Sequence[str]) -> list[Link]:
        with requests.Session() as session:
            session.headers["User-Agent"] = user_agent()
            found = []
            for address in these:
                found.append(look(address, wanted[address], today, session))
                said(found[-1])
            return found

    with ThreadPoolExecutor(at_a_time) as pool:
        return sorted((link for links in pool.map(of_host, hosts.values()) for link in links), key=_address)


def _address(link: Link) -> str:
    return link.address


def read(path: Path) -> list[Link]:
    """The recorded links; empty if none have been recorded."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Link(
                row["address"], row["named_in"], row["checked"], row["state"], int(row["status"]),
                row["leads_to"], row["problem"],
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def merged(old: Iterable[Link], new: Iterable[Link], wanted: Mapping[str, str]) -> list[Link]:
    """New rows in the place of old ones; an address that the book no longer names is dropped."""
    rows = {link.address: link for link in (*old, *new) if link.address in wanted}
    return [rows[address] for address in sorted(rows)]


def write(path: Path, links: Iterable[Link]) -> None:
    """Write ``links`` in one move: a run that is broken off leaves the old file or the new one."""
    text = StringIO()
    writer = csv.DictWriter(text, [one.name for one in fields(Link)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(link) for link in links)
    files.write_whole(path, text.getvalue().encode("utf-8"))


def summary(links: Sequence[Link]) -> str:
    """How many addresses are in which state, and those that need a hand."""
    counts = {state: sum(link.state == state for link in links) for state in STATES}
    told = ", ".join(f"{number} {state}" for state, number in counts.items())
    lines = [f"{len(links)} addresses: {told}"]
    for link in links:
        if link.state in (MOVED, GONE, SILENT):
            more = link.leads_to or link.problem or f"status {link.status}"
            lines.append(f"  {link.state}: {link.address} ({link.named_in}): {more}")
    return "\n".join(lines)


def run(root: Path, today: date, *, only: str = "", said: Callable[[Link], None] = _quiet) -> int:
    """Check what the book at ``root`` names (``only``: addresses with this text in them); exit status.

    0: all were tried, whatever became of them; 3: none answered, so there is no network; nothing is written.
    """
    wanted = addresses(root)
    chosen = {address: named for address, named in wanted.items() if only in address}
    found = check(chosen, today, said=said)
    if not chosen:
        print(f"no address of the book has {only!r} in it")
        return 1
    if all(link.state == SILENT and not link.status for link in found):
        print("No address answered: there seems to be no network. Nothing was written.")
        return OFFLINE
    path = root / RESULT
    write(path, merged(read(path), found, wanted))
    print(summary(found))
    return 0
