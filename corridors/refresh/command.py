"""``python -m corridors refresh``: what each of its options comes to."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from corridors import vintages
from corridors.refresh import candidate, files, run, vintage
from corridors.refresh.effects import Rehearse
from corridors.refresh.faults import DONE, INTERRUPTED, RefreshError
from corridors.refresh.provider import NEVER_LIVE
from corridors.refresh.settings import Settings
from corridors.refresh.sources import PROVIDERS

_INTERRUPTED: Final = (
    "Interrupted; the data are whole. `--list` names the vintage that they are, `--resume` takes over what "
    "has been fetched."
)


def _list(settings: Settings) -> int:
    print("Sources")
    for provider in PROVIDERS:
        print(f"  {provider.name:<11} {provider.title}")
        print(f"  {'':<11} tables: {', '.join(provider.tables) or 'none; figures for the report only'}")
        print(f"  {'':<11} terms: {provider.terms}")
        print(f"  {'':<11} known from: {provider.known_from}")
    print(NEVER_LIVE)
    print("Vintages")
    found, _ = vintages.read_vintages(settings.data)
    for old in found:
        print(f"  {old.name:<12} until {old.replaced}: {', '.join(r.name for r in old.resources)}")
    print(f"  {vintages.present(settings.data):<12} the present one")
    waiting = candidate.load(settings)
    if waiting is not None:
        print(f"  {waiting.name:<12} waits to be accepted")
    return DONE


def execute(options: argparse.Namespace, rehearse: Rehearse | None = None) -> int:
    """Do what the options say; returns the exit status."""
    settings = Settings.from_environment().changed(progress=sys.stderr.isatty())
    if options.data:
        settings = settings.changed(data=Path(options.data).resolve())
    if options.store:
        settings = settings.changed(store=Path(options.store).resolve())
    told = None if options.quick else rehearse
    try:
        if options.list:
            return _list(settings)
        if options.drop:
            with files.alone(vintage.lock_path(settings.data)):
                print("Dropped." if candidate.drop(settings) else "Nothing waits.")
            return DONE
        if options.vintage:
            return run.choose_vintage(settings, options.vintage, accept=options.accept, rehearse=told)
        if options.accept and not options.dry_run and candidate.load(settings) is not None:
            return run.accept_waiting(settings)
        return run.refresh(
            settings, only=options.only, dry_run=options.dry_run, accept=options.accept,
            resume=options.resume, rehearse=told,
        )  # fmt: skip
    except RefreshError as error:
        print(f"\n{error}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        print(f"\n{_INTERRUPTED}", file=sys.stderr)
        return INTERRUPTED
