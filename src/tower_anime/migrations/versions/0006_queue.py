"""The queue can be put in another order, and paused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNFINISHED = sa.text("status IN ('queued', 'running')")


def upgrade() -> None:
    """Add a table and a column; the index of what is unfinished is made anew, in the new order."""
    op.create_table(
        "pauses",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("begun_at", sa.Text(), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
        sqlite_autoincrement=True,
    )
    op.add_column("takes", sa.Column("place", sa.Integer(), server_default="0", nullable=False))
    op.drop_index("ix_takes_unfinished", "takes")
    op.create_index(
        "ix_takes_unfinished",
        "takes",
        ["status", "place", "id"],
        unique=False,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
