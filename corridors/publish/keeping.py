"""What pure functions of the book give, kept from build to build.

A function that takes long asks ``kept``; while a build runs, that looks into the build's stores. Where no
build runs nothing is kept, so that whoever calls the functions needs to know nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx

from corridors import paths
from corridors.publish.picture_store import WORDS, Store, open_store

REFERENCES: Final = "references"
CATALOGUE: Final = "catalogue"
#: By the name of a store what decides over its contents besides the words.
_PLACES: Final[Mapping[str, tuple[Path, ...]]] = {
    REFERENCES: WORDS,
    CATALOGUE: (paths.DATA, paths.PACKAGE, paths.ROOT / "requirements.lock"),
}
#: So many things that no page asked for any more are left in a store; pages that are kept do not ask.
_SPARE: Final = 1000
_open: dict[str, Store] = {}


def kept(store: str, name: str, words: object, make: Callable[[], str]) -> str:
    """What ``make`` gives for ``words`` (anything that goes into JSON), now or in an earlier build."""
    return _open[store].text(name, words, make) if store in _open else make()


def _begin(app: Sphinx) -> None:
    _open.update({name: open_store(app, name, places) for name, places in _PLACES.items()})


def _end(app: Sphinx, exception: Exception | None) -> None:
    for store in _open.values():
        store.tidy(_SPARE)
    _open.clear()


def setup(app: Sphinx) -> None:
    """Keep from the beginning of a build to its end."""
    app.connect("builder-inited", _begin, priority=100)
    app.connect("build-finished", _end, priority=990)
