"""Runs, as MLflow's clients see them."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from trireme.domain.ids import RunKey
from trireme.domain.paths import check_path, path_id
from trireme.domain.project import ProjectRecord
from trireme.domain.query import And
from trireme.domain.run import STALE_AFTER_MS, RunRecord
from trireme.domain.types import AttributeType
from trireme.protocols.mlflow.context import Context, artifact_uri, experiment_id
from trireme.protocols.mlflow.errors import INVALID, MlflowError, check_limit, invalid
from trireme.protocols.mlflow.experiments import offset_of, token_of
from trireme.protocols.mlflow.logging import param_text
from trireme.protocols.mlflow.names import (
    NOTE,
    RUN_NAME,
    SINGLE,
    STATES,
    TAGS,
    id_of,
    metric_key,
    param_key,
    status_of,
    tag_path,
)
from trireme.protocols.mlflow.search import query_of, ranks_of
from trireme.protocols.mlflow.wire import Encoded, encoded
from trireme.protocols.mlflow.wire import written as written_value
from trireme.query.mlflow import parse_filter, parse_order
from trireme.services.attributes import FloatSummary, NameFilter, Value
from trireme.services.kept import Text
from trireme.services.run import cut_name

MAX_RESULTS: Final = 50_000
_SHOWN: Final = (*SINGLE, AttributeType.FLOAT_SERIES, AttributeType.RUN_STATE)
_ADJECTIVES: Final = (
    "able", "amber", "bold", "brave", "brisk", "calm", "clear", "deft", "eager", "fair", "fast", "fine", "grand", "keen", "kind",
    "lively", "lucid", "mellow", "neat", "noble", "quick", "quiet", "rapid", "sharp", "sleek", "smart", "sturdy", "swift", "vivid",
)  # fmt: skip
_NOUNS: Final = (
    "anchor", "bow", "brig", "cape", "coast", "compass", "cove", "current", "deck", "delta", "dolphin", "fleet", "galley", "gull",
    "harbor", "helm", "hull", "isle", "keel", "lagoon", "mast", "oar", "pearl", "pier", "prow", "reef", "rudder", "sail", "skiff",
    "sloop", "star", "strait", "tide", "trireme", "voyage", "wake", "wave",
)  # fmt: skip


def create(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Make a run."""
    project = context.experiment(args["experiment_id"] or "0")
    if project.trashed:
        raise invalid(f"The experiment {args['experiment_id']} must be in the 'active' state. Current state is deleted.")
    tags = {tag["key"]: tag["value"] or "" for tag in args["tags"]}
    for key in tags:
        check_path(tag_path(key))
    name = (args["run_name"] or "").strip() and args["run_name"]
    if name and tags.get(RUN_NAME, name) != name:
        raise invalid(
            f"Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='{name}',"
            f" mlflow.runName='{tags[RUN_NAME]}')."
        )
    name = cut_name(name or tags.get(RUN_NAME, "").strip() or _random_name())
    values = {tag_path(key): (AttributeType.STRING, value[:8000]) for key, value in tags.items() if key != RUN_NAME}
    if args["user_id"]:
        values["sys/owner"] = (AttributeType.STRING, args["user_id"][:200])
    run = context.runs.create(
        context.actor,
        project=project.full_name,
        custom_run_id=secrets.token_hex(16),
        name=name,
        created_at=args["start_time"] or time.time_ns() // 1_000_000,
        tracker="mlflow",
        create_project=False,
        values=values,
    ).record
    values["sys/name"] = (AttributeType.STRING, name)
    known = [Value(path, type_, value, path_id(path)) for path, (type_, value) in values.items()]
    return {"run": _message(project, run, known, [], [])}


