"""What ComfyUI's protocol says of servers, as takes meet it: each fact by its name.

`docs/comfyui-protocol.md` lists all facts, and where each is held.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import httpx2

from tests.renders.comfyui.studio import (
    FILM,
    SIZE,
    Studio,
    a_shot,
    add_workflow,
    comfy_with,
    fresh,
    require_right,
    sent_for,
    staged,
    still,
    still_graph,
    studio_with,
)
from tests.support.comfyui import Comfy, workflow
from tests.support.factories import Json, make_character, ok, png
from tests.support.rendering import bytes_of, decoded, finished, rendered, request_takes
from tests.support.services import until


def a_still(studio: Studio) -> Json:
    """A shot of a project of pictures."""
    return a_shot(studio.api, staged(studio.api, ("keyframe", still(studio.api))))


def require_ends(studio: Studio, take: Json, *ends: str) -> Json:
    """The take is done and right, and each of its prompts ended so."""
    done = require_right(studio.api, take)
    assert [one["ended"] for one in sent_for(studio.comfy, take)] == [*ends]
    return done


def execution(studio: Studio, take: Json) -> Json:
    told: Json = ok(studio.api.get(f"/takes/{take['id']}/provenance"))["execution"]
    return told


def running_of(comfy: Comfy, take: Json) -> str | None:
    """The id of the take's prompt once its server is at one of its nodes."""
    now = comfy.machine.current
    ids = [one["id"] for one in sent_for(comfy, take)]
    return now.prompt_id if now and now.current and now.prompt_id in ids else None


def written(comfy: Comfy, take: Json) -> list[Path]:
    """The files of a take on its server's disk."""
    return sorted((comfy.folder / "output/tower").glob(f"take-{take['id']}_*"))


# --- a run


def test_files_stay_over_a_restart_and_the_take_is_the_second_of_them(studio: Studio) -> None:
    """The server was restarted after it wrote the file and before it told of it."""
    studio.comfy.behave(history_late=3600)
    [take] = request_takes(studio.api, a_still(studio), seed=fresh())
    [first] = until(lambda: written(studio.comfy, take), "the file")
    studio.comfy.behave(history_late=0)

    studio.comfy.restart()

    done = require_ends(studio, take, "lost", "success")
    [second] = execution(studio, done)["files"]
    assert (first.name, second) == (
        f"take-{take['id']}_00001_.png",
        f"take-{take['id']}_00002_.png",
    )


def test_what_was_rendered_is_copied_at_once_and_stays_when_the_server_forgets_it(
    studio: Studio,
) -> None:
    take = rendered(studio.api, a_still(studio), seed=fresh())

    studio.comfy.restart()
    for file in written(studio.comfy, take):
        file.unlink()

    require_ends(studio, take, "success")


def test_each_prompt_has_a_client_id_of_its_own_also_where_nothing_can_be_heard(
    studio: Studio,
) -> None:
    shot = a_still(studio)
    takes = [rendered(studio.api, shot, seed=fresh()) for _ in range(2)]
    studio.comfy.behave(websocket_refused=True)
    takes.append(rendered(studio.api, shot, seed=fresh()))

    ids = [one["client_id"] for take in takes for one in sent_for(studio.comfy, take)]

    assert all(ids)
    assert len({*ids}) == len(ids) == 3


# --- submitting


def test_a_prompt_that_is_always_answered_500_fails_and_says_so(studio: Studio) -> None:
    studio.comfy.behave(refuse={"/prompt": -1})
    [take] = request_takes(studio.api, a_still(studio), seed=fresh())

    failed = finished(studio.api, take)

    assert failed["status"] == "failed"
    assert "answered with an error" in failed["error"]["detail"]


# --- outputs


