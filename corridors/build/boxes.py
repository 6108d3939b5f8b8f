"""A chapter in a box: one archive with all that is needed to run a chapter alone and to see that it agrees.

``_boxes/<chapter>.zip`` in the site holds the chapter as a page of MyST and as an executed notebook, the
files that its last run looked at (data and modules, as the run itself wrote down, see ``witness``), the part
of the lock that these need, the chapter's reference, licences, and ``run.py``, which runs the chapter and
compares it with ``expected/``. Neither data nor modules nor libraries are listed by hand.
"""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, Final

from corridors import forks
from corridors.build import box_lock, box_run, packing
from corridors.build.chapters import Chapter
from corridors.build.evidence import Finding, digest
from corridors.build.faults import BuildError, sharing
from corridors.build.kept_files import is_kept, kept_file
from corridors.build.layout import Layout
from corridors.build.results import Result
from corridors.build.store import Store

FOLDER: Final = "_boxes"
PACKAGE: Final = "corridors"
LOCK: Final = "requirements.lock"
#: What goes with every copy of the work, as far as the book has it.
NOTICES: Final = ("CITATION.cff", "LICENSE", "LICENSE-text", "data/LICENSES.md")
#: What ``run.py`` itself is made with; and the renderer of figures that it names in the environment.
_RUNS_WITH: Final = ("ipython", "matplotlib-inline")
_DESCRIPTOR: Final = "datapackage.json"

Files = dict[str, bytes]


def name_of(docname: str) -> str:
    """``book/railway`` -> ``railway``."""
    return PurePosixPath(docname).name


def files_read(evidence: Sequence[Finding]) -> list[str]:
    """The files of the book that a run read, wholly or in part, or found to be there; sorted."""
    found = {place for kind, place, what in evidence if kind == "file" and what}
    found |= {place for kind, place, what in evidence if kind == "there" and what == "yes"}
    found |= {json.loads(place)[0] for kind, place, what in evidence if kind == "part" and what}
    return sorted(found - {"."})


def inside(root: Path, place: str) -> Path:
    """The file at ``place`` in the book. Raises BuildError if it is elsewhere or reached by a link."""
    parts = PurePosixPath(place).parts
    path = root.joinpath(*parts)
    plain = parts and not PurePosixPath(place).is_absolute() and ".." not in parts and "\\" not in place
    if not plain or ":" in place or path.resolve() != root.resolve().joinpath(*parts):
        raise BuildError(
            f"{place}: leads out of the book, or through a link; a box holds plain files of the book"
        )
    return path


def descriptor(
    whole: dict[str, Any], folder: str, evidence: Sequence[Finding], held: set[str]
) -> dict[str, Any]:
    """The data package's descriptor with the tables that are in the box, and links between these only.

    ``folder`` is where the descriptor lies. All tables stay if the run looked at the list of them.
    """
    rules = [json.loads(place) for kind, place, _ in evidence if kind == "part"]
    own = f"{folder}{_DESCRIPTOR}"
    if any(kind == "file" and place == own for kind, place, _ in evidence):
        return whole
    cut = dict(whole)
    if "notices" in cut:
        cut["notices"] = [name for name in cut["notices"] if folder + name in held]
    if any(file == own and rule[0] == "keys" for file, rule in rules):
        return cut
    cut["resources"] = [copy.deepcopy(one) for one in whole["resources"] if folder + one["path"] in held]
    names = {one["name"] for one in cut["resources"]} | {""}
    for one in cut["resources"]:
        schema = one.get("schema", one)
        if "foreignKeys" in schema:
            schema["foreignKeys"] = [
                key for key in schema["foreignKeys"] if key["reference"].get("resource", "") in names
            ]
        for field in [*schema.get("fields", ()), *one.get("properties", ())]:
            if field.get("references", "").partition(".")[0] not in names:
                del field["references"]
    return cut


def _json(value: object) -> bytes:
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode()


