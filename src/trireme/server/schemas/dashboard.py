"""Dashboards: sections of widgets on a grid of twelve columns."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from trireme.server.schemas.common import AggregateName
from trireme.server.schemas.table import Column
from trireme.server.schemas.view import SavedInfo

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Title = Annotated[str, msgspec.Meta(max_length=200)]
Path = Annotated[str, msgspec.Meta(max_length=1024)]
Pattern = Annotated[str, msgspec.Meta(max_length=1000)]


class ChartSettings(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a chart widget differs from the charts of the page; absent means as there."""

    axis: Literal["step", "relative", "time"] | None = None
    log_x: bool | None = None
    log_y: bool | None = None
    smoothing: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    clip: bool | None = None


class _Placed(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    """A widget's place: column, row, width and height on a grid of twelve columns."""

    id: Id
    x: Annotated[int, msgspec.Meta(ge=0, le=11)]
    y: Annotated[int, msgspec.Meta(ge=0, le=10_000)]
    w: Annotated[int, msgspec.Meta(ge=1, le=12)]
    h: Annotated[int, msgspec.Meta(ge=1, le=60)]
    title: Title = ""
    """Empty: made from what the widget shows."""


class ChartWidget(_Placed, frozen=True, tag="chart"):
    """Metrics by name, and all whose name matches `pattern`, now and in future."""

    metrics: Annotated[list[Path], msgspec.Meta(max_length=100)] = []
    pattern: Pattern = ""
    settings: ChartSettings = ChartSettings()


class MetricWidget(_Placed, frozen=True, tag="metric"):
    """A number of a metric: of each run, or one for all."""

    path: Path
    aggregate: AggregateName = "last"
    across: Literal["each", "min", "max", "mean"] = "each"


class TableWidget(_Placed, frozen=True, tag="table"):
    """Runs with the values of these columns; without columns, those of the page."""

    columns: Annotated[list[Column], msgspec.Meta(max_length=100)] = []


class ImageWidget(_Placed, frozen=True, tag="image"):
    """A file or a file series of each run; without `step`, the newest."""

    path: Path
    step: float | None = None


class TextWidget(_Placed, frozen=True, tag="text"):
    """Text in Markdown."""

    text: Annotated[str, msgspec.Meta(max_length=50_000)] = ""


class ParallelWidget(_Placed, frozen=True, tag="parallel"):
    """Parallel coordinates over these columns, coloured by one of them; without columns, those of the page."""

    columns: Annotated[list[Column], msgspec.Meta(max_length=50)] = []
    color: Column | None = None


Widget = ChartWidget | MetricWidget | TableWidget | ImageWidget | TextWidget | ParallelWidget


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Widgets under a heading."""

    id: Id
    title: Title
    widgets: list[Widget]
    closed: bool = False


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a dashboard holds."""

    sections: list[Section]


class Dashboard(SavedInfo, frozen=True):
    """A board of widgets that show the runs their viewer has drawn."""

    layout: Layout


class DashboardList(msgspec.Struct, frozen=True):
    """The dashboards you see, by name."""

    dashboards: list[SavedInfo]


class DashboardCreate(msgspec.Struct, frozen=True):
    """A new dashboard."""

    name: str
    layout: Layout
    shared: bool = False


class DashboardPatch(msgspec.Struct, frozen=True):
    """The fields to change, and the version of the dashboard you saw; `conflict` if it has another one by now."""

    version: int
    name: str | None = None
    shared: bool | None = None
    layout: Layout | None = None
    trashed: bool | None = None
    """True moves it to the trash, where it is kept for 30 days; False takes it out."""
