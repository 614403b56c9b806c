"""SQLite: reads inline or on reader threads, writes on one thread that commits in groups."""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import InvalidStateError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from tower_anime.core.crossing import Crossing
from tower_anime.core.database import Job, Listener, P, Query, Reader, T
from tower_anime.core.errors import InsufficientStorage, Unavailable

log = logging.getLogger(__name__)

READERS = 4
LOG_PAGES = 8192  # of the write-ahead log, 32 MB, until they are moved into the file
GROUP = 128  # commands that share one commit, at most
# A file that is locked, full, gone or damaged; its subclasses tell of our own mistakes.
CANNOT_ANSWER = (sqlite3.OperationalError, sqlite3.DatabaseError)
BUSY_SECONDS = 10  # a backup or another tool may hold the file's lock for a moment
_BEGINNING = b"SQLite format 3\0"


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection as this service wants it; it may be used from any one thread at a time."""
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,  # transactions are ours, and explicit
        check_same_thread=False,
        cached_statements=512,
        timeout=BUSY_SECONDS,
    )
    connection.execute("PRAGMA foreign_keys = ON")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    else:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    connection.execute("PRAGMA cache_size = -65536")
    # Pages that a savepoint may have to put back; in a file they were 36 writes for each new scene.
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


class SqliteDatabase:
    """A `Database` in one file, for one service."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.listeners: list[Listener] = []
        self.crossing = Crossing(self.submit)
        self._writer = connect(path)
        # Open for as long as the connections are: closing it would let go of their locks.
        self._file = path.open("rb")
        self._identity = _identity(os.fstat(self._file.fileno()))
        self._inline = threading.local()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._group: deque[Job] = deque()  # what the writer has in hand and has not answered
        self._thread = threading.Thread(target=self._write_forever, name="writer")
        self._thread.start()

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
        self._jobs.put(job)

    def check(self) -> None:
        """Raise `Unavailable` where the file is gone, was replaced or cannot be read or written."""
        if not self._thread.is_alive():
            raise Unavailable("The database's writer has ended.")
        self._require_file()
        with _answering():
            self._reading_connection().execute("SELECT count(*) FROM sqlite_master").fetchone()

    def close(self) -> None:
        """Commit what was submitted, then close."""
        self._jobs.put(None)
        self._thread.join()
        self._readers.shutdown()
        with suppress(sqlite3.DatabaseError):  # then the log beside the file keeps what is in it
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._writer.close()
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

    def _write_forever(self) -> None:
        while (first := self._jobs.get()) is not None:
            group, stop = self._gather(first)
            self._group.extend(group)
            try:
                self._commit_together()
            except Exception as error:  # whatever nobody foresaw: others wait for this thread
                log.exception("the writer stumbled, and goes on")
                while self._group:
                    self._answer(None, error)
            if stop:
                break

    def _gather(self, first: Job) -> tuple[list[Job], bool]:
        """The commands that wait now and may share a commit; whether to stop after them."""
        group = [first]
        while len(group) < GROUP and not group[-1].alone:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _commit_together(self) -> None:
        if len(self._group) == 1 or self._group[-1].alone:
            self._commit_one_by_one()
            return
        try:
            self._begin()
            results = [self._run_in_savepoint(job) for job in self._group]
            self._writer.execute("COMMIT")
        except (sqlite3.Error, Unavailable) as error:
            log.warning("a group of %d commands did not commit: %s", len(self._group), error)
            self._roll_back()
            self._commit_one_by_one()  # one of them may be what the disk has no room for
            return
        for result, failure in results:
            self._answer(result, failure)

    def _run_in_savepoint(self, job: Job) -> tuple[object, BaseException | None]:
        self._writer.execute("SAVEPOINT job")
        try:
            result = job.run(self._writer, self.dialect)
        except Exception as error:
            if not self._writer.in_transaction:  # a full disk ends the whole transaction
                raise sqlite3.OperationalError("the transaction is gone") from error
            self._writer.execute("ROLLBACK TO job")
            self._writer.execute("RELEASE job")
            return None, error
        self._writer.execute("RELEASE job")
        return result, None

    def _commit_one_by_one(self) -> None:
        while self._group:
            self._answer(*self._commit(self._group[0]))

    def _commit(self, job: Job) -> tuple[object, BaseException | None]:
        try:
            self._begin()
            result = job.run(self._writer, self.dialect)
            self._writer.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - the caller gets it; the thread must go on
            self._roll_back()
            return None, error
        return result, None

    def _answer(self, result: object, failure: BaseException | None) -> None:
        """Answer the first of the group that has no answer yet."""
        job = self._group.popleft()
        try:
            if failure is None:
                job.succeed(result, self.listeners)
            else:
                job.settle(None, _as_ours(failure))
        except (RuntimeError, InvalidStateError) as error:  # its event loop has ended, or it has
            log.warning("nobody waits for an answer any more: %s", error)

    def _begin(self) -> None:
        self._roll_back()  # where an earlier attempt at that failed
        self._require_file()
        self._writer.execute("BEGIN IMMEDIATE")

    def _roll_back(self) -> None:
        try:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
        except sqlite3.Error as error:
            log.warning("a transaction could not be rolled back: %s", error)


def _identity(file: os.stat_result) -> tuple[int, int]:
    return file.st_dev, file.st_ino


def _as_ours(error: BaseException) -> BaseException:
    """The driver's own errors as ours; all else unchanged."""
    if type(error) in CANNOT_ANSWER:
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        unavailable = (
            InsufficientStorage("The disk is full; nothing was written.")
            if full
            else Unavailable("The database cannot be written to right now.")
        )
        unavailable.__cause__ = error
        return unavailable
    return error


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if type(error) not in CANNOT_ANSWER:
            raise
        raise Unavailable("The database cannot answer right now.") from error
