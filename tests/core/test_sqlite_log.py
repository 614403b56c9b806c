"""Promises of SQLite's log: nobody is answered before the disk has it, and it does not grow on."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.core.commands import brief_make, make, make_here, names, refuse_briefly, together
from tests.support.services import PATIENCE, until
from tower_anime.core import repeats, sqlite_log
from tower_anime.core.database import NOBODY, Transaction, brief
from tower_anime.core.errors import NotFound, Unavailable
from tower_anime.core.shown import Shown
from tower_anime.core.sqlite import SqliteDatabase
from tower_anime.core.sqlite_log import ANOTHER_TRY, COMMITS, Log


def refuse(_: int) -> None:
    """What a flush comes to where the disk is away."""
    raise OSError("the disk is away")


def in_the_file(path: Path) -> list[str]:
    """The names of the projects that are in the file itself, whatever is in the log beside it."""
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as file:
        return [name for (name,) in file.execute("SELECT name FROM projects")]


def salts(database: Path) -> bytes:
    """Of the log beside it: others each time that it begins anew."""
    with database.with_name(f"{database.name}-wal").open("rb") as log:
        return log.read(24)[16:]


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
    with monkeypatch.context() as patched:
        patched.setattr(sqlite_log, "_flush", refuse)
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


def test_a_repeat_of_what_the_disk_did_not_take_is_not_answered_as_if_it_had(
    sqlite_db: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def once_made(tx: Transaction, once: repeats.Once) -> Shown:
        make(tx, once.key)
        return once.run(tx, lambda _: Shown("{}"))

    taken, lost, never = (repeats.once(key, b"asked") for key in ("taken", "lost", "never"))
    asyncio.run(together(sqlite_db, lambda tx: once_made(tx, taken)))
    assert asyncio.run(repeats.kept(sqlite_db, NOBODY, taken)) == Shown("{}")
    assert asyncio.run(repeats.kept(sqlite_db, NOBODY, never)) is None
    with monkeypatch.context() as patched:
        patched.setattr(sqlite_log, "_flush", refuse)
        [told] = asyncio.run(together(sqlite_db, lambda tx: once_made(tx, lost)))
    assert isinstance(told, Unavailable)
    with pytest.raises(Unavailable):
        asyncio.run(repeats.kept(sqlite_db, NOBODY, lost))


def test_a_log_that_may_have_a_gap_is_left_to_the_next_start(
    new_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moved into the file, what is missing in it would be missing there."""

    db = SqliteDatabase(new_file)
    asyncio.run(together(db, brief_make("a")))
    with monkeypatch.context() as patched:
        patched.setattr(sqlite_log, "_flush", refuse)
        asyncio.run(together(db, brief_make("b")))
    db.close()

    assert in_the_file(new_file) == []
    with closing(SqliteDatabase(new_file)) as again:
        assert again.read_now(names) == ["a", "b"]


def test_a_log_that_cannot_be_looked_at_for_a_moment_is_moved_later(
    sqlite_db: SqliteDatabase, new_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()

    def cannot_look(_: Log) -> int:
        if threading.current_thread().name == "writer":  # which moves the rest
            failed.set()
        raise OSError("the disk is away")

    def write_some() -> bool:
        for _ in range(COMMITS // 8):
            asyncio.run(together(sqlite_db, brief_make("a")))
        return failed.is_set()

    with monkeypatch.context() as patched:
        patched.setattr(Log, "_length", cannot_look)
        until(write_some, "that it was to be moved")
    before = salts(new_file)
    until(lambda: write_some() and salts(new_file) != before, "the log began anew")


def test_a_database_that_is_named_by_a_link_is_flushed_where_it_is(
    new_file: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(new_file)
    Path(f"{link}-wal").write_bytes(b"of another time")
    with closing(SqliteDatabase(link)) as db:
        asyncio.run(together(db, brief_make("a")))
        assert db.read_now(names) == ["a"]
        flushed = {Path(found).resolve() for found in Path("/proc/self/fd").iterdir()}
    assert Path(f"{new_file}-wal").resolve() in flushed
    assert Path(f"{link}-wal").resolve() not in flushed


def test_a_log_that_somebody_reads_begins_anew_once_nobody_does(
    sqlite_db: SqliteDatabase, new_file: Path
) -> None:
    def write_one() -> bytes:
        asyncio.run(together(sqlite_db, brief_make("a")))
        return salts(new_file)

    with closing(sqlite3.connect(new_file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM projects").fetchone()
        seen = {write_one() for _ in range(COMMITS + 4 * ANOTHER_TRY)}
        assert len(seen) == 1
    # What was begun is tried again: it is not yet time to begin once more.
    assert {write_one() for _ in range(COMMITS // 2)} - seen


def test_what_was_committed_moves_into_the_file_while_others_write(
    sqlite_db: SqliteDatabase, new_file: Path
) -> None:
    seen: list[bytes] = []
    while len({*seen}) <= 3:
        asyncio.run(together(sqlite_db, brief_make(f"{len(seen)}")))
        seen.append(salts(new_file))
        assert len(seen) < 10 * COMMITS
    written = [f"{n}" for n in range(len(seen))]
    assert sqlite_db.read_now(names) == sorted(written)
    moved = in_the_file(new_file)
    assert moved == written[: len(moved)]
    assert moved
