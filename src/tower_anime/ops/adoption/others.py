"""What else people had put into the first service's file, and room for our own tables.

The first service's three tables are set aside under other names until their rows are taken over.
All else comes along as it is: tables with their rows and indexes, and views that still work. Where
a name is one of ours, now or in a later version, theirs is put behind `first_`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from tower_anime.core.tables import metadata
from tower_anime.ops.adoption import schema
from tower_anime.ops.adoption.values import Oddity

_NAME = r'"(?:[^"]|"")*"|\[[^\]]*\]|`(?:[^`]|``)*`|[^\s("]+'
_HEAD = re.compile(rf"(CREATE (?:UNIQUE )?(?:INDEX|VIEW) )(?:{_NAME})", re.IGNORECASE)


def set_aside(db: sqlite3.Connection) -> tuple[dict[str, str], list[Oddity]]:
    """Make room for our schema; where each of the three tables is now, and what is to be told."""
    # So that a renamed table takes nothing along: what names `scenes` shall find ours.
    db.execute("PRAGMA legacy_alter_table = ON")
    oddities = list(_drop_what_acts_on_them(db))
    aside = {table: schema.free(db, f"first_{table}") for table in schema.COLUMNS}
    for table, name in aside.items():
        db.execute(f"ALTER TABLE {schema.quoted(table)} RENAME TO {schema.quoted(name)}")
    for kind in ("table", "view"):
        theirs = [name for name in schema.names(db, kind) if name not in aside.values()]
        oddities += [_came_along(kind, name, give_way(db, kind, name)) for name in theirs]
    return aside, oddities


def _drop_what_acts_on_them(db: sqlite3.Connection) -> Iterator[Oddity]:
    """Drop the three tables' indexes, and all triggers: they would act on rows of ours."""
    for kind, name, sql in db.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type = 'trigger'"
        " OR type = 'index' AND sql IS NOT NULL AND lower(tbl_name) IN (?, ?, ?)",
        list(schema.COLUMNS),
    ).fetchall():
        db.execute(f"DROP {kind.upper()} {schema.quoted(name)}")
        yield Oddity(kind, 0, name, sql, f"The {kind} {name} was dropped: rows are kept otherwise.")


def _came_along(kind: str, name: str, kept_as: str) -> Oddity:
    if kept_as == name:
        return Oddity(kind, 0, name, None, f"The {kind} {name} is none of ours; it is kept.")
    return Oddity(kind, 0, kept_as, name, f"The {kind} {name} is kept as {kept_as}: we have one.")


def give_way(db: sqlite3.Connection, kind: str, name: str) -> str:
    """Rename a table or a view, and a table's indexes, where their names are ours; its name."""
    ours = schema.our_names()
    if kind == "table":
        for index, sql in db.execute(
            "SELECT name, sql FROM sqlite_master"
            " WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?",
            (name,),
        ).fetchall():
            if index.lower() in ours:
                _recreate(db, "INDEX", index, sql)
    if name.lower() not in ours:
        return name
    if kind == "view":
        query = "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?"
        return _recreate(db, "VIEW", name, db.execute(query, (name,)).fetchone()[0])
    new = schema.free(db, f"first_{name}")
    db.execute(f"ALTER TABLE {schema.quoted(name)} RENAME TO {schema.quoted(new)}")
    return new


def in_the_way(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Tables and views that came along, and have a name that this version uses itself.

    It is only before the migration that makes our own: then nothing of that name has our columns.
    """
    if "oddities" not in schema.names(db, "table"):
        return []
    recorded = db.execute("SELECT subject, field FROM oddities WHERE subject IN ('table', 'view')")
    return [
        (kind, name)
        for kind, name in recorded.fetchall()
        if name in metadata.tables
        and name in schema.names(db, kind)
        and not set(metadata.tables[name].columns.keys()) <= set(schema.columns(db, name))
    ]


def make_way(db: sqlite3.Connection, theirs: list[tuple[str, str]]) -> None:
    """Rename what is in the way of a later version's tables, and note its new name."""
    db.execute("PRAGMA legacy_alter_table = ON")
    db.execute("BEGIN IMMEDIATE")
    for kind, name in theirs:
        new = give_way(db, kind, name)
        of_it = (new, kind, name)
        db.execute("UPDATE oddities SET field = ? WHERE subject = ? AND field = ?", of_it)
    db.execute("COMMIT")


def _recreate(db: sqlite3.Connection, kind: str, name: str, sql: str) -> str:
    new = schema.free(db, f"first_{name}")
    db.execute(f"DROP {kind} {schema.quoted(name)}")
    db.execute(_HEAD.sub(lambda head: head[1] + schema.quoted(new), sql, count=1))
    return new


def settle(db: sqlite3.Connection, aside: dict[str, str]) -> Iterator[Oddity]:
    """Drop the tables that were set aside; one with columns of somebody else's stays, whole.

    What does not fit our tables goes: keys, and views, which would stop later migrations.
    """
    for table, name in aside.items():
        extra = [c for c in schema.columns(db, name) if c.lower() not in schema.COLUMNS[table]]
        if extra:
            text = f"{table} had more columns ({', '.join(extra)}); it is kept whole as {name}."
            yield Oddity("table", 0, name, table, text)
        else:
            db.execute(f"DROP TABLE {schema.quoted(name)}")
    for table in sorted(set(schema.names(db, "table")) - set(metadata.tables)):
        if _refers_to_nothing(db, table):
            yield _without_keys(db, table)
    views = "SELECT name, sql FROM sqlite_master WHERE type = 'view'"
    for name, sql in db.execute(views).fetchall():
        try:
            db.execute(f"SELECT * FROM {schema.quoted(name)} LIMIT 0")  # noqa: S608 - quoted
        except sqlite3.OperationalError as error:
            db.execute(f"DROP VIEW {schema.quoted(name)}")
            text = f"The view {name} does not work over our tables, and was dropped: {error}."
            yield Oddity("view", 0, name, sql, text)


def _refers_to_nothing(db: sqlite3.Connection, table: str) -> bool:
    """Whether rows of a table point nowhere, or its keys fit no column of ours."""
    try:
        found = db.execute("SELECT 1 FROM pragma_foreign_key_check(?)", (table,)).fetchone()
    except sqlite3.OperationalError:
        return True
    return found is not None


def _without_keys(db: sqlite3.Connection, table: str) -> Oddity:
    """Make a table anew without its constraints: the first service did not enforce them.

    Ours does, and a key that fits nothing would refuse each change of the table it names.
    """
    parts = db.execute(
        "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
        " ORDER BY type = 'index'",
        (table,),
    ).fetchall()
    new = schema.quoted(schema.free(db, "first_without_keys"))
    db.execute("PRAGMA legacy_alter_table = ON")
    db.execute(f"CREATE TABLE {new} AS SELECT * FROM {schema.quoted(table)}")  # noqa: S608 - quoted
    db.execute(f"DROP TABLE {schema.quoted(table)}")
    db.execute(f"ALTER TABLE {new} RENAME TO {schema.quoted(table)}")
    (_, sql), *indexes = parts
    for _, index in indexes:
        db.execute(index)
    text = f"Rows of {table} refer to what is not there; it is kept without its constraints."
    return Oddity("constraint", 0, table, sql, text)
