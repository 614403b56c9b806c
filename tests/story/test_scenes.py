"""Scenes and branches: a branch exists from the first scene that names it."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import httpx2

from tests.support.factories import Json, make_project, make_scene, ok

COMPOSED = unicodedata.normalize("NFC", "がくえん編")
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


def branches(api: httpx2.Client, project: Json) -> list[Json]:
    found: list[Json] = ok(api.get(f"/projects/{project['id']}/branches"))
    return found


def scenes(api: httpx2.Client, project: Json, **query: object) -> list[Json]:
    asked = {"project_id": project["id"], **query}
    found: list[Json] = ok(api.get("/scenes", params=asked))
    return found


def test_a_branch_exists_from_the_first_scene_that_names_it(api: httpx2.Client) -> None:
    project = make_project(api)
    assert branches(api, project) == []
    make_scene(api, project)
    make_scene(api, project, branch_name="draft")
    make_scene(api, project, 2)
    found = branches(api, project)
    assert [branch["name"] for branch in found] == ["main", "draft"]
    assert ok(api.get(f"/branches/{found[1]['id']}")) == found[1]


def test_branches_of_one_name_belong_each_to_its_project(api: httpx2.Client) -> None:
    first, second = make_project(api), make_project(api)
    scene, other = make_scene(api, first), make_scene(api, second)
    assert branches(api, first)[0]["id"] != branches(api, second)[0]["id"]
    assert scenes(api, first, branch_name="main") == [scene]
    assert scenes(api, second, branch_name="main") == [other]


def test_a_name_is_one_branch_however_its_letters_are_composed(api: httpx2.Client) -> None:
    assert COMPOSED != DECOMPOSED
    project = make_project(api)
    pair = [
        make_scene(api, project, number, branch_name=name)
        for number, name in enumerate((DECOMPOSED, COMPOSED))
    ]
    assert [branch["name"] for branch in branches(api, project)] == [DECOMPOSED]
    for name in (COMPOSED, DECOMPOSED):
        assert scenes(api, project, branch_name=name) == pair


def test_scenes_that_name_a_new_branch_at_the_same_time_share_it(api: httpx2.Client) -> None:
    project = make_project(api)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: make_scene(api, project, n, branch_name="rush"), range(24)))
    assert len(branches(api, project)) == 1
    assert len(scenes(api, project, branch_name="rush")) == 24


def test_a_scene_says_where_it_comes_from_and_stands(api: httpx2.Client) -> None:
    scene = make_scene(api, make_project(api), 7, episode=2)
    assert scene["lineage"] == scene["id"]
    assert (scene["position"], scene["episode"], scene["revision"]) == (7.0, 2, 1)
    moved = ok(api.put(f"/scenes/{scene['id']}", json={"scene_number": 3}))
    assert (moved["scene_number"], moved["position"], moved["revision"]) == (3, 3.0, 2)


def test_a_deleted_scene_is_404_with_its_shots_and_listed_in_the_trash(
    api: httpx2.Client,
) -> None:
    project = make_project(api)
    kept, scene = make_scene(api, project), make_scene(api, project)
    [shot] = ok(api.get(f"/scenes/{scene['id']}/shots"))
    deleted = ok(api.delete(f"/scenes/{scene['id']}"))
    paths = [f"/scenes/{scene['id']}", f"/scenes/{scene['id']}/shots", f"/shots/{shot['id']}"]
    assert [api.get(path).status_code for path in paths] == [404, 404, 404]
    assert api.put(f"/shots/{shot['id']}", json={"camera": "pan"}).status_code == 404
    assert api.post(f"/scenes/{scene['id']}/shots", json={}).status_code == 404
    assert scenes(api, project) == [kept]
    assert scenes(api, project, branch_name="main") == [kept]
    assert scenes(api, project, deleted=True) == [deleted]


def test_a_restored_scene_is_answered_and_back_with_its_shots(api: httpx2.Client) -> None:
    project = make_project(api)
    scene = make_scene(api, project)
    shots = ok(api.get(f"/scenes/{scene['id']}/shots"))
    api.delete(f"/scenes/{scene['id']}")
    restored = ok(api.post(f"/scenes/{scene['id']}/restore"))
    assert scenes(api, project) == [restored]
    assert restored["deleted_at"] is None
    assert ok(api.get(f"/scenes/{scene['id']}/shots")) == shots
    assert scenes(api, project, deleted=True) == []
