"""An empty studio makes the sample production inside the service, whole or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.support.factories import ok
from tests.support.services import Service, serving, until
from tower_anime import sample

PRODUCTION = sample.load()
SHOTS = [shot for scene in PRODUCTION["scenes"] for shot in scene["shots"]]


def test_it_has_its_characters_with_pictures_its_scenes_its_dialogue_and_renders(
    own_service: Service,
) -> None:
    api = own_service.api

    project = ok(api.post("/projects/sample"))

    assert project["name"] == PRODUCTION["project"]["name"]
    assert project["status"] == "active"
    characters = ok(api.get("/characters", params={"project_id": project["id"]}))
    assert {one["name"] for one in characters} == {one["name"] for one in PRODUCTION["characters"]}
    assert all(api.get(one["image_path"].removeprefix("/api/anime")).content for one in characters)
    scenes = ok(api.get("/scenes", params={"project_id": project["id"], "branch_name": "main"}))
    assert [one["scene_number"] for one in scenes] == [s["number"] for s in PRODUCTION["scenes"]]
    shots = [shot for one in scenes for shot in ok(api.get(f"/scenes/{one['id']}/shots"))]
    lines = [line["line"] for shot in shots for line in shot["dialogue"]]
    assert lines == [line["line"] for shot in SHOTS for line in shot.get("dialogue", [])]
    assert [shot["duration"] for shot in shots] == [shot["duration"] for shot in SHOTS]
    [run] = ok(api.get("/runs", params={"project_id": project["id"]}))
    assert sum(run["counts"].values()) == len(SHOTS)
    until(lambda: ok(api.get(f"/runs/{run['id']}"))["counts"].get("done"), "a first take")


def test_it_is_made_once(own_service: Service) -> None:
    project = ok(own_service.api.post("/projects/sample"))

    refusal = own_service.api.post("/projects/sample")

    assert refusal.status_code == 409
    assert f"project {project['id']}" in refusal.json()["detail"]
    assert len(ok(own_service.api.get("/projects"))) == 1


def test_two_who_ask_at_once_get_one_production(own_service: Service) -> None:
    with ThreadPoolExecutor(2) as asking:
        answers = list(asking.map(lambda _: own_service.api.post("/projects/sample"), range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(ok(own_service.api.get("/projects"))) == 1


def test_a_repeat_with_its_key_gets_the_production_of_the_first_time(own_service: Service) -> None:
    def ask() -> httpx2.Response:
        return own_service.api.post("/projects/sample", headers={"Idempotency-Key": "first-night"})

    assert ok(ask())["id"] == ok(ask())["id"]


def test_it_can_be_made_again_once_it_is_in_the_trash(own_service: Service) -> None:
    project = ok(own_service.api.post("/projects/sample"))
    ok(own_service.api.delete(f"/projects/{project['id']}"))

    assert ok(own_service.api.post("/projects/sample"))["id"] != project["id"]


def test_nothing_is_written_where_there_is_no_room(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with serving(tmp_path_factory.mktemp("full"), min_free_bytes=2**60) as service:
        assert service.api.post("/projects/sample").status_code == 507
        assert ok(service.api.get("/projects")) == []
