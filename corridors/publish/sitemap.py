"""``sitemap.xml`` for search engines, where the book has an address of its own (``html.baseurl``).

The protocol knows whole addresses only; without one there is no sitemap, and none is invented. ``robots.txt``
counts at the top of a host alone, so it is written only if the book stands there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from sphinx.application import Sphinx

from corridors.publish.assets import WEB
from corridors.publish.citation import works_of
from corridors.publish.lost import base_of

_SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(pages: Iterable[tuple[str, date | None]]) -> str:
    """The sitemap of ``pages``: whole addresses and the days on which they were last revised."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<urlset xmlns="{_SPACE}">']
    for address, revised in pages:
        day = f"<lastmod>{revised.isoformat()}</lastmod>" if revised else ""
        lines.append(f"  <url><loc>{escape(address)}</loc>{day}</url>")
    return "\n".join([*lines, "</urlset>", ""])


def _write(app: Sphinx, exception: Exception | None) -> None:
    base = base_of(app)
    if exception is not None or app.builder.name not in WEB or not base:
        return
    _, works = works_of(app)
    pages = [
        (f"{base}{app.builder.get_target_uri(name)}", works[name].revised if name in works else None)
        for name in sorted(app.env.titles)
    ]
    site = Path(app.outdir)
    (site / "sitemap.xml").write_text(sitemap(pages), "utf-8", newline="\n")
    if urlsplit(base).path == "/":
        (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n", "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Write when the pages are."""
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
