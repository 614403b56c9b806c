"""One interface to the database; SQLite and PostgreSQL are two small dialects of it.

Domain functions are plain and synchronous, and take a `Reader` or a `Transaction` first. Routes
hand them over: `await db.read(story.get_scene, id)`, `await db.write(story.fork, id, name)`.
One write is one transaction, committed before its result is seen. Nobody else opens connections.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from tower_anime.core import clock
from tower_anime.core.sql import Row, Statement, Value

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Cursor(Protocol):
    """What both drivers' cursors offer."""

    @property
    def description(self) -> Sequence[Sequence[Value]] | None: ...
    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> tuple[Value, ...] | None: ...
    def fetchall(self) -> list[tuple[Value, ...]]: ...


class Connection(Protocol):
    """What both drivers' connections offer."""

    def execute(self, sql: str, parameters: Row, /) -> Cursor: ...


class Reader:
    """Reads one moment of the database."""

    def __init__(self, connection: Connection, dialect: str) -> None:
        self._connection = connection
        self.dialect = dialect

    def _execute(self, statement: Statement, parameters: Row) -> Cursor:
        sql, constants = statement.compiled(self.dialect)
        return self._connection.execute(sql, {**constants, **parameters})

    def value(self, statement: Statement, **parameters: Value) -> Value:
        """The first column of the first row, or `None` where there is no row."""
        row = self._execute(statement, parameters).fetchone()
        return row[0] if row else None

    def column(self, statement: Statement, **parameters: Value) -> list[Value]:
        """The first column of each row."""
        return [row[0] for row in self._execute(statement, parameters).fetchall()]

    def row(self, statement: Statement, **parameters: Value) -> Row | None:
        """The first row by its columns' names, or `None`."""
        rows = self.rows(statement, **parameters)
        return rows[0] if rows else None

    def rows(self, statement: Statement, **parameters: Value) -> list[Row]:
        """Each row by its columns' names."""
        cursor = self._execute(statement, parameters)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Context:
    """Who asks for a write, and in which request."""

    actor: str | None = None
    request_id: str | None = None


NOBODY = Context()


class Transaction(Reader):
    """Reads and writes; carries who, when and for which request."""

    def __init__(self, connection: Connection, dialect: str, context: Context) -> None:
        super().__init__(connection, dialect)
        self.actor = context.actor
        self.request_id = context.request_id
        self.now = clock.now()
        self.committed: list[Callable[[], None]] = []
        self.touched: set[int] = set()

    def run(self, statement: Statement, **parameters: Value) -> int:
        """Run a statement; the number of rows that it changed."""
        return self._execute(statement, parameters).rowcount

    def insert(self, statement: Statement, row: Row) -> Value:
        """Insert a row; its automatic id, where its table has one."""
        cursor = self._execute(statement, row)
        if isinstance(cursor, sqlite3.Cursor):
            return cursor.lastrowid
        found = cursor.fetchone() if cursor.description else None
        return found[0] if found else None

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have `call` made once this transaction is committed: wake a queue, tell somebody."""
        self.committed.append(call)


Query = Callable[Concatenate[Reader, P], T]
Command = Callable[Concatenate[Transaction, P], T]


Listener = Callable[[set[int]], None]

# Turns of the event loop that a command waits before it is handed over, so that requests that came
# together are read together and share a commit. Handed over one by one, the writer and the loop
# took turns at the interpreter for each statement: 570 scenes a second instead of 880.
GATHERING_TURNS = 3


@dataclass
class Job:
    """A command on its way through a writer."""

    command: Callable[[Transaction], Value]
    context: Context
    alone: bool
    settle: Callable[[Value, BaseException | None], None]
    tx: Transaction | None = None

    def run(self, connection: Connection, dialect: str) -> Value:
        """Run the command in a transaction that the writer has begun."""
        self.tx = Transaction(connection, dialect, self.context)
        return self.command(self.tx)

    def succeed(self, result: Value, listeners: list[Listener]) -> None:
        """The commit is done: answer, then tell whoever waits for it."""
        self.settle(result, None)
        if self.tx is None:
            return
        calls = list(self.tx.committed)
        if touched := self.tx.touched:
            calls += [partial(listener, touched) for listener in listeners]
        for call in calls:
            try:
                call()
            except Exception:  # the commit stands, and the writer has others to serve
                log.exception("telling of a commit failed")


Settled = tuple[asyncio.Future[Any], Value, BaseException | None]


class Answers:
    """Results on their way from a writer's thread to the event loops that wait for them.

    Those of one commit wake a loop once.
    """

    def __init__(self) -> None:
        self._waiting: dict[asyncio.AbstractEventLoop, list[Settled]] = {}
        self._lock = threading.Lock()

    def put(self, future: asyncio.Future[Any], result: Value, error: BaseException | None) -> None:
        """Have a future settled on its own loop; called from any thread."""
        loop = future.get_loop()
        with self._lock:
            waiting = self._waiting.setdefault(loop, [])
            waiting.append((future, result, error))
        if len(waiting) == 1:
            loop.call_soon_threadsafe(self._deliver, loop)

    def _deliver(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            waiting = self._waiting.pop(loop, [])
        for settled in waiting:
            _settle(*settled)


class Database(Protocol):
    """What a dialect provides; all else is written once, below and in the domains.

    Each of `listeners` is called after a commit, from the writer's thread, with the projects whose
    change log has grown; it only takes note, and returns.
    """

    dialect: str
    listeners: list[Listener]
    answers: Answers

    async def read(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a quick query: one row, or a list of up to 200."""

    async def scan(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query that may take longer, on a thread of its own."""

    def read_now(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query from a worker thread, and wait for it."""

    def submit(self, job: Job) -> None:
        """Have a command run and committed; `job.settle` is called from the writer's thread."""

    def check(self) -> None:
        """Raise `Unavailable` where the database cannot answer."""

    def close(self) -> None:
        """Finish what is in flight, and let go of the database."""


async def write(
    db: Database, context: Context, command: Command[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run a command in a transaction of its own; returns after its commit."""
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    settle = partial(db.answers.put, future)
    job = Job(lambda tx: command(tx, *args, **kwargs), context, _alone(command), settle)
    for _ in range(GATHERING_TURNS):
        await asyncio.sleep(0)
    db.submit(job)
    return await future


def write_now(db: Database, command: Command[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a command from a worker thread, on nobody's behalf, and wait for its commit."""
    future: Future[T] = Future()

    def settle(result: T, error: BaseException | None) -> None:
        _settle(future, result, error)

    db.submit(Job(lambda tx: command(tx, *args, **kwargs), NOBODY, _alone(command), settle))
    return future.result()


def _settle(future: asyncio.Future[T] | Future[T], result: T, error: BaseException | None) -> None:
    if future.cancelled():  # the client went away; what was committed stays committed
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


_commits_alone: set[object] = set()


def commits_alone(command: Command[P, T]) -> Command[P, T]:
    """Mark a command that is large enough to have a commit of its own (fork, merge, import)."""
    _commits_alone.add(command)
    return command


def _alone(command: object) -> bool:
    return command in _commits_alone
