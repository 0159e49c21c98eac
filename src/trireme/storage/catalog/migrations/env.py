"""Alembic's entry: run the migrations over the connection that `trireme.storage.catalog.catalog` hands over."""

from __future__ import annotations

from alembic import context

from trireme.storage.catalog import eval_tables, registry_tables, saved_tables  # noqa: F401  they add to the metadata
from trireme.storage.catalog.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