def get(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a run."""
    project, run = context.run(args["run_id"] or args["run_uuid"])
    return {"run": written(context, project, [run])[0]}


def update(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change a run's status, end or name."""
    project, run = context.run(args["run_id"] or args["run_uuid"], active=True)
    if (args["run_name"] or "").strip():
        context.runs.patch(context.actor, project, f"key:{run.key}", name=cut_name(args["run_name"]))
    if args["status"] or args["end_time"] is not None:
        state = STATES[args["status"]] if args["status"] else _state_of(context, project, run)
        context.runs.set_state(context.actor, project, run, state, args["end_time"])
    return {"run_info": written(context, project, [run])[0]["info"]}


def delete(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Move a run to the trash."""
    return _trash(context, args["run_id"], trashed=True)


def restore(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take a run out of the trash."""
    return _trash(context, args["run_id"], trashed=False)


def _trash(context: Context, identity: str, *, trashed: bool) -> dict[str, Any]:
    project, run = context.run(identity)
    context.runs.patch(context.actor, project, f"key:{run.key}", trashed=trashed)
    return {}


def search(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a page of the runs that match."""
    limit = check_limit(args["max_results"], MAX_RESULTS)
    terms, ranks = parse_filter(args["filter"]), ranks_of(parse_order(args["order_by"]))
    view = args["run_view_type"] or "ACTIVE_ONLY"
    wanted = []
    for identity in dict.fromkeys(args["experiment_ids"]):
        try:
            project = context.experiment(identity)
        except MlflowError as error:
            if error.mlflow_code == INVALID:
                raise
            continue
        conditions = query_of(context, project, terms)
        wanted.append((project, And(tuple(conditions)) if conditions else None))
    offset = offset_of(args["page_token"])
    found = context.ranking.find(
        context.actor,
        wanted,
        ranks,
        offset=offset,
        limit=limit + 1,
        trashed={"ACTIVE_ONLY": False, "DELETED_ONLY": True}.get(view),
    )
    shown = _in_order(context, found[:limit])
    return {"runs": shown, "next_page_token": token_of(offset + limit) if len(found) > limit else None}


def _in_order(context: Context, found: Sequence[tuple[ProjectRecord, RunKey]]) -> list[Encoded]:
    by_project: dict[int, tuple[ProjectRecord, list[RunKey]]] = {}
    for project, key in found:
        by_project.setdefault(int(project.id), (project, []))[1].append(key)
    texts: dict[RunKey, bytes] = {}
    now = time.time_ns() // 1_000_000
    for project, keys in by_project.values():
        version = context.run_texts.version(project.id)
        kept = context.run_texts.get(project.id, keys)
        records = context.runs.by_keys(context.actor, project, [key for key in keys if key not in kept])
        made: dict[RunKey, Text] = {}
        for run, message in zip(records, written(context, project, records), strict=True):
            # The status of a run that does not say how it is becomes another one with time.
            quiet_at = run.heard_at + STALE_AFTER_MS
            made[run.key] = Text(_encoded(message), math.inf if quiet_at < now else quiet_at)
        context.run_texts.keep(version, made)
        texts |= kept | {run: text.text for run, text in made.items()}
    return [Encoded(texts[key]) for _, key in found if key in texts]


def _encoded(message: dict[str, Any]) -> bytes:
    """A run as JSON. Its many metrics, params and tags hold nothing that JSON could not, but for odd floats."""
    for metric in message["data"]["metrics"]:
        value = metric["value"]
        if value - value != 0:  # NaN or an infinity
            metric["value"] = written_value(value)
    data = {name: part for name, part in message["data"].items() if part}
    parts = {name: written_value(message[name]) for name in ("info", "inputs", "outputs")}
    return bytes(encoded({"info": parts["info"], "data": data, "inputs": parts["inputs"], "outputs": parts["outputs"]}))


def written(context: Context, project: ProjectRecord, runs: Sequence[RunRecord]) -> list[dict[str, Any]]:
    """Runs of a project as messages, with their last metrics, params, tags, inputs and outputs."""
    if not runs:
        return []
    keys = [run.key for run in runs]
    values = context.attributes.values(context.actor, project, keys, NameFilter(types=_SHOWN)).values
    used = context.models.datasets(context.actor, project, keys)
    models = context.models.models(context.actor, project, keys)
    return [_message(project, run, values[run.key], used.get(run.key, []), models.get(run.key, [])) for run in runs]


def _message(
    project: ProjectRecord, run: RunRecord, values: Sequence[Value], used: Sequence[Any], models: Sequence[tuple[str, int, bool]]
) -> dict[str, Any]:
    metrics: list[dict[str, Any]] = []
    params: dict[str, str] = {}
    tags: dict[str, str] = {}
    own: dict[str, Any] = {}
    for value in values:
        path, found = value.path, value.value
        if value.type is AttributeType.FLOAT_SERIES:
            if isinstance(found, FloatSummary):
                metrics.append(
                    {
                        "key": metric_key(path),
                        "value": found.last,
                        "timestamp": found.last_timestamp,
                        "step": int(found.last_step),
                    }
                )
        elif path.startswith("sys/"):
            own[path] = found
        elif path.startswith(TAGS):
            tags[path.removeprefix(TAGS)] = found
        elif (key := param_key(path)) is not None and (key not in params or path.startswith("params/")):
            params[key] = _text(value)
    name = own.get("sys/name") or run.short_id
    tags[RUN_NAME] = name
    if "sys/description" in own:
        tags[NOTE] = own["sys/description"]
    seconds = own.get("sys/running_time_seconds")
    info = {
        "run_id": id_of(run),
        "run_uuid": id_of(run),
        "run_name": name,
        "experiment_id": experiment_id(project),
        "user_id": own.get("sys/owner", run.owner),
        "status": status_of(own.get("sys/state", "running")),
        "start_time": run.created_at,
        "end_time": None if seconds is None else run.created_at + round(seconds * 1000),
        "artifact_uri": artifact_uri(project, run),
        "lifecycle_stage": "deleted" if run.trashed else "active",
    }
    data = {"metrics": metrics, "params": _pairs(params), "tags": _pairs(tags)}
    inputs = {
        "dataset_inputs": [{"tags": _pairs(uses), "dataset": _dataset(dataset)} for dataset, uses in used],
        "model_inputs": [{"model_id": model} for model, _, output in models if not output],
    }
    outputs = [{"model_id": model, "step": step} for model, step, output in models if output]
    return {"info": info, "data": data, "inputs": inputs, "outputs": {"model_outputs": outputs}}


def _dataset(dataset: Any) -> dict[str, Any]:
    names = ("name", "digest", "source_type", "source", "schema", "profile")
    return {name: getattr(dataset, name) for name in names}


def _pairs(found: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in sorted(found.items())]


def _text(value: Value) -> str:
    if value.type is AttributeType.DATETIME:
        return datetime.fromtimestamp(value.value / 1000, UTC).isoformat()
    return param_text(value.value)


def _state_of(context: Context, project: ProjectRecord, run: RunRecord) -> str:
    found = context.runs.states(project, [run])[run.key]["sys/state"]
    return "running" if found == "stale" else str(found)


def _random_name() -> str:
    return f"{secrets.choice(_ADJECTIVES)}-{secrets.choice(_NOUNS)}-{secrets.randbelow(1000)}"
