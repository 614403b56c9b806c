"""What a workflow writes beside its pictures, and what its savers make of a size."""

from __future__ import annotations

from tests.renders.comfyui.studio import (
    STILL,
    Studio,
    a_shot,
    add_workflow,
    fresh,
    staged,
    still_graph,
)
from tests.support.factories import Json
from tests.support.rendering import finished, rendered, request_takes
from tower_anime.engines.answers import ODD_SIZES

LATENT = {
    "20": {"class_type": "EmptyLatentImage",
           "inputs": {"width": 64, "height": 64, "batch_size": 1}},
    "21": {"class_type": "SaveLatent",
           "inputs": {"samples": ["20", 0], "filename_prefix": "latents/x"}},
}  # fmt: skip
ODD = {
    "1": {"class_type": "EmptyImage",
          "inputs": {"width": 65, "height": 48, "batch_size": 2, "color": 0}},
    "2": {"class_type": "CreateVideo", "inputs": {"images": ["1", 0], "fps": 24.0}},
    "3": {"class_type": "SaveVideo",
          "inputs": {"video": ["2", 0], "filename_prefix": "odd", "format": "mp4",
                     "codec": "h264"}},
}  # fmt: skip


def latent_only(studio: Studio) -> Json:
    graph = still_graph()
    graph["8"] = {
        "class_type": "SaveLatent",
        "inputs": {"samples": ["6", 0], "filename_prefix": "own"},
    }
    return add_workflow(studio.api, graph, STILL, "Latent")


def test_what_is_no_medium_stays_on_the_server_and_the_take_says_so(studio: Studio) -> None:
    bindings = {name: places for name, places in STILL.items() if name != "output"}
    own = add_workflow(studio.api, {**still_graph(), **LATENT}, bindings, "Beside")

    take = rendered(studio.api, a_shot(studio.api, staged(studio.api, ("keyframe", own))))

    assert [one["node"] for one in take["outputs"]] == ["8"]
    assert take["warnings"] == [
        "x_00001_.latent is no picture, film or sound that is read here, and stays on the server."
    ]


def test_a_run_that_wrote_no_medium_at_all_is_no_take(studio: Studio) -> None:
    own = latent_only(studio)
    shot = a_shot(studio.api, staged(studio.api, ("keyframe", own)))

    failed = finished(studio.api, request_takes(studio.api, shot, seed=fresh())[0])

    assert (failed["status"], failed["outputs"]) == ("failed", [])
    assert failed["error"]["title"] == "What came back is of no use"
    assert "unknown format" in failed["error"]["detail"]


def test_a_film_of_an_odd_size_fails_and_says_what_to_look_at(studio: Studio) -> None:
    own = add_workflow(studio.api, ODD, {"output": [{"node": "3"}]}, "Odd")
    shot = a_shot(studio.api, staged(studio.api, ("video", own)))

    failed = finished(studio.api, request_takes(studio.api, shot, seed=fresh())[0])

    assert failed["status"] == "failed"
    assert failed["error"]["title"] == "SaveVideo failed"
    assert failed["error"]["detail"].endswith(ODD_SIZES)
