"""An edition: the released book in a folder of its own that never changes again, and its record.

    editions/<version>/               the site with PDF, EPUB, data and boxes beside it
    editions/<version>/manifest.json  version, date, and the SHA-256 of every file
    editions/<version>.json           what it says: numbers, verdicts, exhibits, data, text (versioned)
    editions/index.html               all editions that are here

The version and the date are those of ``CITATION.cff``. What has been published stays: an edition is never
written over, and its addresses are entered in the record of published addresses.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from html import escape
from pathlib import Path
from typing import Any, Final

from corridors.build import addresses
from corridors.build.book import Report, say
from corridors.build.faults import BuildError
from corridors.build.layout import Layout, site_digest

FOLDER: Final = "editions"
MANIFEST: Final = "manifest.json"
_STATE: Final = "_data/edition.json"


def publish(root: Path, site: Path, *, report: Report = say) -> Path:
    """Make the edition of the released ``site``; returns its folder.

    Raises BuildError if the version has been published with another content.
    """
    book = Layout(root)
    facts = book.citation()
    version = str(facts["version"])
    folder = root / FOLDER / version
    digest = site_digest(site)
    if folder.exists():
        if read_manifest(folder).get("site") == digest:
            report(f"{folder.relative_to(root)} has been published already, with these very files")
            return folder
        raise BuildError(
            f"{folder.relative_to(root)} has been published and is not what the book is now; "
            "raise version and date-released in CITATION.cff, then run 'make edition' again"
        )
    part = folder.with_name(f".{version}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(site, part)
    manifest = {
        "book": str(facts["title"]),
        "version": version,
        "date": str(facts["date-released"]),
        "site": digest,
        "files": hashes(part),
    }
    (part / MANIFEST).write_text(_json(manifest), "utf-8", newline="\n")
    record = folder.with_name(f"{version}.json")
    _replace(record, (site / _STATE).read_text("utf-8"))
    os.rename(part, folder)
    _replace(root / FOLDER / "index.html", index_page(root))
    new = addresses.record(root, site)
    report(f"{folder.relative_to(root)} is published: {len(manifest['files'])} files, site digest {digest}")
    report(
        f"Commit {record.relative_to(root)} and {addresses.RECORD} ({len(new)} addresses added), "
        "so that later editions can tell what has changed."
    )
    return folder


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below ``folder``, by its path, in order."""
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
    return dict(sorted(found.items()))


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an edition. Raises BuildError if it cannot be read."""
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BuildError(f"{path}: not the manifest of an edition ({error}); restore the folder") from error
    return dict(found)


def altered(folder: Path) -> list[str]:
    """The files of a published edition that are not what its manifest says, or have come or gone."""
    wanted = read_manifest(folder)["files"]
    present = hashes(folder)
    present.pop(MANIFEST, None)
    return sorted(name for name in {*wanted, *present} if wanted.get(name) != present.get(name))


def published(root: Path) -> list[dict[str, Any]]:
    """The manifests of all editions that are here, the latest first."""
    folders = [path.parent for path in (root / FOLDER).glob(f"*/{MANIFEST}")]
    found = [read_manifest(folder) for folder in folders if not folder.name.startswith(".")]
    return sorted(found, key=lambda one: (one["date"], _numbers(one["version"])), reverse=True)


def _numbers(version: str) -> list[int]:
    return [int(part) if part.isdigit() else -1 for part in version.replace("-", ".").split(".")]


def index_page(root: Path) -> str:
    """The list of all editions, as a page that stands for itself."""
    title = escape(str(Layout(root).citation()["title"]))
    items = ""
    for one in published(root):
        version, day = escape(one["version"]), escape(one["date"])
        items += (
            f'<li><a href="{version}/index.html">Edition {version}</a>, {day}; '
            f'<a href="{version}/since.html">what had changed then</a></li>\n'
        )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: all editions</title>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f"<h2>All editions</h2>\n<ul>\n{items}</ul>\n</main>\n</body>\n</html>\n"
    )


def _replace(path: Path, text: str) -> None:
    """Write a file in one move."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, "utf-8", newline="\n")
    os.replace(part, path)


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
