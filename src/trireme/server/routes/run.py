"""Runs, one at a time, and what belongs to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from anyio import to_thread
from litestar import Response, Router, delete, get, patch, post

from trireme.domain.errors import Conflict
from trireme.domain.lineage import ForkPoint
from trireme.domain.permissions import Actor
from trireme.domain.records import MICRO, FileRef, step_to_micros
from trireme.domain.run import RunRecord
from trireme.server.params import types_of
from trireme.server.schemas.common import FileValue
from trireme.server.schemas.run import (
    Ancestor,
    FilePage,
    FilePoint,
    Fork,
    HistogramPage,
    HistogramPoint,
    Run,
    RunAttribute,
    RunAttributePage,
    RunCreate,
    RunPatch,
    SeriesSummary,
    StringPage,
    StringPoint,
)
from trireme.server.services import Services
from trireme.server.wire import iso, jsonable, milliseconds
from trireme.services.bulk import Changed
from trireme.services.run import RunView
from trireme.services.search import Summary
from trireme.services.series import SeriesKey

_RUN = "/api/v1/projects/{workspace:str}/{name:str}/runs/{run_id:str}"


@post("/api/v1/runs", sync_to_thread=True, tags=["runs"], operation_id="createRun")
def create_run(services: Services, actor: Actor, data: RunCreate) -> Response[Run]:
    """Make a run, or find it: 201 made, 200 found."""
    view = services.runs.create(
        actor,
        project=data.project,
        custom_run_id=data.custom_run_id,
        name=data.name,
        tags=data.tags,
        created_at=milliseconds(data.created_at),
        resume=data.resume,
        experiment=data.experiment,
        fork=_fork(data.fork) if data.fork else None,
        inherit=data.inherit,
        revive=data.revive,
    )
    return Response(_run(view), status_code=200 if view.existed else 201)


@post("/api/v1/runs/heartbeat", sync_to_thread=True, status_code=204, tags=["runs"], operation_id="heartbeat")
def heartbeat(services: Services, actor: Actor, project: str, run: str) -> None:
    """Say that a run (its custom id) still runs."""
    services.runs.heartbeat(actor, project, run)


@get(_RUN, sync_to_thread=True, tags=["runs"], operation_id="getRun")
def get_run(services: Services, actor: Actor, workspace: str, name: str, run_id: str) -> Run:
    """Get a run by short id, custom id or `key:<number>`."""
    project = services.projects.get(actor, workspace, name)
    return _run(services.runs.get(actor, project, run_id))


@patch(_RUN, sync_to_thread=True, tags=["runs"], operation_id="patchRun")
def patch_run(services: Services, actor: Actor, workspace: str, name: str, run_id: str, data: RunPatch) -> Run:
    """Rename, describe, tag, trash or restore a run."""
    project = services.projects.get(actor, workspace, name)
    changes = {field: getattr(data, field) for field in ("name", "description", "tags", "trashed")}
    return _run(services.runs.patch(actor, project, run_id, **changes))


@delete(_RUN, tags=["runs"], operation_id="deleteRun")
async def delete_run(services: Services, actor: Actor, workspace: str, name: str, run_id: str) -> None:
    """Remove a trashed run for good."""

    def carry_out() -> Changed:
        project = services.projects.get(actor, workspace, name)
        return services.bulk.delete(actor, project, [services.runs.find(actor, project, run_id).key])

    done = await to_thread.run_sync(carry_out)
    for refused in done.refused:
        raise Conflict(refused.reason)
    await services.files.free(done.released)


@get(f"{_RUN}/attributes", sync_to_thread=True, tags=["runs"], operation_id="listRunAttributes")
def list_attributes(
    services: Services,
    actor: Actor,
    workspace: str,
    name: str,
    run_id: str,
    prefix: str = "",
    regex: str = "",
    types: str = "",
    limit: int = 1000,
    cursor: str | None = None,
) -> RunAttributePage:
    """List a run's attributes by path; `types` is a comma-separated list."""
    project = services.projects.get(actor, workspace, name)
    run = services.runs.find(actor, project, run_id)
    found, next_cursor = services.search.run_attributes(
        actor, project, run, prefix=prefix, regex=regex, types=types_of(types), limit=limit, cursor=cursor
    )
    attributes = [RunAttribute(a.path, a.type.label, jsonable(a.value), _summary(a.summary)) for a in found]  # type: ignore[arg-type]
    return RunAttributePage(attributes, next_cursor)


