"""Versions of models keep the status they had elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns of versions; those that are there are ready."""
    op.add_column("model_versions", sa.Column("status", sa.String(40), nullable=False, server_default="READY"))
    op.add_column("model_versions", sa.Column("status_message", sa.String(), nullable=False, server_default=""))
