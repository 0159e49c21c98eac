"""Traces and assessments as messages: protobuf's JSON with its times, durations and free values."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from trireme.domain.project import ProjectRecord
from trireme.domain.trace import ARTIFACTS_TAG, SPANS_TAG, Assessment, TraceFacts, TraceInfo, TraceState
from trireme.domain.trace_summary import STORED_HERE
from trireme.protocols.mlflow.context import artifact_root, experiment_id
from trireme.protocols.mlflow.errors import bad_value, invalid
from trireme.protocols.mlflow.spans import PREFIX
from trireme.protocols.mlflow.wire import Raw, fields, read
from trireme.services.assessment import KINDS, new_id

PROTECTED: Final = frozenset({ARTIFACTS_TAG, SPANS_TAG, "mlflow.trace.archiveLocation", "mlflow.trace.archivalFailure"})
"""Tags that the server keeps. What clients say of them is dropped."""

_TRACE: Final = fields("trace_info!:obj spans:obj[]")
_INFO: Final = fields(
    "trace_id!:str client_request_id:str trace_location:obj request_preview:str response_preview:str request_time:str"
    " execution_duration:str state:TraceState trace_metadata:map tags:map assessments:obj[]"
)
LOCATION: Final = fields("type:str mlflow_experiment:obj")
EXPERIMENT: Final = fields("experiment_id:str")
ASSESSMENT: Final = fields(
    "assessment_id:str assessment_name:str trace_id:str span_id:str source:AssessmentSource create_time:str last_update_time:str"
    " feedback:obj expectation:obj issue:obj rationale:str metadata:map overrides:str valid:bool"
)
_ERROR: Final = fields("error_code:str error_message:str stack_trace:str")
_SERIALIZED: Final = fields("serialization_format:str value:str")
_ID: Final = re.compile(r"(?!\.{1,2}$)[^/\\\x00-\x1f]+")
_JSON_FORMAT: Final = "JSON_FORMAT"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DURATION: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?s")
_FRACTION: Final = re.compile(r"(\.\d{1,6})\d*")


# Traces


def told(sent: Mapping[str, Any]) -> tuple[str, str, TraceFacts]:
    """The trace id, the experiment id and what is said of it, from a ``Trace``.

    Raises:
        MlflowError: a field is missing or of the wrong type.
    """
    info = read(read(sent, _TRACE, "trace.")["trace_info"], _INFO, "trace.trace_info.")
    trace = info["trace_id"]
    if not _ID.fullmatch(trace):
        raise bad_value("trace_id", trace, "It must be a single path component.")
    facts = TraceFacts(
        started_at=milliseconds_of(info["request_time"], "trace.trace_info.request_time"),
        duration_ms=duration_of(info["execution_duration"], "trace.trace_info.execution_duration"),
        state=TraceState(info["state"]) if info["state"] else TraceState.UNKNOWN,
        client_request_id=info["client_request_id"],
        request_preview=info["request_preview"],
        response_preview=info["response_preview"],
        tags={key: value for key, value in (info["tags"] or {}).items() if key not in PROTECTED},
        metadata=info["trace_metadata"] or {},
        assessments=[
            _first_time(read(one, ASSESSMENT, f"assessments[{n}]."), trace) for n, one in enumerate(info["assessments"])
        ],
    )
    return trace, experiment_of(info["trace_location"], "trace.trace_info.trace_location"), facts


def experiment_of(location: Mapping[str, Any] | None, where: str) -> str:
    """The experiment of a ``TraceLocation``.

    Raises:
        MlflowError: it is elsewhere.
    """
    found = read(location or {}, LOCATION, f"{where}.")["mlflow_experiment"]
    identity = read(found or {}, EXPERIMENT, f"{where}.mlflow_experiment.")["experiment_id"]
    if not identity:
        raise invalid(f"Missing value for required parameter '{where}.mlflow_experiment.experiment_id'.")
    return str(identity)


def tags_of(project: ProjectRecord, info: TraceInfo, *, promised: bool = False) -> dict[str, str]:
    """A trace's tags with those that the server makes.

    Parameters:
        promised: its spans will come, so its client need not keep them in a file.
    """
    tags = {**info.tags, ARTIFACTS_TAG: f"{artifact_root(project)}/traces/{info.id}/artifacts"}
    if not info.id.startswith(PREFIX):  # of 2.x: OpenTelemetry's messages cannot carry such an id, the file can
        tags.pop(SPANS_TAG, None)
    elif promised:
        tags[SPANS_TAG] = STORED_HERE
    return tags


def written_info(project: ProjectRecord, info: TraceInfo, *, promised: bool = False) -> dict[str, Any]:
    """A trace as ``TraceInfoV3``."""
    return {
        "trace_id": info.id,
        "client_request_id": info.client_request_id,
        "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id(project)}},
        "request_preview": info.request_preview,
        "response_preview": info.response_preview,
        "request_time": rfc3339(info.started_at),
        "execution_duration": None if info.duration_ms is None else duration(info.duration_ms),
        "state": info.state.value,
        "trace_metadata": dict(info.metadata),
        "tags": tags_of(project, info, promised=promised),
        "assessments": [written_assessment(one) for one in info.assessments],
    }


def written_info_v2(project: ProjectRecord, info: TraceInfo) -> dict[str, Any]:
    """A trace as the ``TraceInfo`` of 2.x."""
    return {
        "request_id": info.id,
        "experiment_id": experiment_id(project),
        "timestamp_ms": info.started_at,
        "execution_time_ms": info.duration_ms or 0,
        "status": "TRACE_STATUS_UNSPECIFIED" if info.state is TraceState.UNKNOWN else info.state.value,
        "request_metadata": _pairs(info.metadata),
        "tags": _pairs(tags_of(project, info)),
    }


def _pairs(found: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in found.items()]


# Assessments


def assessment(sent: Mapping[str, Any], trace: str) -> Assessment:
    """An assessment that is to be made, from its message.

    Raises:
        MlflowError: it is not exactly one of feedback, expectation and issue.
    """
    found = read(sent, ASSESSMENT, "assessment.")
    if not found["assessment_name"]:
        raise invalid("Missing value for required parameter 'assessment.assessment_name'.")
    if not found["source"]:
        raise invalid("Missing value for required parameter 'assessment.source'.")
    return _made(found, trace, found["assessment_id"] or new_id())


def _first_time(found: Mapping[str, Any], trace: str) -> Assessment:
    """One that comes with its trace. Its id is made of what it says: the request may come twice."""
    digest = hashlib.sha256(json.dumps([trace, found], sort_keys=True, default=str).encode(errors="replace")).hexdigest()
    return _made(found, trace, found["assessment_id"] or f"a-{digest[:32]}")


def _made(found: Mapping[str, Any], trace: str, identity: str) -> Assessment:
    kinds = [kind for kind in KINDS if found[kind] is not None]
    if len(kinds) != 1:
        raise invalid("Exactly one of `expectation`, `feedback`, or `issue` should be specified.")
    source = found["source"] or {"source_type": "CODE", "source_id": None}
    now = time.time_ns() // 1_000_000
    created = milliseconds_of(found["create_time"], "assessment.create_time")
    value, error = value_of(kinds[0], found[kinds[0]])
    return Assessment(
        id=identity,
        trace_id=trace,
        kind=kinds[0],
        name=found["assessment_name"] or "",
        value=value,
        source_type=source["source_type"] or "SOURCE_TYPE_UNSPECIFIED",
        source_id=source["source_id"] or "default",
        created_at=now if created is None else created,
        updated_at=milliseconds_of(found["last_update_time"], "assessment.last_update_time") or created or now,
        error=error,
        span_id=found["span_id"] or "",
        rationale=found["rationale"],
        metadata=found["metadata"] or {},
        overrides=found["overrides"] or "",
        valid=found["valid"] is not False,
    )


def value_of(kind: str, sent: Mapping[str, Any]) -> tuple[Any, dict[str, str] | None]:
    """The value of a ``Feedback``, ``Expectation`` or ``IssueReference``, and the error of a feedback that has none.

    Raises:
        MlflowError: a structured value is in another form than JSON.
    """
    if kind == "issue":
        return read(sent, fields("issue_name:str"), "assessment.issue.")["issue_name"], None
    if kind == "feedback":
        error = sent.get("error")
        if error is None:
            return sent.get("value"), None
        if not isinstance(error, Mapping):
            raise invalid("Invalid value for parameter 'assessment.feedback.error' supplied.")
        told = read(error, _ERROR, "assessment.feedback.error.")
        return sent.get("value"), {key: text for key, text in told.items() if text is not None}
    serialized = sent.get("serialized_value", sent.get("serializedValue"))
    if not isinstance(serialized, Mapping):
        return sent.get("value"), None
    found = read(serialized, _SERIALIZED, "assessment.expectation.serialized_value.")
    if found["serialization_format"] != _JSON_FORMAT:
        raise invalid(f"Unknown serialization format: {found['serialization_format']}. Only {_JSON_FORMAT} is supported.")
    try:
        return json.loads(found["value"] or ""), None
    except ValueError:
        raise invalid("The value of 'assessment.expectation.serialized_value' is not JSON.") from None


def written_assessment(one: Assessment) -> dict[str, Any]:
    """An assessment as its message."""
    message: dict[str, Any] = {
        "assessment_id": one.id,
        "assessment_name": one.name,
        "trace_id": one.trace_id,
        "span_id": one.span_id or None,
        "source": {"source_type": one.source_type, "source_id": one.source_id},
        "create_time": rfc3339(one.created_at),
        "last_update_time": rfc3339(one.updated_at),
        "rationale": one.rationale,
        "metadata": dict(one.metadata) or None,
        "overrides": one.overrides or None,
        "valid": one.valid,
    }
    if one.kind == "issue":
        message["issue"] = {"issue_name": one.value}
    elif one.kind == "feedback":
        message["feedback"] = {"value": Raw(one.value), "error": dict(one.error) if one.error else None}
    elif isinstance(one.value, bool | int | float | str):
        message["expectation"] = {"value": Raw(one.value)}
    else:
        serialized = {"serialization_format": _JSON_FORMAT, "value": json.dumps(one.value)}
        message["expectation"] = {"serialized_value": serialized}
    return message


# Times


def milliseconds_of(text: str | None, name: str) -> int | None:
    """Milliseconds since 1970 of a ``Timestamp``.

    Raises:
        MlflowError: it is none.
    """
    if not text:
        return None
    try:
        when = datetime.fromisoformat(_FRACTION.sub(r"\1", text).replace("Z", "+00:00"))
        return (when.replace(tzinfo=when.tzinfo or UTC) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        raise invalid(f"Invalid value {json.dumps(text[:100])} for parameter '{name}' supplied.") from None


def duration_of(text: str | None, name: str) -> int | None:
    """Milliseconds of a ``Duration``.

    Raises:
        MlflowError: it is none.
    """
    if not text:
        return None
    if not _DURATION.fullmatch(text):
        raise invalid(f"Invalid value {json.dumps(text[:100])} for parameter '{name}' supplied.")
    return max(0, round(float(text[:-1]) * 1000))


def rfc3339(milliseconds: int) -> str:
    """A ``Timestamp``."""
    try:
        when = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        when = datetime.max.replace(tzinfo=UTC)
    return when.isoformat(timespec="milliseconds" if milliseconds % 1000 else "seconds").replace("+00:00", "Z")


def duration(milliseconds: int) -> str:
    """A ``Duration``."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds}.{rest:03d}s" if rest else f"{seconds}s"
