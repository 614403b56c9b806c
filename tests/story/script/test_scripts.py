"""Scripts through the API: what they make, how they come out again, and which are refused."""

from __future__ import annotations

import httpx2
import pytest

from tests.story.script import feature
from tests.story.script.loading import KAGUYA, everything, load, log_of, saved, scenes, shots
from tests.support.factories import make_character, make_project, ok
from tests.support.refusals import refused


def test_a_script_makes_scenes_shots_dialogue_and_characters(api: httpx2.Client) -> None:
    project = make_project(api)
    outcome = load(api, project, KAGUYA)
    assert outcome["counts"] == {"create": 2, "update": 0, "unchanged": 0, "kept": 0}
    assert outcome["characters"] == ["OKINA", "嫗"]
    first, second = scenes(api, project)
    assert first["description"] == "INT. BAMBOO GROVE - NIGHT\nOne stem shines."
    assert (first["scene_number"], first["characters"]) == (1, ["OKINA", "嫗"])
    assert (second["scene_number"], second["description"]) == (7, "竹林 - 夜\n翁が歩く。")
    opening, moon = shots(api, first)
    assert [(line["speaker"], line["line"]) for line in opening["dialogue"]] == [
        ("OKINA (V.O.)", "(beat)\nI knew you."),
        ("嫗", "こは何ぞ。"),
    ]
    assert (opening["shot_number"], opening["description"]) == (10, "")
    assert (moon["description"], moon["duration"]) == ("She looks up at the moon.", 4.5)
    names = [c["name"] for c in ok(api.get("/characters", params={"project_id": project["id"]}))]
    assert sorted(names) == ["OKINA", "嫗"]


def test_a_dry_run_tells_the_same_and_writes_nothing(api: httpx2.Client) -> None:
    project = make_project(api)
    told = load(api, project, KAGUYA, dry_run=True)
    assert everything(api, project)[:3] == ([], [], [])
    made = load(api, project, KAGUYA)
    assert told["scenes"][0]["fields"] == made["scenes"][0]["fields"]
    assert [s["action"] for s in told["scenes"]] == ["create", "create"]
    assert told["scenes"][0]["scene_id"] is None
    assert made["scenes"][0]["scene_id"] == scenes(api, project)[0]["id"]


def test_a_scene_that_a_script_made_is_one_entry_after_its_creation(api: httpx2.Client) -> None:
    project = make_project(api)
    load(api, project, KAGUYA)
    texts = [c["text"] for c in log_of(api, project) if c["subject"] == "scene"]
    assert texts == [
        "Scene 1 created on main",
        "Scene 1 written from the script: 2 shots",
        "Scene 7 created on main",
        "Scene 7 written from the script: shot 10",
    ]


@pytest.mark.parametrize("form", ["fountain", "csv", "markdown"])
def test_importing_twice_and_importing_the_export_change_nothing(
    api: httpx2.Client, form: str
) -> None:
    project = make_project(api)
    load(api, project, KAGUYA)
    before = everything(api, project)
    again = load(api, project, KAGUYA)
    assert again["counts"] == {"create": 0, "update": 0, "unchanged": 2, "kept": 0}
    load(api, project, saved(api, project, form), format=form)
    assert everything(api, project) == before


@pytest.mark.parametrize("form", ["fountain", "csv", "markdown"])
def test_an_export_imported_elsewhere_is_the_same_story(api: httpx2.Client, form: str) -> None:
    project, other = make_project(api, "A"), make_project(api, "A")
    load(api, project, feature.fountain(3))
    load(api, other, saved(api, project, form), format=form)
    assert saved(api, other, form) == saved(api, project, form)


def test_a_feature_is_exported_as_it_was_written(api: httpx2.Client) -> None:
    project = make_project(api, "Kaguya")
    text = feature.fountain(120)
    assert load(api, project, text)["counts"]["create"] == 200
    assert saved(api, project) == "Title: Kaguya\n\n" + text.replace(" (CONT'D)", "")


def test_a_cue_in_capitals_is_the_character_of_that_name(api: httpx2.Client) -> None:
    project = make_project(api)
    make_character(api, project, "Nana")
    outcome = load(api, project, "INT. A - DAY\n\nNANA (CONT'D)\nIt is time.\n")
    assert outcome["characters"] == []
    [scene] = scenes(api, project)
    assert scene["characters"] == ["Nana"]
    assert shots(api, scene)[0]["dialogue"][0]["speaker"] == "Nana"


def test_episodes_are_told_apart_and_exported_one_by_one(api: httpx2.Client) -> None:
    project = make_project(api)
    load(api, project, "# Episode 1\n\nINT. A\n\nOne.\n\n# 第2話\n\nINT. A\n\nTwo.\n")
    assert [(s["episode"], s["scene_number"]) for s in scenes(api, project)] == [(1, 1), (2, 1)]
    before = scenes(api, project)[0]
    outcome = load(api, project, "INT. A #1#\n\nTwo, and more.\n", episode=2)
    assert outcome["counts"] == {"create": 0, "update": 1, "unchanged": 0, "kept": 0}
    assert scenes(api, project)[0] == before
    assert "One." not in saved(api, project, episode=2)
    assert "Two, and more." in saved(api, project, episode=2)


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        ("fountain", "Only prose, and no heading.\n", "Line 1"),
        ("fountain", "INT. A - DAY\n\nText /* never closed\n", "Line 3"),
        ("fountain", "INT. A - DAY\n\nHe waits. [[700s]]\n", "Line 3: duration"),
        ("csv", "", "Line 1"),
        ("csv", "scene_number,colour\n1,red\n", "'colour'"),
        ("csv", "description\nRain\n", "scene_number"),
        ("csv", "scene_number,duration\n1,long\n", "Line 2: column duration: 'long'"),
        ("csv", "scene_number,duration\n1,nan\n", "Line 2: duration"),
        ("csv", 'scene_number,line\n1,"never closed\n', "Line 2"),
        ("csv", "scene_number,line\nfirst,x\n", "Line 2: column scene_number: 'first'"),
        ("markdown", "Only prose.\n", "Line 1"),
        ("markdown", "## Scene 1\n\n### Shot 10\n- duration: long\n", "Line 4"),
        ("markdown", "## Scene 99999999999\n", "Line 1"),
    ],
)
def test_what_is_no_script_is_refused_by_line_and_nothing_is_written(
    api: httpx2.Client, form: str, text: str, said: str
) -> None:
    project = make_project(api)
    body = {"format": form, "text": text}
    assert said in refused(api.post(f"/projects/{project['id']}/script", json=body), 422)
    assert everything(api, project)[:3] == ([], [], [])


def test_a_script_is_read_whole_or_not_at_all(api: httpx2.Client) -> None:
    project = make_project(api)
    text = f"{KAGUYA}\nINT. LAST\n\n@{'名' * 300}\nToo long a name.\n"
    body = {"format": "fountain", "text": text}
    refused(api.post(f"/projects/{project['id']}/script", json=body), 422)
    assert everything(api, project)[:3] == ([], [], [])


def test_a_branch_or_project_that_is_not_there_is_404(api: httpx2.Client) -> None:
    project = make_project(api)
    refused(api.get(f"/projects/{project['id']}/script"), 404)
    refused(api.get("/projects/999999/script"), 404)
    body = {"format": "fountain", "text": KAGUYA}
    refused(api.post("/projects/999999/script", json=body), 404)
    refused(api.post("/projects/999999/script", json={**body, "dry_run": True}), 404)
