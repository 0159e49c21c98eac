"""The runs table: search, sort, page."""

from __future__ import annotations

from typing import Literal

import msgspec

from trireme.server.schemas.common import AggregateName, TypeLabel, Value


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """An attribute as a column. Without `type` any type; `aggregate` (default `last`) matters for float series only."""

    path: str
    type: TypeLabel | None = None
    aggregate: AggregateName | None = None


class Sort(msgspec.Struct, frozen=True, omit_defaults=True):
    """Runs that lack the attribute come last in both directions; ties: newest run first."""

    path: str
    type: TypeLabel | None = None
    aggregate: AggregateName | None = None
    direction: Literal["asc", "desc"] = "desc"


class TableRequest(msgspec.Struct, frozen=True):
    """One page of a runs table.

    `query` is NQL ("" = all). Default order: newest run first. Either `cursor` (from the page before) or `offset` chooses the page.
    """

    query: str = ""
    columns: list[Column] = []
    sort: Sort | None = None
    limit: int = 50
    cursor: str | None = None
    offset: int = 0
    trashed: bool = False
    """Show the trash instead."""


class Row(msgspec.Struct, frozen=True):
    """A run and the values of the asked columns, in their order; null where the run lacks the attribute."""

    key: int
    id: str
    custom_run_id: str
    name: str
    state: str
    values: list[Value]


class Table(msgspec.Struct, frozen=True):
    """A page; `total` is the exact number of runs that match."""

    rows: list[Row]
    total: int
    next_cursor: str | None


class AttributeName(msgspec.Struct, frozen=True):
    """A path and type that some run of the project has."""

    path: str
    type: TypeLabel


class AttributeNamePage(msgspec.Struct, frozen=True):
    """Names ordered by path, then type."""

    attributes: list[AttributeName]
    next_cursor: str | None
    total: int
    """How many match in all."""
