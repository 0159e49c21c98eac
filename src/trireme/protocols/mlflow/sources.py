"""Where the files of a model version are, from what a client says of it."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from trireme.domain.errors import NotFound
from trireme.protocols.mlflow.artifacts import inside_proxy
from trireme.protocols.mlflow.context import Context, artifact_uri
from trireme.protocols.mlflow.errors import MlflowError, invalid
from trireme.protocols.mlflow.logged_models import artifact_location
from trireme.protocols.mlflow.names import id_of

_MODEL_ID: Final = re.compile(r"m-[0-9a-f]{32}")


def resolve(context: Context, source: str, run: str, model: str) -> tuple[str, str, str]:
    """Where the files that *source* names are, and the run and the logged model they belong to ("" for none).

    Raises:
        MlflowError: the source lies outside of what the run or the model owns, or the caller may not know what it names.
    """
    _check_absolute(source)
    parts = urlsplit(source)
    if model and not run:
        run = context.models.get(context.actor, model)[1].source_run
    if parts.scheme == "models":
        return _of_model(context, source, run, model)
    if parts.scheme == "runs":
        return _of_run(context, source, run, model)
    inside = inside_proxy(source)
    if inside is not None:
        return source, *_owners(context, source, inside, run, model)
    if len(parts.scheme) < 2 or parts.scheme == "file":
        _check_local(context, source, run, model)
    return source, run, model


def _of_model(context: Context, source: str, run: str, model: str) -> tuple[str, str, str]:
    path = source.removeprefix("models:").lstrip("/")
    if _MODEL_ID.fullmatch(path):
        if model and model != path:
            raise invalid(f"Invalid model version source: '{source[:500]}'. The model_id request parameter names another model.")
        project, logged = context.models.get(context.actor, path)
        return artifact_location(project, logged), run or logged.source_run, logged.id
    name, _, version = path.partition("/")
    if not version.isdecimal():
        raise invalid(f"Invalid model version source: '{source[:500]}'.")
    original = context.registry.version(context.actor, name, int(version[:9]))
    return original.storage or original.source, run or original.run_id, model or original.logged_model_id


def _of_run(context: Context, source: str, run: str, model: str) -> tuple[str, str, str]:
    owner, _, path = source.removeprefix("runs:").lstrip("/").partition("/")
    try:
        project, record = context.run(owner)
    except MlflowError:
        return source, run, model  # the run may be another server's
    if run and run not in (owner, id_of(record)):
        raise invalid(
            f"Invalid model version source: '{source[:500]}'. To use a runs:/ URI as a model version source, the run_id request"
            " parameter has to name the run that the source belongs to."
        )
    return f"{artifact_uri(project, record)}/{path}", id_of(record), model


def _check_absolute(source: str) -> None:
    """Refuse what could lead out of the place it names, as it stands or once it is decoded."""
    parts, decoded = urlsplit(source), source
    climbs = bool(parts.netloc and not parts.path and parts.scheme not in ("models", "runs", "mlflow-artifacts"))
    climbs |= len(parts.scheme) == 1  # C:\…
    for _ in range(3):
        climbs |= ".." in re.split(r"[/\\]", decoded) or "\x00" in decoded
        decoded = unquote(decoded)
    if climbs:
        raise invalid(
            f"Invalid model version source: '{source[:500]}'. If supplying a source as an http, https, local file path, ftp, objectstore,"
            " or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an"
            " absolute path."
        )


def _owners(context: Context, source: str, path: str, run: str, model: str) -> tuple[str, str]:
    """The run and the model that what lies in this server's own store belongs to, which the caller must be able to see."""
    experiment, _, rest = path.partition("/")
    if not experiment.isdecimal():
        return run, model
    owner, identity = rest.split("/")[0], (*rest.split("/"), "")[1]
    try:
        context.experiment(experiment)
        if owner == "models" and _MODEL_ID.fullmatch(identity):
            found = context.models.get(context.actor, identity)[1]
            if model in ("", identity):
                return run or found.source_run, identity
        else:
            folder, _ = context.folder(path)
            if folder.run is None or run in ("", id_of(folder.run)):
                return run if folder.run is None else id_of(folder.run), model
    except (MlflowError, NotFound):
        pass
    raise invalid(
        f"Invalid model version source: '{source[:500]}'. The run_id or model_id request parameter must identify the resource that"
        " contains the source."
    )


def _check_local(context: Context, source: str, run: str, model: str) -> None:
    """A path on the server's own disk must lie in the artifact folder of the run or the model."""
    roots = []
    if run:
        roots.append(artifact_uri(*context.run(run)))
    if model:
        roots.append(artifact_location(*context.models.get(context.actor, model)))
    path = urlsplit(source).path
    for root in roots:
        parts = urlsplit(root)
        if parts.scheme in ("", "file") and (path == parts.path or path.startswith(f"{parts.path}/")):
            return
    raise invalid(
        f"Invalid model version source: '{source[:500]}'. To use a local path as a model version source, the run_id request parameter"
        " has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id."
    )
