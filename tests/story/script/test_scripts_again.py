"""A script that comes again, edited: what it changes, and what it leaves alone."""

from __future__ import annotations

import httpx2

from tests.story.script.loading import KAGUYA, load, saved, scenes, shots
from tests.support.factories import SMALL, make_project, ok


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