def test_a_film_that_is_reported_under_gifs_is_the_take(stack: ExitStack, tmp_path: Path) -> None:
    comfy = comfy_with(stack, video_helper=True)
    (comfy.folder / "input/ref.png").write_bytes(png())
    api = studio_with(stack, tmp_path, comfy).api
    graph = workflow("video_mp4")
    pictures = graph.pop("6")["inputs"]["images"]
    graph["7"] = {
        "class_type": "VHS_VideoCombine",
        "inputs": {
            "images": pictures,
            "frame_rate": 8,
            "loop_count": 0,
            "filename_prefix": "own",
            "format": "video/h264-mp4",
            "pingpong": False,
            "save_output": True,
        },
    }
    bindings = {name: places for name, places in FILM.items() if name != "first_frame"}
    bindings["fps"] = [{"node": "7", "input": "frame_rate"}]
    own = add_workflow(api, graph, bindings, "Helper")

    take = rendered(api, a_shot(api, staged(api, ("video", own))), seed=fresh())

    frames = decoded(bytes_of(api, take["media_id"]))
    assert [(frame.width, frame.height) for frame in frames] == [(*SIZE.values(),)] * 6
    assert take["warnings"] == []


def test_what_a_failed_run_wrote_before_it_failed_is_no_take(studio: Studio) -> None:
    graph = still_graph()
    graph["9"] = {"class_type": "PreviewImage", "inputs": {"images": ["7", 0]}}
    own = still(studio.api)
    ok(studio.api.put(f"/workflows/{own['id']}", json={"graph": graph}))
    studio.comfy.behave(error_at="SaveImage")
    shot = a_shot(studio.api, staged(studio.api, ("keyframe", own)))

    failed = finished(studio.api, request_takes(studio.api, shot, seed=fresh())[0])

    [sent] = sent_for(studio.comfy, failed)
    history = httpx2.get(f"{studio.comfy.url}/history/{sent['id']}", trust_env=False).json()
    assert list(history[sent["id"]]["outputs"]) == ["9"]
    assert (failed["status"], failed["media_id"], failed["outputs"]) == ("failed", None, [])
    assert failed["error"]["title"] == "SaveImage failed"


def test_a_truncated_picture_is_refused_and_never_sent_to_a_server(studio: Studio) -> None:
    """A server would take it, and run as if it were whole."""
    before = {*(studio.comfy.folder / "input").rglob("*")}
    hero = make_character(studio.api, staged(studio.api, ("keyframe", still(studio.api))), "Hero")
    cut = {"file": ("hero.png", png(640, 480)[:-40], "image/png")}

    answer = studio.api.post(f"/characters/{hero['id']}/image", files=cut)

    assert answer.status_code == 422
    assert "cut off" in answer.json()["detail"]
    assert {*(studio.comfy.folder / "input").rglob("*")} == before


# --- cancelling


def test_a_run_that_somebody_interrupts_at_the_server_is_sent_again(studio: Studio) -> None:
    studio.comfy.behave(stall=True)
    [take] = request_takes(studio.api, a_still(studio), seed=fresh())
    running = until(lambda: running_of(studio.comfy, take), "its start")

    httpx2.post(f"{studio.comfy.url}/interrupt", json={"prompt_id": running}, trust_env=False)
    studio.comfy.behave(stall=False)

    require_ends(studio, take, "interrupted", "success")


# --- out of memory


def test_a_take_of_which_its_server_dies_is_sent_again_when_that_is_back(studio: Studio) -> None:
    studio.comfy.behave(out_of_memory="dies", down_seconds=0.3)

    [take] = request_takes(studio.api, a_still(studio), seed=fresh())

    require_ends(studio, take, "lost", "success")


def test_a_take_that_brings_down_two_servers_is_parked_and_says_so(
    stack: ExitStack, tmp_path: Path
) -> None:
    kills = {"out_of_memory": "dies_always", "out_of_memory_at": "KSampler", "down_seconds": 0.3}
    comfies = [comfy_with(stack, **kills) for _ in range(2)]
    api = studio_with(stack, tmp_path, *comfies).api
    shot = a_shot(api, staged(api, ("keyframe", still(api))))
    [take] = request_takes(api, shot, seed=fresh())

    parked = finished(api, take)

    assert (parked["status"], parked["error"]["title"]) == ("failed", "It brings servers down")
    sent = [sent_for(comfy, take) for comfy in comfies]
    assert all(sent)
    assert sum(map(len, sent)) <= 4
