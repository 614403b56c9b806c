"""What becomes of takes when the service is killed, when servers stall, and with several."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import httpx2

from tests.renders.comfyui.studio import (
    a_hero,
    a_shot,
    comfy_with,
    fresh,
    require_right,
    sent_for,
    staged,
    still,
    studio_with,
    until_it_runs,
)
from tests.support.comfyui import Comfy
from tests.support.factories import Json, ok
from tests.support.rendering import finished, get_take, request_takes
from tests.support.services import PATIENCE, Service, until


def asked(api: httpx2.Client) -> Json:
    """A take that was just asked for."""
    shot = a_shot(api, staged(api, ("keyframe", still(api))))
    return request_takes(api, shot, seed=fresh())[0]


def a_running_take(
    stack: ExitStack, tmp_path: Path, step_seconds: float, **settings: object
) -> tuple[Comfy, Service, Json]:
    """A server whose steps take so long, a service, and a take that the one runs for the other."""
    comfy = comfy_with(stack, step_seconds=step_seconds)
    service = studio_with(stack, tmp_path, comfy, **settings)
    take = asked(service.api)
    until_it_runs(comfy, take)
    return comfy, service, take


def stored_prompt(service: Service, take: Json) -> str | None:
    """The prompt's id as it is written down of a take."""
    with closing(sqlite3.connect(service.data_dir / "anime.db")) as db:
        [found] = db.execute("SELECT prompt_id FROM takes WHERE id = ?", (take["id"],)).fetchall()
    prompt_id: str | None = found[0]
    return prompt_id


# --- the service is killed


def test_a_prompt_that_runs_when_the_service_is_killed_is_found_again(
    stack: ExitStack, tmp_path: Path
) -> None:
    comfy, service, take = a_running_take(stack, tmp_path, 0.7)

    service.kill()
    service.restart()

    require_right(service.api, take)
    assert len(sent_for(comfy, take)) == 1


def test_a_prompt_of_a_server_that_chooses_ids_itself_is_found_again(
    stack: ExitStack, tmp_path: Path
) -> None:
    comfy = comfy_with(stack, chooses_ids=True, step_seconds=0.7)
    service = studio_with(stack, tmp_path, comfy)
    take = asked(service.api)
    until_it_runs(comfy, take)
    [sent] = sent_for(comfy, take)
    until(lambda: stored_prompt(service, take) == sent["id"], "the id of the prompt")

    service.kill()
    service.restart()

    require_right(service.api, take)
    assert len(sent_for(comfy, take)) == 1


def test_a_prompt_that_ended_while_there_was_no_service_is_fetched(
    stack: ExitStack, tmp_path: Path
) -> None:
    comfy, service, take = a_running_take(stack, tmp_path, 0.4)

    service.kill()
    until(lambda: sent_for(comfy, take)[0]["ended"] == "success", "the end of the job")
    service.restart()

    require_right(service.api, take)
    assert len(sent_for(comfy, take)) == 1
    execution = ok(service.api.get(f"/takes/{take['id']}/provenance"))["execution"]
    assert execution["seconds"] >= 0.4  # as the server tells it: nobody else was there


def test_a_service_that_is_stopped_lets_its_prompt_run_and_finds_it_again(
    stack: ExitStack, tmp_path: Path
) -> None:
    comfy, service, take = a_running_take(stack, tmp_path, 0.7)

    assert service.stop() == 0
    service.restart()

    require_right(service.api, take)
    assert [one["ended"] for one in sent_for(comfy, take)] == ["success"]


def test_a_prompt_whose_id_was_written_and_that_was_never_sent_is_sent_once(
    stack: ExitStack, tmp_path: Path
) -> None:
    comfy = comfy_with(stack)
    service = studio_with(stack, tmp_path, comfy)
    comfy.behave(silent=True)  # the submit gets no further than the socket
    take = asked(service.api)
    written = until(lambda: stored_prompt(service, take), "the id of the prompt")

    service.kill()
    comfy.behave(silent=False)
    before = sent_for(comfy, take)
    service.restart()

    require_right(service.api, take)
    assert before == []
    [sent] = sent_for(comfy, take)
    assert sent["id"] != written


def test_a_worker_that_comes_back_late_leaves_the_prompt_to_whoever_follows_it_now(
    stack: ExitStack, tmp_path: Path
) -> None:
    comfy, service, take = a_running_take(stack, tmp_path, 1.5)

    with closing(sqlite3.connect(service.data_dir / "anime.db", timeout=PATIENCE)) as db, db:
        db.execute("UPDATE takes SET attempt = attempt + 1 WHERE id = ?", (take["id"],))

    require_right(service.api, take)
    assert [one["ended"] for one in sent_for(comfy, take)] == ["success"]
    assert get_take(service.api, take)["attempt"] == 2


