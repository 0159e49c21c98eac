"""Models as runs made them, and what runs used: authorised by their project."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.ids import RunKey
from trireme.domain.model import Dataset, LoggedModel, LoggedModelStatus, ModelMetric
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.run import RunRecord
from trireme.services.auth import require
from trireme.services.changes import Changes
from trireme.storage.catalog.catalog import Catalog

_FORBIDDEN: Final = re.compile(r"[/:.%\"']")


class LoggedModelService:
    """The use-cases of logged models and of runs' inputs and outputs."""

    def __init__(self, catalog: Catalog, changes: Changes) -> None:
        self._catalog = catalog
        self._changes = changes

    def create(
        self,
        actor: Actor,
        project: ProjectRecord,
        name: str,
        *,
        type_: str,
        source_run: str,
        params: Mapping[str, str],
        tags: Mapping[str, str],
    ) -> LoggedModel:
        """Make a model.

        Raises:
            InvalidInput: the name is not allowed.
        """
        require(actor, project, Permission.WRITE)
        if not name or _FORBIDDEN.search(name):
            raise InvalidInput(
                f"Invalid model name ({name[:200]!r}) provided. Model name must be a non-empty string and cannot contain the"
                " following characters: ('/', ':', '.', '%', '\"', \"'\")"
            )
        identity = f"m-{secrets.token_hex(16)}"
        return self._catalog.logged_models.create(
            project.id, identity, name=name, type=type_, source_run=source_run, params=params, tags=tags
        )

    def get(
        self, actor: Actor, identity: str, *, permission: Permission = Permission.READ, trashed: bool = False
    ) -> tuple[ProjectRecord, LoggedModel]:
        """A model and its project.

        Parameters:
            trashed: find it in the trash as well.

        Raises:
            NotFound: there is none that the actor may see.
        """
        model = self._catalog.logged_models.get(identity)
        if model is None or (model.trashed and not trashed):
            raise NotFound(f"Logged model with ID '{identity[:100]}' not found.")
        project = self._catalog.projects.get_by_id(model.project_id)
        require(actor, project, permission)
        return project, model

    def of_projects(self, actor: Actor, projects: Sequence[ProjectRecord]) -> list[LoggedModel]:
        """All models of these projects, newest first."""
        for project in projects:
            require(actor, project, Permission.READ)
        return self._catalog.logged_models.of_projects([project.id for project in projects])

    def finish(self, actor: Actor, identity: str, status: LoggedModelStatus) -> LoggedModel:
        """Say how far a model has come."""
        self.get(actor, identity, permission=Permission.WRITE)
        self._catalog.logged_models.update(identity, status=int(status))
        return self.get(actor, identity)[1]

    def trash(self, actor: Actor, identity: str) -> None:
        """Move a model to the trash."""
        self.get(actor, identity, permission=Permission.WRITE, trashed=True)
        self._catalog.logged_models.update(identity, trashed=True)

    def add_params(self, actor: Actor, identity: str, params: Mapping[str, str]) -> None:
        """Add params, which never change."""
        self.get(actor, identity, permission=Permission.WRITE)
        if params:
            self._catalog.logged_models.add_params(identity, params)

    def set_tags(self, actor: Actor, identity: str, tags: Mapping[str, str]) -> LoggedModel:
        """Set tags."""
        self.get(actor, identity, permission=Permission.WRITE)
        self._catalog.logged_models.set_tags(identity, tags)
        return self.get(actor, identity)[1]

    def delete_tag(self, actor: Actor, identity: str, key: str) -> None:
        """Take a tag away.

        Raises:
            NotFound: the model has no such tag.
        """
        self.get(actor, identity, permission=Permission.WRITE)
        if not self._catalog.logged_models.delete_tag(identity, key):
            raise NotFound(f"No tag with key {key!r} found for model with ID {identity!r}.")

    def add_metrics(self, actor: Actor, identity: str, metrics: Sequence[ModelMetric]) -> None:
        """Add points that a run measured of a model."""
        self.get(actor, identity, permission=Permission.WRITE)
        self._catalog.logged_models.add_metrics(identity, metrics)

    # What runs used and made

    def add_datasets(
        self, actor: Actor, project: ProjectRecord, run: RunRecord, used: Sequence[tuple[Dataset, Mapping[str, str]]]
    ) -> None:
        """Record the data sets that a run used, with the tags of their use."""
        require(actor, project, Permission.WRITE)
        self._catalog.inputs.add_datasets(project.id, run.key, used)
        self._changes.note(project.id, [run.key], paths=(), points=False)

    def add_models(
        self, actor: Actor, project: ProjectRecord, run: RunRecord, models: Sequence[tuple[str, int]], *, output: bool
    ) -> None:
        """Record the models that a run used or made, with their steps."""
        require(actor, project, Permission.WRITE)
        self._catalog.inputs.add_models(run.key, models, output=output)
        self._changes.note(project.id, [run.key], paths=(), points=False)

    def datasets(
        self, actor: Actor, project: ProjectRecord, runs: Sequence[RunKey]
    ) -> dict[RunKey, list[tuple[Dataset, dict[str, str]]]]:
        """The data sets of runs of a project."""
        require(actor, project, Permission.READ)
        return self._catalog.inputs.datasets(runs)

    def models(self, actor: Actor, project: ProjectRecord, runs: Sequence[RunKey]) -> dict[RunKey, list[tuple[str, int, bool]]]:
        """The models of runs of a project: id, step, and whether the run made it."""
        require(actor, project, Permission.READ)
        return self._catalog.inputs.models(runs)

    def uses(self, actor: Actor, project: ProjectRecord) -> list[tuple[RunKey, str, str, str | None]]:
        """All uses of data sets in a project: run, name, digest, context."""
        require(actor, project, Permission.READ)
        return self._catalog.inputs.runs_with_datasets(project.id)
