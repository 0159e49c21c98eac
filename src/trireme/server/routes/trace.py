"""Traces for the web application."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import get

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.permissions import Actor
from trireme.domain.trace import COST, NAME_TAG, SESSION, USAGE, USER, Assessment, Span, TraceInfo
from trireme.protocols.mlflow.trace_search import conditions_of
from trireme.server.schemas.trace import Trace, TraceAssessment, TraceDetail, TraceEvent, TracePage, TraceSpan
from trireme.server.services import Services
from trireme.server.wire import iso
from trireme.services.cursor import decode_cursor, encode_cursor

_TRACES = "/api/v1/projects/{workspace:str}/{name:str}/traces"
_MAX_PAGE = 500
_MAX_OFFSET = 1 << 40
_LAST_MS = 253_402_300_799_999  # the end of the year 9999, the last that ISO 8601 and Python write


@get(_TRACES, sync_to_thread=True, tags=["traces"], operation_id="listTraces")
def list_traces(
    services: Services,
    actor: Actor,
    workspace: str,
    name: str,
    filter_text: str = "",
    limit: int = 100,
    cursor: str | None = None,
) -> TracePage:
    """List traces, newest first. `filter_text` is in the language of MLflow's `search_traces`; see docs/traces.md."""
    if not 1 <= limit <= _MAX_PAGE:
        raise InvalidInput(f"At most {_MAX_PAGE} traces a request.")
    project = services.projects.get(actor, workspace, name)
    offset = decode_cursor(cursor, "traces", [0])[0] if cursor else 0
    if not 0 <= offset < _MAX_OFFSET:
        raise InvalidInput("The cursor is not one that this server made for this page.", hint="Start again without a cursor.")
    found = services.trace_search.page(actor, [project], conditions_of(filter_text.strip()), offset=offset, limit=limit + 1)
    more = encode_cursor("traces", [offset + limit]) if len(found) > limit else None
    return TracePage([_trace(info) for info in found[:limit]], more)


@get(f"{_TRACES}/{{trace_id:str}}", sync_to_thread=True, tags=["traces"], operation_id="getTrace")
def get_trace(services: Services, actor: Actor, workspace: str, name: str, trace_id: str) -> TraceDetail:
    """Give a trace with its spans, as far as they have come."""
    project = services.projects.get(actor, workspace, name)
    info = services.traces.info(actor, trace_id)
    if info.project_id != project.id:
        raise NotFound(f"There is no trace '{trace_id[:100]}' in '{project.full_name}'.")
    spans = services.traces.spans(actor, [trace_id]).get(trace_id, [])
    first = min((span.start_ns for span in spans), default=0)
    return TraceDetail(_trace(info), dict(info.metadata), [_span(span, first) for span in spans])


def _trace(info: TraceInfo) -> Trace:
    tokens, cost = _told(info, USAGE, "total_tokens"), _told(info, COST, "total_cost")
    return Trace(
        id=info.id,
        name=info.tags.get(NAME_TAG) or info.id,
        state=info.state.value,
        started_at=iso(max(0, min(info.started_at, _LAST_MS))),
        duration_ms=info.duration_ms,
        request=info.request_preview,
        response=info.response_preview,
        session=info.metadata.get(SESSION),
        user=info.metadata.get(USER),
        tokens=None if tokens is None else int(tokens),
        cost=cost,
        tags={key: value for key, value in info.tags.items() if not key.startswith("mlflow.")},
        assessments=[_assessment(one) for one in info.assessments],
    )


def _told(info: TraceInfo, key: str, name: str) -> float | None:
    """A number in a JSON object of the metadata."""
    try:
        found = json.loads(info.metadata.get(key, "{}")).get(name)
        number = float(found)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) < 1 << 53 else None


def _assessment(one: Assessment) -> TraceAssessment:
    told = one.error or {}
    error = told.get("error_message") or told.get("error_code") or (None if one.error is None else "failed")
    return TraceAssessment(
        one.id, one.kind, one.name, _text(one.value), one.source_type, one.source_id, one.span_id or None, one.rationale,
        error, one.valid,
    )  # fmt: skip


def _span(span: Span, first: int) -> TraceSpan:
    return TraceSpan(
        id=span.id,
        parent_id=span.parent_id,
        name=span.name,
        type=span.type,
        status=span.status.value,
        message=span.message,
        start_ms=(span.start_ns - first) / 1e6,
        duration_ms=None if span.end_ns is None else max(0, span.end_ns - span.start_ns) / 1e6,
        model=span.model or None,
        usage=dict(span.usage),
        attributes=_texts(span.attributes),
        events=[TraceEvent(event.name, (event.time_ns - first) / 1e6, _texts(event.attributes)) for event in span.events],
    )


def _texts(found: Mapping[str, Any]) -> dict[str, str]:
    return {key: _text(value) for key, value in found.items()}


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=_indent(value), default=str)
    return text.encode(errors="replace").decode()


def _indent(value: Any) -> int | None:
    return 2 if isinstance(value, Mapping | Sequence) and not isinstance(value, str) else None


handlers: list[Any] = [list_traces, get_trace]
