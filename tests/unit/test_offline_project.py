"""The project within the offline edition is what a checkout holds."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from corridors.build.offline import PROJECT


def test_everything_that_git_keeps_is_in_the_offline_edition(repository: Path) -> None:
    """A folder that is added to the repository is added to the archive, too, hidden ones included."""
    if shutil.which("git") is None or not (repository / ".git").exists():
        pytest.skip("no checkout: there is nothing to compare with")
    command = ["git", "-C", str(repository), "ls-files", "-z"]
    kept = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    assert {name.partition("/")[0] for name in kept if name} - set(PROJECT) == set()
