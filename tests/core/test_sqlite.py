"""The one writer goes on, whatever happens to its file and to those who wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.commands import make, names, submit
from tests.support.services import PATIENCE
from tower_anime.core.database import (
    NOBODY,
    Job,
    Size,
)
from tower_anime.core.errors import Unavailable
from tower_anime.core.sqlite import SqliteDatabase


@contextlib.contextmanager
def unreadable(db: SqliteDatabase) -> Iterator[None]:
    """Have every look into the database file fail, as on a network disk that is away."""
    kept = os.dup(db._file.fileno())
    folder = os.open("/", os.O_RDONLY)
    os.dup2(folder, db._file.fileno())
    try:
        yield
    finally:
        os.dup2(kept, db._file.fileno())
        os.close(folder)
        os.close(kept)


def test_a_file_that_cannot_be_read_refuses_a_group_and_the_writer_goes_on(
    sqlite_db: SqliteDatabase,
) -> None:
    with unreadable(sqlite_db):
        waiting = [submit(sqlite_db, make) for _ in range(3)]
        for future in waiting:
            assert isinstance(future.exception(PATIENCE), Unavailable)
        with pytest.raises(Unavailable, match="cannot be read"):
            sqlite_db.check()

    sqlite_db.check()
    assert submit(sqlite_db, make).result(PATIENCE)


def test_an_answer_that_nobody_waits_for_harms_no_other(sqlite_db: SqliteDatabase) -> None:
    ended = asyncio.new_event_loop()
    ended.close()

    def settle(result: object, error: BaseException | None) -> None:
        ended.call_soon_threadsafe(str)

    opened = threading.Event()
    submit(sqlite_db, lambda _: opened.wait(PATIENCE))
    sqlite_db.submit(Job(make, NOBODY, Size.USUAL, settle))
    neighbour = submit(sqlite_db, make)
    opened.set()

    assert neighbour.result(PATIENCE)
    assert submit(sqlite_db, make).result(PATIENCE)


def test_an_answer_that_fails_harms_no_other(
    sqlite_db: SqliteDatabase,
) -> None:
    class Unforeseen(Exception):
        pass

    def settle(result: object, error: BaseException | None) -> None:
        raise Unforeseen

    opened = threading.Event()
    submit(sqlite_db, lambda _: opened.wait(PATIENCE))
    sqlite_db.submit(Job(make, NOBODY, Size.USUAL, settle))
    neighbour = submit(sqlite_db, make)
    opened.set()

    assert neighbour.result(PATIENCE)
    assert sqlite_db.read_now(names) == ["P", "P"]


def test_a_database_without_its_writer_is_not_well(new_file: Path) -> None:
    db = SqliteDatabase(new_file)
    db.close()
    with pytest.raises(Unavailable, match="writer has ended"):
        db.check()
