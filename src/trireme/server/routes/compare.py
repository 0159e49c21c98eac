"""Several runs at once."""

from __future__ import annotations

from typing import Any

from litestar import post

from trireme.domain.ids import RunKey
from trireme.domain.permissions import Actor
from trireme.domain.query import Aggregate, SortBy
from trireme.domain.records import FileRef
from trireme.server.params import attribute_of
from trireme.server.schemas import compare as wire
from trireme.server.schemas.common import FileValue
from trireme.server.services import Services
from trireme.server.wire import jsonable, number
from trireme.services.columns import Kind, RunColumn, Selection
from trireme.services.comparison import ComparedRow
from trireme.services.media import Medium
from trireme.services.parameters import Parameter

_RUNS = "/api/v1/projects/{workspace:str}/{name:str}/runs"


@post(f"{_RUNS}/compare", sync_to_thread=True, status_code=200, tags=["runs"], operation_id="compareRuns")
def compare_runs(services: Services, actor: Actor, workspace: str, name: str, data: wire.ComparisonRequest) -> wire.Comparison:
    """Get a page of runs side by side: configuration, metrics, code, packages, system and files."""
    page = services.comparisons.page(
        actor,
        services.projects.get(actor, workspace, name),
        [RunKey(run) for run in data.runs],
        regex=data.regex,
        differing_only=data.differing_only,
        aggregates=[Aggregate(each) for each in data.aggregates] or [Aggregate.LAST],
        first=[attribute_of(column) for column in data.first],
        offset=data.offset,
        limit=data.limit,
        positions=data.positions,
    )
    sections = [wire.ComparedSection(_name(each.section), each.total, each.differing) for each in page.sections]
    return wire.Comparison(
        [_row(row) for row in page.rows], page.total, sections, page.differing, [int(run) for run in page.unrecorded]
    )


@post(f"{_RUNS}/columns", sync_to_thread=True, status_code=200, tags=["runs"], operation_id="getRunColumns")
def run_columns(services: Services, actor: Actor, workspace: str, name: str, data: wire.ColumnsRequest) -> wire.RunColumns:
    """Get attributes of many runs as columns, for parallel coordinates and scatter charts."""
    found = services.columns.read(
        actor,
        services.projects.get(actor, workspace, name),
        _selection(data.select),
        [attribute_of(column) for column in data.columns],
        limit=data.limit,
    )
    return wire.RunColumns(
        found.runs.tolist(), found.ids, found.names, [_column(column) for column in found.columns], found.total
    )


@post(f"{_RUNS}/parameters", sync_to_thread=True, status_code=200, tags=["runs"], operation_id="rankParameters")
def rank_parameters(services: Services, actor: Actor, workspace: str, name: str, data: wire.ParametersRequest) -> wire.Parameters:
    """Get the parameters that vary, ranked by how much they say about a metric."""
    found = services.parameters.rank(
        actor,
        services.projects.get(actor, workspace, name),
        _selection(data.select),
        metric=attribute_of(data.metric) if data.metric else None,
        regex=data.regex,
        limit=data.limit,
    )
    return wire.Parameters(
        [_parameter(each) for each in found.parameters],
        found.runs,
        found.total,
        found.metric_runs,
        found.varying,
        found.constant,
    )


@post(f"{_RUNS}/media", sync_to_thread=True, status_code=200, tags=["runs"], operation_id="getMediaGrid")
def media_grid(services: Services, actor: Actor, workspace: str, name: str, data: wire.MediaRequest) -> wire.MediaGrid:
    """Get the files or texts of several runs at chosen steps."""
    found = services.media.grid(
        actor,
        services.projects.get(actor, workspace, name),
        [RunKey(run) for run in data.runs],
        data.path,
        data.steps,
    )
    rows = [wire.MediaRow(int(row.run), row.total, [cell and _medium(cell) for cell in row.cells]) for row in found.rows]
    return wire.MediaGrid(found.steps, found.total_steps, rows)


def _selection(select: wire.RunSelection) -> Selection:
    sort = select.sort and SortBy(attribute_of(select.sort), select.sort.direction == "desc")
    runs = None if select.runs is None else [RunKey(run) for run in select.runs]
    return Selection(select.query, select.experiments, runs, sort)


def _name(section: Any) -> Any:
    return section.name.lower()


def _row(row: ComparedRow) -> wire.ComparedRow:
    found = row.found
    return wire.ComparedRow(
        section=_name(found.section),
        path=found.path,
        differs=found.differs,
        runs=found.present,
        values=[jsonable(value) for value in row.values],
        type=found.type.label if found.type else None,  # type: ignore[arg-type]
        aggregate=found.aggregate.value if found.aggregate else None,  # type: ignore[arg-type]
        points=None if row.points is None else [each and wire.SeriesEnd(each.count, each.last_step) for each in row.points],
        types=None if row.types is None else [each.label if each else None for each in row.types],  # type: ignore[misc]
    )


def _column(column: RunColumn) -> wire.RunColumn:
    if column.numbers is None:
        assert column.codes is not None
        return wire.RunColumn("category", [], column.codes.tolist(), list(column.levels))
    numbers = [
        number(value) if present else None
        for value, present in zip(column.numbers.tolist(), column.present.tolist(), strict=True)
    ]
    return wire.RunColumn("time" if column.kind is Kind.TIME else "number", numbers)  # type: ignore[arg-type]


def _parameter(found: Parameter) -> wire.Parameter:
    effect = found.effect
    groups = [
        wire.ParameterGroup(
            group.label,
            group.low if group.low is None else number(group.low),  # type: ignore[arg-type]
            group.high if group.high is None else number(group.high),  # type: ignore[arg-type]
            group.runs,
            list(group.quartiles) if group.quartiles else None,
        )
        for group in found.groups
    ]
    return wire.Parameter(
        found.path,
        found.type.label,  # type: ignore[arg-type]
        found.kind.value,
        found.runs,
        found.distinct,
        effect and effect.importance,
        effect and effect.p_value,
        effect and effect.correlation,
        groups,
    )


def _medium(cell: Medium) -> wire.Medium:
    if isinstance(cell.content, FileRef):
        ref = cell.content
        return wire.Medium(cell.step, FileValue(ref.sha256, ref.size, ref.mime, ref.name))
    return wire.Medium(cell.step, None, cell.content)


handlers: list[Any] = [compare_runs, run_columns, rank_parameters, media_grid]
