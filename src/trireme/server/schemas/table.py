"""The runs table: search, sort, page, group, export."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from trireme.server.schemas.common import AggregateName, TypeLabel, Value

RunKeyNumber = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Step = Annotated[float, msgspec.Meta(ge=-1e12, le=1e12)]


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """An attribute as a column. Without `type` any type; `aggregate` (default `last`) matters for float series only, and so does
    `at_step`: the value at that step, or the last one before it.
    """

    path: str
    type: TypeLabel | None = None
    aggregate: AggregateName | None = None
    at_step: Step | None = None


class Sort(msgspec.Struct, frozen=True, omit_defaults=True):
    """Runs that lack the attribute come last in both directions; ties: newest run first."""

    path: str
    type: TypeLabel | None = None
    aggregate: AggregateName | None = None
    at_step: Step | None = None
    direction: Literal["asc", "desc"] = "desc"


class Member(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the runs of a group have in common: `by`, and the group's `type` and `value` as it was answered (null: they lack the
    attribute).
    """

    by: Column
    type: TypeLabel | None = None
    value: Value = None


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
    experiments: bool = False
    """Only the newest run of each experiment."""
    within: list[Member] = []
    """Only runs of this group and, group by group, of those around it."""
    runs: list[RunKeyNumber] | None = None
    """Only these runs, by key."""
    first: list[RunKeyNumber] = []
    """Runs that come before all others in this order, by key, whether they match or not."""


class Row(msgspec.Struct, frozen=True):
    """A run and the values of the asked columns, in their order; null where the run lacks the attribute."""

    key: int
    id: str
    custom_run_id: str
    name: str
    state: str
    values: list[Value]
    heard_at: str | None = None
    """When it was heard of last, of a run that fell silent (`stale`, `idle`): that is how long it ran, as far as anybody knows."""


class Table(msgspec.Struct, frozen=True):
    """A page; `total` is the exact number of runs that match, `length` that of all rows: those and what comes `first` without matching."""

    rows: list[Row]
    total: int
    length: int
    next_cursor: str | None


class GroupRequest(msgspec.Struct, frozen=True):
    """One page of the groups that the runs of a table fall into. `query`, `sort`, `trashed`, `experiments`, `within` as for the table."""

    by: Column | None = None
    """What the runs of a group have in common: a single value, or an aggregate of a series. null: all are one group."""
    query: str = ""
    columns: list[Column] = []
    """Whose numbers are wanted."""
    sort: Sort | None = None
    limit: int = 50
    offset: int = 0
    trashed: bool = False
    experiments: bool = False
    within: list[Member] = []


class Statistics(msgspec.Struct, frozen=True):
    """Of the finite values that a group's runs have in a column; null when there are none."""

    count: int
    mean: float | None
    min: float | None
    max: float | None


class Group(msgspec.Struct, frozen=True):
    """Runs with the same value; `type` and `value` are null for those that lack the attribute. `first`: the key of the first in the
    table's order. `cells`: one per asked column, null where the column has no numbers.
    """

    type: TypeLabel | None
    value: Value
    runs: int
    first: int
    cells: list[Statistics | None]


class Groups(msgspec.Struct, frozen=True):
    """A page of groups, ordered by their first run's place in the table, runs without a value last; how many groups and runs there are."""

    groups: list[Group]
    total: int
    runs: int


class SparklineRequest(msgspec.Struct, frozen=True):
    """Small pictures of float series: every path in every run, by key."""

    runs: list[RunKeyNumber]
    paths: list[str]
    buckets: int = 32


class Sparkline(msgspec.Struct, frozen=True):
    """The course of a series. `x` runs from 0 to 1000, from the series' first to its last step; parallel to it the mean, least and
    greatest finite value of each bucket to four digits, null where there is none. Series that do not exist are left out.
    """

    run: int
    path: str
    x: list[int]
    mean: list[float | None]
    min: list[float | None]
    max: list[float | None]


class Sparklines(msgspec.Struct, frozen=True):
    """In no order."""

    series: list[Sparkline]


class ExportRequest(msgspec.Struct, frozen=True):
    """A whole table as a file. `query`, `columns`, `sort`, `trashed`, `experiments`, `within`, `runs` as for the table."""

    format: Literal["csv", "parquet"] | None = None
    """When null, `Accept` decides, and CSV if that does not."""
    query: str = ""
    columns: list[Column] = []
    sort: Sort | None = None
    trashed: bool = False
    experiments: bool = False
    within: list[Member] = []
    runs: list[RunKeyNumber] | None = None


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


class AttributeValue(msgspec.Struct, frozen=True):
    """A value and how many runs have it; of string sets, a member."""

    type: TypeLabel
    value: Value
    runs: int


class AttributeValues(msgspec.Struct, frozen=True):
    """The commonest values of an attribute first; how many different ones there are; the least and greatest number, of series by
    their last value.
    """

    values: list[AttributeValue]
    total: int
    low: float | None
    high: float | None
