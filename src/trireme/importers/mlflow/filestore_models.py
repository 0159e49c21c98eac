"""Logged models and registered models of an ``mlruns`` folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trireme.importers.account import Account
from trireme.importers.mlflow.folders import Report, texts
from trireme.importers.mlflow.places import files_of
from trireme.importers.mlflow.source import HIDDEN_STAGE, MODEL_STATUSES, Message, SourceError, pairs, version_status
from trireme.importers.mlflow.yaml_file import read_yaml, whole


def logged_model(folder: Path, roots: Sequence[Path], report: Report) -> Message:
    """A logged model from its folder.

    Raises:
        SourceError: its meta.yaml cannot be read.
    """
    meta = read_yaml(folder / "meta.yaml")
    status = meta.get("status")
    return {
        "info": {
            "model_id": str(meta.get("model_id", folder.name)),
            "name": str(meta.get("name") or folder.name),
            "creation_timestamp_ms": whole(meta.get("creation_timestamp")) or 0,
            "last_updated_timestamp_ms": whole(meta.get("last_updated_timestamp")),
            "status": MODEL_STATUSES.get(status, "LOGGED_MODEL_READY") if isinstance(status, int) else "LOGGED_MODEL_READY",
            "status_message": meta.get("status_message"),
            "model_type": meta.get("model_type"),
            "source_run_id": meta.get("source_run_id"),
            "tags": pairs(texts(folder / "tags", roots, report)),
        },
        "data": {
            "params": pairs(texts(folder / "params", roots, report)),
            "metrics": [
                point
                for key, text in texts(folder / "metrics", roots, report).items()
                for point in _model_points(key, text, report, folder)
            ],
        },
        "lifecycle_stage": str(meta.get("lifecycle_stage") or "active"),
    }


def _model_points(key: str, text: str, report: Report, folder: Path) -> list[Message]:
    """``<timestamp> <value> <step> <run id> [<dataset name> <dataset digest>]`` a line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        tokens = line.split(" ")
        try:
            point: Message = {"key": key, "timestamp": int(tokens[0]), "value": float(tokens[1]), "step": int(tokens[2])}
            point["run_id"] = tokens[3]
        except (ValueError, IndexError):
            report(str(folder / "metrics" / key), f"line {number} is no point")
            continue
        if len(tokens) >= 6:
            point |= {"dataset_name": " ".join(tokens[4:-1]), "dataset_digest": tokens[-1]}
        found.append(point)
    return found


def registered_model(folder: Path, roots: Sequence[Path], report: Report, account: Account) -> Message:
    """A registered model from its folder, with its versions.

    Raises:
        SourceError: its meta.yaml cannot be read.
    """
    meta = read_yaml(folder / "meta.yaml")
    name = meta.get("name")
    if not isinstance(name, str) or not name:
        raise SourceError("its meta.yaml has no name")
    versions, highest = [], 0
    for entry in sorted(folder.glob("version-*")):
        try:
            found = _version(entry, roots, report, name, account)
        except SourceError as error:
            account.fail("model versions", f"{name} {entry.name}", str(error))
            continue
        highest = max(highest, found["version"])
        if found["current_stage"] != HIDDEN_STAGE:
            versions.append(found)
    aliases = texts(folder / "aliases", roots, report)
    return {
        "name": name,
        "creation_timestamp": whole(meta.get("creation_timestamp")) or 0,
        "last_updated_timestamp": whole(meta.get("last_updated_timestamp")),
        "description": meta.get("description"),
        "tags": pairs(texts(folder / "tags", roots, report)),
        "aliases": [{"alias": alias, "version": text.strip()} for alias, text in aliases.items()],
        "versions": versions,
        "highest_version": highest,
    }


def _version(folder: Path, roots: Sequence[Path], report: Report, name: str, account: Account) -> Message:
    meta = read_yaml(folder / "meta.yaml")
    number = whole(meta.get("version"))
    if number is None or number < 1:
        raise SourceError("its meta.yaml has no version")
    source, run = str(meta.get("source") or ""), str(meta.get("run_id") or "")
    tags = texts(folder / "tags", roots, report)
    return {
        "version": number,
        "creation_timestamp": whole(meta.get("creation_timestamp")) or 0,
        "last_updated_timestamp": whole(meta.get("last_updated_timestamp")),
        "description": meta.get("description"),
        "user_id": _text(meta.get("user_id")),
        "current_stage": str(meta.get("current_stage") or "None"),
        "source": source,
        "run_id": run,
        "run_link": _text(meta.get("run_link")),
        "status": version_status(meta.get("status")),
        "status_message": _text(meta.get("status_message")),
        "model_id": _text(meta.get("model_id")),
        "tags": pairs(tags),
        "files": files_of(str(meta.get("storage_location") or ""), source, run),
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
