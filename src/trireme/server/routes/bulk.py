"""Many runs at once."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from litestar import post

from trireme.domain.ids import RunKey
from trireme.domain.permissions import Actor
from trireme.server.schemas.bulk import (
    BulkRequest,
    BulkResult,
    NamedRuns,
    RefusedRun,
    Restore,
    RunKeys,
    RunKeysRequest,
    RunsSize,
    TagChange,
    Trash,
)
from trireme.server.services import Services
from trireme.services.bulk import Changed

_RUNS = "/api/v1/projects/{workspace:str}/{name:str}/runs"


@post(f"{_RUNS}/keys", sync_to_thread=True, status_code=200, tags=["runs"], operation_id="listRunKeys")
def run_keys(services: Services, actor: Actor, workspace: str, name: str, data: RunKeysRequest) -> RunKeys:
    """List the keys of all runs that match a query, to work through them in portions."""
    project = services.projects.get(actor, workspace, name)
    return RunKeys(services.search.keys(actor, project, query=data.query, trashed=data.trashed, experiments=data.experiments))


@post(f"{_RUNS}/size", sync_to_thread=True, status_code=200, tags=["runs"], operation_id="measureRuns")
def size(services: Services, actor: Actor, workspace: str, name: str, data: NamedRuns) -> RunsSize:
    """Tell what runs take, and what deleting them for good frees."""
    project = services.projects.get(actor, workspace, name)
    found = services.bulk.size(actor, project, [RunKey(key) for key in data.keys])
    return RunsSize(found.runs, found.points, found.files, found.file_bytes, found.freed_bytes)


@post(f"{_RUNS}/bulk", status_code=200, tags=["runs"], operation_id="changeRuns")
async def change(services: Services, actor: Actor, workspace: str, name: str, data: BulkRequest) -> BulkResult:
    """Tag, trash, restore or delete a portion of runs."""
    keys = [RunKey(key) for key in data.keys]

    def carry_out() -> Changed:
        project = services.projects.get(actor, workspace, name)
        match data.change:
            case TagChange(add=add, remove=remove):
                return services.bulk.tag(actor, project, keys, add=add, remove=remove)
            case Trash():
                return services.bulk.trash(actor, project, keys, trashed=True)
            case Restore():
                return services.bulk.trash(actor, project, keys, trashed=False)
            case _:
                return services.bulk.delete(actor, project, keys)

    done = await to_thread.run_sync(carry_out)
    freed = await services.files.free(done.released) if done.released else 0
    refused = [RefusedRun(each.run.key, each.run.short_id, each.reason) for each in done.refused]
    return BulkResult([int(key) for key in done.changed], refused, freed)


handlers: list[Any] = [run_keys, size, change]
