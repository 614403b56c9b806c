"""Promises of telling which shots of a branch are stale: of those that are, and of no other."""

import json

import httpx2

from tests.media.specimens import picture_bytes
from tests.renders.runs import over, plan_a_branch, render
from tests.support.factories import Json, make_character, make_scene, ok, png
from tests.support.rendering import (
    DESK,
    approve,
    approved,
    bytes_of,
    first_shot,
    small_project,
    small_shot,
)
from tower_anime.characters import service as characters
from tower_anime.characters.schemas import CharacterCreate
from tower_anime.core.database import Database, Transaction, write_now
from tower_anime.core.sql import Statement
from tower_anime.renders import runs, staleness, subjects, takes
from tower_anime.renders.manifest import Role
from tower_anime.renders.schemas import RenderRequest, TakeRequest
from tower_anime.renders.staleness import Memory
from tower_anime.story import shots
from tower_anime.story.tables import shots as table


def stale(api: httpx2.Client, project: Json) -> list[Json]:
    found: list[Json] = ok(api.get(f"/projects/{project['id']}/stale"))
    return found


def test_a_stale_shot_tells_what_changed_and_changed_back_is_not_stale(api: httpx2.Client) -> None:
    project = small_project(api)
    scene = make_scene(api, project, number=7)
    shot = first_shot(api, scene, description="A roof")
    take = approved(api, shot)

    ok(api.put(f"/shots/{shot['id']}", json={"description": "A cellar"}))
    found = stale(api, project)
    ok(api.put(f"/shots/{shot['id']}", json={"description": "A roof"}))

    assert found == [
        {
            "shot_id": shot["id"],
            "stage": "video",
            "scene_id": scene["id"],
            "scene_number": 7,
            "shot_number": shot["shot_number"],
            "take_id": take["id"],
            "causes": [
                {
                    "part": "description",
                    "before": "A roof",
                    "after": "A cellar",
                    "text": "description",
                }
            ],
        }
    ]
    assert stale(api, project) == []


def test_a_new_picture_of_a_character_makes_the_shots_stale_that_it_is_in(
    api: httpx2.Client,
) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Hero")
    among = first_shot(api, make_scene(api, project, characters=["Hero"]))
    approved(api, among)
    approved(api, small_shot(api, project))

    ok(api.put(f"/characters/{hero['id']}", json={"description": "Nothing that is drawn"}))
    unseen = stale(api, project)
    ok(api.post(f"/characters/{hero['id']}/image", files={"file": ("hero.png", png())}))
    seen = stale(api, project)
    ok(api.post(f"/characters/{hero['id']}/versions/1/restore"))

    assert unseen == []
    assert [one["shot_id"] for one in seen] == [among["id"]]
    assert [cause["text"] for cause in seen[0]["causes"]] == ["Hero: version 1 → 3 (image)"]
    assert stale(api, project) == []


def test_an_uploaded_take_is_never_stale(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    picture = {"file": ("drawn.png", picture_bytes("PNG"))}
    take = ok(api.post(f"/shots/{shot['id']}/takes/upload", files=picture))
    approve(api, shot, take)

    ok(api.put(f"/shots/{shot['id']}", json={"description": "Something else by now"}))

    assert stale(api, project) == []
    assert bytes_of(api, take["media_id"]) == picture["file"][1]


def a_take_on_its_way(api: httpx2.Client) -> tuple[Json, Json, Json]:
    """A project, its shot, which was approved and is much longer by now, and a take of that."""
    project = small_project(api)
    shot = small_shot(api, project)
    approved(api, shot)
    ok(api.put(f"/shots/{shot['id']}", json={"duration": 600}))
    return project, shot, render(api, project, what="stale")["takes"][0]


def test_a_shot_is_not_stale_while_a_take_of_it_is_on_its_way(api: httpx2.Client) -> None:
    project, _, on_its_way = a_take_on_its_way(api)

    meanwhile = stale(api, project)
    ok(api.post(f"/takes/{on_its_way['id']}/cancel"))
    over(api, on_its_way["run_id"])

    assert meanwhile == []
    assert [one["causes"][0]["part"] for one in stale(api, project)] == ["frames"]


def test_a_take_of_what_is_out_of_date_by_now_hides_nothing(api: httpx2.Client) -> None:
    project, shot, on_its_way = a_take_on_its_way(api)

    ok(api.put(f"/shots/{shot['id']}", json={"camera": "slow push in", "duration": 0.5}))
    found = stale(api, project)
    ok(api.post(f"/takes/{on_its_way['id']}/cancel"))

    assert [cause["part"] for one in found for cause in one["causes"]] == ["camera"]


def test_an_engine_that_is_gone_is_a_cause(db: Database) -> None:
    def change(tx: Transaction) -> None:
        plan_a_branch(tx, 2)
        for shot_id in (1, 2):
            takes.request(tx, shot_id, TakeRequest(), DESK)
            shots.set_approval(tx, shot_id, "video", shot_id, None)
        gone = json.dumps({"video": {"engine": "gone", "approved_take_id": 1}})
        tx.run(Statement(table.update().where(table.c.id == 1).values(stages=gone)))

    write_now(db, change)

    [found] = json.loads(db.read_now(staleness.stale, Memory(), 1, "main").json)
    assert found["shot_id"] == 1
    assert [cause["text"] for cause in found["causes"]] == [
        "There is no engine 'gone'; this service has: animatic, comfyui."
    ]


def test_a_version_that_is_not_there_is_a_role_without_a_picture(db: Database) -> None:
    def change(tx: Transaction) -> None:
        plan_a_branch(tx, 1)
        characters.create(tx, CharacterCreate(project_id=1, name="Hero"))
        pinned = json.dumps({"Hero": {"version": 99}})
        tx.run(Statement(table.update().values(cast=pinned)))

    write_now(db, change)

    [subject] = db.read_now(subjects.of_branch, 1, 1)
    assert subject.facts.cast == (Role("Hero"),)
    assert (
        json.loads(db.read_now(runs.would_render, 1, RenderRequest(), Memory()).json)["shots"] == 1
    )
