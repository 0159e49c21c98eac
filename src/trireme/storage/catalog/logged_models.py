"""Models as runs made them, and the data sets and models that runs used, in the catalog."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from trireme.domain.errors import AlreadyExists
from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.model import Dataset, LoggedModel, LoggedModelStatus, ModelMetric
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.registry_tables import (
    datasets,
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
    run_datasets,
    run_models,
)


class LoggedModels:
    """Find, make and change logged models."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = postgresql if engine.dialect.name == "postgresql" else sqlite

    def create(
        self, project: ProjectId, identity: str, *, params: Mapping[str, str], tags: Mapping[str, str], **values: Any
    ) -> LoggedModel:
        """Make a model; it is pending until it says otherwise."""
        now = now_ms()
        row = {"id": identity, "project_id": project, "status": 1, "created_at": now, "updated_at": now} | values
        with self._engine.begin() as connection:
            connection.execute(insert(logged_models).values(row))
            for table, pairs in ((logged_model_params, params), (logged_model_tags, tags)):
                if pairs:
                    rows = [{"model_id": identity, "key": key, "value": value} for key, value in pairs.items()]
                    connection.execute(insert(table), rows)
        found = self.get(identity)
        assert found is not None
        return found

    def get(self, identity: str) -> LoggedModel | None:
        """One model."""
        return next(iter(self._models(logged_models.c.id == identity)), None)

    def of_projects(self, projects: Sequence[ProjectId]) -> list[LoggedModel]:
        """All models of these projects that are not in the trash, newest first."""
        return self._models(logged_models.c.project_id.in_(projects), logged_models.c.trashed.is_(False))

    def update(self, identity: str, **changes: Any) -> None:
        """Change columns of a model."""
        with self._engine.begin() as connection:
            connection.execute(
                update(logged_models).where(logged_models.c.id == identity).values({"updated_at": now_ms()} | changes)
            )

    def add_params(self, identity: str, params: Mapping[str, str]) -> None:
        """Add params, which never change.

        Raises:
            AlreadyExists: the model has one of them.
        """
        rows = [{"model_id": identity, "key": key, "value": value} for key, value in params.items()]
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(logged_model_params), rows)
        except IntegrityError:
            raise AlreadyExists("The model has one of these params already; they cannot be changed.") from None

    def set_tags(self, identity: str, tags: Mapping[str, str]) -> None:
        """Set tags."""
        with self._engine.begin() as connection:
            for key, value in tags.items():
                statement = self._dialect.insert(logged_model_tags).values(model_id=identity, key=key, value=value)
                index = [logged_model_tags.c.model_id, logged_model_tags.c.key]
                connection.execute(statement.on_conflict_do_update(index_elements=index, set_={"value": value}))

    def delete_tag(self, identity: str, key: str) -> bool:
        """Take a tag away; whether it was there."""
        mine = (logged_model_tags.c.model_id == identity, logged_model_tags.c.key == key)
        with self._engine.begin() as connection:
            return bool(connection.execute(delete(logged_model_tags).where(*mine)).rowcount)

    def add_metrics(self, identity: str, metrics: Sequence[ModelMetric]) -> None:
        """Add points; the same one again changes nothing."""
        rows = [
            {
                "model_id": identity,
                "run_id": metric.run_id,
                "key": metric.key,
                "timestamp": metric.timestamp,
                "step": metric.step,
                "value": repr(metric.value),
                "dataset_name": metric.dataset_name,
                "dataset_digest": metric.dataset_digest,
            }
            for metric in metrics
        ]
        with self._engine.begin() as connection:
            connection.execute(self._dialect.insert(logged_model_metrics).on_conflict_do_nothing(), rows)

    def _models(self, *conditions: Any) -> list[LoggedModel]:
        chosen = select(logged_models.c.id).where(*conditions)
        with self._engine.connect() as connection:
            order = (logged_models.c.created_at.desc(), logged_models.c.id)
            rows = connection.execute(select(logged_models).where(*conditions).order_by(*order)).all()
            pairs: dict[str, dict[str, dict[str, str]]] = {"params": defaultdict(dict), "tags": defaultdict(dict)}
            for name, table in (("params", logged_model_params), ("tags", logged_model_tags)):
                for row in connection.execute(select(table).where(table.c.model_id.in_(chosen)).order_by(table.c.key)):
                    pairs[name][row.model_id][row.key] = row.value
            metrics: dict[str, list[ModelMetric]] = defaultdict(list)
            statement = select(logged_model_metrics).where(logged_model_metrics.c.model_id.in_(chosen))
            for row in connection.execute(statement):
                metrics[row.model_id].append(
                    ModelMetric(
                        row.key, float(row.value), row.timestamp, row.step, row.run_id, row.dataset_name, row.dataset_digest
                    )
                )
        return [
            LoggedModel(
                row.id, ProjectId(row.project_id), row.name, row.type, LoggedModelStatus(row.status), row.status_message,
                row.source_run, row.created_at, row.updated_at, row.trashed, pairs["params"][row.id], pairs["tags"][row.id],
                metrics[row.id],
            )
            for row in rows
        ]  # fmt: skip


