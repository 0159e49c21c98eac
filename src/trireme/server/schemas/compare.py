"""Several runs at once: side by side, as columns, explained, and their media."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from trireme.server.schemas.common import AggregateName, FileValue, NonFinite, TypeLabel, Value
from trireme.server.schemas.table import Column, Sort

RunKey = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
SectionName = Literal["columns", "config", "metrics", "code", "packages", "system", "files", "run"]


class ComparisonRequest(msgspec.Struct, frozen=True):
    """Compare `runs`: attributes as rows.

    `regex` (RE2) matches anywhere in a path or a package's name. `differing_only` leaves out rows that are the same in all runs.
    A float series has a row for each of `aggregates` (`last` when empty). `first` come before everything else, in the section `columns`.
    `offset` and `limit` choose the page; `positions` also asks which rows of the whole differ.
    """

    runs: list[RunKey]
    regex: str = ""
    differing_only: bool = False
    aggregates: list[AggregateName] = []
    first: list[Column] = []
    offset: int = 0
    limit: int = 100
    positions: bool = False


class SeriesEnd(msgspec.Struct, frozen=True):
    """How many points a series has, and the step of the newest."""

    count: int
    last_step: float


class ComparedRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One attribute in all runs, in the order of the request; null where a run lacks it. Texts are cut at 1,000 characters.

    A float series has its `aggregate`; a series of texts or files its newest one, of histograms null, with `points`. A package
    has no `type`; its values are versions. `types` is there when the runs' types differ. `runs` counts those that have it.
    A row `differs` when a run lacks it or the values are not equal (means and variances: up to a relative 1e-12); packages are
    compared among the runs that recorded theirs.
    """

    section: SectionName
    path: str
    differs: bool
    runs: int
    values: list[Value]
    type: TypeLabel | None = None
    aggregate: AggregateName | None = None
    points: list[SeriesEnd | None] | None = None
    types: list[TypeLabel | None] | None = None


class ComparedSection(msgspec.Struct, frozen=True):
    """A section: how many rows it has in all, and how many differ."""

    name: SectionName
    total: int
    differing: int


class Comparison(msgspec.Struct, frozen=True):
    """A page; `total` counts the rows of all pages, `sections` stand in their order, empty ones are left out.

    `differing`: positions of the rows that differ, in ascending order; null unless asked for.
    `unrecorded`: runs whose packages were not recorded.
    """

    rows: list[ComparedRow]
    total: int
    sections: list[ComparedSection]
    differing: list[int] | None
    unrecorded: list[int]


class RunSelection(msgspec.Struct, frozen=True):
    """Which runs: exactly `runs` if not null, else those of the table with this `query` (NQL), `experiments` and `sort`."""

    query: str = ""
    experiments: bool = False
    sort: Sort | None = None
    runs: list[RunKey] | None = None


class ColumnsRequest(msgspec.Struct, frozen=True):
    """Attributes of up to `limit` selected runs, as columns."""

    select: RunSelection
    columns: list[Column]
    limit: int = 10_000


class RunColumn(msgspec.Struct, frozen=True):
    """One attribute of the runs, in their order.

    `number` and `time` (ms since 1970) have `numbers`, null where a run lacks it. `category` has `codes`, places in `levels`,
    -1 where a run lacks it. Texts that all read as numbers are numbers.
    """

    kind: Literal["number", "time", "category"]
    numbers: list[float | NonFinite | None] = []
    codes: list[int] = []
    levels: list[str] = []


class RunColumns(msgspec.Struct, frozen=True):
    """The runs and their columns; `total` counts all that match."""

    runs: list[int]
    ids: list[str]
    names: list[str]
    columns: list[RunColumn]
    total: int


class ParametersRequest(msgspec.Struct, frozen=True):
    """Rank the parameters of the selected runs by what they say about `metric`; without one, by how many runs have them.

    Parameters are single values that vary, except what Trireme records by itself; `regex` (RE2) narrows them down.
    """

    select: RunSelection
    metric: Column | None = None
    regex: str = ""
    limit: int = 50


class ParameterGroup(msgspec.Struct, frozen=True):
    """Runs with one value (`label`) or within a range of numbers (`low` to `high`), and the quartiles of their finite metrics."""

    label: str | None
    low: float | NonFinite | None
    high: float | NonFinite | None
    runs: int
    quartiles: list[float] | None


class Parameter(msgspec.Struct, frozen=True):
    """A parameter that varies.

    `importance`: the share of the variance of the metric's ranks that lies between its groups (eta squared of the Kruskal-Wallis
    test), 0 to 1; `p_value`: the chance of one as large without an effect; `correlation`: Spearman's rho of numbers. All are null
    where nothing can be said: too few runs, or nearly as many values as runs.
    """

    path: str
    type: TypeLabel
    kind: Literal["number", "time", "category"]
    runs: int
    distinct: int
    importance: float | None
    p_value: float | None
    correlation: float | None
    groups: list[ParameterGroup]


class Parameters(msgspec.Struct, frozen=True):
    """The most important first. `runs` of `total` matching ones were looked at, `metric_runs` have the metric.

    `varying` parameters differ between runs, of which the 300 that most runs have are ranked; `constant` ones do not.
    """

    parameters: list[Parameter]
    runs: int
    total: int
    metric_runs: int
    varying: int
    constant: int


class MediaRequest(msgspec.Struct, frozen=True):
    """Files or texts at `path` of several runs: for each of `steps` a run's newest at or before it; its last one without steps."""

    runs: list[RunKey]
    path: str
    steps: list[float] | None = None


class Medium(msgspec.Struct, frozen=True):
    """A file, whose bytes come from `files/content` with this `step`, or a text (cut at 20,000 characters)."""

    step: float | None
    file: FileValue | None = None
    text: str | None = None


class MediaRow(msgspec.Struct, frozen=True):
    """A run, how many steps its series has, and a medium or null for each wanted step."""

    run: int
    total: int
    cells: list[Medium | None]


class MediaGrid(msgspec.Struct, frozen=True):
    """`steps`: every step that some run has, in order; at most 10,000, evenly chosen of `total_steps`."""

    steps: list[float]
    total_steps: int
    rows: list[MediaRow]
