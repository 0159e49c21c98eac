"""Runs, one at a time: make or find, rename, tag, trash, delete, hear from."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trireme.domain.errors import AlreadyExists, InvalidInput, NotFound
from trireme.domain.ids import RunKey, check_custom_run_id, split_project
from trireme.domain.lineage import ForkPoint, segments
from trireme.domain.paths import path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.records import MICRO
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.domain.uuids import project_uuid, run_uuid
from trireme.services.auth import require, require_admin
from trireme.services.ingest import IngestService
from trireme.services.shown_states import shown_state
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.clock import now_ms
from trireme.storage.warehouse.engine import Warehouse

_SHOWN = ("sys/name", "sys/state", "sys/description", "sys/tags", "sys/modification_time")
MAX_NAME_BYTES = 1024
_MAX_EXPERIMENT_BYTES = 730
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
    conflicting: bool = False
    """On creation: the run was there before, with another parent, fork step or family, which stay."""
    lineage: Sequence[tuple[RunRecord, str, int]] = ()
    """Its ancestors with their names, the parent first, and the last step (millionths) that is inherited from each."""
    forks: Sequence[tuple[RunRecord, str, int]] = ()
    """Runs that continue it directly, with their names and fork steps, newest first; at most 100."""
    missing_parent: bool = False
    """On creation: there is no run to continue; the run was made without a parent."""


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
        name: str | None = None,
        tags: Sequence[str] = (),
        created_at: int | None = None,
        resume: str = "allow",
        experiment: str | None = None,
        fork: ForkPoint | None = None,
        family: str | None = None,
        inherit: bool = True,
        revive: bool = True,
        tracker: str | None = None,
        native: bool = True,
        create_project: bool = True,
        values: Mapping[str, tuple[AttributeType, object]] | None = None,
    ) -> RunView:
        """Make a run, or find the one with that custom id. The project is made if missing and the actor may.

        Parameters:
            created_at: ms since 1970; now when None.
            resume: ``allow``; ``must`` exist already; ``never`` exist already.
            experiment: a name that points at the newest run created with it, which is this one from now on.
            fork: the run that this one continues.
            family: common to a tree of forks; the parent's, or the run's own id, when None.
            inherit: the parent's single values, tags and description come along.
            revive: a native run that is found is running again, also if it had ended.
            native: runs of Neptune 3 have no name unless they have an experiment, and if there is no parent, they are made without.
            values: what else a new run begins with, written with the rest; the caller has checked the paths.

        Raises:
            AlreadyExists: against *resume*.
            NotFound: against *resume*, or there is no run to fork.
        """
        home = self._home(actor, project, create_project)
        identity = check_custom_run_id(custom_run_id or uuid.uuid4().hex)
        if resume == "must" and self._catalog.runs.by_custom_id(home.id, identity) is None:
            raise NotFound(
                f"'{home.full_name}' has no run '{identity[:80]}' to resume.", hint="Check the id, or use resume='allow'."
            )
        if experiment is not None:
            _name(experiment, _MAX_EXPERIMENT_BYTES)
        parent, step = self._parent(actor, home, identity, fork) if fork else (None, None)
        if fork and parent is None and native:
            raise NotFound(
                f"'{home.full_name}' has no run '{fork.parent[:80]}' that could be continued.",
                hint="Check fork_run_id: it is the parent's custom id or its short id, in the same project.",
            )
        family = family or (parent.family or parent.custom_run_id if parent else None)
        run, made, former = self._catalog.runs.create(
            home.id,
            identity,
            owner=actor.name,
            created_at=created_at,
            parent=parent,
            fork_step=step,
            family=family,
            experiment=experiment,
        )
        if not made and resume == "never":
            raise AlreadyExists(
                f"'{home.full_name}' already has a run '{identity[:80]}'.", hint="Choose another id, or use resume='allow'."
            )
        shown: dict[str, Any] | None = None
        if made or not self._attributes(run):
            # Also for a run whose maker died before these were written.
            requested = fork.parent if fork else None
            first = _first_attributes(run, name, tags, native=native) | dict(values or {})
            self._begin(home, run, first, tracker, requested=requested, native=native, inherit=inherit, again=not made)
            self._take_head(home, run, former)
            if made and run.parent_key is None:
                shown = {path: value for path, (_, value) in first.items() if path in _SHOWN}
        elif not run.trashed and native:
            if revive:
                self._ingest.set_attributes(run, {"sys/state": (AttributeType.RUN_STATE, "running")})
            self._catalog.runs.hear(run.key)
        agrees = made or (run.parent_key == (parent.key if parent else None) and run.fork_step == step and run.family == family)
        view = self._view(home, run, shown, existed=not made)
        return replace(view, conflicting=not agrees, missing_parent=fork is not None and parent is None)

    def _home(self, actor: Actor, project: str, create: bool) -> ProjectRecord:
        workspace, project_name = split_project(project)
        try:
            home = self._catalog.projects.get(workspace, project_name)
        except NotFound:
            if not create:
                raise
            require_admin(actor, "create projects")
            home = self._catalog.projects.ensure(workspace, project_name)
        require(actor, home, Permission.WRITE)
        return home

    def _parent(self, actor: Actor, home: ProjectRecord, run: str, fork: ForkPoint) -> tuple[RunRecord | None, int | None]:
        """The run to continue, and from which step; None if there is no such run."""
        if fork.project is not None and fork.project != home.full_name:
            return None, None  # the warehouse keeps a run and all it sees together, in one project
        try:
            parent = self.find(actor, home, fork.parent)
        except NotFound:
            return None, None
        if parent.custom_run_id == run:
            raise InvalidInput(f"The run '{run[:80]}' cannot continue itself.", hint="Give the new run another id.")
        return parent, self._last_step(parent) if fork.step is None else fork.step

    def _last_step(self, run: RunRecord) -> int:
        """The greatest step of any of a run's float series, in millionths; 0 if it has none."""
        table = self._warehouse.query(
            "SELECT max(toInt64(bitShiftRight(last, 128))) AS step, count() AS n FROM float_summary"
            " WHERE project = {project:UInt32} AND run = {run:UInt64}",
            {"project": int(run.project_id), "run": int(run.key)},
        )
        return int(table["step"][0].as_py()) if table["n"][0].as_py() else 0

    def _begin(
        self,
        home: ProjectRecord,
        run: RunRecord,
        values: dict[str, tuple[AttributeType, object]],
        tracker: str | None,
        *,
        requested: str | None,
        native: bool,
        inherit: bool,
        again: bool,
    ) -> None:
        if not again and run.parent_key is None:
            self._ingest.begin_run(run)
        if tracker:
            values["sys/diagnostics/tracker_client"] = (AttributeType.STRING, tracker[:1000])
        if requested and not native:
            values["sys/forking/requested_parent"] = (AttributeType.STRING, requested)
        if run.parent_key is not None:
            chain = self._catalog.lineage.chains([run.key])[run.key]
            self._ingest.begin_fork(run, segments(run.key, chain)[1:], values=inherit, again=again)
            parent = self._catalog.runs.by_key(run.parent_key)
            if parent is not None:
                values["sys/forking/parent"] = (AttributeType.STRING, parent.custom_run_id)
            values["sys/forking/step"] = (AttributeType.FLOAT, (run.fork_step or 0) / MICRO)
        self._ingest.set_attributes(run, values)  # last: it says that the run is complete

    def _take_head(self, home: ProjectRecord, run: RunRecord, former: RunKey | None) -> None:
        """The newest run of an experiment is its head; two that are made at once agree in the end."""
        if run.experiment is None:
            return
        older = self._catalog.runs.by_key(former) if former is not None else None
        head = self._catalog.lineage.head(home.id, run.experiment)
        for other, is_head in ((older, False), (run, head == run.key)):
            if other is not None:
                self._ingest.set_attributes(other, {"sys/experiment/is_head": (AttributeType.BOOL, is_head)})
        if head == run.key and self._catalog.lineage.head(home.id, run.experiment) != run.key:
            self._ingest.set_attributes(run, {"sys/experiment/is_head": (AttributeType.BOOL, False)})

    def get(self, actor: Actor, project: ProjectRecord, run_id: str) -> RunView:
        """One run.

        Raises:
            NotFound: there is none.
        """
        run = self.find(actor, project, run_id)
        return replace(self._view(project, run), forks=self._forks(project, run))

    def _forks(self, project: ProjectRecord, run: RunRecord) -> list[tuple[RunRecord, str, int]]:
        found = self._catalog.lineage.children(run.key, limit=100)
        runs = self._catalog.runs.by_keys([fork.run for fork in found])
        names, steps = self.states(project, runs), {fork.run: fork.step for fork in found}
        return [(child, names[child.key].get("sys/name") or child.custom_run_id, steps[child.key]) for child in runs]

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

    def by_custom_id(self, actor: Actor, project: ProjectRecord, custom_run_id: str) -> RunRecord | None:
        """The run of that custom id, if there is one."""
        require(actor, project, Permission.READ)
        return self._catalog.runs.by_custom_id(project.id, custom_run_id)

    def named(
        self, actor: Actor, project: ProjectRecord, *, short_ids: Sequence[str] = (), custom_ids: Sequence[str] = ()
    ) -> dict[str, RunRecord]:
        """Those of the named runs that exist, by the name they were asked for."""
        require(actor, project, Permission.READ)
        return self._catalog.runs.by_names(project.id, short_ids=short_ids, custom_ids=custom_ids)

    def project_of(self, actor: Actor, key: RunKey) -> ProjectRecord | None:
        """The project of the run of that key, if the actor may see it."""
        run = self._catalog.runs.by_key(key)
        if run is None:
            return None
        project = self._catalog.projects.get_by_id(run.project_id)
        try:
            require(actor, project, Permission.READ)
        except NotFound:
            return None
        return project

    def by_keys(self, actor: Actor, project: ProjectRecord, keys: Sequence[RunKey]) -> list[RunRecord]:
        """Those of the runs that exist in this project."""
        require(actor, project, Permission.READ)
        return [run for run in self._catalog.runs.by_keys(keys) if run.project_id == project.id]

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
            values["sys/tags"] = (AttributeType.STRING_SET, check_tags(tags))
        if trashed is not None and self._catalog.runs.trash(project.id, [run.key], trashed=trashed):
            values["sys/trashed"] = (AttributeType.BOOL, trashed)
        if values:
            values["sys/modification_time"] = (AttributeType.DATETIME, now_ms())
            self._ingest.set_attributes(run, values)
        return self._view(project, self.find(actor, project, f"key:{run.key}"))

    def head(self, actor: Actor, project: ProjectRecord, experiment: str) -> RunRecord | None:
        """The newest run of an experiment."""
        require(actor, project, Permission.READ)
        key = self._catalog.lineage.head(project.id, experiment)
        return None if key is None else self._catalog.runs.by_key(key)

    def delete_project(self, actor: Actor, project: ProjectRecord) -> None:
        """Remove a project with all its runs, for good."""
        require(actor, project, Permission.ADMIN)
        self._catalog.projects.delete(project.id)
        self._ingest.delete_project(project.id)

    def trash_project(self, actor: Actor, project: ProjectRecord, *, trashed: bool) -> None:
        """Move a project with all its runs to the trash, or out of it."""
        require(actor, project, Permission.ADMIN)
        self._catalog.projects.change(project.id, trashed=trashed)
        while found := self._catalog.runs.page(project.id, trashed=not trashed, limit=1000):
            self._catalog.runs.trash(project.id, [run.key for run in found], trashed=trashed)
            self._ingest.set_attributes_of(found, {"sys/trashed": (AttributeType.BOOL, trashed)})

    def anywhere(self, actor: Actor, run_id: str | RunKey) -> tuple[ProjectRecord, RunRecord]:
        """A run by its key, or by its custom id, in whatever project the actor may see; the oldest if there are several.

        Raises:
            NotFound: there is none.
        """
        found = [self._catalog.runs.by_key(RunKey(run_id))] if isinstance(run_id, int) else []
        if isinstance(run_id, str):
            found += self._catalog.runs.by_custom_id_anywhere(run_id)
        for run in found:
            if run is None:
                continue
            project = self._catalog.projects.get_by_id(run.project_id)
            try:
                require(actor, project, Permission.READ)
            except NotFound:
                continue
            return project, run
        raise NotFound(f"There is no run '{str(run_id)[:80]}'.")

    def set_state(self, actor: Actor, project: ProjectRecord, run: RunRecord, state: str, ended_at: int | None) -> None:
        """Say how a run is doing, on its client's behalf.

        Parameters:
            ended_at: ms since 1970; None leaves what is known.
        """
        require(actor, project, Permission.WRITE)
        values: dict[str, tuple[AttributeType, object]] = {
            "sys/state": (AttributeType.RUN_STATE, state),
            "sys/failed": (AttributeType.BOOL, state == "failed"),
            "sys/modification_time": (AttributeType.DATETIME, now_ms()),
        }
        if ended_at is not None:
            values["sys/running_time_seconds"] = (AttributeType.FLOAT, (ended_at - run.created_at) / 1000)
        self._ingest.set_attributes(run, values)
        self._catalog.runs.hear(run.key)

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

    def _view(
        self, project: ProjectRecord, run: RunRecord, shown: Mapping[str, Any] | None = None, *, existed: bool = False
    ) -> RunView:
        """*shown*: what is known of the run without asking; None asks."""
        if shown is None:
            shown = self.states(project, [run])[run.key]
        else:
            shown = {**shown, "sys/state": shown_state(shown["sys/state"], run, now_ms())}
        return RunView(
            record=run,
            project=project.full_name,
            name=shown.get("sys/name") or run.custom_run_id,
            state=shown.get("sys/state", "running"),
            description=shown.get("sys/description", ""),
            tags=sorted(shown.get("sys/tags", [])),
            modified_at=shown.get("sys/modification_time", run.heard_at),
            existed=existed,
            lineage=self._ancestors(project, run) if run.parent_key is not None else (),
        )

    def _ancestors(self, project: ProjectRecord, run: RunRecord) -> list[tuple[RunRecord, str, int]]:
        chain = self._catalog.lineage.chains([run.key]).get(run.key, [])
        runs = {found.key: found for found in self._catalog.runs.by_keys([link.parent for link in chain])}
        names = self.states(project, list(runs.values()))
        found = [(runs[link.parent], link.step) for link in chain if link.parent in runs]
        return [(parent, names[parent.key].get("sys/name") or parent.custom_run_id, step) for parent, step in found]


