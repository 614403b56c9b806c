"""Adopting the file `anime.db` of the first service, when ours starts over it."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from tower_anime.core.errors import CannotStart
from tower_anime.core.opening import DATABASE_FILE, add_schema
from tower_anime.core.settings import Settings
from tower_anime.ops.adoption import files, others, schema
from tower_anime.ops.adoption.takeover import Takeover
from tower_anime.ops.adoption.values import decoded

log = logging.getLogger(__name__)


def adopt(settings: Settings) -> None:
    """Make the first service's database ours, where one lies in the data folder.

    Raises `CannotStart` for a file that is neither ours nor the first service's, and where the
    adoption does not succeed; the file, and what lies beside it, is then as it was.
    """
    if settings.database_url is not None:
        return
    path = settings.data_dir / DATABASE_FILE
    try:
        files.finish(path)
        if files.is_sqlite(path):
            _adopt_or_make_way(path)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise CannotStart(f"{path} cannot be taken over: {error}. It is as it was.") from error
    finally:
        files.discard(path)


def _adopt_or_make_way(path: Path) -> None:
    """Look at the file alone, leaving no trace; only what is not plainly ours is copied."""
    try:
        with _opened(path, "mode=ro&immutable=1") as db:
            ours = schema.is_ours(db)
            theirs = others.in_the_way(db) if ours else []
    except sqlite3.DatabaseError:  # what is in a log beside it may mend that
        ours, theirs = False, []
    if not ours:
        _adopt(path)
    elif theirs:
        with _opened(path) as db:
            others.make_way(db, theirs)


def _adopt(path: Path) -> None:
    work = files.working_copy(path, path)
    with _opened(work) as db:
        if schema.is_ours(db) or schema.is_empty(db):
            return
        if not schema.is_first(db):
            raise CannotStart(f"{path} is a database of something else; it was left as it is.")
    with files.keeping(path) as kept:
        log.info("taking over the first service's database; its copy is %s", kept)
        counted = _rebuild(files.working_copy(path, kept))
    files.decide(path)
    if not files.finish(path):
        raise CannotStart(
            f"{path} was written to while it was being taken over; it was left as it is."
            " Stop the service that uses it first."
        )
    told = ", ".join(f"{count} {table}" for table, count in counted.items())
    log.info("took over %s; tower-anime doctor tells what was odd", told)


def _rebuild(work: Path) -> Counter[str]:
    """Make the copy of the old database a database of ours; how many rows of each table it had."""
    with _opened(work) as db:
        wrong = _wrong(db)
        counted = Counter({table: _count(db, table) for table in schema.COLUMNS})
        aside, oddities = others.set_aside(db)
    add_schema(work)
    with _opened(work) as db:
        # Nobody else reads this file, and a start that is interrupted throws it away.
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -262144")  # KiB; rows come in the order of time, not of ids
        db.execute("BEGIN")
        takeover = Takeover(db, aside)
        takeover.run()
        takeover.note([*oddities, *others.settle(db, aside)])
        db.execute("COMMIT")
        _require_whole(db, counted, wrong)
        db.execute("PRAGMA journal_mode = WAL")
    return counted


def _require_whole(db: sqlite3.Connection, counted: Counter[str], wrong: Counter[str]) -> None:
    """Raise where a row is missing, or the file is damaged where the old one was not."""
    for table, count in counted.items():
        if _count(db, table) < count:
            raise sqlite3.DatabaseError(f"not every row of {table} was taken over")
    if found := _wrong(db) - wrong:
        raise sqlite3.DatabaseError(f"the new file is damaged: {next(iter(found))}")


def _count(db: sqlite3.Connection, table: str) -> int:
    found: int = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    return found


def _wrong(db: sqlite3.Connection) -> Counter[str]:
    """What SQLite's own check finds wrong, nothing where the file is whole."""
    found = Counter(row[0] for row in db.execute("PRAGMA integrity_check").fetchall())
    del found["ok"]
    return found


@contextmanager
def _opened(path: Path, how: str = "mode=rw") -> Iterator[sqlite3.Connection]:
    with closing(
        sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
    ) as db:
        db.text_factory = decoded
        yield db
