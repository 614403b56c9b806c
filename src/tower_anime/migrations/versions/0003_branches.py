"""Fingerprints of scenes' states, tags, and which branch came into which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add two tables and a column.

    The states that are there have no fingerprint: they are compared as if they differed.
    """
    op.add_column("revisions", sa.Column("content", sa.Text(), nullable=True))
    standing = ["subject", "subject_id", "revision", "change_id", "content"]
    op.create_index("ix_revisions_standing", "revisions", standing, unique=False)
    op.create_table(
        "tags",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("branch_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("change_id", ID, nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_tags_branch_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_tags_branch_id_name_key", "tags", ["branch_id", "name_key"], unique=True)
    op.create_table(
        "merges",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("change_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("branch_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("source_change_id", ID, nullable=False),
        sa.Column("ended_by", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_merges_project_id"), "merges", ["project_id"], unique=False)
    op.create_index(op.f("ix_merges_branch_id"), "merges", ["branch_id"], unique=False)
