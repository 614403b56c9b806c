"""What is well in a data folder and what is not. Reads only, beside a running service too."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import column, select, table

from tower_anime.core.database import Reader
from tower_anime.core.opening import DATABASE_FILE, MIGRATIONS
from tower_anime.core.settings import MIB, Settings, without_password
from tower_anime.core.space import free_bytes
from tower_anime.core.sql import Statement
from tower_anime.ops import backup_state, checks, replay
from tower_anime.ops.adoption import files, schema
from tower_anime.ops.checks import Finding, broken, fine, note

Check = Callable[[Reader, Settings], Iterator[Finding]]

OF_ROWS: dict[str, Check] = {
    "integrity": checks.damage,
    "references": checks.broken_references,
    "revisions": checks.unreadable_revisions,
    "change log": replay.rows_unlike_the_log,
    "shots": checks.scenes_without_shots,
    "media": checks.lacking_media,
    "oddities": checks.oddities,
    "scene numbers": checks.repeated_numbers,
    "character names": checks.unknown_names,
}

_REVISION = Statement(select(column("version_num")).select_from(table("alembic_version")))


def diagnose(settings: Settings, *, every_byte: bool = False) -> Iterator[tuple[str, Finding]]:
    """Each check's name with what it found; `every_byte` reads all media, and not just sizes."""
    for finding in folder(settings.data_dir, settings.min_free_bytes):
        yield "data folder", finding
    for finding in backups(settings):
        yield "backups", finding
    try:
        with _reading(settings) as reader:
            found = list(_schema(reader))
            yield from (("schema", finding) for finding in found)
            if all(finding.level == "fine" for finding in found):
                yield from _rows(reader, settings, every_byte)
    except _Unreadable as error:
        yield "schema", error.finding


def _rows(reader: Reader, settings: Settings, every_byte: bool) -> Iterator[tuple[str, Finding]]:
    chosen: dict[str, Check] = {
        **OF_ROWS,
        "media": partial(checks.lacking_media, every_byte=every_byte),
    }
    for name, check in chosen.items():
        nothing = True
        for finding in check(reader, settings):
            nothing = False
            yield name, finding
        if nothing:
            yield name, fine("Nothing was found.")


def folder(path: Path, least: int) -> Iterator[Finding]:
    """Whether the data folder can be written to, and has the room that must stay free."""
    if not path.is_dir():
        yield note(f"{path} is not there yet; the first start makes it.")
        return
    if os.access(path, os.W_OK | os.X_OK):
        yield fine(f"{path} can be written to.")
    else:
        yield broken(f"{path} cannot be written to.")
    free = free_bytes(path)
    told = f"{free // MIB:,} MiB are free on its disk"
    if free < least:
        yield broken(f"{told}; writes are refused below {least // MIB:,}.")
    else:
        yield fine(f"{told}.")


def backups(settings: Settings) -> Iterator[Finding]:
    """How the backups are doing that the service makes by itself, and whether they are apart."""
    found = backup_state.state(settings)
    if found is None:
        yield note("The setting backup_dir is not set: the service makes no backups by itself.")
        return
    yield fine(found.text) if found.well else broken(found.text)
    if not found.folder.is_dir():
        return
    yield fine(f"{free_bytes(found.folder) // MIB:,} MiB are free on their disk.")
    if settings.data_dir.is_dir() and _disk(settings.data_dir) == _disk(found.folder):
        yield note(f"{found.folder} is on the data folder's disk, and would be lost with it.")


def _disk(folder: Path) -> int:
    return folder.stat().st_dev


def _schema(reader: Reader) -> Iterator[Finding]:
    """Whether the database is ours, and of this version."""
    script = ScriptDirectory(str(MIGRATIONS))
    known = [step.revision for step in script.walk_revisions()]
    revision = reader.value(_REVISION)
    if revision == known[0]:
        yield fine(f"The schema is {revision}, the newest.")
    elif revision in known:
        yield note(f"The schema is {revision}; the next start makes it {known[0]}, then ask again.")
    else:
        yield broken(f"The schema is {revision}, which this version does not know.")


class _Unreadable(Exception):
    """The database cannot be looked into; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


@contextmanager
def _reading(settings: Settings) -> Iterator[Reader]:
    """The database at one moment. Raises `_Unreadable`."""
    if settings.database_url is not None:
        with _reading_server(settings.database_url) as reader:
            yield reader
        return
    path = settings.data_dir / DATABASE_FILE
    if not path.exists():
        raise _Unreadable(note(f"{path} is not there yet; the first start makes it."))
    if not files.is_sqlite(path):
        raise _Unreadable(broken(f"{path} is no SQLite database."))
    # Where there is no log, nobody has it open: then a look that leaves no trace will do.
    how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
        ) as connection:
            connection.execute("BEGIN")
            _require_ours(connection, path)
            yield Reader(connection, "sqlite")
    except sqlite3.DatabaseError as error:
        raise _Unreadable(broken(f"{path} cannot be read: {error}.")) from error


def _require_ours(connection: sqlite3.Connection, path: Path) -> None:
    if schema.is_ours(connection):
        return
    if schema.is_first(connection):
        told = note(f"{path} is the first service's; the next start takes it over.")
    elif schema.is_empty(connection):
        told = note(f"{path} is empty; the next start makes the tables.")
    else:
        told = broken(f"{path} is a database of something else.")
    raise _Unreadable(told)


@contextmanager
def _reading_server(url: str) -> Iterator[Reader]:
    import psycopg  # noqa: PLC0415 - an optional extra

    try:
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield Reader(connection, "postgresql")
    except psycopg.errors.UndefinedTable as error:
        text = f"{without_password(url)} has no tables of ours yet; the first start makes them."
        raise _Unreadable(note(text)) from error
    except psycopg.Error as error:
        text = f"{without_password(url)} cannot be read: {error}"
        raise _Unreadable(broken(text.strip())) from error
