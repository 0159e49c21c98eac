"""Traces, as MLflow's clients see them: those of 3.x, and the calls of 2.x."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from typing import Any, Final

from trireme.domain.project import ProjectRecord
from trireme.domain.trace import SIZES, SPANS_TAG, Span, TraceFacts, TraceInfo, TraceState
from trireme.protocols.mlflow import spans, trace_wire
from trireme.protocols.mlflow.context import Context
from trireme.protocols.mlflow.errors import invalid, missing
from trireme.protocols.mlflow.names import id_of
from trireme.protocols.mlflow.trace_wire import PROTECTED, written_info, written_info_v2

FILE: Final = re.compile(r"traces/([^/]+)/artifacts/traces\.json")
"""Where clients that keep spans in a file put it, below an experiment's artifacts."""
_AGENT: Final = re.compile(r"mlflow-python-client/(\d+)\.(\d+)")
_SENDS_SPANS: Final = (3, 4)
_WAIT_SECONDS: Final = 3.0
_MAX_BATCH: Final = 1000


def start(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take what a trace is all in all; despite the call's name it comes at the end."""
    trace, experiment, facts = trace_wire.told(args["trace"])
    project = context.experiment(experiment)
    context.traces.tell(context.actor, project, trace, facts)
    info = context.traces.info(context.actor, trace)
    return {"trace": {"trace_info": written_info(project, info, promised=_sends_spans(context.agent))}}


def get_info(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a trace without its spans."""
    project, info = _find(context, args["trace_id"])
    return {"trace": {"trace_info": written_info(project, info)}}


def get(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a trace with its spans; unless *allow_partial*, when all of them have come."""
    trace = args["trace_id"]
    project, info = _find(context, trace)
    expected = _span_count(info)
    if not args["allow_partial"]:
        stored = SPANS_TAG in info.tags
        if expected and not context.traces.wait_for_spans(trace, project.id, expected, seconds=_WAIT_SECONDS):
            raise missing(f"Trace with ID {trace} is not fully exported yet, please try again later.")
        if not expected and not stored:
            raise missing(f"Trace with ID {trace} is not fully exported yet, please try again later.")
        if not stored:
            project, info = _find(context, trace)
    found = context.traces.spans(context.actor, [trace])
    return {"trace": _message(project, info, found.get(trace, []))}


def get_batch(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give traces with their spans; those that are not there, or not complete, are left out."""
    infos = _infos(context, args)
    found = context.traces.spans(context.actor, [info.id for info in infos])
    complete = [info for info in infos if found.get(info.id) and len(found[info.id]) >= _span_count(info)]
    projects = _projects(context, complete)
    return {"traces": [_message(projects[info.project_id], info, found[info.id]) for info in complete]}


def get_batch_infos(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give traces without their spans; those that are not there are left out."""
    infos = _infos(context, args)
    projects = _projects(context, infos)
    return {"trace_infos": [written_info(projects[info.project_id], info) for info in infos]}


def file_of(context: Context, trace: str) -> str:
    """The spans of a trace as the file ``traces.json``, as far as they have come."""
    context.traces.home(context.actor, trace)
    return spans.as_file(context.traces.spans(context.actor, [trace]).get(trace, []))


def adopt(context: Context, project: ProjectRecord, trace: str, content: bytes) -> None:
    """Take the spans of a file that a client stored, so that they are found and shown like others."""
    context.traces.log_spans(context.actor, project, spans.from_file(content, trace))


def set_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Set a tag."""
    context.traces.set_tag(context.actor, _id(args), _free(args["key"]), args["value"] or "")
    return {}


def delete_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take a tag away."""
    context.traces.delete_tag(context.actor, _id(args), _free(args["key"]))
    return {}


def delete(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Delete traces, by their ids or by their age."""
    until, limit, traces = args["max_timestamp_millis"], args["max_traces"], args["request_ids"]
    if until is None and not traces:
        raise invalid("Either `max_timestamp_millis` or `trace_ids` must be specified.")
    if until and traces:
        raise invalid("Only one of `max_timestamp_millis` and `trace_ids` can be specified.")
    if traces and limit is not None:
        raise invalid("`max_traces` can't be specified if `trace_ids` is specified.")
    if limit is not None and limit <= 0:
        raise invalid(f"`max_traces` must be a positive integer, received {limit}.")
    project = context.experiment(args["experiment_id"])
    return {"traces_deleted": context.traces.delete(context.actor, project, traces=traces, until=until, limit=limit)}


def link_to_run(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Link traces to a run."""
    if not args["trace_ids"]:
        raise invalid("Missing value for required parameter 'trace_ids'.")
    project, run = context.run(args["run_id"])
    context.traces.link_to_run(context.actor, project, id_of(run), args["trace_ids"])
    return {}


def link_prompts(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Link versions of prompts to a trace."""
    if not args["prompt_versions"]:
        raise invalid("Missing value for required parameter 'prompt_versions'.")
    prompts = [f"{one['name']}/{one['version']}" for one in args["prompt_versions"]]
    context.traces.link_prompts(context.actor, args["trace_id"], prompts)
    return {}


# 2.x


def start_v2(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Begin a trace; its id is made here."""
    project = context.experiment(args["experiment_id"] or "")
    trace = secrets.token_hex(16)
    facts = TraceFacts(
        started_at=args["timestamp_ms"] or 0,
        state=TraceState.RUNNING,
        tags=_tags(args["tags"]),
        metadata=_tags(args["request_metadata"]),
    )
    context.traces.tell(context.actor, project, trace, facts)
    return {"trace_info": written_info_v2(project, context.traces.info(context.actor, trace))}


def end_v2(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """End a trace."""
    trace = args["request_id"]
    project, info = _find(context, trace)
    state = args["status"]
    facts = TraceFacts(
        duration_ms=max(0, (args["timestamp_ms"] or 0) - info.started_at),
        state=None if state in (None, "TRACE_STATUS_UNSPECIFIED") else TraceState(state),
        tags=_tags(args["tags"]),
        metadata=_tags(args["request_metadata"]),
    )
    context.traces.tell(context.actor, project, trace, facts)
    return {"trace_info": written_info_v2(project, context.traces.info(context.actor, trace))}


def get_info_v2(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a trace."""
    project, info = _find(context, args["request_id"])
    return {"trace_info": written_info_v2(project, info)}


def _tags(pairs: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {pair["key"]: pair["value"] or "" for pair in pairs if pair["key"] not in PROTECTED}


def _id(args: dict[str, Any]) -> str:
    return str(args.get("trace_id") or args.get("request_id"))


def _free(key: str) -> str:
    if key in PROTECTED:
        raise invalid(f"The tag '{key}' is kept by the server and cannot be set or deleted.")
    return key


def _find(context: Context, trace: str) -> tuple[ProjectRecord, TraceInfo]:
    info = context.traces.info(context.actor, trace)
    return context.projects.by_id(context.actor, info.project_id), info


def _infos(context: Context, args: dict[str, Any]) -> list[TraceInfo]:
    traces = args["trace_ids"]
    if not traces:
        raise invalid("Missing value for required parameter 'trace_ids'.")
    if len(traces) > _MAX_BATCH:
        raise invalid(f"At most {_MAX_BATCH:,} traces can be asked for at once; these are {len(traces):,}.")
    return context.traces.infos(context.actor, traces)


def _projects(context: Context, infos: Sequence[TraceInfo]) -> dict[int, ProjectRecord]:
    return {int(home): context.projects.by_id(context.actor, home) for home in {info.project_id for info in infos}}


def _message(project: ProjectRecord, info: TraceInfo, found: Sequence[Span]) -> dict[str, Any]:
    return {"trace_info": written_info(project, info), "spans": [spans.as_message(span) for span in found]}


def _span_count(info: TraceInfo) -> int:
    """How many spans the trace has by its client's word; 0 if it said nothing."""
    try:
        return int(json.loads(info.metadata.get(SIZES, "{}")).get("num_spans", 0))
    except (ValueError, TypeError, AttributeError):
        return 0


def _sends_spans(agent: str) -> bool:
    """Whether a client sends the spans to the server, beside the trace, and so need not keep them in a file."""
    found = _AGENT.match(agent)
    return found is not None and (int(found[1]), int(found[2])) >= _SENDS_SPANS
