"""Promises of tower_anime.renders.comfyui.graph."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.renders.comfyui.graphs import BINDINGS, FILM, RULES, VALUES, bound_graphs
from tests.support.comfyui import workflow
from tower_anime.renders.comfyui.graph import emptied, filled, outputs, own
from tower_anime.workflows.bindings import Bound, Rule, Target, loaded
from tower_anime.workflows.graph import Graph


def all_own(graph: Graph, bindings: Bound) -> dict[str, Any]:
    return {name: own(graph, bindings, name) for name in bindings}


@given(bound_graphs())
def test_what_was_emptied_and_filled_with_its_own_values_is_the_graph(
    drawn: tuple[Graph, Bound],
) -> None:
    graph, bindings = drawn

    back = filled(emptied(graph, bindings), bindings, all_own(graph, bindings))

    assert back == graph


@pytest.mark.parametrize("name", ["video_mp4", "still_512", "slow"])
def test_a_graph_that_a_real_server_ran_comes_back_as_it_was(name: str) -> None:
    graph = workflow(name)
    bindings = loaded(
        {
            "width": [{"node": "2", "input": "width"}],
            "height": [{"node": "2", "input": "height"}],
        }
    )

    back = filled(emptied(graph, bindings), bindings, all_own(graph, bindings))

    assert {n: (node["class_type"], node["inputs"]) for n, node in back.items()} == {
        n: (node["class_type"], node["inputs"]) for n, node in graph.items()
    }


@given(bound_graphs(), st.data())
def test_what_is_bound_is_not_in_what_was_emptied(
    drawn: tuple[Graph, Bound], data: st.DataObject
) -> None:
    graph, bindings = drawn
    other = json.loads(json.dumps(graph))
    for targets in bindings.values():
        for target in targets:
            other[target.node]["inputs"][target.input] = data.draw(VALUES)
    for node in other.values():
        node["_meta"] = {"title": data.draw(st.text(max_size=3))}

    assert emptied(other, bindings) == emptied(graph, bindings)


@given(bound_graphs(), VALUES)
def test_a_value_is_put_into_every_place_of_its_name_and_nowhere_else(
    drawn: tuple[Graph, Bound], value: object
) -> None:
    graph, bindings = drawn
    bound = {(t.node, t.input): name for name, targets in bindings.items() for t in targets}

    sent = filled(emptied(graph, bindings), bindings, {**all_own(graph, bindings), "prompt": value})

    for node_id, node in graph.items():
        for name, was in node["inputs"].items():
            wanted = value if bound.get((node_id, name)) == "prompt" else was
            assert sent[node_id]["inputs"][name] == wanted


def test_neither_emptying_nor_filling_changes_the_workflow_itself() -> None:
    before = json.dumps(FILM)
    bindings = loaded(BINDINGS)

    filled(emptied(FILM, bindings), bindings, {"prompt": "A roof", "seed": 5})

    assert json.dumps(FILM) == before


def test_a_place_that_gets_nothing_is_left_out() -> None:
    bindings: Bound = {"first_frame": [Target("1", "image")]}
    graph: Graph = {"1": {"class_type": "Wan", "inputs": {"image": "x.png", "steps": 4}}}

    sent = filled(emptied(graph, bindings), bindings, {})

    assert sent == {"1": {"class_type": "Wan", "inputs": {"steps": 4}}}


# --- rules


@given(RULES, st.integers(1, 10_000))
def test_a_number_is_sent_as_its_rule_allows_it(rule: Rule, frames: int) -> None:
    bindings: Bound = {"frames": [Target("1", "length", rule)]}
    graph: Graph = {"1": {"class_type": "Latent", "inputs": {"length": 5}}}

    sent = filled(emptied(graph, bindings), bindings, {"frames": frames})["1"]["inputs"]["length"]

    assert (sent - rule.plus) % rule.multiple == 0
    assert rule.least is None or sent >= rule.least


@pytest.mark.parametrize(
    ("asked", "sent"), [(1, 1), (2, 1), (3, 5), (24, 25), (81, 81), (82, 81), (999, 81)]
)
def test_wan_takes_four_frames_and_one_and_at_most_81(asked: int, sent: int) -> None:
    bindings = loaded({"frames": BINDINGS["frames"]})

    graph = filled(emptied(FILM, bindings), bindings, {"frames": asked})

    assert graph["3"]["inputs"]["length"] == sent


# --- placeholders


def written(text: str, **values: Any) -> Any:
    graph: Graph = {"1": {"class_type": "Text", "inputs": {"text": text}}}
    return filled(graph, {}, values)["1"]["inputs"]["text"]


def test_a_placeholder_becomes_its_value_in_the_midst_of_a_text() -> None:
    assert written("best, {{prompt}}, 4k", prompt="A roof") == "best, A roof, 4k"
    assert written("{{ prompt }} of {{width}}", prompt="A roof", width=64) == "A roof of 64"


def test_a_placeholder_that_is_all_of_a_text_becomes_a_number() -> None:
    assert written("{{seed}}", seed=2**64 - 1) == 2**64 - 1
    assert written("{{width}}", width=64) == 64


def test_a_placeholder_that_nobody_knows_stays_as_it_is() -> None:
    assert written("{{somebody}} and {{prompt}}", prompt="A roof") == "{{somebody}} and A roof"
    assert written("{{somebody}}") == "{{somebody}}"


@pytest.mark.parametrize("text", ["{{negative_prompt}}", "no {{negative_prompt}}"])
def test_a_placeholder_for_which_nobody_has_anything_is_an_empty_text(text: str) -> None:
    """Where a plan says that the workflow's own value stays, a placeholder has none."""
    nothing = own({}, {}, "negative_prompt")

    assert written(text, negative_prompt=nothing) == text.replace("{{negative_prompt}}", "")


@given(st.text("{}ab :_", max_size=12))
def test_what_is_put_in_is_not_searched_for_placeholders(words: str) -> None:
    assert written("{{prompt}}!", prompt=f"{{{{seed}}}}{words}", seed=1) == f"{{{{seed}}}}{words}!"


@given(st.integers(2**53, 2**64 - 1))
def test_a_large_seed_is_sent_exactly(seed: int) -> None:
    bindings = loaded({"seed": BINDINGS["seed"]})

    sent = filled(emptied(FILM, bindings), bindings, {"seed": seed})

    assert json.loads(json.dumps(sent))["4"]["inputs"]["seed"] == seed


def test_outputs_are_the_bound_nodes() -> None:
    assert outputs(loaded(BINDINGS)) == ["8"]
    assert outputs({}) == []
