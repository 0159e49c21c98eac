"""Traces of an ``mlruns`` folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from trireme.importers.mlflow.folders import Report, is_inside, texts
from trireme.importers.mlflow.source import Message, SourceError
from trireme.importers.mlflow.yaml_file import read_yaml, whole

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MAX_SPANS_BYTES: Final = 48 << 20


def trace(folder: Path, roots: Sequence[Path], report: Report) -> Message:
    """A trace from its folder: of 3.x, or of 2.x.

    Raises:
        SourceError: its trace_info.yaml cannot be read.
    """
    meta = read_yaml(folder / "trace_info.yaml")
    identity = str(meta.get("trace_id") or meta.get("request_id") or folder.name)
    assessments = []
    for path in sorted((folder / "assessments").glob("*.yaml")):
        try:
            assessments.append(read_yaml(path))
        except SourceError as error:
            report(str(path), str(error))
    info = info_of(
        identity,
        started=meta.get("request_time") or whole(meta.get("timestamp_ms")),
        duration_ms=whole(meta.get("execution_duration_ms", meta.get("execution_time_ms"))),
        state=str(meta.get("state") or meta.get("status") or "STATE_UNSPECIFIED"),
        client_request_id=meta.get("client_request_id"),
        request_preview=meta.get("request_preview"),
        response_preview=meta.get("response_preview"),
        metadata=texts(folder / "request_metadata", roots, report),
        tags=texts(folder / "tags", roots, report),
        assessments=assessments,
    )
    return {"trace_info": info, "spans": spans_in(folder / "artifacts" / "traces.json", roots, report)}


def info_of(
    identity: str,
    *,
    started: str | int | None,
    duration_ms: int | None,
    state: str,
    client_request_id: str | None,
    request_preview: str | None,
    response_preview: str | None,
    metadata: Mapping[str, str],
    tags: Mapping[str, str],
    assessments: Sequence[Message],
) -> Message:
    """A trace's message of version 3.

    Parameters:
        started: as RFC 3339, or in ms since 1970.
    """
    when = time_text(started) if isinstance(started, int) else started
    return {
        "trace_id": identity,
        "client_request_id": client_request_id,
        "request_preview": request_preview,
        "response_preview": response_preview,
        "request_time": when,
        "execution_duration": None if duration_ms is None else f"{duration_ms / 1000:.3f}s",
        "state": "STATE_UNSPECIFIED" if state == "TRACE_STATUS_UNSPECIFIED" else state,
        "trace_metadata": dict(metadata),
        "tags": dict(tags),
        "assessments": list(assessments),
    }


def time_text(milliseconds: int) -> str:
    """Milliseconds since 1970 as RFC 3339."""
    return (_EPOCH + timedelta(milliseconds=milliseconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def spans_in(path: Path, roots: Sequence[Path], report: Report) -> list[Any]:
    """The spans of a ``traces.json``; none if there is no such file."""
    if not path.exists() or not is_inside(path, roots):
        return []
    try:
        if path.stat().st_size > _MAX_SPANS_BYTES:
            report(str(path), f"its spans have more than {_MAX_SPANS_BYTES:,} bytes")
            return []
        found = json.loads(path.read_bytes())["spans"]
        return found if isinstance(found, list) else []
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        report(str(path), "its spans cannot be read")
        return []
