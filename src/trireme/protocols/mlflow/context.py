"""What every call of the protocol works with: the caller, the services, and how experiments and runs are found."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from trireme.domain.errors import AlreadyExists, InvalidInput, NotFound
from trireme.domain.ids import split_project
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.run import RunRecord
from trireme.protocols.mlflow.errors import MlflowError, invalid, missing, missing_value
from trireme.protocols.mlflow.names import id_of, run_key, whole_number
from trireme.services.artifact import ArtifactService, Folder
from trireme.services.assessment import AssessmentService
from trireme.services.attributes import AttributeService
from trireme.services.eval_dataset import EvalDatasetService
from trireme.services.history import HistoryService
from trireme.services.imports import ImportService
from trireme.services.ingest import IngestService
from trireme.services.kept import KeptTexts
from trireme.services.logged_model import LoggedModelService
from trireme.services.project import ProjectService
from trireme.services.ranking import RankingService
from trireme.services.registry import RegistryService
from trireme.services.run import RunService
from trireme.services.scorer import ScorerService
from trireme.services.trace import TraceService
from trireme.services.trace_search import TraceSearchService

DEFAULT_ID: Final = "0"
DEFAULT_NAME: Final = "Default"
PROJECT_FILES: Final = "mlflow/"
"""How the names begin under which a project keeps the artifacts that belong to no run."""
_LOOSE_FILES: Final = "mlflow-loose/"
_HOME: Final = "default"
"""Experiment 0, "Default", is the project ``default/default``, where runs without a project go."""


@dataclass(slots=True)
class Locks:
    """One lock a run, striped: a param is written once, also by two clients at a time."""

    stripes: list[threading.Lock] = field(default_factory=lambda: [threading.Lock() for _ in range(256)])

    def of(self, run: RunRecord) -> threading.Lock:
        """The lock of a run."""
        return self.stripes[int(run.key) % len(self.stripes)]


@dataclass(frozen=True, slots=True)
class Context:
    """One caller and all services.

    Parameters:
        agent: the name and version that the caller's client gives itself.
    """

    actor: Actor
    projects: ProjectService
    runs: RunService
    ingest: IngestService
    attributes: AttributeService
    history: HistoryService
    ranking: RankingService
    run_texts: KeptTexts
    artifacts: ArtifactService
    registry: RegistryService
    models: LoggedModelService
    traces: TraceService
    trace_search: TraceSearchService
    assessments: AssessmentService
    eval_datasets: EvalDatasetService
    scorers: ScorerService
    imports: ImportService
    locks: Locks
    agent: str = ""

    def experiment(self, identity: str) -> ProjectRecord:
        """The project that is the experiment of that id; 0 is made when it is asked for first.

        Raises:
            MlflowError: the id is no number, or there is no such experiment.
        """
        number = whole_number(identity)
        if number is None:
            raise invalid(f"Invalid experiment ID: '{identity[:100]}'. It must be a number.")
        try:
            if not number:
                return self.default()
            return self.projects.by_number(self.actor, number)
        except NotFound:
            raise missing(f"No Experiment with id={identity[:100]} exists") from None

    def default(self) -> ProjectRecord:
        """Experiment 0."""
        try:
            return self.projects.get(self.actor, _HOME, _HOME)
        except NotFound:
            pass
        try:
            return self.projects.create(self.actor, _HOME, _HOME, key=None, description="")
        except AlreadyExists:
            return self.projects.get(self.actor, _HOME, _HOME)

    def named(self, name: str) -> ProjectRecord | None:
        """The project that is the experiment of that name."""
        if name == DEFAULT_NAME:
            return self.default()
        try:
            return self.projects.get(self.actor, *workspace_and_name(name))
        except (NotFound, InvalidInput):
            return None

    def run(self, identity: str | None, *, active: bool = False) -> tuple[ProjectRecord, RunRecord]:
        """A run and its project.

        Parameters:
            active: refuse one in the trash.

        Raises:
            MlflowError: there is none, or it is in the trash.
        """
        if not identity:
            raise missing_value("run_id")
        key = run_key(identity)
        try:
            project, run = self.runs.anywhere(self.actor, identity if key is None else key)
        except NotFound:
            raise missing(f"Run with id={identity[:100]} not found") from None
        if active and run.trashed:
            raise invalid(f"The run {identity} must be in the 'active' state. Current state is deleted.")
        return project, run

    def folder(self, path: str) -> tuple[Folder, str]:
        """The folder and the path in it that a path of the artifact proxy means.

        ``<experiment>/<run>/artifacts/…`` belongs to the run; everything else below an experiment to its project; what begins with no
        number to experiment 0.

        Raises:
            MlflowError: it begins with a number that is no experiment's id.
        """
        experiment, _, rest = path.partition("/")
        if not experiment.isdecimal():
            return Folder(self.default(), prefix=_LOOSE_FILES), path
        project = self.experiment(experiment)
        first, _, inside = rest.partition("/")
        if first and first != "models" and (inside == "artifacts" or inside.startswith("artifacts/")):
            try:
                home, run = self.run(first)
            except MlflowError:
                pass  # an experiment's own folder of that name
            else:
                if home.id == project.id:
                    return Folder(project, run), inside.removeprefix("artifacts").lstrip("/")
        return Folder(project, prefix=PROJECT_FILES), rest


def experiment_id(project: ProjectRecord) -> str:
    """The experiment id of a project."""
    return DEFAULT_ID if (project.workspace, project.name) == (_HOME, _HOME) else str(project.experiment_id or int(project.id))


def experiment_name(project: ProjectRecord) -> str:
    """The experiment name of a project: its own within the default workspace, if that is clear, else ``workspace/project``."""
    if (project.workspace, project.name) == (_HOME, _HOME):
        return DEFAULT_NAME
    clear = project.workspace == _HOME and project.name != DEFAULT_NAME
    return project.name if clear and workspace_and_name(project.name) == (_HOME, project.name) else project.full_name


def workspace_and_name(name: str) -> tuple[str, str]:
    """Where the experiment of that name lives: ``team/vision`` in a workspace, ``/Users/me/x`` in the default one.

    Raises:
        InvalidInput: it is no name for a project.
    """
    if name.startswith("/"):
        split_project(f"{_HOME}/{name}")
        return _HOME, name
    return split_project(name, _HOME)


def artifact_root(project: ProjectRecord) -> str:
    """Where an experiment's artifacts are."""
    return project.artifact_root or f"mlflow-artifacts:/{experiment_id(project)}"


def artifact_uri(project: ProjectRecord, run: RunRecord) -> str:
    """Where a run's artifacts are."""
    return f"{artifact_root(project)}/{id_of(run)}/artifacts"
