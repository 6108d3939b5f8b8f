"""Sphinx part: cover and link pictures are drawn by several processes before they are asked for.

Each drawing leaves its picture in a store (``picture_store``). In a build with one process, and in one that
has kept them all, there is nothing to do here.
"""

from __future__ import annotations

from collections.abc import Callable

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from corridors import forks
from corridors.publish import covers, link_pictures


def setup(app: Sphinx) -> dict[str, bool]:
    """Draw when all pages are read."""
    app.connect("env-updated", _draw, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _draw(app: Sphinx, env: BuildEnvironment) -> list[str]:
    undrawn = [*covers.undrawn(app, env), *link_pictures.undrawn(app, env)]  # the cover takes longest
    if forks.shared(len(undrawn), app.parallel):
        with forks.working(_one, undrawn, jobs=app.parallel) as drawn:
            for _ in drawn:
                pass
    return []


def _one(draw: Callable[[], object]) -> None:
    draw()
