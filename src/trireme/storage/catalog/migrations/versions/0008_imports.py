"""What was imported keeps its number, and what is done of an import is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Projects get the number that MLflow gave them; a table says how far each run was imported."""
    op.add_column("projects", sa.Column("experiment_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_projects_experiment_id"), "projects", ["experiment_id"], unique=True)
    op.create_table(
        "run_imports",
        sa.Column("run_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run_key"], ["runs.key"], name=op.f("fk_run_imports_run_key"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_key", name=op.f("pk_run_imports")),
    )
