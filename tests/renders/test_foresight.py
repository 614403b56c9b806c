"""What a change would make stale is told before it is made, and is what becomes stale then."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.support.factories import Json, make_character, make_scene, ok, png
from tests.support.rendering import approve, first_shot, rendered, small_project


def foreseen(api: httpx2.Client, character: Json, **change: Any) -> list[Json]:
    found: list[Json] = ok(api.post(f"/characters/{character['id']}/foresee", json=change))
    return found


def stale(api: httpx2.Client, project: Json) -> list[Json]:
    found: list[Json] = ok(api.get(f"/projects/{project['id']}/stale"))
    return found


def approved_with(api: httpx2.Client, project: Json, *names: str, **fields: Any) -> Json:
    shot = first_shot(api, make_scene(api, project, characters=list(names)), **fields)
    return approve(api, shot, rendered(api, shot))


def test_what_is_foreseen_is_what_becomes_stale(api: httpx2.Client) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Foreseen Hero")
    shot = approved_with(api, project, "Foreseen Hero")
    approved_with(api, project, "Somebody Else")
    picture = ok(api.post("/media", files={"file": ("hero.png", png(1), "image/png")}))
    change = {"media_id": picture["id"]}
    [told] = foreseen(api, hero, **change)
    assert (told["shot_id"], told["branch_name"]) == (shot["id"], "main")
    assert stale(api, project) == []
    assert ok(api.get(f"/characters/{hero['id']}"))["version"] == 1
    ok(api.put(f"/characters/{hero['id']}", json=change))
    [found] = stale(api, project)
    assert {name: told[name] for name in found} == found


def test_words_that_nothing_is_drawn_from_make_nothing_stale(api: httpx2.Client) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Described Hero")
    approved_with(api, project, "Described Hero")
    assert foreseen(api, hero, description="Taller than one thought") == []


def test_a_shot_that_keeps_to_a_version_is_left_alone(api: httpx2.Client) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Pinned Hero")
    picture = ok(api.post("/media", files={"file": ("hero.png", png(1), "image/png")}))
    approved_with(api, project, "Pinned Hero", cast={"Pinned Hero": {"version": 1}})
    assert foreseen(api, hero, media_id=picture["id"]) == []


def test_what_is_stale_already_does_not_come_of_it(api: httpx2.Client) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Late Hero")
    shot = approved_with(api, project, "Late Hero")
    ok(api.put(f"/shots/{shot['id']}", json={"duration": 1.0}))
    picture = ok(api.post("/media", files={"file": ("hero.png", png(1), "image/png")}))
    assert foreseen(api, hero, media_id=picture["id"]) == []


def test_a_new_name_takes_somebody_out_of_the_pictures(api: httpx2.Client) -> None:
    project = small_project(api)
    picture = ok(api.post("/media", files={"file": ("hero.png", png(1), "image/png")}))
    hero = make_character(api, project, "Named Hero", media_id=picture["id"])
    shot = approved_with(api, project, "Named Hero")
    [told] = foreseen(api, hero, name="Nobody's Hero")
    assert told["shot_id"] == shot["id"]


def test_what_could_not_be_changed_is_not_foreseen_either(api: httpx2.Client) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Refused Hero")
    refused = api.post(f"/characters/{hero['id']}/foresee", json={"media_id": "0" * 64})
    assert refused.status_code == 404
    assert api.post("/characters/987654321/foresee", json={}).status_code == 404
