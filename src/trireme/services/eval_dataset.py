"""Evaluation data sets: they belong to any number of projects, and whoever may read or write one of those may read or write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from trireme.domain.errors import InvalidInput, NotFound, PermissionDenied
from trireme.domain.eval_dataset import EvalDataset, EvalRecord
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.services.auth import require
from trireme.storage.catalog.catalog import Catalog

_MAX_NAME: Final = 500
_MAX_KEY: Final = 250
_MAX_TAG: Final = 5000
_FOREIGN_ID: Final = re.compile(r"[\w-]{1,64}", re.ASCII)


class EvalDatasetService:
    """The use-cases of evaluation data sets."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def create(
        self, actor: Actor, name: str, *, by: str | None, tags: Mapping[str, str], projects: Sequence[ProjectRecord]
    ) -> EvalDataset:
        """Make a data set.

        Parameters:
            by: who made it, as the client says.

        Raises:
            InvalidInput: the name or a tag is not allowed.
        """
        for project in projects:
            require(actor, project, Permission.WRITE)
        if not name.strip() or len(name) > _MAX_NAME or not name.isprintable():
            raise InvalidInput(f"Invalid dataset name: '{name[:100]}'. It has 1 to {_MAX_NAME} printable characters.")
        ids = [project.id for project in projects]
        return self._catalog.eval_datasets.create(name, owner=actor.name, by=by, tags=_checked(tags), projects=ids)

    def get(self, actor: Actor, identity: str, *, permission: Permission = Permission.READ) -> EvalDataset:
        """A data set.

        Raises:
            NotFound: there is none that the actor may see.
            PermissionDenied: they may not do this with it.
        """
        found = self._catalog.eval_datasets.get(identity)
        if found is None or not _allows(actor, found, Permission.READ):
            raise NotFound(f"Evaluation dataset with id '{identity[:200]}' not found")
        if not _allows(actor, found, permission):
            raise PermissionDenied(f"You may not change the evaluation dataset '{found.name}'.")
        return found

    def all(self, actor: Actor, projects: Sequence[ProjectRecord] | None = None) -> list[EvalDataset]:
        """The data sets that the actor may see, newest first, or those of projects."""
        for project in projects or ():
            require(actor, project, Permission.READ)
        found = self._catalog.eval_datasets.all(None if projects is None else [project.id for project in projects])
        return [dataset for dataset in found if _allows(actor, dataset, Permission.READ)]

    def delete(self, actor: Actor, identity: str) -> None:
        """Forget a data set with its records, if it is there."""
        try:
            self.get(actor, identity, permission=Permission.WRITE)
        except NotFound:
            return
        self._catalog.eval_datasets.delete(identity)

    def set_tags(self, actor: Actor, identity: str, tags: Mapping[str, str | None]) -> EvalDataset:
        """Set tags; None takes one away."""
        self.get(actor, identity, permission=Permission.WRITE)
        _checked({key: value or "" for key, value in tags.items()})
        self._catalog.eval_datasets.set_tags(identity, tags)
        return self.get(actor, identity)

    def set_projects(self, actor: Actor, identity: str, projects: Sequence[ProjectRecord], *, member: bool) -> EvalDataset:
        """Let a data set belong to projects, or no longer."""
        self.get(actor, identity, permission=Permission.WRITE)
        for project in projects:
            require(actor, project, Permission.WRITE)
        self._catalog.eval_datasets.set_projects(identity, [project.id for project in projects], member=member)
        found = self._catalog.eval_datasets.get(identity)
        assert found is not None
        return found

    def merge(self, actor: Actor, identity: str, records: Sequence[Mapping[str, Any]], *, by: str | None) -> tuple[int, int]:
        """Add records; those whose inputs are there already are merged. How many were new, and how many merged.

        Raises:
            InvalidInput: a record has no inputs, or a part of it is no object.
        """
        dataset = self.get(actor, identity, permission=Permission.WRITE)
        for number, record in enumerate(records):
            for part, needed in (("inputs", True), ("expectations", False), ("tags", False), ("source", False)):
                value = record.get(part)
                if not isinstance(value, Mapping) and (needed or value is not None):
                    raise InvalidInput(f"records[{number}].{part} is not a JSON object.")
        return self._catalog.eval_datasets.merge(dataset, records, by=by)

    def begin_import(self, actor: Actor, dataset: EvalDataset) -> tuple[bool, bool]:
        """Bring a data set from elsewhere without its records: whether it is new, and whether everything of it is here already."""
        self._check_import(actor, dataset)
        return self._catalog.eval_imports.begin(dataset)

    def import_records(self, actor: Actor, identity: str, records: Sequence[EvalRecord]) -> tuple[int, int]:
        """Bring records of a data set that was begun; how many are new or changed, and how many were here."""
        self.get(actor, identity, permission=Permission.WRITE)
        return self._catalog.eval_imports.records(identity, records)

    def finish_import(self, actor: Actor, dataset: EvalDataset) -> None:
        """All records of a data set came."""
        self.get(actor, dataset.id, permission=Permission.WRITE)
        self._catalog.eval_imports.finish(dataset)

    def _check_import(self, actor: Actor, dataset: EvalDataset) -> None:
        if not _FOREIGN_ID.fullmatch(dataset.id):
            raise InvalidInput(
                f"'{dataset.id[:100]}' is no id of an evaluation data set.", hint="Use up to 64 letters, digits and dashes."
            )
        _checked(dataset.tags)
        if not dataset.name.strip() or len(dataset.name) > _MAX_NAME:
            raise InvalidInput(f"The name of an evaluation data set has 1 to {_MAX_NAME} characters.")
        if self._catalog.eval_datasets.get(dataset.id) is not None:
            self.get(actor, dataset.id, permission=Permission.WRITE)

    def records(self, actor: Actor, identity: str, *, after: int, limit: int) -> list[tuple[int, EvalRecord]]:
        """Records in the order they came, each with its position; those behind the position *after*."""
        self.get(actor, identity)
        return self._catalog.eval_datasets.records(identity, after=after, limit=limit)

    def delete_records(self, actor: Actor, identity: str, records: Sequence[str]) -> int:
        """Forget records; how many there were."""
        return self._catalog.eval_datasets.delete_records(self.get(actor, identity, permission=Permission.WRITE), records)


def _allows(actor: Actor, dataset: EvalDataset, permission: Permission) -> bool:
    """Whether the actor may do that: in one of its projects; its maker may, too."""
    if actor.is_admin or actor.name == dataset.owner:
        return True
    roles = [role for project in dataset.projects if (role := actor.roles.get(project)) is not None]
    return any(role.allows(permission) for role in roles)


def _checked(tags: Mapping[str, str]) -> Mapping[str, str]:
    for key, value in tags.items():
        if not 0 < len(key) <= _MAX_KEY or len(value) > _MAX_TAG:
            raise InvalidInput(
                f"The tag '{key[:100]}' does not fit: keys have 1 to {_MAX_KEY} characters and values at most {_MAX_TAG:,}."
            )
    return tags
