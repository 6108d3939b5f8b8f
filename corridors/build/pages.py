"""Let Sphinx write the pages, as jupyter-book configures it, from notebooks that have been run already."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pybtex.plugin  # type: ignore[import-untyped]
import yaml
from jupyter_book.config import get_final_config
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util import console
from sphinx.util.docutils import docutils_namespace, patch_docutils

from corridors.build import outlines
from corridors.build.faults import BuildError, WarningsError, plain, sharing
from corridors.build.given_results import giving
from corridors.build.kept_pages import KeptPages, ground
from corridors.build.layout import Layout
from corridors.build.readings import Readings
from corridors.build.results import Result
from corridors.build.shared_reading import share

#: What Sphinx need not look through when it searches the folder for pages.
_NOT_PAGES = [
    "_build",
    ".venv",
    ".git",
    "corridors",
    "data",
    "tests",
    "node_modules",
    "**/.ipynb_checkpoints",
]

#: Warnings about things that other chapters hold; in the build of a single chapter they are no fault.
_OTHER_CHAPTERS = {
    "bibtex.key_not_found",
    "corridors.page",
    "etoc.tableofcontents",
    "myst.xref_missing",
    "ref.any",
    "ref.doc",
    "ref.numref",
    "ref.ref",
    "ref.term",
}


class Words(NamedTuple):
    """What a build has to say besides faults.

    ``left_open`` are the warnings that are no fault in the build of one chapter, ``notices`` what the book
    itself hands over for whoever builds it (as ``app.notices``).
    """

    left_open: list[str]
    notices: list[str]
    kept: int = 0
    """How many pages an earlier build had written that would be no other now."""


@dataclass(frozen=True)
class Workshop:
    """The private folder of one kind of build: nothing in it is shared with another build.

    Sphinx keeps what it has read in ``doctrees`` and myst-nb its images beside ``out``; ``out`` is
    begun anew each time, so that nothing of an earlier book is left in it.
    """

    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def doctrees(self) -> Path:
        return self.folder / "doctrees"

    @property
    def faultless(self) -> Path:
        """Is there if the last use of ``doctrees`` ended well."""
        return self.doctrees / "faultless"

    @property
    def boxes(self) -> Path:
        """The chapters' boxes as they were packed last."""
        return self.folder / "boxes"

    @property
    def notebooks(self) -> Path:
        """The executed notebooks as readers get them, as they were written last."""
        return self.folder / "notebooks"


def settings(layout: Layout) -> dict[str, Any]:
    """Sphinx's settings as jupyter-book makes them from ``_config.yml``."""
    try:
        found, _ = get_final_config(
            user_yaml=layout.config if layout.config.is_file() else None,
            sourcedir=layout.root,
            cli_config={"latex_individualpages": False},
        )
    except Exception as error:
        raise BuildError(f"_config.yml: {error}") from error
    patterns = {*found.get("exclude_patterns", []), *_NOT_PAGES}
    # Sphinx takes "**/README.md" to leave out README.md itself in one place and not in another.
    patterns |= {pattern.removeprefix("**/") for pattern in patterns}
    found["exclude_patterns"] = sorted(patterns)
    found["show_warning_types"] = True
    # Said in full: Sphinx writes what extensions add into its own default, for all later uses in a process.
    found["source_suffix"] = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}
    return dict(found)


def prepare(layout: Layout) -> None:
    """Load what is needed to write pages, while there is nothing else to do; faults show when it is used.

    An extension may have a function ``prepare()`` that loads the rest of it.
    """
    with suppress(Exception):
        for name in settings(layout)["extensions"]:
            module = import_module(name)
            getattr(module, "prepare", lambda: None)()


def write(
    layout: Layout,
    workshop: Workshop,
    executed: Mapping[str, Result],
    *,
    builder: str,
    only: str | None = None,
    extra: Mapping[str, Any] | None = None,
    heed: Callable[[], None] = lambda: None,
    jobs: int = 1,
) -> Words:
    """Write the pages into ``workshop.out``; returns what is to be said of them.

    ``extra`` are settings of Sphinx on top of the book's own.
    ``only`` limits the book to one page, whose references to other chapters then lead nowhere.
    ``heed`` is called at every page and may raise to end the work there.
    Up to ``jobs`` processes share many pages.
    Raises WarningsError for warnings, BuildError for what Sphinx cannot cope with.
    """
    config = settings(layout) | dict(extra or {})
    config["nb_execution_mode"] = "off"
    if only:
        contents = workshop.folder / "_toc.yml"
        contents.write_text(yaml.safe_dump({"format": "jb-book", "root": only}), "utf-8")
        config["external_toc_path"] = str(contents)
        config["external_toc_exclude_missing"] = True
    _clear(workshop)
    readings = Readings(layout, workshop.doctrees, executed)
    kept = None
    if builder == "html" and not only:  # a page of a chapter alone may warn, and would not warn again
        kept = KeptPages(workshop.doctrees / "pages", ground(layout, config), heed, jobs)

    def begin(app: Sphinx) -> None:
        for event in ("source-read", "doctree-read", "doctree-resolved", "html-page-context"):
            app.connect(event, lambda *_: heed())
        app.connect("env-get-outdated", lambda _, env, *__: readings.outdated(env))
        outline = outlines.of(app)
        share(app, executed, jobs, heed, then=outline.sorts)
        outlines.lend(app, outline)
        if kept is not None:
            app.connect("write-started", lambda app, _: kept.begin(app, outline), priority=0)
        app.connect("write-started", lambda app, _: _remember_doctrees(app, kept))

    with giving(layout, executed):
        warnings, notices = _sphinx(layout.root, workshop, config, builder, begin, readings.remember)
    if not only:
        faults, notes = warnings, []
    else:
        notes = [text for text in warnings if _types(text) & _OTHER_CHAPTERS]
        faults = [text for text in warnings if text not in notes]
    if faults:
        raise WarningsError(faults)
    if kept is not None:
        kept.tidy(layout.docnames())
    workshop.faultless.touch()
    return Words(notes, notices, len(kept.kept) if kept else 0)


