"""Takes that a ComfyUI server renders, from a shot to its film, over HTTP and real sockets."""

from __future__ import annotations

import httpx2
import pytest

from tests.renders.comfyui.studio import (
    FILM,
    HERO_FILM,
    LORAS,
    Studio,
    a_hero,
    a_shot,
    film,
    fresh,
    is_of,
    marks,
    paint,
    picture_of,
    read_marks,
    sent_for,
    staged,
    still,
    still_graph,
)
from tests.support.comfyui import workflow
from tests.support.factories import Json, ok
from tests.support.rendering import finished, get_take, rendered, request_takes, waited
from tests.support.services import until

RED, BLUE = (255, 0, 0), (0, 0, 255)


def provenance(studio: Studio, take: Json) -> Json:
    told: Json = ok(studio.api.get(f"/takes/{take['id']}/provenance"))
    return told


# --- what arrives


def test_the_prompt_and_the_seed_arrive_in_the_picture(studio: Studio) -> None:
    api = studio.api
    project = staged(api, ("keyframe", still(api)), style={"prompt": "ink", "negative_prompt": "x"})
    a_hero(api, project, prompt="red hair", loras=[{"name": "hero", "strength": 0.5}])
    shot = a_shot(api, project, "Hero", description="A roof at night")

    take = rendered(api, shot, seed=7)

    assert read_marks(api, take) == marks("ink, A roof at night, red hair", 7)
    [sent] = sent_for(studio.comfy, take)
    inputs = {node: told["inputs"] for node, told in sent["graph"].items()}
    assert inputs["4"]["text"] == "x"
    assert (inputs["5"]["width"], inputs["5"]["height"]) == (320, 192)
    assert inputs["2"]["lora_name"] == LORAS[0]  # as this server calls what is named `hero`
    assert (inputs["2"]["strength_model"], inputs["2"]["strength_clip"]) == (0.5, 0.5)
    assert take["warnings"] == []
    assert take["progress"] == 1.0


def test_the_picture_of_a_character_arrives_in_the_film(studio: Studio) -> None:
    api = studio.api
    seed = fresh()
    project = staged(api, ("video", film(api, HERO_FILM)))
    a_hero(api, project, "red")
    shot = a_shot(api, project, "Hero")

    take = rendered(api, shot, seed=seed)

    medium = ok(api.get(f"/media/{take['media_id']}"))
    assert (medium["width"], medium["height"], medium["frames"], medium["fps"]) == (
        *(320, 192, 6),
        "12/1",
    )
    assert is_of(RED, picture_of(api, take))
    assert [one["node"] for one in take["outputs"]] == ["7"]
    assert take["warnings"] == []


def test_a_workflows_own_words_stay_where_a_placeholder_has_nothing(studio: Studio) -> None:
    api = studio.api
    seed = fresh()
    own = still(api, negative_prompt=[])
    graph = own["graph"]
    graph["4"]["inputs"]["text"] = "{{negative_prompt}}"
    ok(api.put(f"/workflows/{own['id']}", json={"graph": graph}))
    project = staged(api, ("keyframe", own))

    take = rendered(api, a_shot(api, project), seed=seed)

    assert sent_for(studio.comfy, take)[0]["graph"]["4"]["inputs"]["text"] == ""


def test_a_seed_above_2_to_the_53_arrives_exactly(studio: Studio) -> None:
    api = studio.api
    shot = a_shot(api, staged(api, ("keyframe", still(api))), description="A roof")

    take = rendered(api, shot, seed=str(2**64 - 1))

    assert take["seed"] == str(2**64 - 1)
    assert read_marks(api, take) == marks("A roof", 2**64 - 1)


# --- what it tells


def test_a_take_explains_itself(studio: Studio) -> None:
    api = studio.api
    seed = fresh()
    project = staged(api, ("video", film(api, HERO_FILM)))
    a_hero(api, project)
    take = rendered(api, a_shot(api, project, "Hero"), seed=seed)

    told = provenance(studio, take)

    assert told["sentences"][0] == (
        f"Rendered by ComfyUI from the workflow Film, version 2, with seed {seed}: 6 frames of"
        " 320x192 at 12/1 a second."
    )
    assert told["sentences"][1] == "Hero in version 2."
    execution = told["execution"]
    assert told["sentences"][2] == (
        f"Made by {execution['server']} (ComfyUI 0.3.64) in {execution['seconds']:.1f} s, on"
        f" {execution['finished_at'][:10]}, {execution['finished_at'][11:16]} UTC."
    )
    assert len(told["sentences"]) == 3
    assert execution["prompt_id"] == sent_for(studio.comfy, take)[0]["id"]
    assert execution["address"] == studio.comfy.url
    assert execution["files"] == [f"take-{take['id']}_00001_.mp4"]


def test_loras_are_told(studio: Studio) -> None:
    api = studio.api
    seed = fresh()
    project = staged(api, ("keyframe", still(api)))
    a_hero(api, project, loras=[{"name": "hero", "strength": 0.5}])

    take = rendered(api, a_shot(api, project, "Hero"), seed=seed)

    assert "With the LoRA hero at strength 0.5." in provenance(studio, take)["sentences"]


# --- again, and not again


