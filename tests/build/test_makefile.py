"""What the two commands say when something is missing on a fresh machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def checkout(repository: Path, tmp_path: Path) -> Path:
    """A folder with the Makefile alone, with a space in its name."""
    folder = tmp_path / "my checkout"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "setup.py", "CITATION.cff"):
        shutil.copy(repository / name, folder / name)
    (folder / "requirements.lock").write_text("")
    return folder


def _tools(folder: Path, *names: str) -> Path:
    """A folder of tools with links to those of this machine."""
    folder.mkdir()
    for name in names:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return folder


def _script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def _make(checkout: Path, tools: Path) -> subprocess.CompletedProcess[str]:
    make = shutil.which("make")
    assert make
    environment = {"PATH": str(tools), "HOME": str(checkout), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [make, "book"],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_python_too_old_is_named_with_the_remedy(checkout: Path, tmp_path: Path) -> None:
    tools = _tools(tmp_path / "tools", "sh", "rm", "touch")
    _script(tools / "python3", '[ "$1" = --version ] && echo "Python 3.8.10"; exit 1')
    done = _make(checkout, tools)
    assert done.returncode != 0
    assert "The book needs Python 3.11, 3.12 or 3.13; found: Python 3.8.10" in done.stderr
    assert not (checkout / ".venv").exists()


def test_missing_venv_module_is_named_with_the_remedy(checkout: Path, tmp_path: Path) -> None:
    tools = _tools(tmp_path / "tools", "sh", "rm", "touch")
    _script(
        tools / "python3",
        'case "$*" in *ensurepip*) exit 1;; --version) echo "Python 3.12.1";; *) exit 0;; esac',
    )
    done = _make(checkout, tools)
    assert done.returncode != 0
    assert "Python 3.12.1 lacks its venv module" in done.stderr
    assert "apt install python3-venv" in done.stderr


def test_newer_python_beside_an_old_one_is_found(checkout: Path, tmp_path: Path) -> None:
    tools = _tools(tmp_path / "tools", "sh", "rm", "touch")
    _script(tools / "python3", "exit 1")
    _script(tools / "python3.12", 'case "$*" in *ensurepip*) exit 1;; --version) echo "3.12";; esac')
    done = _make(checkout, tools)
    assert "3.12 lacks its venv module" in done.stderr


def test_interrupted_installation_is_begun_again(checkout: Path, tmp_path: Path) -> None:
    """A folder .venv without its mark of completion is replaced."""
    tools = _tools(tmp_path / "tools", "sh", "rm", "touch", "mkdir", "cp", "chmod", "cat")
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "half").write_text("an interrupted installation left this")
    _script(tools / "fake-python", f'echo "$*" >> "{tmp_path}/asked"; exit 0')
    _script(
        tools / "python3",
        'case "$1" in -m) mkdir -p .venv/bin; cp "$(command -v fake-python)" .venv/bin/python;; esac; exit 0',
    )
    done = _make(checkout, tools)
    assert done.returncode == 0, done.stderr
    assert not (checkout / ".venv" / "bin" / "half").exists()
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == [
        "-m pip install --quiet --require-hashes --no-deps -r requirements.lock",
        "-m pip install --quiet --no-deps --no-build-isolation -e .",
        "-m corridors book",
    ]
    (tmp_path / "asked").unlink()
    assert _make(checkout, tools).returncode == 0
    assert (tmp_path / "asked").read_text().splitlines() == ["-m corridors book"]
