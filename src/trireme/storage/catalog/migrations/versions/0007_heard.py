"""Which runs have fallen silent is asked all the time."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index on when a run was heard of last."""
    op.create_index(op.f("ix_runs_heard_at"), "runs", ["heard_at"], unique=False)
