"""Runs, one at a time: make or find, rename, tag, trash, delete, hear from."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trireme.domain.errors import AlreadyExists, Conflict, InvalidInput, NotFound
from trireme.domain.ids import RunKey, check_custom_run_id, split_project
from trireme.domain.paths import path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.run import STALE_AFTER_MS, RunRecord
from trireme.domain.types import AttributeType
from trireme.services.auth import require, require_admin
from trireme.services.ingest import IngestService
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.clock import now_ms
from trireme.storage.warehouse.engine import Warehouse

_SHOWN = ("sys/name", "sys/state", "sys/description", "sys/tags", "sys/modification_time")
_MAX_NAME_BYTES = 1024
_MAX_TAGS = 1000


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with what is shown of it everywhere. Times in ms since 1970."""

    record: RunRecord
    project: str
    name: str
    state: str
    description: str
    tags: Sequence[str]
    modified_at: int
    existed: bool = False


class RunService:
    """The use-cases of a run."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse, ingest: IngestService) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._ingest = ingest

    def create(
        self,
        actor: Actor,
        *,
        project: str,
        custom_run_id: str | None,
        name: str | None,
        tags: Sequence[str],
        created_at: int | None,
        resume: str,
    ) -> RunView:
        """Make a run, or find the one with that custom id. The project is made if missing and the actor may.

        Parameters:
            created_at: ms since 1970; now when None.
            resume: ``allow``; ``must`` exist already; ``never`` exist already.

        Raises:
            AlreadyExists, NotFound: what *resume* demands is not so.
        """
        workspace, project_name = split_project(project)
        try:
            home = self._catalog.projects.get(workspace, project_name)
        except NotFound:
            require_admin(actor, "create projects")
            home = self._catalog.projects.ensure(workspace, project_name)
        require(actor, home, Permission.WRITE)
        identity = check_custom_run_id(custom_run_id or uuid.uuid4().hex)
        if resume == "must" and self._catalog.runs.by_custom_id(home.id, identity) is None:
            raise NotFound(
                f"'{home.full_name}' has no run '{identity[:80]}' to resume.", hint="Check the id, or use resume='allow'."
            )
        run, made = self._catalog.runs.create(home.id, identity, owner=actor.name, created_at=created_at)
        if not made and resume == "never":
            raise AlreadyExists(
                f"'{home.full_name}' already has a run '{identity[:80]}'.", hint="Choose another id, or use resume='allow'."
            )
        if made or not self._attributes(run):
            # Also for a run whose maker died before these were written.
            self._ingest.set_attributes(run, _first_attributes(run, name, tags))
        elif not run.trashed:
            self._ingest.set_attributes(run, {"sys/state": (AttributeType.RUN_STATE, "running")})
            self._catalog.runs.hear(run.key)
        return self._view(home, run, existed=not made)

    def get(self, actor: Actor, project: ProjectRecord, run_id: str) -> RunView:
        """One run.

        Raises:
            NotFound: there is none.
        """
        return self._view(project, self.find(actor, project, run_id))

    def find(self, actor: Actor, project: ProjectRecord, run_id: str) -> RunRecord:
        """A run's identity by short id, custom id, or ``key:<number>``.

        Raises:
            NotFound: there is none.
        """
        require(actor, project, Permission.READ)
        found: RunRecord | None = None
        if run_id.startswith("key:") and run_id[4:].isdecimal() and len(run_id) < 23:
            found = self._catalog.runs.by_key(RunKey(int(run_id[4:])))
        found = found or self._catalog.runs.by_custom_id(project.id, run_id)
        found = found or self._catalog.runs.by_short_id(project.id, run_id)
        if found is None or found.project_id != project.id:
            raise NotFound(f"'{project.full_name}' has no run '{run_id[:80]}'.")
        return found

    def patch(
        self,
        actor: Actor,
        project: ProjectRecord,
        run_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        tags: Sequence[str] | None = None,
        trashed: bool | None = None,
    ) -> RunView:
        """Change what is given.

        Raises:
            InvalidInput: a text or the tags are over their limits.
        """
        run = self.find(actor, project, run_id)
        require(actor, project, Permission.WRITE)
        values: dict[str, tuple[AttributeType, object]] = {}
        if name is not None:
            values["sys/name"] = (AttributeType.STRING, _name(name))
        if description is not None:
            values["sys/description"] = (AttributeType.STRING, _text(description))
        if tags is not None:
            values["sys/tags"] = (AttributeType.STRING_SET, _tags(tags))
        if trashed is not None and self._catalog.runs.trash(project.id, [run.key], trashed=trashed):
            values["sys/trashed"] = (AttributeType.BOOL, trashed)
        if values:
            values["sys/modification_time"] = (AttributeType.DATETIME, now_ms())
            self._ingest.set_attributes(run, values)
        return self._view(project, self.find(actor, project, f"key:{run.key}"))

    def delete(self, actor: Actor, project: ProjectRecord, run_id: str) -> None:
        """Remove a trashed run for good.

        Raises:
            Conflict: the run is not in the trash.
        """
        run = self.find(actor, project, run_id)
        require(actor, project, Permission.ADMIN)
        if not run.trashed:
            raise Conflict(f"The run '{run.short_id}' is not in the trash.", hint="Move it to the trash first.")
        self._catalog.runs.purge(project.id, [run.key])
        self._ingest.delete_runs(project.id, [run.key])

    def heartbeat(self, actor: Actor, project: str, custom_run_id: str) -> None:
        """A client says that its run still runs.

        Raises:
            NotFound: there is no such run.
        """
        home = self._catalog.projects.get(*split_project(project))
        run = self.find(actor, home, custom_run_id)
        require(actor, home, Permission.WRITE)
        self._catalog.runs.hear(run.key)

    def states(self, project: ProjectRecord, runs: Sequence[RunRecord]) -> dict[RunKey, dict[str, Any]]:
        """What is shown of each run everywhere, by key: name, state (with stale), description, tags, modified_at."""
        if not runs:
            return {}
        names = {path_id(path): path for path in _SHOWN}
        table = self._warehouse.query(
            "SELECT run, path_id, string, strings, int FROM run_attributes FINAL"
            " WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)} AND path_id IN {paths:Array(UInt64)}",
            {"project": int(project.id), "runs": [int(run.key) for run in runs], "paths": list(names)},
        )
        found: dict[RunKey, dict[str, Any]] = {}
        for row in table.to_pylist():
            path = names[row["path_id"]]
            value = row["strings"] if path == "sys/tags" else row["int"] if path == "sys/modification_time" else row["string"]
            found.setdefault(RunKey(row["run"]), {})[path] = value
        now = now_ms()
        for run in runs:
            shown = found.setdefault(run.key, {})
            shown["sys/state"] = shown_state(shown.get("sys/state", "running"), run, now)
        return found

    def _attributes(self, run: RunRecord) -> bool:
        table = self._warehouse.query(
            "SELECT 1 AS x FROM run_attributes WHERE project = {project:UInt32} AND run = {run:UInt64} AND path_id = {path:UInt64}"
            " LIMIT 1",
            {"project": int(run.project_id), "run": int(run.key), "path": path_id("sys/id")},
        )
        return bool(table.num_rows)

    def _view(self, project: ProjectRecord, run: RunRecord, *, existed: bool = False) -> RunView:
        shown = self.states(project, [run])[run.key]
        return RunView(
            record=run,
            project=project.full_name,
            name=shown.get("sys/name", ""),
            state=shown.get("sys/state", "running"),
            description=shown.get("sys/description", ""),
            tags=sorted(shown.get("sys/tags", [])),
            modified_at=shown.get("sys/modification_time", run.heard_at),
            existed=existed,
        )


def shown_state(state: str, run: RunRecord, now: int) -> str:
    """A run's state as people should see it: one that says it runs but was not heard of for long is ``stale``.

    Parameters:
        now: ms since 1970.
    """
    return "stale" if state == "running" and now - run.heard_at > STALE_AFTER_MS else state


def _first_attributes(run: RunRecord, name: str | None, tags: Sequence[str]) -> dict[str, tuple[AttributeType, object]]:
    string, datetime = AttributeType.STRING, AttributeType.DATETIME
    values: dict[str, tuple[AttributeType, object]] = {
        "sys/id": (string, run.short_id),
        "sys/custom_run_id": (string, run.custom_run_id),
        "sys/name": (string, _name(name) if name else run.short_id),
        "sys/owner": (string, run.owner),
        "sys/state": (AttributeType.RUN_STATE, "running"),
        "sys/failed": (AttributeType.BOOL, False),
        "sys/trashed": (AttributeType.BOOL, False),
        "sys/creation_time": (datetime, run.created_at),
        "sys/modification_time": (datetime, now_ms()),
    }
    if tags:
        values["sys/tags"] = (AttributeType.STRING_SET, _tags(tags))
    return values


def _name(name: str) -> str:
    if not name.strip() or len(name.encode(errors="replace")) > _MAX_NAME_BYTES:
        raise InvalidInput(f"A run's name has 1 to {_MAX_NAME_BYTES:,} bytes.", hint="Put longer text into the description.")
    return name


def _text(text: str) -> str:
    if len(text.encode(errors="replace")) > 1_000_000:
        raise InvalidInput("A description has at most 1,000,000 bytes.")
    return text


def _tags(tags: Sequence[str]) -> frozenset[str]:
    kept = frozenset(tag.strip() for tag in tags if tag.strip())
    if len(kept) > _MAX_TAGS or any(len(tag) > 256 for tag in kept):
        raise InvalidInput(f"A run has at most {_MAX_TAGS:,} tags of at most 256 characters.")
    return kept
