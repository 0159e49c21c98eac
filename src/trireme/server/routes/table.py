"""The runs table, its groups and its export."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
from litestar import Request, Response, post
from litestar.response import Stream

from trireme.domain.ids import RunKey
from trireme.domain.permissions import Actor
from trireme.domain.query import Attribute, Query, SortBy
from trireme.domain.types import AttributeType
from trireme.server.params import attribute_of
from trireme.server.schemas.table import (
    ExportRequest,
    Group,
    GroupRequest,
    Groups,
    Member,
    Row,
    Sort,
    Sparkline,
    SparklineRequest,
    Sparklines,
    Statistics,
    Table,
    TableRequest,
)
from trireme.server.services import Services
from trireme.server.table_files import MEDIA_TYPES, Format, file_parts
from trireme.server.wire import arrow, iso, jsonable, wants_arrow
from trireme.services.groups import member_of
from trireme.services.order import Question
from trireme.services.search import TablePage, question_tree

_RUNS = "/api/v1/projects/{workspace:str}/{name:str}/runs"


@post(f"{_RUNS}/search", sync_to_thread=True, status_code=200, tags=["runs"], operation_id="searchRuns")
def search_runs(
    request: Request[Any, Any, Any], services: Services, actor: Actor, workspace: str, name: str, data: TableRequest
) -> Response[Table]:
    """Get one page of a runs table, as JSON or as Arrow (columns key, id, custom_run_id, name, state, c0, c1, …)."""
    page = services.search.table(
        actor,
        services.projects.get(actor, workspace, name),
        query=data.query,
        within=_members(data.within),
        columns=[attribute_of(column) for column in data.columns],
        sort=_sort(data.sort),
        limit=data.limit,
        offset=data.offset,
        cursor=data.cursor,
        trashed=data.trashed,
        experiments=data.experiments,
        runs=None if data.runs is None else [RunKey(run) for run in data.runs],
        first=[RunKey(run) for run in data.first],
    )
    if wants_arrow(request):
        return _as_arrow(page, len(data.columns))  # type: ignore[return-value]
    rows = [
        Row(
            row.run.key,
            row.run.short_id,
            row.run.custom_run_id,
            row.name,
            row.state,
            [jsonable(value) for value in row.values],
            None if row.heard_at is None else iso(row.heard_at),
        )
        for row in page.rows
    ]
    return Response(Table(rows, page.total, page.length, page.next_cursor))


@post(f"{_RUNS}/groups", sync_to_thread=True, status_code=200, tags=["runs"], operation_id="groupRuns")
def group_runs(services: Services, actor: Actor, workspace: str, name: str, data: GroupRequest) -> Groups:
    """Get the groups that a table's runs fall into, and the mean, least and greatest value of columns over the runs of each."""
    tree = question_tree(data.query, _members(data.within), experiments=data.experiments)
    page = services.groups.groups(
        actor,
        services.projects.get(actor, workspace, name),
        Question(tree, _sort(data.sort), data.trashed),
        None if data.by is None else attribute_of(data.by),
        columns=[attribute_of(column) for column in data.columns],
        limit=data.limit,
        offset=data.offset,
    )
    groups = [
        Group(
            group.type.label if group.type else None,  # type: ignore[arg-type]
            jsonable(group.value),
            group.runs,
            group.first,
            [cell and Statistics(cell.count, cell.mean, cell.min, cell.max) for cell in group.cells],
        )
        for group in page.groups
    ]
    return Groups(groups, page.total, page.runs)


@post(f"{_RUNS}/sparklines", sync_to_thread=True, status_code=200, tags=["runs"], operation_id="getSparklines")
def sparklines(services: Services, actor: Actor, workspace: str, name: str, data: SparklineRequest) -> Sparklines:
    """Get small pictures of the float series of some runs."""
    found = services.sparklines.sparklines(
        actor,
        services.projects.get(actor, workspace, name),
        [RunKey(run) for run in data.runs],
        data.paths,
        buckets=data.buckets,
    )
    return Sparklines(
        [Sparkline(line.run, line.path, line.x.tolist(), _short(line.mean), _short(line.min), _short(line.max)) for line in found]
    )


@post(f"{_RUNS}/export", sync_to_thread=True, status_code=200, tags=["runs"], operation_id="exportRuns")
def export_runs(
    request: Request[Any, Any, Any], services: Services, actor: Actor, workspace: str, name: str, data: ExportRequest
) -> Stream:
    """Download a whole runs table as CSV or Parquet, sent while it is made."""
    project = services.projects.get(actor, workspace, name)
    tree = question_tree(data.query, _members(data.within), experiments=data.experiments)
    runs = None if data.runs is None else tuple(RunKey(run) for run in data.runs)
    tables = services.exports.tables(
        actor, project, Question(tree, _sort(data.sort), data.trashed, runs), [attribute_of(column) for column in data.columns]
    )
    form: Format = data.format or ("parquet" if "parquet" in request.headers.get("accept", "") else "csv")
    file = f"{project.name}-runs.{form}"
    plain = re.sub(r"[^\w.-]", "_", file, flags=re.ASCII)
    headers = {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file, safe='')}"}
    return Stream(file_parts(tables, form), media_type=MEDIA_TYPES[form], headers=headers)


def _sort(sort: Sort | None) -> SortBy | None:
    return None if sort is None else SortBy(attribute_of(sort), sort.direction == "desc")


def _members(members: Sequence[Member]) -> list[Query]:
    found: list[Query] = []
    for member in members:
        by = attribute_of(member.by)
        if member.value is not None and member.type is not None:
            type_ = AttributeType.from_label(member.type)
            by = Attribute(by.path, type_, by.aggregate if type_ is AttributeType.FLOAT_SERIES else None)
        found.append(member_of(by, member.value))
    return found


def _short(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    """Four digits are more than a picture shows."""
    return [float(f"{value:.4g}") if np.isfinite(value) else None for value in values.tolist()]


def _as_arrow(page: TablePage, columns: int) -> Response[bytes]:
    import pyarrow as pa

    rows = page.rows
    made: dict[str, Any] = {
        "key": pa.array([row.run.key for row in rows], pa.uint64()),
        "id": [row.run.short_id for row in rows],
        "custom_run_id": [row.run.custom_run_id for row in rows],
        "name": [row.name for row in rows],
        "state": [row.state for row in rows],
    }
    for index in range(columns):
        values: list[Any] = [row.values[index] for row in rows]
        kinds = {type(value) for value in values if value is not None}
        if kinds <= {int, float} or (len(kinds) == 1 and kinds <= {str, bool}):
            made[f"c{index}"] = pa.array([float(v) for v in values] if float in kinds and None not in values else values)
        else:
            made[f"c{index}"] = pa.array([None if value is None else str(jsonable(value)) for value in values], pa.string())
    return arrow(pa.table(made), next_cursor=page.next_cursor, total=str(page.total))


handlers: list[Any] = [search_runs, group_runs, sparklines, export_runs]
