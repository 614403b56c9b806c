"""The tables of branches, scenes and shots."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from tower_anime.core.tables import Id, Json, Real, document_columns, id_column, metadata, times

_LIVE = text("deleted_at IS NULL")

branches = Table(
    "branches",
    metadata,
    id_column(),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),  # the name in NFC, by which it is found
    Column("parent_id", Id, ForeignKey("branches.id")),
    Column("forked_at", Id),  # the change it was forked at
    Column("description", Text),
    *times(),
    *document_columns(),
    Index(
        "uq_branches_live_name",
        "project_id",
        "name_key",
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    ),
    sqlite_autoincrement=True,
)

scenes = Table(
    "scenes",
    metadata,
    id_column(),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("branch_id", Id, ForeignKey("branches.id"), nullable=False),
    Column("lineage", Id, nullable=False),  # the id of its first bearer, on whichever branch
    Column("scene_number", Integer, nullable=False),
    Column("position", Real, nullable=False),
    Column("episode", Integer),
    Column("description", Text, nullable=False),
    Column("characters", Json, nullable=False),
    Column("video_path", Text),
    Column("video_pinned", Boolean, nullable=False),  # somebody wrote it: it follows no take
    Column("status", Text, nullable=False),
    Column("workflow_id", Id),  # null: its shots' own, or the project's
    Column("shown", Json, nullable=False),  # the scene as callers see it (see core.documents)
    *times(),
    *document_columns(),
    Index(None, "scene_number", "id"),
    Index(None, "branch_id", "scene_number", "id"),
    Index(None, "project_id", "scene_number", "id"),
    sqlite_autoincrement=True,
)

# What callers see of a scene, in this order; its branch's name is joined to it.
SHOWN = (
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
    "lineage",
    "position",
    "episode",
    "revision",
    "deleted_at",
    "workflow_id",
)

shots = Table(
    "shots",
    metadata,
    id_column(),
    Column("scene_id", Id, ForeignKey("scenes.id"), nullable=False),
    Column("lineage", Id, nullable=False),
    Column("shot_number", Integer, nullable=False),
    Column("position", Real, nullable=False),
    Column("description", Text, nullable=False),
    Column("prompt", Text),
    Column("negative_prompt", Text),
    Column("dialogue", Json, nullable=False),
    Column("duration", Real, nullable=False),
    Column("camera", Text, nullable=False),
    Column("seed", Text),  # decimal; ComfyUI's go up to 2^64 - 1
    Column("cast", Json, nullable=False),
    Column("inputs", Json, nullable=False),
    Column("stages", Json, nullable=False),
    Column("approved_take_id", Id),  # a take's; a reference upward has no foreign key
    *times(),
    *document_columns(),
    Index(None, "scene_id"),
    Index(None, "lineage"),
    sqlite_autoincrement=True,
)

tags = Table(
    "tags",
    metadata,
    id_column(),
    Column("branch_id", Id, ForeignKey("branches.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),  # in NFC
    Column("change_id", Id, nullable=False),  # the branch as it was after this change
    Column("created_at", Text, nullable=False),
    Column("actor", Text),
    Index("uq_tags_branch_id_name_key", "branch_id", "name_key", unique=True),
    sqlite_autoincrement=True,
)

merges = Table(
    "merges",
    metadata,
    id_column(),
    Column("change_id", Id, nullable=False),  # from which on it holds
    Column("project_id", Id, nullable=False),
    Column("branch_id", Id, nullable=False),  # into which it came
    Column("source_id", Id, nullable=False),  # which branch, and after which of its changes
    Column("source_change_id", Id, nullable=False),
    Column("ended_by", Id),  # the change that undid it: after that, it is no ancestor any more
    Index(None, "project_id"),
    Index(None, "branch_id"),
    sqlite_autoincrement=True,
)
