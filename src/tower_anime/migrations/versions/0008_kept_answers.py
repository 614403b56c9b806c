"""No index of kept answers by their age: their ids tell which are the oldest."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Remove one index, which every write with an Idempotency-Key had to keep up."""
    op.drop_index(op.f("ix_kept_answers_kept_at"), table_name="kept_answers")
