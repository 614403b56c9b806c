"""Several services on one PostgreSQL database: each hears of what the others commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.core.following import Client, following, log, record
from tests.support.services import PATIENCE
from tower_anime.core import feed
from tower_anime.core.database import Database, Reader, write_now
from tower_anime.core.opening import open_database
from tower_anime.core.postgresql import PostgresqlDatabase
from tower_anime.core.settings import Settings
from tower_anime.core.stream import Hub


@pytest.fixture
def two_databases(
    new_postgresql: Callable[[], str], tmp_path: Path
) -> Iterator[tuple[str, Database, Database]]:
    """One PostgreSQL database, opened twice; and its address."""
    url = new_postgresql()
    opened = [open_database(Settings(data_dir=tmp_path, database_url=url)) for _ in range(2)]
    try:
        yield url, opened[0], opened[1]
    finally:
        for db in opened:
            db.close()


@pytest.fixture
def one_that_listens(
    two_databases: tuple[str, Database, Database],
) -> Iterator[tuple[Database, Database]]:
    """A database that looks at the log only when it is told to, and another service's."""
    url, _, theirs = two_databases
    ours = PostgresqlDatabase(url, look_seconds=10 * PATIENCE)
    try:
        yield ours, theirs
    finally:
        ours.close()


def test_a_client_hears_at_once_of_what_another_service_commits(
    one_that_listens: tuple[Database, Database],
) -> None:
    ours, theirs = one_that_listens

    async def follow(_: Hub, client: Client) -> None:
        for n in range(20):
            await log((ours, theirs)[n % 2], str(n))
            assert await client.text() == str(n)

    following(ours, follow)


def test_a_notification_that_comes_while_the_log_is_read_is_heard(
    one_that_listens: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = one_that_listens
    grown, late, is_read = feed.grown, ["late"], threading.Event()
    readers: dict[threading.Thread, Reader] = {}

    def noted(reader: Reader, after: int) -> tuple[int, set[int]]:
        readers[threading.current_thread()] = reader
        return grown(reader, after)

    def commit_more(_: set[int]) -> None:
        if late and is_read.wait(PATIENCE):
            text = late.pop()
            write_now(theirs, lambda tx: record(tx, text, project_id=1))
            for _ in range(200):  # the notification comes along with one of these
                feed.newest(readers[threading.current_thread()])

    monkeypatch.setattr(feed, "grown", noted)

    async def follow(_: Hub, client: Client) -> None:
        ours.listeners.append(commit_more)
        await log(theirs, "first")
        assert await client.text() == "first"
        is_read.set()
        assert await client.text() == "late"

    following(ours, follow)


def test_what_another_service_commits_is_heard_after_every_connection_was_lost(
    two_databases: tuple[str, Database, Database],
) -> None:
    url, ours, theirs = two_databases

    async def follow(_: Hub, client: Client) -> None:
        for text in ("one", "two"):
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            await log(theirs, text)
            assert await client.text() == text

    following(ours, follow)


def test_what_nobody_notifies_of_is_found_all_the_same(
    two_databases: tuple[str, Database, Database],
) -> None:
    url, ours, _ = two_databases

    async def follow(_: Hub, client: Client) -> None:
        for n in range(2):
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(
                    "INSERT INTO changes (at, project_id, subject, subject_id, verb, text)"
                    " VALUES ('', 1, 'project', 1, 'changed', 'by hand')"
                )
            assert await client.text() == "by hand", n

    following(ours, follow)
