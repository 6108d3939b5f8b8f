"""Links that open a chapter's notebook elsewhere: in Binder, in Colab. None while no repository is named.

Three settings (``_config.yml``, under ``sphinx: config:``), all empty as the book stands:

``corridors_repository``  address of the repository on GitHub; Binder builds its environment from it
``corridors_revision``    branch or tag that Binder opens; ``main`` where nothing is said
``corridors_notebooks``   ``branch:folder`` of that repository in which the executed notebooks lie, for
                          Colab (a site that is published on a branch has them in ``_notebooks``)

Binder opens ``notebooks/<chapter>.ipynb``, which ``postBuild`` writes there from the chapters. Colab can only
open a notebook that lies on GitHub, and none is committed beside the chapters; hence its own setting. A page
only links; it asks neither of them for anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from corridors.build.notebooks import FOLDER

BINDER: Final = "https://mybinder.org/v2/gh"
COLAB: Final = "https://colab.research.google.com/github"
_REPOSITORY = re.compile(r"https://github\.com/([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/([A-Za-z0-9._-]{1,100})/?")
_REVISION = re.compile(r"[^\s~^:?*\[\\\x00-\x20\x7f]+")
_FOLDER = re.compile(r"[^\x00-\x1f\x7f\\]*")


def links(config: Any, docname: str) -> Iterator[tuple[str, str]]:
    """(address, words) of each place that can open the notebook of a chapter, as the settings say."""
    repository = _repository(config.corridors_repository)
    if not repository:
        return
    name = f"{PurePosixPath(docname).name}.ipynb"
    opened = quote(f"lab/tree/{FOLDER}/{name}", safe="")
    revision = quote(_revision("corridors_revision", config.corridors_revision), safe="")
    yield f"{BINDER}/{repository}/{revision}?urlpath={opened}", "its notebook in Binder"
    if config.corridors_notebooks:
        branch, folder = _notebooks(config.corridors_notebooks)
        place = quote(str(PurePosixPath(folder, name)))
        yield (
            f"{COLAB}/{repository}/blob/{quote(branch, safe='')}/{place}",
            "the same with its results in Colab",
        )


def _fault(setting: str, value: object, wanted: str) -> ExtensionError:
    return ExtensionError(f"_config.yml: sphinx: config: {setting} is {value!r}; it must be {wanted}")


def _repository(value: object) -> str:
    """``owner/name``, or nothing where nothing is set."""
    if value in ("", None):
        return ""
    found = _REPOSITORY.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[2].strip(".") == "":
        raise _fault("corridors_repository", value, "https://github.com/<owner>/<name>, or empty")
    return f"{found[1]}/{found[2].removesuffix('.git')}"


def _revision(setting: str, value: object) -> str:
    fits = isinstance(value, str) and _REVISION.fullmatch(value)
    if not fits or not isinstance(value, str) or ".." in value or value[0] in "-/." or value[-1] in "/.":
        raise _fault(setting, value, "the name of a branch or a tag")
    return value


def _notebooks(value: object) -> tuple[str, str]:
    wanted = "<branch>:<folder>, the folder as it lies in the branch (empty for its top)"
    branch, colon, folder = value.partition(":") if isinstance(value, str) else ("", "", "")
    parts = PurePosixPath(folder).parts
    if not colon or ".." in parts or folder.startswith("/") or not _FOLDER.fullmatch(folder):
        raise _fault("corridors_notebooks", value, wanted)
    return _revision("corridors_notebooks", branch), folder


def _check(app: Sphinx, config: Any) -> None:
    """Stop before anything is built if a setting is no good, or is set in vain."""
    if config.corridors_notebooks and not config.corridors_repository:
        raise _fault("corridors_notebooks", config.corridors_notebooks, "empty while no repository is named")
    list(links(config, "index"))


def setup(app: Sphinx) -> None:
    """Register the settings; the links stand in the line of :mod:`corridors.publish.rerun`."""
    app.add_config_value("corridors_repository", "", "html", [str])
    app.add_config_value("corridors_revision", "main", "html", [str])
    app.add_config_value("corridors_notebooks", "", "html", [str])
    app.connect("config-inited", _check)
