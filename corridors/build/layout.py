"""Where a book's parts are, and the hashes that say whether they have changed."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sphinx_external_toc.parsing import parse_toc_yaml

from corridors.build.evidence import IGNORED
from corridors.build.faults import BuildError


@dataclass(frozen=True)
class Layout:
    """The folders and files of one book, all below ``root``."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "_config.yml"

    @property
    def contents(self) -> Path:
        return self.root / "_toc.yml"

    @property
    def build(self) -> Path:
        """Everything made, nothing written by hand; may be deleted at any time."""
        return self.root / "_build"

    @property
    def executed(self) -> Path:
        """Executed chapters, kept between builds (see ``store.Store``)."""
        return self.build / "executed"

    @property
    def workplaces(self) -> tuple[Path, ...]:
        """Where the build itself works, and git: no result can rest on what lies there."""
        return (*(self.build / name for name in ("work", "chapter", "executed")), self.root / ".git")

    @property
    def manifest(self) -> Path:
        """What the site in ``_build/html`` was made from."""
        return self.build / "manifest.json"

    def settings(self) -> dict[str, Any]:
        """``_config.yml`` as a dictionary."""
        return _yaml(self.config)

    def base(self) -> str:
        """The site's own address (``html.baseurl``), ending in a slash; empty if it has none."""
        html = self.settings().get("html")
        base = str((html.get("baseurl") if isinstance(html, dict) else "") or "").rstrip("/")
        return f"{base}/" if base else ""

    def extensions(self) -> list[str]:
        """The extensions of MyST that the pages are read with."""
        return list((self.settings().get("parse") or {}).get("myst_enable_extensions") or [])

    def table_of_contents(self) -> dict[str, Any]:
        """``_toc.yml`` as a dictionary, for its parts and their captions."""
        return _yaml(self.contents)

    def name(self) -> str:
        """The name of the book's files, ``epub_basename`` of the settings; ``book`` if it has none."""
        own = ((self.settings().get("sphinx") or {}).get("config") or {}).get("epub_basename")
        return str(own or "book")

    def citation(self) -> dict[str, Any]:
        """``CITATION.cff`` as a dictionary."""
        return _yaml(self.root / "CITATION.cff")

    def docnames(self) -> list[str]:
        """Every page of the table of contents, in order, as Sphinx names it (``book/railway``)."""
        if not self.contents.is_file():
            raise BuildError(f"{self.contents}: no table of contents; a book needs a _toc.yml")
        try:
            return [str(name) for name in parse_toc_yaml(self.contents)]
        except Exception as error:
            raise BuildError(f"_toc.yml: {error}") from error

    def document(self, docname: str) -> Path | None:
        """The file of a page, or None if there is none."""
        for suffix in (".md", ".ipynb"):
            path = self.root / f"{docname}{suffix}"
            if path.is_file():
                return path
        return None

    def find(self, chapter: str) -> str:
        """The page that ``chapter`` means: ``railway``, ``book/railway`` or ``book/railway.md``."""
        wanted = chapter.removesuffix(".md").strip("/")
        known = self.docnames()
        for name in (wanted, f"book/{wanted}"):
            if name in known or self.document(name):
                return name
        raise BuildError(f"no chapter '{chapter}'; the table of contents has: {', '.join(known)}")


def _yaml(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BuildError(f"{path}: missing; a book needs it") from None
    except yaml.YAMLError as error:
        raise BuildError(f"{path.name}: not valid YAML: {error}") from error
    return found if isinstance(found, dict) else {}


def files_below(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file at or below ``paths``, sorted, without what tools leave behind."""
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file() and not IGNORED.intersection(file.relative_to(path).parts):
                    yield file


def digest_below(root: Path, paths: Iterable[Path]) -> str:
    """SHA-256 over the names and contents of all files at or below ``paths``."""
    total = hashlib.sha256()
    for file in files_below(paths):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.relative_to(root).as_posix()}\0{content}\n".encode())
    return total.hexdigest()


def ground_hash(layout: Layout) -> str:
    """Hash of what every result rests on, whatever it reads: the versions of the libraries and of Python."""
    lock = digest_below(layout.root, [layout.root / "requirements.lock"])
    return hashlib.sha256(f"{platform.python_version()} {lock}".encode()).hexdigest()


def foundation_hash(layout: Layout) -> str:
    """Hash of all that chapters and pages may rest on besides what an author writes."""
    root = layout.root
    parts = [root / name for name in ("data", "corridors", "CITATION.cff")]
    return hashlib.sha256(f"{ground_hash(layout)} {digest_below(root, parts)}".encode()).hexdigest()


#: Where a whole run of the bench is put on record; what the book shows of it belongs to the book.
BENCH_RECORD = "measurements/build.json"
#: What goes into the site besides package, data and pages.
_FITTINGS = ("_config.yml", "_toc.yml", "references.bib", "_static", "_templates", "editions", "measurements")
#: These go with each chapter's box.
_LICENCES = ("LICENSE", "LICENSE-text")


def _documents(layout: Layout) -> list[Path]:
    return [path for name in layout.docnames() if (path := layout.document(name))]


def inputs_hash(layout: Layout) -> str:
    """Hash of everything that goes into the site; equal hashes, equal pages."""
    root = layout.root
    names = [*_FITTINGS, "book", *_LICENCES]
    pages = digest_below(root, [*(root / name for name in names), *_documents(layout)])
    return hashlib.sha256(f"{foundation_hash(layout)} {pages}".encode()).hexdigest()


def surroundings_hash(layout: Layout) -> str:
    """The same without the text of the pages: of what any page may be written with."""
    root = layout.root
    own = set(_documents(layout))
    beside = [path for path in files_below([root / "book"]) if path not in own]
    fittings = digest_below(root, [*(root / name for name in _FITTINGS), *beside])
    return hashlib.sha256(f"{foundation_hash(layout)} {fittings}".encode()).hexdigest()


def site_digest(site: Path) -> str:
    """SHA-256 over names and contents of all files of the site: two readers who have it have one book."""
    return digest_below(site, [site]) if site.is_dir() else ""


def write_manifest(layout: Layout, inputs: str, site: Path, notices: Sequence[str] = ()) -> str:
    """Record what the site was made from and what it is, beside it; returns the digest of the site."""
    digest = site_digest(site)
    record = {"inputs": inputs, "site": digest, "notices": list(notices)}
    layout.manifest.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return digest


def read_manifest(layout: Layout) -> dict[str, Any]:
    """The record of the last finished site; empty where there is none that can be read."""
    try:
        record = json.loads(layout.manifest.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def is_current(layout: Layout, site: Path) -> bool:
    """Whether ``site`` was made from the book as it is now and has not been touched since."""
    record = read_manifest(layout)
    return (
        (site / "index.html").is_file()
        and record.get("inputs") == inputs_hash(layout)
        and record.get("site") == site_digest(site)
    )
