"""Each fault of a ComfyUI server that a take may meet, by its name, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.renders.comfyui.studio import (
    HERO_FILM,
    Studio,
    a_hero,
    a_shot,
    film,
    fresh,
    marks,
    read_marks,
    sent_for,
    staged,
    still,
    until_it_runs,
)
from tests.support.factories import Json
from tests.support.rendering import bytes_of, decoded, finished, get_take, request_takes
from tests.support.services import until


def a_still(studio: Studio, **behaviour: Any) -> tuple[Json, int]:
    """A take of a picture, over, which the server rendered behaving so; its seed."""
    shot = a_shot(studio.api, staged(studio.api, ("keyframe", still(studio.api))))
    studio.comfy.behave(**behaviour)
    seed = fresh()
    return finished(studio.api, request_takes(studio.api, shot, seed=seed)[0]), seed


def a_film(studio: Studio, **behaviour: Any) -> Json:
    project = staged(studio.api, ("video", film(studio.api, HERO_FILM)))
    a_hero(studio.api, project)
    shot = a_shot(studio.api, project, "Hero")
    studio.comfy.behave(**behaviour)
    return finished(studio.api, request_takes(studio.api, shot, seed=fresh())[0])


def require_rendered(studio: Studio, take: Json, seed: int, times: int) -> None:
    """The take is done, its picture is right, and it was submitted so often."""
    assert take["status"] == "done", take["error"]
    assert read_marks(studio.api, take) == marks("Night, a roof", seed)
    assert len(sent_for(studio.comfy, take)) == times


# --- what a take gets over


def test_a_history_that_comes_late_is_waited_for(studio: Studio) -> None:
    take, seed = a_still(studio, history_late=1.5)

    require_rendered(studio, take, seed, 1)


def test_a_websocket_that_is_refused_is_done_without(studio: Studio) -> None:
    take, seed = a_still(studio, websocket_refused=True)

    require_rendered(studio, take, seed, 1)


def test_a_websocket_that_says_nothing_is_not_waited_for(studio: Studio) -> None:
    take, seed = a_still(studio, websocket_silent=True)

    require_rendered(studio, take, seed, 1)


def test_a_websocket_that_is_closed_in_the_midst_is_done_without(studio: Studio) -> None:
    api, seed = studio.api, fresh()
    shot = a_shot(api, staged(api, ("keyframe", still(api))))
    studio.comfy.behave(step_seconds=0.5)
    [take] = request_takes(api, shot, seed=seed)
    until_it_runs(studio.comfy, take)

    studio.comfy.drop_websockets()

    require_rendered(studio, finished(api, take), seed, 1)


def test_a_submit_whose_answer_never_comes_is_looked_up_and_not_sent_again(studio: Studio) -> None:
    take, seed = a_still(studio, ambiguous_submits=1)

    require_rendered(studio, take, seed, 1)


def test_a_submit_that_is_cut_before_it_is_taken_is_sent_again(studio: Studio) -> None:
    take, seed = a_still(studio, lost_submits=1)

    require_rendered(studio, take, seed, 1)


def test_out_of_memory_once_is_freed_and_rendered(studio: Studio) -> None:
    take, seed = a_still(studio, out_of_memory="once", out_of_memory_at="KSampler")

    require_rendered(studio, take, seed, 2)


def test_out_of_memory_until_memory_is_freed_is_rendered(studio: Studio) -> None:
    take, seed = a_still(studio, out_of_memory="until_free", out_of_memory_at="KSampler")

    require_rendered(studio, take, seed, 2)


@pytest.mark.parametrize("path", ["/view", "/history", "/queue"])
def test_an_answer_that_is_cut_is_asked_for_again(studio: Studio, path: str) -> None:
    take, seed = a_still(studio, cut={path: 1})

    require_rendered(studio, take, seed, 1)


@pytest.mark.parametrize("path", ["/view", "/history", "/queue", "/prompt"])
def test_an_error_of_the_server_itself_is_got_over(studio: Studio, path: str) -> None:
    take, seed = a_still(studio, refuse={path: 1})

    require_rendered(studio, take, seed, 1)


def test_an_output_that_is_gone_is_rendered_again(studio: Studio) -> None:
    take, seed = a_still(studio, remove_outputs=1)

    require_rendered(studio, take, seed, 2)


def test_a_queue_that_is_lost_in_a_restart_is_sent_again(studio: Studio) -> None:
    api, seed = studio.api, fresh()
    shot = a_shot(api, staged(api, ("keyframe", still(api))))
    studio.comfy.behave(step_seconds=60)
    [take] = request_takes(api, shot, seed=seed)
    until_it_runs(studio.comfy, take)

    studio.comfy.behave(step_seconds=0)
    studio.comfy.restart()

    require_rendered(studio, finished(api, take), seed, 2)
    assert [one["ended"] for one in sent_for(studio.comfy, take)] == ["lost", "success"]


# --- what a take fails of, and says so


def test_out_of_memory_always_is_tried_twice_and_then_told(studio: Studio) -> None:
    take, _ = a_still(studio, out_of_memory="always", out_of_memory_at="KSampler")

    assert (take["status"], take["error"]["title"]) == ("failed", "Out of memory")
    assert "Make it smaller or shorter" in take["error"]["detail"]
    assert take["error"]["node"] == "6"
    assert len(sent_for(studio.comfy, take)) == 2


def test_an_error_in_a_node_names_the_node(studio: Studio) -> None:
    take, _ = a_still(studio, error_at="KSampler", error_message="The tensors do not fit.")

    assert take["status"] == "failed"
    assert take["error"]["title"] == "KSampler failed"
    assert "The tensors do not fit." in take["error"]["detail"]
    assert take["error"]["node"] == "6"
    assert "Traceback" not in str(take["error"])
    assert len(sent_for(studio.comfy, take)) == 1


def test_an_output_that_does_not_decode_is_no_take(studio: Studio) -> None:
    take, _ = a_still(studio, truncate_outputs=1)

    assert take["status"] == "failed"
    assert take["error"]["title"] == "What came back is of no use"
    assert take["media_id"] is None


def test_a_graph_that_is_taken_in_part_is_refused_and_does_not_run(studio: Studio) -> None:
    take, _ = a_still(studio, partial=1, step_seconds=60)

    assert take["status"] == "failed"
    assert take["error"]["title"] == "The server refuses the workflow"

    def ended() -> str | None:
        [sent] = sent_for(studio.comfy, take)
        how: str | None = sent["ended"]
        return how

    assert until(ended, "the end of what it took") in {"deleted", "interrupted"}


def test_a_failed_take_can_be_retried(studio: Studio) -> None:
    take, seed = a_still(studio, error_at="KSampler", error_times=1)
    assert take["status"] == "failed"

    answer = studio.api.post(f"/takes/{take['id']}/retry").json()

    require_rendered(studio, finished(studio.api, answer), seed, 1)


# --- what stands on a take


def test_frames_that_are_missing_or_too_many_stand_on_the_take(studio: Studio) -> None:
    take = a_film(studio, extra_frames=2)

    assert take["status"] == "done"
    assert take["warnings"] == ["It has 8 frames; 6 were asked for."]
    assert len(decoded(bytes_of(studio.api, take["media_id"]))) == 8


def test_another_size_stands_on_the_take(studio: Studio) -> None:
    take = a_film(studio, size=(160, 96))

    assert take["status"] == "done"
    assert take["warnings"] == [
        "It is 160 pixels wide; 320 were asked for.",
        "It is 96 pixels high; 192 were asked for.",
    ]
    assert get_take(studio.api, take)["warnings"] == take["warnings"]


def test_a_view_that_errs_for_a_while_is_asked_again_and_not_hammered(studio: Studio) -> None:
    take, seed = a_still(studio, refuse={"/view": 6})

    require_rendered(studio, take, seed, 1)
    assert take["attempt"] == 1


def test_a_server_renders_on_while_what_it_made_is_still_to_be_fetched(studio: Studio) -> None:
    api = studio.api
    shot = a_shot(api, staged(api, ("keyframe", still(api))))
    studio.comfy.behave(refuse={"/view": -1})
    first, second = (request_takes(api, shot, seed=fresh())[0] for _ in range(2))

    def is_made() -> bool:
        sent = sent_for(studio.comfy, second)
        return [one["ended"] for one in sent] == ["success"]

    until(is_made, "the second take's run")
    assert get_take(api, first)["status"] == "running"
    studio.comfy.behave(refuse={})
    for take in (first, second):
        assert finished(api, take)["status"] == "done"
        assert len(sent_for(studio.comfy, take)) == 1
