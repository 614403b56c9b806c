"""The change log over HTTP, as a stream that survives breaks, crowds and the end."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import httpx2
import pytest

from tests.support.changes import changes_of, stream
from tests.support.factories import Json, make_project, make_scene, ok
from tests.support.refusals import refused
from tests.support.rendering import finished, request_takes, small_project, small_shot
from tests.support.services import PATIENCE, Service, serving
from tower_anime.core import changes
from tower_anime.core.changes import Change
from tower_anime.core.database import Transaction, write_now
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings


@pytest.mark.parametrize("header", ["x", "-1", "1.5", str(2**63), "1 2"])
def test_a_last_event_id_that_is_none_is_refused(api: httpx2.Client, header: str) -> None:
    detail = refused(api.get("/changes/stream", headers={"Last-Event-ID": header}), 422)
    assert detail[0]["loc"] == ["header", "last-event-id"]


def test_a_stream_says_what_it_is_and_that_nobody_may_keep_it(service: Service) -> None:
    with stream(service) as following:
        headers = following.headers
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store"
    assert headers["x-accel-buffering"] == "no"


def test_a_stream_begins_now_unless_told_where(service: Service) -> None:
    project = make_project(service.api, "before")
    [before] = changes_of(service.api, project)
    with stream(service, project_id=project["id"]) as from_now:
        make_scene(service.api, project)
        now = from_now.changes(2)
    with stream(service, after=before["id"] - 1, project_id=project["id"]) as from_then:
        assert from_then.changes(3) == [before, *now] == changes_of(service.api, project)


def test_what_a_browser_saw_last_comes_before_what_its_address_says(service: Service) -> None:
    project = make_project(service.api)
    make_scene(service.api, project)
    *_, before, last = changes_of(service.api, project)
    with stream(service, before["id"], after=0, project_id=project["id"]) as resumed:
        assert resumed.changes(1) == [last]


def test_a_stream_after_a_change_that_the_log_never_had_begins_with_a_reset(
    service: Service,
) -> None:
    with stream(service, 2**60) as following:
        reset = next(iter(following))
        assert (reset.name, json.loads(reset.data)) == ("reset", {"newest": int(reset.id)})
        project = make_project(service.api)
        while following.changes(1)[0]["project_id"] != project["id"]:
            pass


def test_a_stream_of_a_project_tells_of_no_other(service: Service) -> None:
    mine, others = make_project(service.api), make_project(service.api)
    with stream(service, project_id=mine["id"]) as following:
        for number in range(10):
            make_scene(service.api, others, number)
        make_scene(service.api, mine)
        assert {change["project_id"] for change in following.changes(2)} == {mine["id"]}


def test_a_stream_takes_the_filters_of_the_list(service: Service) -> None:
    project = make_project(service.api)
    asked = {"project_id": project["id"], "branch_name": "alt", "subject": "scene"}
    with stream(service, **asked) as following:
        make_scene(service.api, project)
        make_scene(service.api, project, branch_name="alt")
        assert following.changes(1) == changes_of(service.api, project, **asked)


def test_the_progress_of_a_take_is_told_without_an_id(service: Service) -> None:
    project = small_project(service.api)
    shot = small_shot(service.api, project)
    with stream(service, project_id=project["id"]) as following:
        [take] = request_takes(service.api, shot)
        event = next(event for event in following if event.name == "progress")
    assert event.id == ""
    told = json.loads(event.data)
    assert told.pop("progress") < 1
    of_take = {"subject": "take", "subject_id": take["id"], "status": "running"}
    assert told == {"project_id": project["id"], **of_take}
    finished(service.api, take)


WRITERS, EDITS = 3, 25
WRITTEN = 1 + WRITERS * (1 + EDITS)  # a branch, and each writer's scene and its edits


def write_some(service: Service, project: Json, number: int) -> None:
    """What a busy person does, over a connection of their own."""
    with httpx2.Client(base_url=service.api.base_url, timeout=PATIENCE) as api:
        scene = make_scene(api, project, number)
        for n in range(EDITS):
            ok(api.put(f"/scenes/{scene['id']}", json={"description": f"{number}, {n}"}))


def followed_with_breaks(services: list[Service], project: Json, seed: int) -> list[Json]:
    """What a client that is cut off again and again receives, while others write to a project."""
    chance = random.Random(seed)
    with stream(services[0], project_id=project["id"]) as following:
        last = following.position  # and is cut off before anything has happened
    received: list[Json] = []
    with ThreadPoolExecutor(WRITERS) as pool:
        people = [
            pool.submit(write_some, chance.choice(services), project, n) for n in range(WRITERS)
        ]
        while len(received) < WRITTEN:
            with stream(chance.choice(services), last, project_id=project["id"]) as following:
                few = min(chance.randrange(6), WRITTEN - len(received))
                received += following.changes(few)
            last = received[-1]["id"] if received else last
    for person in people:
        person.result(PATIENCE)
    return received


@pytest.mark.parametrize("seed", range(3))
def test_a_client_that_is_cut_off_again_and_again_receives_each_change_once_and_in_order(
    service: Service, seed: int
) -> None:
    project = make_project(service.api)
    [created] = changes_of(service.api, project)
    received = followed_with_breaks([service], project, seed)
    assert received == changes_of(service.api, project, after=created["id"])


def test_a_client_that_moves_between_two_services_of_one_database_does_too(
    new_postgresql: Callable[[], str], tmp_path: Path
) -> None:
    url = new_postgresql()
    with ExitStack() as running:
        services = [
            running.enter_context(serving(tmp_path / name, database_url=url, worker_id=name))
            for name in ("one", "two")
        ]
        project = make_project(services[0].api)
        [created] = changes_of(services[0].api, project)
        received = followed_with_breaks(services, project, seed=7)
        assert received == changes_of(services[1].api, project, after=created["id"])


# --- clients that do not read, and the end


MUCH = 16 * 1024 * 1024  # bytes; more than a connection's buffers hold


def much(tx: Transaction) -> None:
    for _ in range(MUCH // 16_384):
        changes.record(tx, Change("engine", 1, "changed", "x" * 16_384))


@pytest.fixture
def long_log(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, object]:
    """Settings of a service whose log is longer than a connection's buffers."""
    url = request.getfixturevalue("new_postgresql")() if dialect == "postgresql" else None
    settings = {"data_dir": tmp_path} | ({"database_url": url} if url else {})
    db = open_database(Settings.model_validate(settings))
    write_now(db, much)
    db.close()
    return settings


