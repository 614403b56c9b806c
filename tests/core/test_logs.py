"""The log: an error's answer leads to its line by the request's id."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.support.rendering import rendered, small_shot
from tests.support.services import Service, serving, until
from tower_anime.core.errors import CannotStart
from tower_anime.core.logs import LogFile


def lines_of(service: Service, request_id: str) -> list[str]:
    found = until(lambda: [line for line in service.log if request_id in line], "the log line")
    assert isinstance(found, list)
    return found


def test_an_error_answers_the_requests_id_that_is_in_the_log(service: Service) -> None:
    answer = service.api.get("/projects/2147483647")
    request_id = answer.headers["x-request-id"]
    assert answer.json()["request_id"] == request_id
    [line] = lines_of(service, request_id)
    assert "GET /api/anime/projects/2147483647 404" in line


def test_a_callers_own_request_id_is_kept(service: Service) -> None:
    answer = service.api.put("/projects/0", json={}, headers={"X-Request-ID": "nightly-7.a_b"})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "nightly-7.a_b"
    assert "PUT /api/anime/projects/0 404" in lines_of(service, "nightly-7.a_b")[0]


@pytest.mark.parametrize("given", ["with space", "x" * 65, "a{b}", "é"])
def test_a_request_id_that_could_forge_a_line_is_replaced(api: httpx2.Client, given: str) -> None:
    answer = api.get("/projects/0", headers={"X-Request-ID": given.encode()})
    assert answer.json()["request_id"] == answer.headers["x-request-id"] != given


def test_two_requests_never_share_an_id(api: httpx2.Client) -> None:
    ids = {api.get("/projects/0").json()["request_id"] for _ in range(20)}
    assert len(ids) == 20


def test_json_logs_are_one_object_a_line(tmp_path: Path) -> None:
    with serving(tmp_path, log_json=True, log_level="debug") as service:
        service.api.post("/projects", json={"name": "夜の配達"})
        answer = service.api.get("/projects/0")
    lines = [json.loads(line) for line in service.log]
    assert all({"at", "level", "logger", "request_id", "message"} <= line.keys() for line in lines)
    [refused] = [line for line in lines if line["request_id"] == answer.json()["request_id"]]
    assert refused["message"].startswith("GET /api/anime/projects/0 404 ")
    assert len(refused["at"]) == 27


# --- a log file


def test_a_log_file_has_what_standard_error_has(tmp_path: Path) -> None:
    file = tmp_path / "a folder" / "anime.log"
    with serving(tmp_path / "data", log_file=file) as service:
        service.api.get("/projects/0", headers={"X-Request-ID": "nightly"})
    assert file.read_text() == "".join(service.log)
    assert "GET /api/anime/projects/0 404" in file.read_text()


def test_a_log_file_is_set_aside_at_its_bound_and_so_many_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "anime.log"
    bounds = {"log_file": file, "log_file_bytes": 4096, "log_file_count": 2}
    with serving(tmp_path / "data", log_json=True, **bounds) as service:
        for number in range(100):
            service.api.get("/projects/0", headers={"X-Request-ID": f"visit-{number}"})
    kept = sorted(path.name for path in tmp_path.glob("anime.log*"))
    assert kept == ["anime.log", "anime.log.1", "anime.log.2"]
    assert all((tmp_path / name).stat().st_size <= 4096 for name in kept)
    lines = [line for name in reversed(kept) for line in (tmp_path / name).read_text().splitlines()]
    assert lines == [line.strip() for line in service.log[-len(lines) :]]


def test_the_processes_that_draw_never_hold_the_log_file(tmp_path: Path) -> None:
    file = tmp_path / "anime.log"
    with serving(tmp_path / "data", log_file=file) as service:
        rendered(service.api, small_shot(service.api))
        process = psutil.Process(service.process.pid)
        children = process.children()
        held = [opened.path for child in children for opened in child.open_files()]
    assert children
    assert str(file) not in held


def test_a_log_file_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")
    with pytest.raises(CannotStart, match=r"The log file .*/anime.log cannot be written: "):
        LogFile(tmp_path / "folder" / "anime.log", 4096, 1).opened()
