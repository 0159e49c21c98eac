"""Forks and experiments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs know their parent; experiments know their head."""
    op.add_column("runs", sa.Column("parent_key", sa.BigInteger(), nullable=True))
    op.add_column("runs", sa.Column("fork_step", sa.BigInteger(), nullable=True))
    op.add_column("runs", sa.Column("depth", sa.Integer(), server_default="0", nullable=False))
    op.add_column("runs", sa.Column("family", sa.String(length=730), nullable=True))
    op.add_column("runs", sa.Column("experiment", sa.String(length=730), nullable=True))
    op.create_index(op.f("ix_runs_parent_key"), "runs", ["parent_key"], unique=False)
    op.create_table(
        "experiments",
        sa.Column("project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=730), nullable=False),
        sa.Column("head_key", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_experiments_project_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("project_id", "name", name=op.f("pk_experiments")),
    )
