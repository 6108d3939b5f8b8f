"""What can be set in a refresh: addresses, patience, limits, places. One frozen object, handed down."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from corridors.paths import CITATION, DATA, ROOT

#: Base addresses, as the providers document them; looked up in their documentation in November 2026.
ADDRESSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # PxWeb, version 1 of its API: GET describes a table, POST queries it
        "nso": "https://data.1212.mn/api/v1/en/NSO",
        "comtrade": "https://comtradeapi.un.org",
        "worldbank": "https://api.worldbank.org/v2",
        # SDMX 3.0; the data flow IMTS succeeds the Direction of Trade Statistics
        "imf": "https://api.imf.org/external/sdmx/3.0",
        "owid": "https://raw.githubusercontent.com/owid/energy-data/master",
        "ember": "https://files.ember-energy.org/public-downloads",
        "overpass": "https://overpass-api.de/api",
        "gem": "https://raw.githubusercontent.com/GlobalEnergyMonitor/GOIT-GGIT-pipeline-routes/main",
        # Native and Data Access API, version 1 (guides.dataverse.org)
        "idealpoints": "https://dataverse.harvard.edu/api/v1",
        "unvotes": "https://raw.githubusercontent.com/Pigeon-Effect/Mapping-UNGA-Voting-Alliances/main",
    }
)

#: Environment variables that may hold a key, by source.
KEYS: Final[Mapping[str, str]] = MappingProxyType({"comtrade": "COMTRADE_API_KEY", "imf": "IMF_API_KEY"})

STORE: Final = ROOT / "_refresh"
MEGABYTE: Final = 1_000_000


def _version() -> str:
    for line in CITATION.read_text("utf-8").splitlines():
        if line.startswith("version:"):
            return line.partition(":")[2].strip().strip("\"'")
    return "0"


def _repository() -> str:
    for line in CITATION.read_text("utf-8").splitlines():
        if line.startswith("repository-code:"):
            return "; +" + line.partition(":")[2].strip().strip("\"'")
    return ""


def user_agent() -> str:
    """Who asks: the project with its version, and where to find it if ``CITATION.cff`` says so."""
    return f"SteppeCorridors/{_version()} (research compendium{_repository()})"


def _now() -> datetime:
    return datetime.now(UTC)


def _silent(stage: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to try. Times in seconds."""

    connect: float = 15.0
    read: float = 90.0
    #: One answer, from the first byte to the last.
    whole: float = 900.0
    attempts: int = 5
    #: A host that cannot be reached at all is tried this often.
    connect_attempts: int = 2
    first_wait: float = 1.0
    longest_wait: float = 60.0
    #: A provider that asks for more than this is left for another day.
    longest_retry_after: float = 600.0
    #: Between two requests to one host.
    pause: float = 1.0
    #: How far this machine's clock may be from a provider's.
    clock: float = 86_400.0
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Limits:
    """What is too much, or too little. Sizes in bytes, once unpacked."""

    answer: int = 400 * MEGABYTE
    #: Unpacked against received; only looked at from ``small`` on.
    expansion: float = 100.0
    small: int = 10 * MEGABYTE
    #: Part of the current rows that an answer may lack, per cent.
    lost_rows_pct: float = 5.0


@dataclass(frozen=True)
class Settings:
    """Everything a refresh needs to know. ``store`` keeps raw answers and the candidate; never published."""

    data: Path = DATA
    store: Path = STORE
    addresses: Mapping[str, str] = field(default_factory=lambda: ADDRESSES)
    keys: Mapping[str, str] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)
    limits: Limits = field(default_factory=Limits)
    now: Callable[[], datetime] = _now
    progress: bool = False
    #: Told the name of each stage as it begins.
    at_stage: Callable[[str], None] = _silent

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings of an ordinary run, with the keys that the environment holds."""
        keys = {name: environment[key] for name, key in KEYS.items() if environment.get(key)}
        return cls(keys=keys)

    @property
    def today(self) -> date:
        """The day of this refresh, in UTC."""
        return self.now().date()

    def address(self, source: str) -> str:
        """The base address of a source, without a slash at its end."""
        return self.addresses[source].rstrip("/")

    def changed(self, **values: object) -> Settings:
        """A copy with other values."""
        return replace(self, **values)  # type: ignore[arg-type]
