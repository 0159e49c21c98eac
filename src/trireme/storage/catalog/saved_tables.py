"""The catalog's tables of views and dashboards. Times are ms since 1970."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table

from trireme.storage.catalog.tables import metadata


def _saved(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("id", String(16), primary_key=True),
        Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
        Column("owner_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        Column("name", String(200), nullable=False),
        Column("shared", Boolean, nullable=False),
        Column("version", Integer, nullable=False, server_default="1"),
        # JSON.
        Column("content", String, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        # A name, for whoever it was may be gone.
        Column("updated_by", String(200), nullable=False),
        # When it went into the trash; after a while it goes for good.
        Column("trashed_at", BigInteger),
        Index(None, "project_id"),
    )


views = _saved("views")
dashboards = _saved("dashboards")

# The view that newcomers to a project see.
default_views = Table(
    "default_views",
    metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("view_id", ForeignKey("views.id", ondelete="CASCADE"), nullable=False),
)
