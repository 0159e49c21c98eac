"""What is brought over from elsewhere, many rows at a time, with its own ids and times; and how far each run was brought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.model import LoggedModel, ModelVersion, RegisteredModel
from trireme.storage.catalog.registry_tables import (
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
    model_aliases,
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)
from trireme.storage.catalog.tables import projects, run_imports, runs


@dataclass(frozen=True, slots=True)
class ImportedRun:
    """The identity of a run from elsewhere. Times in ms since 1970; ``heard_at`` is its last sign of life there."""

    custom_run_id: str
    owner: str
    created_at: int
    heard_at: int
    trashed: bool


class Imports:
    """Rows from elsewhere. Bringing them twice changes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = postgresql if engine.dialect.name == "postgresql" else sqlite

    def id_is_free(self, project: int) -> bool:
        """Whether no project has that id."""
        with self._engine.connect() as connection:
            return connection.execute(select(projects.c.id).where(projects.c.id == project)).first() is None

    def runs(self, project: ProjectId, found: Sequence[ImportedRun]) -> None:
        """Make those runs of a project that are not there, in one transaction."""
        with self._engine.begin() as connection:
            # The update comes first: it takes the project's lock, so numbers have no gaps and no doubles.
            connection.execute(update(projects).where(projects.c.id == project).values(next_number=projects.c.next_number))
            known: set[str] = set()
            for part in _parts([run.custom_run_id for run in found]):
                here = (runs.c.project_id == project, runs.c.custom_run_id.in_(part))
                known |= set(connection.execute(select(runs.c.custom_run_id).where(*here)).scalars())
            new = [run for run in {run.custom_run_id: run for run in found}.values() if run.custom_run_id not in known]
            state = select(projects.c.next_number, projects.c.last_activity_at).where(projects.c.id == project)
            first, last_activity = connection.execute(state).one()
            trashed = sum(run.trashed for run in new)
            counts = {
                "next_number": projects.c.next_number + len(new),
                "run_count": projects.c.run_count + len(new) - trashed,
                "trash_count": projects.c.trash_count + trashed,
                "last_activity_at": max(last_activity or 0, *(run.heard_at for run in new)) if new else last_activity,
            }
            if new:
                connection.execute(update(projects).where(projects.c.id == project).values(counts))
                rows = [
                    {
                        "project_id": project,
                        "number": first + number,
                        "custom_run_id": run.custom_run_id,
                        "owner": run.owner,
                        "created_at": run.created_at,
                        "heard_at": run.heard_at,
                        "trashed": run.trashed,
                    }
                    for number, run in enumerate(new)
                ]
                connection.execute(insert(runs), rows)

    def keys(self, custom_run_ids: Sequence[str]) -> dict[str, list[RunKey]]:
        """The runs of those custom ids in all projects, oldest first."""
        found: dict[str, list[RunKey]] = {}
        with self._engine.connect() as connection:
            for part in _parts(custom_run_ids):
                statement = select(runs.c.custom_run_id, runs.c.key).where(runs.c.custom_run_id.in_(part)).order_by(runs.c.key)
                for row in connection.execute(statement):
                    found.setdefault(row.custom_run_id, []).append(RunKey(row.key))
        return found

    def marks(self, keys: Sequence[RunKey]) -> dict[RunKey, str]:
        """How far those runs were brought, in their importer's words."""
        found: dict[RunKey, str] = {}
        with self._engine.connect() as connection:
            for part in _parts(keys):
                for row in connection.execute(select(run_imports).where(run_imports.c.run_key.in_(part))):
                    found[RunKey(row.run_key)] = row.mark
        return found

    def mark(self, marks: Mapping[RunKey, str]) -> None:
        """Say how far runs were brought."""
        with self._engine.begin() as connection:
            for key, text in marks.items():
                self._put(connection, run_imports, {"run_key": int(key)}, {"mark": text})

    def times(self, run: RunKey, *, created_at: int, heard_at: int, owner: str) -> None:
        """Correct what is known of a run that was brought before."""
        with self._engine.begin() as connection:
            values = {"created_at": created_at, "heard_at": heard_at, "owner": owner}
            connection.execute(update(runs).where(runs.c.key == run).values(values))

    def logged_model(self, model: LoggedModel, *, finished: bool) -> bool:
        """Bring a logged model; whether that made or changed one. A newer one that is there stays."""
        row = {
            "project_id": model.project_id,
            "name": model.name,
            "type": model.type,
            "status": int(model.status),
            "status_message": model.status_message,
            "source_run": model.source_run,
            "created_at": model.created_at,
            "updated_at": model.updated_at if finished else -1,
            "trashed": model.trashed,
        }
        with self._engine.begin() as connection:
            statement = select(logged_models.c.updated_at, logged_models.c.trashed).where(logged_models.c.id == model.id)
            known = connection.execute(statement).first()
            is_news = known is None or known.updated_at < model.updated_at
            if is_news:
                self._put(connection, logged_models, {"id": model.id}, row)
                for table, pairs in ((logged_model_params, model.params), (logged_model_tags, model.tags)):
                    for key, value in pairs.items():
                        self._put(connection, table, {"model_id": model.id, "key": key}, {"value": value})
            points = [
                {
                    "model_id": model.id,
                    "run_id": metric.run_id,
                    "key": metric.key,
                    "timestamp": metric.timestamp,
                    "step": metric.step,
                    "value": repr(metric.value),
                    "dataset_name": metric.dataset_name,
                    "dataset_digest": metric.dataset_digest,
                }
                for metric in model.metrics
            ]
            if points:
                connection.execute(self._dialect.insert(logged_model_metrics).on_conflict_do_nothing(), points)
            return is_news

    def registered_model(self, model: RegisteredModel, *, highest: int) -> tuple[int, bool]:
        """Bring a registered model without versions; its id here, and whether that made or changed one. A newer one stays.

        Parameters:
            highest: the highest number that any of its versions had, deleted ones too.
        """
        row = {
            "description": model.description,
            "owner": model.owner,
            "created_at": model.created_at,
            "updated_at": model.updated_at,
        }
        here = (registered_models.c.workspace == model.workspace, registered_models.c.name == model.name)
        with self._engine.begin() as connection:
            made = self._dialect.insert(registered_models).values(
                workspace=model.workspace, name=model.name, next_version=highest + 1, **row
            )
            is_new = connection.execute(made.on_conflict_do_nothing().returning(registered_models.c.id)).first() is not None
            known = connection.execute(select(registered_models).where(*here)).one()
            identity: int = known.id
            if known.next_version <= highest:
                connection.execute(update(registered_models).where(*here).values(next_version=highest + 1))
            if not is_new:
                if known.updated_at >= model.updated_at:
                    return identity, False
                changes = {"description": row["description"], "updated_at": row["updated_at"]}
                connection.execute(update(registered_models).where(*here).values(changes))
            for key, value in model.tags.items():
                self._put(connection, registered_model_tags, {"model_id": identity, "key": key}, {"value": value})
            return identity, True

    def version(self, model: int, version: ModelVersion) -> bool | None:
        """Bring a version; whether that made or changed one, None if its number is another version's. A newer one stays."""
        row = {
            "description": version.description,
            "owner": version.owner,
            "stage": version.stage,
            "source": version.source,
            "storage": version.storage,
            "run_id": version.run_id,
            "run_link": version.run_link,
            "logged_model_id": version.logged_model_id,
            "status": version.status,
            "status_message": version.status_message,
            "created_at": version.created_at,
            "updated_at": version.updated_at,
        }
        here = (model_versions.c.model_id == model, model_versions.c.version == version.version)
        with self._engine.begin() as connection:
            known = connection.execute(select(model_versions).where(*here)).first()
            if known is not None and (known.source, known.created_at) != (version.source, version.created_at):
                return None
            same = (version.storage, version.status)
            if known is not None and known.updated_at >= version.updated_at and (known.storage, known.status) == same:
                return False
            keys = {"model_id": model, "version": version.version}
            self._put(connection, model_versions, keys, row)
            for key, value in version.tags.items():
                self._put(connection, model_version_tags, {**keys, "key": key}, {"value": value})
            return True

    def aliases(self, model: int, aliases: Mapping[str, int], *, replace: bool) -> int:
        """Bring aliases of versions that are there; how many.

        Parameters:
            replace: those that are there point elsewhere from now on.
        """
        count = 0
        with self._engine.begin() as connection:
            here = connection.execute(select(model_versions.c.version).where(model_versions.c.model_id == model)).scalars()
            versions = set(here)
            statement = select(model_aliases.c.alias, model_aliases.c.version).where(model_aliases.c.model_id == model)
            known = {row.alias: row.version for row in connection.execute(statement)}
            for alias, version in aliases.items():
                if version in versions and known.get(alias) != version and (replace or alias not in known):
                    self._put(connection, model_aliases, {"model_id": model, "alias": alias}, {"version": version})
                    count += 1
        return count

    def _put(self, connection: Connection, table: Table, keys: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        statement = self._dialect.insert(table).values({**keys, **values})
        index: Sequence[Any] = [table.c[name] for name in keys]
        connection.execute(statement.on_conflict_do_update(index_elements=index, set_=dict(values)))


def _parts(found: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(found), 900):
        yield found[start : start + 900]
