"""The table of workflows; their earlier versions are in the change log's revisions."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from tower_anime.core.tables import Id, Json, document_columns, id_column, metadata, times

workflows = Table(
    "workflows",
    metadata,
    id_column(),
    Column("project_id", Id, ForeignKey("projects.id")),  # null: for every project
    Column("name", Text, nullable=False),
    Column("graph", Json, nullable=False),  # API format: {node: {class_type, inputs, _meta}}
    Column("bindings", Json, nullable=False),  # {name: [{node, input, rule}]}, as confirmed
    Column("origin", Text, nullable=False),  # what it was imported from: api, editor, png…
    *times(),
    *document_columns(),
    Index(None, "project_id", "id"),
    sqlite_autoincrement=True,
)
