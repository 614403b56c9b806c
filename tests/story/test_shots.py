"""Shots: every scene has one; what a person wrote in one stays through edits."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.support.factories import (
    Json,
    make_character,
    make_project,
    make_scene,
    make_shot,
    ok,
    png,
)
from tower_anime.core.database import Database, write_now
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate, ProjectSettings, Stage
from tower_anime.story import scenes, shots
from tower_anime.story.schemas import SceneCreate, Shot, ShotUpdate, StageChoice

WRITTEN = {
    "shot_number": 15,
    "description": "She turns to the window; the moon is full.",
    "prompt": "moonlight",
    "negative_prompt": "text",
    "duration": 2.5,
    "camera": "slow push in",
    "seed": 7,
    "cast": {"Hero": {"version": 2, "look": "winter"}, "Fox": {"version": None, "look": None}},
}


@pytest.fixture
def scene(api: httpx2.Client) -> Json:
    """A new scene, in a project whose Hero is at version 2."""
    project = make_project(api)
    hero = make_character(api, project, "Hero")
    ok(api.put(f"/characters/{hero['id']}", json={"prompt": "a red scarf"}))
    return make_scene(api, project)


def shots_of(api: httpx2.Client, scene: Json, **query: Any) -> list[Json]:
    found: list[Json] = ok(api.get(f"/scenes/{scene['id']}/shots", params=query))
    return found


def put(api: httpx2.Client, shot: Json, **fields: Any) -> Json:
    after: Json = ok(api.put(f"/shots/{shot['id']}", json=fields))
    return after


def test_every_scene_begins_with_one_shot_of_four_seconds(api: httpx2.Client, scene: Json) -> None:
    [shot] = shots_of(api, scene)
    assert (shot["scene_id"], shot["shot_number"], shot["duration"]) == (scene["id"], 10, 4)
    assert (shot["lineage"], shot["seed"], shot["approved_take_id"]) == (shot["id"], None, None)
    assert ok(api.get(f"/shots/{shot['id']}")) == shot


def test_a_shot_comes_back_as_it_was_written(api: httpx2.Client, scene: Json) -> None:
    made = make_shot(api, scene, **WRITTEN)
    assert {name: made[name] for name in WRITTEN} == WRITTEN
    changed = put(api, shots_of(api, scene)[0], **WRITTEN)
    assert {name: changed[name] for name in WRITTEN} == WRITTEN


def test_new_shots_come_last_and_are_numbered_by_tens(api: httpx2.Client, scene: Json) -> None:
    numbers = [make_shot(api, scene)["shot_number"] for _ in range(2)]
    make_shot(api, scene, shot_number=34)
    numbers.append(make_shot(api, scene)["shot_number"])
    assert numbers == [20, 30, 40]
    assert [shot["shot_number"] for shot in shots_of(api, scene)] == [10, 20, 30, 34, 40]


def test_after_the_largest_number_there_is_none_larger(api: httpx2.Client, scene: Json) -> None:
    make_shot(api, scene, shot_number=2**31 - 1)
    assert make_shot(api, scene)["shot_number"] == 2**31 - 1


def test_an_edit_changes_what_is_named_and_is_a_revision_of_the_scene(
    api: httpx2.Client, scene: Json
) -> None:
    shot = make_shot(api, scene, **WRITTEN)
    before = ok(api.get(f"/scenes/{scene['id']}"))["revision"]
    after = put(api, shot, camera="pan", prompt=None)
    assert {name for name in shot if shot[name] != after[name]} == {
        *{"camera", "prompt", "updated_at", "revision"}
    }
    assert ok(api.get(f"/scenes/{scene['id']}"))["revision"] == before + 1
    assert put(api, shot, camera="pan") == after
    assert ok(api.get(f"/scenes/{scene['id']}"))["revision"] == before + 1


def test_a_whole_shot_may_be_put_back(api: httpx2.Client, scene: Json) -> None:
    shot = make_shot(
        api, scene, **WRITTEN, dialogue=[{"line": "It is time."}], stages={"video": {}}
    )
    assert put(api, shot, **shot) == shot


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (0, 0),
        (2**53 - 1, 2**53 - 1),
        (str(2**53 - 1), 2**53 - 1),
        (2**53, str(2**53)),
        (2**64 - 1, str(2**64 - 1)),
        (str(2**64 - 1), str(2**64 - 1)),
        ("0042", 42),
        (None, None),
    ],
)
def test_seeds_that_javascript_cannot_read_travel_as_strings(
    api: httpx2.Client, scene: Json, sent: object, answered: object
) -> None:
    [shot] = shots_of(api, scene)
    put(api, shot, seed=1)
    assert put(api, shot, seed=sent)["seed"] == answered
    assert ok(api.get(f"/shots/{shot['id']}"))["seed"] == answered
    assert put(api, shot, seed=answered)["seed"] == answered


def test_a_line_of_dialogue_keeps_its_id_through_edits(api: httpx2.Client, scene: Json) -> None:
    shot = make_shot(api, scene, dialogue=[{"line": "A"}, {"line": "B", "speaker": "Hero"}])
    first, second = shot["dialogue"]
    edited = {**second, "line": "B, louder", "translations": {"ja": "もっと大きく"}}
    after = put(api, shot, dialogue=[edited, first, {"line": "C"}])["dialogue"]
    assert after[:2] == [edited, first]
    assert len({line["id"] for line in after}) == 3
    assert all(line.keys() == first.keys() for line in after)


def test_what_a_new_part_of_a_shot_does_not_say_has_its_usual_value(
    api: httpx2.Client, scene: Json
) -> None:
    parts = {
        "cast": {"Hero": {}},
        "stages": {"video": {}},
        "inputs": {"mood": {"shot": "previous"}},
    }
    changed = put(api, shots_of(api, scene)[0], **parts)
    assert {name: changed[name] for name in parts} == {
        "cast": {"Hero": {"version": None, "look": None}},
        "stages": {
            "video": {
                "workflow_id": None,
                "engine": None,
                "settings": {},
                "approved_take_id": None,
                "approved_media_id": None,
            }
        },
        "inputs": {"mood": {"media_id": None, "shot": "previous", "stage": None, "frame": None}},
    }


def test_of_a_stage_what_is_absent_stays(api: httpx2.Client, scene: Json) -> None:
    shot = make_shot(
        api, scene, stages={"video": {"engine": "animatic", "settings": {"steps": 20}}}
    )
    after = put(api, shot, stages={"video": {"workflow_id": 3}, "keyframe": {}})
    assert after["stages"]["video"] == {**shot["stages"]["video"], "workflow_id": 3}
    assert after["stages"].keys() == {"video", "keyframe"}


def test_the_last_shot_of_a_scene_stays(api: httpx2.Client, scene: Json) -> None:
    [first] = shots_of(api, scene)
    second = make_shot(api, scene)
    ok(api.delete(f"/shots/{first['id']}"))
    answer = api.delete(f"/shots/{second['id']}")
    assert answer.status_code == 409
    assert "every scene has at least one" in answer.json()["detail"]
    assert shots_of(api, scene) == [second]


def test_a_deleted_shot_is_404_and_in_the_trash_until_it_is_restored(
    api: httpx2.Client, scene: Json
) -> None:
    [first] = shots_of(api, scene)
    second = make_shot(api, scene)
    deleted = ok(api.delete(f"/shots/{first['id']}"))
    assert api.get(f"/shots/{first['id']}").status_code == 404
    assert shots_of(api, scene) == [second]
    assert shots_of(api, scene, deleted=True) == [deleted]
    restored = ok(api.post(f"/shots/{first['id']}/restore"))
    assert shots_of(api, scene) == [restored, second]
    assert shots_of(api, scene, deleted=True) == []


def test_restoring_a_shot_of_a_deleted_scene_is_409(api: httpx2.Client, scene: Json) -> None:
    shot = make_shot(api, scene)
    api.delete(f"/shots/{shot['id']}")
    api.delete(f"/scenes/{scene['id']}")
    answer = api.post(f"/shots/{shot['id']}/restore")
    assert answer.status_code == 409
    assert "restore that first" in answer.json()["detail"]
    assert api.post("/shots/2147483647/restore").status_code == 404


def test_stages_keep_their_approvals_through_edits(db: Database) -> None:
    stages = [Stage(name="keyframe"), Stage(name="video")]
    write_now(db, projects.create, ProjectCreate(name="P", settings=ProjectSettings(stages=stages)))
    write_now(db, scenes.create, SceneCreate(project_id=1, scene_number=1, description=""))
    write_now(db, shots.set_approval, 1, "keyframe", 7, "a" * 64)
    choice = {"keyframe": StageChoice(engine="animatic"), "video": StageChoice(workflow_id=3)}
    after = Shot.model_validate_json(write_now(db, shots.update, 1, ShotUpdate(stages=choice)).json)
    assert after.stages["keyframe"].approved_take_id == after.approved_take_id == 7
    assert after.stages["keyframe"].engine == "animatic"
    assert after.stages["video"].approved_take_id is None
    assert after.stages["video"].workflow_id == 3


def test_the_approved_take_of_a_shot_is_that_of_its_furthest_stage(db: Database) -> None:
    stages = [Stage(name="keyframe"), Stage(name="video")]
    write_now(db, projects.create, ProjectCreate(name="P", settings=ProjectSettings(stages=stages)))
    write_now(db, scenes.create, SceneCreate(project_id=1, scene_number=1, description=""))
    approved = []
    for stage, take_id in (("video", 9), ("keyframe", 7), ("video", None), ("keyframe", None)):
        shot = write_now(db, shots.set_approval, 1, stage, take_id, "a" * 64)
        approved.append(Shot.model_validate_json(shot.json).approved_take_id)
    assert approved == [9, 9, 7, None]


# --- what a shot refers to


def refused(api: httpx2.Client, scene: Json, status: int, **fields: Any) -> str:
    """The one reason why both a new shot and the scene's first are refused with these fields."""
    [shot] = shots_of(api, scene)
    answers = [
        api.put(f"/shots/{shot['id']}", json=fields),
        api.post(f"/scenes/{scene['id']}/shots", json=fields),
    ]
    assert [answer.status_code for answer in answers] == [status] * 2
    assert shots_of(api, scene) == [shot]
    [detail] = {str(answer.json()["detail"]) for answer in answers}
    return detail


