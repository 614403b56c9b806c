"""PostgreSQL at one moment, with its own tools: `pg_dump` and `pg_restore`.

What DBOS keeps (its schema `dbos`) is left out, as its file is on SQLite: the takes are the truth,
and a restored service begins what they say is running.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tower_anime.core import clock
from tower_anime.core.database import Reader
from tower_anime.core.settings import without_password
from tower_anime.ops.backup_database import Facts, Moment, facts
from tower_anime.ops.backup_folder import BackupFailed


@contextmanager
def moment(url: str) -> Iterator[Moment]:
    """One snapshot, which the dump shares. Raises `BackupFailed`."""
    tool = _tool("pg_dump")
    with _reading(url) as connection:
        snapshot, size = _first(
            connection, "SELECT pg_export_snapshot(), pg_database_size(current_database())"
        )
        found = facts(Reader(connection, "postgresql"), without_password(url))
        write = partial(_dump, tool, url, str(snapshot))
        yield Moment("postgresql", clock.now(), found, int(str(size)), write)


def require_empty(url: str) -> None:
    """Raise `BackupFailed` unless a dump could be restored into the database."""
    _tool("pg_restore")
    with _reading(url) as connection:
        tables = _first(
            connection, "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
        )
    if tables != (0,):
        raise BackupFailed(
            f"The database {without_password(url)} is not empty; create a new one for what is"
            " restored, and name it with --database-url."
        )


def restore(dump: Path, url: str) -> Facts:
    """Fill an empty database from a dump, wholly or not at all, and count what it holds then."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run([_tool("pg_restore"), *options, *_database(url), str(dump)], url)
    with _reading(url) as connection:
        return facts(Reader(connection, "postgresql"), without_password(url))


def _dump(tool: str, url: str, snapshot: str, target: Path) -> None:
    options = ["--format=custom", "--no-owner", "--no-privileges", "--exclude-schema=dbos"]
    _run([tool, *options, f"--snapshot={snapshot}", f"--file={target}", *_database(url)], url)


@contextmanager
def _reading(url: str) -> Iterator[psycopg.Connection]:
    try:
        with closing(psycopg.connect(url, autocommit=True, connect_timeout=5)) as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield connection
    except psycopg.Error as error:
        raise BackupFailed(
            f"The database {without_password(url)} cannot be read: {error}"
        ) from error


def _first(connection: psycopg.Connection, sql: str) -> tuple[object, ...]:
    row = connection.execute(sql.encode()).fetchone()
    return () if row is None else row


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupFailed(
            f"{name} is not on the PATH; install PostgreSQL's client programs, of the server's"
            " version or newer. Or back up by hand: `pg_dump --format=custom --exclude-schema=dbos"
            " --file=anime.dump` first, then a copy of the folder media in the data folder."
        )
    return found


def _database(url: str) -> Sequence[str]:
    """The option that names the database; its password is told where other users cannot see it."""
    return ["--no-password", "--dbname", make_conninfo(**_parts(url)[0])]


def _parts(url: str) -> tuple[dict[str, str], str | None]:
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    password = parts.pop("password", None)
    return parts, password


def _run(command: Sequence[str], url: str) -> None:
    password = _parts(url)[1]
    environment = {**os.environ, **({} if password is None else {"PGPASSWORD": password})}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own tool, without a shell
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        name = Path(command[0]).name
        said = " ".join(done.stderr.split())
        raise BackupFailed(f"{name} failed on {without_password(url)}: {said}")
