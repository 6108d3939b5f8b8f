"""Where things are: every path of the repository is written here and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Final


def _find_root(start: Path) -> Path:
    """The nearest folder at or above ``start`` that holds ``_toc.yml``, the book's table of contents."""
    for folder in (start, *start.parents):
        if (folder / "_toc.yml").is_file():
            return folder
    raise FileNotFoundError(
        f"{start}: no _toc.yml in this folder or above it; install the package from a checkout "
        "of the book with 'pip install -e .' so that it finds the book's data"
    )


ROOT: Final = _find_root(Path(__file__).resolve().parent)
BOOK: Final = ROOT / "book"
DATA: Final = ROOT / "data"
PACKAGE: Final = ROOT / "corridors"
BUILD: Final = ROOT / "_build"
HTML: Final = BUILD / "html"
CITATION: Final = ROOT / "CITATION.cff"
CONFIG: Final = ROOT / "_config.yml"
CONTENTS: Final = ROOT / "_toc.yml"
