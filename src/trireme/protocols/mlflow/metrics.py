"""Histories of metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from trireme.domain.project import ProjectRecord
from trireme.domain.records import MICRO
from trireme.domain.run import RunRecord
from trireme.protocols.mlflow.context import Context
from trireme.protocols.mlflow.errors import MlflowError, bad_value, invalid, missing_value
from trireme.protocols.mlflow.experiments import offset_of, token_of
from trireme.protocols.mlflow.names import metric_path
from trireme.services.history import FloatPoints
from trireme.services.points import SeriesQuery

_EVERYTHING: Final = 1 << 40
MAX_RUNS: Final = 100
MAX_BULK: Final = 25_000
MAX_INTERVAL: Final = 2_500

Order = np.ndarray[Any, np.dtype[np.int64]]


def history(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """All points of one metric of one run, by timestamp, step and value; a page of them if *max_results* says so."""
    limit = args["max_results"]
    identity = args["run_id"] or args["run_uuid"]
    if not identity:
        raise missing_value("run_id")
    if limit is not None and limit <= 0:
        raise bad_value("max_results", limit, "It must be positive.")
    found = _of_runs(context, [identity], args["metric_key"])
    if not found:
        return {}
    points = found[0][1]
    order = np.lexsort((points.value, points.step, points.timestamp))
    start = offset_of(args["page_token"])
    stop = len(order) if limit is None else start + limit
    token = token_of(stop) if stop < len(order) else None
    return {"metrics": _messages(args["metric_key"], points, order[start:stop]), "next_page_token": token}


def history_bulk(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """The points of one metric of several runs: by run, timestamp, step and value."""
    runs, limit = args["run_id"], args["max_results"] if args["max_results"] is not None else MAX_BULK
    if not runs:
        raise invalid("GetMetricHistoryBulk request must specify at least one run_id.")
    if len(runs) > MAX_RUNS:
        raise invalid(f"GetMetricHistoryBulk request cannot specify more than {MAX_RUNS} run_ids. Received {len(runs)} run_ids.")
    if args["metric_key"] is None:
        raise invalid("GetMetricHistoryBulk request must specify a metric_key.")
    answer: list[dict[str, Any]] = []
    for identity, points in _of_runs(context, sorted(runs), args["metric_key"]):
        order = np.lexsort((points.value, points.step, points.timestamp))[: min(limit, MAX_BULK) - len(answer)]
        answer += [message | {"run_id": identity} for message in _messages(args["metric_key"], points, order)]
    return {"metrics": answer}


def history_interval(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Evenly chosen points of one metric of several runs, the first and the last of each among them."""
    runs, start, stop = args["run_ids"], args["start_step"], args["end_step"]
    limit = MAX_INTERVAL if args["max_results"] is None else args["max_results"]
    if not runs:
        raise missing_value("run_ids")
    if len(runs) > MAX_RUNS:
        raise invalid(
            f"GetMetricHistoryBulkInterval request must specify at most {MAX_RUNS} run_ids. Received {len(runs)} run_ids."
        )
    if not 1 <= limit <= MAX_INTERVAL:
        raise invalid(f"max_results must be between 1 and {MAX_INTERVAL}, got {limit}.")
    if (start is None) != (stop is None):
        raise invalid("If either start step or end step are specified, both must be specified.")
    if start is not None and start > stop:
        raise invalid(f"end_step must be greater than start_step. Found start_step={start} and end_step={stop}.")
    ordered: list[tuple[str, FloatPoints, Order]] = []
    for identity, points in _of_runs(context, runs, args["metric_key"]):
        order = np.lexsort((points.value, points.timestamp, points.step))
        if start is not None:
            steps = points.step[order]
            order = order[(steps >= start * MICRO) & (steps <= stop * MICRO)]
        if len(order):
            ordered.append((identity, points, order))
    shown = _chosen_steps([points.step[order] for _, points, order in ordered], limit)
    answer: list[dict[str, Any]] = []
    for identity, points, order in ordered:
        if shown is not None:
            order = _chosen(points.step[order], order, shown, limit)
        answer += [message | {"run_id": identity} for message in _messages(args["metric_key"], points, order)]
    return {"metrics": answer}


def _chosen_steps(steps: Sequence[Order], limit: int) -> Order | None:
    """*limit* evenly spaced ones of all steps that runs have, and each run's first and last, for all alike: so the points of several runs lie
    above each other. It is how MLflow chose until 3.16. None for all steps.
    """
    every = np.unique(np.concatenate(steps)) if steps else np.empty(0, np.int64)
    if len(every) <= limit:
        return None if all(len(each) <= MAX_INTERVAL for each in steps) else every
    ends = [each[[0, -1]] for each in steps]
    return np.concatenate([every[np.arange(limit) * len(every) // limit], *ends])


def _chosen(steps: Order, order: Order, shown: Order, limit: int) -> Order:
    """A run's points at the steps that are shown. Where these hold so many that it would be no choice (a run that logs everything at step 0),
    evenly spaced points, as MLflow chooses since then.
    """
    found = order[np.isin(steps, shown)]
    if len(found) <= MAX_INTERVAL:
        return found
    return order[np.unique(np.linspace(0, len(order) - 1, limit).round().astype(np.int64))]


def _of_runs(context: Context, identities: Sequence[str], key: str) -> list[tuple[str, FloatPoints]]:
    """The points of those runs that exist and have some."""
    by_project: dict[int, tuple[ProjectRecord, list[tuple[str, RunRecord]]]] = {}
    for identity in identities:
        try:
            project, run = context.run(identity)
        except MlflowError:
            continue
        by_project.setdefault(int(project.id), (project, []))[1].append((identity, run))
    found: dict[str, FloatPoints] = {}
    for project, runs in by_project.values():
        series = [SeriesQuery(run.key, metric_path(key)) for _, run in runs]
        points = context.history.floats(context.actor, project, series, limit=_EVERYTHING)
        found |= {identity: part for (identity, _), part in zip(runs, points, strict=True) if part is not None}
    return [(identity, found[identity]) for identity in identities if identity in found]


def _messages(key: str, points: FloatPoints, order: Order) -> list[dict[str, Any]]:
    columns = (points.value[order].tolist(), points.timestamp[order].tolist(), (points.step[order] // MICRO).tolist())
    return [{"key": key, "value": value, "timestamp": when, "step": step} for value, when, step in zip(*columns, strict=True)]
