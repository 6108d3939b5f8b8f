"""One lock for every way of installing: make, conda, Binder. It holds versions and hashes, no address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PYTHONS = ("3.11", "3.12", "3.13")


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def lock(repository: Path) -> str:
    return (repository / "requirements.lock").read_text("utf-8")


@pytest.fixture(scope="module")
def pinned(lock: str) -> list[Requirement]:
    """Every pinned line of the lock; a package can have one a Python version."""
    lines = re.findall(r"^([A-Za-z0-9][^\n\\]*==[^\n\\]*?)\s*\\?$", lock, re.MULTILINE)
    return [Requirement(line) for line in lines]


def _version(pinned: list[Requirement], name: str, python: str) -> Version | None:
    for requirement in pinned:
        if canonicalize_name(requirement.name) == canonicalize_name(name):
            full = {"python_version": python, "python_full_version": f"{python}.9", "extra": ""}
            if requirement.marker is None or requirement.marker.evaluate(full):
                return Version(str(requirement.specifier).removeprefix("=="))
    return None


def test_lock_names_no_address(lock: str) -> None:
    assert "://" not in lock
    assert not re.search(
        r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b", lock, re.MULTILINE
    )


def test_every_line_of_the_lock_has_a_hash(lock: str) -> None:
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    without = [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]
    assert without == []


@pytest.mark.parametrize("python", PYTHONS)
def test_lock_satisfies_pyproject(project: dict[str, Any], pinned: list[Requirement], python: str) -> None:
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["test"]]
    for text in wanted:
        requirement = Requirement(text)
        version = _version(pinned, requirement.name, python)
        assert version is not None, f"{requirement.name} is not in the lock for Python {python}"
        assert version in requirement.specifier, f"{text}: the lock has {version}"


def test_supported_pythons_are_the_declared_ones(project: dict[str, Any], repository: Path) -> None:
    declared = [
        line.rsplit(" ", 1)[1]
        for line in project["project"]["classifiers"]
        if line.startswith("Programming Language :: Python :: 3.")
    ]
    assert declared == list(PYTHONS)
    assert project["project"]["requires-python"] == f">={PYTHONS[0]}"
    workflow = yaml.safe_load((repository / ".github/workflows/book.yml").read_text("utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == list(PYTHONS)


def test_conda_and_binder_read_the_same_lock(repository: Path) -> None:
    environment = yaml.safe_load((repository / "environment.yml").read_text("utf-8"))
    *conda, pip = environment["dependencies"]
    assert conda == ["python=3.11", "pip"]
    # conda writes these lines into a requirements file beside environment.yml and hands it to pip
    assert pip == {"pip": ["--require-hashes", "-r requirements.lock"]}
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert "pip install --no-deps --no-build-isolation -e ." in (repository / "postBuild").read_text("utf-8")


def test_workflow_grants_only_what_it_needs_and_pins_its_actions(repository: Path) -> None:
    text = (repository / ".github/workflows/book.yml").read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["test"]["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    actions = re.findall(r"uses: (\S+)", text)
    assert actions
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", action) for action in actions)


def test_nothing_committed_names_this_machine(repository: Path) -> None:
    """Scripts and settings must work in any folder, for any user."""
    for name in (
        "Makefile",
        ".ci/run",
        "postBuild",
        "environment.yml",
        "pyproject.toml",
        "requirements.lock",
    ):
        assert not re.search(r"/(root|home|work|tmp|Users)/", (repository / name).read_text("utf-8")), name
