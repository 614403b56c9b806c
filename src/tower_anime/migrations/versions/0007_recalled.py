"""An index of the cancelled takes whose prompts are still to be called off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one index, which is empty but for moments."""
    still_out = sa.text("status = 'cancelled' AND prompt_id IS NOT NULL")
    op.create_index(
        op.f("ix_takes_recalled"),
        "takes",
        ["id"],
        unique=False,
        sqlite_where=still_out,
        postgresql_where=still_out,
    )