def _json_list(head: Mapping[str, Any], key: str, items: Sequence[object]) -> bytes:
    """JSON with the keys of ``head`` and a long list, each item of it on one line."""
    lines = [f"{json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in head.items()]
    listed = ",\n".join(json.dumps(one, ensure_ascii=False) for one in items)
    return "".join(
        ["{\n", *(f"{line},\n" for line in lines), f"{json.dumps(key)}: [\n{listed}\n]}}\n"]
    ).encode()


def _expected(chapter: Chapter) -> Files:
    """The folder ``expected/``: outputs as digests, data of exhibits and numbers as they are."""
    files: Files = {}
    cells, glued = [], {}
    for number, cell in enumerate(chapter.code_cells, start=1):
        shown = [out.data for out in cell.outputs if "data" in out]
        printed = "".join(
            out.text for out in cell.outputs if out.output_type == "stream" and out.name == "stdout"
        )
        cells.append(box_run.described(number, shown, printed))
        glued.update(box_run.numbers(shown))
        for name, text in box_run.exhibits(shown).items():
            files[f"expected/{name}"] = text.encode()
    head = {
        "chapter": name_of(chapter.docname), "notebook": f"{chapter.docname}.ipynb", "package": PACKAGE
    }  # fmt: skip
    return files | {
        box_run.OUTPUTS: _json_list(head, "cells", cells),
        box_run.NUMBERS: _json([glued[id] for id in sorted(glued)]),
    }


def contents(
    book: Layout,
    chapter: Chapter,
    evidence: Sequence[Finding],
    site: Path,
    title: str = "the book",
    kept: Path | None = None,
) -> Files:
    """All files of a chapter's box by their place in it. Raises BuildError for a place outside the book.

    ``chapter`` is the executed one, ``site`` the folder of the pages, for the chapter's reference. What
    earlier builds found out lies in ``kept``.
    """
    root = book.root
    source = chapter.path.relative_to(root).as_posix()
    wanted = {*files_read(evidence), *NOTICES, source}
    files: Files = {}
    for place in sorted(wanted):
        path = inside(root, place)
        if path.is_file():
            files[place] = path.read_bytes()
    for place in [one for one in files if PurePosixPath(one).name == _DESCRIPTOR]:
        folder = place.removesuffix(_DESCRIPTOR)
        cut = descriptor(json.loads(files[place]), folder, evidence, set(files))
        tables = cut.pop("resources", [])
        files[place] = _json_list(cut, "resources", tables)
    if book.contents.name in files:
        files[book.contents.name] = f"format: jb-book\nroot: {chapter.docname}\n".encode()
    files[f"{chapter.docname}.ipynb"] = (
        site / "_notebooks" / f"{name_of(chapter.docname)}.ipynb"
    ).read_bytes()
    code = [content.decode("utf-8") for place, content in files.items() if place.endswith(".py")]
    code += [cell.source for cell in chapter.code_cells]
    lock = (root / LOCK).read_text("utf-8") if (root / LOCK).is_file() else ""
    files[LOCK] = box_lock.cut(lock, code, _RUNS_WITH, kept).encode()
    for path in sorted((site / "_cite").glob(f"{name_of(chapter.docname)}.*")):
        files[f"cite/{path.name}"] = path.read_bytes()
    files["run.py"] = Path(box_run.__file__).read_bytes()
    files |= _expected(chapter)
    files["README.md"] = readme(book, chapter, title, files).encode()
    return files


def readme(book: Layout, chapter: Chapter, title: str, files: Mapping[str, bytes]) -> str:
    """What the box is and how to use it; names only what is in it."""
    name = name_of(chapter.docname)
    data = sorted(one for one in files if one.startswith("data/"))
    lines = [
        f"# One chapter, to be run alone: {name}",
        "",
        f"From *{title}*.",
        "",
        "```",
        "python run.py",
        "```",
        "",
        "runs the chapter and says for each cell whether it gives what the book shows; the exit status is 0",
        "if everything is identical. Python 3.11, 3.12 or 3.13 is needed. Libraries that are missing go, in",
        f"the versions and with the hashes of `{LOCK}`, into an environment in the folder `.run`;",
        "this needs the network once. `python run.py --here` takes the libraries that you have. Pictures can",
        "differ in bytes where other versions of a library draw them; data and numbers should not.",
        "",
        "| place | what |",
        "| --- | --- |",
        f"| `{chapter.docname}.ipynb` | the chapter as it was run, with its results |",
        f"| `{chapter.path.relative_to(book.root).as_posix()}` | the chapter as it is written (MyST) |",
        f"| `data/` | {len(data)} files: what the run read, its licences, a descriptor of just these |",
        f"| `{PACKAGE}/` | the modules that the run imported, and no other |",
        "| `expected/` | data of each table, chart and map, the numbers, digests of all outputs |",
        f"| `{LOCK}` | the libraries that this needs |",
    ]
    if any(one.startswith("cite/") for one in files):
        lines.append("| `cite/` | the reference of the chapter: BibTeX, RIS, CSL-JSON |")
    said = [f"`{one}`" for one in NOTICES if one in files]
    lines += ["", f"Licences and citation: {', '.join(said)}." if said else "", ""]
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip() + "\n"


def _pack(files: Mapping[str, bytes]) -> bytes:
    when = packing.moment()
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in sorted(files):
            archive.writestr(packing.member(name, when), files[name], compresslevel=3)
    return whole.getvalue()


def _key(
    book: Layout,
    result: Result,
    evidence: Sequence[Finding],
    site: Path,
    title: str,
    where: Callable[[str], Path],
    content: Callable[[Path], str],
) -> str:
    """Hash of all that a box is made from: files, what the run looked at, results, this code, libraries.

    ``where`` gives the file at a place in the book, ``content`` the hash of a file, empty if there is none.
    """
    root, chapter = book.root, result.chapter
    name = name_of(chapter.docname)
    source = chapter.path.relative_to(root).as_posix()
    places = sorted({*files_read(evidence), *NOTICES, source})
    files = [*(where(place) for place in places), root / LOCK]
    files += [Path(__file__), *(Path(str(module.__file__)) for module in (packing, box_run, box_lock))]
    files += [site / "_notebooks" / f"{name}.ipynb", *sorted((site / "_cite").glob(f"{name}.*"))]
    said = [[path.name, content(path)] for path in files]
    known = [title, chapter.docname, places, evidence, str(packing.moment()), box_lock.installed()]
    return digest(json.dumps([known, said, result.digest]).encode())


def _content(path: Path) -> str:
    return digest(path.read_bytes()) if path.is_file() else ""


def write(
    book: Layout, executed: Mapping[str, Result], store: Store, site: Path, kept: Path, jobs: int = 1
) -> list[str]:
    """Write the box of each executed chapter below ``site``; returns what is to be said.

    A chapter without evidence (a file changed while it ran) has no box; the next build runs it again.
    A box is packed again only if something of what is in it has changed since it was put into ``kept``; up to
    ``jobs`` processes do so.
    """
    said = []
    boxed: dict[str, Callable[[], bytes]] = {}
    missing = []
    title = str(book.settings().get("title") or "the book")
    where, content = cache(partial(inside, book.root)), cache(_content)  # many chapters read the same files
    for docname, result in executed.items():
        evidence = store.evidence(result.chapter)
        if not evidence:
            said.append(f"{docname} has no box: files changed while it ran; build again")
            continue
        key = _key(book, result, evidence, site, title, where, content)[:32]
        make = partial(_packed, book, result, evidence, site, title, kept)
        name = docname.replace("/", "-")
        boxed[docname] = partial(kept_file, kept, name, key, make)
        if not is_kept(kept, name, key):
            missing.append(docname)
    if forks.shared(len(missing), jobs):
        weigh = {docname: executed[docname].size for docname in missing}.__getitem__
        with (
            sharing("Boxes"),
            forks.working(lambda docname: len(boxed[docname]()), missing, jobs=jobs, weigh=weigh) as packed,
        ):
            list(packed)  # they lie in ``kept`` now
    for docname, box in boxed.items():
        target = site / FOLDER / f"{name_of(docname)}.zip"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(box())
    return said


def _packed(
    book: Layout, result: Result, evidence: Sequence[Finding], site: Path, title: str, kept: Path
) -> bytes:
    chapter = Chapter(result.chapter.docname, result.chapter.path, result.notebook)
    return _pack(contents(book, chapter, evidence, site, title, kept))
