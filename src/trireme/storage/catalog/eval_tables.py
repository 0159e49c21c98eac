"""The catalog's tables of evaluation data sets and scorers. Times are ms since 1970; what is any JSON is kept as its text."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from trireme.storage.catalog.tables import Key, metadata

eval_datasets = Table(
    "eval_datasets",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(500), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("created_by", String),
    Column("updated_by", String),
    Column("schema", String),
    # Kept, never counted.
    Column("record_count", Integer, nullable=False, server_default="0"),
    Index(None, "name"),
)

eval_dataset_tags = Table(
    "eval_dataset_tags",
    metadata,
    Column("dataset_id", ForeignKey("eval_datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", String, nullable=False),
)

eval_dataset_projects = Table(
    "eval_dataset_projects",
    metadata,
    Column("dataset_id", ForeignKey("eval_datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "project_id"),
)

eval_records = Table(
    "eval_records",
    metadata,
    # The order in which they came.
    Column("number", Key, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("dataset_id", ForeignKey("eval_datasets.id", ondelete="CASCADE"), nullable=False),
    # What makes a record the same: SHA-256 of its inputs as JSON with sorted keys.
    Column("input_sha256", String(64), nullable=False),
    Column("inputs", String, nullable=False),
    Column("outputs", String),
    Column("expectations", String),
    Column("tags", String),
    Column("source", String),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("created_by", String),
    Column("updated_by", String),
    UniqueConstraint("dataset_id", "input_sha256"),
)

scorers = Table(
    "scorers",
    metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(256), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    # The same for all versions of a name.
    Column("scorer_id", String(64), nullable=False),
    Column("content", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
