"""What can go wrong in a refresh, in words a researcher can act on: source, place, rule, remedy."""

from __future__ import annotations

from typing import Final

#: Exit statuses of ``python -m corridors refresh``.
DONE: Final = 0
REFUSED: Final = 1
OFFLINE: Final = 3
BUSY: Final = 4
INTERRUPTED: Final = 130

#: Every rule by its short, stable code, and what to do when it is broken.
REMEDIES: Final[dict[str, str]] = {
    # the way to the source
    "offline": "Check the network and its proxy (HTTPS_PROXY), then run the refresh again.",
    "timeout": "Try again later; `--resume` takes over what has been fetched.",
    "broken-off": "Try again later; `--resume` takes over what has been fetched.",
    "server": "The fault lies with the provider: try again later.",
    "busy-source": "The provider asks for patience: try again later, or with fewer sources (`--only`).",
    "forbidden": "Read the provider's terms; a key may be needed, or the address has become private.",
    "not-found": "Look the address up in the provider's documentation and change it in the source's module.",
    "bad-request": "The provider's interface may have changed: compare the request with its documentation.",
    "moved": "If the new address is the provider's own, enter it in corridors/refresh/settings.py.",
    "certificate": "If your network inspects traffic, name its certificate in REQUESTS_CA_BUNDLE; "
    "never switch the check off.",
    "too-large": "Open the address by hand; if the size is right, raise the limit in the settings.",
    "clock": "Set the clock of this machine: vintages are named by its date.",
    "stale": "A cache on the way may be old: try again later, or without the proxy.",
    "by-hand": "Put the file where the message says, then run the refresh again.",
    "no-key": "Get a key from the provider and put it into the environment variable named.",
    # what was answered
    "not-json": "Open the address by hand: the provider may show a notice, or your network a log-in page.",
    "cut-off": "The answer is incomplete: try again.",
    "encoding": "The provider's encoding has changed: look at the raw answer and mend the source's module.",
    "changed-form": "The provider's format has changed: compare the raw answer with the source's module.",
    "missing-column": "The provider renamed or dropped a column: mend the source's module.",
    "unknown-label": "Enter the provider's new name in the source's module, if it means the same.",
    "unit": "The provider's unit has changed: mend the conversion in the source's module.",
    "empty": "The provider may be rebuilding the table: try again later.",
    "duplicate": "Find out which of the rows holds, in the provider's own table.",
    "not-a-number": "Look at the raw answer: a text stands where a number should.",
    # what is hardly possible
    "future": "Data from the future: check the year in the provider's table, and this machine's clock.",
    "magnitude": "Check value and unit in the provider's table; a true jump of this size is entered by hand.",
    "totals": "The parts and the total do not agree: check both in the provider's own tables.",
    "fewer-rows": "If the provider really withdrew the rows, enter the change by hand.",
    "line-jump": "Look at the line in the source: a piece is missing or out of order.",
    "swapped": "Latitude and longitude are exchanged in the answer: mend the source's module.",
    "outside": "Look at the place in the source; if it is right, widen the bbox in datapackage.json.",
    "unknown-word": "Add the new word to the column's enum in datapackage.json, if the book can show it.",
    "schema": "The fresh table breaks the schema of the data package; see the rule in brackets.",
    # our side
    "busy": "Wait for the other refresh to end.",
    "disk": "Make room on the disk, then run the refresh again; `--resume` takes over what has been fetched.",
    "not-sound": "Mend the current data first (`python -m corridors check`).",
    "changed-meanwhile": "Run the refresh again: the report was made against other data.",
    "no-candidate": "Run `python -m corridors refresh` first.",
    "unknown-source": "`python -m corridors refresh --list` names the sources.",
    "unknown-vintage": "`python -m corridors refresh --list` names the vintages.",
    "store": "Delete the store's folder; it holds nothing that cannot be fetched again.",
}


class RefreshError(Exception):
    """A refresh, or one source of it, cannot go on. ``str(error)`` is the whole message.

    ``source`` is the source's short name ("" for the refresh as such), ``place`` the table and row or the
    address concerned, ``status`` the exit status it leads to.
    """

    def __init__(
        self, rule: str, problem: str, *, source: str = "", place: str = "", status: int = REFUSED
    ) -> None:
        self.rule, self.problem, self.source, self.place, self.status = rule, problem, source, place, status
        super().__init__(problem)

    @property
    def remedy(self) -> str:
        """What to do about it, one or two sentences."""
        return REMEDIES[self.rule]

    def at(self, source: str, place: str = "") -> RefreshError:
        """The same fault with source and place filled in where they were left open."""
        self.source, self.place = self.source or source, self.place or place
        return self

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.source, self.place) if part)
        head = f"{where}: " if where else ""
        return f"{head}{self.problem} [{self.rule}]\n    Remedy: {self.remedy}"


class Unreachable(RefreshError):
    """The source could not be reached at all; if this holds for every source, the machine is offline."""

    def __init__(self, problem: str, *, source: str = "", place: str = "") -> None:
        super().__init__("offline", problem, source=source, place=place, status=OFFLINE)


class Skipped(RefreshError):
    """The source was not asked, and that is no fault (no key was given)."""
