"""The table of characters; their versions are in the change log's revisions."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from tower_anime.core.tables import Id, Json, document_columns, id_column, metadata, times

characters = Table(
    "characters",
    metadata,
    id_column(),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("version", Integer, nullable=False),
    Column("image_path", Text),
    Column("media_id", Text, ForeignKey("media.id")),
    Column("comfyui_workflow", Text),
    Column("prompt", Text),
    Column("negative_prompt", Text),
    Column("loras", Json, nullable=False),
    Column("looks", Json, nullable=False),
    *times(),
    *document_columns(),
    Index(None, "created_at", "id"),
    Index(None, "project_id", "created_at", "id"),
    sqlite_autoincrement=True,
)