def stuck(url: str) -> socket.socket:
    """A client that asks for everything and reads nothing but the beginning."""
    host, port = url.removeprefix("http://").split(":")
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(PATIENCE)
    client.connect((host, int(port)))
    client.sendall(b"GET /api/anime/changes/stream?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert client.recv(12) == b"HTTP/1.1 200"
    return client


def test_a_service_with_open_streams_stops_when_told_to(own_service: Service) -> None:
    with ExitStack() as following:
        streams = [following.enter_context(stream(own_service)) for _ in range(20)]
        own_service.process.terminate()
        assert [list(each) for each in streams] == [[]] * 20  # each ends as an answer does
    assert own_service.stop() == 0
    assert "timeout graceful shutdown exceeded" not in "".join(own_service.log)


def test_a_client_that_does_not_read_slows_nobody_and_does_not_keep_the_service_from_stopping(
    long_log: dict[str, object],
) -> None:
    with serving(**long_log) as service, closing(stuck(service.url)):  # type: ignore[arg-type]
        with stream(service, after=0, subject="project") as live, stream(service, 0) as whole:
            assert sum(len(change["text"]) for change in whole.changes(MUCH // 16_384)) == MUCH
            project = make_project(service.api)
            assert [change["subject_id"] for change in live.changes(1)] == [project["id"]]
        assert service.stop() == 0
        assert "timeout graceful shutdown exceeded" not in "".join(service.log)
