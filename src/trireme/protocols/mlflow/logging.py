"""What MLflow's clients log into a run: metrics, params, tags. A request is durable and readable when it is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from trireme.domain.model import Dataset, ModelMetric
from trireme.domain.permissions import Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.records import MICRO
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.protocols.mlflow.context import Context
from trireme.protocols.mlflow.errors import check_length, invalid, missing
from trireme.protocols.mlflow.names import RUN_NAME, check_key, check_run_id, id_of, metric_path, param_path, tag_path
from trireme.services.attributes import NameFilter
from trireme.services.run import cut_name
from trireme.services.writes import Assign, Delete, FloatEntries, Identity, Writes

MAX_METRICS: Final = 1000
MAX_PARAMS: Final = 100
MAX_TAGS: Final = 100
_MAX_PARAM: Final = 6000
_MAX_TAG: Final = 8000
_MAX_STEP: Final = (2**63 - 1) // MICRO
_MAX_DATASETS: Final = 1000
_HISTORY: Final = "mlflow.log-model.history"
_MODEL_KEYS: Final = ("artifact_path", "flavors", "utc_time_created", "run_id")
_HARMLESS: Final = frozenset({"point_exists"})


def log_metric(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Log one point."""
    _log(context, _id(args), [args], [], [], named_in="")
    return {}


