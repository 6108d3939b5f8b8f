"""What all tests share: fixed random examples, no display, and a plain word when there is no browser."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every machine that decides over a change; fresh ones while writing.
settings.register_profile(
    "ci", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("local", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")

os.environ.setdefault("MPLBACKEND", "Agg")

# Tests that a shell runs in the background ignore Ctrl-C, and so does all that they start to be interrupted.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser_path() -> str | None:
    """The Chromium of this machine, or None."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def lacking(words: str) -> NoReturn:
    """End a test for want of a program: in CI it has failed, elsewhere it is reported as not run."""
    if os.environ.get("CI"):
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in a line of its own that the pages were not looked at: a skipped test is easily overlooked."""
    skipped = terminalreporter.stats.get("skipped", [])
    pages = sum("tests/pages" in report.nodeid for report in skipped)
    if pages and browser_path() is None:
        terminalreporter.section("PAGES NOT TESTED", sep="!", yellow=True, bold=True)
        terminalreporter.line(
            f"{pages} tests of the finished pages did not run: no browser ({', '.join(BROWSERS)}) was found."
        )
        terminalreporter.line("Install Chromium (Debian, Ubuntu: apt install chromium) and run them again.")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout that is being tested."""
    return Path(__file__).resolve().parent.parent
