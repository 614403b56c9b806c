"""Takes that a ComfyUI server renders, from a shot to its film, over HTTP and real sockets."""

from __future__ import annotations

from tests.renders.comfyui.studio import (
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
)
from tests.support.factories import Json, ok
from tests.support.rendering import finished, rendered, request_takes

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
        " 320x192 at 12 a second."
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
