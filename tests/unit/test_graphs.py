"""Records as one graph: the same statements, what recurs once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.publish.graphs import as_graph


def told_out(graph: dict[str, Any]) -> list[Any]:
    """The records of a graph with every reference to a blank node replaced by the node."""
    nodes = {one["@id"]: one for one in graph["@graph"] if str(one.get("@id", "")).startswith("_:")}

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            if set(value) == {"@id"} and value["@id"] in nodes:
                return fill({name: one for name, one in nodes[value["@id"]].items() if name != "@id"})
            return {name: fill(one) for name, one in value.items()}
        return [fill(one) for one in value] if isinstance(value, list) else value

    return [fill(one) for one in graph["@graph"] if one.get("@id") not in nodes]


def test_what_recurs_is_said_once() -> None:
    person = {"@type": "Person", "name": "A"}
    article = {"@type": "Article", "author": person}
    records = [{"@context": "c", "@type": "R", "about": article, "by": person, "n": n} for n in (1, 2)]
    graph = as_graph(records)
    assert graph["@graph"][0] == {"@type": "R", "about": {"@id": "_:t1"}, "by": {"@id": "_:t2"}, "n": 1}
    assert graph["@graph"][2:] == [
        {"@id": "_:t1", "@type": "Article", "author": {"@id": "_:t2"}},
        {"@id": "_:t2", "@type": "Person", "name": "A"},
    ]
    with pytest.raises(ValueError, match="2 contexts"):
        as_graph([{"@context": "c"}, {"@context": "d"}])


THINGS = st.recursive(
    st.text(max_size=3) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=2).map(lambda one: {"@type": "T", **one})
    ),
    max_leaves=8,
)


@given(
    st.lists(st.fixed_dictionaries({"@type": st.just("R"), "x": THINGS, "y": THINGS}), min_size=1, max_size=4)
)
def test_nothing_is_lost_or_added(records: list[dict[str, Any]]) -> None:
    graph = as_graph([{"@context": "c", **record} for record in records])
    assert told_out(graph) == records
    assert json.dumps(graph) == json.dumps(as_graph([{"@context": "c", **record} for record in records]))
