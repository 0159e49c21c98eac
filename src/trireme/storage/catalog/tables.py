"""The catalog's tables: everything transactional and small. Times are ms since 1970; 64-bit hashes are stored as signed integers."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up only in a column that is exactly INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("is_admin", Boolean, nullable=False, server_default=false()),
    Column("created_at", BigInteger, nullable=False),
)

projects = Table(
    "projects",
    metadata,
    Column("id", Key, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False),
    Column("name", String(2000), nullable=False),
    Column("key", String(20), nullable=False),
    Column("description", String, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("next_number", BigInteger, nullable=False, server_default="1"),
    # Kept, never counted: a project of a million runs opens at once.
    Column("run_count", BigInteger, nullable=False, server_default="0"),
    Column("trash_count", BigInteger, nullable=False, server_default="0"),
    Column("last_activity_at", BigInteger),
    Column("trashed", Boolean, nullable=False, server_default=false()),
    # When it was renamed, put into the trash or taken out of it.
    Column("changed_at", BigInteger),
    # Where clients that store files themselves put them; the server's own store when empty.
    Column("artifact_root", String, nullable=False, server_default=""),
    # The number that MLflow gave an imported experiment, where it is larger than any id of ours can be.
    Column("experiment_id", BigInteger),
    Index(None, "experiment_id", unique=True),
    UniqueConstraint("workspace_id", "name"),
    UniqueConstraint("workspace_id", "key"),
)

project_tags = Table(
    "project_tags",
    metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", String, nullable=False),
)

members = Table(
    "members",
    metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Integer, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("key", Key, primary_key=True),
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("custom_run_id", String(730), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("heard_at", BigInteger, nullable=False),
    Column("trashed", Boolean, nullable=False, server_default=false()),
    # A fork: the run it continues, and the last step it inherits, in millionths.
    Column("parent_key", BigInteger),
    Column("fork_step", BigInteger),
    Column("depth", Integer, nullable=False, server_default="0"),
    Column("family", String(730)),
    Column("experiment", String(730)),
    UniqueConstraint("project_id", "custom_run_id"),
    UniqueConstraint("project_id", "number"),
    Index(None, "project_id", "trashed", "key"),
    Index(None, "parent_key"),
    Index(None, "custom_run_id"),
    Index(None, "heard_at"),
)

# How far a run was imported, in the words of its importer.
run_imports = Table(
    "run_imports",
    metadata,
    Column("run_key", ForeignKey("runs.key", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("mark", String, nullable=False),
)

# A name that points at the newest run created with it.
experiments = Table(
    "experiments",
    metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(730), primary_key=True),
    Column("head_key", BigInteger, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Key, primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# Which runs refer to which bytes; bytes without a reference may go.
blob_references = Table(
    "blob_references",
    metadata,
    Column("run_key", BigInteger, primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("project_id", BigInteger, nullable=False),
    Index(None, "sha256"),
)

# Files that a foreign client named before it sent them. The locator stands in attributes where a digest would.
named_files = Table(
    "named_files",
    metadata,
    Column("locator", String(64), primary_key=True),
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
    Column("path", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "sha256"),
    Index(None, "project_id", "path"),
)

# What the server signs with.
secrets = Table(
    "secrets",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", String(200), nullable=False),
)

writers = Table(
    "writers",
    metadata,
    Column("writer", BigInteger, primary_key=True, autoincrement=False),
    Column("run_key", BigInteger, nullable=False),
    Column("committed", BigInteger, nullable=False),
    Column("suspect_until", BigInteger, nullable=False),
    Index(None, "run_key"),
)

# Batches that are being written: empty but for the moment of a commit.
ingest_batches = Table(
    "ingest_batches",
    metadata,
    Column("batch_id", BigInteger, primary_key=True, autoincrement=False),
    Column("writer", BigInteger, primary_key=True, autoincrement=False),
    Column("project_id", BigInteger, nullable=False),
    Column("run_key", BigInteger, nullable=False),
    Column("stop_unit", BigInteger, nullable=False),
)