def _first_attributes(
    run: RunRecord, name: str | None, tags: Sequence[str], *, native: bool
) -> dict[str, tuple[AttributeType, object]]:
    string, datetime = AttributeType.STRING, AttributeType.DATETIME
    values: dict[str, tuple[AttributeType, object]] = {
        "sys/id": (string, run.short_id),
        "sys/custom_run_id": (string, run.custom_run_id),
        "sys/owner": (string, run.owner),
        "sys/state": (AttributeType.RUN_STATE, "running" if native else "idle"),
        "sys/failed": (AttributeType.BOOL, False),
        "sys/trashed": (AttributeType.BOOL, False),
        "sys/creation_time": (datetime, run.created_at),
        "sys/modification_time": (datetime, now_ms()),
    }
    if not native:
        values["sys/ping_time"] = (datetime, run.created_at)
        values["sys/archived"] = (AttributeType.BOOL, False)
        values["sys/diagnostics/project_uuid"] = (string, project_uuid(run.project_id))
        values["sys/diagnostics/run_uuid"] = (string, run_uuid(run.key))
    if name or run.experiment or native:
        values["sys/name"] = (string, _name(name) if name else run.experiment or run.short_id)
    if run.experiment:
        values["sys/experiment/name"] = (string, run.experiment)
        values["sys/experiment/is_head"] = (AttributeType.BOOL, True)
    if run.parent_key is not None or not native:
        values["sys/family"] = (string, run.family or run.custom_run_id)
        values["sys/forking/depth"] = (AttributeType.INT, run.depth)
    if tags or (not native and run.parent_key is None):  # a fork has its parent's already
        values["sys/tags"] = (AttributeType.STRING_SET, check_tags(tags))
    return values


def cut_name(name: str) -> str:
    """A name that may be longer than a run's, cut to what one may have."""
    return name.encode(errors="replace")[:MAX_NAME_BYTES].decode(errors="ignore")


def _name(name: str, limit: int = MAX_NAME_BYTES) -> str:
    if not name.strip() or len(name.encode(errors="replace")) > limit:
        raise InvalidInput(f"A run's name has 1 to {limit:,} bytes.", hint="Put longer text into the description.")
    return name


def _text(text: str) -> str:
    if len(text.encode(errors="replace")) > 1_000_000:
        raise InvalidInput("A description has at most 1,000,000 bytes.")
    return text


def check_tags(tags: Sequence[str]) -> frozenset[str]:
    """Tags without blanks around them and without empty ones.

    Raises:
        InvalidInput: there are too many, or one is too long.
    """
    kept = frozenset(tag.strip() for tag in tags if tag.strip())
    if len(kept) > _MAX_TAGS or any(len(tag) > 256 for tag in kept):
        raise InvalidInput(f"A run has at most {_MAX_TAGS:,} tags of at most 256 characters.")
    return kept
