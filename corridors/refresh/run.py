"""A refresh from beginning to end: ask, check, compare, prepare, report; and, when told to, accept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from corridors import vintages
from corridors.catalog import Catalog, Source
from corridors.refresh import candidate, files, plausible, restore, vintage
from corridors.refresh.candidate import Candidate
from corridors.refresh.compare import Change, merge
from corridors.refresh.effects import Rehearse
from corridors.refresh.faults import DONE, OFFLINE, REFUSED, RefreshError, Skipped, Unreachable
from corridors.refresh.fetch import Fetcher
from corridors.refresh.provider import Answer, Desk, Provider
from corridors.refresh.report import Outcome, Report, terminal, write_page
from corridors.refresh.settings import Settings
from corridors.refresh.sources import PROVIDERS
from corridors.refresh.store import Store
from corridors.refresh.table import Fresh, Table, read

Say = Callable[[str], None]


def chosen(names: Sequence[str] | None) -> tuple[Provider, ...]:
    """The sources of those names, in fixed order; all if None. Raises RefreshError for an unknown one."""
    known = [provider.name for provider in PROVIDERS]
    for name in names or ():
        if name not in known:
            raise RefreshError("unknown-source", f"there is no source '{name}'; known are {', '.join(known)}")
    return tuple(p for p in PROVIDERS if names is None or p.name in names)


class _Work:
    """The tables under way: as they are now, or with what the sources before have brought."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self._catalog = Catalog(settings.data)
        self._fetcher = Fetcher(settings, store)
        self.now: dict[str, Table] = {}
        self.changed: dict[str, Table] = {}
        self.origins: dict[str, list[Source]] = {}
        self.changes: list[Change] = []

    def table(self, name: str) -> Table:
        """The table as it is in the data."""
        if name not in self.now:
            self.now[name] = read(self.settings.data, self._catalog.package.resource(name))
        return self.now[name]

    def take(self, provider: Provider) -> Outcome:
        """Ask one source and take over what it brings, all of it or nothing."""
        outcome = Outcome(provider.name, provider.title, known_from=provider.known_from)
        desk = Desk(self.settings, self._fetcher, self.table)
        try:
            self.settings.at_stage("fetch")
            answer = provider.ask(desk)
            outcome.notes += answer.notes
            outcome.findings += answer.findings
            self._check(provider, answer, outcome)
        except Skipped as error:
            outcome.skipped = error.problem
        except RefreshError as error:
            if error.rule == "disk":
                raise
            outcome.faults.append(error.at(provider.name))
        if not outcome.faults:
            for fresh in () if outcome.skipped else answer.fresh:
                self._merge(fresh)
                outcome.notes += [f"{fresh.table}: {note}" for note in fresh.notes]
                if fresh.newcomers:
                    outcome.newcomers[fresh.table] = (fresh.newcomers_need, fresh.newcomers)
        return outcome

    def _check(self, provider: Provider, answer: Answer, outcome: Outcome) -> None:
        self.settings.at_stage("check")
        for fresh in answer.fresh:
            found = plausible.faults(self.table(fresh.table), fresh, self.settings)
            outcome.faults += [fault.at(provider.name) for fault in found]

    def _merge(self, fresh: Fresh) -> None:
        self.settings.at_stage("compare")
        base = self.changed.get(fresh.table, self.table(fresh.table))
        merged = merge(base, self._finished(fresh))
        if merged.changes:
            self.changed[fresh.table] = merged.table
            self.changes += merged.changes
            named = {text for row in merged.table.rows for name in ("source_id", "source_ids") if name in row
                     for text in row[name].split(";")}  # fmt: skip
            sources = [one for one in (fresh.origin, *fresh.also) if one.id in named]
            self.origins.setdefault(fresh.table, []).extend(sources)

    def _finished(self, fresh: Fresh) -> Fresh:
        """Without rows of the year that is not over: they are not comparable with whole years."""
        year = str(self.settings.today.year)
        rows = tuple(row for row in fresh.rows if row.get("year") != year)
        if len(rows) == len(fresh.rows):
            return fresh
        note = f"{len(fresh.rows) - len(rows)} rows of {year}, which is not over, are left out"
        return replace(fresh, rows=rows, notes=(*fresh.notes, note))


def _status(outcomes: Iterable[Outcome]) -> int:
    faults = [fault for outcome in outcomes for fault in outcome.faults]
    asked = [outcome for outcome in outcomes if not outcome.skipped]
    away = [o for o in asked if o.faults and all(isinstance(f, Unreachable) for f in o.faults)]
    if asked and len(away) == len(asked):
        return OFFLINE
    return REFUSED if faults else DONE


