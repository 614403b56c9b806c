"""Undoing: what one change did is taken back, what came later stays, and the way back is open."""

from __future__ import annotations

import httpx2

from tests.support.branches import branch_of, fork, newest_change, story_of_three, undo
from tests.support.factories import Json, make_character, make_project, ok


def changed(api: httpx2.Client, project: Json, path: str, **fields: object) -> Json:
    """A change of a row, and its entry in the log."""
    ok(api.put(path, json=fields))
    return newest_change(api, project)


def test_a_characters_change_is_taken_back_as_a_new_version(api: httpx2.Client) -> None:
    project = make_project(api)
    hero = make_character(api, project, "Hero", prompt="a red scarf")
    path = f"/characters/{hero['id']}"
    change = changed(api, project, path, prompt="a blue scarf")
    changed(api, project, path, description="She returns")
    ok(undo(api, change))
    now = ok(api.get(path))
    assert (now["prompt"], now["description"], now["version"]) == ("a red scarf", "She returns", 4)


def test_what_a_later_change_wrote_over_is_not_taken_back(api: httpx2.Client) -> None:
    project = make_project(api, description="one")
    path = f"/projects/{project['id']}"
    change = changed(api, project, path, description="two")
    changed(api, project, path, description="three")
    refused = undo(api, change)
    assert refused.status_code == 409
    assert "description changed" in refused.json()["detail"]
    assert ok(api.get(path))["description"] == "three"


def test_settings_of_a_project_come_back(api: httpx2.Client) -> None:
    project = make_project(api)
    path = f"/projects/{project['id']}"
    change = changed(api, project, path, settings={"width": 640, "style": {"prompt": "ink"}})
    ok(undo(api, change))
    assert ok(api.get(path))["settings"] == project["settings"]


def test_the_trash_is_undone_both_ways(api: httpx2.Client) -> None:
    project = make_project(api)
    hero = make_character(api, project)
    path = f"/characters/{hero['id']}"
    ok(api.delete(path))
    ok(undo(api, newest_change(api, project)))
    assert ok(api.get(path))["deleted_at"] is None
    ok(undo(api, newest_change(api, project)))
    assert api.get(path).status_code == 404


def test_what_was_made_and_not_touched_since_is_taken_back(api: httpx2.Client) -> None:
    project, _ = story_of_three(api)
    alt = fork(api, project, "alt")
    ok(undo(api, newest_change(api, project)))
    assert api.get(f"/branches/{alt['id']}").status_code == 404
    hero = make_character(api, project)
    made = newest_change(api, project)
    changed(api, project, f"/characters/{hero['id']}", description="She stays")
    assert undo(api, made).status_code == 409


def test_a_branchs_name_is_taken_back(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    change = changed(api, project, f"/branches/{main['id']}", name="Episode 1")
    ok(undo(api, change))
    assert branch_of(api, project)["id"] == main["id"]


def test_an_undo_is_a_change_and_can_be_undone(api: httpx2.Client) -> None:
    project = make_project(api, description="one")
    path = f"/projects/{project['id']}"
    change = changed(api, project, path, description="two")
    undone = ok(undo(api, change))
    assert undone == newest_change(api, project)
    ok(undo(api, undone))
    assert ok(api.get(path))["description"] == "two"


def test_a_tag_is_no_change_that_can_be_taken_back(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    ok(api.post(f"/branches/{main['id']}/tags", json={"name": "locked"}))
    assert undo(api, newest_change(api, project)).status_code == 409
    assert [t["name"] for t in ok(api.get(f"/branches/{main['id']}/tags"))] == ["locked"]


def test_a_project_in_which_something_was_done_is_not_taken_back(api: httpx2.Client) -> None:
    project, _ = story_of_three(api)
    [made] = ok(api.get("/changes", params={"project_id": project["id"], "limit": 1}))
    refused = undo(api, made)
    assert refused.status_code == 409
    assert "Scene 1 created on main" in refused.json()["detail"]