def _clear(workshop: Workshop) -> None:
    """Empty ``out``; forget what Sphinx has read unless it was read and written without a fault.

    Sphinx warns of a page only when it reads it; after a failed or interrupted build the next one
    would pass over the faults of pages that it takes for read.
    """
    shutil.rmtree(workshop.out, ignore_errors=True)
    if workshop.faultless.exists():
        workshop.faultless.unlink()
    else:
        shutil.rmtree(workshop.doctrees, ignore_errors=True)


def _types(warning: str) -> set[str]:
    """The types that Sphinx and docutils append to a warning: ``... [ref.numref] [docutils]``."""
    found = re.search(r"((?:\s*\[[\w.]+\])+)\s*$", warning)
    return set(re.findall(r"[\w.]+", found.group(1))) if found else set()


def _sphinx(
    root: Path,
    workshop: Workshop,
    config: dict[str, Any],
    builder: str,
    begin: Callable[[Sphinx], None],
    end: Callable[[Any], None],
) -> tuple[list[str], list[str]]:
    """Run Sphinx within this process; returns its warnings and the notices of the book.

    ``begin`` is called before it reads, ``end`` with all that it knows at the end.
    """
    console.nocolor()
    _remember_plugins()
    stream = io.StringIO()
    try:
        with sharing("Pages"), patch_docutils(), docutils_namespace():
            app = Sphinx(
                srcdir=root,
                confdir=None,
                outdir=workshop.out,
                doctreedir=workshop.doctrees,
                buildername=builder,
                confoverrides=config,
                status=None,
                warning=stream,
            )
            begin(app)
            if builder == "singlehtml":
                app.set_html_assets_policy("always")
            app.build()
            counted = app._warncount
            end(app.env)
            notices = [str(text) for text in getattr(app, "notices", ())]
    except (SphinxError, OSError) as error:
        where = "".join(f" ({note})" for note in getattr(error, "__notes__", []))
        words = [*_messages(stream.getvalue(), root), f"{type(error).__name__}{where}: {error}"]
        raise BuildError("\n".join(["Sphinx stopped:", *words])) from error
    warnings = _messages(stream.getvalue(), root)
    if counted and not warnings:
        raise BuildError(f"Sphinx counted {counted} warnings but printed none")
    return warnings, notices


def _remember_plugins() -> None:
    """Let pybtex look through the installed packages once for each of its plugins.

    It does so anew for each reference in the text; what is installed does not change while a process runs.
    """
    if not hasattr(pybtex.plugin.entry_points, "cache_info"):
        pybtex.plugin.entry_points = cache(pybtex.plugin.entry_points)


class _Remembering:
    """The environment of a build, with pages that are read from disk once."""

    def __init__(self, env: Any, kept: KeptPages | None) -> None:
        self._env = env
        self._kept = kept
        self._doctree = cache(env.get_doctree if kept is None else kept.plain_doctree)

    def get_doctree(self, docname: str) -> Any:
        if self._kept is not None:
            self._kept.sorts_of(docname)
        return self._doctree(docname)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)


def _remember_doctrees(app: Sphinx, kept: KeptPages | None) -> None:
    """Let references to numbered things look into pages that are kept in memory.

    Sphinx reads the whole page anew for each ``{numref}``, which was a third of the time of a build; the
    look-up changes nothing in the page.
    """
    domain: Any = app.env.domains["std"]
    env, look_up = _Remembering(app.env, kept), domain.resolve_xref
    domain.resolve_xref = lambda _, *rest: look_up(env, *rest)


def _messages(text: str, root: Path) -> list[str]:
    """Sphinx's warnings one by one, with paths relative to the book; repeated ones once."""
    found: list[str] = []
    for line in plain(text).replace(f"{root}/", "").splitlines():
        if re.search(r"\b(WARNING|ERROR|CRITICAL|SEVERE): ", line) or not found:
            if line.strip():
                found.append(line)
        else:
            found[-1] += f"\n{line}"
    return list(dict.fromkeys(found))


def unexecuted(layout: Layout, docnames: Sequence[str]) -> list[str]:
    """Pages of the table of contents that have no file."""
    return [name for name in docnames if layout.document(name) is None]
