"""The change log over HTTP: as a list, and as a stream that survives breaks, crowds and the end."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from tests.support.factories import Json, make_project, make_scene, ok
from tests.support.refusals import refused
from tests.support.rendering import finished, request_takes, small_project, small_shot
from tests.support.services import PATIENCE, Service, serving
from tower_anime.core import changes
from tower_anime.core.changes import Change
from tower_anime.core.database import Transaction, write_now
from tower_anime.core.opening import open_database
from tower_anime.core.schemas import Change as ShownChange
from tower_anime.core.settings import Settings


def changes_of(api: httpx2.Client, project: Json, **asked: object) -> list[Json]:
    query = {"project_id": project["id"], "limit": 10_000, **asked}
    found: list[Json] = ok(api.get("/changes", params=query))
    return found


# --- the list


def test_changes_are_listed_in_order_and_tell_who_what_and_where(api: httpx2.Client) -> None:
    project = make_project(api)
    scene = make_scene(api, project, description="Dusk")
    named = {"X-Actor": "Mika"}
    ok(api.put(f"/scenes/{scene['id']}", json={"description": "Night"}, headers=named))
    found = changes_of(api, project)
    assert all(ShownChange.model_validate(change) for change in found)
    assert [change["id"] for change in found] == sorted(change["id"] for change in found)
    assert [(change["subject"], change["verb"]) for change in found] == [
        ("project", "created"),
        ("branch", "created"),
        ("scene", "created"),
        ("scene", "changed"),
    ]
    last = found[-1]
    assert (last["subject_id"], last["revision"], last["actor"]) == (scene["id"], 2, "Mika")
    assert (last["project_id"], last["branch_name"]) == (project["id"], "main")
    assert last["text"] == "Scene 1: description changed"
    assert last["data"] == {"fields": ["description"]}


def test_the_pages_of_a_list_are_the_list(api: httpx2.Client) -> None:
    project = make_project(api)
    for number in range(1, 6):
        make_scene(api, project, number)
    whole = changes_of(api, project)
    address, pages = f"/api/anime/changes?project_id={project['id']}&limit=3", []
    while address:
        answer = api.get(httpx2.URL(api.base_url).join(address))
        pages.append(ok(answer))
        address = answer.links.get("next", {}).get("url", "")
    assert [change for page in pages for change in page] == whole
    assert [len(page) for page in pages] == [3, 3, 1]
    answer = api.get("/changes", params={"project_id": project["id"], "limit": 0, "count": "true"})
    assert (ok(answer), answer.headers["x-total-count"], answer.links) == ([], "7", {})


def test_a_list_is_read_backwards_in_pages(api: httpx2.Client) -> None:
    project = make_project(api)
    for number in range(1, 6):
        make_scene(api, project, number)
    whole = changes_of(api, project)
    address = f"/api/anime/changes?project_id={project['id']}&newest_first=true&limit=3"
    pages = []
    while address:
        answer = api.get(httpx2.URL(api.base_url).join(address))
        pages.append(ok(answer))
        address = answer.links.get("next", {}).get("url", "")
    assert [change for page in pages for change in page] == whole[::-1]
    assert [len(page) for page in pages] == [3, 3, 1]
    found = changes_of(
        api, project, newest_first="true", before=whole[4]["id"], after=whole[1]["id"]
    )
    assert found == [whole[3], whole[2]]
    found = changes_of(api, project, newest_first="true", branch_name="main", limit=1)
    assert found == [whole[-1]]


def test_filters_combine(api: httpx2.Client) -> None:
    project = make_project(api)
    scene = make_scene(api, project, branch_name="alt-ending")
    make_scene(api, project)
    assert len(changes_of(api, project, branch_name="alt-ending")) == 2
    assert len(changes_of(api, project, subject="scene")) == 2
    [found] = changes_of(api, project, branch_name="alt-ending", subject="scene")
    assert found["subject_id"] == scene["id"]
    [found] = changes_of(api, project, subject="scene", subject_id=scene["id"])
    assert found["branch_name"] == "alt-ending"
    assert changes_of(api, project, actor="Nobody") == []


def test_changes_of_what_is_in_the_trash_stay_listed(api: httpx2.Client) -> None:
    project = make_project(api)
    make_scene(api, project)
    before = changes_of(api, project)
    ok(api.delete(f"/projects/{project['id']}"))
    after = changes_of(api, project)
    assert after[:-1] == before
    assert after[-1]["verb"] == "deleted"


@pytest.mark.parametrize(
    "query",
    [
        "after=-1",
        "after=x",
        f"after={2**63}",
        "before=3",
        "project_id=x",
        "limit=10001",
        "actor=%00",
    ],
)
def test_what_cannot_be_asked_is_refused(api: httpx2.Client, query: str) -> None:
    refused(api.get(f"/changes?{query}"), 422)


@pytest.mark.parametrize("header", ["x", "-1", "1.5", str(2**63), "1 2"])
def test_a_last_event_id_that_is_none_is_refused(api: httpx2.Client, header: str) -> None:
    detail = refused(api.get("/changes/stream", headers={"Last-Event-ID": header}), 422)
    assert detail[0]["loc"] == ["header", "last-event-id"]


def test_a_list_after_a_change_that_the_log_never_had_is_refused(api: httpx2.Client) -> None:
    assert "The change log ends at" in refused(api.get(f"/changes?after={2**60}"), 409)


# --- the stream


class Event(NamedTuple):
    id: str
    name: str
    data: str

    @property
    def change(self) -> Json:
        assert self.name == "change", self
        found: Json = json.loads(self.data)
        assert self.id == str(found["id"])
        return found


@contextmanager
def stream(service: Service, last_event_id: object = None, **asked: object) -> Iterator[Stream]:
    """A stream's events from its first block on, which tells where it stands."""
    headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}
    query = {name: str(value) for name, value in asked.items()}
    with service.api.stream("GET", "/changes/stream", params=query, headers=headers) as answer:
        assert answer.status_code == 200
        yield Stream(answer)


class Stream:
    """What one client receives."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.headers = answer.headers
        self._events = self._parsed(answer.iter_lines())
        self.position = int(next(self._events).id)

    def _parsed(self, lines: Iterator[str]) -> Iterator[Event]:
        fields: Json = {}
        for line in lines:
            name, _, value = line.partition(": ")
            if line:
                fields[name] = value
            elif fields:
                yield Event(*(fields.get(name, "") for name in ("id", "event", "data")))
                fields = {}

    def __iter__(self) -> Iterator[Event]:
        return self._events

    def changes(self, number: int) -> list[Json]:
        """So many changes, waited for."""
        return [event.change for event in islice(self._events, number)]


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
