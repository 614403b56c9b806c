"""The table of cuts; like the takes', it is a queue of its own."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from tower_anime.core.tables import Id, Json, Real, document_columns, id_column, metadata, times

_UNFINISHED = text("status IN ('queued', 'running')")

cuts = Table(
    "cuts",
    metadata,
    id_column(),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("branch_id", Id, ForeignKey("branches.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("follows_branch", Boolean, nullable=False),  # until somebody edits its items
    Column("items", Json, nullable=False),
    Column("duration", Real, nullable=False),
    Column("plan", Json),  # what is to be assembled, as it was when that was asked for
    Column("report", Json),  # what became of it: copied, encoded, slates
    Column("status", Text, nullable=False),
    Column("progress", Real, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("worker", Text),
    Column("lease_until", Text),
    Column("cancel_requested", Boolean, nullable=False),
    Column("started_at", Text),
    Column("media_id", Text, ForeignKey("media.id")),
    Column("error", Json),
    *times(),
    *document_columns(),
    Index(None, "project_id", "id"),
    Index(
        "ix_cuts_unfinished",
        "status",
        "id",
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    ),
    sqlite_autoincrement=True,
)
