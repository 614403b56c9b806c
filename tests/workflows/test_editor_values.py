"""The values in the editor's files: each goes to its input, in every form they have been saved."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.material import INFO, editor, inputs, node
from tower_anime.workflows.editor import MissingClass, convert
from tower_anime.workflows.graph import Unusable

KSAMPLER = {
    "model": ("MODEL", None),
    "positive": ("CONDITIONING", None),
    "negative": ("CONDITIONING", None),
    "latent_image": ("LATENT", None),
}


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
