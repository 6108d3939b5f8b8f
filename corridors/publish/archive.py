"""Descriptions for archives, all derived from ``CITATION.cff``, ``pyproject.toml`` and the data package.

``.zenodo.json``              what Zenodo asks for a deposit
``codemeta.json``             the software, in CodeMeta 3.0
``ro-crate-metadata.json``    the whole compendium as an RO-Crate, written by the library rocrate

They stand in the repository, because archives read them there; ``python -m corridors metadata`` writes them
anew, and a test fails when they no longer agree with what they are derived from. Nothing is invented: no
identifier, person or address that the sources do not have.
"""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from corridors.publish.citation_heads import schema_agent
from corridors.publish.citation_records import Work, read_book
from corridors.publish.texts import json_text

SPDX: Final = "https://spdx.org/licenses/"
#: Parts of the compendium that the crate names besides the tables of the data.
_PARTS: Final = {
    "corridors/": ("The analysis package: Python code, under test", "MIT"),
    "book/": ("The chapters as executable MyST notebooks", "CC-BY-4.0"),
    "data/": ("The data package: tables, layers and their sources", "CC-BY-4.0"),
    "tests/": ("Tests of data, functions and pages", "MIT"),
    "requirements.lock": ("Versions and hashes of every library", "MIT"),
    "CITATION.cff": ("How to cite the book", "CC-BY-4.0"),
}


def zenodo(book: Work, descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """The content of ``.zenodo.json``; ``descriptor`` is that of the data package."""
    names = "; ".join(licence["title"] for licence in descriptor["licenses"])
    return {
        "title": book.title,
        "upload_type": "publication",
        "publication_type": "book",
        "description": f"<p>{escape(book.abstract, quote=False)}</p>",
        "creators": [
            {
                "name": author.inverted,
                **({"affiliation": author.affiliation} if author.affiliation else {}),
                **({"orcid": author.orcid.rsplit("/", 1)[-1]} if author.orcid else {}),
            }
            for author in book.authors
        ],
        "publication_date": book.revised.isoformat(),
        "version": book.version,
        "language": "eng",
        "keywords": list(book.keywords),
        "license": book.licences[0].lower(),
        "access_right": "open",
        "notes": f"Text: {book.licences[0]}. Code: {', '.join(book.licences[1:])}. Data: {names}.",
        **({"doi": book.doi} if book.doi else {}),
        **({"imprint_publisher": book.publisher} if book.publisher else {}),
        **({"imprint_isbn": book.isbn} if book.isbn else {}),
    }


def codemeta(book: Work, project: Mapping[str, Any]) -> dict[str, Any]:
    """The content of ``codemeta.json``; ``project`` is the table of that name in ``pyproject.toml``."""
    return {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": book.title,
        "description": book.abstract,
        "author": [schema_agent(author) for author in book.authors],
        "publisher": {"@type": "Organization", "name": book.publisher},
        "version": book.version,
        "datePublished": book.first_published.isoformat(),
        "dateModified": book.revised.isoformat(),
        "license": [f"{SPDX}{licence}" for licence in book.licences],
        "keywords": list(book.keywords),
        "programmingLanguage": {"@type": "ComputerLanguage", "name": "Python"},
        "runtimePlatform": f"Python {project['requires-python']}",
        "softwareRequirements": list(project["dependencies"]),
        **({"identifier": f"https://doi.org/{book.doi}"} if book.doi else {}),
        **({"url": book.address} if book.address else {}),
    }


def ro_crate(root: Path, book: Work, descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """The content of ``ro-crate-metadata.json`` for the compendium at ``root``."""
    crate = ROCrate()
    crate.name = book.title
    crate.description = book.abstract
    crate.datePublished = book.revised
    crate.license = [_licence(crate, licence) for licence in book.licences]
    crate.keywords = list(book.keywords)
    crate.root_dataset["version"] = book.version
    crate.root_dataset["inLanguage"] = book.language
    if book.doi:
        crate.root_dataset["identifier"] = f"https://doi.org/{book.doi}"
    authors = []
    for place, author in enumerate(book.authors):
        found = schema_agent(author)
        name = found.pop("@id", f"#author-{place + 1}")
        found.pop("affiliation", None)
        authors.append(crate.add(ContextEntity(crate, name, properties=found)))
    crate.root_dataset["author"] = authors
    crate.root_dataset["publisher"] = authors
    for path, (words, licence) in _PARTS.items():
        facts = {"name": path.rstrip("/"), "description": words, "license": {"@id": f"{SPDX}{licence}"}}
        if path.endswith("/"):
            crate.add_dataset(dest_path=path, properties=facts)
        else:
            crate.add_file(dest_path=path, properties=facts)
    for resource in descriptor["resources"]:
        crate.add_file(
            dest_path=f"data/{resource['path']}",
            properties={
                "name": resource["title"],
                "encodingFormat": resource["mediatype"],
                "contentSize": str(resource["bytes"]),
                "sha256": resource["hash"].removeprefix("sha256:"),
                "license": [
                    {"@id": licence["path"]} for licence in resource["licenses"] if licence.get("path")
                ],
            },
        )
    with tempfile.TemporaryDirectory() as folder:
        crate.metadata.write(folder)
        content: dict[str, Any] = json.loads(Path(folder, "ro-crate-metadata.json").read_text("utf-8"))
    content["@graph"].sort(key=lambda entity: (entity["@id"] not in _FIRST, entity["@id"]))
    for entity in content["@graph"]:
        if isinstance(entity.get("hasPart"), list):
            entity["hasPart"].sort(key=lambda part: part["@id"])
    return content


_FIRST: Final = ("ro-crate-metadata.json", "./")


def _licence(crate: ROCrate, name: str) -> ContextEntity:
    about = {"@type": "CreativeWork", "name": name}
    return crate.add(ContextEntity(crate, f"{SPDX}{name}", properties=about))


def descriptions(root: Path) -> dict[str, str]:
    """The three files for the compendium at ``root``: name to content."""
    book = read_book(root / "CITATION.cff")
    descriptor = json.loads((root / "data" / "datapackage.json").read_text("utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return {
        ".zenodo.json": json_text(zenodo(book, descriptor)),
        "codemeta.json": json_text(codemeta(book, project)),
        "ro-crate-metadata.json": json_text(ro_crate(root, book, descriptor)),
    }


def write(root: Path) -> list[str]:
    """Write the three files at ``root``; returns the names of those that changed."""
    changed = []
    for name, text in descriptions(root).items():
        path = root / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")
            changed.append(name)
    return changed
