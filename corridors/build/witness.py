"""Runs in the kernel of a chapter: writes down every file of the book that the chapter's result rests on.

Kept apart from the rest of the package on purpose: it runs before anything is imported and uses the standard
library alone. Each thing noted is one line of JSON in a log, written at once, so that the log is whole
whenever the kernel ends:

``["open", file, digest]``      a file was opened to be read; digest is null if there was none
``["code", file, digest]``      a module was imported from exactly these bytes
``["begin", file, digest]``     a file was opened to use parts of it (``corridors.reads``)
``["part", file, rule]``        one of these parts
``["there", path, yes]``        it was asked whether a file or folder exists
``["list", folder]``            the names in a folder were asked for
``["search", folders, name]``   a module was looked for in these folders of the book, found or not

Files and folders are named relative to the book. What is opened by a compiled library without Python's
knowledge, or by a program that a cell starts, is not seen: chapters read their data through the catalog.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import marshal
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from types import CodeType, ModuleType
from typing import Any

#: The environment variable with the settings: root, log, apart (folders that do not count), bytecode.
SETTINGS = "BOOK_WITNESS"
_READS = "corridors.reads"
_BOOTSTRAP = "<frozen importlib._bootstrap_external>"
#: Who lists folders to find modules and installed libraries; ``search`` and the lock file tell of those.
_IMPORTING = (_BOOTSTRAP, os.path.dirname(importlib.__file__))  # noqa: PTH120


class Witness:
    """Notes what is read below ``root``, into the log that :meth:`write_to` names."""

    def __init__(self, root: str, apart: Sequence[str], bytecode: str) -> None:
        self._root = root
        self._below = root.rstrip(os.sep) + os.sep
        self._apart = tuple(folder.rstrip(os.sep) + os.sep for folder in apart)
        self._lines: dict[str, None] = {}
        self._log: int | None = None
        self._in_parts: dict[str, int] = {}
        self._busy = threading.local()
        self.bytecode = bytecode

    # writing ------------------------------------------------------------------------------------------

    def write_to(self, log: str) -> None:
        """From now on write into ``log``, what has been noted before included."""
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        os.set_inheritable(self._log, False)
        os.write(self._log, "".join(self._lines).encode())

    def note(self, *words: object) -> None:
        """Write a line, once."""
        line = json.dumps(words) + "\n"
        if line not in self._lines:
            self._lines[line] = None
            if self._log is not None:
                os.write(self._log, line.encode())

    @contextlib.contextmanager
    def looking_away(self) -> Iterator[None]:
        """What this thread opens meanwhile is the build's own doing."""
        self._busy.now = True
        try:
            yield
        finally:
            self._busy.now = False

    # watching -----------------------------------------------------------------------------------------

    def relative(self, path: object) -> str | None:
        """The place of ``path`` in the book; None if it lies outside or does not count."""
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if not isinstance(path, (str, os.PathLike)):
            return None
        full = os.path.abspath(path)  # noqa: PTH100  # symbolic links stay: the book names its files by them
        if full != self._root and not full.startswith(self._below):
            return None
        if (full + os.sep).startswith(self._apart) or "__pycache__" in full:
            return None
        return os.path.relpath(full, self._root).replace(os.sep, "/")

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook."""
        if event not in ("open", "os.listdir", "os.scandir", _READS) or getattr(self._busy, "now", False):
            return
        with self.looking_away():
            if event == _READS:
                self._hear_reads(*arguments)
            elif event == "open":
                self._hear_open(*arguments)
            elif not sys._getframe(1).f_code.co_filename.startswith(_IMPORTING):
                folder = self.relative("." if arguments[0] is None else arguments[0])
                if folder is not None:
                    self.note("list", folder)

    def _hear_open(self, path: object, mode: object, flags: int) -> None:
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_CREAT) and not flags & os.O_RDWR:
            return
        file = self.relative(path)
        if file is None or sys._getframe(2).f_code.co_filename == _BOOTSTRAP:
            return
        if self._in_parts.get(file):
            return
        self.note("open", file, self._digest(file))

    def _hear_reads(self, kind: str, path: str, rule: str) -> None:
        file = self.relative(path)
        if file is None:
            return
        if kind == "begin":
            self._in_parts[file] = self._in_parts.get(file, 0) + 1
            self.note("begin", file, self._digest(file))
        elif kind == "end":
            self._in_parts[file] = self._in_parts.get(file, 1) - 1
        elif kind == "whole":
            self.note("open", file, self._digest(file))
        else:
            self.note("part", file, json.loads(rule))

    def _digest(self, file: str) -> str | None:
        try:
            with open(os.path.join(self._root, file), "rb") as content:  # noqa: PTH118, PTH123
                return hashlib.sha256(content.read()).hexdigest()
        except OSError:
            return None

    # asking whether a file exists raises no audit event
    def watch_stat(self) -> None:
        """Let ``os.stat``, on which every question after a file's existence rests, be noted."""
        plain = os.stat

        def stat(path: Any, *arguments: Any, **options: Any) -> os.stat_result:
            found = False
            try:
                result = plain(path, *arguments, **options)
                found = True
                return result
            finally:
                if not getattr(self._busy, "now", False) and not isinstance(path, int):
                    place = self.relative(path)
                    if place is not None:
                        self.note("there", place, found)

        for group in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            if plain in group:
                group.add(stat)
        os.stat = stat

    # importing ----------------------------------------------------------------------------------------

    def watch_imports(self) -> None:
        """Note every search for a module in the book, earlier ones included; take its source as it is."""
        for name in sorted({name.partition(".")[0] for name in sys.modules}):
            self._note_search(name, None)
        sys.meta_path.insert(0, _Finder(self))

    def _note_search(self, name: str, path: Sequence[str] | None) -> None:
        folders = [self.relative(entry or ".") for entry in (sys.path if path is None else path)]
        inside = [folder for folder in folders if folder is not None]
        if inside:
            self.note("search", inside, name.rpartition(".")[2])


