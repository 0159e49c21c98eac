"""Traces of a database, some hundred at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from trireme.importers.account import Account
from trireme.importers.mlflow.database import Database, Row
from trireme.importers.mlflow.filestore_traces import info_of, spans_in, time_text
from trireme.importers.mlflow.source import Message, SourceError

_LOCATION: Final = "mlflow.artifactLocation"
_TOKENS: Final = ("input_tokens", "output_tokens", "total_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
_COSTS: Final = ("input_cost", "output_cost", "total_cost")


class TraceGroup:
    """Reads what belongs to some traces when the first of them is asked for.

    Parameters:
        folder_of: the folder of an artifact URI, if it may be read.
    """

    def __init__(
        self,
        database: Database,
        ids: Sequence[str],
        folder_of: Callable[[str], Path | None],
        roots: Sequence[Path],
        account: Account,
    ) -> None:
        self._database = database
        self._ids = ids
        self._folder_of = folder_of
        self._roots = roots
        self._account = account
        self._rows: dict[str, Row] | None = None
        self._of: dict[str, Mapping[Any, list[Row]]] = {}

    def load(self, identity: str) -> Message:
        """A trace with its spans.

        Raises:
            SourceError: it went meanwhile.
        """
        if self._rows is None:
            self._rows = {row["request_id"]: row for row in self._database.rows("trace_info", request_id=list(self._ids))}
            for name, column in (
                ("trace_tags", "request_id"),
                ("trace_request_metadata", "request_id"),
                ("spans", "trace_id"),
                ("assessments", "trace_id"),
            ):
                self._of[name] = self._database.by(name, column, self._ids)
        row = self._rows.get(identity)
        if row is None:
            raise SourceError("it was deleted meanwhile")
        tags = {tag["key"]: tag["value"] or "" for tag in self._of["trace_tags"][identity]}
        metadata = {one["key"]: one["value"] or "" for one in self._of["trace_request_metadata"][identity]}
        _columns(row, tags, metadata)
        info = info_of(
            identity,
            started=row["timestamp_ms"],
            duration_ms=row["execution_time_ms"],
            state=row["status"] or "STATE_UNSPECIFIED",
            client_request_id=row.get("client_request_id"),
            request_preview=row.get("request_preview"),
            response_preview=row.get("response_preview"),
            metadata=metadata,
            tags=tags,
            assessments=[_assessment(one) for one in self._of["assessments"][identity]],
        )
        spans = [found for one in self._of["spans"][identity] if (found := _loaded(one["content"])) is not None]
        if not spans:
            folder = self._folder_of(tags.get(_LOCATION, ""))
            if folder is not None:
                report = lambda path, reason: self._account.fail("traces", path, reason)  # noqa: E731
                spans = spans_in(folder / "traces.json", self._roots, report)
        return {"trace_info": info, "spans": spans}


def _columns(row: Row, tags: dict[str, str], metadata: dict[str, str]) -> None:
    """What recent releases keep in columns of their own stands among tags and metadata, where clients look for it."""
    if row.get("trace_name"):
        tags.setdefault("mlflow.traceName", row["trace_name"])
    if row.get("session_id"):
        metadata.setdefault("mlflow.trace.session", row["session_id"])
    for key, names in (("mlflow.trace.tokenUsage", _TOKENS), ("mlflow.trace.cost", _COSTS)):
        used = {name: row[name] for name in names if row.get(name) is not None}
        if used:
            metadata.setdefault(key, json.dumps(used))


def _assessment(row: Row) -> Message:
    kind = row["assessment_type"]
    value = _loaded(row["value"])
    message: Message = {
        "assessment_id": row["assessment_id"],
        "assessment_name": row["name"],
        "trace_id": row["trace_id"],
        "span_id": row["span_id"],
        "source": {"source_type": row["source_type"], "source_id": row["source_id"]},
        "create_time": time_text(row["created_timestamp"]),
        "last_update_time": time_text(row["last_updated_timestamp"]),
        "rationale": row["rationale"],
        "overrides": row.get("overrides"),
        "valid": row.get("valid") not in (False, 0),
    }
    metadata = _loaded(row.get("assessment_metadata"))
    if isinstance(metadata, dict):
        message["metadata"] = metadata
    if kind == "feedback":
        message["feedback"] = {"value": value}
        error = _loaded(row.get("error"))
        if error is not None:
            message["feedback"]["error"] = error if isinstance(error, dict) else {"error_message": str(error)}
    elif kind == "issue":
        message["issue"] = {"issue_name": value if isinstance(value, str) else row["name"]}
    else:
        message["expectation"] = {"value": value}
    return message


def _loaded(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
