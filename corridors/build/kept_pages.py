"""Pages as Sphinx wrote them, kept from build to build and written again only if they would be otherwise now.

A kept page rests on

- its own doctree, doctrees of other pages that it takes something from, and the sorts of the numbered things
  of those that it only refers to;
- what it read, while it was written, of what extensions keep for each page (the record of exhibits, say);
- everything else that Sphinx knows of the book when all pages are read: titles, contents, numbers, labels,
  citations, settings; and the files that lie in the site before the first page is written;
- all files of the book but the texts of other pages: package, data, settings, front matter.

The first two are looked up page by page; if anything of the rest has changed, all pages are written anew.
What an extension gathers while a page is written it puts into ``app.gathered_by_page[name][docname]``; it is
kept with the page. A page is kept only by a build without a fault, since it would not warn again.

Since all that comes of a page is kept, several pages can be written at a time, each in a forked process: the
main process takes them up as it takes up pages of an earlier build, in the same order.
"""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sphinx.environment import BuildEnvironment
from sphinx.util.build_phase import BuildPhase

from corridors.build import fingerprints, page_work
from corridors.build.layout import Layout, digest_below, surroundings_hash
from corridors.build.outlines import Outlines

#: What of Sphinx's environment no page shows, or what each page knows of itself: times, ways of the machine,
#: names of pictures (looked up page by page).
_ASIDE = {
    *("app", "config", "config_status", "config_status_extra", "domains", "events", "project", "settings"),
    *("doctreedir", "srcdir", "all_docs", "dependencies", "included", "reread_always", "nb_new_exec_data"),
    *("images", "dlfiles", "original_image_uri", "ref_context", "temp_data"),
}
#: What Sphinx itself keeps of the book, for all pages together. The rest is what extensions keep, and the
#: metadata of each page, among them its number of words.
_SPHINX = {*BuildEnvironment.__init__.__code__.co_names} - {"metadata"}


@dataclass
class _Kept:
    """One page: what it rests on, its files below the site, what else is to be done when it is shown."""

    ground: str
    doctree: str
    rests_on: dict[tuple[str, ...], str] = field(default_factory=dict)
    trees: dict[str, str] = field(default_factory=dict)
    sorts: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)
    gathered: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> _Kept:
        found = pickle.loads(path.read_bytes())
        if not isinstance(found, cls):
            raise pickle.UnpicklingError(f"{path.name} is no page")
        return found


def _head(text: str) -> str:
    """The front matter of a page."""
    return text.split("\n---", 1)[0] if text.startswith("---") else ""


def ground(layout: Layout, config: Mapping[str, Any]) -> str:
    """Hash of what every page may rest on among the files of the book, and of the settings."""
    paths = [(name, path) for name in layout.docnames() if (path := layout.document(name))]
    heads = [(name, _head(path.read_text("utf-8")) if path.suffix == ".md" else "") for name, path in paths]
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return fingerprints.fingerprint([surroundings_hash(layout), heads, dict(config), epoch])


