"""Registered models and their versions."""

from __future__ import annotations

from typing import Literal

import msgspec

from trireme.server.schemas.common import NonFinite

Stage = Literal["None", "Staging", "Production", "Archived"]


class Model(msgspec.Struct, frozen=True):
    """A name with versions. Times are ISO 8601 in UTC."""

    name: str
    description: str
    owner: str
    created_at: str
    updated_at: str
    tags: dict[str, str]
    aliases: dict[str, int]
    """Version by alias."""
    version_count: int
    last_version: int | None
    """The highest version."""
    prompt: bool = False
    """A prompt, which MLflow keeps as a model: its versions are texts, in the tag `mlflow.prompt.text`."""


class ModelPage(msgspec.Struct, frozen=True):
    """Models, those that were changed last first."""

    models: list[Model]
    next_cursor: str | None


class ModelCreate(msgspec.Struct, frozen=True):
    """A new model. Its name has no `/` and no `:`."""

    name: str
    description: str = ""
    tags: dict[str, str] = {}


class ModelPatch(msgspec.Struct, frozen=True):
    """The fields to change, all or none of them; absent ones stay. A tag or an alias that is null goes."""

    name: str | None = None
    description: str | None = None
    tags: dict[str, str | None] = {}
    aliases: dict[str, int | None] = {}


class VersionRun(msgspec.Struct, frozen=True):
    """The run that made a version."""

    project: str
    """`workspace/name`."""
    key: int
    id: str
    """Short id, `MNIST-42`."""
    name: str
    state: Literal["running", "finished", "failed", "aborted", "stale", "idle", "scheduled"]
    trashed: bool


class ModelVersion(msgspec.Struct, frozen=True):
    """One version of a registered model. Times are ISO 8601 in UTC."""

    model: str
    version: int
    description: str
    owner: str
    stage: Stage
    source: str
    """Where its files were said to be when it was registered."""
    created_at: str
    updated_at: str
    tags: dict[str, str]
    aliases: list[str]
    run: VersionRun | None
    """Null if no run made it, or one that is gone or that you may not see."""
    run_link: str


class ModelVersionPage(msgspec.Struct, frozen=True):
    """Versions, newest first."""

    versions: list[ModelVersion]
    next_cursor: str | None


class ModelMeasurement(msgspec.Struct, frozen=True):
    """A metric of the logged model behind a version, its newest value."""

    key: str
    value: float | NonFinite
    step: int
    dataset: str = ""


class ModelVersionDetail(msgspec.Struct, frozen=True):
    """A version, with what was logged of the model itself rather than of its run (MLflow 3)."""

    version: ModelVersion
    params: dict[str, str]
    metrics: list[ModelMeasurement]


class ModelVersionCreate(msgspec.Struct, frozen=True):
    """The next version, from the files of a run."""

    project: str
    """`workspace/name`."""
    run: str
    """Short id, custom id or `key:<number>`."""
    path: str = ""
    """The folder or file of the run's that is the model; "" for all of its files."""
    logged_model: str | None = None
    """A model that the run logged, instead of its own files."""
    description: str = ""
    tags: dict[str, str] = {}


class ModelVersionPatch(msgspec.Struct, frozen=True):
    """The fields to change, all or none of them; absent ones stay. A tag that is null goes."""

    description: str | None = None
    stage: Stage | None = None
    archive_others: bool = False
    """The other versions of the new stage (Staging or Production) become Archived."""
    tags: dict[str, str | None] = {}


class ModelFile(msgspec.Struct, frozen=True):
    """A file of a version; fetch its bytes with `files/content`."""

    path: str
    size: int
    mime: str


class ModelFiles(msgspec.Struct, frozen=True):
    """The files of a version, by path."""

    files: list[ModelFile]
    total: int
    """How many there are; at most 10,000 are listed."""
    kept_at: str | None
    """Where they are if not in this server."""


class LoggedModel(msgspec.Struct, frozen=True):
    """A model as a run made it (MLflow 3), whether or not it is a version of a registered one."""

    id: str
    name: str
    status: Literal["pending", "ready", "failed"]
    created_at: str
    files: list[ModelFile]
    """At most 10,000."""


class RunLoggedModels(msgspec.Struct, frozen=True):
    """The models that a run logged."""

    models: list[LoggedModel]


class RunModels(msgspec.Struct, frozen=True):
    """The versions that a run made."""

    versions: list[ModelVersion]