def log_parameter(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Log one param."""
    _log(context, _id(args), [], [args], [], named_in="")
    return {}


def set_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Set one tag."""
    _log(context, _id(args), [], [], [args], named_in="")
    return {}


def log_batch(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Log many points, params and tags; none of them if one is malformed."""
    check_run_id(args["run_id"])
    metrics, params, tags = args["metrics"], args["params"], args["tags"]
    for kind, found, limit in (("metrics", metrics, MAX_METRICS), ("params", params, MAX_PARAMS), ("tags", tags, MAX_TAGS)):
        if len(found) > limit:
            raise invalid(
                f"A batch logging request can contain at most {limit} {kind}. Got {len(found)} {kind}. Please split up {kind} across"
                " multiple requests and try again."
            )
    if len(metrics) + len(params) + len(tags) > MAX_METRICS:
        raise invalid(
            f"A batch logging request can contain at most {MAX_METRICS} metrics, params, and tags in total. Please split them up across"
            " multiple requests and try again."
        )
    _log(context, _id(args), metrics, params, tags, named_in="{}[{}].")
    return {}


def delete_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take a tag away."""
    project, run = context.run(args["run_id"], active=True)
    path = tag_path(args["key"])
    found = context.attributes.values(context.actor, project, [run.key], NameFilter(paths=[path]))
    if not found.values[run.key]:
        raise missing(f"No tag with name: {args['key']} in run with id {args['run_id']}")
    if args["key"] != RUN_NAME:  # a run keeps its name
        context.ingest.write(context.actor, run, Writes([path], values=[Delete(0)]), identity=Identity.POINT)
    return {}


def log_model(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Add a model's description to the run's history of models (what 2.x clients do)."""
    identity = _id(args)
    try:
        described = json.loads(args["model_json"] or "")
    except ValueError:
        raise invalid(f"Malformed model info. \n {str(args['model_json'])[:200]} \n is not valid JSON.") from None
    lacking = [key for key in _MODEL_KEYS if not isinstance(described, dict) or key not in described]
    if lacking:
        raise invalid(f"Model json is missing mandatory fields: {lacking}")
    project, run = context.run(identity, active=True)
    with context.locks.of(run):
        path = tag_path(_HISTORY)
        found = context.attributes.values(context.actor, project, [run.key], NameFilter(paths=[path])).values[run.key]
        history = json.loads(found[0].value) if found else []
        value = json.dumps([*history, described])
        _write(context, run, Writes([path], values=[Assign(0, AttributeType.STRING, value)]))
    return {}


def log_inputs(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Record what a run used."""
    check_run_id(args["run_id"])
    project, run = context.run(args["run_id"], active=True)
    if len(args["datasets"]) > _MAX_DATASETS:
        raise invalid(f"At most {_MAX_DATASETS} datasets can be logged at once.")
    used: list[tuple[Dataset, Mapping[str, str]]] = []
    for item in args["datasets"]:
        data = item["dataset"]
        _check_dataset(data)
        tags = {tag["key"]: tag["value"] for tag in item["tags"]}
        for key, value in tags.items():
            check_length(key, 255, "key")
            check_length(value, 500, "value")
        fields = (data[name] for name in ("name", "digest", "source_type", "source", "schema", "profile"))
        used.append((Dataset(*fields), tags))
    context.models.add_datasets(context.actor, project, run, used)
    context.models.add_models(context.actor, project, run, [(m["model_id"], 0) for m in args["models"]], output=False)
    return {}


def log_outputs(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Record the models that a run made."""
    project, run = context.run(args["run_id"], active=True)
    made = [(model["model_id"], model["step"]) for model in args["models"]]
    context.models.add_models(context.actor, project, run, made, output=True)
    return {}


def _id(args: Mapping[str, Any]) -> str:
    return args["run_id"] or args.get("run_uuid") or ""


def _log(
    context: Context,
    identity: str,
    metrics: Sequence[Mapping[str, Any]],
    params: Sequence[Mapping[str, Any]],
    tags: Sequence[Mapping[str, Any]],
    *,
    named_in: str,
) -> None:
    """Check everything, then store it.

    Parameters:
        named_in: how errors say which item of which list is meant.
    """

    def where(kind: str, index: int) -> str:
        return named_in.format(kind, index)

    for index, metric in enumerate(metrics):
        check_key(metric["key"], where("metrics", index) + "name")
        if metric["timestamp"] < 0:
            raise invalid(
                f"Got invalid timestamp {metric['timestamp']} for metric '{metric['key']}' (value={metric['value']}). Timestamp must be"
                " a nonnegative long (64-bit integer) "
            )
        if abs(metric["step"]) > _MAX_STEP:
            raise invalid(f"The step {metric['step']} of '{metric['key']}' is beyond ±{_MAX_STEP:,}.")
    for index, param in enumerate(params):
        check_key(param["key"], where("params", index) + "key")
    for index, tag in enumerate(tags):
        check_key(tag["key"], where("tags", index) + "key")
    if len({param["key"] for param in params}) < len(params):
        raise invalid(f"Duplicate parameter keys have been submitted: {sorted(param['key'] for param in params)}")
    project, run = context.run(identity, active=True)
    for model in {metric["model_id"] for metric in metrics if metric["model_id"]}:
        context.models.get(context.actor, model, permission=Permission.WRITE)
    writes = Writes([])
    if metrics:
        _floats(writes, metrics)
    for tag in {tag["key"]: tag for tag in tags}.values():
        if tag["key"] != RUN_NAME or (tag["value"] or "").strip():  # a run keeps its name
            value = tag["value"] or ""
            _assign(writes, tag_path(tag["key"]), cut_name(value) if tag["key"] == RUN_NAME else value[:_MAX_TAG])
    if not params:
        _write(context, run, writes)
    else:
        with context.locks.of(run):
            for path, value in _new_params(context, project, run, params).items():
                _assign(writes, path, value)
            _write(context, run, writes)
    _to_models(context, run, metrics)


def _floats(writes: Writes, metrics: Sequence[Mapping[str, Any]]) -> None:
    numbers: dict[str, int] = {}
    for metric in metrics:
        numbers.setdefault(metric_path(metric["key"]), len(numbers))
    writes.paths += list(numbers)
    writes.floats = FloatEntries(
        path=np.array([numbers[metric_path(metric["key"])] for metric in metrics], np.uint32),
        step=np.array([metric["step"] * MICRO for metric in metrics], np.int64),
        timestamp=np.array([metric["timestamp"] for metric in metrics], np.int64),
        value=np.array([metric["value"] for metric in metrics], np.float64),
        preview=np.zeros(len(metrics), np.uint32),
    )


def _assign(writes: Writes, path: str, value: str) -> None:
    writes.paths.append(path)
    writes.values.append(Assign(len(writes.paths) - 1, AttributeType.STRING, value))


def _new_params(context: Context, project: ProjectRecord, run: RunRecord, params: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The params that are not stored yet, by attribute.

    Raises:
        MlflowError: one is stored with another value.
    """
    wanted = {param_path(param["key"]): (param["value"] or "")[:_MAX_PARAM] for param in params}
    there = context.ingest.has(context.actor, run, list(wanted))
    if not there:
        return wanted
    page = context.attributes.values(context.actor, project, [run.key], NameFilter(paths=there))
    changed = []
    for known in page.values[run.key]:
        old, new = param_text(known.value), wanted[known.path]
        if old != new:
            changed.append({"key": known.path.removeprefix("params/"), "old_value": old, "new_value": new})
        del wanted[known.path]
    if changed:
        raise invalid(f"Changing param values is not allowed. Params were already logged={changed} for run ID={id_of(run)!r}.")
    return wanted


def param_text(value: object) -> str:
    """A single value as MLflow's clients see it: as Python prints it."""
    return value if isinstance(value, str) else str(value)


def _write(context: Context, run: RunRecord, writes: Writes) -> None:
    if writes.floats is None and not writes.values:
        return
    problems = [
        rejection
        for rejection in context.ingest.write(context.actor, run, writes, identity=Identity.POINT)
        if rejection.code not in _HARMLESS
    ]
    if problems:
        raise invalid("; ".join(rejection.message for rejection in problems[:10]))


def _to_models(context: Context, run: RunRecord, metrics: Sequence[Mapping[str, Any]]) -> None:
    """Metrics that were measured of a logged model belong to it as well."""
    by_model: dict[str, list[ModelMetric]] = {}
    for metric in metrics:
        if metric["model_id"]:
            point = ModelMetric(
                metric["key"], metric["value"], metric["timestamp"], metric["step"], id_of(run),
                metric["dataset_name"] or "", metric["dataset_digest"] or "",
            )  # fmt: skip
            by_model.setdefault(metric["model_id"], []).append(point)
    for model, points in by_model.items():
        context.models.add_metrics(context.actor, model, points)


def _check_dataset(data: Mapping[str, Any]) -> None:
    limits = {"name": 500, "digest": 36, "source": 65_535, "schema": 1_048_575, "profile": 16_777_215}
    for name, limit in limits.items():
        check_length(data[name] or "", limit, name)
