"""Characters: every version is kept and can be gone back to; the trash keeps them all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.media.specimens import film
from tests.support.factories import Json, make_character, make_project, ok, png
from tests.support.services import Service

APPEARANCE = {
    "prompt": "a courier in a yellow raincoat",
    "negative_prompt": "hat",
    "loras": [{"name": "ink", "strength": 0.8}],
    "looks": {
        "winter": {
            "prompt": "a red scarf",
            "images": [],
            "loras": [{"name": "snow", "strength": -1.0}],
        }
    },
}


def put(api: httpx2.Client, character: Json, **fields: Any) -> Json:
    after: Json = ok(api.put(f"/characters/{character['id']}", json=fields))
    return after


def versions(api: httpx2.Client, character: Json) -> list[Json]:
    found: list[Json] = ok(api.get(f"/characters/{character['id']}/versions"))
    return found


def test_an_appearance_comes_back_as_it_was_sent(api: httpx2.Client) -> None:
    character = make_character(api, make_project(api), **APPEARANCE)
    assert {name: character[name] for name in APPEARANCE} == APPEARANCE


def test_what_a_look_or_a_lora_does_not_say_has_its_usual_value(api: httpx2.Client) -> None:
    character = make_character(api, make_project(api))
    changed = put(api, character, loras=[{"name": "ink"}], looks={"child": {}})
    assert changed["loras"] == [{"name": "ink", "strength": 1.0}]
    assert changed["looks"] == {"child": {"prompt": "", "images": [], "loras": []}}


def test_every_version_is_kept_as_it_was(api: httpx2.Client) -> None:
    first = make_character(api, make_project(api), **APPEARANCE)
    second = put(api, first, looks={}, name="Heroine")
    third = put(api, second, description="Grown up")
    assert versions(api, first) == [third, second, first]
    path = f"/characters/{first['id']}/versions"
    assert [ok(api.get(f"{path}/{n}")) for n in (1, 2, 3)] == [first, second, third]
    assert first["created_at"] == second["created_at"] == third["created_at"]


@pytest.mark.parametrize("number", [0, 2, -1, 2**63 - 1])
def test_a_version_that_never_was_is_404(api: httpx2.Client, number: int) -> None:
    character = make_character(api, make_project(api))
    for method, path in (("GET", ""), ("POST", "/restore")):
        answer = api.request(method, f"/characters/{character['id']}/versions/{number}{path}")
        assert answer.status_code == 404
        assert answer.json()["detail"].endswith(f"has no version {number}")


def test_going_back_to_a_version_makes_a_new_one(api: httpx2.Client) -> None:
    first = make_character(api, make_project(api), **APPEARANCE, kind="location")
    put(api, first, looks={}, loras=[], prompt=None, kind="prop", name="Other")
    back = ok(api.post(f"/characters/{first['id']}/versions/1/restore"))
    assert back["version"] == 3
    own = {"version", "revision", "updated_at"}
    assert {k: v for k, v in back.items() if k not in own} == {
        k: v for k, v in first.items() if k not in own
    }
    assert [row["version"] for row in versions(api, first)] == [3, 2, 1]


def test_the_trash_is_no_version(api: httpx2.Client) -> None:
    first = make_character(api, make_project(api))
    api.delete(f"/characters/{first['id']}")
    restored = ok(api.post(f"/characters/{first['id']}/restore"))
    assert restored["version"] == 1
    assert versions(api, first) == [first]
    second = put(api, first, name="Heroine")
    assert versions(api, first) == [second, first]


def test_a_deleted_character_is_404_with_its_versions_and_listed_in_the_trash(
    api: httpx2.Client,
) -> None:
    project = make_project(api)
    kept, character = make_character(api, project), make_character(api, project)
    deleted = ok(api.delete(f"/characters/{character['id']}"))
    for path in ("", "/versions", "/versions/1"):
        answer = api.get(f"/characters/{character['id']}{path}")
        assert (answer.status_code, answer.json()["detail"]) == (404, "Character not found")
    query = {"project_id": project["id"]}
    assert ok(api.get("/characters", params=query)) == [kept]
    assert ok(api.get("/characters", params={**query, "deleted": True})) == [deleted]
    restored = ok(api.post(f"/characters/{character['id']}/restore"))
    assert ok(api.get("/characters", params=query)) == [restored, kept]


def test_locations_and_props_are_listed_when_asked_for(api: httpx2.Client) -> None:
    project = make_project(api)
    rows = {kind: make_character(api, project, kind=kind) for kind in ("location", "prop")}
    rows["character"] = make_character(api, project)
    query = {"project_id": project["id"]}
    assert ok(api.get("/characters", params=query)) == [rows["character"]]
    for kind, row in rows.items():
        assert ok(api.get("/characters", params={**query, "kind": kind})) == [row]


def test_an_uploaded_picture_is_a_new_version_that_shows_it(api: httpx2.Client) -> None:
    first = make_character(api, make_project(api), image_path="/old.png")
    picture = png(32, 48, "crimson")
    files = {"file": ("face.png", picture, "image/png")}
    second = ok(api.post(f"/characters/{first['id']}/image", files=files))
    assert second["version"] == 2
    assert second["image_path"] == f"/api/anime/media/{second['media_id']}/file"
    assert api.get(f"/media/{second['media_id']}/file").content == picture
    assert versions(api, first) == [second, first]


def test_a_picture_that_is_not_in_the_store_is_refused(api: httpx2.Client) -> None:
    character = make_character(api, make_project(api))
    answer = api.put(f"/characters/{character['id']}", json={"media_id": "0" * 64})
    assert (answer.status_code, answer.json()["detail"]) == (404, "media_id: Medium not found")
    look = {"winter": {"images": [{"media_id": "0" * 64}]}}
    answer = api.put(f"/characters/{character['id']}", json={"looks": look})
    assert answer.status_code == 404
    assert answer.json()["detail"] == "looks.winter.images.0.media_id: Medium not found"
    assert versions(api, character) == [character]


def a_sound(folder: Path) -> dict[str, Any]:
    sound = film(folder / "sound.wav", "wav", None, "pcm_s16le").read_bytes()
    return {"file": ("face.png", sound, "image/png")}


def test_a_sound_is_no_picture_of_a_character(api: httpx2.Client, tmp_path: Path) -> None:
    project = make_project(api)
    character = make_character(api, project)
    sound = ok(api.post("/media", files=a_sound(tmp_path)))["id"]
    for body in ({"media_id": sound}, {"looks": {"winter": {"images": [{"media_id": sound}]}}}):
        new = {"project_id": project["id"], "name": "Other", **body}
        answers = (
            api.put(f"/characters/{character['id']}", json=body),
            api.post("/characters", json=new),
        )
        for answer in answers:
            assert answer.status_code == 422
            assert "media_id: audio/wav is not accepted here; image is." in answer.json()["detail"]
    assert ok(api.get("/characters", params={"project_id": project["id"]})) == [character]


def test_of_a_refused_picture_nothing_stays(own_service: Service, tmp_path: Path) -> None:
    api = own_service.api
    character = make_character(api, make_project(api))
    answer = api.post(f"/characters/{character['id']}/image", files=a_sound(tmp_path))
    assert answer.status_code == 422
    assert answer.json()["detail"] == "A character's picture is an image; this is audio/wav."
    assert [path for path in (own_service.data_dir / "media").rglob("*") if path.is_file()] == []
    assert versions(api, character) == [character]
