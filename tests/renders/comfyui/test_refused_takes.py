"""What no ComfyUI server could render is refused before it is queued, with what is missing."""

from __future__ import annotations

import pytest

from tests.renders.comfyui.studio import (
    FILM,
    HERO_FILM,
    Studio,
    a_hero,
    a_shot,
    film,
    staged,
    still,
)
from tests.support.comfyui import workflow
from tests.support.factories import Json, ok
from tests.support.rendering import rendered, waited


def refused_take(studio: Studio, shot: Json, **asked: object) -> str:
    answer = studio.api.post(f"/shots/{shot['id']}/takes", json=asked)
    assert answer.status_code == 422, answer.text
    assert ok(studio.api.get(f"/shots/{shot['id']}/takes")) == []
    detail: str = answer.json()["detail"]
    return detail


def server_name(studio: Studio) -> str:
    name: str = ok(studio.api.get("/engines"))[0]["name"]
    return name


@pytest.mark.parametrize("what", ["node", "model", "LoRA"])
def test_what_no_server_can_render_is_refused_with_what_is_missing(
    studio: Studio, what: str
) -> None:
    api = studio.api
    own = still(api)
    graph = own["graph"]
    if what == "node":
        graph["6"]["class_type"] = "HerSampler"
    if what == "model":
        graph["1"]["inputs"]["ckpt_name"] = "absent.safetensors"
    ok(api.put(f"/workflows/{own['id']}", json={"graph": graph}))
    project = staged(api, ("keyframe", own))
    if what == "LoRA":
        a_hero(api, project, loras=[{"name": "absent", "strength": 1}])
    shot = a_shot(api, project, "Hero")

    detail = refused_take(studio, shot)

    assert server_name(studio) in detail
    assert {"node": "HerSampler", "model": "absent.safetensors", "LoRA": "absent"}[what] in detail
    whole = api.post(f"/projects/{project['id']}/render", json={})
    assert whole.status_code == 422
    assert ok(api.get("/takes", params={"project_id": project["id"]})) == []


def test_more_loras_than_the_workflow_takes_are_refused(studio: Studio) -> None:
    api = studio.api
    project = staged(api, ("keyframe", still(api)))
    a_hero(api, project, loras=[{"name": "hero"}, {"name": "ink"}])

    assert "needs 2 LoRAs" in refused_take(studio, a_shot(api, project, "Hero"))


def test_a_workflow_without_its_picture_is_refused_before_it_is_queued(studio: Studio) -> None:
    """The graph's own picture is not on the server, and nobody in the shot has one."""
    api = studio.api
    assert workflow("video_mp4")["1"]["inputs"]["image"] == "ref.png"
    project = staged(api, ("video", film(api, HERO_FILM)))

    assert "ref.png" in refused_take(studio, a_shot(api, project))


def test_stages_without_a_workflow_are_refused(studio: Studio) -> None:
    api = studio.api
    shot = a_shot(api, staged(api, ("keyframe", still(api)), ("video", film(api, FILM))))
    assert waited(api, rendered(api, shot), lambda now: now["status"] == "done", "it")
    answer = api.post(f"/shots/{shot['id']}/takes", json={"stage": "elsewhere"})

    assert answer.status_code == 422
    assert "keyframe, video" in answer.json()["detail"]
