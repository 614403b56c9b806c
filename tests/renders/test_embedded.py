"""Takes that are uploaded from ComfyUI's files tell the workflow that is in them."""

from __future__ import annotations

import json

import httpx2

from tests.support.comfyui import DATA
from tests.support.factories import Json, make_scene, ok, png
from tests.support.rendering import first_shot, small_project
from tower_anime.renders import embedded

SAMPLES = DATA / "samples"


def uploaded(api: httpx2.Client, shot: Json, name: str, data: bytes) -> Json:
    files = {"file": (name, data, "application/octet-stream")}
    take = ok(api.post(f"/shots/{shot['id']}/takes/upload", files=files))
    return ok(api.get(f"/takes/{take['id']}/provenance"))


def a_shot(api: httpx2.Client) -> Json:
    return first_shot(api, make_scene(api, small_project(api)))


def test_a_real_file_of_comfyui_tells_its_graph_its_seed_and_its_words(api: httpx2.Client) -> None:
    shot = a_shot(api)

    for name in ("still.png", "clip.mp4"):
        told = uploaded(api, shot, name, (SAMPLES / name).read_bytes())
        graph = told["execution"]["graph"]
        assert (told["plan"], told["digest"], told["seed"]) == (None, None, None)
        assert (told["execution"]["engine"], told["execution"]["from"]) == ("comfyui", "embedded")
        assert all(node["class_type"] for node in graph.values())
        assert "Rendered by ComfyUI from the workflow that is in the file." in told["sentences"]
    assert "Its seed was 7." in told["sentences"]


def test_a_take_from_a_file_of_comfyui_is_never_stale_and_never_in_the_estimate(
    api: httpx2.Client,
) -> None:
    project = small_project(api)
    shot = first_shot(api, make_scene(api, project))
    told = uploaded(api, shot, "clip.mp4", (SAMPLES / "clip.mp4").read_bytes())
    ok(api.post(f"/shots/{shot['id']}/approve", json={"take_id": told["take_id"]}))
    ok(api.put(f"/shots/{shot['id']}", json={"prompt": "something else"}))

    assert ok(api.get(f"/projects/{project['id']}/stale")) == []
    asked = {"what": "all", "dry_run": True}
    assert ok(api.post(f"/projects/{project['id']}/render", json=asked))["estimate_seconds"] is None


def test_a_file_without_a_workflow_says_so(api: httpx2.Client) -> None:
    told = uploaded(api, a_shot(api), "plain.png", png())

    assert told["execution"] is None
    assert "how it was made is not known" in told["sentences"][0]


def test_words_seed_and_models_are_told_as_far_as_the_graph_shows_them() -> None:
    graph = {
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "anime.safetensors"}},
        "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "a roof", "clip": ["1", 1]}},
        "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "x" * 900, "clip": ["1", 1]}},
        "4": {
            "class_type": "KSampler",
            "inputs": {"model": ["1", 0], "positive": ["2", 0], "negative": ["3", 0], "seed": 11},
        },
    }
    made = embedded.made({"prompt": json.dumps(graph), "kind": "png"}, {})
    assert made is not None

    told = embedded.sentences(made)

    assert told[1:] == [
        "Its prompt was: a roof",
        f"Its negative prompt was: {'x' * 500}…",
        "Its seed was 11.",
        "It names the models anime.safetensors.",
    ]


def test_a_workflow_that_cannot_be_read_is_told_with_the_reason() -> None:
    made = embedded.made({"workflow": '{"nodes": [], "links": []}', "kind": "png"}, {})
    assert made is not None

    (sentence,) = embedded.sentences(made)

    assert sentence.startswith("A workflow is in the file, and cannot be read: ")


def test_a_file_with_other_texts_only_tells_nothing() -> None:
    assert embedded.made({"kind": "png"}, {}) is None
