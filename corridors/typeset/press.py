"""The press: the book's pages in, finished PDF out.

``make`` builds what is missing before it (the site, the fragments), translates every page, sets the whole
book and each chapter alone, and puts a volume in place only when it is whole. What each was made from is
kept in ``_build/pdf/record.json``, so that nothing is set again unless something has changed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pikepdf
import typst

from corridors.build import book as site_build
from corridors.build import layout
from corridors.build.book import Report, say
from corridors.build.faults import BuildError
from corridors.build.layout import Layout
from corridors.typeset import facts, translate, volumes
from corridors.typeset.fragments import Known, Page, anchors
from corridors.typeset.fragments import read as read_fragment
from corridors.typeset.volumes import Volume

NAME: Final = "steppe-corridors"
#: The standard that every volume must meet; Typst refuses to write a file that does not.
STANDARD: Final = "ua-1"
_HOUSE: Final = Path(__file__).parent / "house"
#: The face for Chinese, in the package of fonts that PyPI has.
_CHINESE: Final = "NotoSerifCJKsc-Regular.otf"
_BUILDER: Final = "paper"


def make(root: Path, *, report: Report = say, jobs: int | None = None) -> Path:
    """Set the whole book and every chapter; returns the folder ``_build/pdf``. Raises BuildError."""
    start = time.monotonic()
    book = Layout(root)
    folder = book.build / "pdf"
    site = site_build.build_book(root, report=report, jobs=jobs)
    inputs = _digest([layout.inputs_hash(book).encode(), facts.commit(root).encode()])
    if _is_current(folder, inputs):
        report(f"{(folder / NAME).relative_to(root)}.pdf and the chapters are up to date")
        return folder
    fragments = site_build.build_book(root, builder=_BUILDER, report=report, jobs=jobs)
    pages = translated(book, fragments, site)
    shop = book.build / "work" / "pdf"
    found = facts.book(root, site, made_with(), next(iter(pages.values())).citation)
    ordered = in_order(book, site, pages, found)
    _lay_out(shop, fragments, site, pages, found)
    fresh = _set(shop, folder, ordered, pages, inputs, report)
    whole = folder / ordered[0].path
    report(
        f"{whole.relative_to(root)} is ready ({whole.stat().st_size / 1e6:.1f} MB; "
        f"{fresh} of {len(ordered)} volumes set anew, {time.monotonic() - start:.0f} s)"
    )
    return folder


def translated(book: Layout, fragments: Path, site: Path) -> dict[str, Page]:
    """Every page of the book in Typst, by docname, in reading order."""
    listing = json.loads((fragments / "pages.json").read_text("utf-8"))
    roots = {one["docname"]: read_fragment(fragments / f"{one['docname']}.html") for one in listing}
    ids = [one["id"] for one in facts.claims(site)]
    marks = re.compile(rf"\b(?:{'|'.join(map(re.escape, ids))})\b") if ids else None
    known = Known({name: anchors(root) for name, root in roots.items()}, marks)
    pages = {}
    for place, one in enumerate(listing):
        name = one["docname"]
        title = volumes.ROOT_TITLE if place == 0 else one["title"]
        pages[name] = translate.page(name, title, one["number"], roots[name], known, renamed=place == 0)
    return pages


def made_with() -> list[str]:
    """Sentences on how the pages were made."""
    return [
        "Set in Libertinus Serif, with Noto Serif CJK SC for Chinese and DejaVu Sans Mono for code; all "
        "three are free faces, and the letters that are used are embedded.",
        f"Sphinx {version('sphinx')} wrote the pages from chapters that compute every number, table, map and "
        f"chart; Typst {version('typst')} set them. The file is tagged for screen readers (PDF/UA-1).",
        "The code of the cells is not printed: it is in the folder book of the repository, and in the "
        "notebooks that the site offers.",
    ]


def in_order(book: Layout, site: Path, pages: Mapping[str, Page], found: Mapping[str, Any]) -> list[Volume]:
    """The whole book first, then each chapter in reading order."""
    root = next(iter(pages))
    title = found["document"]["title"]
    chapters = [
        volumes.alone(page, facts.chapter_record(site, Path(name).name), title)
        for name, page in pages.items()
    ]
    return [volumes.whole(book, pages, root, NAME, found["document"]), *chapters]


def _write(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _lay_out(
    shop: Path, fragments: Path, site: Path, pages: Mapping[str, Page], found: Mapping[str, Any]
) -> None:
    """Put everything that Typst reads below one folder."""
    for name in ("house", "pages", "pictures"):
        shutil.rmtree(shop / name, ignore_errors=True)
    for path in sorted(_HOUSE.glob("*.typ")):
        _write(shop / "house" / path.name, path.read_bytes())
    for name, page in pages.items():
        _write(shop / "pages" / f"{name}.typ", volumes.page_file(page).encode())
        for picture in page.pictures:
            _write(shop / "pictures" / picture, (fragments / "_images" / picture).read_bytes())
    cover = facts.cover(site)
    if cover:
        _write(shop / cover.name, cover.read_bytes())
    _write(shop / "facts.json", json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True).encode())
    _write(shop / "fonts" / _CHINESE, _chinese().read_bytes())


def _chinese() -> Path:
    spec = find_spec("mplfonts")
    path = Path(spec.origin).parent / "fonts" / _CHINESE if spec and spec.origin else Path(_CHINESE)
    if not path.is_file():
        raise BuildError(
            f"{_CHINESE}: not found in the package mplfonts; install what requirements.lock names"
        )
    return path


def _digest(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def _key(shop: Path, volume: Volume, pages: Mapping[str, Page]) -> str:
    """Hash of all that a volume is made from."""
    files = [*sorted((shop / "house").glob("*.typ")), shop / "facts.json", *sorted(shop.glob("cover.*"))]
    files += [shop / "pages" / f"{name}.typ" for name in volume.docnames]
    files += sorted({shop / "pictures" / one for name in volume.docnames for one in pages[name].pictures})
    words = json.dumps(
        [volume.main, volume.inputs, STANDARD, version("typst"), version("mplfonts")], sort_keys=True
    )
    return _digest([words.encode(), *(path.read_bytes() for path in files)])


def _record(folder: Path) -> tuple[str, dict[str, dict[str, str]]]:
    """What the finished volumes were made from: one hash for all, and for each its inputs and its bytes."""
    try:
        found = json.loads((folder / "record.json").read_text("utf-8"))
        return str(found["inputs"]), dict(found["volumes"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", {}


def _is_current(folder: Path, inputs: str) -> bool:
    """Whether all volumes were made from the book as it is now and have not been touched since."""
    former, known = _record(folder)
    return (
        former == inputs
        and bool(known)
        and all(
            (folder / name).is_file() and one.get("sha256") == _sha256(folder / name)
            for name, one in known.items()
        )
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _set(
    shop: Path,
    folder: Path,
    ordered: Sequence[Volume],
    pages: Mapping[str, Page],
    inputs: str,
    report: Report,
) -> int:
    """Set the volumes whose inputs have changed; returns how many."""
    _, former = _record(folder)
    keys = {volume.path: _key(shop, volume, pages) for volume in ordered}

    def current(volume: Volume) -> bool:
        path, kept = folder / volume.path, former.get(volume.path, {})
        return (
            path.is_file() and kept.get("inputs") == keys[volume.path] and kept.get("sha256") == _sha256(path)
        )

    wanted = [volume for volume in ordered if not current(volume)]
    record = {volume.path: former[volume.path] for volume in ordered if volume not in wanted}
    if wanted:
        report(f"Typesetting ({len(wanted)} of {len(ordered)} volumes)")

    def one(volume: Volume) -> None:
        start = time.monotonic()
        content = compile_volume(shop, volume)
        target = folder / volume.path
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.part")
        partial.write_bytes(content)
        os.replace(partial, target)
        record[volume.path] = {"inputs": keys[volume.path], "sha256": hashlib.sha256(content).hexdigest()}
        report(f"  {volume.path:<32} {len(content) / 1000:7.0f} kB {time.monotonic() - start:5.1f} s")

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(one, wanted))
    known = set(keys)
    for path in sorted(folder.rglob("*.pdf")):
        if path.relative_to(folder).as_posix() not in known:
            path.unlink()  # a chapter that the book no longer has
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"inputs": inputs, "volumes": dict(sorted(record.items()))}, indent=2) + "\n"
    (folder / "record.json").write_text(text, "utf-8")
    return len(wanted)


def compile_volume(shop: Path, volume: Volume) -> bytes:
    """Set one volume; the bytes of its PDF. Raises BuildError with Typst's words."""
    main = shop / f"{Path(volume.path).stem}.typ"
    _write(main, volume.main.encode())
    try:
        content = typst.compile(
            main,
            root=shop,
            font_paths=[shop / "fonts"],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=volume.inputs,
            pdf_standards=[STANDARD],
        )
    except typst.TypstError as error:
        words = getattr(error, "diagnostic", None) or str(error)
        raise BuildError(f"{volume.path} cannot be set:\n{str(words).replace(f'{shop}/', '')}") from error
    if not isinstance(content, bytes):
        raise BuildError(f"{volume.path} cannot be set: Typst gave no PDF")
    return _packed(content)


def _packed(content: bytes) -> bytes:
    """The same PDF at well under half the size: Typst writes each of its many small objects in the open."""
    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(
            packed,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )
    return packed.getvalue()
