"""Promises of the queue: work that is interrupted is told of or done again, and never stuck."""

import re
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.factories import ok
from tests.support.rendering import (
    FPS,
    begun,
    bytes_of,
    decoded,
    finished,
    get_take,
    rendered,
    request_takes,
    small_project,
    small_shot,
)
from tests.support.services import PATIENCE, Service, serving, until
from tower_anime.core.opening import DATABASE_FILE
from tower_anime.renders.workflows import DBOS_FILE

STOP_SECONDS = 10


def busiest_child(service: Service) -> psutil.Process:
    """The process that draws: of the service's children, the one that has worked the most."""
    children = psutil.Process(service.process.pid).children()
    return max(children, key=lambda child: sum(child.cpu_times()[:2]))


def test_a_take_whose_process_was_killed_says_so_and_the_next_one_is_drawn(
    own_service: Service,
) -> None:
    api = own_service.api
    take = begun(api, request_takes(api, small_shot(api, duration=600))[0])

    busiest_child(own_service).kill()
    over = finished(api, take)

    assert over["status"] == "failed"
    assert over["error"]["title"] == "The animatic could not be drawn"
    assert re.fullmatch(r"The process .* ended by itself \(code -9\)\.", over["error"]["detail"])
    assert over["media_id"] is None
    assert list((own_service.data_dir / "media" / "incoming").iterdir()) == []
    assert rendered(api, small_shot(api))["status"] == "done"


@pytest.mark.usefixtures("one_worker")
def test_a_service_told_to_stop_ends_soon_and_its_takes_are_done_after_a_restart(
    own_service: Service,
) -> None:
    api = own_service.api
    running = begun(api, request_takes(api, small_shot(api, duration=60))[0])
    waiting = request_takes(api, small_shot(api), count=3)

    asked = time.monotonic()
    code = own_service.stop()
    took = time.monotonic() - asked
    api = own_service.restart().api

    assert took < STOP_SECONDS
    assert code in {0, -signal.SIGTERM}
    done = [finished(api, take) for take in (running, *waiting)]
    assert [take["status"] for take in done] == ["done"] * 4
    assert [take["attempt"] for take in done] == [2, 1, 1, 1]
    assert len(decoded(bytes_of(api, done[0]["media_id"]))) == 60 * FPS


def test_a_take_cancelled_as_the_service_stops_stays_cancelled(own_service: Service) -> None:
    api = own_service.api
    take = begun(api, request_takes(api, small_shot(api, duration=600))[0])

    ok(api.post(f"/takes/{take['id']}/cancel"))
    own_service.stop()
    api = own_service.restart().api

    assert finished(api, take)["status"] == "cancelled"


def test_a_killed_service_goes_on_with_what_it_was_drawing(own_service: Service) -> None:
    api = own_service.api
    take = begun(api, request_takes(api, small_shot(api, duration=60))[0])

    own_service.kill()
    api = own_service.restart().api

    before = get_take(api, take)["progress"]
    done = finished(api, take)
    assert before > 0  # progress is not forgotten
    assert (done["status"], done["progress"], done["attempt"]) == ("done", 1.0, 1)


# --- the machine's own troubles


def workflows(service: Service, sql: str) -> list[Any]:
    """Run a statement on the file in which DBOS keeps its workflows."""
    with closing(sqlite3.connect(service.data_dir / DBOS_FILE, timeout=PATIENCE)) as file, file:
        return file.execute(sql).fetchall()


def told(service: Service, words: str) -> bool:
    return any(words in line for line in service.log)


def test_a_take_whose_end_dbos_could_not_write_down_is_done_again(tmp_path: Path) -> None:
    with serving(tmp_path, render_workers=1) as service:
        workflows(
            service,
            "CREATE TRIGGER full BEFORE INSERT ON operation_outputs"
            " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
        )
        shot = small_shot(service.api)
        takes = request_takes(service.api, shot, count=2)
        until(lambda: told(service, "the queue pauses"), "the first take's end")
        workflows(service, "DROP TRIGGER full")

        assert [finished(service.api, take)["status"] for take in takes] == ["done"] * 2


def test_a_take_that_cannot_be_written_down_for_a_moment_is_not_drawn_again(
    tmp_path: Path,
) -> None:
    with serving(tmp_path) as service:
        with closing(sqlite3.connect(tmp_path / DATABASE_FILE, timeout=PATIENCE)) as db:
            db.execute(
                "CREATE TRIGGER away BEFORE INSERT ON media"
                " BEGIN INSERT INTO a_table_that_is_away VALUES (1); END"
            )
            take = request_takes(service.api, small_shot(service.api))[0]
            until(lambda: told(service, "cannot be finished yet"), "that it is to be finished")
            db.execute("DROP TRIGGER away")

        over = finished(service.api, take)

    assert (over["status"], over["attempt"]) == ("done", 1)


def test_without_room_to_work_in_takes_wait_and_are_drawn_once_there_is(
    own_service: Service,
) -> None:
    api = own_service.api
    incoming = own_service.data_dir / "media" / "incoming"
    incoming.rmdir()
    incoming.write_text("")
    takes = request_takes(api, small_shot(api), count=3)

    until(lambda: told(own_service, "the queue pauses"), "that the queue notices")
    waiting = {get_take(api, take)["status"] for take in takes}
    incoming.unlink()
    incoming.mkdir()

    assert waiting <= {"queued", "running"}
    assert [finished(api, take)["status"] for take in takes] == ["done"] * 3
    assert sum("the queue pauses" in line for line in own_service.log) == 1
    assert told(own_service, "the queue goes on")


# --- turns


@pytest.mark.usefixtures("one_worker")
def test_a_cut_does_not_wait_for_every_take_before_it(own_service: Service) -> None:
    api = own_service.api
    project = small_project(api)
    takes = request_takes(api, small_shot(api, project, duration=60), count=6)
    cut = ok(api.post("/cuts", json={"project_id": project["id"], "name": "Rough cut"}))
    ok(api.post(f"/cuts/{cut['id']}/assemble"))

    until(lambda: ok(api.get(f"/cuts/{cut['id']}"))["status"] == "done", "the film")

    assert get_take(api, takes[-1])["status"] == "queued"


def test_workflows_that_have_long_been_over_are_forgotten(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        rendered(service.api, small_shot(service.api))

        def over() -> list[Any]:
            return workflows(service, "SELECT * FROM workflow_status WHERE status = 'SUCCESS'")

        until(over, "the workflow's end")
        workflows(service, "UPDATE workflow_status SET completed_at = 1")

        until(lambda: not over(), "that it is forgotten")
        assert workflows(service, "SELECT * FROM operation_outputs") == []
