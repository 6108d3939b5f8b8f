"""How the analysis becomes a book: the Sphinx extension ``corridors.publish``.

Each part is a module with its own ``setup(app)``; this one gathers them.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# In the order in which they are set up.
PARTS = (
    "keeping",
    "record",
    "renderers",
    "downloads",
    "provenance",
    "assets",
    "entries",
    "citation",
    "citation_index",
    "editions",
    "overviews",
    "part_pictures",
    "verification",
    "catalogue",
    "bibliography",
    "drawing",
    "covers",
    "link_pictures",
    "execution",
    "companions",
    "launch",
    "rerun",
    "search",
    "lost",
    "sitemap",
    "page_fixes",
    "epub",
    "paper",
    "press",
)


def prepare() -> None:
    """Load all parts; ``setup`` then has nothing left to load."""
    for part in PARTS:
        if find_spec(f"{__name__}.{part}") is not None:
            import_module(f"{__name__}.{part}")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every part of the extension with Sphinx."""
    for part in PARTS:
        name = f"{__name__}.{part}"
        if find_spec(name) is not None:
            import_module(name).setup(app)
    return {
        "version": version("steppe-corridors"),
        # To be raised when what is kept in Sphinx's environment changes its form (see record).
        "env_version": 7,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
