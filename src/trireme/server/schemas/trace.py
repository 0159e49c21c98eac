"""Shapes of traces."""

from __future__ import annotations

from typing import Literal

import msgspec


class TraceAssessment(msgspec.Struct, frozen=True):
    """What somebody, or some program, thinks of a trace. `value` is a text as it is, or JSON."""

    id: str
    kind: str
    name: str
    value: str
    source_type: str
    source_id: str
    span_id: str | None
    rationale: str | None
    error: str | None
    valid: bool


class Trace(msgspec.Struct, frozen=True):
    """A trace without its spans. `tokens` and `cost` (US dollars) are what its spans say they used."""

    id: str
    name: str
    state: Literal["OK", "ERROR", "IN_PROGRESS", "STATE_UNSPECIFIED"]
    started_at: str
    duration_ms: int | None
    request: str | None
    response: str | None
    session: str | None
    user: str | None
    tokens: int | None
    cost: float | None
    tags: dict[str, str]
    assessments: list[TraceAssessment]


class TracePage(msgspec.Struct, frozen=True):
    """Traces, newest first, and how to go on."""

    traces: list[Trace]
    next_cursor: str | None


class TraceEvent(msgspec.Struct, frozen=True):
    """Something that happened during a span, in ms after the trace's first span began. Attributes as texts or JSON."""

    name: str
    at_ms: float
    attributes: dict[str, str]


class TraceSpan(msgspec.Struct, frozen=True):
    """One operation, in ms after the trace's first span began; no duration: it runs. Attributes as texts or JSON."""

    id: str
    parent_id: str | None
    name: str
    type: str
    status: Literal["OK", "ERROR", "UNSET"]
    message: str
    start_ms: float
    duration_ms: float | None
    model: str | None
    usage: dict[str, float]
    attributes: dict[str, str]
    events: list[TraceEvent]


class TraceDetail(msgspec.Struct, frozen=True):
    """A trace with its spans, the root first, then by start."""

    trace: Trace
    metadata: dict[str, str]
    spans: list[TraceSpan]
