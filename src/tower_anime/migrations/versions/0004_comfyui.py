"""Workflows, engines, and which engine a take is with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add two tables and five columns."""
    op.create_table(
        "workflows",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("graph", sa.Text(), nullable=False),
        sa.Column("bindings", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_workflows_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflows")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_workflows_project_id_id"), "workflows", ["project_id", "id"], unique=False
    )
    op.create_table(
        "engines",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("devices", sa.Text(), nullable=False),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engines")),
        sqlite_autoincrement=True,
    )
    live = sa.text("deleted_at IS NULL")
    op.create_index(
        "uq_engines_live_url",
        "engines",
        ["url"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.add_column("scenes", sa.Column("workflow_id", ID, nullable=True))
    # What callers see of a scene is kept as JSON: it ends with the new field.
    op.execute(
        "UPDATE scenes SET shown ="
        " substr(shown, 1, length(shown) - 1) || ',\"workflow_id\"\\:null}'"
    )
    op.add_column("takes", sa.Column("engine_id", ID, nullable=True))
    op.add_column("takes", sa.Column("trouble", sa.Text(), nullable=True))
    op.add_column("takes", sa.Column("waits", sa.Text(), nullable=True))
    op.add_column("takes", sa.Column("warnings", sa.Text(), nullable=True))
