"""Answers kept for repeated requests, a count of each shot's changes, and what adopting found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add two tables and a column."""
    op.add_column("shots", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "kept_answers",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answers")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_kept_answers_actor_key", "kept_answers", ["actor", "key"], unique=True)
    op.create_index(op.f("ix_kept_answers_kept_at"), "kept_answers", ["kept_at"], unique=False)
    op.create_table(
        "oddities",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("stored", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oddities")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_oddities_subject_subject_id"), "oddities", ["subject", "subject_id"], unique=False
    )
