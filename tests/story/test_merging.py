"""Branches merge: both sides' work stays, and what is in doubt is asked."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.branches import (
    branch_of,
    compare,
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


def test_a_merge_keeps_both_sides_edits_of_different_fields(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    first, second, _ = (scene["lineage"] for scene in scenes_on(api, main))
    edit(api, main, first, status="done")
    edit(api, alt, first, description="She stays")
    edit(api, alt, second, scene_number=9)
    edit(api, main, second, characters=["Hero"])

    dry = merge(api, main, alt, dry_run=True).json()
    assert (dry["applied"], dry["conflicts"]) == (False, [])
    assert scenes_on(api, main)[0]["description"] == "Scene 1 begins"
    assert ok(merge(api, main, alt, at=dry["at"]))["applied"]
    merged = scene_on(api, main, first)
    assert (merged["status"], merged["description"]) == ("done", "She stays")
    moved = scene_on(api, main, second)
    assert (moved["scene_number"], moved["characters"]) == (9, ["Hero"])


def test_conflicts_are_listed_and_nothing_is_written_until_each_is_resolved(
    api: httpx2.Client,
) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    first, second, third = (scene["lineage"] for scene in scenes_on(api, main))
    for branch, word in ((main, "ours"), (alt, "theirs")):
        edit(api, branch, first, description=word)
        edit(api, branch, second, description=word)
    ok(api.delete(f"/scenes/{scene_on(api, main, third)['id']}"))
    edit(api, alt, third, description="kept")

    refused = merge(api, main, alt)
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["applied"] is False
    conflicts = {one["id"]: one for one in problem["conflicts"]}
    one = conflicts[f"scene-{first}.description"]
    assert (one["base"], one["ours"], one["theirs"]) == ("Scene 1 begins", "ours", "theirs")
    gone = conflicts[f"scene-{third}.deleted"]
    assert (gone["field"], gone["base"], gone["ours"], gone["theirs"]) == (
        "deleted",
        False,
        True,
        False,
    )
    assert len(conflicts) == 3
    assert scene_on(api, main, first)["description"] == "ours"

    some = {f"scene-{first}.description": "theirs"}
    assert merge(api, main, alt, resolutions=some).status_code == 409
    resolutions = {
        **some,
        f"scene-{second}.description": {"value": "both"},
        f"scene-{third}.deleted": "theirs",
    }
    ok(merge(api, main, alt, resolutions=resolutions))
    assert [scene["description"] for scene in scenes_on(api, main)] == ["theirs", "both", "kept"]

    # The base has moved: the same conflict never comes twice, from either side.
    assert ok(merge(api, main, alt, dry_run=True))["changes"] == []
    back = ok(merge(api, alt, main))
    assert back["conflicts"] == []
    assert told(api, alt) == told(api, main)


@pytest.mark.parametrize(
    ("value", "status"), [("x" * 100_001, 422), (7, 422), (None, 422), ("fine", 200)]
)
def test_a_given_value_is_held_to_the_bounds_of_its_field(
    api: httpx2.Client, value: object, status: int
) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    first = scenes_on(api, main)[0]["lineage"]
    edit(api, main, first, description="ours")
    edit(api, alt, first, description="theirs")
    given = {f"scene-{first}.description": {"value": value}}
    answer = merge(api, main, alt, resolutions=given)
    assert answer.status_code == status
    assert scene_on(api, main, first)["description"] == ("fine" if status == 200 else "ours")


def test_a_dry_run_that_is_out_of_date_is_refused_and_told_what_moved(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    first = scenes_on(api, main)[0]["lineage"]
    edit(api, alt, first, description="theirs")
    dry = ok(merge(api, main, alt, dry_run=True))
    edit(api, alt, first, status="done")
    late = merge(api, main, alt, at=dry["at"])
    assert late.status_code == 409
    assert "Branch alt has moved" in late.json()["detail"]
    assert "Scene 1: status changed" in late.json()["detail"]
    assert scene_on(api, main, first)["description"] == "Scene 1 begins"


def test_lines_of_dialogue_merge_by_their_ids(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    scene = scenes_on(api, main)[0]
    [shot] = shots_in(api, scene)
    lines = [{"speaker": "Hero", "line": word} for word in ("one", "two", "three")]
    shot = ok(api.put(f"/shots/{shot['id']}", json={"dialogue": lines}))
    alt = fork(api, project, "alt")
    [other] = shots_in(api, scene_on(api, alt, scene["lineage"]))
    one, two, three = shot["dialogue"]
    ours = [{**one, "line": "ONE"}, two, three, {"line": "four"}]
    theirs = [{"line": "zero"}, three, one]
    ok(api.put(f"/shots/{shot['id']}", json={"dialogue": ours}))
    ok(api.put(f"/shots/{other['id']}", json={"dialogue": theirs}))

    ok(merge(api, main, alt))
    merged = ok(api.get(f"/shots/{shot['id']}"))["dialogue"]
    assert [line["line"] for line in merged] == ["zero", "three", "four", "ONE"]


def test_a_shot_that_moved_on_one_side_keeps_what_the_other_wrote(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    first, second, _ = scenes_on(api, main)
    shot = make_shot(api, first, description="wanders")
    alt = fork(api, project, "alt")
    there = shots_in(api, scene_on(api, alt, first["lineage"]))[1]
    ok(api.put(f"/shots/{there['id']}", json={"camera": "pan"}))
    moved = ok(api.put(f"/shots/{shot['id']}", json={"scene_id": second["id"]}))
    assert moved["scene_id"] == second["id"]

    ok(merge(api, main, alt))
    merged = ok(api.get(f"/shots/{shot['id']}"))
    assert (merged["scene_id"], merged["camera"]) == (second["id"], "pan")
    ok(merge(api, alt, main))
    assert told(api, alt) == told(api, main)


def test_a_round_of_merges_over_three_branches_finds_its_base(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    b, c = fork(api, project, "b"), fork(api, project, "c")
    first = scenes_on(api, main)[0]["lineage"]
    edit(api, main, first, description="from main")
    for target, source in ((b, main), (c, b)):
        ok(merge(api, target, source))
    edit(api, c, first, description="from c")
    ok(merge(api, main, c))
    assert scene_on(api, main, first)["description"] == "from c"
    assert told(api, main) == told(api, c)


def test_a_merge_is_one_change_and_is_undone_as_one(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    for scene in scenes_on(api, main):
        edit(api, alt, scene["lineage"], description="theirs")
    added = make_scene(api, project, 8, branch_name="alt")
    before, count = told(api, main), newest_change(api, project)["id"]
    ok(merge(api, main, alt))
    change = newest_change(api, project)
    assert (change["verb"], change["text"]) == ("merged", "Branch alt merged into main")
    assert change["id"] == count + 1
    assert len(scenes_on(api, main)) == 4

    ok(undo(api, change))
    assert told(api, main) == before
    ok(merge(api, main, alt))  # an undone merge is none: everything comes again
    assert told(api, main) == told(api, alt)
    assert scene_on(api, main, added["lineage"])


def test_a_merge_on_which_something_was_built_is_not_undone(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    first, second, _ = (scene["lineage"] for scene in scenes_on(api, main))
    edit(api, alt, first, description="theirs")
    ok(merge(api, main, alt))
    change = newest_change(api, project)
    edit(api, main, second, status="done")
    edit(api, main, first, description="built on theirs")
    refused = undo(api, change)
    assert refused.status_code == 409
    assert "Scene 1: description changed" in refused.json()["detail"]


def test_a_branch_that_was_deleted_is_no_side_of_a_merge(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    ok(api.delete(f"/branches/{alt['id']}"))
    assert merge(api, main, alt).status_code == 404
    assert merge(api, alt, main).status_code == 404
    fork(api, project, "new")
    assert branch_of(api, project, "new")


def test_merging_a_branch_into_itself_has_no_changes(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    newest = newest_change(api, project)
    outcome = ok(merge(api, main, main))
    assert (outcome["changes"], outcome["conflicts"]) == ([], [])
    assert newest_change(api, project) == newest


def test_two_scenes_of_one_number_are_told_apart_where_there_is_room(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    make_scene(api, project, 4, description="ours")
    make_scene(api, project, 4, description="theirs", branch_name="alt")
    ok(merge(api, main, alt))
    assert [(s["scene_number"], s["description"]) for s in scenes_on(api, main)[3:]] == [
        (4, "ours"),
        (5, "theirs"),
    ]
    ok(merge(api, alt, main))
    assert told(api, alt) == told(api, main)


def test_lines_that_are_typed_again_are_known_again(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    scene = scenes_on(api, main)[0]
    [shot] = shots_in(api, scene)
    typed = [{"speaker": "Nana", "line": "It opens."}, {"speaker": "Fox", "line": "Don't."}]
    ok(api.put(f"/shots/{shot['id']}", json={"dialogue": typed}))
    alt = fork(api, project, "alt")
    [other] = shots_in(api, scene_on(api, alt, scene["lineage"]))
    ours = [{"speaker": "Nana", "line": "It opens at last."}, typed[1]]
    ok(api.put(f"/shots/{shot['id']}", json={"dialogue": ours}))
    theirs = [typed[0], {"speaker": "Fox", "line": "Go."}, {"speaker": "Fox", "line": "Now."}]
    ok(api.put(f"/shots/{other['id']}", json={"dialogue": theirs}))

    ok(merge(api, main, alt))
    lines = ok(api.get(f"/shots/{shot['id']}"))["dialogue"]
    assert [line["line"] for line in lines] == ["It opens at last.", "Go.", "Now."]


def test_a_resolution_of_no_conflict_and_a_misspelled_wish_are_refused(
    api: httpx2.Client,
) -> None:
    project, main = story_of_three(api)
    alt = fork(api, project, "alt")
    edit(api, alt, scenes_on(api, main)[0]["lineage"], description="theirs")
    refused = merge(api, main, alt, resolutions={"scene-1.descripton": "ours"})
    assert refused.status_code == 422
    assert "scene-1.descripton" in refused.json()["detail"]
    assert merge(api, main, alt, dryrun=True).status_code == 422
    assert scenes_on(api, main)[0]["description"] == "Scene 1 begins"


def test_the_words_of_a_line_are_told(api: httpx2.Client) -> None:
    project, main = story_of_three(api)
    scene = scenes_on(api, main)[0]
    [shot] = shots_in(api, scene)
    ok(api.put(f"/shots/{shot['id']}", json={"dialogue": [{"line": "Don't go."}]}))
    alt = fork(api, project, "alt")
    [other] = shots_in(api, scene_on(api, alt, scene["lineage"]))
    ok(api.put(f"/shots/{other['id']}", json={"dialogue": [{"line": "Please go."}]}))
    [difference] = compare(api, main, alt)["scenes"]
    [field] = difference["shots"][0]["fields"].values()
    assert [word["text"] for word in field["words"] if word["change"] == "added"] == ["Please "]