def test_a_retry_renders_the_plan_though_the_shot_has_changed(studio: Studio) -> None:
    api = studio.api
    seed = fresh()
    project = staged(api, ("video", film(api, HERO_FILM)))
    hero = a_hero(api, project, "red")
    shot = a_shot(api, project, "Hero")
    first = rendered(api, shot, seed=seed)
    paint(api, hero, "blue")
    ok(api.put(f"/shots/{shot['id']}", json={"duration": 1.0}))

    again = finished(api, ok(api.post(f"/takes/{first['id']}/retry")))

    assert (again["status"], again["digest"], again["seed"]) == ("done", first["digest"], seed)
    assert again["reused_from"] is None
    assert len(sent_for(studio.comfy, again)) == 1
    assert is_of(RED, picture_of(api, again))
    now = rendered(api, shot, seed=seed)
    assert now["digest"] != first["digest"]
    assert is_of(BLUE, picture_of(api, now))


def test_the_same_plan_and_seed_are_not_submitted_again(studio: Studio) -> None:
    api = studio.api
    seed = fresh()
    project = staged(api, ("keyframe", still(api)))
    first = rendered(api, a_shot(api, project), seed=seed)
    before = len(studio.comfy.prompts())

    same = rendered(api, a_shot(api, project), seed=seed)
    other = rendered(api, a_shot(api, project), seed=fresh())

    assert (same["reused_from"], same["media_id"]) == (first["id"], first["media_id"])
    assert provenance(studio, same)["sentences"][1:] == [
        f"The same plan and seed had been rendered as take {first['id']}."
    ]
    assert other["reused_from"] is None
    assert len(studio.comfy.prompts()) == before + 1


def test_the_same_plan_and_seed_asked_for_at_once_are_rendered_once(studio: Studio) -> None:
    api = studio.api
    seed = fresh()
    project = staged(api, ("keyframe", still(api)))
    shots = [a_shot(api, project) for _ in range(3)]
    before = len(studio.comfy.prompts())

    asked = [request_takes(api, shot, seed=seed)[0] for shot in shots]
    done = [finished(api, take) for take in asked]

    assert [take["status"] for take in done] == ["done"] * 3
    assert len({take["media_id"] for take in done}) == 1
    assert len(studio.comfy.prompts()) == before + 1


# --- cancelling


def test_a_cancelled_take_is_stopped_on_its_server(studio: Studio) -> None:
    api = studio.api
    seed = fresh()
    studio.comfy.behave(step_seconds=60)
    shot = a_shot(api, staged(api, ("keyframe", still(api))))
    [take] = request_takes(api, shot, seed=seed)
    until(lambda: _started(studio, take), "the start of the job")

    ok(api.post(f"/takes/{take['id']}/cancel"))

    assert finished(api, take)["status"] == "cancelled"
    until(lambda: sent_for(studio.comfy, take)[0]["ended"] == "interrupted", "the interruption")


def test_cancelling_never_stops_somebody_elses_job(studio: Studio) -> None:
    """The server is as old as they come: an interrupt stops whatever runs."""
    api = studio.api
    seed = fresh()
    studio.comfy.behave(ignores_interrupt_id=True)
    shot = a_shot(api, staged(api, ("keyframe", still(api))))
    [take] = request_takes(api, shot, seed=seed)
    finished(api, take)
    studio.comfy.behave(step_seconds=60)
    theirs = _submitted_by_another(studio)
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
    seed = fresh()
    studio.comfy.behave(step_seconds=60)
    shot = a_shot(api, staged(api, ("keyframe", still(api))))
    runs, waits = request_takes(api, shot, seed=seed, count=2)
    until(lambda: _started(studio, runs), "the start of the job")

    cancelled = ok(api.post(f"/takes/{waits['id']}/cancel"))

    assert cancelled["status"] == "cancelled"
    ok(api.post(f"/takes/{runs['id']}/cancel"))
    finished(api, runs)
    assert sent_for(studio.comfy, waits) == []


def _started(studio: Studio, take: Json) -> bool:
    return any(one["started_at"] for one in sent_for(studio.comfy, take))


def _running(studio: Studio) -> list[str]:
    queue = httpx2.get(f"{studio.comfy.url}/queue", trust_env=False).json()
    return [job[1] for job in queue["queue_running"]]


def _submitted_by_another(studio: Studio) -> str:
    graph = still_graph()
    graph["6"]["inputs"]["seed"] = 424242
    body = {"prompt": graph, "client_id": "somebody else"}
    answer = httpx2.post(f"{studio.comfy.url}/prompt", json=body, trust_env=False)
    told: str = ok(answer)["prompt_id"]
    return told


# --- progress


def test_progress_is_told_while_it_renders_and_never_goes_back(studio: Studio) -> None:
    api = studio.api
    seed = fresh()
    studio.comfy.behave(step_seconds=0.7)
    shot = a_shot(api, staged(api, ("keyframe", still(api))))
    [take] = request_takes(api, shot, seed=seed)
    seen: list[float] = []

    def over() -> bool:
        now = get_take(api, take)
        seen.append(now["progress"])
        return bool(now["status"] == "done")

    until(over, "the end of the take")

    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert [progress for progress in seen if 0 < progress < 1]


# --- what cannot be rendered


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
