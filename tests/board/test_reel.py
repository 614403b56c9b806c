"""A reel shows a branch's shots in order, each with all that can be shown of it."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.support.branches import fork
from tests.support.factories import Json, make_scene, make_shot, ok
from tests.support.rendering import approved, first_shot, rendered, request_takes, small_project


def reel(api: httpx2.Client, project: Json, **asked: Any) -> list[Json]:
    shots: list[Json] = ok(api.get(f"/projects/{project['id']}/reel", params=asked))
    return shots


def test_shots_come_in_the_order_of_the_story_with_the_words_that_hold_for_them(
    api: httpx2.Client,
) -> None:
    project = small_project(api)
    second = make_scene(api, project, 2, description="Dawn")
    first = make_scene(api, project, 1, description="Night")
    close = make_shot(api, first, description="A hand", duration=1.5)
    ok(api.delete(f"/scenes/{make_scene(api, project, 3)['id']}"))

    shown = reel(api, project)

    assert [(shot["scene_id"], shot["description"]) for shot in shown] == [
        (first["id"], "Night"),
        (first["id"], "A hand"),
        (second["id"], "Dawn"),
    ]
    assert (shown[1]["shot_id"], shown[1]["duration"]) == (close["id"], 1.5)
    assert all(shot["takes"] == [] and shot["approved_take_id"] is None for shot in shown)


def test_a_shot_has_its_finished_takes_the_newest_first(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = first_shot(api, make_scene(api, project))
    chosen = approved(api, shot)
    newer = rendered(api, shot, seed=7)
    waiting = first_shot(api, make_scene(api, project, 2), duration=600)
    request_takes(api, waiting)

    told, unfinished = reel(api, project)

    assert told["approved_take_id"] == chosen["id"]
    assert [take["take_id"] for take in told["takes"]] == [newer["id"], chosen["id"]]
    assert told["takes"][1] == {
        "take_id": chosen["id"],
        "number": 1,
        "stage": "video",
        "media_id": chosen["media_id"],
        "kind": "video",
        "duration": 0.5,
    }
    assert unfinished["takes"] == []


def test_branches_show_the_takes_of_the_shots_that_they_share(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = first_shot(api, make_scene(api, project))
    take = approved(api, shot)
    fork(api, project, "other")

    [forked] = reel(api, project, branch_name="other")

    assert forked["shot_id"] != shot["id"]
    assert [one["take_id"] for one in forked["takes"]] == [take["id"]]
    missing = api.get(f"/projects/{project['id']}/reel", params={"branch_name": "none"})
    assert missing.status_code == 404
