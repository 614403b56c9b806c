"""Branches fork, are named and compared, and no word is lost on the way."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.branches import (
    compare,
    edit,
    fork,
    merge,
    newest_change,
    scene_on,
    scenes_on,
    story_of_three,
    told,
    told_then,
)
from tests.support.factories import make_project, make_scene, make_shot, ok


def test_a_fork_tells_the_same_story_with_rows_of_its_own(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    make_shot(api, scenes_on(api, main)[1], description="close", dialogue=[{"line": "雨だ"}])
    alt = fork(api, project, "director's cut/v2")

    assert told(api, alt) == told(api, main)
    assert compare(api, main, alt)["scenes"] == []
    assert (alt["parent_id"], alt["forked_at"]) == (
        main["id"],
        newest_change(api, project)["id"] - 1,
    )
    ids = {scene["id"] for branch in (main, alt) for scene in scenes_on(api, branch)}
    assert len(ids) == 6
    assert {scene["branch_name"] for scene in scenes_on(api, alt)} == {"director's cut/v2"}

    edit(api, alt, scenes_on(api, main)[0]["lineage"], description="She stays")
    assert scenes_on(api, main)[0]["description"] == "Scene 1 begins"


def test_what_is_in_the_trash_is_not_forked(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    first, second, _ = scenes_on(api, main)
    ok(api.delete(f"/scenes/{first['id']}"))
    extra = make_shot(api, second)
    ok(api.delete(f"/shots/{extra['id']}"))
    alt = fork(api, project, "alt")
    assert told(api, alt) == told(api, main)
    assert len(scenes_on(api, alt)) == 2


def test_a_branch_is_forked_as_it_was_at_a_change_or_a_tag(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    before = told(api, main)
    then = newest_change(api, project)["id"]
    tag = ok(api.post(f"/branches/{main['id']}/tags", json={"name": "locked"}))
    first, second, third = scenes_on(api, main)
    edit(api, main, first["lineage"], description="Other words")
    ok(api.delete(f"/scenes/{second['id']}"))
    make_shot(api, third, description="added")
    make_scene(api, project, 9)

    for name, source, at in (("by change", then, then), ("by tag", "locked", tag["change_id"])):
        alt = fork(api, project, name, source)
        assert told(api, alt) == before
        assert alt["forked_at"] == at
        assert told_then(api, alt, newest_change(api, project)["id"]) == before


def test_a_fork_of_a_fork_knows_where_it_comes_from(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    one = fork(api, project, "one")
    two = fork(api, project, "two", "one")
    first = scenes_on(api, main)[0]["lineage"]
    edit(api, two, first, description="by two")
    assert told_then(api, two, two["forked_at"] + 1) == told(api, main)
    [difference] = compare(api, main, two)["scenes"]
    field = difference["fields"]["description"]
    assert (field["base"], field["ours"], field["theirs"]) == (
        "Scene 1 begins",
        "Scene 1 begins",
        "by two",
    )
    assert merge(api, main, two).json()["applied"]
    assert told(api, main) == told(api, two)
    assert one["parent_id"] == main["id"]


def test_comparing_tells_what_was_added_removed_moved_and_changed(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    first, second, third = (scene["lineage"] for scene in scenes_on(api, main))
    edit(api, alt, first, description="Scene 1 ends", status="done")
    ok(api.delete(f"/scenes/{scene_on(api, alt, second)['id']}"))
    edit(api, alt, third, scene_number=7)
    added = make_scene(api, project, 4, branch_name="alt")

    found = {one["lineage"]: one for one in compare(api, main, alt)["scenes"]}
    assert {n: one["change"] for n, one in found.items()} == {
        first: "changed",
        second: "removed",
        third: "moved",
        added["lineage"]: "added",
    }
    field = found[first]["fields"]["description"]
    assert field["words"] == [
        {"change": "same", "text": "Scene 1 "},
        {"change": "removed", "text": "begins"},
        {"change": "added", "text": "ends"},
    ]
    assert found[first]["fields"]["status"]["words"] is None
    assert found[added["lineage"]]["shots"][0]["change"] == "added"


def test_two_moments_of_one_branch_are_compared(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    then = newest_change(api, project)["id"]
    first = scenes_on(api, main)[0]["lineage"]
    edit(api, main, first, description="Later")
    found = compare(api, main, main, at=then)
    assert [one["lineage"] for one in found["scenes"]] == [first]
    assert found["scenes"][0]["fields"]["description"]["theirs"] == "Later"
    assert found["base"] == {"branch_id": main["id"], "change_id": then}


def test_a_branch_is_renamed_and_its_scenes_follow(api: httpx2.Client) -> None:
    _, main = story_of_three(api)
    before = told(api, main)
    renamed = ok(api.put(f"/branches/{main['id']}", json={"name": "第一話", "description": "one"}))
    assert (renamed["name"], renamed["description"]) == ("第一話", "one")
    assert told(api, renamed) == before
    assert {scene["branch_name"] for scene in scenes_on(api, renamed)} == {"第一話"}
    assert ok(api.get(f"/scenes/{scenes_on(api, renamed)[0]['id']}"))["branch_name"] == "第一話"


def test_names_of_branches_are_used_once(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "Cafe\u0301")
    used = api.post(f"/projects/{project['id']}/branches", json={"name": "Caf\u00e9"})
    assert used.status_code == 409
    assert api.put(f"/branches/{main['id']}", json={"name": "Café"}).status_code == 409
    ok(api.delete(f"/branches/{alt['id']}"))
    assert [b["name"] for b in ok(api.get(f"/projects/{project['id']}/branches"))] == ["main"]
    other = fork(api, project, "Café")
    assert api.post(f"/branches/{alt['id']}/restore").status_code == 409
    ok(api.delete(f"/branches/{other['id']}"))
    ok(api.post(f"/branches/{alt['id']}/restore"))
    assert told(api, alt) == told(api, main)


def test_what_cannot_be_is_refused_with_a_sentence(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    strangers, other = story_of_three(api)
    branches = f"/projects/{project['id']}/branches"
    newest = newest_change(api, strangers)["id"]
    refusals = [
        (api.post(branches, json={"name": "x", "from": "nowhere"}), 404),
        (api.post(branches, json={"name": "main"}), 409),
        (api.post(branches, json={"name": "x", "from": newest}), 422),
        (api.post(branches, json={"name": "x", "from": 0}), 422),
        (api.post(branches, json={"name": ""}), 422),
        (merge(api, main, other | {"name": other["id"]}), 409),
        (merge(api, main, {"name": "nowhere"}), 404),
        (api.get(f"/branches/{main['id']}/compare", params={"with": other["id"]}), 409),
        (api.get(f"/branches/{main['id']}/compare"), 422),
        (api.post(f"/branches/{main['id']}/revert", json={"to": "nothing"}), 404),
        (api.post(f"/branches/{main['id']}/revert", json={"to": 1}), 404),
        (api.get(f"/branches/{main['id']}/at/1"), 404),
        (api.get(f"/branches/{main['id']}/at/{2**62}"), 404),
        (api.post(f"/changes/{2**62}/undo"), 404),
    ]
    for answer, status in refusals:
        assert answer.status_code == status, answer.text
        assert isinstance(answer.json()["detail"], str | list)


def test_a_project_without_a_story_has_nothing_to_fork(api: httpx2.Client) -> None:
    project = make_project(api)
    answer = api.post(f"/projects/{project['id']}/branches", json={"name": "x"})
    assert answer.status_code == 404


@pytest.mark.parametrize("name", [" x ", "a\nb", "  "])
def test_names_that_break_a_line_or_hide_are_refused(api: httpx2.Client, name: str) -> None:
    project, main = story_of_three(api)
    assert api.post(f"/projects/{project['id']}/branches", json={"name": name}).status_code == 422
    assert api.put(f"/branches/{main['id']}", json={"name": name}).status_code == 422
    tags = f"/branches/{main['id']}/tags"
    assert api.post(tags, json={"name": name}).status_code == 422


@pytest.mark.parametrize("name", ["42", "2026-11-17", "2026-11-17T09:30:00Z"])
def test_a_tag_does_not_read_as_a_change_or_a_time(api: httpx2.Client, name: str) -> None:
    _, main = story_of_three(api)
    assert api.post(f"/branches/{main['id']}/tags", json={"name": name}).status_code == 422
