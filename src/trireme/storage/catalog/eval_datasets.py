"""Evaluation data sets in the catalog: merging a record reads and writes it in one transaction, which the warehouse has not."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from trireme.domain.eval_dataset import EvalDataset, EvalRecord, extended_schema
from trireme.domain.ids import ProjectId
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.eval_tables import eval_dataset_projects, eval_dataset_tags, eval_datasets, eval_records

_AT_ONCE = 500
_JSON = ("inputs", "outputs", "expectations", "tags", "source")


class EvalDatasets:
    """Find, make and change evaluation data sets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = postgresql if engine.dialect.name == "postgresql" else sqlite

    def create(
        self, name: str, *, owner: str, by: str | None, tags: Mapping[str, str], projects: Sequence[ProjectId]
    ) -> EvalDataset:
        """Make a data set; names need not be unique."""
        identity, now = f"d-{secrets.token_hex(16)}", now_ms()
        row = {"id": identity, "name": name, "owner": owner, "digest": _digest(name, now), "created_at": now, "updated_at": now}
        with self._engine.begin() as connection:
            connection.execute(insert(eval_datasets).values(row | {"created_by": by, "updated_by": by}))
            for table, rows in (
                (eval_dataset_tags, [{"dataset_id": identity, "key": key, "value": value} for key, value in tags.items()]),
                (eval_dataset_projects, [{"dataset_id": identity, "project_id": project} for project in dict.fromkeys(projects)]),
            ):
                if rows:
                    connection.execute(insert(table), rows)
        found = self.get(identity)
        assert found is not None
        return found

    def get(self, identity: str) -> EvalDataset | None:
        """One data set."""
        return next(iter(self._datasets(eval_datasets.c.id == identity)), None)

    def all(self, projects: Sequence[ProjectId] | None = None) -> list[EvalDataset]:
        """All data sets, or those of these projects."""
        if projects is None:
            return self._datasets()
        mine = select(eval_dataset_projects.c.dataset_id).where(eval_dataset_projects.c.project_id.in_(projects))
        return self._datasets(eval_datasets.c.id.in_(mine))

    def delete(self, identity: str) -> None:
        """Forget a data set with its records."""
        with self._engine.begin() as connection:
            for table in (eval_records, eval_dataset_tags, eval_dataset_projects):
                connection.execute(delete(table).where(table.c.dataset_id == identity))
            connection.execute(delete(eval_datasets).where(eval_datasets.c.id == identity))

    def set_tags(self, identity: str, tags: Mapping[str, str | None]) -> None:
        """Set tags; None takes one away."""
        index = [eval_dataset_tags.c.dataset_id, eval_dataset_tags.c.key]
        with self._engine.begin() as connection:
            for key, value in tags.items():
                if value is None:
                    mine = (eval_dataset_tags.c.dataset_id == identity, eval_dataset_tags.c.key == key)
                    connection.execute(delete(eval_dataset_tags).where(*mine))
                    continue
                statement = self._dialect.insert(eval_dataset_tags).values(dataset_id=identity, key=key, value=value)
                connection.execute(statement.on_conflict_do_update(index_elements=index, set_={"value": value}))

    def set_projects(self, identity: str, projects: Sequence[ProjectId], *, member: bool) -> None:
        """Let a data set belong to projects, or no longer."""
        rows = [{"dataset_id": identity, "project_id": project} for project in dict.fromkeys(projects)]
        with self._engine.begin() as connection:
            if member and rows:
                connection.execute(self._dialect.insert(eval_dataset_projects).on_conflict_do_nothing(), rows)
            elif rows:
                mine = (eval_dataset_projects.c.dataset_id == identity, eval_dataset_projects.c.project_id.in_(projects))
                connection.execute(delete(eval_dataset_projects).where(*mine))
            connection.execute(update(eval_datasets).where(eval_datasets.c.id == identity).values(updated_at=now_ms()))

    def merge(self, dataset: EvalDataset, records: Sequence[Mapping[str, Any]], *, by: str | None) -> tuple[int, int]:
        """Add records. One whose inputs are there already is merged into that record.

        Parameters:
            records: inputs, and perhaps outputs, expectations, tags, source and by.

        Returns:
            How many are new, and how often one was merged.
        """
        now = now_ms()
        made: dict[str, dict[str, Any]] = {}
        changed: dict[str, dict[str, Any]] = {}
        updates = 0
        with self._engine.begin() as connection:
            # The update comes first: it takes the data set's lock, so two writers merge one after the other.
            values = {"updated_at": now, "digest": _digest(dataset.name, now), "updated_by": by}
            connection.execute(update(eval_datasets).where(eval_datasets.c.id == dataset.id).values(values))
            hashed = [(input_hash(record["inputs"]), record) for record in records]
            known = self._known(connection, dataset.id, sorted({digest for digest, _ in hashed}))
            for digest, record in hashed:
                old = made.get(digest) or changed.get(digest) or known.get(digest)
                if old is None:
                    made[digest] = _new(dataset.id, digest, record, now)
                    continue
                updates += 1
                merged = _merged(old, record, now)
                (made if digest in made else changed)[digest] = merged
            for start in range(0, len(made), _AT_ONCE):
                connection.execute(insert(eval_records), [_texts(row) for row in list(made.values())[start : start + _AT_ONCE]])
            for row in changed.values():
                texts = {key: value for key, value in _texts(row).items() if key not in ("number", "id")}
                connection.execute(update(eval_records).where(eval_records.c.id == row["id"]).values(texts))
            schema = connection.execute(select(eval_datasets.c.schema).where(eval_datasets.c.id == dataset.id)).scalar()
            described = extended_schema(json.loads(schema) if schema else None, records)
            count = eval_datasets.c.record_count + len(made)
            changes = {"schema": json.dumps(described), "record_count": count}
            connection.execute(update(eval_datasets).where(eval_datasets.c.id == dataset.id).values(changes))
        return len(made), updates

    def delete_records(self, dataset: EvalDataset, records: Sequence[str]) -> int:
        """Forget records; how many there were."""
        with self._engine.begin() as connection:
            connection.execute(update(eval_datasets).where(eval_datasets.c.id == dataset.id).values(updated_at=now_ms()))
            gone = 0
            for start in range(0, len(records), _AT_ONCE):
                mine = (eval_records.c.dataset_id == dataset.id, eval_records.c.id.in_(records[start : start + _AT_ONCE]))
                gone += connection.execute(delete(eval_records).where(*mine)).rowcount
            count = eval_datasets.c.record_count - gone
            connection.execute(update(eval_datasets).where(eval_datasets.c.id == dataset.id).values(record_count=count))
        return gone

    def records(self, identity: str, *, after: int, limit: int) -> list[tuple[int, EvalRecord]]:
        """Records in the order they came, each with its position.

        Parameters:
            after: only those behind this position; 0 for all.
        """
        mine = (eval_records.c.dataset_id == identity, eval_records.c.number > after)
        with self._engine.connect() as connection:
            rows = connection.execute(select(eval_records).where(*mine).order_by(eval_records.c.number).limit(limit)).mappings()
            return [(row["number"], _record(_values(dict(row)))) for row in rows]

    def _known(self, connection: Connection, identity: str, digests: Sequence[str]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(digests), _AT_ONCE):
            mine = (eval_records.c.dataset_id == identity, eval_records.c.input_sha256.in_(digests[start : start + _AT_ONCE]))
            for row in connection.execute(select(eval_records).where(*mine)).mappings():
                found[row["input_sha256"]] = _values(dict(row))
        return found

    def _datasets(self, *conditions: Any) -> list[EvalDataset]:
        chosen = select(eval_datasets.c.id).where(*conditions)
        tags: dict[str, dict[str, str]] = defaultdict(dict)
        projects: dict[str, list[ProjectId]] = defaultdict(list)
        with self._engine.connect() as connection:
            order = (eval_datasets.c.created_at.desc(), eval_datasets.c.id.desc())
            rows = connection.execute(select(eval_datasets).where(*conditions).order_by(*order)).all()
            for row in connection.execute(select(eval_dataset_tags).where(eval_dataset_tags.c.dataset_id.in_(chosen))):
                tags[row.dataset_id][row.key] = row.value
            links = select(eval_dataset_projects).where(eval_dataset_projects.c.dataset_id.in_(chosen))
            for row in connection.execute(links.order_by(eval_dataset_projects.c.project_id)):
                projects[row.dataset_id].append(ProjectId(row.project_id))
        return [
            EvalDataset(
                row.id, row.name, row.owner, row.digest, row.created_at, row.updated_at, row.created_by, row.updated_by,
                json.loads(row.schema) if row.schema else None, row.record_count, tags[row.id], projects[row.id],
            )
            for row in rows
        ]  # fmt: skip


