"""Projects: settings change one by one, and the trash takes what is inside along."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.support.factories import Json, make_character, make_project, make_scene, ok
from tests.support.services import Service

USUAL = {
    "width": 1280,
    "height": 720,
    "fps": "24/1",
    "style": {"prompt": "", "negative_prompt": "", "template": ""},
    "stages": [{"name": "video", "workflow_id": None}],
    "engine": "animatic",
    "language": "en",
}


def put(api: httpx2.Client, project: Json, **fields: Any) -> Json:
    after: Json = ok(api.put(f"/projects/{project['id']}", json=fields))
    return after


def ids(api: httpx2.Client, rows: str, **query: Any) -> list[int]:
    return [row["id"] for row in ok(api.get(rows, params={"limit": 10_000, **query}))]


def test_a_new_project_has_the_usual_settings(api: httpx2.Client) -> None:
    assert make_project(api)["settings"] == USUAL


@pytest.mark.parametrize(
    ("named", "value"),
    [
        ("width", 640),
        ("height", 360),
        ("fps", "24000/1001"),
        ("engine", "animatic"),
        ("language", "ja-JP"),
        ("stages", [{"name": "keyframe", "workflow_id": 3}, {"name": "video"}]),
    ],
)
def test_naming_one_setting_changes_that_one(api: httpx2.Client, named: str, value: Any) -> None:
    project = make_project(api, settings={"style": {"prompt": "ink"}, "width": 1920})
    after = put(api, project, settings={named: value})["settings"]
    if named == "stages":
        value = [{"workflow_id": None, **stage} for stage in value]
    assert after == {**project["settings"], named: value}


def test_words_of_the_style_change_one_by_one(api: httpx2.Client) -> None:
    project = make_project(api, settings={"style": {"prompt": "ink", "template": "{shot}"}})
    after = put(api, project, settings={"style": {"negative_prompt": "blur"}})["settings"]
    assert after["style"] == {"prompt": "ink", "negative_prompt": "blur", "template": "{shot}"}


def test_a_change_is_a_new_revision_and_the_same_again_is_none(api: httpx2.Client) -> None:
    project = make_project(api)
    changed = put(api, project, description="A courier by moonlight")
    again = put(api, project, description="A courier by moonlight")
    assert (project["revision"], changed["revision"]) == (1, 2)
    assert again == changed


def test_a_deleted_project_is_404_and_leaves_the_list_for_the_trash(api: httpx2.Client) -> None:
    project = make_project(api)
    deleted = ok(api.delete(f"/projects/{project['id']}"))
    assert deleted["deleted_at"] == deleted["updated_at"]
    assert api.get(f"/projects/{project['id']}").status_code == 404
    assert api.put(f"/projects/{project['id']}", json={"name": "N"}).status_code == 404
    assert api.delete(f"/projects/{project['id']}").status_code == 404
    assert project["id"] not in ids(api, "/projects")
    assert project["id"] in ids(api, "/projects", deleted=True)


def test_a_restored_project_is_answered_and_back_in_the_list(api: httpx2.Client) -> None:
    project = make_project(api)
    api.delete(f"/projects/{project['id']}")
    restored = ok(api.post(f"/projects/{project['id']}/restore"))
    assert restored == ok(api.get(f"/projects/{project['id']}"))
    assert restored["deleted_at"] is None
    assert project["id"] in ids(api, "/projects")
    assert project["id"] not in ids(api, "/projects", deleted=True)
    assert ok(api.post(f"/projects/{project['id']}/restore")) == restored
    assert api.post("/projects/2147483647/restore").status_code == 404


def test_a_deleted_project_hides_what_is_in_it_until_it_is_restored(api: httpx2.Client) -> None:
    project = make_project(api)
    character, scene = make_character(api, project), make_scene(api, project)
    [shot] = ok(api.get(f"/scenes/{scene['id']}/shots"))
    [branch] = ok(api.get(f"/projects/{project['id']}/branches"))
    paths = [
        f"/characters/{character['id']}",
        f"/characters/{character['id']}/versions",
        f"/scenes/{scene['id']}",
        f"/scenes/{scene['id']}/shots",
        f"/shots/{shot['id']}",
        f"/branches/{branch['id']}",
        f"/projects/{project['id']}/branches",
    ]
    before = [ok(api.get(path)) for path in paths]
    api.delete(f"/projects/{project['id']}")
    assert [api.get(path).status_code for path in paths] == [404] * len(paths)
    for rows in ("/characters", "/scenes"):
        assert ids(api, rows, project_id=project["id"]) == []
        assert ids(api, rows, project_id=project["id"], deleted=True) == []
    api.post(f"/projects/{project['id']}/restore")
    assert [ok(api.get(path)) for path in paths] == before


@pytest.mark.parametrize("rows", ["characters", "scenes"])
def test_nothing_is_made_or_changed_in_a_deleted_project(api: httpx2.Client, rows: str) -> None:
    project = make_project(api)
    make = make_character if rows == "characters" else make_scene
    row = make(api, project)
    api.delete(f"/projects/{project['id']}")
    body = {"project_id": project["id"], "name": "N", "scene_number": 1, "description": ""}
    assert api.post(f"/{rows}", json=body).status_code == 404
    assert api.put(f"/{rows}/{row['id']}", json={"description": "N"}).status_code == 404
    assert api.delete(f"/{rows}/{row['id']}").status_code == 404


@pytest.mark.parametrize("rows", ["characters", "scenes"])
def test_restoring_what_is_in_a_deleted_project_is_409_and_changes_nothing(
    api: httpx2.Client, rows: str
) -> None:
    project = make_project(api)
    make = make_character if rows == "characters" else make_scene
    row = make(api, project)
    api.delete(f"/{rows}/{row['id']}")
    api.delete(f"/projects/{project['id']}")
    answer = api.post(f"/{rows}/{row['id']}/restore")
    assert answer.status_code == 409
    assert "restore that first" in answer.json()["detail"]
    api.post(f"/projects/{project['id']}/restore")
    assert api.get(f"/{rows}/{row['id']}").status_code == 404
    assert ok(api.post(f"/{rows}/{row['id']}/restore"))["id"] == row["id"]


def test_health_counts_the_projects_that_are_not_in_the_trash(own_service: Service) -> None:
    api = own_service.api
    first = make_project(api)
    make_project(api)
    api.delete(f"/projects/{first['id']}")
    assert ok(api.get("/health"))["project_count"] == 1


# --- settings that nothing could be made with


@pytest.mark.parametrize(
    ("fps", "why"),
    [
        ("1/3", "1 to 240 frames a second"),
        ("241/1", "1 to 240 frames a second"),
        ("999999/1", "1 to 240 frames a second"),
        ("59941/1000", "below 2^31"),
    ],
)
def test_a_frame_rate_that_no_film_has_is_refused(api: httpx2.Client, fps: str, why: str) -> None:
    answer = api.post("/projects", json={"name": "N", "settings": {"fps": fps}})
    assert answer.status_code == 422
    [refused] = answer.json()["detail"]
    assert refused["loc"] == ["body", "settings", "fps"]
    assert why in refused["msg"]


@pytest.mark.parametrize("fps", ["1/1", "24000/1001", "60000/1001", "30/1", "240/1", "7/2"])
def test_usual_frame_rates_are_taken(api: httpx2.Client, fps: str) -> None:
    assert make_project(api, settings={"fps": fps})["settings"]["fps"] == fps


def test_an_engine_that_is_not_here_is_refused_with_those_that_are(api: httpx2.Client) -> None:
    project = make_project(api)
    named = {"settings": {"engine": "elsewhere"}}
    for answer in (
        api.put(f"/projects/{project['id']}", json=named),
        api.post("/projects", json={"name": "N", **named}),
    ):
        assert answer.status_code == 422
        [refused] = answer.json()["detail"]
        assert refused["loc"] == ["body", "settings", "engine"]
        assert "this service has: animatic" in refused["msg"]
    assert ok(api.get(f"/projects/{project['id']}")) == project


def test_a_language_is_a_short_tag(api: httpx2.Client) -> None:
    longest = "en" + "-abcdefgh" * 3
    assert make_project(api, settings={"language": longest})["settings"]["language"] == longest
    answer = api.post("/projects", json={"name": "N", "settings": {"language": longest * 40}})
    assert answer.status_code == 422


def test_what_is_absent_from_an_update_is_documented_with_no_default(service: Service) -> None:
    schemas = httpx2.get(f"{service.url}/openapi.json").json()["components"]["schemas"]
    updates = {name: schema for name, schema in schemas.items() if name.endswith("Update")}
    assert updates.keys() >= {"ProjectUpdate", "CharacterUpdate", "SceneUpdate", "ShotUpdate"}
    for schema in updates.values():
        assert not [name for name, field in schema["properties"].items() if "default" in field]
    assert schemas["ProjectCreate"]["properties"]["status"]["default"] == "active"
