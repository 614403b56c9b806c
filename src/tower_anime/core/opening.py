"""Opening the database: which dialect, migrated to the newest schema, a copy kept before that."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from tower_anime.core import clock, sqlite, sqlite_connection
from tower_anime.core.database import Database
from tower_anime.core.errors import CannotStart
from tower_anime.core.settings import Settings, without_password

log = logging.getLogger(__name__)

DATABASE_FILE = "anime.db"
MIGRATIONS = Path(__file__).parent.parent / "migrations"


def open_database(settings: Settings, migrations: Path = MIGRATIONS) -> Database:
    """The database that the settings name, at the newest schema of `migrations`.

    Raises `CannotStart`.
    """
    script = _script(migrations)
    if settings.database_url is None:
        path = settings.data_dir / DATABASE_FILE
        _migrate_file(path, script)
        return sqlite.SqliteDatabase(path)
    from tower_anime.core import postgresql  # noqa: PLC0415 - its driver is an optional extra

    _migrate_server(settings.database_url, script)
    return postgresql.PostgresqlDatabase(settings.database_url)


def _script(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: sa.Connection, script: Config) -> None:
    script.attributes["connection"] = connection
    command.upgrade(script, "head")


def _is_current(connection: sa.Connection, script: Config) -> bool:
    head = ScriptDirectory.from_config(script).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def add_schema(path: Path, migrations: Path = MIGRATIONS) -> None:
    """Make all of our tables, at the newest schema, in a file that has none; its own stay."""
    with _engine("sqlite://", creator=lambda: _connect(path)) as engine, engine.connect() as db:
        _upgrade_file(db, path, _script(migrations))


def _migrate_file(path: Path, script: Config) -> None:
    existed = path.exists() and path.stat().st_size > 0
    if existed:
        _refuse_foreign_file(path, script)
    with _engine("sqlite://", creator=lambda: _connect(path)) as engine, engine.connect() as db:
        if existed and _is_current(db, script):
            return
        if existed:
            log.info("kept a copy of the database before migrating it: %s", _copy(path))
        _upgrade_file(db, path, script)


def _upgrade_file(db: sa.Connection, path: Path, script: Config) -> None:
    """Migrate under one explicit transaction: foreign keys off before, checked before the commit.

    With them on, a batch change of a table would empty the tables that refer to it. And as such a
    change renames tables, it would stop at views over them, which an adopted file may have.
    """
    db.exec_driver_sql("PRAGMA foreign_keys = OFF")
    db.exec_driver_sql("PRAGMA legacy_alter_table = ON")
    db.exec_driver_sql("BEGIN IMMEDIATE")
    broken_before = _broken_references(db)
    _upgrade(db, script)
    broken = _broken_references(db) - broken_before
    if broken:
        db.exec_driver_sql("ROLLBACK")
        raise CannotStart(
            f"Migrating {path} would break {broken.total()} references; it is unchanged."
        )
    db.exec_driver_sql("COMMIT")


def _broken_references(db: sa.Connection) -> Counter[tuple[object, ...]]:
    """The rows that refer to nothing, by table and id; tables of other people may have some."""
    broken: Counter[tuple[object, ...]] = Counter()
    for table in sa.inspect(db).get_table_names():
        quoted = db.dialect.identifier_preparer.quote(table)
        try:
            found = db.exec_driver_sql(f"PRAGMA foreign_key_check({quoted})").fetchall()
        except sa.exc.OperationalError:  # a key of other people's that no table answers to
            continue
        broken.update((row[0], row[1]) for row in found)
    return broken


def _refuse_foreign_file(path: Path, script: Config) -> None:
    """Look without touching: opening a file for writing makes its journal ours."""
    with (
        _engine("sqlite://", creator=lambda: _connect(path, read_only=True)) as engine,
        engine.connect() as db,
    ):
        _refuse_foreign(db, str(path), script)


def _connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    try:
        return sqlite_connection.connect(path, read_only=read_only)
    except sqlite3.DatabaseError as error:
        raise CannotStart(f"{path} is not a database that can be opened: {error}.") from error


def _refuse_foreign(db: sa.Connection, name: str, script: Config) -> None:
    try:
        tables = sa.inspect(db).get_table_names()
    except sa.exc.DatabaseError as error:
        raise CannotStart(f"{name} cannot be read: {error.orig}.") from error
    if not tables:
        return
    if "alembic_version" not in tables:
        raise CannotStart(f"{name} is a database of something else; it was left as it is.")
    known = {step.revision for step in ScriptDirectory.from_config(script).walk_revisions()}
    revision = MigrationContext.configure(db).get_current_revision()
    if revision is not None and revision not in known:
        raise CannotStart(
            f"{name} has the schema {revision!r}, which this version of Tower Anime does not know;"
            " it was left as it is. Start the version that wrote it."
        )


def _copy(path: Path) -> Path:
    """An exact copy beside the file, made by SQLite so that its write-ahead log is in it."""
    copy = path.with_name(f"{path.name}.before-migration-{clock.now().replace(':', '')}")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    shutil.copymode(path, copy)
    return copy


def _migrate_server(url: str, script: Config) -> None:
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    try:
        with _engine(address) as engine, engine.begin() as db:
            # Two services that start at once must not both migrate.
            db.exec_driver_sql("SELECT pg_advisory_xact_lock(7171)")
            if not _is_current(db, script):
                _refuse_foreign(db, without_password(url), script)
                _upgrade(db, script)
    except sa.exc.OperationalError as error:
        raise CannotStart(
            f"The database {without_password(url)} cannot be reached: {error.orig}"
        ) from error


@contextmanager
def _engine(url: str | sa.URL, **options: object) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url, poolclass=sa.NullPool, **options)
    try:
        yield engine
    finally:
        engine.dispose()
