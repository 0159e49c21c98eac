"""Models: those with a name and versions, and those a run made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from trireme.domain.ids import ProjectId

STAGES: Final = ("None", "Staging", "Production", "Archived")
READY: Final = "READY"
PROMPT_TAG: Final = "mlflow.prompt.is_prompt"
"""A registered model with this tag at "true" is a prompt: text with versions, no files."""


class LoggedModelStatus(IntEnum):
    """How far a logged model has come."""

    PENDING = 1
    READY = 2
    FAILED = 3


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One version of a registered model. Times in ms since 1970.

    Parameters:
        source: where its files were said to be.
        storage: where they are, when *source* names another version or a logged model.
        status: `READY`, ``PENDING_REGISTRATION`` or ``FAILED_REGISTRATION``; what is made here is ready at once.
        status_message: why it is not ready.
    """

    model: str
    version: int
    description: str
    owner: str
    stage: str
    source: str
    storage: str
    run_id: str
    run_link: str
    logged_model_id: str
    created_at: int
    updated_at: int
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: Sequence[str] = ()
    status: str = READY
    status_message: str = ""


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A name with versions. Times in ms since 1970.

    Parameters:
        aliases: version by alias.
        latest: the highest version of each stage that is in use.
    """

    id: int
    workspace: str
    name: str
    description: str
    owner: str
    created_at: int
    updated_at: int
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, int] = field(default_factory=dict)
    latest: Sequence[ModelVersion] = ()


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """A registered model as a list shows it.

    Parameters:
        version_count: how many versions it has.
        last_version: the highest of them; 0 without any.
    """

    model: RegisteredModel
    version_count: int
    last_version: int


@dataclass(frozen=True, slots=True)
class ModelMetric:
    """A point of a metric that a run measured of a logged model. Time in ms since 1970."""

    key: str
    value: float
    timestamp: int
    step: int
    run_id: str
    dataset_name: str = ""
    dataset_digest: str = ""


@dataclass(frozen=True, slots=True)
class LoggedModel:
    """A model as a run made it. Times in ms since 1970."""

    id: str
    project_id: ProjectId
    name: str
    type: str
    status: LoggedModelStatus
    status_message: str
    source_run: str
    created_at: int
    updated_at: int
    trashed: bool = False
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    metrics: Sequence[ModelMetric] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Data that a run used, known in its project by name and digest."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None
