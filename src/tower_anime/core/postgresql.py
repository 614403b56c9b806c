"""PostgreSQL 15+: a pool of threads, each with its own connection.

Writers take one advisory lock first and hold it to the commit. So changes get their ids in the
order of their commits, a writer sees all that earlier ones wrote, and nothing has to be retried:
what one thread does for SQLite, the lock does here (see docs/adr/0003). Other services may write to
the same database: listeners hear of everybody's commits on one road (see `core.notifications`).
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg

from tower_anime.core import feed
from tower_anime.core.crossing import Crossing
from tower_anime.core.database import Job, Listener, P, Query, Reader, T, tell
from tower_anime.core.errors import Unavailable
from tower_anime.core.notifications import CHANNEL, LOOK_SECONDS, Notifications

log = logging.getLogger(__name__)

THREADS = 8
WRITE_LOCK = 0x746F776572  # "tower"
# The server is away, or in a state of which a new connection may know better: a standby that was
# promoted meanwhile, a database that only reads, a transaction that has failed.
CANNOT_ANSWER = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)


class PostgresqlDatabase:
    """A `Database` on a PostgreSQL server, for one service or many.

    Commits that nobody notifies of are found within `look_seconds`.
    """

    dialect = "postgresql"

    def __init__(self, url: str, look_seconds: float = LOOK_SECONDS) -> None:
        self._url = url
        self.listeners: list[Listener] = []
        self.crossing = Crossing(self._submit_together)
        self._local = threading.local()
        self._open: set[psycopg.Connection] = set()
        self._readers = ThreadPoolExecutor(THREADS, thread_name_prefix="reader")
        self._writers = ThreadPoolExecutor(THREADS // 2, thread_name_prefix="writer")
        seen = self.read_now(feed.newest)
        self._notifications = Notifications(url, self.listeners, seen, look_seconds)

    async def read(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on a reader thread: the server is a round trip away."""
        return await self.scan(query, *args, **kwargs)

    async def scan(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on a reader thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self._read(query, *args, **kwargs))

    def read_now(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on a reader thread, and wait: other threads come and go, connections stay."""
        return self._readers.submit(lambda: self._read(query, *args, **kwargs)).result()

    def _read(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on this thread's own connection, at one moment of the database."""
        with self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as connection:
            return query(Reader(connection, "postgresql"), *args, **kwargs)

    def submit(self, job: Job) -> None:
        """Queue a command for the writers."""
        self._writers.submit(self._write, job)

    def _submit_together(self, _: asyncio.AbstractEventLoop, jobs: list[Job]) -> None:
        for job in jobs:
            self.submit(job)

    def check(self) -> None:
        """Raise `Unavailable` where the server cannot answer."""
        self.read_now(lambda _: None)

    def close(self) -> None:
        """Commit what was submitted, then close."""
        self._writers.shutdown()
        self._notifications.close()
        self._readers.shutdown()
        for connection in list(self._open):
            connection.close()

    def _write(self, job: Job) -> None:
        try:
            with self._transaction("BEGIN") as connection:
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITE_LOCK,))
                result = job.run(connection, self.dialect)
                if job.tx is not None and job.tx.touched:
                    connection.execute(f"NOTIFY {CHANNEL}")
        except Exception as error:  # noqa: BLE001 - the caller gets it; the thread must go on
            job.settle(None, error)
            return
        job.settle(result, None)
        tell([job], [])  # the listeners hear of it as they hear of others' commits

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[psycopg.Connection]:
        try:
            connection = self._begun(begin)
            try:
                yield connection
            except BaseException:
                if not connection.closed:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except CANNOT_ANSWER as error:
            self._drop_connection()
            raise Unavailable("The database cannot answer right now.") from error

    def _begun(self, begin: str) -> psycopg.Connection:
        """A connection in a transaction; once more where the server has restarted meanwhile."""
        connection = self._connection()
        try:
            connection.execute(begin)
        except psycopg.OperationalError:
            connection.close()
            connection = self._connection()
            connection.execute(begin)
        return connection

    def _drop_connection(self) -> None:
        connection: psycopg.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()

    def _connection(self) -> psycopg.Connection:
        """This thread's connection, made anew where the server has dropped it."""
        connection: psycopg.Connection | None = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            if connection is not None:
                self._open.discard(connection)
            connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
            self._local.connection = connection
            self._open.add(connection)
        return connection