def _digest(name: str, now: int) -> str:
    return hashlib.sha256(f"{name}:{now}".encode(errors="replace")).hexdigest()[:8]


def input_hash(inputs: Any) -> str:
    """What makes a record the same: the SHA-256 of its inputs as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def _new(dataset: str, digest: str, record: Mapping[str, Any], now: int) -> dict[str, Any]:
    row = {
        "id": f"dr-{secrets.token_hex(16)}",
        "dataset_id": dataset,
        "input_sha256": digest,
        "created_at": now,
        "updated_at": now,
    }
    return row | {name: record.get(name) for name in _JSON} | {"created_by": record.get("by"), "updated_by": record.get("by")}


def _merged(old: Mapping[str, Any], record: Mapping[str, Any], now: int) -> dict[str, Any]:
    """A record with what another one of the same inputs adds: outputs are replaced, expectations and tags joined, its source stays."""
    row = dict(old) | {"updated_at": now, "updated_by": record.get("by") or old["updated_by"]}
    if "outputs" in record:
        row["outputs"] = record["outputs"]
    for name in ("expectations", "tags"):
        if record.get(name):
            row[name] = {**(row[name] or {}), **record[name]}
    return row


def _texts(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: json.dumps(value) if key in _JSON and value is not None else value for key, value in row.items()}


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: json.loads(value) if key in _JSON and value is not None else value for key, value in row.items()}


def _record(row: Mapping[str, Any]) -> EvalRecord:
    return EvalRecord(
        row["id"], row["dataset_id"], row["inputs"], row["created_at"], row["updated_at"], row["outputs"], row["expectations"],
        row["tags"] or {}, row["source"], row["created_by"], row["updated_by"],
    )  # fmt: skip
