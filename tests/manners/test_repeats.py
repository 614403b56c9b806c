"""Idempotency-Key: a write that is sent again is not carried out again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx2
import pytest

from tests.support.factories import Json, make_project, make_scene, ok, png
from tests.support.services import Service
from tower_anime.core import repeats
from tower_anime.core.database import Database, Transaction, write_now
from tower_anime.core.shown import Shown


def keyed(key: str | None = None, **headers: str) -> dict[str, str]:
    return {"Idempotency-Key": key or uuid4().hex, **headers}


def scenes(api: httpx2.Client, project: Json) -> list[Json]:
    found: list[Json] = ok(api.get("/scenes", params={"project_id": project["id"]}))
    return found


def body_for(project: Json, number: int = 1) -> Json:
    return {"project_id": project["id"], "scene_number": number, "description": "Night"}


def test_a_repeat_gets_the_first_answer_to_the_letter(api: httpx2.Client) -> None:
    project, headers = make_project(api), keyed()
    first = api.post("/scenes", json=body_for(project), headers=headers)
    ok(api.put(f"/scenes/{first.json()['id']}", json={"description": "changed since"}))
    again = api.post("/scenes", json=body_for(project), headers=headers)
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    assert len(scenes(api, project)) == 1


def test_of_repeats_at_the_same_moment_one_is_carried_out(api: httpx2.Client) -> None:
    project, headers = make_project(api), keyed()
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: api.post("/scenes", json=body_for(project), headers=headers), range(16)
            )
        )
    assert {answer.content for answer in answers} == {answers[0].content}
    assert len(scenes(api, project)) == 1


def test_a_repeat_after_a_crash_gets_the_first_answer(own_service: Service) -> None:
    api = own_service.api
    project, headers = make_project(api), keyed()
    first = api.post("/scenes", json=body_for(project), headers=headers)
    own_service.kill()
    own_service.start()
    again = own_service.api.post("/scenes", json=body_for(project), headers=headers)
    assert again.content == first.content
    assert len(scenes(own_service.api, project)) == 1


@pytest.mark.parametrize("change", ["body", "path", "method", "query"])
def test_the_same_key_for_another_request_is_refused(api: httpx2.Client, change: str) -> None:
    project, headers = make_project(api), keyed()
    ok(api.post("/scenes", json=body_for(project), headers=headers))
    scene = scenes(api, project)[0]
    asked = {
        "body": ("POST", "/scenes", body_for(project, 2)),
        "path": ("POST", f"/scenes/{scene['id']}/shots", body_for(project)),
        "method": ("PUT", f"/scenes/{scene['id']}", body_for(project)),
        "query": ("POST", "/scenes?again=1", body_for(project)),
    }
    method, path, body = asked[change]
    refused = api.request(method, path, json=body, headers=headers)
    assert refused.status_code == 422
    assert "Idempotency-Key" in refused.json()["detail"]
    assert scenes(api, project) == [scene]


def test_keys_are_each_persons_own(api: httpx2.Client) -> None:
    project, key = make_project(api), uuid4().hex
    for actor in ("Ana", "Ben"):
        headers = keyed(key, **{"X-Actor": actor})
        ok(api.post("/scenes", json=body_for(project), headers=headers))
    assert len(scenes(api, project)) == 2


def test_a_refused_write_may_be_sent_again_with_its_key(api: httpx2.Client) -> None:
    project, headers = make_project(api), keyed()
    ok(api.delete(f"/projects/{project['id']}"))
    assert api.post("/scenes", json=body_for(project), headers=headers).status_code == 404
    ok(api.post(f"/projects/{project['id']}/restore"))
    ok(api.post("/scenes", json=body_for(project), headers=headers))


def test_every_kind_of_write_takes_a_key(api: httpx2.Client) -> None:
    project = make_project(api)
    scene = make_scene(api, project)
    shot = ok(api.get(f"/scenes/{scene['id']}/shots"))[0]
    calls: list[tuple[str, str, Json | None]] = [
        ("PUT", f"/scenes/{scene['id']}", {"description": "Rain"}),
        ("POST", f"/shots/{shot['id']}/takes", {"count": 2}),
        ("POST", f"/projects/{project['id']}/render", {"what": "all"}),
        ("DELETE", f"/scenes/{scene['id']}", None),
        ("POST", f"/scenes/{scene['id']}/restore", None),
    ]
    for method, path, body in calls:
        headers = keyed()
        first = api.request(method, path, json=body, headers=headers)
        ok(first)
        assert api.request(method, path, json=body, headers=headers).content == first.content
    assert len(ok(api.get(f"/shots/{shot['id']}/takes"))) == 3
    assert ok(api.get(f"/scenes/{scene['id']}"))["revision"] == 4
    for take in ok(api.get("/takes", params={"project_id": project["id"]})):
        ok(api.post(f"/takes/{take['id']}/cancel"))


def test_a_repeated_upload_is_one_with_the_same_file(api: httpx2.Client) -> None:
    scene = make_scene(api, make_project(api))
    shot = ok(api.get(f"/scenes/{scene['id']}/shots"))[0]
    path, headers = f"/shots/{shot['id']}/takes/upload", keyed()

    def send(colour: str) -> httpx2.Response:
        file = ("a.png", png(colour=colour), "image/png")
        return api.post(path, files={"file": file}, headers=headers)

    first = send("teal")
    ok(first)
    assert send("teal").content == first.content
    assert send("red").status_code == 422
    assert len(ok(api.get(f"/shots/{shot['id']}/takes"))) == 1


@pytest.mark.parametrize("key", ["a b", "é", "x" * 256])
def test_what_is_no_key_is_refused(api: httpx2.Client, key: str) -> None:
    project = make_project(api)
    headers = {"Idempotency-Key": key.encode()}
    answer = api.post("/scenes", json=body_for(project), headers=headers)
    assert answer.status_code == 422
    assert scenes(api, project) == []


def test_a_clock_that_is_set_forward_makes_nobody_forget_a_recent_answer(db: Database) -> None:
    """It says decades later than when the first answer was kept: others are counted, not timed."""

    def keep(tx: Transaction, key: str) -> str:
        return repeats.once(key, b"POST /scenes").run(tx, lambda tx: Shown(f'"{tx.now}"')).json

    def keep_long_ago(tx: Transaction) -> str:
        tx.now = "2001-01-01T00:00:00.000000Z"
        return keep(tx, "first")

    def keep_others(tx: Transaction, number: int) -> None:
        for _ in range(number):
            keep(tx, uuid4().hex)

    first = write_now(db, keep_long_ago)
    write_now(db, keep_others, repeats.KEPT_AT_LEAST - 1)
    assert write_now(db, keep, "first") == first
    write_now(db, keep_others, repeats.FORGOTTEN_AT_A_TIME)
    assert write_now(db, keep, "first") != first
