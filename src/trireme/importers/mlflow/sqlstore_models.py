"""Logged models and registered models of a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from trireme.importers.account import Account
from trireme.importers.mlflow.database import PART, Database, Row
from trireme.importers.mlflow.places import files_of
from trireme.importers.mlflow.source import HIDDEN_STAGE, MODEL_STATUSES, Message, Model, pairs, version_status


def logged_models(database: Database, experiment: Any) -> Iterator[Model]:
    """The logged models of an experiment; their place is their artifact location."""
    found = list(database.rows("logged_models", experiment_id=experiment))
    for start in range(0, len(found), PART):
        part = found[start : start + PART]
        ids = [row["model_id"] for row in part]
        params = database.by("logged_model_params", "model_id", ids)
        tags = database.by("logged_model_tags", "model_id", ids)
        metrics = database.by("logged_model_metrics", "model_id", ids)
        for row in part:
            yield Model(_logged(row, params, tags, metrics), row.get("artifact_location"))


def _logged(row: Row, params: Any, tags: Any, metrics: Any) -> Message:
    identity = row["model_id"]
    return {
        "info": {
            "model_id": identity,
            "name": row["name"],
            "creation_timestamp_ms": row["creation_timestamp_ms"],
            "last_updated_timestamp_ms": row["last_updated_timestamp_ms"],
            "status": MODEL_STATUSES.get(row["status"], "LOGGED_MODEL_READY"),
            "status_message": row.get("status_message"),
            "model_type": row.get("model_type"),
            "source_run_id": row.get("source_run_id"),
            "tags": pairs({tag["tag_key"]: tag["tag_value"] or "" for tag in tags[identity]}),
        },
        "data": {
            "params": pairs({param["param_key"]: param["param_value"] or "" for param in params[identity]}),
            "metrics": [
                {
                    "key": point["metric_name"],
                    "value": "NaN" if point["metric_value"] is None else point["metric_value"],
                    "timestamp": point["metric_timestamp_ms"],
                    "step": point["metric_step"],
                    "run_id": point["run_id"],
                    "dataset_name": point.get("dataset_name"),
                    "dataset_digest": point.get("dataset_digest"),
                }
                for point in metrics[identity]
            ],
        },
        "lifecycle_stage": row.get("lifecycle_stage") or "active",
    }


def registered_models(database: Database, account: Account) -> Iterator[Message]:
    """The registered models of the default workspace."""
    by_name: dict[str, dict[str, list[Row]]] = {}
    for table in ("registered_model_tags", "registered_model_aliases", "model_versions"):
        by_name[table] = _by_name(database.rows(table))
    of_versions: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for row in database.rows("model_version_tags"):
        if _is_default(row):
            of_versions[row["name"], int(row["version"])][row["key"]] = row["value"] or ""
    for row in database.rows("registered_models", order=("name",)):
        name = row["name"]
        if not _is_default(row):
            account.fail(
                "registered models", name, f"it is in the workspace '{row['workspace']}'; only the default one is brought"
            )
            continue
        versions = sorted(by_name["model_versions"][name], key=lambda version: int(version["version"]))
        yield {
            "name": name,
            "creation_timestamp": row["creation_time"] or 0,
            "last_updated_timestamp": row["last_updated_time"],
            "description": row.get("description"),
            "tags": pairs({tag["key"]: tag["value"] or "" for tag in by_name["registered_model_tags"][name]}),
            "aliases": [
                {"alias": one["alias"], "version": int(one["version"])} for one in by_name["registered_model_aliases"][name]
            ],
            "versions": [_version(one, of_versions) for one in versions if one["current_stage"] != HIDDEN_STAGE],
            "highest_version": max((int(one["version"]) for one in versions), default=0),
        }


def _version(row: Row, tags: dict[tuple[str, int], dict[str, str]]) -> Message:
    source, run, number = row.get("source") or "", row.get("run_id") or "", int(row["version"])
    return {
        "version": number,
        "creation_timestamp": row["creation_time"] or 0,
        "last_updated_timestamp": row["last_updated_time"],
        "description": row.get("description"),
        "user_id": row.get("user_id"),
        "current_stage": row.get("current_stage") or "None",
        "source": source,
        "run_id": run,
        "run_link": row.get("run_link"),
        "status": version_status(row.get("status")),
        "status_message": row.get("status_message"),
        "tags": pairs(tags[row["name"], number]),
        "files": files_of(row.get("storage_location") or "", source, run),
    }


def _by_name(rows: Iterator[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if _is_default(row):
            found[row["name"]].append(row)
    return found


def _is_default(row: Row) -> bool:
    return (row.get("workspace") or "default") == "default"