def _rehearsed(report: Report, made: Candidate, settings: Settings, rehearse: Rehearse | None) -> None:
    """Look what the candidate moves in the book and note it in report and change log."""
    if rehearse is not None:
        settings.at_stage("rehearse")
        try:
            report.moved = list(rehearse(settings.data, made.data))
        except RuntimeError as error:
            report.outcomes.append(
                Outcome("book", f"what the data move in the book: {error}", skipped="see above")
            )
            return
        candidate.record_effects(made, [str(one) for one in report.moved])


def _tell(report: Report, settings: Settings, say: Say) -> None:
    path = settings.store / "report.html"
    site = settings.data.parent / "_build" / "html"
    write_page(report, path, os.path.relpath(site, path.parent))
    say(terminal(report))
    say(f"\nThe whole report: {os.path.relpath(path)}")


def refresh(
    settings: Settings,
    *,
    only: Sequence[str] | None = None,
    dry_run: bool = False,
    accept: bool = False,
    resume: bool = False,
    rehearse: Rehearse | None = None,
    say: Say = print,
) -> int:
    """Ask the sources, report, leave a candidate in the store (``dry_run``: none), ``accept`` it at once.

    ``rehearse`` tells what the fresh data move in the book. Returns the exit status. Raises RefreshError for
    what concerns the refresh as a whole: unsound data, a full disk, another refresh under way.
    """
    with files.alone(vintage.lock_path(settings.data)):
        vintage.tidy(settings.data)
        providers = chosen(only)
        candidate.require_sound(settings.data)
        store = Store(settings.store)
        store.begin(resume=resume)
        work = _Work(settings, store)
        outcomes = [work.take(provider) for provider in providers]
        report = Report(
            settings.today.isoformat(), vintages.present(settings.data), outcomes, changes=work.changes
        )
        made = None
        status = _status(outcomes)
        candidate.drop(settings)
        if work.changed:
            taken = [outcome.source for outcome in outcomes if outcome.said == "taken"]
            made = candidate.prepare(settings, list(work.changed.values()), work.origins, work.changes, taken)
            _rehearsed(report, made, settings, rehearse)
            report.name = "" if dry_run else made.name
        _tell(report, settings, say)
        store.end()
        if status == OFFLINE:
            say("\nNo source could be reached: this machine seems to be offline. Nothing was changed.")
        if dry_run:
            candidate.drop(settings)
        elif made is not None and accept and status == DONE:
            _install(made, settings, say)
        elif made is not None:
            say("\nThe fresh data wait: accept them with --accept, or drop them with --drop.")
            if accept:
                say("They were not accepted, since a source was refused: look at the report first.")
        return status


def _install(made: Candidate, settings: Settings, say: Say) -> None:
    candidate.require_current(made, settings)
    vintage.install(made.data, settings)
    candidate.drop(settings)
    say(f"\nThe data are now the vintage {made.name}; the former tables are kept. Build the book anew.")


def accept_waiting(settings: Settings, say: Say = print) -> int:
    """Put the candidate that waits in the place of the data. Raises RefreshError if none waits."""
    with files.alone(vintage.lock_path(settings.data)):
        vintage.tidy(settings.data)
        made = candidate.load(settings)
        if made is None:
            raise RefreshError("no-candidate", "no fresh data wait to be accepted")
        if files.tree_hash(made.data) == files.tree_hash(settings.data):
            # A run that ended between the exchange and the clearing away has left it.
            candidate.drop(settings)
            say(f"\nThe data are the vintage {made.name} already. Build the book anew.")
            return DONE
        _install(made, settings, say)
        return DONE


def choose_vintage(
    settings: Settings, name: str, *, accept: bool = False, rehearse: Rehearse | None = None, say: Say = print
) -> int:
    """Prepare the data as they were in the vintage ``name``; ``accept`` puts them in place at once."""
    with files.alone(vintage.lock_path(settings.data)):
        vintage.tidy(settings.data)
        candidate.require_sound(settings.data)
        tables, changes = restore.former(settings, name)
        day, present = settings.today.isoformat(), vintages.present(settings.data)
        report = Report(day, present, [Outcome("vintage", f"as in the vintage {name}")], changes=changes)
        candidate.drop(settings)
        if not tables:
            say(f"The data are as in the vintage {name} already.")
            return DONE
        made = candidate.prepare(settings, tables, {}, changes, [f"vintage {name}"])
        _rehearsed(report, made, settings, rehearse)
        report.name = made.name
        _tell(report, settings, say)
        if accept:
            _install(made, settings, say)
        else:
            say("\nThe former data wait: accept them with --accept, or drop them with --drop.")
        return DONE
