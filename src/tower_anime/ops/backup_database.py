"""A database at one moment: what is counted in it, and how it is copied and checked."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import column, func, select, table, text

from tower_anime.core import clock, sqlite_connection
from tower_anime.core.changes import changes
from tower_anime.core.database import Reader
from tower_anime.core.opening import DATABASE_FILE
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Statement
from tower_anime.media.tables import media
from tower_anime.ops.backup_folder import BackupFailed, Dialect
from tower_anime.ops.tables import OURS

VERSIONS = "alembic_version"

_TABLES = Statement(
    # Not virtual ones, which a table of other people's may be: counting needs their module.
    text(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        " AND substr(name, 1, 7) <> 'sqlite_'"
    ),
    postgresql=text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"),
)
_REVISION = Statement(select(column("version_num")).select_from(table(VERSIONS)))
_BEGAN = Statement(select(changes.c.at).order_by(changes.c.id).limit(1))
_MEDIA = Statement(select(media.c.id, media.c.bytes).where(media.c.present).order_by(media.c.id))


@dataclass(frozen=True)
class Facts:
    """What a copy of a database must agree with."""

    schema_revision: str
    began: str | None
    rows: dict[str, int]  # of each table
    media: dict[str, int]  # the bytes of each medium that is there, by its SHA-256


@dataclass(frozen=True)
class Moment:
    """A database that stands still for as long as it is looked at; others go on writing to it."""

    dialect: Dialect
    at: str
    facts: Facts
    bytes: int  # of the copy, or a little more
    write: Callable[[Path], None]


def facts(reader: Reader, name: str) -> Facts:
    """Count. Raises `BackupFailed` for the database `name` unless it is one of ours."""
    tables = sorted(reader.column(_TABLES))
    if VERSIONS not in tables:
        raise BackupFailed(f"{name} is not a database of Tower Anime.")
    return Facts(
        schema_revision=reader.value(_REVISION),
        began=reader.value(_BEGAN),
        rows={one: reader.value(_count(one)) for one in tables},
        media={row["id"]: row["bytes"] for row in reader.rows(_MEDIA)},
    )


def _count(name: str) -> Statement:
    return Statement(select(func.count()).select_from(table(name)))


def moment(settings: Settings) -> AbstractContextManager[Moment]:
    """The database that the settings name, as it is now. Raises `BackupFailed`."""
    if settings.database_url is None:
        return _sqlite_moment(settings.data_dir / DATABASE_FILE)
    from tower_anime.ops import backup_postgresql  # noqa: PLC0415 - its driver is an optional extra

    return backup_postgresql.moment(settings.database_url)


@contextmanager
def _sqlite_moment(path: Path) -> Iterator[Moment]:
    """One read transaction: in a write-ahead log it holds up no writer."""
    if not path.is_file():
        raise BackupFailed(f"There is nothing to back up: {path} does not exist.")
    with _reading(path) as source:
        found = facts(Reader(source, "sqlite"), str(path))
        pages, size = (
            source.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
        )
        yield Moment("sqlite", clock.now(), found, pages * size, partial(_copy, source, path))


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """One moment of a file. Raises `BackupFailed` where it cannot be read."""
    try:
        with closing(sqlite_connection.connect(path, read_only=True)) as connection:
            connection.execute("BEGIN")
            yield connection
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"{path} cannot be read: {error}.") from error


def _copy(source: sqlite3.Connection, path: Path, target: Path) -> None:
    """Copy page by page, from the moment that `source` has begun to read the file `path`."""
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous = OFF")  # a generation is made durable at its end
            source.backup(copy)
            # One file by itself, which can be read where nothing can be written.
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise BackupFailed(f"The database cannot be copied to {target}: {error}.") from error
    with suppress(OSError):  # some disks keep no modes
        shutil.copymode(path, target)  # whom it was hidden from, its copy is hidden from


def checked(path: Path) -> Facts:
    """Count what a copy holds, having looked through all of it. Raises `BackupFailed`."""
    with _reading(path) as connection:
        (told,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if told != "ok":
            raise BackupFailed(f"{path} is damaged: integrity_check says {told}.")
        found = facts(Reader(connection, "sqlite"), str(path))
        # In tables that came along from the first service, references may always have been broken.
        for name in found.rows.keys() & OURS.keys():
            if connection.execute(f"PRAGMA foreign_key_check({name})").fetchone():
                raise BackupFailed(f"{path} is damaged: foreign_key_check says {name}.")
        return found
