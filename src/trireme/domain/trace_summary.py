"""What a trace is, all in all: what its client said, and where it said nothing, what its spans tell.

The two come in either order, in parts, and more than once. So nothing is ever added up: the summary is made anew from everything that
is known, and making it twice changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from trireme.domain.trace import COST, COSTS, NAME_TAG, SESSION, SPANS_TAG, TOKENS, USAGE, USER, TraceState

STORED_HERE: Final = "TRACKING_STORE"
"""The value of `SPANS_TAG` that tells clients that they need not keep the spans in a file."""
_DONE: Final = (TraceState.OK, TraceState.ERROR)


@dataclass(frozen=True, slots=True)
class SpanHead:
    """What a summary needs of a span. An empty parent: the root. ``end_ns`` 0: it runs."""

    id: str
    parent: str
    name: str
    status: str
    start_ns: int
    end_ns: int
    session: str = ""
    user: str = ""
    request: str = ""
    response: str = ""
    usage: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TraceSummary:
    """One trace in the list of traces. Times in ms since 1970; ``duration_ms`` -1: it is not known.

    Parameters:
        tags, metadata: what the spans tell; what was said otherwise wins over it.
    """

    start_ms: int
    duration_ms: int
    state: TraceState
    client_request_id: str = ""
    request_preview: str = ""
    response_preview: str = ""
    span_count: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def summarise(said: Mapping[str, str], spans: Sequence[SpanHead]) -> TraceSummary:
    """The summary of one trace.

    Parameters:
        said: the fields that its client told, by the names of `trireme.domain.trace.SAID`.
        spans: all its spans, each once.
    """
    root = next((span for span in spans if not span.parent), None)
    start, duration = _times(said, spans)
    tags: dict[str, str] = {}
    metadata: dict[str, str] = {}
    if spans:
        tags[SPANS_TAG] = STORED_HERE
        for key, names in ((USAGE, TOKENS), (COST, COSTS)):
            if total := total_usage(spans, names):
                metadata[key] = json.dumps(total)
        for key, found in ((SESSION, [span.session for span in spans]), (USER, [span.user for span in spans])):
            if value := next(filter(None, found), ""):
                metadata[key] = value
    if root is not None and root.name:
        tags[NAME_TAG] = root.name
    return TraceSummary(
        start_ms=start,
        duration_ms=duration,
        state=_state(said, root),
        client_request_id=said.get("client_request_id", ""),
        request_preview=said.get("request_preview") or (root.request if root else ""),
        response_preview=said.get("response_preview") or (root.response if root else ""),
        span_count=len(spans),
        tags=tags,
        metadata=metadata,
    )


def total_usage(spans: Sequence[SpanHead], names: Sequence[str]) -> dict[str, int | float]:
    """The sum over a tree of spans. A span that says what it used speaks for everything below it, so no roll-up counts twice.

    Parameters:
        names: which of `TOKENS` or `COSTS`; those that no span names are left out.
    """
    by_id = {span.id: span for span in spans}
    telling = {span.id for span in spans if any(name in span.usage for name in names)}
    covered: dict[str, bool] = {}
    total: dict[str, float] = {}
    for span in spans:
        if span.id in telling and not _is_covered(span, by_id, telling, covered):
            for name in names:
                if name in span.usage:
                    total[name] = total.get(name, 0) + span.usage[name]
    return {name: int(total[name]) if name in TOKENS else total[name] for name in names if name in total}


def _is_covered(span: SpanHead, by_id: Mapping[str, SpanHead], telling: set[str], known: dict[str, bool]) -> bool:
    """Whether an ancestor speaks for this span. Ends on cycles, which only a faulty client makes."""
    way: dict[str, None] = {}
    found = False
    parent = span.parent
    while parent and parent in by_id and parent not in way:
        if parent in telling or parent in known:
            found = parent in telling or known[parent]
            break
        way[parent] = None
        parent = by_id[parent].parent
    known.update(dict.fromkeys(way, found))
    return found


def _times(said: Mapping[str, str], spans: Sequence[SpanHead]) -> tuple[int, int]:
    first = min((span.start_ns for span in spans), default=0) // 1_000_000
    last = max((span.end_ns for span in spans), default=0) // 1_000_000
    start = int(said["start_ms"]) if "start_ms" in said else first
    if "duration_ms" in said and (said.get("state") in _DONE or not last):
        return start, int(said["duration_ms"])
    return start, max(0, last - start) if last else -1


def _state(said: Mapping[str, str], root: SpanHead | None) -> TraceState:
    state = TraceState(said.get("state", TraceState.RUNNING))
    if state in _DONE or root is None or not root.end_ns:
        return state
    return TraceState.ERROR if root.status == "ERROR" else TraceState.OK
