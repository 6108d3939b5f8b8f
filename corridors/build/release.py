"""The site as it is published: with the PDF, the EPUB and the data beside it, and links to them.

A plain build has no such files, so its pages do not offer them. The release has pages of its own, in
``_build/release/html``, and can be put on any static host; the offline edition holds it.

    _pdf/<name>.pdf, _pdf/chapters/<chapter>.pdf     _epub/<name>.epub     _package/<name>-data.zip
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from corridors.build import layout, packing
from corridors.build.book import Report, build_book, say
from corridors.build.layout import Layout

#: Place in the site -> the file that is to lie there.
Companions = Mapping[str, Path]


def companions(root: Path, *, pdf: Path | None = None, epub: Path | None = None) -> dict[str, Path]:
    """The files to be offered: ``pdf`` is the whole book beside its folder ``chapters``; and the data."""
    book = Layout(root)
    found = {}
    if pdf is not None:
        found[f"_pdf/{pdf.name}"] = pdf
        for path in sorted((pdf.parent / "chapters").glob("*.pdf")):
            found[f"_pdf/chapters/{path.name}"] = path
    if epub is not None:
        found[f"_epub/{epub.name}"] = epub
    name = f"{book.name()}-data.zip"
    found[f"_package/{name}"] = packing.pack(
        root / "data", book.build / "release" / name, top=name.removesuffix(".zip")
    )
    return found


def build_release(
    root: Path, files: Companions, *, edition: bool = False, jobs: int | None = None, report: Report = say
) -> Path:
    """Build the site that offers ``files``; returns its folder. Raises BuildError.

    ``edition``: the site will lie beside others in ``editions/<version>`` and leads to them.
    """
    book = Layout(root)
    flavour = "edition" if edition else "release"
    site = book.build / flavour / "html"
    record = site.parent / "manifest.json"
    inputs = _inputs(book, files)
    if record.is_file() and json.loads(record.read_text("utf-8")) == _state(inputs, site):
        report(f"{site.relative_to(root) / 'index.html'} is up to date")
        return site

    def add(out: Path) -> None:
        for place, file in files.items():
            (out / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, out / place)

    sizes = {place: file.stat().st_size for place, file in sorted(files.items())}
    record.unlink(missing_ok=True)
    settings = {"corridors_companions": sizes, "corridors_edition": edition}
    site.parent.mkdir(parents=True, exist_ok=True)
    build_book(root, flavour=flavour, settings=settings, jobs=jobs, report=report, shape=add)
    record.write_text(json.dumps(_state(inputs, site), indent=2) + "\n", "utf-8")
    return site


def _inputs(book: Layout, files: Companions) -> str:
    total = hashlib.sha256(layout.inputs_hash(book).encode())
    for place, file in sorted(files.items()):
        total.update(f"{place}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _state(inputs: str, site: Path) -> dict[str, str]:
    return {"inputs": inputs, "site": layout.site_digest(site)}
