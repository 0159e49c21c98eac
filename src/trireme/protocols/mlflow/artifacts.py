"""Artifacts: the lists; bytes go through the routes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from trireme.domain.model import LoggedModel
from trireme.domain.project import ProjectRecord
from trireme.protocols.mlflow.context import PROJECT_FILES, Context, artifact_uri
from trireme.protocols.mlflow.errors import MlflowError
from trireme.protocols.mlflow.logged_models import artifact_location
from trireme.protocols.mlflow.names import check_artifact_path
from trireme.services.artifact import Folder


def of_run(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """What lies in a folder of a run; paths are relative to the run's root."""
    project, run = context.run(args["run_id"] or args["run_uuid"])
    path = check_artifact_path(args["path"] or "")
    return {"root_uri": artifact_uri(project, run), "files": _files(context, Folder(project, run), path, path)}


def of_model(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """What lies in a folder of a logged model."""
    project, model = context.models.get(context.actor, args["model_id"])
    path = check_artifact_path(args["artifact_directory_path"] or "")
    return {
        "root_uri": artifact_location(project, model),
        "files": _files(context, folder_of_model(project, model), path, path),
    }


def of_proxy(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """What lies in a folder of the artifact proxy; paths are relative to that folder."""
    path = check_artifact_path(args["path"] or "")
    try:
        folder, inside = context.folder(path)
    except MlflowError:
        return {}
    return {"files": _files(context, folder, inside, "")}


def folder_of_model(project: ProjectRecord, model: LoggedModel) -> Folder:
    """Where the files of a logged model are."""
    return Folder(project, prefix=f"{PROJECT_FILES}models/{model.id}/artifacts/")


def inside_proxy(uri: str) -> str | None:
    """The path that a URI of this server's artifact proxy names; None for any other URI."""
    parts = urlsplit(uri)
    if parts.scheme == "mlflow-artifacts":
        return parts.path.strip("/")
    _, found, path = parts.path.partition("/mlflow-artifacts/artifacts")
    return path.strip("/") if found and parts.scheme in ("http", "https") else None


def _files(context: Context, folder: Folder, path: str, shown: str) -> list[dict[str, Any]]:
    return [
        {"path": f"{shown}/{entry.name}" if shown else entry.name, "is_dir": entry.size is None, "file_size": entry.size}
        for entry in context.artifacts.entries(context.actor, folder, path)
    ]