class RunInputs:
    """What runs used and what they made: data sets and logged models."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = postgresql if engine.dialect.name == "postgresql" else sqlite

    def add_datasets(self, project: ProjectId, run: RunKey, used: Sequence[tuple[Dataset, Mapping[str, str]]]) -> None:
        """Record data sets with the tags of their use. What is known of a data set stays; a use is recorded once."""
        with self._engine.begin() as connection:
            for dataset, tags in used:
                values = {
                    "project_id": project,
                    "name": dataset.name,
                    "digest": dataset.digest,
                    "source_type": dataset.source_type,
                    "source": dataset.source,
                    "schema": dataset.schema,
                    "profile": dataset.profile,
                }
                connection.execute(self._dialect.insert(datasets).values(values).on_conflict_do_nothing())
                key = (datasets.c.project_id == project, datasets.c.name == dataset.name, datasets.c.digest == dataset.digest)
                found = connection.execute(select(datasets.c.id).where(*key)).scalar_one()
                use = {"run_key": run, "dataset_id": found, "tags": json.dumps(dict(tags))}
                connection.execute(self._dialect.insert(run_datasets).values(use).on_conflict_do_nothing())

    def add_models(self, run: RunKey, models: Sequence[tuple[str, int]], *, output: bool) -> None:
        """Record models with their steps, as used or as made; once each."""
        rows = [{"run_key": run, "model_id": model, "output": output, "step": step} for model, step in models]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(self._dialect.insert(run_models).on_conflict_do_nothing(), rows)

    def datasets(self, runs: Sequence[RunKey]) -> dict[RunKey, list[tuple[Dataset, dict[str, str]]]]:
        """The data sets of runs, with the tags of their use."""
        found: dict[RunKey, list[tuple[Dataset, dict[str, str]]]] = defaultdict(list)
        joined = run_datasets.join(datasets, datasets.c.id == run_datasets.c.dataset_id)
        columns = select(run_datasets.c.run_key, run_datasets.c.tags, datasets).select_from(joined)
        with self._engine.connect() as connection:
            for start in range(0, len(runs), 900):
                mine = run_datasets.c.run_key.in_([int(run) for run in runs[start : start + 900]])
                for row in connection.execute(columns.where(mine).order_by(datasets.c.id)):
                    dataset = Dataset(row.name, row.digest, row.source_type, row.source, row.schema, row.profile)
                    found[RunKey(row.run_key)].append((dataset, json.loads(row.tags)))
        return found

    def models(self, runs: Sequence[RunKey]) -> dict[RunKey, list[tuple[str, int, bool]]]:
        """The models of runs: id, step, and whether the run made it."""
        found: dict[RunKey, list[tuple[str, int, bool]]] = defaultdict(list)
        with self._engine.connect() as connection:
            for start in range(0, len(runs), 900):
                mine = run_models.c.run_key.in_([int(run) for run in runs[start : start + 900]])
                for row in connection.execute(select(run_models).where(mine).order_by(run_models.c.step, run_models.c.model_id)):
                    found[RunKey(row.run_key)].append((row.model_id, row.step, row.output))
        return found

    def runs_with_datasets(self, project: ProjectId) -> list[tuple[RunKey, str, str, str | None]]:
        """Of all runs of a project: run, name and digest of each data set, and the context of its use."""
        joined = run_datasets.join(datasets, datasets.c.id == run_datasets.c.dataset_id)
        columns = select(run_datasets.c.run_key, run_datasets.c.tags, datasets.c.name, datasets.c.digest).select_from(joined)
        with self._engine.connect() as connection:
            rows = connection.execute(columns.where(datasets.c.project_id == project)).all()
        return [(RunKey(row.run_key), row.name, row.digest, json.loads(row.tags).get("mlflow.data.context")) for row in rows]
