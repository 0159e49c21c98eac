"""Registered models and their versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anyio import to_thread
from litestar import Request, Response, Router, delete, get, patch, post

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.model import PROMPT_TAG, LoggedModel, ModelSummary, RegisteredModel
from trireme.domain.model import ModelVersion as Version
from trireme.domain.permissions import Actor
from trireme.domain.records import FileRef
from trireme.server.file_answer import file_answer
from trireme.server.model_origin import (
    file_of,
    file_of_logged,
    files_of,
    files_of_logged,
    logged_by,
    logged_origin,
    mlflow_id,
    origin,
    runs_of,
)
from trireme.server.schemas.model import LoggedModel as LoggedModelInfo
from trireme.server.schemas.model import (
    Model,
    ModelCreate,
    ModelFile,
    ModelFiles,
    ModelMeasurement,
    ModelPage,
    ModelPatch,
    ModelVersion,
    ModelVersionCreate,
    ModelVersionDetail,
    ModelVersionPage,
    ModelVersionPatch,
    RunLoggedModels,
    RunModels,
    VersionRun,
)
from trireme.server.services import Services
from trireme.server.wire import iso, number
from trireme.services.cursor import decode_cursor, encode_cursor
from trireme.services.registry import check_tags, check_text

_MODELS = "/api/v1/models"
_MODEL = _MODELS + "/{model:str}"
_VERSIONS = _MODEL + "/versions"
_VERSION = _VERSIONS + "/{version:int}"
_MAX_FILES = 10_000
_MAX_VERSIONS = 1000


@get(_MODELS, sync_to_thread=True, tags=["models"], operation_id="listModels")
def list_models(
    services: Services, actor: Actor, search: str = "", prompts: bool = False, limit: int = 100, cursor: str | None = None
) -> ModelPage:
    """List registered models, those that were changed last first; every word of `search` is part of a name, a description or a tag."""
    found, next_cursor = services.registry.page(actor, search=search, prompts=prompts, limit=limit, cursor=cursor)
    return ModelPage([_model(summary) for summary in found], next_cursor)


@post(_MODELS, sync_to_thread=True, tags=["models"], operation_id="createModel")
def create_model(services: Services, actor: Actor, data: ModelCreate) -> Model:
    """Register a model."""
    check_tags(data.tags)
    made = services.registry.create(actor, data.name, description=check_text(data.description, "description"), tags=data.tags)
    return _model(ModelSummary(made, 0, 0))


@get(_MODEL, sync_to_thread=True, tags=["models"], operation_id="getModel")
def get_model(services: Services, actor: Actor, model: str) -> Model:
    """Get a registered model."""
    return _one(services, actor, services.registry.get(actor, model))


@patch(_MODEL, sync_to_thread=True, tags=["models"], operation_id="patchModel")
def patch_model(services: Services, actor: Actor, model: str, data: ModelPatch) -> Model:
    """Rename or describe a model, set or take away tags and aliases."""
    changed = services.registry.change(
        actor, model, new_name=data.name, description=data.description, tags=data.tags, aliases=data.aliases
    )
    return _one(services, actor, changed)


@delete(_MODEL, sync_to_thread=True, tags=["models"], operation_id="deleteModel")
def delete_model(services: Services, actor: Actor, model: str) -> None:
    """Delete a model with all its versions; the runs and their files stay."""
    services.registry.delete(actor, model)


@get(_VERSIONS, sync_to_thread=True, tags=["models"], operation_id="listModelVersions")
def list_versions(services: Services, actor: Actor, model: str, limit: int = 100, cursor: str | None = None) -> ModelVersionPage:
    """List the versions of a model, newest first."""
    if not 1 <= limit <= _MAX_VERSIONS:
        raise InvalidInput(f"1 to {_MAX_VERSIONS:,} versions a request.")
    before = decode_cursor(cursor, "versions", [0])[0] if cursor else None
    found = [version for version in services.registry.versions(actor, model) if before is None or version.version < before]
    page = found[::-1][:limit]
    more = encode_cursor("versions", [page[-1].version]) if len(found) > limit else None
    return ModelVersionPage(_versions(services, actor, page), more)


@post(_VERSIONS, sync_to_thread=True, tags=["models"], operation_id="createModelVersion")
def create_version(services: Services, actor: Actor, model: str, data: ModelVersionCreate) -> ModelVersion:
    """Make the next version of a model from the files of a run."""
    project = services.projects.by_name(actor, data.project)
    run = services.runs.find(actor, project, data.run)
    check_tags(data.tags)
    description = check_text(data.description, "description")
    if data.logged_model is not None:
        values = logged_origin(services, actor, run, data.logged_model)
    else:
        values = origin(services, actor, project, run, data.path)
    made = services.registry.add_version(actor, model, tags=data.tags, description=description, run_link="", **values)
    return _versions(services, actor, [made])[0]


@get(_VERSION, sync_to_thread=True, tags=["models"], operation_id="getModelVersion")
def get_version(services: Services, actor: Actor, model: str, version: int) -> ModelVersionDetail:
    """Get a version, with what was logged of the model itself."""
    found = services.registry.version(actor, model, _checked(version))
    logged = _logged(services, actor, found)
    return ModelVersionDetail(
        version=_versions(services, actor, [found])[0],
        params=dict(logged.params) if logged else {},
        metrics=_measurements(logged) if logged else [],
    )


@patch(_VERSION, sync_to_thread=True, tags=["models"], operation_id="patchModelVersion")
def patch_version(services: Services, actor: Actor, model: str, version: int, data: ModelVersionPatch) -> ModelVersion:
    """Describe a version, move it to a stage, set or take away tags."""
    changed = services.registry.change_version(
        actor,
        model,
        _checked(version),
        description=data.description,
        stage=data.stage,
        archive_others=data.archive_others,
        tags=data.tags,
    )
    return _versions(services, actor, [changed])[0]


@delete(_VERSION, sync_to_thread=True, tags=["models"], operation_id="deleteModelVersion")
def delete_version(services: Services, actor: Actor, model: str, version: int) -> None:
    """Delete a version; its number is not given again, and its run and the files stay."""
    services.registry.delete_version(actor, model, _checked(version))


@get(f"{_VERSION}/files", sync_to_thread=True, tags=["models"], operation_id="listModelFiles")
def list_files(services: Services, actor: Actor, model: str, version: int) -> ModelFiles:
    """List the files of a version."""
    found = services.registry.version(actor, model, _checked(version))
    files = files_of(services, actor, found)
    if files is None:
        return ModelFiles([], 0, found.storage or found.source)
    shown = sorted(files.items())[:_MAX_FILES]
    return ModelFiles([ModelFile(path, ref.size, ref.mime) for path, ref in shown], len(files), None)


@get(f"{_VERSION}/files/content", tags=["models"], operation_id="getModelFileContent")
async def file_content(
    request: Request[Any, Any, Any],
    services: Services,
    actor: Actor,
    model: str,
    version: int,
    path: str,
    download: bool = False,
) -> Response[Any]:
    """Read a file of a version. Ranges and ETags work; `download` asks to save it."""

    def find() -> FileRef:
        return file_of(services, actor, services.registry.version(actor, model, _checked(version)), path)

    ref = await to_thread.run_sync(find)
    named = FileRef(ref.sha256, ref.size, ref.mime, path.rpartition("/")[2])
    return await file_answer(request, services.files, named, download=download, lasting=False)


@get(
    "/api/v1/projects/{workspace:str}/{name:str}/runs/{run_id:str}/models",
    sync_to_thread=True,
    tags=["models"],
    operation_id="listRunModels",
)
def list_run_models(services: Services, actor: Actor, workspace: str, name: str, run_id: str) -> RunModels:
    """List the versions of registered models that a run made."""
    project = services.projects.get(actor, workspace, name)
    run = services.runs.find(actor, project, run_id)
    return RunModels(_versions(services, actor, services.registry.of_run(actor, mlflow_id(run))))


@get(
    "/api/v1/projects/{workspace:str}/{name:str}/runs/{run_id:str}/logged-models",
    sync_to_thread=True,
    tags=["models"],
    operation_id="listRunLoggedModels",
)
def list_logged_models(services: Services, actor: Actor, workspace: str, name: str, run_id: str) -> RunLoggedModels:
    """List the models that a run logged, with their files."""
    project = services.projects.get(actor, workspace, name)
    run = services.runs.find(actor, project, run_id)
    found = []
    for model in logged_by(services, actor, project, run):
        files = sorted(files_of_logged(services, actor, project, model).items())[:_MAX_FILES]
        shown = [ModelFile(path, ref.size, ref.mime) for path, ref in files]
        status = model.status.name.lower()
        found.append(LoggedModelInfo(model.id, model.name, status, iso(model.created_at), shown))  # type: ignore[arg-type]
    return RunLoggedModels(found)


@get("/api/v1/logged-models/{logged:str}/files/content", tags=["models"], operation_id="getLoggedModelFileContent")
async def logged_file_content(
    request: Request[Any, Any, Any], services: Services, actor: Actor, logged: str, path: str, download: bool = False
) -> Response[Any]:
    """Read a file of a logged model. Ranges and ETags work; `download` asks to save it."""
    ref = await to_thread.run_sync(file_of_logged, services, actor, logged, path)
    named = FileRef(ref.sha256, ref.size, ref.mime, path.rpartition("/")[2])
    return await file_answer(request, services.files, named, download=download, lasting=False)


def _checked(version: int) -> int:
    """A number that a version can have; no other one has any."""
    if not 0 < version < 1 << 31:
        raise NotFound(f"There is no version {str(version)[:20]}.")
    return version


def _one(services: Services, actor: Actor, model: RegisteredModel) -> Model:
    versions = services.registry.versions(actor, model.name)
    return _model(ModelSummary(model, len(versions), versions[-1].version if versions else 0))


def _model(summary: ModelSummary) -> Model:
    model = summary.model
    return Model(
        name=model.name,
        description=model.description,
        owner=model.owner,
        created_at=iso(model.created_at),
        updated_at=iso(model.updated_at),
        tags=dict(sorted(model.tags.items())),
        aliases=dict(sorted(model.aliases.items())),
        version_count=summary.version_count,
        last_version=summary.last_version or None,
        prompt=model.tags.get(PROMPT_TAG, "").lower() == "true",
    )


def _versions(services: Services, actor: Actor, found: Sequence[Version]) -> list[ModelVersion]:
    runs = runs_of(services, actor, found)
    return [_version(version, runs.get(version.run_id)) for version in found]


def _version(version: Version, run: VersionRun | None) -> ModelVersion:
    return ModelVersion(
        model=version.model,
        version=version.version,
        description=version.description,
        owner=version.owner,
        stage=version.stage,  # type: ignore[arg-type]
        source=version.source,
        created_at=iso(version.created_at),
        updated_at=iso(version.updated_at),
        tags=dict(sorted(version.tags.items())),
        aliases=sorted(version.aliases),
        run=run,
        run_link=version.run_link,
    )


def _logged(services: Services, actor: Actor, version: Version) -> LoggedModel | None:
    if not version.logged_model_id:
        return None
    try:
        return services.models.get(actor, version.logged_model_id)[1]
    except NotFound:
        return None


def _measurements(model: LoggedModel) -> list[ModelMeasurement]:
    newest = {(m.key, m.dataset_name): m for m in sorted(model.metrics, key=lambda m: (m.step, m.timestamp))}
    return [
        ModelMeasurement(metric.key, number(metric.value), metric.step, metric.dataset_name)  # type: ignore[arg-type]
        for _, metric in sorted(newest.items())
    ]


handlers: list[Any] = [
    # Litestar 2.25 wraps the first of several threaded handlers of one path twice, unless they come registered together.
    Router("/", route_handlers=[list_models, create_model]),
    Router("/", route_handlers=[get_model, patch_model, delete_model]),
    Router("/", route_handlers=[list_versions, create_version]),
    Router("/", route_handlers=[get_version, patch_version, delete_version]),
    list_files,
    file_content,
    list_run_models,
    list_logged_models,
    logged_file_content,
]
