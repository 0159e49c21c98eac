"""Evaluation data sets and scorers of a database, and how much of what else there is stays behind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from sqlalchemy import func, select

from trireme.importers.account import Account
from trireme.importers.mlflow.database import Database, Row
from trireme.importers.mlflow.source import EvalDataset, Message

_RECORDS: Final = 1000
_WRAP: Final = "mlflow_wrapped"
"""Outputs, which may be any JSON value, lie below this key of an object."""
_LEFT: Final = {
    "webhooks": "webhooks",
    "issues": "issues",
    "label_schemas": "label schemas",
    "review_queues": "review queues",
    "endpoints": "gateway endpoints",
    "secrets": "gateway secrets",
    "budget_policies": "budget policies",
    "guardrails": "guardrails",
    "mcp_servers": "MCP servers",
    "skills": "skills",
}


def eval_datasets(database: Database, account: Account) -> Iterator[EvalDataset]:
    """The evaluation data sets of the default workspace, oldest first."""
    found = list(database.rows("evaluation_datasets", order=("created_time", "dataset_id")))
    ids = [row["dataset_id"] for row in found]
    tags = database.by("evaluation_dataset_tags", "dataset_id", ids)
    homes: dict[str, list[str]] = {}
    for row in database.rows("entity_associations", source_type="evaluation_dataset", destination_type="experiment"):
        homes.setdefault(row["source_id"], []).append(str(row["destination_id"]))
    for row in found:
        if (row.get("workspace") or "default") != "default":
            account.fail(
                "evaluation data sets",
                row["name"],
                f"it is in the workspace '{row['workspace']}'; only the default one is brought",
            )
            continue
        identity, created = row["dataset_id"], row["created_time"] or 0
        message = {
            "dataset_id": identity,
            "name": row["name"],
            "digest": row["digest"],
            "created_time": created,
            "last_update_time": row["last_update_time"] or created,
            "created_by": row["created_by"],
            "last_updated_by": row["last_updated_by"],
            "schema": parsed(row["schema"]),
            "tags": {tag["key"]: tag["value"] or "" for tag in tags[identity]},
            "experiment_ids": homes.get(identity, []),
        }
        yield EvalDataset(message, partial(_records, database, identity))


def scorers(database: Database, experiment: Any) -> Iterator[Message]:
    """An experiment's scorers with all versions."""
    found = list(database.rows("scorers", order=("scorer_name",), experiment_id=experiment))
    versions = database.by("scorer_versions", "scorer_id", [row["scorer_id"] for row in found], order=("scorer_version",))
    for row in found:
        of_scorer = [
            {"version": one["scorer_version"], "content": one["serialized_scorer"], "created_at": one["creation_time"] or 0}
            for one in versions[row["scorer_id"]]
        ]
        yield {"name": row["scorer_name"], "scorer_id": row["scorer_id"], "versions": of_scorer}


def _records(database: Database, dataset: str) -> Iterator[list[Message]]:
    part: list[Message] = []
    for row in database.rows("evaluation_dataset_records", order=("created_time", "dataset_record_id"), dataset_id=dataset):
        part.append(_record(row))
        if len(part) >= _RECORDS:
            yield part
            part = []
    if part:
        yield part


def _record(row: Row) -> Message:
    outputs, created = parsed(row.get("outputs")), row["created_time"] or 0
    return {
        "dataset_record_id": row["dataset_record_id"],
        "inputs": parsed(row["inputs"]),
        "outputs": outputs.get(_WRAP, outputs) if isinstance(outputs, Mapping) else outputs,
        "expectations": parsed(row["expectations"]),
        "tags": parsed(row["tags"]),
        "source": parsed(row["source"]),
        "created_time": created,
        "last_update_time": row["last_update_time"] or created,
        "created_by": row["created_by"],
        "last_updated_by": row["last_updated_by"],
    }


def parsed(value: Any) -> Any:
    """A JSON column's value, whether the driver gives it as text or not; None if it is no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def left(database: Database) -> Mapping[str, int]:
    """How many there are of what is not brought, by its name; nothing of what was deleted."""
    found: dict[str, int] = {}
    for name, words in _LEFT.items():
        table = database.table(name)
        if table is None:
            continue
        statement = select(func.count()).select_from(table)
        if "deleted_timestamp" in table.c:
            statement = statement.where(table.c.deleted_timestamp.is_(None))
        with database.connect() as connection:
            found[words] = connection.execute(statement).scalar_one()
    return found
