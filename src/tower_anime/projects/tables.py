"""The table of projects."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from tower_anime.core.tables import Json, document_columns, id_column, metadata, times

projects = Table(
    "projects",
    metadata,
    id_column(),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("status", Text, nullable=False),
    Column("metadata", Json),
    Column("settings", Json, nullable=False),
    *times(),
    *document_columns(),
    Index(None, "created_at", "id"),
    sqlite_autoincrement=True,
)
