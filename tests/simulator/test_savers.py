"""What the savers do with what no check has kept from them, and what they write."""

from __future__ import annotations

import io
import json
from typing import Any

import av
import pytest
from PIL import Image

from tests.simulator.talking import Client, Json
from tower_anime.simulator.nodes.saving import ODD_SIZE


def frames(width: int = 64, height: int = 48) -> Json:
    inputs = {"width": width, "height": height, "batch_size": 3, "color": 1}
    return {
        "1": {"class_type": "EmptyImage", "inputs": inputs},
        "2": {"class_type": "ImageAddNoise",
              "inputs": {"image": ["1", 0], "seed": 5, "strength": 0.5}},
    }  # fmt: skip


def mp4(graph: Json, **changes: Any) -> Json:
    saved = {"video": ["3", 0], "filename_prefix": "film", "format": "mp4", "codec": "h264"}
    return {
        **graph,
        "3": {"class_type": "CreateVideo", "inputs": {"images": ["2", 0], "fps": 24.0}},
        "4": {"class_type": "SaveVideo", "inputs": {**saved, **changes}},
    }


def saved_by(saver: str, graph: Json, **inputs: Any) -> Json:
    whole = {"images": ["2", 0], "filename_prefix": "film", "fps": 12.0, **inputs}
    return {**graph, "4": {"class_type": saver, "inputs": whole}}


def error_of(client: Client, graph: Json) -> tuple[str, str, str]:
    entry, _ = client.run(graph)
    kind, told = entry["status"]["messages"][-1]
    assert (kind, entry["outputs"]) == ("execution_error", {})
    return told["node_type"], told["exception_type"], told["exception_message"]


@pytest.mark.parametrize("size", [(65, 48), (64, 49)])
def test_an_mp4_of_an_odd_size_fails_in_its_saver(client: Client, size: tuple[int, int]) -> None:
    assert error_of(client, mp4(frames(*size))) == (
        "SaveVideo",
        "av.error.ExternalError",
        f"{ODD_SIZE}\n",
    )


def test_a_webm_may_have_an_odd_size(client: Client) -> None:
    entry, _ = client.run(saved_by("SaveWEBM", frames(65, 49), codec="vp9", crf=32.0))
    with av.open(io.BytesIO(client.fetch(client.files(entry)[0]).content)) as container:
        [stream] = container.streams.video
        assert (stream.width, stream.height) == (65, 49)


def test_the_choices_of_newer_nodes_are_not_checked_before_a_run(client: Client) -> None:
    kind, exception, message = error_of(client, mp4(frames(), format="avi"))
    assert (kind, exception) == ("SaveVideo", "ValueError")
    assert message == "'avi' is not a valid VideoContainer\n"


def test_an_animated_png_is_told_as_a_picture_and_has_its_texts_at_its_end(client: Client) -> None:
    graph, editor = saved_by("SaveAnimatedPNG", frames(), compress_level=4), {"id": "my-wf"}
    entry, _ = client.run(graph, extra_data={"extra_pnginfo": {"workflow": editor}})
    [file] = client.files(entry)
    assert (file["filename"], entry["outputs"]["4"]["animated"]) == ("film_00001_.png", [True])
    data = client.fetch(file).content
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.n_frames, picture.info.get("prompt")) == (3, None)
    assert b"comfprompt\0" + json.dumps(graph).encode() in data
    assert b"comfworkflow\0" + json.dumps(editor).encode() in data


def test_a_latent_is_told_under_a_key_of_its_own(client: Client) -> None:
    size = {"width": 64, "height": 64, "batch_size": 1}
    entry, _ = client.run(
        {
            "1": {"class_type": "EmptyLatentImage", "inputs": size},
            "2": {"class_type": "SaveLatent",
                  "inputs": {"samples": ["1", 0], "filename_prefix": "latents/x"}},
        }
    )  # fmt: skip
    told = {"filename": "x_00001_.latent", "subfolder": "latents", "type": "output"}
    assert entry["outputs"] == {"2": {"latents": [told]}}
