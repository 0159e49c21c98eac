"""Where versions of registered models come from: their runs and their files, whose names are MLflow's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.ids import RunKey
from trireme.domain.model import LoggedModel, ModelVersion
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.records import FileRef
from trireme.domain.run import RunRecord
from trireme.protocols.mlflow.artifacts import folder_of_model, inside_proxy
from trireme.protocols.mlflow.errors import MlflowError
from trireme.protocols.mlflow.names import check_artifact_path, id_of
from trireme.protocols.mlflow.sources import resolve
from trireme.server.routes.mlflow.context import context_of
from trireme.server.schemas.model import VersionRun
from trireme.server.services import Services
from trireme.services.artifact import Folder


def runs_of(services: Services, actor: Actor, versions: Sequence[ModelVersion]) -> dict[str, VersionRun]:
    """The runs that made versions, by their MLflow ids, as far as they exist and the actor may see them."""
    context = context_of(services, actor)
    found: dict[str, tuple[ProjectRecord, RunRecord]] = {}
    for identity in {version.run_id for version in versions if version.run_id}:
        try:
            found[identity] = context.run(identity)
        except MlflowError:
            continue
    by_project: dict[ProjectRecord, list[RunRecord]] = defaultdict(list)
    for project, run in found.values():
        by_project[project].append(run)
    shown: dict[RunKey, dict[str, object]] = {}
    for project, runs in by_project.items():
        shown |= services.runs.states(project, runs)
    return {
        identity: VersionRun(
            project=project.full_name,
            key=run.key,
            id=run.short_id,
            name=str(shown[run.key].get("sys/name") or run.custom_run_id),
            state=shown[run.key]["sys/state"],  # type: ignore[arg-type]
            trashed=run.trashed,
        )
        for identity, (project, run) in found.items()
    }


def mlflow_id(run: RunRecord) -> str:
    """The id under which versions know a run."""
    return id_of(run)


def origin(services: Services, actor: Actor, project: ProjectRecord, run: RunRecord, path: str) -> dict[str, str]:
    """Source, storage, run and logged model of a version that is made of a run's files.

    Raises:
        InvalidInput: the path leads out of the run.
        NotFound: the run has no such file or folder.
    """
    inside = _checked(path)
    if not services.artifacts.entries(actor, Folder(project, run), inside):
        try:
            services.artifacts.find(actor, Folder(project, run), inside)
        except NotFound:
            raise NotFound(
                f"The run '{run.short_id}' has no files at '{path[:200]}'.", hint="Give a folder or a file of its tab Files."
            ) from None
    identity = id_of(run)
    source = f"runs:/{identity}/{inside}".rstrip("/")
    storage, run_id, logged = resolve(context_of(services, actor), source, identity, "")
    return {"source": source, "storage": storage.rstrip("/"), "run_id": run_id, "logged_model_id": logged}


def logged_origin(services: Services, actor: Actor, run: RunRecord, model: str) -> dict[str, str]:
    """The same for a version that is made of a model that the run logged.

    Raises:
        InvalidInput: another run made it.
        NotFound: there is no such model.
    """
    _, logged = services.models.get(actor, model)
    if logged.source_run not in ("", id_of(run)):
        raise InvalidInput(f"The model '{model[:60]}' was not made by the run '{run.short_id}'.")
    source = f"models:/{logged.id}"
    storage, run_id, identity = resolve(context_of(services, actor), source, id_of(run), logged.id)
    return {"source": source, "storage": storage, "run_id": run_id, "logged_model_id": identity}


def logged_by(services: Services, actor: Actor, project: ProjectRecord, run: RunRecord) -> list[LoggedModel]:
    """The models that a run logged, as far as they are still there."""
    found = []
    for identity, _, output in services.models.models(actor, project, [run.key]).get(run.key, []):
        if not output:
            continue
        try:
            found.append(services.models.get(actor, identity)[1])
        except NotFound:
            continue
    return found


def files_of_logged(services: Services, actor: Actor, project: ProjectRecord, model: LoggedModel) -> dict[str, FileRef]:
    """The files of a logged model by path."""
    return services.artifacts.files(actor, folder_of_model(project, model), "")


def file_of_logged(services: Services, actor: Actor, model: str, path: str) -> FileRef:
    """One file of a logged model.

    Raises:
        NotFound: there is none.
    """
    project, logged = services.models.get(actor, model)
    return services.artifacts.find(actor, folder_of_model(project, logged), _checked(path))


def files_of(services: Services, actor: Actor, version: ModelVersion) -> dict[str, FileRef] | None:
    """The files of a version by path; None if they are kept elsewhere."""
    place = _place(services, actor, version)
    if place is None:
        return None
    folder, inside = place
    found = services.artifacts.files(actor, folder, inside)
    if not found and inside:
        try:
            return {inside.rpartition("/")[2]: services.artifacts.find(actor, folder, inside)}
        except (NotFound, InvalidInput):
            return {}
    return found


def file_of(services: Services, actor: Actor, version: ModelVersion, path: str) -> FileRef:
    """One file of a version.

    Raises:
        NotFound: there is none, or the files are kept elsewhere.
    """
    place = _place(services, actor, version)
    if place is None:
        raise NotFound("The files of this version are kept elsewhere.", hint="Its source says where.")
    folder, inside = place
    wanted = _checked(path)
    try:
        return services.artifacts.find(actor, folder, f"{inside}/{wanted}".strip("/"))
    except NotFound:
        if inside.rpartition("/")[2] != wanted:
            raise
        return services.artifacts.find(actor, folder, inside)  # the version is one file


def _place(services: Services, actor: Actor, version: ModelVersion) -> tuple[Folder, str] | None:
    inside = inside_proxy(version.storage or version.source)
    if inside is None:
        return None
    try:
        return context_of(services, actor).folder(inside)
    except MlflowError:
        raise NotFound("The project that this version's files belong to is gone.") from None


def _checked(path: str) -> str:
    try:
        return check_artifact_path(path)
    except MlflowError:
        raise InvalidInput(f"'{path[:200]}' is no path of a file.", hint="Give a path without '..' and backslashes.") from None