@get(f"{_RUN}/strings", sync_to_thread=True, tags=["runs"], operation_id="listStrings")
def list_strings(
    services: Services,
    actor: Actor,
    workspace: str,
    name: str,
    run_id: str,
    path: str,
    limit: int = 1000,
    cursor: str | None = None,
    tail: int = 0,
) -> StringPage:
    """Read a string series in step order, from the beginning, from a cursor, or its last `tail` points."""
    project = services.projects.get(actor, workspace, name)
    run = services.runs.find(actor, project, run_id)
    page = services.series.strings(actor, project, SeriesKey(run.key, path), limit=limit, cursor=cursor, tail=tail)
    points = [StringPoint(row["step"] / MICRO, iso(row["timestamp"]), row["value"]) for row in page.table.to_pylist()]
    return StringPage(points, page.total, page.next_cursor, page.previous_cursor)


@get(f"{_RUN}/histograms", sync_to_thread=True, tags=["runs"], operation_id="listHistograms")
def list_histograms(
    services: Services, actor: Actor, workspace: str, name: str, run_id: str, path: str, limit: int = 100
) -> HistogramPage:
    """Read a histogram series: at most `limit` of them, evenly chosen."""
    project = services.projects.get(actor, workspace, name)
    run = services.runs.find(actor, project, run_id)
    page = services.series.histograms(actor, project, SeriesKey(run.key, path), limit=limit)
    points = [
        HistogramPoint(row["step"] / MICRO, iso(row["timestamp"]), row["edges"], row["bins"], bool(row["density"]))
        for row in page.table.to_pylist()
    ]
    return HistogramPage(points, page.total)


@get(f"{_RUN}/files", sync_to_thread=True, tags=["runs"], operation_id="listFiles")
def list_files(
    services: Services,
    actor: Actor,
    workspace: str,
    name: str,
    run_id: str,
    path: str,
    limit: int = 1000,
    cursor: str | None = None,
) -> FilePage:
    """Read a file series in step order; the bytes come from `files/content`."""
    project = services.projects.get(actor, workspace, name)
    run = services.runs.find(actor, project, run_id)
    page = services.series.files(actor, project, SeriesKey(run.key, path), limit=limit, cursor=cursor)
    points = [
        FilePoint(
            row["step"] / MICRO, iso(row["timestamp"]), _file(FileRef(row["sha256"], row["size"], row["mime"], row["name"]))
        )
        for row in page.table.to_pylist()
    ]
    return FilePage(points, page.total, page.next_cursor if len(points) == limit else None)


def _file(ref: FileRef) -> FileValue:
    return FileValue(ref.sha256, ref.size, ref.mime, ref.name)


def _summary(summary: Summary | None) -> SeriesSummary | None:
    return summary and SeriesSummary(**{name: jsonable(value) for name, value in asdict(summary).items()})


def _fork(fork: Fork) -> ForkPoint:
    return ForkPoint(fork.parent, None if fork.step is None else step_to_micros(fork.step))


def _relatives(found: Sequence[tuple[RunRecord, str, int]]) -> list[Ancestor]:
    return [Ancestor(run.key, run.short_id, run.custom_run_id, name, step / MICRO) for run, name, step in found]


def _run(view: RunView) -> Run:
    record = view.record
    return Run(
        key=record.key,
        id=record.short_id,
        project=view.project,
        custom_run_id=record.custom_run_id,
        name=view.name,
        state=view.state,  # type: ignore[arg-type]
        owner=record.owner,
        description=view.description,
        tags=list(view.tags),
        created_at=iso(record.created_at),
        modified_at=iso(view.modified_at),
        heard_at=iso(view.record.heard_at),
        trashed=record.trashed,
        existed=view.existed,
        experiment=record.experiment,
        lineage=_relatives(view.lineage),
        forks=_relatives(view.forks),
    )


handlers: list[Any] = [
    create_run,
    heartbeat,
    # Litestar 2.25 wraps the first of three threaded handlers of one path twice, unless they come registered together.
    Router("/", route_handlers=[get_run, patch_run, delete_run]),
    list_attributes,
    list_strings,
    list_histograms,
    list_files,
]
