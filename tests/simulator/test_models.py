"""Pretended models draw pictures from which a test can tell what was asked for."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator

import av
import httpx2
import pytest
from PIL import Image

from tests.simulator import graphs
from tests.simulator.talking import Client, Json, of_type, picture, types
from tests.support.comfyui import Comfy, running
from tower_anime.simulator.drawing import mark, moving, read
from tower_anime.simulator.drawing import picture as drawn


@pytest.fixture
def comfy() -> Iterator[Comfy]:
    with running(checkpoints=[graphs.CHECKPOINT], loras=[graphs.LORA], video_helper=True) as server:
        yield server


def opened(client: Client, entry: Json) -> Image.Image:
    return Image.open(io.BytesIO(client.fetch(client.files(entry)[0]).content))


def frames(data: bytes) -> list[Image.Image]:
    with av.open(io.BytesIO(data)) as container:
        return [frame.to_image() for frame in container.decode(video=0)]


@pytest.mark.parametrize("size", [(64, 64), (512, 768), (832, 480)])
def test_a_picture_tells_its_prompt_and_its_seed(size: tuple[int, int]) -> None:
    marks = read(drawn(size, "夜の屋上 at night", 1 << 60, None))
    assert (marks.prompt, marks.seed) == (mark("夜の屋上 at night"), mark(str(1 << 60)))


def test_the_same_seed_and_prompt_draw_the_same_and_others_do_not() -> None:
    one = drawn((64, 64), "a roof", 1, None)
    assert one == drawn((64, 64), "a roof", 1, None)
    assert one != drawn((64, 64), "a roof", 2, None)
    assert one != drawn((64, 64), "a river", 1, None)


def test_the_frames_of_a_film_differ() -> None:
    shown = moving(drawn((64, 64), "a roof", 1, None), 5)
    assert len({frame.tobytes() for frame in shown}) == 5


def test_a_still_has_the_size_the_prompt_and_the_seed_that_were_asked_for(client: Client) -> None:
    entry, _ = client.run(graphs.still("a boy with an umbrella", seed=11))
    image = opened(client, entry)
    assert image.size == (256, 192)
    assert read(image) == read(drawn((256, 192), "a boy with an umbrella", 11, None))
    assert json.loads(image.info["prompt"])["2"]["inputs"]["text"] == "a boy with an umbrella"


def test_a_film_has_its_frames_and_each_tells_the_prompt(client: Client) -> None:
    entry, _ = client.run(graphs.film("she runs", seed=3, frames=9))
    shown = frames(client.fetch(client.files(entry)[0]).content)
    assert [frame.size for frame in shown] == [(256, 192)] * 9
    assert {read(frame) for frame in shown} == {read(drawn((256, 192), "she runs", 3, None))}


def test_a_start_image_shows_in_the_film(client: Client) -> None:
    def middle(colour: str) -> tuple[int, ...]:
        client.upload("ref.png", picture(colour=colour), overwrite="true")
        entry, _ = client.run(graphs.film())
        seen = frames(client.fetch(client.files(entry)[0]).content)[0].getpixel((128, 120))
        assert isinstance(seen, tuple)
        return seen

    red, blue = middle("red"), middle("blue")
    assert red[0] > blue[0] + 100
    assert blue[2] > red[2] + 100


def test_a_sampler_tells_its_steps_with_previews(client: Client) -> None:
    _, heard = client.run(graphs.still(steps=3))
    told = of_type(heard, "progress")
    assert [(m["value"], m["max"], m["node"]) for m in told] == [(n, 3, "5") for n in (1, 2, 3)]
    assert len(client.previews) == 3
    event, kind = struct.unpack(">II", client.previews[0][:8])
    assert (event, kind) == (1, 1)
    assert Image.open(io.BytesIO(client.previews[0][8:])).format == "JPEG"


def test_previews_tell_their_node_to_a_client_that_asked(client: Client) -> None:
    flags = {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
    client.socket.send(json.dumps(flags))
    [*_, answer] = client.hear(lambda m: m["type"] == "feature_flags")
    assert answer["data"]["supports_preview_metadata"] is True
    client.run(graphs.still())
    frame = client.previews[0]
    event, length = struct.unpack(">II", frame[:8])
    about = json.loads(frame[8 : 8 + length])
    assert (event, about["node_id"], about["image_type"]) == (4, "5", "image/jpeg")
    assert Image.open(io.BytesIO(frame[8 + length :])).format == "JPEG"


def test_progress_comes_between_executing_and_executed(client: Client) -> None:
    _, heard = client.run(graphs.still())
    order = [kind for kind in types(heard) if kind in ("executing", "progress", "executed")]
    assert order[-7:] == ["progress"] * 3 + ["executing"] * 2 + ["executed", "executing"]


def test_a_model_that_the_server_has_not_is_refused(comfy: Comfy, client: Client) -> None:
    comfy.behave(checkpoints=["other.safetensors"])
    answer = client.send(graphs.still())
    [error] = answer.json()["node_errors"]["1"]["errors"]
    assert (answer.status_code, error["type"]) == (400, "value_not_in_list")
    assert error["details"] == "ckpt_name: 'anime.safetensors' not in ['other.safetensors']"


def test_object_info_lists_the_models_and_the_files(client: Client) -> None:
    def choices(node: str, name: str) -> list[str]:
        info = client.http.get(f"/object_info/{node}").json()
        found: list[str] = info[node]["input"]["required"][name][0]
        return found

    assert choices("CheckpointLoaderSimple", "ckpt_name") == [graphs.CHECKPOINT]
    assert choices("LoraLoader", "lora_name") == [graphs.LORA]
    assert choices("VAELoader", "vae_name") == ["pixel_space"]
    assert choices("LoadImage", "image") == ["corrupt.png", "ref.png"]
    everything = client.http.get("/api/object_info").json()
    assert everything["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"][0]


def test_a_lora_runs(client: Client) -> None:
    graph = graphs.still()
    inputs = {"lora_name": graphs.LORA, "strength_model": 0.8, "strength_clip": 1.0}
    graph["L"] = {
        "class_type": "LoraLoader",
        "inputs": {"model": ["1", 0], "clip": ["1", 1], **inputs},
    }
    graph["5"]["inputs"]["model"], graph["2"]["inputs"]["clip"] = ["L", 0], ["L", 1]
    entry, _ = client.run(graph)
    assert entry["status"]["status_str"] == "success"


def test_video_helper_suite_reports_under_gifs(client: Client) -> None:
    graph = graphs.film()
    del graph["8"]
    graph["9"] = {
        "class_type": "VHS_VideoCombine",
        "inputs": {
            "images": ["6", 0],
            "frame_rate": 16,
            "loop_count": 0,
            "filename_prefix": "take/helper",
            "format": "video/h264-mp4",
            "pingpong": False,
            "save_output": True,
        },
    }
    entry, _ = client.run(graph)
    assert list(entry["outputs"]["9"]) == ["gifs"]
    assert len(frames(client.fetch(client.files(entry)[0]).content)) == 9


@pytest.mark.parametrize(
    ("saver", "more", "kind"),
    [
        ("SaveAnimatedWEBP", {"lossless": False, "quality": 80, "method": "default"}, "image/webp"),
        ("SaveWEBM", {"codec": "vp9", "crf": 32.0}, "video/webm"),
    ],
)
def test_other_films_are_told_as_images(
    client: Client, saver: str, more: dict[str, object], kind: str
) -> None:
    graph = graphs.film(frames=5)
    del graph["8"]
    inputs = {"images": ["6", 0], "fps": 16.0, "filename_prefix": "take/other", **more}
    graph["9"] = {"class_type": saver, "inputs": inputs}
    entry, _ = client.run(graph)
    assert entry["outputs"]["9"]["animated"] == [True]
    answer = client.fetch(client.files(entry)[0])
    assert answer.headers["content-type"] == kind


def test_a_node_that_cannot_be_pretended_says_so(client: Client) -> None:
    graph = graphs.still()
    inputs = {"image": ["6", 0], "sharpen_radius": 1, "sigma": 1.0, "alpha": 1.0}
    graph["8"] = {"class_type": "ImageSharpen", "inputs": inputs}
    graph["7"]["inputs"]["images"] = ["8", 0]
    _, heard = client.run(graph)
    [error] = of_type(heard, "execution_error")
    assert error["exception_message"] == "The simulator cannot run ImageSharpen.\n"


def test_system_stats_tell_the_device_and_the_version(comfy: Comfy, api: httpx2.Client) -> None:
    comfy.behave(name="RTX 3060", vram=12, version="0.3.60")
    told = api.get("/system_stats").json()
    assert told["system"]["comfyui_version"] == "0.3.60"
    [device] = told["devices"]
    assert "RTX 3060" in device["name"]
    assert device["vram_total"] == 12 * 1024**3
