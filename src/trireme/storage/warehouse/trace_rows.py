"""Rows of the tables of traces, as Arrow blocks, and back."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from trireme.domain.trace import COSTS, TOKENS, Assessment, Span, SpanEvent, SpanLink, SpanStatus, ValueKind
from trireme.domain.trace_summary import TraceSummary

if TYPE_CHECKING:
    import pyarrow as pa

SAID_BIT: Final = 1 << 63
_NAN: Final = math.nan


@dataclass(frozen=True, slots=True)
class TraceValue:
    """One value of a trace; ``None`` takes it away.

    Parameters:
        said: a client told it, so it wins over what is derived.
    """

    trace: str
    kind: ValueKind
    key: str
    value: str | None
    said: bool = True


@dataclass(slots=True)
class TraceChange:
    """What one request does to traces of one project.

    Parameters:
        deleted: traces that go with all that belongs to them, before the rest is written.
        gone_assessments: trace and id of assessments that go.
    """

    project: int
    spans: Sequence[Span] = ()
    values: list[TraceValue] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    gone_assessments: list[tuple[str, str]] = field(default_factory=list)
    deleted: Sequence[str] = ()

    @property
    def touched(self) -> set[str]:
        """Traces whose summary may change."""
        said = {value.trace for value in self.values if value.kind is ValueKind.SAID}
        return said | {span.trace_id for span in self.spans}

    @property
    def rows(self) -> int:
        """Its size."""
        return len(self.spans) + len(self.values) + len(self.assessments) + len(self.deleted)


def span_block(changes: Sequence[TraceChange], version: int) -> pa.Table | None:
    """The rows of ``spans``; a later one of the same span wins."""
    rows = [(change.project, span) for change in changes for span in change.spans]
    if not rows:
        return None
    spans = [span for _, span in rows]
    columns: dict[str, Any] = {
        "project": _u32([project for project, _ in rows]),
        "trace": _text([span.trace_id for span in spans]),
        "span": _text([span.id for span in spans]),
        "parent": _text([span.parent_id or "" for span in spans]),
        "name": _text([span.name for span in spans]),
        "type": _text([span.type for span in spans]),
        "status": _text([span.status.value for span in spans]),
        "start_ns": _i64([span.start_ns for span in spans]),
        "end_ns": _i64([span.end_ns or 0 for span in spans]),
        "model": _text([span.model for span in spans]),
        "provider": _text([span.provider for span in spans]),
        "session": _text([span.session for span in spans]),
        "user": _text([span.user for span in spans]),
        "request": _text([span.request for span in spans]),
        "response": _text([span.response for span in spans]),
    }
    for name in (*TOKENS, *COSTS):
        columns[name] = _f64([span.usage.get(name, _NAN) for span in spans])
    columns["content"] = _text([content_of(span) for span in spans])
    columns["version"] = _u64(range(version, version + len(rows)))
    return _table(columns)


def value_block(changes: Sequence[TraceChange], version: int) -> pa.Table | None:
    """The rows of ``trace_values``; a later one of the same key wins."""
    rows = [(change.project, value) for change in changes for value in change.values]
    if not rows:
        return None
    values = [value for _, value in rows]
    return _table(
        {
            "project": _u32([project for project, _ in rows]),
            "trace": _text([value.trace for value in values]),
            "kind": _u8([int(value.kind) for value in values]),
            "key": _text([value.key for value in values]),
            "value": _text([value.value or "" for value in values]),
            "version": _u64([version + n + (SAID_BIT if value.said else 0) for n, value in enumerate(values)]),
            "is_deleted": _u8([int(value.value is None) for value in values]),
        }
    )


def assessment_block(changes: Sequence[TraceChange], version: int) -> pa.Table | None:
    """The rows of ``trace_assessments``."""
    rows = [(change.project, assessment, False) for change in changes for assessment in change.assessments]
    for change in changes:
        rows += [(change.project, _gone(trace, identity), True) for trace, identity in change.gone_assessments]
    if not rows:
        return None
    found = [assessment for _, assessment, _ in rows]
    return _table(
        {
            "project": _u32([project for project, _, _ in rows]),
            "trace": _text([a.trace_id for a in found]),
            "assessment": _text([a.id for a in found]),
            "kind": _text([a.kind for a in found]),
            "name": _text([a.name for a in found]),
            "value": _text([dump(a.value) for a in found]),
            "text": _text([a.value if isinstance(a.value, str) else dump(a.value) for a in found]),
            "number": _f64([_number(a.value) for a in found]),
            "error": _text(["" if a.error is None else dump(a.error) for a in found]),
            "source_type": _text([a.source_type for a in found]),
            "source_id": _text([a.source_id for a in found]),
            "span": _text([a.span_id for a in found]),
            "rationale": _text(["" if a.rationale is None else dump(a.rationale) for a in found]),
            "metadata": _text([dump(dict(a.metadata)) for a in found]),
            "overrides": _text([a.overrides for a in found]),
            "valid": _u8([int(a.valid) for a in found]),
            "created_ms": _i64([a.created_at for a in found]),
            "updated_ms": _i64([a.updated_at for a in found]),
            "version": _u64(range(version, version + len(rows))),
            "is_deleted": _u8([int(gone) for _, _, gone in rows]),
        }
    )


def summary_block(summaries: Mapping[tuple[int, str], TraceSummary], version: int) -> pa.Table | None:
    """The rows of ``traces``, by project and trace."""
    if not summaries:
        return None
    found = list(summaries.values())
    return _table(
        {
            "project": _u32([project for project, _ in summaries]),
            "trace": _text([trace for _, trace in summaries]),
            "start_ms": _i64([summary.start_ms for summary in found]),
            "duration_ms": _i64([summary.duration_ms for summary in found]),
            "state": _text([summary.state.value for summary in found]),
            "span_count": _u32([summary.span_count for summary in found]),
            "client_request_id": _text([summary.client_request_id for summary in found]),
            "request_preview": _text([summary.request_preview for summary in found]),
            "response_preview": _text([summary.response_preview for summary in found]),
            "version": _u64([version] * len(found)),
        }
    )


def content_of(span: Span) -> str:
    """What is kept of a span beside its columns, and what searches of text look through: JSON."""
    content: dict[str, Any] = {"name": span.name, "attributes": span.attributes}
    if span.message:
        content["message"] = span.message
    if span.events:
        content["events"] = [{"name": e.name, "time_ns": e.time_ns, "attributes": e.attributes} for e in span.events]
    if span.links:
        content["links"] = [{"trace_id": n.trace_id, "span_id": n.span_id, "attributes": n.attributes} for n in span.links]
    return dump(content)


def span_of(row: Mapping[str, Any]) -> Span:
    """A span from its row."""
    content = load(row["content"])
    return Span(
        trace_id=row["trace"],
        id=row["span"],
        name=row["name"],
        start_ns=row["start_ns"],
        parent_id=row["parent"] or None,
        end_ns=row["end_ns"] or None,
        type=row["type"],
        status=SpanStatus(row["status"]),
        message=content.get("message", ""),
        attributes=content["attributes"],
        events=tuple(SpanEvent(e["name"], e["time_ns"], e["attributes"]) for e in content.get("events", ())),
        links=tuple(SpanLink(n["trace_id"], n["span_id"], n["attributes"]) for n in content.get("links", ())),
        usage={name: row[name] for name in (*TOKENS, *COSTS) if row[name] == row[name]},
        model=row["model"],
        provider=row["provider"],
        session=row["session"],
        user=row["user"],
    )


def assessment_of(row: Mapping[str, Any]) -> Assessment:
    """An assessment from its row."""
    return Assessment(
        id=row["assessment"],
        trace_id=row["trace"],
        kind=row["kind"],
        name=row["name"],
        value=load(row["value"]),
        source_type=row["source_type"],
        source_id=row["source_id"],
        created_at=row["created_ms"],
        updated_at=row["updated_ms"],
        error=load(row["error"]) if row["error"] else None,
        span_id=row["span"],
        rationale=load(row["rationale"]) if row["rationale"] else None,
        metadata=load(row["metadata"]),
        overrides=row["overrides"],
        valid=bool(row["valid"]),
    )


# JSON has no bytes, NaN or infinities; attributes of spans do. An object with the one key below stands for such a value.
_BYTES: Final = "$bytes"
_FLOAT: Final = "$float"


def dump(value: Any) -> str:
    """A value as JSON that the warehouse can look into."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_odd)
    except ValueError:
        return json.dumps(_plain(value), ensure_ascii=False, default=_odd)


