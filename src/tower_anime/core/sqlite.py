"""SQLite: reads inline or on reader threads, and one writer that commits in groups."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tower_anime.core.crossing import Crossing
from tower_anime.core.database import Job, Listener, P, Query, Reader, T
from tower_anime.core.errors import Unavailable
from tower_anime.core.sqlite_connection import CANNOT_ANSWER, connect
from tower_anime.core.sqlite_writer import Writer

READERS = 4
_BEGINNING = b"SQLite format 3\0"


class SqliteDatabase:
    """A `Database` in one file, for one service."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.listeners: list[Listener] = []
        # Open for as long as the connections are: closing it would let go of their locks.
        self._file = path.open("r+b")
        self._identity = _identity(os.fstat(self._file.fileno()))
        self._inline = threading.local()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._writer = Writer(path, self._file, self._require_file, self.listeners)
        self.crossing = Crossing(self._writer.submit_together)

    async def read(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a quick query inline: four times the throughput of a thread's (measured)."""
        return self.read_now(query, *args, **kwargs)

    async def scan(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on a reader thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._readers, lambda: self.read_now(query, *args, **kwargs)
        )

    def read_now(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on this thread's own connection."""
        self._require_path()
        connection = self._reading_connection()
        with _answering():
            connection.execute("BEGIN")
            try:
                return query(Reader(connection, "sqlite"), *args, **kwargs)
            finally:
                connection.execute("COMMIT")

    def submit(self, job: Job) -> None:
        """Queue a command for the writer."""
        self._writer.submit(job)

    def check(self) -> None:
        """Raise `Unavailable` where the file is gone, was replaced or cannot be read or written."""
        self._writer.check()
        self._require_file()
        with _answering():
            self._reading_connection().execute("SELECT count(*) FROM sqlite_master").fetchone()

    def close(self) -> None:
        """Commit what was submitted, then close."""
        self._writer.close()
        self._readers.shutdown()
        self._file.close()

    def _require_path(self) -> None:
        """Raise `Unavailable` unless the path still names the file that the connections have open.

        SQLite itself goes on with a file that was removed: its commits would be lost.
        """
        try:
            found = _identity(self._path.stat())
        except OSError as error:
            raise Unavailable("The database file is gone.") from error
        if found != self._identity:
            raise Unavailable("The database file was replaced while the service was running.")

    def _require_file(self) -> None:
        """Raise `Unavailable` unless the file is there and begins as a database does."""
        self._require_path()
        try:
            beginning = os.pread(self._file.fileno(), len(_BEGINNING), 0)
        except OSError as error:
            raise Unavailable("The database file cannot be read.") from error
        if beginning != _BEGINNING:
            raise Unavailable("The database file was overwritten while the service was running.")

    def _reading_connection(self) -> sqlite3.Connection:
        try:
            found: sqlite3.Connection = self._inline.connection
        except AttributeError:
            with _answering():
                found = self._inline.connection = connect(self._path, read_only=True)
        return found


def _identity(file: os.stat_result) -> tuple[int, int]:
    return file.st_dev, file.st_ino


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if type(error) not in CANNOT_ANSWER:
            raise
        raise Unavailable("The database cannot answer right now.") from error
