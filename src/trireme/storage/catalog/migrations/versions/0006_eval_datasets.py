"""Evaluation data sets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "eval_datasets",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("updated_by", sa.String(), nullable=True),
        sa.Column("schema", sa.String(), nullable=True),
        sa.Column("record_count", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eval_datasets")),
    )
    op.create_index(op.f("ix_eval_datasets_name"), "eval_datasets", ["name"], unique=False)
    op.create_table(
        "eval_dataset_tags",
        sa.Column("dataset_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        _of_dataset("eval_dataset_tags"),
        sa.PrimaryKeyConstraint("dataset_id", "key", name=op.f("pk_eval_dataset_tags")),
    )
    op.create_table(
        "eval_dataset_projects",
        sa.Column("dataset_id", sa.String(length=64), nullable=False),
        sa.Column("project_id", _KEY, nullable=False),
        _of_dataset("eval_dataset_projects"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_eval_dataset_projects_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dataset_id", "project_id", name=op.f("pk_eval_dataset_projects")),
    )
    op.create_index(op.f("ix_eval_dataset_projects_project_id"), "eval_dataset_projects", ["project_id"], unique=False)
    op.create_table(
        "eval_records",
        sa.Column("number", _KEY, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("dataset_id", sa.String(length=64), nullable=False),
        sa.Column("input_sha256", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.String(), nullable=False),
        sa.Column("outputs", sa.String(), nullable=True),
        sa.Column("expectations", sa.String(), nullable=True),
        sa.Column("tags", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("updated_by", sa.String(), nullable=True),
        _of_dataset("eval_records"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_eval_records")),
        sa.UniqueConstraint("dataset_id", "input_sha256", name=op.f("uq_eval_records_dataset_id_input_sha256")),
        sa.UniqueConstraint("id", name=op.f("uq_eval_records_id")),
    )


def _of_dataset(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["dataset_id"], ["eval_datasets.id"], name=op.f(f"fk_{table}_dataset_id"), ondelete="CASCADE")
