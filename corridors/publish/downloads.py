"""Files for the reader: the data and pictures of every exhibit, and the list of all numbers.

At the end of an HTML build, below the site: ``_data/<label>.csv`` or ``.geojson`` with
``_data/<label>.json`` (title, sources, licence, edition) beside it, a second name where an exhibit
asks for one (``railway.geojson``; ``claims.json`` for the records of a list), ``_data/numbers.json``, and
``_images/<label>.svg``, ``.png``, ``.pdf``.
Only what this build shows is there: files of exhibits that are gone are removed.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from corridors.publish import provenance, record
from corridors.publish.citation_index import exhibit_parts
from corridors.publish.citation_parts import Part, part_text
from corridors.publish.texts import json_text

_LOGGER = logging.getLogger(__name__)
_DATA_ENDINGS: Final = (".csv", ".geojson")
_RECORDS: Final = ".records.json"
_LIST: Final = ".files"


def duplicates(pairs: Iterable[tuple[str, Mapping[str, Any]]], field: str) -> dict[str, list[str]]:
    """The values of ``field`` that more than one chapter claims, with these chapters."""
    owners: dict[str, list[str]] = defaultdict(list)
    for docname, entry in pairs:
        if entry[field]:
            owners[str(entry[field])].append(docname)
    return {name: sorted(docs) for name, docs in owners.items() if len(docs) > 1}


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """Stop at an id, a label or a file name used twice; warn of numbers that are never shown."""
    faults = []
    for pairs, field, what in (
        (record.numbers(env), "id", "the number id"),
        (record.exhibits(env), "label", "the label"),
        (record.exhibits(env), "export", "the file name export="),
    ):
        for name, docs in duplicates(pairs, field).items():
            faults.append(
                f"{what} {name!r} is used in {' and in '.join(docs)}: give one of them another name"
            )
    if faults:
        raise ExtensionError("; ".join(faults))
    shown = {mention for entry in record.of(env).values() for mention in entry["mentions"]}
    for docname, number in record.numbers(env):
        if (docname, number["id"]) not in shown:
            _LOGGER.warning(
                "number %r is glued but never shown: write {glue}`%s` in the text, or do not glue it",
                number["id"],
                number["id"],
                location=docname,
                type="corridors",
                subtype="numbers",
            )
    glued = {(docname, number["id"]) for docname, number in record.numbers(env)}
    for docname, entry in record.of(env).items():
        for owner, name in entry["mentions"]:
            if owner != docname and (owner, name) not in glued:
                _LOGGER.warning(
                    "number %r is shown but %s glues no such number",
                    name,
                    owner,
                    location=docname,
                    type="corridors",
                    subtype="numbers",
                )


def number_list(env: BuildEnvironment) -> list[dict[str, Any]]:
    """The entries of ``numbers.json``, by chapter and id."""
    entries = [
        {
            "id": number["id"],
            "value": number["value"],
            "shown": number["shown"],
            "unit": number["unit"],
            "chapter": docname,
            "function": provenance.computed_by(env, docname, number["id"]),
            "datasets": number["datasets"],
            **({"note": number["note"]} if number["note"] else {}),
        }
        for docname, number in record.numbers(env)
    ]
    return sorted(entries, key=lambda entry: (str(entry["chapter"]), str(entry["id"])))


def sidecar(
    exhibit: record.ExhibitRecord, docname: str, book: str, edition: str, part: Part | None = None
) -> dict[str, Any]:
    """What goes with the downloaded files of an exhibit: title, sources, licence, edition, citation.

    ``part`` is the exhibit as it is cited; None on a page that cannot be cited.
    """
    cited = {"data_as_of": part.vintage, "cite": part_text(part)} if part else {}
    return {
        "file": f"{exhibit['label']}.{exhibit['data_format']}",
        "title": exhibit["caption"],
        "description": exhibit["alt"],
        "note": exhibit["note"],
        "sources": exhibit["source"],
        "datasets": exhibit["datasets"],
        "licences": exhibit["rights"],
        "book": book,
        "chapter": docname,
        "edition": edition,
        **cited,
    }


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write all files of the build; nothing after a failed build or for other media."""
    if exception is not None or app.builder.name not in ("html", "dirhtml"):
        return
    env: BuildEnvironment = app.env
    data, pictures = Path(app.outdir, "_data"), Path(app.outdir, "_images")
    written: set[Path] = set()
    for folder in (data, pictures):
        folder.mkdir(exist_ok=True)
    cited = {part.id: part for _, part in exhibit_parts(app)}
    for docname, exhibit in record.exhibits(env):
        written |= _write_exhibit(env, docname, exhibit, data, pictures)
        beside = data / f"{exhibit['label']}.json"
        about = sidecar(exhibit, docname, app.config.project, app.config.version, cited.get(exhibit["label"]))
        beside.write_text(json_text(about), "utf-8")
        written.add(beside)
    numbers = data / "numbers.json"
    numbers.write_text(json_text(number_list(env)), "utf-8")
    written.add(numbers)
    _sweep(Path(app.doctreedir) / _LIST, written, Path(app.outdir))


def _write_exhibit(
    env: BuildEnvironment,
    docname: str,
    exhibit: record.ExhibitRecord,
    data: Path,
    pictures: Path,
) -> set[Path]:
    written = set()
    for name in exhibit["files"]:
        source = record.stash(env) / name
        folder = data if source.suffix in _DATA_ENDINGS else pictures
        if not source.is_file():
            raise ExtensionError(
                f"{source}: the file of {exhibit['label']} in {docname} is gone; build again from the start"
            )
        if name.endswith(_RECORDS):
            target = data / f"{exhibit['export']}.json"
            shutil.copyfile(source, target)
            written.add(target)
            continue
        shutil.copyfile(source, folder / name)
        written.add(folder / name)
        if exhibit["export"] and source.suffix in _DATA_ENDINGS:
            second = folder / f"{exhibit['export']}{source.suffix}"
            shutil.copyfile(source, second)
            written.add(second)
    return written


def _sweep(listing: Path, written: set[Path], outdir: Path) -> None:
    """Remove what an earlier build wrote and this one did not; remember what this one wrote."""
    now = sorted(str(path.relative_to(outdir)) for path in written)
    before = listing.read_text("utf-8").splitlines() if listing.is_file() else []
    for name in set(before) - set(now):
        (outdir / name).unlink(missing_ok=True)
    listing.write_text("\n".join(now), "utf-8")


def setup(app: Sphinx) -> None:
    """Check when all chapters are read; write when the build is done."""
    app.connect("env-updated", check)
    app.connect("build-finished", write)
