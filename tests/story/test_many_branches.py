"""A thousand branches, and several people at the same moment."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx2

from tests.support.branches import edit, fork, merge, scenes_on, story_of_three, told
from tests.support.factories import ok
from tower_anime.core.database import Database, write_now
from tower_anime.core.paging import Page
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.story import branches, forking, merging, scenes
from tower_anime.story.branch_schemas import BranchCreate, MergeRequest
from tower_anime.story.schemas import SceneCreate, SceneUpdate


def test_a_thousand_branches_are_listed_compared_and_merged(db: Database) -> None:
    write_now(db, projects.create, ProjectCreate(name="P"))
    write_now(db, scenes.create, SceneCreate(project_id=1, scene_number=1, description="one"))
    for n in range(1000):
        new = BranchCreate.model_validate({"name": f"b{n}", "from": f"b{n - 1}" if n else "main"})
        write_now(db, forking.fork, 1, new)
    found = db.read_now(branches.listed, Page(10_000), 1, False)
    assert len(found.documents) == 1001

    last = db.read_now(branches.named, 1, "b999")["id"]
    [scene] = db.read_now(scenes.in_order, last)
    write_now(db, scenes.update, scene["id"], SceneUpdate(description="a thousand later"))
    compared = json.loads(db.read_now(merging.compare, 1, last, None, None).json)
    assert compared["base"]["branch_id"] == 1
    assert compared["scenes"][0]["fields"]["description"]["base"] == "one"
    write_now(db, merging.merge_in, 1, MergeRequest(source="b999"))
    assert db.read_now(scenes.in_order, 1)[0]["description"] == "a thousand later"


def test_a_scene_that_two_people_move_at_once_is_where_one_of_them_put_it(
    api: httpx2.Client,
) -> None:
    _, main = story_of_three(api)
    first, second, third = (scene["id"] for scene in scenes_on(api, main))
    place = {"project_id": main["project_id"], "branch_name": "main"}
    orders = [[second, first, third], [second, third, first]] * 4

    with ThreadPoolExecutor(8) as people:
        answers = list(
            people.map(
                lambda ids: api.post("/scenes/reorder", json={**place, "scene_ids": ids}), orders
            )
        )
    assert {answer.status_code for answer in answers} == {200}
    then = ok(api.get(f"/branches/{main['id']}/at/{_newest(api)}"))
    assert [scene["id"] for scene in then["scenes"]] in orders


def test_of_two_merges_at_once_the_second_finds_nothing_to_do(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    for scene in scenes_on(api, main):
        edit(api, alt, scene["lineage"], description="theirs")
    with ThreadPoolExecutor(4) as people:
        answers = [done.json() for done in people.map(lambda _: merge(api, main, alt), range(4))]
    assert sorted(len(answer["changes"]) for answer in answers) == [0, 0, 0, 3]
    assert told(api, main) == told(api, alt)


def test_a_merge_that_is_sent_again_with_its_key_is_answered_as_it_was(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    edit(api, alt, scenes_on(api, main)[0]["lineage"], description="theirs")
    headers = {"Idempotency-Key": f"merge-{alt['id']}"}
    once, again = (
        ok(api.post(f"/branches/{main['id']}/merge", json={"source": "alt"}, headers=headers))
        for _ in range(2)
    )
    assert once == again
    assert len(once["changes"]) == 1


def _newest(api: httpx2.Client) -> int:
    newest: int = ok(api.get("/changes", params={"limit": 10_000}))[-1]["id"]
    return newest
