"""The tables of takes, runs and pauses. The takes are the queue: what stands here is what is so."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from tower_anime.core.tables import Id, Json, Real, id_column, metadata

runs = Table(
    "runs",
    metadata,
    id_column(),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("branch_id", Id, ForeignKey("branches.id"), nullable=False),
    Column("what", Text, nullable=False),
    Column("estimate_seconds", Real),
    Column("started_at", Text, nullable=False),
    Index(None, "project_id", "id"),
    sqlite_autoincrement=True,
)

pauses = Table(
    "pauses",
    metadata,
    id_column(),
    Column("begun_at", Text, nullable=False),
    Column("begun_by", Text),
    Column("ended_at", Text),  # null while it lasts
    sqlite_autoincrement=True,
)

takes = Table(
    "takes",
    metadata,
    id_column(),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("shot_id", Id, ForeignKey("shots.id"), nullable=False),  # for which it was asked
    Column("shot_lineage", Id, nullable=False),  # to which it belongs
    Column("stage", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("run_id", Id, ForeignKey("runs.id")),
    Column("status", Text, nullable=False),
    Column("progress", Real, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("engine", Text, nullable=False),
    Column("seed", Text),  # decimal; an uploaded take has none
    Column("digest", Text),
    Column("plan", Json),
    Column("execution", Json),
    Column("reused_from", Id),
    Column("outputs", Json, nullable=False),
    Column("media_id", Text, ForeignKey("media.id")),
    Column("preview_id", Text, ForeignKey("media.id")),
    Column("error", Json),
    Column("rejected", Boolean, nullable=False),
    Column("worker", Text),
    Column("lease_until", Text),
    Column("cancel_requested", Boolean, nullable=False),
    Column("prompt_id", Text),
    Column("revision", Integer, nullable=False),
    Column("queued_at", Text, nullable=False),
    Column("started_at", Text),
    Column("finished_at", Text),
    Column("engine_id", Id),  # the server that it is with, or was last
    Column("trouble", Json),  # {lost: [engine ids], memory: [engine ids]}: who could not run it
    Column("waits", Json),  # {text, asked}: for an earlier stage's take; null once it is planned
    Column("warnings", Json),  # sentences: how what came back differs from what was asked
    # Takes are begun by (place, id): 0 as they came, below that where somebody wants one sooner.
    Column("place", Integer, nullable=False),
    Index(None, "shot_lineage", "stage", "number", unique=True),
    Index(None, "project_id", "id"),
    # A board counts takes by it without a look at their plans: half the time of 40,000.
    Index(None, "project_id", "shot_lineage", "status", "id"),
    Index(None, "run_id", "id"),
    Index(None, "digest", "seed"),
    Index(
        "ix_takes_unfinished",
        "status",
        "place",
        "id",
        sqlite_where=text("status IN ('queued', 'running')"),
        postgresql_where=text("status IN ('queued', 'running')"),
    ),
    Index(  # whose prompts are still to be called off
        "ix_takes_recalled",
        "id",
        sqlite_where=text("status = 'cancelled' AND prompt_id IS NOT NULL"),
        postgresql_where=text("status = 'cancelled' AND prompt_id IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

# As the partial indexes say it: SQLite uses them for what it is told in their own words.
UNFINISHED = text("takes.status IN ('queued', 'running')")
CANCELLED = text("takes.status = 'cancelled'")
