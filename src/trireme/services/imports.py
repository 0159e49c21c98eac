"""What is brought over from other systems, with its own ids and times. What is there already stays; bringing it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trireme.domain.errors import AlreadyExists, InvalidInput, NotFound, PermissionDenied
from trireme.domain.ids import MAX_EXPERIMENT_ID, MAX_PROJECT_ID, RunKey, check_custom_run_id
from trireme.domain.model import LoggedModel, ModelVersion, RegisteredModel
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.services.auth import require, require_admin
from trireme.services.ingest import IngestService
from trireme.services.registry import check_model_name
from trireme.services.rejections import Rejection
from trireme.services.run import cut_name
from trireme.services.writes import Writes
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.imports import ImportedRun

_MAX_OWN_ID: Final = (1 << 31) - 1
"""Numbers up to here become the ids of projects, if they are free; room is left above for those that are made later."""
_DEFAULT: Final = ("default", "default")


@dataclass(frozen=True, slots=True)
class ForeignProject:
    """A project from elsewhere. Times in ms since 1970.

    Parameters:
        number: its id there.
        created_at: None if that is not known.
    """

    workspace: str
    name: str
    number: int | None
    created_at: int | None
    changed_at: int | None
    trashed: bool
    tags: Mapping[str, str]
    artifact_root: str = ""


@dataclass(frozen=True, slots=True)
class ForeignRun:
    """A run from elsewhere. Times in ms since 1970.

    Parameters:
        name: empty for the short id.
        state: one of our states.
        heard_at: its last sign of life.
        tracker: what wrote it.
    """

    custom_run_id: str
    name: str
    owner: str
    state: str
    created_at: int
    ended_at: int | None
    heard_at: int
    trashed: bool
    tracker: str


@dataclass(frozen=True, slots=True)
class Brought:
    """A run that was asked for, and its project."""

    project: ProjectRecord
    run: RunRecord
    mark: str | None


class ImportService:
    """The use-cases of importers."""

    def __init__(self, catalog: Catalog, ingest: IngestService) -> None:
        self._catalog = catalog
        self._ingest = ingest

    def project(self, actor: Actor, foreign: ForeignProject) -> tuple[ProjectRecord, bool]:
        """The project that *foreign* is here, and whether it was made now.

        It is the one that was brought before, also under another name by now; else the one of that name; else a new one, with the
        number it had if that is free.
        """
        found = self._known(foreign)
        if found is not None:
            require(actor, found, Permission.WRITE)
            return self._renewed(found, foreign), False
        require_admin(actor, "create projects")
        brought: dict[str, object] = {"trashed": foreign.trashed, "changed_at": foreign.changed_at}
        if foreign.created_at is not None:
            brought["created_at"] = foreign.created_at
        brought |= self._number(foreign.number or 0)
        try:
            made = self._catalog.projects.create(
                foreign.workspace, foreign.name, artifact_root=foreign.artifact_root, tags=foreign.tags, brought=brought
            )
        except AlreadyExists:  # another import made it in this moment
            return self._catalog.projects.get(foreign.workspace, foreign.name), False
        return made, True

    def _renewed(self, found: ProjectRecord, foreign: ForeignProject) -> ProjectRecord:
        """A project that is here, after what changed there later than here."""
        is_newer = (foreign.changed_at or 0) > (found.changed_at or found.created_at)
        known = self._catalog.projects.tags([found.id])[found.id]
        for key, value in foreign.tags.items():
            if key not in known or (is_newer and known[key] != value):
                self._catalog.projects.set_tag(found.id, key, value)
        if not is_newer or found.created_at != foreign.created_at:
            return found
        changes: dict[str, object] = {"changed_at": foreign.changed_at, "trashed": foreign.trashed}
        if (found.workspace, found.name) != (foreign.workspace, foreign.name) and found.workspace == foreign.workspace:
            changes["name"] = foreign.name
        try:
            self._catalog.projects.change(found.id, **changes)
        except AlreadyExists:  # another project has that name by now
            self._catalog.projects.change(found.id, **(changes | {"name": found.name}))
        return self._catalog.projects.get_by_id(found.id)

    def _known(self, foreign: ForeignProject) -> ProjectRecord | None:
        found = self._catalog.projects.by_number(foreign.number) if foreign.number else None
        if found is not None and foreign.created_at is not None and found.created_at == foreign.created_at:
            return found
        try:
            return self._catalog.projects.get(foreign.workspace, foreign.name)
        except NotFound:
            return None

    def _number(self, number: int) -> dict[str, int]:
        """The column that gives a new project this number; none if it is another project's."""
        holder = self._catalog.projects.by_number(number)
        if 0 < number <= _MAX_OWN_ID and holder is None and self._catalog.imports.id_is_free(number):
            return {"id": number}
        # The default project is known as experiment 0, so the number that is its id is nobody's.
        is_free = holder is None or ((holder.workspace, holder.name) == _DEFAULT and holder.experiment_id is None)
        if is_free and (number > MAX_PROJECT_ID or (0 < number <= _MAX_OWN_ID)) and number <= MAX_EXPERIMENT_ID:
            return {"experiment_id": number}
        return {}

    def find(self, actor: Actor, custom_run_ids: Sequence[str]) -> dict[str, Brought]:
        """Those of the runs that are here, by custom id; of several with one id, the oldest that the actor may change."""
        keys = self._catalog.imports.keys(custom_run_ids)
        every = [key for of_id in keys.values() for key in of_id]
        records = {run.key: run for run in self._catalog.runs.by_keys(every)}
        marks = self._catalog.imports.marks(every)
        projects: dict[int, ProjectRecord | None] = {}
        found: dict[str, Brought] = {}
        for identity, of_id in keys.items():
            for key in of_id:
                run = records.get(key)
                if run is None:
                    continue
                if run.project_id not in projects:
                    projects[run.project_id] = self._writable(actor, run)
                home = projects[run.project_id]
                if home is not None and identity not in found:
                    found[identity] = Brought(home, run, marks.get(key))
        return found

    def _writable(self, actor: Actor, run: RunRecord) -> ProjectRecord | None:
        project = self._catalog.projects.get_by_id(run.project_id)
        try:
            require(actor, project, Permission.WRITE)
        except (NotFound, PermissionDenied):
            return None
        return project

    def runs(self, actor: Actor, project: ProjectRecord, foreign: Sequence[ForeignRun]) -> dict[str, tuple[Brought, bool]]:
        """Bring runs; what they are here by custom id, and whether they were made now. Those that are in another project stay there."""
        require(actor, project, Permission.WRITE)
        for run in foreign:
            check_custom_run_id(run.custom_run_id)
        identities = [run.custom_run_id for run in foreign]
        before = self.find(actor, identities)
        new = [
            ImportedRun(run.custom_run_id, run.owner[:200], run.created_at, run.heard_at, run.trashed)
            for run in foreign
            if run.custom_run_id not in before
        ]
        self._catalog.imports.runs(project.id, new)
        after = self.find(actor, identities)
        values = []
        moved: dict[bool, list[RunRecord]] = {True: [], False: []}
        for run in foreign:
            brought = after[run.custom_run_id]
            values.append((brought.run, _attributes(brought.run, run)))
            if run.custom_run_id in before:
                self._catalog.imports.times(
                    brought.run.key, created_at=run.created_at, heard_at=run.heard_at, owner=run.owner[:200]
                )
                if brought.run.trashed != run.trashed:
                    moved[run.trashed].append(brought.run)
        for trashed, of_state in moved.items():
            for run in of_state:
                self._catalog.runs.trash(run.project_id, [run.key], trashed=trashed)
        self._ingest.set_each(values)
        return {identity: (brought, identity not in before) for identity, brought in after.items()}

    def write(self, actor: Actor, writes: Sequence[tuple[RunRecord, Writes]]) -> dict[RunKey, list[Rejection]]:
        """Store what is brought for runs; what was refused, by run."""
        return self._ingest.write_each(actor, writes)

    def mark(self, actor: Actor, marks: Iterable[tuple[Brought, str]]) -> None:
        """Say how far runs were brought, in the importer's words."""
        found = list(marks)
        for brought, _ in found:
            require(actor, brought.project, Permission.WRITE)
        self._catalog.imports.mark({brought.run.key: text for brought, text in found})

    def lacking(self, digests: Iterable[str]) -> list[str]:
        """Those of the bytes that are not stored; the others stay for a while although nothing refers to them."""
        return [digest for digest in dict.fromkeys(digests) if not self._catalog.files.claim(digest)]

    def logged_model(self, actor: Actor, project: ProjectRecord, model: LoggedModel, *, finished: bool) -> bool:
        """Bring a logged model; whether that made or changed one. A newer one that is here stays.

        Parameters:
            finished: nothing of it is still to come; else it is brought once more at the end, and that is told again.

        Raises:
            InvalidInput: a model of that id is in another project.
        """
        require(actor, project, Permission.WRITE)
        known = self._catalog.logged_models.get(model.id)
        if known is not None and known.project_id != project.id:
            raise InvalidInput(f"The logged model '{model.id[:100]}' is in another project.")
        return self._catalog.imports.logged_model(model, finished=finished)

    def registered_model(
        self, actor: Actor, model: RegisteredModel, versions: Sequence[ModelVersion], *, highest: int
    ) -> tuple[bool, dict[int, bool | None]]:
        """Bring a registered model with its versions and aliases. What is newer here stays.

        Parameters:
            highest: the highest number that any of its versions had, deleted ones too.

        Returns:
            Whether the model was made or changed; the same of each version by its number, None for one whose number another one has here.
        """
        require_admin(actor, "register models")
        check_model_name(model.name)
        identity, changed = self._catalog.imports.registered_model(model, highest=highest)
        done = {version.version: self._catalog.imports.version(identity, version) for version in versions}
        own = {alias: version for alias, version in model.aliases.items() if done.get(version, False) is not None}
        self._catalog.imports.aliases(identity, own, replace=changed)
        return changed, done


def _attributes(run: RunRecord, foreign: ForeignRun) -> dict[str, tuple[AttributeType, object]]:
    string, datetime = AttributeType.STRING, AttributeType.DATETIME
    values: dict[str, tuple[AttributeType, object]] = {
        "sys/id": (string, run.short_id),
        "sys/custom_run_id": (string, run.custom_run_id),
        "sys/owner": (string, foreign.owner),
        "sys/name": (string, cut_name(foreign.name) if foreign.name.strip() else run.short_id),
        "sys/state": (AttributeType.RUN_STATE, foreign.state),
        "sys/failed": (AttributeType.BOOL, foreign.state == "failed"),
        "sys/trashed": (AttributeType.BOOL, foreign.trashed),
        "sys/creation_time": (datetime, foreign.created_at),
        "sys/modification_time": (datetime, max(foreign.heard_at, foreign.ended_at or 0)),
        "sys/diagnostics/tracker_client": (string, foreign.tracker[:1000]),
    }
    if foreign.ended_at is not None:
        values["sys/running_time_seconds"] = (AttributeType.FLOAT, (foreign.ended_at - foreign.created_at) / 1000)
    return values
