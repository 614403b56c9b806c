"""While a ComfyUI server renders a take: it can be cancelled, and tells how far it is."""

from __future__ import annotations

import httpx2

from tests.renders.comfyui.studio import (
    Studio,
    a_shot,
    fresh,
    of_somebody_else,
    sent_for,
    staged,
    still,
    until_it_runs,
)
from tests.support.factories import Json, ok
from tests.support.rendering import finished, get_take, request_takes
from tests.support.services import until


def asked(studio: Studio, step_seconds: float, count: int = 1) -> list[Json]:
    """Takes that were just asked for, of which each step takes so long."""
    studio.comfy.behave(step_seconds=step_seconds)
    shot = a_shot(studio.api, staged(studio.api, ("keyframe", still(studio.api))))
    return request_takes(studio.api, shot, seed=fresh(), count=count)


# --- cancelling


def test_a_cancelled_take_is_stopped_on_its_server(studio: Studio) -> None:
    api = studio.api
    [take] = asked(studio, step_seconds=60)
    until_it_runs(studio.comfy, take)

    ok(api.post(f"/takes/{take['id']}/cancel"))

    assert finished(api, take)["status"] == "cancelled"
    until(lambda: sent_for(studio.comfy, take)[0]["ended"] == "interrupted", "the interruption")


def test_cancelling_never_stops_somebody_elses_job(studio: Studio) -> None:
    """The server is as old as they come: an interrupt stops whatever runs."""
    api = studio.api
    studio.comfy.behave(ignores_interrupt_id=True)
    shot = a_shot(api, staged(api, ("keyframe", still(api))))
    [take] = request_takes(api, shot, seed=fresh())
    finished(api, take)
    studio.comfy.behave(step_seconds=60)
    theirs = of_somebody_else(studio.comfy)
    [ours] = request_takes(api, shot, seed=fresh())
    until(lambda: theirs in _running(studio), "their start")

    ok(api.post(f"/takes/{ours['id']}/cancel"))

    assert finished(api, ours)["status"] == "cancelled"
    assert theirs in _running(studio)
    assert not [one for one in studio.comfy.prompts() if one["id"] == theirs and one["ended"]]
    studio.comfy.behave(step_seconds=0)
    studio.comfy.restart()


def test_a_take_that_waits_for_a_server_is_cancelled_at_once(studio: Studio) -> None:
    api = studio.api
    runs, waits = asked(studio, step_seconds=60, count=2)
    until_it_runs(studio.comfy, runs)

    cancelled = ok(api.post(f"/takes/{waits['id']}/cancel"))

    assert cancelled["status"] == "cancelled"
    ok(api.post(f"/takes/{runs['id']}/cancel"))
    finished(api, runs)
    assert sent_for(studio.comfy, waits) == []


def _running(studio: Studio) -> list[str]:
    queue = httpx2.get(f"{studio.comfy.url}/queue", trust_env=False).json()
    return [job[1] for job in queue["queue_running"]]


# --- progress


def test_progress_is_told_while_it_renders_and_never_goes_back(studio: Studio) -> None:
    [take] = asked(studio, step_seconds=0.7)
    seen: list[float] = []

    def over() -> bool:
        now = get_take(studio.api, take)
        seen.append(now["progress"])
        return bool(now["status"] == "done")

    until(over, "the end of the take")

    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert [progress for progress in seen if 0 < progress < 1]
