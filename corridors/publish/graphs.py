"""Lists of records in JSON-LD, each thing said once.

A hundred reviews of two articles name author, publisher and article a hundred times. As one graph, in which
what recurs is a node of its own that the others refer to, it is the same statement in a third of the bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def as_graph(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The records as ``{"@context", "@graph"}``; typed things that recur are blank nodes after them.

    Raises ValueError for records of different contexts, which no one graph can hold.
    """
    contexts = {json.dumps(record.get("@context")) for record in records}
    if len(contexts) != 1:
        raise ValueError(f"records of {len(contexts)} contexts cannot be one graph: {sorted(contexts)}")
    bare = [{name: value for name, value in record.items() if name != "@context"} for record in records]
    seen = Counter(_key(thing) for record in bare for thing in _things(record))
    names = {key: f"_:t{i}" for i, key in enumerate(sorted(key for key, n in seen.items() if n > 1), 1)}
    nodes = [{"@id": name, **_named(json.loads(key), names, top=True)} for key, name in names.items()]
    graph = [_named(record, names, top=True) for record in bare] + nodes
    return {"@context": json.loads(contexts.pop()), "@graph": graph}


def _key(thing: Mapping[str, Any]) -> str:
    return json.dumps(thing, ensure_ascii=False, sort_keys=True)


def _things(value: Any, *, top: bool = True) -> Iterator[Mapping[str, Any]]:
    """Every thing with a type and without a name of its own inside a record."""
    if isinstance(value, Mapping):
        if not top and "@type" in value and "@id" not in value:
            yield value
        for one in value.values():
            yield from _things(one, top=False)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _things(one, top=False)


def _named(value: Any, names: Mapping[str, str], *, top: bool = False) -> Any:
    """A copy in which what has a name stands as a reference to it."""
    if isinstance(value, Mapping):
        if not top and "@type" in value and (name := names.get(_key(value))):
            return {"@id": name}
        return {key: _named(one, names) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_named(one, names) for one in value]
    return value
