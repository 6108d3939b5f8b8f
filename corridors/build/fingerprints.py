"""Hashes of what is held in memory, the same in every process; dictionaries that note what is read of them.

Both serve to tell whether a page that has been written would be written otherwise now (see ``kept_pages``).
"""

from __future__ import annotations

import hashlib
import pickle
import uuid
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from pathlib import PurePath
from typing import Any

from docutils import nodes
from sphinx.locale import _TranslationProxy

#: Where something stands in a source; no page shows it.
_PLACES = frozenset({"line", "lineno"})
_PLAIN = (str, bytes, int, float, complex, bool, type(None))

#: The way to something in a dictionary of dictionaries: one key after the other.
Path = tuple[str, ...]


def fingerprint(thing: object) -> str:
    """Hash of ``thing``; the order of sets and of the keys of dictionaries does not count.

    Nor does it count in which order Sphinx read the pages: a list of what has a ``docname`` is sorted by it.
    What cannot be looked into has another hash each time, so that nothing is ever taken for unchanged by it.
    """
    return hashlib.sha256(_canonical(thing, ())).hexdigest()


def _joined(kind: str, parts: Iterator[bytes] | list[bytes]) -> bytes:
    total = hashlib.sha256(kind.encode())
    for part in parts:
        total.update(b"%d:" % len(part))
        total.update(part)
    return total.digest()


def _canonical(thing: Any, above: tuple[int, ...]) -> bytes:
    if isinstance(thing, _PLAIN):
        return f"{type(thing).__name__} {thing!r}".encode()
    if isinstance(thing, _TranslationProxy):  # a text that is translated when it is shown
        return _canonical(str(thing), above)
    if isinstance(thing, nodes.Node):
        return _joined("node", [thing.pformat().encode()])
    if id(thing) in above:
        return b"above"
    above = (*above, id(thing))
    if isinstance(thing, Mapping):
        pairs = ((_canonical(key, above), _canonical(value, above)) for key, value in thing.items())
        return _joined("dict", [part for pair in sorted(pairs) for part in pair])
    if isinstance(thing, set | frozenset):
        return _joined("set", sorted(_canonical(one, above) for one in thing))
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        named = (pair for pair in zip(thing._fields, thing, strict=True) if pair[0] not in _PLACES)
        return _joined(type(thing).__qualname__, [_canonical(value, above) for _, value in named])
    if isinstance(thing, list | tuple):
        if thing and all(hasattr(one, "docname") for one in thing):
            thing = sorted(thing, key=lambda one: str(one.docname))
        return _joined("list", [_canonical(one, above) for one in thing])
    return _object(thing, above)


def _object(thing: Any, above: tuple[int, ...]) -> bytes:
    if isinstance(thing, PurePath):
        return f"path {thing}".encode()
    if isinstance(thing, type) or callable(thing):
        return f"{getattr(thing, '__module__', '')}.{getattr(thing, '__qualname__', uuid.uuid4())}".encode()
    if type(thing).__module__ not in ("builtins", "datetime", "decimal"):
        slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
        held = {name: getattr(thing, name) for name in slots if hasattr(thing, name)}
        held |= getattr(thing, "__dict__", {})
        held = {name: value for name, value in held.items() if name not in _PLACES}
        if held or slots:
            return _joined(type(thing).__qualname__, [_canonical(held, above)])
    try:
        return _joined(type(thing).__qualname__, [pickle.dumps(thing)])
    except Exception:
        return uuid.uuid4().bytes


def follow(thing: Any, path: Path) -> Any:
    """What is at ``path`` in dictionaries of dictionaries.

    ``*`` at the end stands for the sorted keys of a dictionary, ``?`` for whether the key before is there.
    """
    for key in path:
        if key == "*":
            return sorted(map(str, thing)) if isinstance(thing, Mapping) else None
        if key == "?":
            return True
        if not isinstance(thing, Mapping) or key not in thing:
            return None
        thing = thing[key]
    return thing


class Noting(dict[str, Any]):
    """A copy of a dictionary that tells which of its values are read, those of inner dictionaries singly.

    ``note`` gets the way to what is read, as ``follow`` takes it. What is written into the copy is lost.
    """

    def __init__(self, content: Mapping[str, Any], note: Callable[[Path], None], above: Path = ()) -> None:
        super().__init__(content)
        self._note = note
        self._above = above
        self._factory: Callable[[], Any] | None = getattr(content, "default_factory", None)

    def _way(self, *names: object) -> Path:
        return (*self._above, *map(str, names))

    def __getitem__(self, key: Any) -> Any:
        if not super().__contains__(key):
            self._note(self._way(key, "?"))
            if self._factory is None:
                raise KeyError(key)
            super().__setitem__(key, self._factory())
        found = super().__getitem__(key)
        if isinstance(found, Noting):
            return found
        if isinstance(found, dict) and found and all(type(name) is str for name in found):
            inner = Noting(found, self._note, self._way(key))
            super().__setitem__(key, inner)
            return inner
        self._note(self._way(key))
        return found

    def __contains__(self, key: object) -> bool:
        self._note(self._way(key, "?"))
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key] if key in self else default  # noqa: SIM401 - this is get

    def setdefault(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            super().__setitem__(key, default)
        return self[key]

    def __iter__(self) -> Iterator[str]:
        self._note(self._way("*"))
        return super().__iter__()

    def __len__(self) -> int:
        self._note(self._way("*"))
        return super().__len__()

    def __bool__(self) -> bool:
        return len(self) > 0

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        return KeysView(self)

    def values(self) -> ValuesView[Any]:  # type: ignore[override]
        return ValuesView(self)

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]
        return ItemsView(self)

    def copy(self) -> dict[str, Any]:
        return dict(self.items())

    def __or__(self, other: Any) -> Any:
        return self.copy() | dict(other)

    def __ror__(self, other: Any) -> Any:
        return dict(other) | self.copy()

    def __eq__(self, other: object) -> bool:
        return self.copy() == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None
