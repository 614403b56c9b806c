"""Scripts through the API: what they make, what they change, and what they leave alone."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.story.script import feature
from tests.support.factories import SMALL, Json, make_character, make_project, ok
from tests.support.refusals import refused

KAGUYA = """\
INT. BAMBOO GROVE - NIGHT

One stem shines. /* cut
this */

OKINA (V.O.)
(beat)
I knew you.

@嫗
こは何ぞ。

She looks up at the moon. [[4.5s]]

.竹林 - 夜 #7#

翁が歩く。
"""


def load(api: httpx2.Client, project: Json, text: str, **fields: Any) -> Any:
    body = {"format": "fountain", "text": text, **fields}
    return ok(api.post(f"/projects/{project['id']}/script", json=body))


def saved(api: httpx2.Client, project: Json, form: str = "fountain", **query: Any) -> str:
    answer = api.get(f"/projects/{project['id']}/script", params={"format": form, **query})
    assert answer.status_code == 200, answer.text
    return answer.text


def scenes(api: httpx2.Client, project: Json) -> list[Json]:
    found: list[Json] = ok(api.get("/scenes", params={"project_id": project["id"]}))
    return found


def shots(api: httpx2.Client, scene: Json) -> list[Json]:
    found: list[Json] = ok(api.get(f"/scenes/{scene['id']}/shots"))
    return found


def log_of(api: httpx2.Client, project: Json) -> list[Json]:
    found: list[Json] = ok(
        api.get("/changes", params={"project_id": project["id"], "limit": 10_000})
    )
    return found


def everything(api: httpx2.Client, project: Json) -> Any:
    found = scenes(api, project)
    people = ok(api.get("/characters", params={"project_id": project["id"]}))
    return found, [shots(api, scene) for scene in found], people, len(log_of(api, project))


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


def test_an_inserted_scene_leaves_every_other_as_it_is(api: httpx2.Client) -> None:
    project = make_project(api)
    text = "INT. A - DAY\n\nHe reads.\n\nINT. B - DAY\n\nShe sleeps.\n\nINT. C - DAY\n\nRain.\n"
    load(api, project, text)
    before = scenes(api, project)
    new = "INT. NEW - NIGHT\n\nA door opens by itself.\n\nINT. B - DAY"
    outcome = load(api, project, text.replace("INT. B - DAY", new))
    assert outcome["counts"] == {"create": 1, "update": 0, "unchanged": 3, "kept": 0}
    after = scenes(api, project)
    assert [s for s in after if s in before] == before
    headings = [line for line in saved(api, project).split("\n") if line.startswith("INT.")]
    assert headings == [
        "INT. A - DAY #1#",
        "INT. NEW - NIGHT #1A#",
        "INT. B - DAY #2#",
        "INT. C - DAY #3#",
    ]


def test_renumbered_scenes_keep_their_words_and_shots(api: httpx2.Client) -> None:
    project = make_project(api)
    load(api, project, "INT. A - DAY #1#\n\nHe reads.\n\nINT. B - DAY #2#\n\nShe sleeps.\n")
    first, second = scenes(api, project)
    old_shots = shots(api, second)
    moved = (
        "INT. A - DAY #1#\n\nHe reads.\n\nINT. X #2#\n\nSnow.\n\nINT. B - DAY #3#\n\nShe sleeps."
    )
    load(api, project, moved)
    by_id = {scene["id"]: scene for scene in scenes(api, project)}
    assert by_id[first["id"]] == first
    assert by_id[second["id"]]["scene_number"] == 3
    assert by_id[second["id"]]["description"] == second["description"]
    assert shots(api, second) == old_shots


def test_what_a_script_does_not_speak_of_stays(api: httpx2.Client) -> None:
    project = make_project(api)
    load(api, project, KAGUYA)
    scene = scenes(api, project)[0]
    opening = shots(api, scene)[0]
    kept = {"prompt": "moonlight", "seed": 7, "camera": "push in", "duration": 9.0}
    ok(api.put(f"/shots/{opening['id']}", json=kept))
    edited = KAGUYA.replace("I knew you.", "I knew you at once.")
    outcome = load(api, project, edited)
    assert outcome["counts"]["update"] == 1
    [change] = outcome["scenes"][0]["shots"]
    assert set(change["fields"]) == {"dialogue"}
    after, _ = shots(api, scene)
    assert {name: after[name] for name in kept} == kept
    old, new = opening["dialogue"], after["dialogue"]
    assert [line["id"] for line in new] == [line["id"] for line in old]
    assert new[0]["line"] == "(beat)\nI knew you at once."


def test_nothing_that_the_script_has_no_more_is_deleted(api: httpx2.Client) -> None:
    project = make_project(api)
    load(api, project, KAGUYA)
    scene = scenes(api, project)[0]
    moon = shots(api, scene)[1]
    ok(api.put(f"/shots/{moon['id']}", json={"prompt": "moonlight"}))
    shorter = KAGUYA[: KAGUYA.index("She looks up")]
    outcome = load(api, project, shorter)
    assert outcome["counts"] == {"create": 0, "update": 0, "unchanged": 1, "kept": 1}
    [kept] = outcome["scenes"][0]["shots"]
    assert (kept["action"], kept["shot_id"], kept["carries"]) == ("kept", moon["id"], ["prompt"])
    assert len(scenes(api, project)) == 2


def test_a_shot_with_takes_is_said_to_carry_them(api: httpx2.Client) -> None:
    project = make_project(api, settings=SMALL)
    load(api, project, KAGUYA)
    moon = shots(api, scenes(api, project)[0])[1]
    ok(api.post(f"/shots/{moon['id']}/takes", json={"count": 1}))
    outcome = load(api, project, KAGUYA[: KAGUYA.index("She looks up")], dry_run=True)
    assert outcome["scenes"][0]["shots"][0]["carries"] == ["takes"]


def test_a_shot_that_carries_work_gets_no_words_unlike_its_own(api: httpx2.Client) -> None:
    project = make_project(api)
    load(api, project, KAGUYA)
    scene = scenes(api, project)[0]
    moon = shots(api, scene)[1]
    ok(api.put(f"/shots/{moon['id']}", json={"prompt": "moonlight"}))
    load(api, project, KAGUYA.replace("She looks up at the moon.", "Horses in fog, far below."))
    found = shots(api, scene)
    assert [s["description"] for s in found if s["id"] == moon["id"]] == [moon["description"]]
    assert "Horses in fog, far below." in [s["description"] for s in found]


def test_a_paragraph_between_two_shots_becomes_a_shot_between_them(api: httpx2.Client) -> None:
    project = make_project(api)
    text = "INT. A - DAY\n\nHe reads.\n\nA letter falls.\n\nHe picks it up.\n"
    load(api, project, text)
    load(api, project, text.replace("He picks", "Wind in the curtains.\n\nHe picks"))
    [scene] = scenes(api, project)
    assert [(s["shot_number"], s["description"]) for s in shots(api, scene)] == [
        (10, ""),
        (20, "A letter falls."),
        (25, "Wind in the curtains."),
        (30, "He picks it up."),
    ]


def test_a_cue_in_capitals_is_the_character_of_that_name(api: httpx2.Client) -> None:
    project = make_project(api)
    make_character(api, project, "Nana")
    outcome = load(api, project, "INT. A - DAY\n\nNANA (CONT'D)\nIt is time.\n")
    assert outcome["characters"] == []
    [scene] = scenes(api, project)
    assert scene["characters"] == ["Nana"]
    assert shots(api, scene)[0]["dialogue"][0]["speaker"] == "Nana"


def test_a_table_as_spreadsheets_write_it_is_read(api: httpx2.Client) -> None:
    project = make_project(api)
    table = (
        "\ufeffScene number;Shot number;Description;Speaker;Line;Duration;Camera;Prompt\r\n"
        '1;10;"Rain; a roof";Nana;間に合った。;3,5;pan left;neon\r\n'
        "1;10;;Ren;Late.;;;\r\n"
        "1;20;The city.;;;;;\r\n"
    )
    load(api, project, table, format="csv", episode=2)
    [scene] = scenes(api, project)
    assert (scene["episode"], scene["characters"]) == (2, ["Nana", "Ren"])
    first, second = shots(api, scene)
    assert (first["description"], first["duration"]) == ("Rain; a roof", 3.5)
    assert (first["camera"], first["prompt"]) == ("pan left", "neon")
    assert [line["line"] for line in first["dialogue"]] == ["間に合った。", "Late."]
    assert (second["shot_number"], second["duration"]) == (20, 4.0)


def test_a_table_of_a_few_columns_changes_just_the_shots_that_it_numbers(
    api: httpx2.Client,
) -> None:
    project = make_project(api)
    text = "INT. A - DAY\n\n[[shot 10]]\n\nHe reads.\n\n[[shot 20]]\n\n[[shot 30]]\n\nRain.\n"
    load(api, project, text)
    [scene] = scenes(api, project)
    before = shots(api, scene)
    ok(api.put(f"/shots/{before[0]['id']}", json={"seed": 7}))

    # The shot 20 shows just what the scene says, and the table says nothing of words at all.
    load(api, project, "scene_number,shot_number,prompt\n1,10,neon\n1,30,rain\n", format="csv")

    after = shots(api, scene)
    told = [(s["id"], s["shot_number"], s["description"], s["prompt"]) for s in after]
    first, second, third = (s["id"] for s in before)
    assert told == [
        (first, 10, "He reads.", "neon"),
        (second, 20, "", None),
        (third, 30, "Rain.", "rain"),
    ]


def test_a_list_of_scenes_adds_no_shot_where_shots_carry_work(api: httpx2.Client) -> None:
    project = make_project(api)
    load(api, project, "INT. A - DAY\n\n[[shot 10]]\n\nHe reads the letter again.\n")
    [scene] = scenes(api, project)
    [shot] = shots(api, scene)
    ok(api.put(f"/shots/{shot['id']}", json={"prompt": "moonlight"}))

    load(api, project, "scene_number,scene_description\n1,A park by night\n", format="csv")

    assert scenes(api, project)[0]["description"] == "A park by night"
    [after] = shots(api, scene)
    assert (after["id"], after["description"]) == (shot["id"], "He reads the letter again.")


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