class KeptPages:
    """The pages of one kind of build; ``folder`` lies below what Sphinx keeps and goes with it.

    Pages are written in up to ``jobs`` processes. ``kept`` and ``written`` are the pages of this build that
    were taken from there, and the others.
    """

    def __init__(self, folder: Path, ground: str, heed: Callable[[], None], jobs: int = 1) -> None:
        self._folder = folder
        self._ground = ground
        self._heed = heed
        self._jobs = jobs
        self._page = ""
        self._common: set[fingerprints.Path] = set()
        self._reads: set[fingerprints.Path] = set()
        self._trees: set[str] = set()
        self._sorts: set[str] = set()
        self._own: dict[str, Any] = {}
        self.plain_doctree: Callable[[str], Any]
        """How Sphinx reads a page from disk, without a note of it; there when writing has begun."""
        self._outlines: Outlines
        self.kept: list[str] = []
        self.written: list[str] = []

    # ---- Sphinx

    def begin(self, app: Any, outlines: Outlines) -> None:
        """Take the place of Sphinx's way to write; to be called first when writing begins.

        Not where Sphinx makes its own index for a search: that gathers words only while pages are written.
        """
        env, self._outlines = app.env, outlines
        plain = self.plain_doctree = env.get_doctree
        if getattr(app.builder, "search", False):
            return
        self._own = {
            name: held
            for name, held in vars(env).items()
            if name not in _ASIDE | _SPHINX and _by_page(held, env.found_docs)
        }
        for name, held in self._own.items():
            setattr(env, name, fingerprints.Noting(held, self._note, (name,)))

        def get_doctree(docname: str) -> Any:
            self._trees.add(docname)
            return plain(docname)

        env.get_doctree = get_doctree
        app.builder._write_serial = lambda docnames: self._write(app, docnames)

    def _note(self, path: fingerprints.Path) -> None:
        (self._reads if self._page else self._common).add(path)

    def sorts_of(self, docname: str) -> None:
        """Note that the page that is being written asked of what sort the things of ``docname`` are."""
        if self._page and docname != self._page:
            self._sorts.add(docname)

    # ---- what pages rest on

    def _shared(self, app: Any) -> str:
        """Hash of what every page may rest on, when all are read and none is written."""
        env = app.env
        held = {
            name: fingerprints.fingerprint(value)
            for name, value in vars(env).items()
            if name not in {*_ASIDE, *self._own} and not name.startswith("_")
        }
        common = {path: self._found(path) for path in self._common}
        static = Path(app.outdir, "_static")
        there = digest_below(static, [static]) if static.is_dir() else ""
        return fingerprints.fingerprint([self._ground, held, common, sorted(env.found_docs), there])

    def _found(self, path: fingerprints.Path) -> str:
        return fingerprints.fingerprint(fingerprints.follow(self._own, path))

    def _fits(self, env: Any, kept: _Kept, docname: str, shared: str) -> bool:
        return (
            kept.ground == shared
            and kept.doctree == self._outlines.page(docname)
            and all(self._found(path) == was for path, was in kept.rests_on.items())
            and all(uri in env.images and env.images[uri][1] == name for uri, name in kept.images.items())
            and all(name in env.found_docs for name in (*kept.trees, *kept.sorts))
            and all(self._outlines.page(name) == was for name, was in kept.trees.items())
            and all(self._outlines.sorts(name) == was for name, was in kept.sorts.items())
        )

    # ---- writing

    def _write(self, app: Any, docnames: Sequence[str]) -> None:
        env, shared = app.env, self._shared(app)
        try:
            found = {name: self._recall(name) for name in docnames}
            kept = {
                name: page
                for name, page in found.items()
                if page is not None and self._fits(env, page, name, shared)
            }
            self.written = [name for name in docnames if name not in kept]
            with self._writing(app, shared) as anew:
                for docname in docnames:
                    self._heed()
                    page = kept[docname] if docname in kept else next(anew)
                    if page is not None:
                        self._restore(app, docname, page)
            self.kept = list(kept)
        finally:
            for name, held in self._own.items():
                setattr(env, name, held)
            del env.get_doctree

    @contextmanager
    def _writing(self, app: Any, shared: str) -> Iterator[Iterator[_Kept | None]]:
        """Write what must be written: gives the pages in order, or None where a page is in its place."""
        if not page_work.worth(self.written, self._jobs):
            yield map(lambda name: self._render(app, name, shared), self.written)  # noqa: C417
            return
        # Each process has a site of its own, as this one is now: what it writes there it has written itself.
        out = Path(app.outdir)
        apart = out.with_name(f"{out.name}-apart")

        def write(docname: str) -> None:
            own = apart / str(os.getpid())
            if not own.is_dir():
                shutil.copytree(out, own)
                app.outdir = app.builder.outdir = type(app.outdir)(own)
            self._render(app, docname, shared)

        def size(docname: str) -> int:
            return Path(app.env.doctreedir, f"{docname}.doctree").stat().st_size

        shutil.rmtree(apart, ignore_errors=True)
        try:
            with page_work.sharing(write, self.written, jobs=self._jobs, weigh=size, heed=self._heed) as (
                done,
                _,
            ):
                yield (_Kept.read(self._place(name)) for name, _ in zip(self.written, done, strict=True))
        finally:
            shutil.rmtree(apart, ignore_errors=True)

    def _render(self, app: Any, docname: str, shared: str) -> None:
        """Let Sphinx write a page as it always does, and keep what comes of it."""
        builder, images = app.builder, app.builder.images
        before = _files(app.outdir)
        self._reads, self._trees, self._sorts, self._page = set(), set(), set(), docname
        builder.images = {}
        try:
            with page_work.naming(docname):
                app.phase = BuildPhase.RESOLVING
                doctree = app.env.get_and_resolve_doctree(docname, builder)
                app.phase = BuildPhase.WRITING
                builder.write_doc_serialized(docname, doctree)
                builder.write_doc(docname, doctree)
        finally:
            self._page = ""
            own, builder.images = builder.images, images
        images.update(own)
        gathered = getattr(app, "gathered_by_page", {})
        page = _Kept(
            ground=shared,
            doctree=self._outlines.page(docname),
            rests_on={path: self._found(path) for path in self._reads},
            trees={name: self._outlines.page(name) for name in self._trees - {docname}},
            sorts={name: self._outlines.sorts(name) for name in self._sorts},
            files={
                name: Path(app.outdir, name).read_bytes()
                for name, state in _files(app.outdir).items()
                if before.get(name) != state
            },
            images=own,
            gathered={name: found[docname] for name, found in gathered.items() if docname in found},
        )
        path = self._place(docname)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(page))

    def _restore(self, app: Any, docname: str, kept: _Kept) -> None:
        for name, content in kept.files.items():
            path = Path(app.outdir, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        app.builder.images.update(kept.images)
        if kept.gathered and not hasattr(app, "gathered_by_page"):
            app.gathered_by_page = {}
        for name, found in kept.gathered.items():
            app.gathered_by_page.setdefault(name, {})[docname] = found

    def _place(self, docname: str) -> Path:
        return self._folder / f"{docname}.page"

    def _recall(self, docname: str) -> _Kept | None:
        try:
            return _Kept.read(self._place(docname))
        except (OSError, pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError):
            return None

    def tidy(self, docnames: Sequence[str]) -> None:
        """Forget pages that are in the book no more."""
        wanted = {self._place(name) for name in docnames}
        for path in [path for path in self._folder.rglob("*.page") if path not in wanted]:
            path.unlink()


def _by_page(held: Any, docnames: set[str]) -> bool:
    return isinstance(held, dict) and bool(held) and docnames.issuperset(held)


def _files(folder: str | os.PathLike[str], above: str = "") -> dict[str, tuple[int, int]]:
    """Time and size of each file below ``folder``, by its path from there."""
    found: dict[str, tuple[int, int]] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                found |= _files(entry.path, f"{above}{entry.name}/")
            elif not entry.is_dir():
                state = entry.stat()
                found[f"{above}{entry.name}"] = (state.st_mtime_ns, state.st_size)
    return found
