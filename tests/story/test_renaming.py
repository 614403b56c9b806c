"""A character's new name, and who follows it."""

from __future__ import annotations

import httpx2

from tests.support.branches import fork, newest_change, scenes_on, shots_in, undo
from tests.support.factories import make_character, make_project, make_scene, make_shot, ok


def test_scenes_of_the_chosen_branches_follow_a_characters_name(api: httpx2.Client) -> None:
    project = make_project(api)
    hero = make_character(api, project, "Hero")
    scene = make_scene(api, project, 1, characters=["Hero", "Fox"])
    lines = [{"speaker": "Hero", "line": "Hero is here"}, {"speaker": "Fox", "line": "..."}]
    make_shot(api, scene, cast={"Hero": {"look": "winter"}, "Fox": {}}, dialogue=lines)
    make_scene(api, project, 2, characters=["Fox"])
    alt, other = fork(api, project, "alt"), fork(api, project, "other")

    body = {"name": "Nana", "branch_ids": [alt["id"]]}
    renamed = ok(api.post(f"/characters/{hero['id']}/rename", json=body))
    assert (renamed["name"], renamed["version"]) == ("Nana", 2)
    first, second = scenes_on(api, alt)
    assert first["characters"] == ["Nana", "Fox"]
    shot = shots_in(api, first)[1]
    assert list(shot["cast"]) == ["Nana", "Fox"]
    assert shot["cast"]["Nana"]["look"] == "winter"
    assert [(line["speaker"], line["line"]) for line in shot["dialogue"]] == [
        ("Nana", "Hero is here"),
        ("Fox", "..."),
    ]
    assert (first["revision"], second["revision"]) == (2, 1)
    assert scenes_on(api, other)[0]["characters"] == ["Hero", "Fox"]

    change = newest_change(api, project)
    assert change["text"] == "Branch alt: Hero renamed to Nana in 1 scene"
    ok(undo(api, change))
    assert scenes_on(api, alt)[0]["characters"] == ["Hero", "Fox"]


def test_a_branch_of_another_project_does_not_follow(api: httpx2.Client) -> None:
    project, other = make_project(api), make_project(api)
    hero = make_character(api, project, "Hero")
    make_scene(api, other, 1)
    [branch] = ok(api.get(f"/projects/{other['id']}/branches"))
    body = {"name": "Nana", "branch_ids": [branch["id"]]}
    assert api.post(f"/characters/{hero['id']}/rename", json=body).status_code == 409
    assert ok(api.get(f"/characters/{hero['id']}"))["name"] == "Hero"


def test_a_name_that_would_make_two_characters_one_is_refused(api: httpx2.Client) -> None:
    project = make_project(api)
    hero = make_character(api, project, "Hero")
    make_character(api, project, "Nana")
    refused = api.post(f"/characters/{hero['id']}/rename", json={"name": "Nana"})
    assert refused.status_code == 409
    assert "There is a Nana in this project already" in refused.json()["detail"]


def test_a_shot_that_casts_both_names_stands_in_the_way(api: httpx2.Client) -> None:
    project = make_project(api)
    hero = make_character(api, project, "Hero")
    scene = make_scene(api, project, 1, characters=["Hero"])
    make_shot(api, scene, cast={"Hero": {}, "Villain": {"look": "night"}})
    [branch] = ok(api.get(f"/projects/{project['id']}/branches"))
    body = {"name": "Villain", "branch_ids": [branch["id"]]}
    refused = api.post(f"/characters/{hero['id']}/rename", json=body)
    assert refused.status_code == 409
    assert "casts both Hero and Villain" in refused.json()["detail"]
