"""Suggested bindings say what the inputs of common workflows are for, and why."""

from __future__ import annotations

import copy

import pytest

from tests.support.factories import Json
from tests.workflows.material import recorded
from tower_anime.workflows import bindings, suggest
from tower_anime.workflows.bindings import Rule
from tower_anime.workflows.examples import GRAPH
from tower_anime.workflows.graph import Graph


def example() -> Graph:
    graph: Graph = copy.deepcopy(GRAPH)  # type: ignore[assignment]
    return graph


def told(graph: Graph) -> dict[str, list[str]]:
    """What is suggested, as {name: ["node.input"]}."""
    found: dict[str, list[str]] = {}
    for one in suggest.suggest(graph):
        place = one.target.node + (f".{one.target.input}" if one.target.input else "")
        found.setdefault(one.name, []).append(place)
        assert one.reason.endswith(".")
    return found


def add(graph: Graph, node_id: str, kind: str, title: str | None = None, **inputs: object) -> None:
    graph[node_id] = {"class_type": kind, "inputs": inputs, "_meta": {"title": title or kind}}


def test_a_samplers_two_texts_are_told_apart_by_where_its_links_lead() -> None:
    assert told(example()) == {
        "prompt": ["6.text"],
        "negative_prompt": ["7.text"],
        "seed": ["3.seed"],
        "width": ["5.width"],
        "height": ["5.height"],
        "filename_prefix": ["9.filename_prefix"],
        "output": ["9"],
    }


def test_what_is_suggested_can_be_confirmed_as_it_is() -> None:
    for graph in (example(), wan(), recorded("video_mp4"), recorded("still_512")):
        bound = bindings.stored((one.name, one.target) for one in suggest.suggest(graph))
        bindings.require_valid(bindings.loaded(bound), graph)


def test_a_text_that_comes_from_elsewhere_is_bound_there() -> None:
    graph = example()
    add(graph, "20", "PrimitiveStringMultiline", value="a courier")
    graph["6"]["inputs"]["text"] = ["20", 0]
    assert told(graph)["prompt"] == ["20.value"]
    add(graph, "21", "PrimitiveString", value="a pilot")
    add(graph, "22", "ComfySwitchNode", switch=True, on_false=["21", 0], on_true=["20", 0])
    graph["6"]["inputs"]["text"] = ["22", 0]
    assert told(graph)["prompt"] == ["20.value"]
    graph["22"]["inputs"]["switch"] = False
    assert told(graph)["prompt"] == ["21.value"]


def wan() -> Graph:
    """The nodes of an image-to-video workflow that matter here."""
    graph = example()
    add(graph, "30", "LoadImage", image="start.png")
    size = {"width": 832, "height": 480, "length": 81, "batch_size": 1}
    texts = {"positive": ["6", 0], "negative": ["7", 0]}
    add(graph, "31", "WanImageToVideo", **texts, **size, start_image=["30", 0], vae=["4", 2])
    graph["3"]["inputs"] |= {
        "positive": ["31", 0],
        "negative": ["31", 1],
        "latent_image": ["31", 2],
    }
    add(graph, "32", "CreateVideo", images=["8", 0], fps=16.0)
    add(graph, "9", "SaveVideo", video=["32", 0], filename_prefix="video", format="mp4")
    del graph["5"]
    return graph


def test_image_to_video_is_looked_through_and_its_frames_have_their_rule() -> None:
    found = told(wan())
    assert (found["prompt"], found["negative_prompt"]) == (["6.text"], ["7.text"])
    assert found["first_frame"] == ["30.image"]
    assert (found["fps"], found["output"]) == (["32.fps"], ["9"])
    [frames] = [one for one in suggest.suggest(wan()) if one.name == "frames"]
    assert frames.target == bindings.Target("31", "length", Rule(4, 1, 5, 81))
    assert "1 and a multiple of 4" in frames.reason


@pytest.mark.parametrize("saver", ["SaveAnimatedWEBP", "SaveAnimatedPNG", "SaveWEBM"])
def test_a_batch_is_so_many_frames_where_a_film_is_saved_without_a_video(saver: str) -> None:
    graph = example()
    add(graph, "9", saver, images=["8", 0], filename_prefix="film", fps=12.0)
    found = told(graph)
    assert (found["frames"], found["fps"]) == (["5.batch_size"], ["9.fps"])
    assert "frames" not in told(example())


def test_a_title_says_more_than_what_a_picture_feeds() -> None:
    graph = wan()
    graph["30"]["_meta"]["title"] = "Keyframe"
    assert told(graph)["stage:keyframe"] == ["30.image"]
    graph["30"]["_meta"]["title"] = "Last frame"
    assert told(graph)["last_frame"] == ["30.image"]


def test_other_pictures_are_of_characters_in_their_order() -> None:
    graph = wan()
    for number in ("40", "41"):
        add(graph, number, "LoadImage", image="hero.png")
        add(graph, f"{number}0", "CLIPVisionEncode", image=[number, 0])
    found = told(graph)
    assert (found["character_image:1"], found["character_image:2"]) == (["40.image"], ["41.image"])


def test_loras_are_numbered_with_their_strengths() -> None:
    graph = example()
    loras: Json = {"strength_model": 0.8, "strength_clip": 0.7, "clip": ["4", 1]}
    add(graph, "50", "LoraLoader", lora_name="ink.safetensors", model=["4", 0], **loras)
    add(graph, "51", "LoraLoaderModelOnly", lora_name="b.safetensors", strength_model=1.0)
    found = told(graph)
    assert (found["lora:1"], found["lora:2"]) == (["50.lora_name"], ["51.lora_name"])
    assert found["lora_strength:1"] == ["50.strength_model", "50.strength_clip"]


def test_the_second_sampler_of_two_adds_no_noise_and_needs_no_seed() -> None:
    graph = example()
    add(graph, "60", "KSamplerAdvanced", add_noise="disable", noise_seed=0)
    add(graph, "61", "KSamplerAdvanced", add_noise="enable", noise_seed=0)
    assert told(graph)["seed"] == ["3.seed", "61.noise_seed"]


def test_a_placeholder_is_found_and_not_bound_again() -> None:
    graph = example()
    graph["6"]["inputs"]["text"] = "masterpiece, {{prompt}}"
    assert "prompt" not in told(graph)
    assert suggest.written(graph) == [("prompt", bindings.Target("6", "text"))]


def test_a_picture_that_is_only_shown_is_the_output_where_nothing_is_saved() -> None:
    graph = example()
    graph["9"] = {"class_type": "PreviewImage", "inputs": {"images": ["8", 0]}, "_meta": {}}
    assert told(graph)["output"] == ["9"]
