"""The commands of branches, and those that move, rename and undo."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import NamedTuple

import httpx2
import pytest
from rich.cells import cell_len

from tests.support.branches import (
    branch_of,
    edit,
    fork,
    newest_change,
    scene_on,
    scenes_on,
    shots_in,
)
from tests.support.commands import Tower, as_json, refused, told
from tests.support.factories import Json, make_character, make_project, make_scene, make_shot, ok
from tests.support.rendering import first_shot


class Story(NamedTuple):
    """A scene whose words differ on two branches, and one that is other on alt alone."""

    project: Json
    main: Json
    alt: Json
    both: int  # the lineages of the two scenes
    one: int

    @property
    def conflict(self) -> str:
        return f"scene-{self.both}.description"


@pytest.fixture
def story(api: httpx2.Client) -> Story:
    """She sings on main, and stays on alt, where it rains too."""
    project = make_project(api)
    both = make_scene(api, project, 1, description="She leaves.")["lineage"]
    one = make_scene(api, project, 2, description="A gate.")["lineage"]
    main, alt = branch_of(api, project), fork(api, project, "alt")
    edit(api, main, both, description="She sings.")
    edit(api, alt, both, description="She stays.")
    edit(api, alt, one, description="A gate in the rain.")
    return Story(project, main, alt, both, one)


def rows(table: str) -> list[list[str]]:
    """The cells of a table below its headings; an empty one is left out."""
    return [re.split(r" {2,}", line.strip()) for line in table.splitlines()[1:]]


# --- names


def test_a_branch_is_called_by_its_name_or_its_id(tower: Tower, story: Story) -> None:
    pid, alt = story.project["id"], story.alt["id"]

    by_name = as_json(tower("branches", "show", "alt", "-p", pid, "--json"))
    by_id = as_json(tower("branches", "show", alt, "--json"))

    assert by_name == by_id == story.alt


def test_a_name_that_many_projects_have_needs_the_project(tower: Tower, story: Story) -> None:
    fork_elsewhere = as_json(tower("projects", "create", "Another", "--json"))
    told(tower("scenes", "create", 1, "A roof", "-p", fork_elsewhere["id"]))

    sentence = refused(tower("branches", "show", "main"))

    assert "call the branch by its id" in sentence
    assert str(story.main["id"]) in sentence
    assert "no branch named" in refused(
        tower("branches", "show", "nowhere", "-p", story.project["id"])
    )


def test_the_other_branch_is_one_of_the_same_project(tower: Tower, story: Story) -> None:
    compared = as_json(tower("branches", "compare", story.alt["id"], "main", "--json"))

    assert compared["theirs"]["branch_id"] == story.main["id"]


# --- the life of a branch


def test_a_branch_is_forked_changed_and_lost_and_found(
    tower: Tower, api: httpx2.Client, story: Story
) -> None:
    pid = story.project["id"]
    then = newest_change(api, story.project)["id"]
    told(tower("branches", "tag", "main", "locked", "-p", pid))
    for name, source in (("by tag", "locked"), ("by change", then), ("by branch", "alt")):
        forked = as_json(tower("branches", "fork", pid, name, "--from", source, "--json"))
        parent = story.alt if source in ("alt", then) else story.main
        assert (forked["name"], forked["parent_id"]) == (name, parent["id"])

    typed = ("branches", "update", "by tag", "-p", pid, "--name", "ending", "--description", "sad")
    changed = as_json(tower(*typed, "--json"))
    assert (changed["name"], changed["description"]) == ("ending", "sad")
    told(tower("branches", "delete", "ending", "-p", pid))
    assert "ending" not in told(tower("branches", "list", pid))
    assert "ending" in told(tower("branches", "list", pid, "--deleted"))
    told(tower("branches", "restore", "ending", "-p", pid))
    assert "ending" in told(tower("branches", "list", pid))


# --- compare


def test_differences_are_a_table_of_fields(tower: Tower, api: httpx2.Client, story: Story) -> None:
    [shot] = shots_in(api, scene_on(api, story.alt, story.one))
    line = {"speaker": "Nana", "line": "ここにいる。"}
    ok(api.put(f"/shots/{shot['id']}", json={"dialogue": [line]}))
    make_scene(api, story.project, 3, description="Dawn.", branch_name="alt")

    table = told(tower("branches", "compare", "main", "alt", "-p", story.project["id"]))

    assert table.split("\n")[0].split() == ["scene", "shot", "field", "ours", "theirs"]
    found = rows(table)
    assert ["1", "description", "She sings.", "She stays."] in found
    assert ["2", "description", "A gate.", "A gate in the rain."] in found
    assert ["3", "(added)", "Dawn."] in found
    [spoken] = [row for row in found if row[2].startswith("dialogue.")]
    assert spoken[-1] == "Nana: ここにいる。"
    assert len(found) == 4


def test_where_long_texts_differ_is_seen_in_80_columns(
    tower: Tower, api: httpx2.Client, story: Story
) -> None:
    long = "竹の中の光。" * 40
    edit(api, story.main, story.one, description=long + "姫は帰る。" + long)
    edit(api, story.alt, story.one, description=long + "姫は残る。" + long)

    table = told(tower("branches", "compare", "main", "alt", "-p", story.project["id"]))

    assert max(map(cell_len, table.splitlines())) <= 80
    [row] = [row for row in rows(table) if row[0] == "2"]
    assert row[-2:] == ["…帰…", "…残…"]


def test_two_moments_of_a_branch_are_compared(
    tower: Tower, api: httpx2.Client, story: Story
) -> None:
    then = story.alt["forked_at"]

    table = told(tower("branches", "compare", story.main["id"], "main", "--at", then))

    assert rows(table) == [["1", "description", "She leaves.", "She sings."]]
    same = told(tower("branches", "compare", story.main["id"], "main"))
    assert same == "There is no difference.\n"


# --- merge


def test_conflicts_are_a_table_and_nothing_is_written(
    tower: Tower, api: httpx2.Client, story: Story
) -> None:
    merged = tower("branches", "merge", "alt", "-p", story.project["id"])

    assert merged.exit_code == 1
    assert "Nothing is written" in merged.stderr
    assert [story.conflict, "1", "She sings.", "She stays."] in rows(merged.stdout)
    assert scene_on(api, story.main, story.one)["description"] == "A gate."


@pytest.mark.parametrize(
    ("side", "named", "words"),
    [
        ("--ours", "all", "She sings."),
        ("--theirs", "all", "She stays."),
        ("--ours", "it", "She sings."),
        ("--theirs", "it", "She stays."),
    ],
)
def test_conflicts_are_resolved_by_a_side(
    tower: Tower, api: httpx2.Client, story: Story, side: str, named: str, words: str
) -> None:
    conflict = story.conflict if named == "it" else named

    typed = ("branches", "merge", "alt", "--into", "main", "-p", story.project["id"])
    assert "Both sides" not in told(tower(*typed, side, conflict))

    assert scene_on(api, story.main, story.both)["description"] == words
    assert scene_on(api, story.main, story.one)["description"] == "A gate in the rain."
    assert told(tower(*typed)) == "Nothing changes.\n"


def test_one_conflict_is_resolved_otherwise_than_all_others(
    tower: Tower, api: httpx2.Client, story: Story
) -> None:
    edit(api, story.main, story.one, description="A wall.")

    typed = ("branches", "merge", "alt", "-p", story.project["id"])
    told(tower(*typed, "--ours", story.conflict, "--theirs", "all"))

    assert scene_on(api, story.main, story.both)["description"] == "She sings."
    assert scene_on(api, story.main, story.one)["description"] == "A gate in the rain."
    assert "both ways" in refused(tower(*typed, "--ours", "all", "--theirs", "all"), 2)


def test_a_dry_run_tells_and_writes_nothing(tower: Tower, api: httpx2.Client, story: Story) -> None:
    before = newest_change(api, story.project)

    said = told(tower("branches", "merge", "alt", "-p", story.project["id"], "--dry-run"))

    assert "A gate in the rain." in said
    assert story.conflict in said
    assert said.endswith("Nothing is written yet.\n")
    assert newest_change(api, story.project) == before


def test_json_of_a_refused_merge_has_the_conflicts(tower: Tower, story: Story) -> None:
    merged = tower("branches", "merge", "alt", "-p", story.project["id"], "--json")

    assert merged.exit_code == 1
    assert [one["id"] for one in json.loads(merged.stdout)["conflicts"]] == [story.conflict]


# --- back


def test_a_branch_goes_back_to_a_tag_a_change_and_a_time(
    tower: Tower, api: httpx2.Client, story: Story
) -> None:
    pid = story.project["id"]
    told(tower("branches", "tag", "main", "locked", "-p", pid))
    assert "locked" in told(tower("branches", "tags", "main", "-p", pid))
    change = newest_change(api, story.project)
    at_desk = datetime.fromisoformat(change["at"]).astimezone().replace(tzinfo=None)
    for moment in ("locked", change["id"], at_desk.isoformat()):
        edit(api, story.main, story.one, description="Later")
        table = told(tower("branches", "revert", "main", moment, "-p", pid))
        assert rows(table) == [["2", "description", "Later", "A gate."]]
        assert scene_on(api, story.main, story.one)["description"] == "A gate."
    again = told(tower("branches", "revert", "main", "locked", "-p", pid))
    assert again == "It is as it was then already.\n"


def test_a_tag_that_reads_as_a_time_is_refused(tower: Tower, story: Story) -> None:
    said = refused(tower("branches", "tag", "main", "2020-01-01", "-p", story.project["id"]))
    assert "must not read as a change's id or as a time" in said


def test_a_change_is_undone(tower: Tower, api: httpx2.Client, story: Story) -> None:
    change = newest_change(api, story.project)

    said = told(tower("changes", "undo", change["id"]))

    assert said.startswith(f"Taken back: {change['text']} (change ")
    assert scene_on(api, story.alt, story.one)["description"] == "A gate."
    assert "undone" in told(tower("changes", "undo", change["id"] + 1, "--json"))
    misplaced = refused(tower("changes", "--after", 1, "undo", change["id"]), 2)
    assert "come after its name" in misplaced


def test_a_scene_goes_back_to_a_revision(tower: Tower, api: httpx2.Client, story: Story) -> None:
    scene = scene_on(api, story.main, story.both)

    table = told(tower("scenes", "revisions", scene["id"]))
    restored = as_json(tower("scenes", "restore-revision", scene["id"], 1, "--json"))

    assert [row[0] for row in rows(table)] == ["2", "1"]
    assert (restored["description"], restored["revision"]) == ("She leaves.", 3)


# --- order, places and names


def test_scenes_and_shots_are_put_in_another_order(
    tower: Tower, api: httpx2.Client, story: Story
) -> None:
    first, second = (scene["id"] for scene in scenes_on(api, story.alt))
    told(tower("scenes", "reorder", second, first))
    change = newest_change(api, story.project)["id"]
    then = ok(api.get(f"/branches/{story.alt['id']}/at/{change}"))
    assert [scene["id"] for scene in then["scenes"]] == [second, first]

    scene = scenes_on(api, story.main)[0]
    opening, close = first_shot(api, scene)["id"], make_shot(api, scene)["id"]
    shown = as_json(tower("shots", "reorder", scene["id"], close, opening, "--json"))
    assert [shot["id"] for shot in shown] == [close, opening]


def test_a_shot_moves_to_another_scene(tower: Tower, api: httpx2.Client, story: Story) -> None:
    first, second = scenes_on(api, story.main)
    shot = make_shot(api, first)

    moved = as_json(tower("shots", "move", shot["id"], second["id"], "--json"))

    assert moved["scene_id"] == second["id"]


def test_a_shot_that_moved_is_told_where_it_was_and_where_it_is(
    tower: Tower, api: httpx2.Client, story: Story
) -> None:
    first, second = scenes_on(api, story.alt)
    before = newest_change(api, story.project)["id"] - 1
    [shot] = shots_in(api, first)
    make_shot(api, first)
    told(tower("shots", "move", shot["id"], second["id"]))

    typed = ("branches", "compare", story.alt["id"], story.alt["id"], "--at", before)
    found = rows(told(tower(*typed)))

    assert {("1", "(moved away)"), ("2", "(moved here)")} <= {(row[0], row[-1]) for row in found}


def test_a_character_is_renamed_on_chosen_branches(
    tower: Tower, api: httpx2.Client, story: Story
) -> None:
    make_character(api, story.project, "Nana")
    for branch in (story.main, story.alt):
        edit(api, branch, story.both, characters=["Nana"])

    typed = ("characters", "rename", "Nana", "Kaguya", "-p", story.project["id"])
    assert as_json(tower(*typed, "--branch", "alt", "--json"))["name"] == "Kaguya"

    assert scene_on(api, story.alt, story.both)["characters"] == ["Kaguya"]
    assert scene_on(api, story.main, story.both)["characters"] == ["Nana"]
