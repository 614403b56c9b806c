"""A service over an adopted database answers every documented call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.ops.first_service import SAMPLE, database, rows, sample
from tests.support.factories import make_character, make_project, make_scene, ok
from tests.support.services import Service, serving
from tower_anime.core.opening import DATABASE_FILE

MOST = 1000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that adopted the sample when it started."""
    folder = tmp_path_factory.mktemp("adopted")
    sample(folder)
    with serving(folder) as running:
        yield running


def test_its_health_counts_the_projects_with_those_that_were_recovered(
    api: httpx2.Client,
) -> None:
    assert ok(api.get("/health"))["project_count"] >= 7


def test_projects_are_listed_the_newest_first(api: httpx2.Client) -> None:
    found = ok(api.get("/projects"))
    assert {1, 2, 3, 4, 17, 999, 1000} <= {project["id"] for project in found}
    assert [p["created_at"] for p in found] == sorted(
        (p["created_at"] for p in found), reverse=True
    )
    [archived] = ok(api.get("/projects", params={"status": "archived"}))
    assert archived["id"] == 3


def test_every_scene_of_a_branch_is_listed_by_number(api: httpx2.Client, tmp_path: Path) -> None:
    old = database(tmp_path, SAMPLE.read_text(encoding="utf-8"))
    query = (
        "SELECT id FROM scenes WHERE project_id = 2 AND branch_name = ? ORDER BY scene_number, id"
    )
    for branch in ("alt-ending", "director's cut/v2"):
        params = {"project_id": 2, "branch_name": branch, "limit": MOST}
        found = [scene["id"] for scene in ok(api.get("/scenes", params=params))]
        assert found == [row["id"] for row in rows(old, query, branch)]
        assert found


def test_a_project_is_read_changed_put_in_the_trash_and_restored(api: httpx2.Client) -> None:
    project = ok(api.get("/projects/4"))
    assert (project["metadata"], project["revision"]) == ({}, 1)
    changed = ok(api.put("/projects/4", json={**project, "description": "short"}))
    assert (changed["description"], changed["revision"]) == ("short", 2)
    ok(api.delete("/projects/4"))
    assert api.get("/projects/4").status_code == 404
    assert ok(api.post("/projects/4/restore"))["name"] == "Café Été — pilote"


def test_a_character_goes_on_from_its_version_and_can_go_back_to_it(api: httpx2.Client) -> None:
    before = next(
        c for c in ok(api.get("/characters", params={"limit": MOST})) if c["version"] == 41
    )
    path = f"/characters/{before['id']}"
    changed = ok(api.put(path, json={**before, "description": "older now"}))
    assert changed["version"] == 42
    assert [v["version"] for v in ok(api.get(f"{path}/versions"))] == [42, 41]
    assert ok(api.get(f"{path}/versions/41")) == before
    assert api.get(f"{path}/versions/40").status_code == 404
    back = ok(api.post(f"{path}/versions/41/restore"))
    assert (back["version"], back["description"]) == (43, before["description"])
    assert back["comfyui_workflow"] == before["comfyui_workflow"]
    ok(api.delete(path))
    assert ok(api.post(f"{path}/restore"))["version"] == 43


def test_a_scene_is_read_changed_put_in_the_trash_and_restored(api: httpx2.Client) -> None:
    scene = ok(api.get("/scenes/207"))
    assert (scene["characters"], scene["branch_name"]) == (["Nobody Known"], "main")
    changed = ok(
        api.put("/scenes/207", json={**scene, "status": "completed", "characters": ["影"]})
    )
    assert (changed["status"], changed["characters"]) == ("completed", ["影"])
    assert changed["created_at"] == scene["created_at"]
    assert changed["updated_at"] > scene["updated_at"]
    ok(api.delete("/scenes/207"))
    assert api.get("/scenes/207").status_code == 404
    assert ok(api.post("/scenes/207/restore"))["revision"] == 4


def test_the_shot_of_an_adopted_scene_is_changed_and_its_scene_follows(api: httpx2.Client) -> None:
    [shot] = ok(api.get("/scenes/206/shots"))
    assert (shot["shot_number"], shot["duration"], shot["lineage"]) == (10, 4.0, shot["id"])
    assert ok(api.put(f"/shots/{shot['id']}", json={"camera": "slow push in"}))["revision"] == 2
    assert ok(api.get("/scenes/206"))["revision"] == 2


def test_a_video_path_that_was_set_stays_until_somebody_writes_another(api: httpx2.Client) -> None:
    assert ok(api.get("/scenes/205"))["video_path"] == "/videos/scene1.mp4"
    assert ok(api.put("/scenes/205", json={"video_path": None}))["video_path"] is None


def test_what_is_new_gets_ids_that_nothing_had(api: httpx2.Client) -> None:
    project = make_project(api)
    assert project["id"] > 1000
    assert make_character(api, project)["id"] > 22
    assert make_scene(api, {"id": 17})["id"] > 208


def test_a_new_scene_of_an_adopted_branch_joins_it(api: httpx2.Client) -> None:
    made = make_scene(api, {"id": 1}, 900, branch_name="alt-ending")
    params = {"project_id": 1, "branch_name": "alt-ending", "limit": MOST}
    assert made["id"] in {scene["id"] for scene in ok(api.get("/scenes", params=params))}
    branches = [branch["name"] for branch in ok(api.get("/projects/1/branches"))]
    assert sorted(branches) == ["alt-ending", "director's cut/v2", "main"]


def test_every_answer_is_json_that_a_browser_reads(service: Service) -> None:
    for path in ("/projects", "/characters", "/scenes"):
        text = service.api.get(path, params={"limit": MOST}).text
        assert json.loads(text, parse_constant=pytest.fail)


def test_a_second_start_adopts_nothing(tmp_path: Path) -> None:
    sample(tmp_path / "data")
    with serving(tmp_path / "data") as running:
        ok(running.api.put("/scenes/1", json={"description": "written since"}))
        running.stop()
        running.restart()
        assert ok(running.api.get("/scenes/1"))["description"] == "written since"
    assert (tmp_path / "data" / f"{DATABASE_FILE}.before-adoption").is_file()
    assert not (tmp_path / "data" / f"{DATABASE_FILE}.before-adoption-2").exists()
