"""Ids, queries and requests that can be nobody's are refused, and nothing is written."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.support.factories import make_project, make_scene, ok
from tests.support.refusals import everything, refused
from tests.support.services import PATIENCE, Service, until

ODD_IDS = ["0", "-1", str(2**63), "abc", "1.5", "%00", "%ED%A0%80", "1e3", "null", "9" * 400]


@pytest.fixture(autouse=True)
def nothing_is_written(api: httpx2.Client) -> Iterator[None]:
    """Every test here refuses, so every test here leaves all as it was."""
    make_scene(api, make_project(api))
    before = everything(api)
    yield
    assert everything(api) == before


@pytest.mark.parametrize("odd", ODD_IDS)
@pytest.mark.parametrize("rows", ["projects", "characters", "scenes", "shots", "branches", "takes"])
def test_an_id_that_can_be_nobodys_is_refused(api: httpx2.Client, rows: str, odd: str) -> None:
    refused(api.get(f"/{rows}/{odd}"), 404, 422)
    if rows in {"projects", "characters", "scenes", "shots"}:
        refused(api.put(f"/{rows}/{odd}", json={}), 404, 422)
        refused(api.delete(f"/{rows}/{odd}"), 404, 422)
        refused(api.post(f"/{rows}/{odd}/restore"), 404, 422)


@pytest.mark.parametrize("odd", ["abc", "%00", "..%2F..%2Fanime.db", "0" * 64, "0" * 5_000])
@pytest.mark.parametrize("what", ["", "/file", "/thumbnail"])
def test_a_medium_that_is_nobodys_is_refused(api: httpx2.Client, odd: str, what: str) -> None:
    refused(api.get(f"/media/{odd}{what}"), 404, 422)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/projects?status=%00", "status"),
        ("/projects?status=" + "x" * 256, "status"),
        ("/projects?limit=1e3", "limit"),
        ("/projects?deleted=perhaps", "deleted"),
        (f"/characters?project_id={2**63}", "project_id"),
        ("/characters?project_id=abc", "project_id"),
        ("/characters?kind=%00", "kind"),
        ("/scenes?branch_name=a%00b", "branch_name"),
        (f"/scenes?project_id=-{2**63 + 1}", "project_id"),
        ("/takes?status=lost", "status"),
    ],
)
def test_a_query_out_of_bounds_is_named(api: httpx2.Client, path: str, field: str) -> None:
    [found] = refused(api.get(path), 422)
    assert found["loc"] == ["query", field]


def test_half_a_surrogate_pair_in_a_query_finds_nothing(api: httpx2.Client) -> None:
    assert ok(api.get("/projects?status=%ED%A0%80")) == []


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /api/anime/projects HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/anime/projects HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n{}",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /api/anime/projects\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused(service: Service, request_bytes: bytes) -> None:
    address = urlsplit(service.url)
    with socket.create_connection((address.hostname, address.port), PATIENCE) as connection:
        connection.sendall(request_bytes)
        answer = HTTPResponse(connection)
        answer.begin()
        assert answer.status == 400


def test_a_newline_after_a_path_is_part_of_it(api: httpx2.Client) -> None:
    for path in ("/health%0A", "/projects%0A", "/scenes/1/shots%0A"):
        refused(api.get(path), 404)
    refused(api.post("/scenes/1/restore%0A"), 404)


def test_nobody_begins_a_line_of_the_log(service: Service, api: httpx2.Client) -> None:
    refused(api.get("/forged%0A2026-11-22 ERROR all is lost"), 404)
    [line] = until(lambda: [line for line in service.log if "forged" in line])
    assert "%0A2026" in line


def test_a_sender_who_goes_away_in_the_middle_is_no_failure(service: Service) -> None:
    address = urlsplit(service.url)
    with socket.create_connection((address.hostname, address.port), PATIENCE) as connection:
        head = "POST /api/anime/projects HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
        connection.sendall(f"{head}Content-Type: application/json\r\n\r\n{{".encode())
    until(lambda: [line for line in service.log if "POST /api/anime/projects 0 " in line])
    assert not [line for line in service.log if "Traceback" in line]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_a_call_beside_rows_is_none_of_them(api: httpx2.Client, method: str) -> None:
    answer = api.request(method, "/scenes/reorder", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
