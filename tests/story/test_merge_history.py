"""What merges, undone merges and moved shots leave behind, and what comes of it later."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.branches import (
    branch_of,
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
from tests.support.factories import Json, make_scene, make_shot, ok
from tower_anime.story import content


def lineages(api: httpx2.Client, branch: Json) -> list[int]:
    return [scene["lineage"] for scene in scenes_on(api, branch)]


def described(api: httpx2.Client, branch: Json, lineage: int) -> str:
    words: str = scene_on(api, branch, lineage)["description"]
    return words


def revert(api: httpx2.Client, branch: Json, to: int | str) -> httpx2.Response:
    return api.post(f"/branches/{branch['id']}/revert", json={"to": to})


def test_ids_are_counted_on_however_often_a_branch_is_forked(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    for n in range(8):
        fork(api, project, f"b{n}")
        scene = make_scene(api, project, n + 10)
        shot = make_shot(api, scene)
    first, count = scenes_on(api, main)[0]["id"], sum(range(3, 11))
    assert scene["id"] - first <= 3 + count + 8
    assert shot["id"] - shots_in(api, scenes_on(api, main)[0])[0]["id"] <= 2 * (3 + count + 8)


def test_a_merge_that_took_nothing_moves_the_base_all_the_same(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt, first = fork(api, project, "alt"), lineages(api, main)[0]
    edit(api, main, first, description="ours")
    edit(api, alt, first, description="theirs")
    asked = {"resolutions": {f"scene-{first}.description": "ours"}}
    assert ok(merge(api, main, alt, **asked))["applied"]
    again = ok(merge(api, main, alt))
    assert (again["applied"], again["conflicts"]) == (False, [])
    ok(merge(api, alt, main))
    assert described(api, alt, first) == "ours"


def test_a_shot_that_one_side_moved_and_the_other_deleted_is_a_conflict(
    api: httpx2.Client,
) -> None:
    project, main = story_of_three(api)
    one, two, _ = scenes_on(api, main)
    shot = make_shot(api, one)
    alt = fork(api, project, "alt")
    there = shots_in(api, scene_on(api, alt, one["lineage"]))[1]
    ok(api.put(f"/shots/{shot['id']}", json={"scene_id": two["id"]}))
    ok(api.delete(f"/shots/{there['id']}"))
    for target, source in ((main, alt), (alt, main)):
        [conflict] = merge(api, target, source).json()["conflicts"]
        assert (conflict["field"], conflict["lineage"]) == ("deleted", shot["lineage"])


def test_what_a_moved_shot_left_behind_is_not_taken_back(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    one, two, _ = scenes_on(api, main)
    shot = make_shot(api, one)
    created = newest_change(api, project)
    ok(api.put(f"/shots/{shot['id']}", json={"scene_id": two["id"]}))
    refused = undo(api, created)
    assert refused.status_code == 409
    assert "moved from scene 1 to scene 2" in refused.json()["detail"]


def test_a_scene_whose_shots_are_elsewhere_stays_in_the_trash(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    one, two, _ = scenes_on(api, main)
    [only] = shots_in(api, one)
    alt = fork(api, project, "alt")
    away = scene_on(api, alt, one["lineage"])
    [there] = shots_in(api, away)
    make_shot(api, away)
    to = scene_on(api, alt, two["lineage"])
    ok(api.put(f"/shots/{there['id']}", json={"scene_id": to["id"]}))
    ok(api.delete(f"/scenes/{one['id']}"))
    gone = newest_change(api, project)
    conflicts = merge(api, main, alt).json()["conflicts"]
    sides = {c["id"]: "ours" if c["lineage"] == one["lineage"] else "theirs" for c in conflicts}
    ok(merge(api, main, alt, resolutions=sides))
    assert only["lineage"] in {shot["lineage"] for shot in shots_in(api, two)}
    assert undo(api, gone).status_code == 409
    assert api.post(f"/scenes/{one['id']}/restore").status_code == 409


def test_a_branch_that_was_forked_between_undoing_and_redoing_a_merge_can_have_it(
    api: httpx2.Client,
) -> None:
    project, main = story_of_three(api)
    alt, first = fork(api, project, "alt"), lineages(api, main)[0]
    edit(api, alt, first, description="theirs")
    ok(merge(api, main, alt))
    undone = ok(undo(api, newest_change(api, project)))
    ok(undo(api, undone))
    other = fork(api, project, "other", undone["id"])
    assert described(api, other, first) == "Scene 1 begins"
    ok(merge(api, other, alt))
    assert described(api, other, first) == "theirs"


def test_a_branch_that_goes_back_to_a_merge_has_it_again(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt, first = fork(api, project, "alt"), lineages(api, main)[0]
    edit(api, alt, first, description="theirs")
    ok(merge(api, main, alt))
    merged = newest_change(api, project)
    ok(undo(api, merged))
    ok(revert(api, main, merged["id"]))
    edit(api, alt, first, description="theirs, later")
    outcome = merge(api, main, alt).json()
    assert outcome["conflicts"] == []
    assert told(api, main) == told(api, alt)


def test_a_merge_that_went_on_to_its_source_over_another_branch_is_not_undone(
    api: httpx2.Client,
) -> None:
    project, main = story_of_three(api)
    alt, first = fork(api, project, "alt"), lineages(api, main)[0]
    edit(api, alt, first, description="theirs")
    ok(merge(api, main, alt))
    merged = newest_change(api, project)
    between = fork(api, project, "between")
    ok(merge(api, alt, between))
    refused = undo(api, merged)
    assert refused.status_code == 409
    assert "has this merge in it by now" in refused.json()["detail"]


def test_an_undo_never_renames_a_branch(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    ok(api.put(f"/branches/{main['id']}", json={"name": "renamed"}))
    main = branch_of(api, project, "renamed")
    edit(api, main, lineages(api, main)[0], description="other")
    change = newest_change(api, project)
    ok(undo(api, change))
    assert undo(api, change).status_code == 409
    assert branch_of(api, project, "renamed")["id"] == main["id"]


def test_lines_of_one_id_are_refused(api: httpx2.Client) -> None:
    _, main = story_of_three(api)
    [shot] = shots_in(api, scenes_on(api, main)[0])
    lines = [{"id": "0000000a", "line": word} for word in ("one", "two")]
    assert api.put(f"/shots/{shot['id']}", json={"dialogue": lines}).status_code == 422


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_times_beyond_the_calendar_are_no_times(api: httpx2.Client, time: str) -> None:
    _, main = story_of_three(api)
    assert revert(api, main, time).status_code == 404


def test_the_largest_numbers_are_not_counted_on(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    largest = 2**31 - 1
    for branch in (main, alt):
        shot = make_shot(api, scenes_on(api, branch)[0])
        ok(api.put(f"/shots/{shot['id']}", json={"shot_number": largest}))
        make_scene(api, project, largest, branch_name=branch["name"])
    ok(merge(api, main, alt))
    assert [scene["scene_number"] for scene in scenes_on(api, main)][-2:] == [largest, largest]


def test_a_branch_that_was_renamed_is_told_by_its_name_at_every_moment(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    then = newest_change(api, project)["id"]
    ok(api.put(f"/branches/{main['id']}", json={"name": "trunk"}))
    told_then = ok(api.get(f"/branches/{main['id']}/at/{then}"))
    assert {scene["branch_name"] for scene in told_then["scenes"]} == {"trunk"}


def test_states_of_earlier_versions_tell_a_written_path_from_a_takes() -> None:
    scene: Json = {
        "deleted_at": None,
        "lineage": 1,
        "scene_number": 1,
        "position": 1.0,
        "episode": None,
        "description": "",
        "characters": [],
        "status": "pending",
        "shots": [],
    }
    paths = ("/films/one.mp4", f"{content.MEDIA}{'0' * 64}/file", None)
    stories = [content.story_of([{**scene, "video_path": path}]) for path in paths]
    assert [story.scenes[1].get("video_path") for story in stories] == [paths[0], None, None]
