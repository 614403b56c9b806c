"""Promises of SQLite's writer: where commands run, in which company, and who waits for whom."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Queue

import pytest

from tests.core.commands import (
    brief_make,
    fail_briefly,
    make,
    make_here,
    names,
    refuse_briefly,
    submit,
    together,
)
from tests.support.services import PATIENCE
from tower_anime.core import database
from tower_anime.core.database import NOBODY, Job, Size, Transaction, brief
from tower_anime.core.errors import NotFound, Unavailable
from tower_anime.core.sqlite import SqliteDatabase
from tower_anime.core.sqlite_writer import Writer


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else's tool writes to the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_brief_command_runs_on_its_event_loop_and_others_on_the_writers_thread(
    sqlite_db: SqliteDatabase,
) -> None:
    here = threading.current_thread().name
    assert asyncio.run(together(sqlite_db, brief_make("a"), brief_make("b"))) == [here, here]
    assert asyncio.run(together(sqlite_db, lambda tx: make_here(tx, "c"))) == ["writer"]
    assert sqlite_db.read_now(names) == ["a", "b", "c"]


def test_brief_commands_that_came_while_the_thread_wrote_come_after_it(
    sqlite_db: SqliteDatabase,
) -> None:
    opened, begun = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> list[str]:
        begun.set()
        assert opened.wait(PATIENCE)
        return names(tx)

    async def run() -> list[object]:
        asked = asyncio.create_task(together(sqlite_db, *map(brief_make, "abcdefghijkl")))
        await asyncio.sleep(0)
        opened.set()
        return await asked

    held = submit(sqlite_db, hold)
    assert begun.wait(PATIENCE)
    found = asyncio.run(run())
    assert held.result(PATIENCE) == []
    assert set(found) <= {threading.current_thread().name, "writer"}
    assert sqlite_db.read_now(names) == list("abcdefghijkl")


def test_one_that_is_refused_harms_no_neighbour_whether_it_wrote_or_not(
    sqlite_db: SqliteDatabase,
) -> None:
    one, refused, failed, other = asyncio.run(
        together(sqlite_db, brief_make("a"), refuse_briefly, fail_briefly, brief_make("b"))
    )
    assert isinstance(refused, NotFound)
    assert isinstance(failed, NotFound)
    assert (type(one), type(other)) == (str, str)
    assert sqlite_db.read_now(names) == ["a", "b"]


def test_the_event_loop_does_not_wait_for_a_file_that_another_tool_has_locked(
    sqlite_db: SqliteDatabase, new_file: Path
) -> None:
    async def run() -> list[object]:
        with locked(new_file):
            asked = asyncio.create_task(together(sqlite_db, brief_make("a")))
            for _ in range(20):
                await asyncio.sleep(0)
            assert await sqlite_db.read(names) == []
            assert not asked.done()
        return await asked

    assert len(asyncio.run(run())) == 1
    assert sqlite_db.read_now(names) == ["a"]


def test_nobody_is_tried_again_while_another_tool_has_the_file(new_file: Path) -> None:
    begun: list[int] = []
    with new_file.open("r+b") as file:
        writer = Writer(new_file, file, lambda: begun.append(1), [], patience=0)
        answers: Queue[BaseException | None] = Queue()

        def job() -> Job:
            return Job(make, NOBODY, Size.USUAL, lambda _, error: answers.put(error))

        async def ask() -> None:
            writer.submit_together(asyncio.get_running_loop(), [job(), job(), job()])

        with locked(new_file):
            asyncio.run(ask())
            errors = [answers.get(timeout=PATIENCE) for _ in range(3)]
        writer.close()
    assert [type(error) for error in errors] == [Unavailable] * 3
    assert len(begun) == 1


def test_a_command_that_ends_by_mistake_as_no_future_can_is_answered_all_the_same(
    sqlite_db: SqliteDatabase,
) -> None:
    def mistaken(_: Transaction) -> None:
        raise StopIteration

    [found, other] = asyncio.run(together(sqlite_db, mistaken, lambda tx: make_here(tx, "a")))
    assert isinstance(found, RuntimeError)
    assert other == "writer"


def test_other_commands_are_not_kept_waiting_by_brief_ones(sqlite_db: SqliteDatabase) -> None:
    """However many of these come: each that is done is followed by another."""
    asked_for = [0]

    async def ask_on(until: asyncio.Future[object]) -> None:
        while not until.done():
            asked_for[0] += 1
            await together(sqlite_db, brief(lambda tx: tx.now))

    async def run() -> None:
        for large in (False, True):
            command = database.commits_alone(lambda tx: tx.now) if large else lambda tx: tx.now
            asked = asyncio.ensure_future(database.write(sqlite_db, NOBODY, command))
            await asyncio.gather(asked, *(ask_on(asked) for _ in range(200)))

    asyncio.run(asyncio.wait_for(run(), PATIENCE))
    assert asked_for[0] >= 400


def test_a_command_that_comes_after_the_end_is_refused(new_file: Path) -> None:
    db = SqliteDatabase(new_file)
    db.close()
    with pytest.raises(Unavailable, match="stopping"):
        submit(db, make).result(PATIENCE)
    [refused] = asyncio.run(together(db, brief_make("a")))
    assert isinstance(refused, Unavailable)


def test_closing_answers_what_still_waits_for_its_event_loop(new_file: Path) -> None:
    db = SqliteDatabase(new_file)
    opened, begun = threading.Event(), threading.Event()

    def hold(_: Transaction) -> None:
        begun.set()
        assert opened.wait(PATIENCE)

    async def run() -> list[object]:
        asked = asyncio.create_task(together(db, brief_make("a"), brief_make("b")))
        for _ in range(10):
            await asyncio.sleep(0)
        opened.set()
        db.close()  # on the loop itself, which runs nothing meanwhile
        return await asked

    submit(db, hold)
    assert begun.wait(PATIENCE)
    assert asyncio.run(run()) == ["writer", "writer"]
    with closing(sqlite3.connect(new_file)) as file:
        assert len(file.execute("SELECT name FROM projects").fetchall()) == 2


def test_a_read_sees_what_a_brief_command_wrote_once_it_is_answered(
    sqlite_db: SqliteDatabase,
) -> None:
    async def run() -> list[str]:
        await together(sqlite_db, brief_make("a"))
        return await sqlite_db.scan(names)

    assert asyncio.run(run()) == ["a"]
