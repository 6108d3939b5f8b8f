"""The project within the offline edition is what the repository holds."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

from corridors.build.offline import PROJECT


def test_everything_that_is_kept_in_the_repository_is_in_the_offline_edition(repository: Path) -> None:
    """A folder that is added to the repository is added to the archive, too, hidden ones included."""
    lines = (repository / ".gitignore").read_text("utf-8").splitlines()
    ignored = [".git", *(line.strip("/") for line in lines if line and not line.startswith("#"))]
    there = {path.name for path in repository.iterdir()}
    kept = {name for name in there if not any(fnmatch(name, pattern) for pattern in ignored)}
    assert ".devcontainer" in kept
    assert kept - set(PROJECT) == set()
