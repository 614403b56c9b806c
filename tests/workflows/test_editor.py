"""The editor's files become what ComfyUI's own front end would send for them, or are refused."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories import Json
from tests.workflows.material import (
    PICTURE,
    editor,
    empty,
    inverted,
    node,
    object_info,
    recorded,
    saved,
    subgraph,
)
from tower_anime.workflows.declarations import inputs_of
from tower_anime.workflows.editor import MissingClass, convert
from tower_anime.workflows.graph import Graph, Unusable, is_link

INFO = object_info()
KSAMPLER = {
    "model": ("MODEL", None),
    "positive": ("CONDITIONING", None),
    "negative": ("CONDITIONING", None),
    "latent_image": ("LATENT", None),
}


def inputs(graph: Graph, node_id: str) -> Json:
    found: Json = graph[node_id]["inputs"]
    return found


def straight(*between: Json, links: list[list[Any]]) -> Graph:
    """A picture (1) that is saved (9), with nodes between them."""
    return convert(editor([empty(1), *between, saved(9, 99)], links), INFO)


# --- values


def test_values_go_to_their_inputs_and_the_control_after_a_seed_to_none() -> None:
    values = [42, "randomize", 20, 7.5, "euler", "normal", 1]
    graph = convert(editor([node(3, "KSampler", values, KSAMPLER)], []), INFO)
    assert inputs(graph, "3") == {
        "seed": 42,
        "steps": 20,
        "cfg": 7.5,
        "sampler_name": "euler",
        "scheduler": "normal",
        "denoise": 1,
    }


@pytest.mark.parametrize("control", [["randomize"], ["fixed"], [True], [False], []])
def test_a_seed_is_read_with_a_control_after_it_of_any_age_and_without(control: list[Any]) -> None:
    values = [42, *control, 20, 7.5, "euler", "normal", 1]
    graph = convert(editor([node(3, "KSampler", values)], []), INFO)
    assert (inputs(graph, "3")["seed"], inputs(graph, "3")["steps"]) == (42, 20)


def test_values_under_names_need_no_order() -> None:
    values = {"height": 48, "width": 64, "videopreview": {"hidden": False}}
    graph = convert(editor([node(1, "EmptyImage", values)], []), INFO)
    assert inputs(graph, "1") == {"height": 48, "width": 64, "batch_size": 1, "color": 0}


def test_names_beside_the_list_say_whose_its_values_are() -> None:
    named = {"height": 1, "width": 2, "batch_size": 3, "color": 4}
    file = editor([node(1, "EmptyImage", [48, 64, 1, 7], widgets_values_named=named)], [])
    expected = {"height": 48, "width": 64, "batch_size": 1, "color": 7}
    assert inputs(convert(file, INFO), "1") == expected


def test_what_the_file_has_no_value_for_has_the_servers_default() -> None:
    graph = convert(editor([node(1, "EmptyImage", [64])], []), INFO)
    assert inputs(graph, "1") == {"width": 64, "height": 512, "batch_size": 1, "color": 0}


def test_a_dynamic_combos_choice_decides_which_values_follow() -> None:
    small = {"required": {"side": ["INT", {}]}}
    large = {"required": {"scale": ["FLOAT", {}]}}
    choices = [{"key": "by side", "inputs": small}, {"key": "by scale", "inputs": large}]
    told = {"how": ["COMFY_DYNAMICCOMBO_V3", {"options": choices}], "crop": ["BOOLEAN", {}]}
    info = {"Resize": {"input": {"required": told}}}
    graph = convert(editor([node(1, "Resize", ["by scale", 2.5, True])], []), info)
    assert inputs(graph, "1") == {"how": "by scale", "how.scale": 2.5, "crop": True}


def test_a_list_that_is_a_value_cannot_be_taken_for_a_link() -> None:
    info = {"Pick": {"input": {"required": {"which": ["COMBO", {"options": ["a", "b"]}]}}}}
    graph = convert(editor([node(1, "Pick", [["a", 1]])], []), info)
    assert inputs(graph, "1") == {"which": {"__value__": ["a", 1]}}


def test_values_of_another_version_of_a_node_are_refused_and_not_shifted() -> None:
    file = editor([node(3, "KSampler", [42, "randomize", "euler", 20], title="Draw")], [])
    with pytest.raises(Unusable, match=r"'Draw' \(node 3, KSampler\).*'steps' is 'euler'"):
        convert(file, INFO)


def test_a_node_that_the_server_has_not_is_named() -> None:
    with pytest.raises(MissingClass, match=r"'Mine' \(node 5, NotThere\)"):
        convert(editor([node(5, "NotThere", [], title="Mine")], []), INFO)


# --- links


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


# --- subgraphs


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


# --- the whole way round


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
