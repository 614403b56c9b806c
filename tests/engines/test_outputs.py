"""Outputs of every kind are found in a run's history, whichever key a node lists them under."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines.graphs import over, submitted
from tests.support.comfyui import DATA, Comfy, running, workflow
from tower_anime.engines.answers import Output
from tower_anime.engines.server import Server
from tower_anime.media.probe import Limits, Probed, probe

LIMIT = 10_000_000
LIMITS: Limits = {"pixels": 10**7, "duration": 60.0}
FRAMES = {"width": 64, "height": 48, "batch_size": 5, "color": 3}
HELPER = {
    "frame_rate": 8.0,
    "loop_count": 0,
    "format": "video/h264-mp4",
    "pingpong": False,
    "save_output": True,
}
WEBP = {"fps": 8.0, "lossless": False, "quality": 80, "method": "default"}


@pytest.fixture
def comfy() -> Iterator[Comfy]:
    """A server with the nodes of films and sound that many servers have."""
    with running(video_helper=True, audio=True) as simulator:
        yield simulator


def films(saver: str, **inputs: Any) -> dict[str, Any]:
    """A graph that saves five frames."""
    told = {"images": ["1", 0], "filename_prefix": "kinds/a", **inputs}
    return {
        "1": {"class_type": "EmptyImage", "inputs": FRAMES},
        "2": {"class_type": saver, "inputs": told},
    }


SOUND = {
    "1": {
        "class_type": "EmptyAudio",
        "inputs": {"duration": 0.5, "sample_rate": 44100, "channels": 2},
    },
    "2": {"class_type": "SaveAudio", "inputs": {"audio": ["1", 0], "filename_prefix": "kinds/a"}},
}
MP4 = {
    **films("SaveVideo"),
    "3": {"class_type": "CreateVideo", "inputs": {"images": ["1", 0], "fps": 8.0}},
    "2": {
        "class_type": "SaveVideo",
        "inputs": {"video": ["3", 0], "filename_prefix": "kinds/a", "format": "mp4",
                   "codec": "h264"},
    },
}  # fmt: skip


def probed(server: Server, output: Output, folder: Path) -> Probed:
    """What a file is, by its content."""
    server.fetch(output, folder / "fetched", LIMIT)
    return probe(str(folder / "fetched"), LIMITS)


@pytest.mark.parametrize(
    ("graph", "key", "kind", "mime"),
    [
        pytest.param(films("SaveImage"), "images", "image", "image/png", id="pictures"),
        pytest.param(MP4, "images", "video", "video/mp4", id="SaveVideo"),
        pytest.param(
            films("SaveWEBM", fps=8.0, codec="vp9", crf=32.0), "images", "video", "video/webm",
            id="webm",
        ),
        pytest.param(
            films("SaveAnimatedWEBP", **WEBP), "images", "image", "image/webp", id="webp"
        ),
        pytest.param(
            films("SaveAnimatedPNG", fps=8.0, compress_level=4), "images", "image", "image/png",
            id="animated png",
        ),
        pytest.param(
            films("VHS_VideoCombine", **HELPER), "gifs", "video", "video/mp4", id="VideoHelperSuite"
        ),
        pytest.param(SOUND, "audio", "audio", "audio/flac", id="audio"),
    ],
)  # fmt: skip
def test_an_output_is_found_under_any_key_and_its_kind_is_told_by_its_content(
    server: Server, tmp_path: Path, graph: dict[str, Any], key: str, kind: str, mime: str
) -> None:
    found = over(server, submitted(server, graph))
    assert found.ended == "success", found.error
    assert {(output.node, output.key, output.type) for output in found.outputs} == {
        ("2", key, "output")
    }
    told = probed(server, found.outputs[0], tmp_path)
    assert (told["kind"], told["mime"]) == (kind, mime)


def test_a_film_whose_name_says_that_it_is_a_picture_is_a_film(
    comfy: Comfy, server: Server, tmp_path: Path
) -> None:
    (comfy.folder / "output/says.png").write_bytes((DATA / "samples/clip.mp4").read_bytes())
    told = probed(server, Output("2", "images", "says.png", "", "output"), tmp_path)
    assert (told["kind"], told["mime"]) == ("video", "video/mp4")


def test_a_run_that_failed_lists_the_outputs_of_the_nodes_that_finished(
    comfy: Comfy, server: Server
) -> None:
    (comfy.folder / "input/corrupt.png").write_bytes(b"no picture")
    found = over(server, submitted(server, workflow("first_output_ok_second_fails")))
    assert found.ended == "error"
    assert found.error is not None
    assert found.error.node == "1"
    assert {output.node for output in found.outputs} == {"4", "5", "6"}