def test_a_version_that_never_was_is_not_pinned(api: httpx2.Client, scene: Json) -> None:
    assert refused(api, scene, 422, cast={"Hero": {"version": 99}}) == (
        "cast.Hero.version: there is no 99; Hero is at 2."
    )
    assert refused(api, scene, 422, cast={"Fox": {"version": 1}}) == (
        "cast.Fox.version: there is no 1; Fox is not of this project."
    )


def test_a_pin_stays_when_its_character_is_in_the_trash(api: httpx2.Client, scene: Json) -> None:
    shot = make_shot(api, scene, cast={"Hero": {"version": 1}})
    [hero] = ok(api.get("/characters", params={"project_id": scene["project_id"]}))
    ok(api.delete(f"/characters/{hero['id']}"))
    assert put(api, shot, **shot) == shot


def test_an_engine_that_is_not_here_is_not_chosen(api: httpx2.Client, scene: Json) -> None:
    [shot] = shots_of(api, scene)
    answer = api.put(f"/shots/{shot['id']}", json={"stages": {"video": {"engine": "elsewhere"}}})
    assert answer.status_code == 422
    [detail] = answer.json()["detail"]
    assert detail["loc"] == ["body", "stages", "video", "engine"]
    assert "this service has: animatic" in detail["msg"]


def test_media_and_shots_that_are_not_there_are_not_referred_to(
    api: httpx2.Client, scene: Json
) -> None:
    picture = ok(api.post("/media", files={"file": ("a.png", png())}))["id"]
    nothing = "0" * 64
    stranger = shots_of(api, make_scene(api, make_project(api)))[0]["id"]
    for status, fields, reason in (
        (404, {"dialogue": [{"line": "A", "media_id": nothing}]}, "dialogue.0.media_id: Medium"),
        (422, {"dialogue": [{"line": "A", "media_id": picture}]}, "dialogue.0.media_id: image/png"),
        (404, {"inputs": {"mood": {"media_id": nothing}}}, "inputs.mood.media_id: Medium"),
        (404, {"inputs": {"mood": {"shot": 2**40}}}, "inputs.mood.shot: Shot not found"),
        (404, {"inputs": {"mood": {"shot": stranger}}}, "inputs.mood.shot: Shot not found"),
    ):
        assert refused(api, scene, status, **fields).startswith(reason)
    there = {"mood": {"media_id": picture}, "first": {"shot": shots_of(api, scene)[0]["id"]}}
    assert make_shot(api, scene, inputs=there)["inputs"]["mood"]["media_id"] == picture
