"""A graph held against what a real server declared."""

from __future__ import annotations

import copy

import pytest

from tests.workflows.material import INFO, recorded
from tower_anime.workflows.check import Need, check, needs
from tower_anime.workflows.examples import GRAPH
from tower_anime.workflows.graph import Graph


def example() -> Graph:
    graph: Graph = copy.deepcopy(GRAPH)  # type: ignore[assignment]
    return graph


@pytest.mark.parametrize("name", ["still_512", "video_mp4", "slow", "preview_temp"])
def test_what_the_server_ran_can_run_there_once_its_picture_is_bound(name: str) -> None:
    assert check(recorded(name), INFO, {("1", "image")}) == []


def test_what_the_server_refused_is_told_before() -> None:
    [missing] = check(recorded("missing_node"), INFO, {("1", "image")})
    assert (missing.problem, missing.class_type) == ("node", "NodeThatIsNotInstalled")
    [file] = check(recorded("missing_file"), INFO)
    assert (file.problem, file.input) == ("value", "image")
    assert "'does_not_exist.png' is not there" in file.text


def test_a_model_and_a_lora_that_are_not_there_are_named() -> None:
    graph = example()
    inputs = {"model": ["4", 0], "clip": ["4", 1], "lora_name": "ink.safetensors"}
    strengths = {"strength_model": 1.0, "strength_clip": 1.0}
    graph["50"] = {"class_type": "LoraLoader", "inputs": {**inputs, **strengths}, "_meta": {}}
    texts = [p.text for p in check(graph, INFO) if p.problem == "model"]
    assert [text.partition(";")[0] for text in texts] == [
        "The model anime.safetensors is not there",
        "The LoRA ink.safetensors is not there",
    ]
    assert needs(graph) == [
        Need("CheckpointLoaderSimple", "ckpt_name", "anime.safetensors"),
        Need("LoraLoader", "lora_name", "ink.safetensors"),
    ]


def test_a_sampler_that_is_not_offered_a_number_out_of_range_and_nothing_at_all() -> None:
    graph = example()
    graph["3"]["inputs"] |= {"sampler_name": "magic", "steps": 0, "cfg": "much", "denoise": 2}
    del graph["3"]["inputs"]["positive"]
    found = {p.input: p for p in check(graph, INFO, {("4", "ckpt_name")})}
    assert {name: p.problem for name, p in found.items()} == {
        "positive": "input",
        "steps": "value",
        "cfg": "value",
        "sampler_name": "value",
        "denoise": "value",
    }
    assert "'magic'" in found["sampler_name"].text
    assert "at the least" in found["steps"].text


def test_what_is_bound_or_written_is_not_held_to_the_templates_value() -> None:
    graph = example()
    graph["5"]["inputs"]["width"] = -1
    bound = {("4", "ckpt_name"), ("5", "width")}
    assert check(graph, INFO, bound) == []
    graph["5"]["inputs"]["width"] = "{{width}}"
    assert check(graph, INFO, {("4", "ckpt_name")}) == []


def test_combos_in_their_newer_form_are_held_to_their_options() -> None:
    choices = {"options": ["a", "b"]}
    told = {"one": ["COMBO", choices], "many": ["COMBO", {**choices, "multiselect": True}]}
    info = {"Pick": {"input": {"required": told}, "output_node": True}}
    inputs = {"one": "c", "many": {"__value__": ["a", "d"]}}
    graph = {"1": {"class_type": "Pick", "inputs": inputs, "_meta": {"title": "Pick"}}}
    assert [p.text.partition(";")[0] for p in check(graph, info)] == [
        "The server does not offer 'c'",
        "The server does not offer 'd'",
    ]


def test_a_graph_that_makes_nothing_is_told() -> None:
    graph = example()
    del graph["9"]
    [problem] = check(graph, INFO, {("4", "ckpt_name")})
    assert "saves or shows" in problem.text
