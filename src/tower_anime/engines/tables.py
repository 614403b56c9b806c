"""The table of engines."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text

from tower_anime.core.tables import Json, document_columns, id_column, metadata, times

_LIVE = text("deleted_at IS NULL")

engines = Table(
    "engines",
    metadata,
    id_column(),
    Column("kind", Text, nullable=False),  # comfyui
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    # What the last probe found; not a part of the row's revisions.
    Column("status", Text, nullable=False),  # idle, busy, offline, quarantined
    Column("detail", Text),
    Column("version", Text),
    Column("devices", Json, nullable=False),
    Column("latency_ms", Integer),
    Column("seen_at", Text),
    *times(),
    *document_columns(),
    Index(
        "uq_engines_live_url",
        "url",
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    ),
    sqlite_autoincrement=True,
)
