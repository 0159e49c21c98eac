"""Runs, one at a time."""

from __future__ import annotations

from typing import Literal

import msgspec

from trireme.server.schemas.common import FileValue, TypeLabel, Value


class Fork(msgspec.Struct, frozen=True):
    """Continue the run `parent` (custom or short id) from `step` on: the last step that is inherited; its last one now when absent."""

    parent: str
    step: float | None = None


class RunCreate(msgspec.Struct, frozen=True):
    """Make a run, or find it: the same `custom_run_id` in the same project is the same run. The project is made if missing."""

    project: str
    custom_run_id: str | None = None
    name: str | None = None
    tags: list[str] = []
    created_at: str | None = None
    """ISO 8601; the client's clock. Now when absent."""
    resume: Literal["allow", "must", "never"] = "allow"
    experiment: str | None = None
    """A name that points at the newest run created with it."""
    fork: Fork | None = None
    inherit: bool = True
    """Of a fork: the parent's single values come along."""
    revive: bool = True
    """A run that is found is running again, also if it had ended. False for whoever only adds to it."""


class Run(msgspec.Struct, frozen=True):
    """A run's identity and state."""

    key: int
    id: str
    """Short id, `MNIST-42`."""
    project: str
    """`workspace/name`."""
    custom_run_id: str
    name: str
    state: Literal["running", "finished", "failed", "aborted", "stale", "idle"]
    """`stale`: it says it runs, but has not been heard of for 5 minutes. `idle`: the same for clients that never say how they end."""
    owner: str
    description: str
    tags: list[str]
    created_at: str
    modified_at: str
    heard_at: str
    """When its client sent anything last, a sign of life included."""
    trashed: bool
    existed: bool = False
    """On creation: the run was there before."""
    experiment: str | None = None
    lineage: list[Ancestor] = []
    """The runs that this one continues, its parent first."""
    forks: list[Ancestor] = []
    """The runs that continue this one, newest first; at most 100, and only where a single run is asked for."""


class Ancestor(msgspec.Struct, frozen=True):
    """The other end of a fork: an ancestor, or a run that continues; `step` is the last one that is inherited."""

    key: int
    id: str
    custom_run_id: str
    name: str
    step: float


class RunPatch(msgspec.Struct, frozen=True):
    """The fields to change; absent ones stay."""

    name: str | None = None
    description: str | None = None
    tags: list[str] | None = None
    trashed: bool | None = None


class RunAttribute(msgspec.Struct, frozen=True):
    """One attribute of a run: single values carry `value`, series their summary."""

    path: str
    type: TypeLabel
    value: Value = None
    summary: SeriesSummary | None = None


class SeriesSummary(msgspec.Struct, frozen=True):
    """What the table knows of a float series. Non-finite numbers are texts. min to variance are over finite values, null if there are none.

    For other series only `count`, `last_step` and (string series) `last` are set.
    """

    count: int
    last_step: float | None = None
    last: float | str | None = None
    first: float | str | None = None
    min: float | str | None = None
    max: float | str | None = None
    average: float | str | None = None
    variance: float | str | None = None


class RunAttributePage(msgspec.Struct, frozen=True):
    """A run's attributes, ordered by path."""

    attributes: list[RunAttribute]
    next_cursor: str | None


class StringPoint(msgspec.Struct, frozen=True):
    """One point of a string series, e.g. a console line (its trailing newline removed)."""

    step: float
    timestamp: str
    value: str


class StringPage(msgspec.Struct, frozen=True):
    """Points in step order. `total` counts the whole series."""

    points: list[StringPoint]
    total: int
    next_cursor: str | None
    """Continue after the last point; also valid later, to ask for what is new."""
    previous_cursor: str | None


class HistogramPoint(msgspec.Struct, frozen=True):
    """One histogram: n+1 edges, n values."""

    step: float
    timestamp: str
    edges: list[float]
    values: list[float]
    density: bool


class HistogramPage(msgspec.Struct, frozen=True):
    """Histograms in step order; when a series has more than asked for, evenly chosen ones, first and last among them."""

    points: list[HistogramPoint]
    total: int


class FilePoint(msgspec.Struct, frozen=True):
    """One point of a file series."""

    step: float
    timestamp: str
    file: FileValue


class FilePage(msgspec.Struct, frozen=True):
    """Points in step order."""

    points: list[FilePoint]
    total: int
    next_cursor: str | None
