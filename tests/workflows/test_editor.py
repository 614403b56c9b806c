"""The editor's files become what ComfyUI's own front end would send for them, or are refused."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories import Json
from tests.workflows.material import INFO, editor, inputs, node, recorded
from tower_anime.workflows.declarations import inputs_of
from tower_anime.workflows.editor import convert
from tower_anime.workflows.graph import Graph, Unusable, is_link


def as_edited(graph: Graph) -> Json:
    """A graph as the editor would save it: each input has a slot, each value a place in a list."""
    links: list[list[Any]] = []
    nodes = []
    for node_id, told in graph.items():
        values: list[Any] = []
        slots: dict[str, tuple[str, int | None]] = {}
        for one in inputs_of(INFO[told["class_type"]]):
            value = told["inputs"].get(one.name)
            link = None
            if is_link(value):
                link = len(links) + 1
                origin, output = value
                links.append([link, int(origin), output, int(node_id), len(slots), one.type])
                value = one.options.get("default")
            slots[one.name + "*" * one.has_widget] = (one.type, link)
            if one.has_widget:
                values += [value, "fixed"] if one.has_control else [value]
        title = told["_meta"]["title"]
        nodes.append(node(int(node_id), told["class_type"], values, slots, title=title))
    return editor(nodes, links)


@pytest.mark.parametrize("name", ["still_512", "video_mp4", "slow", "preview_temp"])
def test_a_graph_that_a_server_ran_comes_back_from_the_editors_form(name: str) -> None:
    graph = recorded(name)
    there_and_back = convert(as_edited(graph), INFO)
    assert {i: there_and_back[i]["class_type"] for i in graph} == {
        i: told["class_type"] for i, told in graph.items()
    }
    for node_id, told in graph.items():
        assert inputs(there_and_back, node_id).items() >= told["inputs"].items()


@pytest.mark.parametrize(
    "told",
    [None, [], {"input": []}, {"input": {"required": {"x": 7, "y": [], "z": ["INT", 3]}}}],
)
def test_a_class_that_is_declared_oddly_is_one_without_values(told: Any) -> None:
    graph = convert(editor([node(1, "Odd", [7])], []), {"Odd": told})
    assert graph["1"]["class_type"] == "Odd"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "type", "inputs", "link", "name", "nodes", "links", "mode"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.lists(JSON, max_size=4), JSON, JSON)
def test_any_file_is_converted_or_refused(nodes: list[Any], links: Any, definitions: Any) -> None:
    with suppress(Unusable):
        assert convert({"nodes": nodes, "links": links, "definitions": definitions}, INFO)
