"""Evaluation data sets from elsewhere, with their own ids and times. Bringing them twice changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from trireme.domain.eval_dataset import EvalDataset, EvalRecord
from trireme.storage.catalog.eval_datasets import input_hash
from trireme.storage.catalog.eval_tables import eval_dataset_projects, eval_dataset_tags, eval_datasets, eval_records

_UNFINISHED: Final = -1
"""Stands as the time of the last change while records are still to come, so that every import that breaks off is taken up again."""
_AT_ONCE: Final = 500


class EvalImports:
    """Rows of evaluation data sets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = postgresql if engine.dialect.name == "postgresql" else sqlite

    def begin(self, dataset: EvalDataset) -> tuple[bool, bool]:
        """Bring a data set without records: whether it is new, and whether everything of it is here and nothing changed there since."""
        here = eval_datasets.c.id == dataset.id
        row = {
            "id": dataset.id,
            "name": dataset.name,
            "owner": dataset.owner,
            "digest": dataset.digest,
            "created_at": dataset.created_at,
            "updated_at": _UNFINISHED,
            "created_by": dataset.created_by,
            "updated_by": dataset.updated_by,
        }
        with self._engine.begin() as connection:
            made = self._dialect.insert(eval_datasets).values(row).on_conflict_do_nothing().returning(eval_datasets.c.id)
            is_new = connection.execute(made).first() is not None
            known = connection.execute(select(eval_datasets.c.updated_at).where(here)).scalar_one()
            is_whole = known >= dataset.updated_at
            links = [{"dataset_id": dataset.id, "project_id": project} for project in dict.fromkeys(dataset.projects)]
            if links:
                connection.execute(self._dialect.insert(eval_dataset_projects).on_conflict_do_nothing(), links)
            for key, value in {} if is_whole else dataset.tags.items():
                statement = self._dialect.insert(eval_dataset_tags).values(dataset_id=dataset.id, key=key, value=value)
                index = [eval_dataset_tags.c.dataset_id, eval_dataset_tags.c.key]
                connection.execute(statement.on_conflict_do_update(index_elements=index, set_={"value": value}))
        return is_new, is_whole

    def records(self, dataset: str, records: Sequence[EvalRecord]) -> tuple[int, int]:
        """Bring records; how many are new or changed, and how many were here. One that is newer here stays, and so do its inputs."""
        came = 0
        with self._engine.begin() as connection:
            # The update comes first: it takes the data set's lock, so two writers come one after the other.
            connection.execute(update(eval_datasets).where(eval_datasets.c.id == dataset).values(name=eval_datasets.c.name))
            for start in range(0, len(records), _AT_ONCE):
                came += self._part(connection, dataset, records[start : start + _AT_ONCE])
        return came, len(records) - came

    def _part(self, connection: Connection, dataset: str, records: Sequence[EvalRecord]) -> int:
        hashes = {record.id: input_hash(record.inputs) for record in records}
        columns = select(eval_records.c.id, eval_records.c.input_sha256, eval_records.c.updated_at)
        mine = eval_records.c.dataset_id == dataset
        by_id = {row.id: row for row in connection.execute(columns.where(eval_records.c.id.in_(list(hashes))))}
        same = columns.where(mine, eval_records.c.input_sha256.in_(list(hashes.values())))
        taken = {row.input_sha256 for row in connection.execute(same)}
        new: list[dict[str, Any]] = []
        changed = 0
        for record in records:
            known, digest = by_id.get(record.id), hashes[record.id]
            if known is None and digest not in taken:
                taken.add(digest)
                new.append(_row(record) | {"id": record.id, "dataset_id": dataset, "input_sha256": digest})
            elif known is not None and known.updated_at < record.updated_at and known.input_sha256 == digest:
                connection.execute(update(eval_records).where(mine, eval_records.c.id == record.id).values(_row(record)))
                changed += 1
        if new:
            connection.execute(insert(eval_records), new)
        return len(new) + changed

    def finish(self, dataset: EvalDataset) -> None:
        """Say that all records of a data set came; what changed here since stays newer."""
        here = eval_datasets.c.id == dataset.id
        count = select(func.count()).where(eval_records.c.dataset_id == dataset.id).scalar_subquery()
        values: dict[str, Any] = {
            "digest": dataset.digest,
            "updated_at": dataset.updated_at,
            "updated_by": dataset.updated_by,
            "schema": None if dataset.schema is None else json.dumps(dict(dataset.schema)),
        }
        with self._engine.begin() as connection:
            connection.execute(update(eval_datasets).where(here, eval_datasets.c.updated_at < dataset.updated_at).values(values))
            connection.execute(update(eval_datasets).where(here).values(record_count=count))


def _row(record: EvalRecord) -> dict[str, Any]:
    parts: Mapping[str, Any] = {
        "inputs": dict(record.inputs),
        "outputs": record.outputs,
        "expectations": record.expectations,
        "tags": record.tags or None,
        "source": record.source,
    }
    texts = {name: None if value is None else json.dumps(value) for name, value in parts.items()}
    times = {"created_at": record.created_at, "updated_at": record.updated_at}
    return texts | times | {"created_by": record.created_by, "updated_by": record.updated_by}