def load(text: str) -> Any:
    """The inverse of `dump`."""
    return json.loads(text, object_hook=_restored if _BYTES in text or _FLOAT in text else None)


def _odd(value: Any) -> Any:
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode()}
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {_FLOAT: str(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _restored(found: dict[str, Any]) -> Any:
    if len(found) != 1:
        return found
    try:
        if isinstance(text := found.get(_BYTES), str):
            return base64.b64decode(text, validate=True)
        return float(text) if isinstance(text := found.get(_FLOAT), str) else found
    except ValueError:
        return found


def _gone(trace: str, identity: str) -> Assessment:
    return Assessment(identity, trace, "", "", None, "", "", 0, 0)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else _NAN


def _table(columns: Mapping[str, Any]) -> pa.Table:
    import pyarrow as pa

    return pa.table(dict(columns))


def _text(values: Iterable[str]) -> pa.Array:
    import pyarrow as pa

    found = list(values)
    try:
        return pa.array(found, pa.string())
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can write and UTF-8 cannot
        return pa.array([value.encode(errors="replace").decode() for value in found], pa.string())


def _i64(values: Iterable[int]) -> pa.Array:
    import pyarrow as pa

    return pa.array(list(values), pa.int64())


def _u64(values: Iterable[int]) -> pa.Array:
    import pyarrow as pa

    return pa.array(list(values), pa.uint64())


def _u32(values: Iterable[int]) -> pa.Array:
    import pyarrow as pa

    return pa.array(list(values), pa.uint32())


def _u8(values: Iterable[int]) -> pa.Array:
    import pyarrow as pa

    return pa.array(list(values), pa.uint8())


def _f64(values: Iterable[float]) -> pa.Array:
    import pyarrow as pa

    return pa.array(list(values), pa.float64())
