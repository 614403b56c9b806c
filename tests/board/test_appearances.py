"""A character's appearances are the shots it is in, with the versions that their takes show."""

from __future__ import annotations

import httpx2

from tests.support.factories import Json, make_character, make_scene, make_shot, ok
from tests.support.rendering import approve, first_shot, rendered, small_project


def appearances(api: httpx2.Client, character: Json) -> list[Json]:
    found: list[Json] = ok(api.get(f"/characters/{character['id']}/appearances"))
    return found


def test_a_shot_is_named_with_the_versions_that_its_takes_show(api: httpx2.Client) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Seen Hero", prompt="red scarf")
    shot = first_shot(api, make_scene(api, project, 3, characters=["Seen Hero", "Nobody"]))
    make_scene(api, project, 4, characters=["Nobody"])
    early = approve(api, shot, rendered(api, shot))["approved_take_id"]
    ok(api.put(f"/characters/{hero['id']}", json={"prompt": "blue scarf"}))
    for _ in range(2):
        rendered(api, shot)
    [seen] = appearances(api, hero)
    assert (seen["scene_number"], seen["shot_id"], seen["branch_name"]) == (3, shot["id"], "main")
    assert seen["takes"] == [{"version": 1, "count": 1}, {"version": 2, "count": 2}]
    assert seen["approved"] == {"take_id": early, "version": 1}
    assert seen["version"] is None


def test_a_shot_that_casts_others_is_not_among_them(api: httpx2.Client) -> None:
    project = small_project(api)
    hero, rival = (make_character(api, project, name) for name in ("Cast Hero", "Cast Rival"))
    scene = make_scene(api, project, characters=["Cast Hero", "Cast Rival"])
    both = first_shot(api, scene)
    alone = make_shot(api, scene, cast={"Cast Rival": {"version": 1, "look": "winter"}})
    assert [seen["shot_id"] for seen in appearances(api, hero)] == [both["id"]]
    first, second = appearances(api, rival)
    assert (first["shot_id"], first["version"], first["look"]) == (both["id"], None, None)
    assert (second["shot_id"], second["version"], second["look"]) == (alone["id"], 1, "winter")
    assert second["takes"] == []
    assert second["approved"] is None


def test_names_meet_however_they_were_typed(api: httpx2.Client) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Re\u0301my")
    shot = first_shot(api, make_scene(api, project, characters=["R\u00e9my"]))
    rendered(api, shot)
    [seen] = appearances(api, hero)
    assert seen["takes"] == [{"version": 1, "count": 1}]


def test_of_two_of_one_name_the_oldest_is_meant(api: httpx2.Client) -> None:
    project = small_project(api)
    elder, younger = (make_character(api, project, "Twin of Two") for _ in range(2))
    make_scene(api, project, characters=["Twin of Two"])
    assert len(appearances(api, elder)) == 1
    assert appearances(api, younger) == []


def test_shots_come_in_the_order_of_the_story(api: httpx2.Client) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Hero of Episodes")
    told = {"characters": ["Hero of Episodes"]}
    second = make_scene(api, project, 1, episode=2, **told)
    first = make_scene(api, project, 2, episode=1, **told)
    cold = make_scene(api, project, 3, **told)
    shown = [seen["scene_id"] for seen in appearances(api, hero)]
    assert shown == [cold["id"], first["id"], second["id"]]


def test_each_branch_has_its_own_shots(api: httpx2.Client) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Forked Hero")
    shot = first_shot(api, make_scene(api, project, characters=["Forked Hero"]))
    rendered(api, shot)
    ok(api.post(f"/projects/{project['id']}/branches", json={"name": "alt", "from": "main"}))
    main, alt = appearances(api, hero)
    assert (main["branch_name"], alt["branch_name"]) == ("main", "alt")
    assert main["takes"] == alt["takes"] == [{"version": 1, "count": 1}]
