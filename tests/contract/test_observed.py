"""What the first service did beyond its document, and old clients depend on."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from tests.support.factories import Json, make_character, make_project, make_scene, ok

PROJECT = ["id", "name", "description", "status", "created_at", "updated_at", "metadata"]
CHARACTER = [
    *["id", "project_id", "name", "description", "version", "image_path", "comfyui_workflow"],
    *["created_at", "updated_at"],
]
SCENE = [
    *["id", "project_id", "branch_name", "scene_number", "description", "characters"],
    *["video_path", "status", "created_at", "updated_at"],
]
UNKNOWN = 2**31 - 1


def make(api: httpx2.Client, rows: str, **fields: Any) -> Json:
    """One row of a kind, in a project of its own."""
    project = make_project(api)
    match rows:
        case "projects":
            return ok(api.put(f"/projects/{project['id']}", json=fields)) if fields else project
        case "characters":
            return make_character(api, project, **fields)
        case _:
            return make_scene(api, project, **fields)


def everything(api: httpx2.Client, rows: str, **query: Any) -> list[Json]:
    found: list[Json] = ok(api.get(f"/{rows}", params={"limit": 10_000, **query}))
    return found


KINDS = pytest.mark.parametrize("rows", ["projects", "characters", "scenes"])


@pytest.mark.parametrize(
    ("rows", "fields"), [("projects", PROJECT), ("characters", CHARACTER), ("scenes", SCENE)]
)
def test_a_row_begins_with_the_first_services_fields_in_their_order(
    api: httpx2.Client, rows: str, fields: list[str]
) -> None:
    row = make(api, rows)
    assert list(row)[: len(fields)] == fields
    assert next(found for found in everything(api, rows) if found["id"] == row["id"]) == row


@KINDS
def test_create_and_update_answer_200_with_the_full_row(api: httpx2.Client, rows: str) -> None:
    row = make(api, rows)
    assert ok(api.get(f"/{rows}/{row['id']}")) == row
    changed = ok(api.put(f"/{rows}/{row['id']}", json={"description": "New"}))
    assert changed["description"] == "New"
    assert ok(api.get(f"/{rows}/{row['id']}")) == changed


@KINDS
def test_times_are_utc_text_of_27_characters(api: httpx2.Client, rows: str) -> None:
    row = make(api, rows)
    after = ok(api.put(f"/{rows}/{row['id']}", json={"description": "New"}))
    for time in (row["created_at"], row["updated_at"], after["updated_at"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", time)
        assert len(time) == 27
    assert row["created_at"] == row["updated_at"] == after["created_at"] < after["updated_at"]


@KINDS
def test_a_list_is_a_bare_array_of_at_most_100_rows_unless_asked(
    api: httpx2.Client, rows: str
) -> None:
    project = make_project(api)
    for number in range(101):
        if rows == "projects":
            make_project(api)
        elif rows == "characters":
            make_character(api, project)
        else:
            make_scene(api, project, number)
    query = {} if rows == "projects" else {"project_id": project["id"]}
    assert len(ok(api.get(f"/{rows}", params=query))) == 100
    assert len(everything(api, rows, **query)) >= 101
    assert len(ok(api.get(f"/{rows}", params={**query, "limit": 3}))) == 3
    assert ok(api.get(f"/{rows}", params={**query, "limit": 0})) == []


@KINDS
@pytest.mark.parametrize("limit", ["-1", "10001", "ten", "1.5", ""])
def test_a_limit_is_0_to_10000(api: httpx2.Client, rows: str, limit: str) -> None:
    answer = api.get(f"/{rows}?limit={limit}")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "limit"]


def test_projects_and_characters_come_newest_first(api: httpx2.Client) -> None:
    projects = [make_project(api, name) for name in "abc"]
    found = [row["id"] for row in everything(api, "projects")]
    assert found[:3] == [row["id"] for row in reversed(projects)]
    characters = [make_character(api, projects[0], name) for name in "abc"]
    assert everything(api, "characters", project_id=projects[0]["id"]) == characters[::-1]


def test_scenes_come_by_number_and_of_one_number_the_oldest_first(api: httpx2.Client) -> None:
    project = make_project(api)
    scenes = [make_scene(api, project, number) for number in (3, 1, 2, 1, -4, 3)]
    expected = sorted(scenes, key=lambda scene: (scene["scene_number"], scene["id"]))
    assert everything(api, "scenes", project_id=project["id"]) == expected


def test_filters_keep_to_what_they_name(api: httpx2.Client) -> None:
    project, other = make_project(api, status="kept-apart"), make_project(api)
    assert [p["id"] for p in everything(api, "projects", status="kept-apart")] == [project["id"]]
    character, _ = make_character(api, project), make_character(api, other)
    assert everything(api, "characters", project_id=project["id"]) == [character]
    main = make_scene(api, project)
    draft = make_scene(api, project, branch_name="draft")
    make_scene(api, other, branch_name="draft")
    assert everything(api, "scenes", project_id=project["id"]) == [main, draft]
    assert everything(api, "scenes", project_id=project["id"], branch_name="draft") == [draft]
    assert draft in everything(api, "scenes", branch_name="draft")
    assert main not in everything(api, "scenes", branch_name="draft")
    assert everything(api, "scenes", project_id=project["id"], branch_name="nobody's") == []
    assert everything(api, "scenes", project_id=UNKNOWN) == []


@pytest.mark.parametrize("metadata", [{}, {"a": {"b": [1, 2.5, None, True, "夜"]}}, None])
def test_metadata_comes_back_as_it_was_stored(api: httpx2.Client, metadata: Any) -> None:
    project = make_project(api, metadata=metadata)
    assert project["metadata"] == metadata
    assert ok(api.get(f"/projects/{project['id']}"))["metadata"] == metadata


@pytest.mark.parametrize("workflow", ["{workflow_json}", "", "not JSON at all", '{"1": {}}\n'])
def test_a_workflow_is_stored_as_given(api: httpx2.Client, workflow: str) -> None:
    character = make_character(api, make_project(api), comfyui_workflow=workflow)
    assert character["comfyui_workflow"] == workflow


@pytest.mark.parametrize("rows", ["projects", "characters"])
@pytest.mark.parametrize(("name", "status"), [("", 422), ("x", 200), ("夜" * 255, 200)])
def test_a_name_is_1_to_255_characters(
    api: httpx2.Client, rows: str, name: str, status: int
) -> None:
    row = make(api, rows)
    body = {"name": name, "project_id": row.get("project_id")}
    assert api.post(f"/{rows}", json=body).status_code == status
    assert api.put(f"/{rows}/{row['id']}", json={"name": name}).status_code == status
    assert api.post(f"/{rows}", json={**body, "name": "夜" * 256}).status_code == 422


def test_a_scenes_description_may_be_empty_and_must_be_there(api: httpx2.Client) -> None:
    project = make_project(api)
    assert make_scene(api, project, description="")["description"] == ""
    answer = api.post("/scenes", json={"project_id": project["id"], "scene_number": 1})
    assert answer.status_code == 422


@pytest.mark.parametrize(("rows", "fields"), [("characters", {"name": "N"}), ("scenes", {})])
def test_an_unknown_project_is_404_on_create(api: httpx2.Client, rows: str, fields: Json) -> None:
    body = {"project_id": UNKNOWN, "scene_number": 1, "description": "", **fields}
    answer = api.post(f"/{rows}", json=body)
    assert (answer.status_code, answer.json()["detail"]) == (404, "Project not found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("projects", "Project not found"),
        ("characters", "Character not found"),
        ("scenes", "Scene not found"),
    ],
)
def test_an_unknown_id_is_404_with_its_sentence(
    api: httpx2.Client, method: str, rows: str, sentence: str
) -> None:
    json = {} if method == "PUT" else None
    answer = api.request(method, f"/{rows}/{UNKNOWN}", json=json)
    assert (answer.status_code, answer.json()["detail"]) == (404, sentence)


def test_names_and_scene_numbers_may_repeat_and_be_negative(api: httpx2.Client) -> None:
    twins = [make_project(api, "Twin") for _ in range(2)]
    assert twins[0]["id"] != twins[1]["id"]
    heroes = [make_character(api, twins[0], "Hero") for _ in range(2)]
    assert heroes[0]["id"] != heroes[1]["id"]
    scenes = [make_scene(api, twins[0], -7) for _ in range(2)]
    assert [scene["scene_number"] for scene in scenes] == [-7, -7]


def test_unknown_characters_and_branches_are_accepted(api: httpx2.Client) -> None:
    scene = make_scene(api, make_project(api), characters=["Nobody", "誰か"])
    assert scene["characters"] == ["Nobody", "誰か"]
    assert make_scene(api, make_project(api), branch_name="never/made")["branch_name"] == (
        "never/made"
    )


@pytest.mark.parametrize("status", ["pending", "processing", "failed", "今日", "x" * 50])
def test_any_status_of_1_to_50_characters_is_accepted(api: httpx2.Client, status: str) -> None:
    scene = make_scene(api, make_project(api))
    assert ok(api.put(f"/scenes/{scene['id']}", json={"status": status}))["status"] == status


def test_absent_means_unchanged_and_unknown_fields_are_ignored(api: httpx2.Client) -> None:
    project = make_project(api, description="Kept", metadata={"k": 1})
    after = ok(api.put(f"/projects/{project['id']}", json={"name": "New", "colour": "red"}))
    assert (after["name"], after["description"], after["metadata"]) == ("New", "Kept", {"k": 1})
    assert "colour" not in after


@pytest.mark.parametrize(
    ("rows", "field", "value"),
    [
        ("projects", "description", "D"),
        ("projects", "metadata", {"k": 1}),
        ("characters", "description", "D"),
        ("characters", "image_path", "/a.png"),
        ("characters", "comfyui_workflow", "{}"),
        ("scenes", "video_path", "/a.mp4"),
        ("scenes", "episode", 3),
    ],
)
def test_null_clears_a_field_that_can_be_empty(
    api: httpx2.Client, rows: str, field: str, value: Any
) -> None:
    row = make(api, rows, **{field: value})
    assert row[field] == value
    assert ok(api.put(f"/{rows}/{row['id']}", json={field: None}))[field] is None


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ("projects", "name"),
        ("projects", "status"),
        ("projects", "settings"),
        ("characters", "name"),
        ("scenes", "description"),
        ("scenes", "scene_number"),
        ("scenes", "characters"),
    ],
)
def test_null_leaves_a_field_that_cannot_be_empty(
    api: httpx2.Client, rows: str, field: str
) -> None:
    row = make(api, rows)
    after = ok(api.put(f"/{rows}/{row['id']}", json={field: None}))
    assert after[field] == row[field]


@KINDS
def test_an_old_dashboard_may_put_a_whole_row_back(api: httpx2.Client, rows: str) -> None:
    row = make(api, rows)
    after = ok(api.put(f"/{rows}/{row['id']}", json=row))
    own = {"updated_at", "revision", "version"}
    assert {k: v for k, v in after.items() if k not in own} == {
        k: v for k, v in row.items() if k not in own
    }


def test_every_put_of_a_character_adds_one_to_its_version_and_keeps_the_one_before(
    api: httpx2.Client,
) -> None:
    first = make_character(api, make_project(api), description="One")
    path = f"/characters/{first['id']}"
    second = ok(api.put(path, json={"description": "Two"}))
    third = ok(api.put(path, json={}))
    assert [row["version"] for row in (first, second, third)] == [1, 2, 3]
    assert ok(api.get(f"{path}/versions")) == [third, second, first]
