"""The catalog's tables of models and data sets. Times are ms since 1970."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, false

from trireme.storage.catalog.tables import Key, metadata

registered_models = Table(
    "registered_models",
    metadata,
    Column("id", Key, primary_key=True),
    Column("workspace", String(200), nullable=False),
    Column("name", String(1000), nullable=False),
    Column("description", String, nullable=False, server_default=""),
    Column("owner", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    # Numbers of deleted versions are not given again.
    Column("next_version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("workspace", "name"),
)

registered_model_tags = Table(
    "registered_model_tags",
    metadata,
    Column("model_id", ForeignKey("registered_models.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", String, nullable=False),
)

model_versions = Table(
    "model_versions",
    metadata,
    Column("model_id", ForeignKey("registered_models.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("description", String, nullable=False, server_default=""),
    Column("owner", String(200), nullable=False),
    Column("stage", String(20), nullable=False, server_default="None"),
    Column("source", String, nullable=False),
    # Where the files are when the source names another version or a logged model.
    Column("storage", String, nullable=False),
    Column("run_id", String(730), nullable=False, server_default=""),
    Column("run_link", String, nullable=False, server_default=""),
    Column("logged_model_id", String(64), nullable=False, server_default=""),
    Column("status", String(40), nullable=False, server_default="READY"),
    Column("status_message", String, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index(None, "run_id"),
)

model_version_tags = Table(
    "model_version_tags",
    metadata,
    Column("model_id", ForeignKey("registered_models.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("key", String(250), primary_key=True),
    Column("value", String, nullable=False),
)

model_aliases = Table(
    "model_aliases",
    metadata,
    Column("model_id", ForeignKey("registered_models.id", ondelete="CASCADE"), primary_key=True),
    Column("alias", String(255), primary_key=True),
    Column("version", Integer, nullable=False),
)

# A model as a run made it, before anybody gives it a name that lasts.
logged_models = Table(
    "logged_models",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(1000), nullable=False),
    Column("type", String(500), nullable=False, server_default=""),
    Column("status", Integer, nullable=False),
    Column("status_message", String, nullable=False, server_default=""),
    Column("source_run", String(730), nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("trashed", Boolean, nullable=False, server_default=false()),
    Index(None, "project_id", "created_at"),
)

logged_model_params = Table(
    "logged_model_params",
    metadata,
    Column("model_id", ForeignKey("logged_models.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(500), primary_key=True),
    Column("value", String, nullable=False),
)

logged_model_tags = Table(
    "logged_model_tags",
    metadata,
    Column("model_id", ForeignKey("logged_models.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(500), primary_key=True),
    Column("value", String, nullable=False),
)

logged_model_metrics = Table(
    "logged_model_metrics",
    metadata,
    Column("model_id", ForeignKey("logged_models.id", ondelete="CASCADE"), primary_key=True),
    Column("run_id", String(730), primary_key=True),
    Column("key", String(500), primary_key=True),
    Column("timestamp", BigInteger, primary_key=True, autoincrement=False),
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    # As text, for not every database keeps NaN.
    Column("value", String(40), nullable=False),
    Column("dataset_name", String(500), nullable=False, server_default=""),
    Column("dataset_digest", String(36), nullable=False, server_default=""),
)

datasets = Table(
    "datasets",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("digest", String(36), nullable=False),
    Column("source_type", String(36), nullable=False),
    Column("source", String, nullable=False),
    Column("schema", String),
    Column("profile", String),
    UniqueConstraint("project_id", "name", "digest"),
)

run_datasets = Table(
    "run_datasets",
    metadata,
    Column("run_key", BigInteger, primary_key=True, autoincrement=False),
    Column("dataset_id", ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True),
    # A JSON object.
    Column("tags", String, nullable=False),
)

run_models = Table(
    "run_models",
    metadata,
    Column("run_key", BigInteger, primary_key=True, autoincrement=False),
    Column("model_id", String(64), primary_key=True),
    # Whether the run made the model, or used it.
    Column("output", Boolean, primary_key=True),
    Column("step", BigInteger, nullable=False, server_default="0"),
)
