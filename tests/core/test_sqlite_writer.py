"""Where SQLite's commands run, and when they are answered: on the disk, whoever ran them."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.core.commands import make, make_and_fail, names, submit
from tests.support.services import PATIENCE, until
from tower_anime.core import database, sqlite_log
from tower_anime.core.database import NOBODY, Transaction, brief
from tower_anime.core.errors import NotFound, Unavailable
from tower_anime.core.sqlite import SqliteDatabase


def make_here(tx: Transaction, name: str) -> str:
    """Make a project; the name of the thread that did."""
    make(tx, name)
    return threading.current_thread().name


@brief
def fail_briefly(tx: Transaction) -> None:
    make_and_fail(tx)


@brief
def refuse_briefly(_: Transaction) -> None:
    raise NotFound("nothing was written")


async def together(db: SqliteDatabase, *commands: Callable[[Transaction], object]) -> list[object]:
    """What commands come to that are asked for at the same moment."""
    asked = (database.write(db, NOBODY, command) for command in commands)
    return await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), PATIENCE)


def brief_make(name: str) -> Callable[[Transaction], object]:
    """A brief command of its own."""
    return brief(lambda tx: make_here(tx, name))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else's tool writes to the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def in_the_file(path: Path) -> list[str]:
    """The names of the projects that are in the file itself, whatever is in the log beside it."""
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as file:
        return [name for (name,) in file.execute("SELECT name FROM projects")]


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


@pytest.mark.parametrize("size", [brief, lambda command: command])
def test_an_answer_waits_until_what_was_written_is_on_the_disk(
    sqlite_db: SqliteDatabase,
    monkeypatch: pytest.MonkeyPatch,
    size: Callable[[Callable[..., object]], Callable[..., object]],
) -> None:
    flushes, may_go_on = threading.Event(), threading.Event()

    def flush(_: int) -> None:
        flushes.set()
        assert may_go_on.wait(PATIENCE)

    async def run() -> None:
        asked = asyncio.create_task(together(sqlite_db, size(lambda tx: make_here(tx, "a"))))
        assert await asyncio.to_thread(flushes.wait, PATIENCE)
        assert not asked.done()
        may_go_on.set()
        await asked

    monkeypatch.setattr(sqlite_log, "_flush", flush)
    asyncio.run(run())


def test_what_the_disk_did_not_take_is_told_as_lost_and_nothing_is_written_behind_the_gap(
    sqlite_db: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flush(_: int) -> None:
        raise OSError("the disk is away")

    with monkeypatch.context() as patched:
        patched.setattr(sqlite_log, "_flush", flush)
        lost, refused = asyncio.run(together(sqlite_db, brief_make("a"), refuse_briefly))
    assert isinstance(lost, Unavailable)
    assert "may be lost" in lost.detail
    assert isinstance(refused, NotFound)

    for command in (brief_make("b"), lambda tx: make_here(tx, "c")):
        [later] = asyncio.run(together(sqlite_db, command))
        assert isinstance(later, Unavailable)
        assert "until the service is started again" in later.detail
    assert sqlite_db.read_now(names) == ["a"]
    with pytest.raises(Unavailable, match="started again"):
        sqlite_db.check()


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


def test_a_log_that_somebody_reads_begins_anew_once_nobody_does(
    sqlite_db: SqliteDatabase, new_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_log, "COMMITS", 3)
    log = new_file.with_name(f"{new_file.name}-wal")

    def write_one() -> bytes:
        asyncio.run(together(sqlite_db, brief_make("a")))
        return log.read_bytes()[16:24]

    with closing(sqlite3.connect(new_file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM projects").fetchone()
        salts = {write_one() for _ in range(30)}
        assert len(salts) == 1
    monkeypatch.setattr(sqlite_log, "COMMITS", 10**9)  # what is begun is tried again, not begun
    until(lambda: write_one() not in salts, "the log began anew")


def test_what_was_committed_moves_into_the_file_while_others_write(
    sqlite_db: SqliteDatabase, new_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_log, "COMMITS", 3)
    log = new_file.with_name(f"{new_file.name}-wal")
    salts: list[bytes] = []  # the log has others each time that it begins anew

    def write_one() -> bool:
        asyncio.run(together(sqlite_db, brief_make(f"{len(salts)}")))
        salts.append(log.read_bytes()[16:24])
        return len({*salts}) > 3

    until(write_one, "the log began anew")
    written = [f"{n}" for n in range(len(salts))]
    assert sqlite_db.read_now(names) == sorted(written)
    moved = in_the_file(new_file)
    assert moved == written[: len(moved)]
    assert moved


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
