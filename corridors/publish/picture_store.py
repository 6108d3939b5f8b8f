"""Pictures that the book draws of itself, kept from build to build: drawn again only if something changed.

So are other results that cost time and rest on nothing but words and code: cut style sheets and fonts,
mended pages, references as they are written out.

A picture is kept under the hash of all that it is made from: what it says, the drawing code, the layers
it shows and the versions of the libraries. The folder lies beside what Sphinx remembers of the pages.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx

from corridors import paths

#: Files and folders that decide how a picture of the ground looks, besides what it says.
BASIS: Final = (
    paths.PACKAGE / "show",
    paths.DATA / "basemap",
    paths.DATA / "routes",
    paths.DATA / "sources.csv",
    paths.ROOT / "requirements.lock",
)


#: What decides over words and markup besides what they are made from.
WORDS: Final = (paths.PACKAGE / "publish", paths.ROOT / "requirements.lock")


class Store:
    """A folder of kept pictures. What was not asked for since the store was opened goes with ``tidy``."""

    def __init__(self, folder: Path, basis: str) -> None:
        self.folder = folder
        self._basis = basis
        self._asked: set[Path] = set()

    def _place(self, name: str, words: str) -> Path:
        return self.folder / hashlib.sha256(f"{self._basis}\0{name}\0{words}".encode()).hexdigest()

    def holds(self, name: str, words: str) -> bool:
        """Whether the picture ``name`` that says ``words`` is kept."""
        return self._place(name, words).is_file()

    def get(self, name: str, words: str, make: Callable[[], bytes]) -> bytes:
        """The picture ``name`` that says ``words``: as kept, else as ``make`` draws it."""
        path = self._place(name, words)
        self._asked.add(path)
        if path.is_file():
            return path.read_bytes()
        content = make()
        self.folder.mkdir(parents=True, exist_ok=True)
        # Renamed when whole: a build that is broken off leaves no half picture.
        half = path.with_suffix(f".{os.getpid()}.part")
        half.write_bytes(content)
        half.replace(path)
        return content

    def text(self, name: str, words: object, make: Callable[[], str]) -> str:
        """The same for a text; ``words`` are anything that goes into JSON."""
        return self.get(name, asked(words), lambda: make().encode()).decode()

    def tidy(self, spare: int = 0) -> None:
        """Delete what nobody asked for, once there is more of it than ``spare``."""
        idle = set(self.folder.glob("*")) - self._asked
        for path in idle if len(idle) > spare else ():
            path.unlink()


def asked(words: object) -> str:
    """Words, or anything else that goes into JSON, as a store of texts is asked for them."""
    return json.dumps(words, ensure_ascii=False)


def open_store(app: Sphinx, name: str, places: tuple[Path, ...] = BASIS) -> Store:
    """The store ``name`` of this kind of build; ``places`` are what decides besides the words."""
    return Store(Path(app.doctreedir) / "pictures" / name, basis(places))


@lru_cache(maxsize=4)
def basis(places: Iterable[Path]) -> str:
    """SHA-256 over names and contents of the files at and below ``places`` (a tuple); read once a process."""
    total = hashlib.sha256()
    for place in places:
        for file in [place] if place.is_file() else sorted(place.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                total.update(f"{file.name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
