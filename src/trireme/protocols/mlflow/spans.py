"""Spans as MLflow's clients read and write them: OpenTelemetry's message in JSON, and the file ``traces.json``."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from trireme.domain.errors import CorruptData
from trireme.domain.trace import Span, SpanEvent, SpanLink, SpanStatus
from trireme.protocols.mlflow.conventions import INPUTS, OUTPUTS, REQUEST_ID, TRACE_TAG, preview, understand

PREFIX: Final = "tr-"
_CODES: Final = {status: f"STATUS_CODE_{status.value}" for status in SpanStatus}
_MAX_NS: Final = (1 << 63) - 1
_MAX_INT: Final = 1 << 63
_SERVICE: Final = "service.name"


def make(
    *,
    trace_id: str,
    id: str,
    parent_id: str | None,
    name: str,
    start_ns: int,
    end_ns: int | None,
    status: SpanStatus,
    message: str,
    attributes: Mapping[str, Any],
    events: Sequence[SpanEvent],
    links: Sequence[SpanLink],
    tags: Mapping[str, str] | None = None,
) -> Span:
    """A span with what its attributes mean.

    Parameters:
        tags: what its resource says, for the trace.
    """
    meaning = understand(attributes, events)
    meaning.attributes[REQUEST_ID] = trace_id
    request = response = ""
    trace_tags = dict(tags or {})
    if parent_id is None:
        request = preview(meaning.attributes.get(INPUTS), "user")
        response = preview(meaning.attributes.get(OUTPUTS), "assistant")
        if _SERVICE in trace_tags:
            meaning.attributes.setdefault(_SERVICE, trace_tags[_SERVICE])
        for key, value in meaning.attributes.items():
            tag = key.removeprefix(TRACE_TAG)
            if tag != key and 0 < len(tag) <= 250:
                trace_tags[tag] = value if isinstance(value, str) else json.dumps(value, default=str)
    return Span(
        trace_id=trace_id,
        id=id,
        name=name,
        start_ns=min(start_ns, _MAX_NS),
        parent_id=parent_id,
        end_ns=min(end_ns, _MAX_NS) if end_ns else None,
        type=meaning.type,
        status=status,
        message=message,
        attributes=meaning.attributes,
        events=events,
        links=links,
        usage=meaning.usage,
        model=meaning.model,
        provider=meaning.provider,
        session=meaning.session,
        user=meaning.user,
        request=request,
        response=response,
        trace_tags=trace_tags,
    )


# Out, as protobuf's JSON


def as_message(span: Span) -> dict[str, Any]:
    """A span as OpenTelemetry's ``Span``."""
    message = {
        "trace_id": _base64(span.trace_id.removeprefix(PREFIX)),
        "span_id": _base64(span.id),
        "parent_span_id": _base64(span.parent_id) if span.parent_id else None,
        "name": span.name,
        "start_time_unix_nano": span.start_ns,
        "end_time_unix_nano": span.end_ns,
        "attributes": _pairs(span.attributes),
        "events": [
            {"name": event.name, "time_unix_nano": event.time_ns, "attributes": _pairs(event.attributes)} for event in span.events
        ],
        "links": [
            {
                "trace_id": _base64(link.trace_id.removeprefix(PREFIX)),
                "span_id": _base64(link.span_id),
                "attributes": _pairs(link.attributes),
            }
            for link in span.links
        ],
        "status": {"code": _CODES[span.status], "message": span.message or None},
    }
    return {key: value for key, value in message.items() if value is not None and value != []}


def _pairs(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _any_value(value)} for key, value in found.items()]


def _any_value(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {}
        case bool():
            return {"bool_value": value}
        case int() if -_MAX_INT <= value < _MAX_INT:
            return {"int_value": value}
        case float():
            return {"double_value": _double(value)}
        case bytes():
            return {"bytes_value": base64.b64encode(value).decode()}
        case list() | tuple():
            return {"array_value": {"values": [_any_value(item) for item in value]}}
        case Mapping():
            return {"kvlist_value": {"values": [{"key": str(key), "value": _any_value(item)} for key, item in value.items()]}}
    return {"string_value": str(value)}


def _double(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


# The file


def as_file(spans: Sequence[Span]) -> str:
    """The text of ``traces.json``."""
    return json.dumps({"spans": [_as_entry(span) for span in spans]}, ensure_ascii=False, default=_text)


def _as_entry(span: Span) -> dict[str, Any]:
    return {
        "trace_id": _base64(span.trace_id.removeprefix(PREFIX)),
        "span_id": _base64(span.id),
        "parent_span_id": _base64(span.parent_id) if span.parent_id else None,
        "name": span.name,
        "start_time_unix_nano": span.start_ns,
        "end_time_unix_nano": span.end_ns,
        "events": [
            {"name": event.name, "time_unix_nano": event.time_ns, "attributes": dict(event.attributes)} for event in span.events
        ],
        "status": {"code": _CODES[span.status], "message": span.message},
        "attributes": {key: json.dumps(value, ensure_ascii=False, default=_text) for key, value in span.attributes.items()},
        "links": [
            {"trace_id": link.trace_id, "span_id": link.span_id, "attributes": dict(link.attributes) or None}
            for link in span.links
        ],
    }


def from_file(text: bytes, trace_id: str) -> list[Span]:
    """The spans of a ``traces.json``, of any release that wrote one.

    Parameters:
        trace_id: whose file it is.

    Raises:
        CorruptData: it is no such file.
    """
    try:
        entries = json.loads(text)["spans"]
        return [_from_entry(entry, trace_id) for entry in entries]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CorruptData("The file holds no spans as MLflow writes them.") from error


def _from_entry(entry: Mapping[str, Any], trace_id: str) -> Span:
    old = "context" in entry  # before 3.0
    status = entry["status_code"] if old else entry["status"]["code"]
    attributes = {str(key): _loaded(value) for key, value in (entry.get("attributes") or {}).items()}
    parent = entry.get("parent_id" if old else "parent_span_id")
    return make(
        trace_id=trace_id,
        id=_hex(entry["context"]["span_id"] if old else entry["span_id"]),
        parent_id=_hex(parent) if parent else None,
        name=str(entry["name"]),
        start_ns=int(entry["start_time" if old else "start_time_unix_nano"]),
        end_ns=int(entry["end_time" if old else "end_time_unix_nano"] or 0) or None,
        status=SpanStatus(str(status).removeprefix("STATUS_CODE_")),
        message=str((entry.get("status_message") if old else entry["status"].get("message")) or ""),
        attributes=attributes,
        events=[
            SpanEvent(str(e["name"]), int(e["timestamp" if old else "time_unix_nano"]), dict(e.get("attributes") or {}))
            for e in entry.get("events") or ()
        ],
        links=[
            SpanLink(str(n["trace_id"]), str(n["span_id"]), dict(n.get("attributes") or {})) for n in entry.get("links") or ()
        ],
    )


def _loaded(value: Any) -> Any:
    """An attribute of the file is JSON in a text."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _hex(identity: str) -> str:
    """A span's id from base64, from hexadecimal digits, or from digits with 0x before them."""
    text = str(identity).removeprefix("0x")
    try:
        return f"{int(text, 16):016x}"
    except ValueError:
        return base64.b64decode(text, validate=True).hex()


def _base64(digits: str) -> str | None:
    try:
        return base64.b64encode(bytes.fromhex(digits)).decode()
    except (ValueError, binascii.Error):
        return None


def _text(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
