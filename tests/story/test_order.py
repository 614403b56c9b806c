"""Order: what moves gets a place of its own, and all else stays as it was."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.branches import newest_change, scenes_on, shots_in, story_of_three
from tests.support.factories import Json, make_scene, make_shot, ok
from tower_anime.core.errors import NotFound, Unprocessable
from tower_anime.story import places


def reorder(api: httpx2.Client, branch: Json, ids: list[int]) -> httpx2.Response:
    body = {"project_id": branch["project_id"], "branch_name": branch["name"], "scene_ids": ids}
    return api.post("/scenes/reorder", json=body)


def numbers(api: httpx2.Client, branch: Json) -> list[tuple[str, int, int]]:
    """The scenes in order: what each tells, its number and its revision."""
    return [
        (scene["description"].split()[1], scene["scene_number"], scene["revision"])
        for scene in sorted(
            scenes_on(api, branch), key=lambda s: (s["scene_number"], s["position"], s["lineage"])
        )
    ]


def test_a_scene_that_moves_is_the_only_one_that_changes(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    make_scene(api, project, 4, description="Scene 4 begins")
    first, second, third, fourth = (scene["id"] for scene in scenes_on(api, main))
    answer = ok(reorder(api, main, [first, fourth, second, third]))
    assert [scene["id"] for scene in answer] == [first, fourth, second, third]
    assert numbers(api, main) == [("1", 1, 1), ("4", 1, 2), ("2", 2, 1), ("3", 3, 1)]
    assert newest_change(api, project)["text"] == "Branch main: scene 4 moved"


def test_scenes_that_are_not_named_keep_their_places(api: httpx2.Client) -> None:
    _, main = story_of_three(api)
    first, _, third = (scene["id"] for scene in scenes_on(api, main))
    ok(reorder(api, main, [third, first]))
    assert [told for told, *_ in numbers(api, main)] == ["3", "2", "1"]
    before = numbers(api, main)
    ok(reorder(api, main, [third, first]))
    assert numbers(api, main) == before


def test_orders_that_cannot_be_are_refused(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    first, second, _ = (scene["id"] for scene in scenes_on(api, main))
    apart = make_scene(api, project, 1, episode=2)
    for ids, status in (
        ([first, first], 422),
        ([first, 2**40], 404),
        ([first, apart["id"]], 422),
        ([], 422),
    ):
        assert reorder(api, main, ids).status_code == status
    unknown = {"project_id": project["id"], "branch_name": "no", "scene_ids": [second]}
    assert api.post("/scenes/reorder", json=unknown).status_code == 404


def test_shots_are_put_in_order_and_keep_their_numbers(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    scene = scenes_on(api, main)[0]
    ids = [shots_in(api, scene)[0]["id"], *(make_shot(api, scene)["id"] for _ in range(2))]
    order = [ids[2], ids[0], ids[1]]
    answer = ok(api.post(f"/scenes/{scene['id']}/shots/reorder", json={"shot_ids": order}))
    assert [shot["id"] for shot in answer] == order
    assert [shot["shot_number"] for shot in answer] == [30, 10, 20]
    assert [shot["revision"] for shot in answer] == [2, 1, 1]
    assert newest_change(api, project)["text"] == "Scene 1: shots 30 moved"


def test_a_shot_moves_to_the_end_of_another_scene(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    first, second, _ = scenes_on(api, main)
    only = shots_in(api, first)[0]
    body = {"scene_id": second["id"]}
    assert api.put(f"/shots/{only['id']}", json=body).status_code == 409
    shot = make_shot(api, first, description="moves")
    moved = ok(api.put(f"/shots/{shot['id']}", json=body))
    assert [one["id"] for one in shots_in(api, second)][-1] == moved["id"]
    assert [scene["revision"] for scene in scenes_on(api, main)] == [3, 2, 1]
    other, _ = story_of_three(api)
    elsewhere = make_scene(api, other, 7)
    refused = api.put(f"/shots/{moved['id']}", json={"scene_id": elsewhere["id"]})
    assert (refused.status_code, project["id"] != other["id"]) == (409, True)


def test_where_no_number_is_left_between_two_places_are_counted_anew() -> None:
    there: list[tuple[int, float, int]] = [(1, 1.0, 1), (1, 1.0000000000000002, 2), (2, 2.0, 3)]
    order = [there[0], there[2], there[1]]
    found = places.numbered(order)
    assert found == sorted(found)
    assert places.reordered([(1.0, 5), (3.0, 1), (1.0000000000000002, 6)]) == [1.0, 2.0, 3.0]


def test_what_is_arranged_is_known_and_named_once() -> None:
    assert places.arranged([1, 2, 3, 4], [4, 2]) == [1, 4, 3, 2]
    with pytest.raises(NotFound):
        places.arranged([1], [2])
    with pytest.raises(Unprocessable):
        places.arranged([1, 2], [1, 1])
