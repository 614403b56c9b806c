"""Promises of the queue as people steer it: its order is theirs, and a pause holds."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.factories import Json, make_scene, ok
from tests.support.rendering import (
    DESK,
    begun,
    finished,
    get_take,
    request_takes,
    small_project,
    small_shot,
)
from tests.support.services import Service
from tower_anime.core.database import Database, Transaction, write_now
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.renders import ordering, pausing, takes
from tower_anime.renders.ledger import Claim
from tower_anime.renders.schemas import TakeRequest
from tower_anime.renders.take_rows import DRAWN
from tower_anime.story import scenes
from tower_anime.story.schemas import SceneCreate

SOON = "2999-01-01T00:00:00.000000Z"


def queue_takes(db: Database, count: int) -> None:
    """Takes 1 to `count` of the first shot of a new database."""

    def add(tx: Transaction) -> None:
        projects.create(tx, ProjectCreate(name="Queue"))
        scenes.create(tx, SceneCreate(project_id=1, scene_number=1, description="A roof"))
        takes.request(tx, 1, TakeRequest(count=count), DESK)

    write_now(db, add)


def claim(db: Database) -> Claim | None:
    return write_now(db, DRAWN.claim, "worker", SOON)


def claimed(db: Database) -> list[int]:
    """The ids of all that waits, as it is begun."""
    found = []
    while (one := claim(db)) is not None:
        found.append(one[0])
    return found


def reorder(api: httpx2.Client, *take_ids: int) -> list[Json]:
    told: list[Json] = ok(api.post("/takes/reorder", json={"take_ids": [*take_ids]}))
    return told


def test_takes_change_places_and_the_rest_keep_theirs(db: Database) -> None:
    queue_takes(db, 6)
    write_now(db, ordering.reorder, [5, 2, 4])
    assert claimed(db) == [1, 5, 3, 2, 4, 6]


def test_an_order_is_made_of_the_order_before_it(db: Database) -> None:
    queue_takes(db, 4)
    write_now(db, ordering.reorder, [4, 1, 2, 3])
    write_now(db, ordering.reorder, [3, 4])
    write_now(db, ordering.reorder, [2, 1])
    assert claimed(db) == [3, 2, 1, 4]


def test_what_comes_later_waits_behind_all_that_was_put_in_order(db: Database) -> None:
    queue_takes(db, 3)
    write_now(db, ordering.reorder, [3, 2, 1])
    write_now(db, takes.request, 1, TakeRequest(count=1), DESK)
    assert claimed(db) == [3, 2, 1, 4]


def test_a_take_that_was_given_back_comes_after_those_put_first_meanwhile(
    db: Database,
) -> None:
    queue_takes(db, 3)
    write_now(db, ordering.reorder, [3, 1, 2])
    first = claim(db)
    assert first == (3, 1)
    write_now(db, ordering.reorder, [2, 1])
    write_now(db, DRAWN.give_back, first)
    assert claimed(db) == [2, 1, 3]


def test_a_take_that_has_begun_is_passed_over(db: Database) -> None:
    queue_takes(db, 3)
    assert claim(db) == (1, 1)
    told = write_now(db, ordering.reorder, [1, 3, 2])
    assert len(told) == 2
    assert claimed(db) == [3, 2]


def test_nothing_is_begun_in_a_pause_whoever_asks(db: Database) -> None:
    queue_takes(db, 2)
    write_now(db, pausing.pause)
    assert claim(db) is None
    write_now(db, pausing.resume, lambda: None)
    assert claim(db) == (1, 1)


def test_a_pause_that_lasts_is_not_begun_again(db: Database) -> None:
    first = write_now(db, pausing.pause).json
    assert write_now(db, pausing.pause).json == first
    assert '"paused":false' in write_now(db, pausing.resume, lambda: None).json
    assert '"paused":false' in write_now(db, pausing.resume, lambda: None).json


@pytest.mark.usefixtures("one_worker")
def test_what_renders_is_finished_and_what_waits_outlasts_a_restart(own_service: Service) -> None:
    api = own_service.api
    project = small_project(api)
    running = begun(api, request_takes(api, small_shot(api, project, duration=20))[0])
    waiting = request_takes(api, small_shot(api, project))[0]
    headers = {"X-Actor": "Nana"}
    told = ok(api.post("/rendering/pause", headers=headers))
    assert (told["paused"], told["paused_by"], told["queued"]) == (True, "Nana", 1)
    assert finished(api, running)["status"] == "done"

    own_service.stop()
    api = own_service.restart().api
    assert ok(api.get("/rendering"))["paused"]
    assert get_take(api, waiting)["status"] == "queued"
    assert not ok(api.post("/rendering/resume"))["paused"]
    assert finished(api, waiting)["status"] == "done"
    texts = [change["text"] for change in ok(api.get("/changes?limit=1000"))]
    assert {"Rendering was paused", "Rendering goes on"} <= {*texts}


def test_an_order_names_takes_that_there_are_each_once(own_service: Service) -> None:
    api = own_service.api
    ok(api.post("/rendering/pause"))
    one, two = request_takes(api, small_shot(api), count=2)
    assert [take["id"] for take in reorder(api, two["id"], one["id"])] == [two["id"], one["id"]]
    assert api.post("/takes/reorder", json={"take_ids": [99]}).status_code == 404
    twice = {"take_ids": [one["id"], one["id"]]}
    assert api.post("/takes/reorder", json=twice).status_code == 422


def test_another_try_is_counted_to_the_run_that_it_belongs_to(own_service: Service) -> None:
    api = own_service.api
    project = small_project(api)
    scene = make_scene(api, project, 2, description="A harbour")
    make_scene(api, project, 1)
    run = ok(api.post(f"/projects/{project['id']}/render", json={}))
    shots = ok(api.get(f"/runs/{run['run_id']}/shots"))
    assert [(shot["scene_number"], shot["scene"]) for shot in shots] == [
        (1, "Night, a roof"),
        (2, "A harbour"),
    ]
    assert [shot["approved"] for shot in shots] == [{}, {}]
    again = request_takes(api, {"id": shots[0]["shot_id"]}, run_id=run["run_id"])[0]
    assert again["run_id"] == run["run_id"]
    done = finished(api, again)
    ok(api.post(f"/shots/{done['shot_id']}/approve", json={"take_id": done["id"]}))
    ok(api.delete(f"/scenes/{scene['id']}"))
    [shot] = ok(api.get(f"/runs/{run['run_id']}/shots"))
    assert shot["approved"] == {"video": done["id"]}
    other = small_shot(api)
    refused = api.post(f"/shots/{other['id']}/takes", json={"run_id": run["run_id"]})
    assert refused.status_code == 422
    assert api.get("/runs/99/shots").status_code == 404
