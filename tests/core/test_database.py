"""One write is one transaction; neighbours in a commit do not harm each other."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.core.commands import at_once, make, make_and_fail, make_twice_with_one_id, names, submit
from tests.support.services import PATIENCE
from tower_anime.core import database
from tower_anime.core.crossing import Crossing
from tower_anime.core.database import (
    Context,
    Database,
    Reader,
    Transaction,
    commits_alone,
    write_now,
)
from tower_anime.core.errors import NotFound, Unavailable
from tower_anime.core.opening import DATABASE_FILE, open_database
from tower_anime.core.postgresql import THREADS
from tower_anime.core.settings import Settings
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectUpdate


def test_a_failing_command_does_not_harm_its_neighbours(db: Database) -> None:
    good, missing, twice, last = at_once(
        db,
        lambda tx: make(tx, "a"),
        make_and_fail,
        make_twice_with_one_id,
        lambda tx: make(tx, "b"),
    )
    assert isinstance(missing.exception(PATIENCE), NotFound)
    assert isinstance(twice.exception(PATIENCE), sqlite3.IntegrityError | psycopg.IntegrityError)
    assert good.result(PATIENCE) != last.result(PATIENCE)
    assert db.read_now(names) == ["a", "b"]


def test_a_commands_error_reaches_its_caller_as_it_was_raised(db: Database) -> None:
    with pytest.raises(NotFound, match="no such thing"):
        write_now(db, make_and_fail)
    assert db.read_now(names) == []


def test_an_awaited_write_carries_who_and_for_which_request(db: Database) -> None:
    async def told() -> tuple[str | None, str | None]:
        context = Context(actor="Mika", request_id="r-1")
        return await database.write(db, context, lambda tx: (tx.actor, tx.request_id))

    assert asyncio.run(told()) == ("Mika", "r-1")


def test_what_waits_for_the_commit_is_called_after_it_and_only_then(db: Database) -> None:
    seen: Future[list[str]] = Future()
    never: list[str] = []

    def make_and_tell(tx: Transaction) -> None:
        make(tx, "committed")
        tx.after_commit(lambda: seen.set_result(db.read_now(names)))

    def tell_and_fail(tx: Transaction) -> None:
        tx.after_commit(lambda: never.append("called"))
        make_and_fail(tx)

    at_once(db, make_and_tell, tell_and_fail)
    assert seen.result(PATIENCE) == ["committed"]
    db.close()
    assert never == []


def test_a_listener_hears_which_projects_changed(db: Database) -> None:
    heard: Future[set[int]] = Future()
    db.listeners.append(heard.set_result)
    assert {write_now(db, make)} == heard.result(PATIENCE)


def test_a_call_that_fails_after_the_commit_harms_nobody(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def make_and_stumble(tx: Transaction) -> None:
        make(tx, "kept")
        tx.after_commit(lambda: 1 // 0)

    for future in at_once(db, make_and_stumble, lambda tx: make(tx, "next")):
        future.result(PATIENCE)
    db.close()
    assert "ZeroDivisionError" in caplog.text


def test_a_read_sees_one_moment(db: Database) -> None:
    def twice(reader: Reader) -> tuple[list[str], list[str]]:
        before = names(reader)
        write_now(db, make)
        return before, names(reader)

    assert db.read_now(twice) == ([], [])
    assert db.read_now(names) == ["P"]


def test_a_large_command_shares_its_commit_with_nobody(db: Database) -> None:
    @commits_alone
    def compare(tx: Transaction) -> tuple[list[str], list[str]]:
        return names(tx), db.read_now(names)

    *_, compared, _ = at_once(db, make, make, compare, make)
    mine, committed = compared.result(PATIENCE)
    assert mine == committed


def test_eight_threads_that_read_and_then_write_lose_no_update(db: Database) -> None:
    project_id = write_now(db, make)

    def count(tx: Transaction) -> None:
        row = projects.find(tx, project_id)
        more = str(int(row["description"] or 0) + 1)
        projects.update(tx, project_id, ProjectUpdate(description=more))

    with ThreadPoolExecutor(8) as pool:
        for written in [pool.submit(write_now, db, count) for _ in range(120)]:
            written.result(PATIENCE)
    row = db.read_now(projects.find, project_id)
    assert (row["description"], row["revision"]) == ("120", 121)


def test_closing_finishes_what_was_submitted(settings: Settings) -> None:
    db = open_database(settings)
    waiting = [submit(db, make) for _ in range(50)]
    db.close()
    ids = {future.result(timeout=0) for future in waiting}
    again = open_database(settings)
    try:
        assert len(ids) == len(again.read_now(names)) == 50
    finally:
        again.close()


def test_a_closed_sqlite_database_is_whole_in_its_one_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    db = open_database(Settings(data_dir=tmp_path / "a"))
    write_now(db, make)
    db.read_now(names)
    db.close()
    copied = tmp_path / "b" / DATABASE_FILE
    copied.parent.mkdir()
    copied.write_bytes((tmp_path / "a" / DATABASE_FILE).read_bytes())
    copy = open_database(Settings(data_dir=tmp_path / "b"))
    try:
        assert copy.read_now(names) == ["P"]
    finally:
        copy.close()


def test_connections_that_the_server_dropped_are_made_anew(
    new_postgresql: Callable[[], str], tmp_path: Path
) -> None:
    url = new_postgresql()
    db = open_database(Settings(data_dir=tmp_path, database_url=url))
    try:
        write_now(db, make)
        assert db.read_now(names) == ["P"]
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        write_now(db, make)
        assert db.read_now(names) == ["P", "P"]
    finally:
        db.close()


def test_threads_that_come_and_go_leave_no_connection_behind(
    new_postgresql: Callable[[], str], tmp_path: Path
) -> None:
    url = new_postgresql()
    db = open_database(Settings(data_dir=tmp_path, database_url=url))
    try:
        for _ in range(2 * THREADS):
            reading = threading.Thread(target=db.read_now, args=(names,))
            reading.start()
            reading.join(PATIENCE)
        with psycopg.connect(url) as server:
            open_now = server.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchone()
        assert open_now is not None
        assert open_now[0] <= THREADS
    finally:
        db.close()


def test_a_database_that_only_reads_for_a_while_is_unavailable_and_then_written_to_again(
    new_postgresql: Callable[[], str], tmp_path: Path
) -> None:
    url = new_postgresql()
    db = open_database(Settings(data_dir=tmp_path, database_url=url))
    name = url.partition("?")[0].rsplit("/", 1)[1]
    try:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            with pytest.raises(Unavailable):
                write_now(db, make)
            server.execute("SET default_transaction_read_only = off")
            server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        write_now(db, make)
        assert db.read_now(names) == ["P"]
    finally:
        db.close()


def test_a_commands_failed_transaction_is_unavailable_and_the_next_one_is_not(
    new_postgresql: Callable[[], str], tmp_path: Path
) -> None:
    def go_on_after_an_error(tx: Transaction) -> None:
        with contextlib.suppress(psycopg.IntegrityError):
            make_twice_with_one_id(tx)
        make(tx)

    db = open_database(Settings(data_dir=tmp_path, database_url=new_postgresql()))
    try:
        with pytest.raises(Unavailable):
            write_now(db, go_on_after_an_error)
        write_now(db, make)
        assert db.read_now(names) == ["P"]
    finally:
        db.close()


class _Interrupting:
    """A lock that another thread takes the moment it is let go of."""

    def __init__(self, other: Callable[[], None]) -> None:
        self._waiting = [other]

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        if self._waiting:
            self._waiting.pop()()


def test_answers_of_two_writers_at_the_same_moment_both_arrive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def run() -> None:
        crossing = Crossing(lambda _, __: None)
        one, two = (asyncio.get_running_loop().create_future() for _ in range(2))
        second = partial(crossing.settle, two, "two", None)
        monkeypatch.setattr(crossing, "_lock", _Interrupting(second))
        await asyncio.to_thread(crossing.settle, one, "one", None)
        assert await asyncio.wait_for(asyncio.gather(one, two), PATIENCE) == ["one", "two"]

    asyncio.run(run())
