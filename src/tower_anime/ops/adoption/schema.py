"""The first service's tables, how its file is recognised, and names in SQLite files."""

from __future__ import annotations

import sqlite3

from tower_anime.core.tables import metadata

COLUMNS = {
    "projects": {"id", "name", "description", "status", "created_at", "updated_at", "metadata"},
    "characters": {
        "id",
        "project_id",
        "name",
        "description",
        "version",
        "image_path",
        "comfyui_workflow",
        "created_at",
        "updated_at",
    },
    "scenes": {
        "id",
        "project_id",
        "branch_name",
        "scene_number",
        "description",
        "characters",
        "video_path",
        "status",
        "created_at",
        "updated_at",
    },
}


def is_ours(db: sqlite3.Connection) -> bool:
    """Whether migrations have been at work here."""
    return "alembic_version" in names(db, "table")


def is_empty(db: sqlite3.Connection) -> bool:
    """Whether nobody has been at work here yet."""
    return not names(db, "table")


def is_first(db: sqlite3.Connection) -> bool:
    """Whether this is the first service's: its three tables, with their columns and ids."""
    return all(
        wanted <= {name.lower() for name in columns(db, table)}
        and db.execute(
            "SELECT count(*) FROM pragma_table_info(:table) AS i, pragma_table_list(:table) AS t"
            " WHERE lower(i.name) = 'id' AND upper(i.type) = 'INTEGER' AND i.pk = 1 AND t.wr = 0",
            {"table": table},
        ).fetchone()[0]
        for table, wanted in COLUMNS.items()
    )


def our_names() -> set[str]:
    """The names of every table and index of the service that has been imported, which is whole."""
    tables = metadata.tables.values()
    indexes = {str(index.name) for table in tables for index in table.indexes}
    return {"alembic_version", *indexes, *(table.name for table in tables)}


def names(db: sqlite3.Connection, kind: str) -> list[str]:
    """The names of the tables or views; not SQLite's own, nor what virtual tables keep."""
    found = db.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main'"
        " AND type IN (?, 'virtual') AND (type = ? OR ? = 'table') AND name NOT LIKE 'sqlite\\_%'"
        " ESCAPE '\\' ORDER BY name",
        (kind, kind, kind),
    )
    return [row[0] for row in found.fetchall()]


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    """The names of a table's columns, as they are spelled."""
    found = db.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))
    return [row[0] for row in found.fetchall()]


def free(db: sqlite3.Connection, wanted: str) -> str:
    """A name that nothing has: the wanted one, or with a number behind it."""
    taken = {row[0].lower() for row in db.execute("SELECT name FROM sqlite_master").fetchall()}
    taken |= our_names()
    name, number = wanted, 1
    while name.lower() in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def quoted(name: str) -> str:
    """A name as SQL takes any."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
