"""Takes belong to a shot's lineage: branches share them, and each approves its own."""

from __future__ import annotations

import httpx2

from tests.support.branches import branch_of, fork, merge, scenes_on, shots_in, undo
from tests.support.branches import newest_change as newest
from tests.support.factories import Json, make_scene, ok
from tests.support.rendering import approve, approved, first_shot, rendered, small_project


def staged(api: httpx2.Client) -> tuple[Json, Json, Json]:
    """A project whose one shot has an approved take: the project, the shot, the take."""
    project = small_project(api)
    shot = first_shot(api, make_scene(api, project))
    return project, shot, approved(api, shot)


def shot_on(api: httpx2.Client, branch: Json) -> Json:
    return shots_in(api, scenes_on(api, branch)[0])[0]


def stale_on(api: httpx2.Client, project: Json, branch: Json) -> list[Json]:
    query = {"branch_name": branch["name"]}
    found: list[Json] = ok(api.get(f"/projects/{project['id']}/stale", params=query))
    return found


def test_a_fork_has_the_takes_and_the_approvals_and_renders_nothing(api: httpx2.Client) -> None:
    project, shot, take = staged(api)
    alt = fork(api, project, "alt")
    forked = shot_on(api, alt)
    assert (forked["approved_take_id"], forked["lineage"]) == (take["id"], shot["lineage"])
    shared = ok(api.get(f"/shots/{forked['id']}/takes"))
    assert [(t["id"], t["verdict"]) for t in shared] == [(take["id"], "approved")]
    assert scenes_on(api, alt)[0]["video_path"] == f"/api/anime/media/{take['media_id']}/file"
    assert stale_on(api, project, alt) == []
    asked = {"branch_name": "alt", "what": "stale"}
    assert ok(api.post(f"/projects/{project['id']}/render", json=asked))["takes"] == []


def test_an_approval_is_merged_like_any_field_and_undone_with_its_merge(
    api: httpx2.Client,
) -> None:
    project, _, take = staged(api)
    main, alt = branch_of(api, project), fork(api, project, "alt")
    better = rendered(api, shot_on(api, alt), seed=7)
    approve(api, shot_on(api, alt), better)
    assert shot_on(api, main)["approved_take_id"] == take["id"]

    ok(merge(api, main, alt))
    assert shot_on(api, main)["approved_take_id"] == better["id"]
    assert scenes_on(api, main)[0]["video_path"].split("/")[4] == better["media_id"]
    ok(undo(api, newest(api, project)))
    assert shot_on(api, main)["approved_take_id"] == take["id"]
    assert scenes_on(api, main)[0]["video_path"].split("/")[4] == take["media_id"]


def test_two_approvals_of_one_shot_are_a_conflict(api: httpx2.Client) -> None:
    project, shot, take = staged(api)
    main, alt = branch_of(api, project), fork(api, project, "alt")
    one, other = rendered(api, shot, seed=7), rendered(api, shot, seed=8)
    approve(api, shot, one)
    approve(api, shot_on(api, alt), other)
    [conflict] = merge(api, main, alt, dry_run=True).json()["conflicts"]
    assert conflict["field"] == "stages.video.approval"
    assert [conflict[side]["take_id"] for side in ("base", "ours", "theirs")] == [
        take["id"],
        one["id"],
        other["id"],
    ]
    made_up = {conflict["id"]: {"value": {"take_id": 1, "media_id": None}}}
    assert merge(api, main, alt, resolutions=made_up).status_code == 422
    ok(merge(api, main, alt, resolutions={conflict["id"]: "theirs"}))
    assert shot_on(api, main)["approved_take_id"] == other["id"]


def test_words_that_are_merged_make_stale_and_merged_back_do_not(api: httpx2.Client) -> None:
    project, _, _ = staged(api)
    main, alt = branch_of(api, project), fork(api, project, "alt")
    ok(api.put(f"/shots/{shot_on(api, alt)['id']}", json={"camera": "pan left"}))
    ok(merge(api, main, alt))
    [stale] = stale_on(api, project, main)
    assert [cause["part"] for cause in stale["causes"]] == ["camera"]
    ok(undo(api, newest(api, project)))
    assert stale_on(api, project, main) == []
