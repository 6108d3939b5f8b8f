"""Let several processes read the pages of a book; Sphinx then knows what it would know from reading alone.

Sphinx can do so by itself, but waits for ever if a process dies, and gives each an equal number of pages,
however large. Here a process takes one page at a time, the largest first, and hands over all that it knows of
its pages once, at its end; it is taken up page by page in Sphinx's own order.

Not where an extension does not say that what it knows can be put together (``parallel_read_safe``).
"""

from __future__ import annotations

import importlib
import pickle
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sphinx.application import Sphinx

from corridors.build import page_work
from corridors.build.results import Result

#: Extensions that do not say it and keep nothing while a page is read: they change settings, contents and
#: finished pages only.
_SILENT: Final = frozenset({"sphinx_jupyterbook_latex", "sphinx_multitoc_numbering"})
_PACKAGE: Final = __name__.partition(".")[0]


def share(
    app: Sphinx,
    executed: Mapping[str, Result],
    jobs: int,
    heed: Callable[[], None],
    then: Callable[[str], object],
) -> None:
    """Take the place of Sphinx's way to read; to be called before it begins. Results weigh the pages.

    ``then`` is done with each page that another process has read: work that leaves its result on disk.
    """
    plain = app.builder._read_serial

    def read(docnames: Sequence[str]) -> None:
        if page_work.worth(docnames, jobs) and _can_be_put_together(app):
            _read(app, docnames, executed, jobs, heed, then)
        else:
            plain(list(docnames))

    app.builder._read_serial = read  # type: ignore[method-assign]
    app.parallel = jobs  # for extensions; Sphinx itself shares nothing out
    app.is_parallel_allowed = lambda typ: False  # type: ignore[method-assign]


def _can_be_put_together(app: Sphinx) -> bool:
    return all(one.parallel_read_safe or one.name in _SILENT for one in app.extensions.values())


def _read(
    app: Sphinx,
    docnames: Sequence[str],
    executed: Mapping[str, Result],
    jobs: int,
    heed: Callable[[], None],
    then: Callable[[str], object],
) -> None:
    env = app.env
    for docname in docnames:
        app.events.emit("env-purge-doc", env, docname)
        env.clear_doc(docname)
    own: list[str] = []
    loaded = set(sys.modules)

    def read(docname: str) -> None:
        with page_work.naming(docname):
            app.builder.read_doc(docname, _cache=False)
            then(docname)
        own.append(docname)

    def known() -> tuple[list[str], bytes, list[str]]:
        return own, pickle.dumps(env, pickle.HIGHEST_PROTOCOL), sorted(set(sys.modules) - loaded)

    def weigh(docname: str) -> int:
        return executed[docname].size if docname in executed else 0

    with page_work.sharing(read, docnames, jobs=jobs, weigh=weigh, heed=heed, finish=known) as (done, told):
        for _ in done:
            pass
    by_page: dict[str, _Known] = {}
    for names, content, modules in told:
        by_page |= dict.fromkeys(names, _Known(pickle.loads(content)))
        # What was loaded to read a page is loaded when it has been read; ``readings`` goes by it.
        for module in modules:
            if module.partition(".")[0] == _PACKAGE:
                importlib.import_module(module)
    for docname in docnames:
        by_page[docname].tell(app, docname)


class _Known:
    """What another process knows of the pages that it has read."""

    def __init__(self, env: Any) -> None:
        self._env = env
        self._named = {name: set(held) for name, held in vars(env).items() if isinstance(held, defaultdict)}

    def tell(self, app: Sphinx, docname: str) -> None:
        """Let the main process know the same of a page, and no more."""
        app.env.merge_info_from([docname], self._env, app)
        for name, named in self._named.items():  # to ask of a page leaves something empty of it
            if docname not in named:
                getattr(app.env, name, {}).pop(docname, None)
