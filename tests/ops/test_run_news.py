"""Who is told when a run is over: a command, an address; once, also after a restart."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.factories import Json, make_scene, ok
from tests.support.rendering import first_shot, small_project
from tests.support.services import Service, serving, until
from tower_anime.core.errors import CannotStart
from tower_anime.core.opening import DATABASE_FILE, open_database
from tower_anime.core.settings import Settings, load
from tower_anime.ops import run_news, telling
from tower_anime.ops.run_news import FILE

WRITES = "import sys, pathlib; pathlib.Path(sys.argv[1]).open('a').write(sys.stdin.read())"


def command(told: Path, program: str = WRITES) -> str:
    """A command that adds what it is told to a file."""
    return f'{sys.executable} -c "{program}" "{told}"'


def run_of_a_night(service: Service, **asked: Any) -> Json:
    """A run of one shot, once it is over."""
    project = small_project(service.api)
    first_shot(service.api, make_scene(service.api, project))
    made = ok(service.api.post(f"/projects/{project['id']}/render", json=asked))
    return over(service, made["run_id"])


def over(service: Service, run_id: int) -> Json:
    def look() -> Json | None:
        run = ok(service.api.get(f"/runs/{run_id}"))
        return run if run["finished_at"] else None

    found: Any = until(look, "the end of the run")
    return found  # type: ignore[no-any-return]


def told_in(file: Path) -> list[Json]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def untold(data: Path) -> list[int]:
    found: list[int] = json.loads((data / FILE).read_text())["untold"]
    return found


def test_a_command_is_told_of_each_run_that_is_over(tmp_path: Path) -> None:
    told = tmp_path / "a folder" / "told"
    told.parent.mkdir()
    with serving(tmp_path / "data", notify_command=command(told)) as service:
        first = run_of_a_night(service)
        until(lambda: told_in(told) == [first], "the news of the first run")
        second = run_of_a_night(service, count=2)
        until(lambda: told_in(told) == [first, second], "the news of the second run")

    assert second["counts"] == {"done": 2}


def test_a_run_that_goes_on_over_a_kill_is_told_of_once(tmp_path: Path) -> None:
    told, data = tmp_path / "told", tmp_path / "data"
    with serving(data, notify_command=command(told)) as service:
        ok(service.api.post("/rendering/pause"))  # so that the run is not over before the kill
        project = small_project(service.api)
        first_shot(service.api, make_scene(service.api, project))
        run = ok(service.api.post(f"/projects/{project['id']}/render", json={}))["run_id"]
        until(lambda: (data / FILE).exists() and untold(data) == [run], "its place in the file")
        service.kill()
        service.restart()
        ok(service.api.post("/rendering/resume"))
        ended = over(service, run)
        until(lambda: told_in(told) == [ended], "the news")
        service.stop()
        service.restart()
        later = run_of_a_night(service)
        until(lambda: len(told_in(told)) > 1, "the news of the later run")

    assert told_in(told) == [ended, later]
    assert untold(data) == []


def test_a_run_whose_end_a_killed_service_did_not_tell_is_told_of_after_the_start(
    tmp_path: Path,
) -> None:
    told, data = tmp_path / "told", tmp_path / "data"
    with serving(data) as service:
        run = run_of_a_night(service)
    (data / FILE).write_text(json.dumps({"untold": [run["id"]], "newest": run["id"]}))
    with serving(data, notify_command=command(told)):
        until(lambda: told_in(told), "the news")

    assert told_in(told) == [run]
    assert untold(data) == []


def test_a_start_without_the_setting_forgets_what_was_to_be_told(tmp_path: Path) -> None:
    told, data = tmp_path / "told", tmp_path / "data"
    with serving(data, notify_command=command(told)) as service:
        first = run_of_a_night(service)
        until(lambda: told_in(told) == [first], "the news of the first run")
    with serving(data) as service:
        run_of_a_night(service)
        assert not (data / FILE).exists()
    with serving(data, notify_command=command(told)) as service:
        until((data / FILE).exists, "the first look")
        third = run_of_a_night(service)
        until(lambda: len(told_in(told)) > 1, "the news of the third run")

    assert told_in(told) == [first, third]


def test_runs_from_before_the_setting_are_not_told_of(tmp_path: Path) -> None:
    told, data = tmp_path / "told", tmp_path / "data"
    with serving(data) as service:
        run_of_a_night(service)
    with serving(data, notify_command=command(told)) as service:
        until((data / FILE).exists, "the first look")
        later = run_of_a_night(service)
        until(lambda: told_in(told), "the news")

    assert told_in(told) == [later]


@pytest.mark.parametrize(
    ("wrong", "logged"),
    [
        ("no-such-program", "cannot be run"),
        (command(Path("x"), "import sys; sys.exit(3)"), "ended with 3"),
    ],
)
def test_a_command_that_fails_is_logged_and_harms_nothing(
    tmp_path: Path, wrong: str, logged: str
) -> None:
    with serving(tmp_path / "data", notify_command=wrong) as service:
        run_of_a_night(service)
        until(lambda: logged in "".join(service.log), "the log of the failure")
        run_of_a_night(service)
        until(lambda: "".join(service.log).count(logged) == 2, "the log of the second failure")


def test_a_command_that_takes_too_long_is_killed(caplog: pytest.LogCaptureFixture) -> None:
    telling.run_command("sleep 100000", "{}", threading.Event(), seconds=0)

    assert "the notify_command was killed" in caplog.text


@contextmanager
def receiving(status: int = 204, **headers: str) -> Iterator[tuple[str, list[Json]]]:
    """An address, and what was POSTed to it."""
    received: list[Json] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append({"path": self.path, "body": json.loads(body)})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_address_is_told_of_a_run_that_is_over(tmp_path: Path) -> None:
    with (
        receiving() as (address, received),
        serving(tmp_path / "data", notify_url=f"{address}/nights?key=a") as service,
    ):
        run = run_of_a_night(service)
        until(lambda: received, "the news")

    assert received == [{"path": "/nights?key=a", "body": run}]


def test_a_redirect_is_not_followed_and_a_refusal_is_logged_without_the_path(
    tmp_path: Path,
) -> None:
    with (
        receiving() as (elsewhere, taken),
        receiving(307, Location=elsewhere) as (address, received),
        serving(tmp_path / "data", notify_url=f"{address}/secret") as service,
    ):
        run_of_a_night(service)
        until(lambda: "redirect" in "".join(service.log), "the log of the redirect")

    assert len(received) == 1
    assert taken == []
    assert "secret" not in "".join(service.log)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("notify_url", "ftp://example.org/x"),
        ("notify_url", "http://"),
        ("notify_url", "not an address"),
        ("notify_command", 'an "open quote'),
        ("notify_command", " "),
    ],
)
def test_a_setting_that_can_never_work_is_refused_at_the_start(name: str, value: str) -> None:
    with pytest.raises(CannotStart, match=name):
        load(**{name: value})


def test_new_runs_are_found_without_a_walk_through_the_log(tmp_path: Path) -> None:
    """How a run came is asked for each: of its project's few changes, and not of all in it."""
    db = open_database(Settings(data_dir=tmp_path))
    db.close()
    sql, bind = run_news._BEGUN.compiled("sqlite")
    with sqlite3.connect(tmp_path / DATABASE_FILE) as file:
        asked = bind({"after": 0, "newest": 1})
        steps = [step[3] for step in file.execute(f"EXPLAIN QUERY PLAN {sql}", asked)]
    file.close()
    assert any("changes USING INDEX" in step and "subject_id=?" in step for step in steps), steps
