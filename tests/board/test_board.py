"""A board shows a branch's scenes in order, with their takes counted and the right picture."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.support.factories import Json, make_character, make_project, make_scene, make_shot, ok
from tests.support.rendering import (
    approve,
    approved,
    begun,
    finished,
    first_shot,
    rendered,
    request_takes,
    small_project,
)
from tests.support.services import until


def board(api: httpx2.Client, project: Json, **asked: Any) -> list[Json]:
    cards: list[Json] = ok(api.get(f"/projects/{project['id']}/board", params=asked))
    return cards


def overview(api: httpx2.Client, project: Json) -> Json:
    found = [one for one in ok(api.get("/overview")) if one["project_id"] == project["id"]]
    assert len(found) == 1
    return found[0]


def test_a_card_is_its_scene_with_more(api: httpx2.Client) -> None:
    project = make_project(api)
    scene = make_scene(api, project, 3, characters=["Hero", "<b>Rain</b>"])
    shots = [*ok(api.get(f"/scenes/{scene['id']}/shots")), make_shot(api, scene, duration=2.5)]
    [card] = board(api, project)
    added = {"shot_ids", "duration", "approved", "takes", "candidates", "picture"}
    # A shot gave the scene a new revision since it was answered.
    known = ok(api.get(f"/scenes/{scene['id']}"))
    assert {name: value for name, value in card.items() if name not in added} == known
    assert card["shot_ids"] == [shot["id"] for shot in shots]
    assert card["duration"] == 6.5
    assert card["approved"] == 0
    assert set(card["takes"].values()) == {0}
    assert card["picture"] is None


def test_scenes_come_in_the_order_of_the_story(api: httpx2.Client) -> None:
    project = make_project(api)
    second = make_scene(api, project, 1, episode=2)
    later = make_scene(api, project, 7)
    first = make_scene(api, project, 5, episode=-1)
    sooner = make_scene(api, project, 2)
    shown = [card["id"] for card in board(api, project)]
    assert shown == [sooner["id"], later["id"], first["id"], second["id"]]


def test_each_branch_has_a_board_of_its_own(api: httpx2.Client) -> None:
    project = make_project(api)
    make_scene(api, project, 1)
    other = make_scene(api, project, 2, branch_name="alt-ending")
    assert [c["id"] for c in board(api, project, branch_name="alt-ending")] == [other["id"]]
    answer = api.get(f"/projects/{project['id']}/board", params={"branch_name": "nobody's"})
    assert answer.status_code == 404


def test_what_is_in_the_trash_is_on_no_board(api: httpx2.Client) -> None:
    project = make_project(api)
    kept, gone = make_scene(api, project, 1), make_scene(api, project, 2)
    shot = make_shot(api, kept)
    ok(api.delete(f"/scenes/{gone['id']}"))
    ok(api.delete(f"/shots/{shot['id']}"))
    [card] = board(api, project)
    assert card["id"] == kept["id"]
    assert shot["id"] not in card["shot_ids"]
    ok(api.delete(f"/projects/{project['id']}"))
    assert api.get(f"/projects/{project['id']}/board").status_code == 404


def test_one_scenes_card_is_the_one_on_the_board(api: httpx2.Client) -> None:
    project = small_project(api)
    rendered(api, first_shot(api, make_scene(api, project, 1)))
    other = make_scene(api, project, 2)
    rendered(api, first_shot(api, other))
    [_, card] = board(api, project)
    assert board(api, project, scene_id=other["id"]) == [card]
    assert card["takes"]["done"] == 1
    elsewhere = make_scene(api, make_project(api))
    assert board(api, project, scene_id=elsewhere["id"]) == []


def test_the_picture_is_the_approved_take_or_else_the_newest(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = first_shot(api, make_scene(api, project))
    older, newer = rendered(api, shot, seed=1), rendered(api, shot, seed=2)
    [card] = board(api, project)
    assert card["picture"] == {
        "shot_id": shot["id"],
        "take_id": newer["id"],
        "number": 2,
        "is_approved": False,
        "media_id": newer["media_id"],
        "kind": "video",
        "duration": 0.5,
    }
    approve(api, shot, older)
    [card] = board(api, project)
    assert card["picture"]["take_id"] == older["id"]
    assert card["picture"]["is_approved"]
    assert (card["approved"], card["takes"]["done"]) == (1, 2)


def test_the_newest_take_waits_to_be_judged_until_somebody_does(api: httpx2.Client) -> None:
    project = small_project(api)
    scene = make_scene(api, project)
    shot = first_shot(api, scene)
    make_shot(api, scene)  # of which there is nothing yet
    older, newer = rendered(api, shot, seed=1), rendered(api, shot, seed=2)
    [card] = board(api, project)
    assert card["candidates"] == [{"shot_id": shot["id"], "take_id": newer["id"]}]
    ok(api.post(f"/takes/{newer['id']}/reject"))
    [card] = board(api, project)
    assert card["candidates"] == []
    newest = rendered(api, shot, seed=3)
    approve(api, shot, older)
    [card] = board(api, project)
    assert card["candidates"] == []
    ok(api.post(f"/shots/{shot['id']}/withdraw", json={"stage": "video"}))
    [card] = board(api, project)
    assert card["candidates"] == [{"shot_id": shot["id"], "take_id": newest["id"]}]


def test_takes_are_counted_by_what_became_of_them(api: httpx2.Client) -> None:
    project = small_project(api)
    scene = make_scene(api, project)
    shot = first_shot(api, scene, duration=300)
    [running, waiting] = request_takes(api, shot, count=2)
    begun(api, running)
    ok(api.post(f"/takes/{waiting['id']}/cancel"))
    finished(api, waiting)
    takes = board(api, project)[0]["takes"]
    ok(api.post(f"/takes/{running['id']}/cancel"))
    assert (takes["running"], takes["cancelled"], takes["done"]) == (1, 1, 0)
    finished(api, running)


def test_a_fork_shows_the_takes_that_it_shares(api: httpx2.Client) -> None:
    project = small_project(api)
    take = approved(api, first_shot(api, make_scene(api, project)))
    forked = {"name": "alt", "from": "main"}
    ok(api.post(f"/projects/{project['id']}/branches", json=forked))
    [card] = board(api, project, branch_name="alt")
    assert card["takes"]["done"] == 1
    assert card["picture"]["take_id"] == take["id"]
    assert card["picture"]["is_approved"]


def test_the_same_board_is_not_sent_twice(api: httpx2.Client) -> None:
    project = make_project(api)
    scene = make_scene(api, project)
    path = f"/projects/{project['id']}/board"
    known = {"If-None-Match": api.get(path).headers["etag"]}
    assert api.get(path, headers=known).status_code == 304
    ok(api.put(f"/scenes/{scene['id']}", json={"description": "Dawn"}))
    assert api.get(path, headers=known).status_code == 200


# --- the overview


def test_an_overview_counts_what_is_there_and_not_in_the_trash(api: httpx2.Client) -> None:
    project = make_project(api)
    make_character(api, project)
    make_character(api, project, "The harbour", kind="location")
    ok(api.delete(f"/characters/{make_character(api, project, 'Nobody')['id']}"))
    make_scene(api, project, 1)
    ok(api.delete(f"/scenes/{make_scene(api, project, 2)['id']}"))
    ok(api.post(f"/projects/{project['id']}/branches", json={"name": "alt", "from": "main"}))
    found = overview(api, project)
    assert (found["scenes"], found["characters"], found["branches"]) == (1, 1, 2)
    assert found["media_id"] is None
    assert "alt" in found["changed"]


def test_an_overview_shows_the_first_approved_picture_and_what_renders(
    api: httpx2.Client,
) -> None:
    project = small_project(api)
    first = first_shot(api, make_scene(api, project, 1))
    last = rendered(api, first_shot(api, make_scene(api, project, 2), description="Snow"))
    assert overview(api, project)["media_id"] == last["media_id"]
    take = approved(api, first)
    assert overview(api, project)["media_id"] == take["media_id"] != last["media_id"]
    long = first_shot(api, make_scene(api, project, 3), duration=300)
    [running] = request_takes(api, long)
    until(lambda: overview(api, project)["running"] == 1, "the take's beginning")
    ok(api.post(f"/takes/{running['id']}/cancel"))
    finished(api, running)
    assert overview(api, project)["running"] == overview(api, project)["queued"] == 0


def test_a_project_in_the_trash_is_in_no_overview(api: httpx2.Client) -> None:
    project = make_project(api)
    ok(api.delete(f"/projects/{project['id']}"))
    assert project["id"] not in [one["project_id"] for one in ok(api.get("/overview"))]
