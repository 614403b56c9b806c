"""One interface to the database; SQLite and PostgreSQL are two small dialects of it.

Domain functions are plain and synchronous, and take a `Reader` or a `Transaction` first. Routes
hand them over: `await db.read(story.get_scene, id)`, `await db.write(story.fork, id, name)`.
One write is one transaction, committed before its result is seen. Nobody else opens connections.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Any, Concatenate, NamedTuple, ParamSpec, Protocol, TypeVar

from tower_anime.core import clock
from tower_anime.core.crossing import Crossing, settle_now
from tower_anime.core.sql import Parameters, Row, Statement, Value

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

    def execute(self, sql: str, parameters: Parameters, /) -> Cursor: ...


class Reader:
    """Reads one moment of the database."""

    def __init__(self, connection: Connection, dialect: str) -> None:
        self._connection = connection
        self.dialect = dialect

    def _execute(self, statement: Statement, parameters: Row) -> Cursor:
        sql, bind = statement.compiled(self.dialect)
        return self._connection.execute(sql, bind(parameters))

    def value(self, statement: Statement, **parameters: Value) -> Value:
        """The first column of the first row, or `None` where there is no row."""
        row = self._execute(statement, parameters).fetchone()
        return row[0] if row else None

    def first(self, statement: Statement, **parameters: Value) -> tuple[Value, ...] | None:
        """The first row's columns, or `None`."""
        return self._execute(statement, parameters).fetchone()

    def tuples(self, statement: Statement, **parameters: Value) -> list[tuple[Value, ...]]:
        """Each row's columns."""
        return self._execute(statement, parameters).fetchall()

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


class Context(NamedTuple):
    """Who asks for a write, in which request, and on which conditions.

    `expected` are the entity tags of an If-Match. `around` is called with the transaction and the
    command, inside the transaction, and answers in the command's place.
    """

    actor: str | None = None
    request_id: str | None = None
    expected: frozenset[str] | None = None
    around: Callable[[Transaction, Callable[[Transaction], Any]], Any] | None = None  # any command


NOBODY = Context()


class Transaction(Reader):
    """Reads and writes; carries who, when and for which request."""

    def __init__(self, connection: Connection, dialect: str, context: Context) -> None:
        super().__init__(connection, dialect)
        self.actor = context.actor
        self.request_id = context.request_id
        self.expected = context.expected
        self.now = clock.now()
        self.committed: list[Callable[[], None]] = []
        self.touched: set[int] = set()

    def run(self, statement: Statement, **parameters: Value) -> int:
        """Run a statement; the number of rows that it changed."""
        return self._execute(statement, parameters).rowcount

    def run_with(self, statement: Statement, row: Row) -> None:
        """Run a statement with the values of a row; those that it does not name are left out."""
        self._execute(statement, row)

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


class Size(IntEnum):
    """How much a command does: with whom it may share a commit, and where it may run."""

    BRIEF = 0  # a few rows, whatever is asked of it: an event loop may run it itself
    USUAL = 1
    LARGE = 2  # it has a commit of its own (fork, merge, import)


@dataclass
class Job:
    """A command on its way through a writer."""

    command: Callable[[Transaction], Value]
    context: Context
    size: Size
    settle: Callable[[Value, BaseException | None], None]
    tx: Transaction | None = None

    def run(self, connection: Connection, dialect: str) -> Value:
        """Run the command in a transaction that the writer has begun."""
        self.tx = Transaction(connection, dialect, self.context)
        around = self.context.around
        return self.command(self.tx) if around is None else around(self.tx, self.command)


def tell(committed: Iterable[Job], listeners: list[Listener]) -> None:
    """A commit is done, and those who asked are answered: tell whoever else waits for it."""
    transactions = [job.tx for job in committed if job.tx is not None]
    calls = [call for tx in transactions for call in tx.committed]
    if touched := set().union(*(tx.touched for tx in transactions)):
        calls += [partial(listener, touched) for listener in listeners]
    for call in calls:
        try:
            call()
        except Exception:  # the commit stands, and the writer has others to serve
            log.exception("telling of a commit failed")


class Database(Protocol):
    """What a dialect provides; all else is written once, below and in the domains.

    Each of `listeners` is called after a commit, from the writer's thread, with the projects whose
    change log has grown; it only takes note, and returns.
    """

    dialect: str
    listeners: list[Listener]
    crossing: Crossing[Job]

    async def read(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a quick query: one row, or a list of up to 200."""

    async def scan(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query that may take longer, on a thread of its own."""

    def read_now(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query from a worker thread, and wait for it."""

    def submit(self, job: Job) -> None:
        """Have a command run and committed; `job.settle` is called from any thread."""

    def check(self) -> None:
        """Raise `Unavailable` where the database cannot answer."""

    def close(self) -> None:
        """Finish what is in flight, and let go of the database."""


async def write(
    db: Database, context: Context, command: Command[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run a command in a transaction of its own; returns after its commit."""
    run = partial(call_with, command, args, kwargs)
    return await carry_out(db, context, run, size_of(command))


async def carry_out(
    db: Database, context: Context, run: Callable[[Transaction], T], size: Size
) -> T:
    """As `write`, for a command that has its arguments."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    settle = partial(db.crossing.settle, future)
    db.crossing.send(loop, Job(run, context, size, settle))
    return await future


def call_with(
    command: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any], tx: Transaction
) -> T:  # any command's arguments
    """The result of a command that got its arguments before its transaction."""
    return command(tx, *args, **kwargs)


def write_now(db: Database, command: Command[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a command from a worker thread, on nobody's behalf, and wait for its commit."""
    future: Future[T] = Future()

    def settle(result: T, error: BaseException | None) -> None:
        settle_now(future, result, error)

    db.submit(Job(lambda tx: command(tx, *args, **kwargs), NOBODY, size_of(command), settle))
    return future.result()


_sizes: dict[object, Size] = {}


def brief(command: Command[P, T]) -> Command[P, T]:
    """Mark a command that reads and writes a few rows, whatever it is given."""
    _sizes[command] = Size.BRIEF
    return command


def commits_alone(command: Command[P, T]) -> Command[P, T]:
    """Mark a command that is large enough to have a commit of its own (fork, merge, import)."""
    _sizes[command] = Size.LARGE
    return command


def size_of(command: object) -> Size:
    """How a command is marked."""
    return _sizes.get(command, Size.USUAL)
