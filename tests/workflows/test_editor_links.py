"""The links in the editor's files: through reroutes, past muted and bypassed nodes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories import Json
from tests.workflows.material import (
    INFO,
    PICTURE,
    editor,
    empty,
    inputs,
    inverted,
    node,
    saved,
    subgraph,
)
from tower_anime.workflows.editor import convert
from tower_anime.workflows.graph import Graph, Unusable


def straight(*between: Json, links: list[list[Any]]) -> Graph:
    """A picture (1) that is saved (9), with nodes between them."""
    return convert(editor([empty(1), *between, saved(9, 99)], links), INFO)


def test_a_reroute_is_looked_through() -> None:
    reroute = node(2, "Reroute", [], {"": ("*", 10)}, ("IMAGE",))
    links = [[10, 1, 0, 2, 0, "IMAGE"], [99, 2, 0, 9, 0, "IMAGE"]]
    graph = straight(reroute, links=links)
    assert set(graph) == {"1", "9"}
    assert inputs(graph, "9")["images"] == ["1", 0]


def test_a_bypassed_node_passes_on_the_input_of_the_fitting_type() -> None:
    links = [[10, 1, 0, 2, 0, "IMAGE"], [99, 2, 0, 9, 0, "IMAGE"]]
    graph = straight(inverted(2, 10, mode=4), links=links)
    assert "2" not in graph
    assert inputs(graph, "9")["images"] == ["1", 0]


def test_a_bypassed_node_without_such_an_input_leaves_nothing() -> None:
    bypassed = node(2, "SolidMask", [1, 8, 8], {"mask": ("MASK", None)}, ("IMAGE",), mode=4)
    graph = straight(bypassed, links=[[99, 2, 0, 9, 0, "IMAGE"]])
    assert "images" not in inputs(graph, "9")


def test_a_muted_node_and_the_links_from_it_are_gone() -> None:
    links = [[10, 1, 0, 2, 0, "IMAGE"], [99, 2, 0, 9, 0, "IMAGE"]]
    graph = straight(inverted(2, 10, mode=2), links=links)
    assert set(graph) == {"1", "9"}
    assert "images" not in inputs(graph, "9")


def test_a_primitive_gives_its_value_to_all_that_it_leads_to() -> None:
    primitive = node(2, "PrimitiveNode", [300, "fixed"], outputs=("INT",))
    wide = node(3, "EmptyImage", [1, 2, 1, 0], {"width*": ("INT", 20), "height*": ("INT", 21)})
    links = [[20, 2, 0, 3, 0, "INT"], [21, 2, 0, 3, 1, "INT"]]
    graph = convert(editor([primitive, wide], links), INFO)
    assert inputs(graph, "3") == {"width": 300, "height": 300, "batch_size": 1, "color": 0}
    assert set(graph) == {"3"}


def test_what_is_set_under_a_name_is_got_there() -> None:
    setter = node(2, "SetNode", ["picture"], {"IMAGE": ("IMAGE", 10)})
    getter = node(3, "GetNode", ["picture"], outputs=PICTURE)
    links = [[10, 1, 0, 2, 0, "IMAGE"], [99, 3, 0, 9, 0, "IMAGE"]]
    assert inputs(straight(setter, getter, links=links), "9")["images"] == ["1", 0]
    lost = node(3, "GetNode", ["another"], outputs=PICTURE)
    with pytest.raises(Unusable, match="'another', which no Set node sets"):
        straight(setter, lost, links=links)


def test_notes_are_no_part_of_the_graph() -> None:
    graph = straight(
        node(4, "Note", ["Look!"]),
        node(5, "MarkdownNote", ["# Look!"]),
        links=[[99, 1, 0, 9, 0, "IMAGE"]],
    )
    assert set(graph) == {"1", "9"}


def test_links_in_a_circle_are_refused() -> None:
    one = node(2, "Reroute", [], {"": ("*", 11)}, ("*",))
    two = node(3, "Reroute", [], {"": ("*", 10)}, ("*",))
    links = [[10, 2, 0, 3, 0, "*"], [11, 3, 0, 2, 0, "*"], [99, 2, 0, 9, 0, "IMAGE"]]
    with pytest.raises(Unusable, match="in a circle"):
        straight(one, two, links=links)


def test_a_link_that_is_not_there_is_refused() -> None:
    with pytest.raises(Unusable, match=r"'images' of 'SaveImage' \(node 9"):
        straight(links=[])


KINDS = st.sampled_from(["runs", "muted", "bypassed", "reroute", "subgraph"])


@given(st.lists(KINDS, max_size=8))
def test_whatever_lies_between_a_picture_comes_from_the_nearest_node_that_runs(
    kinds: list[str],
) -> None:
    nodes, links, expected = [empty(1)], [[100, 1, 0, 2, 0, "IMAGE"]], "1"
    for number, kind in enumerate(kinds, 2):
        taken = {"": ("IMAGE", 98 + number)}
        if kind == "reroute":
            nodes.append(node(number, "Reroute", [], taken, PICTURE))
        elif kind == "subgraph":
            nodes.append(node(number, "one", [], {"in": ("IMAGE", 98 + number)}, PICTURE))
        else:
            mode = {"runs": 0, "muted": 2, "bypassed": 4}[kind]
            nodes.append(inverted(number, 98 + number, mode=mode))
        links.append([99 + number, number, 0, number + 1, 0, "IMAGE"])
        names = {"runs": str(number), "subgraph": f"{number}:1", "muted": ""}
        expected = names.get(kind, expected)
    last = len(kinds) + 2
    nodes.append(saved(last, 98 + last))
    inside = [(1, -10, 0, 1, 0, "IMAGE"), (2, 1, 0, -20, 0, "IMAGE")]
    one = subgraph("one", [inverted(1, 1)], inside, {"in": "IMAGE"}, {"out": "IMAGE"})
    found = inputs(convert(editor(nodes, links, [one]), INFO), str(last)).get("images")
    assert found == ([expected, 0] if expected else None)
