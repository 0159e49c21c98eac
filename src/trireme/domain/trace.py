"""Traces: what one request to an application did, as a tree of spans, with what people and programs think of it.

Names that begin with ``mlflow.`` are data: tags and metadata that MLflow's clients write and look for, and that stand here because what
Trireme derives of a trace is kept under them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any, Final

from trireme.domain.ids import ProjectId

NAME_TAG: Final = "mlflow.traceName"
SPANS_TAG: Final = "mlflow.trace.spansLocation"
ARTIFACTS_TAG: Final = "mlflow.artifactLocation"
SESSION: Final = "mlflow.trace.session"
USER: Final = "mlflow.trace.user"
USAGE: Final = "mlflow.trace.tokenUsage"
COST: Final = "mlflow.trace.cost"
SIZES: Final = "mlflow.trace.sizeStats"
SOURCE_RUN: Final = "mlflow.sourceRun"

TOKENS: Final = ("input_tokens", "output_tokens", "total_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
COSTS: Final = ("input_cost", "output_cost", "total_cost")
"""What a span may say it used, in tokens and in US dollars."""

MAX_KEY: Final = 250
MAX_VALUE: Final = 8000
MAX_ID: Final = 128


class _Text(str, Enum):
    """``enum.StrEnum``, which Python 3.10 lacks."""

    __str__ = str.__str__


class TraceState(_Text):
    """How a trace went."""

    UNKNOWN = "STATE_UNSPECIFIED"
    OK = "OK"
    ERROR = "ERROR"
    RUNNING = "IN_PROGRESS"


class SpanStatus(_Text):
    """How a span went."""

    UNSET = "UNSET"
    OK = "OK"
    ERROR = "ERROR"


class ValueKind(IntEnum):
    """What a value of a trace is. The numbers are stored."""

    SAID = 1
    """A field of the trace itself as its client told it (`SAID`)."""
    TAG = 2
    METADATA = 3
    RUN = 4
    """A run that the trace is linked to; the key is the run's id."""
    PROMPT = 5
    """A version of a prompt that the trace used; the key is ``name/version``."""


SAID: Final = ("start_ms", "duration_ms", "state", "client_request_id", "request_preview", "response_preview")
"""Keys of `ValueKind.SAID`."""


@dataclass(frozen=True, slots=True)
class SpanEvent:
    """Something that happened during a span."""

    name: str
    time_ns: int
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpanLink:
    """Another span that this one has to do with."""

    trace_id: str
    span_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """One operation of a trace. Times in ns since 1970.

    Parameters:
        id, parent_id: 16 hexadecimal digits; no parent for the root.
        end_ns: None while it runs.
        attributes: JSON values, bytes among them.
        usage: tokens and cost by the names of `TOKENS` and `COSTS`.
        session, user: whom it served, where it tells.
        request, response: short texts of what the root was asked and answered.
        trace_tags: tags for the whole trace.
    """

    trace_id: str
    id: str
    name: str
    start_ns: int
    parent_id: str | None = None
    end_ns: int | None = None
    type: str = "UNKNOWN"
    status: SpanStatus = SpanStatus.UNSET
    message: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    events: Sequence[SpanEvent] = ()
    links: Sequence[SpanLink] = ()
    usage: Mapping[str, float] = field(default_factory=dict)
    model: str = ""
    provider: str = ""
    session: str = ""
    user: str = ""
    request: str = ""
    response: str = ""
    trace_tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What somebody, or some program, thinks of a trace or of one of its spans. Times in ms since 1970.

    Parameters:
        kind: ``feedback``, ``expectation`` or ``issue``.
        value: any JSON value.
        error: why there is no feedback: error_code, error_message, stack_trace.
        source_type: ``HUMAN``, ``LLM_JUDGE``, ``CODE``, …
        overrides: the assessment that this one replaces, which is no longer valid then.
    """

    id: str
    trace_id: str
    kind: str
    name: str
    value: Any
    source_type: str
    source_id: str
    created_at: int
    updated_at: int
    error: Mapping[str, str] | None = None
    span_id: str = ""
    rationale: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    overrides: str = ""
    valid: bool = True


@dataclass(frozen=True, slots=True)
class TraceInfo:
    """A trace without its spans. Times in ms since 1970."""

    id: str
    project_id: ProjectId
    started_at: int
    duration_ms: int | None
    state: TraceState
    client_request_id: str | None = None
    request_preview: str | None = None
    response_preview: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    assessments: Sequence[Assessment] = ()


@dataclass(frozen=True, slots=True)
class TraceFacts:
    """What a client says of a trace. None: nothing; what was said before, or what its spans tell, stays."""

    started_at: int | None = None
    duration_ms: int | None = None
    state: TraceState | None = None
    client_request_id: str | None = None
    request_preview: str | None = None
    response_preview: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    assessments: Sequence[Assessment] = ()

    def said(self) -> dict[str, str]:
        """The fields by their stored keys, as texts."""
        fields = (
            self.started_at,
            self.duration_ms,
            self.state,
            self.client_request_id,
            self.request_preview,
            self.response_preview,
        )
        return {key: str(value) for key, value in zip(SAID, fields, strict=True) if value is not None}
