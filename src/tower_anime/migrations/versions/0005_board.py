"""An index by which a board counts takes without reading them."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one index."""
    op.create_index(
        op.f("ix_takes_project_id_shot_lineage_status_id"),
        "takes",
        ["project_id", "shot_lineage", "status", "id"],
        unique=False,
    )
