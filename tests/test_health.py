"""The service says that it is well when it is, and 503 in plain words when its database is not."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest

from tests.support.factories import make_project, ok
from tests.support.services import PATIENCE, Service, serving, until

STOP_SECONDS = 10.0  # the contract of `tower-anime serve`: SIGTERM ends it within this time
UNREACHABLE = [
    ("GET", "/ready"),
    ("GET", "/projects"),
    ("GET", "/projects/1"),
    ("GET", "/projects?limit=5000"),
    ("GET", "/scenes?project_id=1&branch_name=main"),
    ("POST", "/projects"),
    ("PUT", "/projects/1"),
    ("DELETE", "/projects/1"),
]


def remove(path: Path) -> None:
    path.unlink()


def put_garbage_in_its_place(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"garbage!" * 10_000)
    other.replace(path)


def overwrite(path: Path) -> None:
    path.write_bytes(b"garbage!" * 10_000)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def assert_unreachable(api: httpx2.Client, *, reads: bool = True) -> None:
    """Health and writes answer 503, and reads; `reads=False`: those may still know the answer."""
    health = api.get("/health")
    assert health.status_code == 503
    told = health.json()
    assert (told["status"], told["database"]) == ("unhealthy", "disconnected")
    assert told["project_count"] is None
    for method, path in UNREACHABLE:
        body = {"name": "N"} if method in {"POST", "PUT"} else None
        answer = api.request(method, path, json=body)
        if method == "GET" and not reads and answer.status_code == 200:
            continue
        assert answer.status_code == 503, (method, path, answer.text)
        assert re.fullmatch(r"The database [a-z ]+\.", answer.json()["detail"])


def test_a_service_that_is_well_says_so(service: Service) -> None:
    answer = service.api.get("/health")
    assert answer.status_code == 200
    told = answer.json()
    assert list(told) == ["status", "service", "database", "project_count", "timestamp"]
    assert told["status"] == "healthy"
    assert told["service"] == "tower-anime-production"
    assert told["database"] == "connected"
    before = told["project_count"]
    make_project(service.api)
    assert ok(service.api.get("/health"))["project_count"] == before + 1


def test_a_service_that_takes_requests_is_ready(api: httpx2.Client) -> None:
    assert ok(api.get("/ready")) == {"ready": True}


def test_a_service_tells_its_version_and_its_database(api: httpx2.Client, dialect: str) -> None:
    told = ok(api.get("/version"))
    assert (told["name"], told["database"]) == ("tower-anime", dialect)
    assert re.match(r"\d+\.\d+\.\d+", told["version"])
    assert re.match(r"3\.\d+\.\d+", told["python"])


@pytest.mark.parametrize(
    "harm",
    [
        remove,
        put_garbage_in_its_place,
        overwrite,
        empty,
    ],
)
def test_without_its_file_the_service_answers_503_and_still_stops(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    with serving(tmp_path) as service:
        make_project(service.api)
        ok(service.api.get("/projects"))
        harm(tmp_path / "anime.db")
        # Damaged in place, what is in memory is still answered; what is gone by name is not.
        assert_unreachable(service.api, reads=harm in {remove, put_garbage_in_its_place})
        assert ok(service.api.get("/version"))["database"] == "sqlite"


@pytest.fixture
def on_a_server(
    new_postgresql: Callable[[], str], tmp_path: Path
) -> Iterator[tuple[Service, Callable[[bool], None]]]:
    """A service on a server's database, and a switch that makes it unreachable and back."""
    url = new_postgresql()
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    elsewhere = psycopg.conninfo.make_conninfo(url, dbname="postgres")

    def reachable(allowed: bool) -> None:
        with psycopg.connect(elsewhere, autocommit=True) as server:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")
            if not allowed:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    [name],
                )

    with serving(tmp_path, database_url=url) as service:
        try:
            yield service, reachable
        finally:
            reachable(True)


def test_without_its_server_the_service_answers_503_and_goes_on_once_it_is_back(
    on_a_server: tuple[Service, Callable[[bool], None]],
) -> None:
    service, reachable = on_a_server
    project = make_project(service.api)
    reachable(False)
    assert_unreachable(service.api)
    reachable(True)
    assert ok(service.api.get("/health"))["project_count"] == 1
    assert ok(service.api.get("/projects")) == [project]
    make_project(service.api)


def test_a_stop_finishes_a_request_in_flight_and_ends_well_in_time(own_service: Service) -> None:
    address = urlsplit(own_service.url)
    body = json.dumps({"name": "Last wish"}).encode()
    head = (
        f"POST /api/anime/projects HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    with socket.create_connection((address.hostname, address.port), PATIENCE) as connection:
        connection.sendall(head + body[:5])
        ok(own_service.api.get("/health"))  # by now the other request has begun
        started = time.monotonic()
        own_service.process.send_signal(signal.SIGTERM)
        until(lambda: any("Shutting down" in line for line in own_service.log), "the stop")
        connection.sendall(body[5:])
        answer = HTTPResponse(connection)
        answer.begin()
        assert answer.status == 200
        project = json.loads(answer.read())
    code = own_service.process.wait(PATIENCE)
    assert time.monotonic() - started < STOP_SECONDS
    assert code == 0
    own_service.stop()
    own_service.restart()
    assert ok(own_service.api.get(f"/projects/{project['id']}")) == project


def test_a_client_that_never_finishes_does_not_hold_up_the_stop(own_service: Service) -> None:
    address = urlsplit(own_service.url)
    head = (
        f"POST /api/anime/projects HTTP/1.1\r\nHost: {address.netloc}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    ).encode()
    with socket.create_connection((address.hostname, address.port), PATIENCE) as connection:
        connection.sendall(head)
        ok(own_service.api.get("/health"))
        started = time.monotonic()
        assert own_service.stop() == 0
        assert time.monotonic() - started < STOP_SECONDS