class _Finder(importlib.abc.MetaPathFinder):
    """Asks the ordinary finder, and has the book's modules read from their source."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        self._witness._note_search(name, path)
        if path is not None and not any(self._witness.relative(entry) for entry in path):
            return None
        if path is None and (
            name in sys.builtin_module_names or importlib.machinery.FrozenImporter.find_spec(name)
        ):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None or self._witness.relative(spec.origin) is None:
            return None
        if type(spec.loader) is importlib.machinery.SourceFileLoader:
            spec.loader = _Loader(name, spec.origin, self._witness)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles a module from the very bytes whose digest is noted.

    Python's own bytecode is chosen by time and length of the source; after two quick edits of equal length
    it would be the old one. Here it is kept by what the source says.
    """

    def __init__(self, name: str, path: str, witness: Witness) -> None:
        super().__init__(name, path)
        self._witness = witness

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        source = self.get_data(path)
        digest = hashlib.sha256(source).hexdigest()
        self._witness.note("code", self._witness.relative(path), digest)
        named = hashlib.sha256(f"{digest} {path} {sys.version}".encode()).hexdigest()[:32]
        kept = os.path.join(self._witness.bytecode, named)  # noqa: PTH118
        try:
            code: CodeType = marshal.loads(self.get_data(kept))
        except (OSError, ValueError, EOFError, TypeError):
            code = self.source_to_code(source, path)
            self._keep(kept, marshal.dumps(code))
        return code

    def _keep(self, path: str, content: bytes) -> None:
        part = f"{path}.{os.getpid()}"
        with self._witness.looking_away():
            try:
                os.makedirs(self._witness.bytecode, exist_ok=True)  # noqa: PTH103
                with open(part, "wb") as file:  # noqa: PTH123
                    file.write(content)
                os.replace(part, path)
            except OSError:
                return


def begin(settings: dict[str, Any]) -> Witness:
    """Watch this process from now on."""
    witness = Witness(settings["root"], settings["apart"], settings["bytecode"])
    sys.addaudithook(witness.hear)
    witness.watch_stat()
    witness.watch_imports()
    if settings.get("log"):
        witness.write_to(settings["log"])
    return witness


def main() -> None:
    """Become an ordinary IPython kernel that is watched."""
    begin(json.loads(os.environ.pop(SETTINGS)))
    sys.argv[0] = "ipykernel_launcher"  # as in every kernel
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


if __name__ == "__main__":
    main()