def test_a_take_that_is_cancelled_after_a_restart_is_stopped_on_its_server(
    stack: ExitStack, tmp_path: Path
) -> None:
    comfy, service, take = a_running_take(stack, tmp_path, 60)
    service.kill()
    service.restart()

    ok(service.api.post(f"/takes/{take['id']}/cancel"))

    assert finished(service.api, take)["status"] == "cancelled"
    until(lambda: sent_for(comfy, take)[0]["ended"] == "interrupted", "the interruption")
    comfy.behave(step_seconds=0)


# --- servers that stall, and those that only say nothing


def a_take_that_stalls(stack: ExitStack, path: Path) -> tuple[Comfy, Comfy, httpx2.Client, Json]:
    """A server that is stuck with a take, one that nobody knows yet, a service, and the take."""
    stuck, other = comfy_with(stack, stall=True), comfy_with(stack)
    api = studio_with(stack, path, stuck, engine_stall_seconds=1.5).api
    take = asked(api)
    until_it_runs(stuck, take)
    return stuck, other, api, take


def test_a_take_that_stalls_is_stopped_and_given_to_another_server(
    stack: ExitStack, tmp_path: Path
) -> None:
    stuck, other, api, take = a_take_that_stalls(stack, tmp_path)

    ok(api.post("/engines", json={"name": "other", "url": other.url}))

    done = require_right(api, take)
    assert ok(api.get(f"/engines/{done['engine_id']}"))["name"] == "other"
    assert len(sent_for(other, take)) == 1
    assert "success" not in [one["ended"] for one in sent_for(stuck, take)]


def test_a_server_that_is_stuck_with_a_take_is_not_given_it_again(
    stack: ExitStack, tmp_path: Path
) -> None:
    stuck, other, api, take = a_take_that_stalls(stack, tmp_path)
    until(lambda: get_take(api, take)["status"] == "queued", "that it is given back")

    ok(api.post("/engines", json={"name": "other", "url": other.url}))

    require_right(api, take)
    assert len(sent_for(stuck, take)) == len(sent_for(other, take)) == 1


def test_a_long_run_is_not_stalled_because_nothing_of_it_can_be_heard(
    stack: ExitStack, tmp_path: Path
) -> None:
    comfy = comfy_with(stack, websocket_refused=True, step_seconds=1.0)
    service = studio_with(stack, tmp_path, comfy, engine_stall_seconds=1.5)
    take = asked(service.api)

    require_right(service.api, take)
    assert [one["ended"] for one in sent_for(comfy, take)] == ["success"]


def test_a_long_run_is_not_stalled_because_the_service_was_started_again(
    stack: ExitStack, tmp_path: Path
) -> None:
    comfy, service, take = a_running_take(stack, tmp_path, 4.0, engine_stall_seconds=2.0)

    service.kill()
    service.restart()

    require_right(service.api, take)
    assert [one["ended"] for one in sent_for(comfy, take)] == ["success"]


# --- several servers


def test_what_is_too_large_for_one_server_is_rendered_by_a_larger_one(
    stack: ExitStack, tmp_path: Path
) -> None:
    small = comfy_with(stack, out_of_memory="always", out_of_memory_at="KSampler")
    large = comfy_with(stack)
    service = studio_with(stack, tmp_path, small)
    api = service.api
    ok(api.post("/engines", json={"name": "large", "url": large.url}))
    until(lambda: all(one["status"] == "idle" for one in ok(api.get("/engines"))), "both")
    shot = a_shot(api, staged(api, ("keyframe", still(api))))

    takes = request_takes(api, shot, seed=fresh(), count=3)

    for take in takes:
        require_right(api, take)
        assert len(sent_for(small, take)) <= 2
        assert len(sent_for(large, take)) == 1


def test_a_take_goes_to_the_server_that_has_its_lora(stack: ExitStack, tmp_path: Path) -> None:
    bare = comfy_with(stack, loras=["ink.safetensors"])
    full = comfy_with(stack)
    service = studio_with(stack, tmp_path, bare, full)
    api = service.api
    project = staged(api, ("keyframe", still(api)))
    a_hero(api, project, loras=[{"name": "hero", "strength": 1}])
    shot = a_shot(api, project, "Hero")

    done = [finished(api, take) for take in request_takes(api, shot, seed=fresh(), count=3)]

    assert [take["status"] for take in done] == ["done"] * 3
    assert [len(sent_for(full, take)) for take in done] == [1, 1, 1]
    assert bare.prompts() == []


def test_two_servers_render_side_by_side(stack: ExitStack, tmp_path: Path) -> None:
    one, two = comfy_with(stack, job_seconds=60), comfy_with(stack, job_seconds=60)
    service = studio_with(stack, tmp_path, one, two)
    api = service.api
    shot = a_shot(api, staged(api, ("keyframe", still(api))))

    takes = request_takes(api, shot, seed=fresh(), count=2)

    until(lambda: len(one.prompts()) == len(two.prompts()) == 1, "a job on each")
    for take in takes:
        ok(api.post(f"/takes/{take['id']}/cancel"))
        assert finished(api, take)["status"] == "cancelled"
    assert get_take(api, takes[0])["engine_id"] != get_take(api, takes[1])["engine_id"]
