"""What Sphinx may keep of what it read for an earlier build: nothing that would be read otherwise now.

Sphinx goes by the times of files. Here it is contents alone: a page is read anew if its source, the results
of its cells or a file that it includes say something else; all pages are read anew if the modules that wrote
them, the libraries, the settings, the table of contents or the references have changed.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from corridors.build import given_results
from corridors.build.evidence import digest
from corridors.build.layout import Layout, ground_hash
from corridors.build.results import Result


def _content(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def _modules() -> dict[str, str]:
    """The files of the package that are loaded in this process, those that only run the build left out."""
    name, own = __name__.partition(".")[0], __package__
    files = {
        str(module.__file__)
        for key, module in list(sys.modules.items())
        if key.partition(".")[0] == name
        and not key.startswith(str(own))
        and getattr(module, "__file__", None)
    }
    return {file: _content(Path(file)) for file in sorted(files)}


def _ground(layout: Layout) -> str:
    """What every page is read with."""
    files = [layout.config, layout.contents, *sorted(layout.root.glob("*.bib"))]
    files.append(Path(given_results.__file__))
    return digest(
        json.dumps([ground_hash(layout), *((file.name, _content(file)) for file in files)]).encode()
    )


class Readings:
    """The pages that Sphinx has read, with what they were read from; kept in ``doctrees``."""

    def __init__(self, layout: Layout, doctrees: Path, executed: Mapping[str, Result]) -> None:
        self._layout = layout
        self._file = doctrees / "readings.json"
        self._ground = _ground(layout)
        self._executed = executed
        self._own = {name: self._source(name) for name in {*layout.docnames(), *executed}}
        self._before = self._recall()
        if self._before is None:
            shutil.rmtree(doctrees, ignore_errors=True)

    def _recall(self) -> dict[str, Any] | None:
        """The pages read before; None if all must be read anew."""
        try:
            record = json.loads(self._file.read_text("utf-8"))
            sound = record["ground"] == self._ground
            sound = sound and all(_content(Path(file)) == was for file, was in record["modules"].items())
            pages: dict[str, Any] = record["pages"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return pages if sound else None

    def _source(self, name: str) -> list[str]:
        path = self._layout.document(name)
        result = self._executed.get(name)
        return [_content(path) if path else "", result.digest if result else ""]

    def _page(self, name: str, included: Iterable[str]) -> list[Any]:
        """What the page is read from now."""
        files = {str(file): _content(self._layout.root / file) for file in sorted(included)}
        return [*(self._own.get(name) or self._source(name)), files]

    def outdated(self, env: Any) -> list[str]:
        """The pages that must be read anew; what Sphinx asks in ``env-get-outdated``."""
        before = self._before or {}
        known = [name for name in env.found_docs if name in env.all_docs]
        return [name for name in known if before.get(name) != self._page(name, env.dependencies[name])]

    def remember(self, env: Any) -> None:
        """Note what all pages of a build that went well were read from."""
        pages = {name: self._page(name, env.dependencies[name]) for name in sorted(env.found_docs)}
        record = {"ground": self._ground, "modules": _modules(), "pages": pages}
        self._file.write_text(json.dumps(record), "utf-8")
