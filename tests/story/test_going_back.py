"""Going back: to a tag, a time or a revision, and one change at a time."""

from __future__ import annotations

import httpx2

from tests.support.branches import (
    edit,
    fork,
    merge,
    newest_change,
    scene_on,
    scenes_on,
    shots_in,
    story_of_three,
    told,
    undo,
)
from tests.support.factories import make_scene, make_shot, ok


def test_a_branch_goes_back_to_a_tag_and_the_way_back_can_be_undone(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    ok(api.post(f"/branches/{main['id']}/tags", json={"name": "locked"}))
    locked = told(api, main)
    first, second, third = scenes_on(api, main)
    edit(api, main, first["lineage"], description="Other")
    ok(api.delete(f"/scenes/{second['id']}"))
    make_shot(api, third)
    make_scene(api, project, 4)
    after = told(api, main)

    outcome = ok(api.post(f"/branches/{main['id']}/revert", json={"to": "locked"}))
    assert outcome["applied"]
    assert told(api, main) == locked
    ok(undo(api, newest_change(api, project)))
    assert told(api, main) == after
    ok(undo(api, newest_change(api, project)))
    assert told(api, main) == locked
    assert not ok(api.post(f"/branches/{main['id']}/revert", json={"to": "locked"}))["applied"]


def test_a_branch_goes_back_to_a_time(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    before, time = told(api, main), newest_change(api, project)["at"]
    edit(api, main, scenes_on(api, main)[0]["lineage"], description="Other")
    ok(api.post(f"/branches/{main['id']}/revert", json={"to": time}))
    assert told(api, main) == before


def test_a_single_change_is_undone_and_later_ones_stay(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    first = scenes_on(api, main)[0]
    edit(api, main, first["lineage"], description="Other")
    change = newest_change(api, project)
    edit(api, main, first["lineage"], status="done")
    undone = ok(undo(api, change))
    assert undone["text"] == "Taken back: Scene 1: description changed"
    now = scene_on(api, main, first["lineage"])
    assert (now["description"], now["status"]) == ("Scene 1 begins", "done")


def test_a_deleted_shot_and_a_new_scene_are_undone(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    scene = scenes_on(api, main)[0]
    shot = make_shot(api, scene, description="close")
    before = told(api, main)
    ok(api.delete(f"/shots/{shot['id']}"))
    ok(undo(api, newest_change(api, project)))
    assert told(api, main) == before
    assert shots_in(api, scene)[1]["id"] == shot["id"]
    make_scene(api, project, 5)
    ok(undo(api, newest_change(api, project)))
    assert told(api, main) == before


def test_a_scene_goes_back_to_a_revision(api: httpx2.Client) -> None:
    _, main = story_of_three(api)
    scene = scenes_on(api, main)[0]
    shot = make_shot(api, scene, description="close")
    ok(api.delete(f"/shots/{shot['id']}"))
    edit(api, main, scene["lineage"], description="Other")
    revisions = ok(api.get(f"/scenes/{scene['id']}/revisions"))
    assert [one["revision"] for one in revisions] == [4, 3, 2, 1]
    assert [len(one["shots"]) for one in revisions] == [1, 1, 2, 1]
    restored = ok(api.post(f"/scenes/{scene['id']}/revisions/2/restore"))
    assert (restored["description"], restored["revision"]) == ("Scene 1 begins", 5)
    again = ok(api.post(f"/scenes/{scene['id']}/revisions/2/restore"))
    assert again == restored  # it is so already: nothing is written
    assert [one["description"] for one in shots_in(api, scene)][1] == "close"
    assert api.post(f"/scenes/{scene['id']}/revisions/99/restore").status_code == 404


def test_what_is_taken_back_already_is_not_taken_back_again(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    edit(api, alt, scenes_on(api, main)[0]["lineage"], description="theirs")
    ok(merge(api, main, alt))
    merged = newest_change(api, project)
    undone = ok(undo(api, merged))
    refused = undo(api, merged)
    assert refused.status_code == 409
    assert f"Change {undone['id']} has taken it back already." in refused.json()["detail"]
    again = ok(undo(api, undone))
    assert again["text"] == "Done again: Branch alt merged into main"
    assert scenes_on(api, main)[0]["description"] == "theirs"
    edit(api, main, scenes_on(api, main)[1]["lineage"], status="done")
    change = newest_change(api, project)
    ok(undo(api, change))
    assert undo(api, change).status_code == 409


def test_a_change_of_another_project_is_no_moment_of_this_one(api: httpx2.Client) -> None:
    _, main = story_of_three(api)
    other, _ = story_of_three(api)
    foreign = newest_change(api, other)["id"]
    refused = api.post(f"/branches/{main['id']}/revert", json={"to": foreign})
    assert (refused.status_code, refused.json()["detail"]) == (
        404,
        f"Change {foreign} is not one of this project.",
    )
