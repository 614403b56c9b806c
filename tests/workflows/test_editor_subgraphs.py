"""Subgraphs in the editor's files: they are taken apart, within bounds."""

from __future__ import annotations

from typing import Any

import pytest

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


def shrunk(**host: Any) -> Graph:
    """A subgraph (5) that makes a picture as wide as it is told, which is saved (9)."""
    inner = [
        node(1, "EmptyImage", [64, 48, 1, 7], {"width*": ("INT", 1)}, PICTURE),
        inverted(2, 2),
    ]
    links = [
        (1, -10, 0, 1, 0, "INT"),
        (2, 1, 0, 2, 0, "IMAGE"),
        (3, 2, 0, -20, 0, "IMAGE"),
    ]
    made = subgraph("make", inner, links, {"width": "INT"}, {"picture": "IMAGE"})
    told = {"values": [], "inputs": {"width*": ("INT", None)}, **host}
    return convert(
        editor(
            [node(5, "make", outputs=PICTURE, **told), saved(9, 99)],
            [[99, 5, 0, 9, 0, "IMAGE"]],
            [made],
        ),
        INFO,
    )


def test_a_subgraph_is_taken_apart_and_its_nodes_are_named_by_the_way_to_them() -> None:
    graph = shrunk()
    assert set(graph) == {"5:1", "5:2", "9"}
    assert inputs(graph, "9")["images"] == ["5:2", 0]
    assert inputs(graph, "5:2")["image"] == ["5:1", 0]
    assert inputs(graph, "5:1")["width"] == 64


def test_the_value_that_an_instance_shows_goes_inside() -> None:
    assert inputs(shrunk(values=[320]), "5:1")["width"] == 320
    assert inputs(shrunk(values={"width": 640}), "5:1")["width"] == 640


def test_an_instance_whose_file_leaves_out_unused_inputs_is_read_alike() -> None:
    assert inputs(shrunk(values=[320], inputs={}), "5:1")["width"] == 320


def test_a_muted_instance_takes_all_of_its_nodes_with_it() -> None:
    graph = shrunk(mode=2)
    assert set(graph) == {"9"}
    assert "images" not in inputs(graph, "9")


def test_a_link_to_an_instance_goes_inside_through_subgraphs_within_subgraphs() -> None:
    inner = subgraph(
        "inner",
        [inverted(1, 1)],
        [(1, -10, 0, 1, 0, "IMAGE"), (2, 1, 0, -20, 0, "IMAGE")],
        {"in": "IMAGE"},
        {"out": "IMAGE"},
    )
    outer = subgraph(
        "outer",
        [node(7, "inner", [], {"in": ("IMAGE", 1)}, PICTURE)],
        [(1, -10, 0, 7, 0, "IMAGE"), (2, 7, 0, -20, 0, "IMAGE")],
        {"in": "IMAGE"},
        {"out": "IMAGE"},
    )
    host = node(5, "outer", [], {"in": ("IMAGE", 10)}, PICTURE)
    links = [[10, 1, 0, 5, 0, "IMAGE"], [99, 5, 0, 9, 0, "IMAGE"]]
    graph = convert(editor([empty(1), host, saved(9, 99)], links, [inner, outer]), INFO)
    assert set(graph) == {"1", "5:7:1", "9"}
    assert inputs(graph, "5:7:1")["image"] == ["1", 0]
    assert inputs(graph, "9")["images"] == ["5:7:1", 0]


def test_two_instances_of_one_subgraph_have_values_of_their_own() -> None:
    inner = subgraph(
        "make",
        [node(1, "EmptyImage", [64, 48, 1, 7], {"width*": ("INT", 1)}, PICTURE)],
        [(1, -10, 0, 1, 0, "INT"), (2, 1, 0, -20, 0, "IMAGE")],
        {"width": "INT"},
        {"picture": "IMAGE"},
    )
    hosts = [node(i, "make", [i * 100], {"width*": ("INT", None)}, PICTURE) for i in (5, 6)]
    graph = convert(editor(hosts, [], [inner]), INFO)
    assert [inputs(graph, i)["width"] for i in ("5:1", "6:1")] == [500, 600]


def test_a_subgraph_that_is_part_of_itself_is_refused() -> None:
    inner = subgraph("again", [node(1, "again")], [], {}, {})
    with pytest.raises(Unusable, match="part of itself"):
        convert(editor([node(5, "again")], [], [inner]), INFO)


def test_subgraphs_that_multiply_are_refused_before_they_fill_the_memory() -> None:
    levels = [subgraph("0", [empty(i) for i in range(10)], [], {}, {})]
    levels += [
        subgraph(str(n), [node(i, str(n - 1)) for i in range(10)], [], {}, {}) for n in range(1, 12)
    ]
    with pytest.raises(Unusable, match=r"more than 5,000 nodes"):
        convert(editor([node(1, "11")], [], levels), INFO)
